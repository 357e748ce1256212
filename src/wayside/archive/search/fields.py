"""Values out of others' JSON, which may hold anything: each function takes all, returns a good value or None."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from wayside.model.acquisitions import Band

__all__ = [
    "azimuth",
    "bands_of",
    "first_number",
    "integer",
    "links_of",
    "mapping",
    "middle",
    "moment",
    "nodata_of",
    "number",
    "sequence",
    "text",
    "texts",
    "walk_gsd",
]

_LONGEST_TEXT = 1000
_UTM = re.compile(r"(?:EPSG:)?32[67]\d\d", re.ASCII)
_COMMON = {
    "panchromatic": "pan", "p": "pan", "r": "red", "g": "green", "b": "blue", "n": "nir", "nir1": "nir",
    "near-infrared": "nir", "near infrared": "nir", "coastal blue": "coastal", "coastal_blue": "coastal",
    "red edge": "rededge", "red_edge": "rededge", "grey": "gray", "green_i": "green05", "green i": "green05",
}  # fmt: skip
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def mapping(value: object) -> Mapping[str, Any]:
    """Return an object of JSON; an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> Sequence[Any]:
    """Return an array of JSON; an empty one for anything else."""
    return value if isinstance(value, list | tuple) else ()


def text(value: object) -> str:
    """Return a string without blanks around it; empty for anything else and for what is too long to be a name.

    Characters that move a terminal's cursor or turn its writing round become blanks.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return ""
    return (value if value.isprintable() else _CONTROL.sub(" ", value)).strip()


def texts(value: object) -> tuple[str, ...]:
    """Return the strings of an array; a lone string stands for an array of one."""
    return tuple(t for v in ([value] if isinstance(value, str) else sequence(value)) if (t := text(v)))


def number(value: object, low: float = -math.inf, high: float = math.inf) -> float | None:
    """Return a finite number within [low, high], given as such or as text; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value[:40] if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def first_number(*values: object, low: float = -math.inf, high: float = math.inf) -> float | None:
    """Return the first that is a number within [low, high]."""
    return next((n for v in values if (n := number(v, low, high)) is not None), None)


def integer(value: object, low: int = 0, high: int = 1 << 53) -> int | None:
    """Return a whole number within [low, high]; else None."""
    found = number(value, low, high)
    return int(found) if found is not None and found == int(found) else None


def azimuth(*values: object) -> float | None:
    """Return the first that is an angle, as degrees from 0 to 360; some providers count from -180."""
    found = first_number(*values, low=-360, high=720)
    if found is None or 0 <= found <= 360:
        return found
    return found % 360.0


def moment(value: object) -> datetime | None:
    """Return a time of RFC 3339, in UTC; one without a zone is taken for UTC, as all catalogues mean it."""
    stated = text(value)
    if len(stated) < 10:
        return None
    try:
        found = datetime.fromisoformat(stated)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _EARLIEST <= found <= _LATEST else None


def middle(start: datetime, end: datetime) -> datetime:
    """Return the time half-way."""
    return start + max(end - start, timedelta(0)) / 2


def links_of(document: object) -> Iterator[Mapping[str, Any]]:
    """Give the links of a document that have a relation and an address."""
    for link in sequence(mapping(document).get("links")):
        found = mapping(link)
        href = found.get("href")
        if text(found.get("rel")) and isinstance(href, str) and href.strip():
            yield found


# ---------------------------------------------------------------------------- bands
def bands_of(asset: Mapping[str, Any], common: Sequence[Any] = ()) -> tuple[Band, ...]:
    """Return an asset's bands in order.

    STAC 1.1 has ``bands``; before it ``eo:bands`` and ``raster:bands`` stand side by side; before 0.9 ``eo:bands`` are
    places in the item's own list, ``common``.
    """
    new = sequence(asset.get("bands"))
    named = new or [_resolved(b, common) for b in sequence(asset.get("eo:bands"))]
    raster = sequence(asset.get("raster:bands"))
    count = min(max(len(named), len(raster)), 1000)
    return tuple(
        _band(_at(named, i), _at(raster, i), asset if count == 1 else {}, single=count == 1) for i in range(count)
    )


def _resolved(band: object, common: Sequence[Any]) -> object:
    if isinstance(band, int) and not isinstance(band, bool):
        return common[band] if 0 <= band < len(common) else {}
    if isinstance(band, str):
        return next((b for b in common if mapping(b).get("name") == band), {"name": band})
    return band


def _at(values: Sequence[Any], index: int) -> Mapping[str, Any]:
    return mapping(values[index]) if index < len(values) else {}


def _band(named: Mapping[str, Any], raster: Mapping[str, Any], asset: Mapping[str, Any], *, single: bool) -> Band:
    name = text(named.get("name")) or text(raster.get("name")) or (text(asset.get("name")) if single else "")
    common = text(named.get("eo:common_name")) or text(named.get("common_name")) or text(asset.get("eo:common_name"))
    common = common.lower()
    scale = first_number(named.get("raster:scale"), raster.get("scale"), asset.get("raster:scale"))
    offset = first_number(named.get("raster:offset"), raster.get("offset"), asset.get("raster:offset"))
    return Band(name, _COMMON.get(common, common), scale or 1.0, offset or 0.0)


def nodata_of(asset: Mapping[str, Any]) -> float | None:
    """Return the value that stands for no data, where the first band has one; NaN is written as text."""
    for holder in (asset, *(_at(sequence(asset.get(k)), 0) for k in ("bands", "raster:bands"))):
        for key in ("nodata", "raster:nodata", "file:nodata"):
            value = holder.get(key)
            if isinstance(value, list) and value:
                value = value[0]
            if isinstance(value, str) and value.lower() == "nan":
                return math.nan
            if (found := number(value)) is not None:
                return found
    return None


def walk_gsd(asset: Mapping[str, Any], common: Sequence[Any] = ()) -> float | None:
    """Return an asset's ground sample distance in metres, from wherever it is said: asset, bands, or its transform."""
    bands = [
        *(mapping(b) for b in sequence(asset.get("bands"))),
        *(mapping(_resolved(b, common)) for b in sequence(asset.get("eo:bands"))),
        *(mapping(b) for b in sequence(asset.get("raster:bands"))),
    ][:100]
    keys = ("gsd", "eo:gsd", "raster:spatial_resolution", "spatial_resolution")
    own = first_number(*(asset.get(k) for k in keys[:3]), low=1e-3, high=1e6)
    if own is not None:
        return own
    stated = [n for b in bands if (n := first_number(*(b.get(k) for k in keys), low=1e-3, high=1e6)) is not None]
    return min(stated) if stated else _transform_gsd(asset)


def _transform_gsd(asset: Mapping[str, Any]) -> float | None:
    """Return the pixel size of a transform in a UTM zone, whose unit is the metre; other systems are not guessed at."""
    transform = sequence(asset.get("proj:transform"))
    code = asset.get("proj:code", asset.get("proj:epsg"))
    if len(transform) < 6 or not _UTM.fullmatch(str(code)[:20]):
        return None
    a, d = number(transform[0]), number(transform[3])
    return None if a is None or d is None else number(math.hypot(a, d), 1e-3, 1e6)
