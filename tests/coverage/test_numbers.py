"""Numbers, against an independent speller and against tables written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.words.numbers import digits, number_at
from wayside.coverage.words.tokens import tokenise

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety"


def spell(number: int, joint: str = " and ") -> str:
    """Spell a number below a thousand million, as a style guide does."""
    if number < 20:
        return ONES.split()[number]
    if number < 100:
        return TENS.split()[number // 10] + ("-" + ONES.split()[number % 10] if number % 10 else "")
    if number < 1000:
        return ONES.split()[number // 100] + " hundred" + (joint + spell(number % 100) if number % 100 else "")
    for size, name in ((1_000_000, "million"), (1000, "thousand")):
        if number >= size:
            return (
                spell(number // size, joint) + f" {name}" + (" " + spell(number % size, joint) if number % size else "")
            )
    raise AssertionError


def read(text: str, language: str = "en") -> float | None:
    found = number_at(tokenise(text, 0, len(text)), 0, language)
    return found.value if found else None


@given(st.integers(1, 999_999_999), st.sampled_from([" and ", " "]))
def test_spelt_numbers_are_read_back(number: int, joint: str) -> None:
    text = spell(number, joint) + " railcars"
    tokens = tokenise(text, 0, len(text))
    found = number_at(tokens, 0)
    assert found is not None
    assert found.value == number
    assert tokens[found.stop].text == "railcars"


@given(st.integers(0, 10**12))
def test_grouped_digits_are_read_back(number: int) -> None:
    assert digits(f"{number:,}") == number
    assert digits(f"{number:,}".replace(",", "\u00a0")) == number
    assert digits(f"{number:,}".replace(",", "."), "de") == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.5 million shells", 2_500_000),
        ("half a million shells", 500_000),
        ("a dozen cars", 12),
        ("two dozen cars", 24),
        ("3 dozen cars", 36),
        ("dozens of cars", 24),
        ("scores of cars", 40),
        ("tens of thousands of shells", 20_000),
        ("hundreds of thousands of shells", 200_000),
        ("2 lakh rupees", 200_000),
        ("8.7 days", 8.7),
    ],
)
def test_words_and_scales(text: str, value: float) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("2,5 Millionen", "de", 2_500_000),
        ("1.000 vagones", "es", 1000),
        ("60 000 obus", "fr", 60),
        ("60\u00a0000 obus", "fr", 60_000),
    ],
)
def test_other_languages_group_otherwise(text: str, language: str, value: float) -> None:
    assert read(text, language) == value


@pytest.mark.parametrize(
    "text",
    [
        "Oct. 5",
        "October 5, 2023",
        "5 October 2023",
        "5 de octubre",
        "in 2021",
        "11:32:29",
        "126th episode",
        "152mm shells",
        "122 mm shells",
        "Covid-19",
        "F-16",
        "No. 5",
        "10月5日",
        "9pm",
        "W20b",
        "24/7",
    ],
)
def test_what_is_no_number(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    assert [number_at(tokens, index) for index in range(len(tokens))] == [None] * len(tokens)
