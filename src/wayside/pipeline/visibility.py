"""What hides a scene's tracks, in sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction, code_of

__all__ = ["hidden_reasons"]

_LEAST_SHARE = 0.05
"""Less of a scene's track length than this is hidden by one thing without a word."""

_WORDS = {
    Obstruction.OUTSIDE: "lies outside the image",
    Obstruction.NODATA: "has no data in the image",
    Obstruction.DEFECTIVE: "has damaged pixels",
    Obstruction.CLOUD: "is under cloud",
    Obstruction.CLOUD_SHADOW: "is in the shadow of clouds",
    Obstruction.HAZE: "is under haze or thin cloud",
    Obstruction.BLUR: "is too blurred to be read",
    Obstruction.SATURATED: "is overexposed",
    Obstruction.SHADOW: "is in deep shadow",
}
_PLAIN = (Obstruction.OUTSIDE, Obstruction.NODATA)
"""What needs no source: the image itself is the proof."""


def hidden_reasons(strips: Sequence[Strip], *, said: Collection[str] = ()) -> tuple[str, ...]:
    """Return a sentence on each thing that hides much of a scene's track length, the greatest share first.

    Args:
        strips: one for each track of the scene.
        said: ids of tracks of which it was said already that the image does not show them.
    """
    length = sum(strip.frame.length_m for strip in strips)
    hidden: dict[tuple[Obstruction, bool], float] = defaultdict(float)
    for strip in strips:
        for kind, columns in _columns(strip).items():
            if not (kind[0] is Obstruction.OUTSIDE and strip.track_id in said):
                hidden[kind] += columns * strip.frame.step_m
    much = [(metres / length, kind) for kind, metres in hidden.items() if metres >= _LEAST_SHARE * length]
    return tuple(
        f"{100 * share:.0f} % of the track length {_WORDS[what]}{_source(what, provided=provided)}."
        for share, (what, provided) in sorted(much, key=lambda one: (-one[0], one[1]))
    )


def _source(what: Obstruction, *, provided: bool) -> str:
    if provided:
        return " (provider's mask)"
    return "" if what in _PLAIN else " (judged from the image)"


def _columns(strip: Strip) -> dict[tuple[Obstruction, bool], int]:
    """Return how many columns each obstruction hides, by what it is and whether the provider says so."""
    if strip.hidden is None:
        blank = int((~strip.visible).sum())
        return {(Obstruction.NODATA, False): blank} if blank else {}
    named = np.where(strip.hidden.codes > 0, strip.hidden.codes, code_of(Obstruction.NODATA))
    named = np.where(strip.visible, 0, named)
    found = {}
    for what in Obstruction:
        for provided in (False, True):
            columns = int(((named == code_of(what)) & (strip.hidden.provided == provided)).sum())
            if columns:
                found[what, provided] = columns
    return found
