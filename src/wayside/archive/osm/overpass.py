"""Overpass JSON: ``out body; >; out skel`` with nodes of their own, and ``out geom`` with positions in the ways."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wayside.archive.osm.collecting import Collector, Member, is_area, is_railway, position, text_tags
from wayside.archive.osm.elements import OsmData, Tags
from wayside.errors import InputError
from wayside.model.places import MapPoint

__all__ = ["read_overpass"]

_Element = Mapping[str, Any]


def read_overpass(document: Mapping[str, Any], name: str) -> OsmData:
    """Read the answer of an Overpass server.

    Args:
        document: the JSON object.
        name: the file's name, for messages.

    Raises:
        InputError: it is malformed, has no railway, or lacks the positions of all of them.
    """
    elements = document.get("elements")
    if not isinstance(elements, list):
        raise InputError('the Overpass answer has no list "elements"', where=name)
    remark = document.get("remark")
    if isinstance(remark, str) and "error" in remark.lower():
        raise InputError(f"Overpass stopped before the end: {remark[:200]}", where=name, todo="Ask for a smaller area")
    return _Reading(name).read(elements, _day(document))


def _day(document: Mapping[str, Any]) -> str:
    about = document.get("osm3s")
    day = about.get("timestamp_osm_base") if isinstance(about, dict) else None
    return day if isinstance(day, str) else ""


class _Reading:
    """One walk through the elements; holds the positions of nodes and ways by their numbers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.collector = Collector(name, "Overpass JSON")
        self.nodes: dict[int, MapPoint] = {}
        self.node_tags: dict[int, Tags] = {}
        self.ways: dict[int, _Element] = {}
        self.relations: list[_Element] = []

    def read(self, elements: list[object], day: str) -> OsmData:
        for number, element in enumerate(elements, start=1):
            if not isinstance(element, dict):
                raise InputError(f"element {number} is not an object", where=self.name)
            self.sort(element, f"element {number}")
        points = {id_: self.way_points(way) for id_, way in self.ways.items() if self.needed(way)}
        for id_, line in points.items():
            self.collector.way(id_, line, self.tags(self.ways[id_]))
        for relation in self.relations:
            self.relation(relation)
        for id_, tags in self.node_tags.items():
            self.collector.node(self.nodes[id_], tags)
        return self.collector.data(day)

    def sort(self, element: _Element, label: str) -> None:
        kind, id_ = element.get("type"), element.get("id")
        if not isinstance(kind, str) or kind not in {"node", "way", "relation"}:
            return
        if isinstance(id_, bool) or not isinstance(id_, int):
            raise InputError(f"{label} has no number", where=self.name)
        if kind == "node" and "lat" in element:
            self.nodes[id_] = self.point(element, f"node {id_}")
            if tags := self.tags(element):
                self.node_tags[id_] = tags
        elif kind == "way":
            # An answer may name a way twice, with tags and without.
            self.ways[id_] = {**self.ways.get(id_, {}), **element}
        elif kind == "relation":
            self.relations.append(element)

    def tags(self, element: _Element) -> Tags:
        tags = element.get("tags")
        return text_tags(tags) if isinstance(tags, dict) else {}

    def needed(self, way: _Element) -> bool:
        tags = self.tags(way)
        return is_railway(tags) or is_area(tags)

    def point(self, element: object, label: str) -> MapPoint:
        place = element if isinstance(element, dict) else {}
        lon, lat = (self.number(place.get(key), label) for key in ("lon", "lat"))
        return position(lon, lat, self.name, label)

    def number(self, value: object, label: str) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError(f"{label} has no position", where=self.name)
        return value

    def way_points(self, way: _Element) -> list[MapPoint | None]:
        """Return a way's positions, None where the file has none."""
        label = f"way {way['id']}"
        geometry = way.get("geometry")
        if isinstance(geometry, list):
            return [None if p is None else self.point(p, label) for p in geometry]
        nodes = way.get("nodes")
        if nodes is None:
            # "out tags" and "out bb" give neither.
            return [None, None]
        if not isinstance(nodes, list):
            raise InputError(f"{label} has no list of nodes", where=self.name)
        return [self.nodes.get(n) if isinstance(n, int) else None for n in nodes]

    def relation(self, relation: _Element) -> None:
        tags, members = self.tags(relation), relation.get("members")
        if not is_area(tags) or not isinstance(members, list):
            return
        found = [self.member(m, relation["id"]) for m in members if isinstance(m, dict) and m.get("type") == "way"]
        self.collector.area(f"relation/{relation['id']}", found, tags)

    def member(self, member: _Element, relation: int) -> Member:
        way = self.ways.get(member["ref"], {}) if isinstance(member.get("ref"), int) else {}
        whole = {"id": f"of relation {relation}", **way, **({"geometry": g} if (g := member.get("geometry")) else {})}
        return Member(tuple(self.way_points(whole)), inner=member.get("role") == "inner")
