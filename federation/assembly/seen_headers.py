"""Say which of a client's headers can reach a service, and so make a difference to an answer."""

from collections.abc import Iterable

from connectors.protocol import Connector, NamesHeaders


def seen_headers(connectors: Iterable[Connector]) -> frozenset[str] | None:
    """The names, lower-cased; None, which means all, when one of the connectors cannot say what it takes."""
    seen: set[str] = set()
    for connector in connectors:
        if not isinstance(connector, NamesHeaders):
            return None
        seen.update(connector.seen_headers)
    return frozenset(seen)
