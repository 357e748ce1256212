"""How dates, spans, numbers and probabilities are written out in sentences; independent of the machine's locale."""

from __future__ import annotations

from datetime import date

from wayside.model.checks import require_probability
from wayside.model.counts import CountDistribution, CountInterval

__all__ = [
    "percent_of",
    "plural",
    "say_date",
    "say_days",
    "say_factor",
    "say_interval",
    "say_lag",
    "say_percent",
    "say_share",
    "say_span",
    "spread90",
    "two_figures",
]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEAR = 365.25
_NBSP = "\u00a0"
_LEAST, _MOST = 1, 99


def say_date(day: date, *, short: bool = False) -> str:
    """Return "5 October 2023", or "5 Oct 2023" where ``short``."""
    month = _MONTHS[day.month - 1]
    return f"{day.day} {month[:3] if short else month} {day.year}"


def plural(n: int, one: str, many: str = "") -> str:
    """Return the number with its noun: "1 scene", "41 scenes"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}".replace(",", "\u202f")


def say_days(days: int) -> str:
    """Return a number of days with its noun."""
    return plural(days, "day")


def say_span(days: int) -> str:
    """Return a stretch of time as one speaks of it: "five years", "2.4 years", "year", "14 months", "12 days".

    It follows "the" ("the five years before"), so that a single year has no number.

    Args:
        days: 1 or more.
    """
    years = days / _YEAR
    whole = round(years)
    if whole >= 1 and abs(days - whole * _YEAR) <= 2 * whole + 3:
        return "year" if whole == 1 else f"{_NUMBERS[whole - 2] if whole <= 10 else whole} years"
    if years >= 2:
        return f"{years:.1f} years"
    return plural(round(days / _YEAR * 12), "month") if days >= 150 else say_days(days)


def say_interval(interval: CountInterval) -> str:
    """Return "70 to 76", or "73" where both ends are one number."""
    return f"{interval.low} to {interval.high}" if interval.high > interval.low else f"{interval.low}"


def say_share(share: float) -> str:
    """Return a share (0 to 1) in whole percent."""
    return f"{round(share * 100)}{_NBSP}%"


def percent_of(p: float) -> int:
    """Return ``p`` (0 to 1) in whole percent, 0 to 100, halves rounded up."""
    require_probability("probability", p)
    return int(p * 100.0 + 0.5)


def say_percent(p: float) -> str:
    """Return how a probability is printed: "64 %", "less than 1 %", "more than 99 %"."""
    percent = percent_of(p)
    if percent < _LEAST:
        return f"less than {_LEAST}{_NBSP}%"
    if percent > _MOST:
        return f"more than {_MOST}{_NBSP}%"
    return f"{percent}{_NBSP}%"


def say_factor(factor: float) -> str:
    """Return "twice", "three times" or "2.5 times"."""
    words = {2.0: "twice", 3.0: "three times", 4.0: "four times"}
    return words.get(factor, f"{factor:g} times")


def say_lag(lag90: tuple[int, int]) -> str:
    """Return where an interval of lags (days from an event) lies: after it, before it, or on both sides."""
    low, high = lag90
    if low == high:
        return "on the day of" if low == 0 else f"{say_days(abs(low))} {'after' if low > 0 else 'before'}"
    if low >= 0:
        return f"{low} to {say_days(high)} after"
    if high <= 0:
        return f"{-high} to {say_days(-low)} before"
    return f"between {say_days(-low)} before and {say_days(high)} after"


def spread90(count: CountDistribution) -> CountInterval:
    """Return the central 90 % interval of a count."""
    return count.interval(0.9)


def two_figures(value: float) -> int:
    """Return a measured size to two significant figures, as a whole number: 264.7 as 260."""
    return round(float(f"{value:.2g}"))
