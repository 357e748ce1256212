"""What one scene shows of a zone, on the zone's grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_finite

__all__ = ["ZonePixels"]


@dataclass(frozen=True, eq=False)
class ZonePixels:
    """A zone in one scene.

    Attributes:
        values: shape (3, rows, columns), float32, in the image's own scale; all three the same for a grey image.
        valid: shape (rows, columns), True where the image has usable data and no provider's mask hides it.
        gsd_m: ground sample distance, metres.
        sun_azimuth_deg: clockwise from north; None where unknown.
        sun_elevation_deg: above the horizon; None where unknown.
    """

    values: NDArray[np.float32]
    valid: NDArray[np.bool_]
    gsd_m: float
    sun_azimuth_deg: float | None = None
    sun_elevation_deg: float | None = None

    def __post_init__(self) -> None:
        require(self.values.ndim == 3 and len(self.values) == 3, "a zone's pixels have shape (3, rows, columns)")
        require(self.valid.shape == self.values.shape[1:], "a zone's pixels and their mask differ in shape")
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
