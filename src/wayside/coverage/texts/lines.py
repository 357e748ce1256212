"""The lines of a flattened page: what each looks like by itself, whatever the article is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wayside.coverage.texts.furniture import Furniture, furniture, normal
from wayside.model.documents import Span

__all__ = ["NO_WORDS", "Line", "ends_sentence", "is_prose", "judge", "lines_of"]

NO_WORDS: Final = "no words"
"""Why a line of figures is cut; in a table of an article it is none."""
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_TOKEN: Final = re.compile(r"[^\W_]+(?:\.[^\W_])?")
_ADDRESS: Final = re.compile(r"^\W{0,3}(?:https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{3,100})\W{0,3}$", re.IGNORECASE)
_WIDE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_CLOCK: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}:\d\d")
_LIKE_THIS: Final = ("…", "...", "[…]", "[...]")
_SHORT: Final = 140
_MENU_STEPS: Final = 3
_SPEAKING: Final = '“"«„‘”»'


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not empty.

    Attributes:
        span: where it stands, blanks at its ends excluded.
        text: its characters.
        normal: as it is compared with the tables.
        words: its longer words, lower case, a plural "s" taken off.
        weight: characters, those of wide scripts counted twice.
        gap: whether an empty line stands before it.
    """

    span: Span
    text: str
    normal: str
    words: frozenset[str]
    weight: int
    gap: bool


def lines_of(text: str, stop_words: frozenset[str]) -> list[Line]:
    """Return the lines that are not empty."""
    found = []
    start = 0
    gap = False
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped:
            at = start + raw.index(stripped[0])
            words = _words(stripped, stop_words)
            wide = 0 if stripped.isascii() else len(_WIDE.findall(stripped))
            if wide > len(stripped) // 4:
                pairs = (stripped[i : i + 2] for i in range(min(len(stripped), 2000) - 1))
                words = frozenset(pair for pair in pairs if pair.isalpha())
            short = stripped if len(stripped) <= 300 else ""
            weight = len(stripped) + wide
            found.append(Line(Span(at, at + len(stripped)), stripped, normal(short), words, weight, gap))
        gap = not stripped
        start += len(raw) + 1
    return found


def _words(text: str, stop_words: frozenset[str]) -> frozenset[str]:
    words = set(_WORD.findall(text.lower())) - stop_words
    return frozenset([word[:-1] if word[-1] == "s" and len(word) > 3 else word for word in words])


def ends_sentence(text: str) -> bool:
    """Return whether a line ends like a sentence."""
    tables = furniture()
    bare = text.rstrip(tables.closers + " \u00a0")
    return bool(bare) and bare[-1] in tables.sentence_ends and not bare.endswith("...")


def is_prose(line: Line) -> bool:
    """Return whether a line ends like a sentence and is as long as one, or is longer than any heading."""
    if line.weight >= 240:
        return True
    if line.weight < (30 if line.weight >= 1.5 * len(line.text) else 55):
        return False
    return ends_sentence(line.text) or (line.text.endswith((":", ",", ";")) and line.weight >= 100)


def judge(line: Line, times: int) -> str:
    """Return why a line is furniture whatever the article is about, or "".

    Args:
        line: the line.
        times: how often the page has it.
    """
    if len(line.text) > 300:
        return ""
    tables = furniture()
    return (
        _stamp(line, tables)
        or _known(line, tables)
        or _shape(line, tables)
        or ("repeated" if times > 1 and line.weight < 120 else "")
        or _broken_off(line, tables)
    )


def _stamp(line: Line, tables: Furniture) -> str:
    if line.normal in tables.ago:
        return "time stamp"
    if not any(char.isalnum() for char in line.text):
        return NO_WORDS
    if line.weight > 90:
        return ""
    tokens = _TOKEN.findall(line.normal.replace("#", " 0 "))
    if all(token.isdigit() for token in tokens):
        return "time stamp" if _CLOCK.search(line.text) else NO_WORDS
    digits = any(token.isdigit() or _cjk_date(token) for token in tokens)
    dated = digits and all(token.isdigit() or token in tables.calendar or _cjk_date(token) for token in tokens)
    return "time stamp" if dated else ""


def _cjk_date(token: str) -> bool:
    return len(token) <= 6 and all(char in "年月日时時分秒년월일시분초" or char.isdigit() for char in token)


def _known(line: Line, tables: Furniture) -> str:
    bare = line.normal
    if bare in tables.comments:
        return "comments"
    if bare in tables.openers or bare in tables.lines:
        return "furniture"
    lower = line.text.lower().replace("’", "'").lstrip("[(【<*-–—|•·▶►» \u200e\u200f")
    long_sentence = line.weight > 75 and ends_sentence(line.text)
    starts = tables.prefixes.get(lower[:2], ())
    if line.weight < _SHORT * 2 and starts and lower.startswith(starts):
        strong = lower.startswith(tables.always)
        if strong or (line.weight < _SHORT and not long_sentence):
            return "furniture"
    return ""


def _shape(line: Line, tables: Furniture) -> str:
    text = line.text
    if _ADDRESS.match(text):
        return "address"
    if text.startswith("#") and all(word.startswith("#") for word in text.split()):
        return "tags"
    tokens = line.normal.split()
    if tokens and line.weight < _SHORT and all(token.strip(".,:;|()/") in tables.networks for token in tokens):
        return "share buttons"
    return _steps(text, line.weight, tables) if line.weight < 200 and not ends_sentence(text) else ""


def _steps(text: str, weight: int, tables: Furniture) -> str:
    """Tell a breadcrumb and a menu by the marks between their entries."""
    steps = sum(text.count(f" {mark} ") for mark in tables.breadcrumb_marks)
    if steps >= 2 or (steps == 1 and weight < 90 and _first_step(text, tables)) or _glued_home(text):
        return "breadcrumb"
    entries = sum(text.count(f" {mark} ") for mark in tables.menu_marks)
    if entries >= _MENU_STEPS or (entries >= 1 and weight < 60 and _first_step(text, tables)):
        return "menu"
    return ""


def _first_step(text: str, tables: Furniture) -> bool:
    marks = "[" + re.escape(tables.breadcrumb_marks + tables.menu_marks) + "]"
    steps = [normal(step) for step in re.split(marks, text)]
    return steps[0] in tables.lines or (
        len(steps) > 1 and all(step in tables.lines or len(step) < 15 for step in steps)
    )


def _glued_home(text: str) -> bool:
    """A breadcrumb whose marks were lost: "HomeNewsTitle of the article…"."""
    return bool(re.match(r"(?:\w{1,20}:)?Home(?:\s?[>»›/|]|[A-Z])", text))


def _broken_off(line: Line, tables: Furniture) -> str:
    text = line.text
    if text.endswith(_LIKE_THIS) and line.weight < 200 and not text.startswith(tuple(_SPEAKING)):
        return "teaser"
    if text.startswith(tables.bullets) and line.weight < _SHORT:
        return "list item"
    return ""
