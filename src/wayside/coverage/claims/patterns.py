"""Patterns of words with slots, as the tables write them, and a matcher whose work is bounded by the pattern's length.

A pattern is a row of words: ``(over|in) the past {n} {unit}``. A bar separates alternatives, brackets make a part
optional, a slot in braces stands for whatever its reader accepts; a figure at its end tells two slots of one kind apart
(``{day2}``). Brackets do not nest and nothing repeats, so that no text makes matching slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from wayside.coverage.words.tokens import Token

__all__ = ["Behind", "Match", "Patterns", "behind", "compiled", "expand"]

_PIECE: Final = re.compile(r"\([^()]*\)|\S+")
_LONGEST_GLUED: Final = 4
_NOTHING: Final[dict[str, Any]] = {}


class Match(NamedTuple):
    """A pattern that was found: the token after it, the pattern's name, and what its slots read."""

    stop: int
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Behind:
    """What may stand behind a slot, in any pattern: words, kinds of slots; or nothing, where the slot ends one."""

    words: frozenset[str]
    kinds: frozenset[str]
    ends: bool

    def fits(self, tokens: Sequence[Token], after: int, kinds: Sequence[AbstractSet[str]]) -> bool:
        """Tell whether the token behind a slot may go on with a pattern."""
        if self.ends or after >= len(tokens):
            return self.ends
        return tokens[after].lower in self.words or not kinds[after].isdisjoint(self.kinds)


@dataclass(slots=True)
class _Node:
    words: dict[str, _Node] = field(default_factory=dict)
    # Name of the slot in the pattern ("day2") -> kind of the slot ("day") and what follows.
    slots: dict[str, tuple[str, _Node]] = field(default_factory=dict)
    name: str | None = None
    kinds: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Patterns:
    """A set of named patterns.

    Attributes:
        root: where every pattern begins.
        glued: a word matches where a longer one begins with it, as in scripts without spaces.
    """

    root: _Node
    glued: bool = False

    @property
    def openings(self) -> frozenset[str]:
        """Words that a pattern begins with."""
        return frozenset(self.root.words)

    @property
    def opening_slots(self) -> frozenset[str]:
        """Slots that a pattern begins with."""
        return frozenset(self.root.kinds)

    def opens(self, tokens: Sequence[Token], index: int, kinds: Sequence[AbstractSet[str]]) -> bool:
        """Tell whether a pattern may begin with the word at a token, by the token after it; slots are not asked."""
        node = self.root.words.get(tokens[index].lower)
        if node is None or node.name is not None:
            return node is not None
        after = index + 1
        if after == len(tokens):
            return False
        return tokens[after].lower in node.words or not kinds[after].isdisjoint(node.kinds)

    def matches(
        self,
        tokens: Sequence[Token],
        index: int,
        kinds: Sequence[AbstractSet[str]],
        read: Callable[[str, int], tuple[Any, int] | None],
    ) -> list[Match]:
        """Return every pattern that begins at a token, longest first.

        Args:
            tokens: the sentence.
            index: where to begin.
            kinds: for every token the kinds of slots that may begin with it.
            read: reads a slot of a kind at a token: its value and the token after it, or None.
        """
        found: list[Match] = []
        ways: list[tuple[_Node, int, dict[str, Any]]] = [(self.root, index, _NOTHING)]
        count = len(tokens)
        while ways:
            node, at, values = ways.pop()
            if node.name is not None:
                found.append(Match(at, node.name, values))
            if at >= count:
                continue
            child = self._word(node, tokens[at].lower) if self.glued else node.words.get(tokens[at].lower)
            if child is not None:
                ways.append((child, at + 1, values))
            here = kinds[at]
            if here.isdisjoint(node.kinds):
                continue
            for name, (kind, after) in node.slots.items():
                got = read(kind, at) if kind in here else None
                if got is not None:
                    ways.append((after, got[1], {**values, name: got[0]}))
        if len(found) > 1:
            found.sort(key=lambda match: -match.stop)
        return found

    def _word(self, node: _Node, word: str) -> _Node | None:
        if word in node.words:
            return node.words[word]
        longest = min(len(word) - 1, _LONGEST_GLUED)
        return next((node.words[word[:size]] for size in range(longest, 0, -1) if word[:size] in node.words), None)


def behind(slot: str, sets: Iterable[Patterns]) -> Behind:
    """Return what may stand behind a kind of slot in some sets of patterns."""
    nodes = [patterns.root for patterns in sets]
    found: list[_Node] = []
    while nodes:
        node = nodes.pop()
        found += [after for kind, after in node.slots.values() if kind == slot]
        nodes += [*node.words.values(), *(after for _, after in node.slots.values())]
    return Behind(
        frozenset(word for node in found for word in node.words),
        frozenset(kind for node in found for kind in node.kinds),
        any(node.name is not None for node in found),
    )


def compiled(named: Mapping[str, Iterable[str]], *, glued: bool = False) -> Patterns:
    """Compile patterns; of two that are written alike the first keeps its name."""
    root = _Node()
    for name, rows in named.items():
        for row in rows:
            for words in expand(row):
                _add(root, words, name)
    return Patterns(root, glued)


def expand(pattern: str) -> list[tuple[str, ...]]:
    """Return every row of words and slots that a pattern stands for."""
    choices: list[list[tuple[str, ...]]] = []
    for match in _PIECE.finditer(pattern):
        piece = match.group()
        optional = piece.startswith("(") and piece.endswith(")") and len(piece) > 1
        ways = [tuple(way.split()) for way in (piece[1:-1] if optional else piece).split("|")]
        choices.append([(), *ways] if optional else ways)
    return [tuple(word for part in parts for word in part) for parts in product(*choices)]


def _add(root: _Node, words: tuple[str, ...], name: str) -> None:
    node = root
    for word in words:
        if word.startswith("{"):
            slot = word[1:-1]
            kind = slot.rstrip("0123456789")
            node.kinds.add(kind)
            node = node.slots.setdefault(slot, (kind, _Node()))[1]
        else:
            node = node.words.setdefault(word, _Node())
    if words and node.name is None:
        node.name = name
