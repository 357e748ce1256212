"""How long coverage takes on drawn articles of 5 kB: the whole, beside reading them with trafilatura alone, in one run.

    make coverage-speed        (or: python benchmarks/coverage_speed.py [--profile] [--counts 100 1000 10000])

Every measurement is a process of its own on one core, so that peaks of memory are its own. Seconds are processor time.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from coverage.draw import Article, articles
from coverage.kept import keep, printed
from trafilatura import extract

import wayside.coverage
from coverage import SUMMARY
from wayside.coverage import analyse, read_document

Result = dict[str, float | int | str]
Files = list[tuple[str, bytes, date | None]]


def _files(drawn: Sequence[Article], form: str) -> Files:
    """Return names, bytes, and days of publication where the file does not hold them."""
    if form == "html":
        return [(f"{one.name}.html", one.html(), None) for one in drawn]
    return [(f"{one.name}.txt", one.plain(), one.published) for one in drawn]


def whole(files: Files) -> Result:
    """Read, find repetition, analyse."""
    cut = getattr(wayside.coverage, "cut_repeated", tuple)
    began = time.process_time()
    documents = [read_document(data, name, published=published) for name, data, published in files]
    read = time.process_time()
    result = analyse(cut(documents))
    done = time.process_time()
    return {
        "reading_s": read - began,
        "analysis_s": done - read,
        "total_s": done - began,
        "claims": len(result.claims),
        "stories": len(result.stories),
    }


def alone(files: Files) -> Result:
    """Decode, and where it is HTML let trafilatura find the main text; nothing else."""
    began = time.process_time()
    for name, data, _ in files:
        text = data.decode()
        if name.endswith(".html"):
            extract(text)
    return {"total_s": time.process_time() - began}


TASKS: dict[str, Callable[[Files], Result]] = {"whole": whole, "alone": alone}


def _child(task: str, form: str, count: int, *, profile: bool) -> None:
    files = _files(articles(count), form)
    TASKS[task](files[:20])  # tables are read and imports made before the clock starts
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    profiler = cProfile.Profile()
    if profile:
        profiler.enable()
    found = TASKS[task](files)
    if profile:
        profiler.disable()
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("cumulative").print_stats(45)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(len(data) for _, data, _ in files)
    found |= {"task": task, "form": form, "articles": count, "peak_mb": peak / 1024, "start_mb": before / 1024}
    sys.stdout.write(json.dumps(found | {"mean_kb": size / count / 1000}) + "\n")


def measure(task: str, form: str, count: int, *, profile: bool = False) -> Result:
    """Run one measurement in a process of its own, on one core."""
    command = [sys.executable, __file__, "--child", task, form, str(count), *(["--profile"] if profile else [])]
    done = subprocess.run(
        command, capture_output=not profile, text=True, check=False, stdout=subprocess.PIPE if profile else None
    )
    if done.returncode:
        raise SystemExit(f"{task} {form} {count}: exit {done.returncode}\n{done.stderr}")
    found: Result = json.loads(done.stdout)
    return found


def _line(one: Result) -> str:
    size, seconds = f"{one['mean_kb']:.1f} kB", f"{one['total_s']:8.2f} s"
    parts = f"reading {one['reading_s']:.2f} s, analysis {one['analysis_s']:.2f} s" if "reading_s" in one else ""
    return (
        f"{one['task']:>6} {one['form']:>5} {one['articles']:>6} articles of {size}: {seconds}"
        f"  peak {one['peak_mb']:.0f} MB (was {one['start_mb']:.0f})  {parts}"
    )


def main() -> None:
    """Measure, print, and keep what was measured for the results page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument(
        "--profile", action="store_true", help="print where the time of 1,000 plain and HTML articles goes"
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000], help="of grouping alone")
    parser.add_argument("--summary", type=Path, default=SUMMARY)
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        task, form, count = given.child
        _child(task, form, int(count), profile=given.profile)
        return
    if given.profile:
        for form in ("text", "html"):
            print(_line(measure("whole", form, given.counts[0], profile=True)))
        return
    runs = [("alone", "text", 1000), ("alone", "html", 1000), ("whole", "html", 1000)]
    runs += [("whole", "text", count) for count in given.counts]
    found = []
    for task, form, count in runs:
        found.append(measure(task, form, count))
        print(_line(found[-1]), flush=True)
    keep("speed", found, given.summary)
    if given.sizes:
        command = ("coverage_stories.py", "--sizes", *map(str, given.sizes))
        said = printed(*command)
        print(said)
        keep("stories", {"command": f"benchmarks/{' '.join(command)}", "printed": said}, given.summary)


if __name__ == "__main__":
    main()
