"""Images as cloud-optimised GeoTIFFs: lossless, and never half-written."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.io import DatasetWriter, MemoryFile

from wayside.imagery.formats.bands import told_elsewhere
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image, session, translated
from wayside.imagery.geodesy import Affine6
from wayside.model.checks import require

__all__ = ["convert_to_cog", "tiled_cog", "write_cog"]

_BLOCK = 256
"""Pixels of a block's side. A corridor of 16 m is narrower than a block, so small ones leave less to read in vain."""


def _cog_profile(dtype: str, *, palette: bool = False) -> dict[str, Any]:
    """Return creation options of a COG; the predictor that suits the type makes DEFLATE a third smaller on images."""
    return {
        "driver": "COG",
        "COMPRESS": "DEFLATE",
        "PREDICTOR": "NO" if palette else "YES",
        "BLOCKSIZE": _BLOCK,
        "BIGTIFF": "IF_SAFER",
        "OVERVIEW_RESAMPLING": "NEAREST" if palette else "AVERAGE",
        "OVERVIEW_COMPRESS": "DEFLATE",
        "NUM_THREADS": 1 if np.dtype(dtype).itemsize == 1 else 2,
    }


@contextmanager
def _renamed(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``, and rename it when the body ends well; else leave nothing."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    with translated(path.parent, "the folder cannot be made"):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield temporary
        with translated(path, "the image cannot be written"):
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def tiled_cog(
    path: Path,
    *,
    size: tuple[int, int],
    count: int,
    dtype: str,
    transform: Affine6 | None,
    crs: str | None,
    **options: str,
) -> Iterator[DatasetWriter]:
    """Give an image to write tile by tile, with its mask; it becomes a cloud-optimised GeoTIFF when the body ends well.

    Args:
        path: the file to make or replace; it appears by rename when it is whole.
        size: width and height, pixels.
        count: number of bands.
        dtype: numpy's name of the pixel type.
        transform: a, b, c, d, e, f; None for an image without a map.
        crs: "EPSG:n" or WKT; comes together with ``transform``.
        **options: further creation options of GDAL's GTiff, for example ``photometric``.

    Raises:
        ImageError: what the body reads is damaged.
        OutsideError: the disk refuses.
    """
    with (
        _renamed(path) as temporary,
        session(GDAL_PAM_ENABLED="NO", GDAL_TIFF_INTERNAL_MASK="YES"),
        translated(path, "the image cannot be written"),
    ):
        # GDAL makes a COG of a whole image only.
        plain = temporary.with_suffix(".plain")
        try:
            with rasterio.open(
                plain.absolute(),
                "w",
                driver="GTiff",
                width=size[0],
                height=size[1],
                count=count,
                dtype=dtype,
                tiled=True,
                blockxsize=_BLOCK,
                blockysize=_BLOCK,
                BIGTIFF="IF_SAFER",
                **_map_options(transform, crs),
                **options,
            ) as target:
                yield target
            rasterio.shutil.copy(os.fspath(plain), os.fspath(temporary), **_cog_profile(dtype))
        finally:
            plain.unlink(missing_ok=True)


def write_cog(
    array: NDArray[np.generic],
    path: Path,
    *,
    transform: Affine6 | None = None,
    crs: str | None = None,
    nodata: float | None = None,
    tags: dict[str, str] | None = None,
) -> None:
    """Write pixels as a cloud-optimised GeoTIFF with overviews.

    Args:
        array: shape (bands, height, width).
        path: the file to make or replace; it appears by rename when it is whole.
        transform: a, b, c, d, e, f; None for an image without a map.
        crs: "EPSG:n" or WKT; comes together with ``transform``.
        nodata: the value that stands for no data.
        tags: tags to store, for example TIFFTAG_DATETIME.

    Raises:
        OutsideError: the disk refuses.
        ValueRefusedError: the pixels' shape or type is not an image's.
    """
    require(array.ndim == 3, f"an image has shape (bands, height, width), not {array.shape}")
    require(array.dtype.kind in "uif", f"pixels of type {array.dtype} are not an image's")
    photometric = {"photometric": "RGB"} if array.shape[0] == 3 and array.dtype == np.uint8 else {}
    with (
        _renamed(path) as temporary,
        session(GDAL_PAM_ENABLED="NO"),
        translated(path, "the image cannot be written"),
        MemoryFile() as memory,
    ):
        with memory.open(
            driver="GTiff",
            count=array.shape[0],
            height=array.shape[1],
            width=array.shape[2],
            dtype=array.dtype.name,
            nodata=nodata,
            interleave="pixel",
            BIGTIFF="IF_SAFER",
            **photometric,
            **_map_options(transform, crs),
        ) as target:
            target.write(array)
            target.update_tags(**(tags or {}))
        with memory.open() as source:
            rasterio.shutil.copy(source, os.fspath(temporary), **_cog_profile(array.dtype.name))


def _map_options(transform: Affine6 | None, crs: str | None) -> dict[str, Any]:
    require((transform is None) == (crs is None), "an image's CRS and transform come together")
    return {} if transform is None else {"transform": Affine(*transform), "crs": CRS.from_user_input(crs)}


def convert_to_cog(source: Path, target: Path, *, info: ImageInfo) -> None:
    """Store an image file as a cloud-optimised GeoTIFF, pixel for pixel.

    The map comes from ``info`` (which may hold a CRS that the file itself does not name, or a map fitted to control
    points); an image without a map there stays without one. Tags, nodata, alpha, masks, colour table, scales, offsets
    and meanings of bands are kept; reduced images are added by averaging. An image whose map must be made from
    coefficients is what ``ortho.ortho_to_cog`` is for. Which band is which is written down where the file itself does
    not tell it, so that the stored file does.

    Raises:
        ImageError: the source is damaged.
        OutsideError: the disk refuses.
    """
    with (
        _renamed(target) as temporary,
        open_image(source) as dataset,
        session(GDAL_PAM_ENABLED="NO"),
        MemoryFile(ext=".vrt") as memory,
    ):
        rasterio.shutil.copy(dataset, memory.name, driver="VRT")
        with rasterio.open(memory.name, "r+") as virtual:
            if info.crs is not None and info.transform is not None:
                virtual.crs = CRS.from_user_input(info.crs)
                virtual.transform = Affine(*info.transform)
            else:
                virtual.crs, virtual.transform = CRS(), Affine.identity()
            for band, name in enumerate(told_elsewhere(info.band_order, info.order_known), start=1):
                virtual.set_band_description(band, name)
            with translated(target, "the image cannot be written"):
                rasterio.shutil.copy(virtual, os.fspath(temporary), **_cog_profile(info.dtype, palette=info.palette))
