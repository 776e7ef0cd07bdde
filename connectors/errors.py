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
    """A call brought no usable answer; `detail` is for the log, the message for clients.

    `pushback` is how long (seconds) the service asks to be left alone, where it says so.
    """

    def __init__(
        self,
        message: str,
        *,
        detail: str = "",
        extensions: dict[str, object] | None = None,
        pushback: float | None = None,
    ) -> None:
        super().__init__(message)
        self.detail = detail
        self.extensions = extensions or {}
        self.pushback = pushback


class Unreachable(CallFailed):
    """The connection broke, or the service said that it is away, before the answer was complete."""

    code = "UPSTREAM_RESET"


class NotConnected(Unreachable):
    """No connection could be made: the service surely has not seen the call, so another endpoint may be asked."""

    code = "UPSTREAM_CONNECT"


class PoolExhausted(CallFailed):
    """As many calls as the service may get are on their way, and the queue behind them is full."""

    code = "POOL_EXHAUSTED"


class CircuitOpen(CallFailed):
    """The service failed so often of late that it is given time to recover: it was not called."""

    code = "CIRCUIT_OPEN"


class NoHealthyEndpoint(CallFailed):
    """None of the service's endpoints may be called."""

    code = "NO_HEALTHY_ENDPOINT"


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
