"""Oriented boxes: what a detector of another make finds, before anyone has asked on which track it stands."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite, require_probability

__all__ = ["OrientedBox", "box_around"]

_LONGEST_M = 2000.0
_SHORTEST_M = 1e-3


@dataclass(frozen=True, slots=True)
class OrientedBox:
    """One detection, in the plane in which the frames of the tracks are laid.

    Attributes:
        x: centre, units of the plane (pixels, or metres).
        y: centre, units of the plane.
        length_m: longer side, metres, 0.001 to 2000. Where the two sides are given the other way round they are
            exchanged, and the angle is turned by a quarter.
        width_m: shorter side, metres.
        angle: direction of the longer side, radians from the plane's x axis towards its y axis; kept in [0, π).
        score: the detector's own score, 0 to 1; not yet a probability.
        label: the detector's name of the class; may be empty.
    """

    x: float
    y: float
    length_m: float
    width_m: float
    angle: float
    score: float = 1.0
    label: str = ""

    def __post_init__(self) -> None:
        for name in ("x", "y", "angle"):
            require_finite(f"box: {name}", getattr(self, name), low=-1e9, high=1e9)
        for name in ("length_m", "width_m"):
            require_finite(f"box: {name}", getattr(self, name), low=_SHORTEST_M, high=_LONGEST_M)
        require_probability("box: score", self.score)
        length, width, angle = self.length_m, self.width_m, self.angle
        if width > length:
            length, width, angle = width, length, angle + math.pi / 2
        object.__setattr__(self, "length_m", float(length))
        object.__setattr__(self, "width_m", float(width))
        turned = float(angle) % math.pi
        object.__setattr__(self, "angle", turned if turned < math.pi else 0.0)  # -1e-20 % π is π in floats

    @property
    def direction(self) -> NDArray[np.float64]:
        """Unit vector along the longer side, shape (2,)."""
        return np.array([math.cos(self.angle), math.sin(self.angle)])

    def corners(self, unit_m: float) -> NDArray[np.float64]:
        """Return the four corners, shape (4, 2), units of the plane of ``unit_m`` metres each."""
        along = self.direction * (self.length_m / 2 / unit_m)
        aside = np.array([-math.sin(self.angle), math.cos(self.angle)]) * (self.width_m / 2 / unit_m)
        centre = np.array([self.x, self.y])
        return np.stack(
            [centre + along + aside, centre - along + aside, centre - along - aside, centre + along - aside]
        )


def _hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the convex hull, shape (k, 2), by Andrew's monotone chain."""
    ordered = np.unique(points, axis=0).tolist()
    halves: list[list[float]] = []
    for sequence in (ordered, ordered[::-1]):
        chain: list[list[float]] = []
        for x, y in sequence:
            while len(chain) >= 2:
                (ax, ay), (bx, by) = chain[-2], chain[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append([x, y])
        halves += chain[:-1]
    return np.array(halves, dtype=np.float64).reshape(-1, 2)


def box_around(points: NDArray[np.float64], *, unit_m: float, score: float = 1.0, label: str = "") -> OrientedBox:
    """Return the smallest box around an outline.

    One side of the smallest rectangle lies along a side of the convex hull (Freeman and Shapira, 1975), so every side
    is tried.

    Args:
        points: shape (n, 2), n >= 3, positions in the plane; closed or not.
        unit_m: metres per unit of the plane.
        score: the detector's score.
        label: the detector's name of the class.

    Raises:
        ValueRefusedError: the outline has no area, or the box breaks a rule of ``OrientedBox``.
    """
    require(np.all(np.isfinite(points)), "a box has a position that is not finite")
    hull = _hull(np.asarray(points, dtype=np.float64))
    require(len(hull) >= 3, "a box's outline has no area")
    sides = np.roll(hull, -1, axis=0) - hull
    angles = np.arctan2(sides[:, 1], sides[:, 0])
    cosine, sine = np.cos(angles), np.sin(angles)
    along = np.outer(cosine, hull[:, 0]) + np.outer(sine, hull[:, 1])
    aside = np.outer(-sine, hull[:, 0]) + np.outer(cosine, hull[:, 1])
    sizes = np.stack([np.ptp(along, axis=1), np.ptp(aside, axis=1)], -1)
    best = int(np.argmin(sizes.prod(axis=1)))
    u = (along[best].max() + along[best].min()) / 2
    v = (aside[best].max() + aside[best].min()) / 2
    return OrientedBox(
        x=float(u * cosine[best] - v * sine[best]),
        y=float(u * sine[best] + v * cosine[best]),
        length_m=float(sizes[best, 0]) * unit_m,
        width_m=float(sizes[best, 1]) * unit_m,
        angle=float(angles[best]),
        score=score,
        label=label,
    )
