"""Lines where there is no railway: across ground, and along roads and car parks beside a labelled track. All are empty."""

from __future__ import annotations

import json
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


def _case(name: str, source: str, image: Path, gsd_m: float, lines: Mapping[str, Line], folder: Path) -> Case:
    copy = folder / f"{name}{image.suffix}"
    shutil.copyfile(image, copy)
    labels = _labels(copy.name, gsd_m, lines)
    copy.with_suffix(".geojson").write_text(json.dumps(labels), encoding="utf-8")
    return Case(name, source, "", copy, labels)


def ground_cases(shared: Path, folder: Path) -> list[Case]:
    """Return the pieces of ground with lines across them; copies and labels go into ``folder``."""
    files = sorted((shared / "imagery" / "ground").glob("*.tif"))
    return [_case(f"ground-{path.stem}", "ground", path, GROUND_M, ACROSS, folder) for path in files]


def road_cases(taken: Sequence[Case], folder: Path) -> list[Case]:
    """Return those images as taken that have roads, with the lines along these."""
    chosen = [case for case in taken if case.name in ROADS]
    return [
        _case(f"{c.name}-roads", c.source, c.image, c.gsd_m, ROADS[c.name], folder)
        for c in chosen
    ]


def kind_of(image: ImageScore) -> str:
    """Return what kind of ground an image shows, by its name."""
    return "roads beside a track" if image.source != "ground" else re.sub(r"^ground-|\d+$", "", image.name)


def length_km(cases: Sequence[Case]) -> float:
    """Return the length of all lines."""
    total = 0.0
    for case in cases:
        for feature in case.labels["features"]:
            line = feature["geometry"]["coordinates"]
            steps = [((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 for (x0, y0), (x1, y1) in zip(line, line[1:], strict=False)]
            total += sum(steps) * case.gsd_m
    return total / 1000.0
