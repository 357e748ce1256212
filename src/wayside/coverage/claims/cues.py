"""Groups of words and phrases in tables, found in a sentence by one look-up a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Cues", "cues", "forms"]


@dataclass(frozen=True, slots=True)
class _Row:
    """The phrases that begin with one word, as the words after it and the group, in the order of the table.

    Those of the word alone, and by the second word all that may stand where it follows.
    """

    alone: tuple[tuple[tuple[str, ...], str], ...]
    seconds: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


@dataclass(frozen=True, slots=True)
class Cues:
    """Phrases by their first word."""

    rows: Mapping[str, _Row]

    def hits(self, tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
        """Return where the phrases of each group stand: first token, token after it; ascending."""
        found: dict[str, list[tuple[int, int]]] = {}
        words = [token.lower for token in tokens]
        for index, row in enumerate(map(self.rows.get, words)):
            if row is None:
                continue
            after = index + 1
            second = words[after] if after < len(words) else ""
            for rest, group in row.seconds.get(second, row.alone):
                stop = after + len(rest)
                if len(rest) < 2 or tuple(words[after:stop]) == rest:
                    found.setdefault(group, []).append((index, stop))
        return found


def cues(groups: Mapping[str, Iterable[str]]) -> Cues:
    """Index groups of phrases."""
    rows: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group, entries in groups.items():
        seen = dict.fromkeys(form for entry in entries for form in forms(entry))
        for form in seen:
            words = form.split()
            rows.setdefault(words[0], []).append((tuple(words[1:]), group))
    return Cues({word: _row(found) for word, found in rows.items()})


def _row(found: Sequence[tuple[tuple[str, ...], str]]) -> _Row:
    seconds = {rest[0] for rest, _ in found if rest}
    return _Row(
        tuple(one for one in found if not one[0]),
        {word: tuple(one for one in found if one[0][:1] in {(), (word,)}) for word in seconds},
    )


def forms(entry: str) -> list[str]:
    """Return the forms of a table's entry: "ship/-/s/ping off" stands for "ship off", "ships off", "shipping off"."""
    found = [""]
    for word in entry.split():
        stem, *endings = word.split("/") if len(word) > 1 else [word]
        ways = [stem + ending.removeprefix("-") for ending in endings] or [stem]
        found = [f"{before} {way}".strip() for before in found for way in ways]
    return found
