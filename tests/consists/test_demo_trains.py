"""The train of the drawn demo that comes again is found; one that only looks like it is not.

``demo_trains.csv`` holds the cars as the shipped counter read them in the drawn scenes.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from wayside.consists.find import find_matches
from wayside.consists.trains import consists_of
from wayside.model.cars import Car, CarType, Cover
from wayside.model.consists import Consist
from wayside.model.counts import CountDistribution
from wayside.model.observations import TrackCount


@pytest.fixture(scope="module")
def trains() -> tuple[Consist, ...]:
    scenes: dict[tuple[str, date, float], dict[str, list[Car]]] = defaultdict(lambda: defaultdict(list))
    with Path(__file__).with_name("demo_trains.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scene = (row["scene"], date.fromisoformat(row["day"]), float(row["gsd_m"]))
            scenes[scene][row["track"]].append(_car(row))
    return tuple(
        train
        for (scene, day, gsd_m), tracks in scenes.items()
        for train in consists_of("demo", scene, day, [_track(name, cars) for name, cars in tracks.items()], gsd_m)
    )


def _car(row: dict[str, str]) -> Car:
    colour = (float(row["red"]), float(row["green"]), float(row["blue"])) if row["red"] else None
    return Car(
        float(row["start_m"]), float(row["end_m"]), CarType(row["type"]), float(row["type_p"]), Cover(row["cover"]),
        float(row["p"]), colour=colour,
    )  # fmt: skip


def _track(name: str, cars: list[Car]) -> TrackCount:
    return TrackCount(name, 900.0, 1.0, 0.0, CountDistribution.exactly(len(cars)), 0.0, tuple(cars))


def _returned(trains: tuple[Consist, ...]) -> tuple[tuple[Consist, ...], Consist]:
    (again,) = [train for train in trains if (train.day, train.track_id) == (date(2023, 10, 5), "4")]
    return tuple(train for train in trains if train is not again), again


def test_the_train_that_came_again_is_found_and_no_other(trains: tuple[Consist, ...]) -> None:
    (match,) = find_matches(trains, seed=2023)
    assert (match.first.day, match.first.track_id) == (date(2023, 9, 30), "1")
    assert (match.second.day, match.second.track_id) == (date(2023, 10, 5), "4")
    assert match.alignment.reversed
    assert match.matched >= 16
    assert all(i + j == 17 for i, j in match.alignment.matched)
    assert match.p_corrected <= 0.001


def test_without_it_nothing_is_found(trains: tuple[Consist, ...]) -> None:
    others, _ = _returned(trains)
    assert find_matches(others, seed=2023) == ()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_cars_in_another_order_are_another_train(trains: tuple[Consist, ...], seed: int) -> None:
    others, again = _returned(trains)
    at, cars = again.cars[0].start_m, []
    for k in np.random.default_rng(seed).permutation(len(again.cars)):
        car = again.cars[int(k)]
        cars.append(replace(car, start_m=at, end_m=at + car.length_m))
        at += car.length_m + 0.5
    assert find_matches((*others, replace(again, cars=tuple(cars))), seed=2023) == ()
