"""Draw yards, cut labelled strips from them, fit the network, write the weights."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.calibration import to_json
from wayside.counting.network import EmissionNetwork
from wayside.errors import InputError, OutsideError
from wayside.pipeline.calibrate import calibrate, draw_held_out
from wayside.pipeline.files import write_bytes
from wayside.pipeline.learning import LearningImages, ground_pieces, labelled_pieces, pictures
from wayside.rendering.examples import draw_examples
from wayside.training.pieces import Pieces, cut, join

__all__ = ["TrainPlan", "Trained", "draw_pieces", "train"]

LABEL_REPEATS, GROUND_LINES = 100, 8
"""How often each labelled track is read, and how many lines are laid over each picture of ground."""
TUNING_RATE, TUNING_SHARE = 1e-3, 3
"""When labels are learnt from: the learning rate, and one in how many drawn pieces is shown again beside them."""
HELD_OUT_FROM = 900_000
"""Seeds of the yards that are held out begin here, after those of the training."""
_ELSEWHERE = 2
"""Strips of each drawn image that lie along no track."""

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


class _Drawing(NamedTuple):
    """What a process needs to draw one yard."""

    seed: int
    learning: LearningImages | None
    without: tuple[str, ...]


@lru_cache(maxsize=1)
def _textures(learning: LearningImages | None) -> tuple[NDArray[np.uint8], ...]:
    """Read the pictures of ground, once in every process."""
    return () if learning is None else pictures(learning)


def _yard_pieces(drawing: _Drawing) -> Pieces | None:
    rng = np.random.default_rng([drawing.seed, 7])
    textures = _textures(drawing.learning)
    scenes = draw_examples(drawing.seed, elsewhere=_ELSEWHERE, textures=textures, without=drawing.without)
    lots = [p for strips in scenes if strips and (p := cut(strips, rng)) is not None]
    return join(lots) if lots else None


def draw_pieces(
    yards: int,
    first_seed: int,
    jobs: int,
    log: Log,
    *,
    learning: LearningImages | None = None,
    without: tuple[str, ...] = (),
) -> Pieces:
    """Draw ``yards`` yards with seeds from ``first_seed`` and return their training pieces in order of seed.

    Half of the yards lie on real ground where ``learning`` has pictures of any; ``without`` is as in
    ``draw_examples``.

    Raises:
        InputError: no track of these yards is long enough for a piece.
    """
    drawings = [_Drawing(seed, learning, without) for seed in range(first_seed, first_seed + yards)]
    found: list[Pieces] = []
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, pieces in enumerate(pool.map(_yard_pieces, drawings, chunksize=2), start=1):
            if pieces is not None:
                found.append(pieces)
            if done % 50 == 0 or done == yards:
                log(f"{done}/{yards} yards, {sum(len(p.inputs) for p in found)} pieces")
    if not found:
        raise InputError("no piece of track to learn from was drawn", where="--yards", todo="Draw more yards")
    return join(found)


class TrainPlan(NamedTuple):
    """How much to draw and how long to learn.

    Attributes:
        yards: how many yards to draw, 1 or more.
        epochs: passes over their pieces, 1 or more.
        seed: decides everything, 0 or more.
        jobs: processes that draw and train.
        held_out: further yards, on which the decoder and the scenes' error are fitted; 0 leaves that out.
    """

    yards: int
    epochs: int
    seed: int
    jobs: int
    held_out: int = 0


def train(out: Path, plan: TrainPlan, log: Log, *, learning: LearningImages | None = None) -> Trained:
    """Make the weights: draw, fit, export; learn from real labels, where there are any; fit the decoder.

    Args:
        out: the ONNX file to write, with the decoder's constants beside it as JSON; each appears whole or not at all.
            With labels, what was learnt without them is written too, as ``NAME-drawn.onnx``: accuracy on the
            labelled images is measured with that.
        plan: how much and how long.
        log: is told how far it is, a line at a time.
        learning: real images to learn from.

    Raises:
        InputError: torch is not installed, nothing to learn from was drawn, or labels are damaged.
        ImageError: a real image is.
        OutsideError: a file cannot be written.
    """
    try:
        from wayside.training.fit import FitSettings, exported  # noqa: PLC0415  torch is an extra
        from wayside.training.parallel import fit_parallel  # noqa: PLC0415
    except ModuleNotFoundError as fault:
        raise InputError(
            f"training needs {fault.name}, which is not installed", todo="Install it: pip install 'wayside[train]'"
        ) from fault
    _writable(out)  # before hours of work
    real = labelled_pieces(learning, LABEL_REPEATS, plan.seed) if learning else None
    bare = ground_pieces(learning, GROUND_LINES, plan.seed) if learning else None
    pieces = draw_pieces(plan.yards, plan.seed * 1_000_000, plan.jobs, log, learning=learning)
    drawn = pieces if bare is None else join([pieces, bare])
    net = fit_parallel(drawn, FitSettings(epochs=plan.epochs, seed=plan.seed), log, processes=plan.jobs)
    first = out if real is None else out.with_name(f"{out.stem}-drawn{out.suffix}")
    ground = ("ground",) if bare is not None else ()
    written = [_Written(first, exported(net), ground)]
    if real is not None and learning is not None:
        log(f"{len(real.inputs)} pieces of labelled images")
        few = Pieces._make(values[::TUNING_SHARE] for values in drawn)
        tuned = fit_parallel(
            join([few, real]),
            FitSettings(epochs=1, seed=plan.seed, rate=TUNING_RATE),
            log,
            processes=plan.jobs,
            begin=net,
        )
        written.append(_Written(out, exported(tuned), (*(path.stem for path in learning.labels), *ground)))
    for path, data, _ in written:
        write_bytes(path, data)
    if plan.held_out:
        _calibrated(written, plan, log)
    data = written[-1].data
    digest = hashlib.sha256(data).hexdigest()
    return Trained(str(out), len(data), digest, plan.yards, len(drawn.inputs), plan.epochs, plan.seed)


class _Written(NamedTuple):
    """An ONNX file, its bytes, and the real images that it learnt from."""

    path: Path
    data: bytes
    learnt_from: tuple[str, ...]


def _calibrated(written: Sequence[_Written], plan: TrainPlan, log: Log) -> None:
    """Fit the constants that belong to each of the weights, and write them beside them."""
    first = plan.seed * 1_000_000 + HELD_OUT_FROM
    scenes = draw_held_out(range(first, first + plan.held_out))
    for path, _, learnt_from in written:
        found = replace(calibrate(EmissionNetwork(path), scenes, log), learnt_from=learnt_from)
        write_bytes(path.with_suffix(".json"), (json.dumps(to_json(found), indent=1) + "\n").encode())


def _writable(out: Path) -> None:
    if out.is_dir():
        raise InputError("this is a folder, not a file", where=str(out), todo="Name a file, like strip-net.onnx")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutsideError(f"its folder cannot be made ({fault.strerror})", where=str(out)) from fault
