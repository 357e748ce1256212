"""The constants of the comparison of trains, with where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.checks import require, require_finite, require_probability

__all__ = ["ConsistSettings"]


@dataclass(frozen=True, slots=True)
class ConsistSettings:
    """How trains are compared.

    The errors were measured on drawn trains that the counter read at two dates (``docs/consists.md``, the half that is
    not used for the tables there).

    Attributes:
        length_sd_m: standard error of a car's length in the sharpest images, metres: columns are half a metre wide.
        length_sd_per_gsd: growth of that error per metre of pixel size.
        stray: share of lengths whose error is three times as large.
        colour_sd: error of brightness, of red against blue and of green against both, of one car at two dates, after a
            shift that all cars share; natural logarithm of car over ballast.
        shift_sd: spread of the shift that all cars of a train share between two scenes: light, haze, view, wet ballast.
        changed: share of cars that are others, newly loaded or misread at the second date.
        most: the evidence of one pair of cars is not more than this, natural logarithm: a match rests on many cars and
            not on a rare one.
        gap: cost of a car without a counterpart, natural logarithm.
        gap_locomotive: the same of a locomotive, which leaves its train often.
        window_days: sightings further apart are not compared.
        least_matched: fewest cars with a counterpart in a match.
        shuffles: shuffled trains of each way for each candidate.
        shuffles_open: so many where the first leave open whether the level is reached.
        candidates: at most so many pairs, those with the highest scores, are held against shuffled trains.
        level: a match is reported where the corrected p-value is at most this.
    """

    length_sd_m: float = 0.40
    length_sd_per_gsd: float = 0.20
    stray: float = 0.15
    colour_sd: tuple[float, float, float] = (0.20, 0.08, 0.03)
    shift_sd: tuple[float, float, float] = (0.45, 0.10, 0.03)
    changed: float = 0.10
    most: float = 3.0
    gap: float = 3.0
    gap_locomotive: float = 0.7
    window_days: int = 30
    least_matched: int = 5
    shuffles: int = 1999
    shuffles_open: int = 9999
    candidates: int = 12
    level: float = 0.05

    def __post_init__(self) -> None:
        for name in ("length_sd_m", "length_sd_per_gsd", "most", "gap", "gap_locomotive"):
            require_finite(name, getattr(self, name), low=1e-3, high=100.0)
        for name in ("stray", "changed", "level"):
            require_probability(name, getattr(self, name))
            require(getattr(self, name) > 0, f"{name} is above 0")
        for sd in (*self.colour_sd, *self.shift_sd):
            require_finite("spread of a colour", sd, low=1e-3, high=10.0)
        require(len(self.colour_sd) == len(self.shift_sd) == 3, "a colour has three parts")
        require(self.window_days >= 1, "the window is one day or more")
        require(self.least_matched >= 3, "a match has three cars or more")
        require(self.shuffles >= 19, "a p-value of 0.05 needs 19 shuffled trains or more")
        require(self.candidates >= 1, "one candidate or more is looked at")
