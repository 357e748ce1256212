"""Score many sites in a few processes, and keep every row at once, so that a run goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
from detection.sites import KINDS

import wayside.series
from calibration.asking import row_of
from calibration.truth import of_kind, of_model
from wayside.series import SeriesSettings

__all__ = ["MODEL", "Job", "fingerprint", "jobs", "rows", "run"]

MODEL = "model"
DEFAULT = SeriesSettings()
QUIET_SEEDS, SURGE_SEEDS, MODEL_SEEDS = 10_000, 20_000, 30_000

UNUSED = ("__init__", "linked", "online", "sentences", "swaying", "sensitivity", "leaving_out", "notes")
"""Parts of the series that no row rests on."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One site to score; ``kind`` is one of ``KINDS`` or "model"."""

    kind: str
    seed: int
    surge: bool
    settings: SeriesSettings = DEFAULT

    @property
    def name(self) -> str:
        """Key of its row."""
        return f"{self.kind} {self.seed} {'surge' if self.surge else 'quiet'}"


def jobs(sites: int, drawn: int) -> list[Job]:
    """Return ``sites`` quiet and as many rising sites of each kind, and ``drawn`` from the model, in turns."""
    of_kinds = [
        Job(kind, (SURGE_SEEDS if surge else QUIET_SEEDS) + i, surge)
        for i in range(sites)
        for kind in KINDS
        for surge in (False, True)
    ]
    own = [Job(MODEL, MODEL_SEEDS + i, surge=False) for i in range(drawn)]
    place = [(i / max(1, len(some)), job) for some in (of_kinds, own) for i, job in enumerate(some)]
    return [job for _, job in sorted(place, key=lambda p: p[0])]


def score(job: Job) -> Row:
    """Draw, fit and score one site."""
    if job.kind == MODEL:
        case = of_model(job.seed, job.settings)
    else:
        case = of_kind(job.kind, job.seed, job.settings, surge=job.surge)
    about = {"name": job.name, "kind": job.kind, "surge": job.surge}
    return about | row_of(case, np.random.default_rng([job.seed, 5]))


def fingerprint() -> str:
    """Return a digest of what the rows rest on: rows of another state of it are not mixed with these."""
    digest = hashlib.sha256()
    for package in wayside.series.__path__:
        for pattern in ("*.py", "level/*.py", "questions/*.py"):
            for file in sorted(Path(package).glob(pattern)):
                if file.stem not in UNUSED:
                    digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def rows(file: Path) -> tuple[str | None, list[Row]]:
    """Return the digest that a file of rows begins with, and its rows; a last line cut off in writing is left out."""
    if not file.exists():
        return None, []
    lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    return (json.loads(lines[0])["source"], [json.loads(line) for line in lines[1:]]) if lines else (None, [])


def run(todo: Sequence[Job], file: Path, *, workers: int, source: str) -> Iterator[Row]:
    """Score the jobs that have no row yet, and append each row as soon as it is there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before, done = rows(file)
    if before != source:
        done = []
    kept = "".join(json.dumps(line) + "\n" for line in ({"source": source}, *done))
    if not file.exists() or file.read_text(encoding="utf-8") != kept:
        file.write_text(kept, encoding="utf-8")
    known = {row["name"] for row in done}
    left = [job for job in todo if job.name not in known]
    with file.open("a", encoding="utf-8") as out, Pool(workers, maxtasksperchild=50) as pool:
        for row in pool.imap_unordered(score, left):
            out.write(json.dumps(row) + "\n")
            out.flush()
            yield row
