"""Numbers, against an independent speller and against tables written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.words.numbers import digits, number_at
from wayside.coverage.words.tokens import tokenise

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
GERMAN_ONES = ["-", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
GERMAN_TENS = ["-", "zehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
RUSSIAN_ONES = ["-", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
RUSSIAN_TENS = [
    "-",
    "-",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
]
RUSSIAN_HUNDREDS = [
    "-",
    "сто",
    "двести",
    "триста",
    "четыреста",
    "пятьсот",
    "шестьсот",
    "семьсот",
    "восемьсот",
    "девятьсот",
]
HAN = "〇一二三四五六七八九"


def spell(number: int, joint: str = " and ") -> str:
    """Spell a number below a thousand million, as a style guide does."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + ("-" + ONES[number % 10] if number % 10 else "")
    if number < 1000:
        return ONES[number // 100] + " hundred" + (joint + spell(number % 100) if number % 100 else "")
    size, name = (1_000_000, "million") if number >= 1_000_000 else (1000, "thousand")
    rest = " " + spell(number % size, joint) if number % size else ""
    return spell(number // size, joint) + f" {name}" + rest


def spell_german(number: int) -> str:
    """Spell 20 to 999 as one German word."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    tail = (GERMAN_ONES[ones] + "und" if ones else "") + GERMAN_TENS[tens] if tens > 1 else ""
    return (GERMAN_ONES[hundreds] + "hundert" if hundreds else "") + tail


def spell_han(number: int) -> str:
    """Spell 1 to 99,999,999 in Han figures, every one written out."""

    def below_myriad(value: int) -> str:
        text = ""
        for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            if digit := value // scale % 10:
                text += HAN[digit] + name
        return text

    myriads, rest = divmod(number, 10_000)
    return (below_myriad(myriads) + "万" if myriads else "") + below_myriad(rest)


def read(text: str, language: str = "en") -> tuple[float, str] | None:
    """Return the number that a text begins with, and the word after it."""
    tokens = tokenise(text, 0, len(text))
    found = number_at(tokens, 0, language)
    return None if found is None else (found.value, tokens[found.stop].text if found.stop < len(tokens) else "")


@given(st.integers(0, 999_999_999), st.sampled_from([" and ", " "]))
def test_english_words_are_read_back(number: int, joint: str) -> None:
    assert read(spell(number, joint) + " railcars") == (number, "railcars")


@given(st.integers(20, 999).filter(lambda number: number % 100 >= 20))
def test_german_words_are_read_back(number: int) -> None:
    assert read(spell_german(number) + " Waggons", "de") == (number, "Waggons")


@given(st.integers(0, 9), st.integers(2, 9), st.integers(0, 9))
def test_russian_words_are_read_back(hundreds: int, tens: int, ones: int) -> None:
    words = [RUSSIAN_HUNDREDS[hundreds], RUSSIAN_TENS[tens], RUSSIAN_ONES[ones]]
    text = " ".join(word for word in words if word != "-")
    assert read(text + " вагонов", "ru") == (100 * hundreds + 10 * tens + ones, "вагонов")


@given(st.integers(1, 99_999_999), st.sampled_from(["zh", "ja"]))
def test_han_figures_are_read_back(number: int, language: str) -> None:
    assert read(spell_han(number) + "両", language) == (number, "両")


@given(st.integers(0, 10**12))
def test_grouped_digits_are_read_back(number: int) -> None:
    assert digits(f"{number:,}") == number
    assert digits(f"{number:,}".replace(",", "\u00a0")) == number
    assert digits(f"{number:,}".replace(",", "."), "de") == number


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(["fr", "ru", "uk"]))
def test_groups_of_three_behind_a_space_belong_together_where_the_language_writes_so(
    thousands: int, rest: int, language: str
) -> None:
    assert read(f"{thousands} {rest:03} x", language) == (1000 * thousands + rest, "x")
    assert read(f"{thousands} 000 shells", "en") == (thousands, "000")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.5 million shells", 2_500_000),
        ("two and a half million shells", 2_500_000),
        ("half a million shells", 500_000),
        ("a dozen cars", 12),
        ("half a dozen cars", 6),
        ("two dozen cars", 24),
        ("3 dozen cars", 36),
        ("dozens of cars", 24),
        ("scores of cars", 40),
        ("tens of thousands of shells", 20_000),
        ("hundreds of thousands of shells", 200_000),
        ("2 lakh rupees", 200_000),
        ("3,00,000 rupees", 300_000),
        ("2 crore rupees", 20_000_000),
        ("1.5m shells", 1_500_000),
        ("1.5m of rain", 1.5),
        ("5k soldiers", 5000),
        ("2.5bn bricks", 2_500_000_000),
        ("8.7 days", 8.7),
        ("2,5 million", 2_500_000),
        ("a hundred and twelve cars", 112),
        ("a few hundred cars", 300),
        ("2000 soldiers", 2000),
        ("one million two hundred thousand cars", 1_200_000),
    ],
)
def test_words_and_scales(text: str, value: float) -> None:
    found = read(text)
    assert found is not None
    assert found[0] == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("2,5 Millionen", "de", 2_500_000),
        ("1.000 vagones", "es", 1000),
        ("setenta y tres vagones", "es", 73),
        ("mil vagones", "es", 1000),
        ("60 000 obus", "fr", 60_000),
        ("60\u00a0000 obus", "fr", 60_000),
        ("une vingtaine de wagons", "fr", 20),
        ("34,000 morti", "it", 34_000),
        ("3만 5000발", "ko", 35_000),
        ("2万3000発", "ja", 23_000),
        ("30多辆", "zh", 30),
    ],
)
def test_other_languages_write_otherwise(text: str, language: str, value: float) -> None:
    found = read(text, language)
    assert found is not None
    assert found[0] == value


@pytest.mark.parametrize(
    "text",
    [
        "Oct. 5",
        "October 5, 2023",
        "5 October 2023",
        "5 to 7 October",
        "5-7 October",
        "in 2021",
        "in 2023 ships sailed",
        "the 2022 protests",
        "since May 2000 trucks crossed",
        "11:32:29",
        "126th episode",
        "152mm shells",
        "122 mm shells",
        "Covid-19",
        "F-16",
        "No. 5",
        "10月5日",
        "9pm",
        "at 3 p.m.",
        "at 10:35 a.m. local time",
        "W20b",
        "24/7",
        "555-01-88",
        "+82 2 555 0188",
        "version 3.1.4",
        "Resolutions 1718, 1874 and 2270",
        "won 3-1",
        "42.41°N, 130.64°E",
        "mid-1990s",
        "the Hwasong 15 was",
        "38 North",
        "Kim, 41, said",
        "aged 56",
        "§ 4",
        "page 12",
        "0530 GMT",
    ],
)
def test_what_is_no_number(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    assert [number_at(tokens, index) for index in range(len(tokens))] == [None] * len(tokens)


@pytest.mark.parametrize(
    ("text", "date"), [("5 October", True), ("5 октября", True), ("5 жовтня", True), ("5 octane", False)]
)
def test_a_day_before_a_month_of_any_language_is_no_number(text: str, date: bool) -> None:
    assert (number_at(tokenise(text, 0, len(text)), 0) is None) == date


@given(st.text(max_size=200), st.sampled_from(["en", "de", "fr", "ru", "zh", "ko", "xx"]))
def test_any_text_is_read_without_an_error_and_every_number_moves_on(text: str, language: str) -> None:
    tokens = tokenise(text, 0, len(text))
    for index in range(len(tokens)):
        found = number_at(tokens, index, language)
        if found is not None:
            assert index < found.stop <= len(tokens)
            assert 0 <= found.value < float("inf")
