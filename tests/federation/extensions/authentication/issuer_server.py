"""An issuer on loopback that serves its keys, counts who asks, and can be made to misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.federation.extensions.authentication.signing import Signer
from tests.serving import serving

DISCOVERY, JWKS = "/.well-known/openid-configuration", "/keys"


@dataclass(slots=True)
class IssuerServer:
    """`address` is its `iss`. A behaviour of a path replaces its document: bytes, a status, or an event to wait for."""

    address: str = ""
    signers: list[Signer] = field(default_factory=list)
    behaviour: dict[str, bytes | int | asyncio.Event] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    discovered: dict[str, Any] = field(default_factory=dict)
    _was_asked: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def until_fetched(self, times: int) -> None:
        """Wait until the keys were asked for so often."""
        async with asyncio.timeout(10), self._was_asked:
            await self._was_asked.wait_for(lambda: self.fetches >= times)

    @property
    def fetches(self) -> int:
        """How often the keys were asked for."""
        return self.asked.count(JWKS)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        async with self._was_asked:
            self.asked.append(path)
            self._was_asked.notify_all()
        behaviour = self.behaviour.get(path, 200)
        if isinstance(behaviour, asyncio.Event):
            await behaviour.wait()
        body = behaviour if isinstance(behaviour, bytes) else self._document(path)
        status = behaviour if isinstance(behaviour, int) else 200
        headers = [(b"location", b"/elsewhere")] if status == 302 else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _document(self, path: str) -> bytes:
        if path == DISCOVERY:
            return json.dumps({"issuer": self.address, "jwks_uri": self.address + JWKS, **self.discovered}).encode()
        return json.dumps({"keys": [signer.jwk for signer in self.signers]}).encode()


@asynccontextmanager
async def serving_issuer(*signers: Signer) -> AsyncIterator[IssuerServer]:
    issuer = IssuerServer(signers=list(signers))
    async with serving(issuer) as issuer.address:
        yield issuer
