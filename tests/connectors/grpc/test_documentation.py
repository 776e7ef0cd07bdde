"""The page on gRPC bindings shows what works."""

import re
from pathlib import Path

from connectors.grpc.check_binding import check_binding
from connectors.grpc.types import GrpcTypes
from schemas.connect import GrpcCall
from schemas.read_connect import read_connect
from schemas.subgraph import Subgraph

PAGE = Path(__file__).parents[3] / "docs" / "grpc-bindings.md"


def test_the_example_is_bound_to_what_the_orders_service_has(shop_types: GrpcTypes) -> None:
    (sdl,) = re.findall(r"```graphql\n(.*?)```", PAGE.read_text(), re.DOTALL)

    connects = read_connect(Subgraph("order", sdl)).connects

    assert len(connects) == 1
    for connect in connects:
        assert isinstance(connect.call, GrpcCall)
        check_binding(connect, shop_types.method(connect.call.method))
