"""Consists follow their rules, and every car paints itself inside its own outline."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.model.cars import CarType, Cover
from wayside.rendering.bodies import paint_body
from wayside.rendering.stock import STOCK, CarBody, CarModel, Load, Network, draw_train

MODELS = [model for models in STOCK.values() for model in models]
SEEDS = st.integers(0, 2**31 - 1)


@st.composite
def bodies(draw: st.DrawFn) -> CarBody:
    model: CarModel = draw(st.sampled_from(MODELS))
    tone = st.tuples(*[st.floats(0.03, 0.92)] * 3)
    return CarBody(model, draw(st.floats(-20, 500)), draw(st.sampled_from(Load)), draw(tone), draw(tone), draw(SEEDS))


def grid(model: CarModel) -> tuple[np.ndarray, np.ndarray]:
    """Places on a car and around it, a quarter of a metre apart."""
    x = np.arange(-model.length_m / 2 - 2, model.length_m / 2 + 2, 0.25, dtype=np.float32)
    y = np.arange(-3.0, 3.01, 0.25, dtype=np.float32)
    return np.repeat(x, y.size), np.tile(y, x.size)


@settings(max_examples=150, deadline=None)
@given(bodies(), st.sampled_from([0.0, 0.6, 1.0]))
def test_every_car_paints_something_and_only_inside_its_outline(body: CarBody, snow: float) -> None:
    x, y = grid(body.model)
    painted = paint_body(body, x, y, snow)
    outline = (np.abs(x) <= body.model.length_m / 2) & (np.abs(y) <= body.model.width_m / 2 + 0.05)
    assert not (painted.drawn & ~outline).any()
    # The middle half of its length at least, a skeleton wagon's holes apart.
    core = outline & (np.abs(x) < body.model.length_m / 4)
    assert (painted.drawn & core).sum() > 0.4 * core.sum()
    colour, height = painted.colour[painted.drawn], painted.height[painted.drawn]
    assert painted.colour.shape == (x.size, 3)
    assert np.isfinite(colour).all()
    assert colour.min() >= 0.0
    assert colour.max() <= 1.25  # a light roof's rib may be brighter than white paper
    assert height.min() > 0.0
    assert height.max() <= 8.0


@settings(max_examples=30, deadline=None)
@given(bodies())
def test_a_car_looks_the_same_whenever_it_is_painted(body: CarBody) -> None:
    x, y = grid(body.model)
    once, again = paint_body(body, x, y, 0.3), paint_body(body, x, y, 0.3)
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.style}-{m.length_m}")
def test_couplers_reach_to_the_ends_and_are_narrow(model: CarModel) -> None:
    body = CarBody(model, 0.0, Load.CLOSED, (0.6, 0.6, 0.6), (0.5, 0.5, 0.5), 3)
    half = model.length_m / 2
    at = np.array([-half + 0.1, half - 0.1, half + 0.1, half - 0.1], np.float32)
    painted = paint_body(body, at, np.array([0.0, 0.0, 0.0, 0.6], np.float32), 0.0)
    assert painted.drawn.tolist()[:3] == [True, True, False]
    if model.style != "container":  # boxes may reach over the end of their flat
        assert not painted.drawn[3]
    assert painted.height[0] == 1.0


def test_an_open_car_shows_its_floor_and_a_loaded_one_its_load() -> None:
    model = next(m for m in MODELS if m.style == "gondola")
    x, y = np.linspace(-4, 4, 60, dtype=np.float32), np.zeros(60, np.float32)
    empty, loaded = (
        paint_body(CarBody(model, 0.0, load, (0.6, 0.6, 0.6), (0.05, 0.05, 0.05), 7), x, y, 0.0)
        for load in (Load.EMPTY, Load.LOADED)
    )
    assert empty.height.max() < 1.3 < 0.5 * model.height_m < loaded.height.min()
    assert loaded.colour.mean() < 0.5 * empty.colour.mean()


@settings(max_examples=60, deadline=None)
@given(
    SEEDS, st.sampled_from(Network), st.integers(0, 40), st.floats(-30, 300), st.sampled_from([None, 0.0, 0.93, 1.0])
)
def test_a_consist_has_its_cars_end_to_end(
    seed: int, network: Network, cars: int, start: float, uniformity: float | None
) -> None:
    train = draw_train(start, cars, network, np.random.default_rng(seed), uniformity=uniformity)
    assert len(train) == cars
    assert all(body.model in STOCK[network] for body in train)
    if train:
        assert train[0].start_m == start
    for before, after in itertools.pairwise(train):
        assert 0.0 <= after.start_m - before.end_m < 5.0
    assert all(0.03 <= c <= 0.92 for body in train for c in body.colour + body.load_colour)
    if uniformity == 1.0:
        assert len({body.model for body in train}) <= 1


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(Network), st.sampled_from([t for t in CarType if t.is_freight and t != "unknown"]))
def test_a_consist_keeps_to_the_types_it_is_given(seed: int, network: Network, kind: CarType) -> None:
    train = draw_train(0.0, 12, network, np.random.default_rng(seed), types=(kind,))
    assert {body.model.type for body in train} == {kind}


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(Network))
def test_engines_stand_at_the_ends_of_mixed_trains(seed: int, network: Network) -> None:
    train = draw_train(0.0, 30, network, np.random.default_rng(seed), uniformity=0.0)
    assert CarType.LOCOMOTIVE not in {body.model.type for body in train[1:-1]}


def test_shares_are_kept() -> None:
    train = draw_train(0.0, 4000, Network.RUSSIAN, np.random.default_rng(8), uniformity=0.0, types=(CarType.BOX,))
    short = sum(body.model.length_m == 14.73 for body in train)
    assert short / 4000 == pytest.approx(5 / 7, abs=0.03)


@given(bodies())
def test_only_a_tarp_or_a_roof_covers(body: CarBody) -> None:
    assert (body.cover is Cover.COVERED) == (body.load in {Load.TARPED, Load.CLOSED})
    assert body.end_m - body.start_m == pytest.approx(body.model.length_m)
