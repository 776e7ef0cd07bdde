"""What can be wrong with an operation before anything is executed."""

from federation.errors import RequestError


class ParseFailed(RequestError):
    """The text is not GraphQL."""

    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(RequestError):
    """The operation does not fit the schema; `problems` has one error for each thing that is wrong."""

    code = "GRAPHQL_VALIDATION_FAILED"

    def __init__(self, problems: tuple[RequestError, ...]) -> None:
        super().__init__(str(problems[0]), locations=problems[0].locations)
        self.problems = problems


class OperationNameUnknown(RequestError):
    """The document has several operations and none is named, or none of the name given."""

    code = "OPERATION_NAME_UNKNOWN"


class OperationTooLarge(RequestError):
    """The operation exceeds a limit on its size."""

    code = "OPERATION_TOO_LARGE"


class OperationUnsupported(RequestError):
    """The operation is of a kind that this gateway does not execute."""

    code = "OPERATION_UNSUPPORTED"


class VariablesInvalid(RequestError):
    """Variables lack a value or have one of a wrong type."""

    code = "VARIABLES_INVALID"
