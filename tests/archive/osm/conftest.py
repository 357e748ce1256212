"""A small railway drawn in metres, and the same railway written in every format that OpenStreetMap data come in."""

from __future__ import annotations

import bz2
import gzip
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyogrio.raw
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, to_wkb

from wayside.archive.osm.elements import OsmData, OsmLine, snapped
from wayside.archive.osm.tags import kind_of
from wayside.model.places import MapPoint

LON, LAT = 130.61, 42.43
EAST_M = 6_378_137.0 * math.cos(math.radians(LAT)) * math.pi / 180
NORTH_M = 6_356_752.0 * math.pi / 180


def place(x: float, y: float) -> MapPoint:
    """A position so many metres east and north of the yard's middle, roughly: tests measure, they do not assume."""
    return snapped(LON + x / EAST_M, LAT + y / NORTH_M)


@dataclass
class Drawing:
    """Nodes, ways and areas under OpenStreetMap's own ids."""

    nodes: dict[int, MapPoint] = field(default_factory=dict)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)
    ways: dict[int, tuple[list[int], dict[str, str]]] = field(default_factory=dict)
    relations: dict[int, tuple[list[tuple[int, str]], dict[str, str]]] = field(default_factory=dict)

    def node(self, x: float, y: float, **tags: str) -> int:
        where = place(x, y)
        known = next((n for n, p in self.nodes.items() if p == where), None)
        number = known or 1000 + len(self.nodes)
        self.nodes[number] = where
        if tags:
            self.node_tags[number] = tags
        return number

    def way(self, *points: tuple[float, float], **tags: str) -> int:
        number = 1 + len(self.ways)
        said = {"railway": "rail", **{k.replace("__", ":"): v for k, v in tags.items()}}
        self.ways[number] = ([self.node(x, y) for x, y in points], {k: v for k, v in said.items() if v})
        return number

    def area(self, *points: tuple[float, float], **tags: str) -> int:
        return self.way(*points, points[0], **{"railway": "", **tags})

    def data(self) -> OsmData:
        """What a reader ought to make of it, areas left out."""
        lines = [
            OsmLine(n, tuple(self.nodes[k] for k in ks), tags)
            for n, (ks, tags) in self.ways.items()
            if kind_of(tags) not in {"", "platform"}
        ]
        tags = {self.nodes[n]: t for n, t in self.node_tags.items()}
        return OsmData(tuple(lines), (), tags)

    # ------------------------------------------------------------------ writers

    def overpass(self) -> dict[str, Any]:
        """``out body; >; out skel qt;``."""
        ways = [{"type": "way", "id": w, "nodes": ks, "tags": tags} for w, (ks, tags) in self.ways.items()]
        rels = [
            {"type": "relation", "id": r, "tags": tags,
             "members": [{"type": "way", "ref": w, "role": role} for w, role in members]}
            for r, (members, tags) in self.relations.items()
        ]  # fmt: skip
        nodes = [
            {"type": "node", "id": n, "lat": p.y, "lon": p.x, **({"tags": t} if (t := self.node_tags.get(n)) else {})}
            for n, p in self.nodes.items()
        ]
        return {
            "version": 0.6,
            "osm3s": {"timestamp_osm_base": "2024-05-01T10:00:00Z"},
            "elements": ways + rels + nodes,
        }

    def overpass_geom(self) -> dict[str, Any]:
        """``out geom;``: positions in the ways, and in the members of relations."""
        document = self.overpass()
        for element in document["elements"]:
            if element["type"] == "way":
                element["geometry"] = [{"lat": self.nodes[n].y, "lon": self.nodes[n].x} for n in element["nodes"]]
            for member in element.get("members", []):
                places = [self.nodes[n] for n in self.ways[member["ref"]][0]]
                member["geometry"] = [{"lat": p.y, "lon": p.x} for p in places]
        tagged = [e for e in document["elements"] if e["type"] != "node" or "tags" in e]
        return {**document, "elements": tagged}

    def write(self, path: Path) -> Path:
        """Write with osmium, XML or PBF by the name."""
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for n, p in sorted(self.nodes.items()):
                tags = self.node_tags.get(n, {})
                writer.add_node(osmium.osm.mutable.Node(id=n, location=(p.x, p.y), tags=tags))
            for w, (ks, tags) in sorted(self.ways.items()):
                writer.add_way(osmium.osm.mutable.Way(id=w, nodes=ks, tags=tags))
            for r, (members, tags) in sorted(self.relations.items()):
                listed = [("w", w, role) for w, role in members]
                writer.add_relation(osmium.osm.mutable.Relation(id=r, members=listed, tags=tags))
        return path

    def rings(self, relation: int, role: str) -> list[list[MapPoint]]:
        return [[self.nodes[n] for n in self.ways[w][0]] for w, r in self.relations[relation][0] if r == role]

    def features(self) -> list[tuple[Any, dict[str, str], str]]:
        """Geometry, tags and id of everything with tags."""
        found: list[tuple[Any, dict[str, str], str]] = []
        for w, (ks, tags) in self.ways.items():
            points = [self.nodes[n] for n in ks]
            closed = points[0] == points[-1] and "railway" not in tags
            if tags:
                found.append((Polygon(points) if closed else LineString(points), tags, f"way/{w}"))
        for r, (_, tags) in self.relations.items():
            polygon = Polygon(self.rings(r, "outer")[0], self.rings(r, "inner"))
            found.append((MultiPolygon([polygon]), tags, f"relation/{r}"))
        found += [(Point(self.nodes[n]), tags, f"node/{n}") for n, tags in self.node_tags.items()]
        return found

    def geojson(self, style: str = "overpass-turbo") -> dict[str, Any]:
        def properties(tags: Mapping[str, str], id_: str) -> dict[str, Any]:
            if style == "osmtogeojson":
                kind, number = id_.split("/")
                return {"type": kind, "id": number, "tags": dict(tags), "meta": {}}
            if style == "ogr2ogr":
                own = {k: v for k, v in tags.items() if k == "railway"}
                rest = ",".join(f'"{k}"=>"{v}"' for k, v in tags.items() if k != "railway")
                return {"osm_id": id_.split("/")[1], **own, "name": None, "other_tags": rest or None}
            return {"@id": id_, **tags}

        features = [
            {
                "type": "Feature",
                "properties": properties(tags, id_),
                "geometry": json.loads(json.dumps(shape.__geo_interface__)),
            }
            for shape, tags, id_ in self.features()
        ]
        return {"type": "FeatureCollection", "features": features}

    def geopackage(self, path: Path, *, packed: bool) -> Path:
        """As GDAL's OSM driver writes it (``packed``: most tags in ``other_tags``), or as QuickOSM does."""
        path.unlink(missing_ok=True)
        for layer, kinds in (
            ("points", {"Point"}),
            ("lines", {"LineString"}),
            ("multipolygons", {"Polygon", "MultiPolygon"}),
        ):
            rows = [f for f in self.features() if f[0].geom_type in kinds]
            keys = {k for _, tags, _ in rows for k in tags}
            own = [k for k in ("railway", "landuse", "name") if k in keys] if packed else sorted(keys)
            columns: dict[str, list[str | None]] = {"osm_id": [id_.split("/")[1] for *_, id_ in rows]}
            columns |= {k: [tags.get(k) for _, tags, _ in rows] for k in own}
            if packed:
                rest = [",".join(f'"{k}"=>"{v}"' for k, v in tags.items() if k not in own) for _, tags, _ in rows]
                columns["other_tags"] = [r or None for r in rest]
            if rows:
                data = [np.array(values, dtype=object) for values in columns.values()]
                geometry = np.array([to_wkb(shape) for shape, *_ in rows], dtype=object)
                kind = rows[0][0].geom_type if len({r[0].geom_type for r in rows}) == 1 else "Unknown"
                pyogrio.raw.write(
                    path,
                    geometry=geometry,
                    field_data=data,
                    fields=np.array(list(columns), dtype=object),
                    layer=layer,
                    driver="GPKG",
                    geometry_type=kind,
                    crs="EPSG:4326",
                    append=path.exists(),
                )
        return path


def yard() -> Drawing:
    """Two main tracks with a crossover, a siding, a ladder with four tracks, a spur, a diamond, a terminal."""
    d = Drawing()
    d.way((-1000, 0), (-600, 0), (-200, 0), (200, 0), (260, 0), (600, 0), (1000, 0), usage="main", gauge="1520")
    d.way((-1000, 5), (-200, 5), (-140, 5), (200, 5), (1000, 5), usage="main", gauge="1520")
    d.way((-200, 0), (-140, 5), service="crossover", gauge="1520")
    # A siding in three ways, whose gauge is said by one of them.
    d.way((-600, 0), (-560, -4.5), (-520, -5), service="siding", gauge="1520;1435")
    d.way((-520, -5), (0, -5), service="siding", railway__track_ref="3", bridge="yes", layer="1")
    d.way((0, -5), (160, -5), (200, -4.5), (260, 0), service="siding")
    # The ladder: turnouts every 40 m, and five tracks from it, the last one straight on.
    d.way(
        (200, 5),
        (240, 9.5),
        (280, 14),
        (320, 18.5),
        (360, 23),
        (400, 27.5),
        (430, 29.5),
        (800, 29.5),
        service="yard",
        gauge="1435",
    )
    for k in range(4):
        x, y = 240 + 40 * k, 9.5 + 4.5 * k
        d.way(
            (x, y), (x + 40, y + 2), (x + 80, y + 2.1), (800, y + 2.1), service="yard", gauge="1435 mm", ref=str(11 + k)
        )
    # A spur whose line crosses both main tracks without a turnout.
    d.way((500, -100), (620, 0), (626, 5), (746, 105), service="spur")
    d.node(620, 0, railway="railway_crossing")
    d.node(626, 5, railway="railway_crossing")
    d.node(240, 9.5, railway="switch")
    d.way((-900, 60), (-700, 60), railway="abandoned")
    d.way((-900, 80), (-700, 80), railway="platform")
    d.way((0, 60), (500, 60), railway="", disused__railway="rail")
    d.area(
        (-400, -20),
        (-100, -20),
        (-100, -60),
        (-400, -60),
        railway="",
        industrial="container_terminal",
        name="North Terminal",
    )
    outer = d.area((300, 60), (500, 60), (500, 120), (300, 120))
    inner = d.area((350, 80), (400, 80), (400, 100), (350, 100))
    d.relations[1] = ([(outer, "outer"), (inner, "inner")], {"type": "multipolygon", "man_made": "stockpile"})
    d.area((-1100, -200), (1100, -200), (1100, 200), (-1100, 200), railway="", landuse="railway", name="Test Yard")
    return d


FORMATS: dict[str, Callable[[Drawing, Path], Path]] = {}


def _json(name: str, make: Callable[[Drawing], dict[str, Any]]) -> None:
    def write(drawing: Drawing, folder: Path) -> Path:
        path = folder / f"{name}.json"
        path.write_text(json.dumps(make(drawing)))
        return path

    FORMATS[name] = write


_json("overpass", Drawing.overpass)
_json("overpass-geom", Drawing.overpass_geom)
for _style in ("overpass-turbo", "osmtogeojson", "ogr2ogr"):
    _json(f"geojson-{_style}", lambda d, style=_style: d.geojson(style))
FORMATS["osm"] = lambda d, folder: d.write(folder / "a.osm")
FORMATS["osm.pbf"] = lambda d, folder: d.write(folder / "a.osm.pbf")
FORMATS["gpkg-gdal"] = lambda d, folder: d.geopackage(folder / "a.gpkg", packed=True)
FORMATS["gpkg-quickosm"] = lambda d, folder: d.geopackage(folder / "b.gpkg", packed=False)


def _packed(pack: Callable[[bytes], bytes], name: str) -> Callable[[Drawing, Path], Path]:
    def write(drawing: Drawing, folder: Path) -> Path:
        path = folder / name
        path.write_bytes(pack(drawing.write(folder / "plain.osm").read_bytes()))
        return path

    return write


FORMATS["osm.gz"] = _packed(gzip.compress, "a.osm.gz")
FORMATS["osm.bz2"] = _packed(bz2.compress, "a.osm.bz2")


@pytest.fixture(name="yard")
def yard_fixture() -> Drawing:
    return yard()


@pytest.fixture(name="Drawing")
def drawing_fixture() -> type[Drawing]:
    return Drawing


@pytest.fixture(name="formats")
def formats_fixture() -> dict[str, Callable[[Drawing, Path], Path]]:
    return FORMATS
