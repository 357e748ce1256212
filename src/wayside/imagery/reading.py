"""Strips from an image file: only the corridors of the tracks are read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import END_COLUMNS, PixelWindow, frame_along, prolonged, sample_strip, without_ends
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image
from wayside.imagery.misplaced import why_outside
from wayside.imagery.plane import ImagePlane, plane_of, positions
from wayside.imagery.windows import Box, Pixels, averaged, read_box, reading_once
from wayside.model.checks import require
from wayside.model.observations import Registration
from wayside.model.places import Track
from wayside.model.polylines import length_of
from wayside.model.strips import Strip, StripFrame

__all__ = ["Level", "PixelReader", "StripBatch", "box_of", "level_for", "pieces_of"]

_CHUNK = 160
_MARGIN = 3
_FINEST_M = 0.25
"""Pixels are reduced as long as they stay at least this fine: half a strip's step, so nothing it can show is lost."""
_MOST_COLUMNS = 400_000


@dataclass(frozen=True, eq=False)
class StripBatch:
    """The strips of one scene.

    Attributes:
        strips: one per track that crosses the image, in the order of the tracks.
        outside: why each other track has none, by track id.
        plane: the plane of the strips' frames, and the way from it to the tracks' own coordinates.
        pixels_read: pixels asked of the file, overlapping windows counted once each.
    """

    strips: tuple[Strip, ...]
    plane: ImagePlane
    outside: Mapping[str, str] = field(default_factory=dict)
    pixels_read: int = 0

    def __post_init__(self) -> None:
        require(self.strips, "a batch has at least one strip")
        object.__setattr__(self, "outside", dict(self.outside))


class Level(NamedTuple):
    """What is read: an overview (None: full resolution), its size, its reduction, and the averaging that follows."""

    overview: int | None
    width: int
    height: int
    column_factor: float
    row_factor: float
    average: int


class _Plan(NamedTuple):
    """How a scene is read: its plane, the level, and the ground sample distance of what is read, metres."""

    plane: ImagePlane
    level: Level
    gsd_m: float


class _Piece(NamedTuple):
    """A stretch of a frame and the box of full-resolution pixels around it, as floats."""

    frame: StripFrame
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class PixelReader:
    """Reads strips; holds nothing between calls, so it may be shared by processes and threads."""

    def read_strips(
        self,
        path: Path,
        tracks: Sequence[Track],
        *,
        info: ImageInfo,
        shift: Registration | None = None,
        lines: Mapping[str, NDArray[np.float64]] | None = None,
    ) -> StripBatch:
        """Read the strip of every track that crosses the image.

        Args:
            path: the image file.
            tracks: one or more, all in one coordinate system.
            info: what ``describe_image`` said of the file.
            shift: how the scene was fitted to the site's reference; the tracks are moved by it.
            lines: corrected lines in the plane of an earlier batch of the same tracks, shape (n, 2), by track id; only
                these tracks are read, along these lines instead of their own. None reads all tracks as they lie.

        Raises:
            TracksError: no track crosses the image; says where they lie and what may be wrong with them.
            ImageError: the file is damaged.
            OutsideError: the disk refuses.
        """
        plane = plane_of(info, tracks)
        move = plane.shift(shift) if shift else np.zeros(2)
        level = level_for(info, plane)
        laid = {track.id: plane.from_positions(positions(track)) + move for track in tracks} if lines is None else lines
        pieces: dict[str, list[_Piece]] = {}
        outside: dict[str, str] = {}
        for name, line in laid.items():
            found, reason = pieces_of(plane, level, line)
            if reason:
                outside[name] = reason
            else:
                pieces[name] = found
        if not pieces:
            raise why_outside(path, info, plane, tracks, list(laid.values()))
        gsd = info.gsd_m * max(level.column_factor, level.row_factor) * level.average
        plan = _Plan(plane, level, gsd)
        boxes = [box_of(piece, level) for found in pieces.values() for piece in found]
        with open_image(path, level=level.overview) as dataset:
            # Of a format of which parts can be read, GDAL's cache keeps the blocks that neighbouring tracks share.
            window: Callable[[Box], Pixels] = partial(read_box, dataset, info)
            if not info.windowed:
                window = reading_once(window, boxes)
            strips = [_strip(name, found, plan, window) for name, found in pieces.items()]
        return StripBatch(tuple(strips), plane, outside, sum(math.prod(box.shape) for box in boxes))


def level_for(info: ImageInfo, plane: ImagePlane) -> Level:
    """Choose the coarsest reduction that keeps pixels of at most ``_FINEST_M``; average what no overview covers."""
    finest = plane.unit_m * min(1.0, plane.aspect)
    wanted = max(1, int(_FINEST_M / finest + 1e-6))
    usable = [] if info.palette else [(f, i) for i, f in enumerate(info.overviews) if f <= wanted]
    if not usable:
        return Level(None, info.width, info.height, 1.0, 1.0, 1 if info.palette else wanted)
    factor, index = max(usable)
    width, height = -(-info.width // factor), -(-info.height // factor)
    return Level(index, width, height, info.width / width, info.height / height, max(1, wanted // factor))


def pieces_of(plane: ImagePlane, level: Level, line: NDArray[np.float64]) -> tuple[list[_Piece], str]:
    """Cut a track's frame and what lies beyond its ends into short pieces; a reason where the track is not seen."""
    if not np.isfinite(line).all():
        return [], "it cannot be projected into the image's coordinate reference system"
    length = length_of(line) * plane.unit_m
    if length / 0.5 > _MOST_COLUMNS:
        return [], f"it is {length / 1000:,.0f} km long; tracks of up to {_MOST_COLUMNS * 0.0005:,.0f} km are read"
    frame = frame_along(line, unit_m=plane.unit_m, y_down=plane.y_down)
    if all(box_of(piece, level).empty for piece in _cut(frame, plane)):
        return [], "it lies outside the image"
    return _cut(prolonged(frame), plane), ""


def _cut(frame: StripFrame, plane: ImagePlane) -> list[_Piece]:
    reach = (frame.rows * frame.row_m / 2 + frame.step_m) / plane.unit_m
    pieces = []
    for start in range(0, frame.columns, _CHUNK):
        stop = start + _CHUNK
        part = replace(frame, centre=frame.centre[start:stop], normal=frame.normal[start:stop])
        edges = np.concatenate([part.centre + part.normal * reach, part.centre - part.normal * reach])
        edges = edges / (1.0, plane.aspect)
        pieces.append(_Piece(part, edges.min(axis=0), edges.max(axis=0)))
    return pieces


def box_of(piece: _Piece, level: Level) -> Box:
    """Return the pixels of the level that a piece needs, aligned to the averaging; empty where it is outside."""
    factors = np.array([level.column_factor, level.row_factor])
    k = level.average
    low = np.floor(np.clip(piece.low / factors, -1e9, 1e9) / k).astype(np.int64) * k - _MARGIN * k
    high = np.ceil(np.clip(piece.high / factors, -1e9, 1e9) / k).astype(np.int64) * k + _MARGIN * k
    # What is left over at the right and lower edge and fills no averaging square is let go.
    whole = Box(0, 0, max(level.width // k, 1) * k, max(level.height // k, 1) * k)
    touches = Box(*(np.array([*(low + _MARGIN * k), *(high - _MARGIN * k)]).tolist())).meet(whole)
    if touches.empty:
        return Box(0, 0, 0, 0)
    return Box(*np.array([*low, *high]).tolist()).meet(whole)


def _strip(name: str, pieces: Sequence[_Piece], plan: _Plan, window: Callable[[Box], Pixels]) -> Strip:
    parts = [_sampled(name, piece, plan, window) for piece in pieces]
    bands = max((part.pixels.shape[0] for part in parts if part is not None), default=1)
    blanks = [np.zeros((bands, p.frame.rows, p.frame.columns), np.float32) for p in pieces]
    pixels = np.concatenate([b if s is None else s.pixels for s, b in zip(parts, blanks, strict=True)], axis=2)
    valid = np.concatenate([b[0] > 0 if s is None else s.valid for s, b in zip(parts, blanks, strict=True)], axis=1)
    centre = np.concatenate([p.frame.centre for p in pieces])
    normal = np.concatenate([p.frame.normal for p in pieces])
    whole = Strip(name, pixels, valid, replace(pieces[0].frame, centre=centre, normal=normal), gsd_m=plan.gsd_m)
    core = slice(END_COLUMNS, whole.frame.columns - END_COLUMNS)
    return without_ends(whole, replace(whole.frame, centre=centre[core], normal=normal[core]))


def _sampled(name: str, piece: _Piece, plan: _Plan, window: Callable[[Box], Pixels]) -> Strip | None:
    level, aspect = plan.level, plan.plane.aspect
    box = box_of(piece, level)
    if box.empty:
        return None
    pixels = averaged(window(box), level.average)
    placed = PixelWindow(
        pixels.values,
        pixels.valid,
        column0=box.left * level.column_factor,
        row0=box.top * level.row_factor * aspect,
        column_step=level.column_factor * level.average,
        row_step=level.row_factor * level.average * aspect,
    )
    return sample_strip(name, placed, piece.frame, plan.gsd_m)
