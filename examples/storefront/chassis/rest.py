"""Answer REST calls: routes over a bare ASGI callable, JSON in and out, problems as RFC 9457 says."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = "application/json"
LARGEST_BODY = 1 << 20
UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class Request:
    """One call: the values of the route's path parameters, the query parameters and the body, all decoded."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises Problem 400 when it is something else."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, "the body is not JSON") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a body; `json` encodes a value."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Problem(Exception):
    """A call that is refused: its status, what is wrong, and for a bad body each bad member."""

    def __init__(self, status: int, detail: str, errors: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)

    def answer(self) -> Answer:
        """The problem as `application/problem+json`."""
        value: dict[str, Any] = {"type": "about:blank", "status": self.status, "detail": self.detail}
        if self.errors:
            value["errors"] = self.errors
        return Answer(orjson.dumps(value), self.status, "application/problem+json")


Handler = Callable[[Request], Answer]
Interceptor = Callable[[str], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: a method, a path such as `/users/{id}`, and what answers it."""

    method: str
    path: str
    handler: Handler

    @property
    def operation(self) -> str:
        """How counts and faults call this route: `GET /users/{id}`."""
        return f"{self.method} {self.path}"

    def match(self, segments: Sequence[str]) -> Mapping[str, str] | None:
        """The path parameters when the path is this route's, else None."""
        pattern = self.path.split("/")
        if len(pattern) != len(segments):
            return None
        values: dict[str, str] = {}
        for expected, found in zip(pattern, segments, strict=True):
            if expected.startswith("{"):
                values[expected[1:-1]] = found
            elif expected != found:
                return None
        return values


def json(value: Any, status: int = 200) -> Answer:
    """A value as a JSON answer."""
    return Answer(orjson.dumps(value), status)


async def _pass(_operation: str) -> Answer | None:
    return None


class RestApp:
    """The ASGI callable; `intercept` sees each operation first and may answer in the handler's place."""

    def __init__(self, routes: Sequence[Route], intercept: Interceptor = _pass) -> None:
        self._routes = tuple(routes)
        self._intercept = intercept

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        assert scope["type"] == "http", scope["type"]  # the server is told not to offer anything else
        try:
            answer = await self._answer(scope, await _read_body(receive))
        except Problem as problem:
            answer = problem.answer()
        headers = (("content-type", answer.content_type), ("content-length", str(len(answer.body))), *answer.headers)
        encoded = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Message, body: bytes) -> Answer:
        # Split before decoding: an encoded slash belongs to a value, not to the path.
        segments = [unquote(segment) for segment in scope["raw_path"].decode("ascii").split("/")]
        found = [(route, values) for route in self._routes if (values := route.match(segments)) is not None]
        for route, values in found:
            if route.method == scope["method"]:
                query = dict(parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True))
                intercepted = await self._intercept(route.operation)
                return intercepted or route.handler(Request(values, query, body))
        intercepted = await self._intercept(UNMATCHED)
        if intercepted:
            return intercepted
        if not found:
            raise Problem(404, "there is nothing at this address")
        allowed = ", ".join(sorted({route.method for route, _ in found}))
        return Answer(b"", 405, headers=(("allow", allowed),))


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Problem(400, "the client left before its request was whole")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise Problem(413, f"the body is larger than {LARGEST_BODY} bytes")
        if not message.get("more_body", False):
            return b"".join(parts)
