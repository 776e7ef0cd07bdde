"""Speak gRPC to one address, in bytes: decoding is ours, since grpc.aio only logs what its deserialisers raise."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import grpc

from connectors.errors import NotConnected, Unreachable
from connectors.grpc.statuses import bad_answer, failure, timed_out, too_large
from connectors.grpc.types import GrpcMethod

Result = TypeVar("Result")
Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]

CHANNEL_OPTIONS = (
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),  # two snapshots of the gateway share no connection, so each can be closed
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 1_000),  # also how long a connection may take to be made
    ("grpc.max_reconnect_backoff_ms", 1_000),
)
# How the attempt to connect ends. gRPC goes on trying after a failure, and says so only when it succeeds.
ENDED = frozenset(
    {
        grpc.ChannelConnectivity.READY,
        grpc.ChannelConnectivity.TRANSIENT_FAILURE,
        grpc.ChannelConnectivity.SHUTDOWN,
    }
)
CLOSED = "the connection was closed here"


@dataclass(frozen=True, slots=True)
class GrpcRequest:
    """One call: a serialised message, and until when (loop time) its answer is of use.

    An `idempotent` request may be sent again when nobody knows whether it has been answered.
    """

    method: GrpcMethod
    message: bytes
    metadata: Metadata
    deadline: float
    idempotent: bool = False


class Channel:
    """The way to one address; what is open belongs to the loop in which it is first used.

    `most_bytes` bounds one message, and all messages of a stream together.
    """

    def __init__(self, address: str, most_bytes: int) -> None:
        self.address = address
        self._most_bytes = most_bytes
        self._channel: grpc.aio.Channel | None = None
        self._callables: dict[str, Callable[..., Any]] = {}
        self._closed = False

    async def call(self, request: GrpcRequest, until: float) -> tuple[bytes, ...]:
        """The messages of the answer, waited for `until` then (loop time): one, or those of a stream.

        The service is told how much time it has. Raises NotConnected as soon as a connection is refused; after that,
        other subclasses of CallFailed.
        """
        await self._connect(until)
        callable_ = self._callable(request.method.path, streams=request.method.server_streaming)
        call = callable_(request.message, timeout=self._patience(until), metadata=request.metadata)
        if request.method.server_streaming:
            return await self._ended(call, self._together(call))
        return (await self._ended(call, self._only(call)),)

    async def ask(self, path: str, message: bytes, until: float) -> bytes:
        """One message for another, by the path of a unary method that no schema knows; raises as `call` does."""
        await self._connect(until)
        call = self._callable(path, streams=False)(message, timeout=self._patience(until))
        return await self._ended(call, self._only(call))

    def _patience(self, until: float) -> float:
        patience = until - asyncio.get_running_loop().time()
        if patience <= 0:
            raise timed_out(f"{self.address}: the deadline passed before the call")
        return patience

    async def _ended(self, call: Any, answer: Awaitable[Result]) -> Result:
        """The answer to a call, which is at its end then, however it ends."""
        try:
            return await answer
        except grpc.aio.AioRpcError as error:
            raise failure(error, self.address) from error
        except asyncio.CancelledError:
            # Closing a channel cancels its calls, which is not the same as that somebody cancelled the caller.
            task = asyncio.current_task()
            if self._closed and task is not None and not task.cancelling():
                raise Unreachable("the service cannot be reached", detail=f"{self.address}: {CLOSED}") from None
            raise
        finally:
            call.cancel()

    async def close(self) -> None:
        """Close the connection; calls in flight fail."""
        self._closed = True
        self._callables.clear()
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    async def _connect(self, deadline: float) -> None:
        """Wait for a connection, so that it is known of a request whether it was sent."""
        channel = self._open()
        state = channel.get_state(try_to_connect=True)
        if state is grpc.ChannelConnectivity.READY:
            return
        try:
            async with asyncio.timeout_at(deadline):
                while state not in ENDED:
                    await channel.wait_for_state_change(state)
                    state = channel.get_state(try_to_connect=True)
        except TimeoutError:
            raise timed_out(f"{self.address}: no connection before the deadline") from None
        if state is not grpc.ChannelConnectivity.READY:
            raise NotConnected("the service cannot be reached", detail=f"{self.address}: no connection can be made")

    def _open(self) -> grpc.aio.Channel:
        if self._closed:
            raise NotConnected("the service cannot be reached", detail=f"{self.address}: {CLOSED}")
        if self._channel is None:
            options = (*CHANNEL_OPTIONS, ("grpc.max_receive_message_length", self._most_bytes))
            self._channel = grpc.aio.insecure_channel(self.address, options=options)
        return self._channel

    def _callable(self, path: str, *, streams: bool) -> Callable[..., Any]:
        found = self._callables.get(path)
        if found is None:
            channel = self._open()
            found = self._callables[path] = (channel.unary_stream if streams else channel.unary_unary)(path)
        return found

    async def _only(self, call: Awaitable[bytes | None]) -> bytes:
        message = await call
        if message is None:
            raise bad_answer(f"{self.address}: the status OK, and no message")
        return message

    async def _together(self, call: AsyncIterable[bytes]) -> tuple[bytes, ...]:
        messages: list[bytes] = []
        size = 0
        async for message in call:
            size += len(message)
            if size > self._most_bytes:
                raise too_large(f"{self.address}: a stream of more than {self._most_bytes} bytes")
            messages.append(message)
        return tuple(messages)
