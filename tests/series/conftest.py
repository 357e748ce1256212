"""Small series and models that several tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint

START = date(2018, 10, 5)

MakeSeries = Callable[..., Series]


@pytest.fixture(scope="session")
def make_series() -> MakeSeries:
    """Return a series from (day number, count) with an error of ``margin`` cars at 90 %."""

    def make(counts: list[tuple[int, int]], *, margin: float = 1.0, bounds: tuple[MaxBound, ...] = ()) -> Series:
        points = tuple(
            SeriesPoint(
                START + timedelta(days=day), CountDistribution.from_interval(n, max(0.0, n - margin), n + margin)
            )
            for day, n in sorted(counts)
        )
        return Series("site", points, bounds)

    return make


@pytest.fixture(scope="session")
def trial(make_series: MakeSeries) -> Series:
    """41 scenes in five years, none above 20, then 73."""
    rng = np.random.default_rng(4)
    days = sorted(rng.choice(1800, 41, replace=False).tolist())
    counts = np.minimum(rng.negative_binomial(4, 4 / (4 + 9), 41), 20).tolist()
    return make_series([*zip(days, counts, strict=True), (1826, 73)], margin=2.0)
