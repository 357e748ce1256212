"""Numbers for tracks: across the yard, then along it; an earlier site's numbers where its tracks are still there."""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from wayside.archive.osm.network import Network
from wayside.archive.osm.pieces import Piece
from wayside.archive.osm.plane import Array, Plane, places_along
from wayside.model.places import MapPoint, Track

__all__ = ["kept_names", "line_groups", "names_for", "oriented", "yard_axis"]

_BIN_M = 25.0
_SURE_M = 1.0
_SAME_M = 3.0
_SAME_SHARE = 0.5


def yard_axis(lines: Sequence[Array]) -> Array:
    """Return the directions along and across a yard, rows of shape (2, 2), from its tracks in metres.

    Along is the mean direction of all rails, by length. A yard that lies more east-west is walked from west to east
    and numbered from its north; one that lies more north-south is walked from north to south and numbered from its
    west.
    """
    steps = np.concatenate([np.diff(line, axis=0) for line in lines])
    length = np.hypot(steps[:, 0], steps[:, 1])
    double = 2 * np.arctan2(steps[:, 1], steps[:, 0])
    axis = 0.5 * math.atan2(float(length @ np.sin(double)), float(length @ np.cos(double)))
    along = np.array([math.cos(axis), math.sin(axis)])
    if abs(along[0]) >= abs(along[1]):
        along *= math.copysign(1.0, along[0])
        return np.array([along, [along[1], -along[0]]])
    along *= -math.copysign(1.0, along[1])
    return np.array([along, [-along[1], along[0]]])


def oriented(points: tuple[MapPoint, ...], plane: Plane, along: Array) -> tuple[MapPoint, ...]:
    """Return a line in the direction in which the yard is walked."""
    ends = plane.metres([points[0], points[-1]]) @ along
    if points[0] == points[-1]:
        # A ring begins at its least position, and goes on to the lesser of its neighbours.
        least = min(range(len(points) - 1), key=lambda k: points[k])
        ring = (*points[least:-1], *points[: least + 1])
        return min(ring, ring[::-1], key=lambda r: r[1])
    same = math.isclose(ends[0], ends[1], abs_tol=1e-6)
    backwards = points[::-1] < points if same else ends[0] > ends[1]
    return points[::-1] if backwards else points


def line_groups(network: Network, pieces: Sequence[Piece]) -> list[int]:
    """Return for each piece the number of its line: pieces that follow each other straight on are one line."""
    of_edge: dict[int, list[int]] = {}
    for number, piece in enumerate(pieces):
        for edge in piece.edges:
            of_edge.setdefault(edge, []).append(number)
    group = list(range(len(pieces)))

    def root(k: int) -> int:
        while group[k] != k:
            group[k] = group[group[k]]
            k = group[k]
        return k

    onward = [*network.straight.values(), *network.on.items()]
    follow = [(of_edge[a.edge][0], of_edge[b.edge][0]) for a, b in onward if a.edge in of_edge and b.edge in of_edge]
    shared = [tuple(numbers) for numbers in of_edge.values() if len(numbers) > 1]
    for several in [*follow, *shared]:
        for other in several[1:]:
            group[root(other)] = root(several[0])
    return [root(k) for k in range(len(pieces))]


def names_for(lines: Sequence[Array], groups: Sequence[int]) -> list[str]:
    """Return a number for every track: "3", or "3a", "3b" where several follow each other on one line.

    Two lines that run beside each other are compared there, so that a curved yard is numbered as one that is straight;
    lines that never do so are ordered by their mean distance across.

    Args:
        lines: tracks in metres, each (n, 2).
        groups: the line that each belongs to.
    """
    axis = yard_axis(lines)
    turned = [_every(line) @ axis.T for line in lines]
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group, []).append(number)
    of_line = list(members.values())
    order = _across([np.concatenate([turned[k] for k in ks]) for ks in of_line])
    names = [""] * len(lines)
    for number, which in enumerate(order, start=1):
        along = sorted(of_line[which], key=lambda k: (float(turned[k][:, 0].mean()), float(turned[k][:, 1].mean())))
        for k, suffix in zip(along, _suffixes(len(along)), strict=True):
            names[k] = f"{number}{suffix}"
    return names


def _every(line: Array) -> Array:
    """Return places along a line at 10 m or closer, so that a bin is never skipped."""
    length = LineString(line).length
    return places_along(line, np.linspace(0.0, length, max(2, math.ceil(length / 10.0) + 1)))


def _suffixes(count: int) -> Iterable[str]:
    if count == 1:
        return [""]
    letters = (
        "".join(s) for size in itertools.count(1) for s in itertools.product(string.ascii_lowercase, repeat=size)
    )
    return itertools.islice(letters, count)


def _across(places: Sequence[Array]) -> list[int]:
    """Return the order of lines across the yard; places are (along, across), each (n, 2)."""
    first = min(float(p[:, 0].min()) for p in places)
    bins = [np.floor((p[:, 0] - first) / _BIN_M).astype(np.int64) for p in places]
    beside = np.full((len(places), max(int(b.max()) for b in bins) + 1), np.nan)
    for row, p, b in zip(beside, places, bins, strict=True):
        count = np.bincount(b, minlength=row.size)
        total = np.bincount(b, weights=p[:, 1], minlength=row.size)
        row[count > 0] = total[count > 0] / count[count > 0]
    before = np.zeros((len(places), len(places)), dtype=np.bool_)
    for k, row in enumerate(beside):
        here = np.isfinite(row)
        apart = beside[:, here] - row[here]
        both = np.isfinite(apart).sum(axis=1)
        mean = np.nansum(apart, axis=1) / np.maximum(both, 1)
        before[k] = (both >= 2) & (mean > _SURE_M)
    mean_across = [float(p[:, 1].mean()) for p in places]
    start = [float(p[:, 0].min()) for p in places]
    return _in_order(before, [(round(m, 1), s) for m, s in zip(mean_across, start, strict=True)])


def _in_order(before: NDArray[np.bool_], keys: Sequence[tuple[float, float]]) -> list[int]:
    """Sort so that k stands before j where ``before[k, j]``; of those that are free, the least key first."""
    left = sorted(range(len(keys)), key=keys.__getitem__)
    order: list[int] = []
    while left:
        # Lines that wind about each other can stand in a circle; then the least key breaks it.
        free = next((k for k in left if not before[left, k].any()), left[0])
        left.remove(free)
        order.append(free)
    return order


def kept_names(names: Sequence[str], lines: Sequence[Array], earlier: Sequence[Track], plane: Plane) -> list[str]:
    """Return the earlier tracks' names for tracks that still lie there, and numbers that are not taken for the others.

    A track lies where an earlier one did if the two are within 3 m over half of the shorter.
    """
    kept = _still_there(lines, [(t.id, LineString(plane.metres(t.centreline))) for t in earlier])
    used = [int(m[0]) for t in earlier if (m := re.match(r"[0-9]{1,6}", t.id))]
    fresh = [names[k].rstrip(string.ascii_lowercase) for k in range(len(names)) if k not in kept]
    numbers = {base: max(used, default=0) + n for n, base in enumerate(dict.fromkeys(fresh), start=1)}
    renamed: list[str] = []
    for k, name in enumerate(names):
        base = name.rstrip(string.ascii_lowercase)
        suffix = name.removeprefix(base) if fresh.count(base) > 1 else ""
        renamed.append(kept[k] if k in kept else f"{numbers[base]}{suffix}")
    return renamed


def _still_there(lines: Sequence[Array], earlier: Sequence[tuple[str, LineString]]) -> dict[int, str]:
    """Return the name for each line that lies on an earlier one; where several do, those that share most."""
    found: list[tuple[float, int, str]] = []
    for number, line in enumerate(lines):
        shape = LineString(line)
        near = shape.buffer(_SAME_M)
        for name, other in earlier:
            shared = other.intersection(near).length if other.intersects(near) else 0.0
            if shared > _SAME_SHARE * min(other.length, shape.length):
                found.append((-shared, number, name))
    kept: dict[int, str] = {}
    for _, number, name in sorted(found):
        if number not in kept and name not in kept.values():
            kept[number] = name
    return kept
