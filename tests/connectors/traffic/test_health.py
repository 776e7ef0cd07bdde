"""Health checks: who does not answer, or says that it is not well, gets no calls until it is well again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from connectors.grpc.channel import Channel
from connectors.grpc.health import grpc_health
from connectors.traffic.background import Background
from connectors.traffic.health import HealthChecks, HealthPolicy
from connectors.traffic.http_health import http_health
from connectors.traffic.http_service import HttpService
from tests.connectors.traffic.driven_loop import now, run_driven
from tests.connectors.traffic.scripted import Scripted, service_of

POLICY = HealthPolicy(interval=5.0, timeout=1.0, unhealthy_after=3, healthy_after=2)


def test_three_failures_make_an_endpoint_unhealthy_and_two_successes_healthy_again() -> None:
    async def main() -> None:
        answers: dict[str, list[bool]] = {"a": [True, False, False, True, False, False, False, True, True], "b": []}
        service = service_of(Scripted("a"), Scripted("b"))
        seen: list[bool] = []

        async def ask(link: Scripted, _deadline: float) -> bool:
            if link.name == "a":
                seen.append(service.endpoints[0].is_healthy)
            return answers[link.name].pop(0) if answers[link.name] else True

        checks = Background([HealthChecks(service, POLICY, ask).run])
        await asyncio.sleep(60)
        await checks.close()
        assert seen[:10] == [True] * 7 + [False, False, True]
        assert service.endpoints[1].is_healthy

    run_driven(main())


def test_an_endpoint_that_does_not_answer_is_waited_for_no_longer_than_the_timeout() -> None:
    async def main() -> None:
        service = service_of(Scripted("a"), Scripted("b"))

        async def ask(link: Scripted, _deadline: float) -> bool:
            if link.name == "a":
                await asyncio.Event().wait()
            return True

        checks = Background([HealthChecks(service, POLICY, ask).run])
        await asyncio.sleep(20)
        await checks.close()
        assert [endpoint.is_healthy for endpoint in service.endpoints] == [False, True]
        assert await service.call(Scripted.ask, now() + 1) == "b"
        assert len(asyncio.all_tasks()) == 1, "closing ends every check"

    run_driven(main())


async def test_http_endpoints_are_asked_by_a_path(answering: Callable[[str], Awaitable[Any]]) -> None:
    server = await answering("a")
    service = HttpService("users", [server.url])
    deadline = asyncio.get_running_loop().time() + 5
    assert await http_health("/ready")(service.endpoints[0].link, deadline)
    await service.close()
    assert server.targets == ["/ready"]


@pytest.mark.parametrize(
    ("status", "is_well"),
    [(health_pb2.HealthCheckResponse.SERVING, True), (health_pb2.HealthCheckResponse.NOT_SERVING, False)],
)
async def test_grpc_endpoints_are_asked_by_the_health_protocol(status: int, *, is_well: bool) -> None:
    servicer = health.aio.HealthServicer()
    await servicer.set("shop", status)
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channel = Channel(f"127.0.0.1:{port}", 1 << 20)
    deadline = asyncio.get_running_loop().time() + 5
    assert await grpc_health("shop")(channel, deadline) is is_well
    await channel.close()
    await server.stop(None)


async def test_a_grpc_server_without_the_protocol_is_well_as_it_answers() -> None:
    server = grpc.aio.server()
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channel = Channel(f"127.0.0.1:{port}", 1 << 20)
    assert await grpc_health("")(channel, asyncio.get_running_loop().time() + 5)
    await channel.close()
    await server.stop(None)
