"""Rename members of JSON objects, such that nothing is lost and everything can be named back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.errors import BindingInvalid
from connectors.protocol import Json


@dataclass(slots=True)
class _Names:
    """The names at one place, from ours to theirs and back; `below` are the places inside members, by our names."""

    up: dict[str, str] = field(default_factory=dict)
    down: dict[str, str] = field(default_factory=dict)
    below: dict[str, "_Names"] = field(default_factory=dict)


class Renaming:
    """Members by their path in our words (`name`, `address.zip`; lists are looked into), to their name in theirs.

    Where an object has a member already that another is renamed to, the two change names, or one would be lost: for
    every value, `down(up(value)) == value` and `up(down(value)) == value`. Raises BindingInvalid for rules that are no
    renaming.
    """

    def __init__(self, rules: Mapping[str, str]) -> None:
        self._root = _Names()
        for path, name in rules.items():
            *inside, own = path.split(".")
            if not own or not all(inside) or not name or "." in name:
                raise BindingInvalid(f"'{path}: {name}' renames nothing: write a path such as address.zip, and a name")
            place = self._root
            for each in inside:
                place = place.below.setdefault(each, _Names())
            place.up[own] = name
        _close(self._root, "")

    def up(self, value: Json) -> Json:
        """From our words to theirs."""
        return _up(self._root, value)

    def down(self, value: Json) -> Json:
        """From their words to ours."""
        return _down(self._root, value)


def _close(place: _Names, where: str) -> None:
    """Complete the names to a permutation: chains of names that lead out of themselves lead back to their beginning."""
    taken: dict[str, str] = {}
    for own, name in place.up.items():
        if name in taken:
            raise BindingInvalid(f"'{where}{taken[name]}' and '{where}{own}' cannot both be renamed to '{name}'")
        taken[name] = own
    for start in [own for own in place.up if own not in taken]:
        end = start
        while end in place.up:
            end = place.up[end]
        place.up[end] = start
    place.down = {name: own for own, name in place.up.items()}
    for own, inner in place.below.items():
        _close(inner, f"{where}{own}.")


def _up(place: _Names, value: Json) -> Json:
    if isinstance(value, list):
        return [_up(place, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        place.up.get(name, name): _up(place.below[name], inner) if name in place.below else inner
        for name, inner in value.items()
    }


def _down(place: _Names, value: Json) -> Json:
    if isinstance(value, list):
        return [_down(place, item) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Json] = {}
    theirs: dict[str, Json] = value
    for name, inner in theirs.items():
        own = place.down.get(name, name)
        made[own] = _down(place.below[own], inner) if own in place.below else inner
    return made
