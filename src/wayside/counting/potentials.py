"""The decoder's settings, and the weights they give to every step along a track."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.emission import Emission
from wayside.counting.lengths import LengthPrior, LengthTable
from wayside.model.checks import require, require_finite

__all__ = ["COUPLINGS_TO_M", "DecoderSettings", "Evidence", "Kernel", "Potentials", "evidence_of", "potentials_of"]

Array = NDArray[np.float64]
COUPLINGS_TO_M = 1.2
"""Up to this GSD a coupling gap of 1.1 m is about a pixel, metres."""


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """Constants of the semi-Markov decoder; fitted on held-out strips by the likelihood of the true count.

    Attributes:
        tau_occupied: weight of ``Emission.occupied``; below 1 since neighbouring columns say the same thing. 0 to 5.
        bias_occupied: nats added to every visible covered column, -5 to 5.
        tau_boundary: weight of ``Emission.boundary``, 0 to 5.
        bias_boundary: nats added to every visible boundary, -20 to 20.
        start_per_m: rate at which a train begins, per metre of empty track, 1e-6 to 0.2.
        continue_p: probability that another car follows at the end of a car of mean length, 0.001 to 0.999; in trains
            of longer cars it is lower, so that trains of all families are equally long in metres.
        cut_p: probability that a strip's end lies inside a car, given that a car stands there, 0 to 1.
        least_visible_m: a car cut by a strip's end is counted only with at least this much of it inside, metres.
        length_power: the length prior's probabilities are raised to it, 0 to 5.
        lengths: the length prior.
        coarse_per_m: nats taken off every boundary for each metre of GSD above 1.2, where couplings cannot be seen, 0
            to 10.
    """

    tau_occupied: float = 0.12
    bias_occupied: float = 0.0
    tau_boundary: float = 1.0
    bias_boundary: float = 0.0
    start_per_m: float = 0.0025
    continue_p: float = 0.875
    cut_p: float = 0.3
    least_visible_m: float = 2.0
    length_power: float = 1.0
    lengths: LengthPrior = field(default_factory=LengthPrior)
    coarse_per_m: float = 0.0

    def __post_init__(self) -> None:
        require_finite("tau_occupied", self.tau_occupied, low=0.0, high=5.0)
        require_finite("bias_occupied", self.bias_occupied, low=-5.0, high=5.0)
        require_finite("tau_boundary", self.tau_boundary, low=0.0, high=5.0)
        require_finite("bias_boundary", self.bias_boundary, low=-20.0, high=20.0)
        require_finite("start_per_m", self.start_per_m, low=1e-6, high=0.2)
        require_finite("continue_p", self.continue_p, low=0.001, high=0.999)
        require_finite("cut_p", self.cut_p, low=0.0, high=1.0)
        require_finite("least_visible_m", self.least_visible_m, low=0.0, high=100.0)
        require_finite("length_power", self.length_power, low=0.0, high=5.0)
        require_finite("coarse_per_m", self.coarse_per_m, low=0.0, high=10.0)

    def at(self, gsd_m: float) -> DecoderSettings:
        """Return the constants for a ground sample distance, metres; themselves where couplings can be seen."""
        less = self.coarse_per_m * max(0.0, gsd_m - COUPLINGS_TO_M)
        return self if less == 0.0 else replace(self, bias_boundary=self.bias_boundary - less, coarse_per_m=0.0)

    def prior_occupancy(self, step_m: float = 0.5) -> float:
        """Return the share of hidden track that is covered, 0 to 1; about 0.2 with the defaults."""
        return 1.0 - math.exp(2.0 * potentials_of(self, step_m).log_empty_end)


class Kernel(NamedTuple):
    """Weights from a window of earlier edges to a block of edges.

    Attributes:
        linear: shape (..., block, window).
        log: its logarithm, -inf where there is no way.
    """

    linear: Array
    log: Array


class Potentials(NamedTuple):
    """Logarithms of the weights of a segmentation; symmetric, so that a strip read backwards weighs the same.

    Let λ be the chance that a train begins after an empty column; w, μ and c of a family its weight, the mean length of
    its cars and the chance that a car follows a car; M = Σ w μ / (1 - c) + 1 / λ the mean length of a train with the
    empty track after it; ρ = 1 / (λ M) the share of empty track. Then a segmentation weighs

        end(first) end(last) Π_cars f(length) Π_couplings c Π_switches sqrt(λ (1 - c) w) Π_(empty beside empty) (1 - λ)

    where a switch is a train's start or its end. With end(empty) = sqrt(ρ), end(car that ends there) =
    sqrt(w) μ (1 - cut) / (M sqrt(ρ λ (1 - c))), and end(car of which r columns are inside) =
    sqrt(w) μ cut P(length > r) / (Z M sqrt(ρ λ (1 - c))), Z the sum of P(length > r) over countable r, this is the
    stationary alternating renewal process seen through a window; with cut = (μ - 1) / μ the window lies at random.

    Attributes:
        table: the length prior in columns.
        car: kernel of shape (families, block, longest) from starts to ends; the block is the shortest car, so that
            no edge of a block depends on another edge of the same block through a car.
        empty: kernel of shape (block, block + 1) from trains' ends (and the empty column before) to empty columns.
        log_switch: shape (families,), start or end of a train.
        log_stay: empty column after an empty column.
        log_couple: shape (families,), a car after a car.
        log_empty_end: the strip ends (or begins) with an empty column.
        log_whole_end: shape (families,), it ends exactly where a car ends.
        log_cut_end: shape (families, longest + 1), it ends with ``r`` columns of a car inside; -inf where r is not
            countable.
        log_both_cut: shape (families, longest + 1), it is ``r`` columns long and a car is cut by both its ends.
    """

    table: LengthTable
    car: Kernel
    empty: Kernel
    log_switch: Array
    log_stay: float
    log_couple: Array
    log_empty_end: float
    log_whole_end: Array
    log_cut_end: Array
    log_both_cut: Array

    @property
    def block(self) -> int:
        """Edges that are computed at once: columns of the shortest car."""
        return self.table.shortest

    @property
    def window(self) -> int:
        """Columns of the longest car."""
        return self.table.longest


def log_of(x: Array) -> Array:
    """Return the logarithm, -inf at 0 without a warning."""
    with np.errstate(divide="ignore"):
        return np.log(x)


def _car_kernel(table: LengthTable) -> Kernel:
    block, window = table.shortest, table.longest
    length = np.arange(block)[:, None] + window - np.arange(window)[None, :]
    inside = (length >= table.shortest) & (length <= table.longest)
    linear = np.where(inside, table.f[:, np.where(inside, length - table.shortest, 0)], 0.0)
    return Kernel(linear, log_of(linear))


def _empty_kernel(block: int, stay: float) -> Kernel:
    age = np.arange(block)[:, None] - np.arange(-1, block)[None, :]
    # Column 0 is the empty column before the block; column 1 + j a train's end at the block's edge j - 1.
    linear = np.where(age >= 0, stay ** np.maximum(age, 0).astype(np.float64), 0.0)
    return Kernel(linear, log_of(linear))


def potentials_of(settings: DecoderSettings, step_m: float) -> Potentials:
    """Return the weights for columns of ``step_m`` metres."""
    table = settings.lengths.table(step_m, settings.length_power)
    start = -math.expm1(-settings.start_per_m * step_m)
    mean, weight = table.mean, table.weight
    last = np.minimum((1.0 - settings.continue_p) * mean / float(weight @ mean), 0.999)  # 1 - c
    cycle = float(weight @ (mean / last)) + 1.0 / start
    share_empty = 1.0 / (start * cycle)
    # A car at the strip's end, before it is known whether it is cut.
    at_end = np.sqrt(weight) * mean / (cycle * np.sqrt(share_empty * start * last))
    beyond = table.survivor[:, 1:]  # element r: P(length > r)
    countable = np.arange(beyond.shape[1]) >= max(1, round(settings.least_visible_m / step_m))
    room = (beyond * countable).sum(axis=1)
    cut = at_end * np.divide(settings.cut_p, room, out=np.zeros_like(room), where=room > 0)
    tail = np.cumsum(beyond[:, ::-1], axis=1)[:, ::-1]
    longer = np.concatenate([tail[:, 1:], np.zeros((tail.shape[0], 1))], axis=1)  # element r: Σ_(s > r) P(length > s)
    return Potentials(
        table=table,
        car=_car_kernel(table),
        empty=_empty_kernel(table.shortest, 1.0 - start),
        log_switch=0.5 * np.log(start * last * weight),
        log_stay=math.log1p(-start),
        log_couple=np.log1p(-last),
        log_empty_end=0.5 * math.log(share_empty),
        log_whole_end=log_of(at_end * (1.0 - settings.cut_p)),
        log_cut_end=log_of(cut[:, None] * beyond * countable),
        log_both_cut=log_of(cut[:, None] ** 2 * longer * countable),
    )


class Evidence(NamedTuple):
    """Evidence of several strips, longest first, padded to whole blocks with columns that say nothing.

    Attributes:
        covered: shape (edges, rows), nats for covering every column before the edge.
        edge: shape (edges, rows), nats for a boundary at the edge.
        columns: shape (rows,), columns of each strip, falling.
        order: shape (rows,), index of each row's strip in the sequence that was given.
    """

    covered: Array
    edge: Array
    columns: NDArray[np.int64]
    order: NDArray[np.int64]


def _weighed(emission: Emission, settings: DecoderSettings) -> tuple[Array, Array]:
    seen = emission.visible
    column = np.where(seen, settings.tau_occupied * emission.occupied + settings.bias_occupied, 0.0)
    # An edge is seen where the columns on both its sides are; a strip's own ends have only one.
    both = np.concatenate([seen[:1], seen[1:] & seen[:-1], seen[-1:]])
    return column, np.where(both, settings.tau_boundary * emission.boundary + settings.bias_boundary, 0.0)


def evidence_of(emissions: Sequence[Emission], settings: DecoderSettings, block: int) -> Evidence:
    """Weigh the emissions (at least one, all with the same step) and lay them side by side.

    Raises:
        ValueRefusedError: where there is none, or their steps differ.
    """
    require(emissions, "there is no strip to decode")
    require(len({e.step_m for e in emissions}) == 1, "strips decoded together have one column spacing")
    columns = np.array([e.columns for e in emissions], dtype=np.int64)
    order = np.argsort(-columns, kind="stable")
    edges = -(-int(columns.max()) // block) * block + 1
    covered, edge = np.zeros((edges, len(emissions))), np.zeros((edges, len(emissions)))
    for row, index in enumerate(order):
        n = emissions[index].columns
        column, edge[: n + 1, row] = _weighed(emissions[index], settings)
        covered[1 : n + 1, row] = np.cumsum(column)
        covered[n + 1 :, row] = covered[n, row]
    return Evidence(covered, edge, columns[order], order)


def reversed_evidence(evidence: Evidence) -> Evidence:
    """Return the same strips read from their other ends."""
    covered, edge = np.zeros_like(evidence.covered), np.zeros_like(evidence.edge)
    for row, n in enumerate(evidence.columns):
        covered[: n + 1, row] = evidence.covered[n, row] - evidence.covered[n::-1, row][: n + 1]
        covered[n + 1 :, row] = covered[n, row]
        edge[: n + 1, row] = evidence.edge[n::-1, row][: n + 1]
    return Evidence(covered, edge, evidence.columns, evidence.order)
