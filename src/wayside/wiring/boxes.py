"""Detectors of another make: boxes from a file, or from a model that reads tiles along the tracks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside._version import __version__
from wayside.counting.box_model import BoxModel, ModelCard, Tile, load_box_model, plan_tiles
from wayside.counting.boxes import OrientedBox, box_around
from wayside.counting.boxes_calibration import BoxCalibration, read_calibration
from wayside.counting.boxes_geojson import BoxFile, Outline, read_boxes
from wayside.errors import InputError, ValueRefusedError
from wayside.imagery import ImageInfo, ImagePlane, describe_image, plane_of
from wayside.imagery.gdal import open_image
from wayside.imagery.windows import Box, Pixels, averaged, read_box, reading_once
from wayside.model.places import CoordinateSystem
from wayside.model.strips import Strip
from wayside.pipeline.box_counter import BoxCounter, BoxSource, FoundBoxes
from wayside.pipeline.files import read_bytes, read_text
from wayside.pipeline.ports import CountTask, ImageFacts, Strips
from wayside.wiring.pixels import FilePixels

__all__ = ["BoxFileSource", "DetectorSource", "box_counter"]

_LARGEST_FILE = 200_000_000
_GREY = 114.0
"""What detectors are usually shown beyond the edge of an image."""
_STRETCH = (2.0, 98.0)
_MARGIN = 2


def box_counter(
    *, boxes: Path | None = None, detector: Path | None = None, calibration: Path | None = None, threads: int = 1
) -> BoxCounter:
    """Return what counts an image by the boxes of a detector of another make.

    Args:
        boxes: a GeoJSON of boxes; exactly one of this and ``detector`` is given.
        detector: an ONNX model with its card beside it.
        calibration: what the detector's scores are worth; None for the model's own, else for wide defaults.
        threads: how many threads the model may use.

    Raises:
        InputError: both are given, or none; a file cannot be used.
        ModelFileError: the model or its card cannot be used.
    """
    if (boxes is None) == (detector is None):
        raise InputError("boxes come from a file or from a detector", todo="Give one of --boxes and --detector")
    known = None
    if calibration is not None:
        known = read_calibration(read_text(calibration, InputError), where=str(calibration))
    source: BoxSource
    if boxes is not None:
        _box_file(boxes)  # a bad file is told before the image is read
        source = BoxFileSource(boxes, known)
    elif detector is not None:
        source = DetectorSource(detector, known or _model(detector, threads).card.calibration, threads)
    return BoxCounter(FilePixels(), source, f"wayside {__version__}")


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when a file does; zeros where it is not there, which its reader will tell."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _box_file(path: Path) -> tuple[BoxFile, str]:
    """Return the boxes of a file, and its digest."""
    return _read_box_file(path, _stamp(path))


@lru_cache(maxsize=2)
def _read_box_file(path: Path, _: tuple[int, int]) -> tuple[BoxFile, str]:
    data = read_bytes(path, InputError, limit=_LARGEST_FILE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", where=str(path), todo="Save it as UTF-8") from error
    return read_boxes(text, str(path)), hashlib.sha256(data).hexdigest()


def _model(path: Path, threads: int) -> BoxModel:
    """Return a model; loaded once in every process, and again where its files have changed."""
    return _load_model(path, threads, (*_stamp(path), *_stamp(path.with_suffix(".json"))))


@lru_cache(maxsize=2)
def _load_model(path: Path, threads: int, _: tuple[int, ...]) -> BoxModel:
    return load_box_model(path, threads=threads)


def _plane(task: CountTask, facts: ImageFacts) -> tuple[ImageInfo, ImagePlane]:
    """Return the image and the plane in which its strips are laid."""
    info = facts if isinstance(facts, ImageInfo) else describe_image(task.path, gsd_m=facts.gsd_m, crs=task.crs)
    return info, plane_of(info, task.tracks)


# ---------------------------------------------------------------------------- from a file
@dataclass(frozen=True, slots=True)
class BoxFileSource:
    """Boxes that are known from elsewhere.

    Attributes:
        path: a GeoJSON of boxes.
        calibration: what their scores are worth; None where nobody has fitted that.
    """

    path: Path
    calibration: BoxCalibration | None = None

    @property
    def model(self) -> str:
        """Name and digest of the file."""
        return f"boxes {self.path.name} sha256:{_box_file(self.path)[1]}"

    def find(self, task: CountTask, facts: ImageFacts, strips: Strips) -> FoundBoxes:  # noqa: ARG002  the port's shape
        """Return the file's boxes in the plane of the strips.

        Raises:
            InputError: they are in longitude and latitude and the image has no map.
        """
        file, _ = _box_file(self.path)
        info, plane = _plane(task, facts)
        if file.system is CoordinateSystem.LONLAT and not info.has_map:
            raise InputError(
                "the boxes are in longitude and latitude but the image has no map",
                where=str(self.path),
                todo='Give boxes with "coordinates": "pixel"',
            )
        plane = replace(plane, system=file.system, crs=info.crs, transform=info.transform)
        placed = [_placed(outline, plane) for outline in file.outlines]
        boxes = tuple(box for box in placed if box is not None)
        reasons = []
        if len(boxes) < len(placed):
            reasons.append(f"{len(placed) - len(boxes)} boxes could not be placed in the image.")
        if file.unscored:
            reasons.append(f"{file.unscored} boxes carry no score and were taken for certain.")
        return FoundBoxes(boxes, tuple(reasons))


def _placed(outline: Outline, plane: ImagePlane) -> OrientedBox | None:
    points = plane.from_positions(np.array(outline.points, dtype=np.float64))
    try:
        return box_around(points, unit_m=plane.unit_m, score=outline.score, label=outline.label)
    except ValueRefusedError:
        # Not finite (outside the CRS), or as long as no train is.
        return None


# ---------------------------------------------------------------------------- from a model
@dataclass(frozen=True, slots=True)
class DetectorSource:
    """Boxes from an ONNX model; holds its name alone, so that it can be sent to another process.

    Attributes:
        path: the ONNX file; its card lies beside it.
        calibration: what its scores are worth; None where nobody has fitted that.
        threads: how many threads it may use.
    """

    path: Path
    calibration: BoxCalibration | None = None
    threads: int = 1

    @property
    def model(self) -> str:
        """Name and digest of the model."""
        return _model(self.path, self.threads).name

    def find(self, task: CountTask, facts: ImageFacts, strips: Strips) -> FoundBoxes:
        """Run the model on tiles along the tracks.

        Raises:
            ModelFileError: the model fails, or is not what its card says.
            ImageError, OutsideError: the image cannot be read.
        """
        model = _model(self.path, self.threads)
        info, plane = _plane(task, facts)
        tiles = plan_tiles([strip.frame for strip in strips.strips], model.card)
        tone = _tone(info, strips.strips)
        boxes: list[OrientedBox] = []
        with open_image(task.path) as dataset:
            read: Callable[[Box], Pixels] = partial(read_box, dataset, info)
            if not info.windowed:
                read = reading_once(read, [_box_of(tile, info, plane, 64) for tile in tiles])
            reader = _TileReader(read, info, plane, model.card, tone)
            for tile in tiles:
                pixels = reader.pixels(tile)
                if pixels is not None:
                    boxes += model.boxes(pixels, tile, plane.unit_m)
        reasons: tuple[str, ...] = ()
        if info.gsd_m > 1.5 * model.card.gsd_m:
            reasons = (
                f"The detector was made for {model.card.gsd_m:g} m per pixel; the image has {info.gsd_m:.2g} m.",
            )
        return FoundBoxes(tuple(boxes), reasons)


def _tone(info: ImageInfo, strips: Sequence[Strip]) -> tuple[float, float]:
    """Return the digital numbers that become 0 and 255: as they are for 8 bits, else the corridor's percentiles."""
    chosen = [strip.pixels[:, strip.valid].ravel() for strip in strips if strip.valid.any()]
    if info.dtype == "uint8" or not chosen:
        return 0.0, 255.0
    low, high = np.percentile(np.concatenate(chosen), _STRETCH).tolist()
    return low, max(high, low + 1e-6)


def _box_of(tile: Tile, info: ImageInfo, plane: ImagePlane, margin: int) -> Box:
    low, high = tile.y / plane.aspect, (tile.y + tile.high) / plane.aspect
    left, top = int(np.floor(tile.x)) - margin, int(np.floor(low)) - margin
    right, bottom = int(np.ceil(tile.x + tile.wide)) + margin, int(np.ceil(high)) + margin
    return Box(left, top, right, bottom).meet(Box(0, 0, info.width, info.height))


class _TileReader:
    """Reads tiles at a model's GSD: averaged where the image is finer, interpolated in between."""

    def __init__(
        self,
        read: Callable[[Box], Pixels],
        info: ImageInfo,
        plane: ImagePlane,
        card: ModelCard,
        tone: tuple[float, float],
    ) -> None:
        self._read = read
        self._info = info
        self._plane = plane
        self._card = card
        self._low, self._gain = tone[0], 255.0 / (tone[1] - tone[0])

    def pixels(self, tile: Tile) -> NDArray[np.float32] | None:
        """Return a tile, shape (1 or 3, height, width), 0 to 255; None where the image shows nothing of it."""
        step = np.array([tile.wide / self._card.width, tile.high / self._plane.aspect / self._card.height])
        shrink = max(1, int(step.min() + 1e-6))
        box = _box_of(tile, self._info, self._plane, min(_MARGIN * shrink, 64))
        # What is left over at the right and lower edge and fills no averaging square is let go.
        wide, high = (box.right - box.left) // shrink * shrink, (box.bottom - box.top) // shrink * shrink
        if wide <= 0 or high <= 0:
            return None
        box = Box(box.left, box.top, box.left + wide, box.top + high)
        read = averaged(self._read(box), shrink)
        if not read.valid.any():
            return None
        column = (tile.x + (np.arange(self._card.width) + 0.5) * step[0] - box.left) / shrink - 0.5
        row = (tile.y / self._plane.aspect + (np.arange(self._card.height) + 0.5) * step[1] - box.top) / shrink - 0.5
        share = _bilinear(read.valid.astype(np.float32)[None], row, column)
        shown = np.where(read.valid, read.values, 0).astype(np.float32)
        scaled = (_bilinear(shown, row, column) / np.maximum(share, 1e-6) - self._low) * self._gain
        return np.where(share > 0.5, np.clip(scaled, 0.0, 255.0), np.float32(_GREY)).astype(np.float32)


def _bilinear(
    values: NDArray[np.float32], row: NDArray[np.float64], column: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Interpolate on a grid of rows and columns, first along one, then along the other; 0 beyond the outer pixels."""
    for axis, at in ((1, row), (2, column)):
        size = values.shape[axis]
        low = np.clip(np.floor(at).astype(np.intp), 0, size - 1)
        high = np.minimum(low + 1, size - 1)
        share = np.clip(at - low, 0.0, 1.0).astype(np.float32)
        inside = ((at >= -0.5) & (at <= size - 0.5)).astype(np.float32)
        shape = (1, -1, 1) if axis == 1 else (1, 1, -1)
        near, far = ((1 - share) * inside).reshape(shape), (share * inside).reshape(shape)
        values = values.take(low, axis=axis) * near + values.take(high, axis=axis) * far
    return values
