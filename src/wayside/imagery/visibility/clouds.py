"""Stretches of a strip in which nothing can be seen: cloud, its shreds, haze too thick to tell cars through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_opening, label, median_filter, uniform_filter, uniform_filter1d

from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction, code_of

__all__ = ["black_of", "crisp_share", "mask_clouds", "mask_veils", "white_of"]

Array = NDArray[np.float64]

_LEAST_EXTENT_M = 40.0
"""A featureless stretch shorter than this stays visible: white roofs and long cars are up to about 26 m."""
_LEAST_VEIL_M = 16.0
"""A veil is judged over 20 m and marked from 16 m on: cars and gaps alternate faster."""

_CONTRAST = 0.012
_BAND_M = (2.0, 10.0)
_SATURATION = 0.12

_VEIL_WINDOW_M = 20.0
_VEIL_BAND_M = (1.0, 5.0)
_VEIL_CONTRAST = (0.02, 0.03)
"""Under the first a column is veiled; under the second it is where it touches one that is."""
_VEIL_DARK = 0.76
_VEIL_GSD_M = 1.2
_VEIL_HALF_M = 4.0
_VEIL_MARGIN_M = 10.0
_CRISP_CONTRAST = 0.1
_CRISP_DARK = 0.5
_WHITE_QUANTILE = 0.995
_LEAST_WHITE = 0.8
_MOST_BLACK = 0.3


def white_of(strips: Sequence[Strip], full_scale: float | None = None) -> float:
    """Return the value that stands for white in a scene; 0 where nothing can be seen.

    Args:
        strips: of one scene.
        full_scale: the greatest value that a pixel can have, where the sensor's range fills it (255 for 8 bits); a
            scene without anything white is then not taken for one that is white all over.
    """
    seen = [strip.pixels[:, strip.valid].mean(axis=0) for strip in strips if strip.valid.any()]
    if not seen:
        return 0.0
    white = float(np.quantile(np.concatenate(seen), _WHITE_QUANTILE))
    return max(white, _LEAST_WHITE * full_scale) if full_scale is not None else white


def black_of(strips: Sequence[Strip], white: float) -> float:
    """Return the value that stands for black in a scene, at most 0.3 of white: one under haze all over has no black.

    Args:
        strips: of one scene.
        white: the value that stands for white in it.
    """
    seen = [strip.pixels[:, strip.valid].mean(axis=0) for strip in strips if strip.valid.any()]
    if not seen:
        return 0.0
    return float(np.clip(np.quantile(np.concatenate(seen), 1 - _WHITE_QUANTILE), 0.0, _MOST_BLACK * white))


def mask_clouds(strip: Strip) -> Strip:
    """Mark as unusable where a strip shows bright, colourless, featureless ground over all its rows.

    A column counts as featureless where the contrast of a 40 m stretch around it, over all rows and at scales from 2 to
    10 m, is under 1.2 % of its brightness. Track, even under snow, shows rails, shadows and edges at that scale; cloud
    varies more slowly, and a sensor's noise averages out. Only stretches of at least 40 m are marked,
    and only where they are no darker than the rest of the strip: dark and smooth is water or shadow, and still ground.
    Tracks in real images without cloud have 7 to 35 % by this measure. Pixels coarser than 1.2 m average
    the contrast away, of real empty track down to 1.3 % at 2 m and 0.55 % at 3 m.

    Args:
        strip: as read.

    Returns:
        The strip with ``valid`` False under cloud; itself where there is none.
    """
    columns = min(round(_LEAST_EXTENT_M / strip.frame.step_m), strip.frame.columns)
    if columns * strip.frame.step_m < _LEAST_EXTENT_M / 2 or not strip.valid.any():
        return strip
    featureless = _featureless(strip, _filled(strip), columns) & _colourless(strip)
    # A column that counts stands for the whole stretch it was judged by.
    hidden = binary_dilation(featureless, iterations=columns // 2) if featureless.any() else featureless
    return strip.hide(hidden & strip.visible, Obstruction.CLOUD)


def mask_veils(strip: Strip, white: float, black: float = 0.0) -> Strip:
    """Mark as unusable where thin or broken cloud or haze lies so thick over a strip that cars cannot be told.

    A veil of opacity a leaves (1 - a) of the ground's contrast and lifts what is darkest to a of white. A column is
    veiled where, in the middle of 20 m and for 4 m to both sides of the track, the contrast at scales from 1 to 5 m is
    under 2 % of its brightness while even the darker parts lie above 76 % of the way from black to white, without
    colour. The veil reaches on to neighbouring columns under 3 %. The contrast of the middle column counts, not the
    mean: cloud's ragged edges have contrast of their own. What is hidden, and what ``mask_clouds`` hid before, is
    widened by 10 m: cars that fade into a cloud's edge are read as a train that ends there, and the hidden track behind
    them as empty.

    Track in real images without cloud has 7 % or more by this measure, drawn open track 3.6 % or more in 99 of 100
    columns. Under an opacity of 0.5 the counter still finds half of the cars' length, under 0.8 a twelfth: the limits
    lie where it goes blind. Images coarser than 1.2 m are left alone: their empty track is as flat as a veil. A veil
    told by its contrast against the rest of the strip was tried and left out: empty track beside a long train looks
    the same.

    Args:
        strip: as read.
        white: the value that stands for white in this scene (``white_of``).
        black: the value that stands for black in it (``black_of``).

    Returns:
        The strip with ``valid`` False under the veil; itself where there is none.
    """
    if strip.gsd_m > _VEIL_GSD_M or white <= 0.0 or strip.frame.columns < _window(strip) or not strip.valid.any():
        return strip
    contrast, dark = _contrast_and_dark(strip)
    pale = (dark > black + _VEIL_DARK * (white - black)) & _colourless(strip)
    sure, perhaps = (pale & (contrast < limit) for limit in _VEIL_CONTRAST)
    veiled = _touching(sure, perhaps)
    veiled = binary_opening(veiled, np.ones(max(1, round(_LEAST_VEIL_M / strip.frame.step_m)), dtype=np.bool_))
    veiled = _with_margin(veiled | _clouded(strip), strip)
    return strip.hide(veiled & strip.visible, Obstruction.HAZE)


def crisp_share(strip: Strip, columns: NDArray[np.bool_], white: float) -> float:
    """Return the share of some columns, 0 to 1, in which the ground shows with full contrast: no cloud lies there.

    Args:
        strip: as read, before anything was hidden.
        columns: shape (columns,), the columns to look at.
        white: the value that stands for white in this scene.
    """
    asked = columns & strip.visible
    if not asked.any() or strip.frame.columns < _window(strip):
        return 0.0
    contrast, dark = _contrast_and_dark(strip)
    crisp = (contrast > _CRISP_CONTRAST) & (dark < _CRISP_DARK * white)
    return float((crisp & asked).sum() / columns.sum())


def _core(strip: Strip) -> slice:
    """Return the rows up to 4 m to both sides of the track: a car, its shadow, and the ground beside."""
    half, middle = round(_VEIL_HALF_M / strip.frame.row_m), strip.frame.rows // 2
    return slice(max(0, middle - half), middle + half)


def _window(strip: Strip) -> int:
    return round(_VEIL_WINDOW_M / strip.frame.step_m)


def _contrast_and_dark(strip: Strip) -> tuple[Array, Array]:
    """Return per column the contrast relative to the brightness, and the value of the darker parts around it."""
    window, grey = _window(strip), _filled(strip)[_core(strip)]
    fine, coarse = (max(1, round(metres / strip.frame.step_m)) for metres in _VEIL_BAND_M)
    detail = uniform_filter(grey, fine, mode="reflect") - uniform_filter(grey, coarse, mode="reflect")
    contrast = np.sqrt(median_filter((detail**2).mean(axis=0), window, mode="reflect"))
    level = np.abs(uniform_filter1d(grey.mean(axis=0), window, mode="reflect"))
    dark = median_filter(np.quantile(uniform_filter(grey, 3, mode="reflect"), 0.1, axis=0), window, mode="reflect")
    return np.asarray(contrast / np.maximum(level, 1e-9)), np.asarray(dark)


def _clouded(strip: Strip) -> NDArray[np.bool_]:
    codes = np.zeros(strip.frame.columns, np.uint8) if strip.hidden is None else strip.hidden.codes
    by_image = np.ones(strip.frame.columns, np.bool_) if strip.hidden is None else ~strip.hidden.provided
    return np.asarray((codes == code_of(Obstruction.CLOUD)) & by_image)


def _with_margin(columns: NDArray[np.bool_], strip: Strip) -> NDArray[np.bool_]:
    """Widen what is hidden: a train that fades into a cloud's edge would seem to end there."""
    reach = round(_VEIL_MARGIN_M / strip.frame.step_m)
    return np.asarray(binary_dilation(columns, iterations=reach)) if columns.any() and reach else columns


def _touching(sure: NDArray[np.bool_], perhaps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the runs of ``perhaps`` that hold a column of ``sure``."""
    runs, count = label(perhaps)
    kept = np.zeros(count + 1, dtype=np.bool_)
    kept[runs[sure & perhaps]] = True
    kept[0] = False
    return np.asarray(kept[runs])


def _filled(strip: Strip) -> Array:
    """Return the grey values with the median of the usable ones where there is none."""
    grey = strip.pixels.mean(axis=0).astype(np.float64)
    return np.asarray(np.where(strip.valid, grey, np.median(grey[strip.valid])))


def _featureless(strip: Strip, grey: Array, columns: int) -> NDArray[np.bool_]:
    """Return per column whether the stretch around it has no contrast and is bright."""
    fine, coarse = (max(1, round(metres / strip.frame.step_m)) for metres in _BAND_M)
    detail = uniform_filter(grey, fine, mode="reflect") - uniform_filter(grey, coarse, mode="reflect")
    level = uniform_filter1d(grey.mean(axis=0), columns, mode="reflect")
    power = uniform_filter1d((detail**2).mean(axis=0), columns, mode="reflect")
    contrast = np.sqrt(np.maximum(power, 0.0))  # a running sum rounds below 0
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
