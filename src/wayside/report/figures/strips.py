"""The unrolled strips: every track as a straight picture, with a tick at each coupling and numbered cars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.assessment.assessment import Counted
from wayside.model.cars import Car
from wayside.model.observations import TrackCount
from wayside.model.wording import spread90
from wayside.report.document import Graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.pictures import StripPicture
from wayside.report.figures.strip_line import NumberedCar, StripLine, strip_line
from wayside.report.words import Words, words_of

__all__ = ["StripFigure", "line_breaks", "line_length", "number_cars", "strip_figures"]

_LINES_M = tuple(float(metres) for metres in range(280, 361, 10))
_COUPLED_M = 4.0
_SLACK_M = 45.0


@dataclass(frozen=True, slots=True)
class StripFigure:
    """One track ready to be placed.

    Attributes:
        track_id: the track.
        summary: what was found on it, one line.
        graphics: the strip, cut into lines of equal scale.
        cars: number of vehicles on it.
        unseen: whether nothing of it could be read.
    """

    track_id: str
    summary: str
    graphics: tuple[Graphic, ...]
    cars: int
    unseen: bool = False


def number_cars(strips: Sequence[StripPicture], counted: Counted) -> tuple[tuple[NumberedCar, ...], ...]:
    """Return the cars of each strip, those that are counted numbered through all strips from 1."""
    number = 0
    numbered = []
    for strip in strips:
        row = []
        for i, car in enumerate(strip.cars):
            before = strip.cars[i - 1] if i else None
            after = strip.cars[i + 1] if i + 1 < len(strip.cars) else None
            counts = counted is Counted.ALL or car.type.is_freight
            number += counts
            row.append(NumberedCar(car, number if counts else None, _coupling(before, car), _coupling(car, after)))
        numbered.append(tuple(row))
    return tuple(numbered)


def _coupling(before: Car | None, after: Car | None) -> float | None:
    """Return where two neighbours are coupled; None where one is missing or they stand apart."""
    if before is None or after is None or after.start_m - before.end_m >= _COUPLED_M:
        return None
    return (before.end_m + after.start_m) / 2


def line_length(strips: Sequence[StripPicture]) -> float:
    """Return how many metres a line holds (280 to 360) so that all strips together need the fewest lines."""
    return min(_LINES_M, key=lambda metres: sum(math.ceil(strip.length_m / metres) for strip in strips))


def line_breaks(cars: Sequence[Car], length_m: float, line_m: float) -> tuple[tuple[float, float], ...]:
    """Return the stretches (start, end in metres) that a strip is cut into, each at most ``line_m`` long.

    A cut is moved back by up to 45 m to a place between two cars, so that a car is cut only where it cannot be helped.
    """
    stretches = []
    start = 0.0
    while length_m - start > line_m:
        end = start + line_m
        cut = next((car for car in cars if car.start_m < end < car.end_m), None)
        if cut is not None and end - cut.start_m < min(_SLACK_M, line_m / 2):
            before = max((car.end_m for car in cars if car.end_m <= cut.start_m), default=cut.start_m)
            end = max((before + cut.start_m) / 2, cut.start_m - 1.0)
        stretches.append((start, end))
        start = end
    stretches.append((start, length_m))
    return tuple(stretches)


def strip_figures(
    strips: Sequence[StripPicture],
    tracks: Sequence[TrackCount],
    counted: Counted,
    *,
    drawn: bool,
    may_show: bool,
    language: str = "en",
    palette: Palette = OWN,
) -> tuple[StripFigure, ...]:
    """Return all strips, numbered through, in the order given.

    Args:
        strips: the tracks' pictures.
        tracks: the same scene's counts by track; matched by id.
        counted: which cars are numbered.
        drawn: whether the scene was drawn.
        may_show: whether the pixels may stand in the report; without it marks stand on a grey ground.
        language: ISO 639-1 code of the words.
        palette: of the house.
    """
    words = words_of(language)
    by_id = {track.track_id: track for track in tracks}
    line_m = line_length(strips)
    figures = []
    for strip, cars in zip(strips, number_cars(strips, counted), strict=True):
        lines = tuple(
            strip_line(
                strip, cars, StripLine(start, end, line_m), words, drawn=drawn, may_show=may_show, palette=palette
            )
            for start, end in line_breaks(strip.cars, strip.length_m, line_m)
        )
        summary = _summary(strip, cars, by_id.get(strip.track_id), words)
        figures.append(StripFigure(strip.track_id, summary, lines, len(cars), strip.unseen))
    return tuple(figures)


def _summary(strip: StripPicture, cars: Sequence[NumberedCar], track: TrackCount | None, words: Words) -> str:
    parts = [words.say("strip.outlined", cars=len(cars))]
    numbers = [car.number for car in cars if car.number is not None]
    if len(numbers) > 1:
        parts[0] += words.say("strip.numbers", first=numbers[0], last=numbers[-1])
    elif numbers:
        parts[0] += words.say("strip.number", number=numbers[0])
    if track is not None:
        parts.append(words.say("interval90", interval=spread90(track.count)))
        parts.append(words.say("strip.visible", share=track.visible_fraction))
    parts.append(words.say("strip.length", metres=strip.length_m))
    return " · ".join(parts)
