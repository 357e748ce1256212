"""Storage zones: every scene's look at every zone, kept once, and what the looks say of the newest.

A zone's usual look is made from its earliest scenes, in steps that grow by a quarter (``wayside.zones``): a new scene
is one new look, and what was said of the others stays. The unit of work is (zone, pixels, fit, method, usual look).
The usual looks are kept as well, so that a new scene is read and none of the old ones is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wayside.assessment.assessment import CountedScene
from wayside.errors import ImageError, InputError, TracksError, ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Site, Zone
from wayside.model.scenes import Scene
from wayside.model.series import DatedEvent, Series, SeriesPoint, SeriesResult
from wayside.model.zones import AreaInterval, KeptReference, KeyedLook, ZoneChange, ZoneFinding, ZoneLook
from wayside.model.zones_json import zone_digest
from wayside.pipeline.ports import Clock
from wayside.series import LEAST_VISIBLE, SeriesSettings, analyse
from wayside.zones import (
    LEAST_SCENES,
    CellModel,
    Occupied,
    Reference,
    ZoneGrid,
    ZonePixels,
    cell_model,
    chosen_history,
    dump_reference,
    lay_grid,
    load_reference,
    look_at,
    shown_share,
    usual_look,
)

__all__ = ["ZoneLooks", "ZoneReader", "ZoneStore", "look_key", "zone_findings", "zone_grid", "zone_looks"]

_SPAN_DAYS = 1826


class ZoneReader(Protocol):
    """Reads what a scene shows of zones."""

    def read_zones(
        self, scene: Scene, wanted: Sequence[tuple[Zone, ZoneGrid]], shift: Registration | None
    ) -> Sequence[ZonePixels | InputError]:
        """Return each zone on its grid, or why the scene does not give it.

        That is ``TracksError`` where the scene does not show the zone, ``ImageError`` where the image is damaged.
        """
        ...


class ZoneStore(Protocol):
    """Keeps looks at zones, and what they were held against."""

    def record_zone_looks(self, site_id: str, looks: Sequence[KeyedLook], now: datetime) -> int:
        """Append looks; return how many are new."""
        ...

    def zone_looks(
        self, site_id: str, zone: Zone, *, method: str, reference: str
    ) -> Mapping[tuple[str, str], ZoneLook]:
        """Return the looks at a zone by checksum and fit."""
        ...

    def zone_shares(self, site_id: str, zone: Zone, *, method: str) -> Mapping[tuple[str, str], float]:
        """Return, by checksum and fit, the share of a zone of which each scene that was looked at has data."""
        ...

    def record_zone_reference(self, site_id: str, kept: KeptReference, now: datetime) -> bool:
        """Append a usual look; return whether it is new."""
        ...

    def zone_reference(self, site_id: str, zone: Zone, *, method: str, reference: str) -> bytes | None:
        """Return a usual look that was kept; None where there is none."""
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
class _Laid:
    """One zone with what is known of it: its grid, and the share that each scene has data of, by checksum and fit."""

    zone: Zone
    grid: ZoneGrid
    shares: dict[tuple[str, str], float]


@dataclass(frozen=True, eq=False)
class _Pass:
    """One pass over a site's zones: what was read in it is read once, all zones of a scene together."""

    site: Site
    rows: tuple[CountedScene, ...]
    reader: ZoneReader
    store: ZoneStore
    model: CellModel
    held: dict[tuple[str, str], ZonePixels | InputError] = field(default_factory=dict)

    def read(self, wanted: Sequence[tuple[_Laid, CountedScene]]) -> None:
        """Read what is wanted and was not read yet."""
        by_row: dict[str, list[_Laid]] = {}
        for laid, row in wanted:
            if (laid.zone.id, row.id) not in self.held:
                by_row.setdefault(row.id, []).append(laid)
        for row in self.rows:
            if row.id in by_row:
                zones, fit = by_row[row.id], row.result.registration
                seen = self.reader.read_zones(
                    row.scene, [(laid.zone, laid.grid) for laid in zones], fit if fit.registered else None
                )
                self.held.update({(laid.zone.id, row.id): one for laid, one in zip(zones, seen, strict=True)})

    def share(self, laid: _Laid, row: CountedScene) -> float:
        """Return the share of a zone of which a scene has data: as kept, or as read now."""
        known = laid.shares.get(look_key(row))
        if known is not None:
            return known
        seen = self.held[laid.zone.id, row.id]
        return shown_share(seen, laid.grid) if isinstance(seen, ZonePixels) else 0.0


def zone_looks(
    site: Site, rows: Sequence[CountedScene], reader: ZoneReader, store: ZoneStore, clock: Clock
) -> ZoneLooks:
    """Look at every zone of a site in every counted scene; what was looked at before is taken from the store.

    No pixel is read where nothing is new. A new scene is read once for all zones; the scenes of a zone's usual look
    are read again only when that is made anew. A scene whose image is damaged is tried again at every pass.

    Args:
        site: with its zones; without any, nothing is done.
        rows: the counted scenes, for their fit to the site's reference.
        reader: reads pixels.
        store: keeps the looks.
        clock: what time it is.
    """
    ordered = tuple(sorted(rows, key=lambda row: (row.scene.acquired, row.scene.id)))
    work = _Pass(site, ordered, reader, store, cell_model())
    laid, failures = _lay(work)
    work.read([(one, row) for one in laid for row in ordered if look_key(row) not in one.shares])
    planned = [_plan(work, one) for one in laid]
    work.read([place for plan in planned for place in plan.wanted])
    looks: list[ZoneLook] = []
    made = 0
    for plan in planned:
        found = _looks_at(work, plan, clock.now())
        looks += found.looks
        failures += found.failures
        made += found.made
    return ZoneLooks(tuple(looks), made, tuple(failures))


def _lay(work: _Pass) -> tuple[list[_Laid], list[str]]:
    """Lay the grids of a site's zones; a sentence for each that has none."""
    laid: list[_Laid] = []
    failures: list[str] = []
    for zone in work.site.zones:
        try:
            grid = zone_grid(zone, work.rows)
        except ValueRefusedError as error:
            failures.append(f"zone {zone.id}: {error.what}")
            continue
        laid.append(_Laid(zone, grid, dict(work.store.zone_shares(work.site.id, zone, method=work.model.name))))
    return laid, failures


def zone_grid(zone: Zone, rows: Sequence[CountedScene]) -> ZoneGrid:
    """Return the grid on which a zone is looked at (``ValueRefusedError`` where it can have none)."""
    return lay_grid(zone, pixel_m=_pixel_m(zone, rows))


def _pixel_m(zone: Zone, rows: Sequence[CountedScene]) -> float:
    """Return what one pixel of a zone in image coordinates is: those of the finest scene."""
    if zone.system is not CoordinateSystem.PIXEL or not rows:
        return 1.0
    return min(row.scene.gsd_m for row in rows)


@dataclass(frozen=True, eq=False)
class _Plan:
    """What is to be done for one zone.

    Attributes:
        laid: the zone.
        history: the scenes that make its usual look.
        reference: their digest.
        kept: looks that need not be made again, by checksum and fit.
        usual: the usual look as it was kept; None where it is to be made, or where there is none.
        wanted: what must be read.
    """

    laid: _Laid
    history: tuple[CountedScene, ...]
    reference: str
    kept: Mapping[tuple[str, str], ZoneLook]
    usual: Reference | None
    wanted: tuple[tuple[_Laid, CountedScene], ...]


def _plan(work: _Pass, laid: _Laid) -> _Plan:
    chosen = chosen_history([(row.scene.gsd_m, work.share(laid, row)) for row in work.rows])
    history = tuple(work.rows[k] for k in chosen)
    grid, reference = laid.grid, ""
    if history:
        # The grid of a zone in pixels hangs on the finest scene: another grid is another usual look.
        reference = _digest([[grid.shape, round(grid.cell_m, 6)], [[r.scene.checksum, _fit(r)] for r in history]])
    place = {"method": work.model.name, "reference": reference}
    kept = work.store.zone_looks(work.site.id, laid.zone, **place)
    missing = [row for row in work.rows if look_key(row) not in kept]
    if not missing:
        return _Plan(laid, history, reference, kept, None, ())
    stored = work.store.zone_reference(work.site.id, laid.zone, **place) if history else None
    needed = missing if stored is not None else [*missing, *history]
    usual = None if stored is None else load_reference(stored)
    return _Plan(laid, history, reference, kept, usual, tuple((laid, row) for row in needed))


def _looks_at(work: _Pass, plan: _Plan, now: datetime) -> ZoneLooks:
    """Look at one zone in every scene in which it was not looked at."""
    laid, usual = plan.laid, plan.usual
    looks: list[ZoneLook] = []
    made: list[KeyedLook] = []
    failures: list[str] = []
    if plan.wanted and plan.history and usual is None:
        usual = _made_usual(work, plan, now)
    for row in work.rows:
        look, seen = plan.kept.get(look_key(row)), work.held.get((laid.zone.id, row.id))
        if look is None and isinstance(seen, ZonePixels):
            look = _look(work, plan, row, look_at(seen, usual, laid.grid, work.model))
            made.append(KeyedLook(look, zone_digest(laid.zone), _fit(row)))
        elif look is None:
            look = _look(work, plan, row, Occupied(None, 1.0, 0.0, reasons=("not-shown",)))
            if isinstance(seen, TracksError):
                made.append(KeyedLook(look, zone_digest(laid.zone), _fit(row)))
        if "not-shown" in look.reasons:
            why = seen.what if isinstance(seen, ImageError) else "the scene does not show it"
            failures.append(f"zone {laid.zone.id} in {row.id}: {why}")
        looks.append(look)
    if made:
        work.store.record_zone_looks(work.site.id, made, now)
    return ZoneLooks(tuple(looks), len(made), tuple(failures))


def _made_usual(work: _Pass, plan: _Plan, now: datetime) -> Reference | None:
    """Make a zone's usual look from its history, and keep it."""
    pixels = [work.held[plan.laid.zone.id, row.id] for row in plan.history]
    shown = [one for one in pixels if isinstance(one, ZonePixels)]
    usual = usual_look(shown, range(len(shown))) if len(shown) >= LEAST_SCENES else None
    if usual is not None and len(shown) == len(pixels):
        zone = plan.laid.zone
        kept = KeptReference(zone.id, zone_digest(zone), work.model.name, plan.reference, dump_reference(usual))
        work.store.record_zone_reference(work.site.id, kept, now)
    return usual


def _look(work: _Pass, plan: _Plan, row: CountedScene, found: Occupied) -> ZoneLook:
    laid, grid = plan.laid, plan.laid.grid
    rings = [grid.positions(grid.metres_of(np.asarray(ring))).round(9).tolist() for ring in found.outlines]
    registered = row.result.registration.registered
    return ZoneLook(
        zone_id=laid.zone.id,
        scene_id=row.scene.id,
        acquired=row.scene.acquired,
        gsd_m=row.scene.gsd_m,
        area_m2=grid.area_m2,
        unit_m2=found.unit_m2,
        visible_fraction=found.visible_fraction,
        shown_fraction=work.share(laid, row),
        occupied=found.units,
        outlines=tuple(tuple(MapPoint(x, y) for x, y in ring) for ring in rings),
        registered=registered,
        method=work.model.name,
        reference=plan.reference,
        reasons=found.reasons if registered else (*found.reasons, "unregistered"),
    )


def look_key(row: CountedScene) -> tuple[str, str]:
    """Return what a look at a scene is kept under: its checksum, and a digest of how it was fitted."""
    return row.scene.checksum, _fit(row)


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
        settings: windows and priors of the series; nothing is said of a zone without one of its scenes, so none is left
            out in turn.
        seed: of the random generator; the same for the same case.
        events: dated events to set an onset against.
    """
    settings = replace(settings or SeriesSettings(), refits=0)
    findings = []
    for number, zone in enumerate(zones):
        own = sorted((k for k in looks if k.zone_id == zone.id), key=lambda k: (k.acquired, k.scene_id))
        if own:
            rng = np.random.default_rng([seed, 61, number])
            findings.append(_finding(zone, tuple(own), settings, events, rng))
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
