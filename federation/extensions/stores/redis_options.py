"""Where Redis stands and how long it may take."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 6379


@dataclass(frozen=True, slots=True)
class RedisOptions:
    """One node of Redis or Valkey, or one of a cluster by which the others are found.

    `timeout` (seconds) is for a reply; when one takes longer, Redis counts as away. `connect_timeout` is for a new
    connection with its handshake, which nobody waits for. All keys start with `prefix`.
    """

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    username: str = ""
    password: str = field(default="", repr=False)
    database: int = 0
    tls: ssl.SSLContext | None = None
    cluster: bool = False
    timeout: float = 0.02
    connect_timeout: float = 1.0
    prefix: str = "interlace:"


def read_redis_url(url: str, ca_file: Path | None = None) -> RedisOptions:
    """Read `redis://user:password@host:port/database`, or `rediss://` for TLS; the configuration has checked it."""
    parts = urlsplit(url)
    return RedisOptions(
        host=parts.hostname or DEFAULT_HOST,
        port=parts.port or DEFAULT_PORT,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=int(parts.path.strip("/") or 0),
        tls=ssl.create_default_context(cafile=ca_file) if parts.scheme == "rediss" else None,
    )
