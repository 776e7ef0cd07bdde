"""One operation's life: prepared once, planned beside other requests, checked before it runs."""

import asyncio
import threading
from copy import deepcopy
from typing import Any

import orjson
import pytest

from connectors.protocol import Answer, CallRequest, Fetch
from federation.errors import RequestError
from federation.execution.graph_connector import GraphConnector
from federation.gateway import Gateway, Snapshot
from federation.operations.limits import OperationLimits
from federation.pipeline import IntrospectionDisabled, MethodNotAllowed, Pipeline, PipelineOptions, Prepared
from federation.planning.planner import NO_LABELS
from federation.request import ClientRequest, RequestContext
from federation.workshop import MOST_UNFINISHED, THREADS, Overloaded
from tests.federation.planning.read_cases import supergraph_of

SLOW = "{ a } # slow"


class Fixed:
    """A connector that gives the same answer to all."""

    def __init__(self, data: Any = None, error: Exception | None = None) -> None:
        self.data = data
        self.error = error
        self.closed = 0

    def prepare(self, fetch: Fetch) -> Fetch:
        return fetch

    async def call(self, request: CallRequest) -> Answer:
        if self.error is not None:
            raise self.error
        return Answer(deepcopy(self.data))

    async def close(self) -> None:
        self.closed += 1


class Counting(Pipeline):
    """Counts what it prepares, and waits for `go` when the query says so."""

    prepared = 0

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.go = threading.Event()
        self.order: list[str] = []
        self.threads: set[int] = set()
        self.begun = threading.Semaphore(0)

    def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
        self.prepared += 1
        self.order.append(query)
        self.threads.add(threading.get_ident())
        self.begun.release()
        if "slow" in query:
            self.go.wait(10)
        return super().prepare(query, operation_name, labels)


def pipeline(connector: Fixed | None = None, **options: Any) -> Counting:
    graph = connector or Fixed({"addUser": {"name": "Ada"}, "a": 1, "pay": 2})
    connectors = {name: GraphConnector(graph, name) for name in ("a", "b")}
    return Counting(supergraph_of("mutations"), connectors, PipelineOptions(OperationLimits(), **options))


def pipeline_parts() -> tuple[Any, ...]:
    connectors = {name: GraphConnector(Fixed({"a": 1}), name) for name in ("a", "b")}
    return supergraph_of("mutations"), connectors, PipelineOptions(OperationLimits())


def context(seconds: float = 10) -> RequestContext:
    return RequestContext(asyncio.get_running_loop().time() + seconds)


async def ask(line: Pipeline, query: str, **request: Any) -> Any:
    return orjson.loads((await line.answer(ClientRequest(query, **request), context())).body)


async def begun(line: Counting, number: int) -> None:
    """Returns when so many preparations have been begun."""
    for _ in range(number):
        assert await asyncio.to_thread(line.begun.acquire, timeout=5)


async def test_an_operation_is_prepared_once() -> None:
    line = pipeline()

    assert await ask(line, "{ a }") == {"data": {"a": 1}}
    assert await ask(line, "{ a }") == {"data": {"a": 1}}

    assert line.prepared == 1


async def test_requests_at_the_same_time_share_one_preparation() -> None:
    line = pipeline()

    await asyncio.gather(*(ask(line, "{ a }") for _ in range(20)))

    assert line.prepared == 1


async def test_a_client_that_leaves_does_not_take_the_preparation_from_others() -> None:
    line = pipeline()
    async with asyncio.TaskGroup() as group:
        leaving = group.create_task(ask(line, SLOW))
        staying = group.create_task(ask(line, SLOW))
        await asyncio.sleep(0)
        leaving.cancel()
        line.go.set()

    assert leaving.cancelled()
    assert staying.result() == {"data": {"a": 1}}


async def test_a_slow_preparation_stalls_no_other_request() -> None:
    line = pipeline()
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(ask(line, SLOW))
        await asyncio.sleep(0)

        assert await ask(line, "{ a }") == {"data": {"a": 1}}
        assert not slow.done()
        line.go.set()


async def test_a_hundred_slow_operations_are_prepared_in_their_order_by_few_threads() -> None:
    line = pipeline()
    queries = [f"{SLOW} {number}" for number in range(100)]
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(line, query)) for query in queries]
        await begun(line, THREADS)
        line.go.set()

    assert [task.result() for task in asked] == [{"data": {"a": 1}}] * 100
    assert len(line.threads) == THREADS
    assert sorted(line.order) == sorted(queries)
    assert all(abs(line.order.index(query) - number) < THREADS for number, query in enumerate(queries))


async def test_a_hot_operation_is_answered_while_a_hundred_slow_ones_are_in_line() -> None:
    line = pipeline()
    await ask(line, "{ a }")
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(line, f"{SLOW} {number}")) for number in range(100)]
        await begun(line, 1 + THREADS)

        assert await ask(line, "{ a }") == {"data": {"a": 1}}
        assert not any(task.done() for task in asked)
        line.go.set()


async def test_names_are_looked_up_while_slow_operations_are_in_line() -> None:
    line = pipeline()
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ask(line, f"{SLOW} {number}")) for number in range(100)]
        await begun(line, THREADS)

        assert await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80)
        assert not any(task.done() for task in asked)
        line.go.set()


async def test_more_than_the_line_holds_is_refused() -> None:
    line = pipeline()
    async with asyncio.TaskGroup() as group:
        for number in range(MOST_UNFINISHED):
            group.create_task(ask(line, f"{SLOW} {number}"))
        await begun(line, THREADS)

        with pytest.raises(Overloaded):
            await ask(line, "{ a } # last")
        line.go.set()

    assert await ask(line, "{ a } # last") == {"data": {"a": 1}}


async def test_an_operation_that_is_not_prepared_in_time_is_refused_and_kept_for_the_next() -> None:
    line = pipeline()
    with pytest.raises(Overloaded):
        await line.answer(ClientRequest(SLOW), context(0))

    await begun(line, 1)
    line.go.set()

    assert await ask(line, SLOW) == {"data": {"a": 1}}
    assert line.prepared == 1


async def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    line = pipeline()
    async with asyncio.TaskGroup() as group:
        for number in range(THREADS):
            group.create_task(ask(line, f"{SLOW} {number}"))
        await begun(line, THREADS)
        with pytest.raises(Overloaded):
            await line.answer(ClientRequest("{ b: a }"), context(0))
        line.go.set()

    assert line.prepared == THREADS


async def test_operations_least_recently_used_are_let_go() -> None:
    line = pipeline(most_prepared=2)
    for query in ("{ a }", "{ x: a }", "{ a }", "{ y: a }", "{ a }", "{ x: a }"):
        await ask(line, query)

    assert line.prepared == 4


async def test_an_operation_that_cannot_be_prepared_is_not_kept() -> None:
    line = pipeline()
    for _ in range(2):
        with pytest.raises(RequestError):
            await ask(line, "{ nothing }")

    assert line.prepared == 2


async def test_mutations_need_a_method_that_may_mutate() -> None:
    with pytest.raises(MethodNotAllowed):
        await ask(pipeline(), "mutation { pay }", may_mutate=False)


async def test_introspection_can_be_turned_off() -> None:
    with pytest.raises(IntrospectionDisabled):
        await ask(pipeline(introspection=False), "{ __schema { queryType { name } } }")


async def test_a_gateway_that_is_not_open_says_so() -> None:
    answer = await Gateway().answer(ClientRequest("{ a }"))

    assert (answer.refused, answer.code) == (True, "NOT_READY")


async def test_a_failure_inside_the_gateway_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Counting):
        def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
            raise RuntimeError("secret at 10.0.0.1")

    gateway = Gateway()
    line = pipeline()
    line.__class__ = Broken
    gateway.open(Snapshot(line, ()))

    answer = await gateway.answer(ClientRequest("{ a }"))

    assert answer.code == "INTERNAL_SERVER_ERROR"
    assert b"secret" not in answer.body
    assert "secret" in caplog.text


async def test_a_connector_that_raises_is_one_masked_error_beside_the_data() -> None:
    answer = await ask(pipeline(Fixed(error=RuntimeError("secret"))), "{ a }")

    assert answer["data"] == {"a": None}
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "service": "a"}
    assert "secret" not in str(answer)


async def test_closing_a_gateway_closes_all_that_it_holds_even_if_one_fails() -> None:
    class Stuck(Fixed):
        async def close(self) -> None:
            raise OSError("stuck")

    last = Fixed()
    gateway = Gateway()
    gateway.open(Snapshot(pipeline(), (Stuck(), last)))

    await gateway.close()
    await gateway.close()

    assert last.closed == 1
    assert not gateway.is_ready


async def test_an_overridden_field_moves_for_its_share_of_the_requests() -> None:
    old, new = Fixed({"user": {"id": "1", "name": "old", "age": 1}}), Fixed([{"name": "new"}])
    connectors = {"old": GraphConnector(old, "old"), "new": GraphConnector(new, "new")}
    drawn = iter([0.2999, 0.3, 0.0, 0.9999])
    options = PipelineOptions(OperationLimits(), override_percents={"names": 30.0}, draw=lambda: next(drawn))
    line = Pipeline(supergraph_of("progressive_overrides"), connectors, options)

    names = [(await ask(line, "{ user { name } }"))["data"]["user"]["name"] for _ in range(4)]

    assert names == ["new", "old", "new", "old"]


async def test_a_pipeline_prepares_what_another_answered_last_and_leaves_out_what_is_not_right_any_more() -> None:
    before, after = pipeline(), pipeline()
    for query in ("{ a }", "{ it: a }"):
        await ask(before, query)
    with pytest.raises(RequestError):
        await ask(before, "{ nothing }")
    await after.prepare_all(before.answered_last(), asyncio.get_running_loop().time() + 10)
    after.close()  # from now on it prepares nothing

    assert after.order == ["{ it: a }", "{ a }"]
    assert await ask(after, "{ a }") == {"data": {"a": 1}}
    before.close()


async def test_what_cannot_be_prepared_ahead_keeps_nothing_else_from_it() -> None:
    class Failing(Counting):
        def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
            if "it" in query:
                raise ZeroDivisionError
            return super().prepare(query, operation_name, labels)

    before, after = pipeline(), Failing(*pipeline_parts())
    for query in ("{ a }", "{ it: a }"):
        await ask(before, query)
    await after.prepare_all(before.answered_last(), asyncio.get_running_loop().time() + 10)

    assert after.order == ["{ a }"]
    before.close()
    after.close()
