"""CSV: cells come back, no cell is a formula, the dictionary fits, and ``wayside series`` reads the observations."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assessment import Counted
from wayside.exports import Form, write_export
from wayside.exports.dictionary import Kind, meanings
from wayside.exports.texts import clean, file_name, guarded, unguarded
from wayside.model.counts import CountDistribution
from wayside.pipeline.cases import series_of
from wayside.series import SeriesSettings, analyse
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


def test_the_series_of_the_file_is_the_series_of_the_workspace(yard: Any, out: Path) -> None:
    rng = np.random.default_rng(2)
    made = yard.made(0)
    rows = tuple(
        yard.row(9 * k, cars=int(rng.poisson(14)) + (25 if k == 39 else 0), spread=int(rng.integers(1, 5)))
        for k in range(40)
    )
    made = replace(made, rows=rows)
    write_export(out, made.contents(), Form.CSV)
    table = read_counts((out / "observations.csv").read_text(encoding="utf-8"), "observations.csv")
    assert not table.published
    read = table.series()[0].series
    own = series_of(made.site, made.rows, Counted.FREIGHT)
    for ours, theirs in zip(own.points, read.points, strict=True):
        assert (ours.day, ours.gsd_m) == (theirs.day, theirs.gsd_m)
        assert ours.visible_fraction == pytest.approx(theirs.visible_fraction, abs=1e-4)
        assert ours.count.median == theirs.count.median
        low, high = ours.count.interval(0.9), theirs.count.interval(0.9)
        assert abs(low.low - high.low) <= 1
        assert abs(low.high - high.high) <= 1
    first, second = (
        analyse(s, events=(), settings=SeriesSettings(), rng=np.random.default_rng(0)) for s in (own, read)
    )
    assert first.now.median == second.now.median
    for ours, theirs in (
        (first.record.p_exceeds_observed, second.record.p_exceeds_observed),
        (first.record.p_exceeds_all_days, second.record.p_exceeds_all_days),
        (first.surge.probability, second.surge.probability),
    ):
        assert ours == pytest.approx(theirs, abs=0.05)


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
