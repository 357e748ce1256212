"""Pictures as PNG files and back, pixel for pixel."""

from __future__ import annotations

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from wayside.errors import BundleError

__all__ = ["png_of", "rgb_of"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_of(rgb: NDArray[np.uint8]) -> bytes:
    """Return a picture, shape (height, width, 3), as PNG."""
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgb)).save(out, "PNG", compress_level=6)
    return out.getvalue()


def rgb_of(data: bytes, height: int, width: int, *, name: str) -> NDArray[np.uint8]:
    """Return the pixels of a PNG file, shape (height, width, 3).

    Args:
        data: the file's bytes.
        height: rows that it must have; looked up in its header before anything is unpacked.
        width: columns that it must have; the same.
        name: of the file, for the error.

    Raises:
        BundleError: it is no such picture.
    """
    if data[:8] != _SIGNATURE or len(data) < 33 or struct.unpack(">II", data[16:24]) != (width, height):
        raise BundleError(f"it is no PNG picture of {width} by {height} pixels", where=name)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            pixels = np.asarray(image)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as fault:
        raise BundleError("the picture cannot be read", where=name) from fault
    if pixels.shape != (height, width, 3) or pixels.dtype != np.uint8:
        raise BundleError("it is no picture of three colours in 8 bits", where=name)
    return pixels
