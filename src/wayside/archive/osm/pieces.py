"""From the graph to tracks: stretches from turnout to turnout, without crossovers, cut back to their fouling points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from shapely import LineString, MultiLineString, linestrings

from wayside.archive.osm.elements import snapped
from wayside.archive.osm.network import Leg, Network
from wayside.archive.osm.plane import Array, length_m, places_along, steps_m
from wayside.archive.osm.tags import gauges_of
from wayside.model.checks import require_finite
from wayside.model.places import MapPoint

__all__ = ["SHORT", "Piece", "Rules", "chains", "lay_tracks"]

_CROSSOVER = "crossover"
SHORT = "shorter than the least length"
_FOULING = "between a turnout and its fouling point"
_MOST_TAGGED_CROSSOVER_M = 300.0
_MOST_CROSSOVER_M = 200.0
_LEAST_CROSSOVER_BEND = math.radians(2.0)
_FOULING_REACH_M = 250.0
_MOST_FOULING_M = 150.0
_STEP_M = 0.5


@dataclass(frozen=True, slots=True)
class Rules:
    """How tracks are laid.

    Attributes:
        least_m: shorter pieces are no tracks, metres.
        clearance_m: distance between the centrelines of two tracks from which on cars stand clear of each other,
            metres; European fouling marks stand at 3.5 m. 0 keeps every track's full length.
        through: whether tracks go straight on through turnouts instead of ending there.
    """

    least_m: float = 60.0
    clearance_m: float = 3.5
    through: bool = False

    def __post_init__(self) -> None:
        require_finite("least length in metres", self.least_m, low=0.0, high=10_000.0)
        require_finite("clearance in metres", self.clearance_m, low=0.0, high=10.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of rails.

    Attributes:
        points: its positions, two or more.
        edges: the edges under it, in order.
        start: the leg at its first position.
        end: the leg at its last position.
        reason: why it is no track; empty where it is one.
        gauges_mm: its gauges.
    """

    points: tuple[MapPoint, ...]
    edges: tuple[int, ...]
    start: Leg
    end: Leg
    reason: str = ""
    gauges_mm: tuple[int, ...] = ()

    @property
    def length_m(self) -> float:
        """Its length in metres."""
        return length_m(self.points)


def lay_tracks(network: Network, rules: Rules) -> list[Piece]:
    """Return all rails as pieces, tracks among them; every metre belongs to exactly one piece.

    1. Rails are taken from turnout to turnout, buffer stop, or the end of what is drawn or chosen; cut where the gauge
       changes from one known one to another.
    2. Links between tracks are no tracks: ways with ``service=crossover``; pieces up to 200 m that leave the straight
       at both of their ends and lie askew to both lines; and pieces shorter than the least length that leave the
       straight at every turnout they reach (a catch point's stub, the end of a short spur).
    3. Where after that a turnout has only its two straight legs left, the line goes on through it: a crossover does not
       cut the tracks that it joins. With ``through`` the straight legs of every turnout are joined.
    4. A leg that leaves the straight begins at its fouling point, where its centreline is ``clearance_m`` from the
       straight: so ground near a turnout is read once, on the straight track, on whose rails cars may stand.
    5. What is shorter than the least length is no track: in a yard's ladder the stretches from one turnout to the next.
    """
    first = chains(network)
    dropped = [link for piece in first if not piece.reason and (link := _as_link(network, piece, rules)).reason]
    _join_through(network, {leg for piece in dropped for leg in _ends(piece)}, through=rules.through)
    taken = {e for piece in dropped for e in piece.edges}
    laid = [p for chain in chains(network, without=taken) for p in _by_gauge(network, chain)]
    return dropped + [q for p in laid for q in _finished(network, p, rules)]


def _ends(piece: Piece) -> tuple[Leg, Leg]:
    return piece.start, piece.end


def chains(network: Network, without: Iterable[int] = ()) -> list[Piece]:
    """Return the maximal stretches along which trains go on without a turnout, in a fixed order."""
    seen = set(without)
    found: list[Piece] = []
    ends = [leg for node in sorted(network.legs) for leg in network.legs[node] if leg not in network.on]
    rings = [Leg(network.edges[e].a, e) for e in range(len(network.edges))]
    for leg in [*ends, *rings]:
        if leg.edge not in seen:
            piece = _chain(network, leg)
            seen.update(piece.edges)
            found.append(piece)
    return found


def _chain(network: Network, leg: Leg) -> Piece:
    points, edges = [leg.node], [leg.edge]
    end = network.beyond(leg)
    points.append(end.node)
    while (following := network.on.get(end)) is not None and following != leg:
        edges.append(following.edge)
        end = network.beyond(following)
        points.append(end.node)
    return Piece(tuple(points), tuple(edges), leg, end, network.edges[leg.edge].reason)


def _as_link(network: Network, piece: Piece, rules: Rules) -> Piece:
    """Return the piece with the reason why it is a link; as it is where it is none."""
    length = piece.length_m
    at_turnouts = [leg for leg in _ends(piece) if leg.node in network.straight]
    leaving = [leg for leg in at_turnouts if leg not in network.straight[leg.node]]
    tagged = all(network.lines[network.edges[e].line].tags.get("service") == "crossover" for e in piece.edges)
    if tagged and length <= _MOST_TAGGED_CROSSOVER_M:
        return replace(piece, reason=_CROSSOVER)
    if not leaving or len(leaving) < len(at_turnouts):
        return piece
    if len(leaving) == 2 and length <= _MOST_CROSSOVER_M and _askew(network, piece):
        return replace(piece, reason=_CROSSOVER)
    return replace(piece, reason=SHORT) if length < rules.least_m else piece


def _askew(network: Network, piece: Piece) -> bool:
    """Return whether a piece, in its middle, is parallel to neither of the lines that it joins."""
    xy = network.plane.metres(piece.points)
    low, high = places_along(xy, LineString(xy).length * np.array([0.4, 0.6]))
    middle = math.atan2(*(high - low)[::-1])
    for leg in _ends(piece):
        one, other = network.straight[leg.node]
        turn = network.heading(one) - middle
        back = network.heading(other) - middle
        if min(abs(math.remainder(t, math.pi)) for t in (turn, back)) < _LEAST_CROSSOVER_BEND:
            return False
    return True


def _join_through(network: Network, links: set[Leg], *, through: bool) -> None:
    """Join the straight legs of turnouts whose other legs are links; of all turnouts where asked."""
    joins: list[tuple[Leg, Leg]] = []
    for node, legs in network.legs.items():
        if len(legs) < 3 or any(leg in network.on for leg in legs):
            continue
        left = [leg for leg in legs if leg not in links]
        pair = network.straight.get(node)
        if pair is None or not set(pair) <= set(left):
            continue
        same = network.edges[pair[0].edge].reason == network.edges[pair[1].edge].reason
        if same and (through or len(left) == 2):
            joins.append(pair)
    for pair in joins:
        network.join(*pair)


def _by_gauge(network: Network, piece: Piece) -> list[Piece]:
    """Cut a piece where one known gauge follows another; a stretch without a gauge goes with the one before."""
    gauges = [gauges_of(network.lines[network.edges[e].line].tags).mm for e in piece.edges]
    known = next((g for g in gauges if g), ())
    cuts = [0]
    of_cut = [known]
    for number, gauge in enumerate(gauges):
        if gauge and gauge != known:
            cuts.append(number)
            of_cut.append(gauge)
            known = gauge
    cuts.append(len(gauges))
    parts: list[Piece] = []
    for (low, high), mm in zip(itertools.pairwise(cuts), of_cut, strict=True):
        points, edges = piece.points[low : high + 1], piece.edges[low:high]
        start, end = Leg(points[0], edges[0]), Leg(points[-1], edges[-1])
        parts.append(replace(piece, points=points, edges=edges, start=start, end=end, gauges_mm=mm))
    return parts


def _finished(network: Network, piece: Piece, rules: Rules) -> list[Piece]:
    """Cut a piece back to its fouling points, and say whether what is left is long enough."""
    if piece.reason:
        return [piece]
    whole = piece.length_m
    head, tail = (_fouling_m(network, leg, rules) for leg in _ends(piece))
    if head + tail >= whole:
        return [replace(piece, reason=SHORT if whole < rules.least_m else _FOULING)]
    parts = _cut_at(piece, [s for s in (head, whole - tail) if 0.0 < s < whole])
    middle = 1 if head > 0 else 0
    return [
        replace(p, reason=(SHORT if p.length_m < rules.least_m else "") if k == middle else _FOULING)
        for k, p in enumerate(parts)
    ]


def _fouling_m(network: Network, leg: Leg, rules: Rules) -> float:
    """Return how far along a leg cars would touch those on the straight, metres; 0 for a straight leg."""
    pair = network.straight.get(leg.node)
    if pair is None or leg in pair or leg in network.on or not rules.clearance_m:
        return 0.0
    straights = [network.walk(other, _FOULING_REACH_M, through=True) for other in pair]
    lines = MultiLineString([LineString(network.plane.metres(line)) for line in straights])
    places = _every(network.plane.metres(network.walk(leg, _MOST_FOULING_M)), _STEP_M)
    apart = np.array([lines.distance(p) for p in linestrings(np.repeat(places[:, None], 2, axis=1))])
    clear = np.flatnonzero(apart >= rules.clearance_m)
    return float(clear[0] * _STEP_M) if clear.size else min(_MOST_FOULING_M, (len(places) - 1) * _STEP_M)


def _every(xy: Array, step: float) -> Array:
    """Return places along a line at every ``step``, shape (n, 2)."""
    return places_along(xy, np.arange(0.0, min(LineString(xy).length, _MOST_FOULING_M) + step / 2, step))


def _cut_at(piece: Piece, places_m: Sequence[float]) -> list[Piece]:
    """Cut a piece at distances along it, metres; a cut within a centimetre of a position is moved there."""
    arc = np.concatenate([[0.0], np.cumsum(steps_m(piece.points))])
    points, edges = list(piece.points), list(piece.edges)
    for s in sorted(places_m, reverse=True):
        k = int(np.searchsorted(arc, s, side="right")) - 1
        share = (s - arc[k]) / (arc[k + 1] - arc[k])
        a, b = piece.points[k], piece.points[k + 1]
        place = snapped(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
        if place not in (a, b):
            points.insert(k + 1, place)
            edges.insert(k, piece.edges[k])
    cuts = _indices(points, arc, places_m)
    at = sorted({0, len(points) - 1, *cuts})
    return [
        replace(
            piece,
            points=tuple(points[low : high + 1]),
            edges=tuple(edges[low:high]),
            start=Leg(points[low], edges[low]),
            end=Leg(points[high], edges[high - 1]),
        )
        for low, high in itertools.pairwise(at)
    ]


def _indices(points: Sequence[MapPoint], arc: Array, places_m: Sequence[float]) -> list[int]:
    """Return the position nearest along the line to each distance."""
    along = np.concatenate([[0.0], np.cumsum(steps_m(points))])
    along *= arc[-1] / along[-1]
    return [int(np.argmin(np.abs(along - s))) for s in places_m]
