"""How the log level moves from one day to the next, for many parameter sets at once.

The state of a day is (regime g, level k): regime 0 is the usual one, the others are excursions, short and long. With
probability ``1 - leave[g]`` the level takes one step of a lazy walk on the grid (up or down with ``step[g]`` each,
reflected at the ends); else it jumps: to regime g' with ``route[g, g']`` and to level k with ``dest[g, k]``, whatever
the level was. So the transition is

    P[(g, k), (g', k')] = 1{g = g'} (1 - leave_g) W_g(k, k') + leave_g route_(g g') dest_g(k')

a tridiagonal matrix plus one of low rank, and a day costs no more than a few passes over the grid. Several days without
a scene cost no more than one: see ``leaps``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wayside.model.checks import require

__all__ = ["Dynamics", "Floats", "step_back", "step_forward"]

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Transition of C parameter sets over G regimes and K levels.

    Attributes:
        start: probability of every state on the first day, shape (C, G, K); sums to 1 over (G, K).
        leave: probability per day of a jump, shape (C, G), 0 to 1.
        step: probability of a step up, and of one down, shape (C, G), 0 to 0.5.
        route: regime after a jump, shape (C, G, G); rows sum to 1.
        dest: level after a jump by the regime jumped from, shape (C, G, K); rows sum to 1.
    """

    start: Floats
    leave: Floats
    step: Floats
    route: Floats
    dest: Floats

    def __post_init__(self) -> None:
        c, g, k = self.start.shape
        shapes = (self.leave.shape, self.step.shape, self.route.shape, self.dest.shape)
        require(shapes == ((c, g), (c, g), (c, g, g), (c, g, k)), f"shapes do not agree: {shapes}")
        require(np.all((self.step >= 0) & (self.step <= 0.5)), "a walk's step lies from 0 to 0.5 on each side")
        require(np.all((self.leave >= 0) & (self.leave <= 1)), "a jump's probability lies from 0 to 1")
        for name, total in (
            ("start", self.start.sum((1, 2))),
            ("route", self.route.sum(2)),
            ("dest", self.dest.sum(2)),
        ):
            require(np.allclose(total, 1.0, atol=1e-5), f"{name} must sum to 1")

    def chosen(self, index: NDArray[np.int64]) -> Dynamics:
        """Return the parameter sets at ``index``, in that order."""
        return Dynamics(*(getattr(self, f.name)[index] for f in fields(self)))

    def beside(self, others: Dynamics) -> Dynamics:
        """Return these parameter sets and behind them ``others``."""
        return Dynamics(*(np.concatenate([getattr(self, f.name), getattr(others, f.name)]) for f in fields(self)))

    def astype(self, dtype: DTypeLike) -> Dynamics:
        """Return the same in another precision."""
        return Dynamics(*(getattr(self, f.name).astype(dtype) for f in fields(self)))

    @cached_property
    def jumps(self) -> list[tuple[int, int, Floats]]:
        """The jumps that happen at all: from regime, to regime, probability a day of each set, shape (C, 1)."""
        rate = self.leave[:, :, None] * self.route
        g = rate.shape[1]
        return [(i, j, rate[:, i, j, None]) for i in range(g) for j in range(g) if rate[:, i, j].any()]


def _walk(a: Floats, step: Floats, stay: Floats) -> Floats:
    """One step of the reflected lazy walk on the last axis, times ``stay``.

    It is symmetric, so it serves both directions of time.
    """
    flow = a[..., 1:] - a[..., :-1]
    flow *= step * stay
    out: Floats = a * stay
    out[..., :-1] += flow
    out[..., 1:] -= flow
    return out


def step_forward(dynamics: Dynamics, a: Floats) -> Floats:
    """Return tomorrow's state probabilities from today's, both of shape (C, G, K)."""
    d = dynamics
    out = _walk(a, d.step[..., None], 1 - d.leave[..., None])
    mass = a.sum(axis=-1)
    for i, j, rate in d.jumps:
        out[:, j] += (mass[:, i, None] * rate) * d.dest[:, i]
    return out


def step_back(dynamics: Dynamics, b: Floats) -> Floats:
    """Return sum over tomorrow's states of P(tomorrow | today) b(tomorrow), shape (C, G, K)."""
    d = dynamics
    out = _walk(b, d.step[..., None], 1 - d.leave[..., None])
    for i, j, rate in d.jumps:
        out[:, i] += rate * np.einsum("ck,ck->c", d.dest[:, i], b[:, j])[:, None]
    return out
