"""Which series of a spreadsheet are taken, and what the analysis is told of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from wayside.errors import TableError
from wayside.pipeline.tables import TableChoice, series_of_table

OWN = (
    "date,count,category,site\n2023-01-01,8,ore,N\n2023-01-01,2,box,N\n2023-02-01,9,ore,N\n2023-02-01,4,ore,S\n"
    "2023-03-01,5,ore,S\n"
)
PUBLISHED = (
    "date,site,category,low,high,approximation,quantity\n"
    "2023-01-01,A,ore car,3,3,exact,3\n2023-02-01,A,box car,4,4,exact,4\n2023-02-01,B,ore car,9,9,exact,9\n"
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8-sig")
    return path


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published.csv"
    path.write_text(PUBLISHED, encoding="utf-8")
    return path


def names(path: Path, choice: TableChoice, today: date | None = None) -> list[str]:
    return [one.series.site for one in series_of_table(path, choice, today=today).series]


def test_sites_and_types_stand_side_by_side(own: Path, published: Path) -> None:
    assert names(own, TableChoice(("N",))) == ["N"]
    assert names(own, TableChoice(("S", "N", "S"))) == ["S", "N"]
    assert names(own, TableChoice(all_sites=True)) == ["N", "S"]
    assert names(own, TableChoice(("N",), by_type=True)) == ["N, ore", "N, box", "N"]
    cars = ("ore car", "box car")
    assert names(published, TableChoice(categories=cars, all_sites=True)) == ["A", "B"]
    assert names(published, TableChoice(("A",), cars, by_type=True)) == ["A, ore car", "A, box car", "A"]


def test_what_was_not_chosen_is_not_guessed(own: Path, published: Path, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"several sites: N, S\. Choose with --site"):
        names(own, TableChoice())
    with pytest.raises(TableError, match=r"several sites and categories: A, B; ore car, box car\. Choose with"):
        names(published, TableChoice(categories=("ore car",)))
    with pytest.raises(TableError, match=r"Choose with --site and --category"):
        names(published, TableChoice(("A",)))
    with pytest.raises(TableError, match="all sites and some sites"):
        TableChoice(("A",), all_sites=True)
    plain = tmp_path / "plain.csv"
    plain.write_text("date,count\n2023-01-01,8\n")
    with pytest.raises(TableError, match=r"no categories\. Leave --category and --by-type out"):
        names(plain, TableChoice(by_type=True))


def test_a_date_in_the_future_is_refused_where_today_is_known(own: Path) -> None:
    assert names(own, TableChoice(("S",)), date(2023, 3, 1)) == ["S"]
    with pytest.raises(TableError, match=r"line 6, column date: 2023-03-01 lies in the future"):
        names(own, TableChoice(("S",)), date(2023, 2, 1))


def test_what_was_done_to_the_figures_is_told(own: Path) -> None:
    (one,) = series_of_table(own, TableChoice(("N",))).series
    assert [p.count.mode for p in one.series.points] == [10, 9]
    assert one.notes == ("The total adds up box, ore; on 1 of 2 dates some have no row and add nothing.",)
    assert (one.site, one.category) == ("N", "")


def test_a_site_that_cannot_be_used_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,count,site\n2023-01-01,8,N\n2018-01-01/2022-12-31,20,B\n2023-02-01,many,X\n2023-03-01,4,S\n")
    chosen = series_of_table(path, TableChoice(all_sites=True))
    assert [one.site for one in chosen.series] == ["N", "S"]
    assert [name for name, _ in chosen.failed] == ["B", "X"]
    assert "only bounds over periods" in chosen.failed[0][1].what
    assert chosen.failed[1][1].where.endswith("t.csv, line 4, column count")
    with pytest.raises(TableError, match="'many' is not a number"):
        series_of_table(path, TableChoice(("N",)))


def test_of_all_sites_those_without_the_category_are_not_meant(published: Path) -> None:
    box = TableChoice(categories=("box car",), all_sites=True)
    assert [one.site for one in series_of_table(published, box).series] == ["A"]
    assert series_of_table(published, box).failed == ()
    named = series_of_table(published, TableChoice(("A", "B"), ("box car",)))
    assert [str(error) for _, error in named.failed] == [
        f"{published}: the table has no row of box car at 'B'. Give site and category as the table writes them"
    ]
    with pytest.raises(TableError, match=r"no category 'tank car'; it has ore car, box car"):
        series_of_table(published, TableChoice(categories=("tank car",), all_sites=True))


def test_what_excel_calls_unicode_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "excel.txt"
    path.write_text("date\tcount\n2023-01-01\t8\n", encoding="utf-16")
    with pytest.raises(TableError, match="not UTF-8"):
        names(path, TableChoice())
    path.write_text("date,count,note\n2023-01-01,8,Züge\n", encoding="cp1252")
    with pytest.raises(TableError, match="not UTF-8"):
        names(path, TableChoice())


@pytest.mark.shared
def test_a_published_table_as_it_is(shared_dir: Path) -> None:
    path = shared_dir / "facts" / "published_counts.csv"
    cars = ("railcar", "freight railcar", "ore car", "box car", "tank car")
    choice = TableChoice(("Tumangang", "Sonbong"), cars, by_type=True)
    found = series_of_table(path, choice, today=date(2024, 8, 8)).series
    tumangang = next(one for one in found if one.series.site == "Tumangang")
    assert [p.count.median for p in tumangang.series.points] == [3, 5, 8, 73, 255]
    assert found[-1].series.site == "Sonbong"
    with pytest.raises(TableError, match="lies in the future"):
        series_of_table(path, TableChoice(("Tumangang",), cars), today=date(2023, 12, 31))
