"""A scene's count from boxes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_calibration import BoxCalibration
from wayside.counting.boxes_count import BoxScene, BoxTrack, count_boxes, type_of
from wayside.counting.facility import to_json
from wayside.counting.sampling import frame_along
from wayside.model.cars import CarType
from wayside.model.observations import CountStatus, SceneCount

SCENE = BoxScene(0.5, "a detector", "wayside test")
SURE = BoxCalibration(knots=((0.0, 0.0), (1.0, 1.0)), miss_mean=0.0, miss_sd=0.0, missed_per_km=0.0, logit_sd=0.0)
Points = list[list[float]]


def turned(points: Points, degrees: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    a = math.radians(degrees)
    return np.array(points) @ np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])


def a_track(name: str, points: Points, degrees: float = 0.0, hidden: slice | None = None) -> BoxTrack:
    frame = frame_along(turned(points, degrees))
    visible = np.ones(frame.columns, np.bool_)
    if hidden is not None:
        visible[hidden] = False
    return BoxTrack(name, frame, visible)


def yard(degrees: float = 0.0, cars: int = 10, score: float = 0.95) -> tuple[list[OrientedBox], list[BoxTrack]]:
    """Four tracks 4.1 m apart; ``cars`` on each, every third one seen by two tiles."""
    tracks, boxes = [], []
    for k in range(4):
        tracks.append(a_track(str(k), [[0, k * 4.1], [160, k * 4.1]], degrees))
        for i in range(cars):
            for copy in range(1 + (i % 3 == 0)):
                x, y = turned([[8 + 14.6 * i + 0.4 * copy, k * 4.1 + 0.2 * copy]], degrees)[0]
                label = "gondola" if i else "locomotive"
                boxes.append(OrientedBox(x, y, 13.9, 3.1, math.radians(degrees), score - 0.01 * copy, label))
    return boxes, tracks


def same(one: SceneCount, other: SceneCount) -> None:
    assert one.count.first == other.count.first
    assert one.count.p == pytest.approx(other.count.p, abs=1e-6)
    assert [len(t.cars) for t in one.tracks] == [len(t.cars) for t in other.tracks]


@pytest.mark.parametrize("degrees", [15, 30, 45, 60, 90, 137, 200])
def test_a_diagonal_yard_keeps_its_forty_cars(degrees: float) -> None:
    straight, turned_by = count_boxes(*yard(), SCENE), count_boxes(*yard(degrees), SCENE)
    assert [len(track.cars) for track in turned_by.tracks] == [10] * 4
    assert 40 in range(*turned_by.count.interval(0.5)) or turned_by.count.median == 40
    same(straight, turned_by)


def test_sure_boxes_are_counted_and_one_more_is_one_more() -> None:
    lengths = replace(SURE, length_blur_m=0.0)
    boxes, tracks = yard(score=1.0)
    counted = count_boxes(boxes, tracks, SCENE, lengths)
    assert counted.count.median == 40
    assert counted.count.probability(40) > 0.8
    x, y = turned([[8 + 14.6 * 10, 0.0]], 0)[0]
    more = count_boxes([*boxes, OrientedBox(x - 6, y, 2.0, 2.0, 0.0)], tracks, SCENE, lengths)
    assert more.count.median in (40, 41)  # a crumb at the end of a train
    more = count_boxes([*boxes, OrientedBox(152.0, 4.1, 13.9, 3.1, 0.0)], [*tracks], SCENE, lengths)
    assert more.count.median == 41


def test_the_count_is_the_sum_over_boxes_in_closed_form() -> None:
    """One box of p = 0.6: nothing else can be there."""
    track = a_track("1", [[0, 0], [200, 0]])
    counted = count_boxes([OrientedBox(50, 0, 14.0, 3.0, 0.0, 0.6)], [track], SCENE, SURE)
    under = SURE.lengths.cars(14.0)
    assert counted.count.probability(0) == pytest.approx(0.4 + 0.6 * under[0], abs=1e-9)
    assert counted.count.probability(1) == pytest.approx(0.6 * under[1], abs=1e-9)
    assert counted.occupied_m == pytest.approx(14.0 * 0.6, abs=0.5)


def test_cars_of_missed_trains_are_a_poisson_number() -> None:
    track = a_track("1", [[0, 0], [1000, 0]])
    counted = count_boxes([], [track], SCENE, replace(SURE, missed_per_km=0.5))
    assert counted.count.probability(0) == pytest.approx(math.exp(-0.5), abs=1e-9)
    assert counted.count.mean == pytest.approx(0.5, abs=1e-9)


def test_scenes_that_differ_more_have_wider_intervals() -> None:
    boxes, tracks = yard(score=0.8)
    widths = []
    for spread in (0.0, 0.5, 1.0):
        low, high = count_boxes(boxes, tracks, SCENE, replace(SURE, logit_sd=spread)).count.interval(0.9)
        widths.append(high - low)
    assert widths == sorted(set(widths))


def test_the_halves_of_a_yard_together_are_the_whole() -> None:
    boxes, tracks = yard()
    cut = [a_track(f"{k}{side}", [[0, k * 4.1], [88, k * 4.1]] if side == "a" else [[88, k * 4.1], [160, k * 4.1]])
           for k in range(4) for side in "ab"]  # fmt: skip
    whole, halves = count_boxes(boxes, tracks, SCENE), count_boxes(boxes, cut, SCENE)
    assert halves.count.median == pytest.approx(whole.count.median, abs=1)


def test_hidden_track_may_hold_cars() -> None:
    boxes, _ = yard(cars=3)
    seen = [a_track("0", [[0, 0], [400, 0]])]
    hidden = [a_track("0", [[0, 0], [400, 0]], hidden=slice(400, None))]
    open_, behind = count_boxes(boxes, seen, SCENE), count_boxes(boxes, hidden, SCENE)
    assert behind.count.mean > open_.count.mean + 0.5
    assert behind.tracks[0].visible_fraction == pytest.approx(0.5)
    assert behind.count.interval(0.9).high > open_.count.interval(0.9).high


def test_types_and_the_json_are_those_of_the_network_s_count() -> None:
    counted = count_boxes(*yard(), SCENE)
    assert counted.locomotives.mean == pytest.approx(4, abs=1.5)
    assert counted.by_type["gondola"].mean > 25
    document = to_json(counted, "yard.png")
    assert document["model"] == "a detector"
    assert all(len(car["polygon"]) == 4 for car in document["tracks"][0]["cars"])  # type: ignore[index]
    assert type_of("Tank_Car") is CarType.TANK
    assert type_of("railcar") is CarType.UNKNOWN


def test_a_box_over_three_cars_is_listed_as_three() -> None:
    track = a_track("1", [[0, 0], [200, 0]])
    counted = count_boxes([OrientedBox(60, 0, 42.0, 3.0, 0.0, 1.0)], [track], SCENE, SURE)
    assert counted.count.median == 3
    assert [round(c.length_m) for c in counted.tracks[0].cars] == [14, 14, 14]


def test_coarse_images_are_not_counted() -> None:
    boxes, tracks = yard()
    counted = count_boxes(boxes, tracks, replace(SCENE, gsd_m=8.0))
    assert counted.status is CountStatus.NOT_COUNTABLE
    assert counted.tracks[0].cars == ()
