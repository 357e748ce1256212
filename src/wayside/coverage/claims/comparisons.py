"""Claims that compare without a figure: "unprecedented", "greater than what has been observed in five years"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.quantities import Found
from wayside.coverage.words.lexicon import COMPARISONS
from wayside.model.claims import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["find_comparisons"]

_STATED: Final = Quantity(None, None, "none stated")
_MORE: Final = frozenset({"greater", "higher", "larger", "more", "above"})
_MOST: Final = frozenset({"highest", "largest", "greatest", "most"})
_CUES: Final = COMPARISONS | _MORE | _MOST
_MARKS: Final = frozenset(",.;:()—–")
_PERIODS: Final = frozenset({"year", "years", "decade", "decades", "months", "ever"})
_REACH: Final = 12


def find_comparisons(tokens: Sequence[Token]) -> list[Found]:
    """Find comparison claims; each runs to the end of its clause or to the next number, at most a dozen words."""
    found: list[Found] = []
    for index, token in enumerate(tokens):
        if token.lower not in _CUES or (found and index < found[-1].stop):
            continue
        stop = _end(tokens, index + 1)
        ahead = [one.lower for one in tokens[index + 1 : stop]]
        following = ahead[0] if ahead else ""
        unlike = token.lower in COMPARISONS
        more = token.lower in _MORE and following == "than" and bool(_PERIODS & set(ahead))
        most = token.lower in _MOST and bool(_PERIODS & set(ahead)) and "in" in ahead
        if unlike or more or most:
            found.append(Found(index, stop, index, _STATED, None, "comparison", (), ()))
    return found


def _end(tokens: Sequence[Token], index: int) -> int:
    stop = index
    while (
        stop < len(tokens)
        and stop < index + _REACH
        and tokens[stop].text not in _MARKS
        and tokens[stop].kind != "number"
    ):
        stop += 1
    while stop > index and tokens[stop - 1].kind == "mark":
        stop -= 1
    return stop
