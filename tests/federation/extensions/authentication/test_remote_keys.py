"""Keys of an issuer: fetched before they are needed, once for all who need them, and kept while the issuer is away."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from federation.extensions.authentication.fetch_keys import KeyFetcher
from federation.extensions.authentication.keys import RemoteKeys
from federation.extensions.authentication.refusals import KeysUnavailable
from tests.federation.extensions.authentication.driven_clock import DrivenClock
from tests.federation.extensions.authentication.issuer_server import DISCOVERY, JWKS, IssuerServer, serving_issuer
from tests.federation.extensions.authentication.signing import EVERY, signer

OLD, NEW = signer("EdDSA", "old"), signer("EdDSA", "new")
HOUR = 3600.0
TRUSTED = ssl.create_default_context()


def fetcher_of(issuer: IssuerServer, clock: DrivenClock, jwks_url: str | None = None, seconds: float = 5) -> KeyFetcher:
    return KeyFetcher(issuer.address, jwks_url, EVERY, timeout=seconds, trusted=TRUSTED, clock=clock.now)


@asynccontextmanager
async def keys_of(issuer: IssuerServer, clock: DrivenClock, seconds: float = 5) -> AsyncIterator[RemoteKeys]:
    fetcher = fetcher_of(issuer, clock, issuer.address + JWKS, seconds)
    keys = RemoteKeys(issuer.address, fetcher.fetch, clock=clock)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keys.run())
        yield keys
        task.cancel()


async def knows(keys: RemoteKeys, kid: str) -> bool:
    return (await keys.for_kid(kid)).knows(kid)


async def test_many_first_requests_cost_one_fetch() -> None:
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        found = await asyncio.gather(*(knows(keys, "old") for _ in range(500)))

    assert all(found)
    assert issuer.fetches == 1


async def test_a_new_key_is_accepted_on_its_first_500_requests_with_one_fetch() -> None:
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        await knows(keys, "old")
        issuer.signers.append(NEW)
        found = await asyncio.gather(*(knows(keys, "new") for _ in range(500)))

    assert all(found)
    assert issuer.fetches == 2


async def test_10_000_unknown_keys_cost_at_most_one_fetch_a_minute() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, clock) as keys:
        await knows(keys, "old")
        for start in range(0, 10_000, 1000):
            found = await asyncio.gather(*(knows(keys, f"random {start + number}") for number in range(1000)))
            assert not any(found)
        assert issuer.fetches == 2

        await clock.move(61)
        await asyncio.gather(*(knows(keys, f"later {number}") for number in range(1000)))
        assert issuer.fetches == 3


async def test_a_key_is_found_also_while_others_are_made_up() -> None:
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        await knows(keys, "old")
        issuer.signers.append(NEW)
        await asyncio.gather(knows(keys, "random"), knows(keys, "new"))

        assert await knows(keys, "new")


async def test_two_rotations_within_a_minute_are_both_followed_at_once() -> None:
    newest = signer("EdDSA", "newest")
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        await knows(keys, "old")
        issuer.signers.append(NEW)
        assert await knows(keys, "new")
        issuer.signers.append(newest)
        assert await knows(keys, "newest")


async def test_keys_are_fetched_again_before_they_are_ten_minutes_old_with_no_request() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, clock) as keys:
        await knows(keys, "old")
        await clock.move(400)
        assert issuer.fetches == 1
        await clock.move(100)
        await issuer.until_fetched(2)


async def test_a_key_that_was_withdrawn_is_no_longer_known_after_ten_minutes() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD, NEW) as issuer, keys_of(issuer, clock) as keys:
        assert await knows(keys, "new")
        issuer.signers.remove(NEW)
        await clock.move(500)
        await issuer.until_fetched(2)
        await knows(keys, "whatever")  # which waits for what comes
        assert not await knows(keys, "new")


async def test_the_last_good_keys_are_used_for_a_day_while_the_issuer_is_away() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, clock) as keys:
        await knows(keys, "old")
        issuer.behaviour[JWKS] = 503
        for _ in range(23):
            await clock.move(HOUR)
            assert await knows(keys, "old")
        await clock.move(HOUR)
        with pytest.raises(KeysUnavailable):
            await keys.for_kid("old")


async def test_the_issuer_is_asked_again_soon_after_a_failure() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, clock) as keys:
        issuer.behaviour[JWKS] = 503
        with pytest.raises(KeysUnavailable):
            await keys.for_kid("old")
        del issuer.behaviour[JWKS]
        failed = issuer.fetches
        await clock.move(35)
        await issuer.until_fetched(failed + 1)

        assert await knows(keys, "old")


async def test_requests_do_not_wait_for_an_issuer_that_was_just_found_away() -> None:
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        issuer.behaviour[JWKS] = 503
        for _ in range(100):
            with pytest.raises(KeysUnavailable):
                await keys.for_kid("old")

    assert issuer.fetches <= 2


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(500, id="a status that means failure"),
        pytest.param(302, id="a redirect, which is not followed"),
        pytest.param(b"<html>", id="no JSON"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"keys": {}}', id="no list of keys"),
        pytest.param(b'{"keys": []}', id="no keys"),
        pytest.param(b'{"keys": [1, null, {"kty": "oct", "k": "c2VjcmV0"}]}', id="no usable key"),
        pytest.param(b'{"keys": [], "keys": []}', id="keys twice"),
        pytest.param(b'{"x": "' + b"x" * (600 << 10) + b'"}', id="larger than it may be"),
        pytest.param(b'{"keys": [' + b",".join([b"{}"] * 101) + b"]}", id="too many keys"),
    ],
)
async def test_what_is_no_key_set_does_not_take_the_place_of_the_last_good_one(behaviour: bytes | int) -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, clock) as keys:
        await knows(keys, "old")
        issuer.behaviour[JWKS] = behaviour
        await clock.move(500)
        await issuer.until_fetched(2)

        assert await knows(keys, "old")
        assert not await knows(keys, "new")
        assert "/elsewhere" not in issuer.asked


async def test_a_slow_issuer_is_waited_for_no_longer_than_a_fetch_may_take() -> None:
    never = asyncio.Event()
    async with serving_issuer(OLD) as issuer:
        issuer.behaviour[JWKS] = never
        async with asyncio.timeout(5), keys_of(issuer, DrivenClock(), seconds=0.05) as keys:
            with pytest.raises(KeysUnavailable):
                await keys.for_kid("old")
        never.set()


async def test_a_client_that_leaves_does_not_take_the_fetch_from_others() -> None:
    gate = asyncio.Event()
    async with serving_issuer(OLD) as issuer, keys_of(issuer, DrivenClock()) as keys:
        issuer.behaviour[JWKS] = gate
        async with asyncio.TaskGroup() as group:
            leaves, stays = (group.create_task(knows(keys, "old")) for _ in range(2))
            await issuer.until_fetched(1)
            leaves.cancel()
            gate.set()
        assert stays.result()

    assert issuer.fetches == 1


async def test_the_issuer_is_asked_where_its_keys_are() -> None:
    async with serving_issuer(OLD) as issuer:
        keys = await fetcher_of(issuer, DrivenClock()).fetch()

    assert keys.knows("old")
    assert issuer.asked == [DISCOVERY, JWKS]


async def test_where_keys_are_is_asked_once_an_hour() -> None:
    clock = DrivenClock()
    async with serving_issuer(OLD) as issuer:
        fetcher = fetcher_of(issuer, clock)
        await fetcher.fetch()
        await fetcher.fetch()
        await clock.move(HOUR)
        await fetcher.fetch()

    assert issuer.asked == [DISCOVERY, JWKS, JWKS, DISCOVERY, JWKS]


@pytest.mark.parametrize(
    ("discovered", "problem"),
    [
        ({"issuer": "https://evil.example"}, "another issuer"),
        ({"issuer": None}, "another issuer"),
        ({"jwks_uri": None}, "https address"),
        ({"jwks_uri": "http://keys.example/keys"}, "https address"),
        ({"jwks_uri": "file:///etc/passwd"}, "https address"),
        ({"jwks_uri": "https://user:password@keys.example"}, "https address"),
    ],
)
async def test_a_discovery_document_that_leads_astray_is_not_followed(discovered: dict[str, str], problem: str) -> None:
    async with serving_issuer(OLD) as issuer:
        issuer.discovered = discovered
        with pytest.raises(KeysUnavailable, match=problem):
            await fetcher_of(issuer, DrivenClock()).fetch()

    assert issuer.asked == [DISCOVERY]
