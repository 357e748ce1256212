"""What a stated figure allows: the interval of a bound, and the numbers that "about 73" may mean.

Nobody says "about 73" of 60. How far from 73 is still "about 73" is modelled, not known:

- the speaker rounds: the true figure lies anywhere within half a step of the one stated. The step is the place value of
  its last digit that is not 0 (1 for 73, 10 for 70), five of them where that digit is a 5 (5 for 75), and never more
  than a fifth of the figure (20 for 100, 200 for 1,000);
- the speaker counted with an error: normal, with a standard deviation of 2.5 % of the figure.

The sum of both is discretised to whole numbers. 95 % of "about 73" is then 69 to 77, of "about 70" 64 to 76, of "about
1,000" 888 to 1,112. Both constants are assumptions, in the order of what readers of English were found to understand
under "about" (Ferson and others 2015, Natural language of uncertainty: numeric hedge words, International Journal of
Approximate Reasoning 57: the rounder the number, the wider).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wayside.model.agreement import MeasuredCount
    from wayside.model.claims import Quantity

__all__ = ["Allowed", "allowed", "meant_by", "rounding_step", "side_of", "tail_probability"]

RELATIVE_SD: Final = 0.025
LARGEST_STEP: Final = 0.2
CENTRAL: Final = 0.95
_FINEST: Final = 20
"""The distribution has a value at each whole number, or this many in a standard deviation of a large figure."""
_REACH: Final = 5.0
_ROUND_FROM: Final = 1000.0
"""A bare "2.5 million" is a rounded figure as a bare "73" is not."""

_LOWER: Final = frozenset({"at least", "more than"})
_UPPER: Final = frozenset({"no more than", "up to", "fewer than"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """The numbers that a quantity allows, both ends included; infinite where it is open.

    Attributes:
        low: smallest.
        high: largest.
    """

    low: float
    high: float

    def misses(self, other: Allowed) -> bool:
        """Return whether no number satisfies both."""
        return self.low > other.high or other.low > self.high


def side_of(quantity: Quantity) -> str:
    """Return which side a quantity bounds: "lower", "upper" or "figure"."""
    if quantity.approximation in _LOWER:
        return "lower"
    return "upper" if quantity.approximation in _UPPER else "figure"


def rounding_step(figure: float) -> float:
    """Return the step to which a speaker who says "about" this figure may have rounded it; 0 for 0."""
    place, last = _last_digit(figure)
    return min(5 * place if last == "5" else place, LARGEST_STEP * abs(figure))


def _last_digit(figure: float) -> tuple[float, str]:
    """Return the place value of the last digit that is not 0, and the digit; seven digits are looked at."""
    if figure == 0.0 or not math.isfinite(figure):
        return 0.0, "0"
    mantissa, exponent = f"{abs(figure):.6e}".split("e")
    shown = mantissa.replace(".", "").rstrip("0")
    return 10.0 ** (int(exponent) - len(shown) + 1), shown[-1]


@cache
def meant_by(figure: float) -> Mapping[float, float]:
    """Return what "about ``figure``" may mean: numbers in ascending order, and the probability of each.

    The density is the convolution of a uniform one (width: the rounding step) and a normal one; its distribution
    function has a closed form, of which each number takes the difference half a spacing up and down.
    """
    sd, half = RELATIVE_SD * abs(figure), rounding_step(figure) / 2
    if sd == 0.0:
        return {figure: 1.0}
    spacing = max(1.0, round(sd / _FINEST)) if float(figure).is_integer() else sd / _FINEST
    reach = math.ceil((half + _REACH * sd) / spacing)
    grid = [figure + index * spacing for index in range(-reach, reach + 1)]
    weights = [
        _below(n + spacing / 2 - figure, half, sd) - _below(n - spacing / 2 - figure, half, sd)
        for n in grid
        if n >= 0.0 or figure < 0.0
    ]
    kept = [n for n in grid if n >= 0.0 or figure < 0.0]
    total = math.fsum(weights)
    return {n: weight / total for n, weight in zip(kept, weights, strict=True)}


def _below(x: float, half: float, sd: float) -> float:
    """Return P(U + Z <= x), U uniform on [-half, half], Z normal with mean 0."""
    if half == 0.0:
        return _phi(x / sd)
    return sd / (2 * half) * (_integral((x + half) / sd) - _integral((x - half) / sd))


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _integral(z: float) -> float:
    """Return the integral of the normal distribution function up to ``z``."""
    return z * _phi(z) + math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def allowed(quantity: Quantity) -> Allowed:
    """Return the numbers that a quantity allows.

    "About" allows the central 95 % of what it may mean. A bare figure of a thousand or more, or in a unit, is taken to
    be rounded to its last digit that is not 0; a bare count below that is taken at its word.
    """
    low = quantity.low if quantity.low is not None else -math.inf
    high = quantity.high if quantity.high is not None else math.inf
    if low != high or math.isinf(high):
        return Allowed(low, high)
    if quantity.approximation == "approximately":
        return _central(high)
    if abs(high) >= _ROUND_FROM or quantity.unit != "1":
        half = min(_last_digit(high)[0], LARGEST_STEP * abs(high)) / 2
        return Allowed(high - half, high + half)
    return Allowed(low, high)


@cache
def _central(figure: float) -> Allowed:
    tail, passed, ends = (1.0 - CENTRAL) / 2, 0.0, [figure, figure]
    meant = meant_by(figure)
    for n, p in meant.items():
        if passed <= tail < passed + p:
            ends[0] = n
        if passed < 1.0 - tail <= passed + p:
            ends[1] = n
        passed += p
    return Allowed(*ends)


def tail_probability(quantity: Quantity, measured: MeasuredCount) -> float:
    """Return how well a claim sits with a measured distribution of the count N.

    For a claim that the count lies in [a, b] it is min(1, 2 min(P(N <= b), P(N >= a))), a two-sided tail probability;
    "at least a" has P(N <= inf) = 1 on its open side, and so 2 P(N >= a) capped at 1. What "about" means is a random
    number X, independent of N: min(1, 2 min(P(N <= X), P(N >= X))).
    """
    low = quantity.low if quantity.low is not None else -math.inf
    high = quantity.high if quantity.high is not None else math.inf
    if quantity.approximation == "approximately" and low == high:
        meant = meant_by(high).items()
        above = math.fsum(p * measured.at_least(n) for n, p in meant)
        below = math.fsum(p * measured.at_most(n) for n, p in meant)
    else:
        above, below = measured.at_least(low), measured.at_most(high)
    return min(1.0, 2.0 * min(above, below))
