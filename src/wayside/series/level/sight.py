"""What the days of a series say: the looks, the published bounds, and the regular terms of the level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.series import SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.seen import Seen, look_rate, pooled

__all__ = ["Look", "Sight", "look_of", "sight_of"]

_LEAST = 1e-290


@dataclass(frozen=True, eq=False)
class Look:
    """What the scenes of one day say.

    Attributes:
        day: its number.
        first: smallest possible count.
        p: probability of ``first``, ``first + 1``, …, shape (S,); made under a flat prior, so it serves as likelihood.
        model: P(n | level k) for those counts, by row of the emission, shape (E, K, S).
        like: sum_n p(n) model(n), over its largest value, shape (E, K).
        log_scale: log of that largest value.
    """

    day: int
    first: int
    p: Floats
    model: Floats
    like: Floats
    log_scale: float


@dataclass(frozen=True, eq=False)
class Sight:
    """All that is known of T days.

    A row of the emission is one term variant v with one size r of the negative binomial: row v R + r.

    Attributes:
        tables: counts given the level.
        looks: by day number.
        bound_of: which row of ``bounds`` each day is under, shape (T,); row 0 says nothing.
        bounds: likelihood of the level under published bounds, shape (B, E, K).
        term: what is added to the log level on each day, by variant, shape (V, T).
    """

    tables: NegativeBinomials
    looks: dict[int, Look]
    bound_of: NDArray[np.int64]
    bounds: Floats
    term: Floats

    @property
    def days(self) -> int:
        """T."""
        return int(self.term.shape[1])

    def telling(self, first: int, stop: int) -> list[int]:
        """Return the days from ``first`` to ``stop`` - 1 that say something, ascending."""
        bound = np.flatnonzero(self.bound_of[first:stop]) + first
        return sorted({*bound.tolist(), *(day for day in self.looks if first <= day < stop)})


def look_of(day: int, points: tuple[SeriesPoint, ...], tables: NegativeBinomials, term: Floats) -> Look:
    """Return what the scenes ``points`` of one day say; ``term`` is the day's, by variant, shape (V,)."""
    count = pooled(points).trimmed()
    p = count.p[: max(1, tables.largest + 1 - count.first)]
    model = tables.shifted(count.first, count.first + p.size, term)
    model = model.reshape(-1, *model.shape[2:])
    like = np.maximum(model @ p, _LEAST)
    scale = float(like.max())
    return Look(day, count.first, p, model, like / scale, float(np.log(scale)))


def sight_of(
    seen: Seen,
    tables: NegativeBinomials,
    *,
    looks: int,
    term: Floats | None = None,
    known: Mapping[int, Look] | None = None,
) -> Sight:
    """Return what every day says.

    A day's scenes give l(m) = sum_n p(n) NB(n; exp m, r). A bound over D days behind which lie L looks on unknown days
    gives each day 1 - (L / D)(1 - P(count <= bound | m)): with chance L / D it was looked at, and then it did not show
    more.

    Args:
        seen: the days.
        tables: of R sizes over K levels.
        looks: how many lie behind a bound.
        term: added to the log level, shape (V, T); zero where not given.
        known: looks that were made before, by day number; they are taken as they are.
    """
    term = np.zeros((1, seen.days)) if term is None else term
    rows = term.shape[0] * tables.pmf.shape[0]
    under = np.zeros((seen.days, len(seen.bounds)), dtype=np.bool_)
    bounds = np.ones((1, rows, tables.pmf.shape[1]))
    bound_of = np.zeros(seen.days, dtype=np.int64)
    if seen.bounds:
        for i, bound in enumerate(seen.bounds):
            under[seen.under(bound), i] = True
        kinds, bound_of = np.unique(under, axis=0, return_inverse=True)
        bounds = np.stack([_bounded(seen, kind, tables, looks, term.shape[0]) for kind in kinds])
    known = known or {}
    found = {day: known.get(day) or look_of(day, points, tables, term[:, day]) for day, points in seen.by_day().items()}
    return Sight(tables, found, bound_of.reshape(-1).astype(np.int64), bounds, term)


def _bounded(seen: Seen, active: NDArray[np.bool_], tables: NegativeBinomials, looks: int, variants: int) -> Floats:
    """Return the likelihood of a day's level under those published bounds that are active, shape (E, K).

    The regular terms are left out here: a bound speaks of a period, not of a day of the week.
    """
    out = np.ones(tables.pmf.shape[:2])
    for bound, counts in zip(seen.bounds, active, strict=True):
        if counts:
            out *= 1.0 - look_rate(bound, looks) * (1.0 - tables.cdf[:, :, min(bound.at_most, tables.largest)])
    return np.tile(out, (variants, 1))
