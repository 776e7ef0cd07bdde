"""Cut the bytes of an answer into messages, within a limit (gRPC over HTTP/2: Length-Prefixed-Message)."""

from typing import Final

from connectors.errors import AnswerTooLarge, BadAnswer

PREFIX_SIZE: Final = 5


def with_prefix(message: bytes) -> bytes:
    """A message as it stands on the wire: not compressed, its size, itself."""
    return b"\0" + len(message).to_bytes(4, "big") + message


class Messages:
    """The messages of one answer; `most_bytes` bounds each of them and, with their prefixes, all together."""

    __slots__ = ("_left", "_most_bytes", "_pending", "whole")

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._left = most_bytes + PREFIX_SIZE
        self._pending = bytearray()
        self.whole: list[bytes] = []

    @property
    def ends_half_way(self) -> bool:
        """Whether a message has begun, and not ended."""
        return bool(self._pending)

    def feed(self, data: bytes) -> None:
        """Take what has come. Raises AnswerTooLarge, and BadAnswer for messages that are compressed."""
        if not self._pending and len(data) >= PREFIX_SIZE and self._size(data) == len(data) - PREFIX_SIZE:
            self._take(data[PREFIX_SIZE:])
            return
        pending = self._pending
        pending += data
        while len(pending) >= PREFIX_SIZE:
            end = PREFIX_SIZE + self._size(pending)
            if len(pending) < end:
                break
            self._take(bytes(pending[PREFIX_SIZE:end]))
            del pending[:end]

    def _size(self, data: bytes | bytearray) -> int:
        if data[0]:
            raise BadAnswer("the answer of the service is compressed, which was not asked for")
        size = int.from_bytes(data[1:PREFIX_SIZE], "big")
        if size + PREFIX_SIZE > self._left:
            raise AnswerTooLarge("the answer of the service is too large", detail=f"more than {self._most_bytes} bytes")
        return size

    def _take(self, message: bytes) -> None:
        self._left -= len(message) + PREFIX_SIZE
        self.whole.append(message)
