"""Peers that do on each HTTP/2 connection what a test says, however wrong it is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from hpack import Encoder

from connectors.grpc.channel import Channel, GrpcRequest
from connectors.grpc.http2.frames import HEAD, HEAD_SIZE, PREFACE, ErrorCode, Flag, Kind, frame, settings
from connectors.grpc.http2.messages import with_prefix
from connectors.grpc.types import GrpcTypes
from tests.connectors.scripted_server import Script, ScriptedServer, Side, both_loops, servers_of

OPENING = ((":status", "200"), ("content-type", "application/grpc"))
ECHO = "interlace.test.EverythingService/GetShared"


pytest_asyncio_loop_factories = both_loops


@dataclass
class Peer(Side):
    """The server's side of one connection; `seen` has the frames that came."""

    seen: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    async def begin(self, values: dict[int, int] | None = None) -> None:
        """Take the client's first words, and send settings."""
        assert await self.reader.readexactly(len(PREFACE)) == PREFACE
        await self.send(settings(values or {}))

    async def frame(self) -> tuple[int, int, int, bytes]:
        high, low, kind, flags, stream = HEAD.unpack(await self.reader.readexactly(HEAD_SIZE))
        payload = await self.reader.readexactly(high << 8 | low)
        self.seen.append((kind, flags, stream, payload))
        return kind, flags, stream, payload

    async def until(self, *kinds: int) -> tuple[int, int, int, bytes]:
        """The next frame of one of these kinds; others are passed over."""
        while True:
            found = await self.frame()
            if found[0] in kinds:
                return found

    async def call(self) -> tuple[int, bytes]:
        """The stream and the message of the next call that is sent as a whole."""
        message = b""
        while True:
            _, flags, stream, payload = await self.until(Kind.DATA)
            message += payload
            if flags & Flag.END_STREAM:
                return stream, message[5:]

    async def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))
        await self.writer.drain()

    async def answer(self, stream: int, message: bytes) -> None:
        await self.send(headers(stream, OPENING), data(stream, with_prefix(message)), trailers(stream))


def headers(stream: int, fields: tuple[tuple[str, str], ...], *, ends: bool = False) -> bytes:
    flags = Flag.END_HEADERS | (Flag.END_STREAM if ends else 0)
    return frame(Kind.HEADERS, flags, stream, Encoder().encode(fields))


def data(stream: int, payload: bytes, *, ends: bool = False) -> bytes:
    return frame(Kind.DATA, Flag.END_STREAM if ends else 0, stream, payload)


def trailers(stream: int, status: str = "0", message: str = "") -> bytes:
    fields = (("grpc-status", status), *((("grpc-message", message),) if message else ()))
    return headers(stream, fields, ends=True)


def goaway(last: int, code: int = ErrorCode.NO_ERROR) -> bytes:
    return frame(Kind.GOAWAY, 0, 0, last.to_bytes(4, "big") + code.to_bytes(4, "big"))


class ScriptedPeer(ScriptedServer[Peer]):
    """Speaks HTTP/2, or what a test takes for it."""

    @property
    def address(self) -> str:
        return self.host


@pytest.fixture
async def peer() -> AsyncIterator[Callable[[Script[Peer]], Awaitable[ScriptedPeer]]]:
    """Starts peers that are stopped at the end of the test."""
    async with servers_of(ScriptedPeer, Peer) as start:
        yield start


class Caller(Channel):
    """A channel whose calls may take as long as their requests."""

    async def answer_to(self, request: GrpcRequest) -> tuple[bytes, ...]:
        return await self.call(request, request.deadline)


@pytest.fixture
async def channel_to() -> AsyncIterator[Callable[..., Caller]]:
    """Makes channels that are closed at the end of the test."""
    made: list[Caller] = []

    def make(peer: ScriptedPeer, most_bytes: int = 1_000_000) -> Caller:
        made.append(Caller(peer.address, most_bytes))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def request_of(types: GrpcTypes) -> Callable[..., GrpcRequest]:
    def make(message: bytes = b"hello", seconds: float = 5.0) -> GrpcRequest:
        return GrpcRequest(types.method(ECHO), message, (), asyncio.get_running_loop().time() + seconds)

    return make
