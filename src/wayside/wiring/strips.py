"""Unrolled strips as pictures in files."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.pipeline.files import write_bytes
from wayside.pipeline.ports import CountedImage
from wayside.wiring.report_pictures import strip_rgb

__all__ = ["png", "write_strips"]


def write_strips(folder: Path, counted: CountedImage) -> Mapping[str, Path]:
    """Write every strip that shows something, named after its track; return the files by track id.

    Raises:
        OutsideError: the disk refuses.
    """
    files: dict[str, Path] = {}
    for strip in counted.strips:
        if strip.valid.any():
            name = re.sub(r"[^A-Za-z0-9._-]+", "-", strip.track_id).strip("-.") or "track"
            path = folder / f"strip-{name}.png"
            write_bytes(path, png(strip_rgb(strip)))
            files[strip.track_id] = path
    return files


def png(rgb: NDArray[np.uint8]) -> bytes:
    """Return a picture, shape (height, width, 3), as PNG (ISO/IEC 15948): 8-bit colour, every row unfiltered."""
    height, width, _ = rgb.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    rows[:, 1:] = rgb.reshape(height, -1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
