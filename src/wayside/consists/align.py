"""Local alignment of two trains (Smith and Waterman, J. Mol. Biol. 147, 1981, 195-197), many pairs at once.

    H(i, j) = max(0, H(i-1, j-1) + e(i, j), H(i-1, j) - g(i), H(i, j-1) - h(j))

``e`` is the evidence that two cars are one, ``g`` and ``h`` what a car without a counterpart costs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.consists.stock import Array, Index, Stock

__all__ = ["Aligned", "Compared", "best_path", "compared", "gaps", "local_scores", "scores", "shifts"]


class Aligned(NamedTuple):
    """The best local alignment of two trains.

    Attributes:
        score: 0 or more.
        pairs: indices of both, None where a car has no counterpart; begins and ends with a pair.
    """

    score: float
    pairs: tuple[tuple[int | None, int | None], ...]


def local_scores(evidence: Array, gap_a: Array, gap_b: Array) -> Array:
    """Return the best local score of each of k pairs of trains, shape (k,).

    Args:
        evidence: shape (k, n, m).
        gap_a: shape (k, n) or (1, n), cost of each car of the first trains.
        gap_b: shape (k, m) or (1, m), of the second.
    """
    return _filled(evidence, gap_a, gap_b, None)[0]


def shifts(evidence: Array, gap_a: Array, gap_b: Array, apart: Array) -> tuple[Array, Array, Array]:
    """Return the best scores, the sum of a difference over the cars of each best alignment, and how many cars that are.

    Args:
        evidence: shape (k, n, m); pairs with 0 or less are not summed: they are other cars.
        gap_a: as of ``local_scores``.
        gap_b: likewise.
        apart: shape (k, n, m, d), the differences.

    Returns:
        Shapes (k,), (k, d) and (k,).
    """
    best, found = _filled(evidence, gap_a, gap_b, apart)
    return best, found[:, :-1], found[:, -1]


def _filled(evidence: Array, gap_a: Array, gap_b: Array, apart: Array | None) -> tuple[Array, Array]:
    k, n, m = evidence.shape
    score = np.zeros((m + 1, k))
    cells = np.ascontiguousarray(evidence.transpose(1, 2, 0))
    costs_a, costs_b = np.ascontiguousarray(gap_a.T), np.ascontiguousarray(gap_b.T)
    best = np.zeros(k)
    added = _counted(cells, apart)
    none = np.zeros((added.shape[2], k))
    carried, kept = [none] * (m + 1), none.copy()
    for i in range(n):
        diagonal, carried_diagonal = score[0].copy(), none
        for j in range(m):
            step = diagonal + cells[i, j]
            up, left = score[j + 1] - costs_a[i], score[j] - costs_b[j]
            here = np.maximum(np.maximum(step, 0.0), np.maximum(up, left))
            if apart is not None:
                took = np.where(here == up, carried[j + 1], carried[j])
                took = np.where(here == step, carried_diagonal + added[i, j], took)
                took *= here > 0
                carried_diagonal, carried[j + 1] = carried[j + 1], took
                kept = np.where(here > best, took, kept)
            diagonal = score[j + 1].copy()
            score[j + 1] = here
            best = np.maximum(best, here)
    return best, kept.T


def _counted(cells: Array, apart: Array | None) -> Array:
    """Return what each pair of cars adds: its differences and 1, or nothing where it is a pair of other cars."""
    n, m, k = cells.shape
    if apart is None:
        return np.zeros((n, m, 0, k))
    out = np.ones((n, m, apart.shape[-1] + 1, k))
    out[:, :, :-1] = apart.transpose(1, 2, 3, 0)
    return np.asarray(out * (cells > 0)[:, :, None])


def best_path(evidence: Array, gap_a: Array, gap_b: Array) -> Aligned:
    """Return the best local alignment of one pair of trains with its path.

    Args:
        evidence: shape (n, m).
        gap_a: shape (n,), cost of each car of the first train.
        gap_b: shape (m,), of the second.
    """
    n, m = evidence.shape
    score = np.zeros((n + 1, m + 1))
    came = np.zeros((n + 1, m + 1), dtype=np.int8)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            ways = (
                0.0,
                score[i - 1, j - 1] + evidence[i - 1, j - 1],
                score[i - 1, j] - gap_a[i - 1],
                score[i, j - 1] - gap_b[j - 1],
            )
            came[i, j] = int(np.argmax(ways))
            score[i, j] = ways[came[i, j]]
    i, j = (int(v) for v in np.unravel_index(int(np.argmax(score)), score.shape))
    top, pairs = float(score[i, j]), []
    while came[i, j]:
        way = int(came[i, j])
        pairs.append((i - 1 if way != 3 else None, j - 1 if way != 2 else None))
        i, j = i - int(way != 3), j - int(way != 2)
    return Aligned(top, tuple(reversed(pairs)))


class Compared(NamedTuple):
    """One direction of a comparison in full.

    Attributes:
        score: shape (k,).
        evidence: shape (k, n, m), with the common shift of tone taken out where that scores higher.
    """

    score: Array
    evidence: Array


def compared(stock: Stock, a: Index, b: Index, foreseen_a: Array, foreseen_b: Array) -> tuple[Compared, Compared]:
    """Align k pairs of trains twice: first with the shift of tone unknown, then with what the first told of it.

    The shift has a normal prior; the second score holds what it costs by that prior and how well it is known, so that
    the score stays a likelihood ratio: -s^2 / (2 t^2) - log(1 + n t^2 / r^2) / 2 in each part of the colour. The
    better of both scores counts.

    Args:
        stock: the cars.
        a: shape (k, n), the first trains.
        b: shape (k, m), the second.
        foreseen_a: shape (k, n), of ``foreseen``.
        foreseen_b: shape (k, m).

    Returns:
        The second trains as they stand, and read from their other end.
    """
    left, right = np.broadcast_arrays(a[:, :, None], b[:, None, :])
    known = 0.5 * (foreseen_a[:, :, None] + foreseen_b[:, None, :])
    body, apart = stock.body(left, right), stock.tone[right] - stock.tone[left]
    level = stock.shared_level(left, right)
    seen = _Seen(stock.likeness_by(body, apart, level) - known, body, apart, known)
    gap_a, gap_b = gaps(stock, a), gaps(stock, b)
    ahead = _both(stock, seen, level, gap_a, gap_b)
    back = _Seen(*(part[:, :, ::-1] for part in seen))
    return ahead, _both(stock, back, level[:, :, ::-1], gap_a, gap_b[:, ::-1])


class _Seen(NamedTuple):
    """What is computed once for both directions, shape (k, n, m): evidence with the shift unknown, and its parts."""

    loose: Array
    body: Array
    apart: Array
    known: Array


def _both(stock: Stock, seen: _Seen, level: NDArray[np.int8], gap_a: Array, gap_b: Array) -> Compared:
    how = stock.settings
    first, total, n = shifts(seen.loose, gap_a, gap_b, seen.apart)
    spread, error = np.array(how.shift_sd) ** 2, np.array(how.colour_sd) ** 2
    shift = total / (n[:, None] + error / spread)
    cost = 0.5 * shift**2 / spread + 0.5 * np.log1p(n[:, None] * spread / error)
    most = level.max(axis=(1, 2))
    paid = np.where(most >= 1, cost[:, 0], 0.0) + np.where(most >= 2, cost[:, 1] + cost[:, 2], 0.0)
    tight = stock.likeness_by(seen.body, seen.apart, level, shift[:, None, None, :]) - seen.known
    second = local_scores(tight, gap_a, gap_b) - paid
    evidence = np.where((second > first)[:, None, None], tight, seen.loose)
    return Compared(np.maximum(first, second), evidence)


def gaps(stock: Stock, trains: Index) -> Array:
    """Return what each car costs where it has no counterpart, shape of ``trains``."""
    how = stock.settings
    return np.where(stock.locomotive[trains], how.gap_locomotive, how.gap)


def scores(stock: Stock, a: Index, b: Index, foreseen_a: Array, foreseen_b: Array) -> Array:
    """Return the better score of both directions of k pairs of trains, shape (k,); arguments as of ``compared``."""
    ahead, back = compared(stock, a, b, foreseen_a, foreseen_b)
    return np.maximum(ahead.score, back.score)
