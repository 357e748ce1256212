"""A storage zone on the ground: its area, and the fixed grid on which all its scenes are laid."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ValueRefusedError
from wayside.model.checks import require_finite
from wayside.model.places import CoordinateSystem, MapPoint, Zone

__all__ = ["LEAST_AREA_M2", "MOST_EXTENT_M", "ZoneGrid", "lay_grid", "unit_of"]

Array = NDArray[np.float64]
LEAST_AREA_M2 = 60.0
"""A smaller zone holds less than a few cells of a coarse image."""
MOST_EXTENT_M = 1500.0
_CELL_M = 1.0
_MOST_CELLS = 160_000
_MARGIN_M = 12.0
"""Ground around the zone that is read with it: light and season show there too."""
_SPLIT = 4
_MOST_UNITS = 300
_UNITS_M2 = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)


@dataclass(frozen=True, eq=False)
class ZoneGrid:
    """Square cells over a zone and its surroundings, north up (up in pixel coordinates).

    Attributes:
        origin: the position that is metre (0, 0): the middle of the zone's extent.
        per_metre: units of the site's coordinate system per metre to the east (right) and to the north (up); the
            second is negative in pixel coordinates.
        west_m, north_m: the outer corner of the first cell, metres from the origin.
        cell_m: width of a cell, metres.
        share: shape (rows, columns), how much of each cell lies in the zone, 0 to 1.
    """

    origin: MapPoint
    per_metre: tuple[float, float]
    west_m: float
    north_m: float
    cell_m: float
    share: Array

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.share.shape[0]), int(self.share.shape[1])

    @property
    def area_m2(self) -> float:
        """Area of the zone as the grid has it, square metres."""
        return float(self.share.sum()) * self.cell_m**2

    def positions(self, metres: Array) -> Array:
        """Turn metres east and north of the origin, shape (n, 2), into positions of the site's system."""
        return np.asarray(metres * self.per_metre + np.asarray(self.origin, dtype=np.float64), dtype=np.float64)

    def metres_of(self, corners: Array) -> Array:
        """Turn places of the grid (column, row; 0 is an outer edge), shape (n, 2), into metres east and north."""
        return np.asarray((self.west_m, self.north_m) + corners * (self.cell_m, -self.cell_m), dtype=np.float64)


def lay_grid(zone: Zone, *, pixel_m: float = 1.0) -> ZoneGrid:
    """Lay the grid of a zone; it hangs on the zone alone, so that all scenes share it.

    Overlapping parts of an outline that crosses itself count by the even-odd rule, as GIS programs draw them.

    Args:
        zone: its outline in degrees or pixels.
        pixel_m: what one pixel is, metres, where the outline is in pixel coordinates.

    Raises:
        ValueRefusedError: the zone is larger than 1.5 km, smaller than 60 square metres, or at a pole.
    """
    ring = np.asarray(zone.ring, dtype=np.float64)
    low, high = ring.min(axis=0), ring.max(axis=0)
    origin = (low + high) / 2
    per_metre = _per_metre(zone, float(origin[1]), pixel_m)
    metres = (ring - origin) / per_metre
    extent = metres.max(axis=0) - metres.min(axis=0)
    if float(extent.max()) > MOST_EXTENT_M:
        raise ValueRefusedError(
            f"zone {zone.id} is {float(extent.max()):,.0f} m long; a storage zone is at most {MOST_EXTENT_M:,.0f} m",
            todo="Divide it, or check its outline for a stray position",
        )
    wide, high_m = (extent + 2 * _MARGIN_M).tolist()
    cell = max(_CELL_M, math.sqrt(wide * high_m / _MOST_CELLS))
    columns, rows = math.ceil(wide / cell), math.ceil(high_m / cell)
    west, north = -columns * cell / 2, rows * cell / 2
    share = _share(metres, west, north, cell, (rows, columns))
    area = float(share.sum()) * cell**2
    if area < LEAST_AREA_M2:
        raise ValueRefusedError(
            f"zone {zone.id} covers {area:.0f} m²; less than {LEAST_AREA_M2:.0f} m² is not told apart from its edges",
            todo="Check that its outline does not cross or fold onto itself",
        )
    share.setflags(write=False)
    return ZoneGrid(MapPoint(float(origin[0]), float(origin[1])), per_metre, west, north, cell, share)


def unit_of(area_m2: float) -> float:
    """Return the square metres in which an area is counted, so that a zone has 300 units at most."""
    require_finite("area in square metres", area_m2, low=0.0, high=_MOST_UNITS * _UNITS_M2[-1])
    return next(unit for unit in _UNITS_M2 if area_m2 / unit <= _MOST_UNITS)


def _per_metre(zone: Zone, latitude: float, pixel_m: float) -> tuple[float, float]:
    if zone.system is CoordinateSystem.PIXEL:
        return 1 / pixel_m, -1 / pixel_m
    phi = math.radians(latitude)
    if math.cos(phi) < 0.01:
        raise ValueRefusedError(f"zone {zone.id} lies at a pole")
    # Lengths of a degree on the WGS 84 ellipsoid (radii of curvature of the prime vertical and the meridian).
    a, e2 = 6_378_137.0, 0.006_694_379_990_14
    root = math.sqrt(1 - e2 * math.sin(phi) ** 2)
    east, north = a * math.cos(phi) / root, a * (1 - e2) / root**3
    return math.degrees(1 / east), math.degrees(1 / north)


def _share(ring: Array, west: float, north: float, cell: float, shape: tuple[int, int]) -> Array:
    """Return how much of every cell lies inside a ring, from sixteen places in each."""
    rows, columns = shape
    x = west + (np.arange(columns * _SPLIT) + 0.5) * cell / _SPLIT
    y = north - (np.arange(rows * _SPLIT) + 0.5) * cell / _SPLIT
    odd = np.zeros((len(y), len(x)), dtype=np.bool_)
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if y0 != y1:
            between = (y0 > y) != (y1 > y)
            odd[between] ^= x[None] < (x0 + (y[between] - y0) * (x1 - x0) / (y1 - y0))[:, None]
    return np.asarray(odd.reshape(rows, _SPLIT, columns, _SPLIT).mean(axis=(1, 3)))
