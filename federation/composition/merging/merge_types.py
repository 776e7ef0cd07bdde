"""Find out which types the supergraph has, of which kinds, and who says that they implement or contain what."""

from federation.composition.field_sets import field_set_text
from federation.composition.merging.draft import Draft, Sources
from federation.composition.schema_model import TypeModel
from schemas.supergraph import TypeKind


def merge_type_names(draft: Draft) -> dict[str, Sources[TypeModel]]:
    """Give the draft every type, still without fields; each name with the definitions that subgraphs have of it."""
    found: dict[str, Sources[TypeModel]] = {}
    for index, subgraph in enumerate(draft.subgraphs):
        for type_ in subgraph.schema.types.values():
            found.setdefault(type_.name, []).append((index, type_))
    merged: dict[str, Sources[TypeModel]] = {}
    for name in sorted(found):
        sources = found[name]
        kind = _kind(draft, *sources[0])
        if any(_kind(draft, *source) is not kind for source in sources):
            versions = draft.by_version(sources, lambda type_: f"an {type_.kind.value} type")
            draft.error(
                "TYPE_KIND_MISMATCH",
                f'Type "{name}" is {versions}: define it as the same kind of type everywhere, or use another name',
            )
            # Whatever else is wrong is found by going on with those that agree with the first.
            sources = [source for source in sources if _kind(draft, *source) is kind]
        _check_base(draft, name, sources)
        draft.schema.types[name] = TypeModel(name, kind=kind)
        merged[name] = sources
    return merged


def _kind(draft: Draft, index: int, type_: TypeModel) -> TypeKind:
    """An interface object is the interface for which it stands."""
    return TypeKind.INTERFACE if draft.subgraphs[index].is_interface_object(type_.name) else type_.kind


def _check_base(draft: Draft, name: str, sources: Sources[TypeModel]) -> None:
    """EXTENSION_WITH_NO_BASE for each subgraph that adds to a type which nobody defines."""
    if any(type_.is_defined or draft.subgraphs[index].is_root(name) for index, type_ in sources):
        return
    for index, _ in sources:
        draft.error(
            "EXTENSION_WITH_NO_BASE",
            f'[{draft.subgraphs[index].name}] Type "{name}" is extended, but no subgraph defines it: leave "extend" '
            "out in one of them",
        )


def merge_type_use(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    """Say which subgraphs have the type, and by which keys it can be entered there."""
    for index, type_ in sources:
        is_interface_object = draft.subgraphs[index].is_interface_object(type_.name) or None
        keys = list(type_.uses("key"))
        if not keys:
            draft.join(merged, "join__type", index, isInterfaceObject=is_interface_object)
        for key in keys:
            draft.join(
                merged,
                "join__type",
                index,
                key=field_set_text(key),
                extension=bool(key.declaration or type_.has("extends")) or None,
                resolvable=key.arguments.get("resolvable"),
                isInterfaceObject=is_interface_object,
            )


def merge_implements(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    """Unite the interfaces that subgraphs say the type implements."""
    for index, type_ in sources:
        for interface in type_.interfaces:
            if interface not in merged.interfaces:
                merged.interfaces.append(interface)
            draft.join(merged, "join__implements", index, interface=interface)


def merge_union(draft: Draft, sources: Sources[TypeModel], merged: TypeModel) -> None:
    """Unite the members of a union."""
    for index, type_ in sources:
        for member in type_.members:
            if member not in merged.members:
                merged.members.append(member)
            draft.join(merged, "join__unionMember", index, member=member)
    for member in merged.members:
        missing = [index for index, type_ in sources if member not in type_.members]
        if missing:
            draft.hint(
                "INCONSISTENT_UNION_MEMBER",
                f'"{member}" is a member of the union "{merged.name}", but not in {draft.names(missing)}',
            )
