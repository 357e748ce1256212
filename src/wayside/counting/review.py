"""What an analyst says of tracks, set beside what the counter said: the same cars, missed cars, false cars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from wayside.model.cars import Car
from wayside.model.checks import require, require_finite, require_probability, require_text

__all__ = ["AnalystError", "CarMatch", "Sighting", "StripReview", "match_cars", "overlap_of", "sightings_of"]

LEAST_OVERLAP = 0.3
"""Two stretches are one car where the shared length is at least this part of both together (half a car aside)."""


@dataclass(frozen=True, slots=True)
class AnalystError:
    """How an analyst errs: people undercount.

    Attributes:
        miss_mean: mean share of true cars that an analyst passes over, 0 to 0.5.
        miss_sd: its standard deviation between sites and images, 0 to 0.3.
        false_mean: mean share of an analyst's cars that are none, 0 to 0.3.
    """

    miss_mean: float = 0.02
    miss_sd: float = 0.015
    false_mean: float = 0.005

    def __post_init__(self) -> None:
        require_finite("an analyst's miss rate", self.miss_mean, low=0.0, high=0.5)
        require_finite("the spread of an analyst's miss rate", self.miss_sd, low=0.0, high=0.3)
        require_finite("an analyst's share of false cars", self.false_mean, low=0.0, high=0.3)


@dataclass(frozen=True, slots=True)
class StripReview:
    """One track of one scene as one analyst saw it, beside what the counter had made of it.

    Attributes:
        scene_id: the scene.
        track_id: the track.
        gsd_m: ground sample distance that the counter worked at, metres, 0.01 to 100.
        analyst: who looked, not empty.
        automatic: the counter's cars, in any order.
        cars: the analyst's cars, in any order; none is an answer.
    """

    scene_id: str
    track_id: str
    gsd_m: float
    analyst: str
    automatic: tuple[Car, ...]
    cars: tuple[Car, ...]

    def __post_init__(self) -> None:
        for name, text in (("scene id", self.scene_id), ("track id", self.track_id), ("analyst", self.analyst)):
            require_text(name, text)
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)

    @property
    def key(self) -> tuple[str, str]:
        """Scene and track."""
        return self.scene_id, self.track_id


class CarMatch(NamedTuple):
    """Which cars of two lists are the same; indices into the lists.

    Attributes:
        pairs: (first, second) of each car that both have, by place in the first list.
        only_first: cars that the first list alone has.
        only_second: cars that the second list alone has.
    """

    pairs: tuple[tuple[int, int], ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]


def overlap_of(first: Sequence[Car], second: Sequence[Car]) -> NDArray[np.float64]:
    """Return shared length over joint length of every pair, shape (len(first), len(second)), 0 to 1."""
    a = np.array([(car.start_m, car.end_m) for car in first], dtype=np.float64).reshape(-1, 1, 2)
    b = np.array([(car.start_m, car.end_m) for car in second], dtype=np.float64).reshape(1, -1, 2)
    shared = np.clip(np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0]), 0.0, None)
    joint = (a[..., 1] - a[..., 0]) + (b[..., 1] - b[..., 0]) - shared
    return np.asarray(shared / joint)


def match_cars(first: Sequence[Car], second: Sequence[Car], *, least: float = LEAST_OVERLAP) -> CarMatch:
    """Match cars along one track, in one dimension, so that the sum of the overlaps is the greatest possible.

    Args:
        first: cars of one observer.
        second: cars of another on the same track.
        least: pairs that overlap less (shared over joint length, 0 to 1) are never the same car.

    Returns:
        The assignment of greatest total overlap (Kuhn 1955; the Hungarian method), with pairs below ``least`` at no
        worth and taken apart again.
    """
    require_probability("least overlap", least)
    worth = overlap_of(first, second)
    worth = np.where(worth >= max(least, 1e-9), worth, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    pairs = tuple((int(i), int(j)) for i, j in zip(rows, columns, strict=True) if worth[i, j] > 0)
    taken_first, taken_second = {i for i, _ in pairs}, {j for _, j in pairs}
    return CarMatch(
        pairs,
        tuple(i for i in range(len(first)) if i not in taken_first),
        tuple(j for j in range(len(second)) if j not in taken_second),
    )


class Sighting(NamedTuple):
    """Things on one track that the same observers saw and the same observers did not see.

    Attributes:
        counter: True where the counter has them.
        seen: how many analysts have them, 0 or more (0 only where the counter has them).
        looked: how many analysts reviewed the track, 1 or more.
        number: how many such things there are.
    """

    counter: bool
    seen: int
    looked: int
    number: int


def sightings_of(reviews: Iterable[StripReview]) -> tuple[Sighting, ...]:
    """Return who saw what on one track of one scene.

    Every analyst's cars are matched with the counter's; what is left over is matched between the analysts in the order
    of their names, each new one with all that are known so far.

    Args:
        reviews: one or more of the same track in the same scene, of different analysts, beside the same automatic cars.
    """
    given = sorted(reviews, key=lambda review: review.analyst)
    require(given, "there is no review")
    require(len({review.key for review in given}) == 1, "reviews of different tracks are not one track's")
    require(len({review.analyst for review in given}) == len(given), "an analyst reviews a track once")
    known = list(given[0].automatic)
    by_counter = len(known)
    seen = [0] * by_counter
    for review in given:
        match = match_cars(known, review.cars)
        for i, _ in match.pairs:
            seen[i] += 1
        for j in match.only_second:
            known.append(review.cars[j])
            seen.append(1)
    patterns = [(index < by_counter, times) for index, times in enumerate(seen)]
    return tuple(
        Sighting(counter, times, len(given), patterns.count((counter, times)))
        for counter, times in sorted(set(patterns), reverse=True)
    )
