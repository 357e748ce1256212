"""An analyst's file read back: checked as a whole, then rows for the database; nothing where anything is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from wayside.errors import InputError, ValueRefusedError
from wayside.model.cars import Car, CarType, Cover
from wayside.model.observations import CountStatus, Observation, SceneCount
from wayside.model.places import CoordinateSystem, Site
from wayside.model.scenes import Scene
from wayside.model.vectors import Field, Outline, Shape, VectorLayer
from wayside.pipeline.review_exchange import CARS, POINTS, STRIPS
from wayside.pipeline.review_places import ReviewPlane, SceneLines
from wayside.pipeline.review_rows import StripChange, review_rows, strip_change
from wayside.pipeline.reviewing import automatic_counts, latest_reviews

__all__ = ["ReadReview", "ToLonLat", "read_review"]

ToLonLat = Callable[[str, NDArray[np.float64]], NDArray[np.float64]]
"""Turns positions in a CRS, shape (n, 2), into longitude and latitude; NaN where that cannot be done."""

_ASIDE_M = 5.0
_UNMOVED_M = 0.1
_POINT_CAR_M = 14.0
"""A car that was added by a click is drawn as long as this; it teaches no length."""
_SHORTEST_M, _LONGEST_M = 3.0, 60.0
_SHOWN = 12
_ROUNDED = 1e-3
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"", "no", "n", "false", "0"})
_ACTIONS = frozenset({"", "keep", "add", "delete"})

Key = tuple[str, str]


@dataclass(frozen=True)
class ReadReview:
    """What a file holds.

    Attributes:
        observations: a row for every scene with a reviewed track.
        changes: strip by strip.
        notes: what was assumed, sentences.
    """

    observations: tuple[Observation, ...]
    changes: tuple[StripChange, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A feature that stands for a car, its outline in the site's system; ``label`` says where it stands."""

    label: str
    name: str
    scene_id: str
    track_id: str
    outline: Outline
    row: Mapping[str, Field]


class _Reading:
    """Collects what is wrong; nothing is used unless nothing is."""

    def __init__(
        self, site: Site, counts: Mapping[str, SceneCount], known: frozenset[str], before: Mapping[Key, Sequence[Car]]
    ) -> None:
        plane = ReviewPlane.of(site)
        self.site = site
        self.counts = counts
        self.known = known
        self.lines = {scene_id: SceneLines(site, count, plane) for scene_id, count in counts.items()}
        self.tracks = {scene_id: {t.track_id: t for t in count.tracks} for scene_id, count in counts.items()}
        self._before = before
        self._stretches: dict[Key, list[tuple[float, float, Car]]] = {}
        self.faults: list[str] = []

    def fault(self, label: str, what: str) -> None:
        self.faults.append(f"{label}: {what}")

    def cars_before(self, scene_id: str, track_id: str) -> list[tuple[float, float, Car]]:
        """Return the counter's cars, and the analyst's own of before, with where their outlines lie along the track."""
        key = (scene_id, track_id)
        if key not in self._stretches:
            lines = self.lines[scene_id]
            cars = (*self.tracks[scene_id][track_id].cars, *self._before.get(key, ()))
            self._stretches[key] = [
                (*lines.stretch(track_id, car.polygon or lines.outline(track_id, car.start_m, car.end_m)), car)
                for car in cars
            ]
        return self._stretches[key]

    def place(self, label: str, scene_id: str, track_id: str) -> bool:
        """Return whether a strip is there; else say what is wrong."""
        if scene_id not in self.known:
            self.fault(label, f"there is no scene {scene_id!r}" if scene_id else "it names no scene")
        elif scene_id not in self.counts:
            self.fault(label, f"scene {scene_id} is not counted, or cannot be (wayside run)")
        elif track_id not in self.tracks[scene_id]:
            self.fault(label, f"there is no track {track_id!r}" if track_id else "it names no track")
        else:
            return True
        return False

    def check(self, where: str) -> None:
        if self.faults:
            more = len(self.faults) - _SHOWN
            what = "; ".join(self.faults[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
            raise InputError(
                what, where=where, todo="Mend this in the file and import it again; nothing was taken over"
            )


def read_review(
    layers: Mapping[str, VectorLayer],
    site: Site,
    scenes: Sequence[Scene],
    observations: Sequence[Observation],
    *,
    model: str,
    analyst: str,
    now: datetime,
    to_lonlat: ToLonLat,
    where: str,
) -> ReadReview:
    """Read the layers that an analyst edited.

    A strip counts as reviewed where the layer ``strips`` says ``reviewed = yes``; all its cars that are left in the
    file are then the analyst's, an empty track included. Strips that are not reviewed must be as they were.

    Args:
        layers: of the file, by name; ``cars`` and ``strips`` are needed, ``points`` may be missing.
        site: the facility.
        scenes: its scenes.
        observations: of the site.
        model: the present network's name and digest.
        analyst: who looked.
        now: when this is written.
        to_lonlat: reprojects layers that were saved in another system.
        where: the file, for messages.

    Raises:
        InputError: with everything that is wrong; nothing is to be kept then.
    """
    analyst = _who(analyst)
    _has_layers(layers, where)
    counts = _countable(automatic_counts(observations, model=model))
    own = {
        (review.row.scene_id, review.track_id): review
        for review in latest_reviews(observations)
        if review.row.author == analyst
    }
    before = {key: review.cars for key, review in own.items()}
    reading = _Reading(site, counts, frozenset(scene.id for scene in scenes), before)
    strips = _strips(reading, layers[STRIPS])
    drawn = _features(reading, layers, to_lonlat, only=_only_scene(strips))
    reading.check(where)
    cars = _cars_by_strip(reading, drawn)
    _unreviewed_are_untouched(reading, strips, cars)
    reviewed = [key for key, note in strips.items() if note is not None]
    if not reviewed and not reading.faults:
        reading.fault("layer strips", "no strip is marked as reviewed (reviewed = yes)")
    reading.check(where)
    seen = {key: _fitted(reading, key, cars.get(key, [])) for key in reviewed}
    reading.check(where)
    said = {key: _said(key, strips[key] or "", drawn) for key in reviewed}
    rows = review_rows(site.id, scenes, counts, seen, said=said, before=own, analyst=analyst, now=now)
    changes = tuple(strip_change(key, reading.tracks[key[0]][key[1]].cars, cars) for key, cars in sorted(seen.items()))
    unchanged = sorted({scene for scene, _ in seen} - {row.scene_id for row in rows})
    notes = tuple(f"Scene {scene}: this is what {analyst} said before." for scene in unchanged)
    return ReadReview(rows, changes, notes)


def _countable(counts: Mapping[str, SceneCount]) -> dict[str, SceneCount]:
    return {name: count for name, count in counts.items() if count.status is not CountStatus.NOT_COUNTABLE}


def _who(analyst: str) -> str:
    if not analyst.strip():
        raise InputError("it is not said who reviewed", todo="Give --analyst NAME")
    return analyst.strip()


def _has_layers(layers: Mapping[str, VectorLayer], where: str) -> None:
    missing = [name for name in (CARS, STRIPS) if name not in layers]
    if missing:
        what = f"the file has no layer {' and no layer '.join(missing)}"
        raise InputError(what, where=where, todo="Edit a file that wayside review --export wrote")


def _said(key: Key, note: str, drawn: Sequence[_Drawn]) -> tuple[str, ...]:
    """Return the notes on one strip and its cars, sentences."""
    notes = [f"Track {key[1]}: {note}"] if note else []
    notes += [
        f"Track {key[1]}, {_text(one.row.get('type')) or 'a car'}: {_text(one.row.get('note'))}"
        for one in drawn
        if (one.scene_id, one.track_id) == key and _text(one.row.get("note"))
    ]
    return tuple(notes)


# ---------------------------------------------------------------------------- layers
def _text(value: Field) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _strips(reading: _Reading, layer: VectorLayer) -> dict[Key, str | None]:
    """Return for each strip of the file its note where it was reviewed, else None."""
    found: dict[Key, str | None] = {}
    for number, row in enumerate(layer.rows(), start=1):
        label = f"layer {STRIPS}, row {number}"
        key = (_text(row.get("scene")), _text(row.get("track")))
        if not reading.place(label, *key):
            continue
        said = _text(row.get("reviewed")).lower()
        if said not in _YES | _NO:
            reading.fault(label, f"reviewed is {said!r}; it is yes or no")
        if key in found:
            reading.fault(label, f"track {key[1]} of scene {key[0]} stands there twice")
        found[key] = _text(row.get("note")) if said in _YES else None
    return found


def _only_scene(strips: Mapping[Key, object]) -> str:
    scenes = {scene for scene, _ in strips}
    return next(iter(scenes)) if len(scenes) == 1 else ""


def _features(reading: _Reading, layers: Mapping[str, VectorLayer], to_lonlat: ToLonLat, *, only: str) -> list[_Drawn]:
    found = []
    for name in (CARS, POINTS):
        layer = layers.get(name)
        if layer is None:
            continue
        outlines = _in_site_system(reading, layer, to_lonlat)
        if outlines is None:
            continue
        for number, (outline, row) in enumerate(zip(outlines, layer.rows(), strict=True), start=1):
            label = f"layer {name}, row {number}"
            one = _feature(reading, label, outline, row, only=only)
            if one is not None:
                found.append(one)
    return found


def _in_site_system(reading: _Reading, layer: VectorLayer, to_lonlat: ToLonLat) -> list[Outline | None] | None:
    """Return the outlines as positions of the site; None for a layer in the wrong system, which is said once."""
    if reading.site.system is CoordinateSystem.PIXEL:
        if layer.crs is not None:
            reading.fault(f"layer {layer.name}", "it is on a map, and this site's tracks are in image coordinates")
            return None
        return [o and Outline(o.shape, tuple((x, -y) for x, y in o.points)) for o in layer.outlines]
    if layer.crs is None:
        if any(layer.outlines):
            reading.fault(f"layer {layer.name}", "it has no coordinate reference system")
        return None
    if layer.crs in ("EPSG:4326", "OGC:CRS84"):
        return list(layer.outlines)
    found: list[Outline | None] = []
    for number, outline in enumerate(layer.outlines, start=1):
        if outline is None:
            found.append(None)
            continue
        lonlat = to_lonlat(layer.crs, np.array(outline.points, dtype=np.float64))
        if not np.isfinite(lonlat).all():
            reading.fault(f"layer {layer.name}, row {number}", "it cannot be brought to longitude and latitude")
            found.append(None)
        else:
            found.append(Outline(outline.shape, tuple((float(x), float(y)) for x, y in lonlat)))
    return found


def _feature(
    reading: _Reading, label: str, outline: Outline | None, row: Mapping[str, Field], *, only: str
) -> _Drawn | None:
    action = _text(row.get("action")).lower()
    if action not in _ACTIONS:
        reading.fault(label, f"action is {action!r}; it is keep, delete or add")
    if action == "delete":
        return None
    if outline is None:
        reading.fault(label, "it has no outline")
        return None
    if outline.shape is Shape.LINE:
        reading.fault(label, "it is a line; a car is a polygon or a point")
        return None
    scene_id = _text(row.get("scene")) or only
    given = _text(row.get("track"))
    lines = reading.lines.get(scene_id)
    track_id = given or (lines.nearest(outline.points) if lines else "")
    if not reading.place(label, scene_id, track_id) or lines is None:
        return None
    aside = lines.aside_m(track_id, outline.points)
    if aside > _ASIDE_M:
        reading.fault(
            label, f"it lies {aside:.1f} m from track {track_id}; a car lies within {_ASIDE_M:g} m of its track"
        )
        return None
    return _Drawn(label, _text(row.get("car")), scene_id, track_id, outline, row)


# ---------------------------------------------------------------------------- cars
def _cars_by_strip(reading: _Reading, drawn: Sequence[_Drawn]) -> dict[Key, list[Car]]:
    found: dict[Key, list[Car]] = {}
    for one in drawn:
        car = _car(reading, one)
        if car is not None:
            found.setdefault((one.scene_id, one.track_id), []).append(car)
    return found


def _car(reading: _Reading, one: _Drawn) -> Car | None:
    kind, cover = _text(one.row.get("type")).lower() or "unknown", _text(one.row.get("cover")).lower() or "undetermined"
    for text, allowed, what in ((kind, CarType, "type"), (cover, Cover, "cover")):
        if text not in {str(value) for value in allowed}:
            reading.fault(one.label, f"{what} is {text!r}; it is one of {', '.join(str(v) for v in allowed)}")
            return None
    lines = reading.lines[one.scene_id]
    start, end = lines.stretch(one.track_id, one.outline.points)
    point = one.outline.shape is Shape.POINT
    if point:
        start, end = max(start - _POINT_CAR_M / 2, 0.0), min(end + _POINT_CAR_M / 2, lines.length_m(one.track_id))
    if not _SHORTEST_M <= end - start <= _LONGEST_M:
        reading.fault(one.label, f"it is {end - start:.1f} m long; a car is {_SHORTEST_M:g} to {_LONGEST_M:g} m")
        return None
    origin = _origin(reading, one, start, end)
    if origin is not None:
        same = str(origin.type) == kind
        p = _p(reading, one)
        return replace(
            origin,
            type=CarType(kind),
            type_p=origin.type_p if same else 1.0,
            cover=Cover(cover),
            p=origin.p if abs(p - origin.p) < _ROUNDED else p,
        )
    try:
        corners = lines.outline(one.track_id, start, end)
        return Car(start, end, CarType(kind), 1.0 if kind != "unknown" else 0.0, Cover(cover), _p(reading, one),
                   corners, truncated=point)  # fmt: skip
    except ValueRefusedError as error:
        reading.fault(one.label, error.what)
        return None


def _p(reading: _Reading, one: _Drawn) -> float:
    """Return the analyst's confidence: what the file says, 1 where it says nothing."""
    text = _text(one.row.get("p"))
    try:
        p = float(text) if text else 1.0
    except ValueError:
        p = -1.0
    if not 0.0 <= p <= 1.0:
        reading.fault(one.label, f"p is {text!r}; it is a probability, 0 to 1")
        return 1.0
    return p


def _origin(reading: _Reading, one: _Drawn, start: float, end: float) -> Car | None:
    """Return the car that a feature was in the file as it was exported, where nobody moved it.

    Its ends are then kept to the last digit, and it is still what taught its length or did not.
    """
    for was_start, was_end, car in reading.cars_before(one.scene_id, one.track_id):
        if max(abs(was_start - start), abs(was_end - end)) < _UNMOVED_M:
            return car
    return None


def _fitted(reading: _Reading, key: Key, cars: Sequence[Car]) -> tuple[Car, ...]:
    """Return cars in order; where two overlap by less than half of the shorter, each gives half of it."""
    ordered = sorted(cars, key=lambda car: (car.start_m + car.end_m, car.start_m))
    for k in range(1, len(ordered)):
        before, after = ordered[k - 1], ordered[k]
        overlap = before.end_m - after.start_m
        if overlap <= 0.0:
            continue
        if overlap > 0.5 * min(before.length_m, after.length_m):
            reading.fault(
                f"scene {key[0]}, track {key[1]}",
                f"two cars stand on the same place, {after.start_m:.1f} to {before.end_m:.1f} m along it",
            )
            return ()
        middle = (before.end_m + after.start_m) / 2
        ordered[k - 1], ordered[k] = replace(before, end_m=middle), replace(after, start_m=middle)
    return tuple(ordered)


def _unreviewed_are_untouched(
    reading: _Reading, strips: Mapping[Key, str | None], cars: Mapping[Key, Sequence[Car]]
) -> None:
    for key in sorted(set(strips) | set(cars)):
        if strips.get(key) is not None:
            continue
        automatic = reading.tracks[key[0]][key[1]].cars
        own = sorted(cars.get(key, []), key=lambda car: car.start_m)
        if [(c.start_m, c.end_m, c.type, c.cover) for c in own] != [
            (c.start_m, c.end_m, c.type, c.cover) for c in automatic
        ]:
            reading.fault(
                f"scene {key[0]}, track {key[1]}",
                "its cars were edited, but layer strips does not say reviewed = yes for it",
            )
