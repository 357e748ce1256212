"""Trains cut from tracks, and alignments beside brute force."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.consists.align import best_path, local_scores, shifts
from wayside.consists.trains import consists_of
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution
from wayside.model.observations import TrackCount

Array = np.ndarray


def _track(cars: list[Car]) -> TrackCount:
    return TrackCount("1", 900.0, 1.0, 0.0, CountDistribution.exactly(len(cars)), 0.0, tuple(cars))


def _cars(starts: list[float], length: float = 14.0) -> list[Car]:
    return [Car(start, start + length) for start in starts]


def test_a_track_is_cut_where_no_coupling_reaches() -> None:
    near = [15.0 * k for k in range(6)]
    far = [200.0 + 15.0 * k for k in range(4)] + [400.0 + 17.9 * k for k in range(5)]
    found = consists_of("yard", "s", date(2023, 1, 2), [_track(_cars(near + far))], 0.5)
    assert [len(train.cars) for train in found] == [6, 5]
    assert [train.id for train in found] == ["yard/s/1/1", "yard/s/1/2"]
    assert found[1].cars[0].start_m == 400.0


def test_a_cut_car_has_no_length_and_does_not_part_a_train() -> None:
    cars = _cars([15.0 * k for k in range(7)])
    cars[3] = Car(45.0, 59.0, truncated=True)
    (train,) = consists_of("yard", "s", date(2023, 1, 2), [_track(cars)], 0.5)
    assert len(train.cars) == 6


def _brute(evidence: Array, gap_a: Array, gap_b: Array) -> float:
    """Every choice of pairs in order, all cars between the first and the last pair paid for."""
    n, m = evidence.shape
    best = 0.0
    for size in range(1, min(n, m) + 1):
        for rows in combinations(range(n), size):
            for columns in combinations(range(m), size):
                total = sum(evidence[i, j] for i, j in zip(rows, columns, strict=True))
                total -= sum(gap_a[i] for i in range(rows[0], rows[-1]) if i not in rows)
                total -= sum(gap_b[j] for j in range(columns[0], columns[-1]) if j not in columns)
                best = max(best, total)
    return float(best)


@pytest.mark.parametrize("seed", range(25))
def test_scores_are_those_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 6, size=2)
    evidence = rng.normal(0, 2, (4, n, m))
    gap_a, gap_b = rng.uniform(0.2, 3, (4, n)), rng.uniform(0.2, 3, (4, m))
    wanted = [_brute(evidence[k], gap_a[k], gap_b[k]) for k in range(4)]
    assert local_scores(evidence, gap_a, gap_b) == pytest.approx(wanted)
    for k in range(4):
        path = best_path(evidence[k], gap_a[k], gap_b[k])
        assert path.score == pytest.approx(wanted[k])
        paid = sum(
            evidence[k, i, j] if i is not None and j is not None else -(gap_a[k, i] if j is None else gap_b[k, j])
            for i, j in path.pairs
        )
        assert paid == pytest.approx(path.score)


@pytest.mark.parametrize("seed", range(15))
def test_sums_carried_along_are_those_of_the_path(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    evidence = rng.normal(0.3, 2, (3, 5, 6))
    gap = rng.uniform(0.2, 3, (3, 6))
    apart = rng.normal(0, 1, (3, 5, 6, 3))
    best, total, number = shifts(evidence, gap[:, :5], gap, apart)
    for k in range(3):
        path = best_path(evidence[k], gap[k, :5], gap[k])
        cells = [(i, j) for i, j in path.pairs if i is not None and j is not None and evidence[k, i, j] > 0]
        assert best[k] == pytest.approx(path.score)
        assert number[k] == len(cells)
        assert total[k] == pytest.approx(sum((apart[k, i, j] for i, j in cells), np.zeros(3)))


@given(st.integers(0, 10_000), st.integers(1, 7), st.integers(1, 7))
def test_turning_both_trains_changes_no_score(seed: int, n: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    evidence = rng.normal(0, 2, (1, n, m))
    gap_a, gap_b = rng.uniform(0.2, 3, (1, n)), rng.uniform(0.2, 3, (1, m))
    turned = local_scores(evidence[:, ::-1, ::-1], gap_a[:, ::-1], gap_b[:, ::-1])
    assert turned == pytest.approx(local_scores(evidence, gap_a, gap_b))
    assert local_scores(evidence.transpose(0, 2, 1), gap_b, gap_a) == pytest.approx(turned)
