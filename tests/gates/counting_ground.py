"""Lines where there is no railway: across ground, and along roads and parked cars beside a track. All are empty."""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from counting_cases import Case
from counting_scoring import ImageScore

GROUND_M = 0.3
GROUND_PX = 256
"""All pieces of ground are squares of this many pixels of this size, metres."""

Line = Sequence[tuple[float, float]]

ACROSS: Mapping[str, Line] = {
    "east": ((0, 128), (256, 128)),
    "south": ((128, 0), (128, 256)),
    "falling": ((0, 0), (256, 256)),
    "rising": ((0, 256), (256, 0)),
}
ROADS: Mapping[str, Mapping[str, Line]] = {
    "road_a": {
        "parked cars": ((362, 4), (362, 158)),
        "street": ((374, 40), (375, 100), (378, 160), (394, 240)),
        "street below": ((0, 386), (360, 386)),
        "running track": ((0, 105), (152, 103), (224, 132), (260, 172), (276, 216), (264, 272)),
    }
}
"""Drawn by hand on images whose labels are of something else, image coordinates."""


def _labels(image: str, gsd_m: float, lines: Mapping[str, Line]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "cars": 0, "cars_min": 0, "cars_max": 0, "gaps": []},
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in line]},
        }
        for name, line in lines.items()
    ]
    return {
        "type": "FeatureCollection",
        "coordinates": "pixel",
        "image": image,
        "gsd_m": gsd_m,
        "features": features,
    }


def _case(image: Path, folder: Path, *, name: str, source: str, gsd_m: float, lines: Mapping[str, Line]) -> Case:
    copy = folder / f"{name}{image.suffix}"
    shutil.copyfile(image, copy)
    labels = _labels(copy.name, gsd_m, lines)
    copy.with_suffix(".geojson").write_text(json.dumps(labels), encoding="utf-8")
    return Case(name, source, "", copy, labels)


def ground_cases(shared: Path, folder: Path) -> list[Case]:
    """Return the pieces of ground with lines across them; copies and labels go into ``folder``."""
    return [
        _case(path, folder, name=f"ground-{path.stem}", source="ground", gsd_m=GROUND_M, lines=ACROSS)
        for path in sorted((shared / "imagery" / "ground").glob("*.tif"))
    ]


def road_cases(taken: Sequence[Case], folder: Path) -> list[Case]:
    """Return those images as taken that have roads, with the lines along these."""
    return [
        _case(c.image, folder, name=f"{c.name}-roads", source=c.source, gsd_m=c.gsd_m, lines=ROADS[c.name])
        for c in taken
        if c.name in ROADS
    ]


def kind_of(image: ImageScore) -> str:
    """Return what kind of ground an image shows, by its name."""
    return "roads beside a track" if image.source != "ground" else re.sub(r"^ground-|\d+$", "", image.name)


def length_km(cases: Sequence[Case]) -> float:
    """Return the length of all lines."""
    lines = [(f["geometry"]["coordinates"], case.gsd_m) for case in cases for f in case.labels["features"]]
    return sum(math.dist(a, b) * gsd_m for line, gsd_m in lines for a, b in itertools.pairwise(line)) / 1000.0
