"""A series that grows: what one more scene says, the moment it comes in.

The filter of ``level.weighing`` is a fold over looks, so adding a scene carries it on by one look, and a series built
up scene by scene holds the same numbers as one run over all of them. What looks back over whole histories (record (b),
onset, miss probability) is not here: ``analyse`` works it out when it is asked.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.fitting import Ground, daily_term, ground_of, newest_count
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import ParameterSets, parameter_sets
from wayside.series.level.posterior import weighted_quantile
from wayside.series.level.seen import Seen
from wayside.series.level.sight import Sight, sight_of
from wayside.series.level.terms import RegularTerms
from wayside.series.level.weighing import Weighing, advance, begin, carry, look_in
from wayside.series.questions.daily import level_quantiles
from wayside.series.questions.record import floor_of, log_at_most, p_exceeds_observed
from wayside.series.questions.rise import stretches
from wayside.series.settings import SeriesSettings

__all__ = ["OnlineSeries", "Update"]

_QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Update:
    """What the newest scene says.

    Attributes:
        day: of the scene.
        count: what it shows; several scenes of one day are averaged.
        expected: 5, 50 and 95 % quantiles of the count that was expected on that day before the scene came.
        p_upper: probability that a count so large was to be expected: that of a larger one and half of that of an equal
            one (so that it is uniform where nothing has changed), averaged over the counting error, 0 to 1.
        level: 5, 50 and 95 % quantiles of the mean count, the scene included.
        surge: probability that the level exceeds ``surge_factor`` times the baseline's, 0 to 1; the baseline's is the
            median over its scenes of the level as it was known at each.
        p_exceeds_observed: (a), probability that the count exceeds every scene and bound of the baseline.
        exchangeability: (c), 1 / (n + 1) for n scenes of the baseline.
        refitted: whether the whole series had to be gone through again for it.
    """

    day: date
    count: CountDistribution
    expected: tuple[int, int, int]
    p_upper: float
    level: tuple[float, float, float]
    surge: float
    p_exceeds_observed: float
    exchangeability: float
    refitted: bool


class _Run(NamedTuple):
    """A series made ready: what does not change from scene to scene, or is made anew."""

    series: Series
    settings: SeriesSettings
    ground: Ground
    sets: ParameterSets
    terms: RegularTerms | None
    sight: Sight


@dataclass(frozen=True, eq=False)
class OnlineSeries:
    """A series and the model's state after its newest scene.

    Attributes:
        run: the series, its settings, the parameter sets, and what the days say.
        before: the filter with all days before the newest.
        after: the same with the newest.
        levels: median log level after each day with a scene, by day number.
        scenes: log P(each of the first s scenes shows at most n), shape (S + 1, N + 1).
        update: what the newest scene says.
    """

    run: _Run
    before: Weighing
    after: Weighing
    levels: dict[int, float]
    scenes: Floats
    update: Update

    @classmethod
    def of(
        cls, series: Series, settings: SeriesSettings | None = None, *, terms: RegularTerms | None = None
    ) -> OnlineSeries:
        """Go through a whole series.

        Args:
            series: so far; its newest scene is what the first update speaks of.
            settings: of the analysis; the defaults where not given.
            terms: season and week, such as a fit has found; they are held as they are. None: none.

        Raises:
            ValueRefusedError: where no count is left by the settings, or one is larger than any yard holds.
        """
        settings = settings or SeriesSettings()
        ground = ground_of(series, settings)
        sets = parameter_sets(ground.frame)
        term = daily_term(terms, ground.seen)
        sight = sight_of(ground.seen, ground.tables, looks=settings.looks, term=term)
        run = _Run(series, settings, ground, sets, terms, sight)
        before, levels = begin(sets), {}
        for day in run.sight.looks:
            if day < run.sight.days - 1:
                before = carry(before, run.sight, stop=day + 1)
                levels[day] = _log_level(sets, before)[1]
        before = carry(before, run.sight, stop=run.sight.days - 1)
        scenes = log_at_most(ground.seen.points, ground.tables.largest)
        return _arrived(run, before, levels, scenes, refitted=True)

    def add(self, *points: SeriesPoint) -> OnlineSeries:
        """Return the series with more scenes of one day, in milliseconds.

        The whole series is gone through again where the scenes are older than the newest, or where they change the
        grid, the usual level or the model's first day; those go by steps, so that this is rare.

        Raises:
            ValueRefusedError: where the scenes are of several days, or none is given.
        """
        require(points, "a scene is needed to add one")
        day, run = points[0].day, self.run
        require(all(p.day == day for p in points), "scenes of one day are added at a time")
        ordered = tuple(sorted((*run.series.points, *points), key=lambda p: p.day))
        grown = replace(run.series, points=ordered)
        ground = ground_of(grown, run.settings, run.ground.tables)
        if day < run.ground.seen.newest or not _same(run.ground, ground):
            return OnlineSeries.of(grown, run.settings, terms=run.terms)
        known = {d: look for d, look in run.sight.looks.items() if d != ground.seen.index(day)}
        term = daily_term(run.terms, ground.seen)
        sight = sight_of(ground.seen, ground.tables, looks=run.settings.looks, term=term, known=known)
        last = self.after.day
        before, levels = self.before if last == sight.days - 1 else self.after, self.levels
        if last < sight.days - 1 and sight.bound_of[last]:
            # Once a later scene is there, the day so far newest comes under the published bounds that reach it.
            before = carry(self.before, sight, stop=last + 1)
            levels = {**levels, last: _log_level(run.sets, before)[1]}
        before = carry(before, sight, stop=sight.days - 1)
        # Scenes that show too little of the track are no part of what is seen.
        added = ground.seen.points[len(run.ground.seen.points) :]
        newer = log_at_most(added, ground.tables.largest, before=self.scenes[-1])[1:]
        run = run._replace(series=grown, ground=ground, sight=sight)
        return _arrived(run, before, levels, np.concatenate([self.scenes, newer]), refitted=False)


def _same(old: Ground, new: Ground) -> bool:
    """Return whether the filter so far stands on the same grid, usual level, first day and bounds."""
    return (old.frame.grid.spacing, old.frame.centre, old.seen.first, old.seen.bounds) == (
        new.frame.grid.spacing,
        new.frame.centre,
        new.seen.first,
        new.seen.bounds,
    )


def _arrived(run: _Run, before: Weighing, levels: dict[int, float], scenes: Floats, *, refitted: bool) -> OnlineSeries:
    """Take in the newest day and say what it says."""
    ground, settings, sets, sight = run.ground, run.settings, run.sets, run.sight
    seen, day = ground.seen, sight.days - 1
    eve = advance(before, day)
    after = replace(look_in(eve, sight.looks[day]), taken=day)
    low, middle, high = _log_level(sets, after)
    levels = {**levels, day: middle}
    now, expected = newest_count(ground), _expected(sets, eve, ground, sight.term[0, day])
    at_most = np.cumsum(expected)
    held = _baseline(seen, settings)
    update = Update(
        day=seen.newest,
        count=now,
        expected=tuple(np.searchsorted(at_most, _QUANTILES).tolist()),
        p_upper=float(np.clip(now.p @ (1.0 - at_most + 0.5 * expected)[now.support], 0.0, 1.0)),
        level=(math.exp(low), math.exp(middle), math.exp(high)),
        surge=_surge(run, after, _usual(levels, [seen.index(p.day) for p in seen.points[held]])),
        p_exceeds_observed=_exceeds(run, now, scenes, held),
        exchangeability=1.0 / (held.stop - held.start + 1),
        refitted=refitted,
    )
    return OnlineSeries(run, before, after, levels, scenes, update)


def _surge(run: _Run, after: Weighing, usual: float) -> float:
    above = run.ground.frame.grid.log_levels > usual + math.log(run.settings.surge_factor)
    return min(1.0, float(_level(run.sets, after)[above].sum()))


def _exceeds(run: _Run, now: CountDistribution, scenes: Floats, held: slice) -> float:
    """Return (a) against the scenes ``held``, where row s of ``scenes`` sums over the first s of all."""
    seen = run.ground.seen
    first = _first(seen, run.settings)
    floor = floor_of([b for b in seen.bounds if b.last >= first])
    return p_exceeds_observed(now, scenes[held.stop] - scenes[held.start], floor)


def _first(seen: Seen, settings: SeriesSettings) -> date:
    return settings.baseline_first or seen.newest - timedelta(days=settings.baseline_days)


def _baseline(seen: Seen, settings: SeriesSettings) -> slice:
    """Return which of the counts make the baseline."""
    first, eve = _first(seen, settings), seen.newest - timedelta(days=1)
    last = min(settings.baseline_last or eve, eve)
    start = bisect_left(seen.points, first, key=_day)
    return slice(start, max(start, bisect_right(seen.points, last, key=_day)))


def _day(point: SeriesPoint) -> date:
    return point.day


def _level(sets: ParameterSets, weighing: Weighing) -> Floats:
    """Return P(level) over all parameter sets, shape (K,)."""
    w = weighing.set_weight(sets.log_prior)[weighing.alive]
    p = w @ weighing.states.sum(axis=1)
    return np.asarray(p / p.sum(), dtype=np.float64)


def _log_level(sets: ParameterSets, weighing: Weighing) -> tuple[float, float, float]:
    """Return 5, 50 and 95 % quantiles of the log level."""
    low, middle, high = level_quantiles(_level(sets, weighing)[None, :], sets.frame.grid, _QUANTILES)[0].tolist()
    return low, middle, high


def _expected(sets: ParameterSets, weighing: Weighing, ground: Ground, term: float) -> Floats:
    """Return P(count) on the filter's day before its scenes, shape (N + 1,): other cars, or still the same ones."""
    w = weighing.set_weight(sets.log_prior)[weighing.alive]
    w = w / w.sum()
    level = weighing.states.sum(axis=1) / weighing.states.sum(axis=(1, 2))[:, None]
    size_of, tables = sets.size_of[weighing.alive], ground.tables
    standing = weighing.standing
    stay = np.zeros(len(w)) if standing is None else np.exp(-(weighing.day - standing.day) / weighing.lanes.dwell)
    model = tables.shifted(0, tables.largest + 1, np.array([term]))[0]
    out = np.zeros(tables.largest + 1)
    for size in range(len(model)):
        here = size_of == size
        out += ((w[here] * (1.0 - stay[here])) @ level[here]) @ model[size]
    if standing is not None:
        out += (w * stay) @ standing.on(0, tables.largest + 1)
    return np.asarray(out / out.sum(), dtype=np.float64)


def _usual(levels: dict[int, float], days: list[int]) -> float:
    """Return the baseline's log level: the median over its days with a scene, each for its stretch of time."""
    at = np.array(sorted(set(days)), dtype=np.int64)
    if at.size == 0:
        return math.inf
    values = np.array([levels[day] for day in at.tolist()])
    return weighted_quantile(values, stretches(at, slice(int(at[0]), int(at[-1]) + 1)), 0.5)
