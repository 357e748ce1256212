"""The distribution of a count: what every number in wayside is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ValueRefusedError
from wayside.model.checks import require

__all__ = ["CountDistribution", "CountInterval"]

_TOLERANCE = 1e-6
_SLACK = 1e-9
"""By this much the sum of many probabilities may miss a level that it meets."""
_ROUNDING = 1e-12
"""A sum this close to 1 is 1 but for rounding; dividing by it would only change last bits."""


class CountInterval(NamedTuple):
    """Both ends belong to the interval."""

    low: int
    high: int


@dataclass(frozen=True, eq=False)
class CountDistribution:
    """Probability of every possible number of cars.

    Attributes:
        first: the number that ``p[0]`` belongs to, 0 or more.
        p: shape (n,), n >= 1; ``p[k]`` is the probability of the count ``first + k``. Each in [0, 1]; the sum is 1
            to within 1e-6; where it is further from 1 than rounding goes (1e-12), ``p`` is divided by it, else kept
            bit for bit, so that a distribution made from another's ``p`` equals it. The array cannot be written to.

    Raises:
        ValueRefusedError: where any of this does not hold.
    """

    first: int
    p: NDArray[np.float64]

    def __post_init__(self) -> None:
        p = np.array(self.p, dtype=np.float64)
        require(
            int(self.first) == self.first and self.first >= 0,
            f"a count starts at 0 or more, not {self.first}",
        )
        require(p.ndim == 1 and p.size >= 1, f"a count's probabilities are one row, not of shape {p.shape}")
        require(
            np.all(np.isfinite(p)) and np.all(p >= 0),
            "a count's probabilities must be finite and not negative",
        )
        total = float(p.sum())
        if abs(total - 1.0) > _TOLERANCE:
            raise ValueRefusedError(f"a count's probabilities must sum to 1, not {total:.8g}")
        if abs(total - 1.0) > _ROUNDING:
            p = p / total
        p = np.minimum(p, 1.0)
        p.setflags(write=False)
        object.__setattr__(self, "first", int(self.first))
        object.__setattr__(self, "p", p)

    # ------------------------------------------------------------------ making one
    @classmethod
    def exactly(cls, n: int) -> CountDistribution:
        """Return certainty of ``n``."""
        return cls(n, np.ones(1))

    @classmethod
    def from_weights(cls, first: int, weights: Sequence[float] | NDArray[np.float64]) -> CountDistribution:
        """Return the distribution proportional to ``weights`` (finite, not negative, not all zero)."""
        w = np.asarray(weights, dtype=np.float64)
        total = float(w.sum()) if w.size else 0.0
        require(np.isfinite(total) and total > 0, "weights of a count must have a finite positive sum")
        return cls(first, w / total)

    @classmethod
    def from_interval(cls, n: float, low: float, high: float) -> CountDistribution:
        """Return a discrete two-piece normal with mode ``n`` and 90 % interval [low, high].

        Used where a table gives only a number with its bounds. Each side has its own standard deviation, so that
        the bound lies 1.645 of them away from ``n``; a side of no width is a certainty on that side.
        """
        require(0 <= low <= n <= high, f"a count must have 0 <= low <= count <= high, not {low}, {n}, {high}")
        sd_low, sd_high = max((n - low) / 1.645, 1e-9), max((high - n) / 1.645, 1e-9)
        first = max(0, int(np.floor(n - 5 * sd_low)))
        k = np.arange(first, int(np.ceil(n + 5 * sd_high)) + 1)
        sd = np.where(k < n, sd_low, sd_high)
        return cls.from_weights(first, np.exp(-0.5 * ((k - n) / sd) ** 2) + 1e-300)

    # ------------------------------------------------------------------ reading it
    @property
    def support(self) -> NDArray[np.int64]:
        """The counts that ``p`` is given for, shape (n,)."""
        return np.arange(self.first, self.first + self.p.size, dtype=np.int64)

    @cached_property
    def mean(self) -> float:
        """Expected count."""
        return float(self.support @ self.p)

    @cached_property
    def _cumulative(self) -> NDArray[np.float64]:
        return np.cumsum(self.p)

    @property
    def variance(self) -> float:
        """Expected squared distance from the mean."""
        return float(((self.support - self.mean) ** 2) @ self.p)

    @property
    def mode(self) -> int:
        """The most probable count; the smallest where several tie."""
        return self.first + int(np.argmax(self.p))

    @property
    def median(self) -> int:
        """The smallest count with at least half of the probability at or below it."""
        return self.quantile(0.5)

    def quantile(self, q: float) -> int:
        """Return the smallest count whose cumulative probability is at least ``q`` (0 to 1)."""
        require(0.0 <= q <= 1.0, f"a quantile lies from 0 to 1, not {q}")
        index = int(np.searchsorted(self._cumulative, q - 1e-12, side="left"))
        return self.first + min(index, self.p.size - 1)

    def interval(self, level: float) -> CountInterval:
        """Return the counts around the most probable one that hold at least ``level`` (0 to 1) of the probability.

        The interval grows from the mode to whichever side is the more probable, upwards where both are alike, so it is
        as short as an unbroken one around the mode can be, and a wider one holds a narrower one. A central interval
        would leave half of the rest on each side, which whole numbers seldom allow: it is often a car too wide.
        """
        low = high = int(np.argmax(self.p))
        mass = float(self.p[low])
        while mass < level - _SLACK and (low > 0 or high + 1 < self.p.size):
            below = self.p[low - 1] if low > 0 else -1.0
            above = self.p[high + 1] if high + 1 < self.p.size else -1.0
            if above >= below:
                high += 1
            else:
                low -= 1
            mass += float(max(above, below))
        return CountInterval(self.first + low, self.first + high)

    def probability(self, n: int) -> float:
        """Return P(count = n)."""
        k = n - self.first
        return float(self.p[k]) if 0 <= k < self.p.size else 0.0

    def exceeds(self, n: int) -> float:
        """Return P(count > n)."""
        return min(1.0, float(self.p[max(0, n + 1 - self.first) :].sum()))

    def cdf(self, largest: int) -> NDArray[np.float64]:
        """Return P(count <= n) for n = 0 to ``largest``, shape (largest + 1,)."""
        out = np.ones(largest + 1)
        out[: self.first] = 0.0
        inside = self._cumulative[: max(0, largest + 1 - self.first)]
        out[self.first : self.first + inside.size] = np.minimum(inside, 1.0)
        return out

    def distance(self, other: CountDistribution) -> float:
        """Return the total variation distance to another distribution, 0 to 1: half the sum of what differs."""
        last = max(self.first + self.p.size, other.first + other.p.size) - 1
        return float(np.abs(np.diff(self.cdf(last), prepend=0.0) - np.diff(other.cdf(last), prepend=0.0)).sum() / 2)

    # ------------------------------------------------------------------ combining
    def __add__(self, other: CountDistribution) -> CountDistribution:
        """Return the distribution of the sum of two independent counts (discrete convolution)."""
        p = np.convolve(self.p, other.p)
        return CountDistribution.from_weights(self.first + other.first, np.clip(p, 0.0, None)).trimmed()

    @classmethod
    def total(cls, parts: Iterable[CountDistribution]) -> CountDistribution:
        """Return the distribution of the sum of independent counts; of no counts, certainty of 0."""
        result = cls.exactly(0)
        for part in parts:
            result = result + part
        return result

    def given(self, low: int, high: int | None = None) -> CountDistribution:
        """Return the distribution on the condition that the count lies in [low, high]; ``None`` is no upper bound.

        Raises:
            ValueRefusedError: where that has no probability.
        """
        keep = (self.support >= low) & (self.support <= (high if high is not None else self.first + self.p.size))
        mass = float(self.p[keep].sum())
        require(mass > 0.0, f"a count in [{low}, {high}] has no probability here")
        return CountDistribution(int(self.support[keep][0]), self.p[keep] / mass)

    def trimmed(self, epsilon: float = 1e-12) -> CountDistribution:
        """Return the same distribution without outer counts whose probabilities are at most ``epsilon``."""
        kept = np.flatnonzero(self.p > epsilon)
        low, high = int(kept[0]), int(kept[-1])
        return CountDistribution.from_weights(self.first + low, self.p[low : high + 1])

    def __eq__(self, other: object) -> bool:
        """Equal where the same counts have the same probabilities."""
        if not isinstance(other, CountDistribution):
            return NotImplemented
        return self.first == other.first and np.array_equal(self.p, other.p)

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((self.first, self.p.tobytes()))
