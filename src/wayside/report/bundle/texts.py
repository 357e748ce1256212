"""What a reader sees of a report, as words in order, so that two reports can be held against each other."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Final

from wayside.report.bundle.findings import Finding

__all__ = ["differing_words", "words_of"]

_HIDDEN: Final = frozenset({"script", "style", "template"})
_SAID: Final = ("alt", "title", "aria-label", "href", "datetime", "descr")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MOST: Final = 20
_AROUND: Final = 4
_PART: Final = re.compile(r"(?:word|docProps)/[A-Za-z0-9]+\.xml", re.ASCII)
_MOST_PARTS: Final = 40
_LONGEST_PART: Final = 1 << 25


class _Reader(HTMLParser):
    """Collects the words of a page, those of its drawings and its alternative texts among them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says in words."""
        if tag in _HIDDEN:
            self._hidden += 1
        for name, value in attrs:
            if name in _SAID and value and not value.startswith("data:"):
                self.words += value.split()

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not shown."""
        if tag in _HIDDEN and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        """Take text."""
        if not self._hidden:
            self.words += data.split()


def words_of(name: str, data: bytes) -> list[str] | None:
    """Return the words of a report's file in order; None for a format whose words are not read here."""
    if name.endswith(".docx"):
        return _docx_words(data)
    text = data.decode("utf-8", "replace")
    if name.endswith((".md", ".txt", ".json")):
        return text.split()
    return _marked_up(text) if name.endswith(".html") else None


def _marked_up(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.words


def _docx_words(data: bytes) -> list[str] | None:
    """Return the words of a Word file's parts; None where it is none, or one that is too large to be read."""
    words: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = sorted((one for one in archive.infolist() if _PART.fullmatch(one.filename)), key=_of_part)
            if not parts or len(parts) > _MOST_PARTS or any(one.file_size > _LONGEST_PART for one in parts):
                return None
            for one in parts:
                with archive.open(one) as part:
                    words += _marked_up(part.read(_LONGEST_PART).decode("utf-8", "replace"))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None
    return words


def _of_part(part: zipfile.ZipInfo) -> str:
    return part.filename


def differing_words(
    name: str, found: Sequence[str], expected: Sequence[str], *, numbers_only: bool = False
) -> tuple[Finding, ...]:
    """Return where two readings differ, at most twenty places, each with the words around it.

    Args:
        name: of the file.
        found: the words that stand in it.
        expected: the words that should.
        numbers_only: leave out places whose words differ while the numbers in them are the same.
    """
    return tuple(one for _, one in zip(range(_MOST), _differences(name, found, expected, numbers_only), strict=False))


def _differences(name: str, found: Sequence[str], expected: Sequence[str], numbers_only: bool) -> Iterator[Finding]:
    matcher = SequenceMatcher(None, found, expected, autojunk=False) if len(found) < 4000 else None
    blocks = matcher.get_opcodes() if matcher is not None else _in_line(found, expected)
    for kind, first, last, from_, to in blocks:
        if kind == "equal":
            continue
        here, there = found[first:last], expected[from_:to]
        if numbers_only and _numbers(here) == _numbers(there):
            continue
        before, after = " ".join(found[max(0, first - _AROUND) : first]), " ".join(found[last : last + _AROUND])
        yield Finding(
            name,
            "its text differs from what the data give",
            path=f"“{before} … {after}”" if before or after else "",
            expected=_short(there),
            found=_short(here),
        )


def _in_line(found: Sequence[str], expected: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Align long readings between their equal beginning and their equal end, where a full alignment would take long."""
    least = min(len(found), len(expected))
    head = next((k for k in range(least) if found[k] != expected[k]), least)
    tail = next((k for k in range(least - head) if found[-1 - k] != expected[-1 - k]), least - head)
    here, there = found[head : len(found) - tail], expected[head : len(expected) - tail]
    if not here and not there:
        return []
    if len(here) == len(there):
        pairs = [k for k in range(len(here)) if here[k] != there[k]]
        return [("replace", head + k, head + k + 1, head + k, head + k + 1) for k in pairs]
    matcher = SequenceMatcher(None, here, there, autojunk=len(here) * len(there) > 16_000_000)
    return [(kind, head + a, head + b, head + c, head + d) for kind, a, b, c, d in matcher.get_opcodes()]


def _numbers(words: Sequence[str]) -> list[str]:
    return [number for word in words for number in _NUMBER.findall(word)]


def _short(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= 160 else f"{text[:159]}…"
