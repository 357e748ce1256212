"""Groups of words and phrases in tables, found in a sentence by one look-up a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Cues", "cues", "forms"]


@dataclass(frozen=True, slots=True)
class Cues:
    """Phrases by their first word: the words after it, and the group that the phrase belongs to."""

    rows: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]

    def hits(self, tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
        """Return where the phrases of each group stand: first token, token after it; ascending."""
        found: dict[str, list[tuple[int, int]]] = {}
        rows = self.rows
        for index, token in enumerate(tokens):
            candidates = rows.get(token.lower)
            if candidates is None:
                continue
            for rest, group in candidates:
                if rest and not _follow(tokens, index + 1, rest):
                    continue
                found.setdefault(group, []).append((index, index + 1 + len(rest)))
        return found


def _follow(tokens: Sequence[Token], index: int, words: tuple[str, ...]) -> bool:
    if index + len(words) > len(tokens):
        return False
    return all(tokens[index + at].lower == word for at, word in enumerate(words))


def cues(groups: Mapping[str, Iterable[str]]) -> Cues:
    """Index groups of phrases."""
    rows: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group, entries in groups.items():
        seen = dict.fromkeys(form for entry in entries for form in forms(entry))
        for form in seen:
            words = form.split()
            rows.setdefault(words[0], []).append((tuple(words[1:]), group))
    return Cues({word: tuple(found) for word, found in rows.items()})


def forms(entry: str) -> list[str]:
    """Return the forms of a table's entry: "ship/-/s/ping off" stands for "ship off", "ships off", "shipping off"."""
    found = [""]
    for word in entry.split():
        stem, *endings = word.split("/") if len(word) > 1 else [word]
        ways = [stem + ending.removeprefix("-") for ending in endings] or [stem]
        found = [f"{before} {way}".strip() for before in found for way in ways]
    return found
