"""What stands in a storage zone: one scene's look at it, and what all looks say of the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from wayside.model.checks import require, require_aware, require_finite, require_probability, require_text
from wayside.model.counts import CountDistribution
from wayside.model.places import MapPoint
from wayside.model.series import Onset, SeriesResult

__all__ = ["AreaInterval", "KeptReference", "KeyedLook", "ZoneChange", "ZoneFinding", "ZoneLook"]


@dataclass(frozen=True, slots=True)
class AreaInterval:
    """An area or a change of one, square metres, with its 90 % interval; a change may be negative.

    Attributes:
        median: the median.
        low, high: the ends of the interval, both in it.
    """

    median: float
    low: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "median", "high"):
            require_finite(f"area: {name}", getattr(self, name))
        require(self.low <= self.median <= self.high, "an area's interval holds its median")


@dataclass(frozen=True, eq=False)
class ZoneLook:
    """One storage zone in one scene.

    Attributes:
        zone_id: the zone.
        scene_id: the scene.
        acquired: when the scene was taken, UTC.
        gsd_m: ground sample distance, metres.
        area_m2: area of the zone, square metres.
        unit_m2: square metres per unit of ``occupied``.
        visible_fraction: share of the zone that could be seen, 0 to 1.
        occupied: distribution of the area on which something was put down, in units; the hidden part enters with its
            prior. None where the scene says nothing (see ``reasons``).
        outlines: closed rings around what was found occupied, in the site's coordinate system; for drawing.
        registered: whether the scene was fitted to the site's reference; where not, the zone was read as it lies.
        method: name and digest of the method and its weights.
        reference: digest of the scenes that the zone's usual look was made from; empty where there is none.
        reasons: why not, or what limits it; keys of sentences (table ``zones``, sub-table ``reason``).
        shown_fraction: share of the zone of which the image has data, cloud included, 0 to 1.
    """

    zone_id: str
    scene_id: str
    acquired: datetime
    gsd_m: float = 1.0
    area_m2: float = 0.0
    unit_m2: float = 10.0
    visible_fraction: float = 0.0
    occupied: CountDistribution | None = None
    outlines: tuple[tuple[MapPoint, ...], ...] = ()
    registered: bool = True
    method: str = ""
    reference: str = ""
    reasons: tuple[str, ...] = ()
    shown_fraction: float = 0.0

    def __post_init__(self) -> None:
        require_text("zone id", self.zone_id)
        require_text("scene id", self.scene_id)
        require_aware("zone look: acquired", self.acquired)
        require_finite("zone look: GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require_finite("zone look: area in square metres", self.area_m2, low=0.0)
        require_finite("zone look: unit in square metres", self.unit_m2, low=0.01)
        require_probability("zone look: visible fraction", self.visible_fraction)
        require_probability("zone look: shown fraction", self.shown_fraction)
        for ring in self.outlines:
            require(len(ring) >= 4 and ring[0] == ring[-1], "an outline in a zone is a closed ring")

    @property
    def day(self) -> date:
        """Date of acquisition (UTC)."""
        return self.acquired.date()

    @property
    def occupied_m2(self) -> AreaInterval | None:
        """The occupied area, square metres; None where the scene says nothing."""
        if self.occupied is None:
            return None
        low, high = self.occupied.interval(0.9)
        median = self.occupied.median
        unit = self.unit_m2
        return AreaInterval(median * unit, min(low, median) * unit, max(high, median) * unit)


class KeyedLook(NamedTuple):
    """A look with what it was made from.

    Attributes:
        look: it.
        zone_digest: of the zone's outline.
        fit: digest of how the scene was fitted to the site's reference.
    """

    look: ZoneLook
    zone_digest: str
    fit: str


class KeptReference(NamedTuple):
    """A zone's usual look as it is kept.

    Attributes:
        zone_id: the zone.
        zone_digest: of its outline.
        method: name and digest of the method and its weights.
        reference: digest of the scenes that it was made from.
        content: the look, packed.
    """

    zone_id: str
    zone_digest: str
    method: str
    reference: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """How much more is occupied now than in an earlier time.

    Attributes:
        first, last: that time.
        looks: number of looks in it.
        usual_m2: mean occupied area in it, square metres, with the 90 % interval of that mean.
        change_m2: newest less that mean, square metres.
    """

    first: date
    last: date
    looks: int
    usual_m2: AreaInterval
    change_m2: AreaInterval


@dataclass(frozen=True, eq=False)
class ZoneFinding:
    """What the looks at one zone say of the newest one that shows it.

    Attributes:
        zone_id: the zone.
        looks: all of them, in order of date.
        area_m2: area of the zone, square metres; 0 where no look tells it.
        unit_m2: square metres per unit.
        newest: the look that is assessed: the newest that shows enough; None where none does.
        now_m2: the occupied area in it.
        busiest: the earlier look with the largest median; None where there is none.
        change: against what came before the rise, or before the newest look where no rise can be dated.
        p_exceeds_observed: (a) probability that the newest exceeds every earlier look of the baseline; None where there
            is none.
        p_exceeds_all_days: (b) the same, and every unseen day.
        onset: when the newest rise began; None where it cannot be dated.
        series: everything that the series says, in units; None where fewer than two looks show the zone.
        notes: what the answers rest on; keys of sentences (table ``zones``, sub-table ``note``).
    """

    zone_id: str
    looks: tuple[ZoneLook, ...]
    area_m2: float = 0.0
    unit_m2: float = 10.0
    newest: ZoneLook | None = None
    now_m2: AreaInterval | None = None
    busiest: ZoneLook | None = None
    change: ZoneChange | None = None
    p_exceeds_observed: float | None = None
    p_exceeds_all_days: float | None = None
    onset: Onset | None = None
    series: SeriesResult | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("zone id", self.zone_id)
        for name in ("p_exceeds_observed", "p_exceeds_all_days"):
            value: float | None = getattr(self, name)
            if value is not None:
                require_probability(name, value)

    @property
    def usable(self) -> tuple[ZoneLook, ...]:
        """The looks that say something."""
        return tuple(look for look in self.looks if look.occupied is not None)
