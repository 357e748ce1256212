"""The rails as a graph: positions that ways share, and which way a train goes on there.

An edge is one straight piece of a way between two neighbouring positions; how mappers cut ways has no influence.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from shapely import LineString, Point, prepare
from shapely.geometry.base import BaseGeometry

from wayside.archive.osm.elements import OsmLine, Tags, snapped
from wayside.archive.osm.plane import Plane, length_m, places_along
from wayside.archive.osm.tags import Choice, is_crossing, is_turnout, kind_of, refusal
from wayside.model.places import MapPoint

__all__ = ["OUTSIDE", "TWICE", "Edge", "Leg", "Network", "make_network"]

_HEADING_M = 15.0
"""A leg's direction at a turnout is that of its first 15 m: near the blades legs cannot be told apart."""
_MOST_BEND = math.radians(60.0)
"""Where two ways meet at a sharper angle, no train goes on: a turnout whose stem is not drawn."""
_MOST_CROSSING_BEND = math.radians(12.0)
OUTSIDE = "outside the area"
TWICE = "drawn twice"


class Edge(NamedTuple):
    """A straight piece of a way.

    Attributes:
        a: one end.
        b: the other end.
        line: the way it comes from, as index.
        reason: why it becomes no track; empty where it may.
    """

    a: MapPoint
    b: MapPoint
    line: int
    reason: str

    def other(self, node: MapPoint) -> MapPoint:
        """Return the end that is not ``node``."""
        return self.b if node == self.a else self.a


class Leg(NamedTuple):
    """An edge seen from one of its ends.

    Attributes:
        node: the end.
        edge: the edge's index.
    """

    node: MapPoint
    edge: int


@dataclass(frozen=True, eq=False)
class Network:
    """All rails.

    Attributes:
        lines: the ways of the chosen kinds.
        edges: their pieces; each pair of positions once.
        doubled: pieces that were drawn a second time, with the reason.
        legs: edges at each position, in a fixed order.
        plane: metres around the middle.
        on: where a train goes on from one leg into another without a turnout: both directions.
        straight: at each turnout the two legs with the least bend between them, where there are such.
    """

    lines: tuple[OsmLine, ...]
    edges: tuple[Edge, ...]
    doubled: tuple[Edge, ...]
    legs: Mapping[MapPoint, tuple[Leg, ...]]
    plane: Plane
    on: dict[Leg, Leg] = field(default_factory=dict)
    straight: dict[MapPoint, tuple[Leg, Leg]] = field(default_factory=dict)

    def beyond(self, leg: Leg) -> Leg:
        """Return the same edge seen from its other end."""
        return Leg(self.edges[leg.edge].other(leg.node), leg.edge)

    def join(self, one: Leg, other: Leg) -> None:
        """Let trains go on from one leg into the other."""
        self.on[one], self.on[other] = other, one

    def walk(self, leg: Leg, far_m: float, *, through: bool = False) -> list[MapPoint]:
        """Return the positions along a leg, away from its node, until ``far_m`` metres are behind.

        Args:
            leg: where to begin.
            far_m: how far to go, metres.
            through: whether to go straight on at turnouts.
        """
        points, gone = [leg.node], 0.0
        seen: set[int] = set()
        here: Leg | None = leg
        while here is not None and gone < far_m and here.edge not in seen:
            seen.add(here.edge)
            end = self.beyond(here)
            points.append(end.node)
            gone += length_m(points[-2:])
            here = self.on.get(end) or (self._straight_on(end) if through else None)
        return points

    def _straight_on(self, leg: Leg) -> Leg | None:
        pair = self.straight.get(leg.node, ())
        return next((p for p in pair if p != leg), None) if leg in pair else None

    def heading(self, leg: Leg) -> float:
        """Return a leg's direction at its node, radians anticlockwise from east."""
        xy = self.plane.metres(self.walk(leg, _HEADING_M))
        x, y = places_along(xy, np.array([_HEADING_M]))[0] - xy[0]
        return math.atan2(y, x)

    def bend(self, one: Leg, other: Leg) -> float:
        """Return by how much a train turns from one leg of a node into another, radians: 0 is straight on."""
        turn = self.heading(other) - self.heading(one) + math.pi
        return abs((turn + math.pi) % (2 * math.pi) - math.pi)


def make_network(
    lines: Sequence[OsmLine], nodes: Mapping[MapPoint, Tags], choice: Choice, area: BaseGeometry | None = None
) -> Network | None:
    """Make the graph of the chosen kinds of railway; None where there is none.

    Rules at a position where ways meet:

    - two ends: the track goes on, whatever their tags, unless it bends by more than 60° or only one is taken;
    - four ends that pair into two straight lines: a crossing, both lines go on, unless it is tagged as a turnout
      (``railway=switch``, a slip), which keeps its four legs;
    - three ends and more otherwise: a turnout, where every track ends. A ``railway=switch`` where only two ends meet
      ends nothing: the third leg is not drawn, or not a railway of the chosen kinds.

    Level crossings of roads are no matter.
    """
    chosen = tuple(line for line in lines if kind_of(line.tags) in choice.kinds)
    if not chosen:
        return None
    edges, doubled = _edges(chosen, choice, area)
    legs: dict[MapPoint, list[Leg]] = {}
    for number, edge in enumerate(edges):
        for node in (edge.a, edge.b):
            legs.setdefault(node, []).append(Leg(node, number))
    order = {n: tuple(sorted(ls, key=lambda leg: edges[leg.edge].other(leg.node))) for n, ls in legs.items()}
    network = Network(chosen, edges, doubled, order, Plane.around(list(order)))
    _join_pairs(network)
    _join_crossings(network, nodes)
    _find_straight(network)
    return network


def _edges(
    lines: Sequence[OsmLine], choice: Choice, area: BaseGeometry | None
) -> tuple[tuple[Edge, ...], tuple[Edge, ...]]:
    """Return all edges, each pair of positions once, in an order that is that of their positions."""
    found: list[tuple[tuple[MapPoint, MapPoint], int, str, int, Edge]] = []
    for number, line in enumerate(lines):
        reason = refusal(line.tags, choice)
        for a, b, why in _clipped_edges(line.points, reason, area):
            low, high = min(a, b), max(a, b)
            # Of two ways along the same rails the one that may become a track is kept, then the older one.
            found.append(((low, high), bool(why), why, line.id, Edge(low, high, number, why)))
    found.sort(key=lambda f: f[:4])
    kept: list[Edge] = []
    doubled: list[Edge] = []
    for _, same in itertools.groupby(found, key=lambda f: f[0]):
        first, *others = (f[4] for f in same)
        kept.append(first)
        doubled.extend(o._replace(reason=TWICE) for o in others)
    return tuple(kept), tuple(doubled)


def _clipped_edges(
    points: Sequence[MapPoint], reason: str, area: BaseGeometry | None
) -> Iterator[tuple[MapPoint, MapPoint, str]]:
    """Yield the pieces of a line with the reason why each is not taken, cut where the area's outline is crossed."""
    if area is not None:
        prepare(area)
    for a, b in itertools.pairwise(points):
        if area is None or reason:
            yield a, b, reason
            continue
        segment = LineString([a, b])
        if area.contains(segment):
            yield a, b, reason
        elif not area.intersects(segment):
            yield a, b, OUTSIDE
        else:
            yield from _cut(a, b, segment, area)


def _cut(a: MapPoint, b: MapPoint, segment: LineString, area: BaseGeometry) -> Iterator[tuple[MapPoint, MapPoint, str]]:
    """Yield the pieces of one segment that crosses the outline."""
    inner = segment.intersection(area)
    parts = [g for g in getattr(inner, "geoms", [inner]) if g.geom_type == "LineString" and g.length > 0]
    shares = sorted({0.0, 1.0, *(segment.project(_end(p, k), normalized=True) for p in parts for k in (0, -1))})
    inside = [tuple(sorted(segment.project(_end(p, k), normalized=True) for k in (0, -1))) for p in parts]
    places = [a, *(snapped(a.x + s * (b.x - a.x), a.y + s * (b.y - a.y)) for s in shares[1:-1]), b]
    for (low, high), (start, end) in zip(itertools.pairwise(shares), itertools.pairwise(places), strict=True):
        if start == end:
            continue
        taken = any(first - 1e-12 <= low and high <= last + 1e-12 for first, last in inside)
        yield start, end, "" if taken else OUTSIDE


def _end(part: LineString, which: int) -> BaseGeometry:
    return Point(part.coords[which])


def _may_join(network: Network, one: Leg, other: Leg) -> bool:
    same = network.edges[one.edge].reason == network.edges[other.edge].reason
    return same and network.bend(one, other) <= _MOST_BEND


def _join_pairs(network: Network) -> None:
    """Let tracks go on where two ends meet."""
    pairs = [legs for legs in network.legs.values() if len(legs) == 2]
    # First all of them, so that a direction is taken over 15 m and not over one short edge; then some are undone.
    for one, other in pairs:
        network.join(one, other)
    refused = [pair for pair in pairs if not _may_join(network, *pair)]
    for pair in refused:
        for leg in pair:
            del network.on[leg]


def _join_crossings(network: Network, nodes: Mapping[MapPoint, Tags]) -> None:
    """Let tracks go on across each other."""
    joins: list[tuple[Leg, Leg]] = []
    for node, legs in network.legs.items():
        tags = nodes.get(node, {})
        if len(legs) == 4 and not is_turnout(tags):
            limit = _MOST_BEND if is_crossing(tags) else _MOST_CROSSING_BEND
            joins += _crossing(network, legs, limit)
    for one, other in joins:
        if network.edges[one.edge].reason == network.edges[other.edge].reason:
            network.join(one, other)


def _crossing(network: Network, legs: Sequence[Leg], limit: float) -> list[tuple[Leg, Leg]]:
    """Return the two pairs of opposite legs; none where a pair bends by more than the limit."""
    first, *others = legs
    best: tuple[float, list[tuple[Leg, Leg]]] = (math.inf, [])
    for partner in others:
        rest = [leg for leg in others if leg != partner]
        pairs = [(first, partner), (rest[0], rest[1])]
        worst = max(network.bend(*pair) for pair in pairs)
        if worst < best[0]:
            best = (worst, pairs)
    return best[1] if best[0] <= limit else []


def _find_straight(network: Network) -> None:
    for node, legs in network.legs.items():
        if len(legs) >= 3 and not any(leg in network.on for leg in legs):
            pair = _straightest(legs, network.bend)
            if pair is not None:
                network.straight[node] = pair


def _straightest(legs: Iterable[Leg], bend: Callable[[Leg, Leg], float]) -> tuple[Leg, Leg] | None:
    """Return the two legs with the least bend between them; None where a train can go from none into another."""
    pairs = [(bend(*pair), pair) for pair in itertools.combinations(legs, 2)]
    least, pair = min(pairs, key=lambda p: p[0], default=(math.inf, None))
    return pair if least <= _MOST_BEND else None
