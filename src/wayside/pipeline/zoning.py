"""Storage zones: every scene's look at every zone, kept once, and what the looks say of the newest.

A zone's usual look is made from its earliest scenes, in steps that grow by a quarter (``wayside.zones``): a new scene
is one new look, and what was said of the others stays. The unit of work is (zone, pixels, fit, method, usual look).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import CountedScene
from wayside.errors import InputError, ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Site, Zone
from wayside.model.scenes import Scene
from wayside.model.series import DatedEvent, Series, SeriesPoint, SeriesResult
from wayside.model.zones import AreaInterval, KeyedLook, ZoneChange, ZoneFinding, ZoneLook
from wayside.model.zones_json import zone_digest
from wayside.pipeline.ports import Clock
from wayside.series import LEAST_VISIBLE, SeriesSettings, analyse
from wayside.zones import (
    CellModel,
    Occupied,
    ZoneGrid,
    ZonePixels,
    cell_model,
    chosen_history,
    lay_grid,
    look_at,
    usual_look,
)

__all__ = ["ZoneLooks", "ZoneReader", "ZoneStore", "zone_findings", "zone_looks"]

_SPAN_DAYS = 1826


class ZoneReader(Protocol):
    """Reads what a scene shows of a zone."""

    def read_zone(self, scene: Scene, zone: Zone, grid: ZoneGrid, shift: Registration | None) -> ZonePixels:
        """Return the zone on its grid (``InputError`` where the scene does not show it, or is damaged)."""
        ...


class ZoneStore(Protocol):
    """Keeps looks at zones."""

    def record_zone_looks(self, site_id: str, looks: Sequence[KeyedLook], now: datetime) -> int:
        """Append looks; return how many are new."""
        ...

    def zone_looks(
        self, site_id: str, zone: Zone, *, method: str, reference: str
    ) -> Mapping[tuple[str, str], ZoneLook]:
        """Return the looks at a zone by checksum and fit."""
        ...


@dataclass(frozen=True, eq=False)
class ZoneLooks:
    """What a pass over the zones left.

    Attributes:
        looks: at all zones, in order of zone, then of date; scenes that could not be read are among them, with reasons.
        made: number of looks that were new.
        failures: sentences; a zone or scene that failed is here and stops nothing else.
    """

    looks: tuple[ZoneLook, ...] = ()
    made: int = 0
    failures: tuple[str, ...] = field(default=())


@dataclass(frozen=True, eq=False)
class _Work:
    """One zone with all that its looks are made from."""

    site: Site
    zone: Zone
    grid: ZoneGrid
    rows: tuple[CountedScene, ...]
    reader: ZoneReader
    model: CellModel

    def read(self, row: CountedScene) -> ZonePixels | str:
        """Return what a scene shows, or why it does not."""
        fit = row.result.registration
        try:
            return self.reader.read_zone(row.scene, self.zone, self.grid, fit if fit.registered else None)
        except InputError as error:
            return str(error.what)


def zone_looks(
    site: Site, rows: Sequence[CountedScene], reader: ZoneReader, store: ZoneStore, clock: Clock
) -> ZoneLooks:
    """Look at every zone of a site in every counted scene; what was looked at before is taken from the store.

    Args:
        site: with its zones; without any, nothing is done.
        rows: the counted scenes, for their fit to the site's reference.
        reader: reads pixels.
        store: keeps the looks.
        clock: what time it is.
    """
    looks: list[ZoneLook] = []
    failures: list[str] = []
    made = 0
    ordered = tuple(sorted(rows, key=lambda row: (row.scene.acquired, row.scene.id)))
    for zone in site.zones:
        try:
            grid = lay_grid(zone, pixel_m=_pixel_m(zone, ordered))
        except ValueRefusedError as error:
            failures.append(f"zone {zone.id}: {error.what}")
            continue
        found = _looks_at(_Work(site, zone, grid, ordered, reader, cell_model()), store, clock)
        looks += found.looks
        failures += found.failures
        made += found.made
    return ZoneLooks(tuple(looks), made, tuple(failures))


def _pixel_m(zone: Zone, rows: Sequence[CountedScene]) -> float:
    """Return what one pixel of a zone in image coordinates is: those of the finest scene."""
    if zone.system is not CoordinateSystem.PIXEL or not rows:
        return 1.0
    return min(row.scene.gsd_m for row in rows)


def _looks_at(work: _Work, store: ZoneStore, clock: Clock) -> ZoneLooks:
    """Look at one zone in every scene."""
    read: dict[str, ZonePixels | str] = {}
    pixels: list[tuple[CountedScene, ZonePixels]] = []
    for row in work.rows:
        read[row.id] = seen = work.read(row)
        if isinstance(seen, ZonePixels):
            pixels.append((row, seen))
    history = chosen_history([seen for _, seen in pixels], work.grid)
    reference = _digest([[pixels[k][0].scene.checksum, _fit(pixels[k][0])] for k in history]) if history else ""
    kept = store.zone_looks(work.site.id, work.zone, method=work.model.name, reference=reference)
    usual, made, looks = None, [], []
    for row in work.rows:
        look = kept.get((row.scene.checksum, _fit(row)))
        if look is None:
            usual = usual or usual_look([seen for _, seen in pixels], history)
            seen = read[row.id]
            if isinstance(seen, str):
                found = Occupied(None, 1.0, 0.0, reasons=("not-shown",))
            else:
                found = look_at(seen, usual, work.grid, work.model)
            look = _look(work, row, found, reference)
            made.append(KeyedLook(look, zone_digest(work.zone), _fit(row)))
        looks.append(look)
    store.record_zone_looks(work.site.id, made, clock.now())
    failures = tuple(f"zone {work.zone.id} in {row_id}: {why}" for row_id, why in read.items() if isinstance(why, str))
    return ZoneLooks(tuple(looks), len(made), failures)


def _look(work: _Work, row: CountedScene, found: Occupied, reference: str) -> ZoneLook:
    grid = work.grid
    rings = [grid.positions(grid.metres_of(np.asarray(ring))).round(9).tolist() for ring in found.outlines]
    registered = row.result.registration.registered
    return ZoneLook(
        zone_id=work.zone.id,
        scene_id=row.scene.id,
        acquired=row.scene.acquired,
        gsd_m=row.scene.gsd_m,
        area_m2=grid.area_m2,
        unit_m2=found.unit_m2,
        visible_fraction=found.visible_fraction,
        occupied=found.units,
        outlines=tuple(tuple(MapPoint(x, y) for x, y in ring) for ring in rings),
        registered=registered,
        method=work.model.name,
        reference=reference,
        reasons=found.reasons if registered else (*found.reasons, "unregistered"),
    )


def _fit(row: CountedScene) -> str:
    """Return a digest of how a scene was fitted: counted again with another fit, its zones are read again."""
    fit = row.result.registration
    return _digest([fit.registered, round(fit.east_m, 4), round(fit.north_m, 4)])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()[:16]


# ---------------------------------------------------------------------- findings
def zone_findings(
    zones: Sequence[Zone],
    looks: Sequence[ZoneLook],
    *,
    settings: SeriesSettings | None = None,
    seed: int = 0,
    events: Sequence[DatedEvent] = (),
) -> tuple[ZoneFinding, ...]:
    """Say of every zone whether more of it is occupied than ever, by the model that counts of cars go through.

    Args:
        zones: the site's; the findings are in their order. A zone without a look has none.
        looks: at all of them.
        settings: windows and priors of the series.
        seed: of the random generator; the same for the same case.
        events: dated events to set an onset against.
    """
    findings = []
    for number, zone in enumerate(zones):
        own = sorted((k for k in looks if k.zone_id == zone.id), key=lambda k: (k.acquired, k.scene_id))
        if own:
            rng = np.random.default_rng([seed, 61, number])
            findings.append(_finding(zone, tuple(own), settings or SeriesSettings(), events, rng))
    return tuple(findings)


def _finding(
    zone: Zone,
    looks: tuple[ZoneLook, ...],
    settings: SeriesSettings,
    events: Sequence[DatedEvent],
    rng: np.random.Generator,
) -> ZoneFinding:
    last = settings.until or date.max
    shown = [k for k in looks if k.occupied is not None and k.visible_fraction >= LEAST_VISIBLE and k.day <= last]
    area = max((k.area_m2 for k in looks), default=0.0)
    if not shown:
        return ZoneFinding(zone.id, looks, area, notes=("nothing-shown",))
    newest, unit = shown[-1], shown[-1].unit_m2
    notes = ["usual", *(["few-looks"] if len(shown) < 2 else []), *(["partly-hidden"] if _half_hidden(newest) else [])]
    series = _series(zone, shown, settings, events, rng) if len(shown) > 1 else None
    earlier = [k for k in shown[:-1] if k.day < newest.day]
    held = series.before_rise or series.record if series else None
    return ZoneFinding(
        zone_id=zone.id,
        looks=looks,
        area_m2=area,
        unit_m2=unit,
        newest=newest,
        now_m2=newest.occupied_m2,
        busiest=max(earlier, key=lambda k: (k.occupied.median if k.occupied else 0, k.acquired), default=None),
        change=_change(earlier, newest, series, rng),
        p_exceeds_observed=held.p_exceeds_observed if held else None,
        p_exceeds_all_days=held.p_exceeds_all_days if held else None,
        onset=series.onset if series else None,
        series=series,
        notes=tuple(notes),
    )


def _half_hidden(look: ZoneLook) -> bool:
    return look.visible_fraction < 0.9


def _series(
    zone: Zone,
    shown: Sequence[ZoneLook],
    settings: SeriesSettings,
    events: Sequence[DatedEvent],
    rng: np.random.Generator,
) -> SeriesResult:
    points = tuple(
        SeriesPoint(k.day, k.occupied, min(k.visible_fraction, 1.0), k.gsd_m, k.scene_id)
        for k in shown
        if k.occupied is not None
    )
    return analyse(Series(zone.id, points), events=events, settings=settings, rng=rng)


def _change(
    earlier: Sequence[ZoneLook], newest: ZoneLook, series: SeriesResult | None, rng: np.random.Generator
) -> ZoneChange | None:
    """Return the newest area less the mean of the looks before the rise, both with what is not known of them."""
    before = series.before_rise.last if series and series.before_rise else newest.day - timedelta(days=1)
    first = newest.day - timedelta(days=_SPAN_DAYS)
    looks = [k for k in earlier if first <= k.day <= before] or list(earlier)
    if not looks or newest.occupied is None:
        return None
    drawn = np.mean([_draw(k.occupied, rng) for k in looks if k.occupied is not None], axis=0) * newest.unit_m2
    now = _draw(newest.occupied, rng) * newest.unit_m2
    return ZoneChange(looks[0].day, looks[-1].day, len(looks), _interval(drawn), _interval(now - drawn))


def _draw(count: CountDistribution, rng: np.random.Generator, size: int = 4000) -> NDArray[np.float64]:
    cumulative = np.cumsum(count.p)
    return np.asarray(count.first + np.searchsorted(cumulative / cumulative[-1], rng.random(size)), dtype=np.float64)


def _interval(values: NDArray[np.float64]) -> AreaInterval:
    low, middle, high = np.percentile(values, (5, 50, 95)).round(1).tolist()
    return AreaInterval(middle, low, high)
