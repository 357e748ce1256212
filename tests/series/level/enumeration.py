"""A tiny model of the level written out as matrices, and the sum over all that can happen in it.

Nothing here calls the recursions that it is there to check: every history of regimes and levels, every day's
"replaced or not", and every sequence of counts is gone through, by the words of the model.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import SeriesPoint
from wayside.series.level.dynamics import Dynamics, Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.sight import Look, Sight, look_of

FIRST = date(2020, 3, 1)


def rows(rng: np.random.Generator, *shape: int) -> Floats:
    """Random rows that sum to 1, none of them empty."""
    x = rng.random(shape) + 0.05
    return np.asarray(x / x.sum(axis=-1, keepdims=True))


def random_dynamics(rng: np.random.Generator, *, sets: int, regimes: int, levels: int, home: bool = False) -> Dynamics:
    """Dynamics with no symmetry to hide behind; ``home``: excursions lead back to regime 0 alone."""
    route = rows(rng, sets, regimes, regimes)
    if home:
        route[:, 1:] = 0.0
        route[:, 1:, 0] = 1.0
    return Dynamics(
        start=rows(rng, sets, regimes * levels).reshape(sets, regimes, levels),
        leave=0.1 + 0.5 * rng.random((sets, regimes)),
        step=0.5 * rng.random((sets, regimes)),
        route=route,
        dest=rows(rng, sets, regimes, levels),
    )


def random_tables(rng: np.random.Generator, *, sizes: int, levels: int, largest: int) -> NegativeBinomials:
    """Tables of any shape: the recursions must not care that they are negative binomials."""
    pmf = rows(rng, sizes, levels, largest + 1)
    return NegativeBinomials(0.5, pmf, np.cumsum(pmf, axis=2))


def dense(d: Dynamics, c: int) -> Floats:
    """The transition matrix written out from the formula in the docstring of the dynamics."""
    _, regimes, levels = d.start.shape
    out = np.zeros((regimes, levels, regimes, levels))
    for g, k, h, j in itertools.product(range(regimes), range(levels), range(regimes), range(levels)):
        walk = 0.0
        if abs(k - j) == 1:
            walk = d.step[c, g]
        elif k == j:
            walk = 1.0 - d.step[c, g] * ((k > 0) + (k < levels - 1))
        out[g, k, h, j] = (g == h) * (1 - d.leave[c, g]) * walk + d.leave[c, g] * d.route[c, g, h] * d.dest[c, g, j]
    return out.reshape(regimes * levels, regimes * levels)


@dataclass(frozen=True, eq=False)
class Tiny:
    """What is known of a few days.

    Attributes:
        tables: counts given the level, of R sizes.
        counts: what the scenes of a day show, by day.
        bounds: likelihood of the level on every day, by row of the emission, shape (T, E, K).
        term: added to the log level, shape (V, T).
    """

    tables: NegativeBinomials
    counts: dict[int, CountDistribution]
    bounds: Floats
    term: Floats

    def sight(self) -> Sight:
        """The same as the recursions take it."""
        found: dict[int, Look] = {}
        for day, count in self.counts.items():
            point = SeriesPoint(FIRST + timedelta(days=day), count)
            found[day] = look_of(day, (point,), self.tables, self.term[:, day])
        told = np.array([0 if np.all(b == 1.0) else 1 + i for i, b in enumerate(self.bounds)])
        nothing = np.ones((1, *self.bounds.shape[1:]))
        return Sight(self.tables, found, told, np.concatenate([nothing, self.bounds]), self.term)

    def pmf(self, row: int, day: int) -> Floats:
        """P(n | level k + the day's term) for an emission's row, shape (K, N + 1), by straight lines between levels."""
        variant, size = divmod(row, self.tables.pmf.shape[0])
        k = np.arange(self.tables.pmf.shape[1])
        at = k + self.term[variant, day] / self.tables.spacing
        return np.stack([np.interp(at, k, column) for column in self.tables.pmf[size].T], axis=1)


@dataclass(frozen=True, eq=False)
class Enumerated:
    """All histories and what each weighs.

    Attributes:
        paths: flat state on each day, shape (P, T).
        weight: unnormalised, shape (P,).
        standing: of the count in the last look, shape (N + 1,).
    """

    paths: Floats
    weight: Floats
    standing: Floats

    def marginal(self, day: int, states: int) -> Floats:
        """P(state on a day), shape (states,)."""
        return np.bincount(self.paths[:, day], self.weight, states) / self.weight.sum()


def _replaced(days: int, dwell: float) -> list[tuple[tuple[bool, ...], float]]:
    """Every sequence of "all cars were replaced that day or not" for days 1 on, with its probability."""
    q = 1.0 - np.exp(-1.0 / dwell)
    sequences = itertools.product((False, True), repeat=days - 1)
    return [((True, *s), float(np.prod([q if new else 1.0 - q for new in s]))) for s in sequences]


def enumerate_all(d: Dynamics, tiny: Tiny, c: int, *, row: int, dwell: float, days: int) -> Enumerated:
    """Go through every history of states, replacements and counts of the first ``days`` days.

    A look whose cars were replaced since the look before draws its count at its own day's level; else it shows the
    count of the look before.
    """
    _, regimes, levels = d.start.shape
    states = regimes * levels
    paths = np.array(list(itertools.product(range(states), repeat=days)))
    prior = d.start[c].reshape(-1)[paths[:, 0]]
    matrix = dense(d, c)
    for t in range(1, days):
        prior = prior * matrix[paths[:, t - 1], paths[:, t]]
    level = paths % levels
    for t in range(days):
        prior = prior * tiny.bounds[t, row, level[:, t]]
    looks = sorted(day for day in tiny.counts if day < days)
    n = np.array(list(itertools.product(range(tiny.tables.largest + 1), repeat=len(looks))), dtype=np.int64)
    total = np.zeros((len(paths), len(n)))
    for replaced, chance in _replaced(days, dwell):
        part = np.full((len(paths), len(n)), chance)
        for i, day in enumerate(looks):
            shown = np.array([tiny.counts[day].probability(m) for m in range(tiny.tables.largest + 1)])
            part *= shown[n[:, i]]
            since = looks[i - 1] + 1 if i else 0
            if any(replaced[since : day + 1]):
                part *= tiny.pmf(row, day)[level[:, day]][:, n[:, i]]
            else:
                part *= n[:, i] == n[:, i - 1]
        total += part
    total *= prior[:, None]
    standing = np.zeros(tiny.tables.largest + 1)
    if looks:
        standing = np.bincount(n[:, -1], total.sum(axis=0), tiny.tables.largest + 1)
        standing /= standing.sum()
    return Enumerated(paths, total.sum(axis=1), standing)
