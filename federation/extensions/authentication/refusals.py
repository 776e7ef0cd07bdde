"""Why a credential is refused, in words that help whoever sent it and tell nobody else anything."""

from enum import StrEnum

from federation.errors import InternalError, RequestError


class Reason(StrEnum):
    """The word for it in `extensions.reason`; stable, as codes are."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    UNKNOWN_ISSUER = "unknown_issuer"
    UNKNOWN_KEY = "unknown_key"
    WRONG_ALGORITHM = "wrong_algorithm"
    BAD_SIGNATURE = "bad_signature"
    BAD_CLAIMS = "bad_claims"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_AUDIENCE = "wrong_audience"
    REVOKED = "revoked"


_MESSAGES = {
    Reason.MISSING: "sign in: this graph answers nobody unknown",
    Reason.MALFORMED: "the credential cannot be read",
    Reason.TOO_LARGE: "the credential is too large",
    Reason.UNSUPPORTED: "this kind of credential is not accepted here",
    Reason.UNKNOWN_ISSUER: "the token is of an issuer that is not trusted here",
    Reason.UNKNOWN_KEY: "the credential names a key that is not known here",
    Reason.WRONG_ALGORITHM: "the token is signed by an algorithm that its key is not for",
    Reason.BAD_SIGNATURE: "the token's signature is not right",
    Reason.BAD_CLAIMS: "a claim of the token is missing or has a wrong type",
    Reason.EXPIRED: "the credential has expired; get a new one",
    Reason.NOT_YET_VALID: "the token is not valid yet; is the clock of its issuer right?",
    Reason.WRONG_AUDIENCE: "the token is for somebody else: its audience is not this graph",
    Reason.REVOKED: "the credential was revoked; get a new one",
}


class Unauthenticated(RequestError):
    """The client is not who it must be, or does not say so.

    `detail` is for the log alone: it may name what is expected.
    """

    code = "UNAUTHENTICATED"
    status = 401

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(_MESSAGES[reason], extensions={"reason": reason.value})
        self.reason = reason
        self.detail = detail


class CrossSiteRequest(RequestError):
    """A page of another site may have sent this with the cookie of somebody who knows nothing of it."""

    code = "CROSS_SITE_REQUEST"
    status = 403


class AuthenticationUnavailable(RequestError):
    """Who the client is cannot be found out now, and it is not the client's fault: trying again may help."""

    code = "AUTHENTICATION_UNAVAILABLE"
    status = 503


class KeysUnavailable(InternalError):
    """The keys of an issuer could not be fetched; the message is for operators."""
