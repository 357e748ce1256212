"""One acquisition by one sensor: what is known about it beside its pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_aware, require_finite, require_text
from wayside.model.provenance import Provenance, SceneFiles

__all__ = ["Licence", "Publication", "Scene"]

_MULTIHASH_SHA256 = re.compile(r"1220[0-9a-f]{64}")


class Publication(StrEnum):
    """Whether an image may be shown to everyone: as it is, only with its attribution beside it, or not."""

    YES = "yes"
    WITH_ATTRIBUTION = "with attribution"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Licence:
    """Whether an image may be shown, and with which words.

    Attributes:
        id: SPDX id or expression, or the provider's name for its terms ("proprietary", "CC-BY-4.0").
        attribution: line to stand beside the image; may be empty.
        publishable: True where the image may be shown (with ``attribution``), False where it may not.
            Unknown terms are not publishable.
        courtesy: True where ``attribution`` is asked for, but no condition of showing the image.
        why: one sentence on why the image may or may not be shown; may be empty.
        url: where the terms can be read; may be empty.
    """

    id: str = "unknown"
    attribution: str = ""
    publishable: bool = False
    courtesy: bool = False
    why: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        require_text("licence", self.id)

    @property
    def publication(self) -> Publication:
        """What may be done with the image."""
        if not self.publishable:
            return Publication.NO
        return Publication.WITH_ATTRIBUTION if self.attribution and not self.courtesy else Publication.YES

    def may_be_shown(self, *, owner_holds_rights: bool) -> bool:
        """Tell whether the image may stand in a report; ``owner_holds_rights`` is what the workspace says of itself."""
        return self.publishable or owner_holds_rights


@dataclass(frozen=True, slots=True)
class Scene:
    """One acquisition.

    Attributes:
        id: name within the archive, not empty, no slashes.
        acquired: time of acquisition; kept in UTC.
        gsd_m: ground sample distance in metres per pixel, 0.01 to 100.
        checksum: multihash of the image file: "1220" and 64 hexadecimal digits (sha2-256), as in STAC
            ``file:checksum``.
        href: where the image is, relative to the archive or absolute.
        provider: who made or sold the image; may be empty.
        platform: satellite or aircraft; may be empty.
        licence: terms of use.
        off_nadir_deg: angle between the view and the vertical, 0 to 90; None where unknown.
        view_azimuth_deg: direction from the ground to the sensor, clockwise from north, 0 to 360; None where unknown.
        sun_elevation_deg: -90 to 90; None where unknown.
        sun_azimuth_deg: clockwise from north, 0 to 360; None where unknown.
        cloud_cover_pct: of the whole scene by the provider, 0 to 100; None where unknown.
        drawn: True for an image that wayside drew itself; no report may show it without saying so.
        snow_cover_pct: of the whole scene by the provider, 0 to 100; None where unknown.
        bands: common names of the stored image's bands in the file's order ("red", "green", "blue", "nir", "pan");
            empty where unknown, and a name is empty where only that band's is.
        provenance: the catalogues' items that it was made from; None for a file that somebody brought.
        files: what is kept beside the image.
    """

    id: str
    acquired: datetime
    gsd_m: float
    checksum: str
    href: str
    provider: str = ""
    platform: str = ""
    licence: Licence = Licence()
    off_nadir_deg: float | None = None
    view_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None
    sun_azimuth_deg: float | None = None
    cloud_cover_pct: float | None = None
    drawn: bool = False
    snow_cover_pct: float | None = None
    bands: tuple[str, ...] = ()
    provenance: Provenance | None = None
    files: SceneFiles = SceneFiles()  # noqa: RUF009 - frozen, so it may be shared

    def __post_init__(self) -> None:
        require_text("scene id", self.id)
        require("/" not in self.id and "\\" not in self.id, f"scene id {self.id!r} has a slash")
        require_aware(f"scene {self.id}: acquired", self.acquired)
        object.__setattr__(self, "acquired", self.acquired.astimezone(UTC))
        require_finite(f"scene {self.id}: GSD in metres", self.gsd_m, low=0.01, high=100.0)
        if not _MULTIHASH_SHA256.fullmatch(self.checksum):
            raise ValueRefusedError(f"scene {self.id}: checksum is not a sha2-256 multihash: {self.checksum!r}")
        for name, value, low, high in (
            ("off_nadir_deg", self.off_nadir_deg, 0, 90),
            ("view_azimuth_deg", self.view_azimuth_deg, 0, 360),
            ("sun_elevation_deg", self.sun_elevation_deg, -90, 90),
            ("sun_azimuth_deg", self.sun_azimuth_deg, 0, 360),
            ("cloud_cover_pct", self.cloud_cover_pct, 0, 100),
            ("snow_cover_pct", self.snow_cover_pct, 0, 100),
        ):
            if value is not None:
                require_finite(f"scene {self.id}: {name}", value, low=low, high=high)
