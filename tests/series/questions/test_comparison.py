"""The newest count held against a baseline: cadence, what was hidden, and what of the answers is arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import Baseline, MaxBound, Series, SeriesPoint
from wayside.series.fitting import Fit, finish, prepare
from wayside.series.questions.comparison import Comparison
from wayside.series.questions.record import p_exceeds_observed
from wayside.series.questions.rise import onset
from wayside.series.settings import Prior, SeriesSettings

FIRST = date(2020, 1, 1)
SETTINGS = SeriesSettings(
    prior=Prior((1.0,), (0.8,), (0.3,), (5.0,), (2.0,)), levels=60, paths=60, regular_terms=False, looks=10
)


def at(day: int, n: int, visible: float = 1.0) -> SeriesPoint:
    return SeriesPoint(FIRST + timedelta(days=day), CountDistribution.from_interval(n, max(0, n - 1), n + 1), visible)


POINTS = (at(0, 8), at(10, 9, 0.75), at(30, 31), at(31, 7), at(70, 10), at(99, 40))
BOUND = MaxBound(FIRST + timedelta(days=40), FIRST + timedelta(days=59), 12)
WINDOW = slice(0, 99)


def fitted(points: tuple[SeriesPoint, ...] = POINTS, bounds: tuple[MaxBound, ...] = (BOUND,)) -> Fit:
    return finish(prepare(Series("s", points, bounds), SETTINGS), np.random.default_rng(1))


def described(held: Comparison) -> Baseline:
    return held.baseline(held.sampled(np.random.default_rng(2)))


def test_cadence_is_that_of_the_window() -> None:
    fit = fitted()
    baseline = described(Comparison(fit, WINDOW))
    assert (baseline.first, baseline.last) == (FIRST, FIRST + timedelta(days=98))
    assert baseline.scenes == 5
    assert baseline.longest_gap_days == 39
    near = {day for scene in (0, 10, 30, 31, 70) for day in range(scene - 7, scene + 8)}
    assert baseline.covered_share == pytest.approx(len(near & set(range(99))) / 99)
    assert baseline.observed_max == 31
    assert baseline.max_all_days90.low <= baseline.max_all_days <= baseline.max_all_days90.high
    assert baseline.max_all_days >= 31


def test_a_window_without_a_scene_has_nothing_observed() -> None:
    fit = fitted(bounds=())
    window = slice(75, 90)
    baseline = described(Comparison(fit, window))
    assert (baseline.scenes, baseline.observed_max, baseline.covered_share) == (0, None, 0.0)


def test_a_day_is_hidden_by_what_nobody_looked_at() -> None:
    fit = fitted()
    hidden = Comparison(fit, WINDOW).hidden()
    assert hidden[[0, 10, 30, 31, 70]] == pytest.approx([0.0, 0.25, 0.0, 0.0, 0.0])
    assert hidden[45] == pytest.approx(0.5)  # 10 looks lie behind a bound of 20 days
    assert hidden[[5, 99]].tolist() == [1.0, 1.0]  # the newest is no part of the baseline


def test_record_is_the_average_over_histories_and_never_more_than_what_was_seen() -> None:
    fit = fitted()
    held = Comparison(fit, WINDOW)
    record = held.record()
    seen = p_exceeds_observed(fit.now, held.scenes[-1], 12)
    assert record.p_exceeds_observed == pytest.approx(seen)
    assert seen > 0.999
    assert record.exchangeability == pytest.approx(1 / 6)
    assert record.p_exceeds_all_days == pytest.approx(float(held.weight @ held.by_history))
    assert record.p_exceeds_all_days < seen


def test_a_bound_in_the_window_is_a_floor() -> None:
    points = (*POINTS[:2], at(99, 11))
    free = fitted(points, bounds=())
    bound = fitted(points)
    assert Comparison(free, WINDOW).record().p_exceeds_observed > 0.9
    assert Comparison(bound, WINDOW).record().p_exceeds_observed < 0.1
    before = slice(0, 30)
    assert Comparison(bound, before).floor == 0


def test_more_unseen_days_are_less_of_a_record() -> None:
    fit = fitted()
    held = Comparison(fit, WINDOW)
    few = held.unseen(np.full(len(held.weight), 50))
    many = held.unseen(np.full(len(held.weight), 99))
    n = np.array([15, 30, 39])
    assert np.all(many.log_at_most(n) <= few.log_at_most(n) + 1e-12)
    assert np.all(few.effective <= many.effective + 1e-12)


def test_before_the_rise_its_own_scenes_do_not_count() -> None:
    climb = (*(at(d, 8) for d in range(0, 80, 8)), at(88, 38), at(92, 45), at(99, 44))
    fit = fitted(climb, bounds=())
    held = Comparison(fit, WINDOW)
    found = onset(held.rises, held.weight, fit.seen)
    assert found is not None
    before = held.before_rise(found, held.sampled(np.random.default_rng(2)))
    assert before.last < found.interval90.low <= FIRST + timedelta(days=88)
    assert before.scenes == sum(p.day <= before.last for p in climb) >= 7
    assert before.observed_max == 8
    assert before.p_exceeds_observed > 0.95
    assert held.record().p_exceeds_observed < 0.6
    assert before.p_exceeds_all_days <= before.p_exceeds_observed


def test_a_regular_term_shifts_the_levels_of_the_unseen_days() -> None:
    fit = fitted(bounds=())
    shift = 3 * fit.grid.spacing
    term = np.zeros((1, fit.seen.days))
    term[0, 40:60] = shift
    termed = replace(fit, sight=replace(fit.sight, term=term))
    until = np.full(len(fit.posterior.histories.weight), 99)
    plain = Comparison(fit, WINDOW).unseen(until).effective
    moved = Comparison(termed, WINDOW).unseen(until).effective
    levels = fit.grid.log_levels
    np.testing.assert_allclose(moved.sum(axis=1), plain.sum(axis=1))
    # 20 of the days, none of them with a look, lie three levels higher; none of them meets the grid's end.
    trains = fit.posterior.histories.sets.replaced[0]
    gained = (moved - plain) @ levels
    between = 39 * trains - 1 + (1 - trains) ** 39
    np.testing.assert_allclose(gained, shift * 20 * between / 38, rtol=1e-6)
