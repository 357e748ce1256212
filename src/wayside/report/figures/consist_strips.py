"""Two sightings of what may be one train, one above the other, with lines between the cars that were set together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayside.model.cars import CarType
from wayside.model.consists import Consist, ConsistCar, ConsistMatch
from wayside.report.document import Graphic
from wayside.report.figures.palette import CAR_COLOURS, OWN, Palette
from wayside.report.figures.pictures import StripPicture
from wayside.report.figures.raster import Pixels, burn_strip, enlarged, jpeg_uri
from wayside.report.figures.svg import Svg, points

__all__ = ["Sighting", "consist_strips"]

_MARGIN, _HEAD, _STRIP_M, _BAR, _BETWEEN = 6.0, 22.0, 7.0, 8.0, 46.0
_ROOM_M = 3.0
_PICTURE_STEP_M = 0.2
_BALLAST = 105.0
_STATED_FROM = 7.0
"""A number is written over a car that has so many units of the drawing."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """One of the two trains as it is to be drawn.

    Attributes:
        heading: beside it: day, place, track.
        picture: the strip of its track; None where there is none or its pixels may not be shown.
        drawn: whether the scene was drawn, which is then written into the pixels.
    """

    heading: str
    picture: StripPicture | None = None
    drawn: bool = False


def consist_strips(
    match: ConsistMatch, first: Sighting, second: Sighting, *, alt: str, width: float, least_px: int = 0,
    palette: Palette = OWN,
) -> Graphic:  # fmt: skip
    """Return the drawing.

    Args:
        match: the two trains and how they were aligned; a second train that was read from its other end is turned
            round, so that lines between cars do not cross.
        first: what to show of the first train.
        second: of the second.
        alt: what the drawing shows, for readers who do not see it.
        width: of the drawing, its units.
        least_px: see ``Graphic``.
        palette: of the house.
    """
    turned = match.alignment.reversed
    rows = (_Row.of(match.first, turned=False), _Row.of(match.second, turned=turned))
    shift = _shift(match, rows)
    ends = [(row.spans[k][0] + by, row.spans[k][1] + by) for row, by in zip(rows, (0.0, shift), strict=True)
            for k in range(len(row.spans))]  # fmt: skip
    low, high = min(a for a, _ in ends) - _ROOM_M, max(b for _, b in ends) + _ROOM_M
    scale = min((width - 2 * _MARGIN) / (high - low), 9.0)
    deep = max(10.0, _STRIP_M * scale)
    tops = (_HEAD, _HEAD + deep + _BAR + _BETWEEN)
    height = round(tops[1] + deep + _BAR + _HEAD, 1)
    svg = Svg(width, height, alt, "consists", palette=palette)
    lost = _lost(match)
    for row, by, top, seen, gone in zip(rows, (0.0, shift), tops, (first, second), lost, strict=True):
        frame = _Frame(scale, low - by, top, deep)
        y = top - 7 if row is rows[0] else top + deep + _BAR + 15
        svg.add("text", seen.heading, x=_MARGIN, y=y, font_size=12.5, font_weight="600", fill=svg.palette.ink)
        _draw_row(svg, row, frame, seen, gone)
    _join(svg, match, rows, (_Frame(scale, low, tops[0], deep), _Frame(scale, low - shift, tops[1], deep)))
    return Graphic(str(svg.markup()), width, height, alt, least_px)


@dataclass(frozen=True, slots=True)
class _Row:
    """A train laid out from 0, turned where it must be; ``spans`` by the train's own index."""

    train: Consist
    spans: tuple[tuple[float, float], ...]
    turned: bool

    @classmethod
    def of(cls, train: Consist, *, turned: bool) -> _Row:
        begin, end = train.cars[0].start_m, train.cars[-1].end_m
        if turned:
            return cls(train, tuple((end - car.end_m, end - car.start_m) for car in train.cars), True)
        return cls(train, tuple((car.start_m - begin, car.end_m - begin) for car in train.cars), False)

    def middle(self, index: int) -> float:
        return (self.spans[index][0] + self.spans[index][1]) / 2


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a row stands: units per metre, the metre at the left margin, top and depth of its strip."""

    scale: float
    low: float
    top: float
    deep: float

    def x(self, metres: float) -> float:
        return _MARGIN + (metres - self.low) * self.scale


def _shift(match: ConsistMatch, rows: tuple[_Row, _Row]) -> float:
    apart = [rows[0].middle(i) - rows[1].middle(j) for i, j in match.alignment.matched]
    return float(np.median(apart)) if apart else 0.0


def _lost(match: ConsistMatch) -> tuple[frozenset[int], frozenset[int]]:
    """Return the cars of either train that have no counterpart."""
    ones = {i for i, _ in match.alignment.matched}
    twos = {j for _, j in match.alignment.matched}
    return (
        frozenset(range(len(match.first.cars))) - ones,
        frozenset(range(len(match.second.cars))) - twos,
    )


def _draw_row(svg: Svg, row: _Row, frame: _Frame, seen: Sighting, lost: frozenset[int]) -> None:
    shown = seen.picture is not None and _picture(svg, row, frame, seen.picture, drawn=seen.drawn)
    for index, car in enumerate(row.train.cars):
        left, right = (frame.x(metres) for metres in row.spans[index])
        wide = max(right - left - 1.5, 0.5)
        gone = index in lost
        if not shown:
            svg.add(
                "rect", x=left + 0.75, y=frame.top + 0.15 * frame.deep, width=wide, height=0.7 * frame.deep, rx=1.5,
                fill=_measured(car, svg.palette.ground), stroke=svg.palette.ink, stroke_width=0.8,
                stroke_dasharray="3 2" if gone else None,
            )  # fmt: skip
        svg.add(
            "rect", x=left + 0.75, y=frame.top + frame.deep + 2, width=wide, height=5,
            fill=svg.palette.paper if gone else CAR_COLOURS[car.type],
            stroke=svg.palette.car_lines[car.type], stroke_width=1,
        )  # fmt: skip
        if gone:
            _cross(svg, (left + right) / 2, frame.top + frame.deep / 2, min(5.0, wide / 2.5))
        if wide >= _STATED_FROM and not gone and car.type is CarType.LOCOMOTIVE:
            svg.add(
                "text", "L", x=(left + right) / 2, y=frame.top + frame.deep / 2 + 4, font_size=11, font_weight="bold",
                text_anchor="middle", fill=svg.palette.ink, stroke="#ffffff", stroke_width=3, paint_order="stroke",
            )  # fmt: skip


def _picture(svg: Svg, row: _Row, frame: _Frame, strip: StripPicture, *, drawn: bool) -> bool:
    """Put the train's stretch of the strip there; False where the strip does not show it."""
    begin, end = row.train.cars[0].start_m - _ROOM_M, row.train.cars[-1].end_m + _ROOM_M
    rgb = _cut(strip, begin, end)
    if rgb is None:
        return False
    if row.turned:
        rgb = rgb[::-1, ::-1]
    factor = max(1, round(strip.step_m / _PICTURE_STEP_M))
    rgb = enlarged(np.ascontiguousarray(rgb), factor)
    if drawn:
        rgb = burn_strip(rgb, 280)
    left = frame.x(-_ROOM_M)
    svg.add(
        "image", x=left, y=frame.top, width=(end - begin) * frame.scale, height=frame.deep, href=jpeg_uri(rgb),
        preserveAspectRatio="none",
    )  # fmt: skip
    return True


def _cut(strip: StripPicture, begin: float, end: float) -> Pixels | None:
    """Return the stretch of a strip between two places, grey where it has none; None where nothing of it is there."""
    first, last = round(begin / strip.step_m), round(end / strip.step_m)
    rows, columns = strip.rgb.shape[:2]
    if last <= 0 or first >= columns:
        return None
    half = max(1, min(rows // 2, round(_STRIP_M / 2 / strip.step_m)))
    out = np.full((2 * half, last - first, 3), 215, dtype=np.uint8)
    low, high = max(0, first), min(columns, last)
    out[:, low - first : high - first] = strip.rgb[rows // 2 - half : rows // 2 + half, low:high]
    return out


def _measured(car: ConsistCar, ground: str) -> str:
    """Return the car's measured colour as it would look on grey ballast; plain grey where it has none."""
    if car.colour is None:
        return ground
    parts = [min(255.0, _BALLAST * (1 + c) / max(1 - c, 0.05)) for c in car.colour]
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _cross(svg: Svg, x: float, y: float, reach: float) -> None:
    for sign in (1, -1):
        for colour, wide in (("#ffffff", 4.0), (svg.palette.accent, 1.8)):
            svg.line(x - reach, y - sign * reach, x + reach, y + sign * reach, stroke=colour, stroke_width=wide)


def _join(svg: Svg, match: ConsistMatch, rows: tuple[_Row, _Row], frames: tuple[_Frame, _Frame]) -> None:
    """Draw a line from each car to its counterpart."""
    top, bottom = frames[0].top + frames[0].deep + _BAR, frames[1].top - 6
    for i, j in match.alignment.matched:
        upper, lower = frames[0].x(rows[0].middle(i)), frames[1].x(rows[1].middle(j))
        svg.add(
            "polyline", points=points([(upper, top), (lower, bottom), (lower, frames[1].top - 1)]), fill="none",
            stroke=svg.palette.muted, stroke_width=1.1,
        )  # fmt: skip
