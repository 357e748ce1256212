"""What a time that was matched means in days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.claims.calendar import Calendar, Days, month_days, moved, one_day, part_of, unit_around

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Context", "resolved"]

_DAY: Final = timedelta(days=1)
# A claim over at least this many days is one over a period.
_LONG: Final = 60
# Time zones: the text's tomorrow may be its publisher's today.
_SLACK: Final = timedelta(days=1)
# So many days ago may a day lie that a word of the future leads to, before the one of the next year is meant.
_JUST_NOW: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Context:
    """What a time is resolved against.

    Attributes:
        published: day of publication, or None.
        anchor: first day of the last date in the same sentence, for "a day later".
        ahead: a word of the clause speaks of the future.
        behind: a word of the clause speaks of the past.
        table: the language's calendar.
        year: the year of the other end of a range, for an end that has none.
    """

    published: date | None
    anchor: date | None
    ahead: bool
    behind: bool
    table: Calendar
    year: int | None = None


def resolved(name: str, values: Mapping[str, Any], context: Context) -> tuple[Days, bool]:
    """Work out a matched pattern: its days, and whether it looks back over a period."""
    if name in _BOUNDS:
        return _BOUNDS[name](values, context), name == "since" or (
            name == "between" and _between_is_long(values, context)
        )
    if "core" in values:
        inner = values["core"]
        days, period = resolved(inner.name, inner.values, context)
        return _part(days, name, values), period
    if name.startswith("offset "):
        return _offset(context, context.table.offsets[name]), False
    if " " in name:
        # "last month" is "last {span}" in one word.
        name, unit = name.split(" ")
        values = {"span": unit, "unit": unit, **values}
    if name in _CORE:
        days = _CORE[name](values, context)
        return days, name in _PERIODS or (name == "years" and _is_long(days))
    return Days(None, context.published if name == "recent" else None), True


def _inner(inner: Any, context: Context) -> Days:  # noqa: ANN401  # the value of a slot
    days, _ = resolved(inner.name, inner.values, context)
    return _part(days, inner.part, inner.values) if inner.part else days


def _part(days: Days, part: str, values: Mapping[str, Any]) -> Days:
    """Return the early, middle … part of a time, or its first or last few days, weeks or months."""
    if part == "nth":
        return _nth(
            days, values.get("part_ordinal", values.get("ordinal")), values.get("part_unit", values.get("unit"))
        )
    if part not in {"first_n", "last_n", "ending"}:
        return part_of(days, part)
    number = values.get("part_n", values.get("n", 1))
    unit = values["part_unit"] if "part_unit" in values else values["unit"]
    if days.first is None or days.last is None or number is None or unit == "hour":
        return Days()
    if part == "first_n":
        end = moved(days.first, number, unit)
        return Days(days.first, min(end - _DAY, days.last)) if end and end > days.first else Days()
    start = moved(days.last + _DAY, -number, unit)
    if part == "ending":
        return Days(start, days.last) if start else Days()
    return Days(max(start, days.first), days.last) if start and start <= days.last else Days()


def _nth(days: Days, number: int, unit: str) -> Days:
    """Return the second week of a month, the third day of a year."""
    if days.first is None or days.last is None or unit == "hour":
        return Days()
    first, following = moved(days.first, number - 1, unit), moved(days.first, number, unit)
    if first is None or following is None or first > days.last:
        return Days()
    return Days(first, min(following - _DAY, days.last))


def _is_long(days: Days) -> bool:
    return days.first is not None and days.last is not None and (days.last - days.first).days >= _LONG


def _between_is_long(values: Mapping[str, Any], context: Context) -> bool:
    return _is_long(_between(values, context))


# ------------------------------------------------------------------ dates


def _iso(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    return one_day(values["year"], values["two"], values["two2"])


def _slashed(values: Mapping[str, Any], context: Context) -> Days:
    """Read 25/10/2023; where both orders are possible and mean different days, neither."""
    one, two, year = values["two"], values["two2"], values["year"]
    if context.table.order == "dmy":
        return one_day(year, two, one)
    if context.table.order == "mdy":
        return one_day(year, one, two)
    ways = {days for days in (one_day(year, two, one), one_day(year, one, two)) if days.known}
    return ways.pop() if len(ways) == 1 else Days()


def _dotted(values: Mapping[str, Any], context: Context) -> Days:
    day, month = values["daymonth"]
    return _dated(values.get("year"), month, day, context)


def _date(values: Mapping[str, Any], context: Context) -> Days:
    return _dated(values.get("year"), values["month"], values.get("day"), context, values.get("weekday"))


def _dated(year: int | None, month: int, day: int | None, context: Context, weekday: int | None = None) -> Days:
    def of(one: int) -> Days:
        if not 1 <= month <= 12:
            return Days()
        return month_days(one, month) if day is None else one_day(one, month, day)

    given = year if year is not None else context.year
    if given is not None:
        return of(given)
    if context.published is None:
        return Days()
    now = context.published.year
    if weekday is not None:
        fitting = [
            days for days in (of(now), of(now - 1), of(now + 1)) if days.first and days.first.weekday() == weekday
        ]
        if fitting:
            return fitting[0]
    if day == 29 and month == 2:
        return next((days for days in (of(now), of(now - 1)) if days.known and _not_ahead(days, context)), Days())
    return _nearest(of(now - 1), of(now), of(now + 1), context)


def _not_ahead(days: Days, context: Context) -> bool:
    return context.published is not None and days.first is not None and days.first <= context.published + _SLACK


def _nearest(before: Days, this: Days, following: Days, context: Context) -> Days:
    """Take this year's day unless it lies ahead; where the clause speaks of the future, unless it lies behind."""
    if context.ahead and not context.behind and context.published is not None:
        soon = this.last is not None and this.last >= context.published - _JUST_NOW
        return this if soon else following
    return this if _not_ahead(this, context) or not this.known else before


def _other_year_date(steps: int) -> Callable[[Mapping[str, Any], Context], Days]:
    def work_out(values: Mapping[str, Any], context: Context) -> Days:
        if context.published is None:
            return Days()
        return _dated(context.published.year + steps, values["month"], values.get("day"), context)

    return work_out


def _days(values: Mapping[str, Any], context: Context) -> Days:
    last = _dated(values.get("year"), values["month"], values["day2"], context)
    if last.last is None:
        return Days()
    first = one_day(last.last.year, values["month"], values["day"])
    return Days(first.first, last.last) if first.first is not None and first.first <= last.last else Days()


def _years(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    first, last = values["year"], values.get("year2", values["year"])
    return Days(date(first, 1, 1), date(last, 12, 31)) if first <= last else Days()


def _winter_years(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    """Read the two years of "2023/24"; nothing where the second is not the year after the first."""
    year = values["year"]
    return Days(date(year, 1, 1), date(year + 1, 12, 31)) if (year + 1) % 100 == values["two"] else Days()


def _decade(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    first = values["year"] - values["year"] % 10
    size = 100 if values["year"] % 100 == 0 and values["year"] != 2000 else 10
    return Days(date(first, 1, 1), date(first + size - 1, 12, 31))


def _short_decade(values: Mapping[str, Any], context: Context) -> Days:
    """Read "the 90s"; from the 30s on they are those of the last century."""
    two = values["two"]
    return _decade({"year": two + (1900 if two >= 30 else 2000)}, context) if two % 10 == 0 else Days()


def _quarter(values: Mapping[str, Any], context: Context) -> Days:
    month = 3 * (values.get("digit") or values["ordinal"]) - 2
    year = values.get("year") or context.year
    if year is not None:
        return month_days(year, month, 3)
    return _latest(month, context)


def _latest(month: int, context: Context, *, ended: bool = False) -> Days:
    """Return the latest quarter or season from a month on that has begun, or has ended, by the day of publication."""
    if context.published is None:
        return Days()
    for year in (context.published.year, context.published.year - 1, context.published.year - 2):
        days = month_days(year, month, 3)
        reached = days.last if ended else days.first
        if reached is not None and reached <= context.published:
            return days
    return Days()


def _season(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    return month_days(values["year"], values["season"], 3)


def _this_season(values: Mapping[str, Any], context: Context) -> Days:
    """Take the season of the year of publication; in January "this winter" began the year before."""
    if context.published is None:
        return Days()
    year = context.published.year - (values["season"] == 12 and context.published.month <= 6)
    return month_days(year, values["season"], 3)


# ------------------------------------------------------------------ relative to the day of publication


def _offset(context: Context, days: int) -> Days:
    day = context.published + timedelta(days=days) if context.published else None
    return Days(day, day)


def _weekday(values: Mapping[str, Any], context: Context) -> Days:
    if context.published is None:
        return Days()
    if context.ahead:
        return _offset(context, (values["weekday"] - context.published.weekday()) % 7)
    return _offset(context, -((context.published.weekday() - values["weekday"]) % 7))


def _last_weekday(values: Mapping[str, Any], context: Context) -> Days:
    if context.published is None:
        return Days()
    return _offset(context, -((context.published.weekday() - values["weekday"] - 1) % 7 + 1))


def _next_weekday(values: Mapping[str, Any], context: Context) -> Days:
    if context.published is None:
        return Days()
    return _offset(context, (values["weekday"] - context.published.weekday() - 1) % 7 + 1)


def _this_weekday(values: Mapping[str, Any], context: Context) -> Days:
    return _offset(context, values["weekday"] - context.published.weekday()) if context.published else Days()


def _unit(steps: int) -> Callable[[Mapping[str, Any], Context], Days]:
    def work_out(values: Mapping[str, Any], context: Context) -> Days:
        return unit_around(context.published, values["span"], steps) if context.published else Days()

    return work_out


def _this(values: Mapping[str, Any], context: Context) -> Days:
    """Take a unit that has begun up to the day of publication, but where the text looks ahead."""
    return _unit(0)(values, context) if context.ahead else _so_far(values, context)


def _so_far(values: Mapping[str, Any], context: Context) -> Days:
    this = _unit(0)(values, context)
    return Days(this.first, context.published) if this.first and context.published else this


def _later(values: Mapping[str, Any], context: Context) -> Days:
    this = _unit(0)(values, context)
    return Days(context.published, this.last) if this.last else this


def _ago(values: Mapping[str, Any], context: Context) -> Days:
    """Days and weeks ago are a day; months and years ago are a month or a year."""
    number, unit = values.get("n", 1), values["unit"]
    at = (
        moved(context.published, -number, unit) if context.published and number is not None and unit != "hour" else None
    )
    if at is None:
        return Days()
    return Days(at, at) if unit in {"day", "week", "fortnight", "weekend"} else unit_around(at, unit)


def _long_ago(values: Mapping[str, Any], context: Context) -> Days:
    number = values["n"]
    at = moved(context.published, -number, values["unit"]) if context.published and number is not None else None
    return Days(None, at)


def _coming(values: Mapping[str, Any], context: Context) -> Days:
    number = values["n"]
    at = moved(context.published, number, values["unit"]) if context.published and number is not None else None
    return Days(context.published, at) if at else Days()


def _shift(sign: int) -> Callable[[Mapping[str, Any], Context], Days]:
    def work_out(values: Mapping[str, Any], context: Context) -> Days:
        number, unit = values.get("n", 1), values.get("unit", "day")
        if context.anchor is None or number is None or unit == "hour":
            return Days()
        at = moved(context.anchor, sign * number, unit)
        return Days(at, at) if at and unit in {"day", "week"} else unit_around(at, unit) if at else Days()

    return work_out


def _same(values: Mapping[str, Any], context: Context) -> Days:  # noqa: ARG001  # one signature for all
    return Days(context.anchor, context.anchor)


def _back(values: Mapping[str, Any], context: Context) -> Days:
    number = values.get("n", 1)
    ahead = context.ahead and not context.behind
    if context.published is None or number is None:
        return Days(None, None if ahead else context.published)
    if ahead:
        at = moved(context.published, number, values["unit"])
        return Days(context.published, at) if at else Days()
    return Days(moved(context.published, -number, values["unit"]), context.published)


# ------------------------------------------------------------------ open and closed ends


def _since(values: Mapping[str, Any], context: Context) -> Days:
    days = _inner(values["time"], context)
    fits = days.first is not None and context.published is not None and days.first <= context.published
    return Days(days.first, context.published if fits else None)


def _until(values: Mapping[str, Any], context: Context) -> Days:
    turned = context if context.behind else _turned(context)
    return Days(None, _inner(values["time"], turned).last)


def _turned(context: Context) -> Context:
    return Context(context.published, context.anchor, True, context.behind, context.table, context.year)


def _before(values: Mapping[str, Any], context: Context) -> Days:
    days = _inner(values["time"], context)
    return Days(None, days.first - _DAY if days.first else None)


def _after(values: Mapping[str, Any], context: Context) -> Days:
    days = _inner(values["time"], context)
    return Days(days.last + _DAY if days.last else None, None)


def _starting(values: Mapping[str, Any], context: Context) -> Days:
    return Days(_inner(values["time"], context).first, None)


def _as_of(values: Mapping[str, Any], context: Context) -> Days:
    return _inner(values["time"], context)


def _between(values: Mapping[str, Any], context: Context) -> Days:
    last = _inner(values["time2"], context)
    year = last.last.year if last.last else None
    first = _inner(values["time"], Context(
        context.published, context.anchor, context.ahead, context.behind, context.table, year,
    ))  # fmt: skip
    if first.first and last.last and first.first > last.last and year is not None:
        first = _inner(values["time"], Context(
            context.published, context.anchor, context.ahead, context.behind, context.table, year - 1,
        ))  # fmt: skip
    ordered = first.first is None or last.last is None or first.first <= last.last
    return Days(first.first, last.last) if ordered else Days()


_PERIODS: Final = frozenset({"back", "decade", "short_decade"})
_CORE: Final[dict[str, Callable[[Mapping[str, Any], Context], Days]]] = {
    "iso": _iso, "slashed_year": _iso,
    "slashed": _slashed, "dotted": _dotted, "date": _date, "month": _date, "days": _days, "years": _years,
    "year": _years, "bare_year": _years, "decade": _decade, "quarter": _quarter, "season": _season,
    "the_unit": _unit(0),
    "then": _same,
    "short_decade": _short_decade,
    "last_year_date": _other_year_date(-1),
    "this_year_date": _other_year_date(0),
    "next_year_date": _other_year_date(1),
    "winter_years": _winter_years,
    "coming": _coming,
    "last_season": lambda values, context: _latest(values["season"], context, ended=True),
    "this_season": _this_season,
    "weekday": _weekday, "last_weekday": _last_weekday, "next_weekday": _next_weekday, "this_weekday": _this_weekday,
    "this": _this, "last": _unit(-1), "next": _unit(1), "so_far": _so_far, "later": _later,
    "ago": _ago, "long_ago": _long_ago, "shift_back": _shift(-1), "shift_on": _shift(1), "same": _same, "back": _back,
}  # fmt: skip
_BOUNDS: Final[dict[str, Callable[[Mapping[str, Any], Context], Days]]] = {
    "since": _since, "until": _until, "by": _until, "before": _before, "after": _after, "starting": _starting,
    "as_of": _as_of, "between": _between,
}  # fmt: skip
