"""Spreadsheets of counts and events: what is read, and one clear error for what cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import TableError
from wayside.model.counts import CountDistribution
from wayside.series import read_events, read_published, read_table
from wayside.series.tables import read_counts
from wayside.series.tables.figures import unstated_margin

PUBLISHED_HEADER = "date,site,category,low,high,approximation,quantity,unit,publisher\n"


def test_a_table_of_counts() -> None:
    text = (
        "\ufeffDate; Count; low; high; visible_fraction; gsd_m; remark\r\n"
        "2023-10-05;73;70;76;1;0.5;busy\r\n"
        "\r\n"
        "2023-09-01T23:30:00-05:00;8;6,5;20;0,4;;\r\n"
    )
    (series,) = read_table(text, "yard.csv")
    assert series.site == "yard.csv"
    assert [p.day for p in series.points] == [date(2023, 9, 2), date(2023, 10, 5)]
    early, late = series.points
    assert (early.count.mode, early.visible_fraction, early.gsd_m) == (8, 0.4, None)
    assert early.count == CountDistribution.from_interval(8, 6.5, 20)
    assert (late.count.median, late.count.interval(0.9), late.gsd_m) == (73, (70, 76), 0.5)


def test_a_count_without_bounds_gets_the_stated_error() -> None:
    (series,) = read_table("date,count\n2023-10-05,100\n", "t", unstated_error=0.1)
    assert series.points[0].count.interval(0.9) == (90, 110)
    (exact,) = read_table("date,count\n2023-10-05,100\n", "t", unstated_error=0.0)
    assert exact.points[0].count.interval(0.99) == (100, 100)


@pytest.mark.parametrize(
    ("gsd", "half_width"), [("", 5), ("0.3", 5), ("0.6", 5), ("1", 22), ("1.5", 36), ("2", 43), ("3", 43), ("5", 43)]
)
def test_a_coarser_image_has_a_wider_unstated_error(gsd: str, half_width: int) -> None:
    (series,) = read_table(f"date,count,gsd_m\n2023-10-05,100,{gsd}\n", "t")
    assert series.points[0].count == CountDistribution.from_interval(100, 100 - half_width, 100 + half_width)
    (stated,) = read_table(f"date,count,low,high,gsd_m\n2023-10-05,100,98,101,{gsd}\n", "t")
    assert stated.points[0].count == CountDistribution.from_interval(100, 98, 101)


@given(st.integers(0, 3000), st.floats(0.1, 5.0), st.floats(0.1, 5.0), st.floats(0.0, 0.5))
def test_the_unstated_error_never_shrinks_with_the_pixel(n: int, a: float, b: float, stated: float) -> None:
    fine, coarse = (unstated_margin(n, gsd, stated) for gsd in sorted((a, b)))
    assert stated * n <= fine <= coarse <= max(0.5 * n, 1.0)


def test_an_empty_yard_at_one_metre_may_hold_a_car() -> None:
    (series,) = read_table("date,count,gsd_m\n2023-10-04,0,0.5\n2023-10-05,0,1.0\n", "t")
    sharp, coarse = series.points
    assert sharp.count.exceeds(0) == pytest.approx(0.0, abs=1e-9)
    assert coarse.count.interval(0.9) == (0, 1)


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
        ("", "t: the table is empty. Give it a header with date"),
        ("\n \n", "t: the table is empty"),
        ("date,count\n", "t: the table has a header and no rows. Give it at least one count"),
        ("day,count\n2023-10-05,7\n", "t, line 1: no column date. Found: day, count"),
        ("date,number\n2023-10-05,7\n", "t: no column count. Found: date, number"),
        ("date,count,count\n2023-10-05,7,8\n", "t, line 1: column count stands twice"),
        ("date,count\n5 October,7\n", "t, line 2, column date: '5 October' is not a date. Write it as 2023-10-05"),
        ("date,count\n05.10.2023,7\n", "t, line 2, column date: '05.10.2023' is not a date. Day and month cannot be"),
        ("date,count\n10/5/2023,7\n", "t, line 2, column date: '10/5/2023' is not a date. Day and month cannot be"),
        ("date,count\n5-10-23,7\n", "t, line 2, column date: '5-10-23' is not a date. Day and month cannot be"),
        ("date,count\n2023/10/5,7\n", "t, line 2, column date: '2023/10/5' is not a date. Write it as 2023-10-05"),
        (
            "date,count\n2023-02-29,7\n",
            "t, line 2, column date: '2023-02-29' is not a date. The calendar has no such day",
        ),
        (
            "date,count\n2023/13/1,7\n",
            "t, line 2, column date: '2023/13/1' is not a date. The calendar has no such day",
        ),
        ("date,count\n2023-10-5,7\n", "t, line 2, column date: '2023-10-5' is not a date. Write it as 2023-10-05"),
        ("date,count\n45204,7\n", "t, line 2, column date: '45204' is not a date. It looks like a spreadsheet's day"),
        ("date,count\n45204.5,7\n", "t, line 2, column date: '45204.5' is not a date. It looks like"),
        ("date,count\n2023-02-29,7\n", "t, line 2, column date: '2023-02-29' is not a date"),
        ("date,count\n,7\n", "t, line 2, column date: '' is not a date"),
        ("date,count\n0001-01-01,7\n", "t, line 2, column date: 0001-01-01 is not between"),
        ("date,count\n0001-01-01T00:00+10:00,7\n", "t, line 2, column date: '0001-01-01T00:00+10:00' is not a date"),
        ("date,count\n2023-10-07,7\n", "t, line 2, column date: 2023-10-07 lies in the future (today is 2023-10-05)"),
        ("date,count\n2023-10-06T20:00-05:00,7\n", "t, line 2, column date: 2023-10-07 lies in the future"),
        ("date,count\n2023-01-01/2024-01-01,7\n", "t, line 2, column date: 2024-01-01 lies in the future"),
        (
            "date,count\n2023-10-01,7\n2023-10-02T03:00Z,7\n2023-10-03T03:00,7\n",
            "t, line 4, column date: line 3 gives a time with a zone, line 4 one without. Give every time a zone",
        ),
        (
            "date,count\n2023-10-02T03:00/2023-10-03T03:00Z,7\n",
            "t, line 2, column date: line 2 gives a time with a zone, line 2 one without",
        ),
        (
            "date,count\n2023-10-02T03:00Z,7\n2023-10-02T05:00+02:00,8\n",
            "t, line 3, column date: the scene of 2023-10-02T03:00:00+00:00 was counted on line 2 already. Keep one",
        ),
        (
            "date,count\n2023-10-02 03:00,7\n2023-10-02T03:00:00,8\n",
            "t, line 3, column date: the scene of 2023-10-02T03:00:00 was counted on line 2 already",
        ),
        (
            "date,count\n2023-10-05,\n",
            "t, line 2, column count: the number of cars is missing. Leave the row out; a day without a scene is not a",
        ),
        *(
            (f"date,count\n2023-10-05,{empty}\n", "t, line 2, column count: the number of cars is missing. Leave")
            for empty in ("NA", "n/a", "-", "NaN", "#N/A", "None", "\u2013")
        ),
        ("date,count\n2023-10-05,-3\n", "t, line 2, column count: '-3' must be a number from 0 to 5000. A count is"),
        ("date,count\n2023-10-05,\u22123\n", "t, line 2, column count: '\u22123' must be a number from 0 to 5000"),
        ("date,count\n2023-10-05,73.5\n", "t, line 2, column count: '73.5' is not a whole number of cars. Write a"),
        ("date,count\n2023-10-05,73.500\n", "t, line 2, column count: '73.500' is not a whole number"),
        ("date;count\n2023-10-05;73,5\n", "t, line 2, column count: '73,5' is not a whole number"),
        ('date,count\n2023-10-05,"1,200"\n', "t, line 2, column count: '1,200' has a thousands separator. Write 1200"),
        ("date,count\n2023-10-05,1.200\n", "t, line 2, column count: '1.200' has a thousands separator. Write 1200"),
        ("date,count\n2023-10-05,1 200\n", "t, line 2, column count: '1 200' has a thousands separator. Write 1200"),
        ("date,count\n2023-10-05,1'200\n", 't, line 2, column count: "1\'200" has a thousands separator. Write 1200'),
        ("date,count\n2023-10-05,2.000\n", "t, line 2, column count: '2.000' can be read as 2 and as 2000. Write it"),
        ("date;count\n2023-10-05;2,000\n", "t, line 2, column count: '2,000' can be read as 2 and as 2000"),
        ("date,count\n2023-10-05,1,200\n", "t, line 2: 3 cells where the header has 2. Put a cell that"),
        ("date,count\n2023-10-05,inf\n", "t, line 2, column count: 'inf' is not a number"),
        ("date,count\n2023-10-05,1e999\n", "t, line 2, column count: '1e999' must be"),
        ("date,count\n2023-10-05,1_0\n", "t, line 2, column count: '1_0' is not a number. Write the number alone"),
        ("date,count\n2023-10-05,\u0667\n", "t, line 2, column count: '\u0667' is not a number"),
        ("date,count\n2023-10-05,~70\n", "t, line 2, column count: '~70' is not a number. Write the number alone"),
        ("date,count\n2023-10-05,70-75\n", "t, line 2, column count: '70-75' is not a number. Write the number alone"),
        ("date,count\n2023-10-05,many\n", "t, line 2, column count: 'many' is not a number"),
        ("date,count\n2023-10-05,99999\n", "t, line 2, column count: '99999' must be a number from 0 to 5000"),
        ("date,count,low,high\n2023-10-05,7,9,8\n", "t, line 2, column low: low (9) is above high (8)"),
        ("date,count,low\n2023-10-05,7,9\n", "t, line 2, column low: low (9) is above the count (7)"),
        ("date,count,high\n2023-10-05,7,6\n", "t, line 2, column high: high (6) is below the count (7)"),
        ('date,count,low\n2023-10-05,7,"6,5"\n', "t, line 2, column low: '6,5' is not a number. Write it with a point"),
        ("date,count,low\n2023-10-05,1300,1.200\n", "t, line 2, column low: '1.200' can be read as 1.2 and as 1200"),
        ("date,count,low\n2023-10-05,7,-1\n", "t, line 2, column low: '-1' must be a number from 0 to 5000"),
        ("date,count,high\n2023-10-05,7,9999\n", "t, line 2, column high: '9999' must be a number from 0 to 5000"),
        ("date,count,gsd_m\n2023-10-05,7,0\n", "t, line 2, column gsd_m: '0' must be a number from 0.01 to 100. Give"),
        ("date,count,gsd_m\n2023-10-05,7,50 cm\n", "t, line 2, column gsd_m: '50 cm' is not a number"),
        ("date,count,gsd_m\n2023-10-05,7,10\n", "t, line 2, column gsd_m: at 10 m railcars cannot be told from the"),
        ("date,count,visible_fraction\n2023-10-05,7,1.2\n", "t, line 2, column visible_fraction: '1.2'"),
        (
            "date,count,visible_fraction\n2023-10-05,7,40\n",
            "t, line 2, column visible_fraction: '40' must be a number fr",
        ),
        (
            "date,count,visible_fraction\n2023-10-05,7,40%\n",
            "t, line 2, column visible_fraction: '40%' is not a number. Write a share, like 0.4",
        ),
        (
            "date,count,visible_fraction\n2023-10-05,0,0\n",
            "t, line 2, column visible_fraction: nothing was visible, so nothing was counted. Leave the row out",
        ),
        (
            "date,count,low,high,visible_fraction\n2023-10-05,7,5,,0.5\n",
            "t, line 2, column high: low is given and high is not, where a part of the track was hidden. Give both",
        ),
        (
            "date,count,low,high,visible_fraction\n2023-10-05,7,9,15,0.5\n",
            "t, line 2, column low: low (9) is above the count (7). With low and high the count is that of the whole",
        ),
        ("date,count\n2023-10-05,7,8\n", "t, line 2: 3 cells where the header has 2"),
        ("date,count\n2023-10-05,7\n\n2023-10-05,7\n", "t, line 4: the same row as line 2. Take one out"),
        ("date,count\n2023-10-05/2023-09-05,7\n", "t, line 2, column date: the period"),
        (
            "date,count\n2023-01-05/2023-09-05,7\n",
            "t: no count on a single date at 't', only bounds over periods. Give",
        ),
        (
            "date,count\n2023-01-05/2023-09-05,\n",
            "t, line 2, column count: the number of cars is missing. Give the most",
        ),
        ("date,count,high\n2023-01-05/2023-09-05,9,7\n", "t, line 2, column high: high (7) is below the count (9)"),
        ("date,count,low,high\n2023-01-05/2023-09-05,,9,7\n", "t, line 2, column low: low (9) is above high (7)"),
        (
            "date,count,visible_fraction\n2023-01-05/2023-09-05,9,0.5\n",
            "t, line 2, column visible_fraction: a bound over a period has no visible share",
        ),
        ("date,count,site\n2023-01-05,9,A\n2023-01-06,9,\n", "t, line 3, column site: this row has no site, though"),
        (
            "date,count,site\n2023-01-05,9,Yard\n2023-01-06,9,yard\n",
            "t, line 3, column site: 'yard' is 'Yard' of line 2 in",
        ),
        ("date,count,type\n2023-01-05,9,\n2023-01-06,9,ore\n", "t, line 2, column type: this row has no type, though"),
        ("date,site,category,quantity,approximation\n2023-10-05,T,c,7,exact\n", "t: no column low, high"),
        ('date,count\n"2023-10-05,7\n', "t, line 2: this is not a table"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read_table(text, "t", today=date(2023, 10, 5))
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "date,count\n2023-10-05,7\n",
        "\ufeffdate,count\r\n2023-10-05,7\r\n",
        "date,count\r2023-10-05,7\r",
        "sep=;\r\ndate;count\r\n2023-10-05;7\r\n",
        "date\tcount\n20231005\t7.0\n",
        "date;count;low;high;note\n2023-10-05;7,0;NA;-;a, b\n",
        'date,count,note,\n2023-10-05,7.000,"a, b",,\n',
        "DATE , Count\n 2023-10-05 , 7 \n,\n",
        "count,date\n7,2023-10-05T23:59:59.5Z\n",
        "count,date\n7,20231005T235959Z\n",
        "count,date\n7,2023-10-06T01:00+02:00\n",
        "count,date\n7,2023-10-05 23:59\n",
    ],
)
def test_a_table_may_be_written_in_many_ways(text: str) -> None:
    (series,) = read_table(text, "t", today=date(2023, 10, 5))
    (point,) = series.points
    assert (point.day, point.count) == (date(2023, 10, 5), CountDistribution.from_interval(7, 6.65, 7.35))


def test_today_may_be_tomorrow_elsewhere_and_nobody_need_know_it() -> None:
    text = "date,count\n2023-10-06,7\n"
    assert read_table(text, "t", today=date(2023, 10, 5)) == read_table(text, "t")
    with pytest.raises(TableError, match="in the future"):
        read_table(text, "t", today=date(2023, 10, 4))
    text = published("2023-10-06,T,car,9,9,exact,9,,X")
    with pytest.raises(TableError, match="in the future"):
        read_published(text, "p", site="T", category="car", today=date(2023, 10, 4))


def test_two_scenes_of_one_day_stay_two() -> None:
    plain = "date,count\n2023-10-05,7\n2023-10-05,9\n"
    timed = "date,count\n2023-10-05T02:00Z,7\n2023-10-05T05:00Z,9\n"
    mixed = "date,count\n2023-10-05,7\n2023-10-05T05:00Z,9\n"
    for text in (plain, timed, mixed):
        (series,) = read_table(text, "t")
        assert [(p.day, p.count.mode) for p in series.points] == [(date(2023, 10, 5), 7), (date(2023, 10, 5), 9)]
    (again,) = read_table("date,count\n2023-10-05T02:00Z,7\n2023-10-05T05:00Z,7\n", "t")
    assert [p.count.mode for p in again.points] == [7, 7]


def test_the_other_form_of_table_is_refused_with_a_word() -> None:
    with pytest.raises(TableError, match="This is a table of published counts"):
        read_table(published("2023-10-05,T,car,9,9,exact,9,,X"), "p")
    with pytest.raises(TableError, match="This is a table of own counts"):
        read_published("date,count\n2023-10-05,7\n", "t", site="t", category="car")


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
        ("2023-10-05,T,car,,8,exact,8,,X", "p, line 2, column low: the number of cars is missing"),
        ("2023-10-05/2023-10-09,T,car,9,8,at most,,,X", "p, line 2, column low: low (9) is above high (8)"),
        ("2023-10-05,T,car,1.500,1600,about,,,X", "p, line 2, column low: '1.500' has a thousands separator"),
        ("2023-10-05,T,car,500,500,about,500,metres of railcars,X", "p, line 2, column unit"),
        ("2023-01-05/2023-10-05,T,car,70,,at least,70,,X", "p, line 2, column high"),
        ("2023-10-05,T,bus,7,7,exact,7,,X", "p: the table has no category 'car'; it has bus"),
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
    cars = ("railcar", "freight railcar", "ore car", "box car", "tank car")
    tumangang, khasan, sonbong, north = read_counts(text, "p", today=date(2024, 8, 8)).series(categories=cars)
    names = [s.site for s in (tumangang, khasan, sonbong, north)]
    assert names == ["Tumangang", "Khasan", "Sonbong", "Tumangang north yard"]
    assert tumangang.series.points[-1].count.mean == pytest.approx(175 + 14 + 66, abs=0.5)
    assert khasan.series.points[-1].count.mean == pytest.approx(112 + 4 + 33, abs=0.5)
    assert [p.count.median for p in sonbong.series.points] == [37]
    assert [p.count.median for p in north.series.points] == [0]
    assert [b.at_most for b in tumangang.series.bounds] == [20]
    with pytest.raises(TableError, match="a length is not a count"):
        read_published(text, "p", site="Tumangang north yard", category="occupied_track")
    assert len(read_events((shared_dir / "facts" / "events.csv").read_text(encoding="utf-8"), "events.csv")) == 5
