"""Draw yards, cut labelled strips from them, fit the network, write the weights."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from wayside.counting.calibration import to_json
from wayside.counting.network import EmissionNetwork
from wayside.pipeline.calibrate import calibrate
from wayside.pipeline.files import write_bytes
from wayside.rendering.examples import draw_examples
from wayside.training.pieces import Pieces, cut, join

__all__ = ["draw_pieces", "train"]

_HELD_OUT_YARDS = 14


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


def train(out: Path, *, yards: int, epochs: int, seed: int, jobs: int, log: Callable[[str], None]) -> None:
    """Make the weights and the constants that belong to them: draw, fit, export, calibrate.

    Args:
        out: the ONNX file; the constants go beside it, under the same name with ``.json``.
        yards: number of drawn yards to train on.
        epochs: passes over their strips.
        seed: decides everything.
        jobs: processes that draw.
        log: takes a line of progress.
    """
    from wayside.training.fit import FitSettings, export, fit  # noqa: PLC0415  torch is an extra

    first = seed * 1_000_000
    pieces = draw_pieces(yards, first, jobs, log)
    net = fit(pieces, FitSettings(epochs=epochs, seed=seed), log)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_suffix(".partial")
    export(net, partial)
    # Yards beyond those that were trained on, at a distance that no number of yards reaches.
    held_out = range(first + 900_000, first + 900_000 + _HELD_OUT_YARDS)
    calibration = calibrate(EmissionNetwork(partial, threads=2), held_out, log)
    partial.replace(out)
    write_bytes(out.with_suffix(".json"), (json.dumps(to_json(calibration), indent=1) + "\n").encode())
    log(f"wrote {out} ({out.stat().st_size} bytes) and its constants")
