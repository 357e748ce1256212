"""What tells ground on which something was put down from ground in another light: numbers for every cell of a scene."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter, shift, uniform_filter
from scipy.special import expit

from wayside.zones.pixels import ZonePixels
from wayside.zones.reference import Compared

__all__ = ["CONTEXT", "FEATURES", "context", "features"]

Array = NDArray[np.float32]
_SHADOW_STEPS_M = (1.5, 3.0)
CONTEXT = ("logit", "around3", "around7", "around15", "zone", "cloud7")
"""Names of what the second network reads beside the first one's numbers: what the first one thinks around the cell."""
FEATURES = (
    "difference", "difference3", "size3", "size7", "colour", "colour3", "usual-difference", "ratio", "ratio3",
    "rough3", "rough5", "edge", "edge5", "sunward1", "sunward2", "leeward1", "leeward2", "brightness", "grey",
    "noise", "likeness", "gsd", "sun", "beyond", "beyond3", "usual-rough", "usual-spread",
)  # fmt: skip
"""Names of the numbers, in order."""


def features(scene: ZonePixels, compared: Compared, cell_m: float) -> Array:
    """Return the numbers of every cell, shape (rows, columns, features); all within a few units of 0.

    Differences are in units of the scene's own noise and of what the cell usually differs; ratios and roughness are
    logarithms, so that neither the image's scale nor its offset matters. Shadows lie away from the sun, which the
    numbers "sunward" and "leeward" see: how dark the ground is one or two steps towards the sun and away from it.
    "beyond" is how far a cell lies outside of what its neighbours usually look like, which a scene that is a cell out
    of place does not change.
    """
    seen, expected = compared.seen, compared.expected
    bright, usual = seen.mean(axis=0), expected.mean(axis=0)
    noise = float(compared.noise.mean())
    difference = (bright - usual) / noise
    tint = (seen - expected) / compared.noise[:, None, None]
    tint = tint - tint.mean(axis=0)
    colour = np.sqrt((tint**2).mean(axis=0))
    ratio = _ratio(bright, usual, compared.usable)
    mean3, mean7 = uniform_filter(difference, 3), uniform_filter(np.abs(difference), 7)
    edge, edge_usual = _edge(bright), _edge(usual)
    edges = (edge - edge_usual) / noise
    low, high = np.percentile(bright[compared.usable], (2, 98)) if compared.usable.any() else (0.0, 1.0)
    scale = max(float(high - low), 1e-9)
    top = max(float(seen.max()), 1e-9)
    ones = np.ones_like(bright)
    over, under = bright - maximum_filter(usual, 3), minimum_filter(usual, 3) - bright
    beyond = (np.maximum(over, 0) - np.maximum(under, 0)) / noise
    columns = [
        _soft(difference), _soft(mean3), _soft(_root(uniform_filter(difference**2, 3))), _soft(mean7),
        _soft(colour), _soft(uniform_filter(colour, 3)),
        _soft(uniform_filter(np.abs(bright - usual) / (compared.spread + 0.3 * noise), 3)),
        ratio, uniform_filter(ratio, 3),
        _rough(bright, usual, 3, noise), _rough(bright, usual, 5, noise),
        _soft(edges), _soft(maximum_filter(edges, 5)),
        *_beside(ratio, scene.sun_azimuth_deg, cell_m),
        2 * bright / top - 1, 4 * np.clip((seen.max(axis=0) - seen.min(axis=0)) / (bright + 0.05 * top), 0, 1) - 1,
        ones * math.log(noise / scale + 0.01), ones * compared.likeness,
        ones * math.log(scene.gsd_m), ones * (0.0 if scene.sun_azimuth_deg is None else 1.0),
        _soft(beyond), _soft(_root(uniform_filter(beyond**2, 3))),
        _soft(edge_usual / noise), _soft(uniform_filter(compared.spread, 3) / noise),
    ]  # fmt: skip
    return np.stack(columns, axis=-1).astype(np.float32)


def context(logit: NDArray[np.float64], hidden: NDArray[np.float64], share: NDArray[np.float64]) -> Array:
    """Return what the first network thinks around each cell, shape (rows, columns, contexts).

    Args:
        logit: log odds of the first network, shape (rows, columns).
        hidden: probability that a cell cannot be seen, shape (rows, columns).
        share: how much of each cell lies in the zone, shape (rows, columns).
    """
    p = expit(logit) * (1 - hidden)
    weight = share * (1 - hidden) + 1e-6
    zone = float((p * share).sum() / weight.sum())
    near = [4 * _root(uniform_filter(p, size)) for size in (3, 7, 15)]
    whole = np.full_like(p, 4 * np.sqrt(min(zone, 1.0)))
    return np.stack([np.clip(logit, -8, 8), *near, whole, 4 * uniform_filter(hidden, 7)], axis=-1).astype(np.float32)


def _root(values: NDArray[np.floating]) -> Array:
    """Return the square root; a running mean of squares may fall below 0 by its rounding."""
    return np.asarray(np.sqrt(np.maximum(values, 0.0)), dtype=np.float32)


def _soft(values: Array) -> Array:
    """Compress large values: linear near 0, logarithmic far from it."""
    return np.asarray(np.arcsinh(values), dtype=np.float32)


def _ratio(bright: Array, usual: Array, usable: NDArray[np.bool_]) -> Array:
    """Return the logarithm of brightness over what is expected, above the darkest that the scene shows."""
    if not usable.any():
        return np.zeros_like(bright)
    dark, middle = np.percentile(bright[usable], (0.5, 50))
    floor = max(0.15 * float(middle - dark), 1e-6)
    over = np.log(np.maximum(bright - dark, 0) + floor) - np.log(np.maximum(usual - dark, 0) + floor)
    return np.asarray(np.clip(over, -3, 3), dtype=np.float32)


def _edge(values: Array) -> Array:
    down, right = np.gradient(values)
    return np.asarray(np.hypot(down, right), dtype=np.float32)


def _rough(bright: Array, usual: Array, size: int, noise: float) -> Array:
    """Return the logarithm of the local contrast over that expected."""

    def contrast(values: Array) -> Array:
        mean = uniform_filter(values, size)
        return np.asarray(np.maximum(uniform_filter(values * values, size) - mean * mean, 0.0))

    over = contrast(bright) + (0.5 * noise) ** 2
    return np.asarray(0.5 * np.log(over / (contrast(usual) + (0.5 * noise) ** 2)), dtype=np.float32)


def _beside(ratio: Array, azimuth_deg: float | None, cell_m: float) -> list[Array]:
    if azimuth_deg is None:
        return [np.zeros_like(ratio)] * (2 * len(_SHADOW_STEPS_M))
    a = math.radians(azimuth_deg)
    ahead = np.array([-math.cos(a), math.sin(a)]) / cell_m  # rows and columns per metre towards the sun
    # What lies towards the sun comes here when the picture is moved away from it.
    return [
        np.asarray(shift(ratio, -way * step * ahead, order=1, mode="nearest"), dtype=np.float32)
        for way in (1.0, -1.0)
        for step in _SHADOW_STEPS_M
    ]
