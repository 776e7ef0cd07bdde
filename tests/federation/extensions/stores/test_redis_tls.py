"""Redis behind TLS: used where an authority that is trusted vouches for it, and away where none does."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from federation.assembly.open_store import open_store
from federation.config.redis_section import RedisSection
from federation.extensions.rate_limits.decision import Ask, Bucket, Charge
from federation.extensions.rate_limits.quota import MICROSECONDS, exact
from federation.extensions.rate_limits.redis_counts import RedisCounts
from federation.extensions.stores.redis import RedisStore
from federation.extensions.stores.store import StoreAway
from tests.federation.extensions.stores.authority import Authority, found_authority
from tests.redis_server import RedisServer, running_redis
from tests.server_process import free_port


@pytest.fixture(autouse=True)
def speaks_tls(redis_server: RedisServer) -> None:
    if not redis_server.ask_whole("CONFIG GET tls-port").startswith("*2"):
        pytest.skip("this redis-server was built without TLS")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return found_authority(tmp_path)


@contextmanager
def secure_redis(
    authority: Authority, folder: Path, *addresses: str, days: int = 1
) -> Iterator[tuple[RedisServer, int]]:
    """A server that speaks TLS on the port; on its own port tests tell it what to do."""
    chain, key = authority.issue(*(addresses or ("127.0.0.1",)), days=days)
    port = free_port()
    settings = ("--tls-port", str(port), "--tls-cert-file", str(chain), "--tls-key-file", str(key))
    with running_redis(
        folder, *settings, "--tls-ca-cert-file", str(authority.file), "--tls-auth-clients", "no"
    ) as server:
        yield server, port


def section(port: int, trusted: Authority | None) -> RedisSection:
    """Patient, since machines that run tests are busy."""
    return RedisSection.model_validate(
        {"url": f"rediss://127.0.0.1:{port}", "timeout": "1s", "ca_file": None if trusted is None else trusted.file}
    )


async def admitted(store: RedisStore, calls: int) -> int:
    """How many of the calls pass a limit of three a minute."""
    bucket = Bucket("limit:{a}:x", exact(3, 60 * MICROSECONDS))
    return (await RedisCounts(store).decide([bucket], [Ask(calls, (Charge(0, 1),))])).admitted[0]


async def test_what_is_shared_is_shared_over_tls(authority: Authority, tmp_path: Path) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    joined = asyncio.Event()
    with secure_redis(authority, tmp_path) as (_, port):
        async with (
            asyncio.timeout(20),
            open_store(section(port, authority)) as one,
            open_store(section(port, authority)) as other,
        ):
            assert one is not None
            assert other is not None
            assert [await admitted(one, 2), await admitted(other, 2)] == [2, 1]
            other.listen("news", heard.put_nowait, joined.set)
            await joined.wait()
            await one.publish("news", b"x" * 100_000)
            assert len(await heard.get()) == 100_000


async def test_it_is_used_again_when_it_is_back(authority: Authority, tmp_path: Path) -> None:
    with secure_redis(authority, tmp_path) as (server, port):
        async with open_store(section(port, authority)) as store:
            assert store is not None
            server.stop()
            with pytest.raises(StoreAway):
                await admitted(store, 1)
            server.start()
            async with asyncio.timeout(5):
                await store.until_up(5)
            assert await admitted(store, 1) == 1


async def test_nothing_is_said_to_one_whom_nobody_trusted_vouches_for(authority: Authority, tmp_path: Path) -> None:
    stranger = found_authority(tmp_path, "stranger")
    with secure_redis(authority, tmp_path) as (server, port):
        for trusted in (stranger, None):
            async with open_store(section(port, trusted)) as store:
                assert store is not None
                with pytest.raises(StoreAway):
                    await store.get(["a"])
        assert "cmdstat_get:" not in server.ask_whole("INFO commandstats")


@pytest.mark.parametrize(("addresses", "days"), [(("127.0.0.2",), 1), (("127.0.0.1",), -1)], ids=["another", "expired"])
async def test_a_certificate_of_another_address_or_time_is_none(
    authority: Authority, tmp_path: Path, addresses: tuple[str, ...], days: int
) -> None:
    with secure_redis(authority, tmp_path, *addresses, days=days) as (_, port):
        async with open_store(section(port, authority)) as store:
            assert store is not None
            with pytest.raises(StoreAway):
                await store.get(["a"])


async def test_a_port_without_tls_is_not_spoken_to(authority: Authority, tmp_path: Path) -> None:
    with secure_redis(authority, tmp_path) as (server, _):
        async with open_store(section(server.port, authority)) as store:
            assert store is not None
            with pytest.raises(StoreAway):
                await store.get(["a"])
