"""Pins the floors of the counting gate: `python tests/gates/counting_repin.py [--because REASON]`.

A floor is only ever raised. To lower one, say why; the reason is kept in the file, beside the floor that it lowered.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import floors
from coverage_scoring import digest

from wayside.wiring import image_counter, read_site

FLOORS = Path(__file__).parent / "counting_floors.json"


def _score(image: Path, labels: dict[str, Any]) -> dict[str, list[int]]:
    from wayside.pipeline.counting import count_image

    result = count_image(image_counter(), image, read_site(image.with_suffix(".geojson")), gsd_m=labels["gsd_m"]).result
    truth = {f["properties"]["id"]: f["properties"] for f in labels["features"]}
    exact = near = held = 0
    for track in result.tracks:
        low, high = truth[track.track_id]["cars_min"], truth[track.track_id]["cars_max"]
        miss = max(low - track.count.mean, track.count.mean - high, 0.0)
        exact += miss <= 0.5
        near += miss <= 1.0
        interval = track.count.interval(0.9)
        held += interval.low <= high and interval.high >= low
    low, high = (sum(t[k] for t in truth.values()) for k in ("cars_min", "cars_max"))
    interval = result.count.interval(0.9)
    total = int(interval.low <= high and interval.high >= low)
    n = len(result.tracks)
    return {
        "tracks within half a car": [exact, n],
        "tracks within one car": [near, n],
        "tracks whose 90 % interval holds the truth": [held, n],
        "image whose 90 % interval holds the truth": [total, 1],
    }


def measure(shared: Path) -> dict[str, Any]:
    """Return, for each labelled real image, the digest of what was read and every score as a fraction [reached, of]."""
    found = {}
    for path in sorted((shared / "imagery").glob("*.geojson")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        image = path.with_suffix(".png")
        found[path.stem] = {"digest": digest([path, image]), "scores": _score(image, labels)}
    return found


if __name__ == "__main__":
    sys.exit(floors.main(FLOORS, measure, __doc__))
