"""When is a rise noticed, at how many false alarms: wayside beside other methods, on simulated and real series.

    python benchmarks/detection.py [--sites 20] [--peers PYTHON] [--rscript Rscript] [--raw build/detection.json]

``--peers`` is a Python with ruptures, bayesian_changepoint_detection and statsmodels; Farrington's method and the real
series need R with the packages surveillance and boot. What is absent is left out, and the page says so. What all
methods said is kept in ``--raw``; with ``--again`` the tables and the figure are made from that file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import warnings
from pathlib import Path

# One thread to a process: there are as many processes as cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from detection.gather import Plan, gather
from detection.page import write_page

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))


def main() -> None:
    """Run, and write docs/detection.md and its figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=20, help="quiet sites of each kind, and as many with a rise")
    parser.add_argument("--dated", type=int, default=8, help="of these, for the dated event")
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peers", help="a Python with the other packages")
    parser.add_argument("--rscript", default=shutil.which("Rscript"))
    parser.add_argument("--raw", type=Path, default=ROOT / "build" / "detection.json")
    parser.add_argument("--again", action="store_true", help="take what the last run said from --raw")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "detection.md")
    given = parser.parse_args()
    if not given.again:
        dated = min(given.dated, given.sites)
        plan = Plan(given.sites, dated, given.seed, given.jobs, given.peers, given.rscript, SHARED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            raw = gather(plan, print)
        given.raw.parent.mkdir(parents=True, exist_ok=True)
        given.raw.write_text(json.dumps(raw))
    write_page(json.loads(given.raw.read_text()), given.page)


if __name__ == "__main__":
    main()
