"""Trains that never were: what the second train of a pair is replaced by, to see how high chance alone scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wayside.consists.stock import Index
from wayside.model.consists import Shuffle

__all__ = ["arrangements", "shuffled"]


def shuffled(
    how: Shuffle, train: Sequence[Index], pool: Sequence[Sequence[Index]], number: int, rng: np.random.Generator
) -> Index:
    """Return trains as long as a given one, shape (number, n).

    Args:
        how: the way to shuffle.
        train: its strings of like cars, in order; n cars together.
        pool: the strings of every train of the sites.
        number: 1 or more.
        rng: the only source of chance.
    """
    own = np.concatenate(list(train))
    if how is Shuffle.CARS:
        cars = np.concatenate([run for runs in pool for run in runs])
        return np.asarray(cars[rng.integers(cars.size, size=(number, own.size))])
    if how is Shuffle.OWN:
        return np.asarray(rng.permuted(np.tile(own, (number, 1)), axis=1))
    strings = [run for runs in pool for run in runs]
    return np.stack([_of_blocks(strings, own.size, rng) for _ in range(number)])


def _of_blocks(strings: Sequence[Index], cars: int, rng: np.random.Generator) -> Index:
    taken: list[Index] = []
    left = cars
    while left > 0:
        block = strings[int(rng.integers(len(strings)))][:left]
        taken.append(block)
        left -= block.size
    return np.concatenate(taken)


def arrangements(alike: Sequence[int]) -> float:
    """Return in how many orders a train's cars can stand, its two directions being one: 1 or more.

    Args:
        alike: sizes of the groups of cars that cannot be told apart.
    """
    log = math.lgamma(sum(alike) + 1) - sum(math.lgamma(size + 1) for size in alike)
    return max(1.0, math.exp(min(log, 600.0)) / 2.0)
