"""What can go wrong between the gateway and a service."""


class ConnectorError(Exception):
    """The root of all errors of connectors; `code` is what clients see in `extensions.code`."""

    code = "UPSTREAM_ERROR"


class CannotPrepare(ConnectorError):
    """A fetch asks a connector for what it cannot give."""

    code = "CANNOT_PREPARE"


class BindingInvalid(ConnectorError):
    """A `@source` or `@connect` is wrong: its template, selection, method or types."""

    code = "BINDING_INVALID"


class CallFailed(ConnectorError):
    """A call brought no usable answer; `detail` is for the log, the message for clients."""

    def __init__(self, message: str, *, detail: str = "", extensions: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.detail = detail
        self.extensions = extensions or {}


class Unreachable(CallFailed):
    """The connection broke, or the service said that it is away, before the answer was complete."""

    code = "UPSTREAM_RESET"


class NotConnected(Unreachable):
    """No connection could be made: the service surely has not seen the call, so another endpoint may be asked."""

    code = "UPSTREAM_CONNECT"


class PoolExhausted(CallFailed):
    """All connections to the service are in use, and the queue for them is full."""

    code = "POOL_EXHAUSTED"


class TimedOut(CallFailed):
    """The deadline passed before the answer was complete."""

    code = "UPSTREAM_TIMEOUT"


class BadStatus(CallFailed):
    """The service answered with a status that means failure."""

    code = "UPSTREAM_ERROR"


class BadAnswer(CallFailed):
    """The service answered something that is not what its schema promises."""

    code = "UPSTREAM_BAD_RESPONSE"


class AnswerTooLarge(CallFailed):
    """The answer is larger than the limit; it was not read to its end."""

    code = "UPSTREAM_TOO_LARGE"


class NotSendable(CallFailed):
    """The values of a request do not fit into the call: an empty path segment, a header with a line break."""

    code = "UPSTREAM_REQUEST_INVALID"
