"""Stretches of a strip in which nothing can be seen: cloud, thick haze, white-out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, uniform_filter, uniform_filter1d

from wayside.model.strips import Strip

__all__ = ["LEAST_EXTENT_M", "mask_clouds"]

LEAST_EXTENT_M = 40.0
"""A featureless stretch shorter than this stays visible: white roofs and long cars are up to about 26 m."""

_CONTRAST = 0.012
_BAND_M = (2.0, 10.0)
_SATURATION = 0.12


def mask_clouds(strip: Strip) -> Strip:
    """Mark as unusable where a strip shows bright, colourless, featureless ground over all its rows.

    A column counts as featureless where the contrast of a 40 m stretch around it, over all rows and at scales from 2 to
    10 m, is under 1.2 % of its brightness. Track, even under snow, shows rails, shadows and edges at that scale; cloud
    varies more slowly, and a sensor's noise averages out. Only stretches of at least 40 m are marked,
    and only where they are no darker than the rest of the strip: dark and smooth is water or shadow, and still ground.
    Tracks in real images without cloud have 7 to 35 % by this measure. A veil that is told by contrast relative to the
    rest of the strip was tried and left out: empty track beside a long train looks the same.

    Args:
        strip: as read.

    Returns:
        The strip with ``valid`` False under cloud; itself where there is none. Cloud in shreds, and haze through
        which the track still shows, are left alone: the counter sees their contrast.
    """
    columns = min(round(LEAST_EXTENT_M / strip.frame.step_m), strip.frame.columns)
    if columns * strip.frame.step_m < LEAST_EXTENT_M / 2 or not strip.valid.any():
        return strip
    grey = np.where(strip.valid, strip.pixels.mean(axis=0), np.nan)
    featureless = _featureless(strip, grey, columns) & _colourless(strip)
    # A column that counts stands for the whole stretch it was judged by.
    hidden = binary_dilation(featureless, iterations=columns // 2) if featureless.any() else featureless
    if not hidden.any():
        return strip
    return replace(strip, valid=strip.valid & ~hidden[None, :])


def _featureless(strip: Strip, grey: NDArray[np.float64], columns: int) -> NDArray[np.bool_]:
    """Return per column whether the stretch around it has no contrast and is bright."""
    filled = np.where(np.isnan(grey), np.nanmedian(grey), grey)
    fine, coarse = (max(1, round(metres / strip.frame.step_m)) for metres in _BAND_M)
    detail = uniform_filter(filled, fine, mode="reflect") - uniform_filter(filled, coarse, mode="reflect")
    level = uniform_filter1d(filled.mean(axis=0), columns, mode="reflect")
    contrast = np.sqrt(uniform_filter1d((detail**2).mean(axis=0), columns, mode="reflect"))
    flat = np.asarray(contrast < _CONTRAST * np.abs(level), dtype=np.bool_)
    if flat.all():
        return flat
    return np.asarray(flat & (level >= np.median(level[~flat])), dtype=np.bool_)


def _colourless(strip: Strip) -> NDArray[np.bool_]:
    if strip.pixels.shape[0] == 1:
        return np.ones(strip.frame.columns, dtype=np.bool_)
    mean = strip.pixels.mean(axis=1)
    spread = mean.max(axis=0) - mean.min(axis=0)
    return np.asarray(spread < _SATURATION * np.maximum(mean.max(axis=0), 1e-6), dtype=np.bool_)
