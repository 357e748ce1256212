"""Simulated sites whose truth is drawn from the model, and where that truth lies in what the model says of them.

The method is that of Talts et al. 2018: draw parameters and a history from the prior, scenes from the history, and
ask where the truth lies in the posterior. Any error in the recursions or in the use of the parameters bends the ranks.
The simulation goes day by day by the words of the model and calls none of its recursions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.posterior import Posterior, infer
from wayside.series.level.seen import within
from wayside.series.level.sight import Sight, sight_of
from wayside.series.level.weighing import weigh
from wayside.series.questions.record import UnseenDays, unseen_days
from wayside.series.settings import Prior

FIRST = date(2020, 1, 1)
SMALL = Prior(
    hazards_per_year=(1.0, 6.0),
    jump_scales=(0.4, 1.2),
    walk_sds_per_year=(0.2, 0.7),
    nb_sizes=(2.0, 20.0),
    dwells_days=(1.0, 6.0),
)
NOISE = np.array([0.25, 0.5, 0.25])
"""Chance that a scene is read one car too low, right, and one too high."""


@dataclass(frozen=True)
class Plan:
    """What kind of sites are drawn.

    Attributes:
        prior: of the parameters.
        days: T.
        scenes: number of looks, on random days but neither the first nor the last.
        noisy: whether a scene may be read one car wrong.
        drawn_on_arrival: a train's count is drawn at the level of the day it came (the block model to the letter);
            else at the level of the first look that meets it, which is what the recursions take.
        levels: of the grid.
        paths: histories drawn from each posterior.
    """

    prior: Prior = SMALL
    days: int = 150
    scenes: int = 20
    noisy: bool = False
    drawn_on_arrival: bool = False
    levels: int = 70
    paths: int = 120


@dataclass(frozen=True, eq=False)
class Ground:
    """What all sites of a plan share."""

    plan: Plan
    sets: ParameterSets
    tables: NegativeBinomials

    @classmethod
    def of(cls, plan: Plan) -> Ground:
        grid = LevelGrid.up_to(80, plan.levels)
        sets = parameter_sets(Frame(grid, math.log(9.0), plan.prior))
        return cls(plan, sets, NegativeBinomials.of(grid, plan.prior.nb_sizes, 900))


@dataclass(frozen=True, eq=False)
class Site:
    """A simulated site.

    Attributes:
        which: its parameter set.
        level: index of the level on each day, shape (T,).
        count: what stood there on each day, shape (T,).
        train: number of the train that stood there, shape (T,).
        at: days with a look.
        read: what was read there.
    """

    which: int
    level: np.ndarray
    count: np.ndarray
    train: np.ndarray
    at: np.ndarray
    read: np.ndarray

    @property
    def largest_unseen(self) -> int:
        """Largest count of a train that no look met; 0 where every train was met."""
        unseen = ~np.isin(self.train, self.train[self.at])
        return int(self.count[unseen].max(initial=0))


def walk(sets: ParameterSets, which: int, days: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the level of every day."""
    d = sets.dynamics
    regimes, levels = d.start.shape[1:]
    g, k = divmod(int(rng.choice(regimes * levels, p=d.start[which].reshape(-1))), levels)
    path = np.empty(days, dtype=np.int64)
    for day in range(days):
        if day and rng.random() < d.leave[which, g]:
            k = int(rng.choice(levels, p=d.dest[which, g]))
            g = int(rng.choice(regimes, p=d.route[which, g]))
        elif day:
            u, p = rng.random(), d.step[which, g]
            move = 1 if u < p else -1 if u < 2 * p else 0
            k = k + move if 0 <= k + move < levels else k
        path[day] = k
    return path


def simulate(ground: Ground, rng: np.random.Generator) -> Site:
    """Draw everything from the prior."""
    plan, sets = ground.plan, ground.sets
    which = int(rng.integers(len(sets.hazard)))
    level = walk(sets, which, plan.days, rng)
    at = np.sort(rng.choice(np.arange(1, plan.days - 1), plan.scenes, replace=False))
    new = rng.random(plan.days) < -math.expm1(-1.0 / sets.dwell[which])
    new[0] = True
    train = np.cumsum(new) - 1
    met = np.flatnonzero(new)  # the day whose level a train's count is drawn at
    if not plan.drawn_on_arrival:
        for day in at[::-1].tolist():
            met[train[day]] = day
    r = plan.prior.nb_sizes[sets.size_of[which]]
    mean = sets.frame.grid.means[level[met]]
    drawn = np.minimum(rng.negative_binomial(r, r / (r + mean)), ground.tables.largest - 2)
    count = drawn[train]
    read = count[at] + (rng.choice([-1, 0, 1], len(at), p=NOISE) if plan.noisy else 0)
    return Site(which, level, count, train, at, read)


def shown(read: int, *, noisy: bool) -> CountDistribution:
    """What a reading says of the count, under a flat prior."""
    if not noisy:
        return CountDistribution.exactly(read)
    low = max(0, read - 1)
    return CountDistribution.from_weights(low, NOISE[low - (read - 1) :])


def sight(ground: Ground, site: Site) -> Sight:
    """Return what the model is told."""
    points = tuple(
        SeriesPoint(FIRST + timedelta(days=day), shown(int(n), noisy=ground.plan.noisy))
        for day, n in zip(site.at.tolist(), site.read.tolist(), strict=True)
    )
    seen = within(Series("site", points), until=None, history_days=3653, at_least_from=FIRST)
    return sight_of(replace(seen, days=ground.plan.days), ground.tables, looks=40)


def rank(p: Floats, truth: int, rng: np.random.Generator) -> float:
    """Randomised probability integral transform of a discrete distribution."""
    return float((p[:truth].sum() + rng.random() * p[truth]) / p.sum())


def _rank_of_largest(ground: Ground, site: Site, posterior: Posterior, rng: np.random.Generator) -> float:
    """Where the true largest unseen count lies in the posterior's distribution of it."""
    histories, days = posterior.histories, ground.plan.days
    replaced = histories.sets.replaced[histories.set_of]
    trains = unseen_days(
        histories.level,
        slice(0, days),
        site.at,
        np.full(len(histories.weight), days),
        levels=ground.plan.levels,
        replaced=replaced,
    )
    unseen = UnseenDays.of(trains, histories.sets.size_of[histories.set_of], replaced, ground.tables.cdf)
    cdf = histories.weight @ np.exp(unseen.log_at_most(np.arange(ground.tables.largest + 1)))
    return rank(np.diff(cdf, prepend=0.0), site.largest_unseen, rng)


def ranks_of(ground: Ground, site: Site, rng: np.random.Generator) -> dict[str, float]:
    """Return where the truth lies for every quantity, 0 to 1, and the weight given to each true value ("w: ...").

    The level is asked for in the middle of the longest gap, on the last day, and on a fixed day of the drawn histories;
    each parameter as a discrete distribution over its values.
    """
    sets = ground.sets
    told = sight(ground, site)
    posterior = infer(sets, told, weigh(sets, told), paths=ground.plan.paths, rng=rng)
    marginal, histories = posterior.smoothed.sum(axis=1), posterior.histories
    widest = int(np.argmax(np.diff(site.at)))
    gap = int(site.at[widest] + site.at[widest + 1]) // 2
    day = (ground.plan.days * 3) // 5
    drawn = np.bincount(histories.level[:, day], histories.weight, ground.plan.levels)
    out = {
        "level in the gap": rank(marginal[gap], int(site.level[gap]), rng),
        "last level": rank(marginal[-1], int(site.level[-1]), rng),
        "drawn level": rank(drawn, int(site.level[day]), rng),
        "largest unseen": _rank_of_largest(ground, site, posterior, rng),
    }
    for name in ("hazard", "scale", "walk_sd", "size_of", "dwell"):
        values, index = np.unique(getattr(sets, name), return_inverse=True)
        weight = np.bincount(index, posterior.set_weight, len(values))
        out[name] = rank(weight, int(index[site.which]), rng)
        out[f"w: {name}"] = float(weight[-1])
        out[f"true: {name}"] = float(index[site.which] == len(values) - 1)
    return out


def ranks(plan: Plan, sites: int, seed: int) -> dict[str, np.ndarray]:
    """Return ``ranks_of`` for many sites, by name, shape (sites,) each."""
    rng, ground = np.random.default_rng(seed), Ground.of(plan)
    rows = [ranks_of(ground, simulate(ground, rng), rng) for _ in range(sites)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}
