"""How long calls take: bounds of the histogram, and the estimate after which a call counts as late."""

from typing import Final

# Seconds; a call is counted in the first that it does not exceed.
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Quantile:
    """An estimate of a quantile of a stream in constant memory: it steps up or down by what each value says.

    A value above the estimate moves it up by `step` times the quantile, one below it down by the rest, so that it comes
    to rest where the quantile is. Steps are a share of the estimate, as times differ by orders of magnitude.
    """

    __slots__ = ("_quantile", "_seen", "_step", "value")

    def __init__(self, quantile: float, step: float = 0.05) -> None:
        self._quantile = quantile
        self._step = step
        self._seen = 0
        self.value = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether it has seen enough to be of use."""
        return self._seen >= 100

    def add(self, value: float) -> None:
        """Take a value into account."""
        self._seen += 1
        if self._seen == 1:
            self.value = value
            return
        # Larger steps at first, so that a start far off is soon forgotten.
        step = self._step * (1 + 20 / self._seen)
        if value > self.value:
            self.value *= 1 + step * self._quantile
        else:
            self.value *= 1 - step * (1 - self._quantile)
