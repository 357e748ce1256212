"""Draw yards, cut labelled strips from them, fit the network, write the weights."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from wayside.rendering.examples import draw_examples
from wayside.training.pieces import Pieces, cut, join

__all__ = ["draw_pieces", "train"]


def _yard_pieces(seed: int) -> Pieces | None:
    rng = np.random.default_rng([seed, 7])
    lots = [p for strips in draw_examples(seed) if strips and (p := cut(strips, rng)) is not None]
    return join(lots) if lots else None


def draw_pieces(yards: int, first_seed: int, jobs: int, log: Callable[[str], None]) -> Pieces:
    """Draw ``yards`` yards with seeds from ``first_seed`` and return their training pieces in order of seed."""
    seeds = range(first_seed, first_seed + yards)
    found: list[Pieces] = []
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, pieces in enumerate(pool.map(_yard_pieces, seeds, chunksize=2), start=1):
            if pieces is not None:
                found.append(pieces)
            if done % 50 == 0 or done == yards:
                log(f"{done}/{yards} yards, {sum(len(p.inputs) for p in found)} pieces")
    return join(found)


def train(
    out: Path, *, yards: int, epochs: int, seed: int, jobs: int, log: Callable[[str], None], batch: int = 128
) -> None:
    """Make the weights: draw, fit, export to ``out`` (an ONNX file)."""
    from wayside.training.fit import FitSettings, export, fit  # noqa: PLC0415  torch is an extra

    pieces = draw_pieces(yards, seed * 1_000_000, jobs, log)
    net = fit(pieces, FitSettings(epochs=epochs, seed=seed, batch=batch), log)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_suffix(".partial")
    export(net, partial)
    partial.replace(out)
    log(f"wrote {out} ({out.stat().st_size} bytes)")
