"""Ranks, coverage and reliability of the series over many simulated sites; writes docs/calibration.md, good or bad.

    python benchmarks/series_calibration.py [--sites 64] [--drawn 512]

An hour or two on two cores. Every site's row is kept in build/calibration as soon as it is scored, so that a run that
was stopped goes on where it was; rows of another state of the series' source are not used unless --rows names them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from calibration import ROOT, figures
from calibration.page import page
from calibration.run import fingerprint, jobs, rows, run
from calibration.trial import trial

from wayside.series import SeriesSettings

PAGE = ROOT / "docs" / "calibration.md"
ROWS = ROOT / "build" / "calibration"
TRIALS = 8


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=64, help="quiet and as many rising sites of each kind")
    parser.add_argument("--drawn", type=int, default=512, help="sites drawn from the model")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--rows", type=Path, help="rows to go on with, whatever source they come from")
    parser.add_argument("--page-only", action="store_true", help="score nothing more, write the page from the rows")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write; its images go beside it")
    return parser.parse_args()


def main() -> int:
    """Score what is not yet scored and write the page."""
    arguments = _arguments()
    source = fingerprint()
    file: Path = arguments.rows or ROWS / f"rows-{source}.jsonl"
    if not arguments.page_only:
        todo = jobs(arguments.sites, arguments.drawn)
        kept = rows(file)[0] if arguments.rows else None
        for done, _ in enumerate(run(todo, file, workers=arguments.workers, source=kept or source), start=1):
            if done % 50 == 0:
                sys.stderr.write(f"{done} more of {len(todo)} sites\n")
    _, scored = rows(file)
    if not scored:
        sys.stderr.write(f"no rows in {file}\n")
        return 2
    pictures = figures.draw_all(scored, arguments.page.parent / "images")
    text = page(scored, [trial(seed, SeriesSettings()) for seed in range(TRIALS)], pictures)
    temporary = arguments.page.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(arguments.page)
    sys.stdout.write(f"wrote {arguments.page} from {len(scored)} sites\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
