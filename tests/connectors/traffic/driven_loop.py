"""An event loop whose time is driven: it jumps to whatever is due next, so that minutes pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Never waits: what would be waited for passes at once."""

    now = 1_000.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise AssertionError("everything waits, and nothing is due: the test hangs")
        if timeout > 0:
            self.now += timeout + 1e-9
        return super().select(0)


class DrivenLoop(asyncio.SelectorEventLoop):
    """Sockets work in it as ever, but no time is given to them."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_driven(main: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in driven time."""
    with asyncio.Runner(loop_factory=DrivenLoop) as runner:
        return runner.run(main)


def now() -> float:
    """The time of the running loop."""
    return asyncio.get_running_loop().time()
