"""A source in a sentence with the part of it that it answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wayside.coverage.attribution.phrase import Source

__all__ = ["CARRIER", "CITED", "LEADING", "OWNER", "WHOLE", "Mention"]

CARRIER: Final = 0  # told to, published by
WHOLE: Final = 1  # according to X, …; …, X said
LEADING: Final = 3  # X said that …
OWNER: Final = 4  # in X's count
CITED: Final = 5  # …, citing X


@dataclass(frozen=True, slots=True)
class Mention:
    """A source in a sentence.

    Attributes:
        source: who.
        trigger: token that makes it a source.
        start: first token that it answers for.
        stop: one past the last.
        depth: order in which sources of one token lead to the final one; the deepest is final.
        carrier: passes on what another says.
        provider: took or sold the picture; final only where nobody else is.
        asserts: says something in this sentence; False where it only publishes or is quoted later.
    """

    source: Source
    trigger: int
    start: int
    stop: int
    depth: int
    carrier: bool = False
    provider: bool = False
    asserts: bool = True
