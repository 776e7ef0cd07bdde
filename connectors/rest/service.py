"""What a REST connector needs of the service that it speaks to."""

from collections.abc import Sequence
from typing import Protocol

from connectors.http.response import HttpResponse


class HttpCalls(Protocol):
    """Sends requests to one of a service's endpoints; calls with one value of the `key_argument` go to the same."""

    @property
    def key_argument(self) -> str | None:
        """The argument by which calls belong together, if they do."""
        ...

    async def request(  # noqa: PLR0913 - what HTTP sends, until when, and on what terms
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
    ) -> HttpResponse:
        """Send one request; `deadline` is in the loop's time. Raises CallFailed."""
        ...

    async def share(  # noqa: PLR0913 - as `request`
        self,
        method: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: bytes | None,
        deadline: float,
        *,
        idempotent: bool = False,
        key: str | None = None,
    ) -> HttpResponse:
        """The same, but the answer may be that to an equal request that is on its way."""
        ...
