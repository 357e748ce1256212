"""The colour of cars against the ground beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wayside.model.cars import Car
from wayside.model.strips import Strip

__all__ = ["coloured"]

_CORE_M = 1.0
"""Half the width of a car's middle; cars are 2.8 to 3.3 m wide."""
_GROUND_M = (1.9, 2.6)
"""Where the ballast beside a car lies from its track's middle: a neighbour 4.1 m away begins at 2.55 m."""
_REACH_M = 10.0
_MARGIN = 0.15
_LEAST_PIXELS = 4
_COARSEST_M = 1.3
"""Beyond this a pixel of the car's middle holds ground too."""


def coloured(cars: Sequence[Car], strip: Strip) -> tuple[Car, ...]:
    """Return the cars with their colours, which stay None where they cannot be measured.

    A car's middle is its inner 70 % in length and 2 m in width; its colour there is the mean. The ground is the
    median, on either side, of a row 1.9 to 2.6 m from the track's middle along the car and 10 m beyond; of both sides
    the brighter is taken, as a car's own shadow falls on one. What is compared are the image's numbers as they are:
    the measure does not change with exposure or gain, but haze pulls it towards 0.

    Args:
        cars: found on this strip.
        strip: its pixels; digital numbers or reflectance, negative ones count as 0.
    """
    if strip.gsd_m > _COARSEST_M:
        return tuple(cars)
    across = (strip.frame.rows / 2 - 0.5 - np.arange(strip.frame.rows)) * strip.frame.row_m
    core = np.abs(across) <= _CORE_M
    sides = [(sign * across >= _GROUND_M[0]) & (sign * across <= _GROUND_M[1]) for sign in (1.0, -1.0)]
    return tuple(replace(car, colour=_colour(car, strip, core, sides)) for car in cars)


def _colour(
    car: Car, strip: Strip, core: NDArray[np.bool_], sides: Sequence[NDArray[np.bool_]]
) -> tuple[float, float, float] | None:
    inset = _MARGIN * car.length_m
    middle = _pixels(strip, core, car.start_m + inset, car.end_m - inset)
    beside = [_pixels(strip, side, car.start_m - _REACH_M, car.end_m + _REACH_M) for side in sides]
    grounds = [np.median(pixels, axis=1) for pixels in beside if pixels.shape[1] >= _LEAST_PIXELS]
    if middle.shape[1] < _LEAST_PIXELS or not grounds:
        return None
    ground, body = max(grounds, key=lambda g: float(g.mean())), middle.mean(axis=1)
    total = body + ground
    if not (total > 0).all():
        return None
    parts = np.broadcast_to(np.clip((body - ground) / total, -1.0, 1.0), (3,)).tolist()
    return parts[0], parts[1], parts[2]


def _pixels(strip: Strip, rows: NDArray[np.bool_], start_m: float, end_m: float) -> NDArray[np.float64]:
    """Return the usable pixels of some rows between two places, shape (bands, k)."""
    step = strip.frame.step_m
    columns = slice(max(0, round(start_m / step)), max(0, round(end_m / step)))
    usable = strip.valid[rows, columns]
    return np.maximum(strip.pixels[:, rows, columns][:, usable].astype(np.float64), 0.0)
