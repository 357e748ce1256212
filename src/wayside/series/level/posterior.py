"""The posterior over parameter sets, daily levels and whole histories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import ParameterSets
from wayside.series.level.smoother import Emission, evidence, filter_days, sample_paths, smooth_days

__all__ = ["Histories", "Posterior", "infer", "weighted_quantile"]

_SLOTS = 3
_AT_ONCE = 8


@dataclass(frozen=True, eq=False)
class Histories:
    """N sampled histories with the weight of each.

    Attributes:
        level: index of the level on each day, shape (N, T).
        weight: shape (N,), sum 1; 0 for those of the stress test.
        stress_weight: shape (N,), sum 1 over the stress test, 0 elsewhere; all 0 where there is no stress test.
        set_of: parameter set of each, shape (N,).
    """

    level: NDArray[np.int16]
    weight: Floats
    stress_weight: Floats
    set_of: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Posterior:
    """What the series says once the model has seen it.

    Attributes:
        set_weight: posterior probability of each parameter set, shape (C,).
        smoothed: P(level, size index | all days), shape (T, R, K); each day sums to 1.
        histories: sampled.
    """

    set_weight: Floats
    smoothed: Floats
    histories: Histories


def weighted_quantile(values: Floats, weights: Floats, q: float) -> float:
    """Return the smallest of ``values`` with at least the share ``q`` of the weight at or below it."""
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    at = int(np.searchsorted(cumulative, q * cumulative[-1] * (1 - 1e-12)))
    return float(values[order][min(at, len(values) - 1)])


def _normalised(log_weight: Floats) -> Floats:
    w = np.exp(log_weight - log_weight.max())
    return np.asarray(w / w.sum(), dtype=np.float64)


def _systematic(weights: Floats, slots: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``slots`` entries in proportion to ``weights`` with one random offset, which keeps the variance small."""
    cumulative = np.cumsum(weights / weights.sum())
    at = (np.arange(slots) + rng.random()) / slots
    return np.asarray(np.searchsorted(cumulative, at * cumulative[-1]), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Slots:
    """Parameter sets to follow: shape (S,) each."""

    index: NDArray[np.int64]
    weight: Floats
    stress_weight: Floats


def _slots(sets: ParameterSets, log_evidence: Floats, rng: np.random.Generator) -> _Slots:
    """Choose parameter sets to follow: a few in every pair of hazard and jump scale, so that each can be shown alone.

    Within a pair they are drawn by posterior weight, and share the pair's weight: the mixture stays unbiased.
    """
    weight = _normalised(log_evidence + sets.log_prior)
    stress = np.isinf(sets.scale)
    stressed = np.zeros_like(weight)
    if stress.any():
        stressed[stress] = _normalised(log_evidence[stress])
    index, main, extra = [], [], []
    for hazard in np.unique(sets.hazard):
        for scale in np.unique(sets.scale):
            members = np.flatnonzero((sets.hazard == hazard) & (sets.scale == scale))
            slots = 1 if np.isinf(scale) else min(_SLOTS, len(members))
            inside = _normalised(log_evidence[members])
            index.append(members[_systematic(inside, slots, rng)])
            main.append(np.full(slots, weight[members].sum() / slots))
            extra.append(np.full(slots, stressed[members].sum() / slots))
    return _Slots(np.concatenate(index), np.concatenate(main), np.concatenate(extra))


def infer(sets: ParameterSets, emission: Emission, *, sizes: int, paths: int, rng: np.random.Generator) -> Posterior:
    """Weigh the parameter sets by their likelihood, smooth the levels, and sample about ``paths`` histories.

    Args:
        sets: C parameter sets over K levels.
        emission: T days for R values of the size.
        sizes: R.
        paths: how many histories to draw, spread evenly over the parameter sets that are followed.
        rng: source of chance.
    """
    log_evidence = evidence(sets.dynamics, emission)
    slots = _slots(sets, log_evidence, rng)
    per_slot = max(1, round(paths / len(slots.index)))
    followed, slot_at = np.unique(slots.index, return_inverse=True)
    smoothed = np.zeros((len(emission.like), sizes, emission.like.shape[2]))
    level = np.empty((len(slots.index), per_slot, len(emission.like)), np.int16)
    for start in range(0, len(followed), _AT_ONCE):
        batch = followed[start : start + _AT_ONCE]
        dynamics, seen = sets.dynamics.chosen(batch), emission.chosen(batch)
        filtered = filter_days(dynamics, seen)
        here = np.flatnonzero((slot_at >= start) & (slot_at < start + len(batch)))
        total = np.bincount(slot_at[here] - start, slots.weight[here], len(batch))
        marginal = smooth_days(dynamics, seen, filtered)
        for k, size in enumerate(seen.size_of):
            smoothed[:, size] += total[k] * marginal[:, k]
        which = np.repeat(slot_at[here] - start, per_slot)
        level[here] = sample_paths(dynamics, filtered, which, rng).level.reshape(len(here), per_slot, -1)
    histories = Histories(
        level.reshape(-1, level.shape[2]),
        np.repeat(slots.weight, per_slot) / per_slot,
        np.repeat(slots.stress_weight, per_slot) / per_slot,
        np.repeat(slots.index, per_slot),
    )
    return Posterior(_normalised(log_evidence + sets.log_prior), smoothed, histories)
