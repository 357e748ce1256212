"""What the tags of railways and freight areas mean (wiki.openstreetmap.org, pages of the keys named here)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from wayside.archive.osm.elements import Tags
from wayside.model.checks import require

__all__ = [
    "AREA_TAGS",
    "DEFAULT_KINDS",
    "KINDS",
    "LIFE_CYCLE",
    "USED_KINDS",
    "YARD_TAGS",
    "ZONE_TAGS",
    "Choice",
    "Gauges",
    "gauges_of",
    "is_crossing",
    "is_turnout",
    "kind_of",
    "refusal",
    "tagged",
]

DEFAULT_KINDS = ("rail", "narrow_gauge")
"""Railways on which freight cars stand."""

LIFE_CYCLE = ("disused", "abandoned", "razed", "demolished", "dismantled", "removed", "construction", "proposed")
"""States in which a way is no railway in use; tagged ``railway=disused`` or ``disused:railway=rail``."""

USED_KINDS = (*DEFAULT_KINDS, "light_rail", "preserved", "subway", "tram")
"""Railways in use."""

KINDS = (*USED_KINDS, *LIFE_CYCLE)
"""What may be asked for."""

ZONE_TAGS: tuple[tuple[str, str], ...] = (
    ("industrial", "container_terminal"),
    ("industrial", "container_yard"),
    ("industrial", "intermodal_freight_terminal"),
    ("industrial", "freight_terminal"),
    ("industrial", "storage"),
    ("industrial", "storage_yard"),
    ("industrial", "stockyard"),
    ("industrial", "timber_yard"),
    ("industrial", "scrap_yard"),
    ("landuse", "container_terminal"),
    ("man_made", "container_terminal"),
    ("man_made", "stockpile"),
    ("man_made", "heap"),
    ("depot", "container"),
    ("storage", "container"),
    ("railway", "container_terminal"),
    ("railway", "loading_yard"),
)
"""Areas where goods are put down in the open beside tracks. ``landuse=industrial`` alone says nothing of that."""

YARD_TAGS = (("landuse", "railway"), ("railway", "yard"), ("railway", "station"))
"""Areas whose name says where a site is."""

AREA_TAGS: tuple[tuple[str, str], ...] = (*ZONE_TAGS, *YARD_TAGS)
"""Areas that are read at all."""

_NO = frozenset({"", "no", "false", "0"})
_MAIN_USAGE = frozenset({"main", "branch"})
_CROSSINGS = frozenset({"railway_crossing", "tram_crossing", "level_crossing", "crossing"})
_PLAIN = re.compile(r"([0-9]{3,4})(?:\.0+)? ?(?:mm)?", re.ASCII | re.IGNORECASE)
_FEET = re.compile(r"([0-9]) ?(?:ft|') ?(?:([0-9]{1,2})(?: ([1-7])/([248]))? ?(?:in|\"|''))?", re.ASCII | re.IGNORECASE)
_WORDS = {"standard": 1435}
_LEAST_MM, _MOST_MM, _MOST_GAUGES = 600, 1676, 4


class Gauges(NamedTuple):
    """A ``gauge`` tag, read.

    Attributes:
        mm: the gauges in millimetres, from narrow to wide; empty where the tag says none that can be used.
        unread: what of the tag could not be used, as it stands there.
    """

    mm: tuple[int, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which railways become tracks.

    Attributes:
        kinds: kinds of railway, of ``KINDS``; the others are passed over as if they were not there.
        main: whether main lines are taken too: ways without ``service`` that carry ``usage=main`` or ``branch``, or
            say nothing of their usage.
    """

    kinds: tuple[str, ...] = DEFAULT_KINDS
    main: bool = True

    def __post_init__(self) -> None:
        unknown = [k for k in self.kinds if k not in KINDS]
        require(not unknown, f"no kind of railway: {', '.join(unknown)}", todo=f"Known are {', '.join(KINDS)}")
        require(self.kinds, "no kind of railway is asked for")


def tagged(tags: Tags, pairs: Iterable[tuple[str, str]]) -> bool:
    """Return whether any of some pairs of key and value is among the tags."""
    return any(tags.get(key) == value for key, value in pairs)


def kind_of(tags: Tags) -> str:
    """Return what kind of railway a way is, a life-cycle state before the kind; empty for no railway."""
    for state in LIFE_CYCLE:
        if f"{state}:railway" in tags and tags.get("railway", "") in {"", state}:
            return state
    return tags.get("railway", "")


def refusal(tags: Tags, choice: Choice) -> str:
    """Return why a way of a chosen kind becomes no track; empty where it becomes one."""
    if tags.get("tunnel", "") not in _NO:
        return "in a tunnel"
    if tags.get("covered", "") not in _NO or tags.get("location", "") in {"underground", "indoor"}:
        return "under a roof or the ground"
    if not choice.main and not tags.get("service") and tags.get("usage", "main") in _MAIN_USAGE:
        return "main line"
    return ""


def is_crossing(tags: Tags) -> bool:
    """Return whether a node's tags say that tracks (or a road) cross there without a way from one to the other."""
    return tags.get("railway", "") in _CROSSINGS


def is_turnout(tags: Tags) -> bool:
    """Return whether a node's tags say that there is a turnout, a single or double slip among them."""
    return tags.get("railway", "") == "switch"


def gauges_of(tags: Tags) -> Gauges:
    """Read ``gauge``: "1520", "1520;1435", "1435 mm", "1520/1435", "standard", "4 ft 8 1/2 in".

    "broad" and "narrow" mean another number in every country and are left unread, and so is what no railway has.
    """
    mm: set[int] = set()
    unread: list[str] = []
    text = tags.get("gauge", "")
    # A slash parts gauges, but not the half inch of 4 ft 8 1/2 in.
    for part in re.split(r"[;,|]|(?<=[0-9]{3})/(?=[0-9]{3})", text):
        said = " ".join(part.split())
        if not said:
            continue
        value = _millimetres(said)
        if value is None or len(mm) >= _MOST_GAUGES:
            unread.append(said[:40])
        else:
            mm.add(value)
    return Gauges(tuple(sorted(mm)), tuple(unread))


def _millimetres(said: str) -> int | None:
    if plain := _PLAIN.fullmatch(said):
        value = float(plain[1])
    elif feet := _FEET.fullmatch(said):
        fraction = int(feet[3]) / int(feet[4]) if feet[3] else 0.0
        value = 304.8 * int(feet[1]) + 25.4 * (int(feet[2] or 0) + fraction)
    else:
        value = float(_WORDS.get(said.lower(), 0))
    return round(value) if _LEAST_MM <= value <= _MOST_MM else None
