"""Which items are one look, that is one sensor over the site, once: its tiles, frames, copies and reprocessings.

Providers' ids of datatakes, strips and acquisitions decide where both items have one. Else two items are one look if
they are of the same platform, lie side by side or over each other, are seen from the same direction, and their times
are no further apart than a platform needs to look again:

- Sentinel-2 and Landsat cannot look aside, and do not come back before their next orbit, 98 minutes later; catalogues
  give the start of the datatake or the time over the tile, which may be half an hour apart: 3000 s.
- PlanetScope takes a frame each second along its strip: 10 s.
- Agile satellites (WorldView, GeoEye, Legion, Pleiades, SPOT, SkySat) look again from another angle within a minute,
  for stereo: 5 s.
- Anything else: 1 s. Items of no known platform are joined within one collection, or as copies with the same outline.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

from wayside.archive.search.footprints import rings_shape
from wayside.archive.search.identity import platform_name
from wayside.model.acquisitions import FoundScene

__all__ = ["Look", "Placed", "looks_of", "overlap", "placed"]

_ORBIT_S = 3000.0
_AGILE = ("worldview-", "geoeye-", "legion-", "quickbird-", "pleiades-", "spot-", "skysat-")
_ADJACENT_DEG = 0.02
_OFF_NADIR_DEG = 3.0
_AZIMUTH_DEG = 25.0
_ASIDE_DEG = 5.0
_SAME_OUTLINE = 0.8
_ALIKE = 1.1


class Placed(NamedTuple):
    """A scene with its shape and its platform's one name."""

    scene: FoundScene
    shape: BaseGeometry
    platform: str

    @property
    def look_id(self) -> str:
        """The provider's id of the look, with its kind; may be empty."""
        return self.scene.properties.get("look", "")


class Look(NamedTuple):
    """Items of one look, in canonical order, and how they were told to be one, sentences."""

    members: tuple[Placed, ...]
    why: tuple[str, ...]


def placed(scene: FoundScene) -> Placed:
    """Return a scene with its shape.

    Raises:
        ValueRefusedError: its outline has no area.
    """
    return Placed(scene, rings_shape(scene.rings), platform_name(scene.platform))


def _join_seconds(platform: str, constellation: str = "") -> float:
    """Return how far apart the times of one look's items may be, seconds, where no id says that they are one."""
    if platform.startswith(("sentinel-2", "landsat-")):
        return _ORBIT_S
    if platform.startswith(_AGILE):
        return 5.0
    return 10.0 if "psscene" in constellation.lower() or "planetscope" in constellation.lower() else 1.0


def overlap(first: BaseGeometry, second: BaseGeometry) -> float:
    """Return the area that two shapes share as a part of what they cover together, 0 to 1."""
    shared = float(first.intersection(second).area)
    whole = float(first.area + second.area) - shared
    return shared / whole if whole > 0 else 0.0


def looks_of(scenes: Sequence[Placed]) -> list[Look]:
    """Return scenes in looks; ``scenes`` must be in one order for the same set, and the answer then is one too.

    Pairs that are one look are joined, ids first, then those closest in time; two that must not be one are never
    joined through a third.
    """
    groups = [_Group([i], {_kind(p): p.look_id} if p.look_id else {}) for i, p in enumerate(scenes)]
    owner = list(range(len(scenes)))
    for pair in sorted(_pairs(scenes)):
        a, b = owner[pair.first], owner[pair.second]
        if a == b or not _agree(groups[a], groups[b], scenes, timed=pair.rank > 0):
            continue
        low, high = min(a, b), max(a, b)
        groups[low] = groups[low].joined(groups[high], pair.why)
        for member in groups[high].members:
            owner[member] = low
    kept = [groups[i] for i in sorted(set(owner))]
    return [Look(tuple(scenes[i] for i in sorted(g.members)), tuple(sorted(g.why))) for g in kept]


class _Pair(NamedTuple):
    """Two scenes that are one look; sorts by how sure that is."""

    rank: int
    seconds: float
    first: int
    second: int
    why: str


class _Group:
    """Scenes joined so far."""

    def __init__(self, members: list[int], looks: dict[str, str], why: frozenset[str] = frozenset()) -> None:
        self.members = members
        self.looks = looks
        self.why = why

    def joined(self, other: _Group, why: str) -> _Group:
        return _Group(self.members + other.members, self.looks | other.looks, self.why | other.why | {why})


def _kind(item: Placed) -> str:
    return item.look_id.partition(":")[0]


def _pairs(scenes: Sequence[Placed]) -> list[_Pair]:
    in_time = sorted(range(len(scenes)), key=lambda i: (scenes[i].scene.acquired, i))
    found = []
    for at, i in enumerate(in_time):
        for j in in_time[at + 1 :]:
            apart = scenes[j].scene.acquired - scenes[i].scene.acquired
            if apart > timedelta(seconds=_ORBIT_S):
                break
            pair = _pair(min(i, j), max(i, j), scenes, apart.total_seconds())
            if pair is not None:
                found.append(pair)
    return found


def _pair(i: int, j: int, scenes: Sequence[Placed], seconds: float) -> _Pair | None:
    a, b = scenes[i], scenes[j]
    if a.look_id and a.look_id == b.look_id:
        kind, _, value = a.look_id.partition(":")
        return _Pair(0, seconds, i, j, f"The catalogues give them one {kind}, {value}.")
    if _contradict(a, b):
        return None
    near = a.shape.distance(b.shape) <= _ADJACENT_DEG
    if a.platform and a.platform == b.platform:
        most = _join_seconds(a.platform, f"{a.scene.collection} {b.scene.collection}")
        why = f"{a.scene.platform} took them within {most:g} s, side by side."
        return _Pair(1, seconds, i, j, why) if near and seconds <= most else None
    if seconds <= 1.0 and near and _one_collection(a, b):
        return _Pair(2, seconds, i, j, f"{a.scene.source} gives them one time, side by side.")
    if seconds <= 1.0 and _like_copies(a, b):
        return _Pair(3, seconds, i, j, "They have one time and one outline.")
    return None


def _contradict(a: Placed, b: Placed) -> bool:
    """Tell whether two items cannot be one look: other ids of one kind, other platforms, other directions of view."""
    if a.look_id and b.look_id and _kind(a) == _kind(b) and a.look_id != b.look_id:
        return True
    if a.platform and b.platform and a.platform != b.platform:
        return True
    return a.platform.startswith(_AGILE) and _other_view(a.scene, b.scene)


def _other_view(a: FoundScene, b: FoundScene) -> bool:
    if a.off_nadir_deg is None or b.off_nadir_deg is None:
        return False
    if abs(a.off_nadir_deg - b.off_nadir_deg) > _OFF_NADIR_DEG:
        return True
    # Close to the vertical an azimuth says nothing.
    if a.view_azimuth_deg is None or b.view_azimuth_deg is None or min(a.off_nadir_deg, b.off_nadir_deg) < _ASIDE_DEG:
        return False
    return abs((a.view_azimuth_deg - b.view_azimuth_deg + 180) % 360 - 180) > _AZIMUTH_DEG


def _one_collection(a: Placed, b: Placed) -> bool:
    neither = not a.platform and not b.platform
    return neither and (a.scene.source, a.scene.collection) == (b.scene.source, b.scene.collection)


def _like_copies(a: Placed, b: Placed) -> bool:
    gsds = [g for g in (a.scene.gsd_m, b.scene.gsd_m) if g is not None]
    return max(gsds, default=1) <= _ALIKE * min(gsds, default=1) and overlap(a.shape, b.shape) >= _SAME_OUTLINE


def _agree(a: _Group, b: _Group, scenes: Sequence[Placed], *, timed: bool) -> bool:
    """Tell whether no two members of two groups forbid joining them; by time alone only within one window."""
    if any(b.looks.get(kind, look) != look for kind, look in a.looks.items()):
        return False
    if any(_contradict(scenes[i], scenes[j]) for i, j in itertools.product(a.members, b.members)):
        return False
    if not timed:
        return True
    both = [scenes[i] for i in (*a.members, *b.members)]
    times = [p.scene.acquired for p in both]
    most = 3 * max(_join_seconds(p.platform, p.scene.collection) for p in both)
    return (max(times) - min(times)).total_seconds() <= min(most, _ORBIT_S)
