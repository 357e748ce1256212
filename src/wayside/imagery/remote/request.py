"""What is asked of remote images, and what was stored of them."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.remote.raster import OpenLimits
from wayside.imagery.remote.sources import ByteSource
from wayside.model.acquisitions import Band
from wayside.model.checks import require, require_finite
from wayside.model.observations import Registration

__all__ = ["CropFacts", "CropRequest", "RemoteTile"]


@dataclass(frozen=True)
class RemoteTile:
    """The files of one tile of a look.

    Attributes:
        image: one file with all bands, or one for each of red, green, blue in this order.
        pan: panchromatic file that sharpens ``image``; None where there is none.
        mask: the provider's mask; None where there is none.
        nodata: value that stands for no data, where the catalogue says so; None leaves it to the files.
        bands: the bands of ``image`` as the catalogue names them, in order, over all its files; may be empty.
        sensor: satellite or sensor as the catalogue names it; may be empty.
    """

    image: tuple[ByteSource, ...]
    pan: ByteSource | None = None
    mask: ByteSource | None = None
    nodata: float | None = None
    bands: tuple[Band, ...] = ()
    sensor: str = ""

    def __post_init__(self) -> None:
        require(self.image, "a tile has an image")


@dataclass(frozen=True, slots=True)
class CropRequest:
    """How much is read.

    Attributes:
        margin_m: how far beyond a strip's edge (8 m from the track) pixels are read, metres, 0 to 200: how far the
            image may prove to be off once it is registered. Orthoimages of commercial satellites are off by up to
            5 m (CE90), two of them against each other by 7 m, which 10 m covers; a block is 75 to 250 m wide, so that
            most of the margin comes without a further block. What is off by more is read again with ``shift``.
        shift: how the image was found to be off; the corridors are moved by it.
        overview_margin_m: how far the overview goes beyond the tracks, metres.
        overview_cell_m: size of the overview's pixels, metres; None for 1 m, or more for a coarser image or a site
            of more than 1 km, so that it has about 1000 pixels along a side.
        overview_bytes: pixels, in bytes, that the overview may be made from. A file without reduced images, of a site
            that is many kilometres wide, would have to be read whole for it: then it shows the corridors alone.
        gsd_m: ground sample distance, for an image that does not know its own.
        crs: for an image with a map grid that names no CRS.
        limits: what a file may cost.
    """

    margin_m: float = 10.0
    shift: Registration | None = None
    overview_margin_m: float = 60.0
    overview_cell_m: float | None = None
    overview_bytes: int = 256 << 20
    gsd_m: float | None = None
    crs: str | None = None
    limits: OpenLimits = OpenLimits()  # noqa: RUF009 - frozen, so it may be shared

    def __post_init__(self) -> None:
        require_finite("margin in metres", self.margin_m, low=0.0, high=200.0)
        require_finite("margin of the overview in metres", self.overview_margin_m, low=0.0, high=5000.0)
        if self.overview_cell_m is not None:
            require_finite("cell of the overview in metres", self.overview_cell_m, low=0.01, high=1000.0)


@dataclass(frozen=True)
class CropFacts:
    """What was stored, and what it cost.

    Attributes:
        image: description of the stored image.
        overview: description of the stored overview.
        mask: description of the stored mask; None where none was stored.
        tiles: numbers of the tiles that were used, in order of precedence.
        source_gsd_m: ground sample distance of the original, metres; finer than the stored image's where an overview
            was fine enough.
        blocks: blocks of images and masks that were read, all sources and reductions together.
        ranges: contiguous ranges that were asked of the sources.
        fetched: bytes that were asked of them.
        whole: bytes of all files together.
        notes: what was not done and why, sentences.
    """

    image: ImageInfo
    overview: ImageInfo
    mask: ImageInfo | None
    tiles: tuple[int, ...]
    source_gsd_m: float
    blocks: int
    ranges: int
    fetched: int
    whole: int
    notes: tuple[str, ...] = ()
