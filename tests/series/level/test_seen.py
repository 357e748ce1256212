"""What scenes and bounds say of the level, against the formulas written out."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.level.parameters import LevelGrid, parameter_sets
from wayside.series.level.seen import (
    NegativeBinomials,
    dwell_weights,
    emission,
    pooled,
    usual_log_level,
    within,
)
from wayside.series.settings import Prior

DAY = date(2020, 3, 1)
GRID = LevelGrid.up_to(40, 60)
SIZES = (2.0, 9.0)
TABLES = NegativeBinomials.of(GRID, SIZES, 300)
SIZE_OF = np.array([0, 1], dtype=np.int64)


def at(day: int, count: CountDistribution, visible: float = 1.0) -> SeriesPoint:
    return SeriesPoint(DAY + timedelta(days=day), count, visible)


def negative_binomial(n: int, mean: float, r: float) -> float:
    log = math.lgamma(n + r) - math.lgamma(r) - math.lgamma(n + 1)
    return math.exp(log + r * math.log(r / (r + mean)) + n * math.log(mean / (r + mean)))


def test_tables_are_the_negative_binomial() -> None:
    for r, size in enumerate(SIZES):
        for k in (0, 17, 59):
            expected = [negative_binomial(n, GRID.means[k], size) for n in range(301)]
            np.testing.assert_allclose(TABLES.pmf[r, k], expected, rtol=1e-9, atol=1e-300)
            np.testing.assert_allclose(TABLES.cdf[r, k], np.cumsum(expected), rtol=1e-9)


def test_a_scene_contributes_its_whole_distribution() -> None:
    count = CountDistribution(4, np.array([0.2, 0.5, 0.3]))
    seen = within(Series("s", (at(0, count), at(5, count))), until=None, history_days=100, at_least_from=None)
    e = emission(seen, TABLES, SIZE_OF, dwell_days=3.0, looks=40)
    assert e.informative.tolist() == [True, False, False, False, False, True]
    for r, size in enumerate(SIZES):
        for k in (10, 30, 50):
            m = GRID.means[k]
            expected = sum(p * negative_binomial(n, m, size) for n, p in ((4, 0.2), (5, 0.5), (6, 0.3)))
            assert e.like[5, r, k] * math.exp(e.log_scale[5]) == pytest.approx(expected)


def test_scenes_within_the_dwell_count_for_less_than_one_each() -> None:
    np.testing.assert_allclose(dwell_weights(np.array([0, 10, 20]), 3.0), 1.0)
    np.testing.assert_allclose(dwell_weights(np.array([0, 1]), 3.0), 1 / (1 + 2 / 3))
    np.testing.assert_allclose(dwell_weights(np.array([0, 1]), 1.0), 1.0)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30, unique=True), st.floats(1, 30))
def test_dwell_weights_lie_between_none_and_one(days: list[int], dwell: float) -> None:
    w = dwell_weights(np.array(sorted(days)), dwell)
    assert np.all((w > 0) & (w <= 1))


def test_a_bound_is_weakened_by_the_days_that_nobody_looked_at() -> None:
    bound = MaxBound(DAY, DAY + timedelta(days=79), 5)
    series = Series("s", (at(100, CountDistribution.exactly(7)),), (bound,))
    seen = within(series, until=None, history_days=1000, at_least_from=None)
    e = emission(seen, TABLES, SIZE_OF, dwell_days=3.0, looks=20)
    at_most = sum(negative_binomial(n, GRID.means[40], SIZES[1]) for n in range(6))
    ratio = e.like[30, 1, 40] / e.like[30, 1, 0]
    lowest = sum(negative_binomial(n, GRID.means[0], SIZES[1]) for n in range(6))
    assert ratio == pytest.approx((1 - 0.25 * (1 - at_most)) / (1 - 0.25 * (1 - lowest)))
    assert e.informative[:80].all()
    assert not e.informative[80:100].any()


def test_a_bound_does_not_speak_of_the_newest_day() -> None:
    bound = MaxBound(DAY, DAY + timedelta(days=10), 5)
    series = Series("s", (at(10, CountDistribution.exactly(30)),), (bound,))
    seen = within(series, until=None, history_days=1000, at_least_from=None)
    assert seen.under(bound) == slice(0, 10)


def test_two_scenes_of_one_day_are_averaged_by_what_they_show() -> None:
    both = pooled((at(0, CountDistribution.exactly(3), 1.0), at(0, CountDistribution.exactly(9), 0.5)))
    assert both.probability(3) == pytest.approx(2 / 3)
    assert both.probability(9) == pytest.approx(1 / 3)


def test_usual_level_is_of_the_counts_before_the_newest() -> None:
    points = tuple(at(i, CountDistribution.exactly(n)) for i, n in enumerate((4, 8, 6, 90)))
    seen = within(Series("s", points), until=None, history_days=100, at_least_from=None)
    assert usual_log_level(seen) == pytest.approx(math.log(6.5))


def test_old_counts_are_left_out_and_counted() -> None:
    points = (at(0, CountDistribution.exactly(4)), at(900, CountDistribution.exactly(4)))
    seen = within(Series("s", points), until=None, history_days=100, at_least_from=None)
    assert (seen.left_out, seen.days, len(seen.points)) == (1, 1, 1)
    assert seen.newest == DAY + timedelta(days=900)


def test_what_cannot_be_used_is_refused() -> None:
    series = Series("s", (at(0, CountDistribution.exactly(4)),))
    with pytest.raises(ValueRefusedError, match="no count on or before"):
        within(series, until=date(2019, 1, 1), history_days=100, at_least_from=None)
    with pytest.raises(ValueRefusedError, match="more than any yard"):
        within(
            Series("s", (at(0, CountDistribution.exactly(6000)),)),
            until=None,
            history_days=100,
            at_least_from=None,
        )


def test_priors_are_what_the_settings_say() -> None:
    prior = Prior()
    sets = parameter_sets(GRID, math.log(8.0), prior, stress=False)
    assert len(sets.hazard) == 3 * 3 * 3 * 4
    assert np.exp(sets.log_prior).sum() == pytest.approx(1.0)
    usual = sets.dynamics.dest[:, 1, :] @ GRID.log_levels
    assert np.all(np.abs(usual - math.log(8.0)) < 0.1)
    with_stress = parameter_sets(GRID, math.log(8.0), prior)
    stress = np.isinf(with_stress.scale)
    assert np.all(np.isneginf(with_stress.log_prior[stress]))
    np.testing.assert_allclose(with_stress.dynamics.dest[stress, 0], 1 / GRID.size)


def test_a_grid_too_fine_for_its_walk_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="walks further"):
        parameter_sets(LevelGrid.up_to(40, 800), 1.0, Prior())
