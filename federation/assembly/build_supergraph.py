"""From a configuration to the supergraph that plans run on: load, compose, read back, expand connectors."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphql import parse

from federation.assembly.load_subgraphs import load_subgraphs
from federation.assembly.rate_limits import limited_policies, unknown_limited_fields
from federation.composition.compose import compose
from federation.composition.expand_connectors import expand_connectors
from federation.composition.policies.compose_policies import compose_policies
from federation.composition.policies.configured import ConfiguredPolicy
from federation.composition.policies.origins import origins_in
from federation.composition.policies.read_uses import check_subgraph_policies
from federation.config.sections import Config
from federation.config.text_file import read_text_file
from federation.errors import ConfigurationError
from federation.planning.override_labels import override_labels
from schemas.policy import NO_POLICIES, Mode, PolicyTable, in_guard_mode
from schemas.problems import SchemaInvalid
from schemas.read_connect import Bindings, read_connect, read_supergraph_connect
from schemas.read_supergraph import SupergraphInvalid, read_supergraph
from schemas.role_inclusion import RoleInclusion
from schemas.subgraph import Subgraph
from schemas.supergraph import Supergraph


@dataclass(frozen=True, slots=True)
class BuiltSupergraph:
    """A supergraph as SDL, and as plans see it: with a graph for each connector; and the policies of its fields.

    `hints` are legal but doubtful.
    """

    sdl: str
    supergraph: Supergraph
    bindings: Bindings
    hints: tuple[str, ...] = ()
    policies: PolicyTable = NO_POLICIES


async def build_supergraph(config: Config) -> BuiltSupergraph:
    """Build what the configuration describes. Raises ConfigurationError with every problem."""
    subgraphs: tuple[Subgraph, ...] = ()
    if config.supergraph is not None:
        sdl = await asyncio.to_thread(read_text_file, config.supergraph)
        built = await asyncio.to_thread(_read, sdl, (), str(config.supergraph))
    else:
        subgraphs = await load_subgraphs(config)
        sdl, hints = await asyncio.to_thread(_compose, subgraphs, RoleInclusion(config.authorization.roles))
        built = await asyncio.to_thread(_read, sdl, hints, "supergraph")
    policies = await asyncio.to_thread(_policies, config, built, subgraphs)
    limited = limited_policies(config, built.supergraph.api, policies)
    unknown = (*_unknown_labels(config, built.supergraph), *unknown_limited_fields(config, built.supergraph.api))
    return replace(built, hints=(*built.hints, *unknown), policies=limited)


def _policies(config: Config, built: BuiltSupergraph, subgraphs: tuple[Subgraph, ...]) -> PolicyTable:
    configured = []
    for pattern, section in config.policies.items():
        origin = config.policy_origin(pattern)
        mode = section.mode if section.is_mode_alone else None
        configured.append(ConfiguredPolicy(pattern, section.policy(origin), origin, mode))
    composed = compose_policies(
        built.supergraph,
        origins_in(subgraphs),
        configured,
        strict=config.authorization.strict,
        bindings=built.bindings,
        inclusion=RoleInclusion(config.authorization.roles),
    )
    problems = (*composed.problems, *map(str, composed.leaks))
    if problems:
        raise ConfigurationError(problems)
    return (
        composed.table
        if config.authorization.mode is Mode.ENFORCE
        else in_guard_mode(composed.table, config.authorization.mode)
    )


def _unknown_labels(config: Config, supergraph: Supergraph) -> Iterator[str]:
    # No error: a team may take its @override away before the operators take away its label.
    for label in sorted(config.overrides.keys() - override_labels(supergraph)):
        yield f"overrides.{label}: no @override has this label; remove it, or correct it"


def _compose(subgraphs: tuple[Subgraph, ...], inclusion: RoleInclusion) -> tuple[str, tuple[str, ...]]:
    problems: list[str] = []
    for subgraph in subgraphs:
        # In the subgraph's own file problems have the line where they stand; in the supergraph nobody looks for them.
        try:
            read_connect(subgraph)
        except SchemaInvalid as error:
            problems.extend(str(problem) for problem in error.problems)
        problems.extend(str(problem) for problem in check_subgraph_policies(subgraph))
    result = compose(subgraphs, inclusion)
    problems.extend(str(error) for error in result.errors)
    if problems:
        raise ConfigurationError(tuple(dict.fromkeys(problems)))
    return result.supergraph_sdl, result.hints


def _read(sdl: str, hints: tuple[str, ...], origin: str) -> BuiltSupergraph:
    try:
        supergraph = read_supergraph(sdl)
        bindings = read_supergraph_connect(parse(sdl), origin)
        expanded, errors = expand_connectors(supergraph, bindings)
    except SupergraphInvalid as error:
        raise ConfigurationError((f"{origin}: {error}",)) from error
    except SchemaInvalid as error:
        raise ConfigurationError(tuple(str(problem) for problem in error.problems)) from error
    if errors:
        raise ConfigurationError(tuple(str(error) for error in errors))
    return BuiltSupergraph(sdl, expanded, bindings, hints)
