"""What a catalogue offers, before anything of it is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from wayside.model.checks import require, require_aware, require_finite, require_text
from wayside.model.places import MapPoint
from wayside.model.scenes import Licence

__all__ = ["Acquisition", "Band", "FoundScene", "Gap", "MaskKind", "SceneAsset"]


class Gap(NamedTuple):
    """Something that a search could not find out; a search with gaps is not a complete one.

    Attributes:
        where: source, page or item.
        what: what is missing, one sentence.
        todo: what the user can do; may be empty.
    """

    where: str
    what: str
    todo: str = ""


class MaskKind(StrEnum):
    """Whose mask of usable pixels a file holds.

    ``SCL``: Sentinel-2 scene classification. ``UDM2``: Planet's usable data mask of eight bands. ``UDM``: Planet's
    older mask of one band of bits. ``QA_PIXEL``: Landsat Collection 2 quality bits. ``FMASK``: Fmask classes, as of
    Harmonized Landsat Sentinel-2's bits. ``CLOUD``: non-zero is cloud.
    """

    SCL = "scl"
    UDM2 = "udm2"
    UDM = "udm"
    QA_PIXEL = "qa_pixel"
    FMASK = "fmask"
    CLOUD = "cloud"


@dataclass(frozen=True, slots=True)
class Band:
    """One band of an asset.

    Attributes:
        name: the provider's ("B04", "red"); may be empty.
        common_name: STAC's ("red", "green", "blue", "nir", "pan", "coastal", "yellow", "rededge", …); empty if unknown.
        scale: reflectance = value times ``scale`` plus ``offset``, where the catalogue says so; else 1.
        offset: else 0.
    """

    name: str = ""
    common_name: str = ""
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class SceneAsset:
    """One file of a scene.

    Attributes:
        key: its name in the item.
        href: absolute address, or path for a local source; as the catalogue gave it, unsigned.
        media_type: may be empty.
        roles: STAC roles ("data", "visual", "overview", "cloud", …).
        bands: in order; empty where the catalogue does not say.
        gsd_m: ground sample distance, metres; None where the catalogue does not say.
        checksum: multihash as the catalogue gave it; may be empty.
        size: bytes, as the catalogue gave it; None where it does not say.
        nodata: value that stands for no data, as the catalogue gave it; None where it does not say.
    """

    key: str
    href: str
    media_type: str = ""
    roles: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    gsd_m: float | None = None
    checksum: str = ""
    size: int | None = None
    nodata: float | None = None

    def __post_init__(self) -> None:
        require_text("asset key", self.key)
        require_text(f"asset {self.key}: address", self.href)


@dataclass(frozen=True)
class FoundScene:
    """One item of a catalogue, whatever its STAC version, in wayside's words.

    Attributes:
        source: name of the source it was found in.
        catalogue: the source's address, without secrets.
        collection: id of its collection; may be empty.
        item: id of the item.
        item_href: address of the item itself; may be empty.
        acquired: time of acquisition (the middle, where the item gives a span); kept in UTC.
        rings: outer rings of its footprint, degrees, each closed; one or more.
        image: assets to read, either one of several bands or one each for red, green, blue (or grey alone).
        pan: panchromatic asset that sharpens ``image``; None where there is none or it is not needed.
        mask: the provider's mask of usable pixels; None where there is none.
        mask_kind: what the mask's values mean; None without a mask.
        gsd_m: ground sample distance of ``image``, metres; None where the catalogue does not say.
        provider: who produced it; may be empty.
        platform: satellite or aircraft; may be empty.
        licence: terms of use, resolved from item, collection and source.
        off_nadir_deg: 0 to 90; None where unknown.
        view_azimuth_deg: 0 to 360; None where unknown.
        sun_elevation_deg: -90 to 90; None where unknown.
        sun_azimuth_deg: 0 to 360; None where unknown.
        cloud_cover_pct: 0 to 100; None where unknown.
        processed: when the product was made; None where unknown.
        version: the provider's processing version ("05.09"); may be empty.
        properties: further fields that tell one acquisition from another (datatake, scene, strip, tile ids).
        drawn: True for an image that wayside drew, in another workspace's archive.
    """

    source: str
    catalogue: str
    collection: str
    item: str
    acquired: datetime
    rings: tuple[tuple[MapPoint, ...], ...]
    image: tuple[SceneAsset, ...]
    item_href: str = ""
    pan: SceneAsset | None = None
    mask: SceneAsset | None = None
    mask_kind: MaskKind | None = None
    gsd_m: float | None = None
    provider: str = ""
    platform: str = ""
    licence: Licence = Licence()  # noqa: RUF009 - frozen, so it may be shared
    off_nadir_deg: float | None = None
    view_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    sun_azimuth_deg: float | None = None
    cloud_cover_pct: float | None = None
    processed: datetime | None = None
    version: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    drawn: bool = False

    def __post_init__(self) -> None:
        require_text("source", self.source)
        require_text("item id", self.item)
        require(self.image, f"item {self.item} has no image to read")
        require(self.rings and all(len(r) >= 4 and r[0] == r[-1] for r in self.rings), f"item {self.item}: no outline")
        require((self.mask is None) == (self.mask_kind is None), f"item {self.item}: a mask and its kind come together")
        for name in ("acquired", "processed"):
            value = getattr(self, name)
            if value is not None:
                require_aware(f"item {self.item}: {name}", value)
                object.__setattr__(self, name, value.astimezone(UTC))
        if self.gsd_m is not None:
            require_finite(f"item {self.item}: GSD in metres", self.gsd_m, low=1e-3, high=1e6)
        object.__setattr__(self, "properties", dict(self.properties))


@dataclass(frozen=True)
class Acquisition:
    """One look of one sensor at the site: what becomes one scene of the archive.

    Attributes:
        id: becomes the scene's id: day, time, platform or source, and digits of what it was made from.
        tiles: items to read together, in the order in which they cover each other; one or more.
        others: the same look from other sources, in older processing, or covered by the tiles already; not read.
        why: how the items were told to be one look, sentences; empty for a single item.
    """

    id: str
    tiles: tuple[FoundScene, ...]
    others: tuple[FoundScene, ...] = ()
    why: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("acquisition id", self.id)
        require("/" not in self.id and "\\" not in self.id, f"acquisition id {self.id!r} has a slash")
        require(self.tiles, f"acquisition {self.id} has no item to read")

    @property
    def acquired(self) -> datetime:
        """Time of the first tile."""
        return self.tiles[0].acquired
