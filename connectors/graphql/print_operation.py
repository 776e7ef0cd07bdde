"""Print a fetch as the GraphQL operation that asks a subgraph for it."""

from collections.abc import Iterable, Iterator, Sequence

from graphql import VariableDefinitionNode, print_ast

from connectors.graphql.named_fragments import with_named_fragments
from connectors.protocol import Fetch
from schemas.lookup import Lookup
from schemas.selection import Condition, Field, InlineFragment, Selection


def print_operation(fetch: Fetch) -> str:
    """Print the operation, without needless text; equal fetches give equal text.

    An entity fetch asks `_entities` (Apollo's subgraph specification), with its representations in the variable that
    `representations_variable` names.
    """
    definitions = [_variable_definition(definition) for definition in fetch.variables]
    body = _selection_set(fetch.selections)
    fragments = _inline_fragments(fetch.selections)
    if not fetch.is_entity_fetch:
        return with_named_fragments(f"{fetch.kind}{_parenthesised(definitions)}{body}", fragments)
    variable = representations_variable(fetch.variables)
    definitions.insert(0, f"${variable}:[_Any!]!")
    text = f"query{_parenthesised(definitions)}{{_entities(representations:${variable}){body}}}"
    return with_named_fragments(text, fragments)


def print_entity_groups(
    name: str,
    variables: Iterable[VariableDefinitionNode],
    definitions: Iterable[str],
    selections: Sequence[Iterable[Selection]],
) -> str:
    """Print an operation that asks `_entities` once for each selection, under the response keys `_0`, `_1`...

    The representations of each are in a variable `name` of its own, numbered likewise; `variables` are the client's,
    `definitions` those of further ones.
    """
    own = [f"${name}_{number}:[_Any!]!" for number in range(len(selections))]
    own += [*definitions, *(_variable_definition(definition) for definition in variables)]
    groups = [
        f"_{number}:_entities(representations:${name}_{number}){_selection_set(each)}"
        for number, each in enumerate(selections)
    ]
    fragments = [text for each in selections for text in _inline_fragments(each)]
    return with_named_fragments(f"query{_parenthesised(own)}{{{' '.join(groups)}}}", fragments)


def print_lookups(
    name: str,
    variables: Iterable[VariableDefinitionNode],
    lookups: Sequence[tuple[Lookup, Iterable[Selection]]],
) -> str:
    """Print a query that asks for lookups under the response keys `_0`, `_1`..., each with its selections.

    An argument's value is in the variable `name`, the lookup's number and the argument's name; `variables` are the
    client's.
    """
    own: list[str] = []
    fields: list[str] = []
    for number, (lookup, selections) in enumerate(lookups):
        own += [f"${name}_{number}_{argument.name}:{argument.type}" for argument in lookup.arguments]
        filled = ",".join(f"{argument.name}:${name}_{number}_{argument.name}" for argument in lookup.arguments)
        fields.append(f"_{number}:{lookup.field}({filled}){_selection_set(selections)}")
    own += [_variable_definition(definition) for definition in variables]
    fragments = [text for _, selections in lookups for text in _inline_fragments(selections)]
    return with_named_fragments(f"query{_parenthesised(own)}{{{' '.join(fields)}}}", fragments)


def representations_variable(variables: Iterable[VariableDefinitionNode]) -> str:
    """Name the variable of the representations, apart from all variables of the client."""
    taken = [definition.variable.name.value for definition in variables]
    name = "representations"
    while any(other.startswith(name) for other in taken):
        name = f"_{name}"
    return name


def _variable_definition(definition: VariableDefinitionNode) -> str:
    # Directives on a client's variables are the gateway's business: a subgraph may not know them.
    default = f"={print_ast(definition.default_value)}" if definition.default_value else ""
    return f"${definition.variable.name.value}:{print_ast(definition.type)}{default}"


def _selection_set(selections: Iterable[Selection]) -> str:
    return f"{{{' '.join(_selection(selection) for selection in selections)}}}"


def _inline_fragments(selections: Iterable[Selection]) -> Iterator[str]:
    """The texts of all that could be named fragments as well."""
    for selection in selections:
        if isinstance(selection, InlineFragment) and selection.on and not selection.conditions:
            yield _selection(selection)
        yield from _inline_fragments(selection.selections)


def _selection(selection: Selection) -> str:
    own, outer = _split(selection.conditions)
    text = f"{_head(selection)}{_directives(own)}"
    if selection.selections:
        text += _selection_set(selection.selections)
    for condition in outer:
        text = f"...{_directives((condition,))}{{{text}}}"
    return text


def _head(selection: Selection) -> str:
    if isinstance(selection, InlineFragment):
        return f"...on {selection.on}" if selection.on else "..."
    return _field_head(selection)


def _field_head(field: Field) -> str:
    alias = f"{field.alias}:" if field.alias and field.alias != field.name else ""
    arguments = [f"{argument.name}:{print_ast(argument.value)}" for argument in field.arguments]
    return f"{alias}{field.name}{_parenthesised(arguments)}"


def _split(conditions: tuple[Condition, ...]) -> tuple[list[Condition], list[Condition]]:
    """Part the conditions into those that can stand on one place and those that need fragments around it.

    Spec 5.7.3: `@skip` and `@include` may each stand there only once.
    """
    own: dict[bool, Condition] = {}
    for condition in conditions:
        own.setdefault(condition.negated, condition)
    outer = [condition for condition in dict.fromkeys(conditions) if condition not in own.values()]
    return list(own.values()), outer


def _directives(conditions: Iterable[Condition]) -> str:
    return "".join(f"@{'skip' if each.negated else 'include'}(if:${each.variable})" for each in conditions)


def _parenthesised(parts: list[str]) -> str:
    return f"({','.join(parts)})" if parts else ""
