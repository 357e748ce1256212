"""From an image and a detector of another make to a scene's count."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_calibration import BoxCalibration
from wayside.counting.boxes_count import BoxScene, BoxTrack, count_boxes
from wayside.pipeline.laying import placed, unread
from wayside.pipeline.ports import CountedImage, CountTask, ImageFacts, PixelReader, Strips
from wayside.pipeline.visibility import hidden_reasons

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
        strips = self.reader.read_strips(task.path, task.tracks, facts=facts, shift=None, known=task.circumstances)
        found = self.source.find(task, facts, strips)
        tracks = [BoxTrack(strip.track_id, strip.frame, strip.visible, strip.hidden) for strip in strips.strips]
        scene = BoxScene(
            gsd_m=max(facts.gsd_m, strips.effective_gsd_m),
            model=self.model,
            software=self.software,
            reasons=(
                *unread(strips, task.tracks),
                *hidden_reasons(strips.strips, said=strips.outside),
                *strips.notes,
                *found.reasons,
                *self._uncalibrated(),
            ),
        )
        result = count_boxes(found.boxes, tracks, scene, self.source.calibration)
        result = replace(result, tracks=tuple(placed(track, strips.plane) for track in result.tracks))
        return CountedImage(result, strips.strips if keep_strips else ())

    def _uncalibrated(self) -> tuple[str, ...]:
        if self.source.calibration is not None:
            return ()
        return ("The detector has no calibration: its scores were taken for probabilities, with wide errors.",)
