"""How often the cache helped, and why it did not."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class CacheCounters:
    """Totals since the start; lookups are counted by entry: each entity, and each fetch of root fields, is one."""

    hits: int = 0
    stale_hits: int = 0
    shared_hits: int = 0
    joined: int = 0
    misses: int = 0
    passed_by: int = 0
    calls_saved: int = 0
    stored: int = 0
    not_stored: int = 0
    refreshes: int = 0
    rescued: int = 0
    invalidations: int = 0
    store_failures: int = 0
    answer_hits: int = 0
    fallback_values: int = 0
    fallback_defaults: int = 0

    def as_mapping(self) -> dict[str, int]:
        """The totals by name."""
        return asdict(self)
