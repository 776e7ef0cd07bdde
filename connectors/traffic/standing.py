"""What operators decided by hand about services, kept for the snapshots that come."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from connectors.traffic.decided import NOTHING_DECIDED, Decided
from connectors.traffic.service import Service


class Standing:
    """The decisions of one process, by the names of services, which all that follow heed. Belongs to one loop."""

    def __init__(self) -> None:
        self._decided: Mapping[str, Decided] = {}
        self._followers: list[Service[Any, Any]] = []

    @property
    def decided(self) -> Mapping[str, Decided]:
        """What holds now."""
        return self._decided

    def replace(self, decided: Mapping[str, Decided]) -> None:
        """From now on this holds, and nothing else."""
        self._decided = dict(decided)
        for service in self._followers:
            service.heed(self._decided.get(service.name, NOTHING_DECIDED))

    def follow(self, services: Iterable[Service[Any, Any]]) -> Callable[[], None]:
        """Let these services heed what is decided, until the function is called that this gives."""
        followers = tuple(services)
        self._followers.extend(followers)
        for service in followers:
            service.heed(self._decided.get(service.name, NOTHING_DECIDED))

        def leave() -> None:
            self._followers = [each for each in self._followers if each not in followers]

        return leave
