"""The filter over many parameter sets, one look at a time: each set's likelihood, and its state after the newest look.

Adding a look costs no more than carrying the states to its day, so a series that grows needs no new run: folding looks
in one by one *is* the run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.absorbing import Lanes, Standing, absorb
from wayside.series.level.dynamics import Dynamics, Floats, step_forward
from wayside.series.level.leaps import Leaps
from wayside.series.level.parameters import ParameterSets
from wayside.series.level.sight import Look, Sight

__all__ = ["Weighing", "advance", "begin", "carry", "look_in", "under_bound", "weigh"]

_LEAP = 8
"""From so many days on, a leap is cheaper than steps."""

_HOPELESS = 30.0
"""A set whose log likelihood is so far behind the best is not followed on. It would need as many nats from later looks
to count again; eight counts in a row that swing between 0 and the largest ever have brought back 20."""

_CHECKED_EVERY = 8


@dataclass(frozen=True, eq=False)
class Weighing:
    """The filter after some days, for those of C parameter sets that are still followed.

    Attributes:
        day: number of the day that ``states`` stands for.
        taken: last day that was taken in with what it says; -1 before the first.
        states: P(state | all looks so far), shape (A, G, K), single precision.
        standing: the cars of the last look; None before the first.
        alive: which sets the A are, ascending.
        log_evidence: log likelihood of all looks so far, shape (A,).
        behind: how far each of the C sets was behind the best when it was last followed, 0 or less, shape (C,).
        looks: how many were taken in.
        dynamics: of the A sets, single precision.
        leaps: of the A sets, double precision.
        lanes: of the A sets.
    """

    day: int
    taken: int
    states: Floats
    standing: Standing | None
    alive: NDArray[np.int64]
    log_evidence: Floats
    behind: Floats
    looks: int
    dynamics: Dynamics
    leaps: Leaps
    lanes: Lanes

    def set_weight(self, log_prior: Floats) -> Floats:
        """Return the posterior probability of each of the C sets, shape (C,)."""
        log_weight = self.behind + log_prior
        log_weight[self.alive] = self.log_evidence - self.log_evidence.max() + log_prior[self.alive]
        w = np.exp(log_weight - log_weight.max())
        return np.asarray(w / w.sum(), dtype=np.float64)


def begin(sets: ParameterSets, lanes: Lanes | None = None) -> Weighing:
    """Return the filter on day 0, before any look.

    Args:
        sets: C parameter sets.
        lanes: their rows of the emission and dwell; by default the row is the size's.
    """
    c = len(sets.hazard)
    dynamics = sets.dynamics.astype(np.float32)
    return Weighing(
        day=0,
        taken=-1,
        states=dynamics.start,
        standing=None,
        alive=np.arange(c),
        log_evidence=np.zeros(c),
        behind=np.zeros(c),
        looks=0,
        dynamics=dynamics,
        leaps=Leaps.of(sets.dynamics),
        lanes=lanes or Lanes(sets.size_of, sets.dwell),
    )


def advance(weighing: Weighing, day: int) -> Weighing:
    """Carry the states on to a later day with nothing seen in between."""
    days, states = day - weighing.day, weighing.states
    if days >= _LEAP:
        states = weighing.leaps.forward(states.astype(np.float64), days).astype(states.dtype)
    else:
        for _ in range(days):
            states = step_forward(weighing.dynamics, states)
    return replace(weighing, day=day, states=states)


def look_in(weighing: Weighing, look: Look) -> Weighing:
    """Take in one look on the present day, and let go of the sets that have fallen hopelessly behind."""
    seen = absorb(weighing.states, weighing.standing, look, weighing.lanes)
    after = replace(
        weighing,
        states=seen.states,
        standing=seen.standing,
        log_evidence=weighing.log_evidence + seen.log_total,
        looks=weighing.looks + 1,
    )
    return _without_hopeless(after) if after.looks % _CHECKED_EVERY == 0 else after


def under_bound(weighing: Weighing, bound: Floats) -> Weighing:
    """Take in what a published bound says of the present day; ``bound`` has the shape (E, K)."""
    states = weighing.states * bound.astype(np.float32)[weighing.lanes.row_of][:, None, :]
    total = states.sum(axis=(1, 2), dtype=np.float64)
    states /= total[:, None, None].astype(np.float32)
    return replace(weighing, states=states, log_evidence=weighing.log_evidence + np.log(total))


def _without_hopeless(weighing: Weighing) -> Weighing:
    behind = weighing.log_evidence - weighing.log_evidence.max()
    keep = np.flatnonzero(behind > -_HOPELESS)
    if keep.size > 0.9 * behind.size:
        return weighing
    known = weighing.behind.copy()
    known[weighing.alive] = behind
    standing = weighing.standing
    return replace(
        weighing,
        states=weighing.states[keep],
        standing=standing and standing._replace(p=standing.p[keep]),
        alive=weighing.alive[keep],
        log_evidence=weighing.log_evidence[keep],
        behind=known,
        dynamics=weighing.dynamics.chosen(keep),
        leaps=weighing.leaps.chosen(keep),
        lanes=weighing.lanes.chosen(keep),
    )


def carry(weighing: Weighing, sight: Sight, *, stop: int) -> Weighing:
    """Take in what the days before ``stop`` say that were not yet taken in."""
    for day in sight.telling(weighing.taken + 1, stop):
        weighing = advance(weighing, day)
        if sight.bound_of[day]:
            weighing = under_bound(weighing, sight.bounds[sight.bound_of[day]])
        if day in sight.looks:
            weighing = look_in(weighing, sight.looks[day])
        weighing = replace(weighing, taken=day)
    return weighing


def weigh(sets: ParameterSets, sight: Sight, lanes: Lanes | None = None) -> Weighing:
    """Run the filter over all days, from day 0 to the last."""
    return advance(carry(begin(sets, lanes), sight, stop=sight.days), sight.days - 1)
