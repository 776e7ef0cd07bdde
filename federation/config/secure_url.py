"""Which URLs may be asked for what trust rests on: https, or this very machine."""

import ipaddress
from urllib.parse import urlsplit


def is_secure_url(url: str) -> bool:
    """Whether nobody on the way can change what the URL answers."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
