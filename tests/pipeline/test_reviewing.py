"""Reviews through files and runs, on fakes: what an analyst edits comes back, and changes the counts that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.lengths import LengthPrior
from wayside.counting.review_rates import site_rates
from wayside.errors import InputError
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import (
    CountStatus,
    Observation,
    ObservationKind,
    Registration,
    SceneCount,
    TrackCount,
)
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.vectors import Outline, Shape, VectorLayer
from wayside.pipeline.ports import CountedImage, CountTask
from wayside.pipeline.review_cases import export_review, import_review, review_status
from wayside.pipeline.review_places import ReviewPlane, SceneLines
from wayside.pipeline.reviewing import latest_reviews, site_knowledge, standing_rows, strip_reviews
from wayside.pipeline.running import RunSettings, rows_of, run_workspace
from wayside.series import SeriesSettings

FAST = RunSettings(series=SeriesSettings(paths=40, levels=50))
ERROR = SceneError(0.05, 0.06, 0.05, 0.06)
TRACKS = (
    Track("1", (MapPoint(130.5, 42.4), MapPoint(130.51, 42.4))),
    Track("2", (MapPoint(130.5, 42.4003), MapPoint(130.51, 42.4003))),
)
SITE = Site("yard", "The Yard", TRACKS)
PIXEL = Site("yard", "The Yard", tuple(
    Track(str(k), (MapPoint(10.0, 50.0 * k), MapPoint(1610.0, 50.0 * k)), system=CoordinateSystem.PIXEL) for k in (1, 2)
))  # fmt: skip


def counted(cars: int, site: Site, *, error: SceneError, model: str = "net 1") -> SceneCount:
    """A scene with so many cars on each track, their outlines where the scene shows them: 3 m east, 2 m north."""
    base = SceneCount(
        CountStatus.COUNTED, 0.5, *([CountDistribution.exactly(0)] * 4), 0.0,
        tuple(TrackCount(t.id, 820.0, 1.0, 0.5, CountDistribution.exactly(0), 0.0) for t in site.tracks),
        model, "wayside 0", registration=Registration(registered=True, east_m=3.0, north_m=2.0),
    )  # fmt: skip
    lines = SceneLines(site, base, ReviewPlane.of(site))
    decoded = CountDistribution.from_interval(cars, max(0, cars - 1), cars + 1)

    def track(name: str) -> TrackCount:
        placed = tuple(
            Car(20.0 + 15.1 * i, 34.0 + 15.1 * i, CarType.GONDOLA, 0.8, Cover.OPEN, 0.95,
                lines.outline(name, 20.0 + 15.1 * i, 34.0 + 15.1 * i))
            for i in range(cars)
        )  # fmt: skip
        return TrackCount(name, 820.0, 1.0, 0.5, with_scene_error(decoded, error), 14.0 * cars, placed)

    tracks = tuple(track(t.id) for t in site.tracks)
    total = with_scene_error(decoded + decoded, error)
    return replace(base, tracks=tracks, count=total, freight=total, by_type={"gondola": total})


@dataclass(frozen=True)
class KnownCounter:
    """Knows how many cars stand on each track of a file."""

    site: Site
    model: str = "net 1"
    error: SceneError = ERROR

    def count(self, task: CountTask, *, keep_strips: bool = False) -> CountedImage:
        return CountedImage(counted(4 + int(task.path.stem[1:]), self.site, error=self.error, model=self.model))


@dataclass(frozen=True)
class KnownCounters:
    site: Site

    def prior_error(self) -> SceneError:
        return ERROR

    def prior_lengths(self) -> LengthPrior:
        return LengthPrior()

    def counter(self, key: str, lengths: LengthPrior | None, error: SceneError) -> KnownCounter:
        assert lengths is not None
        return KnownCounter(self.site, f"net 1 {key}", error)


@dataclass
class MemoryFiles:
    """Files of layers in memory; EPSG:3 is longitude and latitude swapped, EPSG:4 is nowhere."""

    held: dict[str, dict[str, VectorLayer]] = field(default_factory=dict)

    def write(self, path: Path, layers: Sequence[VectorLayer]) -> None:
        self.held[str(path)] = {layer.name: layer for layer in layers}

    def read(self, path: Path) -> Mapping[str, VectorLayer]:
        return self.held[str(path)]

    def to_lonlat(self, crs: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return xy[:, ::-1] if crs == "EPSG:3" else np.full_like(xy, np.nan)


class Workspace:
    """Three scenes, counted; a file to edit; and what the database holds."""

    def __init__(self, make: Any, site: Site = SITE) -> None:
        scenes = [make.scene(n) for n in (3, 2, 1)]
        services = make.services({}, scenes)
        store = services.store

        def record_all(rows: Iterable[Observation]) -> int:
            return sum(store.record(row) for row in rows)

        store.record_all = record_all
        self.services = replace(services, site=site, counter=KnownCounter(site), counters=KnownCounters(site))
        self.counters = KnownCounters(site)
        self.files = MemoryFiles()
        self.run()

    @property
    def rows(self) -> list[Observation]:
        return self.services.store.rows  # type: ignore[attr-defined,no-any-return]

    def run(self) -> Any:
        return run_workspace(self.services, FAST)

    def export(self, **options: Any) -> Any:
        return export_review(self.services, self.counters, self.files, Path("r.gpkg"), **options)

    def take(self, analyst: str = "Kim") -> Any:
        return import_review(self.services, self.counters, self.files, Path("r.gpkg"), analyst=analyst)

    def layer(self, name: str) -> VectorLayer:
        return self.files.held["r.gpkg"][name]

    def edit(self, name: str, keep: Any = None, **columns: Any) -> None:
        """Keep some rows (by index) and set columns: a function of the row's mapping, or a value."""
        layer = self.layer(name)
        rows = layer.rows()
        kept = [i for i in range(len(rows)) if keep is None or keep(i, rows[i])]
        fields = {key: tuple(column[i] for i in kept) for key, column in layer.fields.items()}
        for key, value in columns.items():
            fields[key] = tuple(value(rows[i]) if callable(value) else value for i in kept)
        self.files.held["r.gpkg"][name] = replace(layer, outlines=tuple(layer.outlines[i] for i in kept), fields=fields)

    def add(self, name: str, outline: Outline, **values: Any) -> None:
        layer = self.layer(name)
        fields = {key: (*column, values.get(key)) for key, column in layer.fields.items()}
        self.files.held["r.gpkg"][name] = replace(layer, outlines=(*layer.outlines, outline), fields=fields)

    def mark(self, scene: str = "s3", track: str = "1") -> None:
        chosen = (scene, track)
        self.edit("strips", reviewed=lambda r: "yes" if (r["scene"], r["track"]) == chosen else r["reviewed"])

    def outline(self, start: float, end: float, scene: str = "s3", track: str = "1", aside: float = 0.0) -> Outline:
        """Where a car at this stretch is drawn in the file."""
        row = next(o for o in self.rows if o.scene_id == scene and o.kind is ObservationKind.AUTOMATIC)
        site = self.services.site
        moved = replace(row.result, tracks=tuple(replace(t, offset_m=0.5 + aside) for t in row.result.tracks))
        corners = SceneLines(site, moved, ReviewPlane.of(site)).outline(track, start, end)
        flip = -1.0 if site.system is CoordinateSystem.PIXEL else 1.0
        return Outline(Shape.POLYGON, tuple((x, flip * y) for x, y in corners))

    def seen(self, scene: str = "s3", track: str = "1") -> tuple[Car, ...]:
        return next(
            review.cars
            for review in latest_reviews(self.rows)
            if (review.row.scene_id, review.track_id) == (scene, track)
        )


@pytest.fixture
def work(make: Any) -> Workspace:
    workspace = Workspace(make)
    workspace.export()
    return workspace


def test_an_export_shows_what_the_counter_found(work: Workspace) -> None:
    record = work.export(scene_ids=["s3"], number=3)
    assert record.scenes == ("s3",)
    assert [layer.name for layer in work.files.held["r.gpkg"].values()] == ["tracks", "cars", "points", "strips"]
    assert len(work.layer("cars").outlines) == 2 * 7
    assert work.layer("cars").rows()[0]["car"] == "s3/1/1"
    assert [r["reviewed"] for r in work.layer("strips").rows()] == ["no", "no"]
    assert sorted(r["priority"] for r in work.layer("strips").rows()) == [1, 2]
    assert work.layer("cars").crs == "EPSG:4326"
    assert record.to_json()["next"][0]["gain"] > 0


def test_edits_come_back(work: Workspace) -> None:
    automatic = tuple(work.rows)
    cars = [r["car"] for r in work.layer("cars").rows()]
    work.edit("cars", lambda i, _: cars[i] != "s3/1/2", type=lambda r: "tank" if r["car"] == "s3/1/3" else r["type"],
              note=lambda r: "tarp" if r["car"] == "s3/1/3" else "")  # fmt: skip
    work.add("cars", work.outline(300.0, 313.0), scene="s3", track="1", type="box")
    work.add("points", Outline(Shape.POINT, (tuple(np.mean(work.outline(500.0, 514.0).points, axis=0)),)), scene="s3")  # type: ignore[arg-type]
    work.mark()
    record = work.take()
    assert (record.recorded, record.scenes) == (1, ("s3",))
    (change,) = record.changes
    assert (change.automatic, change.cars, change.added, change.deleted, change.changed) == (7, 8, 2, 1, 1)
    seen = work.seen()
    assert [round(c.start_m) for c in seen] == [20, 50, 65, 80, 96, 111, 300, 500]
    assert (seen[1].type, seen[1].type_p) == (CarType.TANK, 1.0)
    assert seen[0] == automatic[0].result.tracks[0].cars[0], "what was not touched is the same to the last digit"
    assert seen[6].length_m == pytest.approx(13.0, abs=0.01)
    assert [c.truncated for c in seen[6:]] == [False, True], "a click teaches no length"
    assert tuple(work.rows[: len(automatic)]) == automatic, "automatic rows stay"
    row = work.rows[-1]
    assert (row.kind, row.author, row.result.reasons) == (ObservationKind.REVIEW, "Kim", ("Track 1, tank: tarp",))
    document = record.to_json()
    assert (document["added"], document["deleted"], document["changed"], document["tracks_reviewed"]) == (2, 1, 1, 1)
    assert document["rates"]["after"]["miss"]["mean"] > document["rates"]["before"]["miss"]["mean"]


def test_the_same_file_is_taken_over_once_and_a_change_of_mind_is_kept(work: Workspace) -> None:
    work.mark()
    assert work.take().recorded == 1
    again = work.take()
    assert (again.recorded, again.notes) == (0, ("Scene s3: this is what Kim said before.",))
    work.edit("cars", lambda i, _: i != 0)
    assert work.take().recorded == 1
    work.export()
    work.mark()
    assert work.take().recorded == 1, "back to the first opinion is a row of its own"
    models = [o.result.model for o in work.rows if o.kind is ObservationKind.REVIEW]
    assert len(set(models)) == 3
    assert work.take(analyst="Lee").recorded == 1
    assert len(strip_reviews(work.rows, model="net 1")) == 2


def test_an_analyst_goes_on_where_she_stopped(work: Workspace) -> None:
    work.edit("cars", lambda i, _: i != 0)
    work.mark()
    work.take()
    work.export(analyst="Kim")
    row = next(r for r in work.layer("strips").rows() if (r["scene"], r["track"]) == ("s3", "1"))
    assert (row["reviewed"], row["analyst"]) == ("yes", "Kim")
    assert sum(r["scene"] == "s3" and r["track"] == "1" for r in work.layer("cars").rows()) == 6
    assert work.take().recorded == 0
    work.export()
    assert all(r["reviewed"] == "no" for r in work.layer("strips").rows()), "another one starts afresh"


def test_a_run_uses_the_reviews_once(work: Workspace) -> None:
    before = {row.scene.id: row.result for row in rows_of(work.services)}
    work.mark("s3", "1")
    work.mark("s3", "2")
    work.mark("s2", "1")
    work.take()
    automatic = [o for o in work.rows if o.kind is ObservationKind.AUTOMATIC]
    run = work.run()
    assert sorted(run.record.done) == ["s1", "s2", "s3"]
    assert any("3 tracks in 2 scenes" in note for note in run.record.notes)
    after = {row.scene.id: row for row in rows_of(work.services)}
    assert all(o.kind is ObservationKind.ACCEPTED for o in work.rows[-3:])
    said = {scene_id: (row.kind, row.author) for scene_id, row in after.items()}
    assert said["s3"] == (ObservationKind.REVIEW, "Kim"), "every track that it shows"
    assert said["s2"] == said["s1"] == (ObservationKind.AUTOMATIC, "wayside"), "one of two tracks is no reviewed scene"
    for scene_id, row in after.items():
        assert row.result.count.variance < before[scene_id].count.variance, scene_id
    assert after["s3"].result.count.variance < after["s1"].result.count.variance
    assert any(reason.startswith("Reviewed by Kim") for reason in after["s3"].result.reasons)
    assert [o for o in work.rows if o.kind is ObservationKind.AUTOMATIC] == automatic
    rows = len(work.rows)
    assert work.run().record.done == ()
    assert len(work.rows) == rows
    work.mark("s1", "1")
    work.take()
    assert sorted(work.run().record.done) == ["s1", "s2", "s3"], "a further review leads to new values"


def test_only_values_made_with_the_present_reviews_stand(work: Workspace) -> None:
    work.mark()
    work.take()

    def models() -> set[str]:
        return {row.result.model for row in rows_of(work.services)}

    assert models() == {"net 1"}, "not run yet"
    work.run()
    (first,) = models()
    assert first.startswith("net 1 reviews sha256:")
    work.edit("cars", lambda i, _: i != 0)
    work.take()
    assert models() == {"net 1"}
    work.run()
    (second,) = models()
    assert second not in {first, "net 1"}
    by_hand = replace(work.rows[0], kind=ObservationKind.ACCEPTED, author="Kim")
    work.rows.append(by_hand)
    work.run()
    standing = standing_rows(work.rows, model="net 1")
    assert [o.author for o in standing if o.scene_id == by_hand.scene_id and o.kind is ObservationKind.ACCEPTED] == [
        "Kim"
    ]


def test_without_reviews_nothing_is_learnt(work: Workspace) -> None:
    assert site_knowledge(work.rows, SITE, work.counters, model="net 1") is None
    assert review_status(work.services, work.counters, number=2).rates == site_rates([], ERROR)


def test_next_names_unreviewed_strips(work: Workspace) -> None:
    first = review_status(work.services, work.counters, number=3)
    assert len(first.next) == 3
    assert all(0 < one.narrows < 1 for one in first.next)
    work.mark()
    work.take()
    after = review_status(work.services, work.counters, number=9)
    assert len(after.next) == 5
    assert ("s3", "1") not in {(one.scene_id, one.track_id) for one in after.next}
    two = review_status(work.services, work.counters, number=9, scene_ids=["s2", "s1"])
    assert {one.scene_id for one in two.next} == {"s1", "s2"}


# ---------------------------------------------------------------------- what is refused
def refused(work: Workspace, *words: str) -> None:
    rows = len(work.rows)
    with pytest.raises(InputError) as caught:
        work.take()
    for word in words:
        assert word in str(caught.value)
    assert len(work.rows) == rows, "all or nothing"


def test_everything_that_is_wrong_is_said_at_once(work: Workspace) -> None:
    work.mark()
    work.add("cars", work.outline(300, 314), scene="s9", track="1")
    work.add("cars", work.outline(300, 314), scene="s3", track="7")
    work.add("cars", work.outline(300, 314, aside=6.0), scene="s3", track="1")
    work.add("cars", work.outline(300, 314), track="1")
    work.edit("cars", action=lambda r: "burn" if r["car"] == "s3/1/1" else r["action"])
    refused(
        work,
        "no scene 's9'",
        "no track '7'",
        "6.0 m from track 1",
        "names no scene",
        "'burn'",
        "nothing was taken over",
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"type": "spaceship"}, "type is 'spaceship'"),
        ({"cover": "wet"}, "cover is 'wet'"),
        ({"p": "2"}, "p is '2'"),
        ({"p": "often"}, "p is 'often'"),
    ],
)
def test_bad_attributes(work: Workspace, values: dict[str, str], words: str) -> None:
    work.mark()
    work.add("cars", work.outline(300, 314), scene="s3", track="1", **values)
    refused(work, words)


def test_bad_shapes_and_places(work: Workspace) -> None:
    work.mark()
    outline = work.outline(300, 314)
    work.add("cars", Outline(Shape.LINE, outline.points[:2]), scene="s3", track="1")
    refused(work, "is a line")
    work.edit("cars", lambda _, r: r["car"])
    work.add("cars", work.outline(300, 390), scene="s3", track="1")
    refused(work, "90.0 m long; a car is")
    work.edit("cars", lambda _, r: r["car"])
    work.add("cars", work.outline(21, 35), scene="s3", track="1")
    refused(work, "same place")


def test_strips_must_say_that_they_were_reviewed(work: Workspace) -> None:
    refused(work, "no strip is marked")
    work.edit("cars", lambda _, r: r["car"] != "s2/1/1")
    work.mark("s3", "1")
    refused(work, "scene s2, track 1", "reviewed = yes")
    work.edit("strips", reviewed="perhaps")
    refused(work, "'perhaps'")


def test_files_of_another_kind(work: Workspace) -> None:
    layers = work.files.held["r.gpkg"]
    strips = layers.pop("strips")
    refused(work, "no layer strips")
    layers["strips"] = strips
    work.mark()
    layers["cars"] = replace(layers["cars"], crs=None)
    refused(work, "no coordinate reference system")
    layers["cars"] = replace(layers["cars"], crs="EPSG:4")
    refused(work, "cannot be brought to longitude")
    with pytest.raises(InputError, match="--analyst"):
        work.take(analyst=" ")


def test_a_layer_in_another_system_is_brought_back(work: Workspace) -> None:
    work.mark()
    cars = work.layer("cars")
    swapped = tuple(o and Outline(o.shape, tuple((y, x) for x, y in o.points)) for o in cars.outlines)
    work.files.held["r.gpkg"]["cars"] = replace(cars, crs="EPSG:3", outlines=swapped)
    assert work.take().recorded == 1
    assert len(work.seen()) == 7


WORDS = st.one_of(
    st.none(), st.text(max_size=6), st.integers(), st.floats(allow_nan=False),
    st.sampled_from(["s3", "1", "2", "yes", "no", "keep", "delete", "add", "box", "open", "0.5"]),
)  # fmt: skip
COORDINATES = st.floats(-1e6, 1e6)


@given(
    values=st.fixed_dictionaries(dict.fromkeys(("scene", "track", "type", "cover", "p", "action", "note"), WORDS)),
    reviewed=WORDS,
    points=st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=4),
    on_track=st.booleans(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_ends_in_a_foreign_error(
    work: Workspace, values: dict[str, Any], reviewed: Any, points: list[tuple[float, float]], on_track: bool
) -> None:
    """Whatever stands in the file, it is taken over as a whole or refused as a whole."""
    work.export()
    work.mark()
    work.edit("strips", reviewed=lambda r: reviewed if r["track"] == "2" else r["reviewed"])
    work.add("cars", work.outline(300, 314) if on_track else Outline(Shape.POLYGON, tuple(points)), **values)
    rows = len(work.rows)
    try:
        record = work.take()
    except InputError:
        assert len(work.rows) == rows
    else:
        assert len(work.rows) == rows + record.recorded


def test_small_overlaps_are_shared_out(work: Workspace) -> None:
    work.mark()
    work.add("cars", work.outline(123.0, 137.0), scene="s3", track="1")
    work.take()
    before, after = work.seen()[-2:]
    assert before.end_m == after.start_m
    assert 123.0 < after.start_m < 125.0


def test_a_site_in_image_coordinates(make: Any) -> None:
    work = Workspace(make, PIXEL)
    work.export()
    cars = work.layer("cars")
    assert cars.crs is None
    assert all(y < 0 for o in cars.outlines if o for _, y in o.points), "QGIS draws an image below the axis"
    work.add("cars", work.outline(300.0, 314.0), scene="s3")
    work.mark()
    work.take()
    assert [round(c.start_m) for c in work.seen()][-1] == 300
    work.files.held["r.gpkg"]["cars"] = replace(cars, crs="EPSG:4326")
    refused(work, "on a map")


def test_scenes_that_cannot_be_exported(work: Workspace) -> None:
    with pytest.raises(InputError, match="no scene s9"):
        work.export(scene_ids=["s9"])
    work.rows.clear()
    with pytest.raises(InputError, match="no scene is counted yet"):
        work.export()
    with pytest.raises(InputError, match="s3 is not counted yet"):
        work.export(scene_ids=["s3"])


@given(st.floats(0, 790), st.floats(3.5, 25))
def test_outlines_and_stretches_are_inverse(start: float, length: float) -> None:
    for site in (SITE, PIXEL):
        count = counted(0, site, error=ERROR)
        lines = SceneLines(site, count, ReviewPlane.of(site))
        end = min(start + length, 820.0)
        corners = lines.outline("2", start, end)
        assert lines.stretch("2", corners) == pytest.approx((start, end), abs=1e-5)
        assert lines.aside_m("2", corners) == pytest.approx(0.0, abs=1e-5)
        assert lines.nearest(corners) == "2"
