"""The recursion that carries the number of cars along: the whole distribution of the count.

It works on probabilities. Given that a car ends (or starts) at an edge, or that the column before it is empty, the
number of cars so far is a mixture of the numbers at earlier edges; the mixture's weights are the shares that each way
has in the message of ``semimarkov.sweep``, and sum to 1. So nothing overflows or vanishes, however strong the evidence,
and a count that is negligible in every state stays negligible and need not be carried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from wayside.counting.potentials import Evidence, Kernel, Potentials
from wayside.counting.semimarkov import DEEP, Ending, Messages, blocks_of, is_deep, peak_of, ways_to_end

__all__ = ["count_rows"]

Array = NDArray[np.float64]

_SILENT = 1e-16
"""A count less probable than this in every state of a window is carried no further. Mixing cannot raise it again, so a
strip of a thousand blocks loses less than 1e-12."""
_BLOCKS_KEPT = 8


def _carry(kernel: Kernel, x: Array, total: Array, counts: Array) -> Array:
    """Mix counts: Σ_j exp(kernel_ij + x_j - total_i) counts_j.

    Args:
        kernel: shape (..., block, window).
        x: shape (..., window, rows), logarithms.
        total: shape (..., block, rows), logarithms, -inf where nothing arrives.
        counts: shape (..., window, rows, k).

    Returns:
        Shape (..., block, rows, k).
    """
    peak = peak_of(x, -2)
    shifted = x - peak
    ratio = np.where(total > -np.inf, peak - total, -np.inf)
    if is_deep(shifted) or np.any(ratio > DEEP):
        share = kernel.log[..., None] + x[..., None, :, :] - np.where(total > -np.inf, total, np.inf)[..., None, :]
        return np.asarray(np.einsum("...iwr,...wrk->...irk", np.exp(share), counts))
    flat = (np.exp(shifted)[..., None] * counts).reshape(*x.shape[:-1], -1)
    mixed = (kernel.linear @ flat).reshape(*total.shape, counts.shape[-1])
    mixed *= np.exp(ratio)[..., None]
    return np.asarray(mixed)


def _shares(x: Array, total: Array) -> Array:
    """Return exp(x - total), 0 where the total is -inf."""
    return np.asarray(np.exp(x - np.where(total > -np.inf, total, np.inf)))


class _Tally:
    """Counts at the latest edges, in a frame of counts that moves along with each strip.

    Attributes:
        kept: shape (families, edges, rows, counts), at the starts of cars; its first edge is ``base``.
        empty: shape (rows, counts), at the last edge, its column before empty.
        end: shape (families, rows, counts), at the last edge, a car ending there.
        offset: shape (rows,), the count that index 0 stands for.
        top: indices from here on hold nothing yet.
    """

    def __init__(self, weights: Potentials, edges: int, rows: int) -> None:
        self.window, self.block, self.base, self.top = weights.window, weights.block, -weights.window, 1
        self.size = (edges - 1) // self.block + 3
        families = weights.log_switch.size
        self.kept = self._fresh(families, rows)
        self.empty, self.end = np.zeros((rows, self.size)), np.zeros((families, rows, self.size))
        self.offset = np.zeros(rows, dtype=np.int64)
        self.kept[:, self.window, :, 0] = self.empty[:, 0] = 1.0

    def _fresh(self, families: int, rows: int) -> Array:
        # Narrow, so that a window stays in the processor's cache: a block adds at most one count.
        return np.zeros((families, self.window + 1 + self.block * _BLOCKS_KEPT, rows, self.top + _BLOCKS_KEPT + 1))

    def before(self, first: int, rows: int) -> Array:
        """Return the window that ends before the edge ``first``, making room for a block after it."""
        if first + self.block - self.base > self.kept.shape[1]:
            self._move(first)
        at = first - self.window - self.base
        return self.kept[:, at : at + self.window, :rows, : self.top]

    def _move(self, first: int) -> None:
        at = first - self.window - self.base
        window = self.kept[:, at : at + self.window, :, : self.top]
        self.base = first - self.window
        if first > self.window:  # until then cars cut by the strip's start come in, as the first
            self._advance(window)
        self.kept = self._fresh(window.shape[0], window.shape[2])
        self.kept[:, : self.window, :, : self.top] = window[..., : self.top]

    def _advance(self, window: Array) -> None:
        """Move every strip's frame to the lowest count that is still heard."""
        mass = np.maximum(window.max(axis=(0, 1)), np.maximum(self.empty, self.end.max(axis=0))[:, : self.top])
        heard = mass > _SILENT
        lowest = np.argmax(heard, axis=1)
        for row in np.flatnonzero(lowest).tolist():
            low = int(lowest[row])
            for array in (window[:, :, row], self.empty[row], self.end[:, row]):
                array[..., : array.shape[-1] - low] = array[..., low:].copy()
                array[..., array.shape[-1] - low :] = 0.0
            self.offset[row] += low
        self.top = int(np.max(heard.shape[1] - np.argmax(heard[:, ::-1], axis=1) - lowest))

    def put(self, first: int, starts: Array, empties: Array, ends: Array) -> None:
        """Keep a block; arrays of shape ([families,] block, rows, counts)."""
        rows, k, at = starts.shape[2], starts.shape[3], first - self.base
        self.kept[:, at : at + self.block, :rows, :k] = starts
        self.empty[:rows, :k], self.end[:, :rows, :k] = empties[-1], ends[:, -1]
        if max(float(starts[..., -1].max()), float(ends[..., -1].max())) > _SILENT:
            self.top = k

    def finish(self, last: Ending, now: Array, n: int, row: int) -> Array:
        """Mix the counts at a strip's end.

        Args:
            last: weights of the ways to end.
            now: shape (1 + families, k), counts where the last column is empty, and where a car of each family ends.
            n: the strip's number of columns.
            row: its row.

        Returns:
            Shape (counts,): P(count = k | evidence).
        """
        total = logsumexp(last.all)
        edges = n - np.arange(min(self.window, n + 1))
        begun = self.kept[:, edges - self.base, row]
        p = np.zeros(max(self.size, begun.shape[-1]) + 1)
        p[: now.shape[1]] += np.exp(np.append(last.empty, last.whole) - total) @ now
        p[1 : begun.shape[-1] + 1] += np.einsum("fi,fik->k", np.exp(last.cut[:, : edges.size] - total), begun)
        p[1] += np.exp(last.both_cut - total).sum()
        return np.concatenate([np.zeros(self.offset[row]), p])


def count_rows(weights: Potentials, evidence: Evidence, messages: Messages) -> list[Array]:
    """Return P(count = k | evidence) of every row, each of shape (most possible + 1,) or longer.

    Args:
        weights: the potentials.
        evidence: the strips.
        messages: of the same strips, from ``sweep`` with ``best=False``.
    """
    window, block = weights.window, weights.block
    edges, rows = evidence.covered.shape
    tally = _Tally(weights, edges, rows)
    covered = np.concatenate([np.zeros((window, rows)), evidence.covered])
    result: list[Array] = [np.zeros(0)] * rows
    for first, active in blocks_of(evidence, block):
        span, on = slice(first, first + block), slice(0, active)
        before = slice(first, first + window)
        x = messages.start[:, before, on] - covered[before, on]
        ended = messages.end[:, span, on]
        total = ended - evidence.covered[span, on] - evidence.edge[span, on]
        counts = tally.before(first, active)
        ends = np.zeros((*total.shape, min(counts.shape[-1] + 1, tally.size)))
        ends[..., 1:] = _carry(weights.car, x, total, counts[..., : ends.shape[-1] - 1])
        if first < window:
            cut = weights.log_cut_end[:, span, None]
            ends[:, : cut.shape[1], :, 1] += _shares(cut, total[:, : cut.shape[1]])
        empties = _carry_empty(weights, messages, first, tally, ends)
        begun = weights.log_switch[:, None, None] + evidence.edge[span, on] + messages.empty[span, on]
        here = messages.start[:, window + first : window + first + block, on]
        starts = np.exp(begun - here)[..., None] * empties
        starts += np.exp(weights.log_couple[:, None, None] + ended - here)[..., None] * ends
        tally.put(first, starts, empties, ends)
        for row in np.flatnonzero((evidence.columns >= first) & (evidence.columns < first + block)).tolist():
            n = int(evidence.columns[row])
            now = np.vstack([empties[None, n - first, row], ends[:, n - first, row]])
            result[row] = tally.finish(ways_to_end(weights, evidence, messages, row), now, n, row)
    return result


def _carry_empty(weights: Potentials, messages: Messages, first: int, tally: _Tally, ends: Array) -> Array:
    """Return the counts at the empty columns of a block, shape (block, rows, k), from those where cars end."""
    block, rows, k = ends.shape[1:]
    left = messages.end[:, first - 1 : first + block - 1, :rows] + weights.log_switch[:, None, None]
    gone = np.logaddexp.reduce(left, axis=0)
    before = np.concatenate([tally.end[:, None, :rows, :k], ends[:, :-1]], axis=1)
    trains = np.einsum("fbr,fbrk->brk", _shares(left, gone), before)
    x = np.concatenate([messages.empty[first - 1 : first, :rows], gone])
    counts = np.concatenate([tally.empty[None, :rows, :k], trains])
    return _carry(weights.empty, x, messages.empty[first : first + block, :rows], counts)
