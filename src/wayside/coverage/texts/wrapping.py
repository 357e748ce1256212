"""Lines that were broken at a fixed width, as in e-mails and old text files, joined without moving a character."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from wayside.coverage.texts.lines import ends_sentence

__all__ = ["unwrapped"]

_NARROWEST: Final = 45
_WIDEST: Final = 100
_FEWEST: Final = 3
_SHARE: Final = 0.3
_OPENS: Final = re.compile(r"^\s{0,8}(?:[-*•>–#|]|\d{1,3}[.)]\s)")


def unwrapped(text: str, fewest: int = _FEWEST) -> str:
    """Return the text with line ends inside of paragraphs as blanks, so that every offset stays what it is.

    A text counts as broken at a fixed width where many lines of about that width stop in the middle of a sentence and
    the next begins in lower case; else it is returned as it is.

    Args:
        text: any text.
        fewest: how many lines must stop so; fewer where a fixed width is usual (e-mail).
    """
    lines = text.split("\n")
    if len(lines) < fewest + 1:
        return text
    pairs = [(one.rstrip(), two) for one, two in pairwise(lines) if one.strip() and two.strip()]
    wide = [(one, two) for one, two in pairs if _NARROWEST <= len(one) <= _WIDEST]
    running = [one for one, two in wide if two.strip()[0].islower() and not ends_sentence(one)]
    if len(running) < fewest or len(running) < _SHARE * len(pairs):
        return text
    width = max(len(one) for one in running)
    return _join(lines, width)


def _join(lines: list[str], width: int) -> str:
    """Join a line to the next where the next one's first word would not have fitted in it."""
    pieces = []
    for index, line in enumerate(lines[:-1]):
        following = lines[index + 1]
        first = following.split(maxsplit=1)[0] if following.strip() else ""
        full = len(line.rstrip()) + 1 + len(first) > width and len(line.rstrip()) >= width // 2
        inside = bool(line.strip()) and bool(first) and not _OPENS.match(following)
        pieces.append(line.removesuffix("\r") + (" " if line.endswith("\r") else "") if inside and full else line)
        pieces.append(" " if inside and full else "\n")
    pieces.append(lines[-1])
    return "".join(pieces)
