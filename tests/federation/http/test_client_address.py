"""Where a request came from: only what proxies of ours wrote is believed."""

import pytest

from federation.http.client_address import ClientAddresses

OURS = ClientAddresses(("10.0.0.0/8", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("fd00::1", "[2001:DB8::7]:4711", "2001:db8::7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("not an address", "198.51.100.1", "not an address"),
    ],
)
def test_what_trusted_proxies_wrote_is_believed(peer: str, forwarded: str, address: str) -> None:
    assert OURS.find(peer, {"x-forwarded-for": forwarded}) == address


def test_without_trusted_proxies_the_peer_is_the_client() -> None:
    assert ClientAddresses().find("10.0.0.1", {"x-forwarded-for": "203.0.113.7"}) == "10.0.0.1"


def test_long_lists_are_read_from_their_end_only() -> None:
    forwarded = ", ".join(["203.0.113.7"] + ["10.0.0.2"] * 10_000)

    assert OURS.find("10.0.0.1", {"x-forwarded-for": forwarded}) == "10.0.0.2"
