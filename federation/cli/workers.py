"""Several worker processes on one listening socket: started, watched, started again, told to leave."""

import logging
import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

from federation.errors import InterlaceError

log = logging.getLogger(__name__)

# A worker whose event loop says nothing for so long is replaced. On a busy machine one takes many seconds to start.
UNANSWERED_SECONDS = 30.0
LOOK_SECONDS = 1.0
STOPPING = (signal.SIGINT, signal.SIGTERM)
RunWorker = Callable[..., None]


class WorkersFailed(InterlaceError):
    """A worker could not start, and another would not either."""

    code = "WORKERS_FAILED"


class Worker:
    """One worker process, which says through a pipe that its loop turns; who takes its place has the same number."""

    def __init__(self, number: int, run: RunWorker, *given: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.number = number
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=run, args=(*given, theirs))
        self.process.start()
        theirs.close()
        self.has_started = False
        self.is_to_reload = False
        self.heard_at = time.monotonic()

    def hear(self) -> None:
        """Take note of what it said."""
        try:
            while self.pipe.poll():
                self.pipe.recv_bytes()
                self.has_started, self.heard_at = True, time.monotonic()
        except (EOFError, OSError):
            return  # it has ended, which its process says
        if self.has_started and self.is_to_reload:
            self.reload()

    def reload(self) -> None:
        """Have it reload; one that starts does so when it has, since it may have read what was there before."""
        self.is_to_reload = not self.has_started
        if self.has_started:
            self.tell(signal.SIGHUP)

    def tell(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if self.process.is_alive() and self.process.pid is not None:
            os.kill(self.process.pid, number)

    def close(self) -> None:
        """Forget a worker that has ended."""
        self.process.join()
        self.pipe.close()


class Workers:
    """Keeps so many workers running until SIGTERM or SIGINT, which they get too; SIGHUP is passed on to each.

    A second SIGTERM or SIGINT kills them. A worker that ends by itself, or hangs, is replaced.
    """

    def __init__(self, count: int, start: Callable[[int], Worker], on_ready: Callable[[], None]) -> None:
        self._count = count
        self._start = start
        self._on_ready: Callable[[], None] | None = on_ready
        self._workers: list[Worker] = []
        self._is_stopping = False

    def run(self, listener: socket.socket) -> None:
        """Return when all workers have left after a signal. Raises WorkersFailed where one cannot start."""
        with _signals((*STOPPING, signal.SIGHUP)) as told:
            try:
                self._workers = [self._start(number) for number in range(self._count)]
                while self._workers:
                    heard: list[Any] = [told, *(each.process.sentinel for each in self._workers)]
                    wait([*heard, *(each.pipe for each in self._workers if each.process.is_alive())], LOOK_SECONDS)
                    for number in _read(told):
                        self._obey(number, listener)
                    self._look()
            finally:
                for worker in self._workers:
                    worker.process.kill()
                    worker.close()

    def _obey(self, number: signal.Signals, listener: socket.socket) -> None:
        if number is signal.SIGHUP:
            for worker in self._workers:
                worker.reload()
            return
        if not self._is_stopping:
            listener.close()  # or connections would wait for a process that takes none
        for worker in self._workers:
            if self._is_stopping:
                worker.process.kill()
            else:
                # SIGINT from a terminal reaches all processes of the group: workers ignore it, and leave by SIGQUIT.
                worker.tell(signal.SIGTERM if number is signal.SIGTERM else signal.SIGQUIT)
        self._is_stopping = True

    def _look(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            worker.hear()
            if worker.process.is_alive() and not self._is_stopping and now - worker.heard_at > UNANSWERED_SECONDS:
                log.error("a worker hangs, and is replaced", extra={"pid": worker.process.pid})
                worker.process.kill()
                worker.process.join()
            if not worker.process.is_alive():
                self._bury(worker)
        if self._on_ready is not None and self._workers and all(each.has_started for each in self._workers):
            self._on_ready()
            self._on_ready = None

    def _bury(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.close()
        if self._is_stopping:
            return
        if not worker.has_started and (worker.process.exitcode or 0) >= 0:  # below, it was killed from outside
            raise WorkersFailed("a worker ended before it answered; what it said stands above")
        log.error("a worker ended, and is replaced", extra={"exit_code": worker.process.exitcode})
        self._workers.append(self._start(worker.number))


@contextmanager
def _signals(numbers: tuple[signal.Signals, ...]) -> Iterator[int]:
    """While the block runs, signals are bytes that can be read from the descriptor."""
    read, write = os.pipe()
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    before = {number: signal.signal(number, lambda number, _frame: _note(write, number)) for number in numbers}
    try:
        yield read
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(write)


def _note(write: int, number: int) -> None:
    os.write(write, bytes([number]))


def _read(told: int) -> Iterator[signal.Signals]:
    try:
        yield from map(signal.Signals, os.read(told, 64))
    except BlockingIOError:
        return
