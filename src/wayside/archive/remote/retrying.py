"""How often, how long and how patiently something is asked for again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random
from typing import Final, TypeVar

from wayside.errors import SourceError
from wayside.model.checks import require, require_finite

__all__ = ["Patience", "RetryPolicy", "TransientError", "is_transient", "retry_after_s"]

_NOT_TRANSIENT: Final = frozenset({501, 505})
_Got = TypeVar("_Got")


class TransientError(Exception):
    """A fault that may pass; never leaves this package.

    Attributes:
        reason: words without addresses and without anything the server said.
        retry_after: seconds that the server wants to be left alone; None where it does not say.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How to ask again.

    Attributes:
        attempts: in all, 1 or more.
        base_s: the first wait is drawn from 0 to this, seconds; the range doubles with every attempt.
        cap_s: no drawn wait is longer, seconds.
        retry_after_cap_s: longest wait that a server is granted, seconds.
    """

    attempts: int = 6
    base_s: float = 0.5
    cap_s: float = 30.0
    retry_after_cap_s: float = 120.0

    def __post_init__(self) -> None:
        require(1 <= self.attempts <= 100, "between 1 and 100 attempts are possible")
        for name in ("base_s", "cap_s", "retry_after_cap_s"):
            require_finite(f"retry policy: {name}", getattr(self, name), low=0, high=86400)

    def wait_s(self, attempt: int, rng: Random, retry_after: float | None) -> float:
        """Return the seconds to wait after failed attempt number ``attempt``, from 0.

        Full jitter: uniform from 0 to min(cap, base times 2 to the power of attempt); see M. Brooker, "Exponential
        Backoff And Jitter", AWS Architecture Blog, 2015. A server's own wish is the least, up to its cap, with a
        little jitter on top so that not all clients return at once.
        """
        drawn = rng.uniform(0.0, min(self.cap_s, self.base_s * 2.0 ** min(attempt, 60)))
        if retry_after is None:
            return drawn
        wanted = min(retry_after, self.retry_after_cap_s)
        return wanted + min(drawn, self.base_s)


class Patience:
    """What is left of attempts and time for one operation.

    Args:
        policy: how to ask again.
        where: shown address, for the error.
        total_s: seconds for everything, waits included.
        clock: seconds from some start, never going back.
        sleep: waits so many seconds.
        rng: draws the jitter.
        hint: what the user can do when all was in vain.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        *,
        where: str,
        total_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        rng: Random,
        hint: str = "",
    ) -> None:
        self._policy, self._where, self._clock, self._sleep, self._rng = policy, where, clock, sleep, rng
        self._hint = hint or "Try again later; what has been fetched is kept"
        self._total_s = total_s
        self._failed = 0
        self.deadline = clock() + total_s

    def put_off(self, total_s: float) -> None:
        """Grant so many seconds from now on, since there turned out to be more to do."""
        self._total_s = total_s
        self.deadline = self._clock() + total_s

    def until_it_passes(self, once: Callable[[], _Got]) -> _Got:
        """Return what ``once`` returns, called again after each fault that may pass (raises as ``wait``)."""
        while True:
            try:
                return once()
            except TransientError as error:
                fault = error
            self.wait(fault)  # out here so that no fault of the network is in the chain of what it raises

    def wait(self, fault: TransientError) -> None:
        """Wait until it is time to ask again.

        Raises:
            SourceError: attempts or time are used up.
        """
        self._failed += 1
        if self._clock() >= self.deadline:
            raise SourceError(
                f"took longer than {self._total_s:g} s ({fault.reason})", where=self._where, todo=self._hint
            )
        if self._failed >= self._policy.attempts:
            times = "once" if self._failed == 1 else f"{self._failed} times"
            raise SourceError(f"failed {times}, at last: {fault.reason}", where=self._where, todo=self._hint)
        wait = self._policy.wait_s(self._failed - 1, self._rng, fault.retry_after)
        if self._clock() + wait >= self.deadline:
            raise SourceError(
                f"no time is left to ask again within {self._total_s:g} s ({fault.reason})",
                where=self._where,
                todo=self._hint,
            )
        self._sleep(wait)


def is_transient(status: int) -> bool:
    """Tell whether an answer with this status may turn out otherwise when asked again."""
    return status in {408, 429} or (500 <= status < 600 and status not in _NOT_TRANSIENT)


def retry_after_s(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, 0 or more; None without one that can be read.

    Args:
        text: the header: seconds, or a date as RFC 9110 writes it.
        now: time to count a date from.
    """
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:12]), 10**9))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    seconds = (until - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
