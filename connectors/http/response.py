"""What a service answered over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One complete answer: names of `headers` are lower-cased, repeated ones are joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes
