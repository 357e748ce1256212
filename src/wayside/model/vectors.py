"""Vector layers, as they travel between the pipeline and a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wayside.model.checks import require, require_finite, require_text

__all__ = ["Field", "Outline", "Shape", "VectorLayer"]

Field = str | float | int | None


class Shape(StrEnum):
    """What a feature is drawn as."""

    POINT = "Point"
    LINE = "LineString"
    POLYGON = "Polygon"


@dataclass(frozen=True, slots=True)
class Outline:
    """One feature's geometry.

    Attributes:
        shape: what it is.
        points: x and y of its positions: one for a point, two or more for a line; a polygon's outer ring, three or
            more, not closed.
    """

    shape: Shape
    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        least = {Shape.POINT: 1, Shape.LINE: 2, Shape.POLYGON: 3}[self.shape]
        require(len(self.points) >= least, f"a {self.shape} has {least} positions or more, not {len(self.points)}")
        require(self.shape is not Shape.POINT or len(self.points) == 1, "a Point has one position")
        for x, y in self.points:
            require_finite("x", x)
            require_finite("y", y)


@dataclass(frozen=True)
class VectorLayer:
    """A table of features.

    Attributes:
        name: the layer's name.
        shape: what its features are drawn as; None where they may differ.
        outlines: each feature's geometry; None for one without.
        fields: columns by name, each as long as ``outlines``.
        crs: the coordinate reference system, as "EPSG:n" or WKT; None where the positions lie in no map.
    """

    name: str
    shape: Shape | None
    outlines: tuple[Outline | None, ...]
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    crs: str | None = None

    def __post_init__(self) -> None:
        require_text("layer's name", self.name)
        for name, column in self.fields.items():
            require(
                len(column) == len(self.outlines), f"layer {self.name}: the column {name} is not as long as the layer"
            )
        object.__setattr__(self, "fields", dict(self.fields))

    def rows(self) -> tuple[Mapping[str, Field], ...]:
        """Return the features' fields, one mapping each."""
        return tuple({name: column[i] for name, column in self.fields.items()} for i in range(len(self.outlines)))
