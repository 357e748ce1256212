"""Places for the nodes of a directed graph: layers from left to right, few crossings, no overlap.

After Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981): layers by
the longest path, an edge over several layers led through bends, order within a layer by barycentres, and positions that
depart least, in squares, from those of a node's neighbours (pool adjacent violators).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from wayside.model.checks import require

__all__ = ["Box", "Layout", "acyclic", "crossings", "layered", "naive_order"]

_SWEEPS = 12
_PASSES = 8
Edge = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a node stands.

    Attributes:
        x, y: upper left corner, in the drawing's units.
        width, height: extent, positive.
    """

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A graph with places.

    Attributes:
        boxes: place of each node.
        routes: for each edge the points that it passes, from the right of its first node to the left of its second.
        width, height: extent of the whole.
        crossings: pairs of edges that cross between two layers.
    """

    boxes: dict[str, Box]
    routes: dict[Edge, tuple[tuple[float, float], ...]]
    width: float
    height: float
    crossings: int


def acyclic(edges: Sequence[Edge]) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """Split edges, taken in their order, into those that close no circle and those that would."""
    onward: dict[str, list[str]] = defaultdict(list)
    kept: list[Edge] = []
    closing: list[Edge] = []
    for one, other in edges:
        if _reaches(onward, other, one):
            closing.append((one, other))
        else:
            onward[one].append(other)
            kept.append((one, other))
    return tuple(kept), tuple(closing)


def _reaches(onward: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        if node == goal:
            return True
        fresh = [n for n in onward.get(node, ()) if n not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _layers(nodes: Mapping[str, int], edges: Sequence[Edge]) -> dict[str, int]:
    """Return each node's layer: at least what it asks for, and after all that lead to it."""
    layer = dict(nodes)
    degree = dict.fromkeys(nodes, 0)
    onward: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        onward[one].append(other)
        degree[other] += 1
    ready = [node for node, before in degree.items() if before == 0]
    done = 0
    while ready:
        node = ready.pop()
        done += 1
        for other in onward[node]:
            layer[other] = max(layer[other], layer[node] + 1)
            degree[other] -= 1
            if degree[other] == 0:
                ready.append(other)
    require(done == len(nodes), "a graph with a circle has no layers", where="layout")
    return layer


def _with_bends(layer: dict[str, int], edges: Sequence[Edge]) -> tuple[dict[str, int], dict[Edge, list[str]]]:
    """Add a bend in every layer that an edge passes; return the layers with bends and each edge's way."""
    full = dict(layer)
    ways: dict[Edge, list[str]] = {}
    for k, (one, other) in enumerate(edges):
        bends = [f"\0{k}.{step}" for step in range(layer[one] + 1, layer[other])]
        full.update({bend: layer[one] + 1 + i for i, bend in enumerate(bends)})
        ways[one, other] = [one, *bends, other]
    return full, ways


def naive_order(layer: Mapping[str, int]) -> list[list[str]]:
    """Return the layers with their nodes in the order given."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node, at in layer.items():
        rows[at].append(node)
    return rows


def crossings(rows: Sequence[Sequence[str]], steps: Sequence[Edge]) -> int:
    """Return how many pairs of steps, each from one layer to the next, cross."""
    at = {node: (level, place) for level, row in enumerate(rows) for place, node in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one, other in steps:
        between[at[one][0]].append((at[one][1], at[other][1]))
    return sum(_inversions([end for _, end in sorted(pairs)]) for pairs in between.values())


def _inversions(values: list[int]) -> int:
    """Return the pairs in which a larger value stands before a smaller one, by merging."""
    if len(values) < 2:
        return 0
    middle = len(values) // 2
    left, right = values[:middle], values[middle:]
    total = _inversions(left) + _inversions(right)
    left.sort()
    right.sort()
    i = 0
    for value in right:
        while i < len(left) and left[i] <= value:
            i += 1
        total += len(left) - i
    return total


def _ordered(rows: list[list[str]], steps: Sequence[Edge]) -> tuple[list[list[str]], int]:
    """Return the best order that barycentres find, from left and from right in turn, and its crossings."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for one, other in steps:
        after[one].append(other)
        before[other].append(one)
    joined = before.keys() | after.keys()
    best, fewest = [list(row) for row in rows], crossings(rows, steps)
    now = [list(row) for row in rows]
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        for level in range(1, len(now)) if forwards else range(len(now) - 2, -1, -1):
            _reorder(now[level], now[level - 1 if forwards else level + 1], before if forwards else after, joined)
        count = crossings(now, steps)
        if count < fewest:
            best, fewest = [list(row) for row in now], count
    return best, fewest


def _loose_last(rows: list[list[str]], steps: Sequence[Edge]) -> list[list[str]]:
    joined = {node for step in steps for node in step}
    return [sorted(row, key=lambda node: node not in joined) for row in rows]


def _reorder(row: list[str], fixed: Sequence[str], beside: Mapping[str, list[str]], joined: AbstractSet[str]) -> None:
    """Sort a layer by the barycentres of its nodes; what nothing joins goes to the end."""
    place = {node: k for k, node in enumerate(fixed)}
    key = {}
    for k, node in enumerate(row):
        near = [place[other] for other in beside.get(node, ()) if other in place]
        loose = math.inf if node not in joined else k * max(len(fixed), 1) / max(len(row), 1)
        key[node] = sum(near) / len(near) if near else loose
    row.sort(key=key.__getitem__)


def spaced(wanted: Sequence[float], apart: Sequence[float]) -> list[float]:
    """Return positions as near to those wanted as can be, in squares, that keep their distances.

    Args:
        wanted: a position for each.
        apart: least distance from each to the next; one fewer than ``wanted``.
    """
    offset = [0.0]
    for gap in apart:
        offset.append(offset[-1] + gap)
    blocks: list[tuple[float, int]] = []
    for want, shift in zip(wanted, offset, strict=True):
        total, size = want - shift, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            other, more = blocks.pop()
            total, size = total + other, size + more
        blocks.append((total, size))
    level = [total / size for total, size in blocks for _ in range(size)]
    return [value + shift for value, shift in zip(level, offset, strict=True)]


def _heights(rows: list[list[str]], steps: Sequence[Edge], tall: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return the middle of every node, vertically."""
    beside: dict[str, list[str]] = defaultdict(list)
    for one, other in steps:
        beside[one].append(other)
        beside[other].append(one)
    middle: dict[str, float] = {}
    apart = [[(tall[a] + tall[b]) / 2 + gap for a, b in pairwise(row)] for row in rows]
    for row, gaps in zip(rows, apart, strict=True):
        middle.update(zip(row, spaced([0.0] * len(row), gaps), strict=True))
    for turn in range(_PASSES):
        order = list(zip(rows, apart, strict=True))
        for row, gaps in order if turn % 2 == 0 else reversed(order):
            wanted = [_mean([middle[o] for o in beside[n]], middle[n]) for n in row]
            middle.update(zip(row, spaced(wanted, gaps), strict=True))
    return middle


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def layered(
    nodes: Mapping[str, int],
    edges: Sequence[Edge],
    *,
    size: tuple[float, float],
    between: float,
    gap: float,
    heights: Mapping[str, float] | None = None,
) -> Layout:
    """Place a graph without circles.

    Args:
        nodes: ids, with the first layer in which each may stand (from 0).
        edges: pairs of ids, from upstream to downstream, none twice and without a circle.
        size: width and usual height of a node.
        between: from one layer's right edge to the next one's left edge.
        gap: least vertical distance of two nodes.
        heights: of nodes that are not of the usual height.

    Raises:
        ValueRefusedError: where the edges close a circle.
    """
    layer = _closed_up(_pulled(_layers(nodes, edges), edges))
    full, ways = _with_bends(layer, edges)
    steps = [step for way in ways.values() for step in pairwise(way)]
    rows, crossed = _ordered(_loose_last(naive_order(full), steps), steps)
    tall = {node: (heights or {}).get(node, size[1]) if node in nodes else 0.0 for node in full}
    middle = _heights(rows, steps, tall, gap)
    top = min((middle[n] - tall[n] / 2 for n in full), default=0.0)
    boxes = {n: Box(layer[n] * (size[0] + between), middle[n] - tall[n] / 2 - top, size[0], tall[n]) for n in nodes}
    routes = {}
    for edge, way in ways.items():
        bends = [(full[n] * (size[0] + between), middle[n] - top) for n in way[1:-1]]
        passed = [point for x, y in bends for point in ((x, y), (x + size[0], y))]
        one, other = boxes[edge[0]], boxes[edge[1]]
        start, end = (one.x + one.width, one.y + one.height / 2), (other.x, other.y + other.height / 2)
        routes[edge] = (start, *passed, end)
    width = max((box.x + box.width for box in boxes.values()), default=0.0)
    lowest = max((middle[n] + tall[n] / 2 for n in full), default=0.0)
    return Layout(boxes, routes, width, lowest - top, crossed)


def _pulled(layer: dict[str, int], edges: Sequence[Edge]) -> dict[str, int]:
    """Move what nothing leads to next to what it leads to."""
    first: dict[str, int] = {}
    for one, other in edges:
        first[one] = min(first.get(one, layer[other] - 1), layer[other] - 1)
    led = {other for _, other in edges}
    return {node: at if node in led else max(at, first.get(node, at)) for node, at in layer.items()}


def _closed_up(layer: dict[str, int]) -> dict[str, int]:
    """Leave out layers in which nothing stands."""
    used = {at: k for k, at in enumerate(sorted(set(layer.values())))}
    return {node: used[at] for node, at in layer.items()}
