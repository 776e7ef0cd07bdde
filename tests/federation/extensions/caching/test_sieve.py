"""The memory cache bounded in bytes."""

import tracemalloc
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from federation.extensions.caching.sieve import NODE_BYTES, Sieve


def sieve(most: int) -> Sieve[bytes, bytes]:
    return Sieve(most, len)


def test_what_is_asked_for_again_outlives_a_scan() -> None:
    cache = sieve(20 * (NODE_BYTES + 10))
    for number in range(5):
        cache.put(b"hot%d" % number, b"value")

    for number in range(500):
        cache.put(b"cold%d" % number, b"value")
        for hot in range(5):
            cache.get(b"hot%d" % hot)

    assert all(cache.get(b"hot%d" % number) == b"value" for number in range(5))


def test_what_is_larger_than_an_eighth_is_not_kept() -> None:
    cache = sieve(8_000)

    assert not cache.put(b"large", b"x" * 1_000)
    assert cache.get(b"large") is None


def test_a_value_that_grew_too_large_takes_the_old_one_away() -> None:
    cache = sieve(8_000)
    cache.put(b"key", b"small")

    cache.put(b"key", b"x" * 8_000)

    assert cache.get(b"key") is None
    assert cache.bytes_used == 0


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["put", "get", "remove", "clear"]), st.integers(0, 12), st.integers(0, 150)), max_size=80
)


@given(OPERATIONS)
def test_it_never_gives_what_was_not_put_and_its_sum_is_right(operations: list[tuple[str, int, int]]) -> None:
    cache = sieve(8 * (NODE_BYTES + 150))
    model: dict[bytes, bytes] = {}
    for name, number, size in operations:
        key, value = b"%d" % number, bytes(size)
        match name:
            case "put":
                cache.put(key, value)
                model[key] = value
            case "get":
                assert cache.get(key) in (None, model.get(key))
            case "remove":
                cache.remove(key)
                model.pop(key, None)
            case _:
                cache.clear()
                model.clear()
        held = {key: found for key in model if (found := cache.get(key)) is not None}
        assert len(cache) == len(held)
        assert cache.bytes_used == sum(NODE_BYTES + len(key) + len(value) for key, value in held.items())
        assert cache.bytes_used <= 8 * (NODE_BYTES + 150)


def test_memory_stays_within_what_is_allowed() -> None:
    random = Random(1)
    cache: Sieve[bytes, bytes] = Sieve(4 << 20, lambda value: len(value) + 33)
    tracemalloc.start()
    try:
        for _ in range(60_000):
            cache.put(random.randbytes(20), random.randbytes(random.randrange(20, 200)))
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert used <= (4 << 20) * 1.1
    assert len(cache) > 5_000
