"""Many sites on several cores: wall time, time of one core for a site, and memory of parent and workers.

Run ``python benchmarks/sites_parallel.py [workers] [sites ...]``, by default 2 workers and 100, 300 and 1,000 sites.
Sites are drawn in the workers (five years, 60 scenes), each is analysed in full, and what comes back is one small
record; each number of sites is run in workers of its own, so that their peak is that run's.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import date, timedelta
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import SeriesSettings, analyse

FIRST, DAYS, SCENES = date(2018, 10, 5), 1827, 60
SITES = (100, 300, 1000)
SETTINGS = SeriesSettings(refits=0)
"""Without the new runs that leave single scenes out; one more site costs them about as much again each."""
AHEAD = 4
"""So many sites a worker wait in the queue, whatever their number."""


class Done(NamedTuple):
    """What a worker hands back of one site."""

    seed: int
    surge: float
    cpu_s: float
    worker: int
    peak_mb: float


def peak_mb() -> float:
    """Return the largest memory that this process has held, MiB (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def drawn(rng: np.random.Generator) -> Series:
    """A site that walks, with a surge at its end in every tenth."""
    level = np.log(rng.uniform(4, 20)) + np.cumsum(rng.normal(0, 0.3 / np.sqrt(365.25), DAYS))
    if rng.random() < 0.1:
        level[-40:] += np.log(4.0)
    days = np.append(np.sort(rng.choice(DAYS - 1, SCENES - 1, replace=False)), DAYS - 1)
    size = rng.choice([3.0, 8.0, 30.0])
    counts = rng.negative_binomial(size, size / (size + np.exp(level[days])))
    return Series(
        "site",
        tuple(
            SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 2), n + 2))
            for d, n in zip(days.tolist(), counts.tolist(), strict=True)
        ),
    )


def one_site(seed: int) -> Done:
    """Draw a site and analyse it."""
    start = time.process_time()
    rng = np.random.default_rng(seed)
    result = analyse(drawn(rng), settings=SETTINGS, rng=rng)
    surge = result.surge.probability if result.surge else 0.0
    return Done(seed, surge, time.process_time() - start, os.getpid(), peak_mb())


def in_turn(pool: ProcessPoolExecutor, sites: int, ahead: int) -> Iterator[Done]:
    """Yield the sites as they are done, with no more than ``ahead`` under way, so that no queue grows."""
    under_way: set[Future[Done]] = set()
    for seed in range(sites):
        under_way.add(pool.submit(one_site, seed))
        if len(under_way) >= ahead:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (f.result() for f in done)
    yield from (f.result() for f in under_way)


def run(sites: int, workers: int) -> None:
    """Analyse so many sites and print one row."""
    start, cpu, surges, peak = time.perf_counter(), 0.0, 0, dict[int, float]()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for done in in_turn(pool, sites, AHEAD * workers):
            cpu += done.cpu_s
            surges += done.surge > 0.9
            peak[done.worker] = max(peak.get(done.worker, 0.0), done.peak_mb)
    wall = time.perf_counter() - start
    print(
        f"{sites:6}{wall:10.1f}{1000 * wall / sites:14.0f}{1000 * cpu / sites:14.0f}{peak_mb():12.0f}"
        f"{max(peak.values()):14.0f}{surges:9}",
        flush=True,
    )


def main(workers: int = 2, *sites: int) -> None:
    """Print one row for each number of sites."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # workers start afterwards and take it from here: one thread each
    print(f"{workers} workers, {SCENES} scenes in {DAYS} days each")
    print(" sites    wall s  wall ms/site   CPU ms/site  parent MiB    worker MiB   surges")
    for many in sites or SITES:
        run(many, workers)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
