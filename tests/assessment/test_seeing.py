from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.cadence import RECENT_DAYS, cadence_of, chance_of_so_many
from wayside.assessment.seeing import hidden_of, hidden_word, is_mostly_hidden, say_hidden, say_move, unexplained
from wayside.assessment.to_json import to_json
from wayside.model.observations import CountStatus, ObservationKind, Registration
from wayside.model.provenance import Provenance, SourceAsset, SourceItem
from wayside.model.visibility import Obstruction

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "assessment.json").read_text(encoding="utf-8"))
SIGNED = "https://data.example.org/a/image.tif?sv=2024&sig=S3cr3tS1gnature&se=2026"
SOURCE = Provenance(
    items=(
        SourceItem(
            source="open-catalogue",
            catalogue="https://user:S3cr3tS1gnature@stac.example.org/v1?token=S3cr3tS1gnature",
            item="ITEM_1",
            collection="scenes",
            href="https://stac.example.org/v1/collections/scenes/items/ITEM_1",
            assets=(SourceAsset("visual", SIGNED, "1220" + "a" * 64, '"etag"', 1234),),
            version="05.10",
            processed=datetime(2023, 10, 6, 1, tzinfo=UTC),
        ),
    ),
    retrieved=datetime(2023, 10, 7, 8, tzinfo=UTC),
    others=(SourceItem("second", "/home/analyst/catalog.json", "ITEM_1b", href="http://127.0.0.1:9/x.json"),),
    software="wayside 0.1.0",
    notes=(f"Read in parts from {SIGNED}.",),
)


def hidden_scene(row: CountedScene, shares: dict[Obstruction, float]) -> CountedScene:
    """The same scene with all its tracks hidden in the same shares."""
    seen = 1.0 - sum(shares.values())
    tracks = tuple(replace(track, visible_fraction=seen, hidden=shares) for track in row.result.tracks)
    return replace(row, result=replace(row.result, tracks=tracks))


@pytest.fixture
def rows(case: ModuleType) -> tuple[CountedScene, ...]:
    return case.rows()


def assessed(case: ModuleType, rows: tuple[CountedScene, ...], **more: object) -> Assessment:
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED, **more)


def why(found: Assessment, limit: str) -> str:
    return next((x.why for x in found.limits if x.id == limit), "").replace("\u00a0", " ").replace("\u202f", " ")


# ---------------------------------------------------------------------------- what is hidden
shares = st.dictionaries(st.sampled_from(Obstruction), st.floats(0.001, 0.12), max_size=8)


@given(st.lists(st.tuples(st.floats(10, 2000), shares), min_size=1, max_size=4))
def test_shares_of_a_scene_are_its_tracks_metres_over_its_length(
    case: ModuleType, tracks: list[tuple[float, dict[Obstruction, float]]]
) -> None:
    result = case.scene_count(5)
    made = tuple(
        replace(
            result.tracks[0], track_id=str(i), length_m=length, hidden=hidden,
            visible_fraction=1 - sum(hidden.values()),
        )
        for i, (length, hidden) in enumerate(tracks)
    )  # fmt: skip
    result = replace(result, tracks=made)
    found = hidden_of(result)
    total = sum(length for length, _ in tracks)
    for what in Obstruction:
        metres = sum(length * hidden.get(what, 0.0) for length, hidden in tracks)
        assert found.get(what, 0.0) == pytest.approx(metres / total)
    assert sum(found.values()) + result.visible_fraction == pytest.approx(1.0)
    assert unexplained(result) == pytest.approx(0.0, abs=1e-9)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_what_hid_the_track_is_said_the_greatest_first(rows: tuple[CountedScene, ...]) -> None:
    row = hidden_scene(rows[-1], {Obstruction.HAZE: 0.08, Obstruction.CLOUD: 0.32, Obstruction.SHADOW: 0.002})
    assert say_hidden(row.result).replace("\u00a0", " ") == "32 % cloud, 8 % haze or thin cloud"
    assert not is_mostly_hidden(row)
    assert is_mostly_hidden(hidden_scene(row, {Obstruction.CLOUD: 0.51}))
    assert len({hidden_word(what, "ru") for what in Obstruction}) == len(Obstruction)


def test_an_old_count_that_kept_no_reason_says_so(case: ModuleType) -> None:
    result = case.scene_count(5, visible=0.8)
    assert "reason that was not kept" in say_hidden(result)
    assert say_hidden(case.scene_count(5)) == ""


@pytest.mark.parametrize(
    ("east", "north", "far", "way"),
    [
        (3.0, -4.0, "5.0 m", "3.0 m east, 4.0 m south"),
        (-1.26, 0.0, "1.3 m", "1.3 m west"),
        (0.01, 0.02, "less than 0.1 m", ""),
    ],
)
def test_a_move_is_said_with_its_way(east: float, north: float, far: str, way: str) -> None:
    said = say_move(Registration(registered=True, east_m=east, north_m=north))
    assert tuple(part.replace("\u00a0", " ") for part in said) == (far, way)


# ---------------------------------------------------------------------------- limits
def test_a_hidden_newest_scene_says_what_hid_it_and_what_is_an_estimate(
    case: ModuleType, rows: tuple[CountedScene, ...]
) -> None:
    newest = hidden_scene(rows[-1], {Obstruction.CLOUD: 0.3, Obstruction.HAZE: 0.1})
    text = why(assessed(case, (*rows[:-1], newest)), "hidden-track")
    assert "40 % of the track length was hidden or unreadable (30 % cloud, 10 % haze or thin cloud)" in text
    outlined = sum(car.type.is_freight for track in newest.result.tracks for car in track.cars)
    assert f"{outlined} freight cars are outlined" in text
    low, high = newest.result.freight.interval(0.9)
    assert f"for the rest the count of {newest.result.freight.median} (90 % interval {low} to {high}) takes" in text
    reviewed = replace(newest, kind=ObservationKind.REVIEW, author="An analyst")
    assert "outlined" not in why(assessed(case, (*rows[:-1], reviewed)), "hidden-track")


def test_unregistered_scenes_are_counted_and_the_newest_is_named(
    case: ModuleType, rows: tuple[CountedScene, ...]
) -> None:
    loose = replace(rows[-1], result=replace(rows[-1].result, registration=Registration(registered=False)))
    before = sum(not row.result.registration.registered for row in rows)
    text = why(assessed(case, (*rows[:-1], loose)), "unregistered")
    assert text.startswith(f"{before + 1} scenes of {len(rows)} (")
    assert "The newest is one of them." in text
    assert "The newest is one of them." not in why(assessed(case, rows), "unregistered")


def test_one_provider_is_named_and_two_are_no_limit(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    assert f"All {len(rows)} scenes come from one provider (wayside rendering)" in why(
        assessed(case, rows), "one-provider"
    )
    other = replace(rows[3], scene=replace(rows[3].scene, provider="Another"))
    assert not why(assessed(case, (*rows[:3], other, *rows[4:])), "one-provider")
    unknown = tuple(replace(row, scene=replace(row.scene, provider="")) for row in rows)
    assert not why(assessed(case, unknown), "one-provider")


@given(st.integers(1, 60), st.integers(1, 300), st.floats(0.01, 0.9))
def test_the_chance_of_so_many_scenes_is_a_binomial_tail(recent: int, before: int, share: float) -> None:
    assert chance_of_so_many(recent, before, share) == pytest.approx(
        binom.sf(recent - 1, recent + before, share), abs=1e-9
    )


def dense(case: ModuleType, rows: tuple[CountedScene, ...], platform: str, every: int) -> tuple[CountedScene, ...]:
    """The same with more scenes in the last days, of a given platform."""
    day, extra = case.NEWEST_DAY, []
    for k in range(2, RECENT_DAYS, every):
        scene = case.scene(day - timedelta(days=k), scene_id=f"more-{k}")
        extra.append(replace(rows[-1], scene=replace(scene, platform=platform)))
    return tuple(sorted((*rows, *extra), key=lambda row: row.scene.acquired))


def test_more_images_of_a_new_sensor_are_said_with_their_numbers(
    case: ModuleType, rows: tuple[CountedScene, ...]
) -> None:
    more = dense(case, rows, "Newcomer", 3)
    found = cadence_of(more, case.NEWEST_DAY)
    first = case.NEWEST_DAY - timedelta(days=RECENT_DAYS - 1)
    assert found.scenes == sum(row.day >= first for row in more)
    assert found.scenes + found.scenes_before == len(more)
    assert found.days_before == (first - more[0].day).days
    assert found.denser
    assert found.new == ("wayside rendering, Newcomer",)
    text = why(assessed(case, more), "more-images")
    assert f"The last {RECENT_DAYS} days have {found.scenes} usable scenes" in text
    assert f"Images come {found.times:.1f} times as often." in text
    assert "Images of wayside rendering, Newcomer are among the recent ones alone." in text


def test_more_images_of_known_sensors_are_said_too(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    more = dense(case, rows, rows[0].scene.platform, 3)
    assert cadence_of(more, case.NEWEST_DAY).new == ()
    text = why(assessed(case, more), "more-images")
    assert "The recent images are of sensors that were there before." in text
    assert "times as often" in text


def test_an_even_cadence_is_no_limit(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    even = tuple(
        replace(rows[-1], scene=case.scene(case.NEWEST_DAY - timedelta(days=20 * k), scene_id=f"e{k}"))
        for k in reversed(range(60))
    )
    found = cadence_of(even, case.NEWEST_DAY)
    assert found.times == pytest.approx(1.0, abs=0.15)
    assert not found.denser
    assert not why(assessed(case, even), "more-images")
    assert cadence_of(even[-5:], case.NEWEST_DAY) is None


# ---------------------------------------------------------------------------- JSON
def documented(case: ModuleType, rows: tuple[CountedScene, ...], newest: CountedScene) -> dict[str, object]:
    document = json.loads(json.dumps(to_json(assessed(case, (*rows[:-1], newest), failures=(f"GET {SIGNED} failed",)))))
    jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())
    return document


def test_an_assessment_says_where_its_scenes_come_from(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    row = hidden_scene(rows[-1], {Obstruction.CLOUD: 0.25})
    scene = replace(row.scene, provenance=SOURCE, off_nadir_deg=12.5, sun_elevation_deg=41.0, cloud_cover_pct=8.0)
    told = documented(case, rows, replace(row, scene=scene))["scenes"][-1]
    item = told["provenance"]["items"][0]
    assert (item["source"], item["collection"], item["item"], item["version"]) == (
        "open-catalogue", "scenes", "ITEM_1", "05.10",
    )  # fmt: skip
    assert item["catalogue"] == "https://stac.example.org/v1"
    assert item["href"] == SOURCE.items[0].href
    asset = {
        "key": "visual",
        "href": "https://data.example.org/a/image.tif",
        "checksum": "1220" + "a" * 64,
        "size": 1234,
    }
    assert item["assets"] == [asset]
    assert told["provenance"]["others"][0]["catalogue"] == told["provenance"]["others"][0]["href"] == ""
    assert told["hidden"] == {"cloud": 0.25}
    assert told["registration"]["reference"] == "KJ_20181011"
    assert (told["view"]["off_nadir_deg"], told["view"]["cloud_cover_pct"]) == (12.5, 8.0)


def test_no_signature_is_printed_even_where_one_was_kept(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    row = rows[-1]
    licence = replace(row.scene.licence, url=SIGNED, why=f"See {SIGNED}", attribution=f"Somebody {SIGNED}")
    row = replace(row, scene=replace(row.scene, provenance=SOURCE, licence=licence))
    row = replace(row, result=replace(row.result, reasons=(f"{SIGNED} was slow.",)))
    text = json.dumps(documented(case, rows, row))
    assert "S3cr3tS1gnature" not in text
    assert "127.0.0.1" not in text
    assert "analyst/catalog" not in text


def test_a_scene_without_a_source_or_a_fit_says_null(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    loose = replace(rows[-1], result=replace(rows[-1].result, registration=Registration(registered=False)))
    told = documented(case, rows, loose)["scenes"][-1]
    assert told["provenance"] is None
    assert told["registration"] is None
    assert told["registered"] is False
    assert told["view"] == dict.fromkeys(told["view"])


def test_the_schema_refuses_a_signed_address_and_an_unknown_reason(
    case: ModuleType, rows: tuple[CountedScene, ...]
) -> None:
    row = replace(rows[-1], scene=replace(rows[-1].scene, provenance=SOURCE))
    good = documented(case, rows, row)
    for change in (
        lambda s: s["provenance"]["items"][0].update(href=SIGNED),
        lambda s: s["hidden"].update(fog=0.1),
        lambda s: s["registration"].pop("quality"),
        lambda s: s.pop("provenance"),
    ):
        bad = json.loads(json.dumps(good))
        change(bad["scenes"][-1])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, SCHEMA)


def test_a_scene_without_a_count_is_there_too(case: ModuleType, rows: tuple[CountedScene, ...]) -> None:
    blind = replace(rows[4], result=replace(rows[4].result, status=CountStatus.NOT_COUNTABLE, reasons=("All hidden.",)))
    document = to_json(assessed(case, (*rows[:4], blind, *rows[5:])))
    assert document["scenes"][4]["count"] is None
