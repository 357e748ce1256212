"""Pictures of real ground under a drawn yard."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from wayside.rendering.raster import World

__all__ = ["TEXTURE_M", "lay_texture"]

TEXTURE_M = 0.3
"""Ground sample distance of the pictures, metres."""


def _mirrored(at: NDArray[np.floating], size: int) -> NDArray[np.float64]:
    """Fold places on an endless line into a picture of ``size`` pixels that is mirrored at its edges."""
    folded = np.mod(at, 2.0 * (size - 1))
    return np.asarray(np.minimum(folded, 2.0 * (size - 1) - folded), dtype=np.float64)


def lay_texture(world: World, picture: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Put a picture in the place of the ground's colour, turned and shifted at random and mirrored at its edges.

    Args:
        world: bare ground; painted on.
        picture: shape (height, width, 3), uint8, 0.3 m a pixel; taken as a display shows it (gamma 2).
        rng: the only source of chance.
    """
    turned = np.rot90(picture, int(rng.integers(4)))
    h, w = world.shape
    row = _mirrored(np.arange(h) * world.step_m / TEXTURE_M + rng.uniform(0, turned.shape[0]), turned.shape[0])
    column = _mirrored(np.arange(w) * world.step_m / TEXTURE_M + rng.uniform(0, turned.shape[1]), turned.shape[1])
    at = np.stack(np.meshgrid(row, column, indexing="ij"))
    light = (turned.astype(np.float32) / 255.0) ** 2 * np.float32(rng.uniform(0.6, 1.0))
    for band in range(3):
        world.colour[..., band] = np.clip(map_coordinates(light[..., band], at, order=1, output=np.float32), 0.02, 0.95)
