"""Things put down in a zone: inside it, beside each other, as much as was asked for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity, box

from wayside.rendering.demo import demo_layout, demo_plan, stored_in, true_stored_m2
from wayside.rendering.props import Block
from wayside.rendering.storage import block_colour, covered_m2, covers, inside, put_down

RING = np.array([[-30.0, 0.0], [30.0, 4.0], [28.0, 26.0], [-30.0, 22.0], [-30.0, 0.0]])


def shape(block: Block) -> Polygon:
    flat = box(-block.length_m / 2, -block.width_m / 2, block.length_m / 2, block.width_m / 2)
    return affinity.translate(affinity.rotate(flat, math.degrees(block.angle), origin=(0, 0)), block.x, block.y)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 400.0), st.floats(-0.5, 0.5))
def test_things_lie_in_the_zone_and_none_over_another(seed: int, wanted: float, angle: float) -> None:
    blocks = put_down(RING, wanted, np.random.default_rng(seed), angle=angle)
    shapes = [shape(block) for block in blocks]
    assert all(Polygon(RING).buffer(1e-6).contains(one) for one in shapes)
    assert not any(one.intersects(other) for k, one in enumerate(shapes) for other in shapes[:k])


def test_more_is_what_was_there_and_more_besides() -> None:
    less, more = (put_down(RING, m2, np.random.default_rng(3)) for m2 in (80.0, 250.0))
    assert more[: len(less)] == less
    assert put_down(RING, 0.0, np.random.default_rng(3)) == ()
    taken = put_down(RING, 250.0, np.random.default_rng(4), taken=more)
    assert not any(shape(one).intersects(shape(other)) for one in taken for other in more)


def test_the_ground_they_cover_is_that_of_their_shapes() -> None:
    blocks = tuple(b for b in put_down(RING, 250.0, np.random.default_rng(3)) if b.roof != "heap")
    assert covered_m2(blocks, RING) == pytest.approx(sum(shape(b).area for b in blocks), rel=0.05)
    half = Block(-30.0, 11.0, 10.0, 2.0, 0.0, 1.0, (0.2, 0.2, 0.2))
    assert covered_m2((half,), RING) == pytest.approx(10.0, rel=0.1), "what lies beyond the zone does not count"


@settings(max_examples=20, deadline=None)
@given(st.floats(-40, 40), st.floats(-10, 40))
def test_inside_agrees_with_a_geometry_library(x: float, y: float) -> None:
    polygon = Polygon(RING)
    place = np.array([[x, y]])
    near = Polygon(RING).exterior.distance(box(x, y, x, y).centroid) < 1e-6
    assert near or bool(inside(RING, place)[0]) == polygon.contains(box(x - 1e-9, y - 1e-9, x + 1e-9, y + 1e-9))
    block = Block(1.0, 9.0, 12.0, 2.4, 0.3, 2.6, (0.3, 0.3, 0.3))
    edge = shape(block).exterior.distance(box(x, y, x, y).centroid) < 1e-6
    assert edge or bool(covers((block,), place)[0]) == shape(block).contains(box(x, y, x, y).centroid)


def test_snow_whitens_a_thing_at_most_as_it_whitens_the_ground() -> None:
    block = Block(0.0, 0.0, 6.0, 2.4, 0.0, 2.6, (0.1, 0.2, 0.3))
    assert block_colour(block, 0.0, np.random.default_rng(1)).colour == pytest.approx(block.colour)
    snowy = [block_colour(block, 0.9, np.random.default_rng(k)).colour for k in range(20)]
    assert all(0.1 <= r <= 0.8 for r, _, _ in snowy)
    assert max(r for r, _, _ in snowy) > 0.4


@pytest.mark.parametrize("quick", [True, False])
def test_the_demonstrations_zone_fills_after_the_event_to_more_than_ever(quick: bool) -> None:
    layout, plan = demo_layout(), demo_plan(quick=quick)
    climb = [true_stored_m2(layout, scene) for scene in plan.scenes[-7:]]
    before = [true_stored_m2(layout, scene) for scene in plan.scenes[:-7]]
    assert climb[-1] > 1.5 * max(before)
    assert climb[2:] == sorted(climb[2:])
    assert 0.3 < np.mean([m2 == 0 for m2 in before]) < 0.9
    earlier, newest = (stored_in(layout, scene) for scene in plan.scenes[-2:])
    assert newest[: len(earlier)] == earlier, "what stands there stays"
