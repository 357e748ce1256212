"""GeoPackages: written whole, of the version that validators know, and read back the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, MultiPolygon, Polygon, to_wkb

from wayside.archive.geopackage import read_geopackage, write_geopackage
from wayside.errors import InputError, OutsideError, ValueRefusedError
from wayside.model.vectors import Outline, Shape, VectorLayer

SQUARE = Outline(Shape.POLYGON, ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0)))
LAYERS = (
    VectorLayer(
        "cars", Shape.POLYGON, (SQUARE, None), {"Type": ("box", None), "p": (0.5, None), "n": (1, 2)}, "EPSG:4326"
    ),
    VectorLayer("points", Shape.POINT, (), {"scene": ()}, "EPSG:4326"),
    VectorLayer("lines", Shape.LINE, (Outline(Shape.LINE, ((1.0, -2.0), (3.0, 4.5))),), {"a": ("ü",)}),
)


def test_layers_come_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "r.gpkg"
    write_geopackage(path, LAYERS)
    found = read_geopackage(path)
    assert list(found) == ["cars", "points", "lines"]
    assert found["cars"].outlines == LAYERS[0].outlines
    assert found["cars"].fields == {"type": ("box", None), "p": (0.5, None), "n": (1, 2)}
    assert (found["cars"].crs, found["lines"].crs) == ("EPSG:4326", None)
    assert found["points"].outlines == ()
    assert found["lines"].rows() == ({"a": "ü"},)
    assert [p.name for p in path.parent.iterdir()] == ["r.gpkg"], "nothing else is left"


def test_it_is_a_geopackage_1_3(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    write_geopackage(path, LAYERS)
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (10300,)
        assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        contents = dict(database.execute("SELECT table_name, srs_id FROM gpkg_contents"))
        known = {row[0] for row in database.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    database.close()
    assert contents["cars"] == contents["points"] == 4326
    assert set(contents.values()) <= known


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    path.write_text("mine")
    with pytest.raises(InputError, match="already"):
        write_geopackage(path, LAYERS)
    assert path.read_text() == "mine"


def test_a_folder_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot be written"):
        write_geopackage(tmp_path / "file" / "r.gpkg", LAYERS)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"SQLite format 3\x00" + bytes(200), b"SQLite format 3\x00" + bytes(52) + b"GPKG"]
)
def test_what_is_no_geopackage_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.gpkg"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_geopackage(path)
    with pytest.raises(InputError, match="no such file"):
        read_geopackage(tmp_path / "none.gpkg")


@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_no_garbage_ends_in_a_foreign_error(tmp_path_factory: pytest.TempPathFactory, tail: bytes) -> None:
    path = tmp_path_factory.mktemp("g") / "r.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + bytes(52) + b"GPKG" + tail)
    with pytest.raises((InputError, OutsideError)):
        read_geopackage(path)


def _raw(path: Path, *shapes: object) -> None:
    pyogrio.raw.write(
        path, geometry=np.array([to_wkb(s) for s in shapes], dtype=object), field_data=[np.zeros(len(shapes))],
        fields=np.array(["x"], dtype=object), layer="cars", driver="GPKG", geometry_type="Unknown", crs="EPSG:4326",
    )  # fmt: skip


def test_single_parts_of_multi_features_and_heights(tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    ring = ((0, 0, 5), (1, 0, 5), (1, 1, 5))
    _raw(path, MultiPolygon([Polygon(ring)]), LineString([(0, 0), (1, 1)]))
    cars = read_geopackage(path)["cars"]
    assert cars.outlines[0] == Outline(Shape.POLYGON, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))
    assert cars.outlines[1] is not None
    several = tmp_path / "s.gpkg"
    _raw(several, MultiPoint([(0, 0), (1, 1)]))
    with pytest.raises(InputError, match=r"row 1.*MultiPoint"):
        read_geopackage(several)


def test_values_check_themselves() -> None:
    for shape, points in ((Shape.POINT, ()), (Shape.POINT, ((0.0, 0.0), (1.0, 1.0))), (Shape.LINE, ((0.0, 0.0),)),
                          (Shape.POLYGON, ((0.0, 0.0), (1.0, float("nan")), (1.0, 1.0)))):  # fmt: skip
        with pytest.raises(ValueRefusedError):
            Outline(shape, points)
    with pytest.raises(ValueRefusedError, match="column"):
        VectorLayer("a", None, (None,), {"x": (1, 2)})
    with pytest.raises(ValueRefusedError):
        VectorLayer(" ", None, ())
