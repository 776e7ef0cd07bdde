"""How one fetch finds and presents its entities: where they stand, and which of them an earlier fetch has found."""

from collections.abc import Mapping

from connectors.protocol import Fetch
from federation.execution.collect import Collector
from federation.execution.collecting_code import Wanted
from federation.execution.contexts import ContextPresenter
from federation.execution.entities import Entity, EntityPaths, Presented, Presenter
from federation.execution.places import Places
from federation.planning.plan import Path


class Presenting:
    """Presents the entities of one fetch, for any data.

    `wanted` is what can be collected for it together with others; None where that needs more than the data.
    """

    def __init__(self, places: Places, fetch: Fetch) -> None:
        self._start = places.start
        self._paths = EntityPaths(places.paths)
        self._presenter = Presenter(fetch.representations)
        self._contexts: ContextPresenter | None = None
        self._from_root: Collector | None = None
        self._from_start: Collector | None = None
        self.wanted: Wanted | None = None
        if fetch.contexts:
            self._contexts = ContextPresenter(places.paths[0], fetch.representations, fetch.contexts)
        elif places.may_share:
            self._from_root = self._collector(places.paths, places, fetch, with_found=False)
            if self._start is not None:
                rest = tuple(path for path in places.paths if path not in places.start_paths)
                self._from_start = self._collector(rest, places, fetch, with_found=True)
            elif self._from_root is not None:
                self.wanted = Wanted(places.paths, fetch.representations, places.are_alike)

    def present(self, data: Entity, presented: Mapping[int, Presented]) -> Presented:
        """The representations, and who waits for each; `presented` is what earlier fetches presented, by their ids."""
        if self._contexts is not None:
            return self._contexts.present(data)
        start = None if self._start is None else presented.get(self._start)
        try:
            if start is not None and self._from_start is not None:
                return self._from_start.collect(data, start.found())[0]
            if self._from_root is not None:
                return self._from_root.collect(data)[0]
        except TypeError:
            pass  # a key is no scalar: the careful way can tell such keys apart
        return self._presenter.present(self._paths.entities(data))

    @staticmethod
    def _collector(paths: tuple[Path, ...], places: Places, fetch: Fetch, *, with_found: bool) -> Collector | None:
        wanted = Wanted(paths, fetch.representations, places.are_alike)
        return Collector((wanted,), places.shared, with_found=with_found) if Collector.can(wanted) else None
