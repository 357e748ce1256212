"""Words, numbers and marks with their places; sentences; quoted stretches.

Everything that looks at text goes through these tokens: the patterns are single passes without nested repetition, so no
input makes them slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wayside.coverage.words.lexicon import ABBREVIATIONS

__all__ = ["Sentence", "Token", "quoted_spans", "sentences", "tokenise"]

_TOKEN: Final = re.compile(
    r"(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:\.\d{3})+(?![\d])|\d+(?:[.,]\d+)?)"
    r"|(?P<abbreviation>(?:[A-Z]\.){2,})"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>[^\w\s])"
)
_OPENERS: Final = {"“": "”", "‘": "’", "«": "»", '"': '"', "„": "“"}
_LONGEST_QUOTE: Final = 2000
# Looking back and ahead is bounded by the sentence; a text without full stops is cut into pieces of this many tokens.
_LONGEST_SENTENCE: Final = 300


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark.

    Attributes:
        text: as written.
        lower: case-folded, straight apostrophes.
        start: offset in the text.
        end: one past its last character.
        kind: "word", "number" or "mark".
    """

    text: str
    lower: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its range in the text, its tokens, and the number of the line that it stands in."""

    start: int
    end: int
    line: int
    tokens: tuple[Token, ...]


def tokenise(text: str, start: int, end: int) -> tuple[Token, ...]:
    """Return the tokens of ``text[start:end]`` with offsets into ``text``."""
    found = []
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup or "mark"
        word = match.group()
        lower = word.lower().replace("’", "'")
        found.append(Token(word, lower, match.start(), match.end(), "word" if kind == "abbreviation" else kind))
    return tuple(found)


def sentences(text: str, start: int, end: int) -> list[Sentence]:
    """Split ``text[start:end]`` into sentences; a line end always ends one."""
    found: list[Sentence] = []
    line_start = start
    line = 0
    while line_start < end:
        stop = text.find("\n", line_start, end)
        stop = end if stop < 0 else stop
        tokens = tokenise(text, line_start, stop)
        found.extend(_split(tokens, line))
        line_start = stop + 1
        line += 1
    return found


def _split(tokens: tuple[Token, ...], line: int) -> list[Sentence]:
    found = []
    first = 0
    for index in range(len(tokens)):
        if index >= first and (_ends(tokens, index) or index - first >= _LONGEST_SENTENCE):
            last = index
            while (
                last + 1 < len(tokens)
                and tokens[last + 1].text in '”’»")]'
                and tokens[last + 1].start == tokens[last].end
            ):
                last += 1
            found.append(Sentence(tokens[first].start, tokens[last].end, line, tokens[first : last + 1]))
            first = last + 1
    if first < len(tokens):
        found.append(Sentence(tokens[first].start, tokens[-1].end, line, tokens[first:]))
    return found


def _ends(tokens: tuple[Token, ...], index: int) -> bool:
    token = tokens[index]
    if token.text in "。！？":
        return True
    if token.text not in ".!?…":
        return False
    if token.text == "." and _abbreviates(tokens, index):
        return False
    after = index + 1
    while after < len(tokens) and tokens[after].text in '”’»")]' and tokens[after].start == tokens[after - 1].end:
        after += 1
    if after >= len(tokens):
        return True
    following = tokens[after]
    gap = following.start > tokens[after - 1].end
    return gap and (not following.text[0].islower())


def _abbreviates(tokens: tuple[Token, ...], index: int) -> bool:
    """Tell the full stop of "Oct." and "J."; one before a closing mark ends a sentence all the same."""
    if index == 0 or tokens[index - 1].end != tokens[index].start:
        return False
    closed = (
        index + 1 < len(tokens) and tokens[index + 1].text in '”’»"' and tokens[index].end == tokens[index + 1].start
    )
    return not closed and (tokens[index - 1].lower in ABBREVIATIONS or _initial(tokens[index - 1]))


def _initial(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isupper() and token.text.isascii() and token.text.isalpha()


def quoted_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the quoted stretches of ``text[start:end]``, marks excluded, outermost first in order of appearance.

    An opening mark without a closing one on the same line is taken to run to the end of the line, as in a quotation of
    several paragraphs. An apostrophe inside a word opens nothing.
    """
    found: list[tuple[int, int]] = []
    for match in re.finditer('[“«"„]|(?<!\\w)‘', text[start:end]):
        opening = start + match.start()
        if found and opening <= found[-1][1]:
            continue
        reach = min(end, opening + _LONGEST_QUOTE)
        line_end = text.find("\n", opening, reach)
        limit = reach if line_end < 0 else line_end
        closing = text.find(_OPENERS[match.group()], opening + 1, limit)
        stop = closing if closing >= 0 else limit
        if stop > opening + 1:
            found.append((opening + 1, stop))
    return found
