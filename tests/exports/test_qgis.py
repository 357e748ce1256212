"""Exports opened in QGIS itself: the styles are taken without a click, valid, and label what they should."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from wayside.exports import Form, write_export
from wayside.exports.styles import CAR_COLOURS

READER = Path(__file__).with_name("qgis_reads.py")
TIMED = {"cars", "zone_looks", "occupied", "counts", "track_counts", "type_counts"}
LABELLED = {"tracks", "zones", "counts", "track_counts"}
TYPES = {
    "text": {"String"}, "integer": {"Integer", "Integer64"}, "number": {"Real"}, "boolean": {"Boolean"},
    "time": {"DateTime"}, "date": {"Date"},
}  # fmt: skip


@pytest.fixture(scope="module")
def python() -> str:
    """The Python that QGIS belongs to, which is the system's and not the tests'."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    asked = [str(found), "-c", "import qgis.core"]
    if found is None or subprocess.run(asked, env=_clean(), capture_output=True, check=False).returncode:
        pytest.skip("QGIS is not installed with its Python modules (Debian: qgis, python3-qgis)")
    return found


def _clean() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GDAL", "PROJ", "PYTHON", "VIRTUAL_ENV"))}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}


def opened(python: str, folder: Path, sources: dict[str, str]) -> tuple[dict[str, Any], int]:
    """What QGIS makes of the sources, by table; and of how many colours its picture of them is."""
    home = folder / "home"
    home.mkdir(mode=0o700, parents=True)
    command = [python, "-X", "faulthandler", str(READER), str(folder / "map.png"), *sources.values()]
    environment = _clean() | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    lines = [line for line in said.stdout.splitlines() if line.startswith("{")]
    assert lines, said.stdout + said.stderr
    assert "Non-conformant" not in said.stderr
    found = json.loads(lines[-1])
    return dict(zip(sources, found["layers"], strict=True)), found["drawn"]


@pytest.mark.parametrize("form", [Form.GPKG, Form.GEOJSON])
def test_qgis_shows_an_export_at_once(yard: Any, out: Path, tmp_path: Path, python: str, form: Form) -> None:
    contents = yard.made().contents()
    path = out if form.is_folder else out.with_suffix(".gpkg")
    write_export(path, contents, form)
    names = [table.name for table in contents.tables]
    one = {name: f"{path}|layername={name}" for name in names}
    layers, colours = opened(python, tmp_path, one if form is Form.GPKG else {n: f"{path}/{n}.geojson" for n in names})
    assert colours > 10, "nothing is drawn"
    for table in contents.tables:
        layer = layers[table.name]
        assert layer["valid"]
        assert (layer["features"], layer["broken"], layer["crs"]) == (len(table.rows), 0, "EPSG:4326")
        assert layer["timed"] == ("acquired" if table.name in TIMED else False)
        assert (layer["labels"] is not None) == (table.name in LABELLED)
        assert not layer["label_errors"]
        assert all(name and "error" not in str(name) for name in layer["names"])
        for column in table.meaning.columns:
            kind, alias = layer["fields"][column.name]
            assert alias == column.title
            if any(cell is not None for cell in table.column(column.name)):
                assert kind in TYPES[column.kind], (table.name, column.name, kind)


def test_qgis_colours_types_and_labels_the_newest_scene(yard: Any, out: Path, tmp_path: Path, python: str) -> None:
    made = yard.made()
    path = out.with_suffix(".gpkg")
    write_export(path, made.contents(), Form.GPKG)
    names = ("cars", "tracks", "zones", "counts", "track_counts")
    layers, _ = opened(python, tmp_path, {name: f"{path}|layername={name}" for name in names})
    assert layers["cars"]["renderer"] == "categorizedSymbol"
    assert layers["cars"]["colours"] == {str(k).replace("-", " "): c for k, c in CAR_COLOURS.items()}
    assert layers["tracks"]["labels"] == [track.id for track in made.site.tracks]
    assert layers["zones"]["labels"] == ["crates"]
    *earlier, newest = layers["counts"]["labels"]
    assert newest == "2023-10-28: not counted"
    assert set(earlier) == {None}
    assert layers["counts"]["opacities"] == [12, 12, 12, 100]
    one = opened(
        python, tmp_path / "again", {"counts": f"{path}|layername=counts|subset=\"scene\" = '{made.rows[1].id}'"}
    )[0]
    count = made.rows[1].result.freight
    low, high = count.interval(0.9)
    assert one["counts"]["labels"] == [f"2023-01-11: {count.median} ({low}–{high})"]
    assert one["counts"]["opacities"] == [100]


def test_qgis_takes_hostile_names_for_what_they_are(hostile: Any, out: Path, tmp_path: Path, python: str) -> None:
    path, contents = out.with_suffix(".gpkg"), hostile.contents()
    write_export(path, contents, Form.GPKG)
    names = [table.name for table in contents.tables]
    layers, _ = opened(python, tmp_path, {name: f"{path}|layername={name}" for name in names})
    ids = [str(cell).removeprefix("\ufeff") for cell in contents.table("tracks").column("track")]
    assert layers["tracks"]["labels"] == ids  # Qt takes a byte-order mark away
    for table in contents.tables:
        assert layers[table.name]["features"] == len(table.rows)
        assert not layers[table.name]["label_errors"]
