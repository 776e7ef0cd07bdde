"""Change the bodies of a route's requests and answers; they are read as a whole for it, within the route's bounds."""

from dataclasses import dataclass
from typing import Final

import orjson

from connectors.errors import AnswerTooLarge
from connectors.transforms.transforms import Transforms, change_text
from federation.errors import RequestError
from federation.routes.forwarded import Lines
from federation.routes.routed import RoutedAnswer

# What says something of the bytes of a body holds no longer when the body is changed.
OF_THE_BYTES: Final = frozenset(
    {b"accept-ranges", b"content-digest", b"content-length", b"content-md5", b"digest", b"etag"}
)
PARTIAL: Final = 206


class BodyNotJson(RequestError):
    """The body has to be JSON, since it is changed on its way to the service."""


@dataclass(frozen=True, slots=True)
class Transforming:
    """What a route makes of bodies; answers that mean failure, and those without a body, are left as they are."""

    transforms: Transforms

    @property
    def changes_requests(self) -> bool:
        """Whether requests are changed, so that they cannot be streamed."""
        return self.transforms.request is not None

    @property
    def changes_answers(self) -> bool:
        """Whether answers are changed, so that they cannot be streamed."""
        return self.transforms.answer is not None

    def request_lines(self, lines: Lines) -> Lines:
        """The headers without those that ask for an answer which cannot be changed."""
        if not self.changes_answers:
            return lines
        return tuple(line for line in lines if line[0] not in {"accept-encoding", "range"})

    def request_body(self, body: bytes) -> bytes | None:
        """What the service gets. Raises BodyNotJson, TransformFailed."""
        if not body:
            return None
        change = self.transforms.request
        assert change is not None
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BodyNotJson(f"the body is not JSON: {error.msg} at {error.pos}") from error
        return change_text(change, body, "the request")

    async def answer(self, answer: RoutedAnswer, most_bytes: int) -> RoutedAnswer:
        """What the client gets. Raises CallFailed."""
        change = self.transforms.answer
        if change is None or not 200 <= answer.status < 300 or answer.status == PARTIAL:
            return answer
        body = answer.body + await _read(answer, most_bytes)
        if not body:
            return answer
        headers = tuple(line for line in answer.headers if line[0] not in OF_THE_BYTES)
        return RoutedAnswer(answer.status, headers, change_text(change, body, "the service's answer"))


async def _read(answer: RoutedAnswer, most_bytes: int) -> bytes:
    if answer.rest is None:
        return b""
    pieces: list[bytes] = []
    left = most_bytes - len(answer.body)
    try:
        while left >= 0 and (piece := await answer.rest.read()):
            pieces.append(piece)
            left -= len(piece)
    finally:
        await answer.rest.close()
    if left < 0:
        raise AnswerTooLarge(f"the answer is larger than {most_bytes} bytes, and cannot be changed as a whole")
    return b"".join(pieces)
