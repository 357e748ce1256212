"""What hides a track from the eye, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require, require_probability

__all__ = ["Hidden", "Obstruction", "code_of", "hidden_shares", "obstruction_of", "require_shares"]

_ROUNDING = 1e-6


class Obstruction(StrEnum):
    """Why a stretch of track cannot be read in a scene. Hidden track is missing, not empty.

    ``OUTSIDE``: beyond the image. ``NODATA``: in the image, but without a pixel. ``DEFECTIVE``: the provider says that
    its pixels are damaged. ``CLOUD``: under cloud. ``CLOUD_SHADOW``: in the shadow of one. ``HAZE``: under haze or thin
    cloud through which cars cannot be told. ``BLUR``: the image is too blurred. ``SATURATED``: brighter than the sensor
    could measure. ``SHADOW``: in a shadow so deep that nothing shows.
    """

    OUTSIDE = "outside"
    NODATA = "nodata"
    DEFECTIVE = "defective"
    CLOUD = "cloud"
    CLOUD_SHADOW = "cloud-shadow"
    HAZE = "haze"
    BLUR = "blur"
    SATURATED = "saturated"
    SHADOW = "shadow"


_ORDER = tuple(Obstruction)


def code_of(obstruction: Obstruction) -> int:
    """Return the number that stands for an obstruction in arrays: 1 for the first; 0 stands for none."""
    return _ORDER.index(obstruction) + 1


def obstruction_of(code: int) -> Obstruction:
    """Return the obstruction that a code of 1 or more stands for."""
    require(1 <= code <= len(_ORDER), f"no obstruction has the code {code}")
    return _ORDER[code - 1]


@dataclass(frozen=True, eq=False)
class Hidden:
    """What hides the columns of one strip.

    Attributes:
        codes: shape (columns,), uint8; 0 where nothing is known to hide the column, else ``code_of`` what does.
        provided: shape (columns,), bool; True where the provider's mask says so, False where the image itself does.
    """

    codes: NDArray[np.uint8]
    provided: NDArray[np.bool_]

    def __post_init__(self) -> None:
        codes, provided = np.array(self.codes, dtype=np.uint8), np.array(self.provided, dtype=np.bool_)
        require(codes.ndim == 1 and codes.shape == provided.shape, "codes and their sources differ in shape")
        require(np.all(codes <= len(_ORDER)), "a column is hidden by something that has no name")
        for array in (codes, provided):
            array.setflags(write=False)
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "provided", provided)

    @staticmethod
    def none(columns: int) -> Hidden:
        """Return that nothing is known to hide any column."""
        return Hidden(np.zeros(columns, np.uint8), np.zeros(columns, np.bool_))

    def also(self, columns: NDArray[np.bool_], obstruction: Obstruction, *, provided: bool = False) -> Hidden:
        """Return the same with more columns hidden; what hid a column before stays the reason.

        Args:
            columns: shape (columns,), True where hidden.
            obstruction: by what.
            provided: whether the provider's mask says so.
        """
        fresh = columns & (self.codes == 0)
        return Hidden(np.where(fresh, code_of(obstruction), self.codes), self.provided | (fresh & provided))


def hidden_shares(hidden: Hidden | None, visible: NDArray[np.bool_]) -> dict[Obstruction, float]:
    """Return the share of a track's columns that each obstruction hides; with the visible share they add up to 1.

    Args:
        hidden: what is known of the columns; None for nothing.
        visible: shape (columns,), True where the column can be read. A column that cannot, without a known reason, has
            no data.
    """
    codes = np.zeros(visible.shape, np.uint8) if hidden is None else hidden.codes
    require(codes.shape == visible.shape, "what is hidden and what is visible differ in shape")
    named = np.where(codes == 0, code_of(Obstruction.NODATA), codes)[~visible]
    counts = np.bincount(named, minlength=len(_ORDER) + 1)
    return {obstruction_of(k): float(n) / visible.size for k, n in enumerate(counts.tolist()) if n}


def require_shares(what: str, shares: Mapping[Obstruction, float], visible_fraction: float) -> None:
    """Refuse shares of hidden length that do not fill what is not visible; none at all may be given."""
    for obstruction, share in shares.items():
        require_probability(f"{what}: share hidden ({obstruction})", share)
    total = sum(shares.values()) + visible_fraction
    require(
        not shares or abs(total - 1.0) <= _ROUNDING, f"{what}: hidden and visible shares add up to {total:g}, not 1"
    )
