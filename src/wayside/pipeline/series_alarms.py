"""Series gone through scene by scene, as a watcher would have: which alarms there were, and who is raised now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wayside.errors import InputError
from wayside.model.alarms import Alarm, FalseAlarmRate, FalseDiscoveryShare, Promise
from wayside.model.checks import require, require_finite
from wayside.model.series import Series, SeriesPoint
from wayside.model.wording import plural, say_date
from wayside.series import SeriesSettings
from wayside.series.alarms import AlarmSettings, FalseDiscoveryBudget, RateBudget, SiteAlarm, Watch
from wayside.series.alarms.site import days_of

__all__ = ["AlarmPlan", "Watched", "watch_sites"]

_MOST_PER_YEAR = 365.0
_LEARNING = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class AlarmPlan:
    """How many false alarms are allowed, and from when on; exactly one of the three is given.

    Attributes:
        per_site_year: expected false alarms of each site a year, more than 0, at most 365.
        per_year: of all sites together a year, in proportion to their scenes before the watch; more than 0, at most
            365 for each site.
        share: of all alarms of 365 days, more than 0, less than 1.
        since: first day on which an alarm may be given; None: one year after each site's first scene.
    """

    per_site_year: float | None = None
    per_year: float | None = None
    share: float | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        given = [x for x in (self.per_site_year, self.per_year, self.share) if x is not None]
        require(len(given) == 1, "false alarms are stated by a rate per site, by one in all, or by a share")
        if self.per_site_year is not None:
            require_finite("false alarms per site-year", self.per_site_year, low=1e-6, high=_MOST_PER_YEAR)

    def budget(self, sites: int) -> RateBudget | FalseDiscoveryBudget:
        """Return what all sites share.

        Raises:
            ValueRefusedError: where it is out of its range.
        """
        if self.share is not None:
            return FalseDiscoveryBudget(self.share)
        if self.per_site_year is not None:
            return RateBudget(round(self.per_site_year * sites, 12), by_looks=False)
        require_finite("false alarms a year", self.per_year or 0.0, low=1e-6, high=_MOST_PER_YEAR * sites)
        return RateBudget(self.per_year or 0.0)

    def begins(self, series: Series) -> date:
        """Return the first day on which the site may give an alarm."""
        return self.since or series.points[0].day + _LEARNING


@dataclass(frozen=True, slots=True)
class Watched:
    """What a watcher of one site would have heard.

    Attributes:
        site: its name to print.
        since: first day on which an alarm could be given.
        last: day of the newest scene.
        scene_days: number of days with a scene from ``since`` on; scenes that show too little are left out.
        promise: what is expected of false alarms at this site.
        overall: the same over all sites that are watched together.
        raised_since: day on which the present episode began; None where the site is not raised now.
        alarms: from ``since`` on, in order.
        notes: what kept alarms from being given, sentences; may be empty.
    """

    site: str
    since: date
    last: date
    scene_days: int
    promise: Promise
    overall: Promise
    raised_since: date | None
    alarms: tuple[Alarm, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Whether there were alarms and whether the site is raised now."""
        if self.scene_days == 0:
            return f"{self.site}: no alarm could be given from {say_date(self.since)} on, for there is no scene."
        found = plural(len(self.alarms), "alarm") if self.alarms else "no alarm"
        state = "not raised now" if self.raised_since is None else f"raised now, since {say_date(self.raised_since)}"
        return (
            f"{self.site}: {found} on {plural(self.scene_days, 'day')} with a scene from {say_date(self.since)} to "
            f"{say_date(self.last)}; the site is {state}."
        )


def watch_sites(
    series: Mapping[str, Series], plan: AlarmPlan, settings: SeriesSettings
) -> dict[str, Watched | InputError]:
    """Go through the sites day by day, all under one budget.

    Args:
        series: by a key of each site, one or more.
        plan: what is allowed, and from when on.
        settings: of the level's model; what comes after ``until`` is left out.

    Returns:
        By the same keys what was heard, or what is wrong with the site; such a site has no part in the budget.

    Raises:
        ValueRefusedError: where the budget is out of its range.
    """
    alarm = AlarmSettings(series=replace(settings, until=None, baseline_first=None, baseline_last=None))
    out: dict[str, Watched | InputError] = {}
    begun: dict[str, Watch] = {}
    days: dict[str, list[tuple[SeriesPoint, ...]]] = {}
    plan.budget(len(series))
    for key, whole in series.items():
        try:
            one = _until(whole, settings.until)
            since = plan.begins(one)
            begun[key] = Watch.begun({key: one}, RateBudget(1.0), since=since, settings=alarm)
        except InputError as error:
            out[key] = error
            continue
        days[key] = [points for points in days_of(one) if points[0].day >= since]
    if begun:
        watch = _gone_through(_together(begun, plan, series), days)
        since_of = {key: one.since for key, one in begun.items()}
        out |= {key: _heard(watch, key, since_of[key], days[key]) for key in begun}
    return {key: out[key] for key in series}


def _until(series: Series, last: date | None) -> Series:
    points = tuple(p for p in series.points if last is None or p.day <= last)
    require(points, f"no count on or before {last}", where=series.site)
    return replace(series, points=points)


def _together(begun: Mapping[str, Watch], plan: AlarmPlan, series: Mapping[str, Series]) -> Watch:
    """Return one watch of all sites, each with its own first day."""
    budget = plan.budget(len(begun))
    sites = {key: one.sites[key] for key, one in sorted(begun.items())}
    rates: Mapping[str, FalseAlarmRate] = {}
    if isinstance(budget, RateBudget) and plan.per_site_year is not None:
        rates = dict.fromkeys(sites, FalseAlarmRate(plan.per_site_year, len(sites), budget.per_year))
    elif isinstance(budget, RateBudget):
        rates = budget.split({key: sum(p.day < begun[key].since for p in series[key].points) for key in sites})
    return Watch(budget, sites, rates, min(one.since for one in begun.values()))


def _gone_through(watch: Watch, days: Mapping[str, list[tuple[SeriesPoint, ...]]]) -> Watch:
    by_day: dict[date, dict[str, tuple[SeriesPoint, ...]]] = {}
    for key, looks in days.items():
        for points in looks:
            by_day.setdefault(points[0].day, {})[key] = points
    for day, scenes in sorted(by_day.items()):
        watch = watch.next(day, scenes)
    return watch


def _heard(watch: Watch, key: str, since: date, days: list[tuple[SeriesPoint, ...]]) -> Watched:
    site, sites = watch.sites[key], len(watch.sites)
    if isinstance(watch.budget, RateBudget):
        promise: Promise = watch.rates[key]
        overall: Promise = FalseAlarmRate(_mean_rate(watch), sites, watch.budget.per_year)
    else:
        promise = overall = FalseDiscoveryShare(watch.budget.share, sites, watch.budget.period_days)
    return Watched(
        site=site.quiet.run.series.site,
        since=since,
        last=site.newest,
        scene_days=len(days),
        promise=promise,
        overall=overall,
        raised_since=site.raised.since if site.raised else None,
        alarms=tuple(a for a in site.alarms if a.day >= since),
        notes=_notes(site, days),
    )


def _mean_rate(watch: Watch) -> float:
    rates = [rate.per_site_year for rate in watch.rates.values()]
    return rates[0] if len(set(rates)) == 1 else sum(rates) / len(rates)


def _notes(site: SiteAlarm, days: list[tuple[SeriesPoint, ...]]) -> tuple[str, ...]:
    needed = site.settings.learning_days
    if not days:
        return ("Scenes before the first day teach what is usual; --alarms-since gives another first day.",)
    if site.raised is None and site.learnt <= needed:
        teach = f"Only {plural(site.learnt, 'day')} with a scene {'teaches' if site.learnt == 1 else 'teach'}"
        return (f"{teach} what is usual so far: alarms are given after {needed}.",)
    return ()
