"""The pictures of a report, read from the images of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.imagery import Chip, ImagePlane, describe_image, read_chip, site_bounds
from wayside.model.acquisitions import MaskKind
from wayside.model.cars import Car
from wayside.model.observations import Registration
from wayside.model.places import MapPoint, Track
from wayside.model.strips import Strip
from wayside.model.visibility import Hidden, Obstruction, code_of, obstruction_of
from wayside.pipeline.ports import Catalogue, Circumstances
from wayside.report.contents.consists import SHOWN_MATCHES
from wayside.report.figures.pictures import (
    CarMark,
    HiddenLine,
    HiddenStretch,
    ReportPictures,
    ScenePicture,
    SceneStrip,
    StripPicture,
    TrackLine,
    ZoneLine,
)
from wayside.wiring.pixels import FilePixels, SceneStrips, north_deg
from wayside.wiring.zones import zone_line, zone_pictures

__all__ = ["ArchivePictures", "hidden_stretches", "strip_rgb"]

_STRETCH = (1.0, 99.0)
_WITHHELD = 225
_BEND_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class ArchivePictures:
    """Reads what a report shows of a site's scenes.

    Attributes:
        catalogue: where the scenes' images are.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
    """

    catalogue: Catalogue
    owner_holds_rights: bool = False

    def of(self, assessment: Assessment) -> ReportPictures:
        """Return the pictures of a report; none where the newest count is a published one.

        Raises:
            ImageError: an image of the archive is damaged.
            OutsideError: the disk refuses.
        """
        newest, busiest = assessment.newest, assessment.busiest
        if not isinstance(newest, CountedScene):
            return ReportPictures()
        tracks, rows = assessment.site.tracks, [row for row in assessment.rows if isinstance(row, CountedScene)]
        strips = self._read(newest, tracks)
        zones = zone_pictures(
            self.catalogue, assessment.site.zones, assessment.zones, rows, owner_holds_rights=self.owner_holds_rights
        )
        return ReportPictures(
            newest=self._scene(assessment, newest, strips),
            busiest=self._scene(assessment, busiest, self._read(busiest, tracks))
            if isinstance(busiest, CountedScene)
            else None,
            strips=self._strips(newest, strips),
            zones=tuple(zones.values()),
            trains=tuple(self._trains(assessment, rows)),
        )

    def _trains(self, assessment: Assessment, rows: list[CountedScene]) -> Iterator[SceneStrip]:
        """Yield the tracks on which the trains stand that are shown; those of linked sites have no picture here."""
        by_id, tracks = {row.id: row for row in rows}, {track.id: track for track in assessment.site.tracks}
        places = [
            (train.scene_id, train.track_id)
            for match in assessment.matches[:SHOWN_MATCHES]
            for train in (match.first, match.second)
            if train.site_id == assessment.site.id
        ]
        for scene_id, track_id in dict.fromkeys(places):
            row, track = by_id.get(scene_id), tracks.get(track_id)
            if row is not None and track is not None:
                read = self._read(row, (track,))
                yield from (SceneStrip(scene_id, picture) for picture in self._strips(row, read))

    def _read(self, row: CountedScene, tracks: tuple[Track, ...]) -> SceneStrips:
        """Read a scene's strips as they were read for its count, what hides them included."""
        path, reader = self.catalogue.path(row.scene), FilePixels()
        facts = reader.describe(path, gsd_m=row.scene.gsd_m, crs=None)
        shift = row.result.registration if row.result.registration.registered else None
        return reader.read_strips(path, tracks, facts=facts, shift=shift, known=self._known(row))

    def _known(self, row: CountedScene) -> Circumstances:
        mask = self.catalogue.mask(row.scene)
        kind = MaskKind(row.scene.files.mask_kind) if mask is not None else None
        return Circumstances(mask, kind, row.scene.sun_elevation_deg)

    def _scene(self, assessment: Assessment, row: CountedScene, strips: SceneStrips) -> ScenePicture:
        tracks = assessment.site.tracks
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
            hidden=tuple(line for strip in strips.strips for line in _hidden_lines(chip, strip, strips.plane)),
            zones=tuple(_zones(chip, assessment, row)),
        )

    def _may_show(self, row: CountedScene) -> bool:
        """Tell whether a scene's pixels may go to the report; those that may not do not even come near it."""
        return row.scene.licence.may_be_shown(owner_holds_rights=self.owner_holds_rights)

    def _strips(self, row: CountedScene, strips: SceneStrips) -> tuple[StripPicture, ...]:
        read = {strip.track_id: strip for strip in strips.strips}
        pixels = strip_rgb if self._may_show(row) else _withheld
        return tuple(
            StripPicture(counted.track_id, pixels(strip), strip.frame.step_m, counted.cars, hidden_stretches(strip))
            for counted in row.result.tracks
            if (strip := read.get(counted.track_id)) is not None
        )


def _zones(chip: Chip, assessment: Assessment, row: CountedScene) -> Iterator[ZoneLine]:
    """Yield the zones that lie wholly in a chip, with what was found in them in its scene."""
    high, wide = chip.rgb.shape[:2]
    found = {look.zone_id: look.outlines for one in assessment.zones for look in one.looks if look.scene_id == row.id}
    for zone in assessment.site.zones:
        drawn = zone_line(chip, zone, row, found.get(zone.id, ()))
        if all(0 <= x <= wide and 0 <= y <= high for x, y in drawn.ring):
            yield drawn


def hidden_stretches(strip: Strip) -> tuple[HiddenStretch, ...]:
    """Return the stretches of a strip that cannot be read, each with what hides it; without a reason it has no data."""
    hidden = strip.hidden or Hidden.none(strip.frame.columns)
    named = np.where(hidden.codes > 0, hidden.codes, code_of(Obstruction.NODATA)).astype(np.int64)
    # One number for each kind of column, 0 for those that can be read, so that a change of number ends a stretch.
    kinds = np.where(strip.visible, 0, 2 * named + hidden.provided)
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(kinds)]
    step = strip.frame.step_m
    return tuple(
        HiddenStretch(first * step, last * step, obstruction_of(kind // 2), provided=bool(kind % 2))
        for first, last in pairwise(edges)
        if (kind := int(kinds[first]))
    )


def _hidden_lines(chip: Chip, strip: Strip, plane: ImagePlane) -> Iterator[HiddenLine]:
    """Yield the hidden stretches of a strip in the chip's pixels; the strip was moved by the registration already."""
    pixels = strip.frame.centre / (1.0, plane.aspect)
    places = (pixels - (chip.left, chip.top)) / chip.factor
    for stretch in hidden_stretches(strip):
        first, last = (round(metres / strip.frame.step_m) for metres in (stretch.start_m, stretch.end_m))
        # Every twentieth column bends as the track does; the last one ends the stretch.
        columns = np.unique([*range(first, last, _BEND_COLUMNS), last - 1, min(last, len(places) - 1)])
        if len(columns) > 1:
            yield HiddenLine(tuple((float(x), float(y)) for x, y in places[columns]), stretch.by)


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
