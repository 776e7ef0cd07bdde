"""Import a team's module, by its dotted name or by its file."""

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from zlib import crc32

from strawberry.exceptions import StrawberryException

from schemas.problems import Problem, SchemaInvalid


def load_module(module_or_path: str) -> ModuleType:
    """The module `shop.users`, or the one in the file `shop/users.py`; a file is read anew each time.

    Raises SchemaInvalid, with the place in the team's file, when it cannot be found or fails while it is imported.
    """
    is_path = module_or_path.endswith(".py")
    try:
        return _load_file(Path(module_or_path)) if is_path else importlib.import_module(module_or_path)
    except Exception as error:
        raise SchemaInvalid([problem_of(error, module_or_path)]) from error


def problem_of(error: Exception, origin: str, file: str | None = None) -> Problem:
    """An exception as a problem, at the line of `file` (of `origin`, if that is one) from which it came."""
    if isinstance(error, SyntaxError):
        return Problem(f"Python cannot read it: {error.msg}", error.filename or origin, error.lineno or 0)
    message = str(error) if isinstance(error, TypeError | StrawberryException) else f"{type(error).__name__}: {error}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if _is_the_teams(frame.filename, file or origin):
            return Problem(message, frame.filename, frame.lineno or 0)
    return Problem(message, file or origin)


def _load_file(path: Path) -> ModuleType:
    file = path.resolve(strict=True)
    # Strawberry looks up forward references, and inspect finds sources, through sys.modules.
    name = f"interlace_module_{file.stem}_{crc32(bytes(file)):x}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_the_teams(filename: str, origin: str) -> bool:
    if origin.endswith(".py"):
        return Path(filename).resolve() == Path(origin).resolve()
    return filename.endswith(origin.replace(".", "/") + ".py")
