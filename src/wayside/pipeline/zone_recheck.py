"""Looks at storage zones, made again from the images of a bundle and held against those of its case.

A look follows from the zone's usual look and one image, and the usual look from the images of its earliest scenes.
Where one of those is not in the bundle, nothing of that zone can be made again; where only a later image is missing,
only the look at that one is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wayside.assessment.assessment import CountedScene
from wayside.errors import ImageError, InputError, ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import Registration
from wayside.model.places import Zone
from wayside.model.scenes import Scene
from wayside.model.zones import KeptReference, KeyedLook, ZoneLook
from wayside.pipeline.cases import Case
from wayside.pipeline.json_differences import differences
from wayside.pipeline.value_json import Codec
from wayside.pipeline.verification import left_out
from wayside.pipeline.zoning import ZoneReader, look_key, zone_grid, zone_looks
from wayside.report.bundle import Finding
from wayside.report.bundle.names import CASE
from wayside.zones import ZoneGrid, ZonePixels, cell_model

__all__ = ["ZoneRecheck", "check_zone_facts", "recheck_zones"]

_DIGITS = 1e-6
"""On the same software numbers agree to this share of themselves."""
_APART = 1e-3
"""On other software two looks agree where their distributions, and the shares seen, differ by no more than this."""
_AREA = 1e-6


@dataclass(frozen=True)
class ZoneRecheck:
    """What came of looking again.

    Attributes:
        made: number of looks that were made again.
        note: how many, or why none.
        findings: looks that differ.
        left: what was not looked at again, and why.
    """

    made: int
    note: str
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()


# ---------------------------------------------------------------------- without pixels
def check_zone_facts(case: Case) -> Iterator[Finding]:
    """Yield looks that do not fit the zone or the scene that they are said to be at, and looks that are missing."""
    rows, zones = _rows(case), {zone.id: zone for zone in case.site.zones}
    areas = {zone.id: _area(zone, tuple(rows.values())) for zone in case.site.zones}
    units: dict[str, float] = {}
    seen: set[tuple[str, str]] = set()
    for k, look in enumerate(case.zones):
        where, row = f"case.zones[{k}]", rows.get(look.scene_id)
        if look.zone_id not in zones or row is None or (look.zone_id, look.scene_id) in seen:
            yield Finding(CASE, f"it is no look at a zone of the site, or a second one: {_name(look)}", where)
            continue
        seen.add((look.zone_id, look.scene_id))
        area, fit = areas[look.zone_id], row.result.registration.registered
        facts: list[tuple[str, object, object]] = [
            ("acquired", row.scene.acquired, look.acquired),
            ("gsd_m", row.scene.gsd_m, look.gsd_m),
            ("registered", fit, look.registered),
            ("unit_m2", units.setdefault(look.zone_id, look.unit_m2), look.unit_m2),
        ]
        if area is not None and abs(area - look.area_m2) > _AREA * area:
            facts.append(("area_m2", area, look.area_m2))
        for name, expected, found in facts:
            if expected != found:
                what = f"it is not what zone and scene say: {_name(look)}"
                yield Finding(CASE, what, f"{where}.{name}", str(expected), str(found))
    wanted = [(zone_id, scene_id) for zone_id, area in areas.items() if area is not None for scene_id in rows]
    for zone_id, scene_id in wanted:
        if (zone_id, scene_id) not in seen:
            yield Finding(CASE, f"there is no look at zone {zone_id} in scene {scene_id}", "case.zones")


def _rows(case: Case) -> dict[str, CountedScene]:
    return {row.id: row for row in case.rows if isinstance(row, CountedScene)}


def _area(zone: Zone, rows: Sequence[CountedScene]) -> float | None:
    """Return the area of a zone, square metres; None where it cannot be looked at."""
    try:
        return zone_grid(zone, rows).area_m2
    except ValueRefusedError:
        return None


def _name(look: ZoneLook) -> str:
    return f"zone {look.zone_id}, scene {look.scene_id}"


# ---------------------------------------------------------------------- with pixels
def recheck_zones(case: Case, there: Mapping[str, object], reader: ZoneReader, *, alike: bool) -> ZoneRecheck:
    """Look at every zone again in every scene whose image is there, and compare with the looks of the case.

    Args:
        case: it.
        there: scenes whose images can be read, by id.
        reader: reads them.
        alike: whether the software here is the one that looked, version for version, so that all digits must agree.
    """
    rows = tuple(_rows(case).values())
    if not case.site.zones or not rows:
        return ZoneRecheck(0, "the site has no storage zones, or no image was counted")
    method = cell_model().name
    other = sorted({look.method for look in case.zones} - {method})
    if other:
        why = f"they were made with {', '.join(one or 'a method without a name' for one in other)}, not with {method}"
        return ZoneRecheck(0, why, left=(f"looks at storage zones, because {why}",))
    absent = tuple(row for row in rows if row.id not in there)
    guarded = _Guarded(reader, frozenset(row.id for row in absent))
    made = zone_looks(case.site, rows, guarded, _Recorded(case.zones, absent), _Then(case.generated))
    again = {
        (look.zone_id, look.scene_id): look
        for look in made.looks
        if look.zone_id not in guarded.lacking and look.scene_id in there
    }
    findings = [one for k, look in enumerate(case.zones) for one in _differing(k, look, again, alike=alike)]
    return ZoneRecheck(len(again), _note(again), tuple(findings), tuple(_left(case, absent, guarded.lacking)))


def _note(again: Mapping[tuple[str, str], ZoneLook]) -> str:
    zones, scenes = len({zone for zone, _ in again}), len({scene for _, scene in again})
    return f"{len(again)} looks: {zones} of its zones in {scenes} of its scenes" if again else "none could be made"


def _left(case: Case, absent: Sequence[CountedScene], lacking: Mapping[str, list[str]]) -> Iterator[str]:
    for zone_id, scenes in lacking.items():
        why = "the usual look of the zone is made from scenes whose images are not in the bundle"
        yield left_out(f"all looks at zone {zone_id}", tuple(dict.fromkeys(scenes)), why)
    rest = [zone.id for zone in case.site.zones if zone.id not in lacking]
    if absent and rest:
        ids = [row.id for row in absent]
        yield left_out(f"looks at zone {', '.join(rest)}", ids, "their images are not in the bundle")


def _differing(
    k: int, stored: ZoneLook, again: Mapping[tuple[str, str], ZoneLook], *, alike: bool
) -> Iterator[Finding]:
    """Yield where a look that was made again is another one."""
    made = again.get((stored.zone_id, stored.scene_id))
    if made is None:
        return
    what = f"looking again gives another figure: {_name(stored)}"
    if alike:
        codec = Codec()
        places = differences(codec.encode(stored, ZoneLook), codec.encode(made, ZoneLook), relative=_DIGITS)
        for one in places:
            if not one.slight:
                yield Finding(CASE, what, f"case.zones[{k}].{one.path}", one.expected, one.found)
        return
    for name in ("visible_fraction", "shown_fraction"):
        new, old = getattr(made, name), getattr(stored, name)
        if abs(new - old) > _APART:
            yield Finding(CASE, what, f"case.zones[{k}].{name}", f"{new:.4f}", f"{old:.4f}")
    if _distance(made.occupied, stored.occupied) > _APART:
        yield Finding(CASE, what, f"case.zones[{k}].occupied", _area_of(made), _area_of(stored))


def _distance(one: CountDistribution | None, other: CountDistribution | None) -> float:
    """Return the total variation distance of two distributions, 0 to 1; 1 where one is none."""
    if one is None or other is None:
        return float(one is not other)
    return one.distance(other)


def _area_of(look: ZoneLook) -> str:
    area = look.occupied_m2
    return "nothing" if area is None else f"{area.median:g} m² ({area.low:g}–{area.high:g})"


# ---------------------------------------------------------------------- what zones are looked at with
@dataclass(frozen=True, eq=False)
class _Guarded:
    """Reads what is there; notes for which zones an image was wanted that is not.

    Attributes:
        reader: reads the images.
        absent: ids of the scenes without one.
        lacking: by zone, the scenes that were wanted.
    """

    reader: ZoneReader
    absent: frozenset[str]
    lacking: dict[str, list[str]] = field(default_factory=dict)

    def read_zones(
        self, scene: Scene, wanted: Sequence[tuple[Zone, ZoneGrid]], shift: Registration | None
    ) -> Sequence[ZonePixels | InputError]:
        """Return each zone on its grid, or why not."""
        if scene.id not in self.absent:
            return self.reader.read_zones(scene, wanted, shift)
        for zone, _ in wanted:
            self.lacking.setdefault(zone.id, []).append(scene.id)
        return [ImageError("its image is not in the bundle", where=scene.id)] * len(wanted)


@dataclass(frozen=True, eq=False)
class _Recorded:
    """Keeps nothing; knows of scenes without an image what the case says of them."""

    looks: Sequence[ZoneLook]
    absent: Sequence[CountedScene]

    def record_zone_looks(self, site_id: str, looks: Sequence[KeyedLook], now: datetime) -> int:
        """Keep nothing."""
        del site_id, now
        return len(looks)

    def zone_looks(
        self, site_id: str, zone: Zone, *, method: str, reference: str
    ) -> Mapping[tuple[str, str], ZoneLook]:
        """Return the looks at scenes without an image."""
        del site_id, method, reference
        keys = {row.id: look_key(row) for row in self.absent}
        return {keys[one.scene_id]: one for one in self.looks if one.zone_id == zone.id and one.scene_id in keys}

    def zone_shares(self, site_id: str, zone: Zone, *, method: str) -> Mapping[tuple[str, str], float]:
        """Return the shares that those show of a zone."""
        looks = self.zone_looks(site_id, zone, method=method, reference="")
        return {key: look.shown_fraction for key, look in looks.items()}

    def record_zone_reference(self, site_id: str, kept: KeptReference, now: datetime) -> bool:
        """Keep nothing."""
        del site_id, kept, now
        return True

    def zone_reference(self, site_id: str, zone: Zone, *, method: str, reference: str) -> bytes | None:
        """Return no usual look: it is made again."""
        del site_id, zone, method, reference
        return None


@dataclass(frozen=True, slots=True)
class _Then:
    """The time of the assessment."""

    when: datetime

    def now(self) -> datetime:
        """Return it."""
        return self.when
