"""Where places of a plane lie along and beside a strip."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from wayside.model.strips import StripFrame

__all__ = ["Beside", "beside"]


class Beside(NamedTuple):
    """Places seen from a strip; each of shape (n,).

    Attributes:
        along_m: metres along the strip from its start; below 0 or above its length beyond its ends.
        across_m: metres to the left of its middle.
        column: the nearest column.
    """

    along_m: NDArray[np.float64]
    across_m: NDArray[np.float64]
    column: NDArray[np.intp]


def beside(frame: StripFrame, places: NDArray[np.float64]) -> Beside:
    """Return where places, shape (n, 2) in the frame's plane, lie beside a strip."""
    _, nearest = KDTree(frame.centre).query(places)
    column = np.asarray(nearest, dtype=np.intp)
    away = places - frame.centre[column]
    along = (column + 0.5) * frame.step_m + (away * frame.tangent[column]).sum(axis=1) * frame.unit_m
    across = (away * frame.normal[column]).sum(axis=1) * frame.unit_m
    return Beside(along, across, column)
