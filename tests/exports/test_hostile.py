"""Ids and names of strangers in every format: never a path, never markup, and the files are valid all the same."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import geojson_validator
import pyarrow.parquet as pq
import pystac
import pystac.validation
import pytest

from wayside.errors import InputError, OutsideError
from wayside.exports import Form, default_name, write_export
from wayside.exports.texts import clean

FILES = {Form.GEOJSON: 17, Form.PARQUET: 17, Form.CSV: 12, Form.STAC: 4}
BY_SCENE = {Form.STAC: 3}


@pytest.mark.parametrize("form", list(Form))
def test_hostile_text_is_data_and_nothing_else(hostile: Any, tmp_path: Path, form: Form) -> None:
    folder = tmp_path / "in" / "there"
    folder.mkdir(parents=True)
    path = folder / default_name(hostile.site.id, form)
    assert path.resolve().parent == folder.resolve()
    names = write_export(path, hostile.contents(), form)
    assert list(tmp_path.iterdir()) == [tmp_path / "in"]
    assert list(folder.iterdir()) == [path]
    if form.is_folder:
        found = sorted(p.relative_to(path).as_posix() for p in path.rglob("*") if p.is_file())
        assert found == sorted(names)
        assert len(found) == FILES[form] + BY_SCENE.get(form, 0) * len(hostile.rows)
        assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz_-./0123456789") for name in found)
    _check(path, form, {clean(row.id) for row in hostile.rows})


def _check(path: Path, form: Form, scenes: set[str]) -> None:
    if form is Form.GPKG:
        with sqlite3.connect(path) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert {s for (s,) in database.execute("SELECT scene FROM cars")} == scenes
        return
    for file in path.rglob("*"):
        if file.suffix in {".json", ".geojson"}:
            json.loads(file.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    if form is Form.GEOJSON:
        assert geojson_validator.validate_structure(json.loads((path / "cars.geojson").read_text("utf-8"))) == {}
    elif form is Form.PARQUET:
        assert set(pq.read_table(path / "cars.parquet").column("scene").to_pylist()) == scenes
    elif form is Form.STAC:
        items = list(pystac.Catalog.from_file(str(path / "catalog.json")).get_items(recursive=True))
        assert scenes | {f"{scene}-cars" for scene in scenes} == {item.id for item in items}
        for item in items:
            pystac.validation.validate_dict({**item.to_dict(), "stac_extensions": []})


# ---------------------------------------------------------------------- all or nothing
@pytest.mark.parametrize("form", list(Form))
def test_what_is_there_stays_unless_it_may_go(yard: Any, out: Path, form: Form) -> None:
    path = out if form.is_folder else out.with_suffix(".gpkg")
    contents = yard.made().contents()
    write_export(path, contents, form)
    before = _everything(path)
    with pytest.raises(InputError, match="already") as caught:
        write_export(path, contents, form)
    assert "--replace" in caught.value.todo
    assert _everything(path) == before
    write_export(path, yard.made(1).contents(), form, replace=True)
    assert _everything(path) != before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("form", list(Form))
def test_somebodys_work_is_never_replaced(yard: Any, out: Path, form: Form) -> None:
    path = out if form.is_folder else out.with_suffix(".gpkg")
    if form.is_folder:
        path.mkdir()
        (path / "thesis.txt").write_text("three years")
    else:
        path.write_text("three years")
    before = _everything(path)
    with pytest.raises(InputError, match="no export"):
        write_export(path, yard.made().contents(), form, replace=True)
    assert _everything(path) == before


@pytest.mark.parametrize("name", ["plain", "of.db", "x.GPKG"])
def test_a_geopackage_may_have_any_name(yard: Any, tmp_path: Path, name: str) -> None:
    write_export(tmp_path / name, yard.made(1).contents(), Form.GPKG)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    write_export(tmp_path / name, yard.made(2).contents(), Form.GPKG, replace=True)


def test_a_link_is_not_followed(yard: Any, out: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_export(target, yard.made().contents(), Form.CSV)
    out.symlink_to(target)
    with pytest.raises(InputError, match="no export"):
        write_export(out, yard.made().contents(), Form.CSV, replace=True)


@pytest.mark.parametrize("form", list(Form))
def test_a_failure_leaves_nothing(yard: Any, tmp_path: Path, form: Form) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    with pytest.raises((OutsideError, InputError)):
        write_export(blocked / "x", yard.made().contents(), form)
    assert list(tmp_path.iterdir()) == [blocked]


@pytest.mark.parametrize("form", [Form.GEOJSON, Form.CSV, Form.STAC, Form.PARQUET])
def test_the_same_contents_give_the_same_bytes(yard: Any, tmp_path: Path, form: Form) -> None:
    for name in ("a", "b"):
        write_export(tmp_path / name, yard.made().contents(), form)
    assert _everything(tmp_path / "a") == _everything(tmp_path / "b")


def _everything(path: Path) -> dict[str, bytes]:
    if path.is_file():
        return {"": path.read_bytes()}
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
