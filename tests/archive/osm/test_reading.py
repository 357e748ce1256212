"""What cannot be read is refused with the reason; damaged files end in one error, whatever is damaged."""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, to_wkb

from wayside.archive.osm.binary import read_osm_file
from wayside.archive.osm.building import SiteRequest, build_site
from wayside.archive.osm.collecting import joined_rings, runs
from wayside.archive.osm.elements import OsmData
from wayside.archive.osm.reading import read_osm
from wayside.errors import InputError, WaysideError
from wayside.model.places import MapPoint

XML = '<?xml version="1.0"?>\n{0}<osm version="0.6" generator="x">{1}</osm>'
NODES = '<node id="1" lat="50" lon="8" version="1"/><node id="2" lat="50" lon="8.01" version="1"/>'
WAY = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="railway" v="rail"/></way>'
BOMB = (
    '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>\n"
)


def element(**members: Any) -> str:
    return json.dumps({"elements": [{"type": "way", "id": 1, "tags": {"railway": "rail"}, **members}]})


def features(geometry: Any, **properties: Any) -> str:
    feature = {"type": "Feature", "properties": {"railway": "rail", **properties}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


LINE = {"type": "LineString", "coordinates": [[8, 50], [8.01, 50]]}

BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "the file is empty"),
    "spaces": ("  \n ", "the file is empty"),
    "letter": ("Dear reader,\n", "no OpenStreetMap data"),
    "zip": (b"PK\x03\x04" + bytes(100), "no OpenStreetMap data"),
    "broken json": ('{"elements": [', "not JSON"),
    "deep json": ("[" * 200_000, "not JSON"),
    "list": ("[1, 2]", "not an object"),
    "other json": ('{"a": 1}', "neither an Overpass answer nor a GeoJSON"),
    "no elements": ('{"elements": {}}', 'no list "elements"'),
    "nothing found": ('{"elements": []}', "no railway in this Overpass JSON file"),
    "element is no object": ('{"elements": [7]}', "element 1 is not an object"),
    "no number": ('{"elements": [{"type": "way"}]}', "element 1 has no number"),
    "overpass timed out": ('{"elements": [], "remark": "runtime error: Query timed out in query"}', "Overpass stopped"),
    "overpass without >": (element(nodes=[1, 2]), "the nodes of all 1 railway ways are missing"),
    "overpass out tags": (element(), "the nodes of all 1 railway ways are missing"),
    "nodes no list": (element(nodes=5), "way 1 has no list of nodes"),
    "geometry of text": (element(geometry=["a", "b"]), "way 1 has no position"),
    "geometry off earth": (
        element(geometry=[{"lat": 1, "lon": 2}, {"lat": 100, "lon": 20}]),
        "no longitude and latitude",
    ),
    "only a platform": (element(tags={"railway": "platform"}, nodes=[1, 2]), "no railway in this"),
    "geojson without tags": (features(LINE, railway=None), "no railway in this GeoJSON file"),
    "geojson without a list": ('{"type": "FeatureCollection"}', 'no list "features"'),
    "geojson feature": ('{"type": "FeatureCollection", "features": [1]}', "feature 1 is not an object"),
    "geojson swapped": (features({"type": "LineString", "coordinates": [[42, 130], [42, 131]]}), "swapped"),
    "geojson text": (features({"type": "LineString", "coordinates": [["a", 1], [2, 3]]}), "not a number"),
    "geojson flat": (features({"type": "LineString", "coordinates": [1, 2]}), "not \\[lon, lat\\]"),
    "geojson NaN": (
        features({"type": "LineString", "coordinates": [[float("nan"), 1], [2, 3]]}),
        "no longitude and latitude",
    ),
    "geojson in metres": (
        json.dumps({**json.loads(features(LINE)), "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}}),
        "3857",
    ),
    "xml cut short": (XML.format("", NODES)[:60], "cannot be read"),
    "xml without railways": (XML.format("", NODES), "no railway in this OSM XML file"),
    "xml of another kind": ('<?xml version="1.0"?><gpx/>', "cannot be read"),
    "xml bomb": (XML.format(BOMB, NODES + WAY.replace("rail", "&i;", 1)), "cannot be read"),
    "xml outside entity": (
        XML.format('<!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n', NODES + WAY),
        "cannot be read",
    ),
    "xml without nodes": (XML.format("", WAY), "the nodes of all 1 railway ways are missing"),
    "pbf cut short": (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x10", "cannot be read"),
    "gzip of nothing": (gzip.compress(b""), "cannot be read"),
    "gzip of something else": (gzip.compress(b"hello"), "cannot be read"),
    "gzip cut short": (gzip.compress(XML.format("", NODES + WAY).encode())[:-12], "cannot be unpacked"),
    "bzip2 damaged": (bz2.compress(XML.format("", NODES + WAY).encode())[:40] + b"x", "cannot be unpacked"),
    "sqlite": (b"SQLite format 3\x00" + bytes(200), "GeoPackage cannot be read"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_refused(tmp_path: Path, kind: str) -> None:
    content, words = BAD[kind]
    path = tmp_path / "given"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError, match=words) as caught:
        read_osm(path)
    assert caught.value.where
    assert len(str(caught.value)) < 600


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.osm", tmp_path):
        with pytest.raises(InputError):
            read_osm(path)


def test_a_plain_xml_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML.format("", WAY + NODES))
    assert [line.points for line in read_osm(path).lines] == [((8.0, 50.0), (8.01, 50.0))]


def test_what_was_drawn_in_josm_and_not_uploaded_is_read(tmp_path: Path) -> None:
    """It has negative numbers; what was deleted is still there, and marked."""
    path = tmp_path / "a.osm"
    path.write_text("""<?xml version='1.0' encoding='UTF-8'?>
<osm version='0.6' generator='JOSM'>
  <node id='-1' action='modify' lat='50' lon='8' /> <node id='-2' action='modify' lat='50' lon='8.01' />
  <node id='5' version='1' lat='50' lon='8.02' />
  <way id='-3' action='modify' visible='true'>
    <nd ref='-1' /> <nd ref='-2' /> <tag k='railway' v='rail' />
  </way>
  <way id='7' action='delete' visible='true' version='2'>
    <nd ref='-2' /> <nd ref='5' /> <tag k='railway' v='rail' />
  </way>
  <relation id='-9'><member type='way' ref='-8' role='outer' /><tag k='type' v='multipolygon' />
    <tag k='man_made' v='stockpile' /></relation>
  <way id='-8'><nd ref='-1' /><nd ref='-2' /><nd ref='5' /><nd ref='-1' /></way>
</osm>""")
    data = read_osm(path)
    assert [(line.id, line.points) for line in data.lines] == [(-3, ((8.0, 50.0), (8.01, 50.0)))]
    assert [(area.id, len(area.rings[0])) for area in data.areas] == [("relation/-9", 4)]


def test_a_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """The limit is four gigabytes; a test cannot wait for them, so it lowers the limit."""
    path = tmp_path / "a.osm.gz"
    path.write_bytes(gzip.compress(XML.format("", NODES + WAY + " " * 5_000_000).encode()))
    assert path.stat().st_size < 10_000
    assert len(read_osm(path).lines) == 1
    with pytest.raises(InputError, match="more than 1 MiB"):
        read_osm_file(path, "xml.gz", most_bytes=1 << 20)


def test_missing_nodes_are_gaps_and_are_told(yard: Any, tmp_path: Path) -> None:
    document = yard.overpass()
    gone = yard.ways[5][0][0]
    document["elements"] = [e for e in document["elements"] if not (e["type"] == "node" and e["id"] == gone)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    data = read_osm(path)
    assert (
        data.broken
        == data.missing
        == sum(n == gone for nodes, tags in yard.ways.values() for n in nodes if "railway" in tags)
    )
    built = build_site(data, SiteRequest("a"))
    assert "missing-nodes" in {f.code for f in built.warnings}


def test_an_area_with_a_missing_node_is_left_out(yard: Any, tmp_path: Path) -> None:
    document = yard.overpass()
    way = next(w for w, (_, tags) in yard.ways.items() if tags.get("name") == "North Terminal")
    gone = yard.ways[way][0][2]
    document["elements"] = [e for e in document["elements"] if not (e["type"] == "node" and e["id"] == gone)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    assert {area.tags.get("name") for area in read_osm(path).areas} == {None, "Test Yard"}


def test_overpass_with_a_box_leaves_positions_null(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    places: list[Any] = [{"lat": 50, "lon": 8 + 0.001 * k} for k in range(6)]
    path.write_text(element(geometry=[*places[:3], None, *places[3:]], nodes=list(range(7))))
    data = read_osm(path)
    assert [len(line.points) for line in data.lines] == [3, 3]
    assert (data.missing, data.broken) == (1, 1)


def test_a_geopackage_in_another_crs_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    geometry = np.array([to_wkb(LineString([(500_000, 4_700_000), (500_100, 4_700_000)]))], dtype=object)
    pyogrio.raw.write(
        path,
        geometry=geometry,
        field_data=[np.array(["rail"], dtype=object)],
        fields=np.array(["railway"]),
        layer="lines",
        driver="GPKG",
        geometry_type="LineString",
        crs="EPSG:32652",
    )
    with pytest.raises(InputError, match="not in WGS 84"):
        read_osm(path)


# ---------------------------------------------------------------------- damage


def damaged(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 6))):
        at = rng.randrange(len(data))
        kind = rng.randrange(4)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randrange(1, 20)]
        elif kind == 2:
            data[at:at] = rng.randbytes(rng.randrange(1, 9))
        else:
            data = data[: at + 1]
        data = data or bytearray(b"x")
    return bytes(data)


def ends_well(path: Path) -> None:
    """A site, or one of our errors."""
    try:
        data = read_osm(path)
        assert isinstance(data, OsmData)
        build_site(data, SiteRequest("a"))
    except WaysideError as error:
        code = error.exit_code
    else:
        code = 0
    assert code in {0, 2, 3}


@pytest.mark.parametrize(
    "name", ["osm", "osm.pbf", "osm.gz", "osm.bz2", "overpass", "overpass-geom", "geojson-ogr2ogr", "gpkg-gdal"]
)
def test_damaged_files_end_in_one_error(
    yard: Any, formats: dict[str, Callable[..., Path]], tmp_path: Path, name: str
) -> None:
    content = formats[name](yard, tmp_path).read_bytes()
    rng = random.Random(name)  # noqa: S311  drawn cases, not secrets
    path = tmp_path / "damaged"
    for _ in range(25):
        path.write_bytes(damaged(content, rng))
        ends_well(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@given(st.sampled_from(["overpass", "overpass_geom", "geojson"]), st.randoms(use_true_random=False), JSON)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_of_any_shape_ends_in_one_error(
    yard: Any, tmp_path: Path, make: str, rng: random.Random, wrong: Any
) -> None:
    """One member somewhere in the document is something else."""
    document = json.loads(json.dumps(getattr(yard, make)()))
    here: Any = document
    while True:
        key = rng.choice(list(here) if isinstance(here, dict) else range(len(here)))
        if not isinstance(here[key], (dict, list)) or not here[key] or rng.random() < 0.15:
            here[key] = wrong
            break
        here = here[key]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document))
    ends_well(path)


# ---------------------------------------------------------------------- parts


def p(x: float) -> MapPoint:
    return MapPoint(x, 0.0)


def test_runs_are_the_stretches_between_gaps() -> None:
    assert runs([p(1), p(1), p(2), None, p(3), None, None, p(4), p(5), p(4)]) == [(p(1), p(2)), (p(4), p(5), p(4))]


@given(st.integers(3, 12), st.randoms(use_true_random=False))
def test_rings_are_joined_from_ways_in_any_order_and_direction(count: int, rng: random.Random) -> None:
    ring = [p(k) for k in range(count)]
    cuts = sorted(rng.sample(range(count), rng.randint(1, count)))
    parts = []
    for a, b in zip(cuts, [*cuts[1:], cuts[0] + count], strict=True):
        part = tuple(ring[k % count] for k in range(a, b + 1))
        parts.append(part if rng.random() < 0.5 else part[::-1])
    rng.shuffle(parts)
    (found,) = joined_rings(parts)
    assert found[0] == found[-1]
    assert sorted(found[1:]) == ring
    assert {frozenset(e) for e in itertools.pairwise(found)} == {
        frozenset((ring[k], ring[k - 1])) for k in range(count)
    }
    assert joined_rings(parts[1:]) == [] or len(parts) == 1
