"""What all painters of rolling stock share: places on a car, a sheet to paint on, and weathering.

A painter gets positions on the car, ``x`` along it in metres from its middle and ``y`` across it in metres from its
centreline, and gives reflectance (n, 3) and height above the rails (n,). Height 0 means that the ground shows.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.rendering.stock import CarBody

__all__ = ["Array", "Canvas", "Mask", "Sheet", "new_canvas"]

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

_RUST = np.array([0.30, 0.18, 0.12], dtype=np.float32)
_GRAFFITI = np.array([[0.70, 0.12, 0.35], [0.10, 0.45, 0.62], [0.75, 0.68, 0.12], [0.80, 0.80, 0.80]], np.float32)


@dataclass(slots=True)
class Sheet:
    """What has been painted so far; painters change it in place.

    Attributes:
        rgb: reflectance, shape (n, 3).
        height: above the rails, metres, shape (n,).
        drawn: where anything was painted, shape (n,).
    """

    rgb: Array
    height: Array
    drawn: Mask

    def put(self, where: Mask, colour: Array, height: float | Array | None = None) -> None:
        """Lay one colour (3,) or one for each place (n, 3), and maybe a height, over what was there."""
        self.rgb[where] = colour if colour.ndim == 1 else colour[where]
        if height is not None:
            self.height[where] = height[where] if isinstance(height, np.ndarray) else np.float32(height)

    def shade(self, where: Mask, factor: float) -> None:
        """Make some places darker or lighter."""
        self.rgb[where] *= np.float32(factor)


class Canvas(NamedTuple):
    """The places on one car that are to be painted, and three streams of chance.

    Attributes:
        body: the car.
        x, y: shape (n,), metres along the car from its middle and across from its centreline.
        half_length, half_width: of the body without couplers, metres.
        design: for what the cars of one block have in common (pitch of ribs, rows of hatches, kind of load).
        rng: for what is this car's own (stains, missing loads).
        grain: for what differs from pixel to pixel. Apart, so that the rest does not hang on how many pixels there are.
    """

    body: CarBody
    x: Array
    y: Array
    half_length: float
    half_width: float
    design: np.random.Generator
    rng: np.random.Generator
    grain: np.random.Generator

    @property
    def inside(self) -> Mask:
        """Where the body is."""
        return (np.abs(self.x) <= self.half_length) & (np.abs(self.y) <= self.half_width)

    def sheet(self, colour: tuple[float, float, float] | Array, height: float | Array) -> Sheet:
        """Return the body's outline in one colour."""
        rgb = self.plain(colour)
        level = np.empty(self.x.size, dtype=np.float32)
        level[:] = height
        return Sheet(rgb, level, self.inside)

    def plain(self, colour: tuple[float, float, float] | Array) -> Array:
        """Return one colour for every place, shape (n, 3)."""
        rgb = np.empty((self.x.size, 3), dtype=np.float32)
        rgb[:] = colour
        return rgb

    def between(self, low: float, high: float) -> Mask:
        """Return where ``x`` lies between two places along the car."""
        return (self.x >= low) & (self.x < high)

    def every(self, pitch: float, width: float, phase: float = 0.0) -> Mask:
        """Return the lines across the car that repeat every ``pitch`` metres."""
        return np.asarray(np.mod(self.x + np.float32(phase + 100 * pitch), np.float32(pitch)) < width)

    def arched(self, crown: float) -> Array:
        """Return a roof that is ``crown`` metres lower at its eaves than along its middle."""
        height = np.float32(self.body.model.height_m)
        return np.asarray(height - np.float32(crown) * (self.y / np.float32(self.half_width)) ** 2, np.float32)

    def noise(self, strength: float) -> Array:
        """Return noise about 0 for each place, shape (n,)."""
        return np.float32(strength) * self.grain.standard_normal(self.x.size, dtype=np.float32)

    def stains(self, rgb: Array, strength: float) -> Array:
        """Return weathering: slow waves along the car, rust in patches, grain, grime towards one end."""
        strength *= float(self.rng.uniform(0.3, 1.15))
        phase, pace = self.rng.uniform(0, 6.28, 3), 6.28 / self.rng.uniform(1.5, 9.0, 3)
        arguments = self.x[:, None] * pace.astype(np.float32) + phase.astype(np.float32)
        wave = np.sin(arguments).sum(axis=1)
        tilt = np.float32(self.rng.normal(0, 0.12) / self.half_length) * self.x
        factor = np.float32(1) + np.float32(strength) * (np.float32(0.12) * wave + tilt) + self.noise(0.06 * strength)
        rust = np.clip(np.float32(self.rng.normal(0, 0.35)) + np.float32(0.2) * wave, 0, 1) * np.float32(0.5 * strength)
        out = (rgb + (_RUST - rgb) * rust[:, None]) * factor[:, None]
        return np.asarray(np.clip(out, 0.02, 0.95), dtype=np.float32)

    def weather(self, sheet: Sheet, strength: float) -> None:
        """Weather a roof: stains, streaks down from its ridge, repainted or repaired patches, painted sides."""
        sheet.rgb = self.stains(sheet.rgb, strength)
        if self.rng.random() < 0.35:
            pitch = float(self.rng.uniform(0.5, 2.4))
            streak = self.every(pitch, 0.3 * pitch, float(self.rng.uniform(0, pitch)))
            side = np.abs(self.y) > self.half_width * self.rng.uniform(0.2, 0.7)
            sheet.shade(streak & side, float(self.rng.uniform(0.7, 1.12)))
        for _ in range(int(self.rng.choice([0, 0, 0, 1, 2, 3]))):
            middle, reach = self.rng.uniform(-1, 1) * self.half_length, self.rng.uniform(0.3, 1.6)
            patch = (np.abs(self.x - middle) < reach) & (
                self.y * self.rng.choice([-1, 1]) > self.rng.uniform(-1.6, 0.8)
            )
            sheet.shade(patch, float(self.rng.uniform(0.75, 1.3)))
        if self.rng.random() < 0.12:  # graffiti high on a side, seen as a rim
            middle, reach = self.rng.uniform(-0.7, 0.7) * self.half_length, self.rng.uniform(1.0, 4.0)
            rim = (np.abs(self.x - middle) < reach) & (self.y * self.rng.choice([-1, 1]) > self.half_width - 0.16)
            sheet.put(rim, _GRAFFITI[self.rng.integers(len(_GRAFFITI))])


def new_canvas(body: CarBody, x: Array, y: Array) -> Canvas:
    """Return a canvas over one car; cars with the same model and load colour, as in a block, share their design."""
    half = body.model.length_m / 2
    block = struct.unpack("4I", struct.pack("4f", body.model.length_m, *body.load_colour))
    streams = [np.random.Generator(np.random.PCG64(key)) for key in ([*block], [body.seed, 1], [body.seed, 2])]
    return Canvas(body, x, y, half - body.model.overhang_m, body.model.width_m / 2, *streams)
