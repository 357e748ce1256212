"""From items to acquisitions: copies, reprocessings and tiles are one look, two passes are two."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from provider_items import PROVIDERS, SITE, ring

from wayside.archive.search import merge
from wayside.archive.search.identity import platform_name
from wayside.archive.search.items import draft_of, scene_of
from wayside.archive.search.looks import looks_of, placed
from wayside.errors import ValueRefusedError
from wayside.model.acquisitions import Acquisition, FoundScene, MaskKind, SceneAsset
from wayside.model.places import MapPoint
from wayside.model.scenes import Licence
from wayside.model.sources import CatalogueSource

OUTLINE = tuple(MapPoint(x, y) for x, y in ring(*SITE))
WEST, SOUTH, EAST, NORTH = SITE
MIDDLE = (WEST + EAST) / 2
WHOLE = (WEST - 0.1, SOUTH - 0.1, EAST + 0.1, NORTH + 0.1)
LEFT, RIGHT = (WEST - 0.1, SOUTH - 0.1, MIDDLE, NORTH + 0.1), (MIDDLE, SOUTH - 0.1, EAST + 0.1, NORTH + 0.1)
TIME = datetime(2023, 10, 5, 2, 0, tzinfo=UTC)
FREE = Licence("CC-BY-4.0", "by someone", publishable=True)


def scene(
    name: str,
    *,
    seconds: float = 0.0,
    box: tuple[float, float, float, float] = WHOLE,
    source: str = "one",
    collection: str = "c",
    platform: str = "WV03",
    size: int | None = None,
    **more: Any,
) -> FoundScene:
    image = SceneAsset("visual", f"https://images.example.org/{name}.tif", size=size)
    fields = {"gsd_m": 0.5} | more
    return FoundScene(
        source=source,
        catalogue="https://catalogue.example.org",
        collection=collection,
        item=name,
        acquired=TIME + timedelta(seconds=seconds),
        rings=(tuple(MapPoint(x, y) for x, y in ring(*box)),),
        image=(image,),
        platform=platform,
        **fields,
    )


def read(acquisitions: Sequence[Acquisition]) -> list[list[str]]:
    return [[t.item for t in a.tiles] for a in acquisitions]


def join(*scenes: FoundScene, sources: Sequence[str] = ()) -> tuple[Acquisition, ...]:
    return merge(scenes, outline=OUTLINE, sources=sources)


# ---------------------------------------------------------------------------- one look or two
def test_one_item_is_one_acquisition() -> None:
    [found] = join(scene("a"))
    assert (found.tiles[0].item, found.others, found.why) == ("a", (), ())
    assert found.id.startswith("20231005T020000Z-worldview-3-")
    assert join() == ()


def test_a_copy_from_another_source_is_not_read() -> None:
    [found] = join(scene("a", source="one"), scene("b", source="two", platform="worldview-3", seconds=1.5))
    assert [t.item for t in found.tiles] == ["a"]
    assert [t.item for t in found.others] == ["b"]
    assert "within 5 s" in found.why[0]


def test_two_passes_of_a_day_stay_two() -> None:
    for platform, seconds in (
        ("WV03", 6),
        ("sentinel-2a", 98.0 * 60),
        ("landsat-8", 98.0 * 60),
        ("2426", 12),
        ("plane", 2),
    ):
        found = join(scene("a", platform=platform), scene("b", platform=platform, seconds=seconds))
        assert len(found) == 2, platform


def test_two_satellites_at_once_stay_two() -> None:
    assert len(join(scene("a", platform="WV02"), scene("b", platform="WV03"))) == 2


def test_a_stereo_pair_stays_two() -> None:
    assert len(join(scene("a", off_nadir_deg=5.0), scene("b", seconds=4, off_nadir_deg=25.0))) == 2
    fore, aft = (
        scene("a", off_nadir_deg=25.0, view_azimuth_deg=350.0),
        scene("b", seconds=4, off_nadir_deg=25.0, view_azimuth_deg=170.0),
    )
    assert len(join(fore, aft)) == 2
    assert len(join(fore, scene("b", seconds=4, off_nadir_deg=25.5, view_azimuth_deg=5.0))) == 1


def test_ids_of_strips_go_before_times() -> None:
    one, two = {"look": "strip:1"}, {"look": "strip:2"}
    assert len(join(scene("a", properties=one), scene("b", seconds=1, properties=two))) == 2
    assert len(join(scene("a", properties=one), scene("b", seconds=40, properties=one))) == 1
    assert len(join(scene("a", properties=one), scene("b", seconds=1))) == 1


def test_a_third_item_does_not_join_what_must_stay_apart() -> None:
    one, two = {"look": "strip:1"}, {"look": "strip:2"}
    found = join(scene("a", properties=one), scene("b", seconds=2, properties=two), scene("c", seconds=0.5))
    assert sorted(map(len, (a.tiles + a.others for a in found))) == [1, 2]
    with_c = next(a for a in found if "c" in {s.item for s in a.tiles + a.others})
    assert "a" in {s.item for s in with_c.tiles + with_c.others}


def test_sentinel_2_from_two_catalogues_is_one_look() -> None:
    source = CatalogueSource("s", "https://catalogue.example.org")
    pair = []
    for name in ("element84_new", "planetary_s2"):
        made = scene_of(draft_of(PROVIDERS[name](), "https://catalogue.example.org/"), source, "", None).scene
        assert isinstance(made, FoundScene)
        pair.append(made)
    [found] = join(*pair)
    assert "datatake, S2A 20231005T021551" in found.why[0]


def test_landsat_rows_of_one_path_are_one_look() -> None:
    look = {"look": "path:landsat-8 115 20231003"}
    north = scene(
        "a",
        platform="landsat-8",
        box=(WEST - 1, MIDDLE_NORTH, EAST + 1, NORTH + 1),
        properties={**look, "tile": "115030"},
    )
    south = scene(
        "b",
        platform="landsat-8",
        box=(WEST - 1, SOUTH - 1, EAST + 1, MIDDLE_NORTH),
        seconds=24,
        properties={**look, "tile": "115031"},
    )
    [found] = join(north, south)
    assert {t.item for t in found.tiles} == {"a", "b"}


MIDDLE_NORTH = (SOUTH + NORTH) / 2


def test_items_without_a_platform() -> None:
    tiles = join(scene("a", platform="", box=LEFT), scene("b", platform="", box=RIGHT))
    assert sorted(read(tiles)[0]) == ["a", "b"]
    assert len(join(scene("a", platform="", box=LEFT), scene("b", platform="", box=RIGHT, source="two"))) == 2
    assert len(join(scene("a", platform=""), scene("b", platform="WV03", source="two"))) == 1
    assert len(join(scene("a", platform=""), scene("b", platform="", source="two", gsd_m=3.0))) == 2


@pytest.mark.parametrize(
    ("names", "one"),
    [
        (("S2A", "sentinel-2a", "Sentinel-2A", "SENTINEL2A"), "sentinel-2a"),
        (("landsat-8", "LANDSAT_8", "LC08"), "landsat-8"),
        (("WV03", "WorldView-3", "worldview03", "WORLDVIEW03_VNIR"), "worldview-3"),
        (("SSC4", "skysat-c4", "SkySatC4"), "skysat-c4"),
        (("PHR1A", "Pleiades-1A", "PLEIADES 1A"), "pleiades-1a"),
        (("GE01", "GeoEye-1"), "geoeye-1"),
        (("LG02", "Legion-2", "WorldView Legion 2"), "legion-2"),
        (("QB02", "QuickBird-2"), "quickbird-2"),
        (("SPOT6", "SPOT-6"), "spot-6"),
        (("PNEO3", "pleiades-neo-3"), "pleiades-neo-3"),
        (("2426",), "2426"),
    ],
)
def test_platforms_have_one_name(names: tuple[str, ...], one: str) -> None:
    assert {platform_name(n) for n in names} == {one}


# ---------------------------------------------------------------------------- what is read
def test_the_newest_processing_is_read() -> None:
    old, new = (
        scene("a", version="02.13", processed=TIME),
        scene("b", version="05.09", processed=TIME - timedelta(days=9)),
    )
    [found] = join(old, new)
    assert [t.item for t in found.tiles] == ["b"]
    assert [t.item for t in found.others] == ["a"]
    [by_time] = join(scene("a", processed=TIME), scene("b", processed=TIME + timedelta(days=1)))
    assert by_time.tiles[0].item == "b"


def test_tiles_that_add_nothing_are_not_read() -> None:
    corner = (WEST - 0.1, SOUTH - 0.1, WEST + 0.005, SOUTH + 0.005)
    [found] = join(
        scene("a", box=LEFT),
        scene("b", box=RIGHT),
        scene("c", box=corner),
        scene("d", box=(EAST, SOUTH, EAST + 1, NORTH)),
    )
    assert {t.item for t in found.tiles} == {"a", "b"}
    assert {t.item for t in found.others} == {"c", "d"}


def test_a_tile_that_later_ones_make_idle_is_not_read() -> None:
    width = EAST - WEST
    center = scene("center", box=(WEST + 0.2 * width, SOUTH, WEST + 0.8 * width, NORTH))
    [found] = join(center, scene("left", box=LEFT), scene("right", box=RIGHT))
    assert {t.item for t in found.tiles} == {"left", "right"}
    assert [t.item for t in found.others] == ["center"]


def test_two_granules_of_one_tile_are_both_read() -> None:
    ids = {"look": "datatake:S2A 1", "tile": "52TEN"}
    [found] = join(scene("a", box=LEFT, properties=ids, processed=TIME), scene("b", box=RIGHT, properties=ids))
    assert {t.item for t in found.tiles} == {"a", "b"}


def test_preferences_in_their_order() -> None:
    part, all_ = scene("part", box=LEFT, gsd_m=0.3, licence=FREE, collection="p"), scene("all", collection="a")
    assert read(join(part, all_))[0][0] == "all"
    assert read(join(scene("coarse", gsd_m=0.6, licence=FREE, collection="x"), scene("fine", collection="y")))[0] == [
        "fine"
    ]
    assert read(join(scene("a", collection="x"), scene("b", licence=FREE, collection="y")))[0] == ["b"]
    mask = SceneAsset("udm2", "https://images.example.org/udm2.tif")
    assert read(
        join(scene("a", collection="x", size=1), scene("b", collection="y", mask=mask, mask_kind=MaskKind.UDM2))
    )[0] == ["b"]
    assert read(join(scene("a", collection="x", size=200), scene("b", collection="y", size=100)))[0] == ["b"]
    assert read(join(scene("a", source="one"), scene("b", source="two")))[0] == ["a"]
    assert read(join(scene("a", source="one"), scene("b", source="two"), sources=("two", "one")))[0] == ["b"]


def test_what_one_source_leaves_is_filled_from_another_of_like_gsd() -> None:
    [found] = join(scene("a", box=LEFT, source="one"), scene("b", box=RIGHT, source="two"))
    assert {t.item for t in found.tiles} == {"a", "b"}
    [unlike] = join(scene("a", box=LEFT, source="one"), scene("b", box=RIGHT, source="two", gsd_m=2.0))
    assert [t.item for t in unlike.tiles] == ["a"]


def test_an_item_twice_is_one() -> None:
    [found] = join(scene("a"), scene("a"), scene("a", processed=TIME))
    assert len(found.tiles + found.others) == 1
    assert found.tiles[0].processed == TIME


def test_ids_are_stable_safe_and_distinct() -> None:
    names = ["a", "b/c", "d\\e", "../f", "é", "\ud800"]
    found = join(*(scene(n, seconds=100.0 * i, platform="") for i, n in enumerate(names)))
    assert len({a.id for a in found}) == len(names)
    assert all(a.id.replace("-", "").isalnum() and a.id.isascii() for a in found)
    # Written down once: whoever changes it makes all scenes be fetched again.
    assert join(scene("a"))[0].id == "20231005T020000Z-worldview-3-e0f3db16"
    with_other = join(scene("a"), scene("z", source="two"))
    assert with_other[0].id == join(scene("a"))[0].id


def test_a_site_that_is_a_line() -> None:
    line = tuple(MapPoint(x, y) for x, y in ((WEST, SOUTH), (EAST, NORTH), (WEST, SOUTH), (WEST, SOUTH)))
    [found] = merge([scene("a", box=LEFT), scene("b", box=RIGHT)], outline=line)
    assert len(found.tiles) == 2


def test_arguments_that_are_no_outline() -> None:
    with pytest.raises(ValueRefusedError):
        merge([scene("a")], outline=OUTLINE[:2])
    with pytest.raises(ValueRefusedError):
        merge([scene("a")], outline=tuple(MapPoint(math.nan, 0) for _ in range(4)))


# ---------------------------------------------------------------------------- properties
platforms = st.sampled_from(["WV03", "sentinel-2a", "2426", ""])
looks = st.sampled_from([{}, {}, {"look": "strip:1"}, {"look": "strip:2"}, {"look": "catalogue:1"}])


@st.composite
def some_scenes(draw: st.DrawFn, most: int = 6) -> list[FoundScene]:
    found = []
    for number in range(draw(st.integers(1, most))):
        x, y = draw(st.integers(-2, 6)), draw(st.integers(-2, 6))
        w, h = draw(st.integers(1, 8)), draw(st.integers(1, 8))
        step = 0.005
        found.append(
            scene(
                draw(st.sampled_from(["a", "b", "c", f"n{number}"])),
                seconds=draw(st.sampled_from([0, 0.5, 2, 4, 5, 8, 60, 2900, 3100])),
                box=(WEST + x * step, SOUTH + y * step, WEST + (x + w) * step, SOUTH + (y + h) * step),
                source=draw(st.sampled_from(["one", "two"])),
                platform=draw(platforms),
                gsd_m=draw(st.sampled_from([0.5, 0.55, 3.0, None])),
                size=draw(st.sampled_from([None, 5])),
                processed=draw(st.sampled_from([None, TIME])),
                properties=draw(looks),
            )
        )
    return found


@given(some_scenes(), st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(scenes: list[FoundScene], random: Any) -> None:
    shuffled = random.sample(scenes, len(scenes))
    assert merge(scenes, outline=OUTLINE) == merge(shuffled, outline=OUTLINE)


@settings(max_examples=25)
@given(some_scenes(most=4))
def test_all_permutations_agree(scenes: list[FoundScene]) -> None:
    first = merge(scenes, outline=OUTLINE)
    assert all(merge(p, outline=OUTLINE) == first for p in itertools.permutations(scenes))


@given(some_scenes())
def test_every_item_is_in_one_acquisition(scenes: list[FoundScene]) -> None:
    found = merge(scenes, outline=OUTLINE)
    names = [(s.source, s.collection, s.item) for a in found for s in (*a.tiles, *a.others)]
    assert sorted(names) == sorted({(s.source, s.collection, s.item) for s in scenes})
    assert len({a.id for a in found}) == len(found)


@given(some_scenes())
def test_items_of_one_acquisition_do_not_contradict_each_other(scenes: list[FoundScene]) -> None:
    for found in merge(scenes, outline=OUTLINE):
        members = (*found.tiles, *found.others)
        strips = {look for s in members if (look := s.properties.get("look", "")).startswith("strip:")}
        assert len(strips) <= 1
        assert len({s.platform for s in members} - {""}) <= 1
        assert bool(found.why) == (len(members) > 1)


@given(some_scenes())
def test_tiles_show_what_can_be_shown_and_none_is_idle(scenes: list[FoundScene]) -> None:
    """By counting cells of a grid, each of which a scene shows in whole or not at all."""
    for found in merge(scenes, outline=OUTLINE):
        first = found.tiles[0]
        like = [
            s for s in (*found.tiles, *found.others) if (s.source, s.collection) == (first.source, first.collection)
        ]
        shown = set().union(*(cells(t) for t in found.tiles))
        assert shown >= set().union(*(cells(s) for s in like))
        for tile in found.tiles if len(found.tiles) > 1 else ():
            rest = set().union(*(cells(t) for t in found.tiles if t is not tile))
            assert not cells(tile) <= rest


def cells(one: FoundScene) -> set[tuple[int, int]]:
    xs, ys = [p.x for p in one.rings[0]], [p.y for p in one.rings[0]]
    step = 0.005
    return {
        (i, j)
        for i, j in itertools.product(range(4), range(4))
        if min(xs) < WEST + (i + 0.5) * step < max(xs) and min(ys) < SOUTH + (j + 0.5) * step < max(ys)
    }


@given(some_scenes(most=5))
def test_looks_without_ids_are_the_connected_ones(scenes: list[FoundScene]) -> None:
    """Of one satellite without ids, close in time: by brute force over all ways to divide the items."""
    plain = [
        scene(f"s{i}", seconds=0.4 * (i % 3) + 1.2 * (i // 3), box=box_of(s), platform="2426")
        for i, s in enumerate(scenes)
    ]
    items = [placed(s) for s in plain]

    def linked(a: int, b: int) -> bool:
        near = shapely.box(*box_of(plain[a])).distance(shapely.box(*box_of(plain[b]))) <= 0.02
        return near and abs(plain[a].acquired - plain[b].acquired) <= timedelta(seconds=1)

    def fits(division: list[set[int]]) -> bool:
        apart = all(not linked(a, b) for x, y in itertools.combinations(division, 2) for a in x for b in y)
        whole = all(any(linked(a, b) for a in part for b in x - part) for x in division for part in parts_of(x))
        return apart and whole

    [expected] = [d for d in divisions(list(range(len(items)))) if fits(d)]
    found = [{int(p.scene.item[1:]) for p in look.members} for look in looks_of(items)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))


def box_of(one: FoundScene) -> tuple[float, float, float, float]:
    xs, ys = [p.x for p in one.rings[0]], [p.y for p in one.rings[0]]
    return min(xs), min(ys), max(xs), max(ys)


def parts_of(whole: set[int]) -> list[set[int]]:
    return [set(c) for n in range(1, len(whole)) for c in itertools.combinations(sorted(whole), n)]


def divisions(items: list[int]) -> list[list[set[int]]]:
    if not items:
        return [[]]
    found = []
    for rest in divisions(items[1:]):
        found.append([{items[0]}, *rest])
        found.extend([*rest[:i], rest[i] | {items[0]}, *rest[i + 1 :]] for i in range(len(rest)))
    return found
