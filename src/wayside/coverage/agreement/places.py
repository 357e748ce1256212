"""Which names of places are one place, whatever their spelling."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.skeleton import latin
from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["one_place", "place_key", "places_apart"]

_PREFIX: Final = 6
"""A name this long that another begins with is the same name, cut short or declined."""
_SPELT: Final = 7
"""Names this long that differ in one letter, or in the order of two, are one name, spelt twice."""
_WORD: Final = re.compile(r"\w+")
_CACHED: Final = 16384


@lru_cache(maxsize=_CACHED)
def place_key(name: str) -> str:
    """Return a name in Latin letters without what only says what kind of place it is ("station", "port of")."""
    generic = frozenset(table("place_words")["generic"])
    words = _WORD.findall(latin(name.removesuffix("'s").removesuffix("’s")))
    kept = [word for word in words if word not in generic]
    return "".join(kept or words) or name.casefold()


def one_place(one: str, other: str) -> bool:
    """Return whether two names may be spellings of one place.

    They are where they are equal but for script, accents and generic words; where one begins with the other (six
    letters or more); or where they differ in one letter or in the
    order of two (seven or more).
    """
    short, long = sorted((place_key(one), place_key(other)), key=len)
    if short == long:
        return True
    return (len(short) >= _PREFIX and long.startswith(short)) or (len(short) >= _SPELT and _one_slip(short, long))


def _one_slip(short: str, long: str) -> bool:
    """Return whether one letter more, less or other, or two changed about, turn one name into the other.

    ``short`` is not the longer.
    """
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    about = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return about or short[at + 1 :] == long[at + 1 :]


def places_apart(names: Iterable[str]) -> Mapping[str, str]:
    """Group names of places; near-linear in their number.

    Args:
        names: in reading order, repeated as often as they are written.

    Returns:
        For each name the one of its group that is written most often (the first of those).
    """
    counts = Counter(names)
    by_key: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        by_key[place_key(name)].append(name)
    parent = {key: key for key in by_key}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    keys = sorted(by_key)
    for one, other in (*_prefixed(keys), *_misspelt(keys)):
        parent[root(other)] = root(one)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        groups[root(place_key(name))].append(name)
    return {name: max(group, key=counts.__getitem__) for group in groups.values() for name in group}


def _prefixed(keys: list[str]) -> list[tuple[str, str]]:
    """Pair each key with those that begin with it: in a sorted list they follow it."""
    found = []
    for at, key in enumerate(keys):
        if len(key) >= _PREFIX:
            stop = bisect_left(keys, key + "\U0010ffff", at)
            found += [(key, other) for other in keys[at + 1 : stop]]
    return found


def _misspelt(keys: list[str]) -> list[tuple[str, str]]:
    """Pair keys that differ by one slip: they agree once a letter is left out of either."""
    seen: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        if len(key) >= _SPELT:
            for form in {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}:
                seen[form].append(key)
    pairs = {(one, other) for some in seen.values() for at, one in enumerate(some[:20]) for other in some[at + 1 : 20]}
    return sorted(pair for pair in pairs if _one_slip(*sorted(pair, key=len)))
