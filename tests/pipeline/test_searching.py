"""The search on fakes: gaps and failures are listed, nothing is fetched twice, a run goes on without its catalogues."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from wayside.errors import ImageError, InputError, OutsideError, SourceError
from wayside.model.acquisitions import Acquisition, FoundScene, Gap, SceneAsset
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.sources import CatalogueSource, SceneQuery
from wayside.pipeline.ports import AddedScene
from wayside.pipeline.progress import Silent
from wayside.pipeline.running import RunSettings, run_workspace
from wayside.pipeline.searching import Found, SceneSearch, found_to_json, query_of, search_workspace
from wayside.series import SeriesSettings

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
RING = tuple(MapPoint(*p) for p in [(130.0, 42.0), (131.0, 42.0), (131.0, 43.0), (130.0, 43.0), (130.0, 42.0)])
ONE, TWO = CatalogueSource("one", "https://one.org"), CatalogueSource("two", "https://two.org")


def item(source: str, number: int) -> FoundScene:
    asset = SceneAsset("visual", f"https://{source}.org/{number}.tif")
    acquired = NOW - timedelta(days=30 * number)
    return FoundScene(source, f"https://{source}.org", "c", f"s{number}", acquired, (RING,), (asset,))


@dataclass
class ListedCatalogues:
    """Answers what it is told to; items of one number are one look."""

    make: Any
    answers: dict[str, Found | Exception]
    archive: Any
    broken: set[str] = field(default_factory=set)
    asked: list[tuple[str, SceneQuery]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def search(self, source: CatalogueSource, query: SceneQuery) -> Found:
        self.asked.append((source.name, query))
        answer = self.answers[source.name]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def merge(self, found: Sequence[FoundScene], query: SceneQuery) -> tuple[Acquisition, ...]:
        looks: dict[str, list[FoundScene]] = {}
        for one in found:
            looks.setdefault(one.item, []).append(one)
        return tuple(Acquisition(name, tuple(tiles[:1]), tuple(tiles[1:])) for name, tiles in looks.items())

    def in_archive(self, acquisition: Acquisition) -> bool:
        return any(scene.id == acquisition.id for scene in self.archive.held)

    def fetch(self, acquisition: Acquisition) -> AddedScene:
        if acquisition.id in self.broken:
            raise ImageError("the image cannot be read", where=acquisition.id)
        self.fetched.append(acquisition.id)
        scene = self.make.scene(int(acquisition.id[1:]))
        self.archive.held.append(scene)
        return AddedScene(scene, new=True, notes=("a note",))


def searched(
    make: Any, catalogues: ListedCatalogues, sources: tuple[CatalogueSource, ...], *, fetch: bool = True
) -> Any:
    search = SceneSearch(catalogues, sources)
    return search_workspace(search, make.site, store=make.store(), clock=make.clock(), progress=Silent(), fetch=fetch)


def test_everything_found_is_fetched_once(make: Any) -> None:
    answers = {"one": Found((item("one", 1), item("one", 2))), "two": Found((item("two", 2), item("two", 3)))}
    catalogues = ListedCatalogues(make, answers, make.catalogue())
    result = searched(make, catalogues, (ONE, TWO))
    assert catalogues.fetched == ["s1", "s2", "s3"] == list(result.record.done)
    assert (result.record.exit_code, result.record.notes) == (0, ("a note",))
    again = searched(make, catalogues, (ONE, TWO))
    assert again.record.done == ()
    assert {skip.reason for skip in again.record.skipped} == {"in the archive already"}
    assert len(catalogues.fetched) == 3
    listed = found_to_json(again.acquisitions, again.held)
    assert [one["others"] for one in listed] == [[], ["two/c/s2"], []]
    assert all(one["in_archive"] for one in listed)
    assert json.loads(json.dumps(listed)) == listed


def test_a_list_fetches_nothing(make: Any) -> None:
    catalogues = ListedCatalogues(make, {"one": Found((item("one", 1),))}, make.catalogue())
    result = searched(make, catalogues, (ONE,), fetch=False)
    assert (catalogues.fetched, result.held) == ([], {"s1": False})


def test_a_source_that_fails_is_a_gap(make: Any) -> None:
    down = SourceError("no answer within 30 s", where="https://one.org", todo="Try again later")
    answers = {"one": down, "two": Found((item("two", 1),), (Gap("two", "page 3 is damaged"),))}
    result = searched(make, ListedCatalogues(make, answers, make.catalogue()), (ONE, TWO))
    assert result.record.done == ("s1",)
    assert result.record.gaps == (
        Gap("one", "no answer within 30 s", "Try again later"),
        Gap("two", "page 3 is damaged"),
    )
    assert result.record.exit_code == 1


def test_no_source_at_all_is_a_failure(make: Any) -> None:
    down = SourceError("no answer", where="https://one.org")
    with pytest.raises(OutsideError, match="no answer"):
        searched(make, ListedCatalogues(make, {"one": down, "two": down}, make.catalogue()), (ONE, TWO))
    with pytest.raises(InputError, match="no catalogue is named"):
        searched(make, ListedCatalogues(make, {}, make.catalogue()), ())


def test_a_download_that_fails_leaves_the_others(make: Any) -> None:
    found = Found(tuple(item("one", n) for n in range(3)))
    catalogues = ListedCatalogues(make, {"one": found}, make.catalogue(), broken={"s1"})
    result = searched(make, catalogues, (ONE,))
    assert result.record.done == ("s0", "s2")
    assert [(f.item, f.error) for f in result.record.failed] == [("s1", "ImageError")]


def test_a_run_brings_what_is_new_and_counts_it(make: Any) -> None:
    services = make.services({"s1": 10, "s2": 12}, [make.scene(2)])
    catalogues = ListedCatalogues(make, {"one": Found((item("one", 1), item("one", 2)))}, services.catalogue)
    services = replace(services, search=SceneSearch(catalogues, (ONE,)))
    result = run_workspace(services, RunSettings(series=SeriesSettings(paths=40, levels=50)))
    assert catalogues.fetched == ["s1"]
    assert sorted(result.record.done) == ["s1", "s2"]
    assert "1 new scene was fetched" in result.record.notes
    assert result.record.skipped == ()


def test_a_run_goes_on_without_its_catalogues(make: Any) -> None:
    services = make.services({"s2": 12}, [make.scene(2)])
    catalogues = ListedCatalogues(make, {"one": SourceError("no answer", where="u")}, services.catalogue)
    services = replace(services, search=SceneSearch(catalogues, (ONE,)))
    result = run_workspace(services, RunSettings(series=SeriesSettings(paths=40, levels=50)))
    assert result.record.done == ("s2",)
    assert [f.item for f in result.record.failed] == ["search"]
    assert result.record.gaps == (Gap("one", "no answer", ""),)


def test_the_query_is_the_sites_place_and_the_stricter_limits(make: Any) -> None:
    source = CatalogueSource("one", "https://one.org", gsd_min_m=0.01, gsd_max_m=1.0, cloud_max_pct=30)
    search = SceneSearch(ListedCatalogues(make, {}, make.catalogue()), (source,), days=10)
    query = query_of(search, source, make.site, now=NOW)
    assert (query.start, query.end.date()) == (datetime(2024, 2, 20, tzinfo=UTC), date(2024, 3, 1))
    assert (query.gsd_min_m, query.gsd_max_m, query.cloud_max_pct) == (0.05, 1.0, 30)
    west, south, east, north = query.bbox
    # 50 m on every side: 0.00045 degrees of latitude; at 42.4 degrees north a degree of longitude is 0.738 as long.
    assert (42.4 - south, north - 42.41) == pytest.approx((0.000449, 0.000449), rel=1e-2)
    assert (130.5 - west, east - 130.51) == pytest.approx((0.000608, 0.000608), rel=1e-2)
    exact = replace(search, first=date(2020, 1, 1), last=date(2020, 1, 2))
    assert query_of(exact, source, make.site, now=NOW).end.date() == date(2020, 1, 2)


def test_image_coordinates_have_no_place_to_search(make: Any) -> None:
    track = Track("1", (MapPoint(3.0, 4.0), MapPoint(50.0, 4.0)), system=CoordinateSystem.PIXEL)
    site = Site("p", "P", (track,))
    search = SceneSearch(ListedCatalogues(make, {}, make.catalogue()), (ONE,))
    with pytest.raises(InputError, match="no place to search"):
        query_of(search, ONE, site, now=NOW)
