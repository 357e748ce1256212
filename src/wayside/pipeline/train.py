"""Draw yards, cut labelled strips from them, fit the network, write the weights."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from wayside.errors import InputError, OutsideError
from wayside.pipeline.files import write_bytes
from wayside.rendering.examples import draw_examples
from wayside.training.pieces import Pieces, cut, join

__all__ = ["Trained", "draw_pieces", "train"]

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training left.

    Attributes:
        out: the ONNX file.
        size: its bytes.
        sha256: its digest, hexadecimal.
        yards: yards drawn.
        pieces: training pieces cut from them.
        epochs: passes over the pieces.
        seed: decided everything but the order of floating-point sums.
    """

    out: str
    size: int
    sha256: str
    yards: int
    pieces: int
    epochs: int
    seed: int

    def to_json(self) -> dict[str, object]:
        """Return it under its own names."""
        return asdict(self)


def _yard_pieces(seed: int) -> Pieces | None:
    rng = np.random.default_rng([seed, 7])
    lots = [p for strips in draw_examples(seed) if strips and (p := cut(strips, rng)) is not None]
    return join(lots) if lots else None


def draw_pieces(yards: int, first_seed: int, jobs: int, log: Log) -> Pieces:
    """Draw ``yards`` yards with seeds from ``first_seed`` and return their training pieces in order of seed.

    Raises:
        InputError: no track of these yards is long enough for a piece.
    """
    seeds = range(first_seed, first_seed + yards)
    found: list[Pieces] = []
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, pieces in enumerate(pool.map(_yard_pieces, seeds, chunksize=2), start=1):
            if pieces is not None:
                found.append(pieces)
            if done % 50 == 0 or done == yards:
                log(f"{done}/{yards} yards, {sum(len(p.inputs) for p in found)} pieces")
    if not found:
        raise InputError("no piece of track to learn from was drawn", where="--yards", todo="Draw more yards")
    return join(found)


def train(out: Path, *, yards: int, epochs: int, seed: int, jobs: int, log: Log) -> Trained:
    """Make the weights: draw, fit, export.

    Args:
        out: the ONNX file to write; it appears whole or not at all.
        yards: how many yards to draw, 1 or more.
        epochs: passes over their pieces, 1 or more.
        seed: decides everything, 0 or more.
        jobs: processes that draw.
        log: is told how far it is, a line at a time.

    Raises:
        InputError: torch is not installed, or nothing to learn from was drawn.
        OutsideError: the file cannot be written.
    """
    try:
        from wayside.training.fit import FitSettings, exported, fit  # noqa: PLC0415  torch is an extra
    except ModuleNotFoundError as fault:
        raise InputError(
            f"training needs {fault.name}, which is not installed", todo="Install it: pip install 'wayside[train]'"
        ) from fault
    _writable(out)  # before hours of work
    pieces = draw_pieces(yards, seed * 1_000_000, jobs, log)
    data = exported(fit(pieces, FitSettings(epochs=epochs, seed=seed), log))
    write_bytes(out, data)
    digest = hashlib.sha256(data).hexdigest()
    return Trained(str(out), len(data), digest, yards, len(pieces.inputs), epochs, seed)


def _writable(out: Path) -> None:
    if out.is_dir():
        raise InputError("this is a folder, not a file", where=str(out), todo="Name a file, like strip-net.onnx")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutsideError(f"its folder cannot be made ({fault.strerror})", where=str(out)) from fault
