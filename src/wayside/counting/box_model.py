"""An oriented-box model of another make: its card, its tiles, its output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_calibration import BoxCalibration, calibration_from_json
from wayside.errors import InputError, ModelFileError, ValueRefusedError
from wayside.model.checks import require, require_finite, require_probability
from wayside.model.strips import StripFrame

__all__ = ["BoxModel", "ModelCard", "Tile", "decode_output", "load_box_model", "plan_tiles", "read_card"]

Array = NDArray[np.float64]

COLUMNS = ("x", "y", "w", "h", "angle", "score", "class")
_LAYOUTS = ("ultralytics-obb", "table")
_CHANNELS = ("rgb", "bgr", "grey")
_TODO = "docs/detectors.md shows the form of a model's card"
_MOST_TILES = 20_000


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the file beside a model says of it; ``MODEL.json`` beside ``MODEL.onnx``.

    Attributes:
        gsd_m: ground sample distance that it was trained at, metres, 0.05 to 10; images are brought to it.
        width: columns of its input, 32 to 8192.
        height: rows of its input.
        classes: names of its classes, in order; may be empty.
        railcars: which of them are railcars; all where empty.
        layout: "ultralytics-obb" (1, 4 + classes + 1, anchors: x, y, w, h, class scores, angle), or "table"
            (1, n, columns) with the columns of ``columns``.
        columns: names of a table's columns: x, y, w, h, angle, score, class, each once.
        channels: order of the input's channels, "rgb", "bgr", or "grey" for one.
        scale: pixels from 0 to 255 are multiplied by it.
        mean: taken from each channel after that; one number, or one per channel.
        deviation: each channel is divided by it after that.
        degrees: True where angles are in degrees; else radians.
        least_score: boxes with a lower score are dropped, 0 to 1.
        overlap: share of a tile that it shares with the next, 0 to 0.8; should be longer than a car.
        calibration: the detector's own; None where nobody fitted one.
    """

    gsd_m: float
    width: int
    height: int
    classes: tuple[str, ...] = ()
    railcars: tuple[str, ...] = ()
    layout: str = "ultralytics-obb"
    columns: tuple[str, ...] = COLUMNS
    channels: str = "rgb"
    scale: float = 1.0 / 255.0
    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (1.0,)
    degrees: bool = False
    least_score: float = 0.05
    overlap: float = 0.25
    calibration: BoxCalibration | None = None

    def __post_init__(self) -> None:
        require_finite("gsd_m", self.gsd_m, low=0.05, high=10.0)
        for name in ("width", "height"):
            require_finite(name, getattr(self, name), low=32, high=8192)
        require(self.layout in _LAYOUTS, f"layout is one of {', '.join(_LAYOUTS)}, not {self.layout[:40]!r}")
        require(self.channels in _CHANNELS, f"channels is one of {', '.join(_CHANNELS)}, not {self.channels[:40]!r}")
        require(sorted(self.columns) == sorted(COLUMNS), f"columns are {', '.join(COLUMNS)}, each once, in any order")
        require_finite("scale", self.scale, low=1e-9, high=1e3)
        for name in ("mean", "deviation"):
            values = getattr(self, name)
            require(len(values) in (1, self.bands), f"{name} has one number, or one per channel")
            for value in values:
                require_finite(name, value, low=1e-9 if name == "deviation" else -1e6, high=1e6)
        strange = sorted(set(self.railcars) - set(self.classes))
        require(not strange, f"railcars names a class that is not among classes: {', '.join(strange)[:80]}")
        require_probability("least_score", self.least_score)
        require_finite("overlap", self.overlap, low=0.0, high=0.8)

    @property
    def bands(self) -> int:
        """Channels of the input."""
        return 1 if self.channels == "grey" else 3

    def is_railcar(self, index: int) -> bool:
        """Return whether a class is among those that are counted."""
        return not self.railcars or self.name(index) in self.railcars

    def name(self, index: int) -> str:
        """Return a class's name; empty where the card does not name it."""
        return self.classes[index] if 0 <= index < len(self.classes) else ""


def read_card(text: str, *, where: str) -> ModelCard:
    """Read a model's card.

    Raises:
        ModelFileError: whatever is wrong with it.
    """
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ModelFileError("the model's card is not JSON", where=where, todo=_TODO) from error
    if not isinstance(document, Mapping):
        _refuse("it is not a JSON object", where)
    unknown = sorted({str(name) for name in document} - {*_MEMBERS, "input", "calibration", "note"})
    if unknown:
        _refuse(f"the member {unknown[0][:40]!r} is not known", where)
    try:
        given: dict[str, Any] = {
            name: _MEMBERS[name](value, name) for name, value in document.items() if name in _MEMBERS
        }
        if document.get("calibration") is not None:
            given["calibration"] = calibration_from_json(document["calibration"], where=where)
        given |= _input_size(document)
        return ModelCard(**given)
    except InputError as error:
        _refuse(error.what, where)
    except TypeError:
        _refuse("it needs gsd_m and input (the side of the input, or [width, height])", where)


def _refuse(what: str, where: str) -> NoReturn:
    raise ModelFileError(f"the model's card cannot be used: {what}", where=where, todo=_TODO)


def _input_size(document: Mapping[str, Any]) -> dict[str, int]:
    if "input" not in document:
        return {}
    given = document["input"]
    sides = given if isinstance(given, list) else [given, given]
    require(len(sides) == 2, "input is the side of the input, or [width, height]")
    width, height = (int(_real(side, "input")) for side in sides)
    return {"width": width, "height": height}


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueRefusedError(f"{name} is not a text")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueRefusedError(f"{name} is not a list of texts")
    return tuple(_text(one, name) for one in value)


def _yes_or_no(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise ValueRefusedError(f"{name} is neither true nor false")
    return value


def _real(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e12:
        raise ValueRefusedError(f"{name} is not a usable number")
    return float(value)


def _reals(value: object, name: str) -> tuple[float, ...]:
    return tuple(_real(one, name) for one in (value if isinstance(value, list) else [value]))


_MEMBERS: Mapping[str, Callable[[object, str], Any]] = {
    "gsd_m": _real,
    "classes": _texts,
    "railcars": _texts,
    "layout": _text,
    "columns": _texts,
    "channels": _text,
    "scale": _real,
    "mean": _reals,
    "deviation": _reals,
    "degrees": _yes_or_no,
    "least_score": _real,
    "overlap": _real,
}


# ---------------------------------------------------------------------------- tiles
class Tile(NamedTuple):
    """Where a tile lies in the plane of the tracks.

    Attributes:
        x: least x, units of the plane.
        y: least y.
        wide: extent in x.
        high: extent in y.
    """

    x: float
    y: float
    wide: float
    high: float


def plan_tiles(frames: Sequence[StripFrame], card: ModelCard) -> tuple[Tile, ...]:
    """Lay tiles over the tracks' corridors alone.

    The tiles are those of a grid with the card's overlap. Every place on a track lies in the inner part of at least
    one of them, half an overlap away from its edge, so that a car cut by one tile is whole in another.

    Args:
        frames: of all tracks, in one plane.
        card: the model's.

    Raises:
        InputError: it would take more than 20,000 tiles.
    """
    if not frames:
        return ()
    unit = card.gsd_m / frames[0].unit_m
    size = np.array([card.width, card.height]) * unit
    stride = size * (1.0 - card.overlap)
    centres = np.concatenate([frame.centre for frame in frames])
    low = centres.min(axis=0)
    cells = np.unique(np.floor((centres - low) / stride).astype(np.int64), axis=0)
    if len(cells) > _MOST_TILES:
        raise InputError(
            f"the tracks would take {len(cells):,} tiles; up to {_MOST_TILES:,} are read",
            todo="Give fewer tracks, or a model of coarser GSD",
        )
    corners = low + cells * stride - (size - stride) / 2
    return tuple(Tile(float(x), float(y), float(size[0]), float(size[1])) for x, y in corners)


# ---------------------------------------------------------------------------- output
def decode_output(output: NDArray[Any], card: ModelCard) -> Array:
    """Bring a model's output into one form.

    Args:
        output: as the card's layout says, with or without the leading 1.
        card: the model's.

    Returns:
        Shape (n, 7): x, y, w, h in pixels of the tile, angle in radians, score, class; scores of ``least_score`` or
        more, railcars alone.

    Raises:
        ModelFileError: the output has not the shape that the layout promises.
    """
    rows = np.asarray(output, dtype=np.float64)
    rows = rows[0] if rows.ndim == 3 and rows.shape[0] == 1 else rows
    if card.layout == "ultralytics-obb":
        least = max(6, 5 + len(card.classes))
        if rows.ndim != 2 or rows.shape[0] < least or (card.classes and rows.shape[0] != least):
            _refuse(f"its output has shape {output.shape}, not (1, 5 + classes, anchors)", "the model")
        rows = rows.T
        scores = rows[:, 4:-1]
        best = np.argmax(scores, axis=1)
        table = np.column_stack([rows[:, :4], rows[:, -1], scores.max(axis=1), best])
    else:
        if rows.ndim != 2 or rows.shape[1] != len(COLUMNS):
            _refuse(f"its output has shape {output.shape}, not (1, n, {len(COLUMNS)})", "the model")
        table = rows[:, [card.columns.index(name) for name in COLUMNS]]
    sound = np.isfinite(table).all(axis=1) & (table[:, 2:4] > 0).all(axis=1)
    table = table[sound & (table[:, 5] >= max(card.least_score, 1e-6))]
    wanted = np.array([card.is_railcar(int(index)) for index in table[:, 6]], dtype=np.bool_)
    table = table[wanted]
    if card.degrees:
        table[:, 4] = np.radians(table[:, 4])
    return np.asarray(table)


class BoxModel:
    """An oriented-box model, run by ONNX Runtime on the CPU.

    Args:
        data: the ONNX file's bytes.
        card: what is known of it.
        where: its name, for messages.
        threads: how many threads one call may use.

    Raises:
        ModelFileError: it is no model, or its input is not an image of the card's size.
    """

    def __init__(self, data: bytes, card: ModelCard, *, where: str, threads: int = 1) -> None:
        self.card = card
        self.name = f"{where} sha256:{hashlib.sha256(data).hexdigest()}"
        self._where = where
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime's exceptions have no common base but Exception
            raise ModelFileError(
                f"the model cannot be read ({type(error).__name__})", where=where, todo="Give an ONNX file"
            ) from error
        inputs = self._session.get_inputs()
        wanted = (1, card.bands, card.height, card.width)
        shape = inputs[0].shape if len(inputs) == 1 else None
        if (
            shape is None
            or len(shape) != 4
            or any(isinstance(n, int) and n != m for n, m in zip(shape, wanted, strict=True))
        ):
            raise ModelFileError(
                f"the model takes {shape or f'{len(inputs)} inputs'}, the card says {list(wanted)}",
                where=where,
                todo="Set input and channels in the card to what the model takes",
            )
        self._input = inputs[0].name
        self._half = "float16" in inputs[0].type

    def detect(self, pixels: NDArray[np.float32]) -> Array:
        """Find boxes in one tile.

        Args:
            pixels: shape (1 or 3, height, width), red, green, blue or grey, 0 to 255.

        Returns:
            As ``decode_output``.

        Raises:
            ModelFileError: the model fails, or its output is not what the card says.
        """
        batch = self._prepared(pixels)
        try:
            outputs = self._session.run(None, {self._input: batch})
        except Exception as error:  # as above
            raise ModelFileError(
                f"the model failed on a tile ({type(error).__name__})", where=self._where, todo="See to its card"
            ) from error
        try:
            return decode_output(outputs[0], self.card)
        except ModelFileError as error:
            raise ModelFileError(error.what, where=self._where, todo=error.todo) from error

    def _prepared(self, pixels: NDArray[np.float32]) -> NDArray[Any]:
        card = self.card
        if card.channels == "grey":
            image = pixels.mean(axis=0, keepdims=True)
        else:
            image = np.broadcast_to(pixels, (3, *pixels.shape[1:]))
            image = image[::-1] if card.channels == "bgr" else image
        mean, deviation = (np.array(values)[:, None, None] for values in (card.mean, card.deviation))
        ready = ((image * card.scale - mean) / deviation)[None]
        return np.ascontiguousarray(ready, dtype=np.float16 if self._half else np.float32)

    def boxes(self, pixels: NDArray[np.float32], tile: Tile, unit_m: float) -> tuple[OrientedBox, ...]:
        """Find boxes in one tile and place them in the plane of ``unit_m`` metres per unit.

        Boxes of less than half a metre are left out, as are those longer than 2 km.
        """
        card = self.card
        unit = card.gsd_m / unit_m
        found = []
        for x, y, w, h, angle, score, kind in self.detect(pixels).tolist():
            if 0.5 <= w * card.gsd_m <= 2000 and 0.5 <= h * card.gsd_m <= 2000 and abs(angle) < 1e3:
                found.append(
                    OrientedBox(
                        x=tile.x + x * unit,
                        y=tile.y + y * unit,
                        length_m=w * card.gsd_m,
                        width_m=h * card.gsd_m,
                        angle=angle,
                        score=min(score, 1.0),
                        label=card.name(int(kind)),
                    )
                )
        return tuple(found)


def load_box_model(path: Path, *, threads: int = 1) -> BoxModel:
    """Load a model and the card beside it (the same name, ending in .json).

    Raises:
        ModelFileError: one of the two is missing, damaged, or does not fit the other.
    """
    data = _read(path, "the model")
    side = path.with_suffix(".json")
    try:
        text = _read(side, "the model's card").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelFileError("the model's card is not UTF-8 text", where=str(side), todo=_TODO) from error
    return BoxModel(data, read_card(text, where=str(side)), where=path.name, threads=threads)


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ModelFileError(f"{what} cannot be read ({reason})", where=str(path), todo=_TODO) from error
