"""The section `authentication`: whose tokens and keys are taken, and how services learn who asks."""

import re
from datetime import UTC
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, model_validator

from connectors.http.request import RESERVED_HEADERS
from federation.config.quantities import read_seconds
from federation.config.section import Section
from federation.config.secure_url import is_secure_url

PublicKeyAlgorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]  # fmt: skip
SecretAlgorithm = Literal["HS256", "HS384", "HS512"]
DEFAULT_ALGORITHMS: tuple[PublicKeyAlgorithm, ...] = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
)  # fmt: skip
# RFC 7518, section 3.2: a secret at least as long as the hash.
SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# What every connector can send: gRPC keeps names that begin or end so for itself.
IDENTITY_HEADER = re.compile(r"(?!grpc-)[a-z0-9][a-z0-9_.-]*(?<!-bin)")
IDENTITY_RULE = re.compile(r"\$(subject|roles|scopes|method|claims((?:\.[^.\s]+)+))")
HASH = re.compile(r"sha256:[0-9a-f]{64}")
KEY_ID = re.compile(r"[0-9a-f]{12}")


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _read_path(value: object) -> object:
    """A claim: `realm_access.roles`, or as a list where names hold dots: `["https://shop.example/roles"]`."""
    return tuple(value.split(".")) if isinstance(value, str) else value


def _check_path(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not all(value):
        raise ValueError("expected the name of a claim such as roles or realm_access.roles")
    return value


def _check_url(value: str) -> str:
    if not is_secure_url(value):
        raise ValueError(f"{value!r} is not an https address (http is for this very machine only)")
    return value


def _check_header(value: str) -> str:
    if not HEADER.fullmatch(value):
        raise ValueError(f"{value!r} is not the name of a header")
    return value.lower()


def _check_identity_header(value: str) -> str:
    name = value.lower()
    if not IDENTITY_HEADER.fullmatch(name) or name in RESERVED_HEADERS or name in ("accept", "content-type"):
        raise ValueError(f"{value!r} cannot tell who asks: use another name such as x-user-id")
    return name


def _check_rule(value: str) -> str:
    if not IDENTITY_RULE.fullmatch(value):
        raise ValueError(f"expected $subject, $roles, $scopes, $method or $claims.NAME, found {value!r}")
    return value


def _check_origin(value: str) -> str:
    if not re.fullmatch(r"https?://[^/\s*]+", value):
        raise ValueError(f"{value!r} is not an origin: write https://shop.example, without a path")
    return value.lower()


def _check_secret(value: object) -> object:
    # The value is in no message: a secret that is almost right is a secret all the same.
    if not isinstance(value, str):
        message = "expected a text, as ${NAME} from the environment; quote what looks like a number"
        raise ValueError(message)  # noqa: TRY004 - pydantic tells what validators raise as ValueError
    if value.startswith(("-----BEGIN ", "ssh-", "{")):
        raise ValueError("this is a public key and no secret: give public keys by 'jwks_file' or 'jwks_url'")
    return value


def _check_hash(value: str) -> str:
    if not HASH.fullmatch(value):
        raise ValueError("expected sha256: and 64 hexadecimal digits, as 'interlace key new' prints them")
    return value


def _check_key_id(value: str) -> str:
    if not KEY_ID.fullmatch(value):
        raise ValueError(f"{value!r} is not the id of a key: it is between the first two _ of a key, 12 letters long")
    return value


Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_one_or_more)]
ClaimPath = Annotated[tuple[str, ...], BeforeValidator(_read_path), AfterValidator(_check_path)]
SecureUrl = Annotated[str, AfterValidator(_check_url)]
HeaderName = Annotated[str, AfterValidator(_check_header)]
IdentityHeader = Annotated[str, AfterValidator(_check_identity_header)]
IdentityRule = Annotated[str, AfterValidator(_check_rule)]
Origin = Annotated[str, AfterValidator(_check_origin)]
Secret = Annotated[str, BeforeValidator(_check_secret)]
Leeway = Annotated[float, BeforeValidator(read_seconds), Field(ge=0, le=300)]
Lifetime = Annotated[float, BeforeValidator(read_seconds), Field(ge=10, le=3600)]
Keeping = Annotated[float, BeforeValidator(read_seconds), Field(ge=60, le=31 * 86_400)]


class IssuerSection(Section):
    """Somebody whose tokens are taken: `issuer` is their `iss`, letter by letter.

    Their keys are found by OpenID Connect discovery at that address, unless `jwks_url`, `jwks_file` or `secret` says
    otherwise.
    """

    issuer: Annotated[str, Field(min_length=1)]
    audience: Names = ()
    any_audience: bool = False
    jwks_url: SecureUrl | None = None
    jwks_file: Path | None = None
    secret: Annotated[Secret | None, Field(repr=False)] = None
    secret_algorithm: SecretAlgorithm = "HS256"  # noqa: S105 - the name of an algorithm
    algorithms: Annotated[tuple[PublicKeyAlgorithm, ...], Field(min_length=1)] = DEFAULT_ALGORITHMS
    leeway: Leeway = 30.0
    optional_claims: tuple[Literal["exp", "iss", "aud"], ...] = ()
    roles_claim: ClaimPath = ("roles",)
    scopes_claim: ClaimPath = ("scope",)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = []
        if bool(self.audience) == self.any_audience:
            problems.append("say whom tokens must be for by 'audience', or 'any_audience: true' and none")
        if sum(each is not None for each in (self.jwks_url, self.jwks_file, self.secret)) > 1:
            problems.append("'jwks_url', 'jwks_file' and 'secret' exclude each other: keep one")
        if self.discovers and not is_secure_url(self.issuer):
            problems.append(f"{self.issuer!r} is not an https address: say by 'jwks_url' or 'jwks_file' where keys are")
        if self.secret is not None and len(self.secret.encode()) < SECRET_BYTES[self.secret_algorithm]:
            least, found = SECRET_BYTES[self.secret_algorithm], len(self.secret.encode())
            problems.append(f"'secret': {self.secret_algorithm} needs at least {least} bytes, found {found}")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    @property
    def discovers(self) -> bool:
        """Whether the issuer itself is asked where its keys are."""
        return self.jwks_url is None and self.jwks_file is None and self.secret is None


class CookieSection(Section):
    """A cookie that holds a token; pages of the gateway's own origin and of `origins` may send it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")]
    origins: tuple[Origin, ...] = ()


class ApiKeySection(Section):
    """One API key, by its hash; who has it is `subject`."""

    hash: Annotated[str, AfterValidator(_check_hash)]
    subject: Annotated[str, Field(min_length=1)]
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    expires: AwareDatetime | None = None

    @property
    def until(self) -> float | None:
        """When it expires, in Unix time."""
        return None if self.expires is None else self.expires.astimezone(UTC).timestamp()


class ApiKeysSection(Section):
    """The API keys by their ids, and the header in which they are sent."""

    header: HeaderName = "x-api-key"
    keys: Annotated[dict[Annotated[str, AfterValidator(_check_key_id)], ApiKeySection], Field(min_length=1)]

    @model_validator(mode="after")
    def _own_header(self) -> Self:
        if self.header in ("authorization", "cookie"):
            raise ValueError(f"'header': {self.header} is for tokens; name another for API keys")
        return self


class RevocationsSection(Section):
    """How long revocations are kept, and what becomes of tokens while Redis is away."""

    keep: Keeping = 86_400.0
    when_redis_is_away: Literal["accept", "refuse"] = "accept"


class InternalTokenSection(Section):
    """Tokens that the gateway signs for services; `key` is an Ed25519 private key in PEM, or a secret for HMAC."""

    key: Annotated[str, Field(repr=False)]
    previous_keys: Annotated[tuple[str, ...], Field(repr=False)] = ()
    issuer: Annotated[str, Field(min_length=1)] = "interlace"
    lifetime: Lifetime = 60.0
    claims: Names = ()


class AuthenticationSection(Section):
    """Who may ask, and how they prove who they are."""

    anonymous: bool = False
    issuers: tuple[IssuerSection, ...] = ()
    cookie: CookieSection | None = None
    api_keys: ApiKeysSection | None = None
    remembered_tokens: Annotated[int, Field(ge=1, le=10_000_000)] = 10_000
    revocations: RevocationsSection = RevocationsSection()
    internal_token: InternalTokenSection | None = None

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        names = [each.issuer for each in self.issuers]
        problems = [f"the issuer {name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})]
        if not self.issuers and self.api_keys is None:
            problems.append("name at least one of 'issuers', or keys under 'api_keys'")
        if self.cookie is not None and not self.issuers:
            problems.append("'cookie' holds a token: name its issuer under 'issuers'")
        if sum("iss" in each.optional_claims for each in self.issuers) > 1:
            problems.append("tokens without 'iss' can be of one issuer only: keep one 'optional_claims' with it")
        if problems:
            raise ValueError("; ".join(problems))
        return self


class ServiceTokenSection(Section):
    """The token that a service gets: in which header, and for whom (`aud`), by default the service's name."""

    header: IdentityHeader = "authorization"
    audience: Annotated[str, Field(min_length=1)] | None = None


class ServiceIdentitySection(Section):
    """How one service learns who asks: by headers with values such as `$claims.sub`, by a token, or by both."""

    headers: dict[IdentityHeader, IdentityRule] = {}
    token: ServiceTokenSection | None = None

    @model_validator(mode="after")
    def _says_something_once(self) -> Self:
        if not self.headers and self.token is None:
            raise ValueError("say what the service gets: 'headers', a 'token', or both")
        if self.token is not None and self.token.header in self.headers:
            raise ValueError(f"'{self.token.header}' cannot hold both the token and {self.headers[self.token.header]}")
        return self
