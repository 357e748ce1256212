"""``wayside count`` by the boxes of a detector of another make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from rasterio.warp import transform as reproject

from wayside.wiring.strips import png

from . import conftest as made

SCHEMA = made.SCHEMAS / "count.json"
MIDDLES = (20.5, 50.5, 80.5)
"""Of three cars on the first track, in pixels of half a metre."""


def ring(column: float, row: float, *, lonlat: bool) -> list[list[float]]:
    corners = [(column - 14, row - 3), (column + 14, row - 3), (column + 14, row + 3), (column - 14, row + 3)]
    if not lonlat:
        return [list(c) for c in (*corners, corners[0])]
    xs, ys = [made.EAST + c * made.GSD for c, _ in corners], [made.NORTH - r * made.GSD for _, r in corners]
    lon, lat = reproject("EPSG:32652", "EPSG:4326", xs, ys)
    points = [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]
    return [*points, points[0]]


def boxes(folder: Path, *, lonlat: bool = False, **properties: Any) -> Path:
    """Three cars, the first found twice, and one in a field."""
    places = [(MIDDLES[0], 58.0), (MIDDLES[0] + 1, 58.5), (MIDDLES[1], 58.0), (MIDDLES[2], 58.0), (200.0, 20.0)]
    properties = {"score": 0.97, "class": "gondola", **properties}
    features = [
        {"type": "Feature", "properties": properties,
         "geometry": {"type": "Polygon", "coordinates": [ring(*place, lonlat=lonlat)]}}
        for place in places
    ]  # fmt: skip
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if not lonlat:
        document["coordinates"] = "pixel"
    path = folder / "boxes.geojson"
    path.write_text(json.dumps(document))
    return path


def counted(said: Any) -> dict[str, Any]:
    assert said.code == 0, said
    document: dict[str, Any] = said.document
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    return document


def calibration(folder: Path, **members: Any) -> Path:
    path = folder / "calibration.json"
    path.write_text(json.dumps({"miss_mean": 0.0, "miss_sd": 0.0, "missed_per_km": 0.0, "logit_sd": 0.0, **members}))
    return path


@pytest.mark.parametrize("lonlat", [False, True])
def test_boxes_become_cars_on_their_tracks(files: Any, wayside: Any, lonlat: bool) -> None:
    """Pixel or WGS 84 boxes on a mapped image: duplicates and what stands elsewhere are no cars."""
    document = counted(wayside("count", files.geotiff(), "--tracks", files.tracks(), "--boxes",
                               boxes(files.folder, lonlat=lonlat), "--json"))  # fmt: skip
    first, second = document["tracks"]
    assert (first["count"]["median"], second["count"]["median"]) == (3, 0)
    middles = [(car["start_m"] + car["end_m"]) / 2 for car in first["cars"]]
    assert middles == pytest.approx([(m - 5) * made.GSD for m in MIDDLES], abs=1.0)
    assert {car["type"] for car in first["cars"]} == {"gondola"}
    assert document["model"].startswith("boxes boxes.geojson sha256:")
    assert any("no calibration" in reason for reason in document["reasons"])


def test_a_calibration_is_used(files: Any, wayside: Any) -> None:
    common = ("count", files.png(), "--gsd", 0.5, "--tracks", files.tracks(pixel=True), "--boxes", boxes(files.folder))
    sure = counted(wayside(*common, "--box-calibration", calibration(files.folder), "--json"))
    assert sure["count"]["mean"] == pytest.approx(3 * 0.97, abs=0.05)
    assert sure["reasons"] == []
    doubted = counted(
        wayside(*common, "--box-calibration", calibration(files.folder, score_p=[[0, 0.1], [1, 0.1]]), "--json")
    )
    assert doubted["count"]["mean"] == pytest.approx(0.3, abs=0.05)
    assert doubted["tracks"][0]["cars"] == []
    shown = wayside(*common)
    assert shown.code == 0
    assert "no calibration" in " ".join(shown.out.split())


def refused(said: Any, code: int, kind: str, word: str) -> None:
    assert said.code == code, said
    assert said.error["error"] == kind
    assert word in said.error["what"] + said.error["todo"], said.error


def test_bad_boxes_are_told(files: Any, wayside: Any, tmp_path: Path) -> None:
    common = ("count", files.png(), "--gsd", 0.5, "--tracks", files.tracks(pixel=True), "--json")
    refused(wayside(*common, "--boxes", tmp_path / "none"), 2, "InputError", "no such file")
    refused(wayside(*common, "--boxes", boxes(files.folder, score=97)), 2, "InputError", "0 to 1")
    refused(wayside(*common, "--boxes", boxes(files.folder, lonlat=True)), 2, "InputError", "no map")
    good = boxes(files.folder)
    refused(wayside(*common, "--boxes", good, "--detector", good), 2, "InputError", "one of")
    refused(wayside(*common, "--box-calibration", good), 2, "InputError", "--boxes")
    refused(wayside(*common, "--boxes", good, "--box-calibration", good), 2, "InputError", "calibration")
    refused(wayside(*common, "--detector", good), 3, "ModelFileError", "card")


def test_a_model_is_run_along_the_tracks(files: Any, wayside: Any) -> None:
    """A model that boxes the brightest pixel of each tile finds the three bright spots on the track."""
    pytest.importorskip("onnx", reason="models are made with the onnx package (extra: train)")
    from tests.counting.test_box_model import SPOT_CARD, spot_model

    picture = np.full((made.HEIGHT, made.WIDTH, 3), 60, np.uint8)
    for column, row in ((60, 58), (150, 58), (260, 68)):
        picture[row, column] = 250
    picture[10, 300] = 255  # far from every track
    image = files.folder / "spots.png"
    image.write_bytes(png(picture))
    model = files.folder / "spot.onnx"
    model.write_bytes(spot_model())
    card = {**SPOT_CARD, "least_score": 0.5, "overlap": 0.3, "calibration": {"logit_sd": 0, "miss_mean": 0}}
    model.with_suffix(".json").write_text(json.dumps(card))
    common = ("count", image, "--gsd", 0.5, "--tracks", files.tracks(pixel=True), "--json")
    document = counted(wayside(*common, "--detector", model))
    assert [len(track["cars"]) for track in document["tracks"]] == [2, 1]
    middles = [(c["start_m"] + c["end_m"]) / 2 for t in document["tracks"] for c in t["cars"]]
    assert middles == pytest.approx([(60.5 - 5) / 2, (150.5 - 5) / 2, (260.5 - 5) / 2], abs=1.0)
    assert document["model"].startswith("spot.onnx sha256:")
    model.write_bytes(b"damaged")
    refused(wayside(*common, "--detector", model), 3, "ModelFileError", "cannot be read")
