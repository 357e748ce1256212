"""Run the real input through the program and write docs/results.md: the results as they are, good or bad.

    make results        (or: python benchmarks/results.py)

Needs the real input beside the checkout (../shared, or where WAYSIDE_SHARED points). Every number comes from the commands
that the page names; nothing is chosen by hand.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from coverage.five import five_reports
from coverage.page import section as measured_coverage

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))
PAGE = ROOT / "docs" / "results.md"
DETECTION = ROOT / "docs" / "detection.md"


def wayside(*arguments: str) -> dict[str, Any]:
    """Run one command with --json; its errors end the whole script."""
    done = subprocess.run(
        [sys.executable, "-m", "wayside", *arguments, "--json"], capture_output=True, text=True, check=False, cwd=SHARED
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"wayside {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _series_row(name: str, s: dict[str, Any]) -> str:
    record, onset, top = s["record"], s["onset"], s["baseline"]["max_all_days"]
    summit = next((e for e in s["events"] if "summit" in e["event"].lower()), None)
    return (
        f"| {name} | {s['now']['median']} {s['now']['interval90']} | {s['baseline']['scenes']} "
        f"| {record['p_exceeds_observed']:.3f} | {record['p_exceeds_all_days']:.2f} | {record['exchangeability']:.2f} "
        f"| {s['surge']['probability']:.3f} | {top['median']} {top['interval90']} "
        f"| {onset['median'] + ' ' + str(onset['interval90']) if onset else 'none'} "
        f"| {str(summit['lag_days']) + ' ' + str(summit['lag90']) if summit else ''} "
        f"| {format(summit['chance'], '.2f') if summit else ''} | {s['miss_probability']:.2f} |"
    )


CHOSEN = ("--category", "railcar", "--category", "freight railcar")
PUBLISHED = ("series", "facts/published_counts.csv", "--events", "facts/events.csv", "--until", "2023-10-05")


def _as_one_place() -> dict[str, Any]:
    """Read the neighbour's 37 as if it had been counted at the same place."""
    with (SHARED / "facts" / "published_counts.csv").open(newline="", encoding="utf-8") as table:
        rows = [{k: v for k, v in row.items() if k} for row in csv.DictReader(table)]
    for row in rows:
        row["site"] = "Tumangang" if row["site"] == "Sonbong" else row["site"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one_place.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        return wayside("series", str(path), *PUBLISHED[2:], "--site", "Tumangang", *CHOSEN)


def series_section() -> list[str]:
    """What the published counts say."""
    found = wayside(*PUBLISHED, "--site", "Tumangang", *CHOSEN)
    beside = wayside(*PUBLISHED, "--site", "Tumangang", "--site", "Sonbong", *CHOSEN)["sites"]
    one_place = _as_one_place()
    sonbong = next(one for one in beside if one["site"] == "Sonbong")
    contradicted = [note for note in one_place["notes"] if "contradicted" in note]
    return [
        "## The published counts",
        "",
        f"`wayside {' '.join([*PUBLISHED, '--site Tumangang', *CHOSEN])}`; the published bound “at most 20” over five",
        "years enters as an interval over that period.",
        "",
        "| run | now | scenes before | (a) over every scene | (b) over every day | (c) | surge | most on any day "
        "| onset | after the summit, days | chance | miss |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        _series_row("as published", found),
        _series_row("the neighbour's 37 as if of this place", one_place),
        "",
        "In sentences, as the command says them:",
        "",
        *[f"- {answer['sentence']}" for answer in found["answers"]],
        *[f"- {note}" for note in found["notes"]],
        "",
        "### The neighbouring station",
        "",
        "37 were reported at Sonbong on 2023-08-17 by another publisher. It is another place, so side by side it is a",
        f"series of its own, of which is said: “{sonbong['answers'][-1]['sentence']}” Its one count says nothing of",
        "how often levels jump, so it changes nothing here. Read as if it had been counted at Tumangang (the second row),",
        f"the program notes: “{' '.join(contradicted) or 'no contradiction'}”; 73 stays above it, and the onset moves.",
        "",
        "### Under other assumptions",
        "",
        "| assumption | weight by its likelihood | (a) | (b) | surge | onset |",
        "|---|---|---|---|---|---|",
        *[_sensitivity_row(row) for row in found["sensitivity"]],
        "",
    ]


def _sensitivity_row(row: dict[str, Any]) -> str:
    weight = "" if row["weight"] is None else format(row["weight"], ".2f")
    a = "" if row["p_exceeds_observed"] is None else format(row["p_exceeds_observed"], ".2f")
    return (
        f"| {row['assumption']} | {weight} | {a} | {row['p_exceeds_all_days']:.2f} | {row['surge']:.3f} "
        f"| {row['onset'] or 'none'} |"
    )


def detection_section() -> list[str]:
    """The summary of docs/detection.md, as its own script wrote it."""
    text = DETECTION.read_text(encoding="utf-8")
    start, end = text.index("All kinds but *prior* together"), text.index("By kind, each with its own threshold")
    wins = next(line for line in text.splitlines() if line.startswith("**Where another method wins**"))
    return [
        "## Beside other methods",
        "",
        "How soon a rise is noticed, and how often an alarm is false, on simulated sites of eight kinds, seven of which do not",
        "follow the series' model; written by `make detection`, of which [detection.md](detection.md) is the whole, with the",
        "methods' own statements held against what was measured, dated events, and real series with known breaks.",
        "",
        text[start:end].strip(),
        "",
        wins,
        "",
        "How often intervals and probabilities of the series hold: [calibration.md](calibration.md).",
        "",
    ]


def coverage_section() -> list[str]:
    """What the five reports claim, and how well that is found."""
    reports = sorted(str(p.relative_to(SHARED)) for p in (SHARED / "reports").glob("*.txt"))
    return [
        "## The five reports",
        "",
        "`wayside coverage reports/*.txt`",
        "",
        *five_reports(wayside("coverage", *reports)),
        "## How well coverage is read",
        "",
        measured_coverage(SHARED),
        "",
    ]


def main() -> None:
    """Write the page."""
    if not SHARED.is_dir():
        raise SystemExit(f"the real input is not here: {SHARED} (set WAYSIDE_SHARED to its folder)")
    head = [
        "# Results on real input",
        "",
        "This page is written by `make results` (`benchmarks/results.py`) from the real input beside the checkout; the paths",
        "in its commands are relative to that folder. Nothing in it is chosen by hand, and drawn images do not enter it.",
        "How well real images are counted stands in [accuracy.md](accuracy.md).",
        "",
    ]
    page = "\n".join([*head, *series_section(), *detection_section(), *coverage_section()])
    PAGE.write_text(page.rstrip() + "\n", encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
