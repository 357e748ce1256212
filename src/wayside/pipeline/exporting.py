"""The use case of exporting: the counts of a site as tables of features, for other software."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from wayside.assessment.addresses import link_of, without_parameters
from wayside.assessment.assessment import CountedScene
from wayside.errors import InputError
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site
from wayside.model.polylines import length_of
from wayside.model.vectors import Field, Outline, Shape, VectorLayer
from wayside.model.zones import ZoneLook
from wayside.pipeline.cases import shows_enough
from wayside.pipeline.review_places import ReviewPlane, SceneLines
from wayside.pipeline.running import Services, rows_of
from wayside.pipeline.zoning import ZoneLooks, zone_looks

__all__ = [
    "ALL",
    "NEWEST",
    "ExportRecord",
    "ExportRequest",
    "Exporter",
    "chosen_rows",
    "export_site",
    "layers_of",
    "probabilities_of",
]

ALL, NEWEST = "all", "newest"
_CRS = "EPSG:4326"
_LEVEL = 0.9
_LONGEST_CELL = 32_000
"""Characters; spreadsheets cut a cell at 32,767."""
_Rows = list[tuple[Outline | None, Mapping[str, Field]]]


@dataclass(frozen=True)
class ExportRequest:
    """What is to be exported.

    Attributes:
        site: the facility.
        scene_ids: of the counted scenes, in order of time.
        layers: tables of features.
        generated: when the export is made.
        software: name and version of the program.
    """

    site: Site
    scene_ids: tuple[str, ...]
    layers: tuple[VectorLayer, ...]
    generated: datetime
    software: str


class Exporter(Protocol):
    """Writes one format to one place."""

    @property
    def form(self) -> str:
        """Name of the format."""
        ...

    def write(self, request: ExportRequest) -> tuple[Path, tuple[str, ...]]:
        """Write everything or nothing; return where it is, and the names of its files."""
        ...


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """What an export left.

    Attributes:
        form: the format.
        path: where it is.
        files: names of its files; relative to ``path`` where that is a folder.
        site: id of the site.
        scenes: ids of the scenes in it.
        features: number of rows by table.
        notes: what could not be read of the storage zones, sentences.
    """

    form: str
    path: Path
    files: tuple[str, ...]
    site: str
    scenes: tuple[str, ...]
    features: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes; its schema is docs/schemas/export.json."""
        return {
            "command": "export",
            "format": self.form,
            "site": self.site,
            "path": str(self.path),
            "files": list(self.files),
            "scenes": list(self.scenes),
            "features": dict(self.features),
            "notes": list(self.notes),
        }


def export_site(services: Services, exporter: Exporter, *, scene: str = ALL) -> ExportRecord:
    """Export the counts of a site.

    Args:
        services: of the workspace.
        exporter: writes the format.
        scene: id of a scene, ``"newest"`` or ``"all"``; an id goes before the two words.

    Raises:
        InputError: nothing is counted, there is no such scene, or the format cannot hold the site.
        OutsideError: the disk refuses.
    """
    counted = rows_of(services)
    rows = chosen_rows(counted, scene)
    ids = tuple(row.id for row in rows)
    seen = ZoneLooks()
    if services.zones is not None:  # a look needs the others: what a zone usually holds comes from all scenes
        seen = zone_looks(services.site, counted, services.zones.reader, services.zones.store, services.clock)
    request = ExportRequest(
        services.site,
        ids,
        layers_of(services.site, rows, [look for look in seen.looks if look.scene_id in ids]),
        services.clock.now(),
        services.software,
    )
    path, files = exporter.write(request)
    features = {layer.name: len(layer.outlines) for layer in request.layers}
    return ExportRecord(exporter.form, path, files, services.site.id, ids, features, tuple(seen.failures))


def chosen_rows(rows: Sequence[CountedScene], scene: str) -> tuple[CountedScene, ...]:
    """Return the counted scenes that are meant.

    Raises:
        InputError: none is counted, or there is none of this id.
    """
    if not rows:
        raise InputError("no scene is counted yet", todo="Run: wayside run")
    found = tuple(row for row in rows if row.id == scene)
    if found or scene == ALL:
        return found or tuple(rows)
    if scene == NEWEST:
        return (tuple(row for row in rows if row.usable) or tuple(rows))[-1:]
    raise InputError(f"no counted scene is called {scene[:100]!r}", todo="Give its id, or newest, or all")


def layers_of(site: Site, rows: Sequence[CountedScene], looks: Sequence[ZoneLook] = ()) -> tuple[VectorLayer, ...]:
    """Return all tables of an export; positions in pixels have their rows' sign turned, as maps have north above.

    Args:
        site: the facility.
        rows: its counted scenes, in order of time.
        looks: at its storage zones, in these scenes.
    """
    flip = site.system is CoordinateSystem.PIXEL
    plane = ReviewPlane.of(site)
    sheets = [(row, SceneLines(site, row.result, plane)) for row in rows]
    found: dict[str, tuple[Shape, _Rows]] = {
        "cars": (Shape.POLYGON, [one for row, lines in sheets for one in _cars(site, row, lines)]),
        "tracks": (Shape.LINE, _tracks(site, plane)),
        "zones": (Shape.POLYGON, _zones(site, plane)),
        "zone_looks": (Shape.POLYGON, [_zone_look(site, look) for look in looks]),
        "occupied": (Shape.POLYGON, [one for look in looks for one in _occupied(site, look)]),
        "counts": (Shape.POINT, [_count(site, row) for row in rows]),
        "track_counts": (Shape.LINE, [one for row, lines in sheets for one in _track_counts(site, row, lines)]),
        "type_counts": (Shape.POINT, [one for row in rows for one in _type_counts(site, row)]),
    }
    return tuple(_layer(name, shape, features, flip=flip) for name, (shape, features) in found.items())


def _layer(name: str, shape: Shape, rows: _Rows, *, flip: bool) -> VectorLayer:
    outlines = tuple(_turned(outline) if flip and outline is not None else outline for outline, _ in rows)
    columns = {field: tuple(row[field] for _, row in rows) for field in (rows[0][1] if rows else ())}
    return VectorLayer(name, shape, outlines, columns, None if flip else _CRS)


def _turned(outline: Outline) -> Outline:
    return Outline(outline.shape, tuple((x, -y) for x, y in outline.points))


def _time(row: CountedScene) -> str:
    return _iso(row.scene.acquired)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits)


def _whose(row: CountedScene) -> dict[str, Field]:
    return {"count_kind": str(row.kind), "author": row.author}


def _terms(row: CountedScene) -> dict[str, Field]:
    licence = row.scene.licence
    return {
        "drawn": row.scene.drawn,
        "licence": licence.id,
        "attribution": without_parameters(licence.attribution),
    }


# ---------------------------------------------------------------------- cars
def _cars(site: Site, row: CountedScene, lines: SceneLines) -> Iterable[tuple[Outline | None, Mapping[str, Field]]]:
    known = {track.id for track in site.tracks}
    for track in row.result.tracks:
        for number, car in enumerate(track.cars, start=1):
            corners = car.polygon
            if not corners and track.track_id in known:
                corners = lines.outline(track.track_id, car.start_m, car.end_m)
            yield Outline(Shape.POLYGON, corners) if corners else None, _car(site, row, track, number, car)


def _car(site: Site, row: CountedScene, track: TrackCount, number: int, car: Car) -> dict[str, Field]:
    red, green, blue = car.colour or (None, None, None)
    return {
        "site": site.id,
        "scene": row.id,
        "acquired": _time(row),
        "track": track.track_id,
        "number": number,
        "start_m": _short(car.start_m),
        "end_m": _short(car.end_m),
        "length_m": _short(car.length_m),
        "type": str(car.type),
        "type_p": _short(car.type_p, 4),
        "freight": car.type.is_freight,
        "cover": str(car.cover),
        "p": _short(car.p, 4),
        "colour_red": _short(red, 4),
        "colour_green": _short(green, 4),
        "colour_blue": _short(blue, 4),
        "truncated": car.truncated,
        **_whose(row),
        **_terms(row),
    }


# ---------------------------------------------------------------------- the site
def _tracks(site: Site, plane: ReviewPlane) -> _Rows:
    on_map = site.system is CoordinateSystem.LONLAT
    found: _Rows = []
    for track in site.tracks:
        points = [(p.x, p.y) for p in track.centreline]
        row: dict[str, Field] = {
            "site": site.id,
            "track": track.id,
            "gauge_mm": " ".join(str(gauge) for gauge in track.gauges_mm),
            "network": "" if track.network is None else str(track.network),
            "length_m": round(length_of(plane.to_plane(points, 1.0)), 1) if on_map else None,
        }
        found.append((Outline(Shape.LINE, tuple(points)), row))
    return found


def _zones(site: Site, plane: ReviewPlane) -> _Rows:
    on_map = site.system is CoordinateSystem.LONLAT
    found: _Rows = []
    for zone in site.zones:
        ring = tuple((p.x, p.y) for p in zone.ring[:-1])
        xy = plane.to_plane(ring, 1.0)
        # Gauss's formula, about the first corner so that large coordinates cost no digits.
        x, y = (xy - xy[0]).T
        area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
        row: dict[str, Field] = {"site": site.id, "zone": zone.id, "area_m2": round(area, 1) if on_map else None}
        found.append((Outline(Shape.POLYGON, ring), row))
    return found


def _zone_look(site: Site, look: ZoneLook) -> tuple[Outline | None, Mapping[str, Field]]:
    rings = {zone.id: zone.ring for zone in site.zones}
    area = look.occupied_m2
    row: dict[str, Field] = {
        "site": site.id,
        "scene": look.scene_id,
        "acquired": _iso(look.acquired),
        "zone": look.zone_id,
        "occupied_m2": None if area is None else _short(area.median, 1),
        "low_m2": None if area is None else _short(area.low, 1),
        "high_m2": None if area is None else _short(area.high, 1),
        "visible_fraction": _short(look.visible_fraction, 4),
        "gsd_m": _short(look.gsd_m, 4),
        "reasons": " ".join(look.reasons),
    }
    return _ring(rings.get(look.zone_id, ())), row


def _occupied(site: Site, look: ZoneLook) -> _Rows:
    found: _Rows = []
    for number, ring in enumerate(look.outlines, start=1):
        row: dict[str, Field] = {
            "site": site.id,
            "scene": look.scene_id,
            "acquired": _iso(look.acquired),
            "zone": look.zone_id,
            "patch": number,
        }
        found.append((_ring(ring), row))
    return found


def _ring(ring: Sequence[MapPoint]) -> Outline | None:
    return Outline(Shape.POLYGON, tuple((p.x, p.y) for p in ring[:-1])) if ring else None


def _middle(site: Site) -> Outline:
    points = np.concatenate([np.asarray(track.centreline, dtype=np.float64) for track in site.tracks])
    x, y = (points.min(axis=0) + points.max(axis=0)) / 2
    return Outline(Shape.POINT, ((float(x), float(y)),))


# ---------------------------------------------------------------------- counts
def _spread(name: str, count: CountDistribution, *, known: bool) -> dict[str, Field]:
    """Return median and 90 % interval of a count; nothing where none was made."""
    interval = count.interval(_LEVEL)
    prefix = "" if name == "count" else f"{name}_"
    values = {name: count.median, f"{prefix}low": interval.low, f"{prefix}high": interval.high}
    return {key: value if known else None for key, value in values.items()}


def probabilities_of(count: CountDistribution) -> str | None:
    """Return all of a distribution as ``wayside series`` reads it, bit for bit; None where no cell can hold it."""
    text = f"from {count.first}: {' '.join(repr(float(p)) for p in count.p)}"
    return text if len(text) <= _LONGEST_CELL else None


def _count(site: Site, row: CountedScene) -> tuple[Outline, Mapping[str, Field]]:
    result, scene = row.result, row.scene
    known = result.status is not CountStatus.NOT_COUNTABLE
    fit = result.registration
    return _middle(site), {
        "site": site.id,
        "scene": row.id,
        "acquired": _time(row),
        "date": row.day.isoformat(),
        "status": str(result.status),
        "in_series": shows_enough(row),
        **_spread("count", result.freight, known=known),
        "mean": _short(result.freight.mean) if known else None,
        **_spread("vehicles", result.count, known=known),
        **_spread("locomotives", result.locomotives, known=known),
        **_spread("covered", result.covered, known=known),
        "occupied_m": _short(result.occupied_m, 1) if known else None,
        "visible_fraction": float(result.visible_fraction),  # not rounded: the series rests on both, and on pmf
        "gsd_m": float(result.gsd_m),
        "registered": fit.registered,
        "shift_east_m": _short(fit.east_m),
        "shift_north_m": _short(fit.north_m),
        **_whose(row),
        "reasons": without_parameters(" ".join(result.reasons)),
        "provider": scene.provider,
        "platform": scene.platform,
        "off_nadir_deg": _short(scene.off_nadir_deg, 2),
        "sun_elevation_deg": _short(scene.sun_elevation_deg, 2),
        "cloud_cover_pct": _short(scene.cloud_cover_pct, 2),
        **_terms(row),
        "licence_url": link_of(scene.licence.url),
        "may_be_shown": str(scene.licence.publication),
        "checksum": scene.checksum,
        "model": result.model,
        "software": result.software,
        "pmf": probabilities_of(result.freight) if known else None,
    }


def _track_counts(site: Site, row: CountedScene, lines: SceneLines) -> _Rows:
    known = {track.id for track in site.tracks}
    counted = row.result.status is not CountStatus.NOT_COUNTABLE
    found: _Rows = []
    for track in row.result.tracks:
        shape = Outline(Shape.LINE, lines.centreline(track.track_id)) if track.track_id in known else None
        interval = track.count.interval(_LEVEL)
        fields: dict[str, Field] = {
            "site": site.id,
            "scene": row.id,
            "acquired": _time(row),
            "track": track.track_id,
            "vehicles": track.count.median if counted else None,
            "low": interval.low if counted else None,
            "high": interval.high if counted else None,
            "outlined": len(track.cars),
            "length_m": _short(track.length_m, 1),
            "occupied_m": _short(track.occupied_m, 1),
            "visible_fraction": _short(track.visible_fraction, 4),
            "hidden_by": "; ".join(f"{why} {share:.4g}" for why, share in sorted(track.hidden.items()) if share),
            "offset_m": _short(track.offset_m, 2),
            **_whose(row),
        }
        found.append((shape, fields))
    return found


def _type_counts(site: Site, row: CountedScene) -> _Rows:
    if row.result.status is CountStatus.NOT_COUNTABLE:
        return []
    found: _Rows = []
    for kind, count in sorted(row.result.by_type.items()):
        interval = count.interval(_LEVEL)
        fields: dict[str, Field] = {
            "site": site.id,
            "scene": row.id,
            "acquired": _time(row),
            "type": kind,
            "mean": _short(count.mean),
            "count": count.median,
            "low": interval.low,
            "high": interval.high,
        }
        found.append((_middle(site), fields))
    return found
