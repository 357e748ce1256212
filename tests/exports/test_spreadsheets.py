"""CSV: cells come back, no cell is a formula, the dictionary fits, and ``wayside series`` reads the observations."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assessment import Counted
from wayside.errors import TableError
from wayside.exports import Form, write_export
from wayside.exports.dictionary import Kind, meanings
from wayside.exports.texts import clean, file_name, guarded, unguarded
from wayside.model.counts import CountDistribution
from wayside.pipeline.cases import series_of
from wayside.pipeline.exporting import probabilities_of
from wayside.series import SeriesSettings, analyse, to_json
from wayside.series.tables import read_counts

PARSERS = {
    "string": str, "integer": int, "number": float, "boolean": {"true": True, "false": False}.__getitem__,
    "datetime": datetime.fromisoformat, "date": date.fromisoformat,
}  # fmt: skip


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_the_dictionary_describes_every_cell(yard: Any, out: Path) -> None:
    """Read with nothing but datapackage.json, as the Table Schema says."""
    names = write_export(out, yard.made().contents(), Form.CSV)
    package = json.loads((out / "datapackage.json").read_text(encoding="utf-8"))
    assert {r["path"] for r in package["resources"]} == {name for name in names if name.endswith(".csv")}
    page = (out / "data-dictionary.md").read_text(encoding="utf-8")
    for resource in package["resources"]:
        data = (out / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        fields = resource["schema"]["fields"]
        rows = rows_of(out / resource["path"])
        assert rows
        assert list(rows[0]) == [field["name"] for field in fields]
        for field in fields:
            assert field["description"] in page
            for row in rows:
                if row[field["name"]]:
                    PARSERS[field["type"]](row[field["name"]])


def test_cells_come_back(yard: Any, out: Path) -> None:
    contents = yard.made().contents()
    write_export(out, contents, Form.CSV)
    for table in contents.tables:
        rows = rows_of(out / f"{table.name}.csv")
        for record, row, outline in zip(table.records(), rows, table.outlines, strict=True):
            for column in table.meaning.columns:
                cell, text = record[column.name], row[column.name]
                if cell is None:
                    assert not text
                elif column.kind is Kind.NUMBER:
                    assert float(text) == pytest.approx(cell, abs=1e-9)
                elif column.kind is Kind.BOOLEAN:
                    assert text == str(cell).lower()
                else:
                    assert unguarded(text) == str(cell)
            assert shapely.from_wkt(row["geometry_wkt"]).bounds[0] == pytest.approx(min(x for x, _ in outline.points))


def test_only_counted_scenes_are_observations(yard: Any, out: Path) -> None:
    made = yard.made(3)
    write_export(out, made.contents(), Form.CSV)
    assert [row["scene"] for row in rows_of(out / "observations.csv")] == [row.id for row in made.rows[:3]]
    counts = rows_of(out / "counts.csv")
    assert [row["count"] for row in counts][-1] == "", "nothing was counted there, which is not none"
    assert counts[-1]["reasons"] == "It is too coarse."


def forty(yard: Any) -> Any:
    """Forty scenes of all widths, some half hidden, two of one day: one of them sharper than the other."""
    rng = np.random.default_rng(2)
    rows = [
        yard.row(
            9 * k, cars=int(rng.poisson(14)) + (25 if k == 39 else 0), spread=int(rng.integers(1, 5)),
            visible=float(rng.uniform(0.3, 1.0)), gsd_m=float(rng.uniform(0.3, 0.8)),
        )
        for k in range(40)
    ]  # fmt: skip
    later = datetime(2023, 1, 1, 5, 0, 0, tzinfo=UTC) + timedelta(days=90)
    rows.insert(11, yard.row(90, {"id": "again", "acquired": later}, cars=3, spread=1))
    return replace(yard.made(0), rows=tuple(rows))


def test_the_series_of_the_file_is_the_series_of_the_workspace_to_the_last_digit(yard: Any, out: Path) -> None:
    made = forty(yard)
    write_export(out, made.contents(), Form.CSV)
    table = read_counts((out / "observations.csv").read_text(encoding="utf-8"), "observations.csv")
    assert not table.published
    read = table.series()[0].series
    own = series_of(made.site, made.rows, Counted.FREIGHT)
    assert len(read.points) == len(own.points) == 41
    for ours, theirs in zip(own.points, read.points, strict=True):
        assert replace(ours, scene_id="") == replace(theirs, scene_id="")
        assert ours.count.p.tobytes() == theirs.count.p.tobytes()
    first, second = (
        to_json(analyse(replace(s, site="x"), events=(), settings=SeriesSettings(), rng=np.random.default_rng(0)))
        for s in (own, read)
    )
    for found in (first, second):
        without_scene_ids(found)
    assert json.dumps(first) == json.dumps(second)


def without_scene_ids(found: Any) -> None:
    """Take the ids of scenes out, which a spreadsheet of counts has no need of."""
    if isinstance(found, dict):
        for key in [key for key in found if key.startswith("scene")]:
            found.pop(key)
    for inner in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        without_scene_ids(inner)


def test_without_the_probabilities_the_intervals_say_nearly_the_same(yard: Any, out: Path) -> None:
    """A reader who drops the long column, or another table with counts and bounds alone."""
    made = forty(yard)
    write_export(out, made.contents(), Form.CSV)
    lines = [",".join(row.values()) for row in rows_of(out / "observations.csv")]
    header = ",".join(rows_of(out / "observations.csv")[0])
    short = [",".join(line.split(",")[:8]) for line in (header, *lines)]
    read = read_counts("\n".join(short), "short.csv").series()[0].series
    for ours, theirs in zip(series_of(made.site, made.rows, Counted.FREIGHT).points, read.points, strict=True):
        if ours.day.isoformat() != "2023-04-01":  # two scenes, sorted by counts that are not the same any more
            assert ours.count.median == theirs.count.median
            assert abs(ours.count.interval(0.9).high - theirs.count.interval(0.9).high) <= 1


def test_a_changed_count_beside_its_probabilities_is_refused(yard: Any, out: Path) -> None:
    write_export(out, yard.made().contents(), Form.CSV)
    text = (out / "observations.csv").read_text(encoding="utf-8")
    row = rows_of(out / "observations.csv")[0]
    head = ",".join(row[name] for name in ("date", "count", "low", "high"))
    assert text.count(head) == 1
    for column in ("count", "low", "high"):
        other = row | {column: str(int(row[column]) + (-1 if column == "low" else 1 if column == "high" else 0))}
        if column == "count":
            other["count"] = row["high"]
        changed = text.replace(head, ",".join(other[name] for name in ("date", "count", "low", "high")))
        with pytest.raises(TableError, match=f"{column} is") as caught:
            read_counts(changed, "x").series()
        assert f"line 2, column {column}" in caught.value.where
        assert "pmf" in caught.value.todo
        emptied = changed.replace(row["pmf"], "", 1)
        assert read_counts(emptied, "x").series()


@pytest.mark.parametrize(
    "cell",
    ["0.5 0.5", "from 7", "from 7:", "from 7: 0.5 nan", "from 7: 0.5 0.6", "from -1: 1.0", "from 7: 1e999", "7:1",
     "from 7: 0.5  0.5", "from 4999: 0.2 0.6 0.2", "from 7: inf", "from 7: 1,0", "from 7: 0.5;0.5", "x" * 40_000],
)  # fmt: skip
def test_damaged_probabilities_are_named(cell: str) -> None:
    text = f'date,count,pmf\n2023-01-01,7,"{cell}"\n'
    with pytest.raises(TableError) as caught:
        read_counts(text, "x").series()
    assert "line 2, column pmf" in caught.value.where
    assert len(str(caught.value)) < 400


@given(
    st.integers(0, 900),
    st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=60).filter(lambda w: sum(w) > 0),
)
def test_any_distribution_comes_back_bit_for_bit(first: int, weights: list[float]) -> None:
    count = CountDistribution.from_weights(first, weights)
    low, high = count.interval(0.9)
    if not low <= count.median <= high:
        return  # no row can say so
    cell = probabilities_of(count)
    text = f"date,count,low,high,pmf\n2023-01-01,{count.median},{low},{high},{cell}\n"
    (point,) = read_counts(text, "x").series()[0].series.points
    assert (point.count.first, point.count.p.tobytes()) == (count.first, count.p.tobytes())


def test_no_cell_is_longer_than_a_spreadsheet_holds(yard: Any, out: Path) -> None:
    widths = {0: CountDistribution.from_interval(2000, 1000, 3000), 3: CountDistribution.from_interval(900, 800, 1000)}
    rows = [(yard.row(day), count) for day, count in widths.items()]
    rows = tuple(replace(row, result=replace(row.result, freight=count)) for row, count in rows)
    made = replace(yard.made(0), rows=rows)
    write_export(out, made.contents(), Form.CSV)
    cells = [row["pmf"] for row in rows_of(out / "observations.csv")]
    assert not cells[0]
    assert 5000 < len(cells[1]) < 32_767
    assert read_counts((out / "observations.csv").read_text(encoding="utf-8"), "x").series()


def test_two_scenes_of_one_moment_with_one_count_are_two_observations(yard: Any, out: Path) -> None:
    made = replace(yard.made(0), rows=(yard.row(0, {"id": "a"}), yard.row(0, {"id": "b"})))
    write_export(out, made.contents(), Form.CSV)
    table = read_counts((out / "observations.csv").read_text(encoding="utf-8"), "x")
    assert len(table.series()[0].series.points) == 2


# ---------------------------------------------------------------------- text
@given(st.text(max_size=40))
def test_text_comes_back_and_is_no_formula(text: str) -> None:
    text = clean(text)
    cell = guarded(text)
    assert unguarded(cell) == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\r", "\n"))


@given(st.text(max_size=40))
def test_clean_text_is_text_and_stays(text: str) -> None:
    found = clean(text)
    found.encode()
    assert len(found) == len(text)
    assert not any(c in found for c in "\0\r\n\t\x1b\x7f\x85")
    assert clean(found) == found


@given(st.text(max_size=60))
def test_a_file_name_is_harmless(text: str) -> None:
    found = file_name(text, otherwise="site")
    assert 1 <= len(found) <= 40
    assert found.isascii()
    assert not set(found) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert found[0].isalnum()


def test_names_that_differ_stay_apart() -> None:
    assert file_name("yard-1", otherwise="site") == "yard-1"
    found = {file_name(text, otherwise="site") for text in ("..", "../..", "", "é", "a/b", "x" * 41, "-x")}
    assert len(found) == 7


def test_every_column_has_a_meaning_and_names_differ() -> None:
    for meaning in meanings():
        assert len(set(meaning.names)) == len(meaning.columns)
        assert all(column.text.endswith(".") for column in meaning.columns)
        assert "|" not in "".join(column.text + column.unit for column in meaning.columns)


def test_a_certain_count_stays_certain(yard: Any, out: Path) -> None:
    row = yard.row(0)
    row = replace(row, result=replace(row.result, freight=CountDistribution.exactly(7)))
    write_export(out, replace(yard.made(0), rows=(row,)).contents(), Form.CSV)
    (seen,) = rows_of(out / "observations.csv")
    assert (seen["count"], seen["low"], seen["high"]) == ("7", "7", "7")
