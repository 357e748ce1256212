"""Images whose pixel values are known functions of the place on the ground, in any map."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning

from wayside.model.places import CoordinateSystem, MapPoint, Track

LON, LAT = 130.385, 42.417
"""The middle of every drawn site."""


def ground(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """A smooth pattern of the ground, 20 to 230, with waves of about 30 m; x and y differ, so swapped axes fail."""
    east = (lon - LON) * 82_190.0
    north = (lat - LAT) * 111_080.0
    return 125 + 60 * np.sin(east / 7.0) + 40 * np.cos(north / 5.0 + 0.3)


def affine_at(crs: str, pixel: tuple[float, float], size: tuple[int, int], angle: float = 0.0) -> Affine:
    """A transform whose middle pixel lies at (LON, LAT)."""
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(LON, LAT)
    width, height = size
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    (a, b), (d, e) = np.array([[c, -s], [s, c]]) @ np.diag([pixel[0], -pixel[1]])
    return Affine(a, b, x - a * width / 2 - b * height / 2, d, e, y - d * width / 2 - e * height / 2)


def draw(
    path: Path,
    crs: str,
    pixel: tuple[float, float],
    *,
    size: tuple[int, int] = (600, 500),
    angle: float = 0.0,
    bands: int = 3,
    dtype: str = "float32",
    overviews: tuple[int, ...] = (),
    **profile: Any,
) -> Affine:
    """Write the pattern as seen in this map; bands differ by a factor."""
    affine = affine_at(crs, pixel, size, angle)
    columns, rows = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    x = affine.a * columns + affine.b * rows + affine.c
    y = affine.d * columns + affine.e * rows + affine.f
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
    values = ground(np.asarray(lon), np.asarray(lat))
    stack = np.stack([values * (1 - 0.1 * k) for k in range(bands)]).astype(dtype)
    options = {"driver": "GTiff", "tiled": True, "blockxsize": 128, "blockysize": 128} | profile
    with rasterio.open(
        path, "w", width=size[0], height=size[1], count=bands, dtype=dtype, crs=crs, transform=affine, **options
    ) as target:
        target.write(stack)
        if overviews:
            target.build_overviews(list(overviews), rasterio.enums.Resampling.average)
    return affine


def track(metres: list[tuple[float, float]], name: str = "1") -> Track:
    """A track through places given in metres east and north of the middle of the site."""
    points = [MapPoint(LON + e / 82_190.0, LAT + n / 111_080.0) for e, n in metres]
    return Track(name, tuple(points))


def pixel_track(points: list[tuple[float, float]], name: str = "1") -> Track:
    return Track(name, tuple(MapPoint(*p) for p in points), system=CoordinateSystem.PIXEL)


def write_plain(path: Path, array: NDArray[Any], driver: str, **profile: Any) -> None:
    """Write an image without a map."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        bands, height, width = array.shape
        with rasterio.open(
            path, "w", driver=driver, width=width, height=height, count=bands, dtype=array.dtype, **profile
        ) as target:
            target.write(array)
    path.with_name(path.name + ".aux.xml").unlink(missing_ok=True)
