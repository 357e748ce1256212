"""Alarms over many sites at once, under one budget of false ones.

Two budgets. A **rate**: so many false alarms a year over all sites, shared out among them. A **share**: of the alarms
of a period at most such a share is false, by the e-BH procedure (Wang and Ramdas, "False discovery rate control with
e-values", JRSS B 84, 2022) on the sites' evidence: R / H is an e-value at whatever moment a site stops, because the
evidence R of a site where nothing changes has a mean of the days gone by, H at most in a period of H days. With S
sites, the k-th alarm of a period needs R / H >= S / (share k). That holds however the sites depend on each other: a
holiday or a snowfall that moves all of them is allowed for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wayside.model.alarms import Alarm, FalseAlarmRate, FalseDiscoveryShare
from wayside.model.checks import require, require_finite
from wayside.model.series import Series, SeriesPoint
from wayside.series.alarms.settings import AlarmSettings
from wayside.series.alarms.site import SiteAlarm, days_of, threshold_of

__all__ = ["FalseDiscoveryBudget", "RateBudget", "Watch"]

_LEARNING = FalseAlarmRate(0.1, 1, 0.1)
"""At this rate the scenes before the watch begins are told apart into quiet and raised ones."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """So many false alarms a year over all sites.

    Attributes:
        per_year: expected number at most, more than 0.
        by_looks: whether a site's part is in proportion to its scenes before the watch begins, or each has the same.
    """

    per_year: float
    by_looks: bool = True

    def __post_init__(self) -> None:
        require_finite("false alarms per year", self.per_year, low=1e-6, high=1e6)

    def split(self, looks: Mapping[str, int]) -> dict[str, FalseAlarmRate]:
        """Return each site's part; ``looks`` gives each site's number of scenes, 1 or more (fewer count as 1)."""
        weight = {site: float(max(1, n)) if self.by_looks else 1.0 for site, n in looks.items()}
        total = sum(weight.values())
        return {s: FalseAlarmRate(self.per_year * w / total, len(looks), self.per_year) for s, w in weight.items()}


@dataclass(frozen=True, slots=True)
class FalseDiscoveryBudget:
    """Of a period's alarms, such a share is false at most.

    Attributes:
        share: more than 0, less than 1.
        period_days: length of a period, days; the evidence of all sites starts from 0 in each.
    """

    share: float
    period_days: int = 365

    def __post_init__(self) -> None:
        require_finite("share of false alarms", self.share, low=1e-6, high=0.999)
        require_finite("period_days", self.period_days, low=1, high=20_000)

    def threshold_days(self, sites: int, alarms: int) -> float:
        """Return the evidence that each of ``alarms`` alarms of a period needs, days."""
        return sites * self.period_days / (self.share * alarms)


@dataclass(frozen=True, eq=False)
class Watch:
    """All sites after the newest day.

    Attributes:
        budget: of false alarms.
        sites: by name, in order.
        rates: each site's part; empty under a share.
        since: first day of the present period.
        alarmed: number of alarms in it.
        new: the newest day's alarms, in order of site.
    """

    budget: RateBudget | FalseDiscoveryBudget
    sites: Mapping[str, SiteAlarm]
    rates: Mapping[str, FalseAlarmRate]
    since: date
    alarmed: int = 0
    new: tuple[Alarm, ...] = ()

    @classmethod
    def begun(
        cls,
        series: Mapping[str, Series],
        budget: RateBudget | FalseDiscoveryBudget,
        *,
        since: date,
        settings: AlarmSettings | None = None,
    ) -> Watch:
        """Learn what is usual from the scenes before ``since``; later ones are left out, to be given to ``next``.

        Raises:
            ValueRefusedError: where a site has no scene before ``since``, or there is no site.
        """
        require(series, "a watch has one site or more")
        before = {name: _until(series[name], since) for name in sorted(series)}
        sites = {name: SiteAlarm.of(s, settings, promise=_LEARNING).restarted(since) for name, s in before.items()}
        looks = {name: len(s.points) for name, s in before.items()}
        rates = budget.split(looks) if isinstance(budget, RateBudget) else {}
        return cls(budget, sites, rates, since)

    @classmethod
    def of(
        cls,
        series: Mapping[str, Series],
        budget: RateBudget | FalseDiscoveryBudget,
        *,
        since: date,
        settings: AlarmSettings | None = None,
    ) -> tuple[Watch, tuple[Alarm, ...]]:
        """Watch series whose scenes are all known: return the watch after the last day, and its alarms in order.

        Raises:
            ValueRefusedError: as ``begun``.
        """
        watch, alarms = cls.begun(series, budget, since=since, settings=settings), list[Alarm]()
        for day, scenes in _days(series, since).items():
            watch = watch.next(day, scenes)
            alarms += watch.new
        return watch, tuple(alarms)

    def next(self, day: date, scenes: Mapping[str, tuple[SeriesPoint, ...]]) -> Watch:
        """Take in one day's scenes of some sites.

        Args:
            day: of the scenes; days are given in order, those without a scene may be left out.
            scenes: by site, one or more each.

        Raises:
            ValueRefusedError: for a site that is not watched, or a scene of another day.
        """
        for name, points in scenes.items():
            require(name in self.sites, f"{name!r} is not watched")
            require(points and all(p.day == day for p in points), f"scenes of {day} are asked for", where=name)
        watch = self._turned(day)
        seen = {name: watch.sites[name].seen(*scenes[name]) for name in sorted(scenes)}
        watch = replace(watch, sites={**watch.sites, **seen}, new=())
        news = tuple(name for name, site in seen.items() if site.newest == day)
        if isinstance(self.budget, RateBudget):
            return _by_rate(watch, news)
        return _by_share(watch, news, self.budget)

    def _turned(self, day: date) -> Watch:
        """Begin a new period where the present one is over."""
        if not isinstance(self.budget, FalseDiscoveryBudget):
            return self
        periods = (day - self.since).days // self.budget.period_days
        if periods < 1:
            return self
        since = self.since + timedelta(days=periods * self.budget.period_days)
        sites = {name: site.restarted(since) for name, site in self.sites.items()}
        return replace(self, sites=sites, since=since, alarmed=0)


def _by_rate(watch: Watch, names: tuple[str, ...]) -> Watch:
    threshold = {name: threshold_of(watch.rates[name].per_site_year) for name in names}
    over = [n for n in names if watch.sites[n].evidence >= threshold[n]]
    return _with(watch, {n: watch.sites[n].alarmed(threshold[n], watch.rates[n]) for n in over})


def _by_share(watch: Watch, names: tuple[str, ...], budget: FalseDiscoveryBudget) -> Watch:
    """Give as many of the day's alarms as together have the evidence that so many need."""
    sites = watch.sites
    promise = FalseDiscoveryShare(budget.share, len(sites), budget.period_days)
    ranked = sorted(names, key=lambda n: -sites[n].evidence)
    for many in range(len(ranked), 0, -1):
        threshold = budget.threshold_days(len(sites), watch.alarmed + many)
        if sites[ranked[many - 1]].evidence >= threshold:
            return _with(watch, {n: sites[n].alarmed(threshold, promise) for n in sorted(ranked[:many])})
    return watch


def _with(watch: Watch, over: dict[str, SiteAlarm]) -> Watch:
    new = tuple(site.alarms[-1] for site in over.values())
    return replace(watch, sites={**watch.sites, **over}, alarmed=watch.alarmed + len(new), new=new)


def _until(series: Series, since: date) -> Series:
    points = tuple(p for p in series.points if p.day < since)
    require(points, f"a site that is watched from {since} on needs a scene before", where=series.site)
    return replace(series, points=points)


def _days(series: Mapping[str, Series], since: date) -> dict[date, dict[str, tuple[SeriesPoint, ...]]]:
    """Return the scenes from ``since`` on, by day and site."""
    out: dict[date, dict[str, tuple[SeriesPoint, ...]]] = {}
    for name in sorted(series):
        for points in days_of(series[name]):
            if points[0].day >= since:
                out.setdefault(points[0].day, {})[name] = points
    return dict(sorted(out.items()))
