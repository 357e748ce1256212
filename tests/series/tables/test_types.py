"""Car types and sites of one table: series of their own, totals, bounds, and what is noted."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.errors import TableError
from wayside.model.counts import CountDistribution
from wayside.series.tables import read_counts, read_table, whole_count

TYPES = (
    "date,count,low,high,category,site\n"
    "2023-01-01,5,5,5,ore,N\n2023-01-01,3,3,3,box,N\n"
    "2023-02-01,7,7,7,ore,N\n"
    "2023-01-01,2,2,2,ore,S\n"
)


def modes(text: str, **choice: object) -> dict[tuple[str, str], list[int]]:
    found = read_counts(text, "t").series(**choice)  # type: ignore[arg-type]
    return {(one.site, one.category): [p.count.mode for p in one.series.points] for one in found}


def test_types_are_added_up() -> None:
    assert modes(TYPES) == {("N", ""): [8, 7], ("S", ""): [2]}
    assert [s.points[0].count.mode for s in read_table(TYPES, "t")] == [8, 2]


def test_types_have_series_of_their_own_and_the_total_comes_last() -> None:
    found = modes(TYPES, by_type=True)
    assert list(found.items()) == [
        (("N", "ore"), [5, 7]),
        (("N", "box"), [3]),
        (("N", ""), [8, 7]),
        (("S", "ore"), [2]),
        (("S", ""), [2]),
    ]
    names = [one.series.site for one in read_counts(TYPES, "t").series(by_type=True)]
    assert names == ["N, ore", "N, box", "N", "S, ore", "S"]


def test_sites_and_types_may_be_chosen() -> None:
    assert modes(TYPES, sites=("S", "N", "S")) == {("S", ""): [2], ("N", ""): [8, 7]}
    assert modes(TYPES, categories=("box",)) == {("N", ""): [3]}
    assert modes(TYPES, sites=("N",), categories=("ore", "box")) == {("N", ""): [8, 7]}
    table = read_counts(TYPES, "t")
    assert (table.published, table.sites, table.categories) == (False, ("N", "S"), ("ore", "box"))
    for choice, message in (
        ({"sites": ("X",)}, "t: the table has no site 'X'; it has N, S"),
        ({"categories": ("tank",)}, "t: the table has no category 'tank'; it has ore, box"),
        ({"sites": ("S",), "categories": ("box",)}, "t: no count of box at 'S' on a single date. Give site and"),
    ):
        with pytest.raises(TableError) as caught:
            table.series(**choice)
        assert str(caught.value).startswith(message)
    with pytest.raises(TableError, match="no categories"):
        read_counts("date,count\n2023-01-01,5\n", "t").series(by_type=True)


def test_a_type_that_nobody_counted_adds_nothing_and_is_noted() -> None:
    north, south = read_counts(TYPES, "t").series()
    assert north.notes == ("The total adds up box, ore; on 1 of 2 dates some have no row and add nothing.",)
    assert south.notes == ()


def test_the_tables_own_total_is_used_where_it_agrees() -> None:
    text = "date,count,type\n2023-01-01,50,ore\n2023-01-01,30,box\n2023-01-01,82,Total\n2023-02-01,40,ore\n"
    found = modes(text, by_type=True)
    assert found == {("t", "ore"): [50, 40], ("t", "box"): [30], ("t", ""): [82, 40]}
    (total,) = read_counts(text, "t").series()
    assert "On 1 of 2 dates the table's own total is used; it agrees with its parts." in total.notes
    assert modes(text, categories=("Total",)) == {("t", ""): [82]}
    assert modes(text, categories=("ore", "box")) == {("t", ""): [80, 40]}
    with pytest.raises(TableError, match="cannot be added to its own parts"):
        read_counts(text, "t").series(categories=("Total", "ore"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "date,count,type\n2023-01-01,50,ore\n2023-01-01,30,box\n2023-01-01,95,total\n",
            "t, line 4, column type: the 'total' of 2023-01-01 (91 to 100) is not the sum of its parts (78 to",
        ),
        (
            "date,count,type\n2023-01-01,50,all\n2023-01-01,30,box\n",
            "t, line 2, column type: the 'all' of 2023-01-01",
        ),
        (
            "date,count,type\n2023-01-01,50,ore\n2023-01-01,40,ore\n2023-01-01,30,box\n",
            "t, line 3, column type: 'ore' is counted twice on 2023-01-01 (line 2)",
        ),
        (
            "date,count,type\n2023-01-01,50,ore\n2023-01-01,50,total\n2023-01-01,51,all\n",
            "t, line 3, column type: 'total' is counted twice on 2023-01-01 (line 4)",
        ),
        (
            "date,count,type\n2023-01-01T02:00Z,50,ore\n2023-01-01,40,box\n",
            "t, line 3, column date: line 2 and this one are of 2023-01-01, but only one has a time",
        ),
        (
            "date,count,type\n2023-01-01T02:00Z,50,ore\n2023-01-01T02:00Z,40,ore\n",
            "t, line 3, column date: the scene of 2023-01-01T02:00:00+00:00 was counted on line 2 already",
        ),
        (
            "date,count,type\n2023-01-01,50,ore\n2023-02-01,40,Ore\n",
            "t, line 3, column type: 'Ore' is 'ore' of line 2 in another spelling",
        ),
    ],
)
def test_what_cannot_be_added_up_is_said(text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        read_counts(text, "t").series()
    assert str(caught.value).startswith(message)


def test_scenes_of_one_day_are_told_apart_by_their_times() -> None:
    text = (
        "date,count,type\n2023-01-01T02:00Z,50,ore\n2023-01-01T05:00Z,40,ore\n"
        "2023-01-01T05:00Z,10,box\n2023-01-01T02:00Z,20,box\n"
    )
    assert modes(text) == {("t", ""): [50, 70]}
    twice = "date,count,type\n2023-01-01,50,ore\n2023-01-01,40,ore\n2023-02-01,10,box\n"
    assert modes(twice) == {("t", ""): [40, 50, 10]}


def test_what_hides_one_type_hides_the_others_on_its_track() -> None:
    text = "date,count,type,visible_fraction\n2023-01-01,6,ore,0.5\n2023-01-01,4,box,0.5\n"
    (total,) = read_counts(text, "t").series()
    (point,) = total.series.points
    ore, box = (CountDistribution.from_interval(n, n - 0.05 * n, n + 0.05 * n) for n in (6, 4))
    assert point.count == whole_count(CountDistribution.total([box, ore]), 0.5)
    assert point.visible_fraction == 0.5
    apart = CountDistribution.total([whole_count(ore, 0.5), whole_count(box, 0.5)])
    assert point.count.variance > 1.3 * apart.variance
    some = "date,count,type,visible_fraction,gsd_m\n2023-01-01,6,ore,0.5,0.5\n2023-01-01,4,box,1,0.3\n"
    (point,) = read_counts(some, "t").series()[0].series.points
    assert point.count == CountDistribution.total([whole_count(ore, 0.5), box])
    assert (point.visible_fraction, point.gsd_m) == (0.5, 0.5)


def test_bounds_belong_to_what_they_bound() -> None:
    text = (
        "date,count,low,type\n2023-01-01,5,,ore\n2023-01-01,3,,box\n"
        "2022-01-01/2022-12-31,9,,ore\n2022-01-01/2022-12-31,20,5,total\n"
    )
    ore, box, total = read_counts(text, "t").series(by_type=True)
    assert [b.at_most for b in ore.series.bounds] == [9]
    assert box.series.bounds == ()
    assert [(b.first, b.last, b.at_most) for b in total.series.bounds] == [(date(2022, 1, 1), date(2022, 12, 31), 20)]
    period = "from 2022-01-01 to 2022-12-31"
    assert total.notes == (
        f"The bound of 9 on 'ore' {period} is left out of the total: it speaks of a part.",
        f"Of the bound 5 to 20 {period} only the upper end is used: the lower one does not say on which days.",
    )


def test_what_was_done_to_the_figures_is_noted() -> None:
    text = "date,count,visible_fraction,gsd_m\n2023-01-01,5,0.5,0.5\n2023-02-01,5,0.05,0.5\n2023-03-01,5,1,2\n"
    (found,) = read_counts(text, "t").series()
    completed, coarse = found.notes
    assert completed.startswith("2 of 3 counts are of the visible part")
    assert coarse.startswith("1 of 3 counts come from images coarser than 0.6 m")
    (plain,) = read_counts("date,count\n2023-01-01,5\n", "t").series()
    assert plain.notes == ()


def test_published_categories_must_be_chosen() -> None:
    header = "date,site,category,low,high,approximation,quantity\n"
    text = header + "2023-01-01,A,ore,3,3,exact,3\n2023-01-01,A,box,4,4,exact,4\n2023-02-01,B,ore,9,9,exact,9\n"
    with pytest.raises(TableError, match=r"several categories, which may overlap: ore, box\. Choose those to add up"):
        read_counts(text, "p").series(by_type=True)
    found = read_counts(text, "p").series(categories=("ore", "box"), by_type=True)
    assert [(one.series.site, len(one.series.points)) for one in found] == [
        ("A, ore", 1), ("A, box", 1), ("A", 1), ("B, ore", 1), ("B", 1)]  # fmt: skip
    assert [p.count.mode for p in found[2].series.points] == [7]
    bounded = text + "2022-01-01/2022-12-31,C,ore,5,20,at most,\n"
    with pytest.raises(TableError, match="p: no count of ore at 'C' on a single date"):
        read_counts(bounded, "p").series(sites=("C",), categories=("ore",))
