"""Exact recursions over every way to lay cars along a strip.

The model is a chain of edges between columns: a column is empty or inside a car, cars follow each other at couplings,
and a train's two ends have an empty column beyond them (``potentials`` gives the weights). Three messages run along
the edges: the weight of everything to the left given that a car ends here, that a car starts here, or that the column
before is empty. They are computed a block of edges at a time: no car is shorter than a block, so that all edges of a
block depend on earlier blocks alone and one matrix product does the block for all strips.

Sources: Rabiner, Proc. IEEE 77 (1989), section IV D (explicit durations); Sarawagi and Cohen, NIPS 17 (2004)
(segmental evidence); Cox, Renewal Theory (1962), chapter 7 (alternating renewal processes, windows).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.special import logsumexp

from wayside.counting.potentials import Evidence, Kernel, Potentials, log_of, reversed_evidence

__all__ = [
    "Messages",
    "Segment",
    "StripPosterior",
    "best_segments",
    "both_ways",
    "log_evidence",
    "posterior",
    "sweep",
]

Array = NDArray[np.float64]

DEEP = 600.0
"""Weights further apart than this many nats are added in logarithms; closer ones as plain numbers."""


class Messages(NamedTuple):
    """Logarithms of the weight of everything to the left of an edge, evidence included.

    Attributes:
        start: shape (families, window + edges, rows), a car starts at edge ``index - window``; -inf before edge 0.
        end: shape (families, edges, rows), a car ends at the edge.
        empty: shape (edges, rows), the column before the edge is empty; at edge 0 such that edge 1 comes out right.
    """

    start: Array
    end: Array
    empty: Array


class Segment(NamedTuple):
    """One car of a segmentation.

    Attributes:
        start: first column.
        end: column after the last.
        truncated: True where an end of the strip cuts it.
    """

    start: int
    end: int
    truncated: bool


class StripPosterior(NamedTuple):
    """Marginals over all segmentations of one strip.

    Attributes:
        covered: shape (columns,), probability that a car covers the column.
        boundary: shape (columns + 1,), probability of a coupling or a train's end at the edge.
    """

    covered: Array
    boundary: Array


class Ending(NamedTuple):
    """Logarithms of the weights of every way to reach the end of one strip.

    ``empty`` is a number, ``whole`` and ``both_cut`` have shape (families,), ``cut`` has shape (families, window):
    element r is a last car with r columns inside.
    """

    empty: float
    whole: Array
    cut: Array
    both_cut: Array

    @property
    def all(self) -> Array:
        return np.concatenate([[self.empty], self.whole, self.cut.ravel(), self.both_cut])


def blocks_of(evidence: Evidence, block: int) -> Iterator[tuple[int, int]]:
    """Yield the first edge of every block with the number of strips that reach it."""
    for first in range(1, evidence.covered.shape[0], block):
        yield first, int(np.count_nonzero(evidence.columns >= first))


def peak_of(x: Array, axis: int) -> Array:
    peak = x.max(axis=axis, keepdims=True)
    return np.where(np.isfinite(peak), peak, 0.0)


def is_deep(shifted: Array) -> bool:
    return bool(np.any((shifted < -DEEP) & (shifted > -np.inf)))


def _combine(kernel: Kernel, x: Array, *, best: bool) -> Array:
    """Return the logarithm of ``kernel @ exp(x)``, or each sum's greatest term; x has shape (..., window, rows)."""
    if best:
        # The window first, so that the maximum runs over long rows.
        terms = np.moveaxis(kernel.log, -1, 0)[..., None] + np.moveaxis(x, -2, 0)[..., None, :]
        return np.asarray(terms.max(axis=0))
    peak = peak_of(x, -2)
    shifted = x - peak
    if not is_deep(shifted):
        return log_of(kernel.linear @ np.exp(shifted)) + peak
    terms = kernel.log[..., None] + x[..., None, :, :]
    peak = peak_of(terms, -2)
    return log_of(np.exp(terms - peak).sum(axis=-2)) + peak[..., 0, :]


def _best_car(weights: Potentials, x: Array) -> Array:
    """Return what ``_combine`` returns for the kernel of cars with ``best``, from the lengths that exist alone."""
    by_length = np.moveaxis(sliding_window_view(x, weights.block, axis=1), -1, 2)  # families, lengths, block, rows
    terms = np.moveaxis(by_length, 1, 0) + log_of(weights.table.f[:, ::-1]).T[:, :, None, None]
    return np.asarray(terms.max(axis=0))


def sweep(weights: Potentials, evidence: Evidence, *, best: bool = False) -> Messages:
    """Run the messages along all strips.

    Args:
        weights: the potentials.
        evidence: the strips.
        best: False adds all ways to reach an edge, True keeps the best one (Viterbi).

    Returns:
        The messages; of a strip's row only edges up to its number of columns mean anything.
    """
    families, window, block = weights.log_switch.size, weights.window, weights.block
    edges, rows = evidence.covered.shape
    start = np.full((families, window + edges, rows), -np.inf)
    end = np.full((families, edges, rows), -np.inf)
    empty = np.full((edges, rows), -np.inf)
    start[:, window] = weights.log_whole_end[:, None] + evidence.edge[0]
    empty[0] = weights.log_empty_end - weights.log_stay
    covered = np.concatenate([np.zeros((window, rows)), evidence.covered])
    join = np.maximum if best else np.logaddexp
    for first, active in blocks_of(evidence, block):
        span, on = slice(first, first + block), slice(0, active)
        before = slice(first, first + window)  # the same edges counted from -window
        begun = start[:, before, on] - covered[before, on]
        car = _best_car(weights, begun) if best else _combine(weights.car, begun, best=False)
        if first < window:
            cut = weights.log_cut_end[:, span]
            car[:, : cut.shape[1]] = join(car[:, : cut.shape[1]], cut[:, :, None])
        end[:, span, on] = car + evidence.covered[span, on] + evidence.edge[span, on]
        left = end[:, first - 1 : first + block - 1, on] + weights.log_switch[:, None, None]
        gone = left.max(axis=0) if best else np.logaddexp.reduce(left, axis=0)
        empty[span, on] = _combine(weights.empty, np.concatenate([empty[first - 1 : first, on], gone]), best=best)
        opened = weights.log_switch[:, None, None] + evidence.edge[span, on] + empty[span, on]
        start[:, window + first : window + first + block, on] = join(
            opened, weights.log_couple[:, None, None] + end[:, span, on]
        )
    return Messages(start, end, empty)


def ways_to_end(weights: Potentials, evidence: Evidence, messages: Messages, row: int) -> Ending:
    window, n = weights.window, int(evidence.columns[row])
    inside = np.arange(min(window, n + 1))
    cut = np.full((weights.log_switch.size, window), -np.inf)
    gain = evidence.covered[n, row] - evidence.covered[n - inside, row]
    cut[:, : inside.size] = messages.start[:, window + n - inside, row] + gain + weights.log_cut_end[:, : inside.size]
    both = weights.log_both_cut[:, n] if n <= window else np.full(weights.log_switch.size, -np.inf)
    return Ending(
        float(messages.empty[n, row] + weights.log_empty_end),
        messages.end[:, n, row] + weights.log_whole_end,
        cut,
        both + evidence.covered[n, row],
    )


def log_evidence(weights: Potentials, evidence: Evidence, messages: Messages, row: int) -> float:
    """Return the logarithm of the summed weight of all segmentations of one strip."""
    return float(logsumexp(ways_to_end(weights, evidence, messages, row).all))


# ---------------------------------------------------------------------------- marginals
def both_ways(weights: Potentials, evidence: Evidence) -> tuple[Messages, Messages]:
    """Return the messages of the strips and of the reversed strips, swept side by side."""
    back = reversed_evidence(evidence)
    paired = Evidence(
        _interleaved(evidence.covered, back.covered),
        _interleaved(evidence.edge, back.edge),
        np.repeat(evidence.columns, 2),
        np.repeat(evidence.order, 2),
    )
    found = sweep(weights, paired)
    left, right = (Messages(found.start[..., k::2], found.end[..., k::2], found.empty[..., k::2]) for k in (0, 1))
    return left, right


def _interleaved(one: Array, other: Array) -> Array:
    return np.stack([one, other], axis=-1).reshape(one.shape[0], -1)


def posterior(weights: Potentials, evidence: Evidence, left: Messages, right: Messages) -> list[StripPosterior]:
    """Return the marginals of every row, from the messages of ``both_ways``."""
    return [_marginals(weights, evidence, left, right, row) for row in range(evidence.columns.size)]


def _marginals(weights: Potentials, evidence: Evidence, left: Messages, right: Messages, row: int) -> StripPosterior:
    n = int(evidence.columns[row])
    total = log_evidence(weights, evidence, left, row)
    empty_left, empty_right = left.empty[: n + 1, row], right.empty[n::-1, row][: n + 1]
    end_left, end_right = left.end[:, : n + 1, row], right.end[:, n::-1, row][:, : n + 1]
    open_column = np.exp(empty_left[1:] + empty_right[:-1] - total)
    switch = weights.log_switch[:, None]
    edge = evidence.edge[: n + 1, row]
    ways = np.concatenate(
        [
            end_left
            + end_right
            + weights.log_couple[:, None]
            - edge,  # a coupling; both messages hold the edge's evidence
            empty_left + end_right + switch,  # a train begins
            end_left + empty_right + switch,  # a train ends
        ]
    )
    boundary = np.exp(ways - total).sum(axis=0)
    boundary[0] = np.exp(end_right[:, 0] + weights.log_whole_end - total).sum()
    boundary[n] = np.exp(end_left[:, n] + weights.log_whole_end - total).sum()
    return StripPosterior(np.clip(1.0 - open_column, 0.0, 1.0), np.clip(boundary, 0.0, 1.0))


# ---------------------------------------------------------------------------- the best segmentation
_EMPTY, _OUTSIDE = -1, -2
"""States beside the families (0, 1, ...): an empty column, and beyond the strip's start."""


class _Trace(NamedTuple):
    """One strip on the way back along its best segmentation."""

    weights: Potentials
    evidence: Evidence
    messages: Messages
    row: int

    def into(self, family: int, at: int) -> int:
        """Return the state to the left of a car that starts at an edge."""
        if at == 0:
            return _OUTSIDE
        coupled = self.weights.log_couple[family] + self.messages.end[family, at, self.row]
        best = self.messages.start[family, self.weights.window + at, self.row]
        return family if coupled >= best else _EMPTY

    def car(self, family: int, end: int) -> Segment:
        """Return the best car of a family that ends at an edge."""
        table, start = self.weights.table, end - np.arange(self.weights.block, self.weights.window + 1)
        start = start[start >= 0]
        score = log_of(table.f[family, : start.size]) - self.evidence.covered[start, self.row]
        score = score + self.messages.start[family, self.weights.window + start, self.row]
        cut = self.weights.log_cut_end[family, end] if end <= self.weights.window else -np.inf
        if start.size and score.max() >= cut:
            return Segment(int(start[np.argmax(score)]), end, truncated=False)
        return Segment(0, end, truncated=True)

    def back(self, at: int, state: int) -> list[Segment]:
        """Return the cars to the left of an edge, last first."""
        left = self.messages.end[:, :, self.row] + self.weights.log_switch[:, None]
        stay = self.messages.empty[:-1, self.row] + self.weights.log_stay
        entered = np.flatnonzero(left.max(axis=0)[:-1] >= stay) + 1
        found: list[Segment] = []
        while state != _OUTSIDE:
            if state == _EMPTY:
                place = int(np.searchsorted(entered, at, side="right")) - 1
                if place < 0:
                    break
                at = int(entered[place]) - 1
                state = int(np.argmax(left[:, at]))
            found.append(self.car(state, at))
            at = found[-1].start
            state = _OUTSIDE if found[-1].truncated else self.into(state, at)
        return found


def best_segments(weights: Potentials, evidence: Evidence, messages: Messages, row: int) -> tuple[Segment, ...]:
    """Return the most probable segmentation of one strip, from messages of ``sweep`` with ``best=True``."""
    n, families = int(evidence.columns[row]), weights.log_switch.size
    last, trace = ways_to_end(weights, evidence, messages, row), _Trace(weights, evidence, messages, row)
    kind = int(np.argmax(last.all))
    if kind >= 1 + families + last.cut.size:
        return (Segment(0, n, truncated=True),)
    if kind <= families:
        return tuple(reversed(trace.back(n, kind - 1)))  # kind 0 is an empty last column
    family, inside = divmod(kind - 1 - families, weights.window)
    start = n - inside
    return (*reversed(trace.back(start, trace.into(family, start))), Segment(start, n, truncated=True))
