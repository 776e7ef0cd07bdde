"""One line for each action of an operator, and for each try of a stranger: who, when, what, and how it ended."""

import logging
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import orjson

log = logging.getLogger("interlace.audit")

MOST_STRANGERS = 10
STRANGERS_SECONDS = 60.0


class AuditFormatter(logging.Formatter):
    """Formats a record as one line of JSON, with the time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return orjson.dumps({"time": at, "event": record.getMessage(), **getattr(record, "audit", {})}).decode()


def audit(event: str, **fields: Any) -> None:
    """Write one line."""
    log.info(event, extra={"audit": fields})


class Strangers:
    """Counts those who come with a wrong token, so that they cannot fill the log.

    Of more than `MOST_STRANGERS` within `STRANGERS_SECONDS` only the number is told, in the line of the next that is.
    """

    def __init__(self) -> None:
        self._began = monotonic()
        self._seen = 0
        self._untold = 0
        self.total = 0

    def note(self, **fields: Any) -> bool:
        """Take note of one; says whether there are too many."""
        now = monotonic()
        self.total += 1
        if now - self._began > STRANGERS_SECONDS:
            self._began, self._seen = now, 0
        self._seen += 1
        if self._seen > MOST_STRANGERS:
            self._untold += 1
            return True
        untold, self._untold = self._untold, 0
        audit("refused", **fields, **({"untold_before": untold} if untold else {}))
        return False
