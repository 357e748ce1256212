"""Cars as they look, and the constants fitted by the likelihood of the count."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from wayside.counting.decode import ReadingSettings, TrackDecoding, cars_of, decode_tracks, read_cars
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.fitting import count_distributions, fit_settings, log_likelihoods
from wayside.counting.potentials import DecoderSettings
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType, Cover

LENGTHS = (24, 28, 29, 34)
"""Columns of 0.5 m of the cars that are drawn here."""


def drawn(seed: int, n: int = 600, strength: float = 6.0, noise: float = 1.0) -> tuple[Emission, list[tuple[int, int]]]:
    """A strip of trains and where its cars are."""
    rng = np.random.default_rng(seed)
    occupied, boundary = np.full(n, -strength), np.full(n + 1, -strength)
    cars: list[tuple[int, int]] = []
    at = int(rng.integers(20, 60))
    while at < n:
        for _ in range(int(rng.integers(3, 9))):
            length = int(rng.choice(LENGTHS))
            if at + length > n - 5:
                break
            occupied[at : at + length] = boundary[at] = boundary[at + length] = strength
            cars.append((at, at + length))
            at += length
        at += int(rng.integers(40, 120))
    types, cover = np.zeros((n, len(TYPE_ORDER))), np.zeros(n)
    for k, (a, b) in enumerate(cars):
        types[a:b, k % 3] = 4.0
        cover[a:b] = (4.0, -4.0, 0.0)[k % 3]
    return (
        Emission(
            occupied + rng.normal(0, noise, n),
            boundary + rng.normal(0, noise, n + 1),
            types + rng.normal(0, 0.5, types.shape),
            cover + rng.normal(0, 0.5, n),
            np.ones(n, dtype=bool),
            0.5,
        ),
        cars,
    )


def decoded(emission: Emission, settings: DecoderSettings | None = None) -> TrackDecoding:
    return decode_tracks([emission], settings or DecoderSettings())[0]


def test_cars_are_found_where_they_were_drawn() -> None:
    emission, cars = drawn(1)
    found = decoded(emission)
    assert [s[:3] for s in found.segments] == [(a, b, False) for a, b in cars]
    assert all(s.p > 0.95 for s in found.segments)
    assert found.count.mode == len(cars)
    assert found.occupied_m == pytest.approx(0.5 * sum(b - a for a, b in cars), abs=2.0)


def test_types_covers_and_outlines() -> None:
    emission, cars = drawn(1)
    frame = frame_along(np.array([[1000.0, 50.0], [1300.0, 50.0]]))
    listed = cars_of(decoded(emission), emission, frame)
    assert [c.type for c in listed] == [(CarType.GONDOLA, CarType.BOX, CarType.TANK)[k % 3] for k in range(len(cars))]
    assert [c.cover for c in listed] == [
        (Cover.COVERED, Cover.OPEN, Cover.UNDETERMINED)[k % 3] for k in range(len(cars))
    ]
    first = listed[0]
    assert (first.start_m, first.end_m) == (cars[0][0] * 0.5, cars[0][1] * 0.5)
    xs, ys = zip(*first.polygon, strict=True)
    assert (min(xs), max(xs)) == pytest.approx((1000 + first.start_m, 1000 + first.end_m))
    assert (min(ys), max(ys)) == pytest.approx((50 - 1.55, 50 + 1.55))


def test_a_type_that_the_length_rules_out_is_not_given() -> None:
    emission, cars = drawn(1)
    place = next(k for k, (a, b) in enumerate(cars) if b - a < 30)
    a, b = cars[place]
    types = emission.types.copy()
    types[a:b] = 0.0
    types[a:b, TYPE_ORDER.index(CarType.PASSENGER)] = 4.0  # a coach of 12 to 15 m
    types[a:b, TYPE_ORDER.index(CarType.GONDOLA)] = 3.0
    emission = replace(emission, types=types)
    looks, both = (
        read_cars(decoded(emission), emission, ReadingSettings(length_weight=weight))[place].type_p
        for weight in (0.0, 1.0)
    )
    passenger, gondola = TYPE_ORDER.index(CarType.PASSENGER), TYPE_ORDER.index(CarType.GONDOLA)
    assert np.argmax(looks) == passenger
    assert np.argmax(both) == gondola
    assert both[passenger] < 0.5 * looks[passenger]
    for p in (looks, both):
        assert p.sum() == pytest.approx(1.0)


def test_unknown_is_an_answer() -> None:
    emission, _ = drawn(2)
    emission = replace(emission, types=np.zeros_like(emission.types))
    frame = frame_along(np.array([[0.0, 0.0], [300.0, 0.0]]))
    listed = cars_of(decoded(emission), emission, frame)
    assert listed
    assert {c.type for c in listed} == {CarType.UNKNOWN}
    sure = cars_of(decoded(emission), emission, frame, ReadingSettings(least_type_p=0.0))
    assert CarType.UNKNOWN not in {c.type for c in sure}


def test_a_car_half_under_cloud_is_cut_and_one_wholly_under_it_is_not_listed() -> None:
    emission, cars = drawn(1)
    a, b = cars[1]
    visible = emission.visible.copy()
    visible[: (a + b) // 2] = False
    cloudy = replace(emission, visible=visible)
    found = decoded(cloudy)
    assert all(visible[s.start_column : s.end_column].any() for s in found.segments)
    assert found.segments[0].truncated
    assert not found.segments[1].truncated
    assert len(read_cars(found, cloudy)) == len(found.segments)


def test_strips_and_frames_that_do_not_belong_together_are_refused() -> None:
    emission, _ = drawn(1)
    found = decoded(emission)
    with pytest.raises(ValueRefusedError, match="number of columns"):
        cars_of(found, emission, frame_along(np.array([[0.0, 0.0], [100.0, 0.0]])))
    with pytest.raises(ValueRefusedError, match="spacing"):
        cars_of(found, emission, frame_along(np.array([[0.0, 0.0], [600.0, 0.0]]), step_m=1.0))
    with pytest.raises(ValueRefusedError, match="different strips"):
        read_cars(found, drawn(1, n=400)[0])
    with pytest.raises(ValueRefusedError, match="covered_p"):
        ReadingSettings(covered_p=0.4)


# ---------------------------------------------------------------------------- fitting
def test_likelihood_of_a_count_is_its_probability() -> None:
    emissions = [drawn(seed)[0] for seed in (1, 2, 3)]
    settings = DecoderSettings()
    for emission, alone, both in zip(
        emissions, count_distributions(emissions, settings), decode_tracks(emissions, settings), strict=True
    ):
        assert alone.mean == pytest.approx(both.count.mean, abs=1e-9)
        for n in (alone.mode, alone.mode + 1):
            assert log_likelihoods([emission], [n], settings) == pytest.approx(math.log(alone.probability(n)))
    assert log_likelihoods(emissions[:1], [10_000], settings) == pytest.approx(math.log(1e-300))


def test_fitting_finds_better_constants_and_the_same_each_time() -> None:
    strips = [drawn(seed, n=300, strength=1.2, noise=1.5) for seed in range(5)]
    emissions, counts = [e for e, _ in strips], [len(cars) for _, cars in strips]
    start = DecoderSettings(tau_occupied=0.02, tau_boundary=0.1)
    one, other = (fit_settings(emissions, counts, start, most_evaluations=25) for _ in range(2))
    assert one == other
    assert log_likelihoods(emissions, counts, one).sum() > log_likelihoods(emissions, counts, start).sum() + 3.0
    assert one.continue_p == start.continue_p
    held_out = [drawn(seed, n=300, strength=1.2, noise=1.5) for seed in range(50, 56)]
    fresh, truth = [e for e, _ in held_out], [len(cars) for _, cars in held_out]
    assert log_likelihoods(fresh, truth, one).sum() > log_likelihoods(fresh, truth, start).sum()


def test_fitting_refuses_what_it_cannot_use() -> None:
    emission = drawn(1)[0]
    with pytest.raises(ValueRefusedError, match="no strip"):
        fit_settings([], [], DecoderSettings())
    with pytest.raises(ValueRefusedError, match="its count"):
        fit_settings([emission], [1, 2], DecoderSettings())
    with pytest.raises(ValueRefusedError, match="can be fitted"):
        fit_settings([emission], [1], DecoderSettings(), names=("least_visible_m",))
