"""What an image file is, without reading it: size, bands, map, ground sample distance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader

from wayside.errors import ImageError
from wayside.imagery.gdal import open_image
from wayside.imagery.geodesy import Affine6, crs_name, ground_step, known_crs
from wayside.imagery.wholeness import check_whole
from wayside.model.checks import require, require_finite

__all__ = ["ImageInfo", "PixelLimits", "describe_image"]

_WINDOWED = frozenset({"GTiff", "JP2OpenJPEG"})
_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_GSD_AGREES = 0.05
_NOMINAL = 0.002
_BGRN = (3, 2, 1)
_WORLDVIEW8 = (5, 3, 2)


@dataclass(frozen=True, slots=True)
class PixelLimits:
    """How large an image may be before it is taken for a decompression bomb.

    Attributes:
        windowed: most pixels (width times height) of a format of which parts can be read (TIFF, JPEG 2000).
        whole: most pixels of a format that must be decoded from its start (PNG, JPEG, WebP, BMP), and of one block.
    """

    windowed: int = 4_000_000_000
    whole: int = 400_000_000

    def __post_init__(self) -> None:
        require(self.windowed > 0 and self.whole > 0, "pixel limits must be positive")


@dataclass(frozen=True)
class ImageInfo:
    """An image file as described by its header.

    Attributes:
        width: columns, at least 1.
        height: rows, at least 1.
        bands: number of bands, masks left out.
        dtype: numpy's name of the pixel type ("uint8", "uint16", "float32").
        gsd_m: ground sample distance in metres per pixel, 0.01 to 100; the geometric mean where pixels are not square.
        crs: "EPSG:n" or WKT; None without a map.
        transform: a, b, c, d, e, f with x = a column + b row + c and y = d column + e row + f; None without a map.
        nodata: the value that stands for no data; None where there is none.
        tags: the file's own tags (TIFFTAG_DATETIME, EXIF_DateTimeOriginal and others).
        colour: 1-based numbers of the bands to look at: one for grey, three for red, green, blue.
        alpha: 1-based number of the band that is 0 where there is no data; None where there is none.
        palette: True where band 1 holds indices into a colour table.
        masked: True where the file carries a mask of its own beside its bands.
        windowed: True where parts can be read without decoding what comes before them.
        overviews: factors of the reduced images in the file, ascending; may be empty.
        crs_assumed: True where the file names no CRS and longitude and latitude were assumed from its extent.
    """

    width: int
    height: int
    bands: int
    dtype: str
    gsd_m: float
    crs: str | None = None
    transform: Affine6 | None = None
    nodata: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    colour: tuple[int, ...] = (1,)
    alpha: int | None = None
    palette: bool = False
    masked: bool = False
    windowed: bool = True
    overviews: tuple[int, ...] = ()
    crs_assumed: bool = False

    def __post_init__(self) -> None:
        require(self.width >= 1 and self.height >= 1, "an image has at least one pixel")
        require(len(self.colour) in (1, 3), "an image is looked at in one band or in three")
        require((self.crs is None) == (self.transform is None), "an image's CRS and transform come together")
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        object.__setattr__(self, "tags", dict(self.tags))

    @property
    def has_map(self) -> bool:
        """Whether pixels can be placed on the ground."""
        return self.crs is not None


def describe_image(
    path: Path, *, gsd_m: float | None = None, crs: str | None = None, limits: PixelLimits | None = None
) -> ImageInfo:
    """Describe an image file, and refuse one that cannot be counted from.

    The last block is read as a probe, so that a truncated file is found here.

    Args:
        path: the image file.
        gsd_m: ground sample distance, for an image that does not know its own.
        crs: coordinate reference system of the image's map, where the file (a world file) does not name it.
        limits: sizes beyond which the file is taken for a decompression bomb.

    Raises:
        ImageError: not an image, truncated, too large, no GSD, a map without CRS.
        OutsideError: the disk refuses.
    """
    with open_image(path) as dataset:
        _check_size(path, dataset, limits or PixelLimits())
        _check_pixels(path, dataset)
        check_whole(path, dataset)
        transform, name, assumed = _map_of(path, dataset, crs, gsd_m)
        colour, alpha = _bands_of(dataset)
        return ImageInfo(
            width=dataset.width,
            height=dataset.height,
            bands=dataset.count,
            dtype=dataset.dtypes[0],
            gsd_m=_gsd_of(path, dataset, transform, name, gsd_m),
            crs=name,
            transform=transform,
            nodata=dataset.nodata,
            tags={str(k): str(v) for k, v in dataset.tags().items()},
            colour=colour,
            alpha=alpha,
            palette=dataset.colorinterp[0] is ColorInterp.palette,
            masked=dataset.mask_flag_enums[0] == [MaskFlags.per_dataset],
            windowed=dataset.driver in _WINDOWED,
            overviews=tuple(dataset.overviews(1)),
            crs_assumed=assumed,
        )


def _check_size(path: Path, dataset: DatasetReader, limits: PixelLimits) -> None:
    pixels = dataset.width * dataset.height
    limit = limits.windowed if dataset.driver in _WINDOWED else limits.whole
    block = max((h * w for h, w in dataset.block_shapes), default=0)
    if block > limits.whole:
        pixels, limit = block, limits.whole
    if pixels > limit:
        raise ImageError(
            f"the image claims {dataset.width} x {dataset.height} pixels, of which {pixels:,} must be held at once; "
            f"the limit is {limit:,}",
            where=str(path),
            todo="If it is genuine, cut out the site, or store it as a tiled GeoTIFF",
        )


def _check_pixels(path: Path, dataset: DatasetReader) -> None:
    if dataset.count < 1:
        raise ImageError("the file holds no raster band", where=str(path), todo="Give an image file")
    if np.dtype(dataset.dtypes[0]).kind not in "uif":
        raise ImageError(
            f"pixels of type {dataset.dtypes[0]} are not an image's", where=str(path), todo="Convert it to uint16 first"
        )


def _map_of(
    path: Path, dataset: DatasetReader, crs: str | None, gsd_m: float | None
) -> tuple[Affine6 | None, str | None, bool]:
    """Return transform, CRS and whether the CRS was assumed."""
    affine = dataset.transform
    transform: Affine6 = (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f)
    if transform == _IDENTITY or not all(map(math.isfinite, transform)) or affine.determinant == 0:
        return None, None, False
    own = None if dataset.crs is None else crs_name(dataset.crs.to_wkt())
    if crs is not None and known_crs(crs) is None:
        raise ImageError(f"--crs {crs!r} is not a known CRS", where=str(path), todo="Write it like EPSG:32652")
    said = None if crs is None else crs_name(crs)
    if own is not None and said is not None and own != said:
        raise ImageError(
            f"--crs says {said[:40]} but the image's own map is in {own[:40]}",
            where=str(path),
            todo="Leave --crs out, or mend the image's map",
        )
    name = own or said
    if name is not None:
        return transform, name, False
    a, b, c, d, e, f = transform
    ends = [(i, j) for i in (0, dataset.width) for j in (0, dataset.height)]
    corners = [(a * i + b * j + c, d * i + e * j + f) for i, j in ends]
    if all(abs(x) <= 180 and abs(y) <= 90 for x, y in corners) and abs(affine.determinant) ** 0.5 < 0.01:
        return transform, "EPSG:4326", True
    if gsd_m is not None:
        return None, None, False
    raise ImageError(
        "the image has a map grid (a world file, perhaps) but names no coordinate reference system",
        where=str(path),
        todo="Give it with --crs EPSG:…, or give --gsd and tracks in pixel coordinates",
    )


def _gsd_of(
    path: Path, dataset: DatasetReader, transform: Affine6 | None, crs: str | None, given: float | None
) -> float:
    if given is not None and not (math.isfinite(given) and 0.01 <= given <= 100):
        raise ImageError(f"--gsd must be from 0.01 to 100 metres, not {given}", where=str(path))
    if transform is None or crs is None:
        if given is None:
            raise ImageError(
                "the image does not say how large its pixels are on the ground",
                where=str(path),
                todo="Give the ground sample distance in metres with --gsd",
            )
        return given
    step = ground_step(crs, transform, dataset.width / 2, dataset.height / 2)
    if step is None:
        raise ImageError(
            "the image's map coordinates lie outside its coordinate reference system",
            where=str(path),
            todo="Check its CRS and transform",
        )
    gsd = math.sqrt(step.column_m * step.row_m)
    nominal = math.sqrt(abs(transform[0] * transform[4] - transform[1] * transform[3]))
    gsd = nominal if abs(nominal / gsd - 1) < _NOMINAL else gsd
    if given is not None and abs(given / gsd - 1) > _GSD_AGREES:
        raise ImageError(
            f"--gsd says {given:g} m but the image's own map says {gsd:.3g} m",
            where=str(path),
            todo="Leave --gsd out, or mend the image's map",
        )
    if not 0.01 <= gsd <= 100:
        raise ImageError(
            f"pixels of {gsd:.3g} m are of no use here (0.01 to 100 m)", where=str(path), todo="Check the image's map"
        )
    return gsd


def _bands_of(dataset: DatasetReader) -> tuple[tuple[int, ...], int | None]:
    """Return the bands to look at and the alpha band, by colour interpretation, then by name, then by custom."""
    kinds = list(dataset.colorinterp)
    alpha = kinds.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in kinds else None
    wanted = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    if all(kind in kinds for kind in wanted):
        return tuple(kinds.index(kind) + 1 for kind in wanted), alpha
    names = [(name or "").strip().lower() for name in dataset.descriptions]
    if all(name in names for name in ("red", "green", "blue")):
        return tuple(names.index(name) + 1 for name in ("red", "green", "blue")), alpha
    count = dataset.count - (alpha is not None)
    if count < 3:
        return (1,), alpha
    return {4: _BGRN, 8: _WORLDVIEW8}.get(count, (1, 2, 3)), alpha
