"""The value that is not there: distinct from null, which a service or a client wrote on purpose."""

from enum import Enum
from typing import Final


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
