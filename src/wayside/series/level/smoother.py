"""Exact forward filter, backward smoother and path sampler on the daily grid of levels.

The recursions are those of any hidden Markov model (Rabiner 1989; Chib 1996 for the sampler), written for
``Dynamics``, whose transition is never made into a matrix.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.absorbing import Lanes, absorb
from wayside.series.level.dynamics import Dynamics, Floats, step_back, step_forward
from wayside.series.level.sight import Sight

__all__ = ["Filtered", "filter_days", "sample_paths", "smooth_days"]


class Filtered(NamedTuple):
    """The forward pass.

    Attributes:
        states: P(state on day t | days 0 to t), shape (T, C, G, K).
        likes: likelihood of the level on the days that say something, by day number, shape (C, K) each, scaled.
        log_evidence: log likelihood of all days, shape (C,).
    """

    states: Floats
    likes: dict[int, Floats]
    log_evidence: Floats


def filter_days(dynamics: Dynamics, sight: Sight, lanes: Lanes) -> Filtered:
    """Run the forward pass over all T days, in the precision of ``dynamics``, and keep every day."""
    a = dynamics.start
    states = np.empty((sight.days, *a.shape), dtype=a.dtype)
    log_evidence = np.zeros(len(a))
    standing, likes = None, {}
    for day in range(sight.days):
        if day:
            a = step_forward(dynamics, a)
        if sight.bound_of[day]:
            like = sight.bounds[sight.bound_of[day]][lanes.row_of].astype(a.dtype)
            a *= like[:, None, :]
            total = a.sum(axis=(1, 2), dtype=np.float64)
            a /= total[:, None, None].astype(a.dtype)
            log_evidence += np.log(total)
            likes[day] = like
        look = sight.looks.get(day)
        if look is not None:
            seen = absorb(a, standing, look, lanes)
            a, standing = seen.states, seen.standing
            log_evidence += seen.log_total
            like = seen.still[:, None] + seen.fresh[:, None] * look.like.astype(a.dtype)[lanes.row_of]
            likes[day] = like * likes[day] if day in likes else like
        states[day] = a
    return Filtered(states, likes, log_evidence)


def smooth_days(dynamics: Dynamics, filtered: Filtered) -> Floats:
    """Return P(level on day t | all days), shape (T, C, K): the backward pass, summed over regimes."""
    days = len(filtered.states)
    out = np.empty((days, *dynamics.start.shape[::2]), dtype=dynamics.start.dtype)
    b = np.ones_like(dynamics.start)
    for day in range(days - 1, -1, -1):
        level = np.einsum("cgk,cgk->ck", filtered.states[day], b)
        out[day] = level
        like = filtered.likes.get(day)
        if like is not None:
            b = b * like[:, None, :]
            b /= b.max(axis=(1, 2), keepdims=True)
        b = step_back(dynamics, b)
    out /= out.sum(axis=2, keepdims=True)
    return out


def _pick(weights: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw one index for each row of ``weights``, in proportion to them."""
    cumulative = np.cumsum(weights, axis=1, dtype=np.float64)
    at = rng.random(len(weights)) * cumulative[:, -1]
    picked: NDArray[np.int64] = np.minimum((cumulative <= at[:, None]).sum(axis=1), weights.shape[1] - 1)
    return picked


class _Backward(NamedTuple):
    """Tables of the backward step, flat over (set, regime, level) with one empty level at either end.

    Attributes:
        stay: probability that a state's level does not move and does not jump.
        up: probability that it comes up from, or down to, a neighbour.
        landing: probability density of a jump from every regime into the state, shape (C G (K + 2), G).
    """

    stay: Floats
    up: Floats
    landing: Floats

    @classmethod
    def of(cls, dynamics: Dynamics) -> _Backward:
        d = dynamics
        g, k = d.start.shape[1:]
        sides = np.full(k, 2.0)
        sides[[0, -1]] = 1.0
        still = 1.0 - d.leave[..., None]
        stay = still * (1.0 - sides * d.step[..., None])
        up = np.broadcast_to(still * d.step[..., None], stay.shape)
        landing = np.einsum("cg,cgh,cgk->chkg", d.leave, d.route, d.dest)
        wide = ((0, 0), (0, 0), (1, 1))
        flat = np.pad(landing, (*wide, (0, 0))).reshape(-1, g)
        return cls(np.pad(stay, wide).reshape(-1), np.pad(up, wide).reshape(-1), flat)


def sample_paths(
    dynamics: Dynamics, filtered: Filtered, which: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int16]:
    """Draw one history of levels for each entry of ``which`` (its parameter set), by backward sampling.

    Returns:
        Index of the level on each day, shape (N, T).
    """
    days, _, regimes, levels = filtered.states.shape
    n = len(which)
    table, wide = _Backward.of(dynamics), levels + 2
    out = np.empty((days, n), np.int16)
    last = _pick(filtered.states[-1][which].reshape(n, -1), rng)
    g, k = last // levels, last % levels
    out[-1] = k
    padded = np.zeros((*filtered.states.shape[1:3], wide), dtype=filtered.states.dtype)
    for day in range(days - 2, -1, -1):
        padded[..., 1:-1] = filtered.states[day]
        a = padded.reshape(-1)
        mass = filtered.states[day].sum(axis=2)[which]
        at = (which * regimes + g) * wide + k + 1
        walked = table.up.take(at)
        here = a.take(at) * table.stay.take(at)
        below = here + a.take(at - 1) * walked
        above = below + a.take(at + 1) * walked
        jumped = mass * table.landing.take(at, axis=0)
        u = rng.random(n) * (above + jumped.sum(axis=1))
        k = k - ((u >= here) & (u < below)) + ((u >= below) & (u < above))
        far = np.flatnonzero(u >= above)
        if far.size:
            g = g.copy()
            g[far] = _pick(jumped[far], rng)
            k[far] = _pick(filtered.states[day][which[far], g[far]], rng)
        out[day] = k
    return np.ascontiguousarray(out.T)
