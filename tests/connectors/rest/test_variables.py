"""Variables beside `$args`, `$this` and `$batch`."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from connectors.protocol import CallContext, CallRequest, Fetch
from connectors.rest.connector import RestConnector
from schemas.connect import HttpCall

SDL = """
type Query { me: Me @connect(source: "shop" http: { GET: "/me" } selection: "name") }
type Me { name: String tenant: String }
"""


async def test_configuration_and_client_headers_can_be_read(
    bound: Callable[[str], Any], selections: Callable[[str], Any], shop: Any, calls: Any
) -> None:
    connect, graph = bound(SDL)
    path = "/{$config.region}/me?lang={$request.headers.'accept-language'->first}"
    call = HttpCall("POST", path, body="region: $config.region")
    connect = replace(connect, call=call, selection="name tenant: $request.headers.tenant->first")
    connector = RestConnector(connect, calls, graph, {"region": "eu"})
    shop.answer = lambda _: {"name": "Ada"}

    template = connector.prepare(Fetch("shop", "query", selections("{ me { name tenant } }")))
    context = CallContext(asyncio.get_running_loop().time() + 5, {"accept-language": "de, en", "tenant": "t1"})
    answer = await connector.call(CallRequest(template, {}, [], context))

    assert answer.data == {"me": {"name": "Ada", "tenant": "t1"}}
    assert shop.received[0].target == "/v1/eu/me?lang=de%2C%20en"
    assert json.loads(shop.received[0].body) == {"region": "eu"}
