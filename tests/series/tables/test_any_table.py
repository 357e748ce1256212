"""Whatever the table: the order of rows does not matter, and what is written is read or refused with a place."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import TableError
from wayside.model.series import NamedSeries
from wayside.series.level.seen import LARGEST_COUNT
from wayside.series.tables import read_counts

DAYS = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@st.composite
def rows(draw: st.DrawFn, *, shares: tuple[str, ...] = ("", "1", "0.5", "0.25")) -> list[str]:
    """Return rows of a valid table: distinct site, category and day."""
    keys = st.tuples(DAYS, st.sampled_from(["N", "S"]), st.sampled_from(["ore", "box", "tank"]))
    found = []
    for day, site, category in draw(st.sets(keys, min_size=1, max_size=12)):
        n = draw(st.integers(0, 300))
        visible = draw(st.sampled_from(shares))
        stated = f"{max(0, n - 2)},{n + 3}" if draw(st.booleans()) else ","
        gsd = draw(st.sampled_from(["", "0.5", "1.2", "3"]))
        found.append(f"{day},{n},{stated},{visible},{gsd},{site},{category},")
    bounds = draw(st.sets(st.integers(0, 50), max_size=2))
    return found + [f"1999-01-01/1999-12-31,{at_most},,,,,N,ore,who" for at_most in bounds]


HEADER = "date,count,low,high,visible_fraction,gsd_m,site,category,source"


def read(lines: list[str]) -> dict[str, NamedSeries] | str:
    """Return the series by name, or the sentence of the refusal without its place."""
    try:
        found = read_counts("\n".join([HEADER, *lines]) + "\n", "t").series(by_type=True)
    except TableError as error:
        return error.what
    return {one.series.site: one for one in found}


@given(rows(), st.randoms(use_true_random=False))
def test_any_order_of_rows_gives_the_same_series(lines: list[str], random: Random) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    before, after = read(lines), read(shuffled)
    assert isinstance(before, str) == isinstance(after, str)
    assert before == after


@given(rows(shares=("", "1")))
def test_the_total_of_every_day_is_that_of_its_types(lines: list[str]) -> None:
    found = read([line for line in lines if "/" not in line])
    assert not isinstance(found, str)
    for site in {one.site for one in found.values()}:
        types = [one.series for one in found.values() if one.site == site and one.category]
        assert {p.day for p in found[site].series.points} == {p.day for t in types for p in t.points}
        for point in found[site].series.points:
            parts = [p.count for t in types for p in t.points if p.day == point.day]
            assert point.count.mean == pytest.approx(sum(p.mean for p in parts), abs=1e-6)
            assert point.count.variance == pytest.approx(sum(p.variance for p in parts), rel=1e-6, abs=1e-6)


VALID = (
    "date,count,low,high,visible_fraction,gsd_m,site,category,source\n"
    "2023-01-01T02:10Z,5,4,6,1,0.5,N,ore,\n"
    "2023-01-02,12,,,0.5,1.2,N,box,\n"
    "2022-01-01/2022-12-31,20,,,,,N,total,someone\n"
    "2023-02-03T05:00+09:00,73,70,76,,,S,ore,\n"
)
JUNK = st.one_of(
    st.characters(),
    st.sampled_from(
        [*',;\t"\n\r\0/-.+eTZ09 ', "NA", "nan", "1e308", "\ufeff", "1,200", "total", "2023-", "00", "sep=;\n"]
    ),
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return the valid table with a few pieces taken out, put in, doubled or swapped."""
    text = VALID
    for _ in range(draw(st.integers(1, 5))):
        rows_begin = text.find("\n") + 1
        start = draw(st.one_of(st.integers(min(rows_begin + 20, len(text)), len(text)), st.integers(0, len(text))))
        stop = min(len(text), start + draw(st.integers(0, 8)))
        piece = draw(st.one_of(st.just(""), JUNK, st.just(2 * text[start:stop])))
        text = text[:start] + piece + text[stop:]
    return text


def outcome(text: str) -> tuple[NamedSeries, ...] | TableError:
    """Return what a table gives, or how it is refused; any other error goes through."""
    try:
        return read_counts(text, "t", today=date(2024, 1, 1)).series(by_type="category" in text)
    except TableError as error:
        return error


@given(damaged())
def test_a_damaged_table_is_read_or_refused_with_a_place_and_a_sentence(text: str) -> None:
    found = outcome(text)
    if isinstance(found, TableError):
        assert found.where.startswith("t")
        assert found.what
        return
    assert found
    for one in found:
        assert one.series.points
        assert all(0.0 < p.visible_fraction <= 1.0 for p in one.series.points)
        assert all(p.day <= date(2024, 1, 2) for p in one.series.points)


@given(
    st.dictionaries(
        st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001  times as written, without a zone
        st.integers(0, LARGEST_COUNT),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_written_is_read_whatever_the_separator(counts: dict[datetime, int], cell: str, line: str) -> None:
    lines = [("date", "count", "low", "high"), *((str(at), *3 * (str(n),)) for at, n in counts.items())]
    (found,) = read_counts(line.join(map(cell.join, lines)), "t").series()
    written = sorted((at.date(), n) for at, n in counts.items())
    assert [(p.day, p.count.mode) for p in found.series.points] == written
