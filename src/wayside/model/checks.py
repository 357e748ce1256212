"""Checks that the values share; each refuses with one clear sentence."""

from __future__ import annotations

import math
from datetime import datetime

from wayside.errors import ValueRefusedError

__all__ = ["require", "require_aware", "require_finite", "require_probability", "require_text"]


def require(condition: object, what: str, *, where: str = "", todo: str = "") -> None:
    """Raise ``ValueRefusedError`` with ``what`` unless ``condition`` holds."""
    if not condition:
        raise ValueRefusedError(what, where=where, todo=todo)


def require_finite(name: str, value: float, *, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse a number that is not finite or not in [low, high]."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueRefusedError(f"{name} must be a finite number from {low:g} to {high:g}, not {value!r}")


def require_probability(name: str, value: float) -> None:
    """Refuse a number outside [0, 1]."""
    require_finite(name, value, low=0.0, high=1.0)


def require_text(name: str, value: str) -> None:
    """Refuse an empty string."""
    if not value.strip():
        raise ValueRefusedError(f"{name} must not be empty")


def require_aware(name: str, value: datetime) -> None:
    """Refuse a time without a time zone: an hour's doubt is a shadow's length."""
    if value.tzinfo is None or value.utcoffset() is None:
        raise ValueRefusedError(f"{name} must carry a time zone, not {value.isoformat()}")
