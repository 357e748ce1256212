"""Pins the floors of the coverage gate: `python tests/gates/coverage_repin.py [--because REASON]`.

A floor is only ever raised. To lower one, say why; the reason is kept in the file, beside the floor that it lowered.
`--show` only prints the scores. Printed and pinned are sums over sets of texts, nothing of a single one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import coverage_measure
import floors

HERE = Path(__file__).parent
FLOORS = HERE / "coverage_floors.json"
measure = coverage_measure.measure


def show() -> int:
    """Print all scores."""
    shared = Path(os.environ.get("WAYSIDE_SHARED", HERE.parents[2] / "shared"))
    sys.stdout.write(coverage_measure.table(measure(shared)))
    return 0


def pin() -> int:
    """Pin the scores, and print them."""
    kept = {}

    def measured(shared: Path) -> dict[str, object]:
        kept.update(measure(shared))
        return kept

    done = floors.main(FLOORS, measured, __doc__)
    sys.stdout.write(f"{coverage_measure.table(kept)}\nFor docs/coverage.md:\n\n{coverage_measure.documented(kept)}\n")
    return done


if __name__ == "__main__":
    sys.exit(show() if "--show" in sys.argv[1:] else pin())
