"""What fields of an operation cost: a bound before anything is fetched, and the real cost of the answer.

As in the cost specification that `@cost` and `@listSize` come from: each item of a field weighs what the field's
`@cost` says, else that of its type, else 1 for objects and nothing for leaves; arguments and what is selected of it
come on top.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLArgument,
    GraphQLInputObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)

from federation.operations.operation import Operation, OperationField, OperationSelection
from schemas.policy import ListSize, PolicyTable

# The fields that lead to a field, itself last.
Chain: TypeAlias = tuple[OperationField, ...]


class Costs:
    """Costs by the policies of a schema; `usual_size` is taken for lists of which nothing is said."""

    def __init__(self, policies: PolicyTable, schema: GraphQLSchema, usual_size: int) -> None:
        self._policies = policies
        self._schema = schema
        self._usual_size = usual_size

    def most_items(self, chain: Chain, variables: Mapping[str, Any]) -> int:
        """How many values the last field of the chain gives at most, in all lists that it stands in."""
        items = 1
        for field, around in zip(chain, (None, *chain), strict=False):
            items *= self._size(field, around, variables)
        return items

    def most(self, chain: Chain, variables: Mapping[str, Any]) -> int:
        """What the last field of the chain costs at most, with all that is selected of it."""
        times = self.most_items(chain[:-1], variables)
        return times * self._most(chain[-1], chain[-2] if len(chain) > 1 else None, variables)

    def most_of(self, operation: Operation, variables: Mapping[str, Any]) -> int:
        """What a whole operation costs at most."""
        return sum(self._most(each, None, variables) for each in _fields(operation.selections, variables))

    def items(self, chain: Chain, data: Mapping[str, Any] | None) -> int:
        """How many values of the last field of the chain an answer has."""
        return sum(1 for place in _objects(chain[:-1], data) for _ in _values(place.get(chain[-1].key)))

    def real(self, chain: Chain, data: Mapping[str, Any] | None, variables: Mapping[str, Any]) -> int:
        """What the last field of the chain, with all that is selected of it, cost in an answer."""
        return sum(self._real(chain[-1], place, variables) for place in _objects(chain[:-1], data))

    def _most(self, field: OperationField, around: OperationField | None, variables: Mapping[str, Any]) -> int:
        inner = sum(self._most(each, field, variables) for each in _fields(field.selections, variables))
        each = self._weight(field) + inner
        return self._arguments(field, variables) + self._size(field, around, variables) * each

    def _real(self, field: OperationField, place: Mapping[str, Any], variables: Mapping[str, Any]) -> int:
        if field.key not in place:
            return 0
        cost = self._arguments(field, variables)
        weight = self._weight(field)
        inner = tuple(_fields(field.selections, variables))
        for value in _values(place[field.key]):
            cost += weight
            if isinstance(value, dict):
                cost += sum(self._real(each, value, variables) for each in inner)
        return cost

    def _weight(self, field: OperationField) -> int:
        cost = self._policies.of(f"{field.parent_type}.{field.name}").cost
        if cost is not None:
            return cost
        named = get_named_type(field.type)
        return self._policies.type_costs.get(named.name, 1 if is_composite_type(named) else 0)

    def _arguments(self, field: OperationField, variables: Mapping[str, Any]) -> int:
        costs = self._policies.argument_costs
        if not costs or not field.arguments:
            return 0
        total = 0
        for argument in field.arguments:
            total += costs.get(f"{field.parent_type}.{field.name}({argument.name}:)", 0)
            declared = self._declared(field, argument.name)
            if declared is not None:
                value = value_from_ast_untyped(argument.value, dict(variables))
                total += self._input(get_named_type(declared.type), value)
        return total

    def _input(self, type_: Any, value: Any) -> int:
        if isinstance(value, list):
            return sum(self._input(type_, each) for each in value)
        if not isinstance(type_, GraphQLInputObjectType) or not isinstance(value, dict):
            return 0
        costs = self._policies.argument_costs
        return sum(
            costs.get(f"{type_.name}.{name}", 0) + self._input(get_named_type(type_.fields[name].type), inner)
            for name, inner in value.items()
            if name in type_.fields
        )

    def _size(self, field: OperationField, around: OperationField | None, variables: Mapping[str, Any]) -> int:
        """How many items the field has at most: one, unless it is a list."""
        kind = field.type.of_type if is_non_null_type(field.type) else field.type
        if not is_list_type(kind):
            return 1
        own = self._policies.of(f"{field.parent_type}.{field.name}").list_size
        if own is not None and not own.sized_fields:
            return self._said(own, field, variables)
        if around is not None:
            outer = self._policies.of(f"{around.parent_type}.{around.name}").list_size
            if outer is not None and field.name in outer.sized_fields:
                return self._said(outer, around, variables)
        return self._usual_size

    def _said(self, size: ListSize, field: OperationField, variables: Mapping[str, Any]) -> int:
        given = [self._argument(field, name, variables) for name in size.slicing_arguments]
        known = [each for each in given if isinstance(each, int) and not isinstance(each, bool)]
        if known:
            return max(0, *known)
        return self._usual_size if size.assumed_size is None else size.assumed_size

    def _argument(self, field: OperationField, path: str, variables: Mapping[str, Any]) -> Any:
        """The value of an argument, or of a field in it (`page.first`), or its default."""
        name, *inner = path.split(".")
        value: Any = Undefined
        for argument in field.arguments:
            if argument.name == name:
                value = value_from_ast_untyped(argument.value, dict(variables))
        if value is Undefined:
            value = self._default(field, name)
        for step in inner:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def _default(self, field: OperationField, name: str) -> Any:
        declared = self._declared(field, name)
        default = None if declared is None else declared.default
        if default is None:
            return None
        return default.value if default.literal is None else value_from_ast_untyped(default.literal)

    def _declared(self, field: OperationField, name: str) -> GraphQLArgument | None:
        parent = self._schema.type_map[field.parent_type]
        declared = self._schema.get_field(parent, field.name)  # type: ignore[arg-type]
        return None if declared is None else declared.args.get(name)


def _fields(selections: Sequence[OperationSelection], variables: Mapping[str, Any]) -> Iterator[OperationField]:
    """The fields that are asked for; those of fragments too, since any object may be of their type."""
    for item in selections:
        if not isinstance(item, OperationField):
            yield from _fields(item.selections, variables)
        elif all(bool(variables.get(each.variable)) != each.negated for each in item.conditions):
            yield item


def _objects(chain: Chain, data: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """The objects of an answer that stand where the chain leads."""
    if data is None:
        return
    if not chain:
        yield data
        return
    for value in _values(data.get(chain[0].key)):
        if isinstance(value, dict):
            yield from _objects(chain[1:], value)


def _values(value: Any) -> Iterator[Any]:
    """The values of a field: the items of its list, itself when it is none, nothing for null."""
    if isinstance(value, list):
        for item in value:
            yield from _values(item)
    elif value is not None:
        yield value
