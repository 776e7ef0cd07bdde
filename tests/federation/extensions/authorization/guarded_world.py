"""Strict subgraphs with guards, and a pipeline over them that keeps to these."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from federation.composition.policies.compose_policies import compose_policies
from federation.composition.policies.origins import origins_in
from federation.errors import RequestError
from federation.extensions.authorization.authorize import Authorization, AuthorizationOptions
from federation.extensions.authorization.functions import PolicyFunction, PolicyFunctions
from federation.extensions.authorization.guarded_fields import Lookups
from federation.extensions.authorization.visible_schema import VisibleSchema
from federation.extensions.decisions import Decisions
from federation.identity import ANONYMOUS, Identity
from federation.operations.limits import OperationLimits
from federation.pipeline import Pipeline, PipelineOptions
from federation.request import ClientRequest, RequestContext
from schemas.role_inclusion import RoleInclusion
from schemas.subgraph import Subgraph
from tests.conformance.features.strict_subgraph import StrictSubgraph
from tests.conformance.features.world import FEDERATION_2, World

HEAD = FEDERATION_2 + (
    'extend schema @link(url: "https://interlace.dev/policy/v0.1", import: ["@hasRole", "@owner", "@public"])\n'
)


def known(
    subject: str | None = "ada", *roles: str, scopes: tuple[str, ...] = (), claims: Mapping[str, Any] | None = None
) -> Identity:
    """A caller with roles."""
    held = {"sub": subject, **(claims or {})}
    return Identity(subject, frozenset(roles), frozenset(scopes), held, "jwt", f"key-{subject}")


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller got: data, errors as (code, path), and what each subgraph was asked."""

    data: Any
    errors: list[tuple[str, list[str | int]]]
    asked: dict[str, str]


@dataclass
class GuardedWorld:
    """Subgraphs by name, and how they are guarded."""

    subgraphs: tuple[StrictSubgraph, ...]
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    functions: Mapping[str, PolicyFunction] = field(default_factory=dict)
    lookups: Lookups = field(default_factory=dict)
    refuses: bool = False
    decisions: Decisions = field(default_factory=Decisions)

    def __post_init__(self) -> None:
        world = World(*self.subgraphs)
        supergraph = world.supergraph
        composed = compose_policies(supergraph, origins_in([Subgraph(each.name, each.sdl) for each in self.subgraphs]))
        assert not composed.problems, composed.problems
        self.table = composed.table
        roles = RoleInclusion(self.roles)
        options = AuthorizationOptions(
            roles, PolicyFunctions(self.functions, 0.2), self.lookups, self.refuses, self.decisions
        )
        self.authorization = Authorization(self.table, supergraph.api, options)
        self.view = VisibleSchema(self.table, supergraph.api, roles)
        connectors = world.connectors()
        self.pipeline = Pipeline(
            supergraph,
            connectors,
            PipelineOptions(OperationLimits(), extensions=(self.authorization,), view=self.view),
        )

    async def ask(self, query: str, caller: Identity = ANONYMOUS, variables: Mapping[str, Any] | None = None) -> Given:
        """Ask as the caller; a refusal counts as an answer without data."""
        for subgraph in self.subgraphs:
            subgraph.forget()
        context = RequestContext(asyncio.get_running_loop().time() + 5, caller)
        try:
            answer = orjson.loads(
                (await self.pipeline.answer(ClientRequest(query, variables=variables or {}), context)).body
            )
        except RequestError as error:
            answer = {"data": None, "errors": error.as_json()}
        errors = [(each["extensions"]["code"], each.get("path", [])) for each in answer.get("errors", ())]
        asked = {each.name: " ".join(call.operation for call in each.calls) for each in self.subgraphs if each.calls}
        return Given(answer["data"], errors, asked)
