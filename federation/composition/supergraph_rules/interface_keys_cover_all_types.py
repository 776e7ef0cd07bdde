"""A subgraph that can be entered by the key of an interface knows every type that implements it.

Where it does not, it has the interface as an interface object.
"""

from federation.composition.errors import listed
from federation.composition.field_sets import field_set_text
from federation.composition.merging.draft import Draft
from federation.composition.schema_model import TypeModel
from schemas.supergraph import TypeKind


def interface_keys_cover_all_types(draft: Draft) -> None:
    """INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE."""
    for interface in draft.schema.types.values():
        if interface.kind is not TypeKind.INTERFACE:
            continue
        expected = [
            type_.name for type_ in draft.schema.implementations(interface.name) if type_.kind is TypeKind.OBJECT
        ]
        for index, subgraph in enumerate(draft.subgraphs):
            own = subgraph.type(interface.name)
            if own is None or own.kind is not TypeKind.INTERFACE:
                continue
            known = {type_.name for type_ in subgraph.schema.implementations(interface.name)}
            missing = [name for name in expected if name not in known]
            if missing:
                _report(draft, index, own, missing)


def _report(draft: Draft, index: int, interface: TypeModel, missing: list[str]) -> None:
    key = next((key for key in interface.uses("key") if key.arguments.get("resolvable", True)), None)
    if key is None:
        return
    subgraph = draft.subgraphs[index].name
    draft.error(
        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
        f'[{subgraph}] Interface "{interface.name}" has the key "{field_set_text(key)}", but {listed(missing)}, which '
        f'implement it elsewhere, are not in subgraph "{subgraph}". Define them there, or use @interfaceObject',
    )


def interface_objects_stand_for_interfaces(draft: Draft) -> None:
    """INTERFACE_OBJECT_USAGE_ERROR: no subgraph has the interface itself, or one has its implementations beside it."""
    names = {type_.name for subgraph in draft.subgraphs for type_ in subgraph.schema.types.values()}
    for name in sorted(names):
        having = [index for index, subgraph in enumerate(draft.subgraphs) if subgraph.type(name) is not None]
        if all(draft.subgraphs[index].is_interface_object(name) for index in having):
            draft.error(
                "INTERFACE_OBJECT_USAGE_ERROR",
                f'"{name}" is an @interfaceObject in {draft.names(having)}, but no subgraph has the interface itself: '
                f'define "interface {name}" with its implementations in another one',
            )
            continue
        implementations = {type_.name for type_ in draft.schema.implementations(name)}
        for index in having:
            subgraph = draft.subgraphs[index]
            known = sorted(implementations & subgraph.schema.types.keys())
            if known and subgraph.is_interface_object(name):
                draft.error(
                    "INTERFACE_OBJECT_USAGE_ERROR",
                    f'[{subgraph.name}] "{name}" is an @interfaceObject, which stands for all its implementations, but '
                    f'subgraph "{subgraph.name}" also has {listed(known)}: remove them, or define "interface {name}"',
                )
