"""Simulation-based calibration: where sites are drawn from the model, ranks of the truth are uniform.

The method is that of Talts et al. 2018: draw parameters and a history from the prior, scenes from the history, and
ask where the truth lies in the posterior. Any error in the recursions or in the use of the parameters bends the ranks.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from scipy.stats import kstest

from wayside.model.counts import CountDistribution
from wayside.model.series import SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.posterior import Posterior, infer
from wayside.series.level.seen import NegativeBinomials, Seen, emission
from wayside.series.questions.record import UnseenDays, log_at_most, unseen_days
from wayside.series.settings import Prior

SITES, DAYS, SCENES = 80, 150, 20
DAY = 90
CENTRE = math.log(9.0)
PRIOR = Prior(hazards_per_year=(1.0, 6.0), jump_scales=(0.4, 1.2), walk_sds_per_year=(0.2, 0.7), nb_sizes=(2.0, 20.0))
GRID = LevelGrid.up_to(80, 70)
TABLES = NegativeBinomials.of(GRID, PRIOR.nb_sizes, 600)
SETS = parameter_sets(GRID, CENTRE, PRIOR, stress=False)


class Site(NamedTuple):
    """A simulated site: its parameter set, level and count of every day, and the days with a scene."""

    which: int
    level: np.ndarray
    count: np.ndarray
    at: np.ndarray


def simulate(sets: ParameterSets, rng: np.random.Generator) -> Site:
    """Draw everything from the prior, by the words of the model and not by its recursions."""
    which = int(rng.integers(len(sets.hazard)))
    d = sets.dynamics
    regimes, levels = d.start.shape[1:]
    g, k = divmod(int(rng.choice(regimes * levels, p=d.start[which].reshape(-1))), levels)
    path = np.empty(DAYS, dtype=np.int64)
    for day in range(DAYS):
        if day and rng.random() < d.leave[which, g]:
            k = int(rng.choice(levels, p=d.dest[which, g]))
            g = int(rng.choice(regimes, p=d.route[which, g]))
        elif day:
            u, p = rng.random(), d.step[which, g]
            move = 1 if u < p else -1 if u < 2 * p else 0
            k = k + move if 0 <= k + move < levels else k
        path[day] = k
    r = PRIOR.nb_sizes[sets.size_of[which]]
    count = rng.negative_binomial(r, r / (r + GRID.means[path]))
    at = np.sort(rng.choice(np.arange(1, DAYS - 1), SCENES, replace=False))
    return Site(which, path, np.minimum(count, 599), at)


def posterior_of(site: Site, rng: np.random.Generator) -> Posterior:
    first = date(2020, 1, 1)
    points = tuple(
        SeriesPoint(first + timedelta(days=day), CountDistribution.exactly(int(site.count[day])))
        for day in site.at.tolist()
    )
    seen = Seen(first, DAYS, points, (), 0)
    e = emission(seen, TABLES, SETS.size_of, dwell_days=1.0, looks=40)
    return infer(SETS, e, sizes=2, paths=120, rng=rng)


def rank(p: Floats, truth: int, rng: np.random.Generator) -> float:
    """Randomised probability integral transform of a discrete distribution."""
    return float(p[:truth].sum() + rng.random() * p[truth])


def rank_of_maximum(site: Site, posterior: Posterior, rng: np.random.Generator) -> float:
    """Where the true largest count of the unseen days lies in the posterior's distribution of it."""
    histories = posterior.histories
    unseen = np.ones(DAYS, dtype=bool)
    unseen[site.at] = False
    effective = unseen_days(histories.level, unseen, np.full(len(histories.weight), DAYS), GRID.size, 1.0)
    days = UnseenDays(effective, SETS.size_of[histories.set_of], np.log(np.maximum(TABLES.cdf, 1e-300)))
    nothing_seen = log_at_most([], TABLES.largest)[-1]
    cdf = histories.weight @ np.exp(days.log_at_most(np.arange(601)) + nothing_seen)
    truth = int(site.count[unseen].max())
    below = cdf[truth - 1] if truth else 0.0
    return float(below + rng.random() * (cdf[truth] - below))


class Ranks(NamedTuple):
    """Ranks over all sites, and the weight given to the truth's kind of parameters."""

    level: np.ndarray
    last_level: np.ndarray
    sampled: np.ndarray
    maximum: np.ndarray
    hazard_weight: np.ndarray
    hazard_true: np.ndarray


@pytest.fixture(scope="module")
def ranks() -> Ranks:
    rng = np.random.default_rng(20)
    rows = []
    for _ in range(SITES):
        site = simulate(SETS, rng)
        posterior = posterior_of(site, rng)
        marginal = posterior.smoothed.sum(axis=1)
        histories = posterior.histories
        drawn = np.bincount(histories.level[:, DAY], histories.weight, GRID.size)
        rows.append(
            (
                rank(marginal[DAY], int(site.level[DAY]), rng),
                rank(marginal[-1], int(site.level[-1]), rng),
                rank(drawn, int(site.level[DAY]), rng),
                rank_of_maximum(site, posterior, rng),
                float(posterior.set_weight[SETS.hazard == 6.0].sum()),
                float(SETS.hazard[site.which] == 6.0),
            )
        )
    return Ranks(*np.array(rows).T)


@pytest.mark.parametrize("name", ["level", "last_level", "sampled", "maximum"])
def test_ranks_of_the_truth_are_uniform(ranks: Ranks, name: str) -> None:
    values = getattr(ranks, name)
    assert kstest(values, "uniform").pvalue > 0.01
    assert 0.8 <= np.mean((values > 0.05) & (values < 0.95)) <= 0.98


def test_hazards_are_weighed_as_often_as_they_are_true(ranks: Ranks) -> None:
    w = ranks.hazard_weight
    z = (ranks.hazard_true - w).sum() / np.sqrt((w * (1 - w)).sum())
    assert abs(z) < 3.0
    assert w[ranks.hazard_true == 1].mean() > w[ranks.hazard_true == 0].mean()
