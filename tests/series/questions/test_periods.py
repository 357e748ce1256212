"""Questions about periods, against plain loops over each history, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.dates import DateInterval
from wayside.model.periods import Comparison, Period, Spread
from wayside.model.periods_json import period_answer_to_json
from wayside.model.periods_wording import in_words
from wayside.model.wording import say_date
from wayside.series.questions.periods import (
    Drawn,
    compare_periods,
    days_above,
    highest_since,
    how_often,
    since_when,
)

FIRST = date(2022, 12, 20)


def drawn(
    counts: list[list[int]],
    *,
    means: list[list[float]] | None = None,
    weight: list[float] | None = None,
    seen: set[int] | None = None,
) -> Drawn:
    c = np.array(counts, np.int32)
    m = c + 0.5 if means is None else np.array(means)
    w = np.full(len(c), 1 / len(c)) if weight is None else np.array(weight)
    return Drawn(FIRST, c, m, w, np.array([t in (seen or set()) for t in range(c.shape[1])]))


def days(low: int, high: int) -> Period:
    return Period(FIRST + timedelta(days=low), FIRST + timedelta(days=high))


@st.composite
def histories(draw: st.DrawFn) -> Drawn:
    n, length = draw(st.integers(1, 6)), draw(st.integers(1, 14))
    counts = draw(st.lists(st.lists(st.integers(0, 9), min_size=length, max_size=length), min_size=n, max_size=n))
    weight = np.array(draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), dtype=float)
    means = np.exp(np.random.default_rng(draw(st.integers(0, 99))).normal(1, 1, (n, length)))
    seen = draw(st.sets(st.integers(0, length - 1)))
    return drawn(counts, means=means.tolist(), weight=(weight / weight.sum()).tolist(), seen=seen)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Drawn, Period, slice]:
    d = draw(histories())
    low = draw(st.integers(0, d.days - 1))
    high = draw(st.integers(low, d.days - 1))
    return d, days(low, high), slice(low, high + 1)


def exact_quantile(values: list[float], weight: np.ndarray, q: float) -> float:
    """By sorting and adding in exact arithmetic, with the weights as they are."""
    pairs = sorted(zip(values, map(Fraction, weight.tolist()), strict=True))
    total, reached = sum(w for _, w in pairs), Fraction(0)
    for value, w in pairs:
        reached += w
        if reached >= Fraction(q) * total * (1 - Fraction(1, 10**11)):
            return value
    return pairs[-1][0]


def assert_spread(spread: Spread, values: list[float], weight: np.ndarray) -> None:
    assert spread.mean == pytest.approx(sum(v * w for v, w in zip(values, weight, strict=True)) / weight.sum())
    found = (spread.interval90[0], spread.interval50[0], spread.median, spread.interval50[1], spread.interval90[1])
    assert list(found) == [exact_quantile(values, weight, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)]


# ------------------------------------------------------------------ how many days
@given(asked(), st.integers(0, 9))
def test_days_above_are_counted_one_by_one(question: tuple[Drawn, Period, slice], threshold: int) -> None:
    d, period, at = question
    answer = days_above(d, threshold, period)
    number = [float(sum(n > threshold for n in row[at])) for row in d.counts.tolist()]
    assert_spread(answer.days, number, d.weight)
    assert_spread(answer.share, [n / period.days for n in number], d.weight)
    assert answer.p_any == pytest.approx(sum(w for n, w in zip(number, d.weight, strict=True) if n))
    assert answer.scene_days == sum(d.seen[at].tolist())


@given(asked(), st.integers(0, 8))
def test_more_cars_are_there_on_fewer_days(question: tuple[Drawn, Period, slice], threshold: int) -> None:
    d, period, _ = question
    lower, higher = days_above(d, threshold, period), days_above(d, threshold + 1, period)
    assert higher.days.mean <= lower.days.mean
    assert higher.days.interval90 <= lower.days.interval90
    assert higher.p_any <= lower.p_any


def test_the_answer_says_how_much_of_it_was_seen() -> None:
    d = drawn([[1, 2, 3, 4]] * 4, seen={0, 2})
    assert any("2 of the 4 days" in a for a in days_above(d, 2, days(0, 3)).assumptions)
    alone = days_above(d, 2, days(3, 3))
    assert alone.scene_days == 0
    assert any("rests on the model alone" in a for a in alone.assumptions)
    assert "model's word alone" in in_words(alone)
    assert any("equivalent of 4 histories" in a for a in alone.assumptions)


# ------------------------------------------------------------------ since when
@given(histories(), st.floats(0.1, 30))
def test_since_when_is_the_day_after_the_last_one_below(d: Drawn, threshold: float) -> None:
    answer = since_when(d, threshold)
    began: list[tuple[float, float]] = []
    for row, w in zip(d.means.tolist(), d.weight.tolist(), strict=True):
        if row[-1] > threshold:
            at = d.days - 1
            while at > 0 and row[at - 1] > threshold:
                at -= 1
            began.append((float(at), w))
    assert answer.p_now == pytest.approx(sum(w for _, w in began), abs=1e-12)
    if not began:
        assert answer.median is None
        return
    values, weight = [b for b, _ in began], np.array([w for _, w in began])
    low, middle, high = (d.day(int(exact_quantile(values, weight, q))) for q in (0.05, 0.5, 0.95))
    assert (answer.median, answer.interval90) == (middle, DateInterval(low, high))
    assert answer.p_whole_series == pytest.approx(sum(w for b, w in began if b == 0) / weight.sum())


def test_a_level_that_no_scene_dates_is_said_to_be_dated_by_the_model() -> None:
    means = [[1.0, 1.0, 1.0, 5.0, 5.0, 5.0], [1.0, 1.0, 1.0, 1.0, 5.0, 5.0]]
    d = drawn([[1] * 6] * 2, means=means, seen={0, 5})
    answer = since_when(d, 2.0)
    assert answer.scene_days == 0
    assert any("model alone dates" in a for a in answer.assumptions)
    assert say_date(FIRST + timedelta(days=3)) in in_words(answer)
    assert "is not above 9 cars" in in_words(since_when(d, 9.0))
    since_ever = since_when(d, 0.5)
    assert since_ever.p_whole_series == 1.0
    assert "or longer" in in_words(since_ever)


# ------------------------------------------------------------------ the highest since
@given(histories())
def test_the_highest_since_skips_the_cars_that_stand_there_now(d: Drawn) -> None:
    assume(d.days > 1)
    answer = highest_since(d, 5)
    latest = []
    for row in d.counts.tolist():
        at = d.days - 1
        while at >= 0 and row[at] == row[-1]:
            at -= 1
        while at >= 0 and row[at] < row[-1]:
            at -= 1
        latest.append(float(at))
    for q, found in ((0.5, answer.since50), (0.9, answer.since90)):
        at = int(exact_quantile(latest, d.weight, q))
        assert found == (None if at < 0 else d.day(at))
    assert answer.p_highest == pytest.approx(sum(w for t, w in zip(latest, d.weight, strict=True) if t < 0))


def test_one_day_is_the_highest_of_nothing_and_says_so() -> None:
    answer = highest_since(drawn([[3], [9]]), 4)
    assert (answer.now, answer.period, answer.p_highest) == (4, None, None)
    assert in_words(answer).endswith("nothing comes before it.")
    assert period_answer_to_json(answer)["from"] is None


def test_the_newest_count_is_what_its_scene_shows() -> None:
    assert highest_since(drawn([[1, 7], [2, 8]]), 6).now == 6


# ------------------------------------------------------------------ how often
def episodes(row: list[int], threshold: int, apart: int) -> list[int]:
    """Durations of the episodes of one history, by walking along it."""
    out: list[int] = []
    first = last = None
    for t, n in enumerate(row):
        if n <= threshold:
            continue
        if first is None or last is None or t - last - 1 >= apart:
            if first is not None and last is not None:
                out.append(last - first + 1)
            first = t
        last = t
    if first is not None and last is not None:
        out.append(last - first + 1)
    return out


@given(asked(), st.integers(0, 8), st.integers(1, 5))
def test_episodes_are_found_by_walking(question: tuple[Drawn, Period, slice], threshold: int, apart: int) -> None:
    d, period, at = question
    answer = how_often(d, threshold, period, apart_days=apart)
    found = [episodes(row[at], threshold, apart) for row in d.counts.tolist()]
    assert_spread(answer.episodes, [float(len(f)) for f in found], d.weight)
    assert answer.per_year.mean == pytest.approx(answer.episodes.mean * 365.25 / period.days)
    lasting = [(float(x), w) for f, w in zip(found, d.weight.tolist(), strict=True) for x in f]
    if not lasting:
        assert answer.duration_days is None
        assert answer.p_any == 0.0
        return
    assert answer.duration_days is not None
    assert_spread(answer.duration_days, [x for x, _ in lasting], np.array([w for _, w in lasting]))


@given(asked(), st.integers(0, 8), st.integers(1, 5))
def test_episodes_kept_further_apart_are_fewer(
    question: tuple[Drawn, Period, slice], threshold: int, apart: int
) -> None:
    d, period, _ = question
    near, far = (how_often(d, threshold, period, apart_days=a) for a in (apart, apart + 1))
    assert far.episodes.mean <= near.episodes.mean
    assert far.p_any == near.p_any == pytest.approx(days_above(d, threshold, period).p_any)
    assert near.episodes.mean <= days_above(d, threshold, period).days.mean + 1e-12


def test_two_trains_a_week_apart_are_two() -> None:
    row = [0, 60, 60, 0, 0, 0, 0, 0, 0, 0, 60, 0]
    d = drawn([row], seen={1})
    assert how_often(d, 50, days(0, 11)).episodes.median == 2
    assert how_often(d, 50, days(0, 11), apart_days=8).episodes.median == 1
    assert "there were 2 episodes (90\u00a0%: 2 to 2)" in in_words(how_often(d, 50, days(0, 11)))
    with pytest.raises(ValueRefusedError, match="days between episodes"):
        how_often(d, 50, days(0, 11), apart_days=0)


# ------------------------------------------------------------------ this period or that
@given(asked(), st.data())
def test_periods_are_compared_history_by_history(question: tuple[Drawn, Period, slice], data: st.DataObject) -> None:
    d, first, one = question
    low = data.draw(st.integers(0, d.days - 1))
    high = data.draw(st.integers(low, d.days - 1))
    answer = compare_periods(d, first, days(low, high), factor=1.5)
    before = [float(np.mean(row[one])) for row in d.means]
    after = [float(np.mean(row[low : high + 1])) for row in d.means]
    pairs = list(zip(before, after, d.weight.tolist(), strict=True))
    assert answer.p_more == pytest.approx(sum(w for b, a, w in pairs if a > b), abs=1e-9)
    assert answer.p_factor == pytest.approx(sum(w for b, a, w in pairs if a > 1.5 * b), abs=1e-9)
    assert_spread(answer.ratio, [a / b for b, a, _ in pairs], d.weight)
    assert_spread(answer.difference, [a - b for b, a, _ in pairs], d.weight)
    everything = [float(n) for row in d.counts[:, one].tolist() for n in row]
    assert answer.high_count == exact_quantile(everything, np.repeat(d.weight, first.days), 0.95)
    exceeding = [float(sum(n > answer.high_count for n in row[low : high + 1])) for row in d.counts.tolist()]
    assert_spread(answer.days_above_high, exceeding, d.weight)
    assert 0.0 <= answer.expected_above_high <= 0.05 * (high - low + 1) + 1e-9


@given(asked())
def test_a_period_is_like_itself(question: tuple[Drawn, Period, slice]) -> None:
    d, period, _ = question
    answer = compare_periods(d, period, period)
    assert answer.ratio == Spread(1.0, 1.0, (1.0, 1.0), (1.0, 1.0))
    assert answer.difference == Spread(0.0, 0.0, (0.0, 0.0), (0.0, 0.0))
    assert (answer.p_more, answer.p_factor) == (0.0, 0.0)
    assert answer.first == answer.second
    assert any("overlap" in a for a in answer.assumptions)
    assert answer.days_above_high.mean == pytest.approx(answer.expected_above_high)


def test_periods_the_other_way_round_turn_the_difference() -> None:
    d = drawn([[1, 2, 8, 9], [4, 4, 3, 3], [1, 1, 9, 9]], weight=[0.2, 0.5, 0.3], seen={0, 1})
    there, back = compare_periods(d, days(0, 1), days(2, 3)), compare_periods(d, days(2, 3), days(0, 1))
    assert there.difference.mean == pytest.approx(-back.difference.mean)
    assert there.p_more == pytest.approx(1 - back.p_more)
    assert there.second.on_model_alone
    assert not there.first.on_model_alone
    assert "model's word alone" in in_words(there)
    assert not any("overlap" in a for a in there.assumptions)


# ------------------------------------------------------------------ what is refused
@pytest.mark.parametrize("period", [days(-3, -1), days(9, 9)])
def test_a_period_without_a_day_in_the_series_is_refused_with_what_may_be_asked(period: Period) -> None:
    d = drawn([[1, 2, 3, 4]])
    for ask in (days_above, how_often):
        with pytest.raises(ValueRefusedError) as caught:
            ask(d, 3, period)
        assert str(caught.value).count(str(period)) == 1
        assert "is in the series" in caught.value.what
        assert "from 2022-12-20 to 2022-12-23" in caught.value.todo
    for pair in ((period, days(0, 1)), (days(0, 1), period)):
        with pytest.raises(ValueRefusedError, match="is in the series"):
            compare_periods(d, *pair)


@pytest.mark.parametrize(
    ("period", "left", "said"),
    [
        (days(-1, 2), days(0, 2), "only the days from 20 December 2022 on are in the series"),
        (days(1, 9), days(1, 3), "only the days up to 23 December 2022 are in the series"),
        (days(-5, 9), days(0, 3), "only the days from 20 December 2022 to 23 December 2022 are in the series"),
    ],
)
def test_a_period_partly_outside_is_clipped_and_said_to_be(period: Period, left: Period, said: str) -> None:
    d = drawn([[1, 2, 3, 4], [4, 3, 3, 9]], seen={1})
    for ask in (days_above, how_often):
        clipped, inside = ask(d, 2, period), ask(d, 2, left)
        assert clipped.assumptions == (f"Of {period} {said}.", *inside.assumptions)
        assert replace(clipped, assumptions=inside.assumptions) == inside
    compared = compare_periods(d, days(0, 1), period)
    assert compared.second.period == left
    assert f"Of {period} {said}." in compared.assumptions


def test_one_day_and_one_episode_are_said_in_the_singular() -> None:
    d = drawn([[9, 1, 1, 2]] * 3, seen={0, 2})
    assert in_words(days_above(d, 1, days(0, 0))) == (
        "On 20 December 2022 there were more than 1 car with a chance of more than 99\u00a0%."
    )
    assert in_words(how_often(d, 8, days(1, 1))).endswith("No scene shows it: this is the model's word alone.")
    often = how_often(d, 8, days(0, 2))
    assert "there was 1 episode (90\u00a0%: 1 to 1) of more than 8 cars" in in_words(often)
    assert "each of 1 day (90\u00a0%: 1 to 1);" in in_words(often)
    assert any("the other is drawn" in a for a in often.assumptions)


def test_a_threshold_or_factor_out_of_range_is_refused() -> None:
    d = drawn([[1, 2, 3, 4]])
    with pytest.raises(ValueRefusedError, match="cars to be above"):
        days_above(d, -1, days(0, 3))
    with pytest.raises(ValueRefusedError, match="cars to be above"):
        since_when(d, float("nan"))
    with pytest.raises(ValueRefusedError, match="factor"):
        compare_periods(d, days(0, 1), days(2, 3), factor=1.0)


def test_histories_that_do_not_fit_together_are_refused() -> None:
    one = np.ones((2, 3))
    counts, weight, seen = one.astype(np.int32), np.array([0.5, 0.5]), np.zeros(3, np.bool_)
    for bad in (
        (counts, one[:1], weight, seen),
        (counts, one, weight[:1], seen),
        (counts, one, weight, seen[:2]),
        (counts, one, 2 * weight, seen),
        (-counts, one, weight, seen),
        (counts, 0 * one, weight, seen),
    ):
        with pytest.raises(ValueRefusedError):
            Drawn(FIRST, *bad)


def test_equal_weights_are_worth_their_number() -> None:
    assert drawn([[1]] * 5).effective == pytest.approx(5)
    assert drawn([[1]] * 2, weight=[1.0, 0.0]).effective == pytest.approx(1)


def test_a_rise_known_for_certain_is_answered_for_certain() -> None:
    """20 cars for ten days, 70 for five: every question has one answer."""
    d = drawn([[20] * 10 + [70] * 5] * 30, seen=set(range(15)))
    assert days_above(d, 50, days(0, 14)).days == Spread(5.0, 5.0, (5.0, 5.0), (5.0, 5.0))
    assert since_when(d, 50).interval90 == DateInterval(d.day(10), d.day(10))
    highest = highest_since(d, 70)
    assert (highest.p_highest, highest.since50, highest.last_seen) == (1.0, None, None)
    assert "more than 99\u00a0%" in in_words(highest)
    assert "No earlier scene" in in_words(highest)
    answer: Comparison = compare_periods(d, days(0, 9), days(10, 14))
    assert answer.ratio.median == pytest.approx(70.5 / 20.5)
    assert (answer.high_count, answer.days_above_high.median, answer.expected_above_high) == (20, 5, 0)
