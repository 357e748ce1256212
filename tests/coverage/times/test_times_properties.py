"""Times against the calendar itself, against a second reader of dates, and on arbitrary text."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

import dateparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear

from wayside.coverage.claims.calendar import moved, part_of, unit_around
from wayside.coverage.claims.times import TimeFound, find_times
from wayside.coverage.words.tokens import tokenise

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = ("day", "week", "month", "quarter", "year", "decade")


def read(text: str, published: date | None = None, language: str = "en") -> list[TimeFound]:
    return find_times(text, tokenise(text, 0, len(text)), published, language)


def ordinal(day: int) -> str:
    return f"{day}{'th' if 10 < day < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the other reader wants local time


def orders(day: date) -> list[str]:
    """Write a day in every usual order."""
    month, short = MONTHS[day.month - 1], SHORT[day.month - 1]
    return [
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{day.day} {short} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{short} {day.day}, {day.year}",
        f"{WEEKDAYS[day.weekday()]}, {short} {day.day}, {day.year}",
        f"{WEEKDAYS[day.weekday()]}, {day.day} {month} {day.year}",
        f"the {ordinal(day.day)} of {month} {day.year}",
        f"{month} {ordinal(day.day)}, {day.year}",
    ]


@given(DAYS, st.integers(0, 8))
def test_a_day_reads_the_same_in_every_order(day: date, order: int) -> None:
    words = orders(day)[order]
    (found,) = read(f"The camp was seen on {words} near the quay.", None)
    assert (found.span.text, found.span.start, found.span.end) == (words, day, day)


@given(DAYS, st.integers(1, 7))
def test_a_second_reader_of_dates_agrees(day: date, order: int) -> None:
    words = orders(day)[order]
    parsed = dateparser.parse(words, languages=["en"])
    assert parsed is not None
    assert read(words)[0].span.start == parsed.date()


@pytest.mark.parametrize("published", [date(2024, 2, 29), date(2023, 1, 1), date(2020, 12, 31), date(2023, 10, 9)])
@pytest.mark.parametrize(
    "words",
    ["yesterday", "today", "tomorrow", "a day ago", "three days ago", "two weeks ago", "10 days ago", "five weeks ago"],
)
def test_a_second_reader_agrees_on_days_ago(words: str, published: date) -> None:
    parsed = dateparser.parse(words, settings={"RELATIVE_BASE": midnight(published)})
    assert parsed is not None
    (found,) = read(f"The camp was seen {words}.", published)
    assert (found.span.start, found.span.end) == (parsed.date(), parsed.date())


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(1, 30), st.sampled_from(["month", "year"]))
def test_a_second_reader_lies_in_the_month_or_year_of_the_first(published: date, number: int, unit: str) -> None:
    words = f"{number} {unit}s ago"
    parsed = dateparser.parse(words, languages=["en"], settings={"RELATIVE_BASE": midnight(published)})
    assert parsed is not None
    (found,) = read(f"It opened {words}.", published)
    assert found.span.start is not None
    assert found.span.end is not None
    assert found.span.start <= parsed.date() <= found.span.end
    assert found.span.start.day == 1


@given(DAYS, st.sampled_from(WEEKDAYS))
def test_weekdays(published: date, name: str) -> None:
    """By counting days one by one."""
    number = WEEKDAYS.index(name)
    back = next(published - timedelta(n) for n in range(7) if (published - timedelta(n)).weekday() == number)
    before = next(published - timedelta(n) for n in range(1, 8) if (published - timedelta(n)).weekday() == number)
    ahead = next(published + timedelta(n) for n in range(7) if (published + timedelta(n)).weekday() == number)
    following = next(published + timedelta(n) for n in range(1, 8) if (published + timedelta(n)).weekday() == number)
    for words, day in ((f"fell on {name}", back), (f"fell last {name}", before), (f"will fall on {name}", ahead)):
        assert read(f"The mast {words}.", published)[0].span.start == day
    assert read(f"The vote is next {name}.", published)[0].span.start == following


@given(DAYS, st.integers(-40, 40), st.sampled_from(UNITS))
def test_calendar_units_tile_the_days(day: date, steps: int, unit: str) -> None:
    here, there = unit_around(day, unit), unit_around(day, unit, steps)
    assert here.first is not None
    assert here.last is not None
    assert here.first <= day <= here.last
    following = unit_around(here.last + timedelta(1), unit)
    assert following == unit_around(day, unit, 1)
    assert following.first == here.last + timedelta(1)
    if there.first is not None and abs(steps) <= 20:
        at = day
        for _ in range(abs(steps)):
            one = unit_around(at, unit)
            assert one.first is not None
            assert one.last is not None
            at = one.last + timedelta(1) if steps > 0 else one.first - timedelta(1)
        assert unit_around(at, unit) == there


@given(DAYS)
def test_weeks_begin_on_monday(day: date) -> None:
    week = unit_around(day, "week")
    assert week.first is not None
    assert week.first.weekday() == 0
    assert week.first.isocalendar()[:2] == day.isocalendar()[:2]


@given(DAYS, st.integers(-500, 500))
def test_moving_by_months_keeps_the_day_or_ends_the_month(day: date, months: int) -> None:
    there = moved(day, months, "month")
    assert there is not None
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    assert there.day == min(day.day, monthrange(there.year, there.month)[1])
    assert moved(day, months, "year") == moved(day, 12 * months, "month")


@given(DAYS, st.sampled_from(["week", "month", "quarter", "year", "decade"]))
def test_the_parts_of_a_range_tile_it(day: date, unit: str) -> None:
    whole = unit_around(day, unit)
    early, mid, late = (part_of(whole, part) for part in ("early", "mid", "late"))
    assert (early.first, late.last) == (whole.first, whole.last)
    for one, two in ((early, mid), (mid, late)):
        assert one.last is not None
        assert two.first == one.last + timedelta(1)
    first, second = part_of(whole, "first_half"), part_of(whole, "second_half")
    assert (first.first, second.last) == (whole.first, whole.last)
    assert first.last is not None
    assert second.first == first.last + timedelta(1)


@given(DAYS, DAYS)
def test_a_day_without_a_year_lies_in_the_year_up_to_publication(day: date, published: date) -> None:
    (found,) = read(f"The mast fell on {day.day} {MONTHS[day.month - 1]}.", published)
    start = found.span.start
    if day.month == 2 and day.day == 29 and start is None:
        return
    assert start is not None
    assert (start.month, start.day) == (day.month, day.day)
    assert published - timedelta(366) < start <= published + timedelta(1)


@given(DAYS, DAYS)
def test_two_days_make_a_range(one: date, two: date) -> None:
    first, last = sorted((one, two))
    words = f"between {orders(first)[1]} and {orders(last)[3]}"
    (found,) = read(f"It grew {words}.")
    assert (found.span.text, found.span.start, found.span.end) == (words, first, last)
    assert found.period == ((last - first).days >= 60)


RELATIVE = (
    "yesterday", "last month", "on Friday", "last Friday", "two weeks ago", "earlier this week", "this year",
    "so far this year", "over the past five years", "in the past three weeks", "in five years", "as of Oct. 5",
    "on 5 October", "until the end of August", "by mid-September", "last summer", "in recent years", "next month",
    "from Sept. 7 to Oct. 1", "Sept. 12-17", "the third quarter", "late last month", "in February", "a day later",
)  # fmt: skip


@pytest.mark.parametrize("words", RELATIVE)
def test_without_a_day_of_publication_nothing_is_guessed(words: str) -> None:
    (found,) = read(f"The camp grew {words}.")
    assert (found.span.start, found.span.end) == (None, None)


@pytest.mark.parametrize("words", RELATIVE)
def test_a_year_elsewhere_in_the_text_is_not_taken(words: str) -> None:
    found = read(f"In 2015 there was a quay; the camp grew {words}.")
    assert found[0].span.start == date(2015, 1, 1)
    assert [one.span.start for one in found[1:] if one.span.text != "a day later"] in ([None], [])


PIECES = st.sampled_from(
    [
        "in", "on", "of", "the", "past", "last", "next", "this", "since", "until", "between", "from", "to", "and",
        "early", "mid", "late", "-", "–", ",", ".", "/", "5", "31", "2023", "1999", "0", "29", "Feb", "February",
        "Friday", "week", "weeks", "year", "years", "ago", "earlier", "five", "a", "few", "summer", "quarter", "third",
        "Q", "3", "th", "s", "as", "by", "before", "after", "ever", "pre", "Covid", "2023-10-05", "5.10.2023", "Oct.",
        "10/11/2023", "May", "March", "end", "half", "first", "through", "same", "day",
    ]
)  # fmt: skip


def check(text: str, published: date | None) -> None:
    tokens = tokenise(text, 0, len(text))
    found = find_times(text, tokens, published)
    last = 0
    for one in found:
        assert last <= one.first < one.stop <= len(tokens)
        last = one.stop
        assert one.span.text == text[tokens[one.first].start : tokens[one.stop - 1].end]
        if one.span.start and one.span.end:
            assert one.span.start <= one.span.end


@given(st.text(max_size=200), st.one_of(st.none(), st.dates()))
def test_any_text_is_read(text: str, published: date | None) -> None:
    check(text, published)


@given(st.lists(PIECES, max_size=40).map(" ".join), st.one_of(st.none(), st.dates()))
def test_any_row_of_time_words_is_read(text: str, published: date | None) -> None:
    check(text, published)


@pytest.mark.parametrize(
    "unit",
    [
        "since ", "from 5 ", "Oct. ", "between early ", "the ", "in the past ", "5 - ", "a few ", "early mid late ",
        "10/11/", "2023-", "until the end of ", "Friday, Oct. 5, ", "for the first time since ", "2018–", "last ",
    ],
)  # fmt: skip
def test_time_grows_with_length_alone(unit: str) -> None:
    def prepare(times: int) -> Callable[[], object]:
        text = unit * times
        return partial(find_times, text, tokenise(text, 0, len(text)), date(2024, 3, 14))

    assert_near_linear(prepare, (500, 3_000))
