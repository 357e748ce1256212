"""Spans, shares and probabilities in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.wording import plural, say_percent, say_span


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1, "1 day"),
        (149, "149 days"),
        (150, "5 months"),
        (365, "year"),
        (366, "year"),
        (426, "14 months"),
        (731, "two years"),
        (877, "2.4 years"),
        (1826, "five years"),
        (3653, "ten years"),
        (4018, "11 years"),
    ],
)
def test_spans_are_said_as_one_speaks(days: int, text: str) -> None:
    assert say_span(days) == text


@given(st.integers(1, 40_000))
def test_a_span_is_near_to_its_days(days: int) -> None:
    words = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
    text = say_span(days)
    number, unit = text.split() if " " in text else ("1", text)
    value = float(words.get(number, 0) or number)
    unit_days = {"year": 365.25, "month": 30.44, "day": 1.0}[unit.removesuffix("s")]
    assert value * unit_days == pytest.approx(days, rel=0.11)


@given(st.floats(0.0, 1.0))
def test_a_probability_is_never_all_or_nothing(p: float) -> None:
    text = say_percent(p)
    assert text not in {"0\u00a0%", "100\u00a0%"}
    assert ("less" in text) == (p < 0.005)
    assert ("more" in text) == (p >= 0.995)


def test_large_numbers_are_grouped() -> None:
    assert plural(12345, "day") == "12\u202f345 days"
    assert plural(1, "pass", "passes") == "1 pass"
