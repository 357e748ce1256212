"""``wayside train``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.train import Trained

__all__ = ["train"]


def train(
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The ONNX file to write; the package's own stays as it is.")
    ] = Path("strip-net.onnx"),
    yards: Annotated[int, typer.Option("--yards", metavar="NUMBER", min=1, help="How many yards to draw.")] = 420,
    epochs: Annotated[int, typer.Option("--epochs", metavar="NUMBER", min=1, help="Passes over their strips.")] = 6,
    seed: Annotated[int, typer.Option("--seed", metavar="NUMBER", min=0, help="Draws other yards.")] = 1,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="NUMBER", min=0, help="Processes that draw; 0 for one per processor.")
    ] = 0,
    learn: Annotated[
        list[Path] | None,
        typer.Option(
            "--learn",
            metavar="FILE",
            help="GeoJSON of labelled tracks (cars, gaps) of an image beside it, to learn from at the end; repeatable.",
        ),
    ] = None,
    ground: Annotated[
        Path | None,
        typer.Option(
            "--ground",
            metavar="DIR",
            help="Pictures of ground without railways, 0.3 m a pixel, to draw on.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    held_out: Annotated[
        int,
        typer.Option("--held-out", metavar="NUMBER", min=0, help="Further yards, to fit the decoder on; 0 for none."),
    ] = 48,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Train the network that reads strips, on drawn yards (needs the extra: pip install 'wayside[train]')."""
    from wayside.pipeline.executing import default_jobs  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.train import TrainPlan  # noqa: PLC0415
    from wayside.pipeline.train import train as run  # noqa: PLC0415
    from wayside.wiring.learning import learning_images  # noqa: PLC0415

    real = learning_images(tuple(learn or ()), ground)
    plan = TrainPlan(yards, epochs, seed, jobs or default_jobs(), held_out)
    found = run(out, plan, _log, learning=real)
    emit(Outcome(found.to_json(), lambda console: _show(console, found)), as_json=as_json)


def _log(line: str) -> None:
    """Tell how far it is; standard output is for the result alone."""
    sys.stderr.write(f"{line}\n")


def _show(console: Console, found: Trained) -> None:
    console.print(
        f"{plain(found.out)}: {found.size:,} bytes, from {found.pieces} pieces of {found.yards} yards in "
        f"{found.epochs} epochs (seed {found.seed})\nsha256 {found.sha256}"
    )
