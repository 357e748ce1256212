"""Five years of days: filter and smoother in under a second, a whole analysis of 150 scenes in under three."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import Prior, SeriesSettings, analyse
from wayside.series.level.parameters import LevelGrid, parameter_sets
from wayside.series.level.seen import NegativeBinomials, emission, within
from wayside.series.level.smoother import filter_days, smooth_days

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

FIRST, DAYS, SCENES = date(2018, 10, 5), 1827, 150


@pytest.fixture(scope="module")
def series() -> Series:
    rng = np.random.default_rng(1)
    days = np.sort(rng.choice(DAYS - 1, SCENES - 1, replace=False)).tolist()
    counts = rng.negative_binomial(5, 5 / 14, SCENES - 1).tolist()
    pairs = [*zip(days, counts, strict=True), (DAYS - 1, 73)]
    return Series(
        "site",
        tuple(
            SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 2), n + 2))
            for d, n in pairs
        ),
    )


def test_filter_and_smoother(benchmark: BenchmarkFixture, series: Series) -> None:
    prior = Prior()
    grid = LevelGrid.up_to(80, 150)
    tables = NegativeBinomials.of(grid, prior.nb_sizes, 300)
    sets = parameter_sets(grid, math.log(9.0), prior)
    one = np.array([len(sets.hazard) // 2])
    seen = within(series, until=None, history_days=3653, at_least_from=FIRST)
    e = emission(seen, tables, sets.size_of, dwell_days=3.0, looks=40).chosen(one)
    dynamics = sets.dynamics.chosen(one)
    smoothed = benchmark(lambda: smooth_days(dynamics, e, filter_days(dynamics, e)))
    assert smoothed.shape == (DAYS, 1, 150)


def test_whole_analysis(benchmark: BenchmarkFixture, series: Series) -> None:
    result = benchmark.pedantic(
        lambda: analyse(series, settings=SeriesSettings(), rng=np.random.default_rng(1)), rounds=3, warmup_rounds=1
    )
    assert result.record is not None
