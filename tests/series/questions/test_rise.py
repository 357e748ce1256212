"""Onset and events on histories made by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.counts import CountDistribution
from wayside.model.series import DatedEvent, SeriesPoint
from wayside.series.level.posterior import weighted_quantile
from wayside.series.level.seen import Seen
from wayside.series.questions.rise import event_lags, find_rises, onset, representative_days, surge_probability

DAY = date(2020, 3, 1)


def seen(days: int, at: tuple[int, ...] = ()) -> Seen:
    points = tuple(SeriesPoint(DAY + timedelta(days=d), CountDistribution.exactly(3)) for d in at)
    return Seen(first=DAY, days=days, points=points, bounds=(), left_out=0, hidden=0, largest=3)


def histories(*levels: list[float]) -> np.ndarray:
    return np.log(np.array(levels))


def test_a_rise_begins_after_the_last_day_it_had_not_yet_begun() -> None:
    log_level = histories(
        [5, 5, 40, 5, 5, 5, 6, 30, 60, 70],  # an earlier excursion, then a climb: crosses 5 * 14 ** 0.25 = 9.7
        [5, 5, 5, 5, 5, 5, 5, 5, 5, 6],  # no rise by half
        [70, 70, 70, 70, 70, 70, 70, 70, 70, 70],  # high all the time
    )
    weight = np.ones(10)
    weight[-1] = 0.0
    rises = find_rises(log_level, weight, factor=1.5, share=0.25)
    assert rises.found.tolist() == [True, False, False]
    assert rises.began.tolist() == [7, 10, 10]
    np.testing.assert_allclose(np.exp(rises.ratio), [14.0, 1.2, 1.0])


def test_surge_is_the_weight_of_histories_above_the_factor() -> None:
    rises = find_rises(histories([5, 5, 15], [5, 5, 9]), np.array([1.0, 1.0, 0.0]), factor=1.5, share=0.25)
    assert surge_probability(rises, np.array([0.3, 0.7]), 2.0) == pytest.approx(0.3)
    assert surge_probability(rises, np.array([0.3, 0.7]), 1.7) == pytest.approx(1.0)


def test_onset_is_given_only_where_a_rise_is_likelier_than_not() -> None:
    log_level = histories([5, 5, 5, 15], [5, 5, 15, 15], [5, 5, 5, 5])
    rises = find_rises(log_level, np.array([1.0, 1.0, 0.0, 0.0]), factor=1.5, share=0.25)
    found = onset(rises, np.array([0.5, 0.3, 0.2]), seen(4))
    assert found is not None
    assert found.probability == pytest.approx(0.8)
    assert found.median == DAY + timedelta(days=3)
    assert (found.interval90.low, found.interval90.high) == (DAY + timedelta(days=2), DAY + timedelta(days=3))
    assert onset(rises, np.array([0.2, 0.2, 0.6]), seen(4)) is None


def test_scenes_stand_for_the_time_they_are_nearest_to() -> None:
    w = representative_days(seen(101, (0, 10, 20, 100)), slice(0, 100))
    assert w[[0, 10, 20]].tolist() == [5.5, 10.0, 84.5]
    assert w.sum() == pytest.approx(100.0)
    assert np.flatnonzero(w).tolist() == [0, 10, 20]
    assert representative_days(seen(11, (10,)), slice(0, 10)).tolist() == [1.0] * 10 + [0.0]


def test_chance_is_the_share_of_days_as_close_to_some_event() -> None:
    log_level = histories([5.0] * 30 + [50.0] * 11)
    rises = find_rises(log_level, np.array([1.0] * 30 + [0.0] * 11), factor=1.5, share=0.25)
    events = [DatedEvent(DAY + timedelta(days=d), f"event {d}") for d in (2, 27)]
    lags = event_lags(events, rises, np.ones(1), seen(41))
    assert [lag.lag_days for lag in lags] == [28, 3]
    assert lags[1].lag90 == (3, 3)
    close = [d for d in range(41) if min(abs(d - 2), abs(d - 27)) <= 3]
    assert lags[1].chance == pytest.approx(len(close) / 41)
    assert lags[0].chance == pytest.approx(1.0)


def test_an_event_after_the_newest_count_is_not_weighed() -> None:
    rises = find_rises(histories([5.0] * 30 + [50.0] * 11), np.array([1.0] * 30 + [0.0] * 11), factor=1.5, share=0.25)
    known, newest, later = (DatedEvent(DAY + timedelta(days=d), f"event {d}") for d in (27, 40, 41))
    both = event_lags([known, newest, later], rises, np.ones(1), seen(41))
    assert [lag.event for lag in both] == [known, newest]
    assert both == event_lags([known, newest], rises, np.ones(1), seen(41)), "nor does it change the chance of others"
    assert event_lags([later], rises, np.ones(1), seen(41)) == ()


def test_a_vague_onset_makes_a_small_lag_worth_little() -> None:
    event = [DatedEvent(DAY + timedelta(days=50), "event")]
    sharp = np.full((1, 101), 5.0)
    sharp[0, 50:] = 50.0
    vague = np.full((3, 101), 5.0)
    for row, began in enumerate((10, 50, 90)):
        vague[row, began:] = 50.0
    base = np.zeros(101)
    base[:5] = 1.0
    chances = []
    for levels in (sharp, vague):
        rises = find_rises(np.log(levels), base, factor=1.5, share=0.25)
        lag = event_lags(event, rises, np.full(len(levels), 1 / len(levels)), seen(101))[0]
        assert lag.lag_days == 0
        chances.append(lag.chance)
    assert chances[0] == pytest.approx(1 / 101)
    assert chances[1] == pytest.approx((1 + 81 + 81) / 303)


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.floats(0.01, 5.0)), min_size=1, max_size=30),
    st.floats(0.01, 0.99),
)
def test_weighted_quantile_has_its_share_at_or_below(pairs: list[tuple[int, float]], q: float) -> None:
    values, weights = (np.array(x, dtype=float) for x in zip(*pairs, strict=True))
    found = weighted_quantile(values, weights, q)
    total = weights.sum()
    assert weights[values <= found].sum() >= q * total * (1 - 1e-9)
    assert weights[values < found].sum() <= q * total * (1 + 1e-9)
