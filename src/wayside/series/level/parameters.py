"""The level grid, and the parameter sets that the analysis averages over.

Size and duration of excursions decide how much may have happened unseen, so they are learnt from the site where they
can be: a jump goes to a Student t (3 degrees of freedom) about the site's usual log level, whose scale is integrated
over a grid by its likelihood. A jump to anywhere on the grid is kept as a stress test that carries no weight.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite
from wayside.series.level.dynamics import Dynamics, Floats
from wayside.series.settings import Prior

__all__ = ["DAYS_PER_YEAR", "LOWEST_LEVEL", "LevelGrid", "ParameterSets", "parameter_sets"]

DAYS_PER_YEAR = 365.25
LOWEST_LEVEL = 0.1


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
        """Return the grid from 0.1 cars to 2.5 times ``largest_count``, and to 200 cars at least."""
        low, high = math.log(LOWEST_LEVEL), math.log(max(200.0, 2.5 * largest_count))
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
class ParameterSets:
    """C combinations of parameters and the dynamics that follow from them.

    Attributes:
        hazard: jumps per year, shape (C,).
        scale: scale of a jump's destination, shape (C,); infinite for the stress.
        walk_sd: per year, shape (C,).
        size_of: index into the prior's ``nb_sizes``, shape (C,).
        log_prior: shape (C,); minus infinity for the stress.
        dynamics: of all C sets.
    """

    hazard: Floats
    scale: Floats
    walk_sd: Floats
    size_of: NDArray[np.int64]
    log_prior: Floats
    dynamics: Dynamics


def parameter_sets(grid: LevelGrid, centre: float, prior: Prior, *, stress: bool = True) -> ParameterSets:
    """Return every combination of the prior's values about the usual log level ``centre``.

    Raises:
        ValueRefusedError: where a walk's daily step is wider than the grid's spacing.
    """
    scales = (*prior.jump_scales, math.inf) if stress else prior.jump_scales
    sizes = range(len(prior.nb_sizes))
    table = np.array(list(itertools.product(prior.hazards_per_year, scales, prior.walk_sds_per_year, sizes)))
    hazard, scale, walk_sd = table[:, 0], table[:, 1], table[:, 2]
    weighted = np.isfinite(scale)
    log_prior = np.where(weighted, -math.log(weighted.sum()), -np.inf)
    dynamics = _dynamics(grid, centre, prior, table)
    return ParameterSets(hazard, scale, walk_sd, table[:, 3].astype(np.int64), log_prior, dynamics)


def _dynamics(grid: LevelGrid, centre: float, prior: Prior, table: Floats) -> Dynamics:
    """Build the transitions for rows of (hazard per year, jump scale, walk's standard deviation per year)."""
    hazard, scale, walk_sd = table[:, 0], table[:, 1], table[:, 2]
    c, e = len(table), len(prior.excursion_days)
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
    jump = np.stack([grid.student(centre, s) for s in scale])
    back = np.broadcast_to(grid.student(centre, prior.return_scale), jump.shape)
    dest = np.stack([jump, *[back] * e], axis=1)
    # Regimes start in the proportions that they settle at: days per visit times visits.
    share = np.concatenate([np.ones((c, 1)), leave[:, :1] * route[:, 0, 1:] * durations], axis=1)
    share /= share.sum(axis=1, keepdims=True)
    first = np.stack([np.broadcast_to(grid.student(centre, prior.start_scale), jump.shape), *[jump] * e], axis=1)
    return Dynamics(share[..., None] * first, leave, sd**2 / (2.0 * grid.spacing**2), route, dest)
