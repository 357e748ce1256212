"""Daily levels and counts against what the smoothed distribution says by hand."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import LevelGrid
from wayside.series.level.seen import within
from wayside.series.questions.daily import daily_levels

FIRST = date(2020, 1, 1)
GRID = LevelGrid.up_to(80, 60)
TABLES = NegativeBinomials.of(GRID, (3.0, 30.0), 400)


def smoothed(days: int, centre: float, sd: float) -> np.ndarray:
    z = (GRID.log_levels - centre) / sd
    p = np.exp(-0.5 * z * z)
    return np.broadcast_to(np.stack([0.25 * p, 0.75 * p]) / p.sum(), (days, 2, GRID.size)).copy()


def test_every_seventh_day_the_scenes_and_the_newest_are_given() -> None:
    shown = {0: CountDistribution.exactly(5), 9: CountDistribution(3, np.array([0.2, 0.6, 0.2]))}
    shown[16] = CountDistribution.exactly(12)
    points = tuple(SeriesPoint(FIRST + timedelta(days=d), c) for d, c in shown.items())
    seen = within(Series("s", points), until=None, history_days=1000, at_least_from=None)
    p = smoothed(17, math.log(9.0), 0.4)
    out = daily_levels(p, np.zeros(len(p)), GRID, TABLES, seen)
    assert [(d.day - FIRST).days for d in out] == [0, 7, 9, 14, 16]
    assert [d.observed for d in out] == [True, False, True, False, True]
    assert [d.count for d in out if d.observed] == [(5, 5, 5), (3, 4, 5), (12, 12, 12)]
    for day in out:
        for level, z in zip(day.level, (-1.645, 0.0, 1.645), strict=True):
            assert math.log(level) == pytest.approx(math.log(9.0) + 0.4 * z, abs=0.02)
    rng = np.random.default_rng(1)
    k = rng.choice(GRID.size, 200_000, p=p[0].sum(axis=0))
    r = rng.choice([3.0, 30.0], k.size, p=[0.25, 0.75])
    drawn = rng.negative_binomial(r, r / (r + GRID.means[k]))
    assert out[1].count == tuple(np.quantile(drawn, [0.05, 0.5, 0.95], method="inverted_cdf").astype(int).tolist())
