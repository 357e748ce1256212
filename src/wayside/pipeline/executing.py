"""The same work on many items, in several processes or one after the other; one bad item never ends the rest."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Answer", "default_jobs", "for_each"]

T = TypeVar("T")
R = TypeVar("R")

_FEW = 3
"""Up to so many items are not worth starting processes for."""


@dataclass(frozen=True)
class Answer(Generic[T, R]):
    """What came of one item: a result, or the error that it ended in."""

    item: T
    result: R | None = None
    error: BaseException | None = None


def default_jobs() -> int:
    """Return the number of processors that this process may use, at least 1."""
    affinity = getattr(os, "sched_getaffinity", None)
    return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)


def for_each(work: Callable[[T], R], items: Sequence[T], *, jobs: int) -> Iterator[Answer[T, R]]:
    """Yield an answer for every item, as they come.

    Args:
        work: a picklable function.
        items: picklable.
        jobs: number of processes, 1 or more; 1 works in this one.
    """
    if jobs <= 1 or len(items) <= _FEW:
        yield from (_answer(work, item) for item in items)
        return
    left = list(items)
    for answer in _in_processes(work, items, min(jobs, len(items))):
        left.remove(answer.item)
        yield answer
    # A process that died (out of memory, a fault in a library) takes the pool with it: what is left goes one by one,
    # each in a process of its own, so that only the item that kills is lost.
    for item in left:
        found = list(_in_processes(work, [item], 1))
        yield found[0] if found else Answer(item, error=_DiedError("the process that worked on it was killed"))


class _DiedError(RuntimeError):
    """A worker process died."""


def _answer(work: Callable[[T], R], item: T) -> Answer[T, R]:
    try:
        return Answer(item, result=work(item))
    except Exception as error:  # noqa: BLE001  the outermost handler of one item: it is listed, and the others go on
        return Answer(item, error=error)


def _in_processes(work: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[Answer[T, R]]:
    """Yield answers until all are there or a process died."""
    # Spawned, not forked: GDAL, onnxruntime and SQLite do not survive a fork with threads.
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_prepare_worker)
    try:
        futures: dict[Future[Answer[T, R]], T] = {pool.submit(_answer, work, item): item for item in items}
        for future in as_completed(futures):
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                return
            yield Answer(futures[future], error=error) if error else future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_worker() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
