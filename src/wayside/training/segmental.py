"""The decoder's likelihood as a loss: how probable the true cars are among all ways to lay cars along a piece.

The recursion is that of ``counting.semimarkov`` with one length family, in torch, so that its gradient reaches the
network: what is optimised is the probability of the right segmentation, not of single columns. Source: Sarawagi and
Cohen, NIPS 17 (2004).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from wayside.counting.lengths import LengthPrior
from wayside.counting.potentials import DecoderSettings, potentials_of

__all__ = ["Cars", "SegmentWeights", "log_partition", "segment_weights", "segmental_loss"]

_NEVER = -1e6
_SLACK = 2
"""A boundary may lie this many columns from its label: labels and pixels are no finer."""
_FORCE, _REWARD, _FORBID = 60.0, 25.0, -60.0
"""Nats per column that must be covered or empty, per boundary that must be there, per edge that must be none. The first
is above the second, or a second boundary would be bought with an empty column between them."""


class SegmentWeights(NamedTuple):
    """Logarithms of the prior's weights for columns of one width; see ``counting.potentials`` for each.

    Attributes:
        car: shape (block, longest), from starts to ends.
        empty: shape (block, block + 1), from ends of trains to empty columns.
        cut_end: shape (longest + 1,), the strip ends with that many columns of a car inside.
        both_cut: shape (longest + 1,), the strip is that long and inside one car.
        switch, stay, couple, empty_end, whole_end: as there.
    """

    car: Tensor
    empty: Tensor
    cut_end: Tensor
    both_cut: Tensor
    switch: float
    stay: float
    couple: float
    empty_end: float
    whole_end: float


class Cars(NamedTuple):
    """The true cars of some strips.

    Attributes:
        occupied: shape (batch, n), 1 where a car covers the column.
        marks: shape (batch, n + 1), 1 at couplings, 2 at ends of trains.
        length: shape (batch,), columns of each strip; what lies beyond says nothing.
    """

    occupied: Tensor
    marks: Tensor
    length: Tensor


def _finite(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(np.maximum(values, _NEVER).astype(np.float32))


def segment_weights(step_m: float, settings: DecoderSettings | None = None) -> SegmentWeights:
    """Return the prior's weights with the lengths of mixed trains alone."""
    chosen = settings or DecoderSettings(lengths=LengthPrior(mixed=1.0))
    p = potentials_of(chosen, step_m)
    return SegmentWeights(
        _finite(p.car.log[0]),
        _finite(p.empty.log),
        _finite(p.log_cut_end[0]),
        _finite(p.log_both_cut[0]),
        float(p.log_switch[0]),
        float(p.log_stay),
        float(p.log_couple[0]),
        float(p.log_empty_end),
        float(p.log_whole_end[0]),
    )


def _ending(weights: SegmentWeights, covered: Tensor, start: Tensor, length: Tensor) -> Tensor:
    """Return the weight of each last car that the strip's end cuts, shape (batch, longest)."""
    longest = weights.car.shape[1]
    inside = torch.arange(longest, device=length.device)
    at = length[:, None] - inside
    begun = torch.gather(start, 1, (at + longest).clamp(min=0)) - torch.gather(covered, 1, at.clamp(min=0))
    whole = torch.gather(covered, 1, length[:, None])
    return begun + whole + weights.cut_end[:longest]


def log_partition(columns: Tensor, edges: Tensor, length: Tensor, weights: SegmentWeights) -> Tensor:
    """Return the logarithm of the summed weight of all segmentations, shape (batch,).

    Args:
        columns: shape (batch, n), nats for covering each column; n is a multiple of the block.
        edges: shape (batch, n + 1), nats for a boundary at each edge.
        length: shape (batch,), columns of each strip, 1 to n.
        weights: the prior.
    """
    block, longest = weights.car.shape
    batch, n = columns.shape
    covered = functional.pad(torch.cumsum(columns, dim=1), (1, 0))
    never = torch.full((batch, longest), _NEVER, device=columns.device)
    start = torch.cat([never, weights.whole_end + edges[:, :1]], dim=1)  # edge e at index e + longest
    end = never[:, :1]
    empty = torch.full((batch, 1), weights.empty_end - weights.stay, device=columns.device)
    before = functional.pad(covered, (longest, 0))
    for first in range(1, n + 1, block):
        span = slice(first, first + block)
        begun = start[:, first : first + longest] - before[:, first : first + longest]
        car = torch.logsumexp(weights.car + begun[:, None], dim=2)
        if first < longest:
            cut = functional.pad(weights.cut_end[span], (0, max(0, first + block - longest - 1)), value=_NEVER)
            car = torch.logaddexp(car, cut.expand_as(car))
        ended = car + covered[:, span] + edges[:, span]
        gone = torch.cat([end[:, -1:], ended[:, :-1]], dim=1) + weights.switch
        bare = torch.logsumexp(weights.empty + torch.cat([empty[:, -1:], gone], dim=1)[:, None], dim=2)
        begins = torch.logaddexp(weights.switch + edges[:, span] + bare, weights.couple + ended)
        start, end, empty = torch.cat([start, begins], 1), torch.cat([end, ended], 1), torch.cat([empty, bare], 1)
    last = length[:, None]
    whole = torch.gather(covered, 1, last)
    both = torch.where(last <= longest, weights.both_cut[last.clamp(max=longest)], _NEVER) + whole
    ways = [
        torch.gather(empty, 1, last) + weights.empty_end,
        torch.gather(end, 1, last) + weights.whole_end,
        _ending(weights, covered, start, length),
        both,
    ]
    return torch.logsumexp(torch.cat(ways, dim=1), dim=1)


def _near(marks: Tensor) -> Tensor:
    spread = functional.max_pool1d(marks.float()[:, None], 2 * _SLACK + 1, stride=1, padding=_SLACK)
    return spread[:, 0] > 0


def segmental_loss(columns: Tensor, edges: Tensor, cars: Cars, weights: SegmentWeights) -> Tensor:
    """Return minus the log-probability of the true cars, shape (batch,), each boundary within a metre of its label.

    The true segmentations are summed by the same recursion: what contradicts a label is made e^35 or more times less
    probable, and every boundary that must be there is rewarded, so that none can be left out.

    Args:
        columns: shape (batch, n), nats for covering each column.
        edges: shape (batch, n + 1), nats for a boundary at each edge.
        cars: the truth.
        weights: the prior.
    """
    occupied, marks, length = cars
    n = columns.shape[1]
    at = torch.arange(n + 1, device=columns.device)
    within = at[None, :n] < length[:, None]
    columns = columns * within
    edges = edges * (at[None] <= length[:, None])
    allowed, loose = _near(marks > 0), _near(marks == 2)
    free = loose[:, :-1] | loose[:, 1:]
    must, bare = (occupied > 0.5) & ~free & within, (occupied <= 0.5) & ~free & within
    inner = (marks > 0) & (at[None] >= _SLACK) & (at[None] <= length[:, None] - _SLACK)
    forced = columns + _FORCE * must - _FORCE * bare
    steered = edges + torch.where(_near(inner), _REWARD, torch.where(allowed, 0.0, _FORBID))
    both = log_partition(
        torch.cat([columns, forced]), torch.cat([edges, steered]), torch.cat([length, length]), weights
    )
    everything, right = both.chunk(2)
    # Two trains' ends within a metre of each other can share a reward; such a piece says nothing.
    return (everything - (right - _FORCE * must.sum(1) - _REWARD * inner.sum(1))).clamp(min=0.0)
