"""One more scene: the update of a series and of a site's alarm, among 400 scenes and among 60 with gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wayside.model.alarms import FalseAlarmRate
from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.alarms import SiteAlarm
from wayside.series.online import OnlineSeries

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

FIRST, DAYS = date(2018, 10, 5), 1827


def drawn(scenes: int) -> tuple[Series, SeriesPoint]:
    """Return all scenes but the newest, and the newest, ten days after the others."""
    rng = np.random.default_rng(1)
    days = [*np.sort(rng.choice(DAYS - 10, scenes - 1, replace=False)).tolist(), DAYS]
    counts = rng.negative_binomial(5, 5 / 14, scenes).tolist()
    points = tuple(
        SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 2), n + 2))
        for d, n in zip(days, counts, strict=True)
    )
    return Series("site", points[:-1]), points[-1]


@pytest.mark.parametrize("scenes", [60, 400])
def test_one_update(benchmark: BenchmarkFixture, scenes: int) -> None:
    series, newest = drawn(scenes)
    online = OnlineSeries.of(series)
    grown = benchmark(lambda: online.add(newest))
    assert not grown.update.refitted
    assert grown.update.day == newest.day


@pytest.mark.parametrize("scenes", [60, 400])
def test_one_update_that_changes_the_usual_level(benchmark: BenchmarkFixture, scenes: int) -> None:
    """What the rare update costs that goes through the whole series again."""
    series, newest = drawn(scenes)
    online = OnlineSeries.of(Series("site", series.points[1:]))
    grown = benchmark.pedantic(lambda: online.add(series.points[0]), rounds=3, warmup_rounds=1)
    assert grown.update.refitted
    assert grown.update.day < newest.day


@pytest.mark.parametrize("scenes", [60, 400])
def test_one_look_of_an_alarm(benchmark: BenchmarkFixture, scenes: int) -> None:
    series, newest = drawn(scenes)
    alarm, promise = SiteAlarm.of(series), FalseAlarmRate(0.1, 300, 30.0)
    after = benchmark(lambda: alarm.next(newest, promise=promise))
    assert after.newest == newest.day
