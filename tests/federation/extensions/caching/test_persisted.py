"""Operations by their hash, and documents that are trusted."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest
import pytest_asyncio

from federation.errors import RequestError
from federation.extensions.caching.persisted import PersistedOperations, PersistedOptions
from federation.extensions.stores.memory import MemoryStore
from federation.extensions.stores.redis import open_redis
from federation.extensions.stores.store import Store, StoreAway
from federation.request import ClientAnswer, ClientRequest, RequestContext
from tests.redis_server import to

QUERY = "{ me { name } }"
OTHER = "{ other }"
HASH = sha256(QUERY.encode()).hexdigest()


@pytest_asyncio.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    async with open_redis(to(request.getfixturevalue("redis_server").url)) as opened:
        yield opened


class Replica:
    """One gateway process; notes what it runs, and refuses what it is told to."""

    def __init__(self, store: Store | None = None, **options: Any) -> None:
        self.ran: list[str] = []
        self.refused: set[str] = set()
        self.handler = PersistedOperations(PersistedOptions(**options), store).wrap(self._run)

    async def _run(self, request: ClientRequest, _: RequestContext) -> ClientAnswer:
        self.ran.append(request.query)
        return ClientAnswer(b"{}", refused=request.query in self.refused)

    async def send(self, query: str = "", digest: Any = None, document: str | None = None) -> str | None:
        """The code of the refusal, if it is one."""
        extensions = {} if digest is None else {"persistedQuery": {"version": 1, "sha256Hash": digest}}
        request = ClientRequest(query, extensions=extensions, document_id=document)
        try:
            await self.handler(request, RequestContext(0))
        except RequestError as error:
            return error.code
        return None


async def test_a_hash_stands_for_the_text_once_it_has_been_sent() -> None:
    replica = Replica()

    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"
    assert await replica.send(QUERY, HASH) is None
    assert await replica.send(digest=HASH) is None
    assert await replica.send(digest=HASH.upper()) is None
    assert replica.ran == [QUERY] * 3


async def test_the_same_text_object_is_run_again() -> None:
    replica = Replica()
    await replica.send(QUERY, HASH)
    await replica.send(digest=HASH)
    await replica.send(digest=HASH)

    assert replica.ran[1] is replica.ran[2]


async def test_other_replicas_know_it_too(store: Store) -> None:
    await Replica(store).send(QUERY, HASH)

    assert await Replica(store).send(digest=HASH) is None


async def test_what_lies_in_the_store_must_have_its_hash(store: Store) -> None:
    await store.put({f"apq:{HASH}": b"{ everything }"}, ttl=60)

    assert await Replica(store).send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_text_with_another_hash_is_refused() -> None:
    replica = Replica()

    assert await replica.send(OTHER, HASH) == "PERSISTED_QUERY_HASH_MISMATCH"
    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("digest", ["", "x" * 64, HASH[:-1], 5, ["a"], "apq:*"])
async def test_what_is_no_hash_is_refused(digest: Any) -> None:
    assert await Replica().send(digest=digest) == "PERSISTED_QUERY_HASH_MISMATCH"


async def test_what_was_refused_is_not_kept() -> None:
    replica = Replica()
    replica.refused = {QUERY}
    await replica.send(QUERY, HASH)

    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"


async def test_at_most_so_many_are_kept_and_those_used_last_stay() -> None:
    replica = Replica(most_kept=2)
    hashes = {}
    for text in ("{ a }", "{ b }"):
        hashes[text] = sha256(text.encode()).hexdigest()
        await replica.send(text, hashes[text])
    await replica.send(digest=hashes["{ a }"])
    await replica.send(QUERY, HASH)

    assert await replica.send(digest=hashes["{ a }"]) is None
    assert await replica.send(digest=hashes["{ b }"]) == "PERSISTED_QUERY_NOT_FOUND"


async def test_what_is_very_long_is_run_but_not_kept() -> None:
    replica = Replica(longest_kept=10)

    assert await replica.send(QUERY, HASH) is None
    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"


async def test_when_the_store_is_away_memory_goes_on() -> None:
    class Away(MemoryStore):
        async def get(self, keys: Any) -> Any:
            raise StoreAway("away")

        async def put(self, entries: Any, ttl: float) -> None:
            raise StoreAway("away")

    replica = Replica(Away())

    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_FOUND"
    assert await replica.send(QUERY, HASH) is None
    assert await replica.send(digest=HASH) is None


async def test_where_it_is_switched_off_clients_are_told() -> None:
    replica = Replica(automatic=False)

    assert await replica.send(QUERY, HASH) is None
    assert await replica.send(digest=HASH) == "PERSISTED_QUERY_NOT_SUPPORTED"


DOCUMENTS = {HASH: QUERY, "get-other": OTHER}


class TestTrustedDocuments:
    async def test_they_are_run_by_hash_or_id(self) -> None:
        replica = Replica(documents=DOCUMENTS)

        assert await replica.send(digest=HASH) is None
        assert await replica.send(document="get-other") is None
        assert await replica.send(document=f"sha256:{HASH}") is None
        assert replica.ran == [QUERY, OTHER, QUERY]

    async def test_an_unknown_id_is_refused(self) -> None:
        assert await Replica(documents=DOCUMENTS).send(document="nothing") == "DOCUMENT_NOT_TRUSTED"

    async def test_an_id_is_not_overruled_by_a_text(self) -> None:
        replica = Replica(documents=DOCUMENTS)
        await replica.send("{ something }", document="get-other")

        assert replica.ran == [OTHER]

    async def test_alone_they_keep_everything_else_out(self) -> None:
        replica = Replica(documents=DOCUMENTS, only_trusted=True)
        other = sha256(b"{ something }").hexdigest()

        assert await replica.send("{ something }") == "DOCUMENT_NOT_TRUSTED"
        assert await replica.send("{ something }", other) == "DOCUMENT_NOT_TRUSTED"
        assert await replica.send("{ something }", HASH) == "DOCUMENT_NOT_TRUSTED"
        assert await replica.send(digest=other) == "DOCUMENT_NOT_TRUSTED"
        assert await replica.send() == "DOCUMENT_NOT_TRUSTED"
        assert replica.ran == []

    async def test_alone_they_are_run_by_their_text_too(self) -> None:
        replica = Replica(documents=DOCUMENTS, only_trusted=True)

        assert await replica.send(QUERY) is None
        assert await replica.send(QUERY, HASH) is None
        assert await replica.send(document="get-other") is None
