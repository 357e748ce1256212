"""What is read from OpenStreetMap data, whatever file it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wayside.errors import ValueRefusedError
from wayside.model.checks import require
from wayside.model.places import MapPoint

__all__ = ["OsmArea", "OsmData", "OsmLine", "Tags", "snapped"]

Tags = Mapping[str, str]

_DIGITS = 7


def snapped(lon: float, lat: float) -> MapPoint:
    """Return a position on OpenStreetMap's own grid of 1e-7 degrees, where equal positions are one node.

    Raises:
        ValueRefusedError: it is no longitude and latitude.
    """
    # A comparison with NaN is false, so that it is refused here too.
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise ValueRefusedError(f"[{str(lon)[:30]}, {str(lat)[:30]}] is no longitude and latitude")
    # Adding zero turns -0.0 into 0.0.
    return MapPoint(round(lon, _DIGITS) + 0.0, round(lat, _DIGITS) + 0.0)


@dataclass(frozen=True, slots=True)
class OsmLine:
    """A way, or a stretch of one where some of its nodes are not in the file.

    Attributes:
        id: the way's number; 0 where the file does not say.
        points: two positions or more, no two neighbours equal, on the grid of ``snapped``.
        tags: the way's tags.
    """

    id: int
    points: tuple[MapPoint, ...]
    tags: Tags

    def __post_init__(self) -> None:
        require(len(self.points) >= 2, f"way {self.id} has fewer than two positions")
        same = any(a == b for a, b in zip(self.points, self.points[1:], strict=False))
        require(not same, f"way {self.id} has the same position twice in a row")


@dataclass(frozen=True, slots=True)
class OsmArea:
    """A closed way or a multipolygon.

    Attributes:
        id: "way/1" or "relation/1"; empty where the file does not say.
        rings: outer rings, each closed, four positions or more.
        holes: number of inner rings, which are not kept.
        tags: the area's tags.
    """

    id: str
    rings: tuple[tuple[MapPoint, ...], ...]
    holes: int
    tags: Tags

    def __post_init__(self) -> None:
        require(self.rings, f"area {self.id} has no outline")
        for ring in self.rings:
            require(len(ring) >= 4 and ring[0] == ring[-1], f"area {self.id} has an outline that is not closed")


@dataclass(frozen=True, slots=True)
class OsmData:
    """The railways of a file, and the areas that may bound a yard or hold freight.

    Attributes:
        lines: ways with a ``railway`` tag or one of its life-cycle forms, of every kind.
        areas: areas with one of ``tags.AREA_TAGS``.
        nodes: tags of the railway's tagged nodes (turnouts, crossings, buffer stops), by position.
        missing: how many positions of railway ways are not in the file.
        broken: how many railway ways lack positions.
        day: the day that the data show, ISO 8601, as the file says; empty where it does not.
        form: what the file is, for messages: "Overpass JSON", "OSM PBF", …
    """

    lines: tuple[OsmLine, ...]
    areas: tuple[OsmArea, ...] = ()
    nodes: Mapping[MapPoint, Tags] = field(default_factory=dict)
    missing: int = 0
    broken: int = 0
    day: str = ""
    form: str = ""
