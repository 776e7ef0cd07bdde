"""What extensions need of a place to keep things in, whether it is memory or Redis."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from federation.errors import InternalError


class StoreAway(InternalError):
    """The shared store does not answer in time; whoever asked goes on without it, by its own policy."""


class Store(Protocol):
    """Keeps bytes under keys for a while, and carries short messages between replicas.

    Keys that one script or decision touches have one hash tag (`{...}`), so that they lie together on a cluster.
    Everything but `close` raises StoreAway when the store does not answer in time.
    """

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values under the keys, in their order."""

    async def put(self, entries: Mapping[str, bytes], ttl: float) -> None:
        """Keep each value for `ttl` seconds, in place of what is there."""

    async def add(self, key: str, value: bytes, ttl: float) -> bool:
        """Keep the value unless there is one; says whether it was kept. Of several who add, one succeeds."""

    async def remove(self, keys: Sequence[str]) -> int:
        """Forget the keys; says how many there were."""

    async def publish(self, channel: str, message: bytes) -> None:
        """Tell all who listen on the channel, this process among them. Nothing is kept for those who are away."""

    def listen(self, channel: str, heard: Callable[[bytes], None], joined: Callable[[], None]) -> Callable[[], None]:
        """Call `heard` with each message from now on, and `joined` whenever messages may have been missed before.

        Gives the function that ends it.
        """
