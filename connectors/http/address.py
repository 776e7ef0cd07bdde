"""Where an HTTP endpoint is: its base URL, taken apart and checked."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from connectors.errors import BindingInvalid

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HttpAddress:
    """A base URL: `authority` is `host:port` as the Host header has it, `path` stands before every target."""

    scheme: str
    host: str
    port: int
    authority: str
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    def target(self, target: str) -> str:
        """Put the base path before a request's target; an empty target means the base URL itself."""
        if not target:
            return self.path or "/"
        return self.path.rstrip("/") + target if self.path else target


def read_address(base_url: str) -> HttpAddress:
    """Take a base URL (`http://127.0.0.1:8081/v1`) apart.

    Raises BindingInvalid when it is not an absolute http or https URL, or has parts that a base cannot have.
    """
    if not (base_url.isascii() and base_url.isprintable()) or " " in base_url:
        raise BindingInvalid(f"base URL {base_url!r}: only printable ASCII without spaces is allowed; encode the rest")
    try:
        parts = urlsplit(base_url)
        port = parts.port
    except ValueError as error:
        raise BindingInvalid(f"base URL {base_url!r}: {error}") from error
    problem = _problem(parts)
    if problem:
        raise BindingInvalid(f"base URL {base_url!r}: {problem}")
    default = DEFAULT_PORTS[parts.scheme]
    host = parts.hostname or ""
    shown_host = f"[{host}]" if ":" in host else host
    authority = shown_host if port in (None, default) else f"{shown_host}:{port}"
    return HttpAddress(parts.scheme, host, port or default, authority, "" if parts.path == "/" else parts.path)


def _problem(parts: SplitResult) -> str:
    if parts.scheme not in DEFAULT_PORTS:
        return "expected it to begin with http:// or https://"
    if not parts.hostname:
        return "it names no host"
    if parts.username is not None or parts.password is not None:
        return "credentials do not belong in a URL; send them as a header"
    if parts.query or parts.fragment:
        return "a base URL has no query and no fragment"
    return ""
