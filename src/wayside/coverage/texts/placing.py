"""Passages of an extracted article, found again in the laid-out page, character for character.

An extractor changes white space, joins table cells, and normalises characters; so passages are compared by their
letters and digits alone. Long passages are placed first, in order; short ones ("Monday", a table's "12") only between
their neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain
from typing import Final

from wayside.model.documents import Span

__all__ = ["Placed", "place"]

_LETTERS: Final = re.compile(r"[^\W_]+")
_NOISE: Final = re.compile(r"[\W_]+")
_MOST_MARKS: Final = 12
_LAST_MARKS: Final = re.compile(r"(?:[^\w\s][ \u00a0\u202f]?)+\Z")
_FIRST_MARKS: Final = re.compile(r"(?:[ \u00a0\u202f]?[^\w\s])+")
_LONG: Final = 40
_ANCHOR: Final = 24
_MOST_LOST: Final = 100
_STRETCH: Final = 1.5


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the passages stand.

    Attributes:
        spans: ranges of the text, ascending, disjoint.
        lost: number of passages that were not found.
    """

    spans: tuple[Span, ...]
    lost: int


@dataclass(frozen=True, slots=True)
class _Squeezed:
    letters: str
    places: list[int]


def place(text: str, passages: list[str]) -> Placed:
    """Find passages in a text.

    Args:
        text: the laid-out page.
        passages: as the extractor gives them, in reading order.
    """
    page = _squeeze(text)
    needles = [_squeeze_needle(passage) for passage in passages]
    needles = [needle for needle in needles if needle]
    found: list[tuple[int, int] | None] = [None] * len(needles)
    lost = _place_long(page.letters, needles, found)
    lost += _place_short(page.letters, needles, found)
    spans = [Span(page.places[one[0]], page.places[one[1] - 1] + 1) for one in found if one is not None]
    return Placed(tuple(_with_marks(text, _disjoint(spans))), lost)


def _with_marks(text: str, spans: list[Span]) -> list[Span]:
    """Give each range the quotation marks and full stops around it that the comparison left out."""
    grown: list[Span] = []
    for index, span in enumerate(spans):
        low = max(grown[-1].end if grown else 0, span.start - _MOST_MARKS)
        high = min(spans[index + 1].start if index + 1 < len(spans) else len(text), span.end + _MOST_MARKS)
        before, after = _LAST_MARKS.search(text, low, span.start), _FIRST_MARKS.match(text, span.end, high)
        grown.append(Span(before.start() if before else span.start, after.end() if after else span.end))
    return grown


def _squeeze(text: str) -> _Squeezed:
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        places = list(chain.from_iterable([range(*match.span()) for match in _LETTERS.finditer(text)]))
        return _Squeezed(_NOISE.sub("", text), places)
    letters: list[str] = []
    places = []
    for index, char in enumerate(text):
        base = _NOISE.sub("", unicodedata.normalize("NFD", char)[:1])
        if base:
            letters.append(base)
            places.append(index)
    return _Squeezed("".join(letters), places)


def _squeeze_needle(passage: str) -> str:
    return _NOISE.sub("", passage)


def _place_long(letters: str, needles: list[str], found: list[tuple[int, int] | None]) -> int:
    cursor = 0
    lost = 0
    for index, needle in enumerate(needles):
        if len(needle) < _LONG or lost > _MOST_LOST:
            lost += len(needle) >= _LONG
            continue
        hit = _look(letters, needle, cursor)
        if hit is None:
            lost += 1
            continue
        found[index] = hit
        cursor = max(cursor, hit[1])
    return lost


def _look(letters: str, needle: str, cursor: int) -> tuple[int, int] | None:
    """Find a long passage after the cursor, else anywhere, else by its two ends."""
    at = letters.find(needle, cursor)
    at = letters.find(needle) if at < 0 else at
    if at >= 0:
        return at, at + len(needle)
    head, tail = needle[:_ANCHOR], needle[-_ANCHOR:]
    start = letters.find(head, cursor)
    if start < 0:
        return None
    reach = start + int(len(needle) * _STRETCH) + _ANCHOR
    stop = letters.find(tail, start, reach)
    return (start, stop + len(tail)) if stop >= 0 else None


def _place_short(letters: str, needles: list[str], found: list[tuple[int, int] | None]) -> int:
    """Place short passages between their placed neighbours; before the first, only shortly before it."""
    following: list[int] = [len(letters)] * (len(needles) + 1)
    for index in range(len(needles) - 1, -1, -1):
        one = found[index]
        following[index] = one[0] if one is not None else following[index + 1]
    first = following[0]
    cursor = max(0, first - 2000) if first < len(letters) else 0
    lost = 0
    for index, needle in enumerate(needles):
        one = found[index]
        if one is not None:
            cursor = max(cursor, one[1])
            continue
        if len(needle) >= _LONG:
            continue
        limit = max(cursor, following[index])
        reach = min(limit, cursor + 4000) if index else limit
        at = letters.find(needle, cursor, reach)
        if at < 0:
            lost += 1
            continue
        found[index] = (at, at + len(needle))
        cursor = at + len(needle)
    return lost


def _disjoint(spans: list[Span]) -> list[Span]:
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            continue
        found.append(span)
    return found
