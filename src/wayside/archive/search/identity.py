"""Which look of which satellite an item belongs to, and which tile of it, by providers' own ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from wayside.archive.search.fields import integer, text

__all__ = ["identity", "platform_name"]

_S2_PRODUCT = re.compile(r"(S2[A-D])_MSIL[12][A-C]_(\d{8}T\d{6})_(?:N(\d\d)(\d\d)_)?(?:R\d{3}_)?(?:T(\d\d[A-Z]{3}))?")
_S2_DATATAKE = re.compile(r"GS2([A-D])_(\d{8}T\d{6})_\d+_N(\d\d)\.?(\d\d)")
_S2_COG = re.compile(r"(S2[A-D])_T?(\d{1,2}[A-Z]{3})_(\d{8})(?:T\d{6})?_\d+_L[12][A-C]")
_LANDSAT = re.compile(r"(L[COTEM])0([4-9])_L[12][A-Z]{2}_(\d{3})(\d{3})_(\d{8})_")
_TILES = ("s2:mgrs_tile", "quadkey", "tile:quadkey", "tile_id", "pl:grid_cell", "grid:code")
_STRIPS = (
    ("strip", ("pl:strip_id", "planet:strip_id", "strip_id")),
    ("catalogue", ("catalog_id", "maxar:catalog_id", "vantor:catalog_id", "catalogID", "dg:catalog_id")),
    ("acquisition", ("acquisitionIdentifier", "acquisition_id", "airbus:acquisition_id", "acquisitionId")),
)
_PLATFORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?:sentinel)?2([abcd])|s2([abcd])"), lambda m: f"sentinel-2{m.group(1) or m.group(2)}"),
    (re.compile(r"landsat0?(\d)|l[cotem]0?(\d)"), lambda m: f"landsat-{m.group(1) or m.group(2)}"),
    (re.compile(r"(?:worldview|wv)0?(\d)(?:vnir|swir)?"), lambda m: f"worldview-{m.group(1)}"),
    (re.compile(r"(?:geoeye|ge)0?(\d)"), lambda m: f"geoeye-{m.group(1)}"),
    (re.compile(r"(?:worldviewlegion|legion|lg)0?(\d)"), lambda m: f"legion-{m.group(1)}"),
    (re.compile(r"quickbird0?2|qb0?2"), lambda _: "quickbird-2"),
    (re.compile(r"(?:skysat|ssc)c?0?(\d{1,2})"), lambda m: f"skysat-c{m.group(1)}"),
    (re.compile(r"(?:pleiades|phr)1?([ab])"), lambda m: f"pleiades-1{m.group(1)}"),
    (re.compile(r"(?:pleiadesneo|pneo)0?(\d)"), lambda m: f"pleiades-neo-{m.group(1)}"),
    (re.compile(r"spot0?([67])"), lambda m: f"spot-{m.group(1)}"),
)


def platform_name(stated: str) -> str:
    """Return one name for a platform, however a provider writes it; "S2A" and "Sentinel-2A" are the same."""
    plain = re.sub(r"[^a-z0-9]", "", stated.lower())
    for pattern, name in _PLATFORMS:
        if found := pattern.fullmatch(plain):
            return name(found)
    return plain


def identity(item: str, properties: Mapping[str, Any]) -> dict[str, str]:
    """Return what an item's ids say.

    Keys, each absent where nothing is known: ``look``, the provider's id of the look ("datatake:S2A 20230105T021101");
    ``tile``, the part of it; ``baseline``, the processing of Sentinel-2 ("05.09"); ``satellite``, where it is named.
    """
    names = (
        item,
        *(text(properties.get(k)) for k in ("s2:product_uri", "sentinel:product_id", "title", "s2:granule_id")),
    )
    found = _sentinel(names, properties) or _landsat(names, properties) or _strip(properties)
    if "tile" not in found and (tile := next((t for k in _TILES if (t := text(properties.get(k)))), "")):
        found["tile"] = tile.removeprefix("MGRS-").removeprefix("T")
    return found


def _sentinel(names: tuple[str, ...], properties: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if taken := _S2_DATATAKE.match(text(properties.get("s2:datatake_id"))):
        satellite, stamp, major, minor = taken.groups()
        found = {
            "look": f"datatake:S2{satellite} {stamp}",
            "baseline": f"{major}.{minor}",
            "satellite": f"S2{satellite}",
        }
    for name in names:
        if product := _S2_PRODUCT.match(name):
            satellite, stamp, major, minor, tile = product.groups()
            more = {"look": f"datatake:{satellite} {stamp}", "satellite": satellite}
            more |= {"baseline": f"{major}.{minor}"} if major else {}
            found = more | {"tile": tile} | found if tile else more | found
        elif cog := _S2_COG.match(name):
            found = {"satellite": cog.group(1), "tile": cog.group(2).zfill(5)} | found
    if found and (baseline := text(properties.get("s2:processing_baseline"))):
        found["baseline"] = baseline
    return found


def _landsat(names: tuple[str, ...], properties: Mapping[str, Any]) -> dict[str, str]:
    scene = next((m for n in (*names, text(properties.get("landsat:scene_id"))) if (m := _LANDSAT.match(n))), None)
    if scene is None:
        return {}
    _, number, path, row, day = scene.groups()
    path = f"{integer(properties.get('landsat:wrs_path')) or int(path):03}"
    return {"look": f"path:landsat-{number} {path} {day}", "tile": f"{path}{row}", "satellite": f"landsat-{number}"}


def _strip(properties: Mapping[str, Any]) -> dict[str, str]:
    for kind, keys in _STRIPS:
        for key in keys:
            value = properties.get(key)
            stated = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
            if stated:
                return {"look": f"{kind}:{stated}"}
    return {}
