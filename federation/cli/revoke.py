"""`interlace revoke`: take tokens back in all replicas that share a Redis."""

import asyncio
import re
from dataclasses import dataclass, replace
from pathlib import Path
from time import time

from federation.assembly.open_store import redis_options
from federation.cli.say import say
from federation.config.read import read_config
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authentication.revocations import Revocation, Revocations
from federation.extensions.stores.redis import open_redis

SHA_256 = re.compile(r"[0-9a-f]{64}")
PATIENCE = 5.0  # seconds; nobody waits for an answer but who typed the command


@dataclass(frozen=True, slots=True)
class Meant:
    """What the command line says: one of subject, token id and token hash, and whose tokens are meant."""

    issuer: str | None
    subject: str | None
    token_id: str | None
    token_hash: str | None


def revoke(path: Path, meant: Meant) -> None:
    """Take back what is meant. Raises ConfigurationError, StoreAway."""
    config = read_config(path)
    revocation = _revocation(config, meant)
    if config.redis is None or config.authentication is None:
        raise ConfigurationError(
            (f"{path}: revoking needs the sections 'authentication' and 'redis', by which the replicas learn of it",)
        )
    asyncio.run(_publish(config, revocation))
    what = {"token": "the token", "token_id": f"the token {revocation.value!r}"}
    say(f"revoked: {what.get(revocation.kind, f'every token of {revocation.value!r} that was issued up to now')}")


def _revocation(config: Config, meant: Meant) -> Revocation:
    named = [each for each in (meant.subject, meant.token_id, meant.token_hash) if each is not None]
    if len(named) != 1:
        raise ConfigurationError(("say what is revoked by one of --subject, --token-id and --token-hash",))
    if meant.token_hash is not None:
        if not SHA_256.fullmatch(meant.token_hash):
            raise ConfigurationError(("--token-hash: expected the SHA-256 of the token, as 64 hexadecimal digits",))
        return Revocation("token", meant.token_hash)
    issuer = _issuer(config, meant.issuer)
    if meant.token_id is not None:
        return Revocation("token_id", meant.token_id, issuer)
    return Revocation("subject", named[0], issuer)


def _issuer(config: Config, named: str | None) -> str:
    known = [each.issuer for each in config.authentication.issuers] if config.authentication else []
    if named is None and len(known) == 1:
        return known[0]
    if named not in known or named is None:
        raise ConfigurationError(
            (f"--issuer: name one of the configured issuers: {', '.join(known) or 'there is none'}",)
        )
    return named


async def _publish(config: Config, revocation: Revocation) -> None:
    assert config.redis is not None
    assert config.authentication is not None
    async with open_redis(replace(redis_options(config.redis), timeout=PATIENCE)) as store:
        await Revocations(time, config.authentication.revocations.keep, store).revoke(revocation)
