"""What wayside says, scene by scene and about a known date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from detection.score import Alarms
from detection.sites import Ints, Site
from wayside.model.alarms import FalseAlarmRate
from wayside.model.periods import Comparison, Period
from wayside.model.series import Series, SeriesPoint
from wayside.series import OnlineSeries, SeriesSettings, analyse
from wayside.series.alarms import SiteAlarm
from wayside.series.alarms.site import threshold_of
from wayside.series.asking import Questions

__all__ = ["PROMISES", "Followed", "compared", "follow"]

PROMISES = (0.1, 0.5, 1.0, 2.0)
"""False alarms per site-year that the alarm is asked for."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was said at each of S scenes.

    Attributes:
        p_upper: probability that so many or more were to be expected.
        surge: probability of a surge.
        alarm_days: for each promised rate the days of the alarms.
    """

    p_upper: list[float]
    surge: list[float]
    alarm_days: list[list[int]]

    def alarms(self, days: Ints) -> Alarms:
        """Return the alarms at each scene for each promise, shape (S, H)."""
        return np.stack([np.isin(days, d) for d in self.alarm_days], axis=1)


@dataclass(frozen=True, slots=True)
class _State:
    """After some scenes; alarms of equal history are one object."""

    online: OnlineSeries
    alarms: tuple[SiteAlarm, ...]


def _begin(site: str, point: SeriesPoint) -> _State:
    series = Series(site, (point,))
    return _State(OnlineSeries.of(series), (SiteAlarm.begun(series),) * len(PROMISES))


def _step(state: _State, point: SeriesPoint) -> _State:
    """Take in a scene once for every history of alarms that differs from the others."""
    seen = {id(a): a for a in state.alarms}
    grown = {key: a.seen(point) for key, a in seen.items()}
    return _State(state.online.add(point), _decided(tuple(grown[id(a)] for a in state.alarms)))


def _decided(alarms: tuple[SiteAlarm, ...]) -> tuple[SiteAlarm, ...]:
    """Give the alarms that are due; those that give none stay one object."""
    out = []
    for rate, alarm in zip(PROMISES, alarms, strict=True):
        threshold = threshold_of(rate)
        due = alarm.evidence >= threshold
        out.append(alarm.alarmed(threshold, FalseAlarmRate(rate, 1, rate)) if due else alarm)
    return tuple(out)


def follow(quiet: Site, rising: Site, latest_days: int) -> tuple[Followed, Followed]:
    """Follow a quiet site to its end, and the rising one of the same seed until ``latest_days`` after its onset.

    Up to the onset both show the same scenes, so that they are gone through once.
    """
    assert rising.onset is not None
    states: list[_State] = []
    for point in quiet.points:
        states.append(_step(states[-1], point) if states else _begin(quiet.kind, point))
    shared = int(np.searchsorted(rising.scene_days, rising.onset))
    branch = states[:shared]
    stop = int(np.searchsorted(rising.scene_days, rising.onset + latest_days, side="right"))
    for point in rising.points[shared:stop]:
        branch.append(_step(branch[-1], point))
    return _told(quiet, states), _told(rising, branch)


def _told(site: Site, states: list[_State]) -> Followed:
    updates = [s.online.update for s in states]
    by_promise = [[(a.day - site.first).days for a in alarm.alarms] for alarm in states[-1].alarms]
    return Followed([u.p_upper for u in updates], [u.surge for u in updates], by_promise)


def compared(
    series: Series, day: date, after_days: int, seed: int, *, settings: SeriesSettings | None = None
) -> Comparison:
    """Hold the time from ``day`` on, ``after_days`` at most, against all before it."""
    newest = min(series.points[-1].day, day + timedelta(days=after_days - 1))
    settings = replace(settings or SeriesSettings(), until=newest)
    first = max(series.points[0].day, newest - timedelta(days=settings.history_days))
    last = next(p.day for p in reversed(series.points) if p.day <= newest)
    questions = Questions(compare=(Period(first, day - timedelta(days=1)), Period(day, last)))
    result = analyse(series, settings=settings, questions=questions, rng=np.random.default_rng(seed))
    answer = result.asked[-1]
    assert isinstance(answer, Comparison)
    return answer
