"""Scores of a matrix of hypotheses by evidence, and what they hang on.

The method is that of R. J. Heuer (*Psychology of Intelligence Analysis*, 1999, chapter 8): hypotheses are refuted and
not confirmed, so consistent evidence adds nothing to a score. The weights are those of the ACH program of PARC
("ACH1.1: A Tool for Analyzing Competing Hypotheses, Technical Description"): I counts 1 and II counts 2, times a factor
for credibility and one for relevance, each 1/√2 (low), 1 (medium) or √2 (high).

All sums are exact: a weight is half a whole number or that times √2, so a score is kept as two whole numbers, and equal
scores are equal whatever the order of the evidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from wayside.model.hypotheses import Consistency, Degree, Evidence, LeftOut, OneStep, Standing

__all__ = [
    "INCONSISTENCY",
    "SCALE",
    "Rated",
    "diagnosticity",
    "leave_each_out",
    "one_step_off",
    "standings",
    "weight_of",
]

INCONSISTENCY: Mapping[Consistency, int] = {Consistency.I: 1, Consistency.II: 2}
"""What a rating adds to a score before weighting; those that are not here add nothing."""

SCALE = (Consistency.CC, Consistency.C, Consistency.N, Consistency.I, Consistency.II)
"""The ratings in order; NA has no place on the scale."""

_STEP = {Degree.LOW: -1, Degree.MEDIUM: 0, Degree.HIGH: 1}
_PLACE: Mapping[Consistency, int] = {value: 2 - k for k, value in enumerate(SCALE)}


@dataclass(frozen=True, slots=True)
class Rated:
    """A piece of evidence with its ratings.

    Attributes:
        evidence: the piece.
        ratings: one for each hypothesis, in their order; None where nobody rated.
    """

    evidence: Evidence
    ratings: tuple[Consistency | None, ...]


@dataclass(frozen=True, slots=True)
class _Sum:
    """The exact number (halves + halves_root2 * √2) / 2."""

    halves: int = 0
    halves_root2: int = 0

    def plus(self, other: _Sum, times: int) -> _Sum:
        return _Sum(self.halves + times * other.halves, self.halves_root2 + times * other.halves_root2)

    def __float__(self) -> float:
        return (self.halves + self.halves_root2 * math.sqrt(2.0)) / 2.0


_WEIGHTS = {-2: _Sum(1), -1: _Sum(0, 1), 0: _Sum(2), 1: _Sum(0, 2), 2: _Sum(4)}
"""2 ** (steps / 2) by the sum of the steps of credibility and relevance: 1/2, 1/√2, 1, √2, 2."""


def _weight(evidence: Evidence) -> _Sum:
    return _WEIGHTS[_STEP[evidence.credibility] + _STEP[evidence.relevance]]


def weight_of(evidence: Evidence) -> float:
    """Return credibility by relevance: 0.5, 1/√2, 1, √2 or 2."""
    return float(_weight(evidence))


def diagnosticity(rated: Rated) -> float:
    """Return how well a piece tells the hypotheses apart: the weighted mean difference of two of its ratings.

    Ratings stand at CC 2, C 1, N 0, I -1, II -2 (NA at 0); the differences of all pairs of rated hypotheses are
    averaged: that nobody rated is no rating, and tells nothing apart. 0 where all are rated alike, which is what Heuer
    calls evidence of no diagnostic value, and where fewer than two are rated.
    """
    places = [_PLACE.get(value, 0) for value in rated.ratings if value is not None]
    pairs = list(combinations(places, 2))
    if not pairs:
        return 0.0
    return weight_of(rated.evidence) * sum(abs(a - b) for a, b in pairs) / len(pairs)


def standings(hypotheses: Sequence[str], evidence: Iterable[Rated]) -> tuple[Standing, ...]:
    """Return where each hypothesis stands, the least inconsistent first; those of one score as they were given.

    Args:
        hypotheses: their ids.
        evidence: pieces with one rating for each of them.
    """
    pieces = tuple(evidence)
    sums = [_sum(pieces, k) for k in range(len(hypotheses))]
    scores = [float(one) for one in sums]
    order = sorted(range(len(hypotheses)), key=lambda k: scores[k])
    return tuple(
        Standing(
            hypothesis=hypotheses[k],
            inconsistency=scores[k],
            rank=1 + sum(other < scores[k] for other in scores),
            inconsistent=_number(pieces, k, Consistency.I),
            very_inconsistent=_number(pieces, k, Consistency.II),
            unrated=_number(pieces, k, None),
        )
        for k in order
    )


def _sum(pieces: Iterable[Rated], k: int) -> _Sum:
    total = _Sum()
    for piece in pieces:
        rating = piece.ratings[k]
        if rating is not None:
            total = total.plus(_weight(piece.evidence), INCONSISTENCY.get(rating, 0))
    return total


def _number(pieces: Iterable[Rated], k: int, value: Consistency | None) -> int:
    return sum(piece.ratings[k] is value for piece in pieces)


def leave_each_out(hypotheses: Sequence[str], evidence: Sequence[Rated]) -> tuple[LeftOut, ...]:
    """Return what becomes of the order without each piece of evidence."""
    ranks = _ranks(standings(hypotheses, evidence))
    found = []
    for k, piece in enumerate(evidence):
        without = standings(hypotheses, [*evidence[:k], *evidence[k + 1 :]])
        first = _first(without)
        found.append(
            LeftOut(
                evidence=piece.evidence.id,
                standings=without,
                first=first,
                changes_first=set(first) != {name for name, rank in ranks.items() if rank == 1},
                changes_order=_ranks(without) != ranks,
            )
        )
    return tuple(found)


def one_step_off(hypotheses: Sequence[str], evidence: Sequence[Rated]) -> tuple[tuple[OneStep, ...], int]:
    """Return the single ratings that decide which hypotheses are least inconsistent, and how many were tried.

    Every rating on the scale is moved by one step to either side, one at a time; what is not rated or not applicable
    stays.
    """
    first = set(_first(standings(hypotheses, evidence)))
    found, tried = [], 0
    for i, piece in enumerate(evidence):
        for k, was in enumerate(piece.ratings):
            for would_be in _neighbours(was):
                tried += 1
                moved = Rated(piece.evidence, (*piece.ratings[:k], would_be, *piece.ratings[k + 1 :]))
                then = _first(standings(hypotheses, [*evidence[:i], moved, *evidence[i + 1 :]]))
                if was is not None and set(then) != first:
                    found.append(OneStep(piece.evidence.id, hypotheses[k], was, would_be, then))
    return tuple(found), tried


def _neighbours(value: Consistency | None) -> tuple[Consistency, ...]:
    if value not in SCALE:
        return ()
    place = SCALE.index(value)
    return tuple(SCALE[k] for k in (place - 1, place + 1) if 0 <= k < len(SCALE))


def _first(ordered: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(one.hypothesis for one in ordered if one.rank == 1)


def _ranks(ordered: Iterable[Standing]) -> dict[str, int]:
    return {one.hypothesis: one.rank for one in ordered}
