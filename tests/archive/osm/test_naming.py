"""Numbers go across the yard, then along it, and stay when the yard is edited."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.archive.osm.building import BuiltSite, SiteRequest, build_site
from wayside.archive.osm.elements import OsmData, OsmLine, snapped
from wayside.archive.osm.naming import kept_names, names_for, yard_axis
from wayside.archive.osm.pieces import Rules
from wayside.archive.osm.plane import Plane
from wayside.model.places import Site, Track

PLANE = Plane(-87.6, 41.8)
WHOLE = Rules(least_m=0.0, clearance_m=0.0)


def rail(*places: tuple[float, float], **tags: str) -> OsmLine:
    return OsmLine(1, tuple(PLANE.degrees(x, y) for x, y in places), {"railway": "rail", **tags})


def built(*lines: OsmLine, **request: Any) -> BuiltSite:
    return build_site(OsmData(tuple(lines)), SiteRequest("a", rules=WHOLE, **request))


def by_ref(site: BuiltSite) -> dict[str, str]:
    return {label.ref: label.id for label in site.labels}


def turned(angle: float, x: float, y: float) -> tuple[float, float]:
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


@pytest.mark.parametrize("degrees", [0, 20, 40, 50, 70, 89, 91, 110, 130, 134])
def test_numbers_begin_in_the_north_or_in_the_west(degrees: int) -> None:
    """Ten tracks of a yard in any direction but from south-east to north-west: left of it is first."""
    rng = random.Random(degrees)  # noqa: S311  drawn cases, not secrets
    lines = [
        rail(
            *(turned(math.radians(degrees), x, -5.0 * k) for x in (rng.uniform(-200, -100), rng.uniform(100, 200))),
            **{"railway:track_ref": str(k)},
        )
        for k in range(10)
    ]
    rng.shuffle(lines)
    assert by_ref(built(*lines)) == {str(k): str(k + 1) for k in range(10)}


@pytest.mark.parametrize("degrees", [-40, 140, 175, 180])
def test_a_yard_the_other_way_round_is_numbered_from_the_other_side(degrees: int) -> None:
    lines = [
        rail(*(turned(math.radians(degrees), x, -5.0 * k) for x in (-150, 150)), **{"railway:track_ref": str(k)})
        for k in range(4)
    ]
    north = max(range(4), key=lambda k: turned(math.radians(degrees), 0, -5.0 * k)[1])
    assert by_ref(built(*lines))[str(north)] == "1"


def test_a_curved_yard_is_numbered_as_a_straight_one() -> None:
    """Concentric arcs of 120 degrees: outer tracks reach below inner ones, and are north of them all the same."""
    angles = [math.radians(30 + 2 * k) for k in range(61)]
    lines = []
    for k in range(8):
        radius = 500.0 - 5 * k
        part = angles[:40] if k % 2 else angles[15:]
        lines.append(
            rail(*((radius * math.cos(a), radius * math.sin(a)) for a in part), **{"railway:track_ref": str(k)})
        )
    random.Random(3).shuffle(lines)  # noqa: S311  drawn cases, not secrets
    assert by_ref(built(*lines)) == {str(k): str(k + 1) for k in range(8)}


def test_tracks_that_follow_each_other_on_one_line_share_its_number() -> None:
    lines = [rail((-600, 0), (0, 0), (600, 0)), rail((0, 0), (100, 8), (600, 10)), rail((-600, -10), (600, -10))]
    site = built(*lines)
    assert [t.id for t in site.site.tracks] == ["1", "2a", "2b", "3"]
    assert site.site.tracks[1].centreline[0].x < site.site.tracks[2].centreline[0].x


def test_every_track_runs_in_the_yards_direction() -> None:
    site = built(rail((300, 0), (-300, 0)), rail((-300, 5), (300, 5)))
    assert all(t.centreline[0].x < t.centreline[-1].x for t in site.site.tracks)


@given(
    st.lists(st.tuples(st.floats(-400, 400), st.floats(50, 500)), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_numbers_do_not_depend_on_the_order_of_the_file(spans: list[tuple[float, float]], rng: random.Random) -> None:
    lines = [
        rail((x, 6.0 * k), (x + size, 6.0 * k), **{"railway:track_ref": str(k)}) for k, (x, size) in enumerate(spans)
    ]
    shuffled = list(lines)
    rng.shuffle(shuffled)
    assert by_ref(built(*shuffled)) == by_ref(built(*lines)) == {str(k): str(len(spans) - k) for k in range(len(spans))}


@given(st.integers(0, 2**32))
def test_a_little_editing_changes_no_number(seed: int) -> None:
    """Every position moves by up to a metre, as it does when somebody aligns a yard to better imagery."""
    rng = random.Random(seed)  # noqa: S311  drawn cases, not secrets
    places = [[(x, 5.0 * k) for x in (-300, -100, 100, 300)] for k in range(6)]
    moved = [[(x + rng.uniform(-1, 1), y + rng.uniform(-1, 1)) for x, y in line] for line in places]
    old, new = (
        built(*(rail(*line, **{"railway:track_ref": str(k)}) for k, line in enumerate(lines)))
        for lines in (places, moved)
    )
    assert by_ref(old) == by_ref(new)


def test_an_earlier_site_keeps_its_numbers() -> None:
    lines = [rail((-300, -5.0 * k), (300, -5.0 * k), **{"railway:track_ref": str(k)}) for k in range(5)]
    old = built(*lines[:2], *lines[3:])
    assert by_ref(old) == {"0": "1", "1": "2", "3": "3", "4": "4"}
    new = built(*lines[1:], keep=old.site)
    assert by_ref(new) == {"1": "2", "2": "5", "3": "3", "4": "4"}


def test_names_that_are_kept_are_never_given_twice() -> None:
    old = [Track(name, (PLANE.degrees(-300, y), PLANE.degrees(300, y))) for name, y in (("7", 0.0), ("east", 20.0))]
    lines = [np.array([[-300.0, y], [end, y]]) for y, end in ((0.5, 0.0), (-0.5, 300.0), (20.0, 100.0), (40.0, 9.0))]
    assert kept_names(["1a", "1b", "2", "3"], lines, old, PLANE) == ["8", "7", "east", "9"]


def test_letters_go_on_after_z() -> None:
    lines = [np.array([[30.0 * k, 0.0], [30.0 * k + 29, 0.0]]) for k in range(30)]
    names = names_for(lines, [4] * 30)
    assert names[:2] + names[25:28] == ["1a", "1b", "1z", "1aa", "1ab"]


def test_the_axis_is_the_direction_of_most_rails() -> None:
    lines = [
        np.array([[0.0, 0.0], [100.0, 10.0]]),
        np.array([[0.0, 0.0], [0.0, 30.0]]),
        np.array([[100.0, 0.0], [0.0, -10.0]]),
    ]
    along, across = yard_axis(lines)
    assert math.degrees(math.atan2(along[1], along[0])) == pytest.approx(5.71, abs=3)
    assert along @ across == pytest.approx(0)
    assert across[1] < 0


def test_labels_say_what_the_ground_says(yard: Any) -> None:
    site = build_site(yard.data(), SiteRequest("Yard"))
    said = {
        label.ref: (label.said.get("service"), t.gauges_mm)
        for label, t in zip(site.labels, site.site.tracks, strict=True)
    }
    assert said["3"] == ("siding", (1435, 1520))
    assert {said[str(n)] for n in (11, 12, 13, 14)} == {("yard", (1435,))}
    assert isinstance(site.site, Site)


def test_positions_survive_the_plane() -> None:
    assert PLANE.degrees(*PLANE.metres([snapped(-87.61, 41.81)])[0]) == snapped(-87.61, 41.81)
