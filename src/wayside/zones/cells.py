"""Whether something was put down on a cell: a small network over the cell's numbers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from wayside.model.checks import require
from wayside.zones.features import CONTEXT, FEATURES, context

__all__ = ["CellModel", "Cells", "Network", "cell_model", "judge_cells", "read_cell_model"]

Array = NDArray[np.float64]
_CLIP = 6.0
_WEIGHTS = ("mean", "scale", "w1", "b1", "w2", "b2")


class Cells(NamedTuple):
    """What is thought of every cell.

    Attributes:
        logit: shape (rows, columns), log odds that something put down covers it, where it can be seen.
        hidden: shape (rows, columns), probability that it cannot be seen.
    """

    logit: Array
    hidden: Array


@dataclass(frozen=True, eq=False)
class Network:
    """One hidden layer of tanh units, three answers: empty, occupied, not to be seen.

    Attributes:
        mean, scale: shape (inputs,), what is taken from the inputs and what they are divided by.
        w1, b1: shapes (inputs, hidden) and (hidden,).
        w2, b2: shapes (hidden, 3) and (3,).
    """

    mean: Array
    scale: Array
    w1: Array
    b1: Array
    w2: Array
    b2: Array

    def judge(self, numbers: NDArray[np.float32]) -> Cells:
        """Return what it says of cells, from their inputs of shape (rows, columns, inputs)."""
        rows, columns, inputs = numbers.shape
        mean, scale, w1, b1, w2, b2 = (np.asarray(getattr(self, name), dtype=np.float32) for name in _WEIGHTS)
        x = numbers.reshape(-1, inputs) - mean
        x /= scale
        hidden = np.clip(x, -_CLIP, _CLIP, out=x) @ w1
        hidden += b1
        empty, occupied, unseen = (np.tanh(hidden, out=hidden) @ w2 + b2).astype(np.float64).T
        return Cells(
            (occupied - empty).reshape(rows, columns),
            expit(unseen - np.logaddexp(empty, occupied)).reshape(rows, columns),
        )


@dataclass(frozen=True, eq=False)
class CellModel:
    """The networks' weights and what their answers are worth, fitted on drawn zones.

    Attributes:
        name: "zones-2" and the digest of the weights; kept with every look.
        first: reads a cell's numbers.
        second: reads them again beside what the first one thinks of the cells around.
        temperature, offset: what log odds are divided by, and what is added to them then.
        scene_sd: standard deviation of the scene's common error of the log odds, and what it grows by with each
            doubling of the GSD from 0.5 m.
        spread_m2: how much ground errs as one, square metres.
    """

    name: str
    first: Network
    second: Network
    temperature: float
    offset: float
    scene_sd: tuple[float, float]
    spread_m2: float

    def scene_sd_at(self, gsd_m: float) -> float:
        """Return the standard deviation of a scene's common error of the log odds."""
        base, growth = self.scene_sd
        return max(base + growth * max(float(np.log2(gsd_m / 0.5)), 0.0), 0.05)


def judge_cells(numbers: NDArray[np.float32], share: Array, model: CellModel) -> Cells:
    """Return what is thought of cells.

    Args:
        numbers: shape (rows, columns, features).
        share: how much of each cell lies in the zone, shape (rows, columns).
        model: the weights.
    """
    thought = model.first.judge(numbers)
    around = context(thought.logit, thought.hidden, share)
    cells = model.second.judge(np.concatenate([numbers, around], axis=-1))
    return Cells(cells.logit / model.temperature + model.offset, cells.hidden)


@cache
def cell_model() -> CellModel:
    """Return the packaged weights."""
    text = files("wayside.zones").joinpath("tables", "cells.json").read_text(encoding="utf-8")
    return read_cell_model(text)


def read_cell_model(text: str) -> CellModel:
    """Return weights from their JSON (``ValueRefusedError`` where they are for other numbers)."""
    table: dict[str, Any] = json.loads(text)
    require(tuple(table["features"]) == (*FEATURES, *CONTEXT), "the weights of zones are for other features")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    base, growth = table["scene_sd"]
    return CellModel(
        name=f"{table['name']} sha256:{digest}",
        first=_network(table["first"]),
        second=_network(table["second"]),
        temperature=float(table["temperature"]),
        offset=float(table["offset"]),
        scene_sd=(float(base), float(growth)),
        spread_m2=float(table["spread_m2"]),
    )


def _network(table: dict[str, Any]) -> Network:
    return Network(**{name: np.asarray(table[name], dtype=np.float64) for name in _WEIGHTS})
