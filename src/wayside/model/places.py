"""Where railcars stand: sites, their tracks, and their storage zones."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_finite, require_text

__all__ = ["CoordinateSystem", "MapPoint", "Site", "StockNetwork", "Track", "Zone"]


class MapPoint(NamedTuple):
    """A position.

    Attributes:
        x: longitude in degrees east, or a pixel column.
        y: latitude in degrees north, or a pixel row.
    """

    x: float
    y: float


class CoordinateSystem(StrEnum):
    """What the positions of a site's tracks mean.

    ``LONLAT``: WGS 84 longitude, latitude in degrees (GeoJSON's own).
    ``PIXEL``: image coordinates, x right, y down, origin at the outer corner of the top-left pixel.
    """

    LONLAT = "lonlat"
    PIXEL = "pixel"


class StockNetwork(StrEnum):
    """Whose rolling stock stands on a track.

    ``RU``: 1520 mm. ``UIC``: 1435 mm, Europe. ``CN``: 1435 mm, China. ``AAR``: 1435 mm, North America.
    """

    RU = "RU"
    UIC = "UIC"
    CN = "CN"
    AAR = "AAR"


def _check_points(name: str, points: tuple[MapPoint, ...], least: int, system: CoordinateSystem) -> None:
    require(len(points) >= least, f"{name} needs at least {least} positions, it has {len(points)}")
    for point in points:
        if system is CoordinateSystem.LONLAT:
            require_finite(f"{name}: longitude", point.x, low=-180.0, high=180.0)
            require_finite(f"{name}: latitude", point.y, low=-90.0, high=90.0)
        else:
            require_finite(f"{name}: pixel column", point.x)
            require_finite(f"{name}: pixel row", point.y)
    if all(point == points[0] for point in points):
        raise ValueRefusedError(f"{name} has no extent: all its positions are the same")


@dataclass(frozen=True, slots=True)
class Track:
    """One railway track by its centreline.

    Attributes:
        id: the track's name within its site, not empty.
        centreline: two positions or more, in the site's coordinate system, in order along the track.
        gauge_mm: distances between the rails in millimetres, each 600 to 1676, all different; a bare number stands
            for one gauge, a track of two gauges has both, and it is empty where nobody said.
        system: what the positions mean.
        network: whose rolling stock stands on it; None where nobody said.
    """

    id: str
    centreline: tuple[MapPoint, ...]
    gauge_mm: int | tuple[int, ...] = ()
    system: CoordinateSystem = CoordinateSystem.LONLAT
    network: StockNetwork | None = None

    def __post_init__(self) -> None:
        require_text("track id", self.id)
        _check_points(f"track {self.id}", self.centreline, 2, self.system)
        for gauge in self.gauges_mm:
            require_finite(f"track {self.id}: gauge in mm", gauge, low=600, high=1676)
        require(len(set(self.gauges_mm)) == len(self.gauges_mm), f"track {self.id} has one gauge twice")
        # One form, so that equal tracks are equal.
        object.__setattr__(self, "gauge_mm", self.gauges_mm)
        if self.network is not None:
            known = ", ".join(StockNetwork)
            require(self.network in tuple(StockNetwork), f"track {self.id}: its network is not one of {known}")
            object.__setattr__(self, "network", StockNetwork(self.network))

    @property
    def gauges_mm(self) -> tuple[int, ...]:
        """All its gauges; empty where nobody said."""
        return self.gauge_mm if isinstance(self.gauge_mm, tuple) else (self.gauge_mm,)


@dataclass(frozen=True, slots=True)
class Zone:
    """A storage area beside the tracks, where crates and containers are put down.

    Attributes:
        id: the zone's name within its site, not empty.
        ring: closed outline, four positions or more, the last equal to the first.
        system: what the positions mean.
    """

    id: str
    ring: tuple[MapPoint, ...]
    system: CoordinateSystem = CoordinateSystem.LONLAT

    def __post_init__(self) -> None:
        require_text("zone id", self.id)
        _check_points(f"zone {self.id}", self.ring, 4, self.system)
        require(self.ring[0] == self.ring[-1], f"zone {self.id}: its outline is not closed")


@dataclass(frozen=True, slots=True)
class Site:
    """A rail facility: the tracks that are counted and the zones that are watched.

    Attributes:
        id: short name without spaces, used in file names and as key.
        name: what a report calls the place.
        tracks: one track or more, with distinct ids, all in one coordinate system.
        zones: storage areas; may be empty.
        note: one sentence that every report carries (for example, that the place is drawn); may be empty.
        mapped: False for a facility that is known by published counts alone: it has no tracks.
    """

    id: str
    name: str
    tracks: tuple[Track, ...]
    zones: tuple[Zone, ...] = ()
    note: str = ""
    mapped: bool = True

    def __post_init__(self) -> None:
        require_text("site id", self.id)
        require_text("site name", self.name)
        require(not any(c.isspace() or c in "/\\" for c in self.id), f"site id {self.id!r} has spaces or slashes")
        require(self.tracks or not self.mapped, f"site {self.id} has no tracks", todo="Give at least one LineString")
        require(self.mapped or not (self.tracks or self.zones), f"site {self.id} has tracks or zones, so it is mapped")
        for kind, ids in (("track", [t.id for t in self.tracks]), ("zone", [z.id for z in self.zones])):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            require(not twice, f"site {self.id}: {kind} ids appear twice: {', '.join(twice)}")
        systems = {t.system for t in self.tracks} | {z.system for z in self.zones}
        require(len(systems) == 1 or not self.mapped, f"site {self.id} mixes pixel and geographic coordinates")

    @property
    def system(self) -> CoordinateSystem:
        """What the positions of all tracks mean."""
        return self.tracks[0].system if self.tracks else CoordinateSystem.LONLAT
