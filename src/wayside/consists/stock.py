"""All cars of all trains as one table, and how like any two of them are, against the sites' own stock.

The evidence that two readings ``a`` and ``b`` are of one car is

    log k(a, b) - (log f(a) + log f(b)) / 2,      f(x) = mean over the pool's cars y of k(x, y)

where ``k`` is the density of the two readings' difference if they are of one car: in length, in colour against the
ballast, and in what the counter says of the type. ``f`` is how often a car of this stock would look like ``x`` by
chance; as it is taken over whole cars, what hangs together (tanks are 12 m long and dark) is not counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wayside.consists.settings import ConsistSettings
from wayside.model.cars import CarType
from wayside.model.consists import Consist, ConsistCar

__all__ = ["Stock", "stock_of"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_TURNED = np.array([[1 / 3, 1.0, -0.5], [1 / 3, 0.0, 1.0], [1 / 3, -1.0, -0.5]])
"""Red, green, blue to brightness, red against blue, green against both."""
_EXTREME = 0.97
_GREY = 1e-3
_TAIL = 4.0
"""Degrees of freedom of a colour's error: cars get wet, loaded and shaded, so that its tails are long."""
_POOL = 300
_TYPES = tuple(CarType)
_SUREST = 0.97
_Placed: TypeAlias = tuple[Consist, ConsistCar]
_CENTRED_BY = 6.0
"""A scene's middle tone is trusted like so many cars are drawn to the tone of all scenes."""
_STRETCHED_BY, _MOST_STRETCH = 20.0, 2.0
"""The same of a scene's contrast, and the factor by which it is changed at most."""


@dataclass(frozen=True, eq=False)
class Stock:
    """A table of N cars.

    Attributes:
        length_m: shape (N,).
        sd_m: shape (N,), error of each length, metres.
        tone: shape (N, 3), colours in ``_TURNED`` logarithms, each scene's middle taken out and its
            contrast made the usual one; 0 where there is none.
        level: shape (N,), 0 no colour, 1 brightness alone, 2 colour.
        type_id: shape (N,), place of its type in ``CarType``.
        type_p: shape (N,), probability of that type, 0 where it is unknown.
        type_share: shape (types,), share of each type in the pool.
        locomotive: shape (N,), bool.
        usual: shape (N, 3), log f of each car by the level that is used of it.
        settings: the constants.
    """

    length_m: Array
    sd_m: Array
    tone: Array
    level: NDArray[np.int8]
    type_id: Index
    type_p: Array
    type_share: Array
    locomotive: NDArray[np.bool_]
    usual: Array
    settings: ConsistSettings

    def likeness(self, a: Index, b: Index, shift: Array | None = None) -> Array:
        """Return the evidence that cars ``a`` and ``b`` (indices of one shape) are the same, natural logarithm.

        Args:
            a: of the first train.
            b: of the second.
            shift: tone of ``b`` less tone of ``a`` that is common to their scenes, shape of ``a`` broadcast with 3;
                None where it is unknown, which widens the error of colour.
        """
        return self.likeness_by(self.body(a, b), self.tone[b] - self.tone[a], self.shared_level(a, b), shift)

    def likeness_by(self, body: Array, apart: Array, level: NDArray[np.int8], shift: Array | None = None) -> Array:
        """Return ``likeness`` from its parts: ``body``, the difference of tones, and ``shared_level``."""
        other = self.settings.changed
        ratio = np.minimum(body + self._colour(apart, level, shift), self.settings.most)
        return np.asarray(np.log(other + (1.0 - other) * np.exp(ratio)))

    def shared_level(self, a: Index, b: Index) -> NDArray[np.int8]:
        """Return what both cars have of colour: 0 nothing, 1 brightness, 2 all."""
        return np.minimum(self.level[a], self.level[b])

    def body(self, a: Index, b: Index) -> Array:
        """Return the part of the evidence that no light changes: lengths and types, less log f of both."""
        level = self.shared_level(a, b)
        return self._lengths_and_types(a, b) - 0.5 * (self.usual[a, level] + self.usual[b, level])

    def _lengths_and_types(self, a: Index, b: Index) -> Array:
        stray = self.settings.stray
        variance = self.sd_m[a] ** 2 + self.sd_m[b] ** 2
        like = np.exp((self.length_m[a] - self.length_m[b]) ** 2 / (-18.0 * variance))
        dense = (1 - stray) * like**9 + stray / 3 * like
        # Each reading is its type with p, else any type of the stock; of one car, both are of one type.
        same = (self.type_id[a] == self.type_id[b]) / self.type_share[self.type_id[b]]
        types = 1.0 + self.type_p[a] * self.type_p[b] * (same - 1.0)
        return np.asarray(np.log((dense + 1e-30) * types / np.sqrt(variance)))

    def _colour(self, apart: Array, level: NDArray[np.int8], shift: Array | None) -> Array:
        how = self.settings
        if shift is None:
            scale = np.hypot(how.colour_sd, how.shift_sd)
        else:
            apart, scale = apart - shift, np.array(how.colour_sd)
        square = (apart / scale) ** 2 / _TAIL
        half, sizes = -0.5 * (_TAIL + 1), np.log(scale)
        bright = half * np.log1p(square[..., 0]) - sizes[0]
        hue = half * np.log((1.0 + square[..., 1]) * (1.0 + square[..., 2])) - sizes[1] - sizes[2]
        return np.asarray((level >= 1) * bright + (level >= 2) * hue)


def stock_of(consists: Sequence[Consist], settings: ConsistSettings) -> tuple[Stock, tuple[Index, ...]]:
    """Return the table of all cars, and where the cars of each train stand in it.

    Args:
        consists: one or more; their order decides the order of the table and nothing else.
        settings: the constants.
    """
    cars = [(train, car) for train in consists for car in train.cars]
    ends = np.cumsum([0, *(len(train.cars) for train in consists)])
    places = tuple(np.arange(a, b) for a, b in pairwise(ends))
    gsd = np.array([train.gsd_m for train, _ in cars])
    tone, level = _tones(cars)
    type_id, type_p, share = _types(cars)
    blank = Stock(
        length_m=np.array([car.length_m for _, car in cars]),
        sd_m=settings.length_sd_m + settings.length_sd_per_gsd * gsd,
        tone=tone,
        level=level,
        type_id=type_id,
        type_p=type_p,
        type_share=share,
        locomotive=np.array([car.locomotive for _, car in cars]),
        usual=np.zeros((len(cars), 3)),
        settings=settings,
    )
    blank.usual[:] = _usual(blank, [f"{train.id} {car.start_m:.3f}" for train, car in cars])
    return blank, places


def _tones(cars: Sequence[_Placed]) -> tuple[Array, NDArray[np.int8]]:
    rgb = np.array([car.colour or (np.nan,) * 3 for _, car in cars], dtype=np.float64)
    tone = 2.0 * np.arctanh(np.clip(rgb, -_EXTREME, _EXTREME)) @ _TURNED
    known = np.isfinite(tone[:, 0])
    level = np.where(known, 2, 0).astype(np.int8)
    scenes = np.unique([f"{train.site_id}\0{train.scene_id}" for train, _ in cars], return_inverse=True)[1]
    middle = np.median(tone[known], axis=0) if known.any() else np.zeros(3)
    for scene in range(int(scenes.max()) + 1):
        own = (scenes == scene) & known
        if not own.any():
            continue
        if np.abs(tone[own, 1:]).max() < _GREY:
            level[own] = 1
        trust = own.sum() / (own.sum() + _CENTRED_BY)
        tone[own] -= middle + trust * (np.median(tone[own], axis=0) - middle)
    _stretch(tone, scenes, known)
    return np.where(known[:, None], tone, 0.0), level


def _stretch(tone: Array, scenes: Index, known: NDArray[np.bool_]) -> None:
    """Give the cars of every scene the usual contrast, in place: haze, wet and low light take contrast from all."""
    usual = np.median(np.abs(tone[known]), axis=0) if known.any() else np.zeros(3)
    for scene in range(int(scenes.max()) + 1):
        own = (scenes == scene) & known
        if not own.any():
            continue
        spread = np.median(np.abs(tone[own] - np.median(tone[own], axis=0)), axis=0)
        trust = own.sum() / (own.sum() + _STRETCHED_BY)
        tone[own] *= np.clip((usual / np.maximum(spread, _GREY)) ** trust, 1.0 / _MOST_STRETCH, _MOST_STRETCH)


def _types(cars: Sequence[_Placed]) -> tuple[Index, Array, Array]:
    known = np.array([car.type is not CarType.UNKNOWN for _, car in cars])
    kind = np.array([_TYPES.index(car.type) for _, car in cars], dtype=np.intp)
    p = np.where(known, np.minimum([car.type_p for _, car in cars], _SUREST), 0.0)
    share = np.bincount(kind, weights=p, minlength=len(_TYPES)) + 0.5
    return kind, p, share / share.sum()


def _usual(stock: Stock, names: Sequence[str]) -> Array:
    """Return log f of every car by level; the pool is every k-th car in an order that the input's does not change."""
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.intp)
    out = np.zeros((len(names), 3))
    for level in range(3):
        able = order[stock.level[order] >= level]
        if not able.size:
            continue
        pool = able[:: -(-able.size // _POOL)]
        for part in np.array_split(able, -(-able.size // 2000)):
            a, b = np.broadcast_arrays(part[:, None], pool[None, :])
            colour = stock._colour(stock.tone[b] - stock.tone[a], np.full(a.shape, level, np.int8), None)  # noqa: SLF001  its own module
            k = stock._lengths_and_types(a, b) + colour  # noqa: SLF001
            top = k.max(axis=1)
            out[part, level] = top + np.log(np.exp(k - top[:, None]).mean(axis=1))
    return out
