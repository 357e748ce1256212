"""Which lines of a flattened page are the article.

A flattened page has no tags left, so a line is judged by what can be seen: its shape (a full sentence, a heading, a
list item, a teaser that breaks off), its words (page furniture says the same things everywhere), its topic (does it
speak of what the prose speaks of), and repetition. No site is known by name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from wayside.coverage.words.lexicon import FURNITURE, STOP_WORDS
from wayside.model.documents import Cut, Span

__all__ = ["Body", "cut_boilerplate"]

_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_AGO: Final = re.compile(r"^\d{1,3} (?:sec|min|hour|hr|day|week|month|year)[a-z]{0,5} ago$", re.IGNORECASE)
_STAMP: Final = re.compile(
    r"^(?:date|updated|published|posted)?\s?:?\s?\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?$", re.IGNORECASE
)
_BREADCRUMB: Final = re.compile(r"^(?:\w{1,20}:)?Home(?:\s?[>»›/|]|[A-Z])")
_TAIL: Final = re.compile(r"(?<=[.!?)”\"]\s)(?:Related|Categories|Tags|Read more|Also read|See also|Share this)\b:?")
_END: Final = ".!?。！？"
_CLOSERS: Final = "”’\"')]»  "
_STOP: Final = frozenset(word for words in STOP_WORDS.values() for word in words.split())


@dataclass(frozen=True, slots=True)
class Body:
    """What the cut leaves.

    Attributes:
        spans: ranges of the article, one a line, ascending.
        cuts: ranges left out, one a line, ascending, each with its reason.
        title: the headline that stands before the prose, or None.
    """

    spans: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    title: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    words: frozenset[str]


def cut_boilerplate(text: str) -> Body:
    """Tell the article from the page around it.

    Args:
        text: a flattened page; lines are separated by line feeds.

    Returns:
        The body lines and the cuts. Every non-empty line is in one of the two. A text without any prose keeps all lines
        that are not furniture.
    """
    lines = _lines(text)
    counts = Counter(line.text for line in lines)
    reasons = {index: _furniture(line, counts[line.text]) for index, line in enumerate(lines)}
    prose = [index for index, line in enumerate(lines) if not reasons[index] and _is_prose(line.text)]
    if not prose:
        return _assemble(lines, reasons, None)
    topic = _topic([lines[index] for index in prose])
    first, last = _region(lines, prose, topic)
    while first > 0 and lines[first - 1].text.endswith(":") and not reasons[first - 1]:
        first -= 1
    heads = _headlines(lines, first, topic, reasons)
    for index, line in enumerate(lines):
        if reasons[index] or index in heads:
            continue
        if index < first:
            reasons[index] = (
                "before the headline" if not heads or index < min(heads) else "between headline and article"
            )
        elif index > last:
            reasons[index] = "after the article"
        elif not _is_prose(line.text) and not _belongs(line, topic):
            reasons[index] = "unrelated line"
    title = lines[min(heads)].text.strip('“”" ') if heads else None
    return _assemble(lines, reasons, title)


def _lines(text: str) -> list[_Line]:
    found = []
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            at = start + raw.index(stripped[0])
            words = frozenset(_stem(word) for word in _WORD.findall(stripped.lower()) if word not in _STOP)
            found.append(_Line(Span(at, at + len(stripped)), stripped, words))
        start += len(raw) + 1
    return found


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _furniture(line: _Line, times: int) -> str:
    """Return why a line is furniture whatever the article is about, or nothing."""
    lower = line.text.lower()
    if _AGO.match(lower) or _STAMP.match(lower):
        return "time stamp"
    if _BREADCRUMB.match(line.text):
        return "breadcrumb"
    return _short_furniture(line, lower, times)


def _short_furniture(line: _Line, lower: str, times: int) -> str:
    short = len(line.text) < 120
    if short and lower.startswith(FURNITURE) and not (_ends_sentence(line.text) and len(line.text) > 60):
        return "furniture"
    if short and times > 1:
        return "repeated"
    if line.text.endswith(("…", "...")) and len(line.text) < 200:
        return "teaser"
    if line.text.startswith(("- ", "• ", "* ")) and len(line.text) < 140:
        return "list item"
    return ""


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] in _END


def _is_prose(text: str) -> bool:
    """A line is prose if it ends like a sentence and is as long as one."""
    long_enough = len(text) >= 55 or any("\u3040" <= char <= "\ud7a3" for char in text)
    return (long_enough and _ends_sentence(text)) or len(text) >= 240


def _topic(prose: list[_Line]) -> dict[str, int]:
    """Return the words that more than one line of the prose uses, with the number of lines; of a single line, all."""
    counts = Counter(word for line in prose for word in line.words)
    repeated = {word: count for word, count in counts.items() if count > 1}
    return repeated if len(prose) > 2 and repeated else dict(counts)


def _region(lines: list[_Line], prose: list[int], topic: dict[str, int]) -> tuple[int, int]:
    """Return the first and the last line of the article: the run of prose on one topic that holds most text."""
    runs: list[list[int]] = []
    for index in prose:
        on_topic = len(lines[index].words & topic.keys()) >= 2 or len(lines[index].text) >= 240
        if not on_topic and runs and not _close(lines, runs[-1][-1], index):
            continue
        if runs and index - runs[-1][-1] <= 12:
            runs[-1].append(index)
        else:
            runs.append([index])
    best = max(runs, key=lambda run: sum(len(lines[index].text) for index in run)) if runs else prose
    while len(best) > 1 and len(lines[best[-1]].words & topic.keys()) < 2:
        best = best[:-1]
    while len(best) > 1 and len(lines[best[0]].words & topic.keys()) < 2 and len(lines[best[0]].text) < 240:
        best = best[1:]
    return best[0], best[-1]


def _close(lines: list[_Line], before: int, index: int) -> bool:
    """A sentence right after the article's prose belongs to it even if it shares no word."""
    return index == before + 1 and not lines[index].text.startswith("-")


def _headlines(lines: list[_Line], first: int, topic: dict[str, int], reasons: dict[int, str]) -> set[int]:
    """Return the lines before the prose that speak of its topic: headline and standfirst."""
    found: set[int] = set()
    for index in range(first - 1, max(-1, first - 9), -1):
        line = lines[index]
        if not reasons[index] and len(line.text) >= 15 and len(line.words & topic.keys()) >= 2:
            found.add(index)
    return found


def _belongs(line: _Line, topic: dict[str, int]) -> bool:
    """A short line inside the article stays if it ends like a sentence, introduces a quotation, or is on the topic."""
    return _ends_sentence(line.text) or line.text.endswith(":") or bool(line.words & topic.keys())


def _assemble(lines: list[_Line], reasons: dict[int, str], title: str | None) -> Body:
    spans: list[Span] = []
    cuts: list[Cut] = []
    for index, line in enumerate(lines):
        if reasons[index]:
            cuts.append(Cut(line.span, reasons[index]))
            continue
        tail = _TAIL.search(line.text) if len(line.text) > 150 else None
        at = line.span.start + tail.start() if tail and tail.start() > len(line.text) // 3 else line.span.end
        body = Span(line.span.start, at)
        spans.append(body)
        if at < line.span.end:
            cuts.append(Cut(Span(at, line.span.end), "related items at the end of a line"))
    return Body(tuple(spans), tuple(cuts), title)
