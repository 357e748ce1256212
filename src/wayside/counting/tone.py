"""The brightness and contrast of a scene, by which all its strips are brought to one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction, code_of

__all__ = ["SceneTone", "scene_tone"]

_CLOUD_CODES = tuple(code_of(one) for one in (Obstruction.CLOUD, Obstruction.HAZE))
_LEAST_CONTRAST = 0.1
_GROUND_QUANTILE = 0.3
_WHITER = 1.5
"""Cloud that is no brighter than this many times the ground changes no tone, and may be smooth ground."""


class SceneTone(NamedTuple):
    """Mean of each band and one standard deviation over all strips of a scene, in digital numbers."""

    mean: NDArray[np.float32]
    deviation: float


def scene_tone(strips: Sequence[Strip]) -> SceneTone:
    """Measure the tone of a scene over the usable pixels of all its strips.

    Where cloud hides columns, what of it reaches into the others is left out: a little white would set the tone by
    itself, and cars on dark ground would no longer stand out from it.
    """
    limit = _cloud_limit(strips)
    chosen = [s.pixels[:, s.valid & (s.pixels.mean(axis=0) < limit)] for s in strips if s.valid.any()]
    chosen = [pixels for pixels in chosen if pixels.size]
    if not chosen:
        return SceneTone(np.zeros(3, np.float32), 1.0)
    pixels = np.concatenate([np.broadcast_to(c, (3, c.shape[1])) for c in chosen], axis=1)
    mean = pixels.mean(axis=1).astype(np.float32)
    deviation = float((pixels.mean(axis=0) - mean.mean()).std())
    # An empty yard has hardly any contrast of its own; without a floor one car would drive everything to the limits.
    return SceneTone(mean, max(deviation, _LEAST_CONTRAST * float(mean.mean()), 1e-3))


def _cloud_limit(strips: Sequence[Strip]) -> float:
    """Return the brightness half-way from the ground to the cloud that hides columns; infinite without such cloud."""
    clouds, ground = [], []
    for strip in strips:
        grey = strip.pixels.mean(axis=0)
        ground.append(grey[strip.valid])
        if strip.hidden is not None:
            clouds.append(grey[:, np.isin(strip.hidden.codes, _CLOUD_CODES)].ravel())
    cloud, clear = np.concatenate([*clouds, []]), np.concatenate([*ground, []])
    if not cloud.size or not clear.size:
        return float("inf")
    low, high = float(np.quantile(clear, _GROUND_QUANTILE)), float(np.median(cloud))
    return (low + high) / 2 if high > _WHITER * low else float("inf")
