"""What operators can see of the services behind a gateway, and do about them."""

import pytest

from connectors.traffic.breaker import BreakerMode, Circuit
from connectors.traffic.views import EndpointState, view_service
from examples.storefront.run import Storefront
from tests.gateway.conftest import Client

USERS = "{ users(first: 2) { name } }"


async def test_every_service_is_seen_with_its_endpoints(client: Client, shop: Storefront) -> None:
    await client.data(USERS)

    views = {service.name: view_service(service) for service in client.gateway.traffic}

    assert set(views) == {"users", "orders", "preferences"}
    for name, view in views.items():
        assert {endpoint.address.removeprefix("http://") for endpoint in view.endpoints} == set(shop.endpoints(name))
        assert {endpoint.state for endpoint in view.endpoints} <= {EndpointState.READY, EndpointState.WARMING}
        assert view.circuit is Circuit.CLOSED
    assert sum(endpoint.calls for endpoint in views["users"].endpoints) >= 1


async def test_a_circuit_can_be_opened_and_handed_back(client: Client) -> None:
    (users,) = (service for service in client.gateway.traffic if service.name == "users")

    users.force(BreakerMode.FORCED_OPEN)
    refused = await client.ask(USERS)
    users.force(BreakerMode.AUTOMATIC)

    assert refused["errors"][0]["extensions"] == {"code": "CIRCUIT_OPEN", "service": "users"}
    assert await client.data(USERS)


async def test_an_endpoint_that_does_not_exist_cannot_be_drained(client: Client) -> None:
    users = client.gateway.traffic[0]
    with pytest.raises(KeyError, match="nowhere"):
        await users.drain("nowhere", 1.0)
