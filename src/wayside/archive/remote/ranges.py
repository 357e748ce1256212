"""Ranges of bytes: which to ask for, what was answered, what is there already."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from wayside.model.checks import require

__all__ = ["ContentRange", "Pieces", "Span", "clipped", "content_range", "planned"]

_CONTENT_RANGE = re.compile(r"bytes\s+(\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.ASCII | re.IGNORECASE)


class Span(NamedTuple):
    """Bytes from ``start`` up to but without ``stop``, 0 <= start < stop."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """Number of bytes."""
        return self.stop - self.start


class ContentRange(NamedTuple):
    """What a server says it sends: a span, and the size of the whole file, None where it does not say."""

    span: Span
    total: int | None


def content_range(text: str | None) -> ContentRange | None:
    """Return what a Content-Range header says (RFC 9110, 14.4); None where it says nothing that makes sense."""
    found = _CONTENT_RANGE.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    first, last = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    if last < first or (total is not None and last >= total):
        return None
    return ContentRange(Span(first, last + 1), total)


def clipped(ranges: Iterable[tuple[int, int]], size: int) -> list[Span]:
    """Return (start, length) ranges as spans within a file of ``size`` bytes; empty ones are left out.

    Raises:
        ValueRefusedError: a negative start or length.
    """
    spans = []
    for start, length in ranges:
        require(start >= 0 and length >= 0, f"a range of {length} bytes from {start} cannot be read")
        if length and start < size:
            spans.append(Span(start, min(size, start + length)))
    return spans


def planned(spans: Iterable[Span], *, gap: int, longest: int) -> list[Span]:
    """Return the requests that get all of ``spans``: in order, apart, each at most ``longest`` bytes.

    Spans that overlap, touch, or lie at most ``gap`` bytes apart are got together; what is longer than ``longest`` is
    divided evenly, so that no request is left with a few bytes.

    Args:
        spans: what is needed, in any order.
        gap: bytes that may be read in vain to save a request, 0 or more.
        longest: bytes of one request, 1 or more.
    """
    require(gap >= 0 and longest >= 1, "the gap is 0 or more and the longest request 1 or more")
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start - merged[-1].stop <= gap:
            merged[-1] = Span(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return [part for span in merged for part in _divided(span, longest)]


def _divided(span: Span, longest: int) -> list[Span]:
    parts = -(-span.length // longest)
    edges = [span.start + span.length * i // parts for i in range(parts + 1)]
    return [Span(a, b) for a, b in pairwise(edges)]


class Pieces:
    """Bytes of one file that are in memory, up to a limit; the least recently read go first. For several threads.

    Args:
        most: bytes to keep; the newest piece is kept even if it is larger.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._pieces: OrderedDict[int, bytes] = OrderedDict()
        self._starts: list[int] = []
        self._held = 0
        self._longest = 0

    def add(self, start: int, data: bytes) -> None:
        """Keep ``data``, which begins at ``start``; one that begins there already stays if it is longer."""
        with self._lock:
            known = self._pieces.get(start)
            if not data or (known is not None and len(known) >= len(data)):
                return
            if known is None:
                insort(self._starts, start)
            self._pieces[start] = data
            self._pieces.move_to_end(start)
            self._held += len(data) - len(known or b"")
            self._longest = max(self._longest, len(data))
            while self._held > self._most and len(self._pieces) > 1:
                gone, old = self._pieces.popitem(last=False)
                self._starts.remove(gone)
                self._held -= len(old)

    def missing(self, spans: Sequence[Span]) -> list[Span]:
        """Return the parts of ``spans`` that are not here."""
        with self._lock:
            return [part for span in spans for part in self._missing(span)]

    def cut(self, span: Span) -> bytes | None:
        """Return the bytes of ``span``; None where any is not here."""
        with self._lock:
            if self._missing(span):
                return None
            out = bytearray(span.length)
            for start in self._overlapping(span):
                data = self._pieces[start]
                self._pieces.move_to_end(start)
                a, b = max(start, span.start), min(start + len(data), span.stop)
                out[a - span.start : b - span.start] = data[a - start : b - start]
            return bytes(out)

    def _overlapping(self, span: Span) -> list[int]:
        first = bisect_right(self._starts, span.start - self._longest)
        last = bisect_right(self._starts, span.stop - 1)
        return [s for s in self._starts[first:last] if s + len(self._pieces[s]) > span.start]

    def _missing(self, span: Span) -> list[Span]:
        gaps, position = [], span.start
        for start in self._overlapping(span):
            if start > position:
                gaps.append(Span(position, start))
            position = max(position, start + len(self._pieces[start]))
        if position < span.stop:
            gaps.append(Span(position, span.stop))
        return gaps
