"""Ask an HTTP endpoint by a path whether it is well."""

from collections.abc import Awaitable, Callable

from connectors.http.client import HttpClient

HEADERS = (("accept", "*/*"), ("user-agent", "interlace-health"))


def http_health(path: str) -> Callable[[HttpClient, float], Awaitable[bool]]:
    """An endpoint is well when it answers with 2xx; raises CallFailed when it does not answer."""

    async def ask(client: HttpClient, deadline: float) -> bool:
        answer = await client.request("GET", path, HEADERS, None, deadline, idempotent=True)
        return 200 <= answer.status < 300

    return ask
