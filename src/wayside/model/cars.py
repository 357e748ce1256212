"""Railcars: their types, their covers, and one that was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wayside.model.checks import require, require_finite, require_probability

__all__ = ["Car", "CarType", "Cover"]


class CarType(StrEnum):
    """Types that imagery can tell apart; ``UNKNOWN`` is an answer."""

    GONDOLA = "gondola"
    BOX = "box"
    TANK = "tank"
    FLAT = "flat"
    CONTAINER_FLAT = "container flat"
    HOPPER = "hopper"
    PASSENGER = "passenger"
    LOCOMOTIVE = "locomotive"
    MAINTENANCE = "maintenance-of-way"
    UNKNOWN = "unknown"

    @property
    def is_freight(self) -> bool:
        """Whether analysts count it among freight cars; an unknown car is counted."""
        return self not in (CarType.PASSENGER, CarType.LOCOMOTIVE, CarType.MAINTENANCE)


class Cover(StrEnum):
    """Whether a car's load can be seen. What is under a cover cannot be told from above."""

    COVERED = "covered"
    OPEN = "open"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Car:
    """One railcar on one track in one scene.

    Attributes:
        start_m: where it begins along the strip, metres from the strip's start.
        end_m: where it ends, metres; greater than ``start_m``.
        type: the most probable type.
        type_p: probability of that type, 0 to 1.
        cover: whether its load can be seen.
        p: probability that a car stands over the middle of this stretch, 0 to 1.
        polygon: its outline, four corners or none; image coordinates or longitude and latitude, as the tracks were
            given.
        truncated: True where an end of the image, of the track or of what is visible cuts it.
        colour: mean red, green and blue of its middle against the ground beside it, each
            ``(car - ground) / (car + ground)`` of the image's digital numbers: 0 as bright as the ground, -1 black,
            1/3 twice as bright, never above 1. All three are equal in an image of one band; None where it could not be
            measured.
    """

    start_m: float
    end_m: float
    type: CarType = CarType.UNKNOWN
    type_p: float = 0.0
    cover: Cover = Cover.UNDETERMINED
    p: float = 1.0
    polygon: tuple[tuple[float, float], ...] = ()
    truncated: bool = False
    colour: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        require_finite("start_m", self.start_m)
        require_finite("end_m", self.end_m)
        require(self.end_m > self.start_m, f"a car ends after it starts, not {self.start_m} to {self.end_m}")
        require_probability("type_p", self.type_p)
        require_probability("p", self.p)
        require(len(self.polygon) in (0, 4), f"a car's outline has four corners or none, not {len(self.polygon)}")
        require(self.colour is None or len(self.colour) == 3, "a car's colour has three parts or is not known")
        for part in self.colour or ():
            require_finite("colour", part, low=-1.0, high=1.0)

    @property
    def length_m(self) -> float:
        """Length over the found ends, metres."""
        return self.end_m - self.start_m
