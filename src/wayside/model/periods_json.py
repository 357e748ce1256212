"""The JSON form of answers about periods; quantiles that are numbers of days or cars are written as whole numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from wayside.model.periods import (
    FORECAST_QUANTILES,
    Comparison,
    DaysAbove,
    Forecast,
    HighestSince,
    HowOften,
    Period,
    PeriodAnswer,
    PeriodLevel,
    SinceWhen,
    Spread,
)

__all__ = ["period_answer_to_json"]


def period_answer_to_json(answer: PeriodAnswer) -> dict[str, Any]:
    """Return plain dictionaries, lists, numbers and strings, ready for ``json.dumps``; ``question`` names the kind."""
    match answer:
        case DaysAbove():
            body = _days_above(answer)
        case SinceWhen():
            body = _since_when(answer)
        case HighestSince():
            body = _highest_since(answer)
        case HowOften():
            body = _how_often(answer)
        case Comparison():
            body = _comparison(answer)
        case Forecast():
            body = _forecast(answer)
    return {**body, "assumptions": list(answer.assumptions)}


def _period(period: Period) -> dict[str, Any]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _spread(spread: Spread, *, whole: bool = False) -> dict[str, Any]:
    def number(x: float) -> float:
        return round(x) if whole else x

    return {
        "mean": spread.mean,
        "median": number(spread.median),
        "interval50": [number(x) for x in spread.interval50],
        "interval90": [number(x) for x in spread.interval90],
    }


def _days_above(answer: DaysAbove) -> dict[str, Any]:
    return {
        "question": "days-above",
        "above": answer.threshold,
        **_period(answer.period),
        "days": _spread(answer.days, whole=True),
        "share": _spread(answer.share),
        "p_any": answer.p_any,
        "scene_days": answer.scene_days,
    }


def _since_when(answer: SinceWhen) -> dict[str, Any]:
    interval = answer.interval90
    return {
        "question": "since-when",
        "above": answer.threshold,
        "date": answer.day.isoformat(),
        "p_now": answer.p_now,
        "median": _day(answer.median),
        "interval90": None if interval is None else [interval.low.isoformat(), interval.high.isoformat()],
        "p_whole_series": answer.p_whole_series,
        "scene_days": answer.scene_days,
    }


def _highest_since(answer: HighestSince) -> dict[str, Any]:
    return {
        "question": "highest-since",
        "now": answer.now,
        **({"from": None, "to": None} if answer.period is None else _period(answer.period)),
        "p_highest": answer.p_highest,
        "since50": _day(answer.since50),
        "since90": _day(answer.since90),
        "last_seen": _day(answer.last_seen),
    }


def _how_often(answer: HowOften) -> dict[str, Any]:
    duration = answer.duration_days
    return {
        "question": "how-often",
        "above": answer.threshold,
        **_period(answer.period),
        "apart_days": answer.apart_days,
        "episodes": _spread(answer.episodes, whole=True),
        "per_year": _spread(answer.per_year),
        "p_any": answer.p_any,
        "duration_days": None if duration is None else _spread(duration, whole=True),
        "scene_days": answer.scene_days,
    }


def _period_level(part: PeriodLevel) -> dict[str, Any]:
    return {
        **_period(part.period),
        "scene_days": part.scene_days,
        "on_model_alone": part.on_model_alone,
        "level": _spread(part.level),
    }


def _comparison(answer: Comparison) -> dict[str, Any]:
    return {
        "question": "compare",
        "first": _period_level(answer.first),
        "second": _period_level(answer.second),
        "ratio": _spread(answer.ratio),
        "difference": _spread(answer.difference),
        "p_more": answer.p_more,
        "factor": answer.factor,
        "p_factor": answer.p_factor,
        "high_count": answer.high_count,
        "days_above_high": _spread(answer.days_above_high, whole=True),
        "expected_above_high": answer.expected_above_high,
    }


def _forecast(answer: Forecast) -> dict[str, Any]:
    days = []
    for day in answer.days:
        row: dict[str, Any] = {"date": day.day.isoformat(), "level": list(day.level), "count": list(day.count)}
        if answer.threshold is not None:
            row |= {"p_above": day.p_above, "p_above_by": day.p_above_by}
        days.append(row)
    return {
        "question": "forecast",
        "issued": answer.issued.isoformat(),
        "quantiles": list(FORECAST_QUANTILES),
        "above": answer.threshold,
        "p_any": answer.p_any,
        "days": days,
    }
