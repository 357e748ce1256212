"""Draw trains at two dates, count them, recognise them again, and write docs/consists.md, good or bad.

    python benchmarks/consists.py [--rounds 72] [--readings build/consists/readings.jsonl] [--from 36]

Drawing and counting take about 7 s a round and core; readings that are there are used again.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

# One thread: the machine may have better to do.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from consists.page import page
from consists.readings import Reading, from_json, to_json
from consists.score import PAIRS_OF_GSD, score

from wayside.consists.settings import ConsistSettings

ROOT = Path(__file__).parents[1]
SEED = 2023


def _readings(path: Path, rounds: int) -> list[Reading]:
    if not path.is_file():
        from consists.drawn import read_round  # noqa: PLC0415  the network is loaded only where it is needed

        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            for number in range(rounds):
                for reading in read_round(number, SEED):
                    file.write(json.dumps(to_json(reading)) + "\n")
        new.replace(path)
    with path.open(encoding="utf-8") as file:
        return [from_json(json.loads(line)) for line in file]


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=72)
    parser.add_argument("--from", type=int, default=36, dest="first", help="first round that the tables are made of")
    parser.add_argument("--shuffles", type=int, default=999)
    parser.add_argument("--readings", type=Path, default=ROOT / "build" / "consists" / "readings.jsonl")
    parser.add_argument("--scores", type=Path, default=ROOT / "build" / "consists" / "scores.jsonl")
    parser.add_argument("--again", action="store_true", help="make the page from the scores of the last run")
    parser.add_argument("--cost", default="", help="a sentence on speed")
    arguments = parser.parse_args()
    if not arguments.again:
        readings = [r for r in _readings(arguments.readings, arguments.rounds)
                    if int(r.scene.split("-")[0]) >= arguments.first]  # fmt: skip
        begin = time.process_time()
        how = ConsistSettings(shuffles=arguments.shuffles)
        with arguments.scores.open("w", encoding="utf-8") as file:
            for gsds in PAIRS_OF_GSD:
                for row in score(readings, gsds, how):
                    file.write(json.dumps(row) + "\n")
        print(f"scored in {time.process_time() - begin:.0f} s of processor time")
    rows = [json.loads(line) for line in arguments.scores.read_text(encoding="utf-8").splitlines()]
    text = page(rows, rounds=(arguments.first, arguments.rounds - 1), shuffles=arguments.shuffles, cost=arguments.cost)
    (ROOT / "docs" / "consists.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
