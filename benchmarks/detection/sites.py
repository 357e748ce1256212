"""Simulated sites: what stands in a yard on every day of some years, and what scenes show of it.

    from detection.sites import KINDS, draw

    site = draw("weekly", seed=7, surge=True)
    site.counts[k]             # cars that stood there on site.first + k days, for every day, seen or not
    site.mean[k]               # what that day's count is drawn about (kinds say over what it is a mean)
    site.series()              # wayside.model.series.Series of all scenes; series(until=date) of the earlier ones
    site.onset, site.onset_date, site.factor     # None, None, 1.0 where nothing rises

``draw(kind, seed, surge=False)`` is a quiet site. The same kind and seed give the same site on every machine, and a
quiet and a rising site of one seed have the same scenes and, up to the rise, the same cars. All kinds but ``prior``
are made without wayside's model; ``miscount`` is the only one whose scenes are worse than they say they are.
Put ``benchmarks/`` on the path to import this.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import Prior

__all__ = ["DAYS_PER_YEAR", "FIRST", "KINDS", "YEARS", "Site", "draw"]

DAYS_PER_YEAR = 365.25
FIRST = date(2018, 1, 1)
YEARS = 5.5
RISE_FROM_YEARS, RISE_TO_YEARS = 3.2, 4.8
"""A rise begins between these, so that three years come before it and half a year after it."""
RISE_FACTORS = (1.8, 4.0)
SCENES_PER_YEAR = (8.0, 80.0)
MISCOUNTED = 0.03
MOST_CARS = 2000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS: dict[str, str] = {
    "plain": "a level that walks slowly (10 % a year), cars that stay 2 days, negative-binomial counts",
    "prior": "drawn from the series' own prior: jumps, excursions, walk, counts, dwell; its jumps are no rise here",
    "weekly": "trains on one or two fixed weekdays, gone after one to three days, the yard almost empty between",
    "season": "two to four times as many cars at the height of the year as at its bottom",
    "growth": "10 to 35 % more cars every year",
    "heavy": "one stay in thirty is of a train 2 to 15 times as long",
    "miscount": "3 % of scenes are read as half, double or nothing, with the usual small error stated",
    "staying": "cars that stay for three weeks on average",
}


@dataclass(frozen=True, eq=False)
class Site:
    """One simulated site over T days with S scenes.

    Attributes:
        kind: one of ``KINDS``.
        seed: 0 or more.
        first: day 0.
        counts: cars on every day, shape (T,), 0 or more.
        mean: mean count of every day, shape (T,), more than 0; where trains come weekly the mean over the week, and
            with heavy tails that of the usual trains.
        scene_days: days with a scene, ascending, distinct, shape (S,), each 0 to T - 1.
        points: what the scenes show, in the same order.
        onset: first day of the rise; None for a quiet site.
        factor: of the rise, more than 1; 1 for a quiet site.
        scenes_per_year: that scenes were drawn with; winter gaps take some away.
        dwell_days: how long cars stay on average, days.
    """

    kind: str
    seed: int
    first: date
    counts: Ints
    mean: Floats
    scene_days: Ints
    points: tuple[SeriesPoint, ...]
    onset: int | None
    factor: float
    scenes_per_year: float
    dwell_days: float

    @property
    def days(self) -> int:
        """T."""
        return int(self.counts.size)

    @property
    def onset_date(self) -> date | None:
        """First day of the rise."""
        return None if self.onset is None else self.date_of(self.onset)

    def date_of(self, day: int) -> date:
        """Return the date of a day's number."""
        return self.first + timedelta(days=int(day))

    def series(self, until: date | None = None) -> Series:
        """Return the scenes on and before ``until``; all of them without it."""
        name = f"{self.kind} {self.seed}"
        return Series(name, tuple(p for p in self.points if until is None or p.day <= until))

    def reads(self) -> Ints:
        """Return the number that each scene is read as, its distribution's median, shape (S,)."""
        return np.array([p.count.median for p in self.points], dtype=np.int64)


class _Life(NamedTuple):
    """What a kind draws: the mean before any rise, and how cars come from a mean."""

    mean: Floats
    cars: Callable[[Floats], Ints]
    dwell_days: float


def draw(kind: str, seed: int, *, surge: bool, scenes_per_year: float | None = None, years: float = YEARS) -> Site:
    """Return a simulated site.

    Args:
        kind: one of ``KINDS``.
        seed: 0 or more.
        surge: whether the level rises by a factor of 1.8 to 4 (evenly in its logarithm), to stay.
        scenes_per_year: before winter gaps; None: 8 to 80, evenly in the logarithm.
        years: length, 5 or more.
    """
    index = list(KINDS).index(kind)
    life_seed, rise_seed, scene_seed, read_seed = np.random.SeedSequence([seed, index]).spawn(4)
    days = round(years * DAYS_PER_YEAR)
    life = _LIVES[kind](np.random.default_rng(life_seed), days)
    rise = np.random.default_rng(rise_seed)
    at = int(rise.uniform(RISE_FROM_YEARS, min(RISE_TO_YEARS, years - 0.6)) * DAYS_PER_YEAR)
    factor = float(np.exp(rise.uniform(*np.log(RISE_FACTORS)))) if surge else 1.0
    mean = life.mean.copy()
    mean[at:] *= factor
    counts = np.minimum(life.cars(mean), MOST_CARS)
    scenes = np.random.default_rng(scene_seed)
    if scenes_per_year is None:
        scenes_per_year = float(np.exp(scenes.uniform(*np.log(SCENES_PER_YEAR))))
    scene_days = _scene_days(scenes, days, scenes_per_year)
    points = _points(np.random.default_rng(read_seed), counts[scene_days], scene_days, gross=kind == "miscount")
    onset = at if surge else None
    return Site(kind, seed, FIRST, counts, mean, scene_days, points, onset, factor, scenes_per_year, life.dwell_days)


# ---------------------------------------------------------------------------- scenes
def _scene_days(rng: np.random.Generator, days: int, per_year: float) -> Ints:
    """Draw days independently; at half of the sites nine winter scenes of ten are lost to cloud and snow."""
    chance = np.full(days, min(1.0, per_year / DAYS_PER_YEAR))
    lossy = rng.random() < 0.5
    month = np.array([(FIRST + timedelta(days=d)).month for d in range(days)])
    chance[lossy & np.isin(month, (12, 1, 2))] *= 0.1
    taken = np.flatnonzero(rng.random(days) < chance)
    return np.union1d(taken, [0, days - 1]).astype(np.int64)


def _points(rng: np.random.Generator, cars: Ints, days: Ints, *, gross: bool) -> tuple[SeriesPoint, ...]:
    """Read the scenes with an error of half a car and 3 to 10 % of the count, and say so."""
    relative = rng.uniform(0.03, 0.10)
    noise, wrong, how = rng.normal(size=cars.size), rng.random(cars.size), rng.choice([0.0, 0.5, 2.0], cars.size)
    seen = cars * np.where(gross & (wrong < MISCOUNTED), how, 1.0)
    spread = np.hypot(0.5, relative * seen)
    read = np.maximum(0, np.round(seen + spread * noise))
    out = []
    for n, day in zip(read.tolist(), days.tolist(), strict=True):
        half = 1.645 * math.hypot(0.5, relative * n)
        count = CountDistribution.from_interval(n, max(0.0, n - half), n + half)
        out.append(SeriesPoint(FIRST + timedelta(days=day), count, scene_id=f"day {day}"))
    return tuple(out)


# ---------------------------------------------------------------------------- lives
def _usual(rng: np.random.Generator) -> float:
    """Draw a site's usual number of cars: 4 to 30."""
    return float(np.exp(rng.uniform(np.log(4.0), np.log(30.0))))


def _walk(rng: np.random.Generator, days: int, sd_per_year: float) -> Floats:
    steps = rng.normal(0.0, sd_per_year / math.sqrt(DAYS_PER_YEAR), days)
    return np.asarray(np.cumsum(steps) - steps[0], dtype=np.float64)


def _standing(
    rng: np.random.Generator, days: int, size: float, dwell: float, longer: Floats | None = None
) -> Callable[[Floats], Ints]:
    """Return counts that are drawn anew on the days when trains change and stand until the next.

    The draws go through their quantiles, so that another mean changes the counts and not the chance behind them.
    """
    new = rng.random(days) < -math.expm1(-1.0 / dwell)
    new[0] = True
    since = np.maximum.accumulate(np.where(new, np.arange(days), 0))
    shape = rng.gamma(size, 1.0 / size, days)
    uniform = rng.random(days)
    stretch = np.ones(days) if longer is None else longer

    def cars(mean: Floats) -> Ints:
        level = (mean * shape * stretch)[since]
        return _poisson_at(uniform[since], level)

    return cars


def _poisson_at(uniform: Floats, mean: Floats) -> Ints:
    """Return Poisson quantiles."""
    return np.asarray(poisson.ppf(uniform, mean), dtype=np.int64)


def _size(rng: np.random.Generator) -> float:
    return float(rng.choice([4.0, 10.0, 30.0]))


def _plain(rng: np.random.Generator, days: int) -> _Life:
    mean = _usual(rng) * np.exp(_walk(rng, days, 0.1))
    return _Life(mean, _standing(rng, days, _size(rng), 2.0), 2.0)


def _staying(rng: np.random.Generator, days: int) -> _Life:
    mean = _usual(rng) * np.exp(_walk(rng, days, 0.1))
    return _Life(mean, _standing(rng, days, _size(rng), 21.0), 21.0)


def _season(rng: np.random.Generator, days: int) -> _Life:
    swing, phase = 0.5 * np.log(rng.uniform(2.0, 4.0)), rng.uniform(0, 2 * math.pi)
    year = 2 * math.pi * np.arange(days) / DAYS_PER_YEAR
    mean = _usual(rng) * np.exp(swing * np.sin(year + phase))
    return _Life(mean, _standing(rng, days, _size(rng), 2.0), 2.0)


def _growth(rng: np.random.Generator, days: int) -> _Life:
    rate = np.log1p(rng.uniform(0.10, 0.35))
    mean = 0.7 * _usual(rng) * np.exp(rate * np.arange(days) / DAYS_PER_YEAR)
    return _Life(mean, _standing(rng, days, _size(rng), 2.0), 2.0)


def _heavy(rng: np.random.Generator, days: int) -> _Life:
    mean = _usual(rng) * np.exp(_walk(rng, days, 0.1))
    huge = rng.random(days) < 1 / 30
    longer = np.where(huge, np.minimum(15.0, 2.0 * (1.0 - rng.random(days)) ** (-1.0 / 1.5)), 1.0)
    return _Life(mean, _standing(rng, days, _size(rng), 2.0, longer), 2.0)


def _miscount(rng: np.random.Generator, days: int) -> _Life:
    return _plain(rng, days)


def _weekly(rng: np.random.Generator, days: int) -> _Life:
    """Trains come on their weekdays and stand one to three days; one to six cars stand about all the time."""
    mean = _usual(rng) * np.exp(_walk(rng, days, 0.1))
    weekdays = rng.choice(7, int(rng.integers(1, 3)), replace=False)
    stands, left_share, size = int(rng.integers(1, 4)), 0.1, _size(rng)
    weekday = np.array([(FIRST + timedelta(days=d)).weekday() for d in range(days)])
    kept = rng.random(days) < 0.95
    comes = np.isin(weekday, weekdays) & kept
    shape, uniform, rest = rng.gamma(size, 1.0 / size, days), rng.random(days), rng.random(days)
    covered = len(weekdays) * stands / 7 * 0.95

    def cars(level: Floats) -> Ints:
        trains = np.where(comes, _poisson_at(uniform, level * (1 - left_share) / covered * shape), 0)
        out = _poisson_at(rest, left_share * level)
        for age in range(stands):
            out[age:] += trains[: days - age]
        return out

    return _Life(mean, cars, float(stands))


def _prior(rng: np.random.Generator, days: int) -> _Life:
    """Draw from the series' prior: its constants, on a continuous log level instead of the grid."""
    p = Prior()
    hazard, scale, walk, size, dwell = (
        float(rng.choice(g))
        for g in (p.hazards_per_year, p.jump_scales, p.walk_sds_per_year, p.nb_sizes, p.dwells_days)
    )
    centre = math.log(_usual(rng))
    level, regime = np.empty(days), 0
    leave = (-math.expm1(-hazard / DAYS_PER_YEAR), *(1.0 / d for d in p.excursion_days))
    step = (walk / math.sqrt(DAYS_PER_YEAR), *(p.excursion_walk_sd_per_day for _ in p.excursion_days))
    now = centre + p.start_scale * rng.standard_t(3)
    for day in range(days):
        if day and rng.random() < leave[regime]:
            usual = regime == 0
            now = centre + (scale if usual else p.return_scale) * rng.standard_t(3)
            stays = not usual or rng.random() < p.lasting_share
            regime = 0 if stays else 1 + int(rng.integers(len(p.excursion_days)))
        elif day:
            now += step[regime] * rng.normal()
        now = min(max(now, math.log(0.1)), math.log(500.0))
        level[day] = now
    return _Life(np.exp(level), _standing(rng, days, size, dwell), dwell)


_LIVES: dict[str, Callable[[np.random.Generator, int], _Life]] = {
    "plain": _plain,
    "prior": _prior,
    "weekly": _weekly,
    "season": _season,
    "growth": _growth,
    "heavy": _heavy,
    "miscount": _miscount,
    "staying": _staying,
}
