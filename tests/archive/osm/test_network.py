"""Rails into tracks: each rule on a drawn case, and random networks against a plain enumeration."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from wayside.archive.osm.area import Outline
from wayside.archive.osm.building import BuiltSite, SiteRequest, build_site
from wayside.archive.osm.elements import OsmData, OsmLine, snapped
from wayside.archive.osm.network import Network, make_network
from wayside.archive.osm.pieces import Rules, chains, lay_tracks
from wayside.archive.osm.tags import Choice
from wayside.errors import InputError
from wayside.model.places import MapPoint

GEOD = Geod(ellps="WGS84")
LON, LAT, EAST_M, NORTH_M = 24.9, 60.2, 55_440.0, 111_420.0
WHOLE = Rules(least_m=0.0, clearance_m=0.0)


def at(x: float, y: float) -> MapPoint:
    return snapped(LON + x / EAST_M, LAT + y / NORTH_M)


def metres(points: Any) -> float:
    """The length of a line, by geodesics."""
    return float(GEOD.line_length([p[0] for p in points], [p[1] for p in points]))


def rail(*places: tuple[float, float], id_: int = 1, **tags: str) -> OsmLine:
    return OsmLine(id_, tuple(at(x, y) for x, y in places), {"railway": "rail", **tags})


def laid(*lines: OsmLine, nodes: Any = (), rules: Rules = WHOLE, **request: Any) -> BuiltSite:
    data = OsmData(tuple(lines), (), dict(nodes))
    return build_site(data, SiteRequest("a", rules=rules, **request))


def ends(built: BuiltSite) -> set[frozenset[MapPoint]]:
    return {frozenset((t.centreline[0], t.centreline[-1])) for t in built.site.tracks}


# ---------------------------------------------------------------------- rules, one by one


def test_ways_that_meet_are_one_track_whatever_their_tags() -> None:
    built = laid(
        rail((0, 0), (100, 0), bridge="yes"), rail((200, 0), (100, 0), service="siding", layer="1", maxspeed="40")
    )
    assert [len(t.centreline) for t in built.site.tracks] == [3]
    assert built.labels[0].length_m == pytest.approx(metres(built.site.tracks[0].centreline), abs=1e-3)


def test_a_turnout_ends_tracks() -> None:
    built = laid(rail((0, 0), (300, 0)), rail((300, 0), (600, 0)), rail((300, 0), (400, 8), (600, 10)))
    assert ends(built) == {
        frozenset(at(*p) for p in e) for e in [((0, 0), (300, 0)), ((300, 0), (600, 0)), ((300, 0), (600, 10))]
    }


def test_a_turnout_in_the_middle_of_a_way_ends_tracks_too() -> None:
    built = laid(rail((0, 0), (300, 0), (600, 0)), rail((300, 0), (400, 8), (600, 10)))
    assert len(built.site.tracks) == 3


def test_through_goes_straight_on() -> None:
    built = laid(
        rail((0, 0), (300, 0), (600, 0)), rail((300, 0), (400, 8), (600, 10)), rules=replace(WHOLE, through=True)
    )
    assert ends(built) == {frozenset((at(0, 0), at(600, 0))), frozenset((at(300, 0), at(600, 10)))}


def test_a_switch_without_its_third_leg_ends_nothing() -> None:
    assert len(laid(rail((0, 0), (300, 0), (600, 0)), nodes={at(300, 0): {"railway": "switch"}}).site.tracks) == 1


@pytest.mark.parametrize("said", ["railway_crossing", ""])
def test_a_crossing_ends_nothing(said: str) -> None:
    nodes = {at(300, 0): {"railway": said}} if said else {}
    built = laid(rail((0, 0), (300, 0), (600, 0)), rail((0, -80), (300, 0), (600, 80)), nodes=nodes)
    assert ends(built) == {frozenset((at(0, 0), at(600, 0))), frozenset((at(0, -80), at(600, 80)))}


def test_a_slip_ends_tracks() -> None:
    nodes = {at(300, 0): {"railway": "switch"}}
    assert (
        len(laid(rail((0, 0), (300, 0), (600, 0)), rail((0, -80), (300, 0), (600, 80)), nodes=nodes).site.tracks) == 4
    )


def test_a_level_crossing_with_a_road_is_no_matter() -> None:
    assert (
        len(laid(rail((0, 0), (300, 0), (600, 0)), nodes={at(300, 0): {"railway": "level_crossing"}}).site.tracks) == 1
    )


def test_a_turnout_of_three_branches_is_no_crossing() -> None:
    lines = [rail((0, 0), (300, 0))] + [rail((300, 0), (600, y)) for y in (-40, 0, 40)]
    assert len(laid(*lines).site.tracks) == 4


def test_a_track_does_not_turn_back_at_a_point() -> None:
    built = laid(rail((0, 0), (300, 0)), rail((300, 0), (0, 30)))
    assert len(built.site.tracks) == 2


def crossover(**tags: str) -> list[OsmLine]:
    return [
        rail((0, 0), (300, 0), (360, 0), (700, 0)),
        rail((0, 5), (300, 5), (360, 5), (700, 5)),
        rail((300, 0), (360, 5), **tags),
    ]


@pytest.mark.parametrize("tags", [{"service": "crossover"}, {}])
def test_a_crossover_is_no_track_and_cuts_none(tags: dict[str, str]) -> None:
    built = laid(*crossover(**tags))
    assert ends(built) == {frozenset((at(0, y), at(700, y))) for y in (0, 5)}
    assert [(o.reason, o.pieces) for o in built.left_out] == [("crossover", 1)]


def test_a_scissors_crossover_is_no_track_and_cuts_none() -> None:
    lines = [
        rail((0, 0), (300, 0), (360, 0), (700, 0)),
        rail((0, 5), (300, 5), (360, 5), (700, 5)),
        rail((300, 0), (330, 2.5), (360, 5)),
        rail((300, 5), (330, 2.5), (360, 0)),
    ]
    built = laid(*lines)
    assert ends(built) == {frozenset((at(0, y), at(700, y))) for y in (0, 5)}
    assert [(o.reason, o.pieces) for o in built.left_out] == [("crossover", 2)]


def test_a_passing_siding_is_a_track_however_short() -> None:
    """It leaves the straight at both ends, as a crossover does, but lies beside it."""
    built = laid(rail((0, 0), (300, 0), (480, 0), (900, 0)), rail((300, 0), (350, 5), (430, 5), (480, 0)))
    assert len(built.site.tracks) == 4
    assert built.left_out == ()


def test_a_short_stub_is_no_track_and_cuts_none() -> None:
    lines = [rail((0, 0), (300, 0), (600, 0)), rail((300, 0), (330, 3))]
    built = laid(*lines, rules=replace(WHOLE, least_m=60.0))
    assert ends(built) == {frozenset((at(0, 0), at(600, 0)))}
    assert [(o.reason, o.pieces) for o in built.left_out] == [("shorter than the least length", 1)]


def test_a_ladder_leaves_its_tracks() -> None:
    """The stretches of the ladder between turnouts go, the lead and the tracks from it stay apart."""
    lines = [rail((-300, 0), (0, 0), (40, 5), (80, 10), (120, 15), (160, 20))]
    lines += [rail((40 * k, 5 * k), (40 * k + 45, 5 * k), (600, 5 * k)) for k in range(4)]
    built = laid(*lines, rules=Rules())
    assert len(built.site.tracks) == 5
    assert {o.reason for o in built.left_out} == {
        "shorter than the least length",
        "between a turnout and its fouling point",
    }


def test_a_diverging_track_begins_at_its_fouling_point() -> None:
    """One in nine to the side: 3.5 m are reached after 9 x 3.5 m, measured along the leg."""
    built = laid(
        rail((0, 0), (300, 0), (900, 0)), rail((300, 0), (390, 10), (900, 10)), rules=replace(WHOLE, clearance_m=3.5)
    )
    expected = math.hypot(9 * 3.5, 3.5)
    fouling = next(o for o in built.left_out if "fouling" in o.reason)
    assert fouling.length_m == pytest.approx(expected, abs=0.6)
    assert {round(label.length_m) for label in built.labels} >= {300, 600}


def test_the_straight_line_keeps_its_length_at_the_turnout() -> None:
    built = laid(rail((0, 0), (300, 0), (900, 0)), rail((300, 0), (390, 10), (900, 10)), rules=Rules())
    assert at(300, 0) in {p for t in built.site.tracks for p in (t.centreline[0], t.centreline[-1])}
    assert sum(at(300, 0) in t.centreline for t in built.site.tracks) == 2


def test_gauge_cuts_where_one_follows_another_and_nothing_else_does() -> None:
    ways = [
        rail((0, 0), (200, 0), gauge="1435"),
        rail((200, 0), (400, 0)),
        rail((400, 0), (600, 0), gauge="1520;1435"),
        rail((600, 0), (800, 0), gauge="1435;1520"),
    ]
    built = laid(*ways)
    assert [
        (t.gauges_mm, round(label.length_m, -2)) for t, label in zip(built.site.tracks, built.labels, strict=True)
    ] == [((1435,), 400), ((1435, 1520), 400)]


def test_what_cannot_be_seen_is_no_track() -> None:
    lines = [
        rail((0, 0), (300, 0)),
        rail((300, 0), (500, 0), tunnel="yes"),
        rail((500, 0), (900, 0), tunnel="no"),
        rail((900, 0), (1200, 0), covered="yes"),
    ]
    built = laid(*lines)
    assert [round(label.length_m, -2) for label in built.labels] == [300, 400]
    assert {o.reason: round(o.length_m, -2) for o in built.left_out} == {
        "in a tunnel": 200,
        "under a roof or the ground": 300,
    }


def test_main_lines_can_be_left_out_and_still_bound_the_sidings() -> None:
    lines = [
        rail((0, 0), (300, 0), (900, 0)),
        rail((300, 0), (390, 10), (900, 10), service="siding"),
        rail((0, 50), (600, 50), usage="industrial"),
    ]
    built = laid(*lines, choice=Choice(main=False))
    assert {round(label.length_m, -1) for label in built.labels} == {600}
    assert [o.reason for o in built.left_out] == ["main line"]


def test_other_kinds_are_not_there_unless_asked_for() -> None:
    lines = [
        rail((0, 0), (300, 0), (600, 0)),
        OsmLine(2, (at(300, 0), at(400, 40), at(600, 40)), {"railway": "tram"}),
        OsmLine(3, (at(0, 90), at(400, 90)), {"disused:railway": "rail"}),
    ]
    assert len(laid(*lines).site.tracks) == 1
    assert len(laid(*lines, choice=Choice(("rail", "disused"))).site.tracks) == 2
    with pytest.raises(InputError, match="no railway of the kind construction"):
        laid(*lines, choice=Choice(("construction",)))


def test_lines_drawn_twice_are_taken_once() -> None:
    built = laid(rail((0, 0), (300, 0), (600, 0)), rail((600, 0), (300, 0), (0, 0), id_=2))
    assert len(built.site.tracks) == 1
    assert [(o.reason, round(o.length_m, -1)) for o in built.left_out] == [("drawn twice", 600)]


def test_a_line_on_another_tracks_rails_is_left_out() -> None:
    built = laid(rail((0, 0), (600, 0)), rail((100, 0.6), (400, 0.6)))
    assert len(built.site.tracks) == 1
    assert [f.code for f in built.findings if f.code == "duplicate"] == ["duplicate"]


def test_a_track_that_crosses_itself_is_cut() -> None:
    """A spiral of 300 degrees that passes under its own approach."""
    spiral = [
        (60.0, -300.0),
        *((60 * math.cos(a), 60 * math.sin(a)) for a in (math.radians(k) for k in range(0, 300, 10))),
    ]
    built = laid(rail(*spiral, (60.0, -40.0), (200.0, -10.0)))
    assert len(built.site.tracks) == 2
    assert [f.code for f in built.findings if f.code == "self-crossing"] == ["self-crossing"]
    assert built.errors == ()
    total = metres([at(x, y) for x, y in [*spiral, (60.0, -40.0), (200.0, -10.0)]])
    assert sum(label.length_m for label in built.labels) == pytest.approx(total, abs=0.01)


def test_a_balloon_loop_and_a_ring_are_tracks() -> None:
    circle = [(200 + 150 * math.cos(a), 150 * math.sin(a)) for a in (2 * math.pi * k / 40 for k in range(41))]
    assert laid(rail(*circle)).labels[0].length_m == pytest.approx(2 * math.pi * 150, rel=0.01)


# ---------------------------------------------------------------------- against a plain enumeration


@st.composite
def networks(draw: st.DrawFn) -> list[OsmLine]:
    """Ways between the places of a coarse grid, moved a little: turnouts, crossings, rings, loose ends."""
    rng = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311  drawn cases, not secrets
    size = draw(st.integers(2, 4))
    grid = {
        (i, j): (120.0 * i + rng.uniform(-25, 25), 90.0 * j + rng.uniform(-25, 25))
        for i in range(size)
        for j in range(size)
    }
    pairs = [(a, b) for a, b in itertools.combinations(grid, 2) if max(abs(a[0] - b[0]), abs(a[1] - b[1])) == 1]
    count = draw(st.integers(1, min(14, len(pairs))))
    return [rail(grid[a], grid[b], id_=n) for n, (a, b) in enumerate(rng.sample(pairs, count), start=1)]


def angle(node: MapPoint, other: MapPoint) -> float:
    return math.radians(GEOD.inv(node.x, node.y, other.x, other.y)[0])


def bend(node: MapPoint, a: MapPoint, b: MapPoint) -> float:
    turn = abs(angle(node, a) - angle(node, b)) % (2 * math.pi)
    return math.pi - min(turn, 2 * math.pi - turn)


def enumerated(lines: list[OsmLine]) -> set[frozenset[frozenset[MapPoint]]]:
    """The stretches of a network, from the rule alone: edges are joined at a place if nothing else meets there."""
    edges = [frozenset(line.points) for line in lines]
    group = {e: {e} for e in edges}
    for node in {p for e in edges for p in e}:
        around = [next(iter(e - {node})) for e in edges if node in e]
        pairs = []
        if len(around) == 2 and bend(node, *around) <= math.radians(60):
            pairs = [tuple(around)]
        if len(around) == 4:
            ways = [
                ((around[0], around[k]), tuple(p for n, p in enumerate(around) if n not in (0, k))) for k in (1, 2, 3)
            ]
            best = min(ways, key=lambda w: max(bend(node, *p) for p in w))
            pairs = list(best) if max(bend(node, *p) for p in best) <= math.radians(12) else []
        for a, b in pairs:
            one, other = group[frozenset((node, a))], group[frozenset((node, b))]
            one |= other
            for e in other:
                group[e] = one
    return {frozenset(g) for g in group.values()}


def network_of(lines: list[OsmLine]) -> Network:
    network = make_network(lines, {}, Choice())
    assert network is not None
    return network


@given(networks())
@settings(max_examples=150)
def test_stretches_are_those_of_an_enumeration(lines: list[OsmLine]) -> None:
    network = network_of(lines)
    found = {frozenset(frozenset((network.edges[e].a, network.edges[e].b)) for e in c.edges) for c in chains(network)}
    assert found == enumerated(lines)


@given(networks(), st.sampled_from([0.0, 50.0, 150.0]), st.sampled_from([0.0, 3.5, 8.0]), st.booleans())
@settings(max_examples=100)
def test_every_metre_belongs_to_exactly_one_piece(
    lines: list[OsmLine], least: float, clearance: float, through: bool
) -> None:
    pieces = lay_tracks(network_of(lines), Rules(least, clearance, through))
    network = network_of(lines)
    assert set().union(*(p.edges for p in pieces)) == set(range(len(network.edges)))
    assert sum(metres(p.points) for p in pieces) == pytest.approx(
        sum(metres(line.points) for line in lines), abs=0.05 * len(pieces)
    )
    # An edge is in two pieces only where a fouling point cuts it.
    cut = Counter(e for p in pieces for e in set(p.edges))
    fouled = {e for p in pieces if "fouling" in p.reason for e in p.edges}
    assert {e for e, n in cut.items() if n > 1} <= fouled
    assert all(metres(p.points) >= least - 0.05 for p in pieces if not p.reason)


def outcome(lines: list[OsmLine], **request: Any) -> Any:
    try:
        built = laid(*lines, rules=Rules(50.0, 3.5), **request)
    except InputError as error:
        return error.what
    return built.site.tracks, built.left_out, [label.length_m for label in built.labels]


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_how_ways_are_drawn_is_no_matter(lines: list[OsmLine], rng: random.Random) -> None:
    """Ways may be joined to longer ones, turned round, renumbered, and come in any order."""
    left = list(lines)
    rng.shuffle(left)
    drawn: list[tuple[MapPoint, ...]] = []
    for line in left:
        points = line.points if rng.random() < 0.5 else line.points[::-1]
        on = next((k for k, d in enumerate(drawn) if d[-1] == points[0] and points[-1] not in d), None)
        if on is not None and rng.random() < 0.7:
            drawn[on] = (*drawn[on], *points[1:])
        else:
            drawn.append(points)
    other = [OsmLine(1000 - n, points, {"railway": "rail"}) for n, points in enumerate(drawn)]
    assert outcome(other) == outcome(lines)


def test_an_area_cuts_and_loses_nothing() -> None:
    ring = (at(-50, -50), at(250, -50), at(250, 50), at(-50, 50), at(-50, -50))
    built = laid(rail((-500, 0), (500, 0)), rail((0, -300), (0, 300)), outlines=(Outline("", ring),))
    inside = sum(label.length_m for label in built.labels)
    outside = next(o.length_m for o in built.left_out if o.reason == "outside the area")
    assert inside == pytest.approx(400, rel=0.01)
    assert inside + outside == pytest.approx(1600, rel=0.01)
    assert "cut-at-edge" in {f.code for f in built.warnings}


def test_a_name_in_the_area_is_looked_up(yard: Any) -> None:
    with pytest.raises(InputError, match="no railway area named Nowhere"):
        build_site(yard.data(), SiteRequest("a", within="Nowhere"))
