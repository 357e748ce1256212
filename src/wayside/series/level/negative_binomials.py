"""Counts given the level: negative binomials, tabulated over the level grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import LevelGrid

__all__ = ["NegativeBinomials"]


@dataclass(frozen=True, eq=False)
class NegativeBinomials:
    """Counts given the level.

    Attributes:
        spacing: of the levels, on the log scale.
        pmf: P(n | level k, size r), shape (R, K, N + 1).
        cdf: P(at most n | level k, size r), the same shape.
    """

    spacing: float
    pmf: Floats
    cdf: Floats

    @classmethod
    def of(cls, grid: LevelGrid, sizes: tuple[float, ...], largest: int) -> NegativeBinomials:
        """Tabulate counts 0 to ``largest`` for mean exp(level) and size r (variance = mean + mean^2 / r)."""
        n = np.arange(largest + 1)
        r = np.array(sizes)[:, None, None]
        share = r / (r + grid.means[None, :, None])
        ways = gammaln(n + r) - gammaln(r) - gammaln(n + 1)
        pmf = np.exp(ways + xlogy(r, share) + xlog1py(n, -share))
        return cls(grid.spacing, pmf, np.minimum(np.cumsum(pmf, axis=2), 1.0))

    def made_for(self, grid: LevelGrid) -> bool:
        """Return whether the tables stand on these levels; all grids start at the same level."""
        return (self.pmf.shape[1], self.spacing) == (grid.size, grid.spacing)

    @property
    def largest(self) -> int:
        """The largest count in the tables."""
        return int(self.pmf.shape[2]) - 1

    def shifted(self, first: int, stop: int, shift: Floats) -> Floats:
        """Return P(n | level k + shift, size r) for n from ``first`` to ``stop`` - 1, shape (V, R, K, stop - first).

        Between grid points it is interpolated; beyond the grid's ends the end's value stands.

        Args:
            first: smallest count.
            stop: one more than the largest count.
            shift: what is added to the log level, shape (V,).
        """
        part = self.pmf[:, :, first:stop]
        if not shift.any():
            return np.broadcast_to(part, (shift.size, *part.shape))
        levels = self.pmf.shape[1]
        at = np.clip(np.arange(levels) + shift[:, None] / self.spacing, 0, levels - 1)
        below = np.minimum(at.astype(np.int64), levels - 2)
        share = (at - below)[:, None, :, None]
        lower, upper = part[:, below], part[:, below + 1]
        mixed = np.moveaxis(lower, 1, 0) * (1.0 - share) + np.moveaxis(upper, 1, 0) * share
        return np.asarray(mixed, dtype=np.float64)
