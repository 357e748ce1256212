"""Spreadsheets of counts and events: what is read, and one clear error for what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import TableError
from wayside.series import read_events, read_published, read_table

PUBLISHED_HEADER = "date,site,category,low,high,approximation,quantity,unit,publisher\n"


def test_a_table_of_counts() -> None:
    text = (
        "\ufeffDate; Count; low; high; visible_fraction; gsd_m; remark\r\n"
        "2023-10-05;73;70;76;1;0.5;busy\r\n"
        "\r\n"
        "2023-09-01T23:30:00-05:00;8;;;0.4;;\r\n"
    )
    (series,) = read_table(text, "yard.csv")
    assert series.site == "yard.csv"
    assert [p.day for p in series.points] == [date(2023, 9, 2), date(2023, 10, 5)]
    early, late = series.points
    assert (early.count.median, early.visible_fraction, early.gsd_m) == (8, 0.4, None)
    assert (late.count.median, late.count.interval(0.9), late.gsd_m) == (73, (70, 76), 0.5)


def test_a_count_without_bounds_gets_the_stated_error() -> None:
    (series,) = read_table("date,count\n2023-10-05,100\n", "t", unstated_error=0.1)
    assert series.points[0].count.interval(0.9) == (90, 110)
    (exact,) = read_table("date,count\n2023-10-05,100\n", "t", unstated_error=0.0)
    assert exact.points[0].count.interval(0.99) == (100, 100)


def test_sites_and_bounds_are_told_apart() -> None:
    text = (
        "date,count,high,site,source\n2023-10-05,7,,A,\n2023-01-01/2023-09-01,,20,A,someone\n"
        "2023-10-06,9,,B,\n2023-01-01/2023-09-01,15,,B,\n"
    )
    a, b = read_table(text, "t")
    assert (a.site, b.site) == ("A", "B")
    assert (a.bounds[0].at_most, a.bounds[0].source, a.bounds[0].last) == (20, "someone", date(2023, 9, 1))
    assert b.bounds[0].at_most == 15


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t: the table is empty"),
        ("\n \n", "t: the table is empty"),
        ("date,count\n", "t: the table has a header and no rows"),
        ("day,count\n2023-10-05,7\n", "t, line 1: no column date"),
        ("date,count,count\n2023-10-05,7,8\n", "t, line 1: column count stands twice"),
        ("date,count\n5 October,7\n", "t, line 2, column date: '5 October' is not a date"),
        ("date,count\n,7\n", "t, line 2, column date: '' is not a date"),
        ("date,count\n0001-01-01,7\n", "t, line 2, column date: 0001-01-01 is not between"),
        ("date,count\n2023-10-05,\n", "t, line 2, column count: this needs a number of cars"),
        ("date,count\n2023-10-05,-3\n", "t, line 2, column count: '-3' must be a number from 0"),
        ("date,count\n2023-10-05,7.5\n", "t, line 2, column count: '7.5' is not a whole number"),
        ("date,count\n2023-10-05,nan\n", "t, line 2, column count: 'nan' must be"),
        ("date,count\n2023-10-05,many\n", "t, line 2, column count: 'many' is not a number"),
        ("date,count\n2023-10-05,99999\n", "t, line 2, column count: '99999' must be a number from 0 to 5000"),
        ("date,count,low,high\n2023-10-05,7,9,8\n", "t, line 2, column low: low (9) is above high (8)"),
        ("date,count,low\n2023-10-05,7,9\n", "t, line 2, column low: low (9) is above the count (7)"),
        ("date,count,high\n2023-10-05,7,6\n", "t, line 2, column high: high (6) is below the count (7)"),
        ("date,count,visible_fraction\n2023-10-05,7,1.2\n", "t, line 2, column visible_fraction: '1.2'"),
        ("date,count\n2023-10-05,7,8\n", "t, line 2: 3 cells where the header has 2"),
        ("date,count\n2023-10-05,7\n\n2023-10-05,7\n", "t, line 4: the same row as line 2"),
        ("date,count\n2023-10-05/2023-09-05,7\n", "t, line 2, column date: the period"),
        ("date,count\n2023-01-05/2023-09-05,7\n", "t: no count on a single date at 't'"),
        ('date,count\n"2023-10-05,7\n', "t, line 2: this is not a table"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(text, "t")
    assert str(caught.value).startswith(message)


def published(*rows: str) -> str:
    return PUBLISHED_HEADER + "".join(f"{row}\n" for row in rows)


def test_published_counts_by_site_and_category() -> None:
    text = published(
        "2023-10-05,T,freight railcar,73,73,approximately,73,railcars,X",
        "2018-10-05/2023-10-05,T,freight railcar,0,20,at most,20,railcars,X",
        "2023-10-05,K,freight railcar,5,5,exact,5,railcars,X",
        "2023-10-05,T,locomotive,6,6,exact,6,locomotives,X",
    )
    series = read_published(text, "p", site="T", category="freight railcar")
    assert [p.count.median for p in series.points] == [73]
    assert series.points[0].count.interval(0.9) == (70, 77)
    assert [(b.first, b.at_most, b.source) for b in series.bounds] == [(date(2018, 10, 5), 20, "X")]


def test_categories_of_one_day_are_added_up() -> None:
    text = published(
        "2024-06-17,T,ore car,175,175,approximately,175,railcars,X",
        "2024-06-17,T,box car,14,14,approximately,14,railcars,X",
        "2024-06-17,T,tank car,66,66,approximately,66,railcars,X",
    )
    whole = read_published(text, "p", site="T", category=("ore car", "box car", "tank car"))
    assert whole.points[0].count.mean == pytest.approx(255, abs=0.5)
    part = read_published(text, "p", site="T", category=["ore car", "tank car"])
    assert part.points[0].count.mean == pytest.approx(241, abs=0.5)


def test_at_least_is_open_upwards_and_at_most_downwards() -> None:
    text = published("2023-10-05,T,car,70,,at least,70,,X", "2023-09-05,T,car,0,4,at most,4,,X")
    few, many = read_published(text, "p", site="T", category="car").points
    assert few.count.p.tolist() == pytest.approx([0.2] * 5)
    assert many.count.probability(69) < 1e-9
    assert many.count.mode == 70
    assert 100 <= many.count.interval(0.9).high <= 125


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2023-10-05,T,car,9,8,exact,8,,X", "p, line 2, column low"),
        ("2023-10-05,T,car,7,8,exact,9,,X", "p, line 2, column quantity"),
        ("2023-10-05,T,car,,8,exact,8,,X", "p, line 2, column low: this needs"),
        ("2023-10-05,T,car,500,500,about,500,metres of railcars,X", "p, line 2, column unit"),
        ("2023-01-05/2023-10-05,T,car,70,,at least,70,,X", "p, line 2, column high"),
        ("2023-10-05,T,bus,7,7,exact,7,,X", "p: no count of car at 'T'"),
    ],
)
def test_what_is_wrong_with_published_counts(row: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read_published(published(row), "p", site="T", category="car")
    assert str(caught.value).startswith(message)


def test_a_category_counted_twice_cannot_be_added_up() -> None:
    text = published(
        "2023-10-05,T,ore,9,9,exact,9,,X", "2023-10-05,T,ore,8,8,exact,8,,Y", "2023-10-05,T,box,1,1,exact,1,,X"
    )
    with pytest.raises(TableError, match="counted twice"):
        read_published(text, "p", site="T", category=("ore", "box"))
    assert len(read_published(text, "p", site="T", category="ore").points) == 2


def test_events_in_order_of_date() -> None:
    events = read_events("date,event,source\n2023-09-13,summit,agency\n2020-01-21,border closed,\n", "e")
    assert [(e.day, e.event, e.source) for e in events] == [
        (date(2020, 1, 21), "border closed", ""),
        (date(2023, 9, 13), "summit", "agency"),
    ]
    with pytest.raises(TableError, match="e, line 2, column event"):
        read_events("date,event\n2023-09-13,\n", "e")
    with pytest.raises(TableError, match="one date"):
        read_events("date,event\n2023-09-13/2023-09-14,x\n", "e")


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2023-10-05", "2018-10-05/2023-10-05", "7", "-1", "1e400", "", "T", "car", "at least", "\0", '"']),
    st.integers(-5, 10_000).map(str),
    st.floats().map(str),
    st.dates().map(str),
)
HEADERS = [
    "date,count,low,high,visible_fraction,gsd_m,site",
    PUBLISHED_HEADER.strip(),
    "date,event,source",
    "date;count",
]
tables = st.one_of(
    st.text(max_size=200),
    st.tuples(st.sampled_from(HEADERS), st.lists(st.lists(cells, max_size=9).map(",".join), max_size=6)).map(
        lambda t: "\n".join([t[0], *t[1]])
    ),
)


def refusal(read: Callable[[], object]) -> str:
    """Return where a table is refused; empty where it is read. Any other error goes through."""
    try:
        read()
    except TableError as error:
        return error.where
    return ""


@given(tables)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    places = [
        refusal(lambda: read_table(text, "t")),
        refusal(lambda: read_published(text, "t", site="T", category=("car", ""))),
        refusal(lambda: read_events(text, "t")),
    ]
    assert all(not place or place.startswith("t") for place in places)


@given(
    st.dictionaries(
        st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        st.tuples(st.integers(0, 300), st.integers(0, 9), st.integers(0, 9)),
        min_size=1,
        max_size=20,
    )
)
def test_what_was_written_is_read(counts: dict[date, tuple[int, int, int]]) -> None:
    rows = [f"{d},{n},{max(0, n - a)},{n + b}" for d, (n, a, b) in counts.items()]
    (series,) = read_table("date,count,low,high\n" + "\n".join(rows), "t")
    assert [(p.day, p.count.mode) for p in series.points] == [(d, counts[d][0]) for d in sorted(counts)]


@pytest.mark.shared
def test_the_published_counts_of_a_real_crossing(shared_dir: Path) -> None:
    text = (shared_dir / "facts" / "published_counts.csv").read_text(encoding="utf-8")
    series = read_published(text, "published_counts.csv", site="Tumangang", category=("railcar", "freight railcar"))
    assert [p.count.median for p in series.points] == [3, 5, 8, 73]
    assert [b.at_most for b in series.bounds] == [20]
    assert len(read_events((shared_dir / "facts" / "events.csv").read_text(encoding="utf-8"), "events.csv")) == 5
