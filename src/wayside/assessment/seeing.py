"""How well a scene was seen: what hid its track, and how it was fitted to the ground, in words."""

from __future__ import annotations

from collections import defaultdict
from math import hypot

from wayside.assessment.assessment import CountedScene, Look
from wayside.language.phrases import phrases
from wayside.model.observations import Registration, SceneCount
from wayside.model.visibility import Obstruction

__all__ = [
    "MOSTLY",
    "hidden_of",
    "hidden_word",
    "is_mostly_hidden",
    "say_hidden",
    "say_move",
    "unexplained",
]

MOSTLY = 0.5
"""A scene in which less than this share of the track can be seen is marked as mostly hidden."""
_PRINTED = 0.005
_LEAST_MOVE = 0.1


def hidden_word(what: Obstruction, language: str = "en") -> str:
    """Return what hides a track, in words."""
    return phrases("seeing", language).say(f"hidden.{what.value}")


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


def say_hidden(result: SceneCount, language: str = "en") -> str:
    """Return what hid a scene's track: "34 % cloud, 26 % haze or thin cloud"; empty where all of it was seen."""
    table = phrases("seeing", language)
    shares = [(hidden_word(what, language), share) for what, share in hidden_of(result).items()]
    shares.append((table.say("unexplained"), unexplained(result)))
    return ", ".join(table.say("part", share=share, what=what) for what, share in shares if share >= _PRINTED)


def is_mostly_hidden(row: Look) -> bool:
    """Whether less than half of the track length can be seen."""
    return (row.result.visible_fraction if isinstance(row, CountedScene) else row.visible_fraction) < MOSTLY


def say_move(registration: Registration, language: str = "en") -> tuple[str, str]:
    """Return how far a registration moved the tracks and where to: ("1.4 m", "1.2 m east, 0.7 m south").

    The second is empty where it is too little to be printed.
    """
    table = phrases("seeing", language)
    east, north = round(registration.east_m, 1), round(registration.north_m, 1)
    ways = [("east" if east > 0 else "west", east), ("north" if north > 0 else "south", north)]
    parts = [table.say("direction", metres=abs(metres), way=table.say(f"way.{way}")) for way, metres in ways if metres]
    if not parts:
        return table.say("nowhere", metres=_LEAST_MOVE), ""
    return table.say("distance", metres=hypot(registration.east_m, registration.north_m)), ", ".join(parts)
