"""A call that asks for entities in several groups."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from connectors.protocol import Json

# Operations are kept for so many ways to group; for another one the text is made anew.
MOST_TEXTS = 50


class GroupedCall(NamedTuple):
    """What is sent, and for each response key which of the representations stand under it."""

    operation: str
    variables: Mapping[str, Json]
    groups: Mapping[str, Sequence[int]]
