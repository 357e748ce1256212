"""What is true of a simulated site, and the fitted model of what its scenes show.

``of_kind`` takes the sites of ``detection.sites``, whatever they follow, and fits them as anybody would. ``of_model``
draws everything from the model's own prior, to the letter, and fits with the same frame: there every rank is uniform
but for the model's own approximations (Talts et al. 2018).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from detection.sites import Floats, Ints, draw

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import SeriesSettings
from wayside.series.analysis import baseline_days
from wayside.series.fitting import Fit, Ground, finish, newest_count, prepare
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.posterior import infer
from wayside.series.level.seen import within
from wayside.series.level.sight import sight_of
from wayside.series.level.weighing import weigh
from wayside.series.questions.rise import find_rises, representative_days

__all__ = ["AHEAD_DAYS", "KNOWN_BY_DEFINITION", "Case", "Truth", "of_kind", "of_model"]

AHEAD_DAYS = 28
"""So many days after the newest scene are kept back, for the forecast."""

KNOWN_BY_DEFINITION = ("prior", "model")
"""Kinds whose level jumps by itself: their rise is what the series' own definition makes of the true level."""

FIRST = date(2019, 1, 1)
MODEL_DAYS = 731
LARGEST_MEAN, LARGEST_COUNT = 80, 900
MISREAD = np.array([0.25, 0.5, 0.25])
"""Chance that a scene of a site drawn from the model is read one car too low, right, and one too high."""


@dataclass(frozen=True, eq=False)
class Truth:
    """What is true from day 0 on to ``AHEAD_DAYS`` after the newest scene, D days.

    Attributes:
        mean: mean count of each day, shape (D,).
        steady: the same without season, shape (D,): what a rise is a rise of.
        counts: what stood there, shape (D,).
        newest: day of the newest scene.
        onset: first day of the rise up to then; None where there is none.
        mean_over_days: ``mean`` is a mean over so many days.
        on_grid: whether the level takes the grid's values alone.
        train: number of the train that stood there, shape (D,); None where it is not known.
        which: the true parameter set; None where there is none.
    """

    mean: Floats
    steady: Floats
    counts: Ints
    newest: int
    onset: int | None
    mean_over_days: int = 1
    on_grid: bool = False
    train: Ints | None = None
    which: int | None = None


@dataclass(frozen=True, eq=False)
class Case:
    """A site to judge the series by."""

    fitted: Fit
    truth: Truth
    scenes_per_year: float


def of_kind(kind: str, seed: int, settings: SeriesSettings, *, surge: bool) -> Case:
    """Fit a site up to its last scene that has ``AHEAD_DAYS`` after it."""
    site = draw(kind, seed, surge=surge)
    newest = int(site.scene_days[site.scene_days < site.days - AHEAD_DAYS][-1])
    onset = site.onset if site.onset is not None and site.onset <= newest else None
    steady = site.mean
    if kind == "season":
        steady = np.ones(site.days)
        steady[site.onset if site.onset is not None else site.days :] = site.factor
    fitted = finish(prepare(site.series(site.date_of(newest)), settings), np.random.default_rng(seed))
    truth = Truth(site.mean, steady, site.counts, newest, onset, 7 if kind == "weekly" else 1)
    if kind in KNOWN_BY_DEFINITION:
        truth = _with_defined_onset(fitted, truth)
    return Case(fitted, truth, len(fitted.seen.points) / fitted.seen.days * 365.25)


def _with_defined_onset(fitted: Fit, truth: Truth) -> Truth:
    """Return the truth with the onset that the series' definition makes of the true level."""
    window = baseline_days(fitted.seen, fitted.settings)
    assert window is not None
    days = representative_days(fitted.seen, window)
    level = np.log(truth.steady[: truth.newest + 1])[None, :]
    rises = find_rises(level, days, factor=fitted.settings.rise_factor, share=fitted.settings.rise_share)
    return replace(truth, onset=int(rises.began[0]) if rises.found[0] else None)


# ---------------------------------------------------------------------------- drawn from the model
def of_model(seed: int, settings: SeriesSettings) -> Case:
    """Draw parameters, levels, trains and scenes from the prior, two years, and fit them in the same frame.

    A train's count is drawn at the level of the day it came, which the filter takes for the level of the look that
    meets it: that approximation is judged with the rest.
    """
    rng = np.random.default_rng([seed, 77])
    prior = settings.prior
    grid = LevelGrid.up_to(LARGEST_MEAN, settings.levels)
    frame = Frame(grid, round(float(rng.uniform(math.log(4.0), math.log(30.0))), 1), prior)
    sets, tables = parameter_sets(frame), NegativeBinomials.of(grid, prior.nb_sizes, LARGEST_COUNT)
    which, days = int(rng.integers(len(sets.hazard))), MODEL_DAYS + AHEAD_DAYS
    level = _path(sets, which, days, rng)
    train: Ints = np.cumsum(rng.random(days) < sets.replaced[which], dtype=np.int64)
    counts = _cars(sets, which, level, train, rng)
    rate = float(np.exp(rng.uniform(math.log(8.0), math.log(80.0))))
    looked = np.union1d(np.flatnonzero(rng.random(MODEL_DAYS) < rate / 365.25), [0, MODEL_DAYS - 1])
    points = tuple(_misread(int(counts[d]), int(d), rng) for d in looked)
    fitted = _in_frame(Series(f"model {seed}", points), sets, tables, settings, rng)
    mean: Floats = grid.means[level].astype(np.float64)
    truth = Truth(mean, mean, counts, MODEL_DAYS - 1, None, on_grid=True, train=train, which=which)
    return Case(fitted, _with_defined_onset(fitted, truth), rate)


def _path(sets: ParameterSets, which: int, days: int, rng: np.random.Generator) -> Ints:
    """Draw the level of every day, day by day, by the words of the model."""
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
            k = min(max(k + move, 0), levels - 1)
        path[day] = k
    return path


def _cars(sets: ParameterSets, which: int, level: Ints, train: Ints, rng: np.random.Generator) -> Ints:
    """Draw the count of every train at the level of the day it came, and let it stand."""
    came = np.unique(train, return_index=True)[1]
    r, mean = sets.frame.prior.nb_sizes[sets.size_of[which]], sets.frame.grid.means[level[came]]
    drawn = np.minimum(rng.negative_binomial(r, r / (r + mean)), LARGEST_COUNT - 2)
    return np.asarray(drawn[np.searchsorted(came, np.arange(len(train)), side="right") - 1], dtype=np.int64)


def _misread(cars: int, day: int, rng: np.random.Generator) -> SeriesPoint:
    """Read a scene one car wrong at times, and say under a flat prior what that says."""
    read = cars + int(rng.choice([-1, 0, 1], p=MISREAD))
    low = max(0, read - 1)
    count = CountDistribution.from_weights(low, MISREAD[low - (read - 1) :])
    return SeriesPoint(FIRST + timedelta(days=day), count)


def _in_frame(
    series: Series,
    sets: ParameterSets,
    tables: NegativeBinomials,
    settings: SeriesSettings,
    rng: np.random.Generator,
) -> Fit:
    seen = within(series, until=None, history_days=settings.history_days, at_least_from=None)
    ground = Ground(seen, sets.frame, tables)
    sight = sight_of(seen, tables, looks=settings.looks)
    posterior = infer(sets, sight, weigh(sets, sight), paths=settings.paths, rng=rng)
    return Fit(ground, settings, newest_count(ground), sets, None, sight, posterior)
