"""What a car's length says of its type."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.stock_lengths import stock_of
from wayside.model.checks import require, require_finite
from wayside.model.places import StockNetwork

__all__ = ["TypeLengths", "length_blur_m", "sharpened", "type_lengths_of"]

Array = NDArray[np.float64]

_LEAST_BLUR_M = 0.3
"""Error of a found length in the sharpest images: two ends on columns of half a metre, couplers that are not seen."""
_BLUR_PER_GSD = 0.7
"""Growth of that error: two ends, each misplaced by half a pixel."""
_SCALE_ERROR = 0.02
"""Error of an image's scale: many a GSD is an estimate, and off nadir it is not the same along every track."""


@dataclass(frozen=True, eq=False, slots=True)
class TypeLengths:
    """Lengths of each type, as mixtures of normal densities.

    Attributes:
        length_m: shape (k,), length of each kind of vehicle, metres.
        sd_m: shape (k,), spread of its models, metres, greater than 0.
        share: shape (len(TYPE_ORDER), k), share of each kind within its type; rows sum to 1, or to 0 for a type of
            which no length is known.
        floor: share of each type's cars that can have any length, greater than 0, at most 1.
        low_m: shortest length that a car may have, metres.
        high_m: longest, metres.
    """

    length_m: Array
    sd_m: Array
    share: Array
    floor: float = 0.1
    low_m: float = 8.0
    high_m: float = 32.0

    def __post_init__(self) -> None:
        n = self.length_m.size
        require(n and self.length_m.shape == self.sd_m.shape == (n,), "length_m and sd_m have one shape, (k,)")
        require(self.share.shape == (len(TYPE_ORDER), n), f"share has shape {self.share.shape}")
        require(np.all(np.isfinite(self.length_m)) and np.all(self.length_m > 0), "lengths must be above 0")
        require(np.all(np.isfinite(self.sd_m)) and np.all(self.sd_m > 0), "spreads must be above 0")
        total = self.share.sum(axis=1)
        require(
            np.all(self.share >= 0) and np.all((np.abs(total - 1.0) < 1e-9) | (total == 0.0)),
            "the shares of a type sum to 1, or to 0 where no length of it is known",
        )
        require_finite("floor", self.floor, low=1e-6, high=1.0)
        require_finite("low_m", self.low_m, low=0.1, high=100.0)
        require_finite("high_m", self.high_m, low=self.low_m + 1.0, high=200.0)

    def log_ratio(self, found_m: float, blur_m: float, *, cut: bool = False) -> Array:
        """Return shape (len(TYPE_ORDER),): log of P(length | type) / P(length | any length is as likely).

        With the uniform density u over the bounds and the type's mixture p blurred by the error of the found length,
        log((1 - floor) p + floor u) - log u. It lies above log(floor); a type without lengths has 0. For a car of
        which only ``found_m`` are seen the density is replaced by P(length > found_m): a car cut at random shows any
        part of itself with the same density, and longer cars are cut more often in proportion to their length.

        Args:
            found_m: length of the car, or of what is seen of it, metres.
            blur_m: standard deviation of its error, metres, at least 0.
            cut: whether only a part of the car is seen.
        """
        require_finite("found length in metres", found_m)
        require_finite("blur of the length in metres", blur_m, low=0.0)
        z = (found_m - self.length_m) / np.hypot(self.sd_m, blur_m)
        if cut:
            own = self.share @ ndtr(-z)
            # Beyond the longest car the uniform says nothing; a metre of it is kept.
            span = self.high_m - self.low_m
            uniform = min(max(self.high_m - found_m, 1.0) / span, 1.0)
        else:
            density = np.exp(-0.5 * z * z) / (math.sqrt(2.0 * math.pi) * np.hypot(self.sd_m, blur_m))
            own = self.share @ density
            uniform = 1.0 / (self.high_m - self.low_m)
        ratio = np.log((1.0 - self.floor) * own / uniform + self.floor)
        return np.where(self.share.any(axis=1), ratio, 0.0)


def type_lengths_of(shares: Mapping[StockNetwork, float] | None = None) -> TypeLengths:
    """Return the lengths of every type on a mixture of networks.

    Args:
        shares: share of each network; all networks alike where None or empty.
    """
    rows = list(stock_of(shares or dict.fromkeys(StockNetwork, 1.0 / len(StockNetwork))))
    share = np.array([[weight * (row.type is kind) for row, weight in rows] for kind in TYPE_ORDER])
    total = share.sum(axis=1, keepdims=True)
    return TypeLengths(
        length_m=np.array([row.length_m for row, _ in rows]),
        sd_m=np.array([row.sd_m for row, _ in rows]),
        share=np.divide(share, total, out=np.zeros_like(share), where=total > 0),
    )


def length_blur_m(found_m: float, gsd_m: float) -> float:
    """Return the standard deviation of a found length's error, metres.

    Args:
        found_m: the found length, metres, above 0.
        gsd_m: ground sample distance of the image, metres, at most 100.
    """
    require_finite("found length in metres", found_m, low=0.0)
    require_finite("GSD in metres", gsd_m, low=0.0, high=100.0)
    return math.hypot(_LEAST_BLUR_M, _BLUR_PER_GSD * gsd_m, _SCALE_ERROR * found_m)


def sharpened(logits: Array, log_ratio: Array) -> Array:
    """Return the probability of each type from its looks and its length; sums to 1.

    The length counts as much as the looks say: its log ratio is weighed by 1 - H / log(types), H the entropy of the
    looks alone. Where the image says nothing the length alone names no type, since a car of 12 m may be one that is
    in no table.

    Args:
        logits: shape (types,), of the looks.
        log_ratio: shape (types,), of the length.
    """
    looks = _softmax(logits)
    said = 1.0 + float(looks @ np.log(np.maximum(looks, 1e-300))) / math.log(looks.size)
    return _softmax(logits + max(said, 0.0) * log_ratio)


def _softmax(logits: Array) -> Array:
    p = np.exp(logits - logits.max())
    return np.asarray(p / p.sum(), dtype=np.float64)
