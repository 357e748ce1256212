"""What the benchmarks share: one large scene, written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from wayside.imagery import write_cog
from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.pipeline.ports import CountTask

SIZE = 10_000
UTM = (0.5, 0.0, 500_000.0, 0.0, -0.5, 4_600_000.0)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Textured ground that compresses about as imagery does."""
    path = tmp_path_factory.mktemp("scene") / "scene.tif"
    rng = np.random.default_rng(1)
    patch = gaussian_filter(rng.normal(size=(2000, 2000)).astype(np.float32), 1.5) * 120 + 110
    tile = np.clip(patch + rng.normal(size=patch.shape) * 2, 0, 255).astype(np.uint8)
    grey = np.tile(tile, (SIZE // 2000, SIZE // 2000))
    write_cog(np.stack([grey, grey[::-1], grey[:, ::-1]]), path, transform=UTM, crs="EPSG:32652")
    return path


def ten_tracks() -> tuple[Track, ...]:
    """Ten tracks of 500 m, 5 m apart, at 37 degrees, on the pixel grid of the scene."""
    angle = np.radians(37.0)
    along, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tracks = []
    for k in range(10):
        line = 5000 + np.linspace(-500, 500, 21)[:, None] * along + k * 10 * side
        points = tuple(MapPoint(float(x), float(y)) for x, y in line)
        tracks.append(Track(str(k), points, system=CoordinateSystem.PIXEL))
    return tuple(tracks)


@pytest.fixture(scope="session")
def large_task(scene: Path) -> CountTask:
    """The large scene, registered to itself, with ten tracks of 500 m."""
    return CountTask(scene, ten_tracks(), reference=scene, reference_gsd_m=0.5, reference_id="reference")
