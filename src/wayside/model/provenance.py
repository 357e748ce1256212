"""Where a scene came from, and the files that it is kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from wayside.model.checks import require, require_aware, require_text
from wayside.model.places import MapPoint

__all__ = ["Provenance", "SceneFiles", "SourceAsset", "SourceItem", "StoredFile"]

_MULTIHASH_SHA256 = re.compile(r"1220[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SourceAsset:
    """A file of a catalogue that pixels were read from.

    Attributes:
        key: its name in its item.
        href: its address, unsigned and without secrets.
        checksum: multihash as the catalogue gave it; may be empty. The file may have been read in parts, so this is
            what the catalogue said, not what was checked.
        etag: as the server gave it, quotes and all; may be empty.
        size: bytes; None where unknown.
    """

    key: str
    href: str
    checksum: str = ""
    etag: str = ""
    size: int | None = None

    def __post_init__(self) -> None:
        require_text("asset key", self.key)
        require_text(f"asset {self.key}: address", self.href)
        require(self.size is None or self.size >= 0, f"asset {self.key}: a size is not negative")


@dataclass(frozen=True, slots=True)
class SourceItem:
    """An item of a catalogue.

    Attributes:
        source: name of the source that it was found in.
        catalogue: the source's address, without secrets.
        item: id of the item.
        collection: id of its collection; may be empty.
        href: address of the item itself, without secrets; may be empty.
        assets: files that were read; empty for an item that was not.
        version: the provider's processing version; may be empty.
        processed: when the provider made the product; kept in UTC. None where unknown.
    """

    source: str
    catalogue: str
    item: str
    collection: str = ""
    href: str = ""
    assets: tuple[SourceAsset, ...] = ()
    version: str = ""
    processed: datetime | None = None

    def __post_init__(self) -> None:
        require_text("source", self.source)
        require_text("item id", self.item)
        if self.processed is not None:
            require_aware(f"item {self.item}: processed", self.processed)
            object.__setattr__(self, "processed", self.processed.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which items of which catalogues a scene was made from, when and how.

    Attributes:
        items: those that were read, in the order in which they cover each other; one or more.
        retrieved: when; kept in UTC.
        others: items of the same look that were not read (other sources, older processing, tiles already covered).
        software: name and version of the program that made the scene ("wayside 0.1.0"); may be empty.
        notes: sentences on what was done or assumed (how the look was told, what was sharpened or left out).
        area: closed ring, degrees, that was asked for; empty where whole images were taken.
        site: id of the site that it was fetched for; empty where whole images were taken.
    """

    items: tuple[SourceItem, ...]
    retrieved: datetime
    others: tuple[SourceItem, ...] = ()
    software: str = ""
    notes: tuple[str, ...] = ()
    area: tuple[MapPoint, ...] = ()
    site: str = ""

    def __post_init__(self) -> None:
        require(self.items, "a scene's provenance names no item")
        require_aware("retrieved", self.retrieved)
        object.__setattr__(self, "retrieved", self.retrieved.astimezone(UTC))
        closed = len(self.area) >= 4 and self.area[0] == self.area[-1]
        require(not self.area or closed, "the area that was asked for is not closed")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file beside a scene's image.

    Attributes:
        href: where it is, relative to the archive.
        checksum: multihash, sha2-256.
        size: bytes; None where unknown.
        shape: height and width in pixels; None where unknown.
        transform: a, b, c, d, e, f; None without a map.
    """

    href: str
    checksum: str
    size: int | None = None
    shape: tuple[int, int] | None = None
    transform: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        require_text("file name", self.href)
        require(_MULTIHASH_SHA256.fullmatch(self.checksum), f"{self.href}: checksum is not a sha2-256 multihash")
        require(self.size is None or self.size >= 0, f"{self.href}: a size is not negative")
        require(self.shape is None or min(self.shape) >= 1, f"{self.href}: an image has a row and a column at least")
        require(self.transform is None or len(self.transform) == 6, f"{self.href}: a transform has six numbers")


@dataclass(frozen=True, slots=True)
class SceneFiles:
    """The files that a scene has beside its image.

    Attributes:
        overview: coarse picture of the whole site; None where the image itself shows it.
        mask: the provider's mask of usable pixels; None where there is none.
        mask_kind: what the mask's values mean (a ``MaskKind``'s value); empty without a mask.
    """

    overview: StoredFile | None = None
    mask: StoredFile | None = None
    mask_kind: str = ""

    def __post_init__(self) -> None:
        require((self.mask is None) == (not self.mask_kind), "a mask and its kind come together")
