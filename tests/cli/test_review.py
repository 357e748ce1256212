"""An analyst's walk through real files: export, edit, import, run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyogrio.raw
import pytest
from rasterio.warp import transform as reproject
from shapely import Polygon, from_wkb, to_wkb, transform

from wayside.archive.geopackage import read_geopackage
from wayside.pipeline.progress import Silent
from wayside.pipeline.running import rows_of
from wayside.wiring import opened

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "review.json").read_text())
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights" / "strip-net-1.onnx"
needs_weights = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the package has no trained weights here")


def checked(said: Any) -> dict[str, Any]:
    assert said.code == 0, said
    jsonschema.validate(said.document, SCHEMA)
    return said.document  # type: ignore[no-any-return]


def edited(source: Path, target: Path, *, crs: str = "EPSG:4326") -> None:
    """Mark track 1 as reviewed and put four cars on it, as an analyst would draw them, in any CRS; track 2 stays."""
    for number, (name, kind) in enumerate((("cars", "Polygon"), ("strips", "LineString"))):
        meta, _, geometry, columns = pyogrio.raw.read(source, layer=name)
        fields = dict(zip(meta["fields"], columns, strict=True))
        if name == "strips":
            fields["reviewed"] = np.where(fields["track"] == "1", "yes", fields["reviewed"])
            shapes = [from_wkb(g) for g in geometry]
        else:
            strips = pyogrio.raw.read(source, layer="strips")
            track = strips[3][list(strips[0]["fields"]).index("track")]
            scene = strips[3][list(strips[0]["fields"]).index("scene")]
            (line,) = (from_wkb(g) for g, t in zip(strips[2], track, strict=True) if t == "1")
            kept = fields["track"] != "1"
            # Four cars of 14 m: the track is 195 m long.
            half = (np.array(line.coords[-1]) - np.array(line.coords[0])) * 7.0 / 195.0
            side = np.array([0.0, 1e-5])
            centres = [np.array(line.interpolate(0.1 + 0.2 * k, normalized=True).coords[0]) for k in range(4)]
            drawn = [Polygon([c - half - side, c + half - side, c + half + side, c - half + side]) for c in centres]
            shapes = [from_wkb(g) for g, k in zip(geometry, kept, strict=True) if k] + drawn
            fields = {key: column[kept] for key, column in fields.items()}
            new = {"scene": scene[0], "track": "1", "type": "tank", "cover": "open", "action": "add"}
            for key, column in fields.items():
                blank = np.full(
                    len(drawn), new.get(key, np.nan if column.dtype.kind == "f" else ""), dtype=column.dtype
                )
                fields[key] = np.concatenate([column, blank])
        if crs != "EPSG:4326":
            shapes = [
                transform(
                    s, lambda xy: np.stack(reproject("EPSG:4326", crs, xy[:, 0].tolist(), xy[:, 1].tolist()), axis=1)
                )
                for s in shapes
            ]
        pyogrio.raw.write(
            target, geometry=np.array([to_wkb(s) for s in shapes], dtype=object), field_data=list(fields.values()),
            fields=np.array(list(fields), dtype=object), layer=name, driver="GPKG", geometry_type=kind, crs=crs,
            append=number > 0,
        )  # fmt: skip


@pytest.fixture
def counted(workspace: Path, files: Any, wayside: Any) -> Path:
    assert wayside("import", workspace, files.geotiff(), "--date", "2023-01-05").code == 0
    assert wayside("import", workspace, files.geotiff("b.tif", seed=1), "--date", "2023-02-05").code == 0
    assert wayside("run", workspace, "--jobs", 1).code in {0, 1}
    return workspace


@needs_weights
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32652"])
def test_the_analyst_s_walk(counted: Path, wayside: Any, tmp_path: Path, crs: str) -> None:
    ranked = checked(wayside("review", counted, "--next", 1, "--json"))
    assert (ranked["action"], len(ranked["next"]), ranked["reviewed"]) == ("next", 1, 0)
    scene = ranked["scenes"][0]
    out, back = tmp_path / "r.gpkg", tmp_path / "e.gpkg"
    exported = checked(wayside("review", counted, "--export", out, "--scene", scene, "--json"))
    assert exported["scenes"] == [scene]
    assert set(read_geopackage(out)) == {"tracks", "cars", "points", "strips"}
    edited(out, back, crs=crs)
    taken = checked(wayside("review", counted, "--import", back, "--analyst", "Kim", "--json"))
    assert (taken["recorded"], taken["tracks_reviewed"], taken["strips"][0]["cars"]) == (1, 1, 4)
    assert checked(wayside("review", counted, "--import", back, "--analyst", "Kim", "--json"))["recorded"] == 0
    said = wayside("run", counted, "--jobs", 1, "--json")
    assert scene in said.document["done"]
    assert any("Reviews of 1 track in 1 scene" in note for note in said.document["notes"])
    with opened(counted, progress=Silent()) as workspace:
        row = next(row for row in rows_of(workspace.services) if row.scene.id == scene)
    track = next(t for t in row.result.tracks if t.track_id == "1")
    assert [str(car.type) for car in track.cars] == ["tank"] * 4
    assert track.count.median == 4
    assert all(car.length_m == pytest.approx(14.0, abs=1.5) for car in track.cars)
    shown = wayside("review", counted)
    assert shown.code == 0
    assert "1 strips of this site are reviewed" in shown.out


@needs_weights
def test_what_cannot_be_done_is_said(counted: Path, wayside: Any, tmp_path: Path) -> None:
    out = tmp_path / "r.gpkg"
    assert wayside("review", counted, "--export", out).code == 0
    for arguments, words in (
        (("--export", out), "already"),
        (("--import", out, "--analyst", "Kim"), "no strip is marked as reviewed"),
        (("--import", out), "--analyst"),
        (("--import", tmp_path / "none.gpkg", "--analyst", "Kim"), "no such file"),
        (("--import", counted / "wayside.toml", "--analyst", "Kim"), "not a GeoPackage"),
        (("--import", out, "--export", out), "not both"),
        (("--import", out, "--analyst", "Kim", "--scene", "x"), "--scene"),
        (("--scene", "x"), "no scene x"),
    ):
        said = wayside("review", counted, *arguments, "--json")
        assert said.code == 2, arguments
        assert words in json.dumps(said.error, ensure_ascii=False), (arguments, said.error)


def test_nothing_is_counted_yet(workspace: Path, wayside: Any) -> None:
    said = wayside("review", workspace, "--json")
    if WEIGHTS.is_file():
        assert (said.code, said.error["what"]) == (2, "no scene is counted yet")
