"""Alarms: what was alarmed, on which evidence, and how many false ones are to be expected at that setting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from wayside.model.checks import require, require_finite, require_text
from wayside.model.counts import CountDistribution
from wayside.model.series_json import count_to_json
from wayside.model.wording import plural, say_date, say_factor, say_interval, say_share

__all__ = [
    "Alarm",
    "FalseAlarmRate",
    "FalseDiscoveryShare",
    "Promise",
    "alarm_to_json",
    "promise_to_json",
    "say_alarm",
    "say_grounds",
    "say_promise",
]


@dataclass(frozen=True, slots=True)
class FalseAlarmRate:
    """So many false alarms are to be expected at most.

    Attributes:
        per_site_year: at this site, per year, more than 0; the mean over the sites where it stands for all of them.
        sites: number of sites that share the setting, 1 or more.
        per_year: over all of them, per year.
    """

    per_site_year: float
    sites: int
    per_year: float

    def __post_init__(self) -> None:
        require_finite("false alarms per site-year", self.per_site_year, low=1e-9, high=1e3)
        require_finite("false alarms per year", self.per_year, low=1e-9, high=1e9)
        require(self.sites >= 1, "a rate is shared by 1 site or more")


@dataclass(frozen=True, slots=True)
class FalseDiscoveryShare:
    """Of a period's alarms, such a share is to be expected false at most.

    Attributes:
        share: more than 0, less than 1.
        sites: number of sites that are watched together, 1 or more.
        period_days: length of the period that the alarms are counted over, days.
    """

    share: float
    sites: int
    period_days: int

    def __post_init__(self) -> None:
        require_finite("share of false alarms", self.share, low=1e-6, high=0.999)
        require(self.sites >= 1, "a share is controlled over 1 site or more")
        require(self.period_days >= 1, "a period has 1 day or more")


Promise = FalseAlarmRate | FalseDiscoveryShare


@dataclass(frozen=True, slots=True)
class Alarm:
    """One rise that was alarmed; it gives no second alarm until the level has returned.

    Attributes:
        site: where.
        day: of the scene that gave it.
        count: what that scene shows.
        expected: 5, 50 and 95 % quantiles of the count that was to be expected if the level had not risen.
        factor: the rise, among those that are looked for, that fits best; more than 1.
        evidence_days: the Shiryaev-Roberts statistic, days; more than ``threshold_days`` or equal.
        threshold_days: what it had to reach, days.
        promise: what is expected of false alarms at this setting.
    """

    site: str
    day: date
    count: CountDistribution
    expected: tuple[int, int, int]
    factor: float
    evidence_days: float
    threshold_days: float
    promise: Promise

    def __post_init__(self) -> None:
        require_text("site of an alarm", self.site)
        require_finite("factor of a rise", self.factor, low=1.0, high=1000.0)
        require_finite("threshold in days", self.threshold_days, low=0.0)
        require_finite("evidence in days", self.evidence_days, low=self.threshold_days)
        low, middle, high = self.expected
        require(0 <= low <= middle <= high, f"expected counts ascend, not {self.expected}")


def say_promise(promise: Promise) -> str:
    """Return what is expected of false alarms, one sentence."""
    if isinstance(promise, FalseDiscoveryShare):
        return (
            f"Expected share of false alarms: at most {say_share(promise.share)} of the alarms of "
            f"{plural(promise.period_days, 'day')} over {plural(promise.sites, 'site')}."
        )
    if promise.sites == 1:
        return f"Expected false alarms: at most {_number(promise.per_site_year)} per site-year."
    return (
        f"Expected false alarms: at most {_number(promise.per_site_year)} per site-year "
        f"({_number(promise.per_year)} a year over {plural(promise.sites, 'site')} at this setting)."
    )


def say_alarm(alarm: Alarm) -> str:
    """Return the alarm in two sentences: what it rests on, and what is expected of false ones at this setting."""
    return f"{say_grounds(alarm)} {say_promise(alarm.promise)}"


def say_grounds(alarm: Alarm) -> str:
    """Return what the alarm rests on, one sentence: what was seen against what was expected."""
    low, _, high = alarm.expected
    return (
        f"{alarm.site}, {say_date(alarm.day)}: {say_interval(alarm.count.interval(0.9))} cars, where {low} to "
        f"{high} were to be expected; of the rises looked for, {say_factor(alarm.factor)} the level before fits best."
    )


def promise_to_json(promise: Promise) -> dict[str, Any]:
    """Return plain numbers and strings, ready for ``json.dumps``."""
    form: dict[str, Any] = {"sites": promise.sites, "sentence": say_promise(promise)}
    if isinstance(promise, FalseAlarmRate):
        return form | {"kind": "rate", "per_site_year": promise.per_site_year, "per_year": promise.per_year}
    return form | {"kind": "share", "share": promise.share, "period_days": promise.period_days}


def alarm_to_json(alarm: Alarm) -> dict[str, Any]:
    """Return plain dictionaries, lists, numbers and strings, ready for ``json.dumps``."""
    return {
        "site": alarm.site,
        "date": alarm.day.isoformat(),
        "now": count_to_json(alarm.count),
        "expected": list(alarm.expected),
        "factor": alarm.factor,
        "evidence_days": alarm.evidence_days,
        "threshold_days": alarm.threshold_days,
        "false_alarms": promise_to_json(alarm.promise),
        "sentence": say_alarm(alarm),
    }


def _number(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"
