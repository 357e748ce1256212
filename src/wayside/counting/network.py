"""The emission network: strips in, evidence per column out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from wayside.counting.emission import TYPE_ORDER, Alignment, Emission
from wayside.counting.tone import SceneTone, scene_tone
from wayside.errors import ModelFileError
from wayside.model.strips import Strip

__all__ = ["CHANNELS", "COLUMN_OUTPUTS", "EmissionNetwork", "SceneTone", "network_input"]

CHANNELS = 5
"""Red, green, blue (normalised), usable, resolution."""
COLUMN_OUTPUTS = 2 + len(TYPE_ORDER) + 3
"""Per column: occupied, covered, one per type, railway, offset in metres, log of the offset's spread."""
_CHUNK, _REACH = 4096, 144
"""Columns that are read at once, so that the memory does not grow with the track, and how many more to each side: at
least as many as the network looks (132)."""
_CLIP = 4.0


def network_input(strip: Strip, tone: SceneTone) -> NDArray[np.float32]:
    """Return what the network sees, shape (CHANNELS, rows, columns): normalised bands, usable, log2 of the GSD."""
    return _scaled(strip.pixels, strip.valid, strip.gsd_m, tone)


def _scaled(
    pixels: NDArray[np.float32], valid: NDArray[np.bool_], gsd_m: float, tone: SceneTone
) -> NDArray[np.float32]:
    bands = np.broadcast_to(pixels, (3, *pixels.shape[1:]))
    scaled = np.clip((bands - tone.mean[:, None, None]) / np.float32(tone.deviation), -_CLIP, _CLIP)
    usable = valid.astype(np.float32)
    resolution = np.full_like(usable, np.log2(gsd_m / 0.5) / 3.0)
    return np.concatenate([scaled * usable, usable[None], resolution[None]]).astype(np.float32)


def _with_ends(strip: Strip, tone: SceneTone) -> tuple[NDArray[np.float32], int]:
    """Return what the network sees of a strip and of what lies beyond its ends, and how many columns come before it."""
    image = network_input(strip, tone)
    if strip.ends is None:
        return image, 0
    parts = [_scaled(end.pixels, end.valid, strip.gsd_m, tone) for end in strip.ends]
    return np.concatenate([parts[0], image, parts[1]], axis=2), parts[0].shape[2]


class EmissionNetwork:
    """The trained network, run by ONNX Runtime on the CPU.

    Args:
        path: an ONNX file; the one in the package where None.
        threads: how many threads one call may use.

    Raises:
        ModelFileError: where the file is missing or is no such network.
    """

    def __init__(self, path: Path | None = None, *, threads: int = 1) -> None:
        self._bytes = self._read(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(self._bytes, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime's exceptions have no common base but Exception
            raise ModelFileError(
                f"the network's weights cannot be read ({type(error).__name__})",
                where=str(path or "the package"),
                todo="Install wayside again",
            ) from error

    @staticmethod
    def _read(path: Path | None) -> bytes:
        try:
            if path is not None:
                return path.read_bytes()
            return resources.files("wayside.counting").joinpath("weights/strip-net-1.onnx").read_bytes()
        except OSError as error:
            raise ModelFileError(
                "the network's weights are missing", where=str(path or "the package"), todo="Install wayside again"
            ) from error

    @cached_property
    def name(self) -> str:
        """Name and digest of the weights, as every count carries it."""
        return f"strip-net 1 sha256:{hashlib.sha256(self._bytes).hexdigest()}"

    def emissions(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        """Read strips of one scene; they are normalised together, or with ``among`` where that is given."""
        if not strips:
            return ()
        tone = scene_tone(strips if among is None else among)
        return tuple(self._one(strip, tone) for strip in strips)

    def _one(self, strip: Strip, tone: SceneTone) -> Emission:
        """Read one strip by itself: padded to the length of another, its end would depend on that other."""
        image, before = _with_ends(strip, tone)
        n = image.shape[2]
        columns, edges = [], []
        for first in range(0, n, _CHUNK):
            last = min(first + _CHUNK, n)
            low, high = max(0, first - _REACH), min(n, last + _REACH)
            found, between = self._session.run(["columns", "edges"], {"strips": image[None, :, :, low:high]})
            columns.append(found[0, :, first - low : last - low])
            edges.append(between[0, :, first - low : last - low + (last == n)])
        core = slice(before, before + strip.frame.columns)
        on = slice(before, before + strip.frame.columns + 1)
        return self._emission(strip, np.concatenate(columns, axis=1)[:, core], np.concatenate(edges, axis=1)[:, on])

    @staticmethod
    def _emission(strip: Strip, columns: NDArray[np.float32], edges: NDArray[np.float32]) -> Emission:
        n = strip.frame.columns
        values = columns[:, :n].astype(np.float64)
        return Emission(
            occupied=values[0],
            boundary=edges[0, : n + 1].astype(np.float64),
            types=values[2 : 2 + len(TYPE_ORDER)].T.copy(),
            cover=values[1],
            visible=strip.visible,
            step_m=strip.frame.step_m,
            alignment=_alignment(values[2 + len(TYPE_ORDER) :]),
        )


def _alignment(values: NDArray[np.float64]) -> Alignment | None:
    """Return what the last outputs say of the line; None for weights without them."""
    if values.shape[0] < 3:
        return None
    return Alignment(values[0], values[1], np.exp(np.clip(values[2], -4.0, 3.0)))
