"""The writer of reports that the pipeline works with: pictures from the archive, then HTML and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.to_json import to_json
from wayside.imagery.info import describe_image
from wayside.imagery.views import Chip, read_chip, site_bounds
from wayside.model.cars import Car
from wayside.model.observations import Registration
from wayside.model.places import MapPoint, Track
from wayside.model.strips import Strip
from wayside.pipeline.files import write_bytes
from wayside.pipeline.ports import Catalogue
from wayside.report.pictures import CarMark, ReportPictures, ScenePicture, StripPicture, TrackLine
from wayside.report.render import render_html
from wayside.wiring.pixels import FilePixels, north_deg

__all__ = ["HtmlReports", "strip_rgb"]

_STRETCH = (1.0, 99.0)
_WITHHELD = 225


@dataclass(frozen=True, slots=True)
class HtmlReports:
    """Writes ``report.html`` and ``assessment.json`` into a folder.

    Attributes:
        folder: where they go.
        catalogue: where the scenes' images are.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
    """

    folder: Path
    catalogue: Catalogue
    owner_holds_rights: bool = False

    def write(self, assessment: Assessment) -> Mapping[str, Path]:
        """Write both files, each by rename.

        Raises:
            ImageError: an image of the archive is damaged.
            OutsideError: the disk refuses.
        """
        pictures = self._pictures(assessment)
        html = render_html(assessment, pictures, owner_holds_rights=self.owner_holds_rights)
        document = json.dumps(to_json(assessment), ensure_ascii=False, indent=1, allow_nan=False)
        files = {"report": self.folder / "report.html", "assessment": self.folder / "assessment.json"}
        write_bytes(files["assessment"], document.encode())
        write_bytes(files["report"], html.encode())
        return files

    def _pictures(self, assessment: Assessment) -> ReportPictures:
        tracks = assessment.site.tracks
        busiest = assessment.busiest
        return ReportPictures(
            newest=self._scene(assessment.newest, tracks),
            busiest=self._scene(busiest, tracks) if busiest is not None else None,
            strips=self._strips(assessment.newest, tracks),
        )

    def _scene(self, row: CountedScene, tracks: tuple[Track, ...]) -> ScenePicture:
        path = self.catalogue.path(row.scene)
        info = describe_image(path, gsd_m=row.scene.gsd_m)
        overview = self.catalogue.overview(row.scene)
        beneath = None if overview is None else (overview, describe_image(overview))
        chip = read_chip(path, info, site_bounds(tracks, gsd_m=row.scene.gsd_m), beneath=beneath)
        return ScenePicture(
            scene_id=row.scene.id,
            rgb=chip.rgb if self._may_show(row) else np.full_like(chip.rgb, _WITHHELD),
            metres_per_pixel=chip.gsd_m,
            cars=tuple(_mark(chip, car) for track in row.result.tracks for car in track.cars if car.polygon),
            tracks=tuple(_line(chip, track, row.result.registration) for track in tracks),
            north_deg=north_deg(chip.plane),
        )

    def _may_show(self, row: CountedScene) -> bool:
        """Tell whether a scene's pixels may go to the report; those that may not do not even come near it."""
        return row.scene.licence.may_be_shown(owner_holds_rights=self.owner_holds_rights)

    def _strips(self, row: CountedScene, tracks: tuple[Track, ...]) -> tuple[StripPicture, ...]:
        path = self.catalogue.path(row.scene)
        reader = FilePixels()
        facts = reader.describe(path, gsd_m=row.scene.gsd_m, crs=None)
        shift = row.result.registration if row.result.registration.registered else None
        read = {s.track_id: s for s in reader.read_strips(path, tracks, facts=facts, shift=shift).strips}
        pixels = strip_rgb if self._may_show(row) else _withheld
        return tuple(
            StripPicture(counted.track_id, pixels(strip), strip.frame.step_m, counted.cars)
            for counted in row.result.tracks
            if (strip := read.get(counted.track_id)) is not None and strip.valid.any()
        )


def _mark(chip: Chip, car: Car) -> CarMark:
    corners = chip.place([MapPoint(x, y) for x, y in car.polygon])
    return CarMark(tuple((float(x), float(y)) for x, y in corners), car.type, car.p)


def _line(chip: Chip, track: Track, registration: Registration) -> TrackLine:
    """Return a track as it was read: moved by the scene's registration."""
    shift = chip.plane.shift(registration) / (1.0, chip.plane.aspect) / chip.factor
    points = chip.place(list(track.centreline)) + shift
    return TrackLine(track.id, tuple((float(x), float(y)) for x, y in points))


def _withheld(strip: Strip) -> NDArray[np.uint8]:
    return np.full((*strip.valid.shape, 3), _WITHHELD, dtype=np.uint8)


def strip_rgb(strip: Strip) -> NDArray[np.uint8]:
    """Return a strip as a picture for the eye, shape (rows, columns, 3); light grey where nothing was seen."""
    rgb = _withheld(strip)
    if not strip.valid.any():
        return rgb
    low, high = np.percentile(strip.pixels[:, strip.valid], _STRETCH)
    bands = strip.pixels if strip.pixels.shape[0] == 3 else np.repeat(strip.pixels, 3, axis=0)
    scaled = np.clip((bands - low) / max(float(high - low), 1e-6), 0.0, 1.0) * 255.0
    rgb[strip.valid] = np.rint(scaled).astype(np.uint8).transpose(1, 2, 0)[strip.valid]
    return rgb
