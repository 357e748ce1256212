"""What each part of the drawing and of the training is worth: small trainings that leave one part out.

    make ablation       (or: python benchmarks/ablation.py --out build/ablation.json)

Needs the extra [train], and the real input beside the checkout (../shared, or where WAYSIDE_SHARED points). Each row is
one small training of one seed, so differences of a few hundredths are noise. Rows that are in the file already stay.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from wayside.counting.emission import Emission
from wayside.counting.fitting import count_distributions, fit_settings, log_likelihoods
from wayside.counting.network import EmissionNetwork
from wayside.counting.potentials import DecoderSettings
from wayside.model.strips import LabelledStrip
from wayside.pipeline.calibrate import HeldOut, draw_held_out, read_held_out
from wayside.pipeline.learning import ground_pieces
from wayside.pipeline.train import GROUND_LINES, draw_pieces
from wayside.training.fit import FitSettings, exported, fit
from wayside.training.pieces import Pieces, join
from wayside.wiring.learning import learning_images
from wayside.wiring.pixels import FilePixels
from wayside.wiring.services import read_site

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared")) / "imagery"
FIRST_SEED, HELD_OUT = 1_000_000, range(1_900_000, 1_900_016)
NAMES = ("tau_occupied", "tau_boundary", "bias_boundary")
START = DecoderSettings(tau_occupied=0.15, tau_boundary=1.2, bias_boundary=1.0)


class Row(NamedTuple):
    """One training: what it leaves out of the drawing, what it does to the pieces, how it is fitted."""

    without: tuple[str, ...] = ()
    ground: bool = True
    change: Callable[[Pieces], Pieces] | None = None
    settings: FitSettings = FitSettings()


def _narrow(pieces: Pieces) -> Pieces:
    """Hide what lies more than 3 m beside the line."""
    inputs = pieces.inputs.copy()
    inputs[:, :, :10] = 0
    inputs[:, :, -10:] = 0
    return pieces._replace(inputs=inputs)


def _only_tracks(pieces: Pieces) -> Pieces:
    """Leave out the strips that lie along no track."""
    on = (pieces.rail == 1).mean(axis=1) > 0.2
    return Pieces._make(values[on] for values in pieces)


def _half(pieces: Pieces) -> Pieces:
    return Pieces._make(values[: len(values) // 2] for values in pieces)


def rows(epochs: int) -> dict[str, Row]:
    """Return every training by its name."""
    usual = FitSettings(epochs=epochs, threads=1)
    return {
        "everything": Row(settings=usual),
        "no segmental loss": Row(settings=usual._replace(segment_weight=0.0)),
        "only 3 m to each side": Row(change=_narrow, settings=usual),
        "no strips beside the tracks": Row(change=_only_tracks, settings=usual),
        "half the yards": Row(change=_half, settings=usual),
        "no real ground": Row(ground=False, settings=usual),
        "no cast shadows": Row(("shadows",), settings=usual),
        "no lean": Row(("lean",), settings=usual),
        "one clean sensor": Row(("sensor",), settings=usual),
    }


class Real(NamedTuple):
    """The tracks of one labelled image, as the network sees them, and their true numbers."""

    name: str
    strips: tuple[Any, ...]
    truth: tuple[tuple[int, int, int], ...]


def real_images() -> tuple[Real, ...]:
    """Read every labelled image."""
    found = []
    for path in sorted(SHARED.glob("*.geojson")):
        document = json.loads(path.read_text(encoding="utf-8"))
        image, reader = path.parent / document["image"], FilePixels()
        facts = reader.describe(image, gsd_m=document["gsd_m"], crs=None)
        strips = reader.read_strips(image, read_site(path).tracks, facts=facts, shift=None).strips
        by_id = {f["properties"]["id"]: f["properties"] for f in document["features"]}
        truth = [tuple(by_id[s.track_id][k] for k in ("cars_min", "cars", "cars_max")) for s in strips]
        found.append(Real(path.stem, tuple(strips), tuple(truth)))
    return tuple(found)


def _drawn_score(scenes: Sequence[HeldOut], settings: DecoderSettings) -> dict[str, float]:
    emissions: list[Emission] = [e for scene in scenes for e in scene.emissions]
    counts = [n for scene in scenes for n in scene.counts]
    found = count_distributions(emissions, settings)
    likely = np.maximum(log_likelihoods(emissions, counts, settings), -8.0)
    errors = [d.mean - n for d, n in zip(found, counts, strict=True)]
    return {"drawn_mae": float(np.abs(errors).mean()), "drawn_nats": float(-likely.mean())}


def score(network: EmissionNetwork, drawn: Sequence[Sequence[LabelledStrip]], images: Sequence[Real]) -> dict[str, Any]:
    """Fit the decoder on half of the held-out drawn scenes; score the other half, and the real images."""
    scenes = read_held_out(network, drawn)
    fit_on = [s for k, s in enumerate(scenes) if k % 2 == 0]
    emissions = [e for s in fit_on for e in s.emissions]
    counts = [n for s in fit_on for n in s.counts]
    settings = fit_settings(emissions, counts, START, names=NAMES, most_evaluations=25)
    result: dict[str, Any] = _drawn_score([s for k, s in enumerate(scenes) if k % 2], settings)
    errors, images_found = [], {}
    for image in images:
        counts_found = count_distributions(network.emissions(image.strips), settings)
        own = [d.mean - t[1] for d, t in zip(counts_found, image.truth, strict=True)]
        images_found[image.name] = [round(sum(d.mean for d in counts_found), 1), sum(t[1] for t in image.truth)]
        errors += own
    result.update(real_mae=float(np.abs(errors).mean()), real_bias=float(np.mean(errors)), images=images_found)
    return result


def main() -> None:
    """Train what is not in the file yet."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "ablation.json")
    parser.add_argument("--yards", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", help="names of rows; all where none is given")
    arguments = parser.parse_args()
    done: dict[str, Any] = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    images, learning = real_images(), learning_images((), SHARED / "ground")
    bare = ground_pieces(learning, GROUND_LINES // 4, 1)
    held_out = draw_held_out(HELD_OUT)
    drawn: dict[tuple[tuple[str, ...], bool], Pieces] = {}
    for name, row in rows(arguments.epochs).items():
        if name in done or (arguments.only and name not in arguments.only):
            continue
        key = (row.without, row.ground)
        if key not in drawn:
            source = learning if row.ground else None
            drawn.clear()
            drawn[key] = draw_pieces(
                arguments.yards, FIRST_SEED, arguments.jobs, print, learning=source, without=row.without
            )
        pieces = row.change(drawn[key]) if row.change else drawn[key]
        pieces = join([pieces, bare]) if row.ground and bare is not None and row.change is not _only_tracks else pieces
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.onnx"
            path.write_bytes(exported(fit(pieces, row.settings, print)))
            done[name] = {"pieces": len(pieces.inputs), **score(EmissionNetwork(path), held_out, images)}
        print(name, done[name], flush=True)
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(json.dumps(done, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
