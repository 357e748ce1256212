"""How well a scene was seen: what hid its track, and how it was fitted to the ground, in words."""

from __future__ import annotations

from collections import defaultdict
from math import hypot

from wayside.assessment.assessment import CountedScene
from wayside.model.observations import Registration, SceneCount
from wayside.model.visibility import Obstruction
from wayside.model.wording import say_share

__all__ = ["HIDDEN_WORDS", "MOSTLY", "hidden_of", "is_mostly_hidden", "say_hidden", "say_move", "unexplained"]

MOSTLY = 0.5
"""A scene in which less than this share of the track can be seen is marked as mostly hidden."""
_PRINTED = 0.005

HIDDEN_WORDS = {
    Obstruction.OUTSIDE: "outside the image",
    Obstruction.NODATA: "no data",
    Obstruction.DEFECTIVE: "damaged pixels",
    Obstruction.CLOUD: "cloud",
    Obstruction.CLOUD_SHADOW: "cloud shadow",
    Obstruction.HAZE: "haze or thin cloud",
    Obstruction.BLUR: "blur",
    Obstruction.SATURATED: "overexposure",
    Obstruction.SHADOW: "deep shadow",
}


def hidden_of(result: SceneCount) -> dict[Obstruction, float]:
    """Return the share of a scene's track length that each thing hides, the greatest first."""
    length = sum(track.length_m for track in result.tracks)
    metres: dict[Obstruction, float] = defaultdict(float)
    for track in result.tracks:
        for what, share in track.hidden.items():
            metres[what] += share * track.length_m
    ordered = sorted(metres.items(), key=lambda item: (-item[1], item[0]))
    return {what: min(found / length, 1.0) for what, found in ordered if found > 0}


def unexplained(result: SceneCount) -> float:
    """Return the share of track length (0 to 1) that could not be read and of which no reason was kept."""
    return max(0.0, 1.0 - result.visible_fraction - sum(hidden_of(result).values()))


def say_hidden(result: SceneCount) -> str:
    """Return what hid a scene's track: "34 % cloud, 26 % haze or thin cloud"; empty where all of it was seen."""
    shares = [(HIDDEN_WORDS[what], share) for what, share in hidden_of(result).items()]
    shares.append(("for a reason that was not kept", unexplained(result)))
    return ", ".join(f"{say_share(share)} {word}" for word, share in shares if share >= _PRINTED)


def is_mostly_hidden(row: CountedScene) -> bool:
    """Whether less than half of the track length can be seen."""
    return row.result.visible_fraction < MOSTLY


def say_move(registration: Registration) -> tuple[str, str]:
    """Return how far a registration moved the tracks and where to: ("1.4 m", "1.2 m east, 0.7 m south").

    The second is empty where it is too little to be printed.
    """
    east, north = round(registration.east_m, 1), round(registration.north_m, 1)
    parts = [f"{abs(east):.1f}\u00a0m {'east' if east > 0 else 'west'}"] if east else []
    parts += [f"{abs(north):.1f}\u00a0m {'north' if north > 0 else 'south'}"] if north else []
    if not parts:
        return "less than 0.1\u00a0m", ""
    return f"{hypot(registration.east_m, registration.north_m):.1f}\u00a0m", ", ".join(parts)
