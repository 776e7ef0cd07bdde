"""Compose subgraphs into a supergraph, or say everything that keeps them apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graphql import parse

from federation.composition.check_satisfiability import check_satisfiability
from federation.composition.collection_paused import collection_paused
from federation.composition.errors import CompositionError
from federation.composition.expand_connectors import expand_connectors
from federation.composition.merging.merge import merge
from federation.composition.policies.compose_policies import compose_policies
from federation.composition.policies.origins import origins_in
from federation.composition.policies.read_uses import check_subgraph_policies
from federation.composition.printing.print_schema import print_schema
from federation.composition.printing.public_schema import public_schema
from federation.composition.reading.read_subgraph import read_subgraph
from federation.composition.subgraph_rules.check_subgraph import check_subgraph
from federation.composition.subgraph_schema import SubgraphSchema
from federation.composition.supergraph_rules.check_supergraph import check_supergraph
from federation.composition.upgrading.extended_types_have_a_base import extended_types_have_a_base
from federation.composition.upgrading.interface_objects_meet_federation_2 import interface_objects_meet_federation_2
from federation.composition.upgrading.upgrade_subgraphs import upgrade_subgraphs
from schemas.problems import SchemaInvalid
from schemas.read_connect import NO_BINDINGS, read_supergraph_connect
from schemas.read_supergraph import read_supergraph
from schemas.role_inclusion import NO_INCLUSION, RoleInclusion
from schemas.subgraph import Subgraph


@dataclass(frozen=True, slots=True)
class CompositionResult:
    """What composing gave. Both SDLs are empty when there are `errors`; `hints` (`CODE: text`) never stop anything."""

    supergraph_sdl: str = ""
    public_sdl: str = ""
    errors: tuple[CompositionError, ...] = ()
    hints: tuple[str, ...] = ()


def compose(subgraphs: Sequence[Subgraph], inclusion: RoleInclusion = NO_INCLUSION) -> CompositionResult:
    """Compose subgraphs by federation's published rules (1, and 2.0 to 2.13).

    Later stages need what earlier ones check, so that errors come stage by stage, each time all at once: reading and
    the rules of single subgraphs, merging, the rules of the merged schema, whether every field can be reached. Who may
    see what is required depends on the `inclusion` of roles in roles.
    """
    with collection_paused():
        return _compose(subgraphs, inclusion)


def _compose(subgraphs: Sequence[Subgraph], inclusion: RoleInclusion) -> CompositionResult:
    errors = _name_errors(subgraphs)
    if errors:
        return CompositionResult(errors=tuple(errors))
    results = [read_subgraph(subgraph) for subgraph in sorted(subgraphs, key=lambda subgraph: subgraph.name)]
    schemas = [result.subgraph for result in results if result.subgraph is not None]
    errors.extend(error for result in results for error in result.errors)
    errors.extend(error for schema in schemas if schema.is_federation_2 for error in check_subgraph(schema))
    if errors:
        return CompositionResult(errors=tuple(errors))
    errors.extend(extended_types_have_a_base(schemas))
    errors.extend(interface_objects_meet_federation_2(schemas))
    upgrade_subgraphs(schemas)
    errors.extend(error for schema in schemas if not schema.is_federation_2 for error in check_subgraph(schema))
    if errors:
        return CompositionResult(errors=tuple(errors))
    draft = merge(schemas)
    check_supergraph(draft)
    if draft.errors:
        return CompositionResult(errors=tuple(draft.errors), hints=tuple(draft.hints))
    supergraph_sdl = print_schema(draft.schema)
    late = _check_graphs(supergraph_sdl, schemas) or _check_policies(supergraph_sdl, subgraphs, schemas, inclusion)
    if late:
        return CompositionResult(errors=late, hints=tuple(draft.hints))
    linked = {name for _, name in draft.composed.custom}
    return CompositionResult(
        supergraph_sdl=supergraph_sdl,
        public_sdl=print_schema(public_schema(draft.schema, linked)),
        hints=tuple(draft.hints),
    )


def _check_graphs(supergraph_sdl: str, schemas: Sequence[SubgraphSchema]) -> tuple[CompositionError, ...]:
    """What no plan could reach: as plans see it, with a graph for each connector."""
    supergraph = read_supergraph(supergraph_sdl)
    if not any(schema.vocabulary.connect_words for schema in schemas):
        return check_satisfiability(supergraph)
    try:
        bindings = read_supergraph_connect(parse(supergraph_sdl))
    except SchemaInvalid as error:
        return tuple(CompositionError("CONNECTORS_INVALID", problem.message) for problem in error.problems)
    expanded, errors = expand_connectors(supergraph, bindings)
    return errors or check_satisfiability(expanded)


def _check_policies(
    supergraph_sdl: str,
    subgraphs: Sequence[Subgraph],
    schemas: Sequence[SubgraphSchema],
    inclusion: RoleInclusion,
) -> tuple[CompositionError, ...]:
    """What is wrong with policies, and what contradicts what among those of several subgraphs."""
    if not any(schema.vocabulary.policy_words for schema in schemas):
        return ()
    malformed = [str(problem) for subgraph in subgraphs for problem in check_subgraph_policies(subgraph)]
    if malformed:
        return tuple(CompositionError("POLICY_INVALID", problem) for problem in malformed)
    has_bindings = any(schema.vocabulary.connect_words for schema in schemas)
    bindings = read_supergraph_connect(parse(supergraph_sdl)) if has_bindings else NO_BINDINGS
    composed = compose_policies(
        read_supergraph(supergraph_sdl), origins_in(subgraphs), bindings=bindings, inclusion=inclusion
    )
    return (*(CompositionError("POLICY_INVALID", problem) for problem in composed.problems), *composed.leaks)


def _name_errors(subgraphs: Sequence[Subgraph]) -> list[CompositionError]:
    code = "INVALID_SUBGRAPH_NAME"
    errors = []
    for name, count in Counter(subgraph.name for subgraph in subgraphs).items():
        if not name or name == "_":
            errors.append(CompositionError(code, f'A subgraph cannot be called "{name}": give it a name of its own'))
        if count > 1:
            errors.append(CompositionError(code, f'{count} subgraphs are called "{name}": names must be unique'))
    return errors
