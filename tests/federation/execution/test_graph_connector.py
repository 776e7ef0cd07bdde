"""A fetch has what is left of its operation's time, or what its service may take, whichever is less."""

from connectors.errors import TimedOut
from connectors.protocol import Answer, AnswerError, CallContext, CallRequest
from federation.execution.graph_connector import GraphConnector


class Late:
    """A connector whose service never answers in time."""

    def prepare(self, fetch: object) -> object:
        return fetch

    async def call(self, request: CallRequest) -> Answer:
        return Answer(None, (AnswerError(TimedOut.code, "the service did not answer in time"),))

    async def close(self) -> None:
        pass


async def code_of_failure(left: float, service_timeout: float) -> str:
    graph = GraphConnector(Late(), "users", service_timeout)
    context = graph.context(CallContext(deadline=100.0), now=100.0 - left)
    answer = await graph.call(CallRequest(None, {}, (), context))
    return answer.errors[0].code


async def test_a_service_that_takes_longer_than_it_may_is_told_so() -> None:
    assert await code_of_failure(left=30.0, service_timeout=5.0) == "UPSTREAM_TIMEOUT"


async def test_an_operation_whose_time_is_up_is_told_so() -> None:
    assert await code_of_failure(left=2.0, service_timeout=5.0) == "DEADLINE_EXCEEDED"


def test_a_fetch_never_has_more_time_than_its_operation() -> None:
    graph = GraphConnector(Late(), "users", 5.0)
    assert graph.context(CallContext(deadline=100.0), now=98.0).deadline == 100.0
    assert graph.context(CallContext(deadline=100.0), now=10.0).deadline == 15.0
