"""Which documents tell one story: candidates from an index of rare features, then guarded joining.

Two documents are candidates if they are near each other in the list of a feature that both have; no list is paired with
itself. Candidates are joined from the likeliest on, but two groups become one only if the documents of the smaller
have, on the mean over the best third of the larger, log odds above zero. A chain of single links therefore joins
nothing.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.evidence import rarity, setting
from wayside.coverage.stories.features import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wayside.coverage.stories.features import Features, Rarities
    from wayside.coverage.stories.scoring import Scorer

__all__ = ["candidates", "grouped"]

_SMALL_SET: Final = 60
_LEAST_RARITY: Final = 0.8
_PASSES: Final = 3
_LEAST_SUPPORT: Final = 2
# Features of these kinds pair documents; days and plain words are too common for that in a large set.
_PAIRING: Final = tuple(
    KINDS.index(kind) for kind in ("figure", "number", "name", "source", "quotation", "wording", "title")
)


def candidates(some: Sequence[Features], rarities: Rarities) -> Iterator[tuple[int, int]]:
    """Yield the pairs of documents that are worth comparing, each once, smaller index first.

    In a small set all pairs are. In a large one, each document is paired with its neighbours, by day of publication, in
    the lists of its features, and of these with those that have most in common with it. What is held grows with the
    number of documents and not with that of pairs.
    """
    if len(some) <= _SMALL_SET:
        yield from ((one, other) for other in range(len(some)) for one in range(other))
        return
    order = sorted(range(len(some)), key=lambda at: (some[at].published or 0, at))
    lists = _lists(some, order, rarities)
    most, reach = int(setting("grouping", "candidates")), int(setting("grouping", "neighbours"))
    place: dict[tuple[int, str], int] = defaultdict(int)
    for one in order:
        row: dict[int, float] = {}
        for kind in _PAIRING:
            for key in some[one].kept[kind]:
                members = lists.get((kind, key))
                if members is None:
                    continue
                after = place[kind, key] = place[kind, key] + 1
                if after < len(members):
                    weight = rarities.weight(kind, key)
                    for other in members[after : after + reach]:
                        row[other] = row.get(other, 0.0) + weight
        best = nsmallest(most, row, key=lambda other: (-row[other], other)) if len(row) > most else row
        yield from ((min(one, other), max(one, other)) for other in best)


def _lists(some: Sequence[Features], order: Sequence[int], rarities: Rarities) -> dict[tuple[int, str], array[int]]:
    """Return, for each feature that two documents or more have and not too many, who has it."""
    limit = max(_SMALL_SET, int(rarity().common * len(some)))
    lists: dict[tuple[int, str], array[int]] = {}
    for one in order:
        kept = some[one].kept
        for kind in _PAIRING:
            for key in kept[kind]:
                having = rarities.having(kind, key)
                if 2 <= having <= limit and rarities.weight(kind, key) >= _LEAST_RARITY:
                    lists.setdefault((kind, key), array("l")).append(one)
    return lists


def grouped(scorer: Scorer, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return groups of document indices; every document is in one, alone if need be.

    Args:
        scorer: log odds of two documents.
        pairs: the candidates.
    """
    scored = [(score, one, other) for one, other in pairs if (score := scorer.log_odds(one, other)) > 0.0]
    scored.sort(key=lambda row: (-row[0], row[1], row[2]))
    known = {(one, other): score for score, one, other in scored}
    joining = _Joining(scorer, known, len(scorer.some))
    for _ in range(_PASSES):
        scored = [row for row in scored if not joining.joined(row[1], row[2])]
        if not joining.join_all(scored):
            break
    return joining.groups()


class _Joining:
    """Groups that grow."""

    def __init__(self, scorer: Scorer, known: dict[tuple[int, int], float], documents: int) -> None:
        self._scorer = scorer
        self._known = known
        self._group = list(range(documents))
        self._members = {at: [at] for at in range(documents)}
        self._refused: set[tuple[int, int, int, int]] = set()
        self._support = setting("grouping", "support")
        self._strongest = setting("grouping", "strongest")
        self._sampled = int(setting("grouping", "sampled"))

    def joined(self, one: int, other: int) -> bool:
        """Return whether two documents are in one group."""
        return self._group[one] == self._group[other]

    def groups(self) -> list[list[int]]:
        """Return the groups, by their first document."""
        return sorted(sorted(members) for members in self._members.values())

    def join_all(self, scored: Sequence[tuple[float, int, int]]) -> bool:
        """Go through the candidates once; return whether anything was joined."""
        changed = False
        for _, one, other in scored:
            left, right = self._group[one], self._group[other]
            if left == right:
                continue
            mine, theirs = self._members[left], self._members[right]
            key = (left, right, len(mine), len(theirs))
            if key in self._refused:
                continue
            if self._belong(mine, theirs):
                self._join(left, right)
                changed = True
            else:
                self._refused.add(key)
        return changed

    def _join(self, left: int, right: int) -> None:
        keep, drop = (left, right) if len(self._members[left]) >= len(self._members[right]) else (right, left)
        for member in self._members[drop]:
            self._group[member] = keep
        self._members[keep] += self._members.pop(drop)

    def _belong(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        if len(mine) == len(theirs) == 1:
            return True
        few, many = sorted((self._sample(mine), self._sample(theirs)), key=len)
        return sum(self._supported([self._score(one, other) for other in many]) for one in few) > 0.0

    def _supported(self, scores: Sequence[float]) -> float:
        """Return the mean of the best third, at least two, no score counting for more than the strongest may."""
        count = min(len(scores), max(_LEAST_SUPPORT, math.ceil(self._support * len(scores))))
        best = sorted(scores, reverse=True)[:count]
        return sum(max(-self._strongest, min(self._strongest, score)) for score in best) / count

    def _sample(self, members: Sequence[int]) -> Sequence[int]:
        if len(members) <= self._sampled:
            return members
        step = len(members) / self._sampled
        return [members[int(at * step)] for at in range(self._sampled)]

    def _score(self, one: int, other: int) -> float:
        pair = (one, other) if one < other else (other, one)
        score = self._known.get(pair)
        if score is None:
            score = self._scorer.log_odds(*pair)
            self._known[pair] = score
        return score
