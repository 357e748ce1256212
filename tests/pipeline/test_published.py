"""A table of published counts as rows of an assessment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import TableError
from wayside.pipeline.published import published_series, unmapped_site
from wayside.pipeline.tables import TableChoice

TABLE = """date,site,category,low,high,approximation,quantity,unit,publisher,published,url
2022-11-04,Karsk,railcar,3,3,exact,3,railcars,Delta Watch,2022-11,https://delta.example/a
2022-11-04,Orlo,railcar,9,9,exact,9,railcars,Delta Watch,2022-11,https://delta.example/b
2023-10-05,Karsk,freight railcar,73,73,approximately,73,railcars,Meridian,2023-10-06,javascript:alert(1)
2018-10-05/2023-10-05,Karsk,freight railcar,0,20,at most,20,railcars,Meridian,2023-10-06,
2024-06-17,Karsk,railcar,175,175,approximately,175,railcars,Meridian,2024-08-08,https://meridian.example/c
"""
BOTH = TableChoice(sites=("Karsk",), categories=("railcar", "freight railcar"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_row_says_who_published_it_and_in_which_words(table: Path) -> None:
    named, rows = published_series(table, BOTH)
    assert [row.id for row in rows] == ["2022-11-04 Delta Watch", "2023-10-05 Meridian", "2024-06-17 Meridian"]
    assert [row.text for row in rows] == ["3 railcars", "approximately 73 railcars", "approximately 175 railcars"]
    assert [row.count for row in rows] == [point.count for point in named.series.points]
    assert (rows[0].publisher, rows[0].published, rows[0].url) == ("Delta Watch", "2022-11", "https://delta.example/a")


def test_an_address_that_is_none_is_left_out(table: Path) -> None:
    assert published_series(table, BOTH)[1][1].url == ""


def test_bounds_are_no_rows_and_stay_with_the_series(table: Path) -> None:
    named, rows = published_series(table, BOTH)
    assert len(rows) == 3
    assert [(bound.at_most, bound.source) for bound in named.series.bounds] == [(20, "Meridian")]


def test_what_came_later_is_left_out(table: Path) -> None:
    named, rows = published_series(table, BOTH, until=date(2023, 10, 5))
    assert [row.day.year for row in rows] == [2022, 2023]
    assert len(named.series.points) == 2
    with pytest.raises(TableError, match="no count up to 2020-01-01"):
        published_series(table, BOTH, until=date(2020, 1, 1))


def test_several_series_are_refused(table: Path) -> None:
    choice = TableChoice(sites=("Karsk", "Orlo"), categories=("railcar",))
    with pytest.raises(TableError, match="about one series, and this makes 2"):
        published_series(table, choice)


def test_two_of_one_publisher_and_day_have_two_ids(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("date,count\n2023-01-02T01:00Z,4\n2023-01-02T03:00Z,5\n", encoding="utf-8")
    rows = published_series(path, TableChoice())[1]
    assert [row.id for row in rows] == ["2023-01-02", "2023-01-02 (2)"]


@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_any_name_makes_a_site(name: str) -> None:
    site = unmapped_site(name)
    assert site.name == name
    assert not site.tracks
    assert not any(c.isspace() or c in "/\\" for c in site.id)
