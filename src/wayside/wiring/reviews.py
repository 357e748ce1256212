"""What reviews need of the world: GeoPackages, and counters that know a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.archive.geopackage import read_geopackage, write_geopackage
from wayside.counting.facility import SceneError
from wayside.counting.lengths import LengthPrior
from wayside.imagery import known_crs, map_to_lonlat
from wayside.model.vectors import VectorLayer
from wayside.pipeline.counting import FileCounter
from wayside.pipeline.reviewing import ReviewedNetwork
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring.network import PackagedNetwork
from wayside.wiring.pixels import FilePixels

__all__ = ["GeoPackages", "PackagedCounters"]


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


@dataclass(frozen=True, slots=True)
class PackagedCounters:
    """Counters with the network of the package and what a site's reviews taught.

    Attributes:
        software: name and version of the program, kept in every count.
    """

    software: str

    def prior_error(self) -> SceneError:
        """Return what goes wrong in a scene of any site."""
        return PackagedNetwork().scene_error()

    def prior_lengths(self) -> LengthPrior:
        """Return the lengths of cars of any site."""
        return PackagedNetwork().settings().lengths

    def counter(self, key: str, lengths: LengthPrior | None, error: SceneError) -> FileCounter:
        """Return a counter with these; ``key`` becomes part of its model's name."""
        network = ReviewedNetwork(PackagedNetwork(), key, lengths, error)
        return FileCounter(FilePixels(), StripCounter(network, self.software))
