"""What the benchmarks share: one large scene, written once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from wayside.imagery import write_cog

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
