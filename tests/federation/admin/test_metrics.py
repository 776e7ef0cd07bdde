"""The metrics of a gateway: readable, true, and all of them documented."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from federation.admin.audit import Strangers
from federation.admin.measuring import collectors
from federation.admin.scraping import own_metrics
from federation.admin.workforce import Alone, OneWorker
from federation.assembly.lasting import open_lasting
from federation.door.door import Door
from federation.door.limiter import Limiter
from federation.reload.reloading_gateway import reloading
from federation.telemetry.totals import GAUGE_RULES
from federation.telemetry.traffic_metrics import TrafficMetrics
from tests.federation.admin.administered_gateway import READER, administered, write_config

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"^\| `(interlace_\w+)` \| (.*?) \|", re.MULTILINE)


def documented() -> dict[str, tuple[str, ...]]:
    text = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
    return {name: tuple(re.findall(r"`(\w+)`", labels)) for name, labels in ROW.findall(text)}


async def existing(folder: Path) -> dict[str, tuple[str, ...]]:
    """Every metric with its labels, whether there is anything to say of it or not."""

    async def nobody(_: object) -> dict[str, object]:
        return {}

    origin = write_config(folder, ["127.0.0.1:9"])
    config = origin.read()
    async with open_lasting(config) as lasting, reloading(origin, config, lasting) as (gateway, reloader):
        own = own_metrics(Alone(OneWorker(1, nobody)), Strangers(), workers=1, silent=0)
        asked = (*collectors(gateway, reloader, lasting, Door(Limiter())), TrafficMetrics(lasting.traffic.views))
        found = [metric for collector in asked for metric in collector.collect()]
    return {
        f"{metric.name}{'_total' if metric.type == 'counter' else ''}": tuple(getattr(metric, "_labelnames", ()))
        for metric in (*own, *found)
    }


async def test_every_metric_is_documented_with_its_labels_and_every_documented_one_exists(tmp_path: Path) -> None:
    assert await existing(tmp_path) == documented()


async def test_rules_of_gauges_are_of_gauges_that_exist(tmp_path: Path) -> None:
    assert set(GAUGE_RULES) <= set(await existing(tmp_path))


async def test_the_text_is_read_by_the_parser_of_prometheus_and_says_what_happened(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        await admin.query()
        await admin.query("{ nothing }")
        await admin.http.get("/status")
        answer = await admin.http.get("/metrics", headers={"authorization": f"Bearer {READER}"})
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert samples["interlace_operations_total", "OK"] == 1
    assert samples["interlace_operations_total", "GRAPHQL_VALIDATION_FAILED"] == 1
    assert samples["interlace_operation_seconds_count", "ok"] == 1
    assert samples["interlace_admin_refused_total",] == 1
    assert sum(value for key, value in samples.items() if key[0] == "interlace_endpoint_calls_total") == 1


async def test_a_reload_takes_nothing_from_the_counts_of_calls(tmp_path: Path) -> None:
    async with administered(tmp_path) as admin:
        for _ in range(4):
            await admin.query()
        (tmp_path / "shop.graphql").write_text("type Query { a: String c: String }")
        await admin.post("/reload")
        await admin.query()
        (service,) = (await admin.get("/services"))["services"]
        metrics = await admin.metrics()

    assert sum(endpoint["calls"] for endpoint in service["endpoints"]) == 5
    assert 'interlace_reloads_total{result="changed"} 1.0' in metrics
