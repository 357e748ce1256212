"""What several parts of the JSON are made of: numbers, days, spans, passages, ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wayside.model.agreement import CREDIBILITY, RELIABILITY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from wayside.coverage.output.ratings import Grade
    from wayside.model.agreement import Rating
    from wayside.model.claims import TimeSpan
    from wayside.model.documents import Passage, Span

__all__ = ["day", "grade", "number", "passage", "place_of", "rating", "time"]


def number(value: float | None) -> float | int | None:
    """Return a whole number without a fraction: 70, not 70.0."""
    return int(value) if value is not None and float(value).is_integer() else value


def day(value: date | None) -> str | None:
    """Return a date as ISO 8601."""
    return value.isoformat() if value is not None else None


def place_of(span: Span) -> dict[str, int]:
    """Return a span as two fields."""
    return {"start": span.start, "end": span.end}


def passage(value: Passage | None) -> dict[str, Any] | None:
    """Return words in a document."""
    return None if value is None else {"document": value.document, **place_of(value.span), "quote": value.quote}


def time(value: TimeSpan | None) -> dict[str, Any] | None:
    """Return a time."""
    return None if value is None else {"from": day(value.start), "to": day(value.end), "text": value.text}


def grade(value: Grade | None) -> dict[str, str | None] | None:
    """Return the grades that stand for a source, document or claim; None where nobody rated it."""
    if value is None:
        return None
    return {
        "reliability": value.reliability,
        "reliability_words": None if value.reliability is None else RELIABILITY[value.reliability],
        "credibility": value.credibility,
        "credibility_words": None if value.credibility is None else CREDIBILITY[value.credibility],
    }


def rating(value: Rating, standing: Sequence[Rating]) -> dict[str, Any]:
    """Return an entry, and whether a newer one has replaced it."""
    return {
        "subject": value.subject,
        "reliability": value.reliability,
        "reliability_words": None if value.reliability is None else RELIABILITY[value.reliability],
        "credibility": value.credibility,
        "credibility_words": None if value.credibility is None else CREDIBILITY[value.credibility],
        "by": value.by,
        "on": value.on.isoformat(),
        "note": value.note,
        "current": value in standing,
    }
