"""Strips to learn from: what lies along no track, what is left out, and ground from pictures."""

from __future__ import annotations

import numpy as np
import pytest

from wayside.model.strips import LabelledStrip
from wayside.rendering.examples import draw_examples
from wayside.rendering.raster import World, new_world
from wayside.rendering.textures import TEXTURE_M, lay_texture

SEED = 12


def test_strips_elsewhere_hold_no_car_and_no_track() -> None:
    found = [s for strips in draw_examples(SEED, cameras=1, elsewhere=3) for s in strips]
    stray = [s for s in found if s.strip.track_id == "elsewhere"]
    assert stray
    for strip in stray:
        assert strip.cars == 0
        assert not strip.occupied.any()
        assert strip.line is not None
        assert np.array_equal(strip.trusted, strip.line.rail == 0)
        assert strip.trusted.mean() >= 0.6


def test_strips_along_tracks_know_how_far_aside_they_lie() -> None:
    for strips in draw_examples(SEED, cameras=1):
        for strip in strips:
            assert strip.line is not None
            assert (strip.line.rail >= 0).mean() > 0.3
            known = np.isfinite(strip.line.aside_m)
            assert (np.abs(strip.line.aside_m[known]) < 3.61).all()


@pytest.fixture(scope="module")
def with_all() -> tuple[LabelledStrip, ...]:
    return next(iter(draw_examples(SEED, cameras=1)))


@pytest.mark.parametrize("part", ["shadows", "lean", "sensor"])
def test_what_is_left_out_changes_the_pixels_and_not_the_tracks(part: str, with_all: tuple[LabelledStrip, ...]) -> None:
    without = next(iter(draw_examples(SEED, cameras=1, without=(part,))))
    assert [s.strip.track_id for s in with_all] == [s.strip.track_id for s in without]
    assert [s.cars for s in with_all] == [s.cars for s in without] or part == "lean"
    assert any(not np.array_equal(a.strip.pixels, b.strip.pixels) for a, b in zip(with_all, without, strict=True))


def test_a_picture_takes_the_place_of_the_ground() -> None:
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:, :30] = (255, 0, 0)
    picture[:, 30:] = (0, 0, 255)
    world = new_world(30.0, 20.0, 0.25, np.array([[0.2, 0.5, 0.2], [0.2, 0.5, 0.2]]), np.random.default_rng(1))
    lay_texture(world, picture, np.random.default_rng(2))
    red, blue = (world.colour[..., 0] > 0.3), (world.colour[..., 2] > 0.3)
    assert (red ^ blue).mean() > 0.9
    assert red.any()
    assert blue.any()
    assert world.colour[..., 1].max() < 0.05


def test_a_picture_keeps_its_scale() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, np.arange(64) % 16 < 8] = 255  # 2.4 m light, 2.4 m dark
    world = World(np.zeros((200, 400, 3), np.float32), np.zeros((200, 400), np.float32), 0.15, -30.0, 15.0)
    lay_texture(world, stripes, np.random.default_rng(3))
    light = world.colour[..., 0] > 0.2
    along = light[100] if np.ptp(light[100].astype(int)) else light[:, 100]
    runs = np.diff(np.flatnonzero(np.diff(along.astype(int)) != 0)) * 0.15
    assert np.median(runs) == pytest.approx(8 * TEXTURE_M, abs=0.3)
