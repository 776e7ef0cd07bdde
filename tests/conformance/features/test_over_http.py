"""The features over the wire: real servers, their SDL asked of themselves, the whole gateway in front."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from federation.assembly.open_gateway import open_gateway
from federation.config.read import parse_config
from federation.gateway import Gateway
from federation.request import ClientRequest
from tests.conformance.features.serve import serve
from tests.conformance.features.test_external import WORLDS
from tests.conformance.features.test_interface_objects import LIBRARY
from tests.conformance.features.test_key_chains import CHAIN
from tests.conformance.features.test_mutations import notebook
from tests.conformance.features.test_provides import BLOG
from tests.conformance.features.test_requires import SHOP
from tests.conformance.features.test_requires_in_circles import CIRCLE
from tests.conformance.features.test_requires_with_arguments import MONEY
from tests.conformance.features.test_response_shapes import SHAPES
from tests.conformance.features.test_shared_fields import SHARED
from tests.conformance.features.test_skip_and_include import SHOP as CONDITIONS
from tests.conformance.features.test_unions import MEDIA
from tests.conformance.features.world import World

CASES = {
    "a chain of keys": (CHAIN, "{ products { path name } grid { left } }", {}),
    "requirements of requirements": (SHOP, "{ items { weight total text tax } }", {}),
    "requirements in circles": (CIRCLE, "{ users { fifth } }", {}),
    "requirements with arguments": (MONEY, "query ($n: Int!) { products { price toll(times: $n) fee } }", {"n": 3}),
    "provided fields": (BLOG, "{ featured { author { name address { city } } } newest { author { name } } }", {}),
    "Federation 1": (WORLDS["extend type, home in Federation 1"], "{ users { name rid } rated { rid email } }", {}),
    "interface objects": (LIBRARY, "{ rated { __typename stars headline ... on Book { cover } } }", {}),
    "unions": (MEDIA, "{ viewer { kept { __typename ... on Book { isbn } ... on Song { seconds } } } }", {}),
    "response shapes": (SHAPES, "{ pets { ... on Cat { name food } ... on Dog { name food } } }", {}),
    "shared roots": (SHARED, "{ product { a b } config { shared { fromB x fromA } } }", {}),
    "conditions": (CONDITIONS, "query ($no: Boolean!) { product { left offer @skip(if: $no) } }", {"no": True}),
    "mutations": (notebook(), "mutation { one: a(n: 1) two: b(n: 2) three: a(n: 3) }", {}),
}


@asynccontextmanager
async def gateway_over(world: World) -> AsyncIterator[Gateway]:
    async with AsyncExitStack() as stack:
        lines = {"subgraphs": "", "services": ""}
        for name, subgraph in world.subgraphs.items():
            address = stack.enter_context(serve(subgraph))
            lines["subgraphs"] += f"  {name}: {{url: 'http://{address}/graphql'}}\n"
            lines["services"] += f"  {name}: {{endpoints: ['{address}']}}\n"
        text = "".join(f"{section}:\n{body}" for section, body in lines.items())
        yield await stack.enter_async_context(open_gateway(parse_config(text, Path("interlace.yaml"), {})))


async def ask(world: World, query: str, variables: dict[str, Any]) -> tuple[Any, dict[str, int], list[str]]:
    """The answer, the calls of each subgraph, and what was refused."""
    async with gateway_over(world) as gateway:
        for item in world.subgraphs.values():
            item.forget()
        answer = await gateway.answer(ClientRequest(query, variables=variables))
    calls = {name: len(item.calls) for name, item in world.subgraphs.items() if item.calls}
    return orjson.loads(answer.body), calls, [text for item in world.subgraphs.values() for text in item.refusals]


@pytest.mark.parametrize(("world", "query", "variables"), CASES.values(), ids=CASES)
async def test_the_wire_changes_neither_answers_nor_calls(world: World, query: str, variables: dict[str, Any]) -> None:
    expected = await world.ask(query, variables)
    world = notebook() if query.startswith("mutation") else world

    answer, calls, refused = await ask(world, query, variables)

    assert answer == {"data": expected.data}
    assert calls == expected.calls
    assert refused == []
