"""How often chance scores as high: counted, and beyond what was counted read from the tail."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from wayside.consists.stock import Array

__all__ = ["Chance", "chance_of"]

_COUNTED = 10
"""With so many shuffled trains at or above the score, their share is known well enough to be used as it is."""
_TAIL_SHARES = (0.1, 0.05, 0.025)
_LEAST_TAIL = 40
_Z = 1.645
_CRITICAL = 1.094
"""Lilliefors' 5 % point for an exponential with its mean estimated: D (sqrt(m) + 0.26 + 0.5 / sqrt(m)), D less 0.2/m
(Stephens, J. Am. Stat. Assoc. 69, 1974, table 1A)."""


class Chance(NamedTuple):
    """A p-value.

    Attributes:
        p: above 0, at most 1.
        extrapolated: whether it was read from a fitted tail.
        shuffles: of how many scores.
    """

    p: float
    extrapolated: bool = False
    shuffles: int = 0


def chance_of(score: float, shuffled: Array, least: float = 0.0) -> Chance:
    """Return the p-value of a score among those of shuffled trains.

    It is (1 + k) / (1 + n), k of n having reached the score (Davison and Hinkley, Bootstrap Methods, 1997, section
    4.2). Local alignment scores have an exponential tail (Karlin and Altschul, PNAS 87, 1990); where k is below ten
    and the highest tenth, twentieth or fortieth of the scores is like an exponential (Lilliefors' test at 5 %; the way
    of Knijnenburg and others, Bioinformatics 25, 2009), the p-value is read from one fitted to them, with the lower
    95 % bound of its rate, which errs towards large p-values, and a rate of 1 at most, that of a likelihood ratio.

    Args:
        score: of the pair.
        shuffled: shape (n,), n >= 1, scores of shuffled pairs.
        least: what the p-value cannot be below, 0 to 1.
    """
    n = shuffled.size
    reached = int((shuffled >= score - 1e-9).sum())
    ranked = (1 + reached) / (1 + n)
    if reached >= _COUNTED:
        return Chance(max(ranked, min(least, 1.0)), shuffles=n)
    ordered = np.sort(shuffled)[::-1]
    for share in _TAIL_SHARES:
        tail = math.floor(share * n)
        if tail < _LEAST_TAIL or score <= ordered[tail] or ordered[tail - 1] <= 0.0:
            break
        above = ordered[:tail] - ordered[tail]
        mean = float(above.mean())
        if mean > 0.0 and _exponential(above, mean):
            rate = min(1.0, (1.0 - _Z / math.sqrt(tail)) / mean)
            p = tail / n * math.exp(-min(600.0, rate * (score - float(ordered[tail]))))
            return Chance(min(1.0, max(p, least)), extrapolated=True, shuffles=n)
    return Chance(max(ranked, min(least, 1.0)), shuffles=n)


def _exponential(above: Array, mean: float) -> bool:
    m = above.size
    theory = 1.0 - np.exp(-np.sort(above) / mean)
    steps = np.arange(m + 1) / m
    d = max(float((steps[1:] - theory).max()), float((theory - steps[:-1]).max()))
    return (d - 0.2 / m) * (math.sqrt(m) + 0.26 + 0.5 / math.sqrt(m)) <= _CRITICAL
