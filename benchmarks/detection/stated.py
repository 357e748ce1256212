"""What methods state of their own alarms, against what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from detection.charts import CHARTS, arl_thresholds
from detection.curves import Method
from detection.gather import judged, name
from detection.ours import PROMISES
from detection.score import LEARNING_DAYS
from detection.sites import DAYS_PER_YEAR, KINDS, Ints, Site

__all__ = ["Stated", "promised", "stated"]

RUN_LENGTH = 370.0
SHEWHART = 3.0
BASELINE_DAYS = 1826


class Stated(NamedTuple):
    """One line: what is stated, and what was measured."""

    method: str
    what: str
    said: str
    measured: str


def stated(raw: Mapping[str, Any], sites: Sequence[Site], methods: Mapping[str, Method]) -> list[Stated]:
    """Return a line for every method that states something; the prior's sites are left out but for the surge."""
    quiet = [s for s in sites if s.onset is None and s.kind != "prior"]
    rising = [s for s in sites if s.onset is not None and s.kind != "prior"]
    out = [*_charts(quiet), *_farrington(quiet, methods)]
    out += [_run_length(n, [*quiet, *rising], methods[n]) for n in methods if n.startswith("BOCPD")]
    out += _ours(raw, sites, quiet)
    return out


def _charts(quiet: Sequence[Site]) -> list[Stated]:
    limits = {"EWMA 0.1": 0.1, "EWMA 0.2": 0.2, "EWMA 0.4": 0.4}
    out = []
    for chart in CHARTS:
        if chart.name in limits:
            threshold, what = arl_thresholds(limits[chart.name], RUN_LENGTH), "average run length 370 scenes"
            said = f"{1000 / RUN_LENGTH:.1f}"
        elif chart.name == "Shewhart":
            threshold, what, said = SHEWHART, "three standard deviations", "1.4"
        elif "negative" in chart.name:
            threshold, what = float(np.log(RUN_LENGTH)), "threshold log 370 (Lorden's bound)"
            said = f"{1000 / RUN_LENGTH:.1f} at most"
        else:
            continue
        rate = _per_thousand(
            quiet, lambda s, c=chart, t=threshold: c.alarms(s.scene_days, s.reads(), np.array([t]))[:, 0]
        )
        out.append(Stated(chart.name, f"alarms per 1,000 quiet scenes at {what}", said, f"{rate:.1f}"))
    return out


def _per_thousand(quiet: Sequence[Site], alarms: Any) -> float:  # noqa: ANN401 - a function of a site
    hits = sum(int(alarms(s)[judged(s) == 1].sum()) for s in quiet)
    return 1000.0 * hits / sum(int(judged(s).sum()) for s in quiet)


def _month_ends(site: Site) -> Ints:
    """Return the judged scenes that are the last of their month."""
    month = np.floor(site.scene_days / (DAYS_PER_YEAR / 12))
    last = np.append(np.diff(month) > 0, True)
    return np.flatnonzero(last & (judged(site) == 1))


def _farrington(quiet: Sequence[Site], methods: Mapping[str, Method]) -> list[Stated]:
    out = []
    for n in methods:
        if n.startswith("Farrington"):
            p = np.concatenate([10.0 ** -methods[n].statistic[name(s)][_month_ends(s)] for s in quiet])
            shares = [f"{(p < alpha).mean():.1%}" for alpha in (0.05, 0.01, 0.001)]
            out.append(Stated(n, "quiet months with p below 0.05, 0.01, 0.001", "5%, 1%, 0.1%", ", ".join(shares)))
    return out


def _run_length(n: str, sites: Sequence[Site], method: Method) -> Stated:
    """Hold "the run is new and higher, P of 0.9 or more" against whether the site had risen."""
    p = np.concatenate([method.statistic[name(s)][judged(s) == 1] for s in sites])
    true = np.concatenate([np.full(int(judged(s).sum()), s.onset is not None) for s in sites])
    sure = p >= 0.9
    said = f"{p[sure].mean():.0%}" if sure.any() else "-"
    measured = f"{true[sure].mean():.0%} of {int(sure.sum())} scenes" if sure.any() else "no such scene"
    return Stated(n, "P of 0.9 or more that a rise began within 120 days: how often so", said, measured)


def _ours(raw: Mapping[str, Any], sites: Sequence[Site], quiet: Sequence[Site]) -> list[Stated]:
    by_site = raw["ours"]["by_id"]
    p = np.concatenate([np.array(by_site[name(s)]["p_upper"])[judged(s) == 1] for s in quiet])
    shares = [f"{(p < alpha).mean():.1%}" for alpha in (0.05, 0.01, 0.001)]
    what = "quiet scenes with an upper tail below 0.05, 0.01, 0.001"
    out = [Stated("wayside, upper tail", what, "5%, 1%, 0.1%", ", ".join(shares))]
    for low, high in ((0.9, 1.01), (0.5, 0.9)):
        said, true = _surges(by_site, [s for s in sites if s.kind != "prior"], low, high)
        what = f"surge of {low:g} or more" if high > 1 else f"surge of {low:g} to {high:g}"
        measured = f"{np.mean(true):.0%} of {len(true)} scenes" if true else "no such scene"
        said_mean = f"{np.mean(said):.0%}" if said else "-"
        out.append(
            Stated("wayside, surge", f"{what}: how often the level was above twice the baseline's", said_mean, measured)
        )
    for k, rate in enumerate(PROMISES):
        out.append(
            Stated("wayside, alarm", "false alarms per site-year", f"{rate:g}", f"{_yearly(by_site, quiet, k):.2f}")
        )
    return out


def _surges(
    by_site: Mapping[str, Any], sites: Sequence[Site], low: float, high: float
) -> tuple[list[float], list[bool]]:
    said, true = [], []
    for s in sites:
        surge = by_site[name(s)]["surge"]
        for at in np.flatnonzero(judged(s)).tolist():
            if low <= surge[at] < high:
                day = int(s.scene_days[at])
                said.append(surge[at])
                true.append(bool(s.mean[day] > 2.0 * np.median(s.mean[max(0, day - BASELINE_DAYS) : day])))
    return said, true


def _yearly(by_site: Mapping[str, Any], quiet: Sequence[Site], promise: int) -> float:
    alarms = sum(sum(d >= LEARNING_DAYS for d in by_site[name(s)]["alarm_days"][promise]) for s in quiet)
    return alarms / sum((s.days - LEARNING_DAYS) / DAYS_PER_YEAR for s in quiet)


def promised(raw: Mapping[str, Any], sites: Sequence[Site]) -> dict[str, list[float]]:
    """Return the alarm's measured rate per site-year for every promise, by kind."""
    by_site = raw["ours"]["by_id"]
    return {
        kind: [
            _yearly(by_site, [s for s in sites if s.kind == kind and s.onset is None], k) for k in range(len(PROMISES))
        ]
        for kind in KINDS
    }
