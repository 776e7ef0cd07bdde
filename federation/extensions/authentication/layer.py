"""The request layer that finds out who sends a request, before anything else is done for it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time

from federation.extensions.authentication.api_keys import ApiKeys
from federation.extensions.authentication.credentials import Credential, CredentialPlaces
from federation.extensions.authentication.cross_site import CrossSiteGuard
from federation.extensions.authentication.read_token import MOST_BYTES
from federation.extensions.authentication.refusals import (
    AuthenticationUnavailable,
    KeysUnavailable,
    Reason,
    Unauthenticated,
)
from federation.extensions.authentication.remembered_tokens import RememberedTokens, hash_token
from federation.extensions.authentication.revocations import Revocations
from federation.extensions.authentication.verify_token import TokenVerifier
from federation.identity import Identity
from federation.layer import Handler
from federation.request import ClientAnswer, ClientRequest, RequestContext

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuthenticationOptions:
    """Who may ask: anybody, if `anonymous`. Pages of `origins` may send cookies, as those of the gateway's own may.

    `reserved_headers` are those by which services learn of identities: clients cannot send them.
    """

    places: CredentialPlaces
    anonymous: bool = False
    origins: frozenset[str] = frozenset()
    reserved_headers: frozenset[str] = frozenset()


class AuthenticationLayer:
    """Puts the identity into the request's context, or refuses the request.

    A credential that is sent must be right, also where none is needed: a client with an expired token learns of it and
    does not silently see less. `now` is Unix time.
    """

    def __init__(
        self,
        options: AuthenticationOptions,
        tokens: TokenVerifier,
        api_keys: ApiKeys,
        remembered: RememberedTokens,
        revocations: Revocations,
        *,
        now: Callable[[], float] = time,
    ) -> None:
        self._options = options
        self._cross_site = CrossSiteGuard(options.origins)
        self._tokens = tokens
        self._api_keys = api_keys
        self._remembered = remembered
        self._revocations = revocations
        self._now = now

    def wrap(self, inner: Handler) -> Handler:
        """The handler that identifies the client and calls `inner`. Raises Unauthenticated, CrossSiteRequest."""
        reserved = self._options.reserved_headers

        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            for name in reserved:
                if name in request.headers:
                    request = _without(request, reserved)
                    break
            try:
                known = self._identify(request)
                if isinstance(known, Credential):
                    known = await self._verify(known.text, context.deadline)
            except Unauthenticated as error:
                log.info("a credential was refused", extra={"reason": error.reason.value, "detail": error.detail})
                context.answer_headers.append((b"www-authenticate", self._challenge(error)))
                raise
            if known is not None:
                context.identity = known
            return await inner(request, context)

        return answer

    def _identify(self, request: ClientRequest) -> Identity | Credential | None:
        """Who asks, None for the anonymous; or the token that is yet to be verified."""
        credential = self._options.places.find(request.headers)
        if credential is None:
            if not self._options.anonymous:
                raise Unauthenticated(Reason.MISSING)
            return None
        if credential.kind == "api_key":
            return self._api_keys.identify(credential.text, self._now())
        if len(credential.text) > MOST_BYTES:
            raise Unauthenticated(Reason.TOO_LARGE)  # before it costs a hash
        if credential.by_cookie:
            self._cross_site.check(request.headers, is_post=request.may_mutate)
        return self._remembered.find(hash_token(credential.text), self._now()) or credential

    async def _verify(self, text: str, deadline: float) -> Identity:
        try:
            async with asyncio.timeout_at(deadline):
                token = await self._tokens.verify(text, self._now())
                await self._revocations.check(token)
        except (TimeoutError, KeysUnavailable) as error:
            log.warning("a token cannot be verified", extra={"problem": str(error)})
            raise AuthenticationUnavailable("tokens cannot be verified now; try again") from error
        # Nothing is awaited in between: a token that is revoked from here on is forgotten.
        self._remembered.keep(token)
        return token.identity

    def _challenge(self, error: Unauthenticated) -> bytes:
        if not self._options.places.bearer and self._options.places.cookie is None:
            return b"ApiKey"
        if error.reason is Reason.MISSING:
            return b"Bearer"  # RFC 6750, section 3.1: nothing was wrong with what was not sent
        return f'Bearer error="invalid_token", error_description="{error}"'.encode("ascii")


def _without(request: ClientRequest, names: frozenset[str]) -> ClientRequest:
    """The request without headers by which services would believe the client itself."""
    return replace(request, headers={name: value for name, value in request.headers.items() if name not in names})
