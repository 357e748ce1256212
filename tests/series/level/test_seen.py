"""What scenes and bounds say of the level, against the formulas written out."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, parameter_sets
from wayside.series.level.seen import pooled, usual_log_level, within
from wayside.series.level.sight import look_of, sight_of
from wayside.series.settings import Prior

DAY = date(2020, 3, 1)
GRID = LevelGrid.up_to(40, 60)
SIZES = (2.0, 9.0)
TABLES = NegativeBinomials.of(GRID, SIZES, 300)


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
    sight = sight_of(seen, TABLES, looks=40)
    assert sorted(sight.looks) == [0, 5]
    assert not sight.bound_of.any()
    look = sight.looks[5]
    assert (look.day, look.first) == (5, 4)
    np.testing.assert_allclose(look.p, [0.2, 0.5, 0.3])
    for r, size in enumerate(SIZES):
        for k in (10, 30, 50):
            parts = [negative_binomial(n, GRID.means[k], size) for n in (4, 5, 6)]
            np.testing.assert_allclose(look.model[r, k], parts)
            assert look.like[r, k] * math.exp(look.log_scale) == pytest.approx(np.dot([0.2, 0.5, 0.3], parts))


def test_a_term_moves_the_level_that_a_scene_is_held_against() -> None:
    count = CountDistribution(4, np.array([0.2, 0.5, 0.3]))
    term = np.array([3 * GRID.spacing, -1.5 * GRID.spacing, 0.0])
    look = look_of(2, (at(2, count),), TABLES, term)
    assert look.like.shape == (3 * len(SIZES), GRID.size)
    for v, r in itertools.product(range(3), range(len(SIZES))):
        for k in (10, 30, 50):
            # Between two levels' tables a straight line is taken; on a level, the shifted level's own table.
            low, high = (k + math.floor(term[v] / GRID.spacing), k + math.ceil(term[v] / GRID.spacing))
            parts = [
                0.5
                * (negative_binomial(n, GRID.means[low], SIZES[r]) + negative_binomial(n, GRID.means[high], SIZES[r]))
                for n in (4, 5, 6)
            ]
            np.testing.assert_allclose(look.model[v * len(SIZES) + r, k], parts)


def test_the_straight_line_between_levels_is_close_to_the_level_between() -> None:
    shift = np.array([0.37 * GRID.spacing])
    between = TABLES.shifted(0, 40, shift)[0]
    for r, size in enumerate(SIZES):
        for k in (10, 30, 50):
            exact = [negative_binomial(n, GRID.means[k] * math.exp(shift[0]), size) for n in range(40)]
            np.testing.assert_allclose(between[r, k], exact, atol=0.0035)


def test_beyond_the_grid_the_ends_stand() -> None:
    far = TABLES.shifted(0, 5, np.array([1000.0, -1000.0]))
    np.testing.assert_allclose(far[0, :, 30], TABLES.pmf[:, -1, :5])
    np.testing.assert_allclose(far[1, :, 30], TABLES.pmf[:, 0, :5])


def test_a_bound_is_weakened_by_the_days_that_nobody_looked_at() -> None:
    bound = MaxBound(DAY, DAY + timedelta(days=79), 5)
    series = Series("s", (at(100, CountDistribution.exactly(7)),), (bound,))
    seen = within(series, until=None, history_days=1000, at_least_from=None)
    sight = sight_of(seen, TABLES, looks=20)
    told = sight.bounds[sight.bound_of[30]]
    for k in (0, 40):
        at_most = sum(negative_binomial(n, GRID.means[k], SIZES[1]) for n in range(6))
        assert told[1, k] == pytest.approx(1 - 0.25 * (1 - at_most))
    assert len(set(sight.bound_of[:80].tolist())) == 1
    assert sight.bound_of[:80].all()
    assert not sight.bound_of[80:].any()
    np.testing.assert_array_equal(sight.bounds[0], 1.0)


def test_bounds_that_overlap_both_count() -> None:
    first, second = (MaxBound(DAY + timedelta(days=a), DAY + timedelta(days=a + 39), n) for a, n in ((0, 5), (20, 9)))
    series = Series("s", (at(100, CountDistribution.exactly(7)),), (first, second))
    seen = within(series, until=None, history_days=1000, at_least_from=None)
    term = np.zeros((2, seen.days))
    sight = sight_of(seen, TABLES, looks=10, term=term)
    told = [sight.bounds[sight.bound_of[day]] for day in (10, 30, 50, 70)]
    assert told[0].shape == (2 * len(SIZES), GRID.size)
    np.testing.assert_allclose(told[1], told[0] * told[2])
    np.testing.assert_array_equal(told[3], 1.0)
    np.testing.assert_array_equal(told[0][:2], told[0][2:])
    assert told[0][0, 40] < told[2][0, 40] < 1.0


def test_no_bound_stands_where_none_is_published() -> None:
    """With every day of the window under a bound but the newest, row 0 still is the one that says nothing."""
    bound = MaxBound(DAY - timedelta(days=5), DAY + timedelta(days=200), 5)
    series = Series("s", (at(0, CountDistribution.exactly(4)), at(9, CountDistribution.exactly(7))), (bound,))
    seen = within(series, until=None, history_days=1000, at_least_from=None)
    sight = sight_of(seen, TABLES, looks=10)
    np.testing.assert_array_equal(sight.bounds[0], 1.0)
    assert sight.bound_of[:-1].all()
    assert sight.bound_of[-1] == 0


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
    assert usual_log_level(seen) == 1.75  # the median of 4, 8 and 6 and a half, to a quarter of the log scale
    assert math.log(6.5) == pytest.approx(1.9, abs=0.05)


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
    sets = parameter_sets(Frame(GRID, math.log(8.0), prior))
    assert len(sets.hazard) == 3 * 3 * 3 * 4 * 4
    assert np.exp(sets.log_prior).sum() == pytest.approx(1.0)
    for values, given_ in (
        (sets.hazard, prior.hazards_per_year),
        (sets.scale, prior.jump_scales),
        (sets.walk_sd, prior.walk_sds_per_year),
        (sets.size_of, range(4)),
        (sets.dwell, prior.dwells_days),
    ):
        found, counts = np.unique(values, return_counts=True)
        assert found.tolist() == list(given_)
        assert len(set(counts.tolist())) == 1
    usual = sets.dynamics.dest[:, 1, :] @ GRID.log_levels
    assert np.all(np.abs(usual - math.log(8.0)) < 0.1)
    np.testing.assert_allclose(sets.replaced, 1.0 - np.exp(-1.0 / sets.dwell))


def test_a_stress_goes_anywhere_and_has_no_weight() -> None:
    sets = parameter_sets(Frame(GRID, math.log(8.0), Prior()))
    some = sets.chosen(np.array([3, 100]))
    both = some.beside(some.anywhere())
    assert both.hazard.tolist() == [*some.hazard, *some.hazard]
    assert np.isinf(both.scale).tolist() == [False, False, True, True]
    assert np.isneginf(both.log_prior).tolist() == [False, False, True, True]
    np.testing.assert_allclose(both.dynamics.dest[2:, 0], 1 / GRID.size)
    np.testing.assert_array_equal(both.dynamics.dest[:2], sets.dynamics.dest[[3, 100]])
    np.testing.assert_array_equal(both.dynamics.step[2:], some.dynamics.step)


def test_regimes_start_as_they_settle() -> None:
    sets = parameter_sets(Frame(GRID, math.log(8.0), Prior(nb_sizes=(5.0,), dwells_days=(1.0,))))
    d = sets.dynamics
    share = d.start.sum(axis=2)
    chain = d.leave[:, :, None] * d.route + np.eye(3) * (1.0 - d.leave[:, :, None])
    np.testing.assert_allclose(np.einsum("cg,cgh->ch", share, chain), share, atol=1e-12)


def test_a_grid_too_fine_for_its_walk_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="walks further"):
        parameter_sets(Frame(LevelGrid.up_to(40, 800), 1.0, Prior()))
