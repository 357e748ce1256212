"""Pixels on their way into a report: scaled, marked as drawn where they are, encoded as data."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["DRAWN", "burn_scene", "burn_strip", "enlarged", "jpeg_uri", "reduced"]

DRAWN = "DRAWN"
_QUALITY = 86
_POINTS_PER_INCH = 72.0

Pixels = NDArray[np.uint8]


def reduced(rgb: Pixels, max_width: int) -> tuple[Pixels, int]:
    """Return the picture averaged over blocks of k x k pixels so that it is at most ``max_width`` wide, and k.

    Rows and columns that do not fill a block are left out at the right and the bottom.
    """
    k = -(-rgb.shape[1] // max_width)
    k = max(1, min(k, rgb.shape[0]))
    if k == 1:
        return rgb, 1
    rows, columns = rgb.shape[0] // k, rgb.shape[1] // k
    blocks = rgb[: rows * k, : columns * k].reshape(rows, k, columns, k, 3).astype(np.float32)
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8), k


def enlarged(rgb: Pixels, factor: int) -> Pixels:
    """Return the picture ``factor`` times as large, bilinear between the centres of its pixels."""
    if factor == 1:
        return rgb
    large = ndimage.zoom(rgb.astype(np.float32), (factor, factor, 1), order=1, grid_mode=True, mode="nearest")
    return np.clip(np.round(large), 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Word:
    """Where the word stands: its middle from the left and the top, its size in pixels, opacity, turn."""

    x: float
    y: float
    size: float
    opacity: float
    turn_deg: float = 0.0


def _lettered(rgb: Pixels, words: Sequence[_Word]) -> Pixels:
    """Return the picture with ``DRAWN`` written at each place."""
    height, width = rgb.shape[:2]
    figure = Figure(figsize=((width + 0.01) / _POINTS_PER_INCH, (height + 0.01) / _POINTS_PER_INCH), dpi=72)
    figure.patch.set_alpha(0.0)
    canvas = FigureCanvasAgg(figure)
    for word in words:
        edge = withStroke(linewidth=max(1.0, word.size / 12), foreground="black", alpha=word.opacity * 0.6)
        figure.text(
            word.x / width, 1 - word.y / height, DRAWN, fontsize=word.size, family="DejaVu Sans", weight="bold",
            color="white", alpha=word.opacity, rotation=word.turn_deg, ha="center", va="center", path_effects=[edge],
        )  # fmt: skip
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    layer = np.asarray(rgba, dtype=np.float32)[:height, :width]
    share = layer[..., 3:] / 255.0
    mixed = rgb[: layer.shape[0], : layer.shape[1]] * (1 - share) + layer[..., :3] * share
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)


def burn_scene(rgb: Pixels) -> Pixels:
    """Return a scene's picture with the word in its pixels: once faintly across it, once plainly in a corner."""
    height, width = rgb.shape[:2]
    large, small = min(width / 6.0, height / 1.8), max(10.0, min(width, 2 * height) / 42.0)
    across = _Word(width / 2, height / 2, large, 0.11, float(np.degrees(np.arctan2(height, width))) / 2)
    return _lettered(rgb, [across, _Word(width - small * 2.6, small * 1.2, small, 0.95)])


def burn_strip(rgb: Pixels, every: int) -> Pixels:
    """Return a strip's picture with the word along its upper edge, every ``every`` pixels, clear of the cars."""
    height, width = rgb.shape[:2]
    size = max(7.0, height / 8.0)
    centres = np.arange(min(every, width) / 2, width, every)
    return _lettered(rgb, [_Word(float(x), size * 0.75, size, 0.85) for x in centres])


def jpeg_uri(rgb: Pixels) -> str:
    """Return the picture as a ``data:`` address of a JPEG file."""
    buffer = io.BytesIO()
    imsave(buffer, np.ascontiguousarray(rgb), format="jpeg", pil_kwargs={"quality": _QUALITY, "optimize": True})
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
