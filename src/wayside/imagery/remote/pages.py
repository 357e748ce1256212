"""A TIFF's pages as bytes: what stands before the blocks."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wayside.imagery.remote.tiff import TagValue

__all__ = ["header", "numbers"]


def numbers(values: Sequence[int] | NDArray[np.uint64], order: str, *, kind: int = 4) -> TagValue:
    """Return whole numbers as a tag's value: kind 3 for 2 bytes each, 4 for 4, 16 for 8."""
    array = np.asarray(values, dtype=np.uint64)
    return TagValue(kind, len(array), array.astype(order + {3: "u2", 4: "u4", 16: "u8"}[kind]).tobytes())


def header(pages: Sequence[Mapping[int, TagValue]], order: str, *, big: bool) -> bytes:
    """Write the header and all pages, one after the other, each with its values behind it.

    Args:
        pages: tags by number.
        order: "<" or ">".
        big: BigTIFF, with positions of 8 bytes.

    Returns:
        Bytes whose length depends on the tags' counts alone and not on their values.
    """
    inline = 8 if big else 4
    mark = b"II" if order == "<" else b"MM"
    out = [mark + (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))]
    at = len(out[0])
    for position, tags in enumerate(pages):
        table = (8 if big else 2) + len(tags) * (20 if big else 12) + inline
        entries, behind, end = [], [], at + table
        for tag in sorted(tags):
            kind, count, raw = tags[tag]
            field = raw.ljust(inline, b"\0")
            if len(raw) > inline:
                field = struct.pack(order + ("Q" if big else "I"), end)
                behind.append(raw + b"\0" * (-len(raw) % 8))
                end += len(behind[-1])
            entries.append(struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, count) + field)
        end += -end % 8
        following = end if position + 1 < len(pages) else 0
        page = b"".join(
            [
                struct.pack(order + ("Q" if big else "H"), len(tags)),
                *entries,
                struct.pack(order + ("Q" if big else "I"), following),
                *behind,
            ]
        )
        out.append(page.ljust(end - at, b"\0"))
        at = end
    return b"".join(out)
