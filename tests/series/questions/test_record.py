"""Record probabilities against enumeration and simulation."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, SeriesPoint
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import LevelGrid
from wayside.series.questions.record import (
    UnseenDays,
    between_looks,
    exceeds,
    floor_of,
    log_at_most,
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


# ------------------------------------------------------------------------------ trains that nobody saw
def standing(rng: np.random.Generator, days: int, replaced: float, n: int) -> np.ndarray:
    """Number of the train that stands there on each day of n lives, by the words of the model, shape (n, days)."""
    return np.cumsum(rng.random((n, days)) < replaced, axis=1)


@pytest.mark.parametrize("replaced", [0.06, 0.3, 0.63, 1.0])
@pytest.mark.parametrize("apart", [1, 2, 5, 30])
def test_trains_between_two_looks_are_what_simulation_finds(replaced: float, apart: int) -> None:
    trains = standing(np.random.default_rng(apart), apart + 1, replaced, 100_000)
    between = np.maximum(trains[:, -1] - trains[:, 0] - 1, 0)  # neither the first look's nor the second's
    expected = between_looks(apart, np.array([replaced]))[0]
    assert expected == pytest.approx(between.mean(), abs=5 * between.std() / math.sqrt(len(trains)) + 1e-12)


@pytest.mark.parametrize("looks", [[], [4], [0, 5, 6, 14], [14]])
def test_unseen_trains_of_a_window_are_what_simulation_finds(looks: list[int]) -> None:
    replaced, days, n = 0.35, 15, 60_000
    trains = standing(np.random.default_rng(3), days, replaced, n) + 1
    if not looks:
        trains -= trains[:, :1]  # with no look at all, what stood there on day 0 is no train of this window
    seen = np.zeros((n, days + 2), dtype=bool)
    rows = np.arange(n)
    for day in looks:
        seen[rows, trains[:, day]] = True
    distinct = trains[:, -1] - trains[:, 0] + (1 if looks else 0)
    unseen = distinct - seen.sum(axis=1)
    level = np.zeros((1, days), dtype=np.int16)
    found = unseen_days(
        level,
        slice(0, days),
        np.array(looks, dtype=np.int64),
        np.array([days]),
        levels=2,
        replaced=np.array([replaced]),
    )
    tolerance = 5 * unseen.std() / math.sqrt(n)
    assert found[0, 0] == pytest.approx(unseen.mean() + (0 if looks else replaced), abs=tolerance)
    assert found[0, 1] == 0.0


def spread_by_hand(
    level: list[int], window: slice, seen: list[int], *, until: int, levels: int, replaced: float
) -> list[float]:
    """Expected unseen trains by level, one day and one pair of looks at a time."""
    out = [0.0] * levels
    for day in range(len(level)):
        if not (window.start <= day < min(window.stop, until)) or day in seen:
            continue
        before = max((s for s in seen if s < day), default=None)
        after = min((s for s in seen if s > day), default=None)
        trains = replaced
        if before is not None and after is not None:
            # Sum over the number of replacements: R of them leave R - 1 unseen trains.
            d = after - before
            chances = [math.comb(d, r) * replaced**r * (1 - replaced) ** (d - r) for r in range(d + 1)]
            trains = sum(max(r - 1, 0) * p for r, p in enumerate(chances)) / (d - 1)
        out[level[day]] += trains
    return out


@given(st.data())
def test_unseen_trains_lie_at_the_levels_of_their_days(data: st.DataObject) -> None:
    days, n = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 3))
    level = data.draw(st.lists(st.lists(st.integers(0, 3), min_size=days, max_size=days), min_size=n, max_size=n))
    start = data.draw(st.integers(0, days - 1))
    window = slice(start, data.draw(st.integers(start + 1, days)))
    seen = sorted(data.draw(st.sets(st.integers(0, days - 1))))
    until = data.draw(st.lists(st.integers(0, days), min_size=n, max_size=n))
    replaced = data.draw(st.lists(st.sampled_from([0.1, 0.5, 1.0]), min_size=n, max_size=n))
    found = unseen_days(
        np.array(level, dtype=np.int16),
        window,
        np.array(seen, dtype=np.int64),
        np.array(until, dtype=np.int64),
        levels=4,
        replaced=np.array(replaced),
    )
    for i in range(n):
        expected = spread_by_hand(level[i], window, seen, until=until[i], levels=4, replaced=replaced[i])
        np.testing.assert_allclose(found[i], expected, atol=1e-12)


def test_where_trains_change_every_day_each_unseen_day_counts_once() -> None:
    level = np.array([[0, 1, 1, 2, 2], [1, 1, 1, 0, 0]], dtype=np.int16)
    days = unseen_days(level, slice(0, 5), np.array([1]), np.array([4, 5]), levels=3, replaced=np.ones(2))
    np.testing.assert_allclose(days, [[1.0, 1.0, 1.0], [2.0, 2.0, 0.0]])


@pytest.mark.parametrize("replaced", [1.0, 0.3])
def test_exceeding_every_day_is_what_simulation_finds(replaced: float) -> None:
    """Trains stand there day after day; each look shows one of them, and none of the others may be larger."""
    grid = LevelGrid.up_to(40, 60)
    t = NegativeBinomials.of(grid, (2.0, 9.0), LARGEST)
    rng = np.random.default_rng(5)
    level = rng.integers(20, 45, (2, 12)).astype(np.int16)
    size_of = np.array([0, 1])
    earlier = points_of([CountDistribution(8, np.array([0.3, 0.7]))])
    now = CountDistribution(20, np.array([0.5, 0.25, 0.25]))
    looks = [3, 11]
    effective = unseen_days(
        level, slice(0, 11), np.array(looks), np.array([12, 8]), levels=grid.size, replaced=np.full(2, replaced)
    )
    days = UnseenDays.of(effective, size_of, np.full(2, replaced), t.cdf)
    scenes = log_at_most(earlier, LARGEST)[-1]
    result = exceeds(now, scenes, 0, days)
    n = 40_000
    for i, (r, until) in enumerate(((2.0, 12), (9.0, 8))):
        largest = largest_unseen(rng, grid.means[level[i]], looks, r=r, until=until, replaced=replaced, n=n)
        largest = np.maximum(largest, rng.choice([8, 9], n, p=[0.3, 0.7]))
        today = rng.choice([20, 21, 22], n, p=now.p)
        # Between two looks the mean number of trains stands for its distribution: a record is a little less likely.
        error = (today > largest).mean() - result[i]
        assert -0.012 <= error <= (0.012 if replaced == 1.0 else 0.02), error
    assert t.largest == LARGEST


def largest_unseen(
    rng: np.random.Generator, mean: np.ndarray, looks: list[int], *, r: float, until: int, replaced: float, n: int
) -> np.ndarray:
    """Largest count, before day ``until``, of the trains that no look shows; each has its first day's level."""
    days = len(mean)
    new = rng.random((n, days)) < replaced
    new[:, 0] = True
    train = np.cumsum(new, axis=1)
    drawn = rng.negative_binomial(r, r / (r + mean), (n, days))
    count = np.zeros((n, days), dtype=np.int64)
    for day in range(days):
        count[:, day] = np.where(new[:, day], drawn[:, day], count[:, day - 1])
    unseen = np.ones((n, days), dtype=bool)
    for day in looks:
        unseen &= train != train[:, day : day + 1]
    unseen[:, until:] = False
    return np.where(unseen, count, 0).max(axis=1)


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
