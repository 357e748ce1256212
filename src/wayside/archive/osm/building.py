"""A site from OpenStreetMap data: tracks laid, numbered, checked, and said where they come from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shapely import LineString, STRtree
from shapely.geometry.base import BaseGeometry

from wayside.archive.osm.area import Outline, joined, named_area
from wayside.archive.osm.checks import Finding, Severity, check_site, lies_on
from wayside.archive.osm.elements import OsmData, OsmLine
from wayside.archive.osm.naming import kept_names, line_groups, names_for, oriented, yard_axis
from wayside.archive.osm.network import OUTSIDE, TWICE, Network, make_network
from wayside.archive.osm.pieces import SHORT, Piece, Rules, lay_tracks
from wayside.archive.osm.plane import Plane, length_m
from wayside.archive.osm.tags import Choice, Gauges, gauges_of, kind_of
from wayside.archive.osm.zones import zones_of
from wayside.archive.tracks import site_to_geojson
from wayside.errors import InputError
from wayside.model.checks import require
from wayside.model.places import MapPoint, Site, Track

__all__ = [
    "ATTRIBUTION",
    "LICENCE",
    "BuiltSite",
    "LeftOut",
    "SiteRequest",
    "TrackLabel",
    "build_site",
    "built_to_geojson",
]

ATTRIBUTION = "© OpenStreetMap contributors"
LICENCE = "ODbL-1.0"
LICENCE_URL = "https://www.openstreetmap.org/copyright"
SAME_RAILS = "lies on another track"
_MOST_TRACKS = 2_000
_NEAR_DEG = 0.009
_LABELS = ("name", "usage", "service", "electrified", "operator", "layer")


@dataclass(frozen=True, slots=True)
class SiteRequest:
    """What site is to be built.

    Attributes:
        name: what a report calls it; not empty.
        id: its short name; made from the name where empty.
        note: a sentence that every report carries after the attribution; may be empty.
        outlines: where the site is; all of the file where empty.
        within: name of a railway area of the data that the site is in; empty for none.
        choice: which railways are taken.
        rules: how tracks are laid.
        zones: whether storage areas are taken from the data.
        own_zones: storage areas that the user drew.
        keep: an earlier site whose track names are kept; None for none.
        footprints: where the scenes are, outlines in degrees or single positions; empty where nobody said.
    """

    name: str
    id: str = ""
    note: str = ""
    outlines: tuple[Outline, ...] = ()
    within: str = ""
    choice: Choice = field(default_factory=Choice)
    rules: Rules = field(default_factory=Rules)
    zones: bool = True
    own_zones: tuple[Outline, ...] = ()
    keep: Site | None = None
    footprints: tuple[tuple[MapPoint, ...], ...] = ()

    def __post_init__(self) -> None:
        require(self.name.strip(), "the site has no name")
        require(not (self.outlines and self.within), "the site is given both by an area and by a name")


@dataclass(frozen=True, slots=True)
class TrackLabel:
    """What OpenStreetMap says about a track.

    Attributes:
        id: the track's name.
        length_m: its length in metres.
        ref: its number on the ground, ``railway:track_ref`` (else ``ref`` of a yard's or siding's track); may be empty.
        ways: the numbers of the ways under it.
        said: tags that all of its rails share: name, usage, service, electrified, operator, layer.
    """

    id: str
    length_m: float
    ref: str
    ways: tuple[int, ...]
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rails that are no tracks.

    Attributes:
        reason: why.
        pieces: how many stretches.
        length_m: their length together, metres.
    """

    reason: str
    pieces: int
    length_m: float


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """A site, and how it came about.

    Attributes:
        site: the tracks and zones.
        labels: one for each track, in the same order.
        left_out: rails of the chosen kinds that became no tracks, by reason.
        findings: what is wrong or looks wrong, errors first.
        day: the day that the data show; empty where the file does not say.
        form: what the file is.
    """

    site: Site
    labels: tuple[TrackLabel, ...]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]
    day: str
    form: str

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that make counts wrong."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that should be looked at."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)


def build_site(data: OsmData, request: SiteRequest) -> BuiltSite:
    """Build a site.

    Args:
        data: the railways.
        request: which of them, and how.

    Raises:
        InputError: no rails of the chosen kinds, no track left, far too many, or an area that is not there.
    """
    area = _area(data, request)
    network = make_network(_near(data.lines, area), data.nodes, request.choice, area)
    if network is None and any(kind_of(line.tags) in request.choice.kinds for line in data.lines):
        raise InputError("there are no rails in the area", todo="Look at the area, and at the order of its coordinates")
    if network is None:
        found = sorted({line.tags.get("railway", "") for line in data.lines} - {""})
        raise InputError(
            f"there is no railway of the kind {' or '.join(request.choice.kinds)}",
            todo=f"The file has {', '.join(found)}; ask for one with --kind",
        )
    pieces, notes = _tidied(lay_tracks(network, request.rules), network, request.rules)
    left_out = _left_out(pieces, network)
    kept = [p for p in pieces if not p.reason]
    if not kept or len(kept) > _MOST_TRACKS:
        raise _unusable(len(kept), left_out)
    tracks, labels = _tracks(network, pieces, request)
    zones, zone_notes = zones_of(data, tracks, area, own=request.own_zones, from_data=request.zones)
    note = " ".join(part for part in (_credit(data.day), request.note.strip()) if part)
    site = Site(request.id or _slug(request.name), request.name.strip(), tracks, zones, note)
    found_by_reading = [*_reading_notes(data), *_gauge_notes(network, kept), *_edge_notes(left_out), *notes]
    checks = check_site(site, request.footprints)
    findings = sorted((*checks, *found_by_reading, *zone_notes), key=lambda f: f.severity is not Severity.ERROR)
    return BuiltSite(site, labels, left_out, tuple(findings), data.day, data.form)


def _area(data: OsmData, request: SiteRequest) -> BaseGeometry | None:
    outlines = named_area(data, request.within) if request.within else request.outlines
    return joined(outlines) if outlines else None


def _near(lines: Sequence[OsmLine], area: BaseGeometry | None) -> Sequence[OsmLine]:
    """Return the ways within a kilometre of an area's box: a country's other rails cost time and mean nothing here."""
    if area is None:
        return lines
    west, south, east, north = area.bounds
    up = _NEAR_DEG
    wide = up / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.02)
    near: list[OsmLine] = []
    for line in lines:
        xs, ys = [p.x for p in line.points], [p.y for p in line.points]
        if max(xs) >= west - wide and min(xs) <= east + wide and max(ys) >= south - up and min(ys) <= north + up:
            near.append(line)
    return near


def _slug(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text.strip().lower()).strip("-") or "site"


def _credit(day: str) -> str:
    as_of = f", as of {day}" if day else ""
    return f"Tracks {ATTRIBUTION}, Open Database Licence{as_of}."


def _unusable(count: int, left_out: Sequence[LeftOut]) -> InputError:
    if count:
        return InputError(
            f"{count:,} tracks are more than one site's",
            todo="Say where it is with --bbox, --around, --area or --within",
        )
    why = "; ".join(f"{o.length_m:,.0f} m {o.reason}" for o in left_out)
    return InputError(f"no track is left ({why})", todo="Look at the area, --least and --main")


def _tidied(pieces: list[Piece], network: Network, rules: Rules) -> tuple[list[Piece], list[Finding]]:
    """Cut tracks that cross themselves, and take out those that lie on others."""
    notes: list[Finding] = []
    simple: list[Piece] = []
    for piece in pieces:
        parts = [piece] if piece.reason else _simple_parts(piece, rules)
        if len(parts) > 1:
            what = f"a track crossed itself and was cut into {len(parts)}"
            notes.append(Finding(Severity.WARNING, "self-crossing", what, place=parts[1].points[0]))
        simple += parts
    return _without_doubles(simple, network, notes), notes


def _simple_parts(piece: Piece, rules: Rules) -> list[Piece]:
    """Return the longest stretches, one after the other, that do not cross themselves."""
    if LineString(piece.points).is_simple:
        return [piece]
    parts: list[Piece] = []
    start = 0
    while start < len(piece.edges):
        low, high = start + 1, len(piece.edges)
        while low < high:
            middle = (low + high + 1) // 2
            simple = LineString(piece.points[start : middle + 1]).is_simple
            low, high = (middle, high) if simple else (low, middle - 1)
        part = replace(piece, points=piece.points[start : low + 1], edges=piece.edges[start:low])
        parts.append(replace(part, reason=SHORT if part.length_m < rules.least_m else ""))
        start = low
    return parts


def _without_doubles(pieces: list[Piece], network: Network, notes: list[Finding]) -> list[Piece]:
    """Take the shorter of two tracks out where both lie on the same rails."""
    order = sorted(
        (k for k, p in enumerate(pieces) if not p.reason), key=lambda k: (-pieces[k].length_m, pieces[k].points)
    )
    shapes = [LineString(network.plane.metres(pieces[k].points)) for k in order]
    tree = STRtree(shapes)
    out: set[int] = set()
    for at, shape in enumerate(shapes):
        longer = [int(j) for j in tree.query(shape, predicate="dwithin", distance=1.0) if j < at and int(j) not in out]
        if any(lies_on(shape, shapes[j]) for j in longer):
            out.add(at)
            what = f"a line of {shape.length:.0f} m lies within 1 m of another track's rails and was left out"
            notes.append(Finding(Severity.WARNING, "duplicate", what, place=pieces[order[at]].points[0]))
    doubled = {order[at] for at in out}
    return [replace(p, reason=SAME_RAILS) if k in doubled else p for k, p in enumerate(pieces)]


def _left_out(pieces: Iterable[Piece], network: Network) -> tuple[LeftOut, ...]:
    """Return what is no track, by reason, the most first."""
    lengths: dict[str, list[float]] = {}
    for piece in pieces:
        if piece.reason:
            lengths.setdefault(piece.reason, []).append(piece.length_m)
    for edge in network.doubled:
        lengths.setdefault(TWICE, []).append(length_m([edge.a, edge.b]))
    found = [LeftOut(reason, len(of), sum(of)) for reason, of in lengths.items()]
    return tuple(sorted(found, key=lambda o: (-o.length_m, o.reason)))


def _tracks(
    network: Network, pieces: Sequence[Piece], request: SiteRequest
) -> tuple[tuple[Track, ...], tuple[TrackLabel, ...]]:
    """Return the tracks in the order of their numbers, each in the yard's direction, with their labels."""
    groups = [g for g, p in zip(line_groups(network, pieces), pieces, strict=True) if not p.reason]
    kept = [p for p in pieces if not p.reason]
    plane = Plane.around([q for p in kept for q in p.points])
    lines = [plane.metres(p.points) for p in kept]
    along = yard_axis(lines)[0]
    names = names_for(lines, groups)
    order = sorted(range(len(kept)), key=lambda k: _natural(names[k]))
    if request.keep is not None:
        names = kept_names(names, lines, request.keep.tracks, plane)
    tracks = tuple(Track(names[k], oriented(kept[k].points, plane, along), kept[k].gauges_mm) for k in order)
    return tracks, tuple(_label(network, kept[k], names[k]) for k in order)


def _natural(name: str) -> tuple[int, int, str]:
    number = re.match(r"[0-9]*", name)
    digits = number[0] if number else ""
    rest = name.removeprefix(digits)
    return int(digits or 0), len(rest), rest


def _label(network: Network, piece: Piece, name: str) -> TrackLabel:
    lines = [network.lines[k] for k in dict.fromkeys(network.edges[e].line for e in piece.edges)]
    said: dict[str, str] = {}
    for key in _LABELS:
        values = {line.tags.get(key, "") for line in lines}
        if len(values) == 1 and (value := values.pop()):
            said[key] = value[:200]
    refs = {r for line in lines if (r := line.tags.get("railway:track_ref", ""))}
    if not refs:
        # On a main line "ref" is the line's number, not the track's.
        refs = {
            r for line in lines if line.tags.get("service") in {"yard", "siding"} and (r := line.tags.get("ref", ""))
        }
    ways = tuple(sorted({line.id for line in lines} - {0}))
    return TrackLabel(name, piece.length_m, ";".join(sorted(refs))[:200], ways, said)


def _reading_notes(data: OsmData) -> list[Finding]:
    if not data.missing:
        return []
    what = f"{data.broken:,} railway ways lack {data.missing:,} positions in the file, and have gaps there"
    return [Finding(Severity.WARNING, "missing-nodes", what)]


def _edge_notes(left_out: Sequence[LeftOut]) -> list[Finding]:
    outside = next((o for o in left_out if o.reason == OUTSIDE), None)
    if outside is None:
        return []
    what = f"{outside.length_m:,.0f} m of track lie outside the area; tracks that cross its edge are cut there"
    return [Finding(Severity.WARNING, "cut-at-edge", what)]


def _gauge_notes(network: Network, kept: Sequence[Piece]) -> list[Finding]:
    used = {network.edges[e].line for p in kept for e in p.edges}
    read: list[Gauges] = [gauges_of(network.lines[k].tags) for k in sorted(used)]
    unread = sorted({text for gauges in read for text in gauges.unread})
    notes = []
    if unread:
        what = f"gauges that are no number of millimetres were passed over: {', '.join(unread[:8])}"
        notes.append(Finding(Severity.WARNING, "gauge-unread", what))
    if kept and not any(p.gauges_mm for p in kept):
        notes.append(
            Finding(Severity.WARNING, "gauge-unknown", "no track has a gauge; car lengths of every stock are allowed")
        )
    return notes


def built_to_geojson(built: BuiltSite) -> dict[str, Any]:
    """Return a site as GeoJSON that ``read_tracks`` reads, with OpenStreetMap's labels, attribution and licence."""
    document = site_to_geojson(built.site)
    about = {"attribution": ATTRIBUTION, "license": LICENCE, "license_url": LICENCE_URL}
    if built.day:
        about["osm_date"] = built.day
    for feature, label in zip(document["features"], built.labels, strict=False):
        extra: dict[str, Any] = {"length_m": round(label.length_m, 1), **({"ref": label.ref} if label.ref else {})}
        feature["properties"] |= {**extra, **label.said, **({"osm_ways": list(label.ways)} if label.ways else {})}
    features = document.pop("features")
    return {**document, **about, "features": features}
