"""The recursions against every segmentation one by one, against plain loops, and against simulation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import logsumexp

from wayside.counting import semimarkov, tally
from wayside.counting.decode import TrackDecoding, decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.lengths import CarLength, LengthFamily, LengthPrior
from wayside.counting.potentials import DecoderSettings, evidence_of, potentials_of
from wayside.counting.semimarkov import best_segments, both_ways, log_evidence, posterior, sweep
from wayside.counting.tally import count_rows
from wayside.errors import ValueRefusedError

PRIOR = LengthPrior(
    families=(
        LengthFamily("two", 0.6, (CarLength(2.0, 0.4, 1.0),)),
        LengthFamily("four", 0.4, (CarLength(3.8, 0.5, 1.0),)),
    ),
    mixed=0.3,
    stray=0.2,
    engines=0.0,
    floor=0.1,
    blur_m=0.1,
    low_m=2.0,
    high_m=4.0,
)
SETTINGS = DecoderSettings(
    tau_occupied=0.4,
    tau_boundary=0.7,
    bias_occupied=0.1,
    bias_boundary=-0.2,
    start_per_m=0.2,
    continue_p=0.6,
    cut_p=0.4,
    least_visible_m=1.0,
    lengths=PRIOR,
)


class Way(NamedTuple):
    weight: float
    cars: tuple[tuple[int, int, bool], ...]
    edges: frozenset[int]


def random_emission(rng: np.random.Generator, n: int, scale: float = 2.0, hidden: float = 0.2) -> Emission:
    return Emission(
        occupied=rng.normal(0, scale, n),
        boundary=rng.normal(0, scale, n + 1),
        types=rng.normal(0, 1, (n, len(TYPE_ORDER))),
        cover=rng.normal(0, 2, n),
        visible=rng.random(n) >= hidden,
        step_m=1.0,
    )


def every_way(emission: Emission, settings: DecoderSettings) -> list[Way]:  # noqa: C901 - one story in one place
    """All segmentations, a family given each train, unnormalised: the process run from left to right, as it is told."""
    table = settings.lengths.table(emission.step_m, settings.length_power)
    n = emission.columns
    start = 1 - math.exp(-settings.start_per_m * emission.step_m)
    f = [{table.shortest + k: float(p) for k, p in enumerate(row)} for row in table.f]
    mean = [sum(length * p for length, p in row.items()) for row in f]
    typical = sum(w * m for w, m in zip(table.weight, mean, strict=True))
    last = [min(0.999, (1 - settings.continue_p) * m / typical) for m in mean]
    cycle = sum(w * m / q for w, m, q in zip(table.weight, mean, last, strict=True)) + 1 / start
    least = max(1, round(settings.least_visible_m / emission.step_m))

    def longer(h: int, r: int) -> float:
        return sum(p for length, p in f[h].items() if length > r)

    room = [sum(longer(h, r) for r in range(least, table.longest + 1)) for h in range(len(f))]
    column = [
        settings.tau_occupied * emission.occupied[i] + settings.bias_occupied if emission.visible[i] else 0.0
        for i in range(n)
    ]

    def edge(b: int) -> float:
        beside = [i for i in (b - 1, b) if 0 <= i < n]
        seen = all(emission.visible[i] for i in beside)
        return settings.tau_boundary * emission.boundary[b] + settings.bias_boundary if seen else 0.0

    def gain(a: int, b: int) -> float:
        return math.exp(sum(column[a:b]))

    def after_empty(
        at: int, weight: float, cars: tuple[tuple[int, int, bool], ...], edges: frozenset[int]
    ) -> Iterator[Way]:
        # The column before ``at`` is empty.
        if at == n:
            yield Way(weight, cars, edges)
            return
        yield from after_empty(at + 1, weight * (1 - start), cars, edges)
        for h, w in enumerate(table.weight):
            yield from car(h, at, weight * start * w * math.exp(edge(at)), cars, edges | {at})

    def car(
        h: int, at: int, weight: float, cars: tuple[tuple[int, int, bool], ...], edges: frozenset[int]
    ) -> Iterator[Way]:
        # A car of family h starts at ``at``; its left edge is paid for.
        for length, p in f[h].items():
            if at + length <= n:
                yield from ended(
                    h, at + length, weight * p * gain(at, at + length), (*cars, (at, at + length, False)), edges
                )
        if at < n and least <= n - at:
            end = mean[h] * settings.cut_p / room[h] * longer(h, n - at)
            yield Way(weight * gain(at, n) * end, (*cars, (at, n, True)), edges)

    def ended(
        h: int, at: int, weight: float, cars: tuple[tuple[int, int, bool], ...], edges: frozenset[int]
    ) -> Iterator[Way]:
        weight, edges = weight * math.exp(edge(at)), edges | {at}
        if at == n:
            yield Way(weight * mean[h] * (1 - settings.cut_p), cars, edges)
            return
        yield from car(h, at, weight * (1 - last[h]), cars, edges)
        yield from after_empty(at + 1, weight * last[h], cars, edges)

    ways = list(after_empty(1, 1 / (start * cycle), (), frozenset()))
    for h, w in enumerate(table.weight):
        here = w * mean[h] / (last[h] * cycle)
        ways += car(h, 0, here * (1 - settings.cut_p) * math.exp(edge(0)), (), frozenset({0}))
        for r in range(least, min(n, table.longest) + 1):
            ways += ended(
                h, r, here * settings.cut_p / room[h] * longer(h, r) * gain(0, r), ((0, r, True),), frozenset()
            )
        if n >= least:
            both = sum(longer(h, r) for r in range(n + 1, table.longest + 1)) * mean[h] * settings.cut_p / room[h]
            ways.append(Way(here * settings.cut_p / room[h] * both * gain(0, n), ((0, n, True),), frozenset()))
    return [way for way in ways if way.weight > 0]


class Found(NamedTuple):
    counts: NDArray[np.float64]
    covered: NDArray[np.float64]
    boundary: NDArray[np.float64]
    log_total: float
    best: tuple[tuple[int, int, bool], ...]


def recursions(emissions: list[Emission], settings: DecoderSettings) -> list[Found]:
    weights = potentials_of(settings, emissions[0].step_m)
    evidence = evidence_of(emissions, settings, weights.block)
    left, right = both_ways(weights, evidence)
    best = sweep(weights, evidence, best=True)
    counts = count_rows(weights, evidence, left)
    marginals = posterior(weights, evidence, left, right)
    found: list[Found | None] = [None] * len(emissions)
    for row, index in enumerate(evidence.order):
        segments = tuple((s.start, s.end, s.truncated) for s in best_segments(weights, evidence, best, row))
        total = log_evidence(weights, evidence, left, row)
        found[index] = Found(counts[row], marginals[row].covered, marginals[row].boundary, total, segments)
    return [f for f in found if f is not None]


def enumerated(emission: Emission, settings: DecoderSettings) -> tuple[Found, list[Way]]:
    ways = every_way(emission, settings)
    total = sum(way.weight for way in ways)
    n = emission.columns
    counts, covered, boundary = np.zeros(n + 2), np.zeros(n), np.zeros(n + 1)
    for way in ways:
        p = way.weight / total
        counts[len(way.cars)] += p
        for a, b, _ in way.cars:
            covered[a:b] += p
        for b in way.edges:
            boundary[b] += p
    best = max(ways, key=lambda way: way.weight)
    return Found(counts, covered, boundary, math.log(total), best.cars), ways


def assert_same(found: Found, true: Found) -> None:
    shared = min(found.counts.size, true.counts.size)
    np.testing.assert_allclose(found.counts[:shared], true.counts[:shared], atol=1e-11)
    assert found.counts[shared:].sum() < 1e-12
    assert true.counts[shared:].sum() < 1e-12
    np.testing.assert_allclose(found.covered, true.covered, atol=1e-11)
    np.testing.assert_allclose(found.boundary, true.boundary, atol=1e-11)
    assert found.log_total == pytest.approx(true.log_total, abs=1e-9)


CASES = {
    "usual": SETTINGS,
    "never cut": replace(SETTINGS, cut_p=0.0),
    "always cut": replace(SETTINGS, cut_p=1.0),
    "slivers do not count": replace(SETTINGS, least_visible_m=3.0),
    "strong evidence": replace(SETTINGS, tau_occupied=3.0, tau_boundary=3.0),
    "one family": replace(SETTINGS, lengths=replace(PRIOR, families=PRIOR.families[:1], mixed=0.0)),
    "one length": replace(SETTINGS, lengths=replace(PRIOR, low_m=3.0, high_m=3.0)),
}


@pytest.mark.parametrize("case", CASES)
def test_every_segmentation_one_by_one(case: str) -> None:
    rng = np.random.default_rng(7)
    emissions = [random_emission(rng, n) for n in (1, 2, 3, 4, 6, 7, 9, 10)]
    for emission, found in zip(emissions, recursions(emissions, CASES[case]), strict=True):
        assert_same(found, enumerated(emission, CASES[case])[0])


@pytest.mark.parametrize("case", CASES)
def test_best_segmentation_is_the_heaviest_of_all(case: str) -> None:
    rng = np.random.default_rng(8)
    emissions = [random_emission(rng, n, hidden=0.1) for n in (1, 2, 3, 5, 6, 7, 8, 9, 10)]
    for emission, found in zip(emissions, recursions(emissions, CASES[case]), strict=True):
        true, ways = enumerated(emission, CASES[case])
        if found.best != true.best:  # only where another one is exactly as heavy
            same = max(way.weight for way in ways if way.cars == found.best)
            assert same == pytest.approx(max(way.weight for way in ways), rel=1e-9)


@given(st.integers(1, 9), st.integers(0, 2**32 - 1), st.floats(0.0, 0.9), st.floats(0.01, 0.19), st.floats(0.05, 0.95))
@hypothesis_settings(max_examples=25, deadline=None)
def test_any_short_strip(n: int, seed: int, cut: float, start: float, couple: float) -> None:
    emission = random_emission(np.random.default_rng(seed), n)
    settings = replace(SETTINGS, cut_p=cut, start_per_m=start, continue_p=couple)
    assert_same(recursions([emission], settings)[0], enumerated(emission, settings)[0])


def test_weights_far_apart_are_added_in_logarithms() -> None:
    rng = np.random.default_rng(3)
    emission = random_emission(rng, 9, scale=400.0, hidden=0.0)
    settings = replace(SETTINGS, tau_occupied=1.0, tau_boundary=1.0, bias_occupied=0.0)
    halved = Emission(  # what the enumeration can still hold: the best way alone matters
        emission.occupied / 4, emission.boundary / 4, emission.types, emission.cover, emission.visible, 1.0
    )
    for each in (emission, halved):
        found = recursions([each], settings)[0]
        assert found.counts.sum() == pytest.approx(1.0, abs=1e-12)
    assert_same(recursions([halved], settings)[0], enumerated(halved, settings)[0])


# ---------------------------------------------------------------------------- plain loops on longer strips
def plain_counts(emission: Emission, settings: DecoderSettings) -> NDArray[np.float64]:
    """The count's distribution by three nested loops, in the order in which the process runs."""
    table = settings.lengths.table(emission.step_m, settings.length_power)
    n, families = emission.columns, table.f.shape[0]
    start = 1 - math.exp(-settings.start_per_m * emission.step_m)
    mean = table.f @ np.arange(table.shortest, table.longest + 1)
    last = (1 - settings.continue_p) * mean / (table.weight @ mean)
    cycle = float(table.weight @ (mean / last)) + 1 / start
    least = max(1, round(settings.least_visible_m / emission.step_m))
    longer = np.array(
        [[row[max(0, r + 1 - table.shortest) :].sum() for r in range(table.longest + 1)] for row in table.f]
    )
    room = longer[:, least:].sum(axis=1)
    column = np.where(emission.visible, settings.tau_occupied * emission.occupied + settings.bias_occupied, 0.0)
    gain = np.concatenate([[0.0], np.cumsum(column)])
    seen = np.concatenate([emission.visible[:1], emission.visible[1:] & emission.visible[:-1], emission.visible[-1:]])
    edge = np.exp(np.where(seen, settings.tau_boundary * emission.boundary + settings.bias_boundary, 0.0))
    size = n // table.shortest + 3
    cars, ends, empty = np.zeros((families, n + 1, size)), np.zeros((families, n + 1, size)), np.zeros((n + 1, size))
    here = table.weight * mean / (last * cycle)
    cars[:, 0, 0] = here * (1 - settings.cut_p) * edge[0]
    for b in range(1, n + 1):
        for h in range(families):
            for length in range(table.shortest, min(table.longest, b) + 1):
                w = table.f[h, length - table.shortest] * math.exp(gain[b] - gain[b - length]) * edge[b]
                ends[h, b, 1:] += w * cars[h, b - length, :-1]
            if least <= b <= table.longest:
                ends[h, b, 1] += here[h] * settings.cut_p / room[h] * longer[h, b] * math.exp(gain[b]) * edge[b]
        empty[b] = (1 - start) * empty[b - 1] + last @ ends[:, b - 1]
        empty[1, 0] = 1 / (start * cycle)
        cars[:, b] = start * edge[b] * table.weight[:, None] * empty[b] + (1 - last)[:, None] * ends[:, b]
    total = empty[n] + ((mean * (1 - settings.cut_p))[:, None] * ends[:, n]).sum(axis=0)
    for h in range(families):
        for r in range(least, min(table.longest, n) + 1):
            w = mean[h] * settings.cut_p / room[h] * longer[h, r] * math.exp(gain[n] - gain[n - r])
            total[1:] += w * cars[h, n - r, :-1]
    return total / total.sum()


def yard(rng: np.random.Generator, n: int, *, hidden: slice | None = None, noise: float = 1.0) -> tuple[Emission, int]:
    """A strip of 0.5 m columns with trains of cars of real lengths, and how many."""
    occupied, boundary = np.full(n, -4.0), np.full(n + 1, -4.0)
    at, cars = int(rng.integers(10, 60)), 0
    while at < n:
        for _ in range(int(rng.integers(2, 12))):
            length = int(rng.choice([24, 28, 29, 34]))
            if at + length > n:
                break
            occupied[at : at + length] = 4.0
            boundary[[at, at + length]] = 4.0
            at, cars = at + length, cars + 1
        at += int(rng.integers(30, 200))
    visible = np.ones(n, dtype=bool)
    if hidden is not None:
        visible[hidden] = False
    emission = Emission(
        occupied=occupied + rng.normal(0, noise, n),
        boundary=boundary + rng.normal(0, noise, n + 1),
        types=rng.normal(0, 1, (n, len(TYPE_ORDER))),
        cover=rng.normal(0, 2, n),
        visible=visible,
        step_m=0.5,
    )
    return emission, cars


def test_long_strips_against_plain_loops() -> None:
    rng = np.random.default_rng(11)
    settings = DecoderSettings(lengths=LengthPrior(families=LengthPrior().families[:2]))
    emissions = [yard(rng, 420, hidden=slice(150, 260), noise=2.0)[0], yard(rng, 300)[0], yard(rng, 500)[0]]
    for emission, found in zip(emissions, recursions(emissions, settings), strict=True):
        true = plain_counts(emission, settings)
        np.testing.assert_allclose(found.counts[: true.size], true, atol=1e-11)


# ---------------------------------------------------------------------------- simulation
ONE = LengthPrior(
    families=(LengthFamily("one", 1.0, (CarLength(5.0, 1.0, 1.0),)),),
    mixed=0.0,
    stray=0.0,
    engines=0.0,
    floor=0.05,
    blur_m=0.0,
    low_m=3.0,
    high_m=8.0,
)


def at_random(start: float, couple: float) -> DecoderSettings:
    """Settings whose window lies anywhere on an endless track."""
    mean = float(ONE.table(1.0).mean[0])
    return DecoderSettings(
        tau_occupied=1.0,
        tau_boundary=0.0,
        start_per_m=start,
        continue_p=couple,
        cut_p=(mean - 1) / mean,
        least_visible_m=0.0,
        lengths=ONE,
    )


def endless_track(rng: np.random.Generator, settings: DecoderSettings, trains: int) -> NDArray[np.int64]:
    """First and last-but-one column of every car of a simulated track, shape (cars, 2)."""
    table = settings.lengths.table(1.0)
    start = 1 - math.exp(-settings.start_per_m)
    cars: list[tuple[int, int]] = []
    at = 0
    for _ in range(trains):
        at += int(rng.geometric(start))
        lengths = table.shortest + rng.choice(
            table.f.shape[1], size=rng.geometric(1 - settings.continue_p), p=table.f[0]
        )
        for length in lengths.tolist():
            cars.append((at, at + length))
            at += length
    return np.array(cars)


def test_hidden_track_has_the_prior_distribution_of_a_simulated_one() -> None:
    rng = np.random.default_rng(5)
    settings = at_random(0.03, 0.7)
    cars = endless_track(rng, settings, 6000)
    n, end = 60, int(cars[-1, 1])
    windows = rng.integers(0, end - n, size=40_000)
    simulated = np.searchsorted(cars[:, 0], windows + n) - np.searchsorted(cars[:, 1], windows, side="right")
    hidden = Emission(np.zeros(n), np.zeros(n + 1), np.zeros((n, 8)), np.zeros(n), np.zeros(n, dtype=bool), 1.0)
    found = recursions([hidden], settings)[0]
    share = np.bincount(simulated, minlength=found.counts.size) / windows.size
    assert 0.5 * np.abs(share[: found.counts.size] - found.counts).sum() < 0.025
    occupancy = float((cars[:, 1] - cars[:, 0]).sum() / end)
    assert settings.prior_occupancy(1.0) == pytest.approx(occupancy, abs=0.02)
    np.testing.assert_allclose(found.covered, settings.prior_occupancy(1.0), atol=1e-9)


def test_counts_are_calibrated_where_the_model_is_true() -> None:
    rng = np.random.default_rng(6)
    settings = at_random(0.04, 0.6)
    cars = endless_track(rng, settings, 3000)
    n, strength = 90, 0.6
    covered = np.zeros(int(cars[-1, 1]), dtype=bool)
    for a, b in cars:
        covered[a:b] = True
    emissions, counts = [], []
    for first in rng.integers(0, covered.size - n, size=300).tolist():
        seen = rng.normal(np.where(covered[first : first + n], strength, -strength), 1.0)
        log_ratio = 2 * strength * seen  # of two unit normals at ± strength
        emissions.append(
            Emission(log_ratio, np.zeros(n + 1), np.zeros((n, 8)), np.zeros(n), np.ones(n, dtype=bool), 1.0)
        )
        counts.append(int(((cars[:, 0] < first + n) & (cars[:, 1] > first)).sum()))
    found = decode_tracks(emissions, settings)
    ranks = [f.count.exceeds(c) + rng.random() * f.count.probability(c) for f, c in zip(found, counts, strict=True)]
    hist = np.histogram(ranks, bins=5, range=(0, 1))[0]
    assert ((hist - 60.0) ** 2 / 60.0).sum() < 18.5  # the 0.1 % point of chi-square with 4 degrees of freedom
    errors = np.array([f.count.mean - c for f, c in zip(found, counts, strict=True)])
    assert abs(errors.mean()) < 4 * errors.std() / math.sqrt(errors.size)


# ---------------------------------------------------------------------------- properties
def assert_alike(one: TrackDecoding, other: TrackDecoding) -> None:
    low, high = min(one.count.first, other.count.first), max(one.count.support[-1], other.count.support[-1])
    for n in range(low, int(high) + 1):
        assert one.count.probability(n) == pytest.approx(other.count.probability(n), abs=1e-10)
    np.testing.assert_allclose(one.covered, other.covered, atol=1e-9)
    np.testing.assert_allclose(one.boundary, other.boundary, atol=1e-9)


def test_a_batch_is_the_same_as_each_strip_by_itself() -> None:
    rng = np.random.default_rng(1)
    emissions = [yard(rng, n, noise=1.5)[0] for n in (40, 700, 233, 700, 5, 1, 1200)]
    settings = DecoderSettings()
    together = decode_tracks(emissions, settings)
    for emission, one in zip(emissions, together, strict=True):
        alone = decode_tracks([emission], settings)[0]
        assert_alike(one, alone)
        assert [s[:3] for s in one.segments] == [s[:3] for s in alone.segments]
    assert decode_tracks([], settings) == ()


def backwards(e: Emission) -> Emission:
    return Emission(e.occupied[::-1], e.boundary[::-1], e.types[::-1], e.cover[::-1], e.visible[::-1], e.step_m)


def test_a_strip_read_backwards_gives_the_same_backwards() -> None:
    rng = np.random.default_rng(2)
    emission = yard(rng, 900, hidden=slice(200, 330), noise=2.0)[0]
    settings = DecoderSettings()
    one, other = decode_tracks([emission, backwards(emission)], settings)
    for n in one.count.support.tolist():
        assert one.count.probability(n) == pytest.approx(other.count.probability(n), abs=1e-10)
    np.testing.assert_allclose(one.covered, other.covered[::-1], atol=1e-9)
    np.testing.assert_allclose(one.boundary, other.boundary[::-1], atol=1e-9)
    turned = tuple((900 - s.end_column, 900 - s.start_column, s.truncated) for s in reversed(other.segments))
    assert turned == tuple(s[:3] for s in one.segments)


@given(st.integers(1, 300), st.integers(0, 2**32 - 1), st.floats(0.0, 1.0), st.sampled_from([0.1, 2.0, 20.0]))
@hypothesis_settings(max_examples=25, deadline=None)
def test_any_strip_gives_a_distribution_and_cars_that_fit(n: int, seed: int, hidden: float, scale: float) -> None:
    rng = np.random.default_rng(seed)
    e = random_emission(rng, n, scale=scale, hidden=hidden)
    emission = Emission(e.occupied, e.boundary, e.types, e.cover, e.visible, 0.5)
    found = decode_tracks([emission], DecoderSettings(tau_occupied=0.5))[0]
    assert found.count.p.sum() == pytest.approx(1.0)
    assert found.count.support[-1] <= n * 0.5 / 8.0 + 2
    assert np.all((found.covered >= 0) & (found.covered <= 1))
    for before, after in itertools.pairwise(found.segments):
        assert before.end_column <= after.start_column
    for s in found.segments:
        assert 0 <= s.start_column < s.end_column <= n
        at_end = s.start_column == 0 or s.end_column == n
        assert at_end or 16 <= s.end_column - s.start_column <= 60


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.6))
@hypothesis_settings(max_examples=20, deadline=None)
def test_more_evidence_never_covers_less(seed: int, more: float) -> None:
    # The derivative of the expected covered length by the bias is the length's variance; likewise for boundaries.
    emission = yard(np.random.default_rng(seed), 250, noise=3.0)[0]
    low = DecoderSettings(tau_occupied=0.05)
    one, covered, edges = (
        decode_tracks([emission], s)[0]
        for s in (low, replace(low, bias_occupied=more), replace(low, bias_boundary=more))
    )
    assert covered.occupied_m >= one.occupied_m - 1e-9
    assert edges.boundary.sum() >= one.boundary.sum() - 1e-9


@pytest.mark.parametrize("tau", [0.12, 1.0, 5.0])
def test_the_strongest_evidence_neither_overflows_nor_vanishes(tau: float) -> None:
    n = 2000
    occupied, boundary = np.full(n, -20.0), np.full(n + 1, -20.0)
    for k in range(50):
        occupied[100 + 28 * k : 128 + 28 * k] = 20.0
        boundary[[100 + 28 * k, 128 + 28 * k]] = 20.0
    emission = Emission(occupied, boundary, np.zeros((n, 8)), np.zeros(n), np.ones(n, dtype=bool), 0.5)
    found = decode_tracks([emission], DecoderSettings(tau_occupied=tau))[0]
    assert found.count.mode == 50
    assert found.count.probability(50) > 0.999
    assert [s[:2] for s in found.segments] == [(100 + 28 * k, 128 + 28 * k) for k in range(50)]
    assert found.occupied_m == pytest.approx(700.0, abs=0.5)
    rng = np.random.default_rng(0)
    wild = Emission(
        rng.choice([-20.0, 20.0], n),
        rng.choice([-20.0, 20.0], n + 1),
        np.zeros((n, 8)),
        np.zeros(n),
        emission.visible,
        0.5,
    )
    assert decode_tracks([wild], DecoderSettings(tau_occupied=tau))[0].count.p.sum() == pytest.approx(1.0)


def flat(n: int, occupied: float, boundary: float = -4.0) -> Emission:
    return Emission(
        np.full(n, occupied), np.full(n + 1, boundary), np.zeros((n, 8)), np.zeros(n), np.ones(n, dtype=bool), 0.5
    )


def test_empty_and_full_strips() -> None:
    empty, full = decode_tracks([flat(400, -6.0), flat(400, 6.0, 0.0)], DecoderSettings())
    assert empty.count.probability(0) > 0.99
    assert empty.segments == ()
    assert full.occupied_m > 199.0
    # Without couplings the length prior decides: 200 m are 8 to 17 cars, and the distribution says how unsure that is.
    assert 10 <= full.count.median <= 15
    assert full.count.interval(0.9).high - full.count.interval(0.9).low >= 4


def test_lengths_shared_by_a_train_keep_a_long_string_uncertain() -> None:
    # 500 m are 42 tank wagons, 36 gondolas or 29 long boxcars; lengths drawn one by one would promise 31 or so.
    string = flat(1000, 6.0, 0.0)
    blind = DecoderSettings(tau_boundary=0.0)
    shared, single = (
        decode_tracks([string], replace(blind, lengths=LengthPrior(mixed=mixed)))[0].count for mixed in (0.35, 1.0)
    )
    assert shared.variance > 5 * single.variance
    assert shared.exceeds(37) > 0.03
    assert shared.exceeds(30) < 0.9


def test_strips_shorter_than_a_car() -> None:
    covered, bare, sliver = decode_tracks([flat(12, 8.0), flat(12, -8.0), flat(2, 8.0)], DecoderSettings())
    assert covered.count.mode == 1
    assert covered.segments[0].truncated
    assert bare.count.mode == 0
    assert sliver.count.mode == 0


def test_a_car_that_ends_with_the_strip_is_whole() -> None:
    n = 28 * 3
    emission = flat(n, 8.0, -6.0)
    boundary = emission.boundary.copy()
    boundary[::28] = 6.0
    emission = Emission(emission.occupied, boundary, emission.types, emission.cover, emission.visible, 0.5)
    found = decode_tracks([emission], DecoderSettings())[0]
    assert [s[:3] for s in found.segments] == [(0, 28, False), (28, 56, False), (56, 84, False)]
    assert found.count.probability(3) > 0.9


def test_cloud_widens_the_count_and_is_not_empty_track() -> None:
    rng = np.random.default_rng(4)
    clear, _ = yard(rng, 1000)
    cloudy = replace(clear, visible=np.where(np.arange(1000) < 500, clear.visible, False))
    gone = replace(clear, visible=np.zeros(1000, dtype=bool))
    one, half, none = decode_tracks([clear, cloudy, gone], DecoderSettings())
    assert one.count.variance < half.count.variance < none.count.variance
    assert none.occupied_m == pytest.approx(500 * DecoderSettings().prior_occupancy(), rel=0.02)
    assert none.segments == ()
    assert none.log_evidence == pytest.approx(0.0, abs=0.1)


def test_strips_of_different_spacing_are_not_decoded_as_one() -> None:
    fine, coarse = flat(40, 1.0), replace(flat(40, 1.0), step_m=1.0)
    with pytest.raises(ValueRefusedError, match="spacing"):
        evidence_of([fine, coarse], DecoderSettings(), 16)
    with pytest.raises(ValueRefusedError, match="no strip"):
        evidence_of([], DecoderSettings(), 16)
    fine, coarse = flat(40, 8.0), replace(flat(40, 8.0), step_m=1.0)
    one, other = decode_tracks([fine, coarse], DecoderSettings())
    assert one.occupied_m == pytest.approx(20.0, abs=0.5)
    assert other.occupied_m == pytest.approx(40.0, abs=0.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [("tau_occupied", -0.1), ("start_per_m", 0.0), ("continue_p", 1.0), ("cut_p", 1.1), ("tau_boundary", math.nan)],
)
def test_settings_out_of_range_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueRefusedError, match=field):
        replace(DecoderSettings(), **{field: value})


@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 100.0, 5000.0]))
@hypothesis_settings(max_examples=20, deadline=None)
def test_sums_of_weights_near_and_far_apart(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    kernel = potentials_of(SETTINGS, 1.0).car
    x = rng.normal(0, scale, (kernel.log.shape[0], kernel.log.shape[2], 2))
    x[:, 0] = -np.inf
    counts = rng.dirichlet(np.ones(4), size=x.shape)
    with np.errstate(invalid="ignore"):
        true = logsumexp(kernel.log[..., None] + x[:, None], axis=2)
    np.testing.assert_allclose(semimarkov._combine(kernel, x, best=False), true, rtol=1e-12)
    mixed = tally._carry(kernel, x, true, counts)
    share = np.exp(kernel.log[..., None] + x[:, None] - true[:, :, None])
    np.testing.assert_allclose(mixed, (share[..., None] * counts[:, None]).sum(axis=2), atol=1e-12)
