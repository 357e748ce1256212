"""One line of a strip: the picture, a tick at each coupling, numbers above, a bar by type below, metres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayside.model.cars import Car, CarType, Cover
from wayside.report.document import Graphic
from wayside.report.figures.palette import CAR_COLOURS, OBSTRUCTION_COLOURS, OWN, Palette
from wayside.report.figures.pictures import HiddenStretch, StripPicture
from wayside.report.figures.raster import burn_strip, enlarged, jpeg_uri
from wayside.report.figures.svg import Svg, hatch
from wayside.report.words import Words

__all__ = ["NumberedCar", "StripLine", "strip_line"]

_LINE_PX = 1080.0
_SCROLL_PX = 900
_PICTURE_STEP_M = 0.2
_DOUBTFUL = 0.5
_TOP, _TOP_EMPTY, _BARS, _FOOT = 31.0, 2.0, 10.0, 18.0
_MARGIN = 2.0
_HATCH, _LETTER = 9.0, 6.4
_LETTERS = {CarType.LOCOMOTIVE: "L", CarType.PASSENGER: "P", CarType.MAINTENANCE: "M"}


@dataclass(frozen=True, slots=True)
class NumberedCar:
    """A car with what stands above it in the figure.

    Attributes:
        car: the car.
        number: its number among the counted cars of the whole site, from 1; None where it is not counted.
        before: middle of the coupling to the car before it, metres along the strip; None at the end of a train.
        after: the same to the car after it.
    """

    car: Car
    number: int | None
    before: float | None = None
    after: float | None = None

    @property
    def label(self) -> str:
        """The number, or a letter for a vehicle that is not counted (L, P, M)."""
        return str(self.number) if self.number is not None else _LETTERS.get(self.car.type, "–")


@dataclass(frozen=True, slots=True)
class StripLine:
    """The part of a strip that one line shows, and its scale.

    Attributes:
        start, end: metres along the strip.
        line_m: metres that a full line holds.
    """

    start: float
    end: float
    line_m: float

    @property
    def scale(self) -> float:
        """Units of the drawing per metre."""
        return _LINE_PX / self.line_m

    def x(self, along_m: float) -> float:
        """Return the position of a place, held within the line."""
        return _MARGIN + (min(max(along_m, self.start), self.end) - self.start) * self.scale

    def holds(self, along_m: float) -> bool:
        """Whether a place lies on this line."""
        return self.start <= along_m < self.end

    def meets(self, stretch: HiddenStretch) -> bool:
        """Whether a part of a hidden stretch lies on this line."""
        return stretch.end_m > self.start and stretch.start_m < self.end


def strip_line(
    strip: StripPicture, cars: Sequence[NumberedCar], line: StripLine, words: Words, *, drawn: bool, may_show: bool,
    palette: Palette = OWN,
) -> Graphic:  # fmt: skip
    """Return one line as a drawing.

    Args:
        strip: the track's picture.
        cars: all its cars.
        line: the part to show.
        words: of the report.
        drawn: whether the scene was drawn, which is then written into the pixels.
        may_show: whether the pixels may be shown; else the marks stand on a grey ground.
        palette: of the house.
    """
    here = [item for item in cars if item.car.end_m > line.start and item.car.start_m < line.end]
    deep, top = strip.width_m * line.scale, _TOP if here else _TOP_EMPTY
    bars = _BARS if here else 2.0
    label = words.say(
        "strip.alt", track=strip.track_id, first=line.start, last=line.end, cars=_spoken(here, words),
        hidden=_spoken_hidden([stretch for stretch in strip.hidden if line.meets(stretch)], words),
        drawn=words.say("strip.drawn") if drawn else "",
    )  # fmt: skip
    svg = Svg(_LINE_PX + 2 * _MARGIN, round(top + deep + bars + _FOOT, 1), label, "strip", palette=palette)
    _picture(svg, strip, line, top, drawn=drawn, may_show=may_show)
    for stretch in strip.hidden:
        if line.meets(stretch):
            _hidden(svg, stretch, line, (top, deep), words)
    for item in here:
        _bar(svg, item, line, top + deep + 3, words)
        _ticks(svg, item, line, (top, top + deep))
        middle = (item.car.start_m + item.car.end_m) / 2
        if line.holds(middle):
            _number(svg, item, line.x(middle), top)
    _metres(svg, line, top + deep + bars, words)
    return svg.graphic(scroll_px=_SCROLL_PX)


def _spoken(cars: Sequence[NumberedCar], words: Words) -> str:
    if not cars:
        return words.say("strip.no_car")
    numbers = [car.number for car in cars if car.number is not None]
    if not numbers:
        return words.say("vehicles", n=len(cars))
    return words.say("strip.cars", n=len(cars), first=numbers[0], last=numbers[-1])


def _picture(svg: Svg, strip: StripPicture, line: StripLine, top: float, *, drawn: bool, may_show: bool) -> None:
    first = int(line.start / strip.step_m)
    last = max(first + 1, math.ceil(line.end / strip.step_m - 1e-9))
    pixels = strip.rgb[:, first:last]
    box = {
        "x": line.x(line.start) - (line.start - first * strip.step_m) * line.scale,
        "y": top,
        "width": pixels.shape[1] * strip.step_m * line.scale,
        "height": strip.width_m * line.scale,
    }
    if not may_show:
        svg.add("rect", fill=svg.palette.ground, **box)
        return
    factor = max(1, round(strip.step_m / _PICTURE_STEP_M))
    large = enlarged(np.asarray(pixels), factor)
    if drawn:
        large = burn_strip(large, every=max(1, round(100.0 / strip.step_m)) * factor)
    svg.add("image", href=jpeg_uri(large), preserveAspectRatio="none", **box)


def _spoken_hidden(stretches: Sequence[HiddenStretch], words: Words) -> str:
    if not stretches:
        return ""
    what = dict.fromkeys(words.hides(stretch.by) for stretch in stretches)
    return words.say("strip.hidden_in", n=len(stretches), what=", ".join(what))


def _hidden(svg: Svg, stretch: HiddenStretch, line: StripLine, box: tuple[float, float], words: Words) -> None:
    """Veil and hatch what cannot be read, and name what hides it where there is room."""
    left, right = line.x(stretch.start_m), line.x(stretch.end_m)
    (top, deep), colour, word = box, OBSTRUCTION_COLOURS[stretch.by], words.hides(stretch.by)
    key = "strip.not_seen_mask" if stretch.provided else "strip.not_seen"
    title = words.say(key, what=word, first=stretch.start_m, last=stretch.end_m)
    svg.add(
        "rect", title=title, class_="hidden", x=left, y=top, width=right - left, height=deep, fill="#ffffff",
        fill_opacity=0.45,
    )  # fmt: skip
    svg.add("path", d=hatch(left, top, right - left, deep, _HATCH), fill="none", stroke=colour, stroke_width=1)
    svg.line(left, top + 0.75, right, top + 0.75, stroke=colour, stroke_width=1.5)
    svg.line(left, top + deep - 0.75, right, top + deep - 0.75, stroke=colour, stroke_width=1.5)
    if right - left > _LETTER * len(word) + 8:
        svg.add(
            "text", word, x=(left + right) / 2, y=top + deep / 2 + 4, font_size=12, font_weight="600",
            text_anchor="middle", fill=colour, stroke="#ffffff", stroke_width=4, stroke_linejoin="round",
            paint_order="stroke",
        )  # fmt: skip


def _ticks(svg: Svg, item: NumberedCar, line: StripLine, edges: tuple[float, float]) -> None:
    """Draw the tick before the car, and the one behind it where its train ends."""
    if item.before is None:
        if line.holds(item.car.start_m):
            _tick(svg, line.x(item.car.start_m), edges, svg.palette.accent, 12.0)
    elif line.start <= item.before < line.end:
        _tick(svg, line.x(item.before), edges, svg.palette.muted, 7.0)
    if item.after is None and line.start < item.car.end_m <= line.end:
        _tick(svg, line.x(item.car.end_m), edges, svg.palette.accent, 12.0)


def _tick(svg: Svg, x: float, edges: tuple[float, float], colour: str, length: float) -> None:
    svg.line(x, edges[0] - length, x, edges[0], stroke=colour, stroke_width=1.5)
    svg.line(x, edges[1], x, edges[1] + 4, stroke=colour, stroke_width=1.5)


def _number(svg: Svg, item: NumberedCar, x: float, top: float) -> None:
    strong = item.number is None or item.number % 5 == 0
    svg.add(
        "text", item.label, x=x, y=top - 14, font_size=14 if strong else 10.5,
        font_weight="bold" if strong else None, text_anchor="middle",
        fill=svg.palette.ink if strong else svg.palette.muted,
    )  # fmt: skip


def _bar(svg: Svg, item: NumberedCar, line: StripLine, y: float, words: Words) -> None:
    car = item.car
    left, right = line.x(car.start_m), line.x(car.end_m)
    colour, edge = CAR_COLOURS[car.type], svg.palette.car_lines[car.type]
    name = words.say(
        "strip.car", label=item.label, type=words.name_of("type", car.type.value), metres=car.length_m, p=car.p,
        cover=words.name_of("cover", car.cover.value),
    )  # fmt: skip
    svg.add(
        "rect", title=name, x=left + 1.5, y=y, width=max(right - left - 3, 0.5), height=5,
        fill=svg.palette.paper if car.cover is Cover.OPEN else colour, stroke=edge, stroke_width=1.3,
        stroke_dasharray="3 2" if car.p < _DOUBTFUL else None,
    )  # fmt: skip


def _metres(svg: Svg, line: StripLine, y: float, words: Words) -> None:
    first = math.ceil(line.start / 50.0 - 1e-9) * 50
    for metre in range(first, int(line.end) + 1, 50):
        x = line.x(metre)
        svg.line(x, y, x, y + 3, stroke=svg.palette.muted, stroke_width=0.8)
        anchor = "start" if x < 20 else "end" if x > _LINE_PX - 20 else "middle"
        svg.add(
            "text",
            words.say("metres", metres=str(metre)),
            x=x,
            y=y + 14,
            font_size=10.5,
            text_anchor=anchor,
            fill=svg.palette.muted,
        )
