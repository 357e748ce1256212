"""A track as one straight picture, and the way back from it to the ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite, require_text
from wayside.model.visibility import Hidden, Obstruction

__all__ = ["LabelledStrip", "LineLabel", "Strip", "StripEnd", "StripFrame"]


def _locked(array: NDArray[np.float64]) -> NDArray[np.float64]:
    array = np.array(array, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class StripFrame:
    """Where a strip's columns lie. Works in any plane with metric or pixel units, said by ``unit_m``.

    Attributes:
        centre: shape (columns, 2), x and y of each column's centre on the track's centreline.
        normal: shape (columns, 2), unit vector to the track's left (rows of a strip go from left to right).
        step_m: distance between columns along the track, metres.
        row_m: distance between rows across the track, metres.
        rows: number of rows; the middle of the rows is the centreline.
        unit_m: metres per unit of ``centre`` (1 for a metric plane, the GSD for pixel coordinates).
        y_down: True where y grows downwards (pixel coordinates), False where it grows upwards (map coordinates).
    """

    centre: NDArray[np.float64]
    normal: NDArray[np.float64]
    step_m: float
    row_m: float
    rows: int
    unit_m: float = 1.0
    y_down: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", _locked(self.centre))
        object.__setattr__(self, "normal", _locked(self.normal))
        require(
            self.centre.ndim == 2 and self.centre.shape[1] == 2,
            f"centre has shape {self.centre.shape}, not (n, 2)",
        )
        require(self.centre.shape == self.normal.shape, "centre and normal differ in shape")
        require(self.centre.shape[0] >= 1, "a strip has at least one column")
        require(self.rows >= 1, "a strip has at least one row")
        for name, value in (("step_m", self.step_m), ("row_m", self.row_m), ("unit_m", self.unit_m)):
            require_finite(name, value, low=1e-6, high=1e4)

    @property
    def columns(self) -> int:
        """Number of columns along the track."""
        return int(self.centre.shape[0])

    @property
    def length_m(self) -> float:
        """Length along the track in metres: columns times step."""
        return self.columns * self.step_m

    @property
    def tangent(self) -> NDArray[np.float64]:
        """Unit vectors along the track, shape (columns, 2)."""
        sign = 1.0 if self.y_down else -1.0
        return sign * np.stack([-self.normal[:, 1], self.normal[:, 0]], -1)

    def point(self, along_m: float, across_m: float = 0.0) -> tuple[float, float]:
        """Return x, y of a place ``along_m`` metres from the strip's start, ``across_m`` to the left of the centreline.

        Places between column centres are interpolated; beyond the ends the frame goes straight on.
        """
        position = along_m / self.step_m - 0.5
        i = int(np.clip(np.floor(position), 0, max(self.columns - 2, 0)))
        j = min(i + 1, self.columns - 1)
        t = position - i
        centre = self.centre[i] + t * (self.centre[j] - self.centre[i])
        normal = self.normal[i] + float(np.clip(t, 0.0, 1.0)) * (self.normal[j] - self.normal[i])
        normal = normal / max(float(np.hypot(*normal)), 1e-12)
        x, y = centre + normal * (across_m / self.unit_m)
        return float(x), float(y)

    def rectangle(
        self, start_m: float, end_m: float, width_m: float, across_m: float = 0.0
    ) -> tuple[tuple[float, float], ...]:
        """Return the four corners (not closed) of the stretch from ``start_m`` to ``end_m``, ``width_m`` wide."""
        half = width_m / 2.0
        return (
            self.point(start_m, across_m + half),
            self.point(end_m, across_m + half),
            self.point(end_m, across_m - half),
            self.point(start_m, across_m - half),
        )


class StripEnd(NamedTuple):
    """What lies beyond one end of a track, straight on; nothing is counted there.

    Attributes:
        pixels: shape (bands, rows, k), float32, as those of the strip; k may be 0.
        valid: shape (rows, k), bool; True where the scene has usable data.
    """

    pixels: NDArray[np.float32]
    valid: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Strip:
    """A scene resampled along one track.

    Attributes:
        track_id: the track it follows.
        pixels: shape (bands, rows, columns), float32, reflectance or digital numbers as read; 1 band, or 3 (R, G, B).
        valid: shape (rows, columns), bool; True where the scene has usable data.
        frame: where the columns lie.
        gsd_m: ground sample distance of the pixels that were read, metres.
        offset_m: lateral shift that was applied, metres to the track's left.
        ends: what lies before the track's start and after its end, for whoever reads it; None where nobody looked.
        hidden: what hides its columns; None where nobody looked. No column that it names is visible.
    """

    track_id: str
    pixels: NDArray[np.float32]
    valid: NDArray[np.bool_]
    frame: StripFrame
    gsd_m: float
    offset_m: float = 0.0
    ends: tuple[StripEnd, StripEnd] | None = None
    hidden: Hidden | None = None

    def __post_init__(self) -> None:
        require_text("track id", self.track_id)
        pixels = np.array(self.pixels, dtype=np.float32)
        valid = np.array(self.valid, dtype=np.bool_)
        require(
            pixels.ndim == 3 and pixels.shape[0] in (1, 3),
            f"pixels have shape {pixels.shape}, not (1 or 3, rows, columns)",
        )
        require(pixels.shape[1:] == valid.shape, f"pixels {pixels.shape} and valid {valid.shape} differ in shape")
        require(valid.shape == (self.frame.rows, self.frame.columns), "strip and frame differ in shape")
        require(np.all(np.isfinite(pixels[:, valid])), "a strip's valid pixels must be finite")
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        for end in self.ends or ():
            k = end.valid.shape[-1]
            require(end.pixels.shape == (*pixels.shape[:2], k), "a strip and its ends differ in bands or rows")
            require(end.valid.shape == (pixels.shape[1], k), "pixels and valid of a strip's end differ in shape")
        for array in (pixels, valid):
            array.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)
        object.__setattr__(self, "valid", valid)
        if self.hidden is not None:
            codes = self.hidden.codes
            require(codes.shape == (self.frame.columns,), "what hides a strip and its frame differ in shape")
            require(not self.visible[codes > 0].any(), "a column of a strip is hidden and visible")

    @property
    def visible(self) -> NDArray[np.bool_]:
        """Columns whose middle third of rows is mostly usable, shape (columns,)."""
        third = max(1, self.frame.rows // 3)
        core = self.valid[third : self.frame.rows - third] if self.frame.rows > 2 * third else self.valid
        return np.asarray(core.mean(axis=0) > 0.5)

    @property
    def visible_fraction(self) -> float:
        """Share of columns, 0 to 1, that are visible."""
        return float(self.visible.mean())

    def hide(self, columns: NDArray[np.bool_], obstruction: Obstruction, *, provided: bool = False) -> Strip:
        """Return the strip with some columns hidden; itself where none is. An earlier reason stays.

        Args:
            columns: shape (columns,), True where hidden.
            obstruction: by what.
            provided: whether the provider's mask says so.
        """
        if not columns.any():
            return self
        hidden = (self.hidden or Hidden.none(self.frame.columns)).also(columns, obstruction, provided=provided)
        # A column that is blank already keeps what usable pixels it has beside the track.
        return replace(self, valid=self.valid & ~(columns & self.visible)[None, :], hidden=hidden)


class LineLabel(NamedTuple):
    """What lies under the line of a labelled strip, per column.

    Attributes:
        rail: shape (n,), int8; 1 where a railway lies under the line, 0 where none is near, -1 for not known.
        aside_m: shape (n,), how far the nearest track's centre lies to the left of the line, metres; NaN where that
            is not known or no single track is the nearest.
    """

    rail: NDArray[np.int8]
    aside_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelledStrip:
    """A strip with the truth of every column: what the network learns from.

    Attributes:
        strip: the pixels.
        occupied: shape (n,), bool; a vehicle of this track, or a coupling inside its train, covers the column.
        boundaries_m: places of couplings' middles and trains' ends, metres from the strip's start, in order.
        types: shape (n,), int8; index of the type that covers the column, -1 for none or not known.
        covered: shape (n,), int8; 1 covered, 0 open, -1 for none or not known.
        trusted: shape (n,), bool; False where the truth is in doubt (another track's car stands on the same ground).
        cars: number of cars, those cut by an end of the strip included where more than half of them is inside.
        line: what lies under the line; None where nobody said.
    """

    strip: Strip
    occupied: NDArray[np.bool_]
    boundaries_m: NDArray[np.float64]
    types: NDArray[np.int8]
    covered: NDArray[np.int8]
    trusted: NDArray[np.bool_]
    cars: int
    line: LineLabel | None = None

    def __post_init__(self) -> None:
        n = self.strip.frame.columns
        for name in ("occupied", "types", "covered", "trusted"):
            require(getattr(self, name).shape == (n,), f"{name} has shape {getattr(self, name).shape}, not ({n},)")
        for name, values in self.line._asdict().items() if self.line else ():
            require(values.shape == (n,), f"{name} has shape {values.shape}, not ({n},)")
        require(self.cars >= 0, "a strip has no negative number of cars")
