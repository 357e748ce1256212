"""What is found in a sentence, before it is attributed and placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.words.tokens import lower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token
    from wayside.model.claims import Quantity

__all__ = ["FROM_CONTEXT", "Found", "lower", "words_between"]


FROM_CONTEXT: Final = "counted thing from context"


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity or a comparison in a sentence.

    Attributes:
        first: index of its first token, hedges included.
        stop: index of the first token after it.
        number: index of the number's token.
        quantity: value and bounds.
        counted: what is counted, singular with its modifiers, or None.
        kind: kind of claim, of ``model.claims.KINDS``.
        hedges: hedging words as written in lower case.
        flags: what is doubtful.
        modifiers: what narrows the counted thing, as written.
        certainty: of ``model.claims.CERTAINTIES``.
        negated: the text denies it; a stated zero ("no railcars") is a figure and not a denial.
        join: index, in the list that it is returned in, of an earlier one that it hangs together with, and how
            (of ``model.claims.JOINS``).
    """

    first: int
    stop: int
    number: int
    quantity: Quantity
    counted: str | None
    kind: str
    hedges: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    certainty: str = "asserted"
    negated: bool = False
    join: tuple[int, str] | None = None


def words_between(tokens: Sequence[Token], first: int, stop: int) -> str:
    """Return the lower-case words of a range, with a space where the text has one."""
    words = ""
    for at in range(first, stop):
        words += " " if at > first and tokens[at - 1].end < tokens[at].start else ""
        words += tokens[at].lower
    return words
