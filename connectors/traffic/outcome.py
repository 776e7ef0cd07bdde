"""What one answer or failure says of the service that gave it."""

from enum import Enum
from typing import NamedTuple


class Outcome(Enum):
    """Whether a call speaks for its endpoint, against it, or neither."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"


class Verdict(NamedTuple):
    """An outcome, and whether the same call may fare better if it is made again, later or elsewhere.

    `pushback` is how long (seconds) the service asks to be left alone; below zero it asks not to be called again.
    """

    outcome: Outcome
    may_repeat: bool = False
    pushback: float | None = None
