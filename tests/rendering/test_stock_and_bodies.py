"""Consists follow their rules, and every car paints itself inside its own outline."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.model.cars import CarType, Cover
from wayside.rendering.bodies import PAINTERS, paint_body
from wayside.rendering.stock import STOCK, CarBody, CarModel, Load, Network, draw_train

MODELS = [model for models in STOCK.values() for model in models]
SEEDS = st.integers(0, 2**31 - 1)
SKELETONS = {"spine", "articulated", "well"}
"""Styles through which the ballast shows where they are empty."""
BOXES_OVERHANG = {"container", "articulated", "well", "spine", "flat"}
"""Styles whose containers may reach over the end of their deck."""
STYLES = sorted(PAINTERS)


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
    assert (painted.drawn & core).sum() > (0.1 if body.model.style in SKELETONS else 0.4) * core.sum()
    assert not painted.height[~painted.drawn & ~outline].any()
    colour, height = painted.colour[painted.drawn], painted.height[painted.drawn]
    assert painted.colour.shape == (x.size, 3)
    assert np.isfinite(colour).all()
    assert colour.min() >= np.float32(0.02)
    assert colour.max() <= np.float32(0.98)
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
    if model.style not in BOXES_OVERHANG:
        assert not painted.drawn[3]
    assert painted.height[0] == 1.0


@pytest.mark.parametrize("model", MODELS, ids=lambda m: f"{m.style}-{m.length_m}")
def test_buffers_stand_beside_the_coupler_where_there_are_any(model: CarModel) -> None:
    body = CarBody(model, 0.0, Load.EMPTY, (0.6, 0.6, 0.6), (0.5, 0.5, 0.5), 3)
    at = np.full(3, model.length_m / 2 - 0.1, np.float32)
    painted = paint_body(body, at, np.array([0.875, -0.875, 0.4], np.float32), 0.0)
    assert painted.drawn.tolist() == [model.buffers, model.buffers, False]


def test_every_style_has_a_painter_and_every_painter_a_car() -> None:
    assert {model.style for model in MODELS} == set(PAINTERS)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_fills_its_length(style: str) -> None:
    # From one end of the body to the other something stands on every metre but over a link or a joint.
    for seed in range(6):
        model = [m for m in MODELS if m.style == style][seed % sum(m.style == style for m in MODELS)]
        x, y = grid(model)
        painted = paint_body(
            CarBody(model, 0.0, Load.EMPTY, (0.6, 0.5, 0.4), (0.3, 0.2, 0.1 + seed / 50), seed), x, y, 0.0
        )
        metre = np.unique(np.floor(x[painted.drawn] + model.length_m / 2))
        assert set(range(int(model.length_m))) <= set(metre.astype(int).tolist())


@settings(max_examples=60, deadline=None)
@given(bodies(), st.integers(2, 5))
def test_a_cars_shape_does_not_hang_on_how_many_pixels_see_it(body: CarBody, every: int) -> None:
    if body.model.style in {"gondola", "flat"}:
        return  # scrap is rough from pixel to pixel
    x, y = grid(body.model)
    whole, part = paint_body(body, x, y, 0.0), paint_body(body, x[::every], y[::every], 0.0)
    assert np.array_equal(whole.drawn[::every], part.drawn)
    assert np.allclose(whole.height[::every], part.height, atol=1e-4)


def shares(models: tuple[CarModel, ...]) -> dict[CarType, float]:
    total = sum(m.share for m in models)
    return {t: sum(m.share for m in models if m.type is t) / total for t in CarType}


@pytest.mark.parametrize("network", Network)
def test_the_catalogue_is_plausible(network: Network) -> None:
    for model in STOCK[network]:
        assert 8.0 <= model.length_m <= (35.0 if model.type is CarType.LOCOMOTIVE else 30.0)
        assert 2.4 <= model.width_m <= 3.4
        assert 0.8 <= model.height_m <= 6.0
        assert 0.35 <= model.overhang_m <= 0.75
        assert model.share > 0
        assert model.buffers == (network is Network.EUROPEAN)
    assert shares(STOCK[network])[CarType.LOCOMOTIVE] < 0.05
    lengths = {round(m.length_m, 2) for m in STOCK[network]}
    known = {
        Network.RUSSIAN: {13.92, 14.62, 12.02, 14.73, 16.97, 14.72, 19.62},
        Network.EUROPEAN: {14.04, 10.0, 12.54, 13.04},
        Network.CHINESE: {13.97, 17.07, 16.44, 13.98, 13.44, 12.22},
        Network.AMERICAN: {16.89, 20.6},
    }
    assert known[network] <= lengths


def test_an_open_car_shows_its_floor_and_a_loaded_one_its_load() -> None:
    model = next(m for m in MODELS if m.style == "gondola")
    x, y = np.linspace(-4, 4, 60, dtype=np.float32), np.zeros(60, np.float32)
    higher = darker = 0
    for tone in np.linspace(0.04, 0.06, 30):
        empty, loaded = (
            paint_body(CarBody(model, 0.0, load, (0.6, 0.6, 0.6), (0.05, 0.05, float(tone)), 7), x, y, 0.0)
            for load in (Load.EMPTY, Load.LOADED)
        )
        assert np.median(empty.height) == 1.25
        higher += float(np.median(loaded.height)) > 0.5 * model.height_m
        darker += loaded.colour.mean() < 0.75 * empty.colour.mean()
    assert higher >= 18  # others are loaded in part
    assert darker >= 18


@settings(max_examples=40, deadline=None)
@given(SEEDS, SEEDS)
def test_cars_of_a_block_share_their_build_and_not_their_stains(one: int, other: int) -> None:
    model = next(m for m in MODELS if m.style == "hopper")
    x, y = grid(model)
    pair = [CarBody(model, 0.0, Load.CLOSED, (0.5, 0.5, 0.5), (0.3, 0.2, 0.1), seed) for seed in (one, other)]
    a, b = (paint_body(body, x, y, 0.0) for body in pair)
    assert np.array_equal(a.height, b.height)
    assert (one == other) == np.array_equal(a.colour, b.colour)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_autoracks_of_one_train_have_roofs_of_many_ages(seed: int) -> None:
    rng = np.random.default_rng(seed)
    train = draw_train(0.0, 12, Network.AMERICAN, rng, uniformity=0.9, types=(CarType.BOX,))
    racks = [body.colour for body in train if body.model.style == "autorack"]
    assert len(set(racks)) == len(racks)


def test_loose_couplings_are_rare_and_short() -> None:
    train = draw_train(0.0, 6000, Network.RUSSIAN, np.random.default_rng(4), uniformity=0.5)
    gaps = np.array([b.start_m - a.end_m for a, b in itertools.pairwise(train)])
    assert gaps.max() <= 3.0 + 1e-6
    assert 0.002 < (gaps > 1.15).mean() < 0.015
    assert (gaps < 1e-6).mean() > 0.8


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
    boxes = [m for m in STOCK[Network.RUSSIAN] if m.type is CarType.BOX]
    short = sum(body.model.length_m == 14.73 for body in train)
    assert short / 4000 == pytest.approx(5 / sum(m.share for m in boxes), abs=0.03)


@given(bodies())
def test_only_a_tarp_or_a_roof_covers(body: CarBody) -> None:
    assert (body.cover is Cover.COVERED) == (body.load in {Load.TARPED, Load.CLOSED})
    assert body.end_m - body.start_m == pytest.approx(body.model.length_m)
