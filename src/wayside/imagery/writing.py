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
from rasterio.io import MemoryFile

from wayside.errors import OutsideError
from wayside.imagery.formats.bands import told_elsewhere
from wayside.imagery.gdal import open_image, session, translated
from wayside.imagery.geodesy import Affine6
from wayside.imagery.formats.info import ImageInfo
from wayside.model.checks import require

__all__ = ["cog_profile", "convert_to_cog", "renamed", "scratch_beside", "write_cog"]

_BLOCK = 256
"""Pixels of a block's side. A corridor of 16 m is narrower than a block, so small ones leave less to read in vain."""


def cog_profile(dtype: str, *, palette: bool = False) -> dict[str, Any]:
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
def renamed(path: Path) -> Iterator[Path]:
    """Give a temporary name beside ``path``, and rename it when the body ends well; else leave nothing."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutsideError(
            f"the folder cannot be made ({error.strerror})", where=str(path.parent), todo="See to its rights"
        ) from error
    try:
        yield temporary
        with translated(path, "the image cannot be written"):
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def scratch_beside(path: Path) -> Iterator[Path]:
    """Give a second temporary name beside a temporary file; what is under it is removed in any case."""
    scratch = path.with_name(path.name + ".plain")
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


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
    require((transform is None) == (crs is None), "an image's CRS and transform come together")
    placed = {} if transform is None else {"transform": Affine(*transform), "crs": CRS.from_user_input(crs)}
    photometric = {"photometric": "RGB"} if array.shape[0] == 3 and array.dtype == np.uint8 else {}
    with (
        renamed(path) as temporary,
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
            **placed,
        ) as target:
            target.write(array)
            target.update_tags(**(tags or {}))
        with memory.open() as source:
            rasterio.shutil.copy(source, os.fspath(temporary), **cog_profile(array.dtype.name))


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
        renamed(target) as temporary,
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
            for band, name in enumerate(told_elsewhere(info.band_order, info.order_known, info.order_why), start=1):
                virtual.set_band_description(band, name)
            with translated(target, "the image cannot be written"):
                rasterio.shutil.copy(virtual, os.fspath(temporary), **cog_profile(info.dtype, palette=info.palette))
