"""Cars on tracks that meet do not stand in one another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from shapely import LineString, STRtree
from shapely.geometry import Polygon

from wayside.rendering.demo import demo_layout, demo_plan, trains_of
from wayside.rendering.layout import Layout, draw_layout
from wayside.rendering.stock import CarBody, Network
from wayside.rendering.yard import draw_trains

Line = np.ndarray[Any, np.dtype[np.float64]]


def outline(body: CarBody, line: Line) -> Polygon:
    """A car's box: its middle and direction from the track, its length without couplers."""
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    ends = np.linspace(body.start_m + 0.55, body.end_m - 0.55, 7)
    places = [(float(np.interp(s, at, line[:, 0])), float(np.interp(s, at, line[:, 1]))) for s in ends]
    shape = LineString(places).buffer(body.model.width_m / 2, cap_style="flat")
    assert isinstance(shape, Polygon)
    return shape


def placed(layout: Layout, trains: Mapping[str, tuple[CarBody, ...]]) -> list[tuple[str, CarBody, Polygon]]:
    half = layout.width_m / 2
    found = []
    for track, bodies in trains.items():
        line = layout.tracks[track]
        length = float(np.hypot(*np.diff(line, axis=0).T).sum())
        for body in bodies:
            if body.start_m > 0 and body.end_m < length:
                shape = outline(body, line)
                if abs(shape.centroid.x) < half:
                    found.append((track, body, shape))
    return found


def overlaps(cars: list[tuple[str, CarBody, Polygon]]) -> list[float]:
    """Areas shared by cars of different tracks, square metres."""
    shapes = np.array([shape for _, _, shape in cars], dtype=object)
    pairs = STRtree(shapes).query(shapes, predicate="intersects").T
    return [shapes[i].intersection(shapes[j]).area for i, j in pairs if i < j and cars[i][0] != cars[j][0]]


def test_no_two_cars_of_the_demonstration_overlap() -> None:
    layout, checked = demo_layout(), 0
    for scene in demo_plan().scenes[::6]:
        cars = placed(layout, trains_of(scene))
        checked += len(cars)
        assert overlaps(cars) == []
    assert checked > 150


def test_in_random_yards_no_more_than_corners_touch() -> None:
    shared, total = [], 0.0
    for seed in range(24):
        rng = np.random.default_rng(seed)
        layout = draw_layout(rng)
        cars = placed(layout, draw_trains(layout, list(Network)[seed % 4], rng))
        shared += overlaps(cars)
        total += sum(shape.area for _, _, shape in cars)
    assert total > 10_000
    assert sum(shared) < 1e-4 * total


@pytest.mark.parametrize("seed", range(12))
def test_cars_of_one_track_stand_behind_one_another(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for bodies in draw_trains(draw_layout(rng), Network.EUROPEAN, rng).values():
        assert all(after.start_m >= before.end_m - 1e-9 for before, after in itertools.pairwise(bodies))
