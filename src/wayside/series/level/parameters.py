"""The level grid, and the parameter sets that the analysis averages over.

How often the level jumps and how far decides how much may have happened unseen, so it is learnt from the site: a jump
goes to a Student t (3 degrees of freedom) about the site's usual log level, and its rate and scale are integrated over
a grid by their likelihood, with the walk, the counts' size and the dwell; how long excursions last is the prior's. A
jump to anywhere on the grid (an infinite scale) is a stress test and no part of the average.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite
from wayside.series.level.dynamics import Dynamics, Floats
from wayside.series.settings import Prior

__all__ = ["DAYS_PER_YEAR", "Frame", "LevelGrid", "ParameterSets", "parameter_sets"]

DAYS_PER_YEAR = 365.25
_LOWEST_LEVEL = 0.1
_TOP = 200.0


@dataclass(frozen=True, eq=False)
class LevelGrid:
    """Log mean counts, equally spaced.

    Attributes:
        low: smallest log level.
        spacing: distance of neighbours, more than 0.
        size: number of levels, 3 or more.
    """

    low: float
    spacing: float
    size: int

    def __post_init__(self) -> None:
        require_finite("lowest log level", self.low)
        require_finite("spacing of levels", self.spacing, low=1e-6, high=10.0)
        require(self.size >= 3, "a grid has 3 levels or more")

    @classmethod
    def up_to(cls, largest_count: int, size: int) -> LevelGrid:
        """Return the grid from 0.1 cars to 2.5 times ``largest_count`` or more, by steps of a half from 200 up.

        It goes by steps so that one more count seldom changes the grid.
        """
        steps = max(0, math.ceil(math.log(max(2.5 * largest_count, 1.0) / _TOP) / math.log(1.5)))
        low, high = math.log(_LOWEST_LEVEL), math.log(_TOP * 1.5**steps)
        return cls(low, (high - low) / (size - 1), size)

    @property
    def log_levels(self) -> Floats:
        """Shape (K,), ascending."""
        return np.asarray(self.low + self.spacing * np.arange(self.size), dtype=np.float64)

    @property
    def means(self) -> Floats:
        """Mean counts, shape (K,)."""
        return np.asarray(np.exp(self.log_levels), dtype=np.float64)

    def student(self, centre: float, scale: float) -> Floats:
        """Return a Student t with 3 degrees of freedom on the grid, shape (K,), sum 1; infinite scale is uniform."""
        z = (self.log_levels - centre) / scale
        density = (1.0 + z * z / 3.0) ** -2
        return np.asarray(density / density.sum(), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Frame:
    """What all parameter sets of a site share.

    Attributes:
        grid: of the log level.
        centre: the site's usual log level.
        prior: values of the parameters, and the constants of excursions.
    """

    grid: LevelGrid
    centre: float
    prior: Prior


@dataclass(frozen=True, eq=False)
class ParameterSets:
    """C combinations of parameters and the dynamics that follow from them.

    Attributes:
        frame: what they share.
        hazard: jumps per year, shape (C,).
        scale: scale of a jump's destination, shape (C,); infinite for a stress.
        walk_sd: per year, shape (C,).
        size_of: index into the prior's ``nb_sizes``, shape (C,).
        dwell: how long the same cars stay on average, days, shape (C,).
        log_prior: shape (C,).
        dynamics: of all C sets.
    """

    frame: Frame
    hazard: Floats
    scale: Floats
    walk_sd: Floats
    size_of: NDArray[np.int64]
    dwell: Floats
    log_prior: Floats
    dynamics: Dynamics

    @property
    def replaced(self) -> Floats:
        """Probability per day that the cars are replaced, shape (C,)."""
        return np.asarray(-np.expm1(-1.0 / self.dwell), dtype=np.float64)

    def chosen(self, index: NDArray[np.int64]) -> ParameterSets:
        """Return the sets at ``index``, in that order."""
        return ParameterSets(
            self.frame,
            self.hazard[index],
            self.scale[index],
            self.walk_sd[index],
            self.size_of[index],
            self.dwell[index],
            self.log_prior[index],
            self.dynamics.chosen(index),
        )

    def anywhere(self) -> ParameterSets:
        """Return the same with jumps that go anywhere on the grid, and no weight in an average."""
        scale, none = np.full_like(self.scale, np.inf), np.full_like(self.log_prior, -np.inf)
        dynamics = _dynamics(self.frame, self.hazard, scale, self.walk_sd)
        return replace(self, scale=scale, log_prior=none, dynamics=dynamics)

    def beside(self, others: ParameterSets) -> ParameterSets:
        """Return these sets and behind them ``others`` of the same site."""
        return ParameterSets(
            self.frame,
            np.concatenate([self.hazard, others.hazard]),
            np.concatenate([self.scale, others.scale]),
            np.concatenate([self.walk_sd, others.walk_sd]),
            np.concatenate([self.size_of, others.size_of]),
            np.concatenate([self.dwell, others.dwell]),
            np.concatenate([self.log_prior, others.log_prior]),
            self.dynamics.beside(others.dynamics),
        )


def parameter_sets(frame: Frame) -> ParameterSets:
    """Return every combination of the prior's values about the usual log level.

    Raises:
        ValueRefusedError: where a walk's daily step is wider than the grid's spacing.
    """
    prior = frame.prior
    sizes = range(len(prior.nb_sizes))
    own = (prior.hazards_per_year, prior.jump_scales, prior.walk_sds_per_year, sizes, prior.dwells_days)
    table = np.array(list(itertools.product(*own)))
    hazard, scale, walk_sd, size, dwell = table.T
    log_prior = np.full(len(table), -math.log(len(table)))
    dynamics = _dynamics(frame, hazard, scale, walk_sd)
    return ParameterSets(frame, hazard, scale, walk_sd, size.astype(np.int64), dwell, log_prior, dynamics)


def _dynamics(frame: Frame, hazard: Floats, scale: Floats, walk_sd: Floats) -> Dynamics:
    """Build the transitions for hazards per year, jump scales and walks per year, shape (C,) each."""
    grid, centre, prior = frame.grid, frame.centre, frame.prior
    c, e = len(hazard), len(prior.excursion_days)
    daily = hazard / DAYS_PER_YEAR
    durations = np.array(prior.excursion_days)
    leave = np.empty((c, 1 + e))
    leave[:, 0] = -np.expm1(-daily)
    leave[:, 1:] = 1.0 / durations
    sd = np.empty((c, 1 + e))
    sd[:, 0] = walk_sd / math.sqrt(DAYS_PER_YEAR)
    sd[:, 1:] = prior.excursion_walk_sd_per_day
    require(sd.max() <= grid.spacing, "the level walks further in a day than the grid's spacing; use fewer levels")
    route = np.zeros((c, 1 + e, 1 + e))
    route[:, 0, 0] = prior.lasting_share
    route[:, 0, 1:] = (1.0 - prior.lasting_share) / e
    route[:, 1:, 0] = 1.0
    by_scale = {s: grid.student(centre, s) for s in np.unique(scale).tolist()}
    jump = np.stack([by_scale[s] for s in scale.tolist()])
    back = np.broadcast_to(grid.student(centre, prior.return_scale), jump.shape)
    dest = np.stack([jump, *[back] * e], axis=1)
    # Regimes start in the proportions that they settle at: days per visit times visits.
    share = np.concatenate([np.ones((c, 1)), leave[:, :1] * route[:, 0, 1:] * durations], axis=1)
    share /= share.sum(axis=1, keepdims=True)
    first = np.stack([np.broadcast_to(grid.student(centre, prior.start_scale), jump.shape), *[jump] * e], axis=1)
    return Dynamics(share[..., None] * first, leave, sd**2 / (2.0 * grid.spacing**2), route, dest)
