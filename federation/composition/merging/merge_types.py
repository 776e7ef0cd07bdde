"""Find out which types the supergraph has, of which kinds, and who says that they implement or contain what."""

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
        kinds = {_kind(draft, index, type_) for index, type_ in sources}
        if len(kinds) > 1:
            versions = draft.by_version(sources, lambda type_: f"an {type_.kind.value} type")
            draft.error(
                "TYPE_KIND_MISMATCH",
                f'Type "{name}" is {versions}: define it as the same kind of type everywhere, or use another name',
            )
            continue
        _check_base(draft, name, sources)
        draft.schema.types[name] = TypeModel(name, kind=kinds.pop())
        merged[name] = sources
    return merged


def _kind(draft: Draft, index: int, type_: TypeModel) -> TypeKind:
    """An interface object is the interface for which it stands."""
    return TypeKind.INTERFACE if draft.subgraphs[index].is_interface_object(type_.name) else type_.kind


def _check_base(draft: Draft, name: str, sources: Sources[TypeModel]) -> None:
    if any(type_.is_defined for _, type_ in sources) or any(
        draft.subgraphs[index].is_root(type_.name) for index, type_ in sources
    ):
        return
    for index, _ in sources:
        draft.error(
            "EXTENSION_WITH_NO_BASE",
            f'[{draft.subgraphs[index].name}] Type "{name}" is only ever extended: some subgraph must define it '
            'without "extend"',
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
                key=key.arguments.get("fields"),
                extension=bool(key.declaration or type_.has("extends")) or None,
                resolvable=None if key.arguments.get("resolvable", True) else False,
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
