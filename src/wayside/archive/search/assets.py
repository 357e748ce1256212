"""Which of an item's assets are read: the image, what sharpens it, and the mask of its usable pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wayside.archive.search.asset_kinds import (
    ImageFormat,
    band_names,
    format_of,
    has_fractions,
    is_basic,
    is_image,
    is_visual,
    mask_kind,
    too_few_bits,
    words,
)
from wayside.archive.search.fields import bands_of, integer, mapping, nodata_of, text, texts, walk_gsd
from wayside.archive.search.hrefs import asset_address
from wayside.errors import AddressRefusedError
from wayside.model.acquisitions import MaskKind, SceneAsset

__all__ = ["AssetContext", "Choice", "choose"]

_MOST_ASSETS = 500
_FINER = 1.2
_COLOURS = ("red", "green", "blue")
_GREYS = frozenset({"pan", "gray"})
_GENERIC = frozenset({
    "image", "data", "analytic", "ortho", "orthoimage", "orthophoto", "mosaic", "cog", "ms", "multispectral",
    "pansharpened", "asset", "default", "geotiff", "tif", "imagery",
})  # fmt: skip
_MASK_ORDER = (MaskKind.SCL, MaskKind.UDM2, MaskKind.QA_PIXEL, MaskKind.FMASK, MaskKind.UDM, MaskKind.CLOUD)


@dataclass(frozen=True, slots=True)
class AssetContext:
    """What an item says beside its assets.

    Attributes:
        properties: the item's.
        base: address that relative addresses start from.
        sensor: platform, constellation and collection in one text.
        common: band list of the item, which old items' assets refer to.
        gsd_m: of the item, metres; None where it does not say.
        local: whether assets may be files of this machine.
    """

    properties: Mapping[str, Any]
    base: str
    sensor: str = ""
    common: Sequence[Any] = ()
    gsd_m: float | None = None
    local: bool = False


class Choice(NamedTuple):
    """What to read of an item.

    Attributes:
        image: one asset of several bands, or red, green and blue, or one grey; empty if there is none to be read.
        pan: finer panchromatic asset; None where there is none.
        mask: of usable pixels; None where there is none.
        mask_kind: what its values mean.
        gsd_m: of ``image``, metres; None where unknown.
        raw: the catalogue's own description of ``image``.
        trouble: why assets that would have been read cannot be, sentences.
    """

    image: tuple[SceneAsset, ...]
    pan: SceneAsset | None = None
    mask: SceneAsset | None = None
    mask_kind: MaskKind | None = None
    gsd_m: float | None = None
    raw: tuple[Mapping[str, Any], ...] = ()
    trouble: tuple[str, ...] = ()


class _Candidate(NamedTuple):
    asset: SceneAsset
    raw: Mapping[str, Any]
    format: ImageFormat

    @property
    def commons(self) -> tuple[str, ...]:
        return tuple(b.common_name for b in self.asset.bands)


class _Option(NamedTuple):
    """Assets that make an image together; ``rank`` orders kinds of images, the smaller the better."""

    rank: int
    parts: tuple[_Candidate, ...]

    @property
    def gsd(self) -> float | None:
        known = [p.asset.gsd_m for p in self.parts if p.asset.gsd_m is not None]
        return max(known) if len(known) == len(self.parts) else None


def choose(assets: Mapping[str, Any], context: AssetContext, wanted: Sequence[str] = ()) -> Choice:
    """Return what to read of an item's assets.

    True colour at full detail comes first, then an asset of several bands, then red, green and blue one by one, each
    sharpened by a finer panchromatic band where there is one, then grey. Thumbnails, previews and overviews are never
    taken. ``wanted`` names assets to take instead of that choice.
    """
    entries = {k: mapping(v) for k, v in list(assets.items())[:_MOST_ASSETS] if text(k)}
    reader = _Reader(context)
    if wanted:
        return _wanted(entries, reader, wanted)
    candidates = [c for key, raw in entries.items() if is_image(key, raw) and (c := reader.candidate(key, raw))]
    option = _best(candidates)
    return _choice(option, candidates, entries, reader)


class _Reader:
    """Makes assets out of their descriptions, and notes those whose bytes are out of reach."""

    def __init__(self, context: AssetContext) -> None:
        self._context = context
        self.trouble: list[str] = []

    def candidate(self, key: str, raw: Mapping[str, Any]) -> _Candidate | None:
        context = self._context
        try:
            href = asset_address(raw, context.properties, context.base, local=context.local)
        except AddressRefusedError as error:
            self.trouble.append(f"asset {key} cannot be read: {error.what}")
            return None
        bands = band_names(key, bands_of(raw, context.common), context.sensor)
        asset = SceneAsset(
            key=key,
            href=href,
            media_type=text(raw.get("type")),
            roles=texts(raw.get("roles")),
            bands=bands,
            gsd_m=walk_gsd(raw, context.common) or context.gsd_m,
            checksum=text(raw.get("file:checksum")) or text(raw.get("checksum:multihash")),
            size=integer(raw.get("file:size")),
            nodata=nodata_of(raw),
        )
        return _Candidate(asset, raw, format_of(raw) or ImageFormat.PICTURE)


# ---------------------------------------------------------------------------- the image
def _best(candidates: Sequence[_Candidate]) -> _Option | None:
    options = [*_whole(candidates), *_single_bands(candidates)]
    known = [g for o in options if (g := _sharpened(o, candidates)) is not None]
    finest = min(known, default=None)

    def order(option: _Option) -> tuple[object, ...]:
        gsd = _sharpened(option, candidates)
        coarse = finest is not None and gsd is not None and gsd > _FINER * finest
        poor = any(too_few_bits(p.raw) or p.format is ImageFormat.PICTURE for p in option.parts)
        basic = any(is_basic(p.asset.key) for p in option.parts)
        formats = max(p.format for p in option.parts)
        keys = tuple(p.asset.key for p in option.parts)
        return (poor, basic, coarse, option.rank, formats, gsd is None, gsd or 0.0, len(keys[0]), keys)

    return min(options, key=order, default=None)


def _whole(candidates: Sequence[_Candidate]) -> list[_Option]:
    """Return the options that are one asset each."""
    found: list[_Option] = []
    unknown: list[_Candidate] = []
    for candidate in candidates:
        commons = candidate.commons
        if is_visual(candidate.asset.key, candidate.raw):
            found.append(_Option(0, (candidate,)))
        elif set(_COLOURS) <= set(commons):
            found.append(_Option(1, (candidate,)))
        elif len(commons) == 1 and commons[0] in _GREYS:
            found.append(_Option(4, (candidate,)))
        elif not any(commons) and not has_fractions(candidate.raw):
            unknown.append(candidate)
    return found + [_Option(3, (c,)) for c in unknown if len(unknown) == 1 or _GENERIC & set(words(c.asset.key))]


def _single_bands(candidates: Sequence[_Candidate]) -> list[_Option]:
    """Return red, green and blue as one option, once they are all there."""
    found = []
    for colour in _COLOURS:
        ours = [c for c in candidates if c.commons == (colour,)]
        if not ours:
            return []
        found.append(min(ours, key=_preference))
    return [_Option(2, tuple(found))]


def _preference(candidate: _Candidate) -> tuple[object, ...]:
    asset = candidate.asset
    return (is_basic(asset.key), candidate.format, asset.gsd_m is None, asset.gsd_m or 0.0, len(asset.key), asset.key)


def _pan(option: _Option, candidates: Sequence[_Candidate]) -> _Candidate | None:
    """Return the panchromatic asset that is finer than an image in colour."""
    gsd = option.gsd
    if gsd is None or option.rank == 4:
        return None
    pans = [c for c in candidates if c.commons == ("pan",) and c.asset.gsd_m and _FINER * c.asset.gsd_m < gsd]
    same = [c for c in pans if is_basic(c.asset.key) == is_basic(option.parts[0].asset.key)]
    return min(same, key=_preference, default=None)


def _sharpened(option: _Option, candidates: Sequence[_Candidate]) -> float | None:
    pan = _pan(option, candidates)
    return option.gsd if pan is None else pan.asset.gsd_m


# ---------------------------------------------------------------------------- the choice
def _choice(
    option: _Option | None, candidates: Sequence[_Candidate], entries: Mapping[str, Mapping[str, Any]], reader: _Reader
) -> Choice:
    if option is None:
        if len(candidates) > 1 and not reader.trouble and all(not any(c.commons) for c in candidates):
            keys = ", ".join(c.asset.key for c in candidates[:6])
            reader.trouble.append(f"nothing says which of its assets is the image ({keys})")
        return Choice((), trouble=tuple(reader.trouble))
    pan = _pan(option, candidates)
    image = tuple(p.asset for p in option.parts)
    mask, kind, lost = _mask(entries, reader, image[0].key)
    return Choice(
        image=image,
        pan=None if pan is None else pan.asset,
        mask=mask,
        mask_kind=kind,
        gsd_m=option.gsd,
        raw=tuple(p.raw for p in option.parts),
        trouble=lost,
    )


def _mask(
    entries: Mapping[str, Mapping[str, Any]], reader: _Reader, image: str
) -> tuple[SceneAsset | None, MaskKind | None, tuple[str, ...]]:
    """Return the mask that goes with an image, its kind, and why a better one is out of reach."""
    before = len(reader.trouble)
    shared = set(words(image))

    def order(entry: tuple[MaskKind, str, Mapping[str, Any]]) -> tuple[object, ...]:
        kind, key, raw = entry
        alike = len(shared & set(words(key)))
        # Sharpened images and their true colours have one mask, those in full spectral detail another.
        other = "analytic" in words(key) and "analytic" not in shared
        return (_MASK_ORDER.index(kind), is_basic(key) != is_basic(image), other, -alike, format_of(raw) or 0, key)

    offered = [(kind, key, raw) for key, raw in entries.items() if (kind := mask_kind(key, raw)) is not None]
    for kind, key, raw in sorted(offered, key=order):
        if (found := reader.candidate(key, raw)) is not None:
            return found.asset, kind, ()
    return None, None, tuple(reader.trouble[before:])


def _wanted(entries: Mapping[str, Mapping[str, Any]], reader: _Reader, wanted: Sequence[str]) -> Choice:
    """Return the assets that the user named: masks among them as the mask, a finer pan among others as the pan."""
    missing = [key for key in wanted if key not in entries]
    if missing:
        return Choice((), trouble=(f"it has no asset {', '.join(missing)}",))
    masks = {key: entries[key] for key in wanted if mask_kind(key, entries[key]) is not None}
    images = [c for key in wanted if key not in masks and (c := reader.candidate(key, entries[key]))]
    if reader.trouble or not images:
        return Choice((), trouble=tuple(reader.trouble) or ("the assets named are masks alone",))
    pans = [c for c in images if c.commons == ("pan",)] if len(images) > 1 else []
    colours = [c for c in images if c not in pans] or images
    option = _Option(2, tuple(colours))
    pan = _pan(option, pans)
    mask, kind, lost = _mask(masks or entries, reader, colours[0].asset.key)
    return Choice(
        image=tuple(c.asset for c in colours),
        pan=None if pan is None else pan.asset,
        mask=mask,
        mask_kind=kind,
        gsd_m=option.gsd,
        raw=tuple(c.raw for c in colours),
        trouble=lost,
    )
