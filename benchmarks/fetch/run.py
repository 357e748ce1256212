"""Run one way of reading in a process of its own, and say what it took: time, memory, and what the server sent.

Only the standard library is used here, as a child's peak memory begins at what its parent holds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fetch.sites import Site

__all__ = ["OURS", "Job", "Measured", "measured", "serving"]

ROOT = Path(__file__).parents[2]
OURS, OURS_UNCACHED = "wayside", "wayside without its cache"
THREADS = 8
"""Requests at once: as many as ``wayside`` makes."""
_PEERS = Path(__file__).parent / "peers.py"


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured.

    Attributes:
        method: ``OURS``, ``OURS_UNCACHED`` or one of ``peers.METHODS``.
        site: name of the site.
        scenes: how many.
        wait_s: that the server waits before every answer, seconds.
    """

    method: str
    site: str
    scenes: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What it took, start-up included.

    Attributes:
        method, site, scenes, wait_s: the job's.
        wall_s: seconds by the clock.
        cpu_s: of the process and its children, seconds.
        peak_mb: most memory of any one process, mebibytes.
        requests: for images.
        documents: other requests.
        sent: bytes of images that were sent, without headers.
        had: bytes of pixels that were had, or of files that were written.
    """

    method: str
    site: str
    scenes: int
    wait_s: float
    wall_s: float
    cpu_s: float
    peak_mb: float
    requests: int
    documents: int
    sent: int
    had: int


@contextmanager
def serving(folder: Path, scenes: int, wait_s: float) -> Iterator[str]:
    """Give the address of a server of the scenes, in a process of its own."""
    command = [sys.executable, "-m", "fetch.serve", str(folder), str(scenes), str(wait_s)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the server has no pipes")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def measured(job: Job, folder: Path, url: str, site: Site, peers: Path) -> Measured:
    """Do it once, with nothing left from before.

    Raises:
        RuntimeError: it failed, or brought fewer scenes than asked for.
    """
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        work = Path(scratch)
        ours = job.method in {OURS, OURS_UNCACHED}
        command = _ours(job, folder, url, work) if ours else _theirs(job, folder, url, site, peers)
        _tally(url)
        wall, usage, said = _timed(command, work)
        asked = _tally(url)
        had = _stored(work, job, said) if ours else int(said["size"])
    return Measured(
        **{name: getattr(job, name) for name in ("method", "site", "scenes", "wait_s")},
        wall_s=round(wall, 3),
        cpu_s=round(usage.ru_utime + usage.ru_stime, 3),
        peak_mb=round(usage.ru_maxrss / 1024, 1),
        requests=asked["requests"],
        documents=asked["documents"],
        sent=asked["sent"],
        had=had,
    )


def _ours(job: Job, folder: Path, url: str, work: Path) -> Sequence[str]:
    """Make an empty workspace of the site; return the command that searches and fetches."""
    wayside = str(Path(sys.executable).with_name("wayside"))
    root = work / "workspace"
    made = [wayside, "init", str(root), "--site", str(folder / f"{job.site}.geojson")]
    subprocess.run(made, check=True, capture_output=True)
    settings = root / "wayside.toml"
    if job.method == OURS_UNCACHED:
        plain = settings.read_text()
        without = "\n".join("cache_mb = 0" if line.startswith("cache_mb") else line for line in plain.splitlines())
        if without == plain.rstrip("\n"):
            raise RuntimeError("the settings have no cache_mb")
        settings.write_text(without + "\n")
    days = ["--from", "2019-01-01", "--to", "2024-12-31"]
    return [wayside, "search", str(root), "--stac", f"{url}/stac", *days, "--fetch", "--json"]


def _stored(work: Path, job: Job, said: dict[str, Any]) -> int:
    if len(said["done"]) != job.scenes:
        raise RuntimeError(f"{len(said['done'])} of {job.scenes} scenes came: {said['skipped']} {said['failed']}")
    return sum(path.stat().st_size for path in (work / "workspace" / "scenes").glob("*.tif"))


def _theirs(job: Job, folder: Path, url: str, site: Site, peers: Path) -> Sequence[str]:
    rectangle = [str(edge) for edge in site.rectangle]
    items = str(folder / "items.json")
    return [str(peers), str(_PEERS), job.method, items, url, *rectangle, str(job.scenes), str(THREADS)]


def _timed(command: Sequence[str], work: Path) -> tuple[float, Any, dict[str, Any]]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with (work / "out").open("w+b") as out, (work / "err").open("w+b") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=work, stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (out, err):
            file.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command}: {out.read().decode()[-2000:]} {err.read().decode()[-2000:]}")
        return wall, usage, json.loads(out.read())


def _tally(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/-/tally") as answer:  # noqa: S310 - the server that was just started
        found: dict[str, Any] = json.load(answer)
    return found
