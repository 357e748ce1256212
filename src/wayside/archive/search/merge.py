"""From items to acquisitions: of each look the tiles to read, and all that need not be read."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from wayside.archive.search.footprints import outline_shape
from wayside.archive.search.identity import platform_name
from wayside.archive.search.looks import Look, Placed, looks_of, overlap, placed
from wayside.model.acquisitions import Acquisition, FoundScene
from wayside.model.places import MapPoint

__all__ = ["merge"]

_NOTHING = 1e-3
"""Part of the site that a tile must add to be read."""
_FOREIGN = 0.02
"""The same for a tile of another product: two providers' outlines of one tile differ by this much."""
_WHOLE = 0.995
_REPROCESSED = 0.9
_SAME_GSD = 1.25
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DIGITS = 8


class _Product(NamedTuple):
    """A look's items of one collection of one source: the tiles to read of it, and the part of the site they show."""

    tiles: tuple[Placed, ...]
    share: float


def merge(
    found: Sequence[FoundScene], *, outline: Sequence[MapPoint], sources: Sequence[str] = ()
) -> tuple[Acquisition, ...]:
    """Return what is one look as one acquisition, by time and id; the order of ``found`` does not matter.

    Of a look, the collection that shows most of the site is read, then the one of finer GSD, that may be published,
    that comes with a mask, that has fewer bytes, that comes first in ``sources``. What it leaves of the site is filled
    from others of like GSD. Of a tile that was processed again, the newest is read. Tiles that add nothing over the
    site are not read.

    Args:
        found: items of any number of sources.
        outline: closed ring around the site, degrees.
        sources: names of sources, the preferred first; those not named come after, by name.

    Raises:
        ValueRefusedError: the outline is malformed, or a scene's outline has no area.
    """
    site = outline_shape(outline)
    if not site.area > 0:  # a single track, or a point: any width makes areas comparable
        site = site.buffer(1e-6)
    scenes = [placed(scene) for scene in _distinct(found)]
    order = {name: at for at, name in reversed(list(enumerate(sources)))}
    acquisitions = [_acquisition(look, site, order) for look in looks_of(scenes)]
    return tuple(sorted(acquisitions, key=lambda a: (a.acquired, a.id)))


def _distinct(found: Sequence[FoundScene]) -> list[FoundScene]:
    """Return each item once, in canonical order."""
    held: dict[tuple[str, str, str], FoundScene] = {}
    for scene in sorted(found, key=lambda s: (s.processed or _LONG_AGO, s.version, s.item_href, repr(s))):
        held[_name(scene)] = scene
    return sorted(held.values(), key=lambda s: (s.acquired, *_name(s)))


def _name(scene: FoundScene) -> tuple[str, str, str]:
    return scene.source, scene.collection, scene.item


# ---------------------------------------------------------------------------- one look
def _acquisition(look: Look, site: BaseGeometry, order: dict[str, int]) -> Acquisition:
    products = sorted(_products(look.members, site), key=lambda p: _rank(p, order))
    tiles = list(products[0].tiles)
    for product in products[1:]:
        if _alike(tiles[0].scene, product.tiles[0].scene):
            tiles = _cover(product.tiles, site, tiles, least=_FOREIGN)
    read = tuple(p.scene for p in _needed(tiles, site))
    names = {_name(scene) for scene in read}
    others = tuple(p.scene for p in look.members if _name(p.scene) not in names)
    return Acquisition(_identifier(read), read, others, look.why)


def _products(members: Iterable[Placed], site: BaseGeometry) -> list[_Product]:
    kept: dict[tuple[str, str], list[Placed]] = {}
    for member in members:
        kept.setdefault((member.scene.source, member.scene.collection), []).append(member)
    products = []
    for items in kept.values():
        newest = _newest(items)
        tiles = _cover(newest, site, [], least=_NOTHING) or newest[:1]
        products.append(_Product(tuple(tiles), _share(tiles, site)))
    return products


def _newest(items: Iterable[Placed]) -> list[Placed]:
    """Return items without those that were processed again: the same tile with the same outline."""
    kept: list[Placed] = []
    for item in sorted(items, key=_age, reverse=True):
        if not any(_same_tile(item, k) and overlap(item.shape, k.shape) >= _REPROCESSED for k in kept):
            kept.append(item)
    return kept


def _age(item: Placed) -> tuple[object, ...]:
    """Return what grows with the processing: version, then time, then the id, which often carries either."""
    version = tuple(int(n) for n in re.findall(r"\d{1,9}", item.scene.version))
    return (version, item.scene.processed or _LONG_AGO, item.scene.item)


def _same_tile(a: Placed, b: Placed) -> bool:
    tiles = {t for p in (a, b) if (t := p.scene.properties.get("tile", ""))}
    return len(tiles) < 2


def _cover(tiles: Sequence[Placed], site: BaseGeometry, chosen: Sequence[Placed], *, least: float) -> list[Placed]:
    """Return ``chosen`` and those of ``tiles`` that show more of the site, each time the one that adds most."""
    taken = list(chosen)
    left = list(tiles)
    bare = site.difference(shapely.union_all([p.shape for p in taken]))
    while left:
        gains = [float(bare.intersection(p.shape).area) / float(site.area) for p in left]
        best = max(range(len(left)), key=lambda i: (round(gains[i], 6), -i))
        if gains[best] < least:
            break
        tile = left.pop(best)
        taken.append(tile)
        bare = bare.difference(tile.shape)
    return taken


def _needed(tiles: Sequence[Placed], site: BaseGeometry) -> list[Placed]:
    """Return tiles without those whose part of the site the others show; one is always left."""
    kept = list(tiles)
    for tile in tiles:
        rest = [k for k in kept if k is not tile]
        if rest and _share(rest, site) > _share(kept, site) - _NOTHING:
            kept = rest
    return kept


def _share(tiles: Sequence[Placed], site: BaseGeometry) -> float:
    return float(site.intersection(shapely.union_all([p.shape for p in tiles])).area) / float(site.area)


def _rank(product: _Product, order: dict[str, int]) -> tuple[object, ...]:
    """Return what sorts the better product first."""
    scenes = [p.scene for p in product.tiles]
    sizes = [asset.size for s in scenes for asset in (*s.image, s.pan) if asset is not None]
    total = sum(size for size in sizes if size is not None) if None not in sizes else math.inf
    return (
        -1.0 if product.share >= _WHOLE else -round(product.share, 2),
        max(_finest(s) for s in scenes),
        not all(s.licence.publishable for s in scenes),
        any(s.mask is None for s in scenes),
        total,
        order.get(scenes[0].source, len(order)),
        scenes[0].source,
        scenes[0].collection,
    )


def _finest(scene: FoundScene) -> float:
    """Return a scene's GSD once sharpened, to two digits; infinite where unknown."""
    known = [g for g in (scene.gsd_m, scene.pan.gsd_m if scene.pan else None) if g is not None]
    return float(f"{min(known):.1e}") if known else math.inf


def _alike(a: FoundScene, b: FoundScene) -> bool:
    """Tell whether two scenes may be read as one picture: of like GSD."""
    fine, coarse = sorted((_finest(a), _finest(b)))
    return coarse <= _SAME_GSD * fine


def _identifier(tiles: Sequence[FoundScene]) -> str:
    first = tiles[0]
    digest = hashlib.sha256("\n".join(sorted("\0".join(_name(t)) for t in tiles)).encode("utf-8", "surrogatepass"))
    who = re.sub(r"[^a-z0-9]+", "-", (platform_name(first.platform) or first.source).lower())[:40].strip("-")
    when = first.acquired.strftime("%Y%m%dT%H%M%SZ")
    return "-".join(part for part in (when, who, digest.hexdigest()[:_DIGITS]) if part)
