"""Strings of like cars within a train: what follows from the car before is no evidence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wayside.consists.stock import Array, Index, Stock

__all__ = ["alike_in", "foreseen", "runs_of"]

_ROUNDS = 3


def foreseen(stock: Stock, trains: Index) -> Array:
    """Return how much of each car's likeness to another its neighbours in its own train foretell.

    A train is read as a chain: with probability q a car repeats the one before it, else it is any car of the stock; q
    is each train's own, found by expectation and maximisation. Half of what an edge of the chain says is charged to
    either car, so that nothing depends on the end that a train is read from.

    Args:
        stock: the cars.
        trains: shape (k, n), n >= 2, indices of the cars of k trains.

    Returns:
        Shape (k, n), natural logarithms, to be taken off the evidence of every pair that the car is in, half of it
        for each of the two trains.
    """
    alike = stock.likeness(trains[:, :-1], trains[:, 1:], np.zeros(3))
    repeats = np.exp(np.clip(alike, -30.0, 30.0))
    q = np.full((len(trains), 1), 0.5)
    for _ in range(_ROUNDS):
        chance = q * repeats / (q * repeats + 1.0 - q)
        q = (chance.sum(axis=1, keepdims=True) + 1.0) / (chance.shape[1] + 2.0)
    edge = np.log(q * repeats + 1.0 - q)
    out = np.zeros(trains.shape)
    out[:, :-1] += 0.5 * edge
    out[:, 1:] += 0.5 * edge
    return out


def runs_of(stock: Stock, train: Index) -> tuple[Index, ...]:
    """Cut a train where a car differs from the one before it more probably than not.

    Args:
        stock: the cars.
        train: shape (n,), n >= 1, indices of its cars.
    """
    alike: NDArray[np.float64] = stock.likeness(train[:-1], train[1:], np.zeros(3))
    return tuple(np.split(train, np.flatnonzero(alike <= 0.0) + 1))


def alike_in(stock: Stock, train: Index) -> tuple[int, ...]:
    """Return the sizes of the groups of cars of a train that cannot be told apart, each car beside its group's first.

    Args:
        stock: the cars.
        train: shape (n,), n >= 1, indices of its cars.
    """
    left, sizes = train, []
    while left.size:
        like = stock.likeness(np.broadcast_to(left[:1], left.shape), left, np.zeros(3)) > 0.0
        like[0] = True
        sizes.append(int(like.sum()))
        left = left[~like]
    return tuple(sizes)
