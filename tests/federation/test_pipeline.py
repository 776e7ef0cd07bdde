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

    def prepare(self, query: str, operation_name: str | None, labels: frozenset[str] = NO_LABELS) -> Prepared:
        self.prepared += 1
        if "slow" in query:
            self.go.wait(10)
        return super().prepare(query, operation_name, labels)


def pipeline(connector: Fixed | None = None, **options: Any) -> Counting:
    graph = connector or Fixed({"addUser": {"name": "Ada"}, "a": 1, "pay": 2})
    connectors = {name: GraphConnector(graph, name) for name in ("a", "b")}
    return Counting(supergraph_of("mutations"), connectors, PipelineOptions(OperationLimits(), **options))


def context() -> RequestContext:
    return RequestContext(asyncio.get_running_loop().time() + 10)


async def ask(line: Pipeline, query: str, **request: Any) -> Any:
    return orjson.loads((await line.answer(ClientRequest(query, **request), context())).body)


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
