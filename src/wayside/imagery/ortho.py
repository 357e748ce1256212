"""Images with coefficients instead of a map, laid on one at the height of the site.

A rail yard is flat: one height above the ellipsoid serves the whole site, and what it is wrong by moves everything on
the tracks alike, which registration then finds. Ground elsewhere in the image, on hills, is displaced; it is not read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import DatasetReader, DatasetWriter
from rasterio.rpc import RPC
from rasterio.warp import reproject

from wayside.errors import ImageError, TracksError
from wayside.imagery.formats.bands import alpha_band, band_order, told_elsewhere
from wayside.imagery.formats.info import PixelLimits, check_readable
from wayside.imagery.formats.rpc import RpcGround, ground_of, rpc_ground, sound_rpc
from wayside.imagery.formats.wholeness import check_whole
from wayside.imagery.gdal import open_image
from wayside.imagery.geodesy import Affine6, lonlat_to_map, shifted
from wayside.imagery.views import SiteBounds
from wayside.imagery.windows import tiles
from wayside.imagery.writing import tiled_cog
from wayside.model.acquisitions import Band
from wayside.model.checks import require
from wayside.model.places import CoordinateSystem

__all__ = ["Ortho", "OrthoGrid", "ortho_grid", "ortho_to_cog"]

_EDGE_POINTS = 17
_TOLERANCE_PX = 0.02


class OrthoGrid(NamedTuple):
    """The map grid that an image is laid on.

    Attributes:
        crs: UTM zone of the image's middle, "EPSG:n".
        transform: a, b, c, d, e, f; north up, edges at whole multiples of a pixel, so that scenes of a site agree.
        width: columns.
        height: rows.
        gsd_m: ground size of a pixel, metres.
    """

    crs: str
    transform: Affine6
    width: int
    height: int
    gsd_m: float


class Ortho(NamedTuple):
    """What was made.

    Attributes:
        grid: where the image lies now.
        height_m: height above the WGS 84 ellipsoid that it was made for, metres.
        lean: metres over the ground by which everything moves for each metre that the height is wrong.
    """

    grid: OrthoGrid
    height_m: float
    lean: float


def ortho_grid(
    rpc: RPC,
    size: tuple[int, int],
    height_m: float,
    name: Path | str,
    *,
    area: SiteBounds | None = None,
    gsd_m: float | None = None,
    limits: PixelLimits | None = None,
) -> tuple[OrthoGrid, RpcGround]:
    """Choose the grid for an image with coefficients.

    Args:
        rpc: coefficients, sound.
        size: width and height of the image, pixels.
        height_m: of the site above the WGS 84 ellipsoid, metres.
        name: what to call the image in errors.
        area: what to lay on the grid, in degrees; None for the whole image.
        gsd_m: ground size of a pixel; None for the geometric mean of the image's own columns and rows.
        limits: sizes beyond which the area is refused.

    Raises:
        TracksError: the area lies outside the image.
        ImageError: the coefficients do not place the image at this height, or the area is too large.
    """
    ground = rpc_ground(rpc, size, height_m, name)
    step = gsd_m or math.sqrt(ground.column_m * ground.row_m)
    if not 0.01 <= step <= 100:
        raise ImageError(
            f"pixels of {step:.3g} m are of no use here (0.01 to 100 m)", where=str(name), todo="Check the image's RPC"
        )
    crs = _utm(ground.lon, ground.lat)
    low, high = _extent(_outline(rpc, size, height_m, crs, name))
    if area is not None:
        require(area.system is CoordinateSystem.LONLAT, "an area to lay on a map is given in degrees")
        wanted_low, wanted_high = _extent(lonlat_to_map(crs, area.corners))
        low, high = np.maximum(low, wanted_low), np.minimum(high, wanted_high)
        if not (low < high).all():
            raise TracksError(
                "the site lies outside the image at this height",
                where=str(name),
                todo="Check the tracks, the height and the image's RPC",
            )
    low, high = np.floor(low / step), np.ceil(high / step)
    width, height = (high - low).astype(int).tolist()
    if width * height > (limits or PixelLimits()).whole:
        raise ImageError(
            f"the image laid on a map has {width} x {height} pixels, more than {(limits or PixelLimits()).whole:,}",
            where=str(name),
            todo="Give the tracks of the site, so that its area alone is taken",
        )
    transform = (step, 0.0, float(low[0] * step), 0.0, -step, float(high[1] * step))
    return OrthoGrid(crs, transform, width, height, step), ground


def _utm(lon: float, lat: float) -> str:
    zone = int((lon + 180.0) % 360.0 // 6) + 1
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _outline(rpc: RPC, size: tuple[int, int], height_m: float, crs: str, name: Path | str) -> NDArray[np.float64]:
    """Return the image's edge on the map, shape (n, 2)."""
    share = np.linspace(0.0, 1.0, _EDGE_POINTS)
    pixels = np.array([(x, y) for x, y in itertools.product(share, share) if {x, y} & {0.0, 1.0}]) * size
    edge = lonlat_to_map(crs, ground_of(rpc, pixels, height_m))
    if not np.isfinite(edge).all():
        raise ImageError(
            "the image's RPC does not place the image on the ground",
            where=str(name),
            todo="Fetch the image's RPC file again, or have it ortho-corrected",
        )
    return edge


def _extent(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return points.min(axis=0), points.max(axis=0)


def ortho_to_cog(
    source: Path,
    target: Path,
    *,
    height_m: float,
    area: SiteBounds | None = None,
    gsd_m: float | None = None,
    limits: PixelLimits | None = None,
    bands: Sequence[Band] = (),
    sensor: str = "",
) -> Ortho:
    """Lay an image with coefficients on a map at one height, and store it as a cloud-optimised GeoTIFF.

    Resampled once, by cubic convolution. Where the image has no data the result's mask says so. Tags, names, scales
    and offsets of bands are kept; the coefficients are not, which no longer fit.

    Args:
        source: the image file, with its coefficients in its header or in a file beside it.
        target: the file to make or replace.
        height_m: of the site above the WGS 84 ellipsoid (not above sea level), metres.
        area: what to take of it, in degrees; None for all.
        gsd_m: ground size of a pixel of the result; None for the image's own.
        limits: sizes beyond which the image or the result is refused.
        bands: in order, as a catalogue or the user names them; may be empty.
        sensor: satellite or sensor; may be empty.

    Raises:
        ImageError: no coefficients, or such as place nothing; a height out of their range; a damaged image.
        TracksError: the area lies outside the image.
        OutsideError: the disk refuses.
    """
    with open_image(source) as dataset:
        check_readable(dataset, source, limits)
        check_whole(source, dataset)
        rpc = sound_rpc(dataset, source)
        if rpc is None:
            raise ImageError(
                "the image has no rational polynomial coefficients (RPC)",
                where=str(source),
                todo="Put its RPC file beside it, or leave --height out",
            )
        size = dataset.width, dataset.height
        order = band_order(dataset, source.name, hint=bands, sensor=sensor)
        grid, ground = ortho_grid(rpc, size, height_m, source, area=area, gsd_m=gsd_m, limits=limits)
        _warp(dataset, rpc, grid, height_m, target, told_elsewhere(order.names, order.known))
    return Ortho(grid, height_m, ground.lean)


def _warp(  # noqa: PLR0917 - what is warped, how, where to, and what is said of it
    dataset: DatasetReader, rpc: RPC, grid: OrthoGrid, height_m: float, path: Path, names: Sequence[str]
) -> None:
    alpha, dtype = alpha_band(dataset), dataset.dtypes[0]
    bands = [k for k in range(1, dataset.count + 1) if k != alpha]
    with tiled_cog(
        path,
        size=(grid.width, grid.height),
        count=len(bands),
        dtype=dtype,
        transform=grid.transform,
        crs=grid.crs,
        photometric="MINISBLACK",
        alpha="NO",
    ) as target:
        _describe(dataset, bands, target, names)
        for box in tiles(grid.width, grid.height):
            pixels = np.zeros((len(bands) + 1, *box.shape), dtype=dtype)
            reproject(
                rasterio.band(dataset, bands),
                pixels,
                rpcs=rpc,
                src_crs="EPSG:4326",
                src_nodata=dataset.nodata,
                src_alpha=alpha or 0,
                dst_transform=Affine(*shifted(grid.transform, box.left, box.top)),
                dst_crs=target.crs,
                dst_alpha=len(bands) + 1,
                resampling=Resampling.cubic,
                tolerance=_TOLERANCE_PX,
                RPC_HEIGHT=str(height_m),
            )
            target.write(pixels[:-1], window=box.window)
            target.write_mask((pixels[-1] > 0).astype(np.uint8) * 255, window=box.window)


def _describe(dataset: DatasetReader, bands: list[int], target: DatasetWriter, names: Sequence[str]) -> None:
    """Copy what is said of the image and its bands; ``names`` go before the bands' own where there are some."""
    target.update_tags(**dataset.tags())
    for k, band in enumerate(bands, start=1):
        own = dataset.descriptions[band - 1] or ""
        target.set_band_description(k, names[band - 1] if names else own)
        target.update_tags(k, **dataset.tags(band))
    target.scales = tuple(dataset.scales[band - 1] for band in bands)
    target.offsets = tuple(dataset.offsets[band - 1] for band in bands)
    kinds = [dataset.colorinterp[band - 1] for band in bands]
    if ColorInterp.palette not in kinds:
        target.colorinterp = kinds
