"""What can be wrong with an operation before anything is executed."""

from typing import Any

from federation.errors import RequestError


class ParseFailed(RequestError):
    """The text is not GraphQL."""

    code = "GRAPHQL_PARSE_FAILED"


class FieldInvalid(RequestError):
    """One part of an operation does not fit the schema."""

    code = "GRAPHQL_VALIDATION_FAILED"


class ValidationFailed(RequestError):
    """The operation does not fit the schema; `problems` has one error for each thing that is wrong."""

    code = FieldInvalid.code

    def __init__(self, problems: tuple[FieldInvalid, ...]) -> None:
        super().__init__(str(problems[0]), locations=problems[0].locations)
        self.problems = problems

    def as_json(self) -> list[dict[str, Any]]:
        """All problems."""
        return [shown for problem in self.problems for shown in problem.as_json()]


class OperationNameUnknown(RequestError):
    """The document has several operations and none is named, or none of the name given."""

    code = "OPERATION_NAME_UNKNOWN"


class OperationTooLarge(RequestError):
    """The operation exceeds a limit on its size."""

    code = "OPERATION_TOO_LARGE"


class CostExceeded(RequestError):
    """The operation may cost more than any operation may."""

    code = "COST_EXCEEDED"


class OperationUnsupported(RequestError):
    """The operation is of a kind that this gateway does not execute."""

    code = "OPERATION_UNSUPPORTED"


class VariablesInvalid(RequestError):
    """Variables lack a value or have one of a wrong type."""

    code = "VARIABLES_INVALID"
