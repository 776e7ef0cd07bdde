"""`interlace revoke`: take tokens back in all replicas that share a Redis."""

import asyncio
from dataclasses import replace
from pathlib import Path
from time import time

from federation.assembly.open_store import redis_options
from federation.cli.say import say
from federation.config.read import read_config
from federation.config.sections import Config
from federation.errors import ConfigurationError
from federation.extensions.authentication.meant_tokens import MeansNothing, Meant
from federation.extensions.authentication.revocations import Revocation, Revocations
from federation.extensions.stores.redis import open_redis

PATIENCE = 5.0  # seconds; nobody waits for an answer but who typed the command


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
    if sum(each is not None for each in (meant.subject, meant.token_id, meant.token_hash)) != 1:
        raise ConfigurationError(("say what is revoked by one of --subject, --token-id and --token-hash",))
    issuers = [each.issuer for each in config.authentication.issuers] if config.authentication else []
    try:
        return meant.revocation(issuers)
    except MeansNothing as error:
        raise ConfigurationError((f"--{error}",)) from error


async def _publish(config: Config, revocation: Revocation) -> None:
    assert config.redis is not None
    assert config.authentication is not None
    async with open_redis(replace(redis_options(config.redis), timeout=PATIENCE)) as store:
        await Revocations(time, config.authentication.revocations.keep, store).revoke(revocation)
