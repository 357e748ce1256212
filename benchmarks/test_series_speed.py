"""Five years of days with 400 scenes: weighing, filter and smoother, and the whole analysis in under a second."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import Prior, SeriesSettings, analyse
from wayside.series.level.absorbing import Lanes
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.seen import within
from wayside.series.level.sight import Sight, sight_of
from wayside.series.level.smoother import filter_days, smooth_days
from wayside.series.level.weighing import weigh

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

FIRST, DAYS, SCENES = date(2018, 10, 5), 1827, 400


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


@pytest.fixture(scope="module")
def model(series: Series) -> tuple[ParameterSets, Sight]:
    prior, levels = Prior(), SeriesSettings().levels
    grid = LevelGrid.up_to(80, levels)
    tables = NegativeBinomials.of(grid, prior.nb_sizes, 300)
    seen = within(series, until=None, history_days=3653, at_least_from=FIRST)
    return parameter_sets(Frame(grid, math.log(9.0), prior)), sight_of(seen, tables, looks=40)


def test_weighing_of_every_parameter_set(benchmark: BenchmarkFixture, model: tuple[ParameterSets, Sight]) -> None:
    sets, sight = model
    newest = benchmark(lambda: weigh(sets, sight))
    assert newest.looks == SCENES


def test_filter_and_smoother(benchmark: BenchmarkFixture, model: tuple[ParameterSets, Sight]) -> None:
    sets, sight = model
    one = sets.chosen(np.array([len(sets.hazard) // 2]))
    lanes = Lanes(one.size_of, one.dwell)
    smoothed = benchmark(lambda: smooth_days(one.dynamics, filter_days(one.dynamics, sight, lanes)))
    assert smoothed.shape == (DAYS, 1, sets.frame.grid.size)


def test_whole_analysis(benchmark: BenchmarkFixture, series: Series) -> None:
    result = benchmark.pedantic(
        lambda: analyse(series, settings=SeriesSettings(), rng=np.random.default_rng(1)), rounds=3, warmup_rounds=1
    )
    assert result.record is not None
