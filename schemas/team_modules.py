"""Python modules that a team keeps beside its configuration: which are loaded, and how they are loaded anew."""

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OURS = frozenset({"connectors", "federation", "schemas"})


def team_modules(folder: Path | None) -> Mapping[str, Path]:
    """The loaded modules whose files stand below the folder, by name; our own are not among them."""
    if folder is None:
        return {}
    roots = tuple(f"{root}{os.sep}" for root in {folder.absolute(), folder.resolve()})
    return {
        name: Path(file)
        for name, module in tuple(sys.modules.items())
        if (file := getattr(module, "__file__", None)) and file.startswith(roots) and _is_the_teams(name, file)
    }


def _is_the_teams(name: str, file: str) -> bool:
    return name.split(".", maxsplit=1)[0] not in OURS and name != "__main__" and "site-packages" not in file


@contextmanager
def forget_modules(folder: Path | None) -> Iterator[None]:
    """Inside the block the team's modules are imported anew; if it raises, they are again what they were before."""
    before = {name: sys.modules.pop(name) for name in team_modules(folder)}
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        for name in team_modules(folder):
            del sys.modules[name]
        sys.modules.update(before)
        raise
