"""Totals, the scene's own error by simulation, types, and the JSON against its schema."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wayside.counting.decode import CarReading, DecodedCar, TrackDecoding
from wayside.counting.emission import TYPE_ORDER
from wayside.counting.facility import SceneError, TrackPart, count_scene, interpretability, to_json, with_scene_error
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "count.json").read_text(encoding="utf-8"))
EXACT = SceneError(0.0, 0.0, 0.0, 0.0)


def part(
    track_id: str, count: CountDistribution, type_p: np.ndarray, cover_p: float = 0.9, length_m: float = 900.0
) -> TrackPart:
    """A track whose best segmentation has one car per row of ``type_p``."""
    places = [DecodedCar(28 * k, 28 * k + 28, truncated=False, p=0.97) for k in range(len(type_p))]
    return TrackPart(
        track_id=track_id,
        length_m=length_m,
        visible_fraction=0.8,
        offset_m=0.4,
        decoding=TrackDecoding(count, tuple(places), np.zeros(4), np.zeros(5), 14.0 * len(type_p), 0.0),
        readings=tuple(CarReading(c, p, cover_p) for c, p in zip(places, type_p, strict=True)),
        cars=tuple(
            Car(14.0 * k, 14.0 * k + 14.0, CarType.GONDOLA, 0.8, Cover.COVERED, 0.97, ((0.0, 1.0),) * 4)
            for k in range(len(type_p))
        ),
    )


def sure(kind: CarType, number: int) -> np.ndarray:
    return np.tile(np.eye(len(TYPE_ORDER))[TYPE_ORDER.index(kind)], (number, 1))


def scene(*parts: TrackPart, gsd_m: float = 0.5, error: SceneError | None = None) -> SceneCount:
    return count_scene(parts, gsd_m, model="strip-net 1 sha256:0", software="wayside 0.1.0", error=error)


# ---------------------------------------------------------------------------- what a scene's tracks share
def test_scene_error_against_simulation() -> None:
    rng = np.random.default_rng(0)
    error = SceneError(miss_mean=0.08, miss_sd=0.05, false_mean=0.06, false_sd=0.04)
    decoded = CountDistribution(38, np.array([0.2, 0.5, 0.3]))
    draws = 200_000

    def rate(mean: float, sd: float) -> np.ndarray:
        size = mean * (1 - mean) / sd**2 - 1
        return rng.beta(mean * size, (1 - mean) * size, draws)

    d = rng.choice(decoded.support, p=decoded.p, size=draws)
    kept = rng.binomial(d, 1 - rate(error.false_mean, error.false_sd))
    true = kept + rng.negative_binomial(np.maximum(kept, 1), 1 - rate(error.miss_mean, error.miss_sd)) * (kept > 0)
    found = with_scene_error(decoded, error)
    share = np.bincount(true, minlength=int(found.support[-1]) + 1)[found.first :] / draws
    assert 0.5 * np.abs(share[: found.p.size] - found.p).sum() < 0.01


@given(st.integers(0, 300), st.floats(0.0, 0.1))
@hypothesis_settings(deadline=None, max_examples=30)
def test_equal_rates_leave_the_mean_and_widen_the_interval(n: int, rate: float) -> None:
    found = with_scene_error(CountDistribution.exactly(n), SceneError(rate, rate / 2, rate, rate / 2))
    assert found.mean == pytest.approx(n, abs=1e-6 + 0.004 * n)
    if n >= 20 and rate > 0.01:
        assert found.variance > 0.5 * (n * rate) ** 2 / 2
        assert found.interval(0.9).low < n < found.interval(0.9).high


def test_the_scene_effect_does_not_shrink_with_the_number_of_tracks() -> None:
    spread = [
        np.sqrt(with_scene_error(CountDistribution.exactly(n), SceneError()).variance) / n for n in (50, 200, 800)
    ]
    shared = np.hypot(SceneError().miss_sd, SceneError().false_sd)
    assert spread[0] > spread[1] > spread[2] > 0.95 * shared
    alone = with_scene_error(CountDistribution.exactly(20), SceneError())
    independent = CountDistribution.total([alone] * 10)
    together = with_scene_error(CountDistribution.exactly(200), SceneError())
    assert together.variance > 1.5 * independent.variance


def test_lone_cars_that_nobody_saw_are_a_poisson_number() -> None:
    error = SceneError(0.0, 0.0, 0.0, 0.0, lone_per_km=0.4)
    rng = np.random.default_rng(3)
    n = 4 + rng.poisson(0.4 * 2.5, 200_000)
    found = with_scene_error(CountDistribution.exactly(4), error, length_km=2.5)
    assert found.mean == pytest.approx(5.0, abs=1e-6)
    for k in range(4, 9):
        assert found.probability(k) == pytest.approx(float((n == k).mean()), abs=0.005)
    assert with_scene_error(CountDistribution.exactly(0), error).probability(0) == 1.0


def test_an_empty_track_may_hold_a_car_that_was_not_seen() -> None:
    nothing = part("1", CountDistribution.exactly(0), np.zeros((0, len(TYPE_ORDER))), length_m=1000.0)
    error = SceneError(0.02, 0.02, 0.02, 0.02, lone_per_km=0.1)
    found = count_scene([nothing], 0.5, model="m", software="s", error=error)
    assert found.count.probability(0) == pytest.approx(np.exp(-0.08), abs=1e-6)  # 0.8 km can be seen
    assert found.tracks[0].count.probability(0) == pytest.approx(np.exp(-0.08), abs=1e-6)


def test_no_error_changes_nothing_and_no_cars_stay_none() -> None:
    decoded = CountDistribution(3, np.array([0.25, 0.75]))
    assert with_scene_error(decoded, EXACT) == decoded
    assert with_scene_error(CountDistribution.exactly(0), SceneError()) == CountDistribution.exactly(0)


def test_error_grows_with_the_gsd() -> None:
    decoded = CountDistribution.exactly(60)
    widths = [with_scene_error(decoded, SceneError().at(g)).variance for g in (0.3, 0.5, 1.0, 2.0, 4.0)]
    assert widths[0] == widths[1]
    assert widths[1] < widths[2] < widths[3] < widths[4]
    with pytest.raises(ValueRefusedError, match="miss_mean"):
        SceneError(miss_mean=0.5)


# ---------------------------------------------------------------------------- totals and types
def test_total_is_the_convolution_of_the_tracks_where_nothing_is_shared() -> None:
    one, other = CountDistribution(4, np.array([0.5, 0.5])), CountDistribution(1, np.array([0.2, 0.8]))
    found = scene(part("1", one, sure(CarType.BOX, 4)), part("2", other, sure(CarType.BOX, 2)), error=EXACT)
    np.testing.assert_allclose(found.count.p, [0.1, 0.5, 0.4])
    assert found.count.first == 5
    assert found.occupied_m == pytest.approx(84.0)
    assert [t.count for t in found.tracks] == [one, other]


def test_types_of_cars_that_are_sure_are_numbers_that_are_sure() -> None:
    types = np.vstack([sure(CarType.GONDOLA, 7), sure(CarType.LOCOMOTIVE, 2), sure(CarType.PASSENGER, 1)])
    found = scene(part("1", CountDistribution.exactly(10), types, cover_p=1.0), error=EXACT)
    assert found.freight == CountDistribution.exactly(7)
    assert found.locomotives == CountDistribution.exactly(2)
    assert found.by_type["passenger"] == CountDistribution.exactly(1)
    assert found.by_type["tank"] == CountDistribution.exactly(0)
    assert found.covered == CountDistribution.exactly(7)


def test_types_against_simulation() -> None:
    rng = np.random.default_rng(1)
    type_p = rng.dirichlet(np.full(8, 0.5), size=9)
    total = CountDistribution(6, np.array([0.1, 0.2, 0.1, 0.3, 0.1, 0.2]))
    found = scene(part("1", total, type_p), error=EXACT).by_type["box"]
    p = type_p[:, 1]
    others = (p.sum() + 0.15) / 10
    draws = np.empty(30_000, dtype=int)
    for i, n in enumerate(rng.choice(total.support, p=total.p, size=draws.size)):
        is_box = rng.random(9) < p
        kept = rng.permutation(is_box)[:n] if n < 9 else is_box
        draws[i] = kept.sum() + rng.binomial(max(0, n - 9), others)
    share = np.bincount(draws, minlength=found.p.size) / draws.size
    assert 0.5 * np.abs(share[found.first : found.first + found.p.size] - found.p).sum() < 0.015


@given(st.integers(0, 2**32 - 1), st.integers(0, 25), st.integers(0, 25))
@hypothesis_settings(deadline=None, max_examples=25)
def test_types_add_up_to_the_total(seed: int, cars: int, first: int) -> None:
    rng = np.random.default_rng(seed)
    total = CountDistribution.from_weights(first, rng.random(5) + 0.01)
    found = scene(part("1", total, rng.dirichlet(np.ones(8), size=cars)))
    assert sum(d.mean for d in found.by_type.values()) == pytest.approx(found.count.mean, rel=1e-6, abs=1e-9)
    split = found.freight.mean + found.locomotives.mean + found.by_type["passenger"].mean
    assert split == pytest.approx(found.count.mean, rel=1e-6, abs=1e-9)
    assert found.covered.mean <= found.freight.mean + 1e-9


def test_a_site_without_tracks_has_no_cars() -> None:
    found = scene()
    assert found.count == CountDistribution.exactly(0)
    assert found.freight == CountDistribution.exactly(0)


# ---------------------------------------------------------------------------- resolution and JSON
@pytest.mark.parametrize(
    ("gsd_m", "status"),
    [
        (0.3, CountStatus.COUNTED),
        (1.2, CountStatus.COUNTED),
        (1.21, CountStatus.OCCUPIED_LENGTH),
        (5.0, CountStatus.OCCUPIED_LENGTH),
        (5.1, CountStatus.NOT_COUNTABLE),
    ],
)
def test_status_by_gsd(gsd_m: float, status: CountStatus) -> None:
    found, reasons = interpretability(gsd_m)
    assert found is status
    assert bool(reasons) is (status is not CountStatus.COUNTED)


@pytest.mark.parametrize("gsd_m", [0.5, 3.0, 10.0])
def test_json_follows_its_schema(gsd_m: float) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    count = CountDistribution(8, np.array([0.3, 0.4, 0.3 - 1e-8, 1e-8]))
    found = scene(part("3", count, sure(CarType.GONDOLA, 9)), gsd_m=gsd_m)
    written = json.loads(json.dumps(to_json(found, "yard.png"), allow_nan=False))
    Draft202012Validator(SCHEMA).validate(written)
    assert written["image"] == "yard.png"
    assert set(written) == set(SCHEMA["required"])


def test_json_says_what_the_distribution_says() -> None:
    count = CountDistribution(8, np.array([0.3, 0.4, 0.3 - 1e-8, 1e-8]))
    written = to_json(scene(part("3", count, sure(CarType.GONDOLA, 9)), error=EXACT), "a.png")
    assert written["count"] == {
        "mean": 9.0,
        "median": 9,
        "intervals": {"0.5": [8, 9], "0.8": [8, 10], "0.9": [8, 10]},
        "pmf": {"first": 8, "p": [0.3, 0.4, 0.3]},
    }
    assert written["status"] == "counted"
    assert written["reasons"] == []


def test_what_cannot_be_counted_is_not_counted() -> None:
    found = scene(part("3", CountDistribution.exactly(9), sure(CarType.GONDOLA, 9)), gsd_m=10.0)
    assert found.tracks[0].cars == ()
    assert found.count.interval(0.9).high > 100  # anything that fits 900 m
    assert to_json(found, "a.png")["count"] is None
    assert "10 m per pixel" in found.reasons[0]
