"""Boxes from elsewhere: a GeoJSON of outlines with scores."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from wayside.errors import InputError
from wayside.model.checks import require, require_probability
from wayside.model.places import CoordinateSystem, MapPoint

__all__ = ["BoxFile", "Outline", "read_boxes"]

_SCORES = ("score", "confidence", "p")
_LABELS = ("class", "label", "type", "name", "category")
_MOST_CHARACTERS = 200_000_000
_MOST_BOXES = 200_000
_MOST_CORNERS = 2000


@dataclass(frozen=True, slots=True)
class Outline:
    """One detection by its outline.

    Attributes:
        points: three positions or more, not closed.
        score: the detector's score, 0 to 1; 1 where it gave none.
        label: its name of the class; may be empty.
    """

    points: tuple[MapPoint, ...]
    score: float = 1.0
    label: str = ""

    def __post_init__(self) -> None:
        require(len(self.points) >= 3, "an outline has three positions or more")
        require_probability("score", self.score)


@dataclass(frozen=True, slots=True)
class BoxFile:
    """The boxes of one image.

    Attributes:
        outlines: one per detection, in the file's order.
        system: what their positions mean.
        unscored: how many gave no score.
    """

    outlines: tuple[Outline, ...]
    system: CoordinateSystem
    unscored: int = 0


class _Reader:
    """Walks one document; holds its name for messages, and its coordinate system."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.system = CoordinateSystem.LONLAT
        self.unscored = 0

    def refuse(self, what: str, todo: str = "") -> NoReturn:
        raise InputError(what, where=self.name, todo=todo)

    def features(self, text: str) -> list[Any]:
        if len(text) > _MOST_CHARACTERS:
            self.refuse(f"the file is longer than {_MOST_CHARACTERS:,} characters", "Give the boxes of one image")
        try:
            document = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise InputError(
                "this is not JSON", where=self.name, todo="Give a GeoJSON FeatureCollection of Polygons"
            ) from error
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            self.refuse("this is not a GeoJSON FeatureCollection", "Give a FeatureCollection of Polygons")
        said = document.get("coordinates")
        if said == "pixel":
            self.system = CoordinateSystem.PIXEL
        elif said is not None and said != "lonlat":
            self.refuse('the member "coordinates" is not "pixel"', 'It is "pixel", or is left out for WGS 84')
        found = document.get("features")
        if not isinstance(found, list):
            self.refuse('the FeatureCollection has no list "features"')
        if len(found) > _MOST_BOXES:
            self.refuse(f"there are more than {_MOST_BOXES:,} boxes", "Give the boxes of one image")
        return found

    def outlines(self, feature: object, label: str) -> Iterator[Outline]:
        """Yield the outline of each part of a feature."""
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            self.refuse(f"{label} is not a Feature")
        geometry, properties = feature.get("geometry"), feature.get("properties")
        if geometry is None:
            return
        properties = {} if properties is None else properties
        if not isinstance(geometry, dict) or not isinstance(properties, dict):
            self.refuse(f"{label} is malformed")
        kind, parts = geometry.get("type"), geometry.get("coordinates")
        if kind not in ("Polygon", "MultiPolygon"):
            self.refuse(f"{label} is not a Polygon", "Give the outline of every box as a Polygon")
        score, name = self.score(properties, label), self.label(properties)
        for rings in parts if kind == "MultiPolygon" and isinstance(parts, list) else [parts]:
            if not isinstance(rings, list) or not rings:
                self.refuse(f"{label} has no outline")
            yield Outline(self.ring(rings[0], label), score, name)

    def score(self, properties: Mapping[str, Any], label: str) -> float:
        for name in _SCORES:
            value = properties.get(name)
            if value is None:
                continue
            number = self.number(value, f"{label}: its {name}")
            if not 0.0 <= number <= 1.0:
                self.refuse(f"{label}: its {name} is {number:g}", "A score lies from 0 to 1; divide percentages by 100")
            return number
        self.unscored += 1
        return 1.0

    @staticmethod
    def label(properties: Mapping[str, Any]) -> str:
        given = (properties.get(name) for name in _LABELS)
        return next((value for value in given if isinstance(value, str)), "")

    def ring(self, ring: object, label: str) -> tuple[MapPoint, ...]:
        if not isinstance(ring, list) or len(ring) > _MOST_CORNERS:
            self.refuse(f"{label} has no outline, or one of more than {_MOST_CORNERS:,} positions")
        points = [self.point(position, label) for position in ring]
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        if len(set(points)) < 3 or _flat(points):
            self.refuse(f"{label} has an outline without area")
        return tuple(points)

    def point(self, position: object, label: str) -> MapPoint:
        if not isinstance(position, list) or not 2 <= len(position) <= 4:
            self.refuse(f"{label} has a position that is not [x, y]")
        x, y = (self.number(value, f"{label}: a coordinate") for value in position[:2])
        if self.system is CoordinateSystem.LONLAT and (abs(x) > 180 or abs(y) > 90):
            self.refuse(
                f"{label} has the position [{x:g}, {y:g}], which is no longitude and latitude",
                'Reproject to WGS 84, or say "coordinates": "pixel" if these are image coordinates',
            )
        return MapPoint(x, y)

    def number(self, value: object, what: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.refuse(f"{what} is not a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or abs(number) > 1e9:
            self.refuse(f"{what} is not a usable number")
        return number


def _flat(points: list[MapPoint]) -> bool:
    """Return whether all positions lie on one line, to within rounding."""
    (ax, ay), far = points[0], max(points, key=lambda p: math.dist(p, points[0]))
    size = math.dist(far, points[0])
    return all(abs((far.x - ax) * (y - ay) - (far.y - ay) * (x - ax)) <= 1e-9 * size * size for x, y in points)


def read_boxes(text: str, name: str) -> BoxFile:
    """Read boxes from GeoJSON.

    Polygons are boxes (of one with holes the outer ring, of several parts each); ``properties`` give the score as
    ``score``, ``confidence`` or ``p``, the class as ``class``, ``label``, ``type``, ``name`` or ``category``. The
    member ``"coordinates": "pixel"`` says that positions are image coordinates; else they are WGS 84.

    Args:
        text: the document.
        name: the file's name, for messages.

    Raises:
        InputError: whatever is wrong with it.
    """
    reader = _Reader(name)
    outlines = [
        outline
        for number, feature in enumerate(reader.features(text), start=1)
        for outline in reader.outlines(feature, f"feature {number}")
    ]
    return BoxFile(tuple(outlines), reader.system, reader.unscored)
