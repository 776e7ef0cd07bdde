"""The section `redis`: the store that all replicas share."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from federation.config.section import Seconds, Section

SCHEMES = ("redis", "rediss")


class RedisSection(Section):
    """Where Redis or Valkey stands (`redis://user:password@host:port/database`; `rediss://` speaks TLS).

    `timeout` is how long a reply may take before Redis counts as away; `ca_file` has certificates that vouch for it.
    """

    url: Annotated[str, Field(repr=False)]
    cluster: bool = False
    timeout: Seconds = 0.02
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9:_-]+$")] = "interlace:"
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _address(self) -> Self:
        # The address is not repeated in messages, since it may hold a password.
        parts = urlsplit(self.url)
        database = parts.path.strip("/")
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError("'url': expected redis://host:port or rediss://host:port")
        try:
            _ = parts.port
        except ValueError as error:
            raise ValueError("'url': the port must be a number from 1 to 65535") from error
        if database and not database.isdigit():
            raise ValueError("'url': expected the number of a database after the address")
        if self.cluster and int(database or 0):
            raise ValueError("'url': a cluster has only database 0")
        return self
