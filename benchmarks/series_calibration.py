"""How well the series' intervals hold on sites that do not follow its model, and on the trial of docs/series.md.

Run ``python benchmarks/series_calibration.py [sites]``; 60 sites of each kind take about two minutes.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint, SeriesResult
from wayside.series import SeriesSettings, analyse

FIRST, DAYS, DWELL, SCENES = date(2019, 1, 1), 1096, 3, 60
SETTINGS = SeriesSettings(paths=400)


@dataclass(frozen=True, eq=False)
class Site:
    """A simulated site: counts and log levels of all days, the first day of its surge, and its scenes."""

    series: Series
    count: np.ndarray
    level: np.ndarray
    onset: int | None


def draw(rng: np.random.Generator, *, surge: bool) -> Site:
    """Random walk, excursions of lognormal size every two years, counts that stay for three days."""
    start, size, walk = np.log(rng.uniform(4, 15)), rng.choice([3, 8, 30]), rng.choice([0.1, 0.3])
    level = start + np.cumsum(rng.normal(0, walk / math.sqrt(365.25), DAYS))
    for day in np.flatnonzero(rng.random(DAYS - 80) < 0.5 / 365):
        level[day : day + int(rng.exponential(20)) + 1] += abs(rng.normal(0, 0.8))
    onset = DAYS - int(rng.integers(10, 60)) if surge else None
    if onset is not None:
        level[onset:] += np.log(rng.uniform(3, 8))
    mean = np.exp(level[::DWELL])
    count = np.repeat(rng.negative_binomial(size, size / (size + mean)), DWELL)[:DAYS]
    at = np.unique(np.append(rng.choice(DAYS - 1, SCENES, replace=False), DAYS - 1))
    read = np.maximum(0, np.round(count[at] * (1 + rng.normal(0, 0.03, at.size)))).astype(int)
    points = tuple(
        SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, 0.95 * n, 1.05 * n + 0.5))
        for d, n in zip(at.tolist(), read.tolist(), strict=True)
    )
    return Site(Series("site", points), count, level, onset)


def score(site: Site, result: SeriesResult) -> dict[str, float]:
    """Say which of the result's intervals hold the truth; missing answers are left out."""
    unseen = [(d, (d.day - FIRST).days) for d in result.days if not d.observed]
    held = {
        "level, unseen days": np.mean([d.level[0] <= np.exp(site.level[i]) <= d.level[2] for d, i in unseen]),
        "count, unseen days": np.mean([d.count[0] <= site.count[i] <= d.count[2] for d, i in unseen]),
    }
    start = (site.series.points[0].day - FIRST).days
    largest = int(site.count[start : site.onset if site.onset is not None else DAYS - 1].max())
    before = result.before_rise if site.onset is not None and result.before_rise else result.baseline
    if before is not None:
        held["largest count of the baseline"] = before.max_all_days90.low <= largest <= before.max_all_days90.high
    if result.onset is not None and site.onset is not None:
        day = FIRST + timedelta(days=site.onset)
        held["onset"] = result.onset.interval90.low <= day <= result.onset.interval90.high
    if result.surge is not None:
        held["surge probability above 0.9"] = result.surge.probability > 0.9
    return {name: float(value) for name, value in held.items()}


def trial(seed: int) -> SeriesResult:
    """41 scenes in five years, none above 20, then 73."""
    rng = np.random.default_rng(seed)
    days = sorted(rng.choice(1800, 41, replace=False).tolist())
    days[0] = 0
    counts = np.minimum(rng.negative_binomial(4, 4 / 13, 41), 20).tolist()
    points = [
        SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 2), n + 2))
        for d, n in zip(days, counts, strict=True)
    ]
    points.append(SeriesPoint(FIRST + timedelta(days=1826), CountDistribution.from_interval(73, 70, 76)))
    return analyse(Series("trial", tuple(points)), rng=np.random.default_rng(0))


def main(sites: int) -> None:
    """Print one line for each kind of site and for each trial."""
    for surge in (False, True):
        scores: dict[str, list[float]] = {}
        for seed in range(1000, 1000 + sites):
            rng = np.random.default_rng(seed)
            site = draw(rng, surge=surge)
            for name, value in score(site, analyse(site.series, settings=SETTINGS, rng=rng)).items():
                scores.setdefault(name, []).append(value)
        print("with a surge:" if surge else "quiet:")
        for name, values in scores.items():
            print(f"  {name}: {np.mean(values):.3f} (n = {len(values)})")
    for seed in range(8):
        result = trial(seed)
        stress = next(s for s in result.sensitivity if "anywhere" in s.assumption)
        if result.record is not None:
            print(f"trial {seed}: (b) {result.record.p_exceeds_all_days:.3f}, stress {stress.p_exceeds_all_days:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
