"""What a REST connector needs of the service that it speaks to."""

from collections.abc import Sequence
from typing import Protocol


class HttpAnswer(Protocol):
    """A whole response."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def body(self) -> bytes:
        """The body, decoded from its content encoding."""
        ...


class HttpCalls(Protocol):
    """Sends requests to one of a service's endpoints."""

    async def request(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
    ) -> HttpAnswer:
        """Send one request; `deadline` is in the loop's time. Raises CallFailed."""
        ...

    async def share(
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
    ) -> HttpAnswer:
        """The same, but the answer may be that to an equal request that is on its way."""
        ...
