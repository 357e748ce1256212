"""What an image file is, without reading it: size, bands, map, ground sample distance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader

from wayside.errors import ImageError
from wayside.imagery.formats.bands import OrderKnown, alpha_band, band_order, colour_bands
from wayside.imagery.formats.placing import MapFrom, gsd_of, has_rpc, placed
from wayside.imagery.formats.scaling import Scaling, band_scaling, relative_scaling
from wayside.imagery.formats.wholeness import check_whole
from wayside.imagery.gdal import open_image
from wayside.imagery.geodesy import Affine6
from wayside.model.acquisitions import Band
from wayside.model.checks import require, require_finite

__all__ = ["ImageInfo", "PixelLimits", "check_readable", "describe_dataset", "describe_image", "read_tags"]

_WINDOWED = frozenset({"GTiff", "JP2OpenJPEG", "NITF"})
_MOST_BANDS = 512


@dataclass(frozen=True, slots=True)
class PixelLimits:
    """How large an image may be before it is taken for a decompression bomb.

    Attributes:
        windowed: most pixels (width times height) of a format of which parts can be read (TIFF, JPEG 2000, NITF).
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
        band_order: STAC common name of each band ("red", "nir", …; "alpha"), empty for one that is not known; empty
            altogether where nobody asked.
        order_known: how the order is known: told, stated, by the sensor, or assumed (and then perhaps wrong).
        order_why: what that rests on, a few words.
        scaling: (factor, offset) per band of ``colour``, which bring them to one scale; empty where nothing is to do.
        map_from: where the map is from.
        map_error_m: by how much the map may be wrong by the file's own account, metres (root mean square of control
            points, rounding of a NITF's corners); None where there is no such account.
        rpc: True where the file brings rational polynomial coefficients.
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
    band_order: tuple[str, ...] = ()
    order_known: OrderKnown = OrderKnown.ASSUMED
    order_why: str = ""
    scaling: Scaling = ()
    map_from: MapFrom = MapFrom.FILE
    map_error_m: float | None = None
    rpc: bool = False

    def __post_init__(self) -> None:
        require(self.width >= 1 and self.height >= 1, "an image has at least one pixel")
        require(len(self.colour) in (1, 3), "an image is looked at in one band or in three")
        require((self.crs is None) == (self.transform is None), "an image's CRS and transform come together")
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require(len(self.scaling) in (0, len(self.colour)), "an image has one scale for each colour band, or none")
        require(len(self.band_order) in (0, self.bands), "an image has one name for each band, or none")
        object.__setattr__(self, "tags", dict(self.tags))

    @property
    def has_map(self) -> bool:
        """Whether pixels can be placed on the ground."""
        return self.crs is not None


def read_tags(path: Path) -> dict[str, str]:
    """Return a file's own tags (TIFFTAG_DATETIME, EXIF_DateTimeOriginal and others); raises as ``open_image``."""
    with open_image(path) as dataset:
        return {str(k): str(v) for k, v in dataset.tags().items()}


def describe_image(
    path: Path,
    *,
    gsd_m: float | None = None,
    crs: str | None = None,
    limits: PixelLimits | None = None,
    bands: Sequence[Band] = (),
    sensor: str = "",
) -> ImageInfo:
    """Describe an image file, and refuse one that cannot be counted from.

    The last block is read as a probe, so that a truncated file is found here.

    Args:
        path: the image file.
        gsd_m: ground sample distance, for an image that does not know its own.
        crs: coordinate reference system of the image's map, where the file (a world file) does not name it.
        limits: sizes beyond which the file is taken for a decompression bomb.
        bands: the bands as a catalogue or the user names them, in order; may be empty.
        sensor: satellite or sensor as a catalogue or the user names it; may be empty.

    Raises:
        ImageError: not an image, truncated, too large, no GSD, a map without CRS, or no map but coefficients.
        OutsideError: the disk refuses.
    """
    with open_image(path) as dataset:
        check_readable(dataset, path, limits)
        check_whole(path, dataset)
        return describe_dataset(dataset, path, gsd_m=gsd_m, crs=crs, limits=limits, bands=bands, sensor=sensor)


def describe_dataset(
    dataset: DatasetReader,
    name: Path | str,
    *,
    gsd_m: float | None = None,
    crs: str | None = None,
    limits: PixelLimits | None = None,
    bands: Sequence[Band] = (),
    sensor: str = "",
) -> ImageInfo:
    """Describe an open dataset, wherever its bytes are, and refuse one that cannot be counted from.

    Nothing but the dataset is read, and of it only what its header says: no pixel is.

    Args:
        dataset: an open rasterio dataset.
        name: what to call it in errors: a path or an address; its last part may tell the sensor.
        gsd_m: ground sample distance, for an image that does not know its own.
        crs: coordinate reference system of the image's map, where the dataset does not name it.
        limits: sizes beyond which the image is taken for a decompression bomb.
        bands: the bands as a catalogue or the user names them, in order; may be empty.
        sensor: satellite or sensor as a catalogue or the user names it; may be empty.

    Raises:
        ImageError: too large, not an image's pixels, no GSD, a map without CRS, or no map but coefficients.
    """
    check_readable(dataset, name, limits)
    where = placed(name, dataset, crs, gsd_m)
    order = band_order(dataset, str(name).rsplit("/", 1)[-1], hint=bands, sensor=sensor)
    colour = colour_bands(order)
    palette = dataset.colorinterp[0] is ColorInterp.palette
    return ImageInfo(
        width=dataset.width,
        height=dataset.height,
        bands=dataset.count,
        dtype=dataset.dtypes[0],
        gsd_m=gsd_of(name, dataset, where.transform, where.crs, gsd_m),
        crs=where.crs,
        transform=where.transform,
        nodata=dataset.nodata,
        tags={str(k): str(v) for k, v in dataset.tags().items()},
        colour=colour,
        alpha=alpha_band(dataset),
        palette=palette,
        masked=dataset.mask_flag_enums[0] == [MaskFlags.per_dataset],
        windowed=dataset.driver in _WINDOWED,
        overviews=tuple(dataset.overviews(1)),
        crs_assumed=where.assumed,
        band_order=order.names,
        order_known=order.known,
        order_why=order.why,
        scaling=() if palette else relative_scaling(band_scaling(dataset, order, bands), colour),
        map_from=where.source,
        map_error_m=where.error_m,
        rpc=has_rpc(dataset),
    )


def check_readable(dataset: DatasetReader, name: Path | str, limits: PixelLimits | None = None) -> None:
    """Refuse an open dataset that claims too much, or that holds no image's pixels (``ImageError``)."""
    _check_pixels(name, dataset)
    _check_size(name, dataset, limits or PixelLimits())


def _check_size(name: Path | str, dataset: DatasetReader, limits: PixelLimits) -> None:
    pixels = dataset.width * dataset.height
    limit = limits.windowed if dataset.driver in _WINDOWED else limits.whole
    block = max((h * w for h, w in dataset.block_shapes), default=0)
    if block > limits.whole:
        pixels, limit = block, limits.whole
    if pixels > limit:
        raise ImageError(
            f"the image claims {dataset.width} x {dataset.height} pixels, of which {pixels:,} must be held at once; "
            f"the limit is {limit:,}",
            where=str(name),
            todo="If it is genuine, cut out the site, or store it as a tiled GeoTIFF",
        )


def _check_pixels(name: Path | str, dataset: DatasetReader) -> None:
    if dataset.count < 1:
        raise ImageError("the file holds no raster band", where=str(name), todo="Give an image file")
    if dataset.count > _MOST_BANDS:
        raise ImageError(
            f"the image claims {dataset.count:,} bands; the limit is {_MOST_BANDS}",
            where=str(name),
            todo="Choose the bands to look at first, for example with gdal_translate -b",
        )
    dtype = dataset.dtypes[0]
    # GDAL has complex integers, which numpy has no name for.
    if dtype.startswith("complex") or np.dtype(dtype).kind not in "uif":
        raise ImageError(
            f"pixels of type {dtype} are not an image's", where=str(name), todo="Convert it to uint16 first"
        )
