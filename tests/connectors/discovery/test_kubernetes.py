"""Endpoints from Kubernetes' EndpointSlices, against a double of its API server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.discovery.found import FoundEndpoint
from connectors.discovery.kubernetes import KubernetesQuery, KubernetesRegistry
from tests.connectors.discovery.collecting import Heard, addresses, listening
from tests.connectors.discovery.kubernetes_double import Kubernetes, endpoint_slice
from tests.serving import serving


@asynccontextmanager
async def watched(folder: Path, server: Kubernetes, port: str = "") -> AsyncIterator[Heard]:
    (folder / "token").write_text("pod-token\n")
    async with serving(server) as url:
        registry = KubernetesRegistry(url, KubernetesQuery("shop", "users", port), folder)
        async with listening(registry) as heard:
            yield heard
            server.break_watches()


async def test_ready_endpoints_of_all_slices_are_found(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(endpoint_slice("one", "10.0.0.1", "10.0.0.2"))
    server.apply(endpoint_slice("two", "10.0.0.3", ready=False))
    server.apply(endpoint_slice("three", "fd00::4", ready=None))
    async with watched(tmp_path, server) as heard:
        found = await heard.until(bool)

    assert addresses(found) == {"10.0.0.1:8080", "10.0.0.2:8080", "[fd00::4]:8080"}
    assert FoundEndpoint("10.0.0.1:8080", 1, "a") in found
    assert server.asked[0]["path"] == "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
    assert server.asked[0]["labelSelector"] == "kubernetes.io/service-name=users"


async def test_changes_are_heard_while_watching(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(endpoint_slice("one", "10.0.0.1"))
    async with watched(tmp_path, server) as heard:
        await heard.until(bool)
        server.apply(endpoint_slice("two", "10.0.0.2"))
        await heard.until(lambda found: addresses(found) == {"10.0.0.1:8080", "10.0.0.2:8080"})
        server.apply(endpoint_slice("one", "10.0.0.1", ready=False))
        await heard.until(lambda found: addresses(found) == {"10.0.0.2:8080"})
        server.delete("two")
        await heard.until(lambda found: not found)


async def test_a_watch_that_ends_is_resumed_where_it_ended(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(endpoint_slice("one", "10.0.0.1"))
    async with watched(tmp_path, server) as heard:
        await heard.until(bool)
        server.break_watches()
        server.apply(endpoint_slice("two", "10.0.0.2"))
        await heard.until(lambda found: len(found) == 2)

    assert sum("watch" not in each for each in server.asked) == 1


async def test_a_version_that_is_too_old_is_listed_anew(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(endpoint_slice("one", "10.0.0.1"))
    async with watched(tmp_path, server) as heard:
        await heard.until(bool)
        server.slices["one"] = endpoint_slice("one", "10.0.0.9")
        server.compact()
        await heard.until(lambda found: addresses(found) == {"10.0.0.9:8080"})


async def test_the_named_port_is_taken(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(
        endpoint_slice("one", "10.0.0.1", ports=[{"name": "metrics", "port": 9}, {"name": "http", "port": 8081}])
    )
    async with watched(tmp_path, server, "http") as heard:
        assert addresses(await heard.until(bool)) == {"10.0.0.1:8081"}


async def test_several_ports_need_a_name(tmp_path: Path) -> None:
    server = Kubernetes()
    server.apply(endpoint_slice("one", "10.0.0.1", ports=[{"name": "a", "port": 1}, {"name": "b", "port": 2}]))
    async with watched(tmp_path, server) as heard:
        assert "name one of a, b" in await heard.until_away()


@pytest.mark.parametrize("token", ["other"])
async def test_a_token_that_is_refused_is_said(tmp_path: Path, token: str) -> None:
    async with watched(tmp_path, Kubernetes(token=token)) as heard:
        assert "status 401" in await heard.until_away()
