"""The posterior over parameter sets, daily levels and whole histories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.absorbing import Lanes
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import ParameterSets
from wayside.series.level.sight import Sight
from wayside.series.level.smoother import filter_days, sample_paths, smooth_days
from wayside.series.level.weighing import Weighing

__all__ = ["ASSUMED", "Histories", "Posterior", "infer", "sorted_quantile", "systematic", "weighted_quantile"]

ASSUMED = ("hazard", "scale", "walk_sd", "size_of", "dwell")
"""The parameters that the answers are also given for one value at a time."""

_SLOTS = 24
_AT_ONCE = 24
_ENOUGH = 0.1


@dataclass(frozen=True, eq=False)
class Histories:
    """N sampled histories with the weight of each.

    Attributes:
        level: index of the level on each day, shape (N, T).
        weight: shape (N,), sum 1; 0 for those that were drawn for one assumption only.
        set_of: which of the followed parameter sets each has, shape (N,).
        sets: the F parameter sets that were followed.
        best_for: the followed set that is likeliest under an assumption, by parameter's name and value.
        stress: followed sets whose jumps go anywhere on the grid, one for each hazard, with their weights, sum 1.
    """

    level: NDArray[np.int16]
    weight: Floats
    set_of: NDArray[np.int64]
    sets: ParameterSets
    best_for: dict[tuple[str, float], int]
    stress: dict[int, float]

    def given(self, name: str, value: float) -> Floats:
        """Return weights for the case that one parameter has one value, shape (N,), sum 1.

        Where the average hardly holds that value, the histories of the likeliest set with it stand for it.
        """
        matching = (getattr(self.sets, name) == value)[self.set_of]
        w = np.where(matching, self.weight, 0.0)
        if w.sum() < _ENOUGH:
            w = (self.set_of == self.best_for[name, value]).astype(np.float64)
        return np.asarray(w / w.sum(), dtype=np.float64)

    def stressed(self) -> Floats:
        """Return weights for the case that a jump goes anywhere on the grid, shape (N,), sum 1."""
        w = np.zeros(len(self.weight))
        for index, share in self.stress.items():
            here = self.set_of == index
            w[here] = share / here.sum()
        return w


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the series says once the model has seen it.

    Attributes:
        set_weight: posterior probability of each parameter set, shape (C,).
        smoothed: P(level, size index | all days), shape (T, R, K); each day sums to 1.
        histories: sampled.
        newest: the filter on the last day, over all sets.
    """

    set_weight: Floats
    smoothed: Floats
    histories: Histories
    newest: Weighing


def weighted_quantile(values: Floats, weights: Floats, q: float) -> float:
    """Return the smallest of ``values`` with at least the share ``q`` of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    return sorted_quantile(values[order], np.cumsum(weights[order]), q)


def sorted_quantile(ordered: Floats, cumulative: Floats, q: float) -> float:
    """Return the same of ascending values with the sum of the weights up to each."""
    at = int(np.searchsorted(cumulative, q * cumulative[-1] * (1 - 1e-12)))
    return float(ordered[min(at, len(ordered) - 1)])


def systematic(weights: Floats, slots: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``slots`` entries in proportion to ``weights`` with one random offset, which keeps the variance small."""
    cumulative = np.cumsum(weights / weights.sum())
    at = (np.arange(slots) + rng.random()) / slots
    return np.asarray(np.searchsorted(cumulative, at * cumulative[-1]), dtype=np.int64)


def infer(sets: ParameterSets, sight: Sight, newest: Weighing, *, paths: int, rng: np.random.Generator) -> Posterior:
    """Weigh the parameter sets by their likelihood, smooth the levels, and sample histories.

    Sets to follow are drawn by posterior weight, in order of hazard and jump scale, so that the mixture stays unbiased
    and even; for every single value of a parameter the likeliest set is followed too, without weight in the average,
    and for every hazard one whose jumps go anywhere.

    Args:
        sets: C parameter sets over K levels.
        sight: T days for R values of the size.
        newest: the filter of the sets over these days.
        paths: how many histories to draw for the average, spread evenly over the sets that are followed.
        rng: source of chance.
    """
    weight = newest.set_weight(sets.log_prior)
    drawn, best = systematic(weight, _SLOTS, rng), _best_for(sets, weight)
    followed, at = np.unique(np.concatenate([drawn, list(best.values())]), return_inverse=True)
    anywhere = np.unique([index for (name, _), index in best.items() if name == "hazard"])
    chosen = sets.chosen(followed).beside(sets.chosen(anywhere).anywhere())
    share = np.bincount(at[:_SLOTS], minlength=len(chosen.hazard)) / _SLOTS
    per_set = np.maximum(1, np.round(paths * np.maximum(share, 1.0 / _SLOTS))).astype(np.int64)
    levels, smoothed, log_evidence = _follow(chosen, sight, share, per_set, rng)
    stress = np.arange(len(followed), len(share))
    held = np.exp(log_evidence[stress] - log_evidence[stress].max())
    histories = Histories(
        levels,
        np.repeat(share / per_set, per_set),
        np.repeat(np.arange(len(per_set)), per_set),
        chosen,
        dict(zip(best, at[_SLOTS:].tolist(), strict=True)),
        dict(zip(stress.tolist(), (held / held.sum()).tolist(), strict=True)),
    )
    return Posterior(weight, smoothed, histories, newest)


def _best_for(sets: ParameterSets, weight: Floats) -> dict[tuple[str, float], int]:
    """Return the likeliest set for each single value of a parameter."""
    best = {}
    for name in ASSUMED:
        values = getattr(sets, name)
        for value in np.unique(values).tolist():
            best[name, float(value)] = int(np.argmax(np.where(values == value, weight, -1.0)))
    return best


def _follow(
    sets: ParameterSets, sight: Sight, share: Floats, per_set: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int16], Floats, Floats]:
    """Filter, smooth and sample the sets, some at a time; return levels, the smoothed average, and log evidences."""
    sizes, levels = sight.tables.pmf.shape[:2]
    smoothed = np.zeros((sight.days, sizes, levels))
    drawn, log_evidence = [], np.empty(len(share))
    for start in range(0, len(share), _AT_ONCE):
        batch = np.arange(start, min(start + _AT_ONCE, len(share)))
        here = sets.chosen(batch)
        dynamics, lanes = here.dynamics.astype(np.float32), Lanes(here.size_of, here.dwell)
        filtered = filter_days(dynamics, sight, lanes)
        log_evidence[batch] = filtered.log_evidence
        which = np.repeat(np.arange(len(batch)), per_set[batch])
        drawn.append(sample_paths(dynamics, filtered, which, rng))
        if share[batch].any():
            marginal = smooth_days(dynamics, filtered)
            for i, size in enumerate(here.size_of.tolist()):
                if share[batch[i]]:
                    smoothed[:, size] += share[batch[i]] * marginal[:, i]
    return np.concatenate(drawn), smoothed, log_evidence
