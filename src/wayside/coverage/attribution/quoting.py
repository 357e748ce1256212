"""Quoted stretches of a text, with the marks of many languages, over several sentences and paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Quotations", "quotations_in"]

# A mark first and its surroundings after it, so that the search steps from mark to mark: a single one opens where no
# word stands before it and one behind, and closes where it is the other way round.
_MARKS: Final = re.compile(
    "[“”«»„\"‹›「」『』\n‘’'](?:(?<![‘’'])"
    "|(?<=[‘'])(?<!\\w.)(?!\\d+s\\b)(?=\\w|\\[|…)|(?<=[’'])(?<=[\\w.,!?…\\])].)(?!\\w))"
)
_CLOSERS: Final = {
    "“": "”",
    "«": "»",
    "„": "“”",
    '"': '"',
    "‹": "›",
    "「": "」",
    "『": "』",
    "‘": "’",
    "'": "'",
    "»": "«",
    "”": "”",
}
_OPENERS: Final = frozenset("“«„\"‹「『‘'")
_SHORT: Final = 4  # words; a shorter fragment that begins in the middle of a sentence is a broken quotation


@dataclass(frozen=True, slots=True)
class Quotations:
    """The quoted stretches of a text, ascending, disjoint, marks excluded.

    Attributes:
        starts: first characters.
        ends: one past the last.
        whole: whether a stretch is speech of its own and not a fragment in somebody else's sentence.
        open: whether a stretch runs on into the next paragraph, where the mark is repeated.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    whole: tuple[bool, ...]
    open: tuple[bool, ...]

    def at(self, position: int) -> int:
        """Return the number of the stretch that a character stands in, or -1."""
        index = bisect_right(self.starts, position) - 1
        return index if index >= 0 and position < self.ends[index] else -1

    def kind(self, position: int) -> str | None:
        """Return "direct", "broken" or None for what stands at a character."""
        index = self.at(position)
        return None if index < 0 else "direct" if self.whole[index] else "broken"


def quotations_in(text: str, ranges: Sequence[tuple[int, int]]) -> Quotations:
    """Return the quoted stretches within some ranges of a text.

    A mark without its partner on the same line runs to the end of the line. Straight marks open and close by turns; a
    single one counts only beside a word and never between letters.
    """
    found: list[tuple[int, int, bool, bool]] = []
    for start, end in ranges:
        opening, mark = -1, ""
        for match in _MARKS.finditer(text, start, end):
            sign = match.group()
            if sign == "\n":
                _keep(text, found, opening, match.start(), open_=True, mark=mark)
                opening, mark = -1, ""
            elif opening >= 0 and sign in _CLOSERS.get(mark, ""):
                _keep(text, found, opening, match.start(), open_=False, mark=mark)
                opening, mark = -1, ""
            elif opening < 0 and sign in _OPENERS and not _apostrophe(text, match.start()):
                opening, mark = match.end(), sign
        _keep(text, found, opening, end, open_=True, mark=mark)
    return Quotations(
        tuple(one[0] for one in found), tuple(one[1] for one in found), tuple(one[2] for one in found),
        tuple(one[3] for one in found),
    )  # fmt: skip


def _apostrophe(text: str, at: int) -> bool:
    """Tell the mark of "the crews' ships" from one that opens."""
    return text[at] in "'‘’" and at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,!?…])")


def _keep(
    text: str, found: list[tuple[int, int, bool, bool]], start: int, stop: int, *, open_: bool, mark: str
) -> None:
    if start < 0 or stop <= start or (open_ and mark in "'‘"):
        return
    found.append((start, stop, _whole(text, start, stop), open_))


def _whole(text: str, start: int, stop: int) -> bool:
    """Tell speech from a fragment: it begins a sentence, or follows a comma, a colon or a dash and is long enough."""
    before = text[max(0, start - 3) : start - 1].rstrip()
    begins = not before or before[-1] in '.!?:,;—–…”’"\n([' or text[max(0, start - 2)] == "\n"
    capital = text[start : start + 1].isupper() or text[start : start + 1].isdigit()
    words = text.count(" ", start, min(stop, start + 200)) + 1
    closed = text[stop - 1] in ".,!?…"
    return (begins and (words >= _SHORT or closed)) or (capital and words > _SHORT) or (closed and words > _SHORT)
