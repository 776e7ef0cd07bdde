"""Make what changes JSON on its way between two versions, as the configuration says."""

from collections.abc import Callable
from typing import Any

from connectors.errors import BindingInvalid
from connectors.transforms.renaming import Renaming
from connectors.transforms.transforms import Change, Transforms, in_turn, mapping_change
from federation.config.place import Place
from federation.config.routes_section import ChangeSection, TransformSection
from schemas.authoring.load_module import load_module
from schemas.problems import SchemaInvalid


def make_transforms(section: TransformSection, where: Place, problems: list[str]) -> Transforms:
    """The changes of both directions; what is wrong is added to the problems, each with `where` it stands."""
    up: list[Change] = []
    down: list[Change] = []
    try:
        if section.rename:
            renaming = Renaming(section.rename)
            up.append(renaming.up)
            down.append(renaming.down)
    except BindingInvalid as error:
        problems.append(f"{where / 'rename'}: {error}")
    if section.request is not None:
        up += make_change(section.request, where / "request", problems)
    if section.answer is not None:
        # What comes from the service is changed in the opposite order: the renaming comes last.
        down = make_change(section.answer, where / "answer", problems) + down
    return Transforms(in_turn(up), in_turn(down))


def make_change(section: ChangeSection, where: Place, problems: list[str]) -> list[Change]:
    """The change that a section says; none where it is wrong, which is added to the problems."""
    try:
        if section.mapping is not None:
            return [mapping_change(section.mapping)]
        assert section.python is not None
        return [_function(section.python)]
    except (BindingInvalid, TypeError) as error:
        problems.append(f"{where}: {error}")
    except SchemaInvalid as error:
        problems += [f"{where}: {problem}" for problem in error.problems]
    return []


def _function(name: str) -> Callable[[Any], Any]:
    module_name, _, function_name = name.partition(":")
    found = getattr(load_module(module_name), function_name, None)
    if not callable(found):
        message = f"the module {module_name} has no function {function_name}"
        raise TypeError(message)
    called: Callable[[Any], Any] = found
    return called
