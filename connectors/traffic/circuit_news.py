"""Who is told that the circuit of a service has opened or closed, to pass it on."""

from typing import Protocol


class CircuitNews(Protocol):
    """Is told of what this breaker decided itself, and not of what it heard; must not wait."""

    def opened(self, seconds: float, openings: int) -> None:
        """The circuit is open for so long, the how many-th time in a row."""

    def closed(self) -> None:
        """The service is well again: probes succeeded."""
