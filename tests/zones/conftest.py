from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.zones import ZoneGrid, ZonePixels, lay_grid

Scene = Callable[..., ZonePixels]


@pytest.fixture(scope="session")
def zone() -> Zone:
    ring = ((0, 0), (50, 0), (50, 20), (0, 20), (0, 0))
    return Zone("yard", tuple(MapPoint(x, y) for x, y in ring), CoordinateSystem.PIXEL)


@pytest.fixture(scope="session")
def grid(zone: Zone) -> ZoneGrid:
    return lay_grid(zone)


@pytest.fixture(scope="session")
def scene(grid: ZoneGrid) -> Scene:
    """Make scenes of one piece of ground: patches, in any light, with boxes and their shadows put down on it."""
    patches = gaussian_filter(np.random.default_rng(0).standard_normal(grid.shape), 2.0)
    ground = 110 + 60 * patches / patches.std() * 0.4

    def make(
        seed: int,
        boxes: tuple[tuple[int, int, int, int, float], ...] = (),
        *,
        gain: float = 1.0,
        offset: float = 0.0,
        gsd_m: float = 0.5,
        noise: float = 3.0,
        valid: NDArray[np.bool_] | None = None,
    ) -> ZonePixels:
        rng = np.random.default_rng([seed, 3])
        values = np.stack([ground * k for k in (1.0, 0.95, 0.85)])
        for top, left, high, wide, paint in boxes:
            values[:, top - 2 : top, left : left + wide] *= 0.35  # the shadow, to the north
            values[:, top : top + high, left : left + wide] = np.array([paint, paint * 0.5, 30.0])[:, None, None]
        values = gain * (values + noise * rng.standard_normal(values.shape)) + offset
        seen = np.ones(grid.shape, np.bool_) if valid is None else valid
        return ZonePixels(values.astype(np.float32), seen, gsd_m, 180.0, 40.0)

    return make
