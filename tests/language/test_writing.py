"""Dates, numbers and plurals in each language."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.language.phrases import Phrases, phrases
from wayside.language.writing import LANGUAGES, Writer, writer
from wayside.model import wording
from wayside.model.counts import CountInterval

EN, RU = writer("en"), writer("ru")
days = st.dates(date(1957, 10, 4), date(2100, 1, 1))
lags = st.tuples(st.integers(-400, 400), st.integers(0, 90)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(days, st.integers(1, 9000), st.floats(0, 1), lags)
def test_english_is_written_as_the_sentences_of_the_model_are(
    day: date, n: int, p: float, lag: tuple[int, int]
) -> None:
    assert EN.full_date(day) == wording.say_date(day)
    assert EN.short_date(day) == wording.say_date(day, short=True)
    assert EN.span(n) == wording.say_span(n)
    assert EN.percent(p) == wording.say_percent(p)
    assert EN.share(p) == wording.say_share(p)
    assert EN.lag(lag) == wording.say_lag(lag)
    assert EN.counted(n, "day") == wording.say_days(n)


@pytest.mark.parametrize("factor", [1.5, 2.0, 3.0, 4.0, 5.0, 2.25])
def test_english_factors(factor: float) -> None:
    assert EN.factor(factor) == wording.say_factor(factor)


@pytest.mark.parametrize(
    ("n", "noun"),
    [
        (0, "0\u00a0снимков"),
        (1, "1\u00a0снимок"),
        (2, "2\u00a0снимка"),
        (4, "4\u00a0снимка"),
        (5, "5\u00a0снимков"),
        (11, "11\u00a0снимков"),
        (12, "12\u00a0снимков"),
        (14, "14\u00a0снимков"),
        (21, "21\u00a0снимок"),
        (22, "22\u00a0снимка"),
        (25, "25\u00a0снимков"),
        (101, "101\u00a0снимок"),
        (111, "111\u00a0снимков"),
        (112, "112\u00a0снимков"),
        (1234, "1\u202f234\u00a0снимка"),
        (2.5, "2,5\u00a0снимка"),
    ],
)
def test_russian_plurals(n: float, noun: str) -> None:
    assert RU.counted(n, "scene") == noun


@given(st.integers(0, 10**6))
def test_russian_plurals_repeat_every_hundred(n: int) -> None:
    assert RU.counted(n, "day").split("\u00a0")[1] == RU.counted(n % 100 + 100, "day").split("\u00a0")[1]


@pytest.mark.parametrize(
    ("lag", "text"),
    [
        ((0, 0), "в день"),
        ((1, 1), "через 1\u00a0день после"),
        ((-3, -3), "за 3\u00a0дня до"),
        ((2, 9), "через 2–9\u00a0дней после"),
        ((-21, -5), "за 5–21\u00a0день до"),
        ((-3, 21), "не ранее чем за 3\u00a0дня до и не позднее чем через 21\u00a0день после"),
    ],
)
def test_russian_lags(lag: tuple[int, int], text: str) -> None:
    assert RU.lag(lag) == text


def test_russian_dates_and_numbers() -> None:
    day = date(2023, 10, 5)
    assert RU.full_date(day) == "5\u00a0октября 2023\u00a0года"
    assert RU.short_date(day) == "5\u00a0окт. 2023"
    assert RU.month_year(day) == "октябрь 2023\u00a0года"
    assert [RU.span(n) for n in (365, 1826, 900, 200, 21)] == [
        "год",
        "пять лет",
        "2,5\u00a0года",
        "7\u00a0месяцев",
        "21\u00a0день",
    ]
    assert RU.percent(0.001) == "менее 1\u00a0%"
    assert RU.percent(1.0) == "более 99\u00a0%"
    assert RU.interval(CountInterval(70, 76)) == "70–76"
    assert RU.counted(CountInterval(70, 71), "car") == "70–71\u00a0вагон"
    assert RU.decimal(12345.678, 1) == "12\u202f345,7"
    assert [RU.factor(f) for f in (2.0, 3.0, 2.5, 5.0)] == ["вдвое", "втрое", "в 2,5\u00a0раза", "в 5\u00a0раз"]


@given(days)
def test_no_date_of_any_language_ends_in_a_full_stop(day: date) -> None:
    for language in LANGUAGES:
        assert not writer(language).full_date(day).endswith(".")
        assert str(day.year) in writer(language).full_date(day)


def test_a_time_is_given_in_utc() -> None:
    seoul = datetime(2023, 10, 6, 1, 17, tzinfo=timezone(timedelta(hours=9)))
    assert EN.moment(seoul) == "5 October 2023, 16:17 UTC"
    assert RU.moment(seoul.astimezone(UTC)) == "5\u00a0октября 2023\u00a0года, 16:17 UTC"


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (list("abc"), "a, b and c")]
)
def test_lists(words: list[str], text: str) -> None:
    assert EN.joined(words) == text


# ---------------------------------------------------------------------- sentences
def made(**table: str | tuple[str, ...]) -> Phrases:
    return dataclasses.replace(phrases("likelihood", "ru"), table=table, subject="made")


def test_a_sentence_is_filled_by_its_rules() -> None:
    said = made(one="С {first:date}: {scenes:scene}, {gsd:.2g}\u00a0м ({p:percent}); {name}")
    text = said.say("one", first=date(2020, 1, 2), scenes=3, gsd=0.31, p=0.5, name="{x}")
    assert text == "С 2\u00a0января 2020\u00a0года: 3\u00a0снимка, 0,31\u00a0м (50\u00a0%); {x}"


def test_lists_of_sentences_are_filled_one_by_one() -> None:
    assert made(some=("{n:car}", "{n}")).items("some", n=2) == ("2\u00a0вагона", "2")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{n:nothing}", {"n": 1}),
        ("{n}", {}),
        ("{n}", {"n": 1.5}),
        ("{n}", {"n": date(2020, 1, 1)}),
        ("{n}", {"n": None}),
        ("{n}", {"n": True}),
        ("{n:date}", {"n": "today"}),
        ("{n:percent}", {"n": 1.5}),
        ("{n:scene}", {"n": "many"}),
        ("{n.denominator}", {"n": 1}),
        ("{n[0]}", {"n": "ab"}),
        ("{n:>99999999}", {"n": 1}),
    ],
)
def test_what_cannot_be_written_is_refused(text: str, values: dict[str, object]) -> None:
    with pytest.raises(ValueRefusedError, match="made"):
        made(one=text).say("one", **values)


def test_unknown_sentences_subjects_and_languages_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="no sentence 'two'"):
        made(one="x").say("two")
    with pytest.raises(ValueRefusedError, match="one sentence"):
        made(one="x").items("one")
    with pytest.raises(ValueRefusedError, match="list of sentences"):
        made(one=("x",)).say("one")
    with pytest.raises(ValueRefusedError, match="no table of 'nothing'"):
        phrases("nothing", "en")
    with pytest.raises(ValueRefusedError, match="in language 'xx'"):
        writer("xx")
    with pytest.raises(ValueRefusedError, match=r"in language '\.\./en'"):
        phrases("likelihood", "../en")


def test_a_noun_without_all_its_forms_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="2 forms"):
        Writer("ru", RU.table, {"car": ["вагон", "вагонов"]}).counted(2, "car")


@given(st.text(max_size=40))
def test_words_from_outside_stand_as_they_are(text: str) -> None:
    assert made(one="<{x}>").say("one", x=text) == f"<{text}>"
