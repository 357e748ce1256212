"""What goes in comes out equal, to the last bit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model import codec
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Registration, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone
from wayside.model.scenes import Licence, Scene

probability = st.floats(0, 1)
metres = st.floats(0, 1e4)
name = st.text(st.characters(exclude_categories=("Cs", "Z", "C"), exclude_characters="/\\"), min_size=1, max_size=8)


@st.composite
def distributions(draw: st.DrawFn) -> CountDistribution:
    weights = draw(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).filter(lambda w: sum(w) > 1e-3))
    return CountDistribution.from_weights(draw(st.integers(0, 200)), weights)


@st.composite
def cars(draw: st.DrawFn) -> tuple[Car, ...]:
    ends = sorted(draw(st.lists(st.integers(0, 9000), max_size=8, unique=True)))
    corner = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
    return tuple(
        Car(
            start / 7,
            end / 7,
            draw(st.sampled_from(CarType)),
            draw(probability),
            draw(st.sampled_from(Cover)),
            draw(probability),
            draw(st.one_of(st.just(()), st.tuples(corner, corner, corner, corner))),
            draw(st.booleans()),
            draw(st.none() | st.tuples(*[st.floats(-1, 1)] * 3)),
        )
        for start, end in zip(ends[::2], ends[1::2], strict=False)
    )


track_counts = st.builds(TrackCount, name, metres, probability, st.floats(-8, 8), distributions(), metres, cars())
scene_counts = st.builds(
    SceneCount,
    status=st.sampled_from(CountStatus),
    gsd_m=st.floats(0.01, 100),
    count=distributions(),
    freight=distributions(),
    locomotives=distributions(),
    covered=distributions(),
    occupied_m=metres,
    tracks=st.lists(track_counts, max_size=3, unique_by=lambda t: t.track_id).map(tuple),
    model=name,
    software=name,
    by_type=st.dictionaries(st.sampled_from([t.value for t in CarType]), distributions(), max_size=3),
    reasons=st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), max_size=2).map(tuple),
    registration=st.builds(
        Registration, st.booleans(), st.floats(-1000, 1000), st.floats(-1000, 1000), probability, name
    ),
)
scenes = st.builds(
    Scene,
    id=name,
    acquired=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=9))])),
    gsd_m=st.floats(0.01, 100),
    checksum=st.binary(min_size=32, max_size=32).map(lambda b: "1220" + b.hex()),
    href=name,
    provider=name,
    licence=st.builds(Licence, name, name, st.booleans()),
    off_nadir_deg=st.none() | st.floats(0, 90),
    sun_elevation_deg=st.none() | st.floats(-90, 90),
    cloud_cover_pct=st.none() | st.floats(0, 100),
    drawn=st.booleans(),
)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    system = draw(st.sampled_from(CoordinateSystem))
    points = st.builds(MapPoint, st.floats(-180, 180), st.floats(-90, 90))
    lines = st.lists(points, min_size=2, max_size=5, unique=True).map(tuple)
    gauges = st.lists(st.integers(600, 1676), max_size=2, unique=True).map(tuple)
    networks = st.none() | st.sampled_from(StockNetwork)
    tracks = [
        Track(i, draw(lines), draw(gauges), system, draw(networks))
        for i in draw(st.lists(name, min_size=1, max_size=3, unique=True))
    ]
    ring = draw(st.lists(points, min_size=3, max_size=4, unique=True))
    zones = draw(st.sampled_from([(), (Zone("z", (*ring, ring[0]), system),)]))
    return Site(draw(name), draw(name), tuple(tracks), zones, draw(name))


@given(scene_counts)
def test_a_scene_count_comes_back_equal(result: SceneCount) -> None:
    again = codec.load_scene_count(codec.dump_scene_count(result))
    assert again == result
    assert again.count.p.tobytes() == result.count.p.tobytes()
    assert not again.count.p.flags.writeable


@given(scenes)
def test_a_scene_comes_back_equal(scene: Scene) -> None:
    assert codec.load_scene(codec.dump_scene(scene)) == scene


@given(sites())
def test_a_site_comes_back_equal(site: Site) -> None:
    assert codec.load_site(codec.dump_site(site)) == site


@given(sites(), st.floats(-1, 1).filter(lambda d: abs(d) > 1e-6))
def test_the_digest_follows_the_tracks_and_not_the_name(site: Site, shift: float) -> None:
    digest = codec.site_digest(site)
    assert codec.site_digest(Site(site.id, site.name + "!", site.tracks, site.zones, "other")) == digest
    first = site.tracks[0]
    x, y = first.centreline[0]
    moved = replace(first, centreline=(MapPoint(x * 0.9 + shift, y), *first.centreline[1:]))
    if moved != first:
        assert codec.site_digest(Site(site.id, site.name, (moved, *site.tracks[1:]), site.zones)) != digest


@pytest.mark.parametrize(("kept", "gauges"), [(1435, ()), (1520, (1520,))])
def test_a_site_of_the_first_version_is_read_and_keeps_its_digest(kept: int, gauges: tuple[int, ...]) -> None:
    line = [[130.5, 42.4], [130.51, 42.41]]
    tracks = [{"id": "1", "gauge_mm": kept, "centreline": line}]
    old = {"id": "yard", "name": "Yard", "system": "lonlat", "tracks": tracks, "zones": [], "note": ""}
    site = codec.load_site(json.dumps(old))
    assert (site.tracks[0].gauges_mm, site.tracks[0].network) == (gauges, None)
    counted = json.dumps({"system": "lonlat", "tracks": tracks}, sort_keys=True)
    assert codec.site_digest(site) == hashlib.sha256(counted.encode()).hexdigest()


def test_the_digest_follows_what_is_said_of_the_stock() -> None:
    line = (MapPoint(130.5, 42.4), MapPoint(130.51, 42.41))
    said = [{}, {"gauge_mm": 1435}, {"gauge_mm": 1520}, {"gauge_mm": (1520, 1435)}, {"network": StockNetwork.CN}]
    digests = {codec.site_digest(Site("yard", "Yard", (Track("1", line, **what),))) for what in said}
    assert len(digests) == len(said)


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    one = CountDistribution.exactly(1)
    result = SceneCount(
        CountStatus.COUNTED,
        np.float32(0.5),
        one,
        one,
        one,
        one,
        np.float64(14.0),
        (),
        "m",
        "s",  # type: ignore[arg-type]
    )
    assert json.loads(codec.dump_scene_count(result))["gsd_m"] == 0.5


def test_a_count_of_an_earlier_version_has_cars_without_colour() -> None:
    count = CountDistribution.exactly(1)
    track = TrackCount("1", 100.0, 1.0, 0.0, count, 14.0, (Car(1.0, 15.0, colour=(0.1, 0.2, 0.3)),))
    result = SceneCount(CountStatus.COUNTED, 0.5, count, count, count, count, 14.0, (track,), "m", "s")
    document = json.loads(codec.dump_scene_count(result))
    assert document["tracks"][0]["cars"][0].pop("colour") == [0.1, 0.2, 0.3]
    assert codec.load_scene_count(json.dumps(document)).tracks[0].cars == (Car(1.0, 15.0),)
