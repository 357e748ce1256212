"""Learning from real labels and from bare ground, with small images made here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wayside.errors import InputError
from wayside.imagery import write_cog
from wayside.pipeline.learning import ground_pieces, labelled_pieces, pictures
from wayside.training.pieces import UNKNOWN_ASIDE
from wayside.wiring.learning import learning_images

GSD = 0.5
CARS = ((20, 48), (48, 76), (76, 104))
"""Columns of three coupled cars of 14 m on a track along row 40."""


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    pixels = np.full((3, 80, 140), 90, np.uint8)
    for first, last in CARS:
        pixels[:, 37:44, first + 1 : last - 1] = 200
    write_cog(pixels, tmp_path / "yard.tif")
    feature = {
        "type": "Feature",
        "properties": {"id": "a", "cars": 3, "gaps": [[48.0, 40.0], [76.0, 40.0]]},
        "geometry": {"type": "LineString", "coordinates": [[20.0, 40.0], [104.0, 40.0]]},
    }
    empty = {
        "type": "Feature",
        "properties": {"id": "b", "cars": 0, "gaps": []},
        "geometry": {"type": "LineString", "coordinates": [[10.0, 20.0], [130.0, 20.0]]},
    }
    unsure = {
        "type": "Feature",
        "properties": {"id": "c", "cars": 4, "gaps": []},
        "geometry": {"type": "LineString", "coordinates": [[10.0, 60.0], [130.0, 60.0]]},
    }
    document = {"coordinates": "pixel", "image": "yard.tif", "gsd_m": GSD, "type": "FeatureCollection"}
    path = tmp_path / "yard.geojson"
    path.write_text(json.dumps({**document, "features": [feature, empty, unsure]}))
    return path


def test_a_labelled_track_is_covered_between_its_ends_and_marked_at_its_couplings(labels: Path) -> None:
    found = labelled_pieces(learning_images((labels,), None), 8, 1)
    assert found is not None
    assert len(found.inputs) == 16, "the track without its couplings is left out"
    full = found.occupied[:, :80].mean(axis=1) > 0.99
    assert full.sum() == 8
    for k in np.flatnonzero(full):
        couplings = np.flatnonzero(found.marks[k] == 1)
        assert couplings == pytest.approx([28, 56], abs=3)
        assert (found.rail[k, :80] == 1).all()
    assert not found.occupied[~full].any()
    assert not found.marks[~full].any()


def test_it_is_misplaced_as_the_label_says(labels: Path) -> None:
    """Where the line lies off the cars, the label says how far: the brightest row moves with it."""
    found = labelled_pieces(learning_images((labels,), None), 12, 3)
    assert found is not None
    told, seen = [], []
    for k in np.flatnonzero(found.occupied[:, 0] > 0):
        rows = found.inputs[k, 0, :, 10:70].astype(float).mean(axis=1)
        weight = np.clip(rows - np.median(rows) - 0.3, 0, None)
        seen.append((15.5 - (weight * np.arange(32)).sum() / weight.sum()) * 0.5)
        told.append(float(found.aside[k, 40]))
    assert max(map(abs, told)) < UNKNOWN_ASIDE
    assert np.corrcoef(told, seen)[0, 1] > 0.9
    assert np.abs(np.array(told) - seen).max() < 0.35


def test_bare_ground_has_neither_car_nor_railway(tmp_path: Path) -> None:
    folder = tmp_path / "ground"
    folder.mkdir()
    (folder / "README.txt").write_text("not a picture")
    for name in ("a", "b"):
        write_cog(np.random.default_rng(1).integers(0, 255, (3, 200, 220)).astype(np.uint8), folder / f"{name}.tif")
    what = learning_images((), folder)
    found = ground_pieces(what, 4, 1)
    assert found is not None
    assert len(found.inputs) == 8
    assert not found.occupied.any()
    trusted = found.trusted > 0
    assert (found.rail[trusted] == 0).all()
    assert (found.aside == UNKNOWN_ASIDE).all()
    assert [p.shape for p in pictures(what)] == [(200, 220, 3)] * 2


def test_nothing_to_learn_from_is_nothing() -> None:
    what = learning_images((), None)
    assert labelled_pieces(what, 3, 1) is None
    assert ground_pieces(what, 3, 1) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [({"gsd_m": "fine"}, "gsd_m"), ({"image": None, "gsd_m": None}, "gsd_m"), ({"features": [{}]}, "lacks")],
)
def test_damaged_labels_are_told(labels: Path, change: dict[str, Any], says: str) -> None:
    labels.write_text(json.dumps({**json.loads(labels.read_text()), **change}))
    with pytest.raises(InputError, match=says):
        labelled_pieces(learning_images((labels,), None), 1, 1)
