"""Asserts that work grows about as its input does, whatever else the machine is doing meanwhile."""

from __future__ import annotations

import gc
import itertools
import math
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

EXPONENT: Final = 1.5  # halfway between linear and quadratic; n log n is well below
_PASSES: Final = 3  # of every size but the longest, which costs most
_RUNS: Final = 8  # at most, of work that is too quick to be timed once
_LEAST_S: Final = 1e-3  # what is timed at once should take this long
_STRETCHES: Final = (1, 4, 16)  # of the last size
_DEARER: Final = 16  # what quadratic work costs more at the next stretch
_FLOOR_S: Final = 1e-4  # a single run is not believed to be quicker


class _CapReachedError(BaseException):
    """The work took too long; nothing under test may catch this as an ordinary error."""


def repeated(piece: str, read: Callable[[str], object]) -> Callable[[int], Callable[[], object]]:
    """Return what ``assert_near_linear`` wants for a text of one repeated piece; sizes are characters."""

    def prepare(size: int) -> Callable[[], object]:
        text = (piece * (size // len(piece) + 1))[:size]
        return lambda: read(text)

    return prepare


def assert_near_linear(
    prepare: Callable[[int], Callable[[], object]],
    sizes: Sequence[int],
    *,
    attempts: int = 8,
    cap_s: float = 60.0,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Fail unless work on ``sizes`` takes less than their ratio to the power ``EXPONENT``.

    The shortest time of every size so far is judged after each attempt, and the first attempt that is within the
    bound ends the test: other work on the machine can only lengthen single runs, whereas a quadratic input is beyond
    the bound at every attempt. Work that is beyond it at all attempts is given longer inputs: what outgrows the
    processor's caches is slower by a factor, which a longer input does not raise, whereas quadratic work is further
    beyond the bound the longer its input.

    Args:
        prepare: Builds the input of a size, which is not timed, and returns the work on it. Each run is given a size
            that is larger by one than the last, so that no cache knows the input.
        sizes: Ascending; the last is at least four times the first.
        attempts: Rounds before a longer input is tried, or the test fails.
        cap_s: Processor seconds after which work that does not end is stopped, all attempts together.
        clock: Seconds of processor time.
    """
    assert list(sizes) == sorted(set(sizes))
    assert sizes[-1] >= 4 * sizes[0] > 0
    serial = itertools.count()

    def seconds(size: int) -> float:
        """Return the mean time of a run, over as many as can be timed."""
        taken: list[float] = []
        while len(taken) < _RUNS and sum(taken) < _LEAST_S:
            work = prepare(size + next(serial))
            started = clock()
            work()
            taken.append(clock() - started)
        return sum(taken) / len(taken)

    with _collection_off(), _cap(cap_s):
        prepare(sizes[0])()  # reads the tables
        best: list[float] = []
        for stretch in _STRETCHES:
            longer = [*sizes[:-1], sizes[-1] * stretch]
            best = _best(longer, best[:-1], attempts, seconds)
            if _within(longer, best):
                return
            if best[-1] * _DEARER * attempts > cap_s:
                break
    allowed = _allowed(longer, best)
    shown = ", ".join(
        f"{size}: {taken:.4f} s (at most {most:.4f})" for size, taken, most in zip(longer, best, allowed, strict=True)
    )
    raise AssertionError(f"work grows faster than its input: {shown}")


def _best(sizes: Sequence[int], known: Sequence[float], attempts: int, seconds: Callable[[int], float]) -> list[float]:
    """Return the shortest time of every size, those of the first sizes as far as they are known."""
    best = [*known, *itertools.repeat(math.inf, len(sizes) - len(known))]
    passes = [_PASSES] * (len(sizes) - 1) + [1]
    for _ in range(attempts):
        for at in range(len(known), len(sizes)):
            for _ in range(passes[at]):
                best[at] = min(best[at], seconds(sizes[at]))
        if _within(sizes, best):
            break
    return best


def _within(sizes: Sequence[int], best: Sequence[float]) -> bool:
    return all(taken <= most for taken, most in zip(best[1:], _allowed(sizes, best)[1:], strict=True))


def _allowed(sizes: Sequence[int], best: Sequence[float]) -> list[float]:
    return [max(best[0], _FLOOR_S) * (size / sizes[0]) ** EXPONENT for size in sizes]


@contextmanager
def _collection_off() -> Iterator[None]:
    """Keep the garbage of other tests out of the measurement."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _cap(seconds: float) -> Iterator[None]:
    """Stop the block after this much processor time, also within a regular expression."""
    end = time.process_time() + seconds

    def look(_number: int, _frame: FrameType | None) -> None:
        if time.process_time() >= end:
            raise _CapReachedError

    # A timer of processor time would make the clock of processor time as coarse as the scheduler's ticks; this one
    # only says when to look.
    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, seconds / 4, seconds / 4)
    try:
        yield
    except _CapReachedError:
        raise AssertionError(f"work did not end within {seconds} s of processor time") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
