"""Boxes of one track made into cars that do not overlap: in one dimension, along the track.

Suppression in the image's axes takes a car for a duplicate of its neighbour on the next track as soon as the yard lies
diagonally. Along its own track a car overlaps nothing but its own duplicates, at every angle.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from wayside.counting.boxes_lengths import BoxLengths
from wayside.counting.boxes_tracks import PlacedBox

__all__ = ["merge_along"]

_END_M = 1.5
"""Each end of a box may be wrong by this much: neighbours that overlap by up to twice of it are two cars."""
_END_SHARE = 0.25
_JOINT_M = 1.5
"""Pieces closer than this can be halves of one car."""
_PIECE_M = 9.5
"""Boxes shorter than this may be pieces."""
_SHORTEST_M = 2.0
"""Shorter boxes are dropped; longer ones that lie inside another always touch its core."""


class _Candidate(NamedTuple):
    """A stretch of the track that may be one box: its core, which no other may touch, and what it is worth."""

    low: float
    high: float
    worth: float
    box: PlacedBox


def merge_along(
    boxes: Sequence[PlacedBox], probability: Callable[[float], float], lengths: BoxLengths
) -> tuple[PlacedBox, ...]:
    """Return the boxes of one track with duplicates resolved, in order along it.

    Two boxes are compatible where the cores of their intervals (each end drawn in by 1.5 m, at most by a quarter of
    the length) do not touch. Of all compatible subsets the one with the greatest Σ p · length · fit is kept, where
    ``fit`` says how well the length suits whole cars: weighted interval scheduling, solved exactly by dynamic
    programming (Kleinberg and Tardos, Algorithm Design, 6.1). Two short pieces that touch compete as one box too,
    so that a car cut by the edge of a tile is one car.

    Args:
        boxes: all boxes of the track, duplicates included.
        probability: from a score to the probability that the box holds a car; not decreasing.
        lengths: what a box's length says.

    Returns:
        The boxes kept; where two still overlap at their ends, both end halfway.
    """
    usable = sorted(box for box in boxes if box.length_m >= _SHORTEST_M)
    pool = [*usable, *_joined(usable)]
    candidates = sorted(_candidate(box, probability, lengths) for box in pool)
    return _apart(_best(candidates))


def _joined(boxes: Sequence[PlacedBox]) -> list[PlacedBox]:
    """Return pairs of pieces as one box; ``boxes`` are sorted along the track."""
    pieces = [box for box in boxes if box.length_m < _PIECE_M]
    found = []
    for index, first in enumerate(pieces):
        for second in pieces[index + 1 :]:
            if second.start_m > first.end_m + _JOINT_M:
                break
            if min(second.end_m - first.end_m, second.start_m - first.start_m) > _SHORTEST_M:
                better = max(first, second, key=lambda box: box.score)
                found.append(better._replace(start_m=first.start_m, end_m=second.end_m))
    return found


def _candidate(box: PlacedBox, probability: Callable[[float], float], lengths: BoxLengths) -> _Candidate:
    drawn_in = min(_END_M, _END_SHARE * box.length_m)
    worth = max(probability(box.score), 1e-6) * box.length_m * lengths.fit(box.length_m)
    return _Candidate(box.start_m + drawn_in, box.end_m - drawn_in, worth, box)


def _best(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the compatible subset of the greatest worth, in order along the track."""
    order = sorted(candidates, key=lambda c: (c.high, c.low, -c.worth))
    ends = [c.high for c in order]
    worth = np.zeros(len(order) + 1)
    taken = np.zeros(len(order) + 1, dtype=np.bool_)
    before = [bisect_right(ends, c.low, hi=index) for index, c in enumerate(order)]
    for index, candidate in enumerate(order):
        with_it = candidate.worth + worth[before[index]]
        taken[index + 1] = with_it > worth[index]
        worth[index + 1] = max(with_it, worth[index])
    kept: list[_Candidate] = []
    at = len(order)
    while at:
        if taken[at]:
            kept.append(order[at - 1])
            at = before[at - 1]
        else:
            at -= 1
    return kept[::-1]


def _apart(kept: Sequence[_Candidate]) -> tuple[PlacedBox, ...]:
    """Let boxes that overlap at their ends meet halfway, but not inside a core."""
    boxes = [candidate.box for candidate in kept]
    for index, (first, second) in enumerate(itertools.pairwise(kept)):
        if first.box.end_m > second.box.start_m:
            middle = min(max(0.5 * (first.box.end_m + second.box.start_m), first.high), second.low)
            boxes[index] = boxes[index]._replace(end_m=middle)
            boxes[index + 1] = boxes[index + 1]._replace(start_m=middle)
    return tuple(boxes)
