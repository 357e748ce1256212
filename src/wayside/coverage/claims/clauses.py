"""Clauses of a sentence: where what somebody says begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["stretches"]

_MARKS: Final = frozenset(",;:()[]…!?")
_QUOTES: Final = frozenset('“”"«»„')
_DASHES: Final = frozenset("-–—")


def stretches(tokens: Sequence[Token], resuming: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """Cut a sentence at its marks: commas, colons, brackets, quotation marks and spaced dashes.

    Args:
        tokens: the sentence.
        resuming: words that, after an insertion between commas, go on with what stood before it ("Moravia, which has
            ports, has begun …"); such a stretch then begins where the one before the insertion does.

    Returns:
        First token and token after the last of each, in order, none empty.
    """
    found: list[tuple[int, int]] = []
    commas: list[bool] = []
    first = 0
    comma = False
    for index, token in enumerate(tokens):
        if token.kind != "mark" or not _cuts(tokens, index):
            continue
        if index > first:
            found.append((first, index))
            commas.append(comma)
        first, comma = index + 1, token.text == ","
    stop = len(tokens)
    while stop > first and tokens[stop - 1].text == ".":
        stop -= 1
    if stop > first:
        found.append((first, stop))
        commas.append(comma)
    return [
        (found[at - 2][0], end)
        if at > 1 and commas[at] and commas[at - 1] and tokens[start].lower in resuming
        else (start, end)
        for at, (start, end) in enumerate(found)
    ]


def _cuts(tokens: Sequence[Token], index: int) -> bool:
    """Tell a mark that ends a clause; a quotation mark in the midst of one ("would “violate” it") does not."""
    text = tokens[index].text
    if text in _QUOTES:
        alone = index in {0, len(tokens) - 1}
        return alone or tokens[index - 1].kind == "mark" or tokens[index + 1].kind == "mark"
    return text in _MARKS or (text in _DASHES and _spaced(tokens, index))


def _spaced(tokens: Sequence[Token], index: int) -> bool:
    before = index > 0 and tokens[index - 1].end < tokens[index].start
    after = index + 1 < len(tokens) and tokens[index].end < tokens[index + 1].start
    return before or after or tokens[index].text == "—"
