"""One look: light, noise and season are not cargo, boxes are, and what is hidden is not empty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.zones import (
    Reference,
    ZoneGrid,
    ZonePixels,
    cell_model,
    chosen_history,
    dump_reference,
    load_reference,
    look_at,
    shown_share,
    usual_look,
)
from wayside.zones.cells import judge_cells, read_cell_model
from wayside.zones.features import CONTEXT, FEATURES, features
from wayside.zones.reference import compare, history_length, line_of, make_reference

Scene = Callable[..., ZonePixels]
BOXES = tuple((15 + 7 * (k // 4), 15 + 11 * (k % 4), 4, 9, 200.0) for k in range(8))
TRUE_M2 = 8 * 36


@pytest.fixture(scope="module")
def usual(scene: Scene) -> Reference:
    return make_reference([scene(n, gain=0.8 + 0.05 * n, offset=3.0 * n) for n in range(8)])


def area(found: object) -> float:
    return found.units.mean * found.unit_m2  # type: ignore[attr-defined, no-any-return]


def test_boxes_are_measured_and_bare_ground_is_bare(scene: Scene, usual: Reference, grid: ZoneGrid) -> None:
    full = look_at(scene(20, BOXES), usual, grid, cell_model())
    bare = look_at(scene(21), usual, grid, cell_model())
    assert area(full) == pytest.approx(TRUE_M2, rel=0.35)
    assert area(bare) < 60
    low, high = full.units.interval(0.9)
    assert low * full.unit_m2 <= TRUE_M2 <= high * full.unit_m2
    assert full.outlines
    assert bare.units.probability(0) > 0.02


@pytest.mark.parametrize(("gain", "offset"), [(0.4, 0.0), (1.0, 60.0), (25.0, 900.0), (0.01, 0.2)])
def test_exposure_and_haze_change_nothing(
    scene: Scene, usual: Reference, grid: ZoneGrid, gain: float, offset: float
) -> None:
    plain = look_at(scene(20, BOXES), usual, grid, cell_model())
    other = look_at(scene(20, BOXES, gain=gain, offset=offset), usual, grid, cell_model())
    assert area(other) == pytest.approx(area(plain), rel=0.25)


def test_the_usual_look_is_the_same_in_any_order_and_light(scene: Scene) -> None:
    scenes = [scene(n) for n in range(9)]
    one, other = make_reference(scenes), make_reference(scenes[::-1])
    assert np.allclose(one.usual, other.usual, atol=1e-5)
    lit = make_reference([scene(n, gain=0.5 + 0.2 * n, offset=10.0 * n) for n in range(9)])
    assert np.abs(lit.usual - one.usual).max() < 0.25


def test_what_stood_there_now_and_then_is_not_in_the_usual_look(scene: Scene) -> None:
    bare = make_reference([scene(n) for n in range(9)])
    mixed = make_reference([scene(n, BOXES if n in {1, 4, 6} else ()) for n in range(9)])
    assert np.abs(mixed.usual - bare.usual).max() < 0.5


def test_what_always_stands_there_is_ground(scene: Scene, grid: ZoneGrid) -> None:
    always = make_reference([scene(n, BOXES) for n in range(9)])
    assert area(look_at(scene(30, BOXES), always, grid, cell_model())) < 80


def test_hidden_ground_enters_with_its_prior(scene: Scene, usual: Reference, grid: ZoneGrid) -> None:
    half = np.ones(grid.shape, np.bool_)
    half[:, grid.shape[1] // 2 :] = False
    seen = look_at(scene(22), usual, grid, cell_model())
    hidden = look_at(scene(22, valid=half), usual, grid, cell_model())
    assert hidden.visible_fraction == pytest.approx(0.5, abs=0.06)
    assert hidden.units.quantile(0.95) > seen.units.quantile(0.95) + 5
    assert "partly-hidden" in hidden.reasons
    nothing = look_at(scene(22, valid=np.zeros(grid.shape, np.bool_)), usual, grid, cell_model())
    assert nothing.units is None
    assert nothing.reasons == ("hidden",)


def test_coarse_images_are_refused_and_without_history_nothing_is_said(
    scene: Scene, usual: Reference, grid: ZoneGrid
) -> None:
    assert look_at(scene(1, gsd_m=3.5), usual, grid, cell_model()).reasons == ("too-coarse",)
    assert look_at(scene(1), None, grid, cell_model()).reasons == ("no-history",)
    assert usual_look([scene(1)], ()) is None
    with pytest.raises(ValueRefusedError, match="6 scenes"):
        make_reference([scene(1)] * 5)


def test_a_blank_image_does_not_break(usual: Reference, grid: ZoneGrid) -> None:
    flat = ZonePixels(np.full((3, *grid.shape), 7, np.float32), np.ones(grid.shape, np.bool_), 0.5)
    found = look_at(flat, usual, grid, cell_model())
    assert found.units is None or found.units.p.sum() == pytest.approx(1.0)


def test_numbers_are_finite_and_named(scene: Scene, usual: Reference, grid: ZoneGrid) -> None:
    one = scene(5, BOXES)
    numbers = features(one, compare(one, usual), grid.cell_m)
    assert numbers.shape == (*grid.shape, len(FEATURES))
    assert np.isfinite(numbers).all()
    assert np.abs(numbers).max() < 25
    cells = judge_cells(numbers, grid.share, cell_model())
    assert ((cells.hidden >= 0) & (cells.hidden <= 1)).all()


@given(st.integers(0, 5000))
def test_the_history_grows_in_steps_of_a_quarter(usable: int) -> None:
    length = history_length(usable)
    assert length == 0 if usable < 6 else usable / 1.36 <= length <= usable
    assert history_length(usable + 1) in (length, usable + 1)


def test_the_history_is_the_earliest_that_show_the_zone(scene: Scene, grid: ZoneGrid) -> None:
    blind = np.zeros(grid.shape, np.bool_)
    scenes = [scene(n, valid=blind if n == 2 else None, gsd_m=4.0 if n == 4 else 0.5) for n in range(11)]
    shown = [(one.gsd_m, shown_share(one, grid)) for one in scenes]
    assert chosen_history(shown) == (0, 1, 3, 5, 6, 7, 8, 9)


def test_a_usual_look_survives_being_kept_bit_for_bit(usual: Reference) -> None:
    back = load_reference(dump_reference(usual))
    assert (back.usual.tobytes(), back.spread.tobytes()) == (usual.usual.tobytes(), usual.spread.tobytes())
    assert (back.known == usual.known).all()
    assert back.scenes == usual.scenes
    head, _, packed = dump_reference(usual).partition(b"\n")
    with pytest.raises(ValueRefusedError, match="as many numbers"):
        load_reference(head.replace(b"[", b"[1") + b"\n" + packed)


@given(
    st.integers(0, 9),
    st.sampled_from([(0.3, 0.0), (1.0, 5.0), (40.0, -900.0)]),
    st.integers(3, 60),
)
def test_a_line_is_found_in_spite_of_what_changed(seed: int, true: tuple[float, float], changed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((20, 30)).astype(np.float32)
    y = (true[0] * x + true[1] + 0.01 * true[0] * rng.standard_normal(x.shape)).astype(np.float32)
    y.ravel()[rng.choice(x.size, changed, replace=False)] += 3 * true[0]
    gain, offset = line_of(x, y, np.ones(x.shape, np.bool_))
    assert gain == pytest.approx(true[0], rel=0.01)
    assert offset == pytest.approx(true[1], abs=0.01 * true[0])


def test_weights_for_other_numbers_are_refused() -> None:
    with pytest.raises(ValueRefusedError, match="other features"):
        read_cell_model('{"features": ["x"]}')
    assert cell_model().first.w1.shape[0] == len(FEATURES)
    assert cell_model().second.w1.shape[0] == len(FEATURES) + len(CONTEXT)
    assert "sha256:" in cell_model().name
