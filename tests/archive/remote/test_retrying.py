"""Waits: full jitter, Retry-After in both forms, and an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from range_server import seeded

from wayside.archive.remote.retrying import Patience, RetryPolicy, TransientError, is_transient, retry_after_s
from wayside.errors import SourceError, ValueRefusedError

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Clock:
    """Time that passes only while something sleeps."""

    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def patience(clock: Clock, policy: RetryPolicy, total_s: float = 1000.0) -> Patience:
    return Patience(policy, where="https://h.example/a", total_s=total_s, clock=clock, sleep=clock.sleep, rng=seeded(1))


@given(st.integers(0, 200), st.integers(0, 2**32), st.one_of(st.none(), st.floats(0, 1e9)))
def test_waits_stay_in_their_bounds(attempt: int, seed: int, wanted: float | None) -> None:
    policy = RetryPolicy(attempts=6, base_s=0.5, cap_s=30, retry_after_cap_s=120)
    wait = policy.wait_s(attempt, seeded(seed), wanted)
    if wanted is None:
        assert 0 <= wait <= min(30, 0.5 * 2 ** min(attempt, 60))
    else:
        assert min(wanted, 120) <= wait <= min(wanted, 120) + 0.5


def test_jitter_is_full() -> None:
    drawn = [RetryPolicy().wait_s(3, seeded(seed), None) for seed in range(2000)]
    assert min(drawn) < 0.1
    assert max(drawn) > 3.9
    assert sum(drawn) / len(drawn) == pytest.approx(2.0, abs=0.1)  # uniform from 0 to 0.5 * 2**3


def test_attempts_end() -> None:
    clock = Clock()
    left = patience(clock, RetryPolicy(attempts=3))
    left.wait(TransientError("a"))
    left.wait(TransientError("b"))
    with pytest.raises(SourceError, match=r"h\.example/a: failed 3 times, at last: c") as caught:
        left.wait(TransientError("c"))
    assert len(clock.slept) == 2
    assert caught.value.todo


def test_one_attempt_is_said_so() -> None:
    with pytest.raises(SourceError, match="failed once"):
        patience(Clock(), RetryPolicy(attempts=1)).wait(TransientError("a"))


def test_time_ends() -> None:
    clock = Clock()
    left = patience(clock, RetryPolicy(attempts=100), total_s=10)
    clock.at += 11
    with pytest.raises(SourceError, match="took longer than 10 s"):
        left.wait(TransientError("slow"))


def test_a_wait_that_would_pass_the_deadline_is_not_begun() -> None:
    clock = Clock()
    with pytest.raises(SourceError, match="no time is left"):
        patience(clock, RetryPolicy(), total_s=10).wait(TransientError("busy", 60))
    assert clock.slept == []


def test_putting_off_the_deadline() -> None:
    clock = Clock()
    left = patience(clock, RetryPolicy(), total_s=10)
    clock.at += 9
    left.put_off(50)
    assert left.deadline == 159
    clock.at += 40
    left.wait(TransientError("slow"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("17", 17),
        (" 17 ", 17),
        ("99999999999999999999", 1e9),
        ("1.5", None),
        ("-3", None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("Mon, 04 May 2026 12:00:30 GMT", 30),
        ("Mon, 04 May 2026 11:00:00 GMT", 0),
        ("Mon, 04 May 2026 12:00:30", 30),
        ("Monday, 04-May-26 12:00:30 GMT", 30),
        ("Mon May  4 12:00:30 2026", 30),
        ("Mon, 99 May 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert retry_after_s(text, NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_reads_anything(text: str) -> None:
    seconds = retry_after_s(text, NOW)
    assert seconds is None or seconds >= 0


@given(st.integers(-(10**6), 10**6))
def test_retry_after_dates_come_back(seconds: int) -> None:
    text = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after_s(text, NOW) == max(0, seconds)


def test_which_statuses_may_pass() -> None:
    assert [s for s in range(100, 600) if is_transient(s)] == [
        408,
        429,
        *(s for s in range(500, 600) if s not in {501, 505}),
    ]


@pytest.mark.parametrize("bad", [{"attempts": 0}, {"base_s": -1}, {"cap_s": float("nan")}])
def test_policies_that_make_no_sense(bad: dict[str, float]) -> None:
    with pytest.raises(ValueRefusedError):
        RetryPolicy(**bad)  # type: ignore[arg-type]
