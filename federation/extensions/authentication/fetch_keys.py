"""Ask an issuer for its keys, at a known URL or by its discovery document (OpenID Connect Discovery 1.0, section 4)."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from time import monotonic

import httpx

from federation.config.secure_url import is_secure_url
from federation.extensions.authentication.key_set import KeySet, read_key_set
from federation.extensions.authentication.refusals import KeysUnavailable
from federation.extensions.authentication.strict_json import NotStrict, read_object

DISCOVERY_PATH = "/.well-known/openid-configuration"
MOST_BYTES = 512 << 10
DISCOVERED_SECONDS = 3600.0
_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}


class KeyFetcher:
    """Fetches the keys of one issuer; each fetch takes at most `timeout` seconds, whatever the issuer does.

    Without a `jwks_url` the issuer is asked for it, again after an hour and after each failure. Redirects are not
    followed: they would lead where the configuration does not. `trusted` replaces the system's trust store.
    """

    def __init__(
        self,
        issuer: str,
        jwks_url: str | None,
        allowed: Sequence[str],
        *,
        timeout: float = 5.0,
        trusted: ssl.SSLContext | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._issuer = issuer
        self._known_url = jwks_url
        self._allowed = allowed
        self._timeout = timeout
        self._trusted = trusted
        self._clock = clock
        self._discovered: tuple[str, float] | None = None

    async def fetch(self) -> KeySet:
        """The keys as the issuer gives them now. Raises KeysUnavailable."""
        self._trusted = self._trusted or await asyncio.to_thread(ssl.create_default_context)
        try:
            async with asyncio.timeout(self._timeout), self._client() as client:
                url = self._known_url or await self._discover(client)
                return read_key_set(await _get(client, url), self._allowed, url)
        except TimeoutError as error:
            problem = f"the issuer did not answer within {self._timeout:g} s"
            cause: Exception = error
        except (httpx.HTTPError, httpx.InvalidURL, NotStrict) as error:
            problem = str(error) or type(error).__name__
            cause = error
        self._discovered = None
        raise KeysUnavailable(f"{self._issuer}: {problem}") from cause

    def _client(self) -> httpx.AsyncClient:
        assert self._trusted is not None
        return httpx.AsyncClient(timeout=self._timeout, verify=self._trusted, trust_env=False, follow_redirects=False)

    async def _discover(self, client: httpx.AsyncClient) -> str:
        if self._discovered is not None and self._clock() < self._discovered[1] + DISCOVERED_SECONDS:
            return self._discovered[0]
        document = read_object(await _get(client, self._issuer.rstrip("/") + DISCOVERY_PATH))
        if document.get("issuer") != self._issuer:
            # Section 4.3: or one issuer could pass its keys off as those of another.
            raise NotStrict(f"the discovery document is of another issuer: {document.get('issuer')!r:.200}")
        url = document.get("jwks_uri")
        if not isinstance(url, str) or not is_secure_url(url):
            raise NotStrict("expected an https address as 'jwks_uri' of the discovery document")
        self._discovered = url, self._clock()
        return url


async def _get(client: httpx.AsyncClient, url: str) -> bytes:
    # Not compressed, and not decompressed: a small body could become a huge one.
    async with client.stream("GET", url, headers=_HEADERS) as response:
        if response.status_code != 200:
            raise NotStrict(f"{url} answered with status {response.status_code}")
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) > MOST_BYTES:
                raise NotStrict(f"what {url} answers is larger than {MOST_BYTES} bytes")
        return bytes(body)
