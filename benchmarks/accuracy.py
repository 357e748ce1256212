"""Count every labelled real image, as taken and made worse, and write docs/accuracy.md, good or bad.

    make accuracy        (or: python benchmarks/accuracy.py)

Needs the real input beside the checkout (../shared, or where WAYSIDE_SHARED points). Other counters stand beside this
one where their results are given; ``--write-images DIR`` writes the same images, with labels, for them to count.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from accuracy import ROOT, failures, figure, page, peers
from accuracy.run import Results, parse_weights, run
from counting_cases import all_cases
from counting_ground import ground_cases, road_cases

SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))
PAGE = ROOT / "docs" / "accuracy.md"
FIGURE = ROOT / "docs" / "images" / "reliability.png"
PICTURES = ROOT / "build" / "accuracy"
PEERS = ROOT / "build" / "peers"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder that holds imagery/")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--figure", type=Path, default=FIGURE, help="the reliability diagram to write")
    parser.add_argument(
        "--also",
        action="append",
        default=[],
        metavar="NAME=WEIGHTS.onnx:CONSTANTS.json",
        help="other weights, reported beside the shipped ones; may be repeated",
    )
    parser.add_argument(
        "--peer",
        action="append",
        type=Path,
        default=[],
        help="results of another counter (JSON); may be repeated; build/peers/*.json where none is given",
    )
    parser.add_argument("--write-images", type=Path, metavar="DIR", help="only write the images and their labels")
    parser.add_argument("--no-pictures", action="store_true", help="draw no strips of failures")
    return parser.parse_args()


def _write(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _report(results: Results, arguments: argparse.Namespace) -> None:
    arguments.figure.parent.mkdir(parents=True, exist_ok=True)
    figure.draw(results.shipped.new(results.shipped.images), arguments.figure)
    if not arguments.no_pictures:
        for file in failures.draw(results, PICTURES):
            sys.stdout.write(f"wrote {file}\n")
    _write(arguments.page, page.page(results, figure=os.path.relpath(arguments.figure, arguments.page.parent)))
    sys.stdout.write(f"wrote {arguments.page}\n")


def main() -> int:
    """Write the page."""
    arguments = _arguments()
    if not arguments.shared.is_dir():
        sys.stderr.write(f"the real input is not here: {arguments.shared} (set WAYSIDE_SHARED to its folder)\n")
        return 2
    if arguments.write_images:
        arguments.write_images.mkdir(parents=True, exist_ok=True)
        for case in all_cases(arguments.shared, arguments.write_images):
            sys.stdout.write(f"{case.name}\t{case.gsd_m:g}\t{case.image}\t{case.geojson}\n")
        return 0
    others = peers.read_all(arguments.peer or sorted(PEERS.glob("*.json")))
    with tempfile.TemporaryDirectory() as folder:
        cases = all_cases(arguments.shared, Path(folder))
        taken = [case for case in cases if not case.treatment]
        ground = ground_cases(arguments.shared, Path(folder)) + road_cases(taken, Path(folder))
        weights = [parse_weights(text) for text in arguments.also]
        _report(run(cases, ground, weights, others), arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
