"""Periods as people write them, and the values that answers about them are made of."""

from __future__ import annotations

import calendar
import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.dates import DateInterval
from wayside.model.periods import (
    Comparison,
    DaysAbove,
    Forecast,
    ForecastDay,
    HighestSince,
    HowOften,
    Period,
    PeriodAnswer,
    PeriodLevel,
    SinceWhen,
    Spread,
)
from wayside.model.periods_json import period_answer_to_json

DATES = st.dates(date(1900, 1, 1), date(2199, 12, 31))
A, B = date(2022, 1, 1), date(2022, 12, 31)
YEAR = Period(A, B)
SPREAD = Spread(3.2, 3.0, (2.0, 4.0), (1.0, 6.0))


# ------------------------------------------------------------------ periods
@given(DATES, st.integers(0, 4000))
def test_a_period_is_read_as_it_is_written(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    assert Period.parsed(str(period)) == period
    assert period.days == length + 1


@given(DATES)
def test_a_month_and_a_year_are_whole(day: date) -> None:
    month = Period.parsed(f"{day:%Y-%m}")
    assert month.first <= day <= month.last
    assert month.days == calendar.monthrange(day.year, day.month)[1]
    year = Period.parsed(f"{day:%Y}")
    assert (year.first, year.last) == (date(day.year, 1, 1), date(day.year, 12, 31))
    assert Period.parsed(f"{day}") == Period(day, day)
    assert Period.parsed(f"{day:%Y-%m}/{day.year + 1}") == Period(month.first, date(day.year + 1, 12, 31))


@given(
    st.one_of(st.text(max_size=24), st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}(-[0-9]{2})?)?", fullmatch=True))
)
def test_any_text_is_a_period_that_reads_back_or_is_refused(text: str) -> None:
    try:
        period = Period.parsed(text)
    except ValueRefusedError:
        return
    assert Period.parsed(str(period)) == period
    assert str(period.first).startswith(text.strip()[:4])


@pytest.mark.parametrize(
    "text",
    ["", "/", "2022/", "/2022", "2022/2023/2024", "2022-13", "2022-02-30", "2022-00", "2022-01-00", "0000",
     "22-01-01", "2022-1-1", "2022 2023", "2023/2022", "last year", "２０２２"],
)  # fmt: skip
def test_periods_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        Period.parsed(text)
    assert "Write 2023" in caught.value.todo or "ends after it starts" in caught.value.what


def test_a_leap_years_february_has_29_days() -> None:
    assert Period.parsed("2024-02").last == date(2024, 2, 29)
    assert Period.parsed(" 2023-02 / 2023-02-03 ").days == 3


# ------------------------------------------------------------------ values
def example_forecast(threshold: int | None = 50) -> Forecast:
    p = (None, None) if threshold is None else (0.1, 0.2)
    days = tuple(
        ForecastDay(B + timedelta(days=d), (1.0, 2.0, 3.0, 4.0, 5.5), (0, 1, 3, 5, 9), *p) for d in range(1, 4)
    )
    return Forecast(B, days, threshold, ("one", "two"))


ANSWERS: tuple[PeriodAnswer, ...] = (
    DaysAbove(50, YEAR, SPREAD, SPREAD, 0.9, 12, ("a",)),
    SinceWhen(50.5, B, 0.7, A, DateInterval(A, B), 0.1, 3, ("a",)),
    SinceWhen(50.5, B, 0.0, None, None, 0.0, 0),
    HighestSince(73, YEAR, 0.4, None, A, None, ("a",)),
    HighestSince(73, YEAR, 0.0, A, B, B),
    HighestSince(73, None, None, None, None, None),
    HowOften(50, YEAR, 7, SPREAD, SPREAD, 0.8, SPREAD, 12),
    HowOften(50, YEAR, 7, SPREAD, SPREAD, 0.8, None, 0),
    Comparison(
        PeriodLevel(YEAR, 0, SPREAD), PeriodLevel(YEAR, 4, SPREAD), SPREAD, SPREAD, 0.9, 2.0, 0.6, 41, SPREAD, 18.2
    ),
    example_forecast(),
    example_forecast(None),
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: type(a).__name__)
def test_every_answer_is_plain_json_and_names_its_question(answer: PeriodAnswer) -> None:
    form = period_answer_to_json(answer)
    assert json.loads(json.dumps(form, allow_nan=False)) == form
    assert form["question"] in {"days-above", "since-when", "highest-since", "how-often", "compare", "forecast"}
    assert form["assumptions"] == list(answer.assumptions)


def test_numbers_of_days_are_whole_in_json_and_dates_are_iso() -> None:
    above = period_answer_to_json(ANSWERS[0])
    assert above["days"] == {"mean": 3.2, "median": 3, "interval50": [2, 4], "interval90": [1, 6]}
    assert isinstance(above["days"]["median"], int)
    assert isinstance(above["share"]["median"], float)
    assert (above["from"], above["to"], above["above"]) == ("2022-01-01", "2022-12-31", 50)
    since = period_answer_to_json(ANSWERS[1])
    assert (since["median"], since["interval90"]) == ("2022-01-01", ["2022-01-01", "2022-12-31"])
    compared = period_answer_to_json(ANSWERS[8])
    assert (compared["first"]["on_model_alone"], compared["second"]["on_model_alone"]) == (True, False)


def test_a_forecast_in_json_has_probabilities_only_for_a_threshold() -> None:
    asked, plain = period_answer_to_json(ANSWERS[9]), period_answer_to_json(ANSWERS[10])
    assert asked["days"][0] == {
        "date": "2023-01-01",
        "level": [1.0, 2.0, 3.0, 4.0, 5.5],
        "count": [0, 1, 3, 5, 9],
        "p_above": 0.1,
        "p_above_by": 0.2,
    }
    assert asked["p_any"] == 0.2
    assert set(plain["days"][0]) == {"date", "level", "count"}
    assert plain["p_any"] is None
    assert plain["quantiles"] == [0.05, 0.25, 0.5, 0.75, 0.95]


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda: Period(B, A), "ends after it starts"),
        (lambda: Spread(1.0, 3.0, (4.0, 5.0), (1.0, 6.0)), "ascend"),
        (lambda: Spread(float("nan"), 3.0, (2.0, 5.0), (1.0, 6.0)), "finite"),
        (lambda: DaysAbove(50, YEAR, SPREAD, SPREAD, 1.1, 0), "p_any"),
        (lambda: DaysAbove(50, YEAR, SPREAD, SPREAD, 0.5, 366), "no more days"),
        (lambda: SinceWhen(50, B, 0.5, A, None, 0.0, 0), "comes with its interval"),
        (lambda: SinceWhen(50, B, -0.5, None, None, 0.0, 0), "p_now"),
        (lambda: HighestSince(7, YEAR, 0.1, B, A, None), "more certainty"),
        (lambda: HighestSince(7, YEAR, 0.1, B, None, None), "holds with 0.9"),
        (lambda: HighestSince(7, None, 0.1, None, None, None), "come with a probability"),
        (lambda: HowOften(50, YEAR, 0, SPREAD, SPREAD, 0.5, None, 0), "one day apart"),
        (lambda: ForecastDay(A, (1, 2, 3, 4, 3), (1, 2, 3, 4, 5)), "ascend"),
        (lambda: ForecastDay(A, (1, 2, 3, 4, 5), (1, 2, 3, 4, 3)), "ascend"),
        (lambda: ForecastDay(A, (1, 2, 3, 4, 5), (1, 2, 3, 4, 5), 0.5), "one threshold"),
        (lambda: ForecastDay(A, (1, 2, 3, 4, 5), (1, 2, 3, 4, 5), 0.5, 1.5), "p_above_by"),
        (lambda: Forecast(B, ()), "at least one day"),
        (lambda: Forecast(A, example_forecast().days, 50), "follow one another"),
        (lambda: Forecast(B, example_forecast().days, None), "need a threshold"),
    ],
)  # fmt: skip
def test_values_that_break_their_rules_are_refused(make: object, what: str) -> None:
    assert callable(make)
    with pytest.raises(ValueRefusedError, match=what):
        make()


@pytest.mark.parametrize(("p_more", "p_factor", "factor"), [(0.5, 0.6, 2.0), (0.5, 0.1, 1.0), (1.5, 0.1, 2.0)])
def test_a_comparison_whose_probabilities_disagree_is_refused(p_more: float, p_factor: float, factor: float) -> None:
    part = PeriodLevel(YEAR, 1, SPREAD)
    with pytest.raises(ValueRefusedError):
        Comparison(part, part, SPREAD, SPREAD, p_more, factor, p_factor, 41, SPREAD, 18.2)
