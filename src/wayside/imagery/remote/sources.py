"""Where the bytes of an image come from, and what of them has been asked for."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from wayside.errors import ImageError
from wayside.model.checks import require

__all__ = ["ByteSource", "Drawn", "HeldBytes", "coalesced"]

_PAGE = 16 * 1024
"""Stray reads are widened to whole pages, so that a header read field by field costs few requests."""
_GAP = 32 * 1024
"""Bytes that are read in vain rather than asking once more: what a request's delay is worth, and less than a block."""

Range = tuple[int, int]
"""Start and length, bytes."""


class ByteSource(Protocol):
    """A file somewhere, of which parts can be read.

    Attributes:
        name: what messages call it; safe to show.
        size: bytes.
    """

    @property
    def name(self) -> str:
        """What messages call it; safe to show."""
        ...

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def read(self, start: int, length: int) -> bytes:
        """Return that many bytes; fewer only at the end (``SourceError`` where they cannot be had)."""
        ...

    def fetch(self, ranges: Sequence[Range]) -> None:
        """Bring ranges (start, length), several at once, so that reading them is then local."""
        ...


class Drawn(NamedTuple):
    """What was asked of a source.

    Attributes:
        ranges: contiguous ranges, each one request at least.
        size: bytes.
    """

    ranges: int = 0
    size: int = 0

    def plus(self, other: Drawn) -> Drawn:
        """Return both together."""
        return Drawn(self.ranges + other.ranges, self.size + other.size)


def coalesced(ranges: Iterable[Range], gap: int = _GAP) -> list[Range]:
    """Join ranges that touch, overlap, or lie at most ``gap`` bytes apart; in order of their starts."""
    out: list[Range] = []
    for start, length in sorted(r for r in ranges if r[1] > 0):
        if out and start <= sum(out[-1]) + gap:
            first, held = out[-1]
            out[-1] = (first, max(first + held, start + length) - first)
        else:
            out.append((start, length))
    return out


class HeldBytes:
    """A source together with which of its bytes are already here.

    Args:
        source: the file.
        most: bytes that may be asked for in all.
    """

    def __init__(self, source: ByteSource, most: int) -> None:
        require(most > 0, "a limit of bytes is positive")
        self.name, self.size = source.name, source.size
        self._source, self._most = source, most
        self._held: list[Range] = []
        self.drawn = Drawn()

    def need(self, ranges: Iterable[Range], *, gap: int = _GAP) -> None:
        """Fetch what is missing of some ranges, in one call.

        Raises:
            ImageError: a range lies outside the file, or all together are over the limit.
            SourceError: the source's own.
        """
        ranges = list(ranges)
        for start, length in ranges:
            if start < 0 or length < 0 or start + length > self.size:
                raise self.damaged(f"it has {self.size:,} bytes and would need {start + length:,}")
        missing = coalesced((piece for r in coalesced(ranges, 0) for piece in self._missing(r)), gap)
        if not missing:
            return
        size = sum(length for _, length in missing)
        if self.drawn.size + size > self._most:
            raise ImageError(
                f"{self.drawn.size + size:,} bytes of it would have to be fetched; the limit is {self._most:,}",
                where=self.name,
                todo="Raise the limit, or split the site",
            )
        self._source.fetch(missing)
        self.drawn = self.drawn.plus(Drawn(len(missing), size))
        self._held = coalesced([*self._held, *missing], 0)

    def read(self, start: int, length: int) -> bytes:
        """Return bytes; what is not here is fetched in whole pages."""
        if start < 0 or length < 0 or start + length > self.size:
            raise self.damaged(f"it has {self.size:,} bytes and would need {start + length:,}")
        if self._missing((start, length)):
            first = start // _PAGE * _PAGE
            self.need([(first, min(-(-(start + length) // _PAGE) * _PAGE, self.size) - first)], gap=0)
        out = self._source.read(start, length)
        if len(out) != length:
            raise self.damaged(f"{len(out):,} bytes came where {length:,} were asked for")
        return out

    def damaged(self, why: str) -> ImageError:
        """Return the error that says that the file is not whole or not sound."""
        return ImageError(f"the file is damaged or cut short: {why}", where=self.name, todo="See to the source's file")

    def _missing(self, wanted: Range) -> list[Range]:
        start, stop = wanted[0], sum(wanted)
        out: list[Range] = []
        at = max(bisect.bisect_right(self._held, (start, 1 << 62)) - 1, 0)
        for first, length in self._held[at:]:
            if first >= stop:
                break
            if first > start:
                out.append((start, first - start))
            start = max(start, first + length)
        if start < stop:
            out.append((start, stop - start))
        return out
