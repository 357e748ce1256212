"""On which track a box stands: each box goes to one track, or to none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.boxes import OrientedBox
from wayside.counting.placing import beside
from wayside.model.checks import require_finite, require_probability
from wayside.model.strips import StripFrame

__all__ = ["AssignSettings", "PlacedBox", "assign_boxes"]

Array = NDArray[np.float64]

_SAMPLES = 9
"""Places along a box's axis at which it is compared with a track."""


@dataclass(frozen=True, slots=True)
class AssignSettings:
    """Which boxes can stand on a track.

    Attributes:
        half_m: reach of a track to each side, metres, 0.5 to 10. The closest tracks lie 4.1 m apart, so the ground up
            to 2.05 m belongs to no neighbour.
        most_deg: greatest angle between a long box and the track, degrees, 1 to 90.
        square: a box less than this many times as long as wide has no direction, 1 to 5.
        least_inside: least share of a box's width within reach of the track, 0 to 1.
        lateral_m: a box this far aside is as unlikely as one turned by ``turn_deg``; metres, greater than 0.
        turn_deg: see there; degrees, greater than 0.
    """

    half_m: float = 2.05
    most_deg: float = 25.0
    square: float = 1.4
    least_inside: float = 0.5
    lateral_m: float = 0.8
    turn_deg: float = 10.0

    def __post_init__(self) -> None:
        require_finite("half_m", self.half_m, low=0.5, high=10.0)
        require_finite("most_deg", self.most_deg, low=1.0, high=90.0)
        require_finite("square", self.square, low=1.0, high=5.0)
        require_probability("least_inside", self.least_inside)
        require_finite("lateral_m", self.lateral_m, low=0.01, high=10.0)
        require_finite("turn_deg", self.turn_deg, low=0.1, high=90.0)


class PlacedBox(NamedTuple):
    """A box on its track.

    Attributes:
        start_m: where it begins along the track, metres from the frame's start; not cut to the frame.
        end_m: where it ends, metres, not before ``start_m``.
        across_m: its middle, metres to the track's left.
        width_m: its width, metres.
        score: the detector's score.
        label: the detector's name of the class.
    """

    start_m: float
    end_m: float
    across_m: float
    width_m: float
    score: float
    label: str

    @property
    def length_m(self) -> float:
        """Length along the track, metres."""
        return self.end_m - self.start_m


class _Projection(NamedTuple):
    """Boxes seen from one track; each of shape (boxes,).

    Attributes:
        start_m, end_m: extent along the track.
        middle_m: where the centre lies along the track.
        across_m: median place across it.
        cost: 0 for a box on the very line; infinite where it cannot stand on this track.
    """

    start_m: Array
    end_m: Array
    middle_m: Array
    across_m: Array
    cost: Array


def assign_boxes(
    boxes: Sequence[OrientedBox], frames: Sequence[StripFrame], settings: AssignSettings | None = None
) -> tuple[tuple[PlacedBox, ...], ...]:
    """Give each box to the track along which it lies.

    A box can stand on a track where its middle lies within the track's length and reach, enough of its width lies
    within that reach, and, if it is long, its direction agrees. Among those it goes to the one with the least
    (lateral distance / ``lateral_m``)² + (angle / ``turn_deg``)²; so it is counted once however many tracks are near,
    and a track that is cut in two shares its boxes between the halves.

    Args:
        boxes: in the plane of the frames.
        frames: one per track, all in one plane.
        settings: the defaults where None.

    Returns:
        The boxes of each track, in the order of the frames, sorted along the track.
    """
    how = settings or AssignSettings()
    if not boxes or not frames:
        return tuple(() for _ in frames)
    seen = [_project(boxes, frame, how) for frame in frames]
    cost = np.stack([one.cost for one in seen])
    owner = np.where(np.isfinite(cost).any(axis=0), np.argmin(cost, axis=0), -1)
    placed: list[list[PlacedBox]] = [[] for _ in frames]
    for index, track in enumerate(owner.tolist()):
        if track >= 0:
            one, box = seen[track], boxes[index]
            placed[track].append(
                PlacedBox(
                    float(one.start_m[index]),
                    float(one.end_m[index]),
                    float(one.across_m[index]),
                    box.width_m,
                    box.score,
                    box.label,
                )
            )
    return tuple(tuple(sorted(found)) for found in placed)


def _project(boxes: Sequence[OrientedBox], frame: StripFrame, how: AssignSettings) -> _Projection:
    unit = frame.unit_m
    centre = np.array([[box.x, box.y] for box in boxes])
    direction = np.stack([box.direction for box in boxes])
    length, width = np.array([b.length_m for b in boxes]), np.array([b.width_m for b in boxes])
    reach = np.linspace(-0.5, 0.5, _SAMPLES)
    places = centre[:, None] + direction[:, None] * (length[:, None] * reach / unit)[..., None]
    along, across, column = beside(frame, places.reshape(-1, 2))
    along, across = along.reshape(-1, _SAMPLES), across.reshape(-1, _SAMPLES)
    middle = column.reshape(-1, _SAMPLES)[:, _SAMPLES // 2]
    cosine = np.abs((direction * frame.tangent[middle]).sum(axis=1)).clip(0.0, 1.0)
    turn = np.degrees(np.arccos(cosine))
    squarish = length < how.square * width
    half = np.where(squarish, (length * cosine + width * np.sqrt(1.0 - cosine**2)) / 2, 0.0)
    begin = np.where(squarish, along[:, _SAMPLES // 2] - half, along.min(axis=1))
    finish = np.where(squarish, along[:, _SAMPLES // 2] + half, along.max(axis=1))
    aside = np.median(across, axis=1)
    inside = np.minimum(aside + width / 2, how.half_m) - np.maximum(aside - width / 2, -how.half_m)
    at = along[:, _SAMPLES // 2]
    fits = (np.abs(aside) <= how.half_m) & (inside >= how.least_inside * np.minimum(width, 2 * how.half_m))
    fits &= (at >= -frame.step_m / 2) & (at < frame.length_m + frame.step_m / 2)
    fits &= squarish | (turn <= how.most_deg)
    wrong = (aside / how.lateral_m) ** 2 + np.where(squarish, 0.0, turn / how.turn_deg) ** 2
    return _Projection(begin, finish, at, aside, np.where(fits, wrong, math.inf))
