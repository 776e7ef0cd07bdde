"""From an operation's text to a normalised operation: parse, choose, bound, validate, normalise."""

from collections.abc import Mapping
from typing import Literal, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from federation.operations.errors import (
    FieldInvalid,
    OperationNameUnknown,
    OperationTooLarge,
    OperationUnsupported,
    ParseFailed,
    ValidationFailed,
)
from federation.operations.introspection import introspection_document
from federation.operations.limits import OperationLimits, check_size
from federation.operations.normalise import normalise
from federation.operations.operation import INTROSPECTION_FIELDS, Operation, OperationField
from federation.operations.scan import scan

MOST_PROBLEMS = 50
_PARSER_LIMIT = "Parsing aborted."  # how graphql-core ends what it says of texts that are too long or too deep


def prepare_operation(
    text: str,
    operation_name: str | None,
    schema: GraphQLSchema,
    limits: OperationLimits,
    *,
    hide_suggestions: bool = False,
) -> Operation:
    """The operation called `operation_name` (or the only one) of the document `text`.

    With `hide_suggestions` errors name no fields and types but those that the client wrote.
    Raises ParseFailed, OperationNameUnknown, ValidationFailed (with all problems), OperationTooLarge or
    OperationUnsupported.
    """
    scan(text, limits)
    document = _parse(text, limits)
    fragments = {item.name.value: item for item in document.definitions if isinstance(item, FragmentDefinitionNode)}
    _check_sizes(document, fragments, limits)
    _validate(schema, document, hide_suggestions=hide_suggestions)
    chosen = _choose(document, operation_name)
    root = schema.get_root_type(chosen.operation)
    if chosen.operation is OperationType.SUBSCRIPTION or root is None:
        raise OperationUnsupported("this endpoint serves queries and mutations; subscriptions are not supported")
    selections = normalise(schema, root, chosen, fragments)
    asks_schema = any(isinstance(item, OperationField) and item.name in INTROSPECTION_FIELDS for item in selections)
    return Operation(
        kind=cast(Literal["query", "mutation"], chosen.operation.value),
        name=chosen.name.value if chosen.name else None,
        root_type=root.name,
        selections=selections,
        variables=tuple(chosen.variable_definitions or ()),
        introspection=introspection_document(chosen, fragments) if asks_schema else None,
    )


def _parse(text: str, limits: OperationLimits) -> DocumentNode:
    try:
        return parse(text, max_tokens=limits.max_tokens)
    except GraphQLSyntaxError as error:
        if error.message.endswith(_PARSER_LIMIT):
            raise OperationTooLarge(_too_large(error.message, limits)) from error
        raise ParseFailed(error.message, locations=_locations(error)) from error
    except RecursionError as error:
        raise OperationTooLarge("the operation is nested too deeply to be read") from error


def _too_large(message: str, limits: OperationLimits) -> str:
    if "nested" in message:
        return "the operation is nested too deeply to be read"
    return f"the operation has more than {limits.max_tokens} tokens"


def _check_sizes(
    document: DocumentNode, fragments: Mapping[str, FragmentDefinitionNode], limits: OperationLimits
) -> None:
    """Before validation, whose costs grow faster than the operation."""
    try:
        for item in document.definitions:
            if isinstance(item, OperationDefinitionNode):
                check_size(item.selection_set, fragments, limits)
    except RecursionError as error:
        raise OperationTooLarge("the operation is nested too deeply to be measured") from error


def _validate(schema: GraphQLSchema, document: DocumentNode, *, hide_suggestions: bool) -> None:
    try:
        problems = validate(schema, document, max_errors=MOST_PROBLEMS, hide_suggestions=hide_suggestions)
    except RecursionError as error:
        raise OperationTooLarge("the operation is nested too deeply to be validated") from error
    if problems:
        raise ValidationFailed(tuple(FieldInvalid(error.message, locations=_locations(error)) for error in problems))


def _choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [item for item in document.definitions if isinstance(item, OperationDefinitionNode)]
    if not operations:
        raise OperationNameUnknown("the document has no operation")
    if name is None:
        if len(operations) > 1:
            raise OperationNameUnknown("the document has several operations: say by operationName which one to run")
        return operations[0]
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    raise OperationNameUnknown(f"the document has no operation named {name!r}")


def _locations(error: GraphQLError) -> tuple[tuple[int, int], ...]:
    return tuple((place.line, place.column) for place in error.locations or ())
