"""Open the store that replicas share, where one is configured."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from federation.config.redis_section import RedisSection
from federation.extensions.stores.redis import RedisStore, open_redis
from federation.extensions.stores.redis_options import RedisOptions, read_redis_url


@asynccontextmanager
async def open_store(section: RedisSection | None) -> AsyncIterator[RedisStore | None]:
    """The shared store while the block runs; None where replicas share nothing."""
    if section is None:
        yield None
        return
    async with open_redis(redis_options(section)) as store:
        yield store


def redis_options(section: RedisSection) -> RedisOptions:
    """What the section says, as the store takes it."""
    return replace(
        read_redis_url(section.url, section.ca_file),
        cluster=section.cluster,
        timeout=section.timeout,
        prefix=section.prefix,
    )
