"""Too much light and too little: overexposed stretches, blank black ones, and shadows in which nothing shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening, median_filter, uniform_filter

from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction

__all__ = ["mask_light", "sun_note"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LEAST_CLIPPED_M = 30.0
"""A clipped stretch shorter than this stays visible: white roofs are up to about 26 m long."""
_ALL_ROWS = 0.95
_NEAR_TOP = 0.995
_NEAR_ZERO = 0.008
_CEILING_SHARE = 0.005
_SHADOW_LEVEL = 0.15
_SHADOW_DETAIL = 0.006
_SHADOW_HALF_M = 4.0
_LOW_SUN_DEG = 15.0


def mask_light(strips: Sequence[Strip], full_scale: float | None = None) -> list[Strip]:
    """Mark what is too bright or too dark to show anything, in all strips of one scene.

    Overexposed: all bands at the sensor's ceiling in 95 % of the rows, over 30 m or more; a clipped roof is shorter and
    narrower. Without data: black as the file's zero in as many rows, as long (a collar that nobody declared). Deep
    shadow: for 4 m to both sides of the track and 30 m or more along it darker than 15 % of the scene's median, with
    less detail than one and a half levels in 255. A shadow in which anything shows stays visible.

    Args:
        strips: of one scene.
        full_scale: the greatest value that a pixel can have, where the sensor's range fills it; else the ceiling is
            looked for.
    """
    usable = [strip.pixels[:, strip.valid].mean(axis=0) for strip in strips if strip.visible.any()]
    if not usable:
        return list(strips)
    grey = np.concatenate(usable)
    median, ceiling = float(np.median(grey)), _ceiling(strips, full_scale)
    scale = full_scale if full_scale is not None else float(np.quantile(grey, 0.999))
    return [_lit(strip, median, ceiling, scale) for strip in strips]


def sun_note(elevation_deg: float | None) -> tuple[str, ...]:
    """Return a caution where the sun stood so low that a train may lie in its neighbour's shadow."""
    if elevation_deg is None or elevation_deg > _LOW_SUN_DEG:
        return ()
    if elevation_deg <= 0.0:
        return (f"The sun was below the horizon ({elevation_deg:.0f}°): what shows at all is lit by the sky or lamps.",)
    times = 1.0 / math.tan(math.radians(elevation_deg))
    said = (
        f"The sun stood {elevation_deg:.0f}° above the horizon: shadows are {times:.0f} times as long as what casts "
        "them is high, and cars may be lost in those of their neighbours."
    )
    return (said,)


def _lit(strip: Strip, median: float, ceiling: float | None, scale: float) -> Strip:
    if not strip.visible.any():
        return strip
    grey = strip.pixels.mean(axis=0).astype(np.float64)
    black = _rows_share(strip.pixels.max(axis=0) <= _NEAR_ZERO * scale, strip) >= _ALL_ROWS
    strip = strip.hide(_long(black, strip) & strip.visible, Obstruction.NODATA)
    if ceiling is not None:
        clipped = _rows_share(strip.pixels.min(axis=0) >= _NEAR_TOP * ceiling, strip) >= _ALL_ROWS
        strip = strip.hide(_long(clipped, strip) & strip.visible, Obstruction.SATURATED)
    return strip.hide(_long(_in_shadow(grey, strip, median, scale), strip) & strip.visible, Obstruction.SHADOW)


def _in_shadow(grey: Array, strip: Strip, median: float, scale: float) -> Flags:
    half = round(_SHADOW_HALF_M / strip.frame.row_m)
    middle = strip.frame.rows // 2
    core = grey[max(0, middle - half) : middle + half]
    fine = uniform_filter(core, 2, mode="reflect") - uniform_filter(core, 10, mode="reflect")
    window = max(1, round(_LEAST_CLIPPED_M / 2 / strip.frame.step_m))
    detail = np.sqrt(median_filter((fine**2).mean(axis=0), window, mode="reflect"))
    return np.asarray((core.max(axis=0) < _SHADOW_LEVEL * median) & (detail < _SHADOW_DETAIL * scale))


def _rows_share(flags: Flags, strip: Strip) -> Array:
    """Return per column the share of usable rows in which a flag is set."""
    rows = strip.valid.sum(axis=0)
    return np.asarray((flags & strip.valid).sum(axis=0) / np.maximum(rows, 1))


def _long(columns: Flags, strip: Strip) -> Flags:
    """Keep what is ``_LEAST_CLIPPED_M`` long or longer."""
    least = max(1, round(_LEAST_CLIPPED_M / strip.frame.step_m))
    return np.asarray(binary_opening(columns, np.ones(least, dtype=np.bool_)))


def _ceiling(strips: Sequence[Strip], full_scale: float | None) -> float | None:
    """Return the value at which the sensor clips: where the scale is not known, a greatest value that is common."""
    if full_scale is not None:
        return full_scale
    top = max(float(strip.pixels[:, strip.valid].max(initial=0.0)) for strip in strips)
    at = [(strip.pixels[:, strip.valid] >= top).mean() for strip in strips if strip.valid.any()]
    return top if top > 0.0 and max(at) >= _CEILING_SHARE else None
