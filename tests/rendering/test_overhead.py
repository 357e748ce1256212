"""Decks and wires in the air against plane geometry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation, binary_erosion

from wayside.rendering.ground import hang_beams, shade_under_beams
from wayside.rendering.layout import Layout
from wayside.rendering.props import Deck, Wire
from wayside.rendering.raster import World

STEP, WIDTH, HEIGHT = 0.25, 60.0, 40.0
Array = np.ndarray[Any, np.dtype[Any]]


def scene() -> tuple[World, Array, Array, Array]:
    shape = (round(HEIGHT / STEP), round(WIDTH / STEP))
    world = World(np.zeros((*shape, 3), np.float32), np.zeros(shape, np.float32), STEP, -WIDTH / 2, HEIGHT / 2)
    x = -WIDTH / 2 + (np.arange(shape[1]) + 0.5) * STEP
    y = HEIGHT / 2 - (np.arange(shape[0]) + 0.5) * STEP
    return (
        world,
        np.broadcast_to(x[None], shape),
        np.broadcast_to(y[:, None], shape),
        np.full((*shape, 3), 0.2, np.float32),
    )


def outline(deck: Deck, x: Array, y: Array, shift: tuple[float, float]) -> Array:
    dx, dy = x - deck.x - shift[0], y - deck.y - shift[1]
    u = dx * np.cos(deck.angle) + dy * np.sin(deck.angle)
    v = dy * np.cos(deck.angle) - dx * np.sin(deck.angle)
    return np.asarray((np.abs(u) <= deck.length_m / 2) & (np.abs(v) <= deck.width_m / 2))


def agree(found: Array, wanted: Array) -> None:
    edge = np.ones((3, 3), np.bool_)
    assert not (found & ~binary_dilation(wanted, edge)).any()
    assert not (binary_erosion(wanted, edge) & ~found).any()


DECKS = st.builds(
    Deck,
    st.floats(-8, 8),
    st.floats(-5, 5),
    st.floats(5, 25),
    st.floats(2, 8),
    st.floats(0, 3.1),
    st.floats(4, 9),
    st.just((0.9, 0.9, 0.9)),
    st.just(1.0),
    st.sampled_from(["plain", "ribbed", "rails", "road"]),
    st.integers(0, 99),
)
LEANS = st.tuples(st.floats(-0.7, 0.7), st.floats(-0.7, 0.7))


@settings(max_examples=30, deadline=None)
@given(DECKS, LEANS)
def test_a_deck_hides_its_outline_moved_by_its_height(deck: Deck, per_metre: tuple[float, float]) -> None:
    world, x, y, radiance = scene()
    hang_beams(world, radiance, Layout(WIDTH, HEIGHT, {}, decks=(deck,)), per_metre)
    shift = per_metre[0] * deck.height_m, per_metre[1] * deck.height_m
    agree((radiance != np.float32(0.2)).any(axis=2), outline(deck, x, y, shift))


@settings(max_examples=30, deadline=None)
@given(DECKS, LEANS, st.sampled_from([0.0, 2.0]))
def test_a_decks_shadow_falls_by_the_height_that_is_left_above_the_surface(
    deck: Deck, per_metre: tuple[float, float], surface: float
) -> None:
    world, x, y, radiance = scene()
    world.height[:] = surface
    shade_under_beams(world, radiance, Layout(WIDTH, HEIGHT, {}, decks=(deck,)), per_metre)
    left = deck.height_m - surface
    agree(radiance[..., 0] < 0.19, outline(deck, x, y, (per_metre[0] * left, per_metre[1] * left)))
    assert radiance.max() == np.float32(0.2)


@pytest.mark.parametrize("lean", [(0.0, 0.0), (0.3, -0.2)])
def test_a_wire_is_a_thin_line_where_the_view_moves_it(lean: tuple[float, float]) -> None:
    world, x, y, radiance = scene()
    wire = Wire(np.array([[-10.0, 2.0], [12.0, 2.0]]), 6.0, 0.05, 1.0, 1.0)
    hang_beams(world, radiance, Layout(WIDTH, HEIGHT, {}, wires=(wire,)), lean)
    seen = radiance[..., 0] > 0.21
    assert y[seen] == pytest.approx(2.0 + 6.0 * lean[1], abs=STEP)
    assert x[seen].min() == pytest.approx(-10.0 + 6.0 * lean[0], abs=STEP)
    assert x[seen].max() == pytest.approx(12.0 + 6.0 * lean[0], abs=2 * STEP)
    assert radiance[..., 0].max() == pytest.approx(0.2 + 0.8 * 0.05 / STEP, abs=1e-5)  # the pixel's share


def test_a_wires_shadow_is_fainter_than_an_arms() -> None:
    world, _, _, radiance = scene()
    darkest = []
    for width in (0.03, 0.25):
        shaded = radiance.copy()
        wire = Wire(np.array([[-10.0, 2.0], [12.0, 2.0]]), 6.0, width, 1.0, 0.2)
        shade_under_beams(world, shaded, Layout(WIDTH, HEIGHT, {}, wires=(wire,)), (0.5, 0.5))
        darkest.append(float(shaded.min()))
    assert darkest[1] < 0.5 * 0.2 < 0.95 * 0.2 < darkest[0] < 0.2
