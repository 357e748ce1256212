"""From boxes to the count of a scene: the same value that the network and its decoder give."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_calibration import BoxCalibration
from wayside.counting.boxes_fit import empty_length
from wayside.counting.boxes_merge import merge_along
from wayside.counting.boxes_sums import box_count, poisson_binomial, scene_nodes
from wayside.counting.boxes_tracks import AssignSettings, PlacedBox, assign_boxes
from wayside.counting.decode import CarReading, DecodedCar, TrackDecoding, decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import SceneError, TrackPart, count_scene
from wayside.counting.hidden import START_RATES, mix_scene_counts
from wayside.counting.potentials import DecoderSettings
from wayside.model.cars import Car, CarType
from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.observations import SceneCount
from wayside.model.strips import StripFrame
from wayside.model.visibility import Hidden, hidden_shares

__all__ = ["BoxScene", "BoxTrack", "count_boxes", "type_of"]

Array = NDArray[np.float64]

_TYPE_SURE = 0.8
_LEAST_HIDDEN_M = 4.0
_NAMES: dict[str, CarType] = {
    **{str(kind): kind for kind in CarType},
    "boxcar": CarType.BOX,
    "tanker": CarType.TANK,
    "tank car": CarType.TANK,
    "flatcar": CarType.FLAT,
    "open wagon": CarType.GONDOLA,
    "passenger car": CarType.PASSENGER,
    "coach": CarType.PASSENGER,
    "engine": CarType.LOCOMOTIVE,
}


@dataclass(frozen=True, eq=False)
class BoxTrack:
    """A track to count on.

    Attributes:
        track_id: the track.
        frame: its centreline, in the plane of the boxes.
        visible: shape (columns,), bool; False where the image shows nothing.
        hidden: what hides its columns; None where nobody looked.
    """

    track_id: str
    frame: StripFrame
    visible: NDArray[np.bool_]
    hidden: Hidden | None = None

    def __post_init__(self) -> None:
        require(self.visible.shape == (self.frame.columns,), "visible and frame differ in length")


@dataclass(frozen=True, slots=True)
class BoxScene:
    """What is known of a scene beside its boxes.

    Attributes:
        gsd_m: ground sample distance of the image, metres, 0.01 to 100.
        model: name and digest of the detector, or of the file of boxes.
        software: name and version of the program.
        reasons: sentences on what limits the count.
    """

    gsd_m: float
    model: str
    software: str
    reasons: tuple[str, ...] = ()


class _Read:
    """One track's kept boxes with the number of cars under each; what stays the same whatever the scene's shift."""

    def __init__(self, track: BoxTrack, kept: Sequence[PlacedBox], calibration: BoxCalibration) -> None:
        self.track = track
        self.kept = tuple(kept)
        self.p = [calibration.probability(box.score) for box in kept]
        self.under = [calibration.lengths.cars(box.length_m) for box in kept]
        self.covered = _covered(track.frame, kept, self.p)
        self.seen = track.visible | (self.covered > 0)
        away = empty_length(kept, track.frame.length_m) * float(track.visible.mean())
        self.stray = _poisson(calibration.missed_per_km * away / 1000.0)
        found = [_cars(box, p, cars, track.frame) for box, p, cars in zip(kept, self.p, self.under, strict=True)]
        self.cars = tuple(car for cars in found for car in cars)

    def count(self, shift: float) -> CountDistribution:
        """Return the number of cars on what is visible, in a scene whose boxes are worth ``shift`` more."""
        parts = [box_count(p, shift, cars) for p, cars in zip(self.p, self.under, strict=True)]
        return CountDistribution.from_weights(0, poisson_binomial([*parts, self.stray])).trimmed()


def type_of(label: str) -> CarType:
    """Return the type that a detector's class name means; ``UNKNOWN`` where it says none."""
    return _NAMES.get(" ".join(label.lower().replace("_", " ").replace("-", " ").split()), CarType.UNKNOWN)


def count_boxes(
    boxes: Sequence[OrientedBox],
    tracks: Sequence[BoxTrack],
    scene: BoxScene,
    calibration: BoxCalibration | None = None,
    *,
    assign: AssignSettings | None = None,
    hidden: DecoderSettings | None = None,
) -> SceneCount:
    """Count the cars of a scene from the boxes of a detector.

    Each box goes to one track (``assign_boxes``); the boxes of a track are merged along it (``merge_along``). With p
    from the calibration and the number of cars that a box's length allows, a track's count is the Poisson-binomial
    sum over its boxes, plus a Poisson number of cars of wholly missed trains on track away from every box. What the
    scene's tracks share enters twice: a shift of all log-odds, integrated by quadrature, and the share of missed cars
    in found trains (``with_scene_error``). Hidden track carries the decoder's own prior, mixed over how busy the
    place is.

    Args:
        boxes: in the plane of the tracks' frames; duplicates are expected.
        tracks: ids differ.
        scene: resolution and names.
        calibration: of this detector; the wide defaults where None.
        assign: which boxes can stand on a track; the defaults where None.
        hidden: the decoder's constants, for track that cannot be seen; the defaults where None.

    Returns:
        The count; cars' outlines are in the plane, types are those of the detector's class names.
    """
    known = calibration or BoxCalibration()
    placed = assign_boxes(boxes, [track.frame for track in tracks], assign)
    reads = [
        _Read(track, merge_along(found, known.probability, known.lengths), known)
        for track, found in zip(tracks, placed, strict=True)
    ]
    # Scenes of the same detector differ by the shift; how missed cars grow with the GSD is in its own calibration.
    error = SceneError(known.miss_mean, known.miss_sd, 0.0, 0.0, 0.0)
    scenes, weights = [], []
    for rate_weight, behind in _hidden(reads, hidden or DecoderSettings()):
        for shift, weight in scene_nodes(known.logit_sd):
            parts = [_part(read, shift, count) for read, count in zip(reads, behind, strict=True)]
            scenes.append(
                count_scene(
                    parts,
                    scene.gsd_m,
                    model=scene.model,
                    software=scene.software,
                    error=error,
                    reasons=scene.reasons,
                )
            )
            weights.append(rate_weight * weight)
    return mix_scene_counts(scenes, np.array(weights)) if len(scenes) > 1 else scenes[0]


def _part(read: _Read, shift: float, behind: TrackDecoding | None) -> TrackPart:
    count, occupied = read.count(shift), float(read.covered.sum()) * read.track.frame.step_m
    if behind is not None:
        count, occupied = count + behind.count, occupied + behind.occupied_m
    step, columns = read.track.frame.step_m, read.track.frame.columns
    segments = tuple(
        DecodedCar(
            min(max(0, round(car.start_m / step)), columns - 1),
            min(max(1, round(car.end_m / step)), columns),
            car.truncated,
            car.p,
        )
        for car in read.cars
    )
    decoding = TrackDecoding(count, segments, read.covered, np.zeros(columns + 1), occupied, 0.0)
    readings = tuple(CarReading(at, _type_p(car), 0.5) for at, car in zip(segments, read.cars, strict=True))
    return TrackPart(
        track_id=read.track.track_id,
        length_m=read.track.frame.length_m,
        visible_fraction=float(read.seen.mean()),
        offset_m=0.0,
        decoding=decoding,
        readings=readings,
        cars=read.cars,
        hidden=hidden_shares(read.track.hidden, read.seen),
    )


def _type_p(car: Car) -> Array:
    if car.type not in TYPE_ORDER:
        return np.full(len(TYPE_ORDER), 1.0 / len(TYPE_ORDER))
    p = np.full(len(TYPE_ORDER), (1.0 - _TYPE_SURE) / (len(TYPE_ORDER) - 1))
    p[TYPE_ORDER.index(car.type)] = _TYPE_SURE
    return p


def _cars(box: PlacedBox, p: float, under: Array, frame: StripFrame) -> list[Car]:
    """Return the most probable number of cars under a box, of equal lengths; none where it is rather none."""
    some = p * float(under[1:].sum())
    if some < 0.5:
        return []
    number = 1 + int(np.argmax(under[1:]))
    start, end = max(0.0, box.start_m), min(frame.length_m, box.end_m)
    if end - start < frame.step_m:
        return []
    edges = np.linspace(start, end, number + 1).tolist()
    kind = type_of(box.label)
    return [
        Car(
            start_m=begin,
            end_m=finish,
            type=kind,
            type_p=_TYPE_SURE if kind is not CarType.UNKNOWN else 0.0,
            p=min(some, 1.0),
            polygon=frame.rectangle(begin, finish, box.width_m, box.across_m),
            truncated=box.start_m < 0.0 or box.end_m > frame.length_m,
        )
        for begin, finish in itertools.pairwise(edges)
    ]


def _covered(frame: StripFrame, kept: Sequence[PlacedBox], p: Sequence[float]) -> Array:
    at = (np.arange(frame.columns) + 0.5) * frame.step_m
    covered = np.zeros(frame.columns)
    for box, probability in zip(kept, p, strict=True):
        inside = (at >= box.start_m) & (at < box.end_m)
        covered[inside] = np.maximum(covered[inside], probability)
    return covered


def _poisson(mean: float) -> Array:
    """Return P(k) of a Poisson number, cut where 1e-12 is left."""
    return np.asarray(poisson.pmf(np.arange(int(poisson.isf(1e-12, mean)) + 1), mean)) if mean > 0 else np.ones(1)


def _hidden(reads: Sequence[_Read], settings: DecoderSettings) -> list[tuple[float, list[TrackDecoding | None]]]:
    """Return, for each rate at which trains may begin, its weight and what stands on each track's hidden stretches."""
    runs = [(index, columns) for index, read in enumerate(reads) for columns in _runs(~read.seen, read.track.frame)]
    if not runs:
        return [(1.0, [None] * len(reads))]
    result: list[tuple[float, list[TrackDecoding | None]]] = []
    for rate, weight in START_RATES:
        emissions = [_unseen(columns, reads[index].track.frame.step_m) for index, columns in runs]
        decoded = decode_tracks(emissions, replace(settings, start_per_m=rate))
        behind: list[TrackDecoding | None] = [None] * len(reads)
        for (index, _), one in zip(runs, decoded, strict=True):
            before = behind[index]
            behind[index] = one if before is None else _together(before, one)
        result.append((weight, behind))
    return result


def _together(one: TrackDecoding, other: TrackDecoding) -> TrackDecoding:
    return replace(one, count=one.count + other.count, occupied_m=one.occupied_m + other.occupied_m)


def _runs(hidden: NDArray[np.bool_], frame: StripFrame) -> list[int]:
    """Return the lengths, in columns, of hidden stretches long enough to hold a car's middle."""
    edges = np.flatnonzero(np.diff(hidden.astype(np.int8), prepend=0, append=0))
    lengths = (edges[1::2] - edges[::2]).tolist()
    return [columns for columns in lengths if columns * frame.step_m >= _LEAST_HIDDEN_M]


def _unseen(columns: int, step_m: float) -> Emission:
    return Emission(
        occupied=np.zeros(columns),
        boundary=np.zeros(columns + 1),
        types=np.zeros((columns, len(TYPE_ORDER))),
        cover=np.zeros(columns),
        visible=np.zeros(columns, np.bool_),
        step_m=step_m,
    )
