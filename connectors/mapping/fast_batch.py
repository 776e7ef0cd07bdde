"""Generate one function that takes the items of a batch's answer apart: whose each is, and what is asked of it.

As `fast_path` does, it knows nothing of deviations. Of items that nobody asked for it reads the key only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from connectors.mapping.fast_path import ExpressionWriter, Node, member_at
from connectors.mapping.graph_types import WrittenType
from connectors.mapping.items import Items
from connectors.mapping.keys import Key
from connectors.mapping.raw_value import JSON_FORM, Constants, Inexpressible, RawForm, execute
from connectors.mapping.syntax import Json
from schemas.selection import Selection as Asked
from schemas.supergraph import Graph

Take: TypeAlias = Callable[[Json, Sequence[Key | None]], list[Json]]
"""A raw answer, and the keys of the entities it is for, to what each entity gets. Raises UNEXPECTED of the form."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of each item, of this type; `key` leads from an item to the key of its entity.

    Without a key items stand in the order of the entities. With `many` an entity gets all of its items.
    """

    type_name: str
    selections: tuple[Asked, ...]
    key: Node | None
    many: bool


def taker(graph: Graph, items: Items, wanted: Wanted, form: RawForm = JSON_FORM) -> Take | None:
    """The generated function, if nothing but members has to be taken."""
    constants = Constants()
    writer = ExpressionWriter(graph)
    name = writer.name()
    try:
        condition, source, item = member_at(items.place, form.root("v", constants)).items(name)
        shaped = writer.value(items.selection, WrittenType(wanted.type_name, 0), wanted.selections, item, 0)
        key = None if wanted.key is None else member_at(wanted.key, item).key()
    except Inexpressible:
        return None
    null = f"{name} is None" if item.may_be_null else ""
    lines = [f"    if not ({condition}): unexpected()"] if condition else []
    if key is None:
        shaped = f"None if {null} else {shaped}" if null else shaped
        lines += _in_order(name, source, shaped)
    else:
        loop = [
            f"    for {name} in {source}:",
            *([f"        if {null}: continue"] if null else []),
            f"        k = {key}",
        ]
        lines += [*_first_lines(many=wanted.many), *loop, *_last_lines(shaped, many=wanted.many)]
    return execute("\n".join(("def take(v, wanted):", *lines)), "take", constants)


def _in_order(name: str, source: str, shaped: str) -> tuple[str, ...]:
    return (
        f"    found = [{shaped} for {name} in {source}]",
        "    if len(found) != len(wanted): unexpected()",
        "    return found",
    )


def _first_lines(*, many: bool) -> tuple[str, ...]:
    if many:
        return ("    found = {k: [] for k in wanted}",)
    return ("    found = {k: None for k in wanted}", "    waiting = set(wanted)")


def _last_lines(shaped: str, *, many: bool) -> tuple[str, ...]:
    # Of several items of one entity the first counts, unless all do.
    add = (
        ("        if k in found:", f"            found[k].append({shaped})")
        if many
        else ("        if k in waiting:", "            waiting.remove(k)", f"            found[k] = {shaped}")
    )
    return (*add, "    return [found[k] for k in wanted]")
