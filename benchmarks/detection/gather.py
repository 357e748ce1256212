"""Draw the sites and let every method speak, once; what they said is kept in a file for the tables and the figure."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detection.dated import DatedCase, case_of, of_ours, welch
from detection.ours import follow
from detection.real import exported, farrington, published, said, tasks
from detection.score import LATEST_DAYS, LEARNING_DAYS
from detection.sites import KINDS, Ints, Site, draw

__all__ = ["Plan", "dated_cases", "gather", "judged", "name", "pair"]

_HERE = Path(__file__).parent
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run.

    Attributes:
        sites: quiet sites of each kind, and as many with a rise.
        dated: of these, how many are used for the dated event.
        seed: of the first.
        jobs: processes.
        peers: a Python with the peers; None: they are left out.
        rscript: R's script runner; None: what needs it is left out.
        shared: folder of the published counts; None: they are left out.
    """

    sites: int
    dated: int
    seed: int
    jobs: int
    peers: str | None
    rscript: str | None
    shared: Path | None = None


def name(site: Site) -> str:
    """Return what a site is called in files."""
    return f"{site.kind}-{site.seed}-{'quiet' if site.onset is None else 'rising'}"


def pair(kind: str, seed: int) -> tuple[Site, Site]:
    """Return the quiet and the rising site of a seed."""
    return draw(kind, seed, surge=False), draw(kind, seed, surge=True)


def judged(site: Site) -> Ints:
    """Return 1 for the scenes at which an alarm matters, 0 for others, shape (S,)."""
    days = site.scene_days
    if site.onset is None:
        return (days >= LEARNING_DAYS).astype(np.int64)
    return ((days >= site.onset) & (days <= site.onset + LATEST_DAYS)).astype(np.int64)


def dated_cases(plan: Plan) -> list[DatedCase]:
    """Return the cases of the dated event: the onset, and for quiet sites the onset that the other had."""
    out = []
    for kind in KINDS:
        for seed in range(plan.seed, plan.seed + plan.dated):
            quiet, rising = pair(kind, seed)
            assert rising.onset is not None
            out += [case_of(quiet, rising.onset), case_of(rising, rising.onset)]
    return [c for c in out if c.usable()]


# ---------------------------------------------------------------------------- one job each, for a pool of processes
def _ours(job: tuple[str, int]) -> Raw:
    began = time.process_time()
    quiet, rising = pair(*job)
    told = follow(quiet, rising, LATEST_DAYS)
    by_site = {name(s): asdict(t) for s, t in zip((quiet, rising), told, strict=True)}
    return {"seconds": time.process_time() - began, "by_id": by_site}


def _dated(case: DatedCase) -> Raw:
    began = time.process_time()
    ours = asdict(of_ours(case))
    return {"seconds": time.process_time() - began, "by_id": {case.id: ours}}


def _foreign(job: tuple[str, Path, Raw]) -> Raw:
    python, folder, task = job
    folder.mkdir()
    source, target = folder / "task.json", folder / "said.json"
    source.write_text(json.dumps(task))
    subprocess.run([python, "-W", "ignore", str(_HERE / "foreign.py"), str(source), str(target)], check=True)
    result: Raw = json.loads(target.read_text())
    return result


def _farrington(job: tuple[str, Path, Sequence[Site]]) -> Raw:
    rscript, folder, sites = job
    source, target = folder / f"scenes-{name(sites[0])}.csv", folder / f"p-{name(sites[0])}.csv"
    with source.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "day", "read", "judged"])
        for s in sites:
            rows = zip(s.scene_days.tolist(), s.reads().tolist(), judged(s).tolist(), strict=True)
            writer.writerows([name(s), *row] for row in rows)
    began = time.monotonic()
    ran = subprocess.run(
        [rscript, str(_HERE / "farrington.R"), str(source), str(target)], check=True, capture_output=True, text=True
    )
    by_gaps: Raw = {"NA": {}, "carried": {}}
    for row in csv.DictReader(target.open()):
        p = 1.0 if row["p"] == "NA" else float(row["p"])
        by_gaps[row["gaps"]].setdefault(row["id"], {})[row["day"]] = p
    version = f"surveillance {ran.stdout.strip()}"
    return {
        f"Farrington, gaps {'missing' if gaps == 'NA' else 'carried on'}": {
            "version": version,
            "seconds": (time.monotonic() - began) / 2,
            "by_id": by_id,
        }
        for gaps, by_id in by_gaps.items()
    }


def _joined(parts: Iterable[Raw]) -> Raw:
    """Join what several processes said by one method."""
    out: Raw = {}
    for part in parts:
        out = {**out, **part, "seconds": out.get("seconds", 0.0) + part.get("seconds", 0.0)}
        out["by_id"] = {**out.get("kept", {}), **part.get("by_id", {})}
        out["kept"] = out["by_id"]
    out.pop("kept", None)
    return out


def _by_method(parts: Sequence[Raw]) -> Raw:
    names = dict.fromkeys(n for part in parts for n in part)
    return {n: _joined(part[n] for part in parts if n in part) for n in names}


# ---------------------------------------------------------------------------- all of it
def gather(plan: Plan, say: Callable[[str], None]) -> Raw:
    """Run everything; returns what can be written as JSON."""
    jobs = [(kind, seed) for seed in range(plan.seed, plan.seed + plan.sites) for kind in KINDS]
    cases = dated_cases(plan)
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(plan.jobs) as pool:
        at = Path(folder)
        say(f"wayside at {2 * len(jobs)} sites")
        ours = _joined(pool.map(_ours, jobs))
        say(f"wayside at {len(cases)} dated events")
        dated = {"wayside": _joined(pool.map(_dated, cases, chunksize=4)), "Welch": _welch(cases)}
        sites = [s for job in jobs for s in pair(*job)]
        real = exported(at, plan.rscript) if plan.rscript else []
        say(f"other methods at {len(sites)} sites")
        others, more, newest = _peers(plan, pool, at, work=(sites, cases, tasks(real)))
        say(f"{len(real)} real series")
        found = _real(plan, at, real, newest)
    out = {
        "plan": {**asdict(plan), "shared": None},
        "ours": ours,
        "dated": {**dated, **more},
        "others": others,
        "real": found,
    }
    table = plan.shared / "facts" / "published_counts.csv" if plan.shared else None
    if table and table.exists():
        out["published"] = published(table)
    return out


def _welch(cases: Sequence[DatedCase]) -> Raw:
    return {"seconds": 0.0, "by_id": {c.id: asdict(welch(c)) for c in cases}}


def _peers(
    plan: Plan, pool: ProcessPoolExecutor, at: Path, *, work: tuple[list[Site], list[DatedCase], list[Raw]]
) -> tuple[Raw, Raw, Raw]:
    """Return what other packages say at sites, of dated events, and of real series."""
    parts: list[Raw] = []
    sites, cases, real = work
    if plan.peers:
        asked = [_task(sites[k :: plan.jobs], cases[k :: plan.jobs]) for k in range(plan.jobs)]
        asked[0]["real"] = real
        parts += pool.map(_foreign, [(plan.peers, at / str(k), task) for k, task in enumerate(asked)])
    if plan.rscript and _has_surveillance(plan.rscript):
        parts += pool.map(_farrington, [(plan.rscript, at, sites[k::8]) for k in range(8) if sites[k::8]])
    said_by = _by_method(parts)
    if not plan.peers:
        said_by |= {n: {"skipped": "no --peers given"} for n in ("PELT (ruptures)", "BOCPD, Student t")}
    if not any(n.startswith("Farrington") for n in said_by):
        said_by["Farrington"] = {"skipped": "no R with the package surveillance"}
    newest = {n: said_by.pop(n) for n in list(said_by) if "newest" in n}
    more = {n: said_by.pop(n) for n in ("local level",) if n in said_by}
    return said_by, more, newest


def _task(sites: Sequence[Site], cases: Sequence[DatedCase]) -> Raw:
    rows = [
        {"id": name(s), "days": s.scene_days.tolist(), "reads": s.reads().tolist(), "judged": judged(s).tolist()}
        for s in sites
    ]
    months = [[None if np.isnan(m) else float(m) for m in c.months] for c in cases]
    return {
        "sites": rows,
        "dated": [{"id": c.id, "months": m, "split": c.split} for c, m in zip(cases, months, strict=True)],
    }


def _has_surveillance(rscript: str) -> bool:
    if shutil.which(rscript) is None:
        return False
    check = "quit(status = !requireNamespace('surveillance', quietly = TRUE))"
    return subprocess.run([rscript, "-e", check], check=False, capture_output=True).returncode == 0


def _real(plan: Plan, at: Path, real: Sequence[Any], newest: Raw) -> Raw:
    out: Raw = {}
    for r in real:
        methods = said(r)
        for method, answer in newest.items():
            if "by_id" in answer:
                cut = answer["by_id"][r.case.file]
                methods[method] = "no change" if cut is None else f"from {r.days[cut]} on"
        if r.case.rise and plan.rscript and _has_surveillance(plan.rscript):
            methods["Farrington"] = farrington(r, at, plan.rscript)
        out[r.case.file] = {"counts": len(r.days), "methods": methods}
    return out
