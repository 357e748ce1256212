"""From an image and a detector of another make to a scene's count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_calibration import BoxCalibration
from wayside.counting.boxes_count import BoxScene, BoxTrack, count_boxes
from wayside.model.observations import TrackCount
from wayside.model.strips import Strip
from wayside.pipeline.ports import CountedImage, CountTask, ImageFacts, PixelReader, Plane, Strips

__all__ = ["BoxCounter", "BoxSource", "FoundBoxes"]


class FoundBoxes(NamedTuple):
    """What a source of boxes found in one image.

    Attributes:
        boxes: in the plane of the strips, duplicates included.
        reasons: sentences on what limits them.
    """

    boxes: tuple[OrientedBox, ...]
    reasons: tuple[str, ...] = ()


class BoxSource(Protocol):
    """Finds boxes in an image, or knows them from elsewhere; must be picklable."""

    @property
    def model(self) -> str:
        """Name and digest of the detector, or of the file of boxes."""
        ...

    @property
    def calibration(self) -> BoxCalibration | None:
        """What its scores are worth; None where nobody has fitted that."""
        ...

    def find(self, task: CountTask, facts: ImageFacts, strips: Strips) -> FoundBoxes:
        """Return the boxes of one image in the plane of its strips."""
        ...


@dataclass(frozen=True, slots=True)
class BoxCounter:
    """Counts image files by a detector's boxes.

    Attributes:
        reader: says where the tracks lie in the image and what of them can be seen.
        source: gives the boxes.
        software: name and version of the program, kept in every count.
    """

    reader: PixelReader
    source: BoxSource
    software: str

    @property
    def model(self) -> str:
        """Name and digest of the detector, or of the file of boxes."""
        return self.source.model

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        """Count one image; its tracks are taken to lie right.

        Raises:
            ImageError: not an image, truncated, too large, no ground sample distance.
            TracksError: no track crosses it.
            InputError: the file of boxes cannot be used.
            ModelFileError: the detector is missing, damaged, or not what its card says.
        """
        facts = self.reader.describe(task.path, gsd_m=task.gsd_m, crs=task.crs)
        strips = self.reader.read_strips(task.path, task.tracks, facts=facts, shift=None)
        found = self.source.find(task, facts, strips)
        tracks = [BoxTrack(strip.track_id, strip.frame, _visible(strip)) for strip in strips.strips]
        outside = tuple(f"Track {track}: {why}." for track, why in strips.outside.items())
        scene = BoxScene(
            gsd_m=facts.gsd_m,
            model=self.model,
            software=self.software,
            reasons=(*outside, *_unlaid(task, strips), *found.reasons, *self._uncalibrated()),
        )
        result = count_boxes(found.boxes, tracks, scene, self.source.calibration)
        result = replace(result, tracks=tuple(_placed(track, strips.plane) for track in result.tracks))
        return CountedImage(result, strips.strips if keep_strips else ())

    def _uncalibrated(self) -> tuple[str, ...]:
        if self.source.calibration is not None:
            return ()
        return ("The detector has no calibration: its scores were taken for probabilities, with wide errors.",)


def _visible(strip: Strip) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    third = max(1, strip.frame.rows // 3)
    seen: np.ndarray[tuple[int], np.dtype[np.bool_]] = strip.valid[third : strip.frame.rows - third].mean(axis=0) > 0.5
    return seen


def _unlaid(task: CountTask, strips: Strips) -> Sequence[str]:
    laid = {strip.track_id for strip in strips.strips} | set(strips.outside)
    return [f"Track {track.id} could not be read." for track in task.tracks if track.id not in laid]


def _placed(track: TrackCount, plane: Plane) -> TrackCount:
    cars = tuple(
        replace(car, polygon=tuple((p.x, p.y) for p in plane.points(car.polygon))) if car.polygon else car
        for car in track.cars
    )
    return replace(track, cars=cars)
