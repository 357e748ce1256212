"""When two claims are about the same thing, and what identifies a source."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.skeleton import latin, one_name, skeleton

if TYPE_CHECKING:
    from wayside.model.claims import Claim

__all__ = ["figure_key", "same_place", "same_time", "slug"]

_PREFIX: Final = 6
_DAYS: Final = 3
_CACHED: Final = 65536
_NO_WORD: Final = re.compile(r"[^\w]+")


@lru_cache(maxsize=_CACHED)
def slug(name: str) -> str:
    """Return a name as lower-case words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return _NO_WORD.sub("-", plain).strip("-") or "unnamed"


def figure_key(claim: Claim) -> tuple[str, str, float] | None:
    """Return thing, unit and figure, or None; bounds and kinds are left out: they change in copying."""
    thing = claim.thing
    figure = claim.quantity.figure
    return None if thing is None or figure is None else (thing, claim.quantity.unit, figure)


@lru_cache(maxsize=_CACHED)
def same_place(one: str | None, other: str | None) -> bool:
    """Return whether two names may be one place, in whatever script and spelling; an unnamed place may be any."""
    if one is None or other is None:
        return True
    left, right = slug(latin(one)), slug(latin(other))
    short, long = sorted((left, right), key=len)
    if left == right or (len(short) >= _PREFIX and long.startswith(short)):
        return True
    return one_name(one, other) or (len(short) >= _PREFIX and skeleton(one) == skeleton(other))


def same_time(one: Claim, other: Claim) -> bool:
    """Return whether two claims may be about one day: resolved days lie within three, unresolved ones may be any."""
    if one.kind in {"maximum", "mean"} or one.time is None or other.time is None:
        return True
    left, right = one.time, other.time
    if left.start is None or right.start is None or left.end is None or right.end is None:
        return True
    gap = max((right.start - left.end).days, (left.start - right.end).days)
    return gap <= _DAYS
