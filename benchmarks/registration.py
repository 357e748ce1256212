"""Register pairs of pictures with known shifts, drawn and real, beside what else could be run, and write the page.

    python benchmarks/registration.py [--packages DIR] [--peers PYTHON] [--rows build/registration.jsonl]

Real pictures lie beside the checkout (../shared, or where WAYSIDE_SHARED points). More real pictures, among them two
dates of one place, come from the source archives of public packages, unpacked in ``--packages`` (registration/real.py
names them); without them those rows are left out, and the page says so. ``--peers`` is a Python with scikit-image and
OpenCV.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from registration.chained import Chained, chained
from registration.drawn import SHIFTS_M, drawn_pairs
from registration.page import write_page
from registration.pairs import Pair
from registration.real import CHANGES, band_pairs, date_pairs, made_pair, pictures, unrelated_pairs
from registration.run import Row, measure

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))
FIRST_YARD = 1000
"""The constants were fitted on the yards 0 to 99."""
_BATCH = 100


def real_pairs(shared: Path, packages: Path | None, seed: int) -> Iterator[Pair]:
    """Yield every real pair; a picture larger than a piece of ground gives five of each kind."""
    rng = np.random.default_rng(seed)
    found = list(pictures(shared, packages))
    turn = itertools.cycle(SHIFTS_M)
    for picture in found:
        for change in CHANGES:
            for _ in range(1 if picture.gsd_m == picture.cell_m else 5):
                yield made_pair(picture, next(turn), change, rng)
    if packages is not None:
        yield from band_pairs(packages, rng)
        yield from date_pairs(packages, rng)
    yield from unrelated_pairs([p.grey for p in found if p.gsd_m == p.cell_m], rng, 200)


def all_pairs(shared: Path, packages: Path | None, yards: int, seed: int) -> Iterator[Pair]:
    """Yield all pairs, real ones first."""
    if shared.is_dir():
        yield from real_pairs(shared, packages, seed)
    for k in range(yards):
        yield from drawn_pairs(FIRST_YARD + k)


def _measured(arguments: argparse.Namespace) -> Iterator[Row]:
    pairs = all_pairs(arguments.shared, arguments.packages, arguments.yards, arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        while batch := list(itertools.islice(pairs, _BATCH)):
            yield from measure(batch, arguments.peers, Path(folder))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder that holds imagery/")
    parser.add_argument("--packages", type=Path, help="folder of unpacked source archives")
    parser.add_argument("--peers", type=Path, help="a Python with scikit-image and OpenCV")
    parser.add_argument("--yards", type=int, default=32, help="how many yards to draw")
    parser.add_argument("--chains", type=int, default=12, help="how many yards to draw over a winter")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument(
        "--rows", type=Path, default=ROOT / "build" / "registration.jsonl", help="what was found, to keep"
    )
    parser.add_argument("--again", action="store_true", help="write the page from the rows that are kept")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "registration.md")
    return parser.parse_args()


def main() -> None:
    """Measure and write."""
    arguments = _arguments()
    if not arguments.again:
        arguments.rows.parent.mkdir(parents=True, exist_ok=True)
        with arguments.rows.open("w") as target:
            for row in _measured(arguments):
                target.write(json.dumps(dataclasses.asdict(row)) + "\n")
        found = [c for k in range(arguments.chains) for c in chained(FIRST_YARD + k)]
        _chains_file(arguments.rows).write_text("".join(json.dumps(dataclasses.asdict(c)) + "\n" for c in found))
    rows = [Row(**json.loads(line)) for line in arguments.rows.read_text().splitlines()]
    chains = [Chained(**json.loads(line)) for line in _chains_file(arguments.rows).read_text().splitlines()]
    arguments.page.write_text(write_page(rows, chains))


def _chains_file(rows: Path) -> Path:
    return rows.with_name(f"{rows.stem}-chains.jsonl")


if __name__ == "__main__":
    main()
