"""Words, numbers and marks with their places; sentences; quoted stretches.

Everything that looks at text goes through these tokens: the patterns are single passes without nested repetition, so no
input makes them slow. Han characters and hiragana are words of one character, since nothing between them tells where a
word ends; a run of katakana is one word. A Korean scale word that is glued to digits and to a counter is a word of its
own ("3천명").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Sentence", "Token", "lower", "quoted_spans", "sentences", "tokenise"]

_SINGLE: Final = "\u3005-\u3007\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KATAKANA: Final = "\u30a1-\u30fa\u30fc\u30fd"
_LETTER: Final = rf"[^\W\d_{_SINGLE}{_KATAKANA}]"
# Most words are plain: the first alternative takes them without looking at the wide classes of the others.
_TOKEN: Final = re.compile(
    r"(?P<plain>[A-Za-z]++(?![^\x00-\x7f]|['.]))"
    r"|(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3}){1,6}+(?:\.\d++)?(?!\d)|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){1,6}+(?!\d)|\d++(?:[.,]\d++)?)"
    r"|(?P<abbreviation>(?:[A-Z]\.){2,})"
    r"|(?P<scale>(?<=[0-9만천백억조])[만천백억조여](?=[가-힣]))"
    rf"|(?P<word>{_LETTER}+(?:['’]{_LETTER}+)*|[{_SINGLE}]|[{_KATAKANA}]+)"
    r"|(?P<mark>[^\w\s])"
)
_OPENING_QUOTE: Final = re.compile('[“«"„]|(?<!\\w)‘')
_LONGEST_QUOTE: Final = 2000
# Looking back and ahead is bounded by the sentence; a text without full stops is cut into pieces of this many tokens.
_LONGEST_SENTENCE: Final = 300


class Token(NamedTuple):
    """A word, a number or a mark. A text has thousands of them, hence a tuple and not a data class.

    Attributes:
        text: as written.
        lower: lower case, straight apostrophes.
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


@dataclass(frozen=True, slots=True)
class _Marks:
    abbreviations: frozenset[str]
    after_ordinals: frozenset[str]
    enders: str
    spaced: str
    ending: frozenset[str]
    closers: str
    quotes: dict[str, str]


@cache
def _marks() -> _Marks:
    words = table("sentences")
    return _Marks(
        abbreviations=frozenset(words["abbreviations"]),
        after_ordinals=frozenset(words["after_ordinals"]),
        enders=words["enders"],
        spaced=words["spaced"],
        ending=frozenset(words["enders"] + words["spaced"]),
        closers=words["closers"],
        quotes=dict(words["quotes"]),
    )


def tokenise(text: str, start: int, end: int) -> tuple[Token, ...]:
    """Return the tokens of ``text[start:end]`` with offsets into ``text``."""
    # Straight to the tuple: this runs for every word of every text, and the class's own constructor doubles its time.
    make = tuple.__new__
    found: list[Token] = []
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup
        word = match[0]
        first, last = match.span()
        if kind == "plain":
            found.append(make(Token, (word, word.lower(), first, last, "word")))
        elif kind in {"number", "mark"}:
            found.append(make(Token, (word, word, first, last, kind)))
        else:
            found.append(make(Token, (word, word.lower().replace("’", "'"), first, last, "word")))
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
    marks = _marks()
    found = []
    first = 0
    for index, token in enumerate(tokens):
        if index < first or not (
            (token.text in marks.ending and _ends(tokens, index, marks)) or index - first >= _LONGEST_SENTENCE
        ):
            continue
        last = _closed(tokens, index, marks.closers)
        found.append(Sentence(tokens[first].start, tokens[last].end, line, tokens[first : last + 1]))
        first = last + 1
    if first < len(tokens):
        found.append(Sentence(tokens[first].start, tokens[-1].end, line, tokens[first:]))
    return found


def _closed(tokens: tuple[Token, ...], index: int, closers: str) -> int:
    """Return the index of the last closing mark glued behind a token."""
    while (
        index + 1 < len(tokens) and tokens[index + 1].text in closers and tokens[index + 1].start == tokens[index].end
    ):
        index += 1
    return index


def _ends(tokens: tuple[Token, ...], index: int, marks: _Marks) -> bool:
    token = tokens[index]
    if token.text in marks.enders:
        return True
    if token.text == "." and _abbreviates(tokens, index, marks):
        return False
    after = _closed(tokens, index, marks.closers) + 1
    if after >= len(tokens):
        return True
    following = tokens[after]
    gap = following.start > tokens[after - 1].end
    return gap and (not following.text[0].islower())


def _abbreviates(tokens: tuple[Token, ...], index: int, marks: _Marks) -> bool:
    """Tell the full stop of "Oct." and "J."; one before a closing mark ends a sentence all the same."""
    if index == 0 or tokens[index - 1].end != tokens[index].start:
        return False
    closed = (
        index + 1 < len(tokens) and tokens[index + 1].text in '”’»"' and tokens[index].end == tokens[index + 1].start
    )
    before = tokens[index - 1]
    if before.kind == "number":
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        return following is not None and len(before.text) <= 2 and following.lower in marks.after_ordinals
    return not closed and (before.lower in marks.abbreviations or _initial(before))


def _initial(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isupper() and token.text.isascii() and token.text.isalpha()


def quoted_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the quoted stretches of ``text[start:end]``, marks excluded, outermost first in order of appearance.

    An opening mark without a closing one on the same line is taken to run to the end of the line, as in a quotation of
    several paragraphs. An apostrophe inside a word opens nothing.
    """
    found: list[tuple[int, int]] = []
    closing_of = _marks().quotes
    for match in _OPENING_QUOTE.finditer(text[start:end]):
        opening = start + match.start()
        if found and opening <= found[-1][1]:
            continue
        reach = min(end, opening + _LONGEST_QUOTE)
        line_end = text.find("\n", opening, reach)
        limit = reach if line_end < 0 else line_end
        closing = text.find(closing_of[match.group()], opening + 1, limit)
        stop = closing if closing >= 0 else limit
        if stop > opening + 1:
            found.append((opening + 1, stop))
    return found


def lower(tokens: Sequence[Token], index: int) -> str:
    """Return the lower-case word at an index, or "" outside the sentence."""
    return tokens[index].lower if 0 <= index < len(tokens) else ""
