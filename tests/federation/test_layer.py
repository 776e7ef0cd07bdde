"""Layers stand around requests and calls in their order, and what they say goes with the answer."""

from dataclasses import dataclass

import httpx

from connectors.protocol import Answer, CallContext, CallRequest
from federation.errors import RequestError
from federation.gateway import Gateway, Snapshot
from federation.http.app import App, EdgeOptions
from federation.layer import CallHandler, Handler, wrap_call
from federation.request import ClientAnswer, ClientRequest, RequestContext
from schemas.supergraph import Graph
from tests.federation.test_pipeline import pipeline


@dataclass(frozen=True, slots=True)
class Marking:
    """Marks the answer on its way out."""

    name: bytes

    def wrap(self, inner: Handler) -> Handler:
        async def answer(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            found = await inner(request, context)
            context.answer_headers.append((b"x-passed", self.name))
            return found

        return answer


class TooMany(RequestError):
    """Refuses with a status and a header of its own."""

    code = "BAD_REQUEST"
    status = 429


@dataclass(frozen=True, slots=True)
class Refusing:
    """Refuses every request, with a header."""

    def wrap(self, inner: Handler) -> Handler:
        async def refuse(request: ClientRequest, context: RequestContext) -> ClientAnswer:
            context.answer_headers.append((b"retry-after", b"3"))
            raise TooMany(f"too many from {request.client_address}")

        return refuse


def gateway(*layers: Marking | Refusing) -> Gateway:
    opened = Gateway()
    opened.open(Snapshot(pipeline(), (), layers))
    return opened


async def post(opened: Gateway) -> httpx.Response:
    transport = httpx.ASGITransport(App(opened, EdgeOptions(graphiql=False)), client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.post("/graphql", json={"query": "{ a }"})


async def test_the_first_layer_is_outermost() -> None:
    answer = await gateway(Marking(b"outer"), Marking(b"inner")).answer(ClientRequest("{ a }"))

    assert answer.headers == ((b"x-passed", b"inner"), (b"x-passed", b"outer"))


async def test_headers_of_layers_go_with_the_answer() -> None:
    response = await post(gateway(Marking(b"only")))

    assert (response.json(), response.headers["x-passed"]) == ({"data": {"a": 1}}, "only")


async def test_a_refusal_keeps_its_status_and_headers_and_knows_the_client() -> None:
    response = await post(gateway(Refusing()))

    assert (response.status_code, response.headers["retry-after"]) == (429, "3")
    assert response.json()["errors"][0]["message"] == "too many from 192.0.2.7"


async def test_fetch_layers_stand_around_calls_where_a_graph_needs_them() -> None:
    @dataclass(frozen=True, slots=True)
    class Naming:
        name: str
        graph: str

        def wrap(self, inner: CallHandler, graph: Graph) -> CallHandler | None:
            async def call(request: CallRequest) -> Answer:
                return Answer([self.name, *(await inner(request)).data])

            return call if graph.name == self.graph else None

    async def connector(_: CallRequest) -> Answer:
        return Answer(["connector"])

    layered = wrap_call((Naming("x", "a"), Naming("y", "b"), Naming("z", "a")), connector, Graph("a", "a", "", {}))

    assert (await layered(CallRequest(None, {}, (), CallContext(1)))).data == ["x", "z", "connector"]
