"""Draw trains at two dates, count them, recognise them again, and write docs/consists.md, good or bad.

    python benchmarks/consists.py [--rounds 72-104] [--readings build/consists/readings.jsonl]

Drawing and counting take about 7 s a round and core; readings that are there are used again.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

# One thread: the machine may have better to do.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from consists.families import FAMILY_GSDS, families
from consists.page import page
from consists.readings import Reading, from_json, to_json
from consists.score import PAIRS_OF_GSD, score

from wayside.consists.settings import ConsistSettings

ROOT = Path(__file__).parents[1]
SEED = 2023
OTHERS = 5
"""How many other rounds each is set beside."""


def _rounds(text: str) -> tuple[int, ...]:
    """Return the numbers of "72-104"."""
    parts = [[int(end) for end in part.split("-")] for part in text.split(",")]
    return tuple(number for part in parts for number in range(part[0], part[-1] + 1))


def _readings(path: Path, rounds: Sequence[int]) -> list[Reading]:
    """Return the readings of some rounds; those that the file lacks are made and added to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    known = [from_json(json.loads(line)) for line in lines]
    there = {_round(reading) for reading in known}
    for number in rounds:
        if number not in there:
            from consists.drawn import read_round  # noqa: PLC0415  the network is loaded only where it is needed

            fresh = list(read_round(number, SEED))
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(to_json(reading)) + "\n" for reading in fresh))
            known += fresh
    wanted = set(rounds)
    return sorted((r for r in known if _round(r) in wanted), key=lambda r: (_round(r), r.scene, r.gsd_m))


def _round(reading: Reading) -> int:
    return int(reading.scene.split("-")[0])


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", default="72-104", help="rounds that the tables are made of")
    parser.add_argument("--readings", type=Path, default=ROOT / "build" / "consists" / "readings.jsonl")
    parser.add_argument("--scores", type=Path, default=ROOT / "build" / "consists" / "scores.jsonl")
    parser.add_argument("--sites", type=Path, default=ROOT / "build" / "consists" / "sites.jsonl")
    parser.add_argument("--again", action="store_true", help="make the page from the scores of the last run")
    parser.add_argument("--cost", default="", help="a sentence on speed")
    arguments = parser.parse_args()
    if not arguments.again:
        readings = _readings(arguments.readings, _rounds(arguments.rounds))
        begin = time.process_time()
        with arguments.scores.open("w", encoding="utf-8") as file:
            for gsds in PAIRS_OF_GSD:
                for row in score(readings, gsds, ConsistSettings()):
                    file.write(json.dumps(row) + "\n")
        with arguments.sites.open("w", encoding="utf-8") as file:
            for gsd in FAMILY_GSDS:
                for row in families(readings, gsd, ConsistSettings(), OTHERS):
                    file.write(json.dumps(row) + "\n")
        print(f"scored in {time.process_time() - begin:.0f} s of processor time")
    rows = [json.loads(line) for line in arguments.scores.read_text(encoding="utf-8").splitlines()]
    sites = [json.loads(line) for line in arguments.sites.read_text(encoding="utf-8").splitlines()]
    text = page(rows, sites, rounds=arguments.rounds, settings=ConsistSettings(), cost=arguments.cost)
    (ROOT / "docs" / "consists.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
