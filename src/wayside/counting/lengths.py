"""How long railcars are, over their couplers: the prior of the decoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from wayside.model.checks import require, require_finite, require_probability

__all__ = ["ENGINES", "STOCK", "CarLength", "LengthFamily", "LengthPrior", "LengthTable"]


class CarLength(NamedTuple):
    """One length in a mixture.

    Attributes:
        length_m: length over couplers or buffers, metres.
        sd_m: spread around it among the models that it stands for, metres, greater than 0.
        share: its share of its family, any positive number.
    """

    length_m: float
    sd_m: float
    share: float


@dataclass(frozen=True, slots=True)
class LengthFamily:
    """Cars that run in the same train because they do the same work.

    Attributes:
        name: what they are.
        weight: share of all trains that are made of them, any positive number (made to sum to 1 with the others).
        lengths: the lengths found in them, at least one.
    """

    name: str
    weight: float
    lengths: tuple[CarLength, ...]

    def __post_init__(self) -> None:
        require_finite(f"weight of {self.name}", self.weight, low=1e-9)
        require(self.lengths, f"the family {self.name} has no length")
        for length in self.lengths:
            require_finite(f"a length of {self.name} in metres", length.length_m, low=0.1, high=100.0)
            require_finite(f"a spread of {self.name} in metres", length.sd_m, low=1e-3, high=50.0)
            require_finite(f"a share of {self.name}", length.share, low=1e-9)


STOCK: tuple[LengthFamily, ...] = (
    LengthFamily(
        "short",  # tank wagons 12.0 and 12.2, tippers and hoppers 12.5 to 13.0, two-axle open wagons 10.0
        0.15,
        (CarLength(12.1, 0.25, 0.7), CarLength(12.8, 0.3, 0.25), CarLength(10.0, 0.5, 0.05)),
    ),
    LengthFamily(
        "open",  # gondolas 13.44 (C64), 13.92 (12-132), 13.98 (C70), 14.04 (Eaos); flat NX70A 13.97
        0.30,
        (CarLength(13.95, 0.2, 0.85), CarLength(13.45, 0.2, 0.15)),
    ),
    LengthFamily(
        "box and flat",  # container flat 14.62, boxcar 11-217 14.73, grain hopper 19-752 14.72
        0.25,
        (CarLength(14.67, 0.25, 1.0),),
    ),
    LengthFamily(
        "long box",  # P63 16.44, AAR 50 ft 16.89, 11-280 16.97, P70 17.07
        0.15,
        (CarLength(16.95, 0.3, 0.8), CarLength(16.4, 0.3, 0.2)),
    ),
    LengthFamily(
        "long",  # container flats 19.62, AAR 60 ft boxcars 20.60, coaches 24 to 26, articulated units, autoracks 28.5
        0.15,
        (
            CarLength(19.62, 0.5, 0.3),
            CarLength(20.6, 0.5, 0.15),
            CarLength(25.0, 1.2, 0.25),
            CarLength(28.5, 0.6, 0.3),
        ),
    ),
)
"""Stock of the 1520 mm, UIC, Chinese and North American networks (docs/decoder.md gives the sources).

For a track whose network nobody named. The constants that are fitted with the weights belong to it."""

ENGINES: tuple[CarLength, ...] = (CarLength(17.5, 2.0, 0.5), CarLength(21.5, 1.5, 0.5))
"""Locomotives of any network; the longest double units (up to 33 m) are seen as two."""


class LengthTable(NamedTuple):
    """A length prior in columns.

    Attributes:
        shortest: columns of the shortest car, at least 1.
        weight: shape (families,), share of trains of each family; sums to 1.
        f: shape (families, longest - shortest + 1), probability of a length of ``shortest + k`` columns; rows sum to 1.
    """

    shortest: int
    weight: NDArray[np.float64]
    f: NDArray[np.float64]

    @property
    def longest(self) -> int:
        """Columns of the longest car."""
        return self.shortest + int(self.f.shape[1]) - 1

    @property
    def mean(self) -> NDArray[np.float64]:
        """Shape (families,): expected length of a car, columns."""
        return self.f @ np.arange(self.shortest, self.longest + 1, dtype=np.float64)

    @property
    def survivor(self) -> NDArray[np.float64]:
        """Shape (families, longest + 2): element ``r`` is P(length >= r columns)."""
        density = np.zeros((self.f.shape[0], self.longest + 2))
        density[:, self.shortest : self.longest + 1] = self.f
        return np.minimum(np.cumsum(density[:, ::-1], axis=1)[:, ::-1], 1.0)


@dataclass(frozen=True, slots=True)
class LengthPrior:
    """Mixture over families of trains; within a train the lengths are independent given its family.

    A train is seldom a random draw from all stock: at 3 m, where no coupling shows, a string of 500 m is 42 tank
    wagons or 29 long boxcars, and independent lengths would promise 34 give or take 1.

    Attributes:
        families: the pure trains.
        mixed: share of trains that are mixed: each of their cars comes from all families; 0 to 1.
        stray: share of the cars of a pure train that come from all families; 0 to 1.
        engines: share of locomotives among all cars, 0 to 1.
        engine_lengths: how long they are, at least one.
        floor: share of cars of any length between the bounds, uniformly; greater than 0, at most 1.
        blur_m: error of a found length (two ends, each misplaced), standard deviation, metres.
        low_m: shortest car, metres.
        high_m: longest car, metres.
    """

    families: tuple[LengthFamily, ...] = STOCK
    mixed: float = 0.35
    stray: float = 0.1
    engines: float = 0.04
    engine_lengths: tuple[CarLength, ...] = ENGINES
    floor: float = 0.08
    blur_m: float = 0.3
    low_m: float = 8.0
    high_m: float = 30.0

    def __post_init__(self) -> None:
        require(self.families, "a length prior has at least one family")
        require(self.engine_lengths, "a length prior has at least one length of locomotives")
        for name in ("mixed", "stray", "engines"):
            require_probability(name, getattr(self, name))
        require_finite("floor", self.floor, low=1e-6, high=1.0)
        require(self.engines + self.floor <= 1.0, "engines and floor together exceed 1")
        require_finite("blur_m", self.blur_m, low=0.0, high=10.0)
        require_finite("low_m", self.low_m, low=0.1, high=100.0)
        require_finite("high_m", self.high_m, low=self.low_m, high=200.0)

    def table(self, step_m: float, power: float = 1.0) -> LengthTable:
        """Discretise on columns of ``step_m`` metres.

        Args:
            step_m: column spacing, metres, greater than 0.
            power: every family's probabilities are raised to it and made to sum to 1 again; 1 keeps them, 0 makes
                every length equal, above 1 sharpens. 0 to 5.

        Returns:
            The table; its last family is the mixed trains, left out where ``mixed`` is 0.
        """
        require_finite("step_m", step_m, low=1e-3, high=100.0)
        require_finite("length power", power, low=0.0, high=5.0)
        shortest = max(1, round(self.low_m / step_m))
        length = np.arange(shortest, max(shortest, round(self.high_m / step_m)) + 1, dtype=np.float64) * step_m
        share = np.array([family.weight for family in self.families])
        share = share / share.sum()
        own = np.stack([self._density(family.lengths, length, step_m) for family in self.families])
        uniform = np.full(length.size, 1.0 / length.size)
        common = (1.0 - self.engines - self.floor) * (share @ own) + self.floor * uniform
        if self.engines:
            common = common + self.engines * self._density(self.engine_lengths, length, step_m)
        # Every family keeps the floor, so that no length is impossible in any train.
        stray = max(self.stray, self.floor)
        f = np.vstack([(1.0 - stray) * own + stray * common, common[None]])
        weight = np.append((1.0 - self.mixed) * share, self.mixed)
        f, weight = f[weight > 0], weight[weight > 0]
        f = f**power
        return LengthTable(shortest, weight, f / f.sum(axis=1, keepdims=True))

    def _density(self, lengths: tuple[CarLength, ...], at_m: NDArray[np.float64], step_m: float) -> NDArray[np.float64]:
        """Return the probability of each length of ``at_m`` (bins of ``step_m``), cut to the bounds; sums to 1."""
        total = np.zeros(at_m.size)
        for length_m, sd_m, share in lengths:
            sd = np.hypot(sd_m, self.blur_m)
            total += share * (ndtr((at_m + step_m / 2 - length_m) / sd) - ndtr((at_m - step_m / 2 - length_m) / sd))
        mass = total.sum()
        # A family wholly outside the bounds says nothing within them.
        return total / mass if mass > 1e-12 else np.full(at_m.size, 1.0 / at_m.size)
