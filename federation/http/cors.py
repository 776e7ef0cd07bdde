"""Cross-origin requests: allowed for listed origins only (Fetch standard, section 3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from federation.http.reply import Headers, Reply

METHODS = ("GET", "POST", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Cors:
    """`origins` are compared exactly; `*` alone allows every origin, without credentials."""

    origins: frozenset[str]

    def headers(self, request_headers: Mapping[str, str]) -> Headers:
        """The headers that let this request's origin read the reply; none when it is not allowed."""
        origin = request_headers.get("origin")
        if not self.origins or origin is None:
            return ()
        if "*" in self.origins:
            return ((b"access-control-allow-origin", b"*"),)
        if origin not in self.origins:
            return ((b"vary", b"origin"),)
        return (
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"origin"),
        )

    def preflight(self, request_headers: Mapping[str, str], methods: tuple[str, ...] = METHODS) -> Reply:
        """The reply to OPTIONS, where these methods are answered."""
        shown = ", ".join(methods).encode()
        allowed = self.headers(request_headers)
        asked = request_headers.get("access-control-request-headers", "content-type")
        headers: Headers = ((b"allow", shown), *allowed)
        if any(name == b"access-control-allow-origin" for name, _ in allowed):
            headers += (
                (b"access-control-allow-methods", shown),
                (b"access-control-allow-headers", asked.encode("latin-1")),
                (b"access-control-max-age", b"86400"),
            )
        return Reply(204, b"text/plain", b"", headers)
