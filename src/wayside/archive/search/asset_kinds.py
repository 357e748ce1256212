"""What an asset is: an image, a mask of usable pixels, or something else. By roles, media type, bands and its key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

from wayside.archive.search.fields import mapping, number, sequence, text, texts
from wayside.model.acquisitions import Band, MaskKind

__all__ = [
    "ImageFormat",
    "band_names",
    "format_of",
    "has_fractions",
    "is_basic",
    "is_image",
    "is_other_product",
    "is_visual",
    "mask_kind",
    "too_few_bits",
    "words",
]

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NO_IMAGE_WORDS = frozenset({
    "thumbnail", "thumb", "preview", "overview", "browse", "quicklook", "ql", "tilejson", "metadata", "xml",
    "rpc", "mtl", "json", "html", "index", "pvi", "icon", "legend", "footprint", "angles", "angle", "aot", "wvp",
    "dem", "dsm", "dtm", "elevation", "slope", "classification", "lulc", "landcover", "shadow", "mask", "masks",
    "qa", "udm", "udm2", "scl", "fmask", "cloud", "clouds", "snow", "lwir", "lwir11", "thermal", "atran", "cdist",
    "drad", "emis", "emsd", "trad", "urad", "vaa", "vza", "saa", "sza", "probability", "checksum", "manifest",
    "stats", "provenance", "radsat", "aerosol", "granule", "product", "safe", "zip",
})  # fmt: skip
_NO_IMAGE_ROLES = frozenset({
    "thumbnail", "overview", "metadata", "cloud", "cloud-shadow", "snow-ice", "water-mask", "saturation",
    "data-mask", "mask", "date", "iso-19115", "index", "graphic", "sidecar", "tiles", "wmts",
})  # fmt: skip
_NO_IMAGE_PRODUCTS = frozenset({
    "dem", "nasadem", "dsm", "dtm", "elevation", "lulc", "landcover", "worldcover", "lidar", "sar", "grd", "slc",
    "ndvi", "evi", "lst", "temperature", "precipitation", "soil", "biomass", "canopy", "burn", "fire", "labels",
    "annotations",
})  # fmt: skip
_VISUAL_WORDS = (
    {"visual"},
    {"visual2"},
    {"tci"},
    {"true", "color"},
    {"true", "colour"},
    {"truecolor"},
    {"rgb"},
    {"natural"},
)
_MASKS: tuple[tuple[MaskKind, re.Pattern[str]], ...] = (
    (MaskKind.SCL, re.compile(r"(?:^|_)scl(?:_20m|_60m|_jp2)*$")),
    (MaskKind.UDM2, re.compile(r"(?:^|_)udm_?2$")),
    (MaskKind.QA_PIXEL, re.compile(r"(?:^|_)qa_pixel$")),
    (MaskKind.FMASK, re.compile(r"(?:^|_)fmask$")),
    (MaskKind.UDM, re.compile(r"(?:^|_)udm$")),
    (MaskKind.CLOUD, re.compile(r"^clouds?$|(?:^|_)clouds?_?mask$|(?:^|_)clm$")),
)
_NUMBERED = re.compile(r"(?:^|_)b0?(\d{1,2}a?)$")
_OLI = {"2": "blue", "3": "green", "4": "red", "5": "nir", "8": "pan"}
_NUMBERS = {
    "sentinel2": {"2": "blue", "3": "green", "4": "red", "8": "nir"},
    "oli": _OLI,
    "tm": {"1": "blue", "2": "green", "3": "red", "4": "nir", "8": "pan"},
    "hls": {"2": "blue", "3": "green", "4": "red"},
}
_SINGLE_NAMES = frozenset({"red", "green", "blue", "pan", "nir", "coastal", "yellow", "rededge"})
_GREEN_I = "green05"
_PLANET_8 = ("coastal", "blue", _GREEN_I, "green", "yellow", "red", "rededge", "nir")
_PLANET_4 = ("blue", "green", "red", "nir")


class ImageFormat(IntEnum):
    """What GDAL reads, in order of preference."""

    TIFF = 1
    JP2 = 2
    NITF = 3
    PICTURE = 5


_EXTENSIONS = {
    "tif": ImageFormat.TIFF, "tiff": ImageFormat.TIFF, "gtiff": ImageFormat.TIFF,
    "jp2": ImageFormat.JP2, "j2k": ImageFormat.JP2, "ntf": ImageFormat.NITF, "nitf": ImageFormat.NITF,
    "jpg": ImageFormat.PICTURE, "jpeg": ImageFormat.PICTURE, "png": ImageFormat.PICTURE,
}  # fmt: skip


def words(key: str) -> list[str]:
    """Return the words of an asset's key, in lower case."""
    return _NOT_WORD.sub("_", key.lower()).strip("_").split("_")


def format_of(asset: Mapping[str, Any]) -> ImageFormat | None:
    """Return an asset's format by its media type, or by its name where it states none; None if it is no image file."""
    stated = text(asset.get("type")).lower()
    if "tiff" in stated:
        return ImageFormat.TIFF
    if stated.startswith(("image/jp2", "image/jpx", "image/jpeg2000", "image/jpm")):
        return ImageFormat.JP2
    if "nitf" in stated:
        return ImageFormat.NITF
    if stated.startswith(("image/jpeg", "image/jpg", "image/png")):
        return ImageFormat.PICTURE
    if stated and not stated.startswith(("application/octet-stream", "binary/octet-stream")):
        return None
    return _EXTENSIONS.get(_path(asset).rpartition(".")[2].lower())


def _path(asset: Mapping[str, Any]) -> str:
    href = asset.get("href")
    try:
        return urlsplit(href).path if isinstance(href, str) else ""
    except ValueError:
        return ""


def mask_kind(key: str, asset: Mapping[str, Any]) -> MaskKind | None:
    """Return whose mask of usable pixels an asset is; None if it is none that is understood."""
    if format_of(asset) not in {ImageFormat.TIFF, ImageFormat.JP2}:
        return None
    name = "_".join(words(key))
    return next((kind for kind, pattern in _MASKS if pattern.search(name)), None)


def is_visual(key: str, asset: Mapping[str, Any]) -> bool:
    """Tell whether an asset is a picture in true colour."""
    named = set(words(key))
    return "visual" in texts(asset.get("roles")) or any(w <= named for w in _VISUAL_WORDS)


def is_image(key: str, asset: Mapping[str, Any]) -> bool:
    """Tell whether an asset can be an image at full detail: none of thumbnails, previews, masks and metadata.

    An asset named "visual" may have the role "overview": the first public catalogue of Sentinel-2 COGs had that.
    """
    if format_of(asset) is None or _NO_IMAGE_WORDS & set(words(key)):
        return False
    forbidden = _NO_IMAGE_ROLES & {role.lower() for role in texts(asset.get("roles"))}
    return not forbidden or (forbidden == {"overview"} and is_visual(key, {}))


def is_other_product(collection: str) -> bool:
    """Tell whether a collection's id says that it holds heights, land cover or radar, and no images."""
    return bool(_NO_IMAGE_PRODUCTS & set(words(collection)))


def has_fractions(asset: Mapping[str, Any]) -> bool:
    """Tell whether the catalogue says that an asset's values are fractions, as heights and temperatures are."""
    return any(text(h.get("data_type")).startswith(("float", "cfloat")) for h in _with_bands(asset))


def _with_bands(asset: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return an asset and its bands, any of which may say what its pixels are."""
    return [asset, *(mapping(b) for k in ("bands", "raster:bands") for b in sequence(asset.get(k))[:20])]


def is_basic(key: str) -> bool:
    """Tell whether an asset is not rectified yet."""
    return bool({"basic", "l1b", "unrectified"} & set(words(key)))


def too_few_bits(asset: Mapping[str, Any]) -> bool:
    """Tell whether the catalogue says that an asset has fewer than eight bits."""
    said = (h.get("bits_per_sample", h.get("raster:bits_per_sample")) for h in _with_bands(asset))
    bits = [n for value in said if (n := number(value)) is not None]
    return bool(bits) and min(bits) < 8


# ---------------------------------------------------------------------------- what no catalogue had to say
def band_names(key: str, bands: Sequence[Band], sensor: str) -> tuple[Band, ...]:
    """Return an asset's bands with the common names that its key and its sensor tell.

    Args:
        key: of the asset.
        bands: as the catalogue gives them; may be empty.
        sensor: platform, constellation and collection in one text.
    """
    if len(bands) <= 1:
        return _single(key, bands[0] if bands else None, sensor)
    named = tuple(_named(band, sensor) for band in bands)
    table = _table(key, sensor)
    if any(b.common_name for b in named) or table is None or len(table) != len(named):
        return named
    return tuple(replace(b, common_name=common) for b, common in zip(named, table, strict=True))


def _single(key: str, band: Band | None, sensor: str) -> tuple[Band, ...]:
    table = _table(key, sensor)
    if band is None and table is not None:
        return tuple(Band("", common) for common in table)
    known = _named(band or Band(), sensor)
    if known.common_name:
        return (known,)
    common = _by_key(key, sensor)
    if common:
        return (replace(known, common_name=common),)
    return () if band is None else (known,)


def _named(band: Band, sensor: str) -> Band:
    if band.common_name or not band.name:
        return band
    return replace(band, common_name=_by_key(band.name, sensor))


def _by_key(key: str, sensor: str) -> str:
    parts = words(key)
    if "pan" in parts or "panchromatic" in parts:
        return "pan"
    found = next((p for p in reversed(parts) if p in _SINGLE_NAMES), "")
    if found:
        return found
    numbered = _NUMBERED.search("_".join(parts))
    return _NUMBERS.get(_family(sensor), {}).get(numbered.group(1), "") if numbered else ""


def _family(sensor: str) -> str:
    name = sensor.lower()
    if "hls" in name:
        return "hls"
    if re.search(r"sentinel-?_?2|\bs2[abc]?\b|(?:^|\W)s2_", name):
        return "sentinel2"
    if re.search(r"landsat[-_ ]?[89]\b|\blc0[89]", name):
        return "oli"
    return "tm" if re.search(r"landsat[-_ ]?[4-7]\b|\bl[te]0[4-7]", name) else ""


def _table(key: str, sensor: str) -> tuple[str, ...] | None:
    """Return the order of bands that an asset's key is known to mean; None if it is not known."""
    named = set(words(key))
    if is_visual(key, {}):
        return ("red", "green", "blue")
    if not re.search(r"planet|psscene|skysat|\bssc", sensor.lower()):
        return None
    if "8b" in named:
        return _PLANET_8
    return _PLANET_4 if {"analytic", "pansharpened", "4b"} & named else None
