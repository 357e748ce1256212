"""The ground as arrays: reflectance and height on a fine metric grid, before any camera sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["World", "fractal_noise", "new_world"]

Array = NDArray[np.float32]


@dataclass(slots=True)
class World:
    """A piece of ground while it is being painted. The one mutable thing here: painters write into its arrays.

    Attributes:
        colour: shape (h, w, 3), reflectance of red, green, blue, 0 to 1.
        height: shape (h, w), metres above the ground.
        step_m: grid spacing, metres; row 0 is the northern edge.
        west_m: x of the western edge, metres.
        north_m: y of the northern edge, metres.
    """

    colour: Array
    height: Array
    step_m: float
    west_m: float
    north_m: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.height.shape[0]), int(self.height.shape[1])

    def copy(self) -> World:
        """Return a world that can be painted on without touching this one."""
        return World(self.colour.copy(), self.height.copy(), self.step_m, self.west_m, self.north_m)

    def pixel(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return row and column of places; may lie outside."""
        row = np.floor((self.north_m - y) / self.step_m).astype(np.intp)
        column = np.floor((x - self.west_m) / self.step_m).astype(np.intp)
        return row, column

    def window(
        self, x: float, y: float, reach: float
    ) -> tuple[slice, slice, NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the slices within ``reach`` metres of a place and the x, y of their pixels; None where outside."""
        return self.box(x, y, reach, reach)

    def box(
        self, x: float, y: float, half_x: float, half_y: float
    ) -> tuple[slice, slice, NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the slices of a box around a place and the x, y of their pixels; None where outside."""
        h, w = self.shape
        r0 = max(0, int((self.north_m - y - half_y) / self.step_m))
        r1 = min(h, int((self.north_m - y + half_y) / self.step_m) + 1)
        c0 = max(0, int((x - self.west_m - half_x) / self.step_m))
        c1 = min(w, int((x - self.west_m + half_x) / self.step_m) + 1)
        if r1 <= r0 or c1 <= c0:
            return None
        ys = self.north_m - (np.arange(r0, r1) + 0.5) * self.step_m
        xs = self.west_m + (np.arange(c0, c1) + 0.5) * self.step_m
        return (
            slice(r0, r1),
            slice(c0, c1),
            np.broadcast_to(xs[None], (r1 - r0, c1 - c0)),
            np.broadcast_to(ys[:, None], (r1 - r0, c1 - c0)),
        )


def _between(size: int, period: float, count: int, start: float) -> tuple[NDArray[np.intp], Array]:
    """Return for each of ``size`` pixels the node before it, of ``count``, and how far it lies towards the next."""
    at = np.minimum(np.arange(size) / period + start, count - 1.001)
    below = at.astype(np.intp)
    return below, (at - below).astype(np.float32)


def fractal_noise(shape: tuple[int, int], periods: tuple[float, ...], rng: np.random.Generator) -> Array:
    """Return smooth noise of about unit variance: the mean of octaves with these periods in pixels."""
    total = np.zeros(shape, dtype=np.float32)
    for period in periods:
        coarse = (int(shape[0] / period) + 3, int(shape[1] / period) + 3)
        seed = rng.standard_normal(coarse, dtype=np.float32)
        start = rng.random(2)
        column, right = _between(shape[1], period, coarse[1], float(start[1]))
        wide = seed[:, column]
        wide += (seed[:, column + 1] - wide) * right
        row, down = _between(shape[0], period, coarse[0], float(start[0]))
        steps = np.diff(wide, axis=0)
        total += wide[row]
        total += steps[row] * down[:, None]
    return np.asarray(total / np.float32(np.sqrt(len(periods)) * 0.67), dtype=np.float32)


def new_world(
    width_m: float, height_m: float, step_m: float, colours: NDArray[np.float64], rng: np.random.Generator
) -> World:
    """Return bare ground: a mixture of ``colours`` (n, 3) in patches, with texture. Its centre is at (0, 0)."""
    shape = (max(8, round(height_m / step_m)), max(8, round(width_m / step_m)))
    patch = fractal_noise(shape, (60 / step_m, 25 / step_m, 9 / step_m), rng)
    # 256 mixtures are as good as any number, and are looked up rather than reckoned at each pixel.
    level = np.linspace(0, len(colours) - 1, 256)
    mixtures = np.stack([np.interp(level, np.arange(len(colours)), colours[:, k]) for k in range(3)], -1)
    rgb = mixtures.astype(np.float32)[np.clip((patch * 0.3 + 0.5) * 256, 0, 255).astype(np.uint8)]
    grain = 1 + 0.08 * fractal_noise(shape, (2.2 / step_m, 0.9 / step_m), rng)
    grain *= 1 + 0.08 * rng.standard_normal(shape, dtype=np.float32)
    rgb *= grain[..., None]
    return World(np.clip(rgb, 0.02, 0.95, out=rgb), np.zeros(shape, np.float32), step_m, -width_m / 2, height_m / 2)
