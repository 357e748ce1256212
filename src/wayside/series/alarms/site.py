"""The alarm of one site: a fold over its scenes that anybody can go on with.

A site is quiet or raised. While it is quiet, its scenes teach what is usual, and evidence gathers that the level has
risen. An alarm makes it raised, and it gives no further one until it is quiet again: its scenes then teach the raised
level, and the site is quiet again where scenes speak for the level of before (``AlarmSettings.returned_days``; what is
usual then includes the episode, so that a yard where trains come and go learns that they do), or where the raised level
has stayed for so long that it is the usual one. A fall is found in the same way as a rise; it
gives no alarm, but what is usual is learnt anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from wayside.model.alarms import Alarm, FalseAlarmRate, Promise
from wayside.model.checks import require
from wayside.model.series import Series, SeriesPoint
from wayside.series.alarms.evidence import likelihood_ratios, log_predictive, shiryaev_roberts
from wayside.series.alarms.settings import AlarmSettings
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import DAYS_PER_YEAR
from wayside.series.level.seen import LEAST_VISIBLE
from wayside.series.online import OnlineSeries

__all__ = ["SiteAlarm", "days_of", "threshold_of"]

_UNLIKELY = 500.0
"""Likelihood ratios of more than exp(500) are no better."""


def threshold_of(per_site_year: float) -> float:
    """Return the evidence, days, at which alarms come ``per_site_year`` times a year at most while nothing changes."""
    return DAYS_PER_YEAR / per_site_year


@dataclass(frozen=True, eq=False)
class Raised:
    """An episode.

    Attributes:
        since: day of its alarm.
        series: its scenes.
        returned: evidence that the level of before is back, days.
    """

    since: date
    series: OnlineSeries
    returned: float


@dataclass(frozen=True, eq=False)
class SiteAlarm:
    """A site's alarm after its newest scene.

    Attributes:
        settings: what is looked for.
        newest: day of the newest scene.
        clock: up to here time was counted.
        quiet: the quiet scenes, the newest day included where it was quiet.
        settled: the same without the newest day; of the first day, with it.
        learnt: number of days with a scene that have taught what is usual.
        rise: evidence of each factor's rise, days, shape (F,).
        fall: evidence of each factor's fall, days, shape (F,).
        raised: the present episode; None while the site is quiet.
        alarms: all so far, in order.
    """

    settings: AlarmSettings
    newest: date
    clock: date
    quiet: OnlineSeries
    settled: OnlineSeries
    learnt: int
    rise: Floats
    fall: Floats
    raised: Raised | None = None
    alarms: tuple[Alarm, ...] = ()

    @classmethod
    def of(
        cls, series: Series, settings: AlarmSettings | None = None, *, promise: FalseAlarmRate | None = None
    ) -> SiteAlarm:
        """Fold a whole series.

        Args:
            series: counts of one site; what a bound says is taken as known from the first scene on.
            settings: what is looked for; the defaults where not given.
            promise: the stated rate of false alarms; 0.1 per site-year where not given.

        Raises:
            ValueRefusedError: where a count is larger than any yard holds, or no scene shows enough of the track.
        """
        promise = promise or FalseAlarmRate(0.1, 1, 0.1)
        days = days_of(series)
        require(days, f"no scene shows {LEAST_VISIBLE:.0%} of the track", where=series.site)
        first, *later = days
        alarm = cls.begun(replace(series, points=first), settings)
        for points in later:
            alarm = alarm.next(*points, promise=promise)
        return alarm

    @classmethod
    def begun(cls, series: Series, settings: AlarmSettings | None = None) -> SiteAlarm:
        """Start with the scenes of one day."""
        settings = settings or AlarmSettings()
        none = np.zeros(len(settings.factors))
        newest = series.points[-1].day
        quiet = OnlineSeries.of(series, settings.quiet)
        return cls(settings, newest, newest, quiet, quiet, 1, none, none)

    @property
    def evidence(self) -> float:
        """That the level has risen, days: the mean over the factors; 0 while the site is raised or still learning."""
        return 0.0 if self.raised else float(self.rise.mean())

    def next(self, *points: SeriesPoint, promise: FalseAlarmRate) -> SiteAlarm:
        """Take in one day's scenes, and give an alarm where the evidence is enough for the stated rate.

        Raises:
            ValueRefusedError: as ``seen``.
        """
        after = self.seen(*points)
        threshold = threshold_of(promise.per_site_year)
        return after.alarmed(threshold, promise) if after.evidence >= threshold else after

    def seen(self, *points: SeriesPoint) -> SiteAlarm:
        """Take in one day's scenes without an alarm.

        Scenes of the newest day or before it come too late to be news: they teach what is usual, and no more. So a
        day's scenes are best given together. Scenes that show too little of the track are passed over.

        Raises:
            ValueRefusedError: where the scenes are of several days, or none is given.
        """
        require(points, "a scene is needed to see one")
        day = points[0].day
        require(all(p.day == day for p in points), "scenes of one day are seen at a time")
        points = _showing(points)
        if not points:
            return self
        if day <= self.newest:
            return _late(self, points)
        days = float(min((day - self.clock).days, self.settings.longest_gap_days))
        grown = replace(self, newest=day, clock=day)
        return (
            _while_quiet(grown, points, days)
            if self.raised is None
            else _while_raised(grown, self.raised, points, days)
        )

    def alarmed(self, threshold_days: float, promise: Promise) -> SiteAlarm:
        """Give an alarm for the newest day: the site is raised from here on.

        Raises:
            ValueRefusedError: where the evidence is less than the threshold, as it is at a site that is raised.
        """
        run, seen = self.quiet.run, self.quiet.update
        alarm = Alarm(
            site=run.series.site,
            day=self.newest,
            count=seen.count,
            expected=seen.expected,
            factor=self.settings.factors[int(np.argmax(self.rise))],
            evidence_days=self.evidence,
            threshold_days=threshold_days,
            promise=promise,
        )
        points = tuple(p for p in run.series.points if p.day == self.newest)
        raised = Raised(self.newest, OnlineSeries.of(Series(alarm.site, points), self.settings.quiet), 0.0)
        return replace(_forgetful(self), quiet=self.settled, raised=raised, alarms=(*self.alarms, alarm))

    def restarted(self, day: date) -> SiteAlarm:
        """Forget the evidence so far, and count time from ``day`` on."""
        return replace(_forgetful(self), clock=max(self.clock, day))


def _forgetful(alarm: SiteAlarm) -> SiteAlarm:
    none = np.zeros_like(alarm.rise)
    return replace(alarm, rise=none, fall=none)


def _while_quiet(alarm: SiteAlarm, points: tuple[SeriesPoint, ...], days: float) -> SiteAlarm:
    grown = alarm.quiet.add(*points)
    after = replace(alarm, settled=alarm.quiet, quiet=grown, learnt=alarm.learnt + 1)
    if after.learnt <= alarm.settings.learning_days:
        return after
    factors = np.array(alarm.settings.factors)
    ratios = likelihood_ratios(grown, [*factors, *(1.0 / factors)])
    rise = shiryaev_roberts(alarm.rise, days, ratios[: factors.size])
    fall = shiryaev_roberts(alarm.fall, days, ratios[factors.size :])
    if fall.mean() >= alarm.settings.fallen_days:
        return _anew(alarm, points)
    return replace(after, rise=rise, fall=fall)


def _anew(alarm: SiteAlarm, points: tuple[SeriesPoint, ...]) -> SiteAlarm:
    """Return the site as if it began with these scenes, but for its alarms."""
    begun = SiteAlarm.begun(replace(alarm.quiet.run.series, points=points, bounds=()), alarm.settings)
    return replace(begun, alarms=alarm.alarms)


def _while_raised(alarm: SiteAlarm, episode: Raised, points: tuple[SeriesPoint, ...], days: float) -> SiteAlarm:
    back, on = alarm.quiet.add(*points), episode.series.add(*points)
    ratio = math.exp(min(log_predictive(back) - log_predictive(on), _UNLIKELY))
    returned = (episode.returned + days) * ratio
    if returned >= alarm.settings.returned_days:
        taught = _taught(alarm, episode, points)
        return replace(alarm, quiet=taught, settled=taught, raised=None)
    if (alarm.newest - episode.since).days >= alarm.settings.settled_days:
        learnt = len({p.day for p in on.run.series.points})
        return replace(alarm, quiet=on, settled=episode.series, learnt=learnt, raised=None)
    return replace(alarm, raised=replace(episode, series=on, returned=returned))


def _taught(alarm: SiteAlarm, episode: Raised, points: tuple[SeriesPoint, ...]) -> OnlineSeries:
    """Return what is usual with an episode that is over: where this happens now and then, it is usual."""
    series = alarm.quiet.run.series
    together = (*series.points, *episode.series.run.series.points, *points)
    whole = replace(series, points=tuple(sorted(together, key=lambda p: p.day)))
    return OnlineSeries.of(whole, alarm.settings.quiet)


def _late(alarm: SiteAlarm, points: tuple[SeriesPoint, ...]) -> SiteAlarm:
    episode = alarm.raised
    if episode is not None and points[0].day >= episode.since:
        return replace(alarm, raised=replace(episode, series=episode.series.add(*points)))
    return replace(alarm, quiet=alarm.quiet.add(*points))


def days_of(series: Series) -> list[tuple[SeriesPoint, ...]]:
    """Return the scenes that show enough of the track, those of one day together, in order of date."""
    by_day: dict[date, list[SeriesPoint]] = {}
    for point in _showing(series.points):
        by_day.setdefault(point.day, []).append(point)
    return [tuple(points) for _, points in sorted(by_day.items())]


def _showing(points: tuple[SeriesPoint, ...]) -> tuple[SeriesPoint, ...]:
    return tuple(p for p in points if p.visible_fraction >= LEAST_VISIBLE)
