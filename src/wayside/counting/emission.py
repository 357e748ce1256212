"""What the network says of each column of a strip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.cars import CarType
from wayside.model.checks import require, require_finite

__all__ = ["TYPE_ORDER", "Alignment", "Emission"]

TYPE_ORDER: tuple[CarType, ...] = (
    CarType.GONDOLA,
    CarType.BOX,
    CarType.TANK,
    CarType.FLAT,
    CarType.CONTAINER_FLAT,
    CarType.HOPPER,
    CarType.PASSENGER,
    CarType.LOCOMOTIVE,
)
"""Order of the type channel, fixed with the weights."""


class Alignment(NamedTuple):
    """What the network says of the line itself, per column.

    Attributes:
        rail: shape (n,), log-odds that a railway track, with or without a train on it, lies within about 2 m of the
            line.
        offset_m: shape (n,), how far the track's centre lies to the left of the line, metres, about -3 to 3.
        spread_m: shape (n,), mean absolute error that is to be expected of ``offset_m``, metres, greater than 0.
    """

    rail: NDArray[np.float64]
    offset_m: NDArray[np.float64]
    spread_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Emission:
    """Evidence per column of one strip. A train is one unbroken stretch: the gap at a coupling belongs to it.

    Attributes:
        occupied: shape (n,), log-odds that a rail vehicle of this track, or a coupling inside its train, covers it.
        boundary: shape (n + 1,), log-odds that a coupling or an end of a train lies at the edge between columns
            i - 1 and i (edge 0 is the strip's start, edge n its end).
        types: shape (n, len(TYPE_ORDER)), logits of the type of the vehicle that covers the column.
        cover: shape (n,), log-odds that the vehicle's load is covered.
        visible: shape (n,), bool; where False the four others say nothing and are read as 0.
        step_m: column spacing, metres.
        alignment: where the track lies under the line; None where the weights do not say.
    """

    occupied: NDArray[np.float64]
    boundary: NDArray[np.float64]
    types: NDArray[np.float64]
    cover: NDArray[np.float64]
    visible: NDArray[np.bool_]
    step_m: float
    alignment: Alignment | None = None

    def __post_init__(self) -> None:
        n = self.occupied.shape[0] if self.occupied.ndim == 1 else -1
        require(n >= 1, f"occupied has shape {self.occupied.shape}, not (n,) with n >= 1")
        require(self.boundary.shape == (n + 1,), f"boundary has shape {self.boundary.shape}, not ({n + 1},)")
        require(self.types.shape == (n, len(TYPE_ORDER)), f"types have shape {self.types.shape}")
        require(self.cover.shape == (n,), f"cover has shape {self.cover.shape}, not ({n},)")
        require(self.visible.shape == (n,), f"visible has shape {self.visible.shape}, not ({n},)")
        for name in ("occupied", "boundary", "types", "cover"):
            require(np.all(np.isfinite(getattr(self, name))), f"{name} must be finite")
        require_finite("step_m", self.step_m, low=0.05, high=10.0)
        for name, values in self.alignment._asdict().items() if self.alignment else ():
            require(values.shape == (n,), f"{name} has shape {values.shape}, not ({n},)")
            require(np.all(np.isfinite(values)), f"{name} must be finite")

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.occupied.shape[0])
