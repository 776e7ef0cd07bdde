"""How many requests may come in, how slow clients may be, and how the gateway leaves."""

from typing import Annotated

from pydantic import Field

from federation.config.section import ByteSize, Seconds, Section, Wait


class OverloadSection(Section):
    """When requests are refused with OVERLOADED: where a turn of the event loop takes longer than `target`.

    However fast turns are, each worker has at most `max_in_flight` requests in flight.
    """

    enabled: bool = True
    target: Annotated[Seconds, Field(ge=0.0001, le=1)] = 0.001
    max_in_flight: Annotated[int, Field(ge=4, le=100_000)] = 1_000


class ClientsSection(Section):
    """What clients may take of one worker.

    A request's address and headers have to come within `head_timeout`, its body within `timeout`, and its answer has
    to be taken within as much.
    """

    max_connections: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    max_head_size: ByteSize = 32 << 10
    head_timeout: Seconds = 10.0
    timeout: Seconds = 30.0
    idle_timeout: Annotated[Seconds, Field(ge=1)] = 75.0


class ShutdownSection(Section):
    """How the gateway leaves after SIGTERM.

    It is not ready, but takes connections for the `notice`; then it waits for what is in flight with `patience`.
    """

    notice: Wait = 1.0
    patience: Seconds = 10.0
