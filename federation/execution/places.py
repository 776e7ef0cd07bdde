"""What is known of the places where a plan's fetches find their entities."""

from dataclasses import dataclass

from federation.execution.alike_places import are_alike
from federation.execution.earlier_fetches import earlier_fetches
from federation.planning.plan import FetchNode, Key, Path, Plan, placed_fetches


@dataclass(frozen=True, slots=True)
class Places:
    """Where the entities of a fetch stand.

    All that stands at the paths of the fetch `start` was found by it already. `shared` are the paths at which objects
    may stand that stand elsewhere too. Unless the places `are_alike`, an object stands at one of the paths only. Unless
    the plan's fetches `may_share` objects, none stands at two places at all.
    """

    paths: tuple[Path, ...]
    start: int | None = None
    start_paths: frozenset[Path] = frozenset()
    shared: frozenset[Path] = frozenset()
    are_alike: bool = True
    may_share: bool = True


class PlanPlaces:
    """The places of all fetches of one plan.

    `shared` are the paths at which objects may stand that stand elsewhere too, `shared_slots` the same as the keys on
    the way.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._earlier = earlier_fetches(plan)
        self.shared = frozenset(path for _, paths in placed_fetches(plan) for path in paths)
        # An object that stands at two places can have only one answer, also where contexts differ.
        self._may_share = not any(node.fetch.contexts for node, _ in placed_fetches(plan))
        self.shared_slots = frozenset(
            tuple(step.name for step in path if isinstance(step, Key)) for path in self.shared
        )

    def of(self, node: FetchNode, paths: tuple[Path, ...]) -> Places:
        """The places of one fetch, which has no paths when it is one of the root."""
        start, start_paths = self._earlier.get(node.id, (None, frozenset[Path]()))
        return Places(paths, start, start_paths, self.shared, are_alike(self._plan, paths), self._may_share)
