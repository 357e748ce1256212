"""Record probabilities against enumeration and simulation."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, SeriesPoint
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import LevelGrid
from wayside.series.level.seen import NegativeBinomials
from wayside.series.questions.record import (
    UnseenDays,
    exceeds,
    floor_of,
    log_at_most,
    maximum,
    miss_probability,
    p_exceeds_observed,
    unseen_days,
)
from wayside.series.questions.rise import Rises

DAY = date(2020, 3, 1)
LARGEST = 200


@st.composite
def counts(draw: st.DrawFn) -> CountDistribution:
    weights = draw(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=4))
    return CountDistribution.from_weights(draw(st.integers(0, 6)), weights)


def points_of(distributions: list[CountDistribution]) -> list[SeriesPoint]:
    return [SeriesPoint(DAY + timedelta(days=i), c) for i, c in enumerate(distributions)]


def enumerated(now: CountDistribution, earlier: list[CountDistribution], floor: int) -> float:
    """Sum over every joint outcome."""
    total = 0.0
    spaces = [list(zip(c.support.tolist(), c.p.tolist(), strict=True)) for c in (now, *earlier)]
    for outcome in itertools.product(*spaces):
        n = outcome[0][0]
        if n > floor and all(n > other for other, _ in outcome[1:]):
            total += float(np.prod([p for _, p in outcome]))
    return total


@given(counts(), st.lists(counts(), max_size=3), st.integers(0, 7))
def test_exceeding_what_was_seen_is_the_sum_over_every_outcome(
    now: CountDistribution, earlier: list[CountDistribution], floor: int
) -> None:
    scenes = log_at_most(points_of(earlier), LARGEST)[-1]
    assert p_exceeds_observed(now, scenes, floor) == pytest.approx(enumerated(now, earlier, floor), abs=1e-12)


@given(st.lists(counts(), min_size=1, max_size=3), counts())
def test_one_car_more_is_never_less_of_a_record(earlier: list[CountDistribution], now: CountDistribution) -> None:
    scenes = log_at_most(points_of(earlier), LARGEST)[-1]
    more = CountDistribution(now.first + 1, now.p)
    assert p_exceeds_observed(more, scenes, 0) >= p_exceeds_observed(now, scenes, 0) - 1e-12


def test_the_floor_is_the_highest_bound() -> None:
    assert floor_of([]) == 0
    assert floor_of([MaxBound(DAY, DAY, 20), MaxBound(DAY, DAY, 12)]) == 20


def tables(grid: LevelGrid) -> tuple[NegativeBinomials, Floats]:
    t = NegativeBinomials.of(grid, (2.0, 9.0), LARGEST)
    return t, np.log(np.maximum(t.cdf, 1e-300))


def test_unseen_days_are_counted_up_to_the_rise_in_units_of_the_dwell() -> None:
    level = np.array([[0, 1, 1, 2, 2], [1, 1, 1, 0, 0]], dtype=np.int16)
    unseen = np.array([True, False, True, True, True])
    days = unseen_days(level, unseen, np.array([4, 5]), 3, 2.0)
    np.testing.assert_allclose(days, [[0.5, 0.5, 0.5], [1.0, 1.0, 0.0]])


def test_exceeding_every_day_is_what_simulation_finds() -> None:
    grid = LevelGrid.up_to(40, 60)
    t, log_cdf = tables(grid)
    rng = np.random.default_rng(5)
    level = rng.integers(20, 45, (2, 12)).astype(np.int16)
    size_of = np.array([0, 1])
    unseen = np.ones(12, dtype=bool)
    unseen[3] = False
    earlier = points_of([CountDistribution(8, np.array([0.3, 0.7]))])
    now = CountDistribution(20, np.array([0.5, 0.25, 0.25]))
    effective = unseen_days(level, unseen, np.array([12, 8]), grid.size, 1.0)
    days = UnseenDays(effective, size_of, log_cdf)
    scenes = log_at_most(earlier, LARGEST)[-1]
    result = exceeds(now, scenes, 0, days)
    n = 40_000
    for i, (r, until) in enumerate(((2.0, 12), (9.0, 8))):
        shown = [d for d in range(until) if unseen[d]]
        mean = grid.means[level[i, shown]]
        largest = rng.negative_binomial(r, r / (r + mean), (n, len(shown))).max(axis=1)
        largest = np.maximum(largest, rng.choice([8, 9], n, p=[0.3, 0.7]))
        today = rng.choice([20, 21, 22], n, p=now.p)
        assert result[i] == pytest.approx((today > largest).mean(), abs=0.012)
        quantiles = maximum(scenes, UnseenDays(effective[i : i + 1], size_of[i : i + 1], log_cdf), np.ones(1))
        assert quantiles.median == pytest.approx(np.median(largest), abs=1)
        assert quantiles.interval90.high == pytest.approx(np.quantile(largest, 0.95), abs=3)
    assert t.largest == LARGEST


def test_a_rise_is_missed_as_often_as_it_fits_between_scenes() -> None:
    # Ten days; scenes on days 2 and 5; the rise is 2 days long and began on day 8.
    hidden = np.ones(10)
    hidden[[2, 5]] = [0.0, 0.25]
    rises = Rises(np.array([2.0]), np.array([8]), np.array([True]))
    placements = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)]
    expected = np.mean([np.prod([hidden[d] for d in days]) for days in placements])
    assert miss_probability(rises, np.ones(1), hidden, slice(0, 9)) == pytest.approx(expected)


def test_a_rise_longer_than_the_baseline_has_no_chance_to_be_missed() -> None:
    rises = Rises(np.array([2.0]), np.array([2]), np.array([True]))
    assert miss_probability(rises, np.ones(1), np.ones(10), slice(0, 9)) is None
