"""`@override`: which subgraph a field is moved from and to, at once or by a label."""

import re
from dataclasses import dataclass, field

from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import Applied, Field
from federation.composition.values import Value
from schemas.supergraph import TypeKind

LABEL = re.compile(r"[a-zA-Z][a-zA-Z0-9_\-:./]*")
PERCENT = re.compile(r"percent\((\d{1,2}(\.\d{1,8})?|100)\)")


@dataclass(slots=True)
class Overrides:
    """What overriding does to one field in each subgraph, by the subgraph's index.

    A field overridden `unused` is gone from its subgraph; one still `used` (as a key, for an interface...) stays
    only for that; one that is `migrating` is resolved there or at its new place, as `labels` say.
    """

    used: set[int] = field(default_factory=set)
    unused: set[int] = field(default_factory=set)
    migrating: set[int] = field(default_factory=set)
    labels: dict[int, str] = field(default_factory=dict)
    origins: dict[int, str] = field(default_factory=dict)

    @property
    def gone(self) -> set[int]:
        """The subgraphs that no longer resolve the field."""
        return self.used | self.unused


def find_overrides(draft: Draft, type_name: str, sources: Sources[Field]) -> Overrides:
    """The overrides of one field; misuse is recorded as errors."""
    overrides = Overrides()
    by_index = dict(sources)
    by_name = {draft.subgraphs[index].name: index for index in range(len(draft.subgraphs))}
    overriding = {index: applied for index, found in sources for applied in found.uses("override")}
    for index, applied in overriding.items():
        origin = str(applied.arguments.get("from"))
        overrides.origins[index] = origin
        if _is_misused(draft, type_name, by_index[index], index, applied, overriding):
            continue
        source = by_name.get(origin)
        place = f"{type_name}.{by_index[index].name}"
        if source is None:
            draft.hint("FROM_SUBGRAPH_DOES_NOT_EXIST", f'"{place}" overrides subgraph "{origin}", which does not exist')
            continue
        if _abstracts(draft, type_name, source, by_index[index].name):
            draft.error(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                f'Field "{place}" in {draft.names([index])} overrides subgraph "{origin}", which gives it to all '
                "objects of an interface by @interfaceObject. Such fields cannot be overridden: remove @override",
            )
        elif source not in by_index or draft.roles[source].is_external(type_name, by_index[index].name):
            draft.hint(
                "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
                f'"{place}" is not resolved in subgraph "{origin}": remove @override in {draft.names([index])}',
            )
        else:
            _override(draft, overrides, (type_name, by_index[source]), source, index, applied)
    return overrides


def _abstracts(draft: Draft, type_name: str, source: int, name: str) -> bool:
    """Whether the subgraph has the field only through an interface object."""
    through = draft.through_interface_objects(draft.schema.types[type_name], name)
    return any(index == source for index, _ in through)


def _is_misused(
    draft: Draft, type_name: str, moved: Field, index: int, applied: Applied, overriding: dict[int, Applied]
) -> bool:
    place = f"{type_name}.{moved.name}"
    here = draft.subgraphs[index].name
    origin = str(applied.arguments.get("from"))
    if draft.schema.types[type_name].kind is TypeKind.INTERFACE:
        draft.error(
            "OVERRIDE_ON_INTERFACE",
            f'Field "{place}" in subgraph "{here}" cannot have @override, for "{type_name}" is an interface: put it on '
            "the fields of objects",
        )
    elif origin == here:
        draft.error(
            "OVERRIDE_FROM_SELF_ERROR",
            f'Field "{place}" in subgraph "{here}" overrides itself: name another subgraph in @override(from:)',
        )
    elif any(draft.subgraphs[other].name == origin for other in overriding if other != index):
        draft.error(
            "OVERRIDE_SOURCE_HAS_OVERRIDE",
            f'Field "{place}" in subgraph "{here}" overrides subgraph "{origin}", which has @override on it too: only '
            "one subgraph may override a field",
        )
    else:
        return False
    return True


def _check_label(draft: Draft, place: str, label: Value) -> None:
    if isinstance(label, str) and not LABEL.fullmatch(label) and not PERCENT.fullmatch(label):
        draft.error(
            "OVERRIDE_LABEL_INVALID",
            f'The label "{label}" of {place} is neither percent(x), with x from 0 to 100, nor a name that starts with '
            "a letter and goes on with letters, digits and _ - : . /",
        )


def _override(
    draft: Draft, overrides: Overrides, moved: tuple[str, Field], source: int, index: int, applied: Applied
) -> None:
    """Move the field from the subgraph `source` to the subgraph `index`."""
    type_name, field_ = moved
    place = f"{type_name}.{field_.name}"
    conflict = _conflict(draft, moved, source, index)
    if conflict is not None:
        draft.error(
            "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
            f'Field "{place}" in subgraph "{draft.subgraphs[index].name}" cannot have @override: {conflict}',
        )
        return
    label = applied.arguments.get("label")
    _check_label(draft, f'@override on "{place}" in subgraph "{draft.subgraphs[index].name}"', label)
    is_used = (type_name, field_.name) in draft.used[source]
    if is_used:
        overrides.used.add(source)
    if isinstance(label, str):
        overrides.labels[index] = overrides.labels[source] = label
        overrides.migrating.add(source)
        draft.hint(
            "OVERRIDE_MIGRATION_IN_PROGRESS",
            f'"{place}" is moving to {draft.names([index])}; remove it from {draft.names([source])} when that is done',
        )
    elif is_used:
        draft.hint(
            "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
            f'"{place}" is overridden in {draft.names([source])}, where directives or interfaces still need it: mark '
            "it @external or remove both",
        )
    else:
        overrides.unused.add(source)
        draft.hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", f'"{place}" can be removed from {draft.names([source])}')


def _conflict(draft: Draft, moved: tuple[str, Field], source: int, index: int) -> str | None:
    """Why the field cannot be moved."""
    type_name, field_ = moved
    for word in ("requires", "provides"):
        if field_.has(word):
            return f'it has @{word} in subgraph "{draft.subgraphs[source].name}". Move what it needs first'
    if draft.roles[index].is_external(type_name, field_.name):
        return "it is marked @external here. Remove one of the two"
    return None
