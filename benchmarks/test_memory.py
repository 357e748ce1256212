"""The most memory that counting one scene takes, for scenes of several sizes: should not depend on the size.

Run with ``pytest benchmarks/test_memory.py -s``. Each count runs in a process of its own, which reads its high-water
mark from the system (VmHWM: ``ru_maxrss`` would hold what the parent had when it started the child).
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.windows import Window

from wayside.imagery.gdal import session

BUDGET_MB = 400
GSD = 0.5
COUNT = """
import json, sys
from pathlib import Path
from wayside.pipeline.counting import count_image
from wayside.wiring import image_counter, read_site
counted = count_image(image_counter(), Path(sys.argv[1]), read_site(Path(sys.argv[2])), gsd_m=0.5)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps({"peak_mb": int(status["VmHWM"].split()[0]) / 1024, "tracks": len(counted.result.tracks),
                  "metres": sum(t.length_m for t in counted.result.tracks)}))
"""


def sparse(path: Path, size: int, **layout: object) -> Path:
    """Write a scene of which only the middle 3,000 pixels hold anything."""
    rng = np.random.default_rng(4)
    middle = rng.integers(60, 160, (3, 3000, 3000), dtype=np.uint8)
    start = (size - 3000) // 2
    profile = {"driver": "GTiff", "width": size, "height": size, "count": 3, "dtype": "uint8", "SPARSE_OK": "TRUE"}
    with session(), rasterio.open(path, "w", **profile, **layout) as target:
        target.write(middle, window=Window(start, start, 3000, 3000))
    return path


def yard(path: Path, size: int, *, tracks: int, length_px: float) -> Path:
    """Write parallel tracks at 37 degrees through the middle, 5 m apart."""
    angle = np.radians(37.0)
    along, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    features = []
    for k in range(tracks):
        line = size / 2 + np.linspace(-0.5, 0.5, 21)[:, None] * length_px * along + (k - tracks / 2) * 10 * side
        geometry = {"type": "LineString", "coordinates": line.tolist()}
        features.append({"type": "Feature", "properties": {"id": str(k)}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "coordinates": "pixel", "features": features}))
    return path


def peak(image: Path, tracks: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", COUNT, str(image), str(tracks)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("size", "tracks", "length_px"),
    [(3_000, 10, 1_000), (10_000, 10, 1_000), (20_000, 10, 1_000), (20_000, 40, 2_000), (20_000, 10, 20_000)],
    ids=["3k, 5 km", "10k, 5 km", "20k, 5 km", "20k, 40 km", "20k, 100 km"],
)
@pytest.mark.parametrize("layout", ["tiles", "rows"])
def test_peak_memory(tmp_path: Path, size: int, tracks: int, length_px: float, layout: str) -> None:
    tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate"}
    image = sparse(tmp_path / "scene.tif", size, **(tiles if layout == "tiles" else {"tiled": False}))
    found = peak(image, yard(tmp_path / "tracks.geojson", size, tracks=tracks, length_px=length_px))
    print(f"\n{size:,} pixels square in {layout}, {found['metres'] / 1000:,.0f} km: {found['peak_mb']:,.0f} MB")
    assert found["tracks"] == tracks
    assert found["peak_mb"] < BUDGET_MB
