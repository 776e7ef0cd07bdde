"""The guarded fields of one operation, with all that can be settled before a request comes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from federation.operations.needed_fields import Ways, can_need
from federation.operations.operation import Operation, OperationField
from federation.operations.selected_fields import SelectedField, selected_fields
from schemas.conditions import variables_of
from schemas.policy import Guard, MeetsPolicies, Mode, Owns, PolicyTable

# For fields of the query type that give an entity by its key: its key fields and the arguments that take them.
Lookups = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class GuardedField:
    """One guarded field.

    `constant` guards ask for roles and scopes only. Others `ask` the team's functions, or look at claims, arguments and
    the object (`owns`); the object is known by its `ways`, of which `lookup` may give some from the field around it.
    """

    selected: SelectedField
    constant: tuple[Guard, ...]
    ask: tuple[MeetsPolicies, ...]
    owns: tuple[Owns, ...]
    definition: GraphQLField | None
    ways: Ways = ()
    can_know: bool = True
    lookup: "Lookup | None" = None

    @property
    def coordinate(self) -> str:
        """Its coordinate."""
        return self.selected.coordinate

    @property
    def is_constant(self) -> bool:
        """Whether all callers of the same roles and scopes are treated alike."""
        return not (self.ask or self.owns)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """The field around, which gives an entity by its key: `arguments` are those that take the key fields."""

    field: OperationField
    definition: GraphQLField
    arguments: Mapping[str, str]


def guarded_fields(
    operation: Operation, table: PolicyTable, schema: GraphQLSchema, lookups: Lookups
) -> Iterator[GuardedField]:
    """The fields of the operation that have guards which are not off."""
    around: dict[object, SelectedField] = {}
    for selected in selected_fields(operation):
        around[selected.mark] = selected
        guards = [guard for guard in table.of(selected.coordinate).guards if guard.mode is not Mode.OFF]
        if guards:
            parent = around[selected.marks[-2]] if len(selected.marks) > 1 else None
            yield _guarded(selected, guards, parent, schema, lookups)


def _guarded(
    selected: SelectedField,
    guards: list[Guard],
    parent: SelectedField | None,
    schema: GraphQLSchema,
    lookups: Lookups,
) -> GuardedField:
    owns = tuple(guard for guard in guards if isinstance(guard, Owns))
    variables = [variable for guard in owns for variable in variables_of(guard.when)]
    ways = tuple(dict.fromkeys(variable.path for variable in variables if variable.scope == "this"))
    return GuardedField(
        selected,
        tuple(guard for guard in guards if not isinstance(guard, Owns | MeetsPolicies)),
        tuple(guard for guard in guards if isinstance(guard, MeetsPolicies)),
        owns,
        _definition(schema, selected.field),
        ways,
        can_need(schema, selected.field.parent_type, ways),
        _lookup(parent, schema, lookups) if ways else None,
    )


def _lookup(parent: SelectedField | None, schema: GraphQLSchema, lookups: Lookups) -> Lookup | None:
    arguments = lookups.get(parent.coordinate) if parent is not None else None
    definition = _definition(schema, parent.field) if parent is not None else None
    if parent is None or arguments is None or definition is None:
        return None
    return Lookup(parent.field, definition, arguments)


def _definition(schema: GraphQLSchema, field: OperationField) -> GraphQLField | None:
    owner = schema.type_map[field.parent_type]
    assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) or field.name == "__typename"
    return owner.fields.get(field.name) if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) else None
