"""What a service answered over HTTP."""

from collections.abc import Mapping
from typing import NamedTuple


class HttpResponse(NamedTuple):
    """One complete answer: names of `headers` are lower-cased, repeated ones are joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes
