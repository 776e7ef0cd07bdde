"""The metrics of all workers as one text: gathered by one at a time, whoever asks meanwhile gets the same."""

import asyncio
from time import monotonic

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from federation.admin.audit import Strangers
from federation.admin.workforce import DEADLINES, Deadlines, Workforce, ask_all
from federation.telemetry.families import Families, read_family
from federation.telemetry.text_format import print_metrics
from federation.telemetry.totals import Totals


class Scraping:
    """Adds up what workers count. Increases are seen in the order in which they happened, since one asks at a time."""

    def __init__(self, workforce: Workforce, strangers: Strangers, deadlines: Deadlines = DEADLINES) -> None:
        self._workforce = workforce
        self._strangers = strangers
        self._deadlines = deadlines
        self._totals = Totals()
        self._one_at_a_time = asyncio.Lock()
        self._began = 0.0
        self._text = b""

    async def text(self) -> bytes:
        """The metrics as they are now, or as somebody found them who asked after this began to wait."""
        asked = monotonic()
        async with self._one_at_a_time:
            if not self._text or self._began < asked:
                self._began = monotonic()
                self._text = await self._gather()
            return self._text

    async def _gather(self) -> bytes:
        heard = await ask_all(self._workforce, {"do": "measure"}, self._deadlines.look)
        answers = {(each.number, each.pid): each.answer["families"] for each in heard if each.answer is not None}
        own = own_metrics(self._workforce, self._strangers, workers=len(heard), silent=len(heard) - len(answers))
        # In a thread: it takes long where there are many endpoints, and one worker alone serves in this loop.
        return await asyncio.to_thread(self._print, [*map(read_family, own)], answers, len(answers) == len(heard))

    def _print(self, own: Families, answers: dict[tuple[int, int], Families], are_all: bool) -> bytes:  # noqa: FBT001
        return print_metrics([*own, *self._totals.add(answers, are_all=are_all)])


def own_metrics(workforce: Workforce, strangers: Strangers, *, workers: int, silent: int) -> tuple[Metric, ...]:
    """What is known of the workers from outside: so many, of which so many are silent."""
    restarts, wrong = workforce.restarts, strangers.total
    return (
        GaugeMetricFamily("interlace_workers", "Workers that run or start", value=workers),
        GaugeMetricFamily("interlace_workers_silent", "Those that do not answer", value=silent),
        CounterMetricFamily("interlace_worker_restarts", "Workers that took another's place", value=restarts),
        CounterMetricFamily("interlace_admin_refused", "Requests to this port with no or a wrong token", value=wrong),
    )
