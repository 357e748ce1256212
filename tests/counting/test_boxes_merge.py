"""Duplicates along one track, and what a box's length says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.boxes_lengths import BoxLengths
from wayside.counting.boxes_merge import merge_along
from wayside.counting.boxes_sums import poisson_binomial
from wayside.counting.boxes_tracks import PlacedBox
from wayside.counting.lengths import LengthPrior
from wayside.errors import ValueRefusedError

LENGTHS = BoxLengths()


def box(start: float, end: float, score: float = 0.9) -> PlacedBox:
    return PlacedBox(start, end, 0.0, 3.1, score, "")


def merged(*boxes: PlacedBox) -> list[tuple[float, float]]:
    return [(b.start_m, b.end_m) for b in merge_along(boxes, lambda p: p, LENGTHS)]


def test_neighbours_that_overlap_at_their_ends_are_two_cars_and_meet_halfway() -> None:
    assert merged(box(0, 14.8), box(13.2, 28), box(40, 54)) == [(0, 14.0), (14.0, 28), (40, 54)]


def test_duplicates_of_overlapping_tiles_are_one_car() -> None:
    assert merged(box(0, 14, 0.8), box(0.4, 14.2, 0.9), box(0.1, 6.0, 0.85)) == [(0.4, 14.2)]


def test_a_surer_fragment_does_not_replace_the_car() -> None:
    assert merged(box(0, 14, 0.6), box(7, 14, 0.95)) == [(0, 14)]


def test_two_halves_of_a_car_cut_by_a_tile_are_one() -> None:
    assert merged(box(0, 6.6), box(7.2, 14)) == [(0, 14)]


def test_two_cars_win_over_one_box_around_both() -> None:
    assert merged(box(0, 28.4, 0.9), box(0, 14), box(14.4, 28.4)) == [(0, 14), (14.4, 28.4)]


def test_crumbs_are_dropped() -> None:
    assert merged(box(0, 1.5)) == []


def test_a_train_seen_by_three_tiles_keeps_its_cars() -> None:
    """Every car seen once, twice or three times with jittered ends, in any order."""
    rng = np.random.default_rng(5)
    boxes = []
    for k in range(40):
        for _ in range(int(rng.integers(1, 4))):
            a, b = 14.6 * k + rng.normal(0, 0.5), 14.6 * k + 13.9 + rng.normal(0, 0.5)
            boxes.append(box(a, b, float(rng.uniform(0.4, 0.99))))
    rng.shuffle(boxes)
    assert len(merge_along([PlacedBox(*b) for b in boxes], lambda p: p, LENGTHS)) == 40


PIECES = st.tuples(st.integers(0, 60), st.integers(10, 30), st.sampled_from([0.2, 0.5, 0.7, 0.9]))


@given(st.lists(PIECES, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_the_best_subset_is_found(pieces: list[tuple[int, int, float]]) -> None:
    """Brute force over all subsets of boxes too long to be joined."""
    boxes = [box(float(start), float(start + length), p) for start, length, p in pieces]

    def worth(b: PlacedBox) -> float:
        return b.score * b.length_m * LENGTHS.fit(b.length_m)

    def core(b: PlacedBox) -> tuple[float, float]:
        return b.start_m + 1.5, b.end_m - 1.5

    best = 0.0
    for size in range(1, len(boxes) + 1):
        for subset in itertools.combinations(boxes, size):
            cores = sorted(core(b) for b in subset)
            if all(a[1] <= b[0] for a, b in itertools.pairwise(cores)):
                best = max(best, sum(map(worth, subset)))
    kept = merge_along(boxes, lambda p: p, LENGTHS)
    for one, other in itertools.pairwise(kept):
        assert one.end_m <= other.start_m + 1e-9
    # Ends that met halfway are put back before the worth is compared.
    whole = [max((b for b in boxes if b.start_m <= k.start_m and b.end_m >= k.end_m and b.score == k.score
                  and (b.start_m == k.start_m or b.end_m == k.end_m or b.length_m - k.length_m <= 3.0)), key=worth)
             for k in kept]  # fmt: skip
    assert sum(map(worth, whole)) >= best - 1e-9


@given(st.lists(PIECES, min_size=1, max_size=8), st.randoms())
@settings(max_examples=60, deadline=None)
def test_order_does_not_matter(pieces: list[tuple[int, int, float]], random: object) -> None:
    boxes = [box(float(start), float(start + length), p) for start, length, p in pieces]
    shuffled = list(boxes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_along(boxes, lambda p: p, LENGTHS) == merge_along(shuffled, lambda p: p, LENGTHS)


# ------------------------------------------------------------------ lengths
@given(st.floats(0.5, 400), st.floats(-2, 2), st.floats(0, 2))
@settings(max_examples=60, deadline=None)
def test_numbers_of_cars_are_a_distribution(length: float, offset: float, blur: float) -> None:
    lengths = BoxLengths(offset_m=round(offset, 1), blur_m=round(blur, 1))
    p = lengths.cars(length)
    assert p.sum() == pytest.approx(1.0)
    assert p.min() >= 0
    assert 0.3 <= lengths.fit(length) <= 1.0


def test_common_lengths() -> None:
    assert np.argmax(LENGTHS.cars(14.0)) == 1
    assert LENGTHS.cars(14.0)[1] > 0.95
    assert np.argmax(LENGTHS.cars(42.0)) == 3
    assert LENGTHS.cars(5.0)[0] > 0.3
    assert 7 <= np.argmax(LENGTHS.cars(140.0)) <= 11
    assert np.argmax(BoxLengths(offset_m=-1.0).cars(12.9)) == 1


def test_two_cars_in_closed_form() -> None:
    """A prior of one length and no blur: k cars are k times as long, and the families do not mix."""
    prior = LengthPrior(mixed=0.0)
    lengths = BoxLengths(blur_m=0.0, part=0.0, several=0.2, prior=prior)
    table = prior.table(0.25)
    at = round(28.0 / 0.25)
    one = sum(w * f[at - table.shortest] for w, f in zip(table.weight, table.f, strict=True))
    two = sum(w * poisson_binomial([f, f])[at - 2 * table.shortest] for w, f in zip(table.weight, table.f, strict=True))
    three = sum(w * poisson_binomial([f, f, f])[at - 3 * table.shortest]
                for w, f in zip(table.weight, table.f, strict=True))  # fmt: skip
    tail = np.pi**2 / 6 - 1
    weight = np.array([0.0, 0.8 * one, 0.2 / tail * two / 4, 0.2 / tail * three / 9])
    assert lengths.cars(28.0)[:4] == pytest.approx(weight / weight.sum(), abs=1e-9)


def test_settings_are_checked() -> None:
    with pytest.raises(ValueRefusedError):
        BoxLengths(part=0.9)
