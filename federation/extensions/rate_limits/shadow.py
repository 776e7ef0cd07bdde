"""Count what rules in shadow would have refused."""

import logging
from collections.abc import Iterable

from federation.extensions.rate_limits.asking import Answered
from schemas.policy import Mode

log = logging.getLogger(__name__)


def log_shadowed(answered: Iterable[Answered]) -> dict[str, int]:
    """Say for each field how often it would have been refused, in the log and to the caller."""
    refused: dict[str, int] = {}
    for call, _, wait in answered:
        if not wait:
            continue
        for occurrence in call.occurrences:
            if any(bound.rule.mode is Mode.SHADOW for bound in occurrence.rules):
                coordinate = occurrence.fields[0].coordinate
                refused[coordinate] = refused.get(coordinate, 0) + 1
    for coordinate, count in refused.items():
        log.warning("a rate limit in shadow would refuse", extra={"coordinate": coordinate, "count": count})
    return refused
