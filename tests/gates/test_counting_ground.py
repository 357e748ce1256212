"""Lines where there is no railway."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counting_cases import Case
from counting_ground import GROUND_M, GROUND_PX, ROADS, ground_cases, kind_of, length_km, road_cases
from counting_repin import empty_lines
from counting_scoring import ImageScore, TrackScore, Truth
from PIL import Image

from wayside.model.counts import CountDistribution
from wayside.wiring import read_site


def test_four_lines_cross_every_piece_of_ground(tmp_path: Path) -> None:
    ground = tmp_path / "imagery" / "ground"
    ground.mkdir(parents=True)
    Image.fromarray(np.zeros((GROUND_PX, GROUND_PX, 3), np.uint8)).save(ground / "river05.tif")
    work = tmp_path / "work"
    work.mkdir()
    (case,) = ground_cases(tmp_path, work)
    assert case.image.read_bytes() == (ground / "river05.tif").read_bytes()
    site = read_site(case.geojson)
    assert len(site.tracks) == 4
    assert set(case.truths().values()) == {Truth(0, 0, 0)}
    side = GROUND_PX * GROUND_M / 1000.0
    assert length_km([case]) == pytest.approx(2 * side + 2 * side * 2**0.5)


def test_roads_are_known_for_an_image_by_its_name(tmp_path: Path) -> None:
    image = tmp_path / "road_a.png"
    Image.fromarray(np.zeros((400, 400, 3), np.uint8)).save(image)
    work = tmp_path / "work"
    work.mkdir()
    known = Case("road_a", "road_a", "", image, {"gsd_m": 0.33, "features": []})
    other = Case("yard", "yard", "", image, {"gsd_m": 0.33, "features": []})
    (case,) = road_cases([known, other], work)
    assert set(case.truths()) == set(ROADS["road_a"])
    assert (case.source, case.gsd_m) == ("road_a", 0.33)


def test_what_is_counted_on_empty_ground_is_bounded() -> None:
    counts = [CountDistribution.exactly(0), CountDistribution.exactly(3)]
    tracks = tuple(TrackScore(f"t{k}", Truth(0, 0, 0), count) for k, count in enumerate(counts))
    image = ImageScore("ground-river05", "ground", "", 0.3, CountDistribution.exactly(3), tracks)
    assert kind_of(image) == "river"
    assert empty_lines([image]) == {
        "scores": {"lines counted as empty": [1, 2]},
        "ceilings": {"cars per line": 1.5},
    }
