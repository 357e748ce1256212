"""What was seen: per track, per scene, and as a row that is never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from wayside.model.cars import Car
from wayside.model.checks import require, require_aware, require_finite, require_probability, require_text
from wayside.model.counts import CountDistribution
from wayside.model.visibility import Obstruction, require_shares

__all__ = ["CountStatus", "Observation", "ObservationKind", "Registration", "SceneCount", "TrackCount"]


class CountStatus(StrEnum):
    """What a scene allows: its resolution, and whether any of its track can be seen (methods, section 2)."""

    COUNTED = "counted"
    OCCUPIED_LENGTH = "occupied-length"
    NOT_COUNTABLE = "not-countable"


class ObservationKind(StrEnum):
    """Who says so. ``AUTOMATIC``: the counter; ``REVIEW``: an analyst; ``ACCEPTED``: the value a report stands on."""

    AUTOMATIC = "automatic"
    REVIEW = "review"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Registration:
    """How a scene was fitted to the site's reference.

    Attributes:
        registered: False where no trustworthy shift was found; such a scene is counted as it lies, and flagged.
        east_m: shift applied to the tracks, metres to the east (to the right in pixel coordinates).
        north_m: shift applied to the tracks, metres to the north (up in pixel coordinates).
        quality: 0 (none) to 1 (a perfect peak).
        reference: id of the scene it was fitted to; empty for the reference itself.
        spread_m: standard error of the shift, metres; None where it could not be told.
    """

    registered: bool
    east_m: float = 0.0
    north_m: float = 0.0
    quality: float = 0.0
    reference: str = ""
    spread_m: float | None = None

    def __post_init__(self) -> None:
        if self.spread_m is not None:
            require_finite("spread of the shift in metres", self.spread_m, low=0, high=1000)
        require_finite("east_m", self.east_m, low=-1000, high=1000)
        require_finite("north_m", self.north_m, low=-1000, high=1000)
        require_probability("registration quality", self.quality)


@dataclass(frozen=True, slots=True)
class TrackCount:
    """The cars on one track in one scene.

    Attributes:
        track_id: the track.
        length_m: its length, metres.
        visible_fraction: share of it that could be read, 0 to 1.
        offset_m: lateral shift found for it, metres to its left.
        count: number of rail vehicles of all kinds, hidden stretches included with their prior.
        occupied_m: length covered by cars, metres.
        cars: the cars of the most probable segmentation, in order along the track.
        hidden: share of the length that each obstruction hides; with ``visible_fraction`` they add up to 1. Empty
            where all is visible, and in counts of earlier versions.
    """

    track_id: str
    length_m: float
    visible_fraction: float
    offset_m: float
    count: CountDistribution
    occupied_m: float
    cars: tuple[Car, ...] = ()
    hidden: Mapping[Obstruction, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_text("track id", self.track_id)
        require_finite("track length in metres", self.length_m, low=0.0)
        require_probability("visible fraction", self.visible_fraction)
        require_finite("occupied length in metres", self.occupied_m, low=0.0)
        require_shares(f"track {self.track_id}", self.hidden, self.visible_fraction)
        object.__setattr__(self, "hidden", dict(self.hidden))
        for before, after in zip(self.cars, self.cars[1:], strict=False):
            require(
                before.end_m <= after.start_m + 1e-6,
                f"track {self.track_id}: its cars overlap or are out of order",
            )

    @property
    def visible_km(self) -> float:
        """Length of the track that could be read, kilometres."""
        return self.length_m * self.visible_fraction / 1000.0


@dataclass(frozen=True)
class SceneCount:
    """The cars of a whole site in one scene.

    Attributes:
        status: what the resolution allowed.
        reasons: why not, or what limits it; sentences.
        gsd_m: ground sample distance that was used, metres.
        count: all rail vehicles.
        freight: freight cars alone.
        locomotives: locomotives alone.
        by_type: number of cars by type name, each with its own distribution.
        covered: number of freight cars whose load is covered.
        occupied_m: length covered by cars over all tracks, metres.
        tracks: track by track.
        registration: how the scene was fitted.
        model: name and digest of the network's weights.
        software: name and version of the program.
    """

    status: CountStatus
    gsd_m: float
    count: CountDistribution
    freight: CountDistribution
    locomotives: CountDistribution
    covered: CountDistribution
    occupied_m: float
    tracks: tuple[TrackCount, ...]
    model: str
    software: str
    by_type: Mapping[str, CountDistribution] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    registration: Registration = Registration(registered=True)

    def __post_init__(self) -> None:
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require_finite("occupied length in metres", self.occupied_m, low=0.0)
        ids = [t.track_id for t in self.tracks]
        require(len(set(ids)) == len(ids), "a scene's count names a track twice")
        object.__setattr__(self, "by_type", dict(self.by_type))

    @property
    def visible_fraction(self) -> float:
        """Share of all track length that could be read, 0 to 1; 0 where there is no track."""
        length = sum(t.length_m for t in self.tracks)
        return sum(t.length_m * t.visible_fraction for t in self.tracks) / length if length else 0.0


@dataclass(frozen=True)
class Observation:
    """One append-only row: this site in this scene, said by this author at this time.

    Attributes:
        site_id: the site.
        scene_id: the scene.
        acquired: when the scene was taken, UTC.
        result: the count.
        kind: who says so.
        author: "wayside" for the automatic count, else the analyst's name.
        recorded: when the row was written, UTC.
    """

    site_id: str
    scene_id: str
    acquired: datetime
    result: SceneCount
    kind: ObservationKind
    author: str
    recorded: datetime

    def __post_init__(self) -> None:
        for name, text in (("site id", self.site_id), ("scene id", self.scene_id), ("author", self.author)):
            require_text(name, text)
        for name, time in (("acquired", self.acquired), ("recorded", self.recorded)):
            require_aware(name, time)
            object.__setattr__(self, name, time.astimezone(UTC))
