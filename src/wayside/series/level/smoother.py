"""Exact forward filter, backward smoother and path sampler on the daily grid of levels.

The recursions are those of any hidden Markov model (Rabiner 1989; Chib 1996 for the sampler), written for
``Dynamics``, whose transition is never made into a matrix.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.dynamics import Dynamics, Floats, step_back, step_forward

__all__ = ["Emission", "Filtered", "Paths", "evidence", "filter_days", "sample_paths", "smooth_days"]


class Emission(NamedTuple):
    """What is seen on every day, as a likelihood of the level.

    Attributes:
        like: shape (T, R, K), for R values of the count's overdispersion, each day scaled to a largest value of 1.
        log_scale: shape (T,); the true likelihood is ``like * exp(log_scale)``.
        informative: shape (T,); False where a day says nothing and ``like`` is 1 throughout.
        size_of: shape (C,); which of the R values a parameter set has.
    """

    like: Floats
    log_scale: Floats
    informative: NDArray[np.bool_]
    size_of: NDArray[np.int64]

    def chosen(self, index: NDArray[np.int64]) -> Emission:
        """Return the same for the parameter sets at ``index``."""
        return self._replace(size_of=self.size_of[index])


class Filtered(NamedTuple):
    """The forward pass.

    Attributes:
        states: P(state on day t | days 0 to t), shape (T, C, G, K).
        log_evidence: log likelihood of all days, shape (C,).
    """

    states: Floats
    log_evidence: Floats


class Paths(NamedTuple):
    """Sampled histories.

    Attributes:
        level: index of the level, shape (N, T).
        regime: index of the regime, shape (N, T).
    """

    level: NDArray[np.int16]
    regime: NDArray[np.int8]


def _absorb(a: Floats, emission: Emission, day: int) -> Floats:
    """Multiply ``a`` by the likelihood of the day, in place, and return the normaliser of each set, shape (C,)."""
    if emission.informative[day]:
        a *= emission.like[day][emission.size_of][:, None, :]
    total: Floats = np.maximum(a.sum(axis=(1, 2)), 1e-300)
    a /= total[:, None, None]
    return total


def evidence(dynamics: Dynamics, emission: Emission) -> Floats:
    """Return the log likelihood of each parameter set, shape (C,), without keeping the days."""
    a = dynamics.start.copy()
    log_evidence = np.log(_absorb(a, emission, 0))
    for day in range(1, len(emission.like)):
        a = step_forward(dynamics, a)
        if emission.informative[day]:
            log_evidence += np.log(_absorb(a, emission, day))
    return np.asarray(log_evidence + emission.log_scale.sum(), dtype=np.float64)


def filter_days(dynamics: Dynamics, emission: Emission) -> Filtered:
    """Run the forward pass over all T days."""
    states = np.empty((len(emission.like), *dynamics.start.shape))
    a = dynamics.start.copy()
    log_evidence = np.log(_absorb(a, emission, 0))
    states[0] = a
    for day in range(1, len(states)):
        a = step_forward(dynamics, a)
        log_evidence += np.log(_absorb(a, emission, day))
        states[day] = a
    return Filtered(states, log_evidence + emission.log_scale.sum())


def smooth_days(dynamics: Dynamics, emission: Emission, filtered: Filtered) -> Floats:
    """Return P(level on day t | all days), shape (T, C, K): the backward pass, summed over regimes."""
    days = len(filtered.states)
    out = np.empty((days, *dynamics.start.shape[::2]))
    b = np.ones_like(dynamics.start)
    for day in range(days - 1, -1, -1):
        joint = filtered.states[day] * b
        level = joint.sum(axis=1)
        out[day] = level / level.sum(axis=1, keepdims=True)
        if emission.informative[day]:
            b = b * emission.like[day][emission.size_of][:, None, :]
        b = step_back(dynamics, b)
        b /= b.max(axis=(1, 2), keepdims=True)
    return out


def _pick(weights: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw one column of each row of ``weights`` (not negative, not all zero), shape (N,)."""
    cumulative = np.cumsum(weights, axis=1)
    target = rng.random(len(weights)) * cumulative[:, -1]
    column = np.count_nonzero(cumulative <= target[:, None], axis=1)
    return np.asarray(np.minimum(column, weights.shape[1] - 1), dtype=np.int64)


def _origins(d: Dynamics, a: Floats, c: NDArray[np.int64], g: NDArray[np.int64], k: NDArray[np.int64]) -> Floats:
    """Weights of where each path came from: a level lower, the same, higher, or a jump from each regime; (N, 3 + G)."""
    top = a.shape[-1] - 1
    step, stay = d.step[c, g], 1.0 - d.leave[c, g]
    lower = np.where(k > 0, a[c, g, np.maximum(k - 1, 0)], 0.0)
    upper = np.where(k < top, a[c, g, np.minimum(k + 1, top)], 0.0)
    sides = 2.0 - (k == 0) - (k == top)
    walked = np.stack([lower * step, a[c, g, k] * (1.0 - sides * step), upper * step], axis=1) * stay[:, None]
    mass = a.sum(axis=-1)
    jumped = mass[c] * d.leave[c] * d.route[c, :, g] * d.dest[c, :, k]
    return np.concatenate([walked, jumped], axis=1)


def sample_paths(dynamics: Dynamics, filtered: Filtered, which: NDArray[np.int64], rng: np.random.Generator) -> Paths:
    """Draw one history for each entry of ``which`` (the parameter set of the path), by backward sampling."""
    days, _, _, levels = filtered.states.shape
    n = len(which)
    level, regime = np.empty((n, days), np.int16), np.empty((n, days), np.int8)
    last = _pick(filtered.states[-1][which].reshape(n, -1), rng)
    g, k = last // levels, last % levels
    level[:, -1], regime[:, -1] = k, g
    for day in range(days - 2, -1, -1):
        a = filtered.states[day]
        origin = _pick(_origins(dynamics, a, which, g, k), rng)
        jumped = np.flatnonzero(origin >= 3)
        k = np.where(origin < 3, k + origin - 1, k)
        if jumped.size:
            g = g.copy()
            g[jumped] = origin[jumped] - 3
            k[jumped] = _pick(a[which[jumped], g[jumped]], rng)
        level[:, day], regime[:, day] = k, g
    return Paths(level, regime)
