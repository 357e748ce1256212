"""Tables of phrases, looked up word by word: the longest phrase that starts, or ends, at a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from wayside.coverage.words.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Phrases", "phrases_of"]

T = TypeVar("T")
_MEANING: Final = ""


class Phrases(Generic[T]):
    """Phrases with a meaning each, matched case-insensitively as token sequences.

    A phrase may start or end anywhere; looking one up costs one dictionary access per word that matches, whatever the
    size of the table.
    """

    __slots__ = ("_backward", "_forward", "starts")

    def __init__(self, meanings: Mapping[str, T]) -> None:
        """Build the table.

        Args:
            meanings: phrase -> meaning; a phrase is cut into words as every text is.
        """
        self._forward: dict[str, Any] = {}
        self._backward: dict[str, Any] = {}
        for phrase, meaning in meanings.items():
            words = [token.lower for token in tokenise(phrase, 0, len(phrase))]
            _insert(self._forward, words, meaning)
            _insert(self._backward, reversed(words), meaning)
        self.starts = frozenset(self._forward)

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, T] | None:
        """Return the longest phrase that starts at a token: the index after it, and its meaning."""
        node = self._forward
        found: tuple[int, T] | None = None
        while index < len(tokens):
            following: dict[str, Any] | None = node.get(tokens[index].lower)
            if following is None:
                break
            node = following
            index += 1
            if _MEANING in node:
                found = index, node[_MEANING]
        return found

    def before(self, tokens: Sequence[Token], stop: int) -> tuple[int, T] | None:
        """Return the longest phrase that ends right before a token: its first index, and its meaning."""
        node = self._backward
        found: tuple[int, T] | None = None
        while stop > 0:
            stop -= 1
            following: dict[str, Any] | None = node.get(tokens[stop].lower)
            if following is None:
                break
            node = following
            if _MEANING in node:
                found = stop, node[_MEANING]
        return found

    def first_in(self, tokens: Sequence[Token], start: int, stop: int) -> tuple[int, int, T] | None:
        """Return the first phrase that lies in a range of tokens: first, stop, meaning."""
        starts = self.starts
        for index in range(max(start, 0), min(stop, len(tokens))):
            if tokens[index].lower in starts:
                match = self.at(tokens, index)
                if match is not None and match[0] <= stop:
                    return index, match[0], match[1]
        return None

    def last_in(self, tokens: Sequence[Token], start: int, stop: int) -> tuple[int, int, T] | None:
        """Return the last phrase that lies in a range of tokens: first, stop, meaning."""
        starts = self.starts
        for index in range(min(stop, len(tokens)) - 1, max(start, 0) - 1, -1):
            if tokens[index].lower in starts:
                match = self.at(tokens, index)
                if match is not None and match[0] <= stop:
                    return index, match[0], match[1]
        return None


def _insert(root: dict[str, Any], words: Iterable[str], meaning: object) -> None:
    node = root
    for word in words:
        node = node.setdefault(word, {})
    node[_MEANING] = meaning


def phrases_of(groups: Mapping[str, Sequence[str]]) -> Phrases[str]:
    """Return the table of ``meaning = [phrases]``."""
    return Phrases({phrase: meaning for meaning, phrases in groups.items() for phrase in phrases})
