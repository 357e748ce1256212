"""Reviews by way of a file: what an analyst is given to edit, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wayside.counting.review_next import Suggestion
from wayside.errors import InputError
from wayside.model.cars import Car
from wayside.model.observations import CountStatus, Observation, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, Site
from wayside.model.scenes import Scene
from wayside.model.vectors import Outline, Shape, VectorLayer
from wayside.pipeline.review_places import ReviewPlane, SceneLines
from wayside.pipeline.reviewing import automatic_counts, latest_reviews

__all__ = ["CARS", "POINTS", "STRIPS", "TRACKS", "car_name", "chosen_scenes", "review_layers"]

TRACKS, CARS, POINTS, STRIPS = "tracks", "cars", "points", "strips"
_LONLAT = "EPSG:4326"


@dataclass(frozen=True)
class _Sheet:
    """One counted scene that goes into the file.

    Attributes:
        scene: the scene.
        count: the counter's count of it.
        lines: its tracks.
        seen: the cars of the analyst whose earlier review is carried on, by track.
        reviewers: who reviewed a track, by track.
    """

    scene: Scene
    count: SceneCount
    lines: SceneLines
    seen: Mapping[str, tuple[Car, ...]]
    reviewers: Mapping[str, str]


def car_name(scene_id: str, track_id: str, number: int) -> str:
    """Return the name under which the counter's car ``number`` (from 1) of a strip goes into a file."""
    return f"{scene_id}/{track_id}/{number}"


def chosen_scenes(
    scenes: Iterable[Scene], observations: Sequence[Observation], *, model: str, wanted: Sequence[str] = ()
) -> tuple[Scene, ...]:
    """Return the counted scenes that are meant, in order of time; all where none is named.

    Raises:
        InputError: a scene that is not there, is not counted, or cannot be counted.
    """
    known = {scene.id: scene for scene in scenes}
    counts = automatic_counts(observations, model=model)
    for scene_id in wanted:
        if scene_id not in known:
            raise InputError(f"there is no scene {scene_id}", todo="Their ids are the file names under scenes/")
        if scene_id not in counts:
            raise InputError(f"scene {scene_id} is not counted yet", todo="Run: wayside run")
        if counts[scene_id].status is CountStatus.NOT_COUNTABLE:
            raise InputError(f"scene {scene_id} is too coarse to be counted: {' '.join(counts[scene_id].reasons)}")
    found = [
        scene
        for scene in known.values()
        if scene.id in counts and counts[scene.id].status is not CountStatus.NOT_COUNTABLE
        if not wanted or scene.id in wanted
    ]
    if not found:
        raise InputError("no scene is counted yet", todo="Run: wayside run")
    return tuple(sorted(found, key=lambda scene: (scene.acquired, scene.id)))


def review_layers(
    site: Site,
    scenes: Sequence[Scene],
    observations: Sequence[Observation],
    *,
    model: str,
    ranking: Sequence[Suggestion] = (),
    analyst: str = "",
) -> tuple[VectorLayer, ...]:
    """Return the layers of a review file: tracks, cars, points (empty, to add cars by a click) and strips.

    Args:
        site: the facility.
        scenes: counted scenes.
        observations: of the site.
        model: the present network's name and digest.
        ranking: which strips to review first; kept as their priority.
        analyst: whose earlier reviews are carried on: their cars stand in place of the counter's, and their strips are
            marked as reviewed. Nobody's where empty: then every strip shows what the counter found.
    """
    plane = ReviewPlane.of(site)
    sheets = [_sheet(site, scene, observations, plane, model=model, analyst=analyst) for scene in scenes]
    crs = _LONLAT if site.system is CoordinateSystem.LONLAT else None
    flip = site.system is CoordinateSystem.PIXEL
    priority = {(s.scene_id, s.track_id): rank for rank, s in enumerate(ranking, start=1)}
    return (
        _tracks_layer(site, crs, flip=flip),
        _cars_layer(sheets, crs, flip=flip),
        _points_layer(crs),
        _strips_layer(sheets, crs, priority, flip=flip),
    )


def _sheet(
    site: Site, scene: Scene, observations: Sequence[Observation], plane: ReviewPlane, *, model: str, analyst: str
) -> _Sheet:
    count = automatic_counts(observations, model=model)[scene.id]
    seen: dict[str, tuple[Car, ...]] = {}
    reviewers: dict[str, list[str]] = {}
    for review in latest_reviews(observations):
        if review.row.scene_id == scene.id:
            reviewers.setdefault(review.track_id, []).append(review.row.author)
            if review.row.author == analyst:
                seen[review.track_id] = review.cars
    lines = SceneLines(site, count, plane)
    return _Sheet(scene, count, lines, seen, {track: ", ".join(sorted(names)) for track, names in reviewers.items()})


def _drawn(shape: Shape, points: Iterable[tuple[float, float]], *, flip: bool) -> Outline:
    """Return an outline; image rows are counted downwards from 0, and drawn below the axis as QGIS draws an image."""
    return Outline(shape, tuple((x, -y if flip else y) for x, y in points))


def _layer(
    name: str, shape: Shape, rows: Sequence[tuple[Outline, Mapping[str, object]]], crs: str | None
) -> VectorLayer:
    names = list(rows[0][1]) if rows else []
    columns = {field: tuple(row[field] for _, row in rows) for field in names}
    return VectorLayer(name, shape, tuple(outline for outline, _ in rows), columns, crs)  # type: ignore[arg-type]


def _tracks_layer(site: Site, crs: str | None, *, flip: bool) -> VectorLayer:
    rows = [
        (_drawn(Shape.LINE, ((p.x, p.y) for p in track.centreline), flip=flip), {"track": track.id})
        for track in site.tracks
    ]
    return _layer(TRACKS, Shape.LINE, rows, crs)


def _cars_layer(sheets: Sequence[_Sheet], crs: str | None, *, flip: bool) -> VectorLayer:
    rows = [
        (_drawn(Shape.POLYGON, _corners(sheet, track, car), flip=flip), _car_row(sheet, track, number, car))
        for sheet in sheets
        for track in sheet.count.tracks
        for number, car in enumerate(sheet.seen.get(track.track_id, track.cars), start=1)
    ]
    names = ("car", "scene", "track", "start_m", "end_m", "type", "cover", "p", "action", "note")
    if not rows:
        return VectorLayer(CARS, Shape.POLYGON, (), dict.fromkeys(names, ()), crs)
    return _layer(CARS, Shape.POLYGON, rows, crs)


def _corners(sheet: _Sheet, track: TrackCount, car: Car) -> tuple[tuple[float, float], ...]:
    return car.polygon or sheet.lines.outline(track.track_id, car.start_m, car.end_m)


def _car_row(sheet: _Sheet, track: TrackCount, number: int, car: Car) -> Mapping[str, object]:
    own = track.track_id in sheet.seen
    return {
        "car": "" if own else car_name(sheet.scene.id, track.track_id, number),
        "scene": sheet.scene.id,
        "track": track.track_id,
        "start_m": round(car.start_m, 2),
        "end_m": round(car.end_m, 2),
        "type": str(car.type),
        "cover": str(car.cover),
        "p": round(car.p, 4),
        "action": "keep",
        "note": "",
    }


def _points_layer(crs: str | None) -> VectorLayer:
    names = ("scene", "track", "type", "cover", "note")
    return VectorLayer(POINTS, Shape.POINT, (), dict.fromkeys(names, ()), crs)


def _strips_layer(
    sheets: Sequence[_Sheet], crs: str | None, priority: Mapping[tuple[str, str], int], *, flip: bool
) -> VectorLayer:
    rows = []
    for sheet in sheets:
        for track in sheet.count.tracks:
            low, high = track.count.interval(0.9)
            line = _drawn(Shape.LINE, sheet.lines.centreline(track.track_id), flip=flip)
            row: Mapping[str, object] = {
                "scene": sheet.scene.id,
                "track": track.track_id,
                "date": sheet.scene.acquired.date().isoformat(),
                "cars": track.count.median,
                "low90": low,
                "high90": high,
                "visible": round(track.visible_fraction, 3),
                "priority": priority.get((sheet.scene.id, track.track_id)),
                "reviewed": "yes" if track.track_id in sheet.seen else "no",
                "analyst": sheet.reviewers.get(track.track_id, ""),
                "note": "",
            }
            rows.append((line, row))
    return _layer(STRIPS, Shape.LINE, rows, crs)
