"""Which headers pass from one side to the other, and what is said of where a request came from.

RFC 9110, section 7.6.1: what is about one connection stays on it. What clients may say of their own address passes only
where a trusted proxy says it; headers by which some frameworks take another path or method for the one asked never do.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from federation.request import RawHeaders
from federation.routes.routed import Connection

Lines = tuple[tuple[str, str], ...]

PSEUDONYM: Final = "interlace"
ONE_CONNECTION: Final = frozenset(
    {
        "connection",
        "expect",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
OVERRIDES: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url"}
)
ABOUT_THE_CLIENT: Final = frozenset(
    {
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-prefix",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-real-ip",
    }
)
FRAMING: Final = frozenset({"content-length", "host"})


def request_lines(lines: Iterable[tuple[str, str]], connection: Connection, dropped: frozenset[str]) -> Lines:
    """The headers that a service gets of a client's, without those that are `dropped`; framing is the sender's own."""
    came = tuple(lines)
    refused = ONE_CONNECTION | FRAMING | OVERRIDES | dropped | _named(came)
    if not connection.is_trusted:
        refused |= ABOUT_THE_CLIENT
    # `_` for `-` is the same header to some servers.
    kept = [(name, value) for name, value in came if name.replace("_", "-") not in refused and name not in refused]
    own = _about(_joined(came), connection)
    replaced = {name for name, _ in own}
    return (*(line for line in kept if line[0] not in replaced), *own, ("via", _via(came)))


def answer_lines(lines: Iterable[tuple[bytes, bytes]], *, keeps_length: bool) -> RawHeaders:
    """The headers that a client gets of a service's answer; names are lower-cased."""
    came = [(name.decode("latin-1").lower(), value.decode("latin-1").strip(" \t")) for name, value in lines]
    refused = ONE_CONNECTION | _named(came) | (frozenset() if keeps_length else {"content-length"})
    kept = [(name, value) for name, value in came if name not in refused and name != "via"]
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in (*kept, ("via", _via(came))))


def _named(lines: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The headers that `connection` names."""
    texts = [value for name, value in lines if name == "connection"]
    return frozenset(token.strip().lower() for text in texts for token in text.split(","))


def _joined(lines: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is said of the client; headers that stand several times are one list (RFC 9110, section 5.3)."""
    told: dict[str, str] = {}
    for name, value in lines:
        if name in ABOUT_THE_CLIENT or name == "host":
            told[name] = f"{told[name]}, {value}" if name in told else value
    return told


def _about(told: Mapping[str, str], connection: Connection) -> list[tuple[str, str]]:
    trusted = told if connection.is_trusted else {}
    before = trusted.get("x-forwarded-for")
    own = [
        ("x-forwarded-for", f"{before}, {connection.peer}" if before else connection.peer),
        ("x-forwarded-proto", trusted.get("x-forwarded-proto") or connection.scheme),
    ]
    host = trusted.get("x-forwarded-host") or told.get("host")
    if host:
        own.append(("x-forwarded-host", host))
    if trusted.get("forwarded"):
        peer = f'"[{connection.peer}]"' if ":" in connection.peer else connection.peer
        own.append(("forwarded", f"{trusted['forwarded']}, for={peer};proto={connection.scheme}"))
    return own


def _via(lines: Iterable[tuple[str, str]]) -> str:
    """RFC 9110, section 7.6.3: each that passes a message on adds itself at the end."""
    return ", ".join([*(value for name, value in lines if name == "via"), f"1.1 {PSEUDONYM}"])
