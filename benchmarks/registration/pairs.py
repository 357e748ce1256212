"""The value that every maker of pairs gives: two pictures of one place, and how far the second is displaced."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.floating]


class Pair(NamedTuple):
    """Two pictures on one grid.

    Attributes:
        kind: what differs between the two besides the shift.
        reference, scene: shape (height, width), north up; NaN where unusable.
        pixel_m: size of a cell, metres.
        east_m, north_m: true shift of the scene's content from the reference's; NaN where there is none to find.
        source: which picture or place they are of.
        hidden: share of the scene under cloud or outside it, 0 to 1.
    """

    kind: str
    reference: Grey
    scene: Grey
    pixel_m: float
    east_m: float
    north_m: float
    source: str
    hidden: float = 0.0

    @property
    def related(self) -> bool:
        """Whether there is a shift to be found."""
        return bool(np.isfinite(self.east_m))


def draw_shift(rng: np.random.Generator, size: float) -> tuple[float, float]:
    """Return a shift of that size in a random direction, east and north."""
    angle = rng.uniform(0, 2 * np.pi)
    return float(size * np.cos(angle)), float(size * np.sin(angle))
