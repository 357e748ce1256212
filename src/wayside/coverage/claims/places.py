"""Named places, without a gazetteer: a name before "facility", "station", "port" …, or after "at", "in", "near"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wayside.coverage.words.lexicon import FACILITIES, MEDIA, STOP
from wayside.coverage.words.numbers import is_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["facility_in", "setting_in"]

_KINDS: Final = frozenset(
    {"rail", "railway", "railroad", "railcar", "train", "freight", "border", "container", "marshalling", "naval"}
)
_AT: Final = frozenset({"at", "near", "in", "from", "outside", "around"})
_LONGEST_NAME: Final = 3


def facility_in(tokens: Sequence[Token], near: int) -> str | None:
    """Return the name of the facility nearest to a token: "Tumangang" of "the Tumangang Rail Facility"."""
    best: tuple[int, str] | None = None
    for index, token in enumerate(tokens):
        if token.lower not in FACILITIES or (token.lower == "border" and not _kind_before(tokens, index)):
            continue
        name = _name_before(tokens, index)
        if name and (best is None or abs(index - near) < best[0]):
            best = (abs(index - near), name)
    return best[1] if best else None


def _kind_before(tokens: Sequence[Token], index: int) -> bool:
    return index > 0 and tokens[index - 1].lower in _KINDS


def _name_before(tokens: Sequence[Token], index: int) -> str | None:
    at = index - 1
    while at >= 0 and tokens[at].lower in _KINDS:
        at -= 1
    words: list[str] = []
    while at >= 0 and len(words) < _LONGEST_NAME and _is_name(tokens, at):
        words.insert(0, tokens[at].text)
        at -= 1
    while words and (words[0].lower() in STOP or words[0].lower() in _KINDS):
        words = words[1:]
    return " ".join(words) or None


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    return (
        token.kind == "word" and token.text[0].isupper() and not token.lower.endswith("'s") and token.lower not in STOP
    )


def setting_in(tokens: Sequence[Token], near: int) -> str | None:
    """Return the name after "at", "in", "near" that stands nearest to a token, or None."""
    best: tuple[int, str] | None = None
    for index, token in enumerate(tokens[:-1]):
        if token.lower not in _AT:
            continue
        words: list[str] = []
        at = index + 1
        while at < len(tokens) and tokens[at].lower == "the":
            at += 1
        while (
            at < len(tokens) and len(words) < _LONGEST_NAME and _is_name(tokens, at) and not is_month(tokens[at].lower)
        ):
            words.append(tokens[at].text)
            at += 1
        name = " ".join(words)
        if (
            words
            and name.lower() not in MEDIA
            and (best is None or abs(index - near) < best[0])
            and not name[0].isdigit()
        ):
            best = (abs(index - near), name)
    return best[1] if best else None
