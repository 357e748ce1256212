"""Many days without a scene at the price of about one.

The reflected lazy walk is diagonal in the cosine transform (DCT-II: Strang, "The discrete cosine transform", SIAM
Review 41, 1999): W has eigenvalues w_q = 1 - 2 step (1 - cos(pi q / K)). A jump forgets the level it came from, so what
jumps on a day is decided by the regimes' masses alone, which follow a Markov chain M of G states. With
s = (1 - leave) w,

    a_n = s^n a_0 + sum_(j < n) s^(n-1-j) m_0 M^j U,      m = masses of the regimes, U = where jumps land,

and with M = V diag(mu) V^-1 the sum is a geometric series: (s^n - mu^n) / (s - mu) for every eigenvalue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.series.level.dynamics import Dynamics, Floats

__all__ = ["Leaps"]

_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Leaps:
    """A dynamics, ready to go many days at once.

    Attributes:
        cosines: orthonormal DCT-II, row q is the q-th cosine, shape (K, K).
        decay: s, shape (C, G, K).
        mu: eigenvalues of the regimes' chain, shape (C, G); real, because excursions only lead back.
        into: V, shape (C, G, G): masses to the chain's own coordinates.
        landing: V^-1 U in the cosines' space over s - mu, by coordinate and regime landed in, shape (C, G, G, K).
        level: where s and mu agree: the same not divided, else 0; None where they never do.
    """

    cosines: Floats
    decay: Floats
    mu: Floats
    into: Floats
    landing: Floats
    level: Floats | None

    @classmethod
    def of(cls, dynamics: Dynamics) -> Leaps:
        """Take a dynamics whose excursions return to regime 0, in double precision."""
        d = dynamics
        _, g, k = d.start.shape
        q = np.arange(k)
        cosines = np.sqrt(2.0 / k) * np.cos(np.pi * q[:, None] * (q[None, :] + 0.5) / k)
        cosines[0] = np.sqrt(1.0 / k)
        w = 1.0 - 2.0 * d.step[..., None] * (1.0 - np.cos(np.pi * q / k))
        rate = d.leave[..., None] * d.route
        chain = rate + np.eye(g) * (1.0 - d.leave[..., None])
        mu, into = np.linalg.eig(chain)
        landed = np.einsum("cgh,cgq->cghq", rate, d.dest @ cosines.T)
        landing = np.einsum("cig,cghq->cihq", np.linalg.inv(into), landed)
        decay = (1.0 - d.leave[..., None]) * w
        apart = decay[:, None] - mu.real[:, :, None, None]
        close = np.abs(apart) < _NEAR
        divided = np.where(close, 0.0, landing.real / np.where(close, 1.0, apart))
        level = np.where(close, landing.real, 0.0) if close.any() else None
        return cls(cosines, decay, mu.real, into.real, divided, level)

    def forward(self, a: Floats, days: int) -> Floats:
        """Return the state probabilities ``days`` days (1 or more) later, both of shape (C, G, K).

        Cosines that ring below zero are cut off at zero; the mass stays what it was.
        """
        powers = _power(self.decay, days)
        out: Floats = powers * (a @ self.cosines.T)
        mass = np.einsum("cg,cgi->ci", a.sum(axis=-1), self.into)
        for i in range(self.mu.shape[1]):
            reached = self.mu[:, i] ** days
            out += (mass[:, i, None, None] * (powers - reached[:, None, None])) * self.landing[:, i]
            if self.level is not None:
                slope = mass[:, i] * days * self.mu[:, i] ** (days - 1)
                out += slope[:, None, None] * self.level[:, i]
        return np.maximum(out @ self.cosines, 0.0)

    def chosen(self, index: NDArray[np.int64]) -> Leaps:
        """Return the parameter sets at ``index``, in that order."""
        level = None if self.level is None else self.level[index]
        return Leaps(self.cosines, self.decay[index], self.mu[index], self.into[index], self.landing[index], level)


def _power(base: Floats, exponent: int) -> Floats:
    """Raise to a whole power, 1 or more, by squaring: several times faster than a general power."""
    out: Floats | None = None
    while True:
        if exponent & 1:
            out = base if out is None else out * base
        exponent >>= 1
        if not exponent:
            return base if out is None else out
        base = base * base
