"""The helper that judges growth: noise does not fail it, and faster growth does not pass it."""

from __future__ import annotations

import gc
import math
import random
import re
import signal
from collections.abc import Callable
from functools import cache

import pytest
from tests.coverage.growth import assert_near_linear, repeated

SIZES = (600, 4_800)


class Machine:
    """Work that costs a known time of its own clock, and other work beside it."""

    def __init__(self, cost: Callable[[int], float], seed: int = 0, spikes: float = 0.0) -> None:
        self.now = 0.0
        self.runs: list[int] = []
        self._cost = cost
        self._rng = random.Random(seed)  # noqa: S311  draws of a test
        self._spikes = spikes

    def clock(self) -> float:
        return self.now

    def prepare(self, size: int) -> Callable[[], None]:
        def work() -> None:
            self.runs.append(size)
            # Other work only lengthens a run: a little always, and up to twentyfold now and then.
            slower = 1 + 0.3 * self._rng.random()
            if self._rng.random() < self._spikes:
                slower *= 1 + 19 * self._rng.random()
            self.now += self._cost(size) * slower

        return work


COSTS = {
    "constant": lambda _n: 1e-3,
    "next to nothing": lambda n: 1e-9 * n,
    "linear": lambda n: 1e-6 * n,
    "n log n": lambda n: 1e-7 * n * math.log(n),
    "a start and linear": lambda n: 0.5 + 1e-4 * n,
}
TOO_MUCH = {
    "quadratic": lambda n: 1e-8 * n * n,
    "linear and quadratic": lambda n: 1e-6 * n + 1e-8 * n * n,
    "cubic": lambda n: 1e-12 * n**3,
    "exponential": lambda n: 1e-6 * 2 ** (n / 100),
}


# The draws are fixed; with others, five attempts in a row would be spoiled less than once in 100,000 tests.
@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("sizes", [SIZES, (1_000, 4_000), (500, 2_000, 8_000)])
def test_near_linear_work_passes_beside_other_work(cost: str, sizes: tuple[int, ...]) -> None:
    for seed in range(200):
        machine = Machine(COSTS[cost], seed, spikes=0.1)
        assert_near_linear(machine.prepare, sizes, clock=machine.clock)


@pytest.mark.parametrize("cost", TOO_MUCH)
@pytest.mark.parametrize("sizes", [SIZES, (1_000, 4_000), (500, 2_000, 8_000)])
def test_faster_growth_fails_beside_other_work(cost: str, sizes: tuple[int, ...]) -> None:
    for seed in range(200):
        machine = Machine(TOO_MUCH[cost], seed, spikes=0.1)
        with pytest.raises(AssertionError, match="grows faster"):
            assert_near_linear(machine.prepare, sizes, clock=machine.clock)


def test_the_first_attempt_within_the_bound_is_the_last() -> None:
    machine = Machine(COSTS["linear"])
    assert_near_linear(machine.prepare, (1_000, 8_000), clock=machine.clock)
    assert sum(size >= 8_000 for size in machine.runs) == 1


def test_a_failure_says_what_was_measured() -> None:
    machine = Machine(TOO_MUCH["quadratic"])
    # A longer input would cost sixteen times as much, eight times over: more than the cap.
    with pytest.raises(AssertionError, match=r"600: 0\.00\d+ s .*4800: 0\.\d+ s \(at most 0\.\d+\)"):
        assert_near_linear(machine.prepare, SIZES, cap_s=10.0, clock=machine.clock)
    assert sum(size >= SIZES[1] for size in machine.runs) == 8


# The bound at 8, 32 and 128 times the length is 2.8, 5.7 and 11.3 times the cost of linear work.
@pytest.mark.parametrize(("slower", "stretch"), [(2, 1), (4, 4), (8, 16)])
def test_a_factor_beyond_some_length_is_not_growth(slower: int, stretch: int) -> None:
    machine = Machine(lambda n: 1e-6 * n * (slower if n > SIZES[0] * 2 else 1))
    assert_near_linear(machine.prepare, SIZES, clock=machine.clock)
    assert max(machine.runs) // SIZES[1] == stretch


def test_quadratic_work_is_beyond_the_bound_at_every_length() -> None:
    machine = Machine(lambda n: 1e-9 * n * n)
    with pytest.raises(AssertionError, match=rf"{SIZES[1] * 16}: "):
        assert_near_linear(machine.prepare, SIZES, cap_s=1_000.0, clock=machine.clock)
    assert {max(size // SIZES[1], 1) for size in machine.runs if size >= SIZES[1]} == {1, 4, 16}


def steps(count: int) -> int:
    return sum(1 for _ in range(count))


def test_real_work() -> None:
    assert_near_linear(lambda n: lambda: steps(n), (5_000, 40_000))
    assert_near_linear(lambda n: lambda: sorted(range(n), key=lambda at: at * 7919 % n), (2_000, 16_000))
    with pytest.raises(AssertionError, match="grows faster"):
        assert_near_linear(lambda n: lambda: steps(n * n), (100, 800), cap_s=4.0)


def test_a_cache_hides_nothing() -> None:
    remembered = cache(lambda text: steps(len(text) ** 2))
    with pytest.raises(AssertionError, match="grows faster"):
        assert_near_linear(repeated("ab", remembered), (100, 800), cap_s=4.0)


def test_work_without_end_is_stopped() -> None:
    catastrophe = re.compile("(a|aa)+b")
    with pytest.raises(AssertionError, match="did not end within"):
        assert_near_linear(repeated("a", catastrophe.match), (8, 80), cap_s=0.2)

    def endless() -> None:
        while True:
            try:
                steps(10_000)
            except Exception:  # noqa: BLE001, S112  the work of others may do so
                continue

    with pytest.raises(AssertionError, match="did not end within"):
        assert_near_linear(lambda _size: endless, (8, 80), cap_s=0.2)


@pytest.mark.parametrize("cost", [COSTS["linear"], TOO_MUCH["quadratic"]])
def test_the_process_is_left_as_it_was(cost: Callable[[int], float]) -> None:
    before = signal.getsignal(signal.SIGALRM)
    collecting: list[bool] = []
    machine = Machine(cost)

    def prepare(size: int) -> Callable[[], None]:
        collecting.append(gc.isenabled())
        return machine.prepare(size)

    try:
        assert_near_linear(prepare, SIZES, clock=machine.clock)
    except AssertionError:
        assert cost is TOO_MUCH["quadratic"]
    assert not any(collecting)
    assert gc.isenabled()
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@pytest.mark.parametrize("sizes", [(8, 16), (4, 4), (80, 8), (0, 8)])
def test_sizes_that_show_nothing_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError):
        assert_near_linear(lambda _size: list, sizes)


def test_a_text_of_pieces_is_as_long_as_was_asked() -> None:
    assert repeated("abc", str.upper)(7)() == "ABCABCA"
