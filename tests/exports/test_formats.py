"""Each format by somebody else's validator, which is shown to find faults; and what other readers find in it."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geojson_validator
import geopandas
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw
import pytest
import shapely

from wayside.errors import InputError
from wayside.exports import Form, write_export
from wayside.exports.dictionary import meaning_of, meanings
from wayside.exports.styles import CAR_COLOURS, style_of
from wayside.model.cars import CarType
from wayside.report.figures import palette

LAYERS = ["cars", "tracks", "zones", "zone_looks", "occupied", "counts", "track_counts", "type_counts"]


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


# ---------------------------------------------------------------------- GeoJSON
def faults(document: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What geojson-validator finds that RFC 7946 forbids, and outlines that cross themselves."""
    found = geojson_validator.validate_structure(copy.deepcopy(document))
    if not found and document["features"]:
        said = geojson_validator.validate_geometries(
            copy.deepcopy(document),
            criteria_invalid=["unclosed", "less_three_unique_nodes", "exterior_not_ccw", "interior_not_cw"],
            criteria_problematic=["self_intersection", "duplicate_nodes", "outside_lat_lon_boundaries"],
        )
        found = said["invalid"] | said["problematic"]
    capsys.readouterr()
    return found


def test_geojson_is_valid_and_the_validator_sees_faults(yard: Any, out: Path, capsys: Any) -> None:
    names = write_export(out, yard.made().contents(), Form.GEOJSON)
    assert sorted(names) == sorted(
        [*(f"{name}.{end}" for name in LAYERS for end in ("geojson", "qml")), "wayside-export.json"]
    )
    for name in LAYERS:
        document = load(out / f"{name}.geojson")
        assert faults(document, capsys) == {}
        assert document["bbox"][0] <= document["bbox"][2]
        assert "crs" not in document, "RFC 7946 has taken it out"
    broken = load(out / "cars.geojson")
    broken["features"][0]["geometry"]["coordinates"][0].reverse()
    assert "exterior_not_ccw" in faults(broken, capsys)
    broken["features"][0].pop("properties")
    assert faults(broken, capsys)


def test_geojson_boxes_hold_their_features(yard: Any, out: Path) -> None:
    write_export(out, yard.made().contents(), Form.GEOJSON)
    for name in LAYERS:
        document = load(out / f"{name}.geojson")
        boxes = []
        for feature in document["features"]:
            assert feature["bbox"] == pytest.approx(shapely.geometry.shape(feature["geometry"]).bounds, abs=0)
            boxes.append(feature["bbox"])
        around = [f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max))]
        assert document["bbox"] == around


def test_cars_lie_along_their_track_where_they_are_said_to(yard: Any, out: Path) -> None:
    """By pyproj's geodesic, which is not how the outlines were made."""
    import pyproj

    made = yard.made(1)
    write_export(out, made.contents(), Form.GEOJSON)
    geod = pyproj.Geod(ellps="WGS84")
    start = made.site.tracks[0].centreline[0]
    checked = 0
    for feature in load(out / "cars.geojson")["features"]:
        said = feature["properties"]
        if said["track"] != "1" or said["truncated"]:
            continue  # that one brought its own outline
        ring = feature["geometry"]["coordinates"][0][:4]
        area = abs(geod.polygon_area_perimeter(*zip(*ring, strict=True))[0])
        assert area == pytest.approx(3.1 * said["length_m"], rel=0.01)
        lon, lat = (sum(p[i] for p in ring) / 4 for i in (0, 1))
        distance = geod.inv(start.x, start.y, lon, lat)[2]
        assert distance == pytest.approx((said["start_m"] + said["end_m"]) / 2, abs=2.5)  # moved by 1.5 m and -0.5 m
        checked += 1
    assert checked >= 2


# ---------------------------------------------------------------------- GeoPackage
def gdal_says(path: Path) -> subprocess.CompletedProcess[str]:
    python, module = shutil.which("python3", path="/usr/bin"), "osgeo_utils.samples.validate_gpkg"
    if (
        python is None
        or subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode
    ):
        pytest.skip("GDAL's own validator is not installed (Debian: python3-gdal)")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GDAL", "PROJ", "PYTHON"))}
    command = [python, "-m", module, str(path)]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("pixel", [False, True])
def test_a_geopackage_is_valid_by_gdals_validator(yard: Any, out: Path, pixel: bool) -> None:
    path = out.with_suffix(".gpkg")
    assert write_export(path, yard.made(pixel=pixel).contents(), Form.GPKG) == ("out.gpkg",)
    said = gdal_says(path)
    assert said.returncode == 0, said.stdout + said.stderr
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id IN (4326, -1)")
    assert gdal_says(path).returncode, "the validator finds no fault"


def test_a_geopackage_has_what_the_standard_asks_for(yard: Any, out: Path) -> None:
    path = out.with_suffix(".gpkg")
    write_export(path, yard.made().contents(), Form.GPKG)
    with sqlite3.connect(path) as database:
        ask = lambda text: database.execute(text).fetchall()  # noqa: E731 - read once
        assert ask("PRAGMA application_id") == [(0x47504B47,)]
        assert ask("PRAGMA user_version") == [(10300,)]
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
        kinds = dict(ask("SELECT table_name, data_type FROM gpkg_contents"))
        assert kinds == dict.fromkeys(LAYERS, "features") | {"layer_styles": "attributes"}
        assert set(ask("SELECT srs_id FROM gpkg_geometry_columns")) == {(4326,)}
        indexed = {
            name for (name,) in ask("SELECT table_name FROM gpkg_extensions WHERE extension_name='gpkg_rtree_index'")
        }
        assert indexed == set(LAYERS)
        assert ask("SELECT count(*) FROM rtree_cars_geom") == ask("SELECT count(*) FROM cars") != [(0,)]
        described = set(ask("SELECT table_name, column_name, description FROM gpkg_data_columns"))
        assert described == {(m.name, c.name, c.text) for m in meanings() if m.name in LAYERS for c in m.columns}
        for name in LAYERS:
            there = [row[1] for row in ask(f"PRAGMA table_info({name})")]
            assert there[2:] == list(next(m for m in meanings() if m.name == name).names)


def test_qgis_finds_a_style_for_every_layer(yard: Any, out: Path) -> None:
    path = out.with_suffix(".gpkg")
    write_export(path, yard.made().contents(), Form.GPKG)
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles ORDER BY id"
        ).fetchall()
    assert [row[0] for row in rows] == LAYERS
    assert {row[1] for row in rows} == {"geom"}
    assert {row[3] for row in rows} == {1}
    for name, _, text, _ in rows:
        root = ET.fromstring(text)  # noqa: S314 - written here
        renderer = root.find("renderer-v2")
        assert root.tag == "qgis"
        assert renderer is not None
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        asked = {category.get("symbol") for category in renderer.iter("category")} or {"0"}
        assert asked == symbols
        said = [s.get("fieldName", "") for s in root.iter("text-style")]
        said += [o.get("value", "") for o in root.iter("Option") if o.get("name") == "expression"]
        said += [e.text or "" for e in root.iter("previewExpression")]
        used = {renderer.get("attr"), *re.findall(r'"([^"]*)"', " ".join(said))} - {None}
        used |= {alias.get("field") for alias in root.iter("alias")}
        assert used <= set(meaning_of(name).names)


def test_cars_are_coloured_as_in_the_report() -> None:
    assert dict(CAR_COLOURS) == palette.CAR_COLOURS
    root = ET.fromstring(style_of(meaning_of("cars")))  # noqa: S314 - written here
    values = [category.get("value") for category in root.iter("category")]
    assert values == [str(kind) for kind in CarType]
    colours = [option.get("value") for option in root.iter("Option") if option.get("name") == "color"]
    assert colours[0] == "0,114,178,115"  # 0x0072b2


def test_gdal_reads_the_cells_that_were_written(yard: Any, out: Path) -> None:
    path, contents = out.with_suffix(".gpkg"), yard.made().contents()
    write_export(path, contents, Form.GPKG)
    for table in contents.tables:
        read = pyogrio.read_dataframe(path, layer=table.name, read_geometry=False)
        assert list(read.columns) == list(table.meaning.names)
        for name, column in ((c.name, c) for c in table.meaning.columns):
            for given, found in zip(table.column(name), read[name], strict=True):
                if given is None:
                    assert found is None or str(found) in {"nan", "NaT", "<NA>"}, (name, found)
                elif column.kind == "time":
                    assert found.isoformat().startswith(str(given)[:19])
                elif column.kind == "date":
                    assert str(found)[:10] == given
                else:
                    assert found == pytest.approx(given) if isinstance(given, float) else found == given


# ---------------------------------------------------------------------- GeoParquet
def parquet_says(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("geoparquet-validator")
    if not program.exists():
        pytest.skip("geoparquet-validator is not installed")
    return subprocess.run([program, "check", *more, path], capture_output=True, text=True, timeout=60, check=False)


def test_geoparquet_passes_every_class_of_its_validator(yard: Any, out: Path) -> None:
    write_export(out, yard.made().contents(), Form.PARQUET)
    for name in LAYERS:
        said = parquet_says(out / f"{name}.parquet")
        assert said.returncode == 0, said.stdout
    plain = out / "plain.parquet"
    geopandas.read_parquet(out / "cars.parquet").drop(columns="bbox", errors="ignore").to_parquet(plain)
    assert parquet_says(plain).returncode == 1, "the validator finds no fault in a file without covering boxes"


def test_parquet_readers_find_types_values_and_meanings(yard: Any, out: Path) -> None:
    contents = yard.made().contents()
    write_export(out, contents, Form.PARQUET)
    for table in contents.tables:
        read = pq.read_table(out / f"{table.name}.parquet")
        geo = json.loads(read.schema.metadata[b"geo"])
        assert geo["version"] == "1.1.0"
        assert geo["columns"]["geometry"]["covering"]
        turned = geo["columns"]["geometry"].get("orientation")
        assert turned == ("counterclockwise" if table.meaning.shape == "Polygon" else None)
        assert set(geo["columns"]["geometry"]["geometry_types"]) == {str(table.meaning.shape)}
        for column in table.meaning.columns:
            field = read.schema.field(column.name)
            assert field.metadata[b"description"].decode() == column.text
            given = list(table.column(column.name))
            found = read.column(column.name).to_pylist()
            if column.kind == "time":
                assert [f"{cell:%Y-%m-%dT%H:%M:%S}" for cell in found] == [str(cell)[:19] for cell in given]
            elif column.kind == "date":
                assert [cell.isoformat() for cell in found] == given
            else:
                assert found == given
    counts = pq.read_schema(out / "counts.parquet")
    kinds = {name: str(counts.field(name).type) for name in ("count", "gsd_m", "drawn", "date")}
    assert kinds == {"count": "int64", "gsd_m": "double", "drawn": "bool", "date": "date32[day]"}
    frame = geopandas.read_parquet(out / "cars.parquet")
    assert frame.crs.to_authority() == ("OGC", "CRS84")
    assert frame.geometry.is_valid.all()


# ---------------------------------------------------------------------- every format
@pytest.mark.parametrize("form", [Form.GEOJSON, Form.PARQUET, Form.STAC])
def test_pixels_are_no_place_on_earth(yard: Any, out: Path, form: Form) -> None:
    with pytest.raises(InputError, match="pixels") as caught:
        write_export(out, yard.made(pixel=True).contents(), form)
    assert "gpkg" in caught.value.todo
    assert not out.exists()


def test_image_rows_are_drawn_downwards(yard: Any, out: Path) -> None:
    path = out.with_suffix(".gpkg")
    made = yard.made(pixel=True)
    write_export(path, made.contents(), Form.GPKG)
    meta, _, geometry, _ = pyogrio.raw.read(path, layer="tracks")
    assert "ndefined" in meta["crs"]
    points = shapely.from_wkb(geometry[0]).coords[:]
    assert points == [pytest.approx((p.x, -p.y)) for p in made.site.tracks[0].centreline]


@pytest.mark.parametrize("form", list(Form))
def test_an_export_without_a_car_is_valid_too(yard: Any, out: Path, form: Form, capsys: Any) -> None:
    path = out.with_suffix("" if form.is_folder else ".gpkg")
    made = yard.made(0)
    contents = made.contents()
    assert not contents.table("cars").rows
    write_export(path, contents, form)
    if form is Form.GPKG:
        assert gdal_says(path).returncode == 0
        assert pyogrio.read_info(path, layer="cars")["fields"].tolist() == list(contents.table("cars").meaning.names)
    elif form is Form.PARQUET:
        assert parquet_says(path / "cars.parquet", "--class", "core").returncode == 0
    elif form is Form.GEOJSON:
        assert faults(load(path / "cars.geojson"), capsys) == {}
