"""From emissions to cars: the count's distribution, the best segmentation, and what each car looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.potentials import DecoderSettings, evidence_of, potentials_of
from wayside.counting.semimarkov import (
    StripPosterior,
    best_segments,
    both_ways,
    log_evidence,
    posterior,
    sweep,
)
from wayside.counting.tally import count_rows
from wayside.counting.type_lengths import TypeLengths, length_blur_m, sharpened, type_lengths_of
from wayside.model.cars import Car, CarType, Cover
from wayside.model.checks import require, require_finite, require_probability
from wayside.model.counts import CountDistribution
from wayside.model.strips import StripFrame

__all__ = ["CarReading", "DecodedCar", "ReadingSettings", "TrackDecoding", "cars_of", "decode_tracks", "read_cars"]

Array = NDArray[np.float64]

_ROWS_AT_ONCE = 12
"""Strips that are decoded side by side; bounds the memory to some 25 MB for strips of 1 km."""


class DecodedCar(NamedTuple):
    """One car of the most probable segmentation.

    Attributes:
        start_column: first column.
        end_column: column after the last.
        truncated: True where an end of the strip or of what is visible cuts it.
        p: posterior probability that a car stands over its middle, 0 to 1.
    """

    start_column: int
    end_column: int
    truncated: bool
    p: float


@dataclass(frozen=True, eq=False)
class TrackDecoding:
    """What the decoder makes of one strip.

    Attributes:
        count: number of rail vehicles of all kinds, hidden stretches included with their prior.
        segments: the cars of the most probable segmentation, in order; none lies wholly on hidden track.
        covered: shape (columns,), posterior probability that a car covers the column.
        boundary: shape (columns + 1,), posterior probability of a coupling or a train's end at the edge.
        occupied_m: expected covered length, metres, hidden stretches included with their prior.
        log_evidence: log of the summed weight of all segmentations; 0 where nothing was seen and no end disturbs.
    """

    count: CountDistribution
    segments: tuple[DecodedCar, ...]
    covered: Array
    boundary: Array
    occupied_m: float
    log_evidence: float


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How a car's type and cover are read from the network's columns.

    Attributes:
        type_scale: the mean logits over a car are multiplied by it before the softmax, 0 to 20.
        least_type_p: a type less probable than this is ``UNKNOWN``, 0 to 1.
        length_weight: what the car's length says of its type is multiplied by it, below 1 since the network sees the
            length too; 0 leaves it out. 0 to 5.
        type_lengths: how long cars of each type are on this track.
        gsd_m: ground sample distance, metres, which blurs the found length; the column spacing where None.
        cover_scale: the mean cover log-odds over a car are multiplied by it, 0 to 20.
        covered_p: from this probability a car is covered, below 1 minus it open, 0.5 to 1.
        margin: share of a car's length left out at either end, 0 to 0.4.
        width_m: width of an outline, metres.
    """

    type_scale: float = 1.0
    least_type_p: float = 0.4
    length_weight: float = 0.5
    type_lengths: TypeLengths = field(default_factory=type_lengths_of)
    gsd_m: float | None = None
    cover_scale: float = 1.0
    covered_p: float = 0.7
    margin: float = 0.1
    width_m: float = 3.1

    def __post_init__(self) -> None:
        for name in ("type_scale", "cover_scale"):
            require_finite(name, getattr(self, name), low=0.0, high=20.0)
        require_finite("length_weight", self.length_weight, low=0.0, high=5.0)
        if self.gsd_m is not None:
            require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require_probability("least_type_p", self.least_type_p)
        require_finite("covered_p", self.covered_p, low=0.5, high=1.0)
        require_finite("margin", self.margin, low=0.0, high=0.4)
        require_finite("width_m", self.width_m, low=0.1, high=20.0)


class CarReading(NamedTuple):
    """What one car looks like, as probabilities.

    Attributes:
        car: where it is.
        type_p: shape (len(TYPE_ORDER),), probability of each type; sums to 1.
        cover_p: probability that its load is covered.
    """

    car: DecodedCar
    type_p: Array
    cover_p: float


def decode_tracks(emissions: Sequence[Emission], settings: DecoderSettings) -> tuple[TrackDecoding, ...]:
    """Decode strips, each by itself, in one batch.

    Args:
        emissions: any number of strips, of any lengths and column spacings.
        settings: the decoder's constants.

    Returns:
        One decoding per strip, in the given order.
    """
    found: dict[int, TrackDecoding] = {}
    for indices in batches(emissions):
        found.update(zip(indices, _decode([emissions[i] for i in indices], settings), strict=True))
    return tuple(found[i] for i in range(len(emissions)))


def batches(emissions: Sequence[Emission]) -> Iterator[list[int]]:
    """Yield indices of strips to decode side by side: the same spacing, like lengths, not too many."""
    order = sorted(range(len(emissions)), key=lambda i: (emissions[i].step_m, -emissions[i].columns))
    group: list[int] = []
    for i in order:
        if group and (emissions[i].step_m != emissions[group[0]].step_m or len(group) >= _ROWS_AT_ONCE):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _decode(emissions: Sequence[Emission], settings: DecoderSettings) -> list[TrackDecoding]:
    weights = potentials_of(settings, emissions[0].step_m)
    evidence = evidence_of(emissions, settings, weights.block)
    left, right = both_ways(weights, evidence)
    best = sweep(weights, evidence, best=True)
    counts = count_rows(weights, evidence, left)
    marginals = posterior(weights, evidence, left, right)
    result: dict[int, TrackDecoding] = {}
    for row, index in enumerate(evidence.order.tolist()):
        emission, marginal = emissions[index], marginals[row]
        cars = (
            _decoded(segment.start, segment.end, segment.truncated, marginal, emission)
            for segment in best_segments(weights, evidence, best, row)
            if emission.visible[segment.start : segment.end].any()
        )
        result[index] = TrackDecoding(
            count=CountDistribution.from_weights(0, counts[row]).trimmed(),
            segments=tuple(cars),
            covered=marginal.covered,
            boundary=marginal.boundary,
            occupied_m=float(marginal.covered.sum()) * emission.step_m,
            log_evidence=log_evidence(weights, evidence, left, row),
        )
    return [result[i] for i in range(len(emissions))]


def _decoded(start: int, end: int, truncated: bool, marginal: StripPosterior, emission: Emission) -> DecodedCar:
    hidden = not (emission.visible[start] and emission.visible[end - 1])
    return DecodedCar(start, end, truncated or hidden, float(marginal.covered[(start + end - 1) // 2]))


# ---------------------------------------------------------------------------- what the cars look like
def read_cars(
    decoding: TrackDecoding, emission: Emission, settings: ReadingSettings | None = None
) -> tuple[CarReading, ...]:
    """Read type and cover of every car of the best segmentation.

    Args:
        decoding: of the same emission.
        emission: what the network said.
        settings: how to read it; the defaults where None.

    Returns:
        One reading per segment, in order.
    """
    require(decoding.covered.shape == emission.occupied.shape, "decoding and emission are of different strips")
    how = settings or ReadingSettings()
    return tuple(_read(car, emission, how) for car in decoding.segments)


def _read(car: DecodedCar, emission: Emission, how: ReadingSettings) -> CarReading:
    inset = int(how.margin * (car.end_column - car.start_column))
    inner = slice(car.start_column + inset, car.end_column - inset)
    seen = emission.visible[inner]
    if not seen.any():
        return CarReading(car, np.full(len(TYPE_ORDER), 1.0 / len(TYPE_ORDER)), 0.5)
    logits = how.type_scale * emission.types[inner][seen].mean(axis=0)
    found_m = (car.end_column - car.start_column) * emission.step_m
    blur_m = length_blur_m(found_m, emission.step_m if how.gsd_m is None else how.gsd_m)
    by_length = how.length_weight * how.type_lengths.log_ratio(found_m, blur_m, cut=car.truncated)
    cover = float(np.clip(how.cover_scale * emission.cover[inner][seen].mean(), -50.0, 50.0))
    return CarReading(car, sharpened(logits, by_length), float(1.0 / (1.0 + np.exp(-cover))))


def cars_of(
    decoding: TrackDecoding, emission: Emission, frame: StripFrame, settings: ReadingSettings | None = None
) -> tuple[Car, ...]:
    """Return the cars of the best segmentation with their outlines in the frame's plane.

    Args:
        decoding: of the emission.
        emission: of the strip that lies along ``frame``.
        frame: as many columns as the emission, of the same spacing.
        settings: how to read type and cover; the defaults where None.
    """
    require(frame.columns == emission.columns, "frame and emission differ in their number of columns")
    require(abs(frame.step_m - emission.step_m) < 1e-9, "frame and emission differ in their column spacing")
    how = settings or ReadingSettings()
    return tuple(_car(reading, frame, how) for reading in read_cars(decoding, emission, how))


def _car(reading: CarReading, frame: StripFrame, how: ReadingSettings) -> Car:
    start_m, end_m = reading.car.start_column * frame.step_m, reading.car.end_column * frame.step_m
    best = int(np.argmax(reading.type_p))
    type_p = float(reading.type_p[best])
    return Car(
        start_m=start_m,
        end_m=end_m,
        type=TYPE_ORDER[best] if type_p >= how.least_type_p else CarType.UNKNOWN,
        type_p=min(type_p, 1.0),
        cover=_cover(reading.cover_p, how),
        p=reading.car.p,
        polygon=frame.rectangle(start_m, end_m, how.width_m),
        truncated=reading.car.truncated,
    )


def _cover(p: float, how: ReadingSettings) -> Cover:
    if p > how.covered_p:
        return Cover.COVERED
    return Cover.OPEN if p < 1.0 - how.covered_p else Cover.UNDETERMINED
