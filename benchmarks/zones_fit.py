"""Fits what tells occupied ground from empty ground, on drawn zones: ``src/wayside/zones/tables/cells.json``.

Run: ``python benchmarks/zones_fit.py`` (about ten minutes). The networks are fitted on some places; temperature, the
scene's common error and how far cells err together on others; ``benchmarks/zones.py`` judges on yet others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from zones_places import Place, Seen, draw_place

from wayside.zones.area import area_distribution
from wayside.zones.cells import CellModel, Cells, Network, judge_cells, read_cell_model
from wayside.zones.features import CONTEXT, FEATURES, context, features
from wayside.zones.grid import unit_of
from wayside.zones.reference import compare, history_length, make_reference

TARGET = Path(__file__).parents[1] / "src" / "wayside" / "zones" / "tables" / "cells.json"
FIT, CALIBRATE = (*range(60), *range(200, 280)), range(100, 125)
_FIRST, _SECOND, _PER_SCENE, _DECAY, _ROUNDS, _TRIALS = 24, 14, 130, 1e-4, 260, 300
Array = NDArray[np.float64]


class Case(NamedTuple):
    """One scene ready to be judged: its numbers, the square metres of its cells, and the truth."""

    numbers: NDArray[np.float32]
    usable: NDArray[np.bool_]
    share: Array
    weight: Array
    seen: Seen


def cases_of(place: Place) -> Iterator[Case]:
    """Yield a place's scenes as the program sees them: against the earliest of them."""
    pixels = [seen.pixels for seen in place.scenes]
    reference = make_reference(pixels[: history_length(len(pixels))])
    for seen in place.scenes:
        compared = compare(seen.pixels, reference, place.grid.cell_m)
        weight = place.grid.share * place.grid.cell_m**2
        yield Case(features(seen.pixels, compared, place.grid.cell_m), compared.usable, place.grid.share, weight, seen)


def judged(case: Case, model: CellModel) -> Cells:
    """Return the cells of a case; what has no data is hidden."""
    cells = judge_cells(case.numbers, case.share, model)
    return Cells(cells.logit, np.where(case.usable, cells.hidden, 1.0))


def _picked(case: Case, rng: np.random.Generator) -> tuple[NDArray[np.intp], Array]:
    """Return some cells of the zone and what they truly are: empty, occupied, not to be seen."""
    inside = np.flatnonzero((case.weight > 0.5).ravel() & case.usable.ravel())
    picked = rng.choice(inside, min(_PER_SCENE, inside.size), replace=False)
    cover = np.clip((case.seen.opacity.ravel()[picked] - 0.2) / 0.4, 0, 1)
    full = case.seen.occupied.ravel()[picked]
    return picked, np.stack([(1 - cover) * (1 - full), (1 - cover) * full, cover], -1)


def fit_network(x: Array, y: Array, hidden: int, rng: np.random.Generator) -> dict[str, Any]:
    """Fit the network by the cross-entropy (L-BFGS), with a small decay of the weights."""
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = np.clip((x - mean) / scale, -6, 6)
    n, k = z.shape
    shapes = [(k, hidden), (hidden,), (hidden, 3), (3,)]
    sizes = [int(np.prod(shape)) for shape in shapes]
    spreads = [0.3 if len(shape) == 2 else 0.0 for shape in shapes]
    start = np.concatenate([rng.normal(0, spread, size) for spread, size in zip(spreads, sizes, strict=True)])

    def parts(theta: Array) -> list[Array]:
        return [p.reshape(s) for p, s in zip(np.split(theta, np.cumsum(sizes)[:-1]), shapes, strict=True)]

    def loss(theta: Array) -> tuple[float, Array]:
        w1, b1, w2, b2 = parts(theta)
        h = np.tanh(z @ w1 + b1)
        out = h @ w2 + b2
        out -= out.max(axis=1, keepdims=True)
        log_p = out - np.log(np.exp(out).sum(axis=1, keepdims=True))
        error = (np.exp(log_p) - y) / n
        back = (error @ w2.T) * (1 - h * h)
        slope = [z.T @ back, back.sum(axis=0), h.T @ error, error.sum(axis=0)]
        grown = np.concatenate([s.ravel() for s in slope]) + 2 * _DECAY * theta
        return float(-(y * log_p).sum() / n + _DECAY * theta @ theta), grown

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    print(f"cross-entropy {found.fun:.4f} after {found.nit} rounds", flush=True)
    names = ("w1", "b1", "w2", "b2")
    return {"mean": mean, "scale": scale, **dict(zip(names, parts(found.x), strict=True))}


class Errors(NamedTuple):
    """What the networks' answers are worth; see ``CellModel``."""

    temperature: float
    offset: float
    scene_sd: tuple[float, float]
    spread_m2: float


_UNFITTED = Errors(1.0, 0.0, (0.5, 0.1), 10.0)


def fit_errors(cases: Sequence[Case], model: CellModel) -> Errors:
    """Fit temperature and offset of the odds, and all errors of a scene, by the true areas' likelihood."""
    cells = [judged(case, model) for case in cases]

    def loss(theta: Array) -> float:
        (temperature, base, growth, spread), offset = np.exp(theta[:4]), theta[4]
        total = 0.0
        for case, cell in zip(cases, cells, strict=True):
            unit = unit_of(float(case.weight.sum()))
            sd = base + growth * max(np.log2(case.seen.pixels.gsd_m / 0.5), 0.0)
            softer = Cells(cell.logit / temperature + offset, cell.hidden)
            found = area_distribution(softer, case.weight, unit_m2=unit, scene_sd=sd, spread_m2=spread)
            total -= np.log(found.probability(round(case.seen.occupied_m2 / unit)) * 0.995 + 0.005 / 100)
        return total / len(cases)

    start = np.array([*np.log([0.4, 1.0, 0.15, 120.0]), 0.4])
    best = minimize(loss, start, method="Nelder-Mead", options={"maxfev": _TRIALS})
    t, base, growth, spread = np.exp(best.x[:4]).tolist()
    errors = Errors(t, float(best.x[4]), (base, growth), spread)
    print(f"{errors}, loss {best.fun:.3f}", flush=True)
    return errors


def _document(networks: Sequence[dict[str, Any]], errors: Errors) -> str:
    first, second = ({name: np.round(values, 4).tolist() for name, values in one.items()} for one in networks)
    table = {
        "name": "zones-2",
        "features": (*FEATURES, *CONTEXT),
        "temperature": round(errors.temperature, 4),
        "offset": round(errors.offset, 4),
        "scene_sd": [round(v, 4) for v in errors.scene_sd],
        "spread_m2": round(errors.spread_m2, 2),
        "first": first,
        "second": second,
    }
    return json.dumps(table, indent=None, separators=(",", ":")) + "\n"


def fit(learnt: Iterable[Place], held: Iterable[Place]) -> str:
    """Return the weights' JSON."""
    rng = np.random.default_rng(5)
    both = []
    cases = [case for place in learnt for case in cases_of(place)]
    picks = [_picked(case, rng) for case in cases]
    numbers = [c.numbers.reshape(-1, len(FEATURES))[at] for c, (at, _) in zip(cases, picks, strict=True)]
    x = np.concatenate(numbers).astype(np.float64)
    y = np.concatenate([truth for _, truth in picks])
    print(f"{len(x)} cells, shares {y.mean(axis=0).round(3)}", flush=True)
    first = fit_network(x, y, _FIRST, rng)
    reader = Network(**first)
    for case, (at, _) in zip(cases, picks, strict=True):
        thought = reader.judge(case.numbers)
        around = context(thought.logit, thought.hidden, case.share)
        both.append(around.reshape(-1, len(CONTEXT))[at])
    second = fit_network(np.concatenate([x, np.concatenate(both)], axis=1), y, _SECOND, rng)
    model = read_cell_model(_document((first, second), _UNFITTED))
    del cases
    return _document((first, second), fit_errors([case for p in held for case in cases_of(p)], model))


def main() -> None:
    """Draw, fit, write."""
    text = fit((draw_place(seed, scenes=18) for seed in FIT), (draw_place(seed, scenes=18) for seed in CALIBRATE))
    TARGET.write_text(text, encoding="utf-8")
    print(f"wrote {TARGET} ({len(text) / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
