"""Make authorisation of the configuration: its roles, the team's functions, and what gives entities by their key."""

from collections.abc import Iterator, Mapping
from types import ModuleType

from federation.assembly.build_supergraph import BuiltSupergraph
from federation.config.policies import AuthorizationSection
from federation.errors import ConfigurationError
from federation.extensions.authorization.authorize import Authorization, AuthorizationOptions
from federation.extensions.authorization.functions import PolicyFunctions, functions_in
from federation.extensions.authorization.guarded_fields import Lookups
from federation.extensions.authorization.visible_schema import VisibleSchema
from federation.extensions.decisions import Decisions
from schemas.authoring.load_module import load_module
from schemas.policy import MeetsPolicies, PolicyTable
from schemas.problems import SchemaInvalid
from schemas.read_connect import Bindings
from schemas.role_inclusion import RoleInclusion


def make_authorization(
    section: AuthorizationSection, built: BuiltSupergraph, decisions: Decisions
) -> Authorization | None:
    """The extension; None where no field is guarded. Raises ConfigurationError with every problem."""
    functions = _functions(section)
    problems = tuple(_unknown_policies(built.policies, functions))
    if problems:
        raise ConfigurationError(problems)
    if not has_guards(built.policies):
        return None
    refuses = section.denied == "refuse"
    options = AuthorizationOptions(RoleInclusion(section.roles), functions, _lookups(built), refuses, decisions)
    return Authorization(built.policies, built.supergraph.api, options)


def make_view(section: AuthorizationSection, built: BuiltSupergraph) -> VisibleSchema | None:
    """What introspection shows; None where it shows everything to all."""
    if section.introspection == "all" or not has_guards(built.policies):
        return None
    return VisibleSchema(built.policies, built.supergraph.api, RoleInclusion(section.roles))


def has_guards(policies: PolicyTable) -> bool:
    """Whether any field is guarded."""
    return any(policy.guards for policy in policies.fields.values())


def _functions(section: AuthorizationSection) -> PolicyFunctions | None:
    if section.functions is None:
        return None
    try:
        module: ModuleType = load_module(section.functions)
    except SchemaInvalid as error:
        raise ConfigurationError(tuple(str(problem) for problem in error.problems)) from error
    functions, problems = functions_in(module)
    if problems:
        raise ConfigurationError(problems)
    return PolicyFunctions(functions, section.function_timeout)


def _unknown_policies(policies: PolicyTable, functions: PolicyFunctions | None) -> Iterator[str]:
    known = functions.names if functions is not None else frozenset[str]()
    for coordinate, policy in policies.fields.items():
        for guard in policy.guards:
            if isinstance(guard, MeetsPolicies):
                for name in sorted({name for group in guard.policies for name in group} - known):
                    yield (
                        f"{guard.origin}: {coordinate}: no function is for the policy '{name}': write one under "
                        "@policy in the module that authorization.functions names"
                    )


def _lookups(built: BuiltSupergraph) -> Lookups:
    """Fields of the query type that give an entity by its key, as connectors and plain services declare them."""
    found: dict[str, Mapping[str, str]] = {}
    bindings: Bindings = built.bindings
    query = built.supergraph.api.query_type
    for connect in bindings.connects:
        if connect.entity and "." in connect.coordinate:
            found[connect.coordinate] = {name: name for name in connect.arguments}
    for lookup in bindings.lookups:
        if not lookup.many and query is not None:
            found[f"{query.name}.{lookup.field}"] = {argument.field: argument.name for argument in lookup.arguments}
    return found
