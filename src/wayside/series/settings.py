"""Every choice that the series analysis leaves to its user, with its default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require, require_finite

__all__ = ["Prior", "SeriesSettings"]


_GRIDS = ("hazards_per_year", "jump_scales", "walk_sds_per_year", "nb_sizes", "dwells_days")


@dataclass(frozen=True, slots=True)
class Prior:
    """The grid over which the model's parameters are integrated, and the constants of its excursions.

    Attributes:
        hazards_per_year: jumps of the level per year, ascending; equal prior weight each.
        jump_scales: scale of a jump's destination about the usual log level (Student t, 3 degrees of freedom); equal
            prior weight each. 0.7 is a factor of two.
        walk_sds_per_year: standard deviation of the log level's walk over a year; equal prior weight each.
        nb_sizes: size r of the negative binomial (variance = mean + mean^2 / r); equal prior weight each.
        dwells_days: how long the same cars stay on average, days; equal prior weight each.
        lasting_share: share of jumps that stay, 0 to 1; the others are excursions that return.
        excursion_days: mean durations of short and of long excursions, days; an excursion is either with equal chance.
        excursion_walk_sd_per_day: standard deviation of the log level's walk within an excursion, per day.
        return_scale: scale of the level that an excursion returns to, about the usual log level (Student t, 3).
        start_scale: the same for the level on the first day.
    """

    hazards_per_year: tuple[float, ...] = (0.3, 1.0, 3.0)
    jump_scales: tuple[float, ...] = (0.4, 0.8, 1.6)
    walk_sds_per_year: tuple[float, ...] = (0.1, 0.3, 0.7)
    nb_sizes: tuple[float, ...] = (1.5, 5.0, 15.0, 50.0)
    dwells_days: tuple[float, ...] = (1.0, 2.5, 6.0, 15.0)
    lasting_share: float = 0.3
    excursion_days: tuple[float, float] = (10.0, 60.0)
    excursion_walk_sd_per_day: float = 0.04
    return_scale: float = 0.4
    start_scale: float = 1.0

    def __post_init__(self) -> None:
        for name in (*_GRIDS, "excursion_days"):
            values: tuple[float, ...] = getattr(self, name)
            require(values, f"{name} must hold at least one value")
            for value in values:
                require_finite(name, value, low=1e-6, high=1e6)
            require(len(set(values)) == len(values), f"{name} holds a value twice")
        require(max(self.hazards_per_year) <= 100.0, "a level does not jump more than 100 times a year")
        require(min(self.excursion_days) >= 1.0, "an excursion lasts a day or more")
        require_finite("lasting_share", self.lasting_share, low=0.0, high=1.0)
        require_finite("excursion_walk_sd_per_day", self.excursion_walk_sd_per_day, low=0.0, high=1.0)
        require_finite("return_scale", self.return_scale, low=0.01, high=10.0)
        require_finite("start_scale", self.start_scale, low=0.01, high=10.0)


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """What is compared with what.

    Attributes:
        until: last date to use; later counts are left out. None: all.
        baseline_days: length of the window before the newest count, days. It starts no earlier than the first count or
            bound.
        baseline_first: first day of the window, instead of ``baseline_days``.
        baseline_last: last day of the window; None: the day before the newest count.
        history_days: how far back of the newest count the model goes at most, days.
        covered_within_days: a day counts as covered within so many days of a scene.
        dwell_days: how long the same cars stay on average, days, 0.1 or more; None: learnt with the rest.
        regular_terms: whether to look for a season and a pattern of the week.
        surge_factor: a surge is a level above so many times the baseline's, more than 1.
        rise_factor: a rise is a level now above so many times the baseline's, more than 1.
        rise_share: a rise begins where the log level has gone this share of its way for the last time, 0 to 1.
        looks: number of days looked at behind a published bound, whose dates are not known.
        levels: number of grid points of the log level, 50 to 180.
        paths: number of sampled histories.
        refits: how many of the scenes that the sampled histories cannot do without are left out by a new run, about as
            long as the first; 0: none, and what is said without them is rough.
        prior: the parameters' prior.
    """

    until: date | None = None
    baseline_days: int = 1826
    baseline_first: date | None = None
    baseline_last: date | None = None
    history_days: int = 3653
    covered_within_days: int = 7
    dwell_days: float | None = None
    regular_terms: bool = True
    surge_factor: float = 2.0
    rise_factor: float = 1.5
    rise_share: float = 0.25
    looks: int = 40
    levels: int = 100
    paths: int = 800
    refits: int = 3
    prior: Prior = Prior()

    def __post_init__(self) -> None:
        require_finite("baseline_days", self.baseline_days, low=1, high=20000)
        require_finite("history_days", self.history_days, low=1, high=20000)
        require_finite("covered_within_days", self.covered_within_days, low=0, high=1000)
        if self.dwell_days is not None:
            require_finite("dwell_days", self.dwell_days, low=0.1, high=1000.0)
        require_finite("surge_factor", self.surge_factor, low=1.0, high=1000.0)
        require_finite("rise_factor", self.rise_factor, low=1.0, high=1000.0)
        require_finite("rise_share", self.rise_share, low=0.01, high=0.99)
        require_finite("looks", self.looks, low=1, high=100_000)
        require_finite("levels", self.levels, low=50, high=180)
        require_finite("refits", self.refits, low=0, high=10_000)
        require_finite("paths", self.paths, low=20, high=100_000)
        if self.baseline_first is not None and self.baseline_last is not None:
            require(self.baseline_first <= self.baseline_last, "a baseline ends after it starts")
