"""Looks at zones are made once, a scene that fails stops nothing, and a rise is found as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from wayside.assessment.assessment import CountedScene
from wayside.errors import ImageError, InputError, TracksError
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Registration, SceneCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track, Zone
from wayside.model.scenes import Scene
from wayside.model.zones import KeptReference, KeyedLook, ZoneLook
from wayside.model.zones_json import dump_zone_look, zone_digest
from wayside.pipeline.cases import Case
from wayside.pipeline.zone_recheck import check_zone_facts, recheck_zones
from wayside.pipeline.zoning import zone_findings, zone_looks
from wayside.series import SeriesSettings
from wayside.zones import ZoneGrid, ZonePixels, lay_grid

START = datetime(2022, 1, 10, 3, tzinfo=UTC)
FAST = SeriesSettings(paths=60, refits=0, levels=50, regular_terms=False)


def box(name: str, *corners: tuple[float, float]) -> Zone:
    return Zone(name, tuple(MapPoint(x, y) for x, y in (*corners, corners[0])), CoordinateSystem.PIXEL)


NORTH = box("north", (0, 0), (60, 0), (60, 24), (0, 24))
SOUTH = box("south", (0, 60), (50, 60), (50, 80), (0, 80))
TINY = box("tiny", (0, 0), (2, 0), (2, 2))


def site(*zones: Zone) -> Site:
    track = Track("1", (MapPoint(0, 40), MapPoint(60, 40)), system=CoordinateSystem.PIXEL)
    return Site("yard", "Yard", (track,), zones)


def row(n: int, *, gsd_m: float = 1.0, fit: Registration = Registration(registered=True)) -> CountedScene:  # noqa: B008
    scene = Scene(f"s{n:02}", START + timedelta(days=20 * n), gsd_m, "1220" + f"{n:064x}", f"s{n}.tif")
    zero = CountDistribution.exactly(0)
    count = SceneCount(CountStatus.COUNTED, gsd_m, zero, zero, zero, zero, 0.0, (), "net", "wayside", registration=fit)
    return CountedScene(scene, count)


class Clock:
    def now(self) -> datetime:
        return START


class Store:
    """Keeps looks in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str, str], dict[tuple[str, str], ZoneLook]] = {}
        self.usual: dict[tuple[str, str, str, str], bytes] = {}

    def record_zone_looks(self, site_id: str, looks: Sequence[KeyedLook], now: datetime) -> int:
        del now
        for look, digest, fit in looks:
            rows = self.kept.setdefault((site_id, digest, look.method, look.reference), {})
            rows["1220" + f"{int(look.scene_id[1:]):064x}", fit] = look
        return len(looks)

    def zone_looks(
        self, site_id: str, zone: Zone, *, method: str, reference: str
    ) -> Mapping[tuple[str, str], ZoneLook]:
        return self.kept.get((site_id, zone_digest(zone), method, reference), {})

    def zone_shares(self, site_id: str, zone: Zone, *, method: str) -> Mapping[tuple[str, str], float]:
        return {
            key: look.shown_fraction
            for (site, digest, name, _), looks in self.kept.items()
            if (site, digest, name) == (site_id, zone_digest(zone), method)
            for key, look in looks.items()
        }

    def record_zone_reference(self, site_id: str, kept: KeptReference, now: datetime) -> bool:
        del now
        self.usual[site_id, kept.zone_digest, kept.method, kept.reference] = kept.content
        return True

    def zone_reference(self, site_id: str, zone: Zone, *, method: str, reference: str) -> bytes | None:
        return self.usual.get((site_id, zone_digest(zone), method, reference))


class Reader:
    """Shows one piece of ground, in the light of the day, with boxes of 30 square metres on it."""

    def __init__(self, boxes: Mapping[int, int] | None = None, failing: Mapping[str, InputError] | None = None) -> None:
        self.boxes, self.failing, self.read = boxes or {}, failing or {}, 0

    def read_zones(
        self, scene: Scene, wanted: Sequence[tuple[Zone, ZoneGrid]], shift: Registration | None
    ) -> list[ZonePixels | InputError]:
        del shift
        self.read += 1
        if scene.id in self.failing:
            return [self.failing[scene.id]] * len(wanted)
        return [self._shown(scene, grid) for _, grid in wanted]

    def _shown(self, scene: Scene, grid: ZoneGrid) -> ZonePixels:
        n = int(scene.id[1:])
        rng = np.random.default_rng([n, 5])
        ground = gaussian_filter(np.random.default_rng(0).standard_normal(grid.shape), 2.0)
        values = np.stack([(110 + 120 * ground) * k for k in (1.0, 0.95, 0.85)])
        for k in range(self.boxes.get(n, 0)):
            top, left = 15 + 7 * (k // 6), 15 + 10 * (k % 6)
            values[:, top - 2 : top, left : left + 8] *= 0.35
            values[:, top : top + 4, left : left + 8] = np.array([200.0, 60.0, 40.0])[:, None, None]
        values = (0.8 + 0.02 * (n % 9)) * (values + 3 * rng.standard_normal(values.shape)) + n % 5
        return ZonePixels(values.astype(np.float32), np.ones(grid.shape, np.bool_), scene.gsd_m, 180.0, 45.0)


def test_looks_are_made_once_and_a_new_scene_is_one_new_look() -> None:
    store, place = Store(), site(NORTH)
    rows = [row(n) for n in range(12)]
    first = zone_looks(place, rows, Reader(), store, Clock())
    assert (first.made, len(first.looks), first.failures) == (12, 12, ())
    again = zone_looks(place, rows, Reader(), store, Clock())
    assert again.made == 0
    assert [dump_zone_look(k) for k in again.looks] == [dump_zone_look(k) for k in first.looks]
    more = zone_looks(place, [*rows, row(12)], Reader(), store, Clock())
    assert more.made == 1
    assert more.looks[:12] == again.looks


def reads(reader: Reader) -> int:
    """Return how often a scene was read since this was last asked."""
    count, reader.read = reader.read, 0
    return count


def test_nothing_new_reads_nothing_and_a_new_scene_is_read_once_for_all_zones() -> None:
    store, place, reader = Store(), site(NORTH, SOUTH), Reader()
    rows = [row(n) for n in range(16)]
    zone_looks(place, rows[:12], reader, store, Clock())
    assert reads(reader) == 12
    zone_looks(place, rows[:12], reader, store, Clock())
    assert reads(reader) == 0
    found = zone_looks(place, rows[:13], reader, store, Clock())
    assert (reads(reader), found.made) == (1, 2)
    moved = [*rows[:12], row(12, fit=Registration(registered=True, east_m=2.0))]
    assert zone_looks(place, moved, reader, store, Clock()).made == 2
    assert reads(reader) == 1
    grown = zone_looks(place, rows[:15], reader, store, Clock())
    assert (reads(reader), grown.made) == (15, 30), "fifteen scenes make a new usual look, and all are held against it"
    zone_looks(place, rows[:15], reader, store, Clock())
    assert reads(reader) == 0


def test_a_usual_look_from_the_store_gives_what_one_made_anew_gives() -> None:
    store, rows = Store(), [row(n) for n in range(13)]
    zone_looks(site(NORTH), rows[:12], Reader(), store, Clock())
    kept = zone_looks(site(NORTH), rows, Reader({12: 9}), store, Clock()).looks[-1]
    anew = zone_looks(site(NORTH), rows, Reader({12: 9}), Store(), Clock()).looks[-1]
    assert dump_zone_look(kept) == dump_zone_look(anew)


def test_a_scene_that_does_not_show_the_zone_is_not_read_again_and_a_damaged_one_is() -> None:
    failing: dict[str, InputError] = {
        "s03": ImageError("the file is damaged"),
        "s05": TracksError("the zone lies outside the image"),
    }
    store, reader, rows = Store(), Reader(failing=failing), [row(n) for n in range(10)]
    first = zone_looks(site(NORTH), rows, reader, store, Clock())
    assert reads(reader) == 10
    second = zone_looks(site(NORTH), rows, reader, store, Clock())
    assert reads(reader) == 1
    assert second.failures == first.failures
    assert [dump_zone_look(k) for k in second.looks] == [dump_zone_look(k) for k in first.looks]
    del failing["s03"]
    mended = zone_looks(site(NORTH), rows, reader, store, Clock())
    assert mended.looks[3].occupied is not None
    assert [f.split(":")[0] for f in mended.failures] == ["zone north in s05"]


def test_the_order_of_the_scenes_does_not_matter() -> None:
    rows = [row(n) for n in range(8)]
    one = zone_looks(site(NORTH), rows, Reader(), Store(), Clock())
    other = zone_looks(site(NORTH), rows[::-1], Reader(), Store(), Clock())
    assert [dump_zone_look(k) for k in one.looks] == [dump_zone_look(k) for k in other.looks]


def test_a_scene_that_fails_and_a_zone_that_is_none_are_listed() -> None:
    failing: dict[str, InputError] = {
        "s03": ImageError("the file is damaged"),
        "s05": TracksError("the zone lies outside the image"),
    }
    found = zone_looks(site(TINY, NORTH), [row(n) for n in range(10)], Reader(failing=failing), Store(), Clock())
    assert len(found.looks) == 10
    assert [k.reasons for k in found.looks if k.occupied is None] == [("not-shown",), ("not-shown",)]
    assert [f.split(":")[0] for f in found.failures] == ["zone tiny", "zone north in s03", "zone north in s05"]


def test_too_few_or_too_coarse_scenes_say_nothing_and_why() -> None:
    few = zone_looks(site(NORTH), [row(n) for n in range(5)], Reader(), Store(), Clock())
    assert {k.reasons for k in few.looks} == {("no-history",)}
    assert all(k.reference == "" for k in few.looks)
    coarse = zone_looks(site(NORTH), [*(row(n) for n in range(7)), row(7, gsd_m=5.0)], Reader(), Store(), Clock())
    assert coarse.looks[-1].occupied is None
    assert coarse.looks[-1].reasons == ("too-coarse",)


def test_an_unregistered_scene_is_read_as_it_lies_and_flagged() -> None:
    rows = [*(row(n) for n in range(7)), row(7, fit=Registration(registered=False))]
    found = zone_looks(site(NORTH), rows, Reader(), Store(), Clock())
    assert not found.looks[-1].registered
    assert "unregistered" in found.looks[-1].reasons


def test_a_scene_that_was_fitted_anew_is_looked_at_anew() -> None:
    store = Store()
    rows = [row(n) for n in range(9)]
    zone_looks(site(NORTH), rows, Reader(), store, Clock())
    moved = [*rows[:8], row(8, fit=Registration(registered=True, east_m=2.0))]
    assert zone_looks(site(NORTH), moved, Reader(), store, Clock()).made == 1


def test_what_is_put_down_is_measured_and_its_outlines_lie_on_it() -> None:
    found = zone_looks(site(NORTH), [row(n) for n in range(16)], Reader({15: 10}), Store(), Clock())
    last = found.looks[-1]
    assert last.occupied is not None
    assert last.occupied_m2 is not None
    assert last.occupied_m2.low <= 320 <= last.occupied_m2.high
    assert last.occupied_m2.median == pytest.approx(320, rel=0.35)
    before = [k.occupied.mean * k.unit_m2 for k in found.looks[:-1] if k.occupied]
    assert max(before) < 120
    grid = lay_grid(NORTH)
    x = np.array([p.x for ring in last.outlines for p in ring])
    boxes_x = grid.origin.x + grid.west_m + np.array([15.0, 15 + 6 * 10])
    assert boxes_x[0] - 3 <= x.min()
    assert x.max() <= boxes_x[1] + 3


def test_a_rise_is_a_record_and_a_still_zone_is_none() -> None:
    boxes = {13: 3, 14: 8, 15: 12}
    rows = [row(n) for n in range(16)]
    risen, still = (zone_looks(site(NORTH), rows, Reader(b), Store(), Clock()).looks for b in (boxes, {}))
    (rise,) = zone_findings((NORTH,), risen, settings=FAST, seed=3)
    assert rise.now_m2 is not None
    assert rise.change is not None
    assert rise.series is not None
    assert rise.p_exceeds_observed is not None
    assert rise.p_exceeds_observed > 0.8
    assert rise.change.change_m2.low > 100
    assert rise.change.last < date(2022, 1, 10) + timedelta(days=20 * 14)
    (calm,) = zone_findings((NORTH,), still, settings=FAST, seed=3)
    assert calm.p_exceeds_observed is not None
    assert calm.p_exceeds_observed < 0.5
    assert calm.change is not None
    assert calm.change.change_m2.low <= 0 <= calm.change.change_m2.high


def test_the_same_case_gives_the_same_finding() -> None:
    looks = zone_looks(site(NORTH), [row(n) for n in range(10)], Reader({9: 6}), Store(), Clock()).looks
    one, other = (zone_findings((NORTH,), given, settings=FAST, seed=3)[0] for given in (looks, looks[::-1]))
    assert (one.change, one.p_exceeds_all_days, one.now_m2) == (other.change, other.p_exceeds_all_days, other.now_m2)


def test_zones_without_looks_or_with_one_are_told_so() -> None:
    assert zone_findings((NORTH,), (), settings=FAST) == ()
    few = zone_looks(site(NORTH), [row(n) for n in range(4)], Reader(), Store(), Clock()).looks
    (none,) = zone_findings((NORTH,), few, settings=FAST)
    assert none.now_m2 is None
    assert none.notes == ("nothing-shown",)
    one = ZoneLook("north", "s1", START, 1.0, 1440.0, 5.0, 1.0, CountDistribution.exactly(12))
    (single,) = zone_findings((NORTH,), (one,), settings=FAST)
    assert single.now_m2 is not None
    assert single.now_m2.median == 60.0
    assert single.series is None
    assert "few-looks" in single.notes


def test_an_earlier_end_leaves_later_looks_out() -> None:
    looks = zone_looks(site(NORTH), [row(n) for n in range(10)], Reader(), Store(), Clock()).looks
    until = looks[7].day
    (found,) = zone_findings((NORTH,), looks, settings=SeriesSettings(until=until, paths=60, refits=0, levels=50))
    assert found.newest is not None
    assert found.newest.day == until


# ---------------------------------------------------------------------- made again from a bundle's images
ROWS = tuple(row(n) for n in range(13))
IDS = tuple(one.id for one in ROWS)
BOXES = {9: 3, 10: 5, 12: 9}


def the_case() -> Case:
    place = site(NORTH, SOUTH)
    looks = zone_looks(place, ROWS, Reader(BOXES), Store(), Clock()).looks
    return Case(place, ROWS, START, zones=looks)


def changed(case: Case, k: int, **fields: Any) -> Case:
    looks = list(case.zones)
    looks[k] = replace(looks[k], **fields)
    return replace(case, zones=tuple(looks))


def paths(case: Case, there: Sequence[str] = IDS, *, alike: bool = True) -> list[str]:
    return [one.path for one in recheck_zones(case, dict.fromkeys(there), Reader(BOXES), alike=alike).findings]


def test_looks_that_nobody_touched_are_made_again_to_the_digit() -> None:
    case = the_case()
    for alike in (True, False):
        done = recheck_zones(case, {one.id: one for one in ROWS}, Reader(BOXES), alike=alike)
        assert (done.made, done.findings, done.left) == (26, (), ())
    assert list(check_zone_facts(case)) == []


EDITS: dict[str, Callable[[ZoneLook], dict[str, Any]]] = {
    "occupied": lambda _: {"occupied": CountDistribution.from_interval(30, 28, 33)},
    "visible_fraction": lambda look: {"visible_fraction": look.visible_fraction - 0.01},
    "shown_fraction": lambda look: {"shown_fraction": look.shown_fraction - 0.01},
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("k", [0, 12, 17])
def test_a_changed_figure_is_named_with_its_zone_and_scene(name: str, k: int, *, alike: bool) -> None:
    case = the_case()
    edited = changed(case, k, **EDITS[name](case.zones[k]))
    done = recheck_zones(edited, {one.id: one for one in ROWS}, Reader(BOXES), alike=alike)
    assert done.findings
    for one in done.findings:
        assert one.path.startswith(f"case.zones[{k}].{name}")
        assert f"zone {case.zones[k].zone_id}, scene {case.zones[k].scene_id}" in one.what


def test_without_a_later_image_only_its_look_is_left() -> None:
    case = the_case()
    there = [one.id for one in ROWS[:-1]]
    done = recheck_zones(case, dict.fromkeys(there), Reader(BOXES), alike=True)
    assert (done.made, done.findings) == (24, ())
    assert done.left == ("looks at zone north, south (s12), because their images are not in the bundle",)
    wrong = {"occupied": CountDistribution.from_interval(30, 28, 33)}
    assert paths(changed(case, 12, **wrong), there) == []
    assert paths(changed(case, 10, **wrong), there) != []


def test_without_an_image_of_the_usual_look_the_zone_is_left_and_said_to_be() -> None:
    case = the_case()
    done = recheck_zones(case, dict.fromkeys([one.id for one in ROWS[1:]]), Reader(BOXES), alike=True)
    assert (done.made, done.findings) == (0, ())
    assert [one.split(",")[0] for one in done.left] == [
        "all looks at zone north (s00)",
        "all looks at zone south (s00)",
    ]
    assert all("usual look" in one for one in done.left)


def test_looks_by_another_method_are_left() -> None:
    case = the_case()
    done = recheck_zones(changed(case, 3, method="cells 0"), {one.id: one for one in ROWS}, Reader(BOXES), alike=True)
    assert done.made == 0
    assert "cells 0" in done.left[0]


def test_without_pixels_a_look_fits_its_zone_and_scene() -> None:
    case = the_case()
    look = case.zones[5]
    for name, value in (("gsd_m", 1.5), ("registered", False), ("area_m2", look.area_m2 + 1), ("unit_m2", 11.0),
                        ("acquired", START)):  # fmt: skip
        found = list(check_zone_facts(changed(case, 5, **{name: value})))
        assert [one.path for one in found] == [f"case.zones[5].{name}"]
        assert "zone north, scene s05" in found[0].what
    for name in ("zone_id", "scene_id"):
        found = list(check_zone_facts(changed(case, 5, **{name: "nowhere"})))
        assert {one.path for one in found} == {"case.zones[5]", "case.zones"}
    twice = replace(case, zones=(*case.zones, case.zones[0]))
    assert [one.path for one in check_zone_facts(twice)] == ["case.zones[26]"]
    less = replace(case, zones=case.zones[1:])
    assert ["zone north in scene s00" in one.what for one in check_zone_facts(less)] == [True]
