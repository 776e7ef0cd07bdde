"""The services of the growth benchmark answer what the gateway asks of them."""

import json
from pathlib import Path

import orjson

from benchmarks.growth_service import Bodies, subgraph
from federation.assembly.build_supergraph import build_supergraph
from federation.config.read import read_config


async def test_the_subgraphs_compose(tmp_path: Path) -> None:
    lines = ["subgraphs:"]
    for number in range(4):
        (tmp_path / f"s{number}.graphql").write_text(subgraph(number))
        lines += [f"  s{number}:", f"    sdl: s{number}.graphql", f"    url: http://127.0.0.1:1/s{number}"]
    (tmp_path / "interlace.yaml").write_text("\n".join(lines))

    built = await build_supergraph(read_config(tmp_path / "interlace.yaml", {}))

    assert {"id", "f1", "f2", "f3", "g3", "big3"} <= set(built.supergraph.api.type_map["Item"].fields)  # type: ignore[union-attr]


def test_items_are_as_many_as_asked_for() -> None:
    asked = {"query": "query ($first: Int!) { items(first: $first) { id } }", "variables": {"first": 3}}

    answer = json.loads(Bodies(5).answer(orjson.dumps(asked)))

    assert answer == {"data": {"items": [{"id": "0"}, {"id": "1"}, {"id": "2"}]}}


def test_entities_get_the_field_that_is_asked_for() -> None:
    asked = {
        "query": "query ($representations: [_Any!]!) { _entities(...) { ... on Item { g2 } } }",
        "variables": {"representations": [{"__typename": "Item", "id": "7"}]},
    }

    assert json.loads(Bodies(5).answer(orjson.dumps(asked))) == {"data": {"_entities": [{"g2": "the value of g2 0"}]}}
