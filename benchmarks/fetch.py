"""What it costs to fetch a site from many scenes, beside others that load the rectangle around it.

    python benchmarks/fetch.py [--peers PYTHON] [--rows build/fetch.jsonl]

Draws scenes of 10,000 x 10,000 pixels of three bands, and serves them, with a STAC API over them, from a process of its
own, which may wait before every answer as a server far away would. ``wayside search --fetch`` leaves files in a
workspace; the others leave the rectangle's pixels in memory: odc-stac, stackstac, rasterio reading a window
(which one row stores, too), and httpx downloading whole files (of those, fewer scenes). ``--peers`` is a Python
that has them.

Rounds are interleaved, so that whatever else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fetch.run import OURS, OURS_UNCACHED, Job, Measured, measured, serving
from fetch.sites import SITES
from fetch.table import table

ROOT = Path(__file__).parents[1]
WINDOWED = ("rasterio", "rasterio, stored", "odc-stac", "stackstac")
WHOLE = "whole files"
_WHOLE_SCENES = 8


def _jobs(arguments: argparse.Namespace, wait_ms: float) -> Iterator[Job]:
    """Yield what is measured with one wait; what does not depend on the wait or the site with the first of them."""
    peers = arguments.peers is not None
    many, wait_s = arguments.scenes, wait_ms / 1000
    for name in arguments.sites:
        for method in (OURS, *(WINDOWED if peers else ())):
            yield Job(method, name, many, wait_s)
    if wait_ms == arguments.waits[0]:
        yield Job(OURS_UNCACHED, arguments.sites[0], many, wait_s)
        if peers:
            yield Job(WHOLE, arguments.sites[0], min(_WHOLE_SCENES, many), wait_s)


def _measured(arguments: argparse.Namespace) -> Iterator[Measured]:
    peers = (arguments.peers or Path(sys.executable)).absolute()
    for _ in range(arguments.rounds):
        for wait_ms in arguments.waits:
            with serving(arguments.folder, arguments.scenes, wait_ms / 1000) as url:
                for job in _jobs(arguments, wait_ms):
                    yield measured(job, arguments.folder, url, SITES[job.site], peers)


def _publish(folder: Path, scenes: int) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-m", "fetch.publish", str(folder), str(scenes)]
    subprocess.run(command, check=True, env=environment)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="a Python with odc-stac, stackstac, rasterio and httpx")
    parser.add_argument("--scenes", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sites", nargs="+", choices=list(SITES), default=list(SITES))
    parser.add_argument("--waits", nargs="+", type=float, default=[0.0, 20.0], help="before every answer, milliseconds")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fetch", help="for the scenes, 0.3 GB each")
    parser.add_argument("--rows", type=Path, default=ROOT / "build" / "fetch.jsonl", help="what was found, to keep")
    return parser.parse_args()


def main() -> None:
    """Measure, and print the table."""
    arguments = _arguments()
    _publish(arguments.folder, arguments.scenes)
    rows = []
    with arguments.rows.open("a") as kept:
        for row in _measured(arguments):
            rows.append(row)
            kept.write(json.dumps(dataclasses.asdict(row)) + "\n")
            kept.flush()
    print(table(rows, {name: site.name for name, site in SITES.items()}))


if __name__ == "__main__":
    main()
