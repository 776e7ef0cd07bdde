"""Let bindings that were written for one version of a REST service call another."""

from collections.abc import Awaitable, Callable, Sequence

from connectors.http.response import HttpResponse
from connectors.rest.service import HttpCalls
from connectors.transforms.transforms import Transforms, change_text


class TransformedCalls:
    """A service whose calls and answers are changed on their way; answers that mean failure are left as they are."""

    def __init__(self, service: HttpCalls, transforms: Transforms) -> None:
        self._service = service
        self._transforms = transforms

    @property
    def key_argument(self) -> str | None:
        """The argument by which calls belong together, if they do."""
        return self._service.key_argument

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
        """Send one request. Raises CallFailed."""
        sent = self._changed(body)
        return await self._answered(
            lambda: self._service.request(method, target, headers, sent, deadline, idempotent=idempotent, key=key)
        )

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
        sent = self._changed(body)
        return await self._answered(
            lambda: self._service.share(method, target, headers, sent, deadline, idempotent=idempotent, key=key)
        )

    def _changed(self, body: bytes | None) -> bytes | None:
        change = self._transforms.request
        return body if change is None or not body else change_text(change, body, "the request")

    async def _answered(self, send: Callable[[], Awaitable[HttpResponse]]) -> HttpResponse:
        response = await send()
        change = self._transforms.answer
        if change is None or not response.body or not 200 <= response.status < 300:
            return response
        return response._replace(body=change_text(change, response.body, "the service's answer"))
