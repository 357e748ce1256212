"""From the cars that could be seen to the cars that stood there: partial visibility as a likelihood."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.series.level.seen import LARGEST_COUNT

__all__ = ["STRINGS", "whole_count"]

STRINGS = 12.0
"""Concentration s of the seen share: its spread is that of s + 1 strings of cars, each seen or hidden as one."""

_DENSEST = 10.0
"""Hidden track may be so many times as full as the visible track; beyond that no total is held possible."""

_EPSILON = 1e-9
"""Outer totals whose probability is no more than this are cut off."""


def whole_count(seen: CountDistribution, visible: float, *, strings: float = STRINGS) -> CountDistribution:
    """Return what a count of the visible part of a facility says of the whole.

    Cars stand in strings, so the hidden share of the cars is not the hidden share of the track: with a share v of the
    track visible, the share of cars that can be seen is Beta(v s, (1 - v) s), with mean v and, for many cars, variance
    v (1 - v) / (s + 1). Of N cars n are seen with the beta-binomial probability

        P(n | N) = C(N, n) B(n + v s, N - n + (1 - v) s) / B(v s, (1 - v) s)

    and the result is p(N) proportional to sum_n seen(n) P(n | N): the likelihood of N, or its posterior under a flat
    prior over N. In it the number of cars that are hidden depends on N - n alone but for a factor of N, so the sum is a
    convolution. For large N it falls as N^(-v s): a scene that shows less than 1 / s of the track says little more
    than "at least n". The prior therefore ends at the smaller of ``LARGEST_COUNT`` and ten times (n + 1) / v, with n
    the largest count that ``seen`` holds possible.

    Args:
        seen: distribution of the number of cars on the visible track, counting error included.
        visible: share v of the track that could be read, above 0 to 1; 1 gives ``seen`` back.
        strings: concentration s, 1 to 50.

    Raises:
        ValueRefusedError: ``visible`` or ``strings`` is out of range.
    """
    require(0.0 < visible <= 1.0, f"the visible share must be above 0 and at most 1, not {visible:g}")
    require(1.0 <= strings <= 50.0, f"the concentration lies from 1 to 50, not {strings:g}")
    rest = (1.0 - visible) * strings
    if rest <= 0.0:
        return seen
    near = seen.trimmed(_EPSILON)
    n = near.support.astype(np.float64)
    reach = min(float(LARGEST_COUNT), np.ceil(_DENSEST * (n[-1] + 1.0) / visible))
    total = np.arange(n[0], max(reach, n[-1]) + 1.0)
    hidden = total - n[0]
    a = visible * strings
    log_seen = gammaln(n + a) - gammaln(n + 1.0)
    log_hidden = gammaln(hidden + rest) - gammaln(hidden + 1.0)
    log_total = gammaln(total + 1.0) - gammaln(total + strings)
    # Each factor is scaled to a largest value of 1 before it leaves the logarithm, so that none overflows.
    parts = np.convolve(near.p * np.exp(log_seen - log_seen.max()), np.exp(log_hidden - log_hidden.max()))
    weights = parts[: total.size] * np.exp(log_total - log_total.max())
    return CountDistribution.from_weights(near.first, weights).trimmed(_EPSILON)
