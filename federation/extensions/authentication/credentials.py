"""Find the one credential that a request has: in its `Authorization`, in the header of API keys, or in a cookie."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from federation.extensions.authentication.refusals import Reason, Unauthenticated


class Credential(NamedTuple):
    """What a client sent to say who it is."""

    kind: Literal["token", "api_key"]
    text: str
    by_cookie: bool = False


@dataclass(frozen=True, slots=True)
class CredentialPlaces:
    """Where credentials may stand; names of headers are lower-cased, None where that kind is not taken.

    The first of these decides, and a wrong one is never replaced by the next: a token as `Authorization: Bearer`, an
    API key, a token in a cookie. Browsers add cookies to whatever they send, so the cookie is last.
    """

    bearer: bool = True
    api_key_header: str | None = None
    cookie: str | None = None

    def find(self, headers: Mapping[str, str]) -> Credential | None:
        """The request's credential, None when it has none. Raises Unauthenticated for what cannot be one."""
        if self.bearer and (authorization := headers.get("authorization")) is not None:
            return Credential("token", _bearer(authorization))
        if self.api_key_header is not None and (key := headers.get(self.api_key_header)) is not None:
            return Credential("api_key", key.strip())
        if self.cookie is not None and (cookies := headers.get("cookie")) is not None:
            token = _cookie(cookies, self.cookie)
            return None if token is None else Credential("token", token, by_cookie=True)
        return None


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(Reason.UNSUPPORTED, "the scheme of 'Authorization' is not Bearer")
    return token.strip()


def _cookie(cookies: str, name: str) -> str | None:
    found = [value for each in cookies.split(";") if (value := _value(each, name)) is not None]
    if len(found) > 1:
        # A sibling domain can add a cookie of the same name; which of them is the user's cannot be told.
        raise Unauthenticated(Reason.MALFORMED, f"the cookie '{name}' is there {len(found)} times")
    return found[0] if found else None


def _value(cookie: str, name: str) -> str | None:
    own, equals, value = cookie.partition("=")
    return value.strip().strip('"') if equals and own.strip() == name else None
