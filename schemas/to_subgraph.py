"""Print a Strawberry module as a subgraph: federation SDL, the form in which all parts exchange schemas."""

from types import MappingProxyType, ModuleType

from schemas.subgraph import Subgraph


def to_subgraph(module: ModuleType | str, name: str) -> Subgraph:
    """The subgraph of a module (itself, its dotted name, or its file) that defines types in Strawberry.

    Raises SchemaInvalid with every problem, each with the file, the line, the class and the field where it stands.
    """
    # Strawberry takes a third of a second to import, which those who write SDL need not wait for.
    from schemas.authoring.build_schema import build_schema  # noqa: PLC0415
    from schemas.authoring.check_bindings import check_bindings  # noqa: PLC0415
    from schemas.authoring.definitions import definitions_of  # noqa: PLC0415
    from schemas.authoring.load_module import load_module  # noqa: PLC0415
    from schemas.authoring.places import places_of  # noqa: PLC0415
    from schemas.authoring.tidy_sdl import tidy_sdl  # noqa: PLC0415

    loaded = load_module(module) if isinstance(module, str) else module
    subgraph = Subgraph(
        name,
        tidy_sdl(str(build_schema(loaded))),
        origin=loaded.__name__,
        places=MappingProxyType(places_of(definitions_of(loaded))),
    )
    check_bindings(subgraph, loaded)
    return subgraph
