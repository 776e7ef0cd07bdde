"""Code that collects the entities of fetches and presents them, for the common case that all they show are leaves.

Equal objects are interchangeable, be it that they carry nothing but their key or all that a service says of them: the
first takes the place of the others, so that it and all below it is fetched, merged and shaped once, wherever it stands.
Fetches that begin at the same moment are collected for in one walk.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from connectors.protocol import Representation, RepresentationField
from federation.execution.collecting_code import Wanted, collecting_code
from federation.execution.entities import Entity, Presented
from federation.planning.plan import Each, Path

Collect: TypeAlias = Callable[[Entity, Sequence[Entity]], tuple[Presented, ...]]
# Python allows twenty nested blocks; lists nested as deep as that are left to the careful way.
MOST_LOOPS = 15


class Collector:
    """Collects for fetches; `shared` are the paths at which one object may stand that stands elsewhere too."""

    def __init__(self, wanted: Sequence[Wanted], shared: Iterable[Path], *, with_found: bool) -> None:
        self._wanted = wanted
        self._shared = frozenset(shared)
        self._with_found = with_found
        self._collect = self._function(is_strict=True)

    @staticmethod
    def can(wanted: Wanted) -> bool:
        """Whether what a fetch wants can be found by generated code: not where representations are nested."""
        loops = max((sum(isinstance(step, Each) for step in path) for path in wanted.paths), default=0)
        return loops <= MOST_LOOPS and all(map(_is_simple, wanted.representations))

    def collect(self, data: Entity, found: Sequence[Entity] = ()) -> tuple[Presented, ...]:
        """What each fetch sends; `found` are entities that are known already, and not looked for at the paths.

        Raises TypeError for keys that are not scalars.
        """
        try:
            return self._collect(data, found)
        except KeyError:
            # Some objects lack what others have, as happens where conditions or types decide what is asked.
            self._collect = self._function(is_strict=False)
            return self._collect(data, found)

    def _function(self, *, is_strict: bool) -> Collect:
        code = collecting_code(self._wanted, self._shared, with_found=self._with_found, is_strict=is_strict)
        return code.function("collect", "<collect>")


def _is_simple(representation: Representation) -> bool:
    return all(isinstance(part, RepresentationField) and not part.selections for part in representation.fields)
