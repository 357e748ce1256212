"""Files of vector layers, as analysts edit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.archive.geopackage import read_geopackage, write_geopackage
from wayside.imagery import known_crs, map_to_lonlat
from wayside.model.vectors import VectorLayer

__all__ = ["GeoPackages"]


@dataclass(frozen=True, slots=True)
class GeoPackages:
    """Files of vector layers as GeoPackages."""

    def write(self, path: Path, layers: Sequence[VectorLayer]) -> None:
        """Write a new file that appears whole (raises as ``write_geopackage``)."""
        write_geopackage(path, layers)

    def read(self, path: Path) -> Mapping[str, VectorLayer]:
        """Return a file's layers by name (raises as ``read_geopackage``)."""
        return read_geopackage(path)

    def to_lonlat(self, crs: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in a CRS, shape (n, 2), into longitude and latitude; NaN where that cannot be done."""
        return map_to_lonlat(crs, xy) if known_crs(crs) is not None else np.full_like(xy, np.nan)
