"""Hold one subgraph against the laws that it must keep by itself."""

from collections.abc import Callable, Iterator

from federation.composition.errors import CompositionError, in_subgraph
from federation.composition.field_roles import FieldRoles
from federation.composition.subgraph_rules.context_arguments_are_given import context_arguments_are_given
from federation.composition.subgraph_rules.context_names_are_plain import context_names_are_plain
from federation.composition.subgraph_rules.costs_and_sizes_fit import costs_and_sizes_fit
from federation.composition.subgraph_rules.external_fields_are_used import external_fields_are_used
from federation.composition.subgraph_rules.guards_are_on_objects import guards_are_on_objects
from federation.composition.subgraph_rules.interface_keys_are_on_implementations import (
    interface_keys_are_on_implementations,
)
from federation.composition.subgraph_rules.interface_objects_are_entities import interface_objects_are_entities
from federation.composition.subgraph_rules.keys_are_selectable import keys_are_selectable
from federation.composition.subgraph_rules.provided_fields_are_external import provided_fields_are_external
from federation.composition.subgraph_rules.required_fields_are_external import required_fields_are_external
from federation.composition.subgraph_rules.shareable_is_on_objects import shareable_is_on_objects
from federation.composition.subgraph_rules.types_have_fields import types_have_fields
from federation.composition.subgraph_schema import SubgraphSchema

Rule = Callable[[SubgraphSchema, FieldRoles], Iterator[CompositionError]]

RULES: tuple[Rule, ...] = (
    keys_are_selectable,
    required_fields_are_external,
    provided_fields_are_external,
    external_fields_are_used,
    types_have_fields,
    shareable_is_on_objects,
    interface_keys_are_on_implementations,
    interface_objects_are_entities,
    costs_and_sizes_fit,
    guards_are_on_objects,
    context_names_are_plain,
    context_arguments_are_given,
)


def check_subgraph(subgraph: SubgraphSchema) -> tuple[CompositionError, ...]:
    """Everything that is wrong with the subgraph by itself, each error naming it."""
    roles = FieldRoles(subgraph)
    return in_subgraph(subgraph.name, (error for rule in RULES for error in rule(subgraph, roles)))
