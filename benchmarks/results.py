"""Run the real input through the program and write docs/results.md: the results as they are, good or bad.

    make results        (or: python benchmarks/results.py)

Needs the real input beside the checkout (../shared, or where WAYSIDE_SHARED points). Every number comes from the commands
that the page names; nothing is chosen by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))
PAGE = ROOT / "docs" / "results.md"
LEVELS = ("0.5", "0.8", "0.9")


def wayside(*arguments: str) -> dict[str, Any]:
    """Run one command with --json; its errors end the whole script."""
    done = subprocess.run(
        [sys.executable, "-m", "wayside", *arguments, "--json"], capture_output=True, text=True, check=False, cwd=SHARED
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"wayside {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _inside(interval: list[int], low: float, high: float) -> bool:
    return interval[0] <= high and interval[1] >= low


def count_rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Count every real image; return a row per image and a row per track."""
    images, tracks = [], []
    for path in sorted((SHARED / "imagery").glob("*.geojson")):
        labels = json.loads(path.read_text())
        gsd = labels["gsd_m"]
        found = wayside("count", f"imagery/{labels['image']}", "--gsd", f"{gsd:g}", "--tracks", f"imagery/{path.name}")
        truth = {f["properties"]["id"]: f["properties"] for f in labels["features"]}
        images.append({"name": path.stem, "gsd": gsd, "found": found, "truth": list(truth.values())})
        tracks += [{"image": path.stem, "truth": truth[track["id"]], **track} for track in found["tracks"]]
    return images, tracks


def _held(rows: list[dict[str, Any]], level: str) -> float:
    return sum(
        _inside(r["count"]["intervals"][level], r["truth"]["cars_min"], r["truth"]["cars_max"]) for r in rows
    ) / len(rows)


def counting_section() -> list[str]:
    """Tables of the counts on real images."""
    images, tracks = count_rows()
    lines = [
        "## Counting real images",
        "",
        "`wayside count imagery/NAME.png --gsd GSD --tracks imagery/NAME.geojson --json`, truth read by hand. No pixel of",
        "these images was trained on or used to fit a constant; they were looked at while the counter was made, so they are no",
        "blind test. Where the reader gave a range, an interval holds the truth if the two overlap, and errors are against the",
        "reader's best number.",
        "",
        "| image | GSD m | status | true | mean | median | 90 % interval | holds | error per track |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for image in images:
        low, best, high = (sum(t[k] for t in image["truth"]) for k in ("cars_min", "cars", "cars_max"))
        count, own = image["found"]["count"], [t for t in tracks if t["image"] == image["name"]]
        error = sum(abs(t["count"]["mean"] - t["truth"]["cars"]) for t in own) / len(own)
        span = f"{best}" if low == high else f"{best} ({low} to {high})"
        interval = count["intervals"]["0.9"]
        lines.append(
            f"| {image['name']} | {image['gsd']:g} | {image['found']['status']} | {span} | {count['mean']:.1f} "
            f"| {count['median']} | {interval[0]} to {interval[1]} | {'yes' if _inside(interval, low, high) else 'no'} "
            f"| {error:.2f} |"
        )
    errors = [t["count"]["mean"] - t["truth"]["cars"] for t in tracks]
    held = ", ".join(f"{float(level):.0%}: {_held(tracks, level):.0%}" for level in LEVELS)
    lines += [
        "",
        f"Over all {len(tracks)} tracks: mean absolute error {sum(map(abs, errors)) / len(errors):.2f} cars per track, "
        f"bias {sum(errors) / len(errors):+.2f}; share of tracks whose interval holds the truth, by level: {held}.",
        "",
        f"Weights: `{images[0]['found']['model']}`.",
        "",
    ]
    return lines


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


def series_section() -> list[str]:
    """What the published counts say."""
    base = ["series", "facts/published_counts.csv", "--events", "facts/events.csv", "--until", "2023-10-05"]
    chosen = ["--site", "Tumangang", "--category", "railcar", "--category", "freight railcar"]
    found = wayside(*base, *chosen)
    wide = wayside(*base, *chosen, "--from", "2018-10-05")
    lines = [
        "## The published counts",
        "",
        f"`wayside {' '.join([*base, *chosen])}`; the published bound “at most 20” over five years enters as an interval",
        "over that period.",
        "",
        "| run | now | scenes before | (a) over every scene | (b) over every day | (c) | surge | most on any day "
        "| onset | after the summit, days | chance | miss |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        _series_row("as published", found),
        _series_row("baseline from 2018-10-05", wide),
        "",
        "Notes that the run gives:",
        "",
        *[f"- {note}" for note in found["notes"]],
        "",
        "The neighbouring station (Sonbong, 37 on 2023-08-17) is another place and stays out of this series. It lies above",
        "the bound that was published for this one: were the two one place, the bound would be contradicted.",
        "",
        "Under other assumptions:",
        "",
        "| assumption | weight by its likelihood | (b) |",
        "|---|---|---|",
    ]
    lines += [
        f"| {row['assumption']} | {'stress test' if row['weight'] is None else format(row['weight'], '.2f')} | {row['p_exceeds_all_days']:.2f} |"
        for row in found["sensitivity"]
    ]
    return [*lines, ""]


def coverage_section() -> list[str]:
    """What the five reports claim."""
    reports = sorted(str(p.relative_to(SHARED)) for p in (SHARED / "reports").glob("*.txt"))
    found = wayside("coverage", *reports)
    lines = [
        "## The five reports",
        "",
        "`wayside coverage reports/*.txt`; how much of what a reader labelled is found stands in [coverage.md](coverage.md).",
        "",
        "| document | claim | low | high | approximation | counted | who |",
        "|---|---|---|---|---|---|---|",
    ]
    for claim in found["claims"]:
        q = claim["quantity"]
        if not q or "car" not in (claim["counted"] or ""):
            continue
        quote = " ".join(claim["quote"].split()).replace("|", "/")
        lines.append(
            f"| {claim['document']} | “{quote}” | {'' if q['low'] is None else format(q['low'], 'g')} "
            f"| {'' if q['high'] is None else format(q['high'], 'g')} | {q['approximation'] or ''} | {claim['counted']} "
            f"| {claim['asserted_by'] or 'nobody named'} |"
        )
    lines.append("")
    for group in found["agreement"]:
        if len(group["claims"]) > 1:
            high = "no upper bound" if group["high"] is None else f"{group['high']:g}"
            lines.append(
                f"- claims {', '.join(group['claims'])}: {group['low']:g} to {high}, independent sources: "
                f"{group['independent_sources']}"
            )
    return [*lines, ""]


def main() -> None:
    """Write the page."""
    if not SHARED.is_dir():
        raise SystemExit(f"the real input is not here: {SHARED} (set WAYSIDE_SHARED to its folder)")
    head = [
        "# Results on real input",
        "",
        "This page is written by `make results` (`benchmarks/results.py`) from the real input beside the checkout; the paths",
        "in its commands are relative to that folder. Nothing in it is chosen by hand, and drawn images do not enter it.",
        "",
    ]
    page = "\n".join([*head, *counting_section(), *series_section(), *coverage_section()])
    PAGE.write_text(page.rstrip() + "\n", encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")


if __name__ == "__main__":
    main()
