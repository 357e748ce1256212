"""The days after the newest count: exact, from the filtered state, without drawing anything.

Tomorrow the cars of today still stand with probability q = 1 - replaced; else their number is drawn at tomorrow's
level. So d days on the count is that of a block that began s days on, for s = 1 to d, or it is today's:

    P(count_d = n) = q^d pi(n)  +  sum_s (1 - q) q^(d - s) sum_k P(level_s = k) NB(n; k)

The probability of more than n on some day up to d follows from the forward recursion with every day's state weighted
by the chance that its count stays at or below n: q + (1 - q) P(at most n | k), for a standing count has passed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite
from wayside.model.counts import CountDistribution
from wayside.model.periods import FORECAST_QUANTILES, Forecast, ForecastDay
from wayside.series.level.dynamics import Dynamics, Floats, step_forward
from wayside.series.questions.periods import require_threshold

__all__ = ["LONGEST_HORIZON", "Known", "forecast"]

LONGEST_HORIZON = 366
_LEAST_WEIGHT = 1e-9
"""Parameter sets with less than this of the largest weight are left out."""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known on the day of the newest count, for C parameter sets, G regimes, K levels and R sizes.

    Attributes:
        day: that day.
        newest: its count.
        state: P(regime, level | all counts up to that day), shape (C, G, K); each set sums to 1.
        set_weight: posterior probability of each set, shape (C,), sum 1.
        dynamics: transition of the C sets.
        replaced: probability per day that all cars are new, shape (C,), 0 to 1.
        size_of: index of each set's size into ``cdf``, shape (C,).
        log_levels: log mean counts of the grid, shape (K,), ascending, equally spaced.
        cdf: P(at most n | level k, size r) for n = 0 to N, shape (R, K, N + 1).
    """

    day: date
    newest: CountDistribution
    state: Floats
    set_weight: Floats
    dynamics: Dynamics
    replaced: Floats
    size_of: NDArray[np.int64]
    log_levels: Floats
    cdf: Floats

    def __post_init__(self) -> None:
        c, _, k = self.state.shape
        require(self.state.shape == self.dynamics.start.shape, "the state and its dynamics do not agree")
        require(self.set_weight.shape == self.replaced.shape == self.size_of.shape == (c,), "one entry for each set")
        require(self.log_levels.shape == (k,) and self.cdf.shape[1] == k, "the levels and their counts do not agree")
        require(np.all(self.set_weight >= 0) and np.isclose(self.set_weight.sum(), 1.0), "weights must sum to 1")
        require(np.all((self.replaced >= 0) & (self.replaced <= 1)), "cars are replaced with a probability from 0 to 1")
        require(np.allclose(self.state.sum(axis=(1, 2)), 1.0), "the state of each set must sum to 1")

    def chosen(self, index: NDArray[np.int64]) -> Known:
        """Return the same for the parameter sets at ``index`` alone, in double precision."""
        weight = self.set_weight[index]
        return Known(
            self.day,
            self.newest,
            self.state[index].astype(np.float64),
            weight / weight.sum(),
            self.dynamics.chosen(index),
            self.replaced[index],
            self.size_of[index],
            self.log_levels,
            self.cdf,
        )


def forecast(known: Known, *, days: int = 28, threshold: int | None = None, log_term: Floats | None = None) -> Forecast:
    """Return level and count of each of the next ``days`` days.

    Args:
        known: the state on the day of the newest count.
        days: 1 to 366.
        threshold: an alert asks for more than so many cars, 0 or more; None where nothing is asked.
        log_term: what season and weekday add to the log level of each day to come, shape (days,); None for nothing.

    Raises:
        ValueRefusedError: where a range does not hold.
    """
    require_finite("days of a forecast", days, low=1, high=LONGEST_HORIZON)
    if threshold is not None:
        require_threshold(threshold)
    term = np.zeros(days) if log_term is None else log_term
    require(term.shape == (days,) and np.all(np.isfinite(term)), "one finite term for each day of the forecast")
    kept = np.flatnonzero(known.set_weight > _LEAST_WEIGHT * known.set_weight.max())
    likely = known.chosen(kept)
    level, cdf = _marginals(likely, term)
    reached = None if threshold is None else _reached(likely, threshold, term)
    out = []
    for d in range(days):
        mean = np.exp(_level_quantiles(likely.log_levels + term[d], level[d]))
        count = np.searchsorted(cdf[d], np.array(FORECAST_QUANTILES) - 1e-12).clip(max=cdf.shape[1] - 1)
        above = None if threshold is None else _beyond(cdf[d], threshold)
        # The two come from different sums; rounding must not let a part exceed the whole.
        by = None if reached is None or above is None else max(above, float(reached[d]))
        day = known.day + timedelta(days=d + 1)
        a, b, c, e, f = mean.tolist()
        u, v, w, x, y = count.tolist()
        out.append(ForecastDay(day, (a, b, c, e, f), (u, v, w, x, y), above, by))
    return Forecast(known.day, tuple(out), threshold, _assumptions(likely))


def _assumptions(known: Known) -> tuple[str, ...]:
    stay = float(known.set_weight @ (1.0 - known.replaced))
    return (
        f"It starts from the newest count, {known.day}, and knows of nothing after it.",
        f"Tomorrow the same cars still stand with probability {stay:.2f}; else their number is drawn at the new level.",
        "The level moves as it has moved before: an order to move the trains is not in it.",
    )


def _beyond(cdf: Floats, threshold: int) -> float:
    """Return P(count > threshold); past the table's end the chance that the table leaves open."""
    return float(np.clip(1.0 - cdf[min(threshold, cdf.size - 1)], 0.0, 1.0))


def _moved(levels: int, by: float) -> Floats:
    """Return the matrix that moves a distribution on the grid by ``by`` steps, shape (levels, levels).

    Each point is shared by its two new neighbours; what would leave the grid stays at its end.
    """
    grid = np.arange(levels)
    to = np.clip(grid + by, 0.0, levels - 1.0)
    lower = np.minimum(np.floor(to).astype(np.int64), levels - 2)
    out = np.zeros((levels, levels))
    out[grid, lower] = 1.0 - (to - lower)
    out[grid, lower + 1] = to - lower
    return out


def _spacing(known: Known) -> float:
    return float(known.log_levels[1] - known.log_levels[0])


def _marginals(known: Known, term: Floats) -> tuple[Floats, Floats]:
    """Return P(level) before the term is added, shape (days, K), and the count's cdf, shape (days, N + 1)."""
    sizes, k, n = known.cdf.shape
    days, steps = len(term), term / _spacing(known)
    groups, group_of = np.unique(np.stack([known.size_of, known.replaced]), axis=1, return_inverse=True)
    size_of, replaced = groups[0].astype(np.int64), groups[1]
    by_group = np.zeros((len(replaced), len(known.set_weight)))
    by_group[group_of.reshape(-1), np.arange(len(known.set_weight))] = known.set_weight
    standing = by_group.sum(axis=1)
    newest = known.newest.cdf(n - 1)
    born = np.zeros((len(replaced), k))
    level, cdf = np.empty((days, k)), np.empty((days, n))
    state = known.state
    for d in range(days):
        state = step_forward(known.dynamics, state)
        at = by_group @ state.sum(axis=1)
        level[d] = at.sum(axis=0)
        if steps[d]:
            at = at @ _moved(k, float(steps[d]))
        born = (1.0 - replaced)[:, None] * born + replaced[:, None] * at
        standing = (1.0 - replaced) * standing
        by_size = np.zeros((sizes, k))
        np.add.at(by_size, size_of, born)
        cdf[d] = standing.sum() * newest + np.tensordot(by_size, known.cdf, axes=2)
    return level, np.minimum(cdf, 1.0)


def _reached(known: Known, threshold: int, term: Floats) -> Floats:
    """Return P(some day up to d has more than ``threshold``), shape (days,)."""
    at_most = known.cdf[:, :, min(threshold, known.cdf.shape[2] - 1)]
    grid = np.arange(len(known.log_levels), dtype=np.float64)
    steps = term / _spacing(known)
    new, stay = known.replaced[:, None], 1.0 - known.replaced[:, None]
    # The newest count itself is no day of the forecast, but where it is above and still stands, tomorrow is.
    passed = 1.0 - known.newest.exceeds(threshold)
    out, state = np.empty(len(steps)), known.state
    for d in range(len(out)):
        state = step_forward(known.dynamics, state)
        shifted = np.array([np.interp(grid + steps[d], grid, row) for row in at_most])
        state = state * (stay * passed + new * shifted[known.size_of])[:, None, :]
        passed = 1.0
        out[d] = 1.0 - float(known.set_weight @ state.sum(axis=(1, 2)))
    return np.asarray(np.clip(out, 0.0, 1.0), dtype=np.float64)


def _level_quantiles(points: Floats, p: Floats) -> Floats:
    """Return the quantiles of log means (ascending), interpolated: a point stands for the cell around it."""
    weight = p / p.sum()
    middle = np.cumsum(weight) - 0.5 * weight
    return np.asarray(np.interp(FORECAST_QUANTILES, middle, points), dtype=np.float64)
