"""The same railway in every format makes the same site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wayside.archive.osm.building import SiteRequest, build_site
from wayside.archive.osm.reading import read_osm

NAMES = (
    "overpass", "overpass-geom", "geojson-overpass-turbo", "geojson-osmtogeojson", "geojson-ogr2ogr", "osm", "osm.gz",
    "osm.bz2", "osm.pbf", "gpkg-gdal", "gpkg-quickosm",
)  # fmt: skip


def test_every_format_is_tested(formats: Any) -> None:
    assert set(NAMES) == set(formats)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_gives_the_same_railway(yard: Any, formats: Any, tmp_path: Path, name: str) -> None:
    data = read_osm(formats[name](yard, tmp_path))
    expected = yard.data()
    assert sorted(line.points for line in data.lines) == sorted(line.points for line in expected.lines)
    tags = {
        line.id: {k: v for k, v in line.tags.items() if k in {"railway", "service", "gauge"}} for line in data.lines
    }
    assert tags == {
        line.id: {k: v for k, v in line.tags.items() if k in {"railway", "service", "gauge"}} for line in expected.lines
    }
    assert {p: t["railway"] for p, t in data.nodes.items()} == {p: t["railway"] for p, t in expected.nodes.items()}
    assert (data.missing, data.broken) == (0, 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("within", ["", "Test Yard"])
def test_every_format_gives_the_same_site(yard: Any, formats: Any, tmp_path: Path, name: str, within: str) -> None:
    request = SiteRequest("Yard", within=within)
    built = build_site(read_osm(formats[name](yard, tmp_path)), request)
    expected = build_site(read_osm(formats["overpass"](yard, tmp_path)), request)
    assert built.site.tracks == expected.site.tracks
    assert {z.id for z in built.site.zones} == {"North Terminal", "zone 1"}
    assert {(z.id, frozenset(z.ring)) for z in built.site.zones} == {
        (z.id, frozenset(z.ring)) for z in expected.site.zones
    }
    assert built.labels == expected.labels
    assert built.left_out == expected.left_out
    assert built.findings == expected.findings
