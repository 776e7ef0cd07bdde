"""From which IP address a request came, also where proxies of ours stand in between."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

MOST_PROXIES = 10


class ClientAddresses:
    """Reads `x-forwarded-for` only as far as proxies in the `trusted` networks wrote it; clients can write it too."""

    def __init__(self, trusted: Sequence[str] = ()) -> None:
        self._trusted: tuple[Network, ...] = tuple(ip_network(each) for each in trusted)
        self._is_trusted = lru_cache(maxsize=1024)(self._look_up)

    def find(self, peer: str, headers: Mapping[str, str]) -> str:
        """The address of the client, when `peer` is at the other end of the connection."""
        forwarded = headers.get("x-forwarded-for")
        if not forwarded or not self._trusted or not self._is_trusted(peer):
            return peer
        address = peer
        # Each proxy adds the address that it was called from to the end.
        for written in reversed(forwarded.rsplit(",", MOST_PROXIES)[-MOST_PROXIES:]):
            named = _without_port(written.strip())
            if not named:
                break
            address = named
            if not self._is_trusted(address):
                break
        return address

    def trusts(self, peer: str) -> bool:
        """Whether what this peer says of its client is believed."""
        return bool(self._trusted) and self._is_trusted(peer)

    def _look_up(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None) or found
        return any(mapped in network for network in self._trusted)


def _without_port(written: str) -> str:
    """The address that is written, in its one usual form; empty when it is none."""
    text = written
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
