"""The admin address of a program: read and reset its counts, set its faults."""

import asyncio
from collections import Counter
from contextlib import suppress

from examples.storefront.chassis.faults import Faults, read_fault
from examples.storefront.chassis.rest import Answer, Request, RestApp, Route, json


class Behaviour:
    """How one program has been used and how it shall misbehave; the program and its admin address share it."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.faults = Faults()
        self.stopping = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Keep a caller waiting, but not longer than the program runs."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)


def admin_app(behaviour: Behaviour) -> RestApp:
    """The admin address as an ASGI callable."""

    def get_calls(_request: Request) -> Answer:
        return json(dict(sorted(behaviour.calls.items())))

    def reset_calls(_request: Request) -> Answer:
        behaviour.calls.clear()
        return Answer(b"", 204)

    def set_fault(request: Request) -> Answer:
        behaviour.faults.set(read_fault(request.json()))
        return Answer(b"", 204)

    return RestApp(
        (
            Route("GET", "/calls", get_calls),
            Route("POST", "/calls/reset", reset_calls),
            Route("POST", "/fault", set_fault),
        )
    )
