"""The reader of pixels that the pipeline works with, made of the imagery room's functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import frame_along
from wayside.errors import ImageError, InputError
from wayside.imagery import (
    ImageInfo,
    ImagePlane,
    PixelReader,
    SiteBounds,
    StripBatch,
    describe_image,
    overview_cell,
    positions,
    read_overview,
    register,
    site_bounds,
)
from wayside.imagery.visibility import Image, read_mask_strips, screen
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, Track
from wayside.model.polylines import length_of
from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction
from wayside.pipeline.ports import Circumstances, ImageFacts

__all__ = ["FilePixels", "SceneStrips", "area_of", "north_deg"]

_LONGEST_M = 50_000.0
_AROUND_M = 150.0


@dataclass(frozen=True, eq=False)
class SceneStrips:
    """A strip for every track, blank where the image does not show it, so that it counts as hidden and not as empty.

    Attributes:
        strips: in the order of the tracks; what is hidden is marked with its reason.
        outside: why a track cannot be seen, by track id.
        plane: the plane of the strips' frames.
        effective_gsd_m: the resolution that the image really has, metres.
        notes: sentences on what else limits the scene.
    """

    strips: tuple[Strip, ...]
    outside: Mapping[str, str]
    plane: ImagePlane
    effective_gsd_m: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePixels:
    """Reads image files; holds nothing, so that processes may share it."""

    def describe(self, path: Path, *, gsd_m: float | None, crs: str | None) -> ImageInfo:
        """Return what the header says (raises as ``describe_image``)."""
        return describe_image(path, gsd_m=gsd_m, crs=crs)

    def register(
        self,
        path: Path,
        reference: Path,
        tracks: Sequence[Track],
        *,
        gsd_m: float | None,
        reference_gsd_m: float | None,
    ) -> Registration:
        """Fit an image to the reference over the site's area, on a grid as coarse as the coarser of the two."""
        tracks = tuple(tracks)
        info = describe_image(path, gsd_m=gsd_m)
        try:
            coarse_m = describe_image(reference, gsd_m=reference_gsd_m).gsd_m
            bounds = site_bounds(tracks, gsd_m=coarse_m)
            cell_m = overview_cell(bounds, max(info.gsd_m, coarse_m), gsd_m=coarse_m)
            fixed = _reference_overview(reference, coarse_m, bounds, cell_m)
        except InputError:
            # A reference that cannot be read fails by itself, as a scene; the others are counted where they lie.
            return Registration(registered=False)
        moving = read_overview(path, info, bounds, cell_m)
        if fixed.shape != moving.shape:
            # Images without a map and of different scales do not share a grid: there is nothing to fit.
            return Registration(registered=False)
        return register(fixed, moving, cell_m)

    def read_strips(
        self,
        path: Path,
        tracks: Sequence[Track],
        *,
        facts: ImageFacts,
        shift: Registration | None,
        lines: Mapping[str, NDArray[np.float64]] | None = None,
        known: Circumstances | None = None,
    ) -> SceneStrips:
        """Read every track's corridor, or only ``lines`` (see, and raises as, ``PixelReader.read_strips``).

        A provider's mask that cannot be used is left aside, and a note says so: the image shows cloud too.
        """
        info = facts if isinstance(facts, ImageInfo) else describe_image(path, gsd_m=facts.gsd_m)
        batch = PixelReader().read_strips(path, tracks, info=info, shift=shift, lines=lines)
        known = known or Circumstances()
        masks, unused = _masks(batch, info, known)
        screened = screen(batch.strips, _image(batch.plane, info, known), masks)
        read = {strip.track_id: strip for strip in screened.strips}
        notes = (*unused, *screened.notes)
        if lines is not None:
            return SceneStrips(screened.strips, batch.outside, batch.plane, screened.effective_gsd_m, notes)
        hidden = {t.id: _blank(t, batch.plane, info.gsd_m) for t in tracks if t.id not in read}
        found = [read.get(track.id) or hidden.get(track.id) for track in tracks]
        strips = tuple(s for s in found if s is not None)
        return SceneStrips(strips, batch.outside, batch.plane, screened.effective_gsd_m, notes)


def _image(plane: ImagePlane, info: ImageInfo, known: Circumstances) -> Image:
    return Image(
        width=info.width,
        height=info.height,
        aspect=plane.aspect,
        gsd_m=info.gsd_m,
        full_scale=255.0 if info.dtype == "uint8" else None,
        sun_elevation_deg=known.sun_elevation_deg,
    )


def _masks(
    batch: StripBatch, info: ImageInfo, known: Circumstances
) -> tuple[dict[str, NDArray[np.uint8]] | None, tuple[str, ...]]:
    """Return what the provider's mask says of each strip, and a sentence where it cannot be used."""
    if known.mask is None or known.mask_kind is None:
        return None, ()
    frames = {strip.track_id: strip.frame for strip in batch.strips}
    try:
        return read_mask_strips(known.mask, known.mask_kind, frames, batch.plane, (info.width, info.height)), ()
    except ImageError as error:
        return None, (f"The provider's mask could not be used ({error.what}): cloud was judged from the image alone.",)


def area_of(tracks: Sequence[Track]) -> SiteBounds | None:
    """Return the area around a site of which images are kept; None for image coordinates."""
    if tracks[0].system is not CoordinateSystem.LONLAT:
        return None
    return site_bounds(tracks, margin_m=_AROUND_M)


@lru_cache(maxsize=2)
def _reference_overview(path: Path, gsd_m: float, bounds: SiteBounds, cell_m: float) -> NDArray[np.float32]:
    """Read the reference's grid; kept, as a run fits every scene to the same one."""
    grid = read_overview(path, describe_image(path, gsd_m=gsd_m), bounds, cell_m)
    grid.setflags(write=False)
    return grid


def _blank(track: Track, plane: ImagePlane, gsd_m: float) -> Strip | None:
    """Return a strip without a usable pixel; None where the track cannot be laid in this plane."""
    line = plane.from_positions(positions(track))
    if not np.isfinite(line).all():
        return None
    length = length_of(line) * plane.unit_m
    if not 0 < length <= _LONGEST_M:
        return None
    frame = frame_along(line, unit_m=plane.unit_m, y_down=plane.y_down)
    shape = (frame.rows, frame.columns)
    blank = Strip(track.id, np.zeros((1, *shape), np.float32), np.zeros(shape, np.bool_), frame, gsd_m=gsd_m)
    return blank.hide(np.ones(frame.columns, np.bool_), Obstruction.OUTSIDE)


def north_deg(plane: ImagePlane) -> float | None:
    """Return where north is, clockwise from the top of the image, degrees; None without a map."""
    if plane.crs is None:
        return None
    x, y = plane.per_metre @ np.array([0.0, 1.0])
    return math.degrees(math.atan2(x, -y))
