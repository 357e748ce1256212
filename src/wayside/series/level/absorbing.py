"""One look taken in: what it says of the level, and whether the cars of the look before still stand there.

Cars stay. On every day all of them are replaced with probability 1 - exp(-1 / dwell), and the new count is drawn from
the day's level; else the same cars stand there still. So after d days the same cars stand with probability
exp(-d / dwell), and then a second look shows the same count and says nothing more of the level:

    like(m) = exp(-d / dwell) sum_n q(n) p(n)  +  (1 - exp(-d / dwell)) sum_n p(n) NB(n; exp m, r)

with p the look's count distribution and q that of the cars that stood there in the look before. q is carried from look
to look beside the level, as if independent of it (assumed density filtering: Maybeck, *Stochastic Models, Estimation
and Control* 2, 1982, ch. 12), which is exact where a look leaves no doubt of its count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.dynamics import Floats
from wayside.series.level.sight import Look

__all__ = ["Absorbed", "Lanes", "Standing", "absorb"]

_LEAST = 1e-30


class Lanes(NamedTuple):
    """Which emission and dwell each of C parameter sets has.

    Attributes:
        row_of: row of the emission, shape (C,).
        dwell: how long the same cars stay, days, shape (C,).
    """

    row_of: NDArray[np.int64]
    dwell: Floats

    def chosen(self, index: NDArray[np.int64]) -> Lanes:
        """Return those at ``index``, in that order."""
        return Lanes(self.row_of[index], self.dwell[index])


class Standing(NamedTuple):
    """The cars of the last look.

    Attributes:
        day: of the look.
        first: smallest count.
        p: probability of ``first``, ``first + 1``, … by parameter set, shape (C, S).
    """

    day: int
    first: int
    p: Floats

    def on(self, first: int, size: int) -> Floats:
        """Return the probabilities of ``first`` to ``first + size - 1``, shape (C, size)."""
        out = np.zeros((len(self.p), size), dtype=self.p.dtype)
        low, high = max(first, self.first), min(first + size, self.first + self.p.shape[1])
        if low < high:
            out[:, low - first : high - first] = self.p[:, low - self.first : high - self.first]
        return out


class Absorbed(NamedTuple):
    """What a look made of the states.

    Attributes:
        states: P(state | all up to the look), shape (C, G, K).
        standing: the cars of this look.
        log_total: log likelihood of the look given all before, shape (C,).
        still: the part of the likelihood that says nothing of the level, over the look's scale, shape (C,).
        fresh: weight of the look's own likelihood, shape (C,).
    """

    states: Floats
    standing: Standing
    log_total: Floats
    still: Floats
    fresh: Floats


def absorb(states: Floats, standing: Standing | None, look: Look, lanes: Lanes) -> Absorbed:
    """Take in one look.

    Args:
        states: P(state | all before), shape (C, G, K); may be unnormalised.
        standing: the cars of the look before; None for the first look.
        look: of a later day.
        lanes: of the C sets.
    """
    dtype = states.dtype
    level = states.sum(axis=1)
    level /= level.sum(axis=1, keepdims=True)
    expected = np.empty((len(level), look.p.size), dtype=dtype)
    for row in np.unique(lanes.row_of):
        here = lanes.row_of == row
        expected[here] = level[here] @ look.model[row].astype(dtype)
    if standing is None:
        stay, before = np.zeros(len(level)), np.zeros_like(expected)
    else:
        stay, before = np.exp(-(look.day - standing.day) / lanes.dwell), standing.on(look.first, look.p.size)
    fresh = (1.0 - stay).astype(dtype)
    joint = (stay[:, None] * before + fresh[:, None] * expected) * look.p
    total = np.maximum(joint.sum(axis=1), _LEAST)
    still = (stay * (before @ look.p) * np.exp(-look.log_scale)).astype(dtype)
    like = still[:, None] + fresh[:, None] * look.like.astype(dtype)[lanes.row_of]
    out = states * like[:, None, :]
    out /= np.maximum(out.sum(axis=(1, 2), keepdims=True), _LEAST)
    now = Standing(look.day, look.first, (joint / total[:, None]).astype(dtype))
    return Absorbed(out, now, np.log(total), still, fresh)
