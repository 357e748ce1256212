"""How many false alarms come at a stated rate, and how long a rise goes unnoticed: on sites of many kinds.

Run ``python benchmarks/alarm_rates.py [sites] [fleet]``: so many sites of each kind (30), and a fleet of so many (300);
0 leaves either out. The defaults take about half an hour. Two years of scenes teach what is usual, two years are
watched, forty scenes a year.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.alarms import FalseDiscoveryBudget, RateBudget, SiteAlarm, Watch
from wayside.series.alarms.site import threshold_of

FIRST = date(2019, 1, 1)
LEARN, DAYS = 730, 1460
RATES = (1.0, 0.1, 0.01)
MONTH = 30

Draw = Callable[[np.random.Generator], np.ndarray]
"""Returns the log level of every day, shape (DAYS,)."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A site: its scenes, and on which days the level is raised above what came before."""

    series: Series
    rise: int | None


def steady(rng: np.random.Generator) -> np.ndarray:
    return np.full(DAYS, np.log(rng.uniform(3, 25)))


def walking(rng: np.random.Generator) -> np.ndarray:
    sd = rng.choice([0.1, 0.3, 0.7]) / math.sqrt(365.25)
    return np.clip(np.log(rng.uniform(3, 25)) + np.cumsum(rng.normal(0, sd, DAYS)), -2, 5)


def growing(rng: np.random.Generator) -> np.ndarray:
    return np.log(rng.uniform(3, 15)) + math.log(1.3) / 365 * np.arange(DAYS)


def seasonal(rng: np.random.Generator) -> np.ndarray:
    return np.log(rng.uniform(5, 20)) + 0.5 * np.sin(2 * np.pi * (np.arange(DAYS) / 365 + rng.random()))


def weekly(rng: np.random.Generator) -> np.ndarray:
    """A train of about 25 cars stands there every seventh day, over 4 others."""
    return np.where((np.arange(DAYS) + rng.integers(7)) % 7 == 0, np.log(29.0), np.log(4.0))


def heavy(rng: np.random.Generator) -> np.ndarray:
    """Every day its own level, a Student t of 3 degrees of freedom with scale 0.4 on the log scale."""
    return np.clip(np.log(rng.uniform(3, 15)) + 0.4 * rng.standard_t(3, DAYS), -2, 5)


KINDS: dict[str, tuple[Draw, float]] = {
    "steady": (steady, 0.0),
    "walking (the model without jumps)": (walking, 0.0),
    "growing by 30 % a year": (growing, 0.0),
    "season of +-65 %": (seasonal, 0.0),
    "weekly trains": (weekly, 0.0),
    "heavy tails": (heavy, 0.0),
    "2 % of scenes read double": (walking, 0.02),
}


def draw(
    rng: np.random.Generator, level: np.ndarray, *, wrong: float = 0.0, rise: tuple[float, int] | None = None
) -> Drawn:
    """Draw a site's counts, which stay as long as the model says, and forty scenes a year of them."""
    size, dwell = rng.choice([1.5, 5.0, 15.0, 50.0]), rng.choice([1.0, 2.5, 6.0, 15.0])
    at = None
    if rise is not None:
        factor, lasting = rise
        at = LEARN + int(rng.integers(60, 200))
        level = level + math.log(factor) * ((np.arange(DAYS) >= at) & (np.arange(DAYS) < at + lasting))
    mean = np.exp(level)
    fresh = rng.negative_binomial(size, size / (size + mean))
    start = np.maximum.accumulate(np.where(rng.random(DAYS) < -np.expm1(-1 / dwell), np.arange(DAYS), 0))
    count = fresh[start]
    days = np.sort(rng.choice(DAYS, 160, replace=False))
    read = np.where(rng.random(160) < wrong, 2 * count[days], count[days])
    seen = np.maximum(0, np.round(read + rng.normal(0, 0.05 * read + 0.3))).astype(int)
    points = tuple(
        SeriesPoint(
            FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0.0, 0.92 * n - 0.5), 1.08 * n + 0.5)
        )
        for d, n in zip(days.tolist(), seen.tolist(), strict=True)
    )
    return Drawn(Series("site", points), at)


@dataclass(frozen=True, slots=True)
class Watched:
    """Alarm days by rate, those of the naive rule, and p of every watched look."""

    alarms: dict[float, list[date]]
    naive: list[date]
    p: list[float]


def watched(site: Drawn) -> Watched:
    """Go once through a site's scenes; the evidence starts anew at every rate's own alarms.

    No alarm makes the site raised here, so that a lasting rise gives more than one; the fleet below has the whole rule.
    """
    since = FIRST + timedelta(days=LEARN)
    earlier = tuple(p for p in site.series.points if p.day < since)
    alarm = SiteAlarm.of(replace(site.series, points=earlier)).restarted(since)
    evidence = {rate: np.zeros_like(alarm.rise) for rate in RATES}
    alarms: dict[float, list[date]] = {rate: [] for rate in RATES}
    tails = []
    for point in site.series.points[len(earlier) :]:
        days = min((point.day - alarm.clock).days, alarm.settings.longest_gap_days)
        after = alarm.seen(point)
        ratio = after.rise / (alarm.rise + days)
        for rate in RATES:
            evidence[rate] = (evidence[rate] + days) * ratio
            if evidence[rate].mean() >= threshold_of(rate):
                alarms[rate].append(point.day)
                evidence[rate] = np.zeros_like(ratio)
        tails.append((point.day, after.quiet.update.p_upper))
        alarm = after
    return Watched(alarms, [day for day, p in tails if p <= 0.05], [p for _, p in tails])


def false_alarms(sites: int) -> None:
    print(f"false alarms per site-year ({sites} sites of each kind, two years each)")
    print(
        f"{'kind':36}" + "".join(f"{f'at {r:g}':>9}" for r in RATES) + f"{'5 % a look':>12}{'p<=.05':>8}{'p<=.005':>9}"
    )
    for kind, (level, wrong) in KINDS.items():
        rng = np.random.default_rng(11)
        found = [watched(draw(rng, level(rng), wrong=wrong)) for _ in range(sites)]
        years = sites * (DAYS - LEARN) / 365.25
        p = np.concatenate([w.p for w in found])
        rates = "".join(f"{sum(len(w.alarms[r]) for w in found) / years:9.3f}" for r in RATES)
        naive = sum(len(w.naive) for w in found) / years
        print(f"{kind:36}{rates}{naive:12.2f}{np.mean(p <= 0.05):8.3f}{np.mean(p <= 0.005):9.4f}", flush=True)


def delays(sites: int) -> None:
    print("rises on steady sites: share alarmed while they last, median days to the alarm (of those alarmed)")
    for factor, lasting in ((1.5, 365), (2.0, 365), (4.0, 365), (2.0, MONTH), (4.0, MONTH)):
        rng = np.random.default_rng(12)
        drawn = [draw(rng, steady(rng), rise=(factor, lasting)) for _ in range(sites)]
        found = [watched(site) for site in drawn]
        cells = [f"at {rate:g}: {_delay(drawn, [w.alarms[rate] for w in found], lasting)}" for rate in RATES]
        cells.append(f"5 % a look: {_delay(drawn, [w.naive for w in found], lasting)}")
        print(f"  x{factor:g} for {lasting} days: " + "; ".join(cells), flush=True)


def _delay(drawn: list[Drawn], alarms: list[list[date]], lasting: int) -> str:
    lags = []
    for site, days in zip(drawn, alarms, strict=True):
        assert site.rise is not None
        lag = [(d - FIRST).days - site.rise for d in days]
        within = [n for n in lag if 0 <= n < lasting]
        if within:
            lags.append(min(within))
    return f"{len(lags) / len(drawn):.2f} {np.median(lags) if lags else math.nan:.0f}"


def fleet(sites: int) -> None:
    """One year of watching: every thirtieth site doubles for half a year, every thirtieth rises fourfold."""
    rng, drawn = np.random.default_rng(13), {}
    for i in range(sites):
        rise = {0: (2.0, 180), 1: (4.0, 180)}.get(i % 30)
        site = draw(rng, walking(rng), rise=rise)
        drawn[f"site {i:03d}"] = replace(site, series=replace(site.series, site=f"site {i:03d}"))
    since, until = FIRST + timedelta(days=LEARN), FIRST + timedelta(days=LEARN + 365)
    series = {n: replace(s.series, points=tuple(p for p in s.series.points if p.day < until)) for n, s in drawn.items()}
    rises = {n: s.rise for n, s in drawn.items() if s.rise is not None}
    naive = _naive(series, since)
    print(f"{sites} sites, one year, {len(rises)} rises: alarms, of them false, rises found, median days to the alarm")
    _row("5 % a look, once a site and month", naive, rises)
    for name, budget in {
        "30 a year": RateBudget(30.0),
        "3 a year": RateBudget(3.0),
        "at most 10 % false": FalseDiscoveryBudget(0.1),
    }.items():
        _, alarms = Watch.of(series, budget, since=since)
        _row(name, [(a.site, a.day) for a in alarms], rises)


def _naive(series: dict[str, Series], since: date) -> list[tuple[str, date]]:
    out = []
    for name, one in series.items():
        earlier = tuple(p for p in one.points if p.day < since)
        quiet, last = SiteAlarm.of(replace(one, points=earlier)).quiet, date.min
        for point in one.points[len(earlier) :]:
            quiet = quiet.add(point)
            if quiet.update.p_upper <= 0.05 and (point.day - last).days >= MONTH:
                out.append((name, point.day))
                last = point.day
    return out


def _row(name: str, alarms: list[tuple[str, date]], rises: dict[str, int]) -> None:
    lag = {}
    false = 0
    for site, day in alarms:
        after = (day - FIRST).days - rises.get(site, 10**6)
        if 0 <= after < 180:
            lag.setdefault(site, after)
        else:
            false += 1
    median = np.median(list(lag.values())) if lag else math.nan
    print(f"  {name:36}{len(alarms):6}{false:6}{len(lag):6}{median:8.0f}", flush=True)


def main(sites: int = 30, many: int = 300) -> None:
    """Print the three tables."""
    start = time.perf_counter()
    if sites:
        false_alarms(sites)
        delays(sites)
    if many:
        fleet(many)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:3]))
