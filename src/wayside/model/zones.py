"""What stands in a storage zone: one scene's look at it, and what all looks say of the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wayside.model.checks import require_aware, require_text

__all__ = ["ZoneFinding", "ZoneLook"]


@dataclass(frozen=True, eq=False)
class ZoneLook:
    """One storage zone in one scene.

    Attributes:
        zone_id: the zone.
        scene_id: the scene.
        acquired: when the scene was taken, UTC.
    """

    zone_id: str
    scene_id: str
    acquired: datetime

    def __post_init__(self) -> None:
        require_text("zone id", self.zone_id)
        require_text("scene id", self.scene_id)
        require_aware("zone look: acquired", self.acquired)


@dataclass(frozen=True, eq=False)
class ZoneFinding:
    """What the looks at one zone say of the newest one.

    Attributes:
        zone_id: the zone.
        looks: all of them, in order of date.
    """

    zone_id: str
    looks: tuple[ZoneLook, ...]
