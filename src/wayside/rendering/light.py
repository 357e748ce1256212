"""Sun and view: shading, cast shadows, and the lean of what stands upright."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.raster import World

__all__ = ["cast_shadow", "lean", "light_world"]

Array = NDArray[np.float32]


def _shifted(array: Array, rows: int, columns: int, fill: float) -> Array:
    """Return array[r + rows, c + columns], ``fill`` where that lies outside."""
    h, w = array.shape[:2]
    out = np.full_like(array, fill)
    r0, r1 = max(0, -rows), min(h, h - rows)
    c0, c1 = max(0, -columns), min(w, w - columns)
    if r1 > r0 and c1 > c0:
        out[r0:r1, c0:c1] = array[r0 + rows : r1 + rows, c0 + columns : c1 + columns]
    return out


def cast_shadow(height: Array, step_m: float, azimuth_deg: float, elevation_deg: float) -> Array:
    """Return how far above each pixel's surface the shadow edge passes, metres (positive: in shadow).

    The highest of ``height(p + t s) - t tan(elevation)`` over all distances t towards the sun, by doubling: after k
    steps the running maximum covers 2^k pixels, so a long shadow costs a handful of passes.
    """
    azimuth, tangent = math.radians(azimuth_deg), math.tan(math.radians(max(elevation_deg, 3.0)))
    east, north = math.sin(azimuth), math.cos(azimuth)
    reach = float(height.max()) / tangent / step_m
    # Start one pixel towards the sun, so that a surface does not shade itself.
    best = _shifted(height, round(-north), round(east), -1e3) - np.float32(step_m * tangent)
    span = 1
    while span < reach:
        moved = _shifted(best, round(-north * span), round(east * span), -1e3) - np.float32(span * step_m * tangent)
        best = np.maximum(best, moved)
        span *= 2
    return np.asarray(best - height, dtype=np.float32)


def light_world(world: World, azimuth_deg: float, elevation_deg: float, diffuse: float) -> Array:
    """Return radiance (h, w, 3): reflectance under direct sun and skylight.

    Args:
        world: what was painted.
        azimuth_deg: of the sun, clockwise from north.
        elevation_deg: of the sun above the horizon.
        diffuse: share of skylight on a sunlit flat surface, 0 (airless) to 1 (overcast).
    """
    elevation, azimuth = math.radians(elevation_deg), math.radians(azimuth_deg)
    dy, dx = np.gradient(world.height, world.step_m)
    slope = 1.2  # cliffs are walls, not roofs: their slope is cut so that an edge is shaded, not inked
    dx, dy = np.clip(dx, -slope, slope), np.clip(-dy, -slope, slope)
    sun = (math.cos(elevation) * math.sin(azimuth), math.cos(elevation) * math.cos(azimuth), math.sin(elevation))
    facing = (-dx * sun[0] - dy * sun[1] + sun[2]) / np.sqrt(1 + dx**2 + dy**2)
    facing = np.clip(facing / max(sun[2], 0.15), 0.0, 1.8).astype(np.float32)
    over = cast_shadow(world.height, world.step_m, azimuth_deg, elevation_deg)
    lit = np.clip(1 - over / np.float32(0.25), 0, 1)
    sky = np.array([0.82, 0.95, 1.18], dtype=np.float32) * np.float32(diffuse)
    direct = np.array([1.03, 1.0, 0.95], dtype=np.float32) * np.float32(1 - diffuse)
    return np.asarray(world.colour * (sky + direct * (facing * lit)[..., None]), dtype=np.float32)


def lean(radiance: Array, height: Array, step_m: float, off_nadir_deg: float, azimuth_deg: float) -> Array:
    """Return what a sensor sees that looks from ``azimuth_deg`` at ``off_nadir_deg`` from the vertical.

    Upright things lean away from the sensor by height x tan(off-nadir) and hide what is behind them; their walls show
    as a darker shade of the roof's edge. The ground (height 0) stays where it is.
    """
    tangent = math.tan(math.radians(off_nadir_deg))
    top = float(height.max())
    if tangent * top < step_m:
        return radiance
    east, north = -math.sin(math.radians(azimuth_deg)), -math.cos(math.radians(azimuth_deg))
    out = radiance.copy()
    rise = step_m / tangent
    levels = min(int(top / rise) + 1, 160)
    # Only what is tall enough for a level moves: sorted by height, each level takes a shorter list.
    tall = np.flatnonzero(height >= 0.5 * rise)
    tall = tall[np.argsort(height.ravel()[tall], kind="stable")]
    heights = height.ravel()[tall]
    row, column = np.divmod(tall, height.shape[1])
    shown = radiance.reshape(-1, 3)[tall]
    walls = shown * np.float32(0.55)
    for k in range(1, levels + 1):
        first = int(np.searchsorted(heights, k * rise - 0.5 * rise))
        if first == tall.size:
            break
        r, c = row[first:] - round(north * k), column[first:] - round(-east * k)
        wall = (heights[first:] - k * rise > rise)[:, None]
        inside = (r >= 0) & (r < height.shape[0]) & (c >= 0) & (c < height.shape[1])
        seen = np.where(wall, walls[first:], shown[first:])
        out[r[inside], c[inside]] = seen[inside]
    return out
