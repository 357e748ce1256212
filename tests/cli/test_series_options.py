"""What one may ask of ``wayside series``: several sites, types, periods, the days ahead; of a table and a workspace."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from rich.console import Console

from wayside.cli.series_show import show_series, show_sides
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Observation, ObservationKind, SceneCount, TrackCount
from wayside.model.series import DatedEvent
from wayside.pipeline.progress import Silent
from wayside.pipeline.series_sides import SeriesRequest, analyse_chosen
from wayside.pipeline.tables import TableChoice, series_of_table
from wayside.series import Questions, SeriesSettings
from wayside.wiring import opened

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
WEIGHTS = Path(__file__).parents[2] / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")
FAR = 520_000.0
QUESTIONS = (
    "--above", 20, "--often", 20, "--period", "2022-02/2022-11", "--since", 20, "--highest",
    "--compare", "2022-02/2022-06", "2022-07/2022-11", "--forecast", 28,
)  # fmt: skip
QUICK = ("--dwell", 3, "--no-terms")
KINDS = ["days-above", "how-often", "since-when", "highest-since", "compare", "forecast"]


def valid(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Hold a document against its schema."""
    registry: Registry[Any] = Registry()
    for path in (SCHEMAS / "series.json", SCHEMAS / "series-sites.json"):
        contents = json.loads(path.read_text())
        Draft202012Validator.check_schema(contents)
        registry = registry.with_resource(contents["$id"], Resource.from_contents(contents))
    Draft202012Validator(json.loads((SCHEMAS / name).read_text()), registry=registry).validate(document)
    return document


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    rows = ["date,count,low,high,category,site"]
    for month in range(1, 13):
        n = 40 if month == 12 else 7 + month % 3
        rows += [f"2022-{month:02d}-10,{n},{n - 1},{n + 2},ore,N", f"2022-{month:02d}-12,{n // 2},,,ore,S"]
        rows += [f"2022-{month:02d}-10,2,1,3,box,N"]
    path.write_text("\n".join([*rows, "2018-01-01/2021-12-31,20,,,ore,B"]) + "\n")
    return path


# ---------------------------------------------------------------------- a table
def test_questions_are_answered_in_json_and_in_words(table: Path, wayside: Any) -> None:
    said = wayside("series", table, "--site", "N", *QUESTIONS, "--json")
    assert said.code == 0, said
    document = valid(said.document, "series.json")
    assert [a["question"] for a in document["asked"]] == KINDS
    assert (document["site"], document["category"]) == ("N", None)
    assert (document["asked"][0]["from"], document["asked"][0]["to"]) == ("2022-02-01", "2022-11-30")
    assert document["asked"][4]["second"]["from"] == "2022-07-01"
    assert len(document["asked"][5]["days"]) == 28
    assert document["asked"][5]["above"] == 20


def test_without_questions_nothing_is_asked(table: Path, wayside: Any) -> None:
    document = valid(wayside("series", table, "--site", "N", "--json").document, "series.json")
    assert document["asked"] == []
    again = wayside("series", table, "--site", "N", "--json").document
    assert again == document, "the same seed gives the same answers"
    assert wayside("series", table, "--site", "N", "--seed", 7, "--json").document["record"] != document["record"]


def test_dwell_and_terms_are_the_models(table: Path, wayside: Any) -> None:
    document = wayside("series", table, "--site", "N", "--dwell", 4, "--no-terms", "--json").document
    assert document["parameters"]["dwell_days"] == pytest.approx(4.0)
    assert document["terms"] == []
    assert [t["name"] for t in wayside("series", table, "--site", "N", "--json").document["terms"]] == [
        "season", "weekday",
    ]  # fmt: skip


def test_several_sites_stand_side_by_side_and_one_failure_is_listed(table: Path, wayside: Any) -> None:
    said = wayside("series", table, "--all-sites", *QUICK, "--json")
    assert (said.code, said.err) == (1, "")
    document = valid(said.document, "series-sites.json")
    assert [(one["site"], one["category"]) for one in document["sites"]] == [("N", None), ("S", None)]
    (failed,) = document["failed"]
    assert (failed["item"], failed["error"]) == ("B", "TableError")
    shown = wayside("series", table, "--all-sites", *QUICK)
    assert shown.code == 1
    assert "✗ B:" in shown.out
    two = wayside("series", table, "--site", "S", "--site", "N", *QUICK, "--json")
    assert two.code == 0
    assert [one["site"] for one in valid(two.document, "series-sites.json")["sites"]] == ["S", "N"]
    assert two.document["sites"][1] == document["sites"][0]


def test_types_of_a_table_come_before_their_total(table: Path, wayside: Any) -> None:
    said = wayside("series", table, "--site", "N", "--by-type", "--above", 20, *QUICK, "--json")
    assert said.code == 0, said
    sites = valid(said.document, "series-sites.json")["sites"]
    assert [(one["site"], one["category"]) for one in sites] == [("N", "ore"), ("N", "box"), ("N", None)]
    assert [one["now"]["median"] for one in sites] == [40, 2, 42]
    assert all(len(one["asked"]) == 1 for one in sites)
    assert sites[2] == {**wayside("series", table, "--site", "N", "--above", 20, *QUICK, "--json").document}


def test_the_day_after_tomorrow_lies_in_the_future(tmp_path: Path, wayside: Any) -> None:
    path = tmp_path / "t.csv"
    today = datetime.now(UTC).date()
    for days, code in ((0, 0), (3, 2)):
        path.write_text(f"date,count\n2023-01-01,8\n{today + timedelta(days=days)},9\n")
        said = wayside("series", path, "--json")
        assert said.code == code, said
    assert "lies in the future" in said.error["what"]


# ---------------------------------------------------------------------- the screen
@pytest.mark.parametrize("columns", [80, 120])
def test_a_screen_holds_every_line_and_keeps_numbers_whole(table: Path, columns: int) -> None:
    event = DatedEvent(date(2022, 11, 20), "A delegation visits for the seventieth anniversary of the armistice [1]")
    request = SeriesRequest(
        SeriesSettings(dwell_days=3.0),
        Questions(above=20, often=20, since=20, highest=True, forecast_days=28),
        (event, DatedEvent(date(2023, 2, 1), "too late")),
    )
    (one,) = analyse_chosen(series_of_table(table, TableChoice(("N",))), request).analysed
    paper = StringIO()
    show_series(Console(width=columns, file=paper), one, sensitivity=True)
    shown = paper.getvalue()
    lines = shown.splitlines()
    assert max(map(len, lines)) <= columns
    assert not [line for line in lines if "…" in line and "so that" not in line and "more than" not in line]
    assert "?" not in shown
    assert not [line for line in lines if line.lstrip().startswith("%")], "a percent sign stays with its number"
    for words in ("In words", "As asked", "The days after 2022-12-10", "Rise and events", "cars stay", "[1]"):
        assert words in shown
    assert "1 of 2 listed events is later than the newest count" in " ".join(shown.split())
    assert "too late" not in shown


def test_a_command_without_a_terminal_prints_the_same(table: Path, wayside: Any) -> None:
    shown = wayside("series", table, "--site", "N", *QUICK, "--highest", "--sensitivity")
    assert shown.code == 0, shown
    assert "Under other assumptions" in shown.out
    assert "Under other" not in wayside("series", table, "--site", "N", *QUICK, "--highest").out


@pytest.mark.parametrize("columns", [80, 120])
def test_names_of_sites_stay_whole_side_by_side(table: Path, columns: int) -> None:
    table.write_text(table.read_text().replace(",N\n", ",Tumangang\n").replace(",S\n", ",Sonbong North [2]\n"))
    settings = SeriesSettings(dwell_days=3.0, regular_terms=False)
    sides = analyse_chosen(series_of_table(table, TableChoice(all_sites=True)), SeriesRequest(settings))
    paper = StringIO()
    show_sides(Console(width=columns, file=paper), sides, sensitivity=False)
    lines = paper.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    for name in ("Tumangang ", "Sonbong North [2] "):
        (row,) = (line for line in lines if line.startswith(name))
        assert "%" in row
    assert sum("2022-12-10" in line or "2022-12-12" in line for line in lines) >= 2, "the newest days"


def test_many_series_are_a_table_alone(tmp_path: Path, wayside: Any) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,count,site\n" + "".join(f"2023-01-01,{i},yard {i}\n" for i in range(8)))
    shown = wayside("series", path, "--all-sites", *QUICK)
    assert shown.code == 0
    assert [f"yard {i}" in shown.out for i in range(8)] == [True] * 8
    assert "cannot be judged" not in shown.out


# ---------------------------------------------------------------------- a workspace
@pytest.fixture
def crossing(tmp_path: Path, files: Any, wayside: Any) -> Path:
    """Two sites with five counted scenes each, by the package's own network as far as the database knows."""
    other = files.tracks("far.geojson", east=FAR)
    other.write_text(json.dumps({**json.loads(other.read_text()), "id": "far", "name": "Far End"}))
    root = tmp_path / "crossing"
    assert wayside("init", root, "--site", files.tracks(), "--linked", other).code == 0
    for month in range(1, 6):
        image = files.geotiff(f"{month}.tif", seed=month)
        assert wayside("import", root, image, "--date", f"2023-0{month}-05").code == 0
    for site, counts in (("", (8, 9, 7, 8, 40)), ("far", (3, 4, 2, 3, 4))):
        count_by_hand(root, site, counts)
    return root


def count_by_hand(root: Path, site: str, counts: tuple[int, ...]) -> None:
    with opened(root, progress=Silent(), site=site) as workspace:
        services, store = workspace.services, workspace.database
        now = services.clock.now()
        store.put_site(services.site, now)
        scenes = services.catalogue.scenes()
        store.put_scenes(services.site.id, scenes)
        for scene, n in zip(scenes, counts, strict=True):
            result = scene_count(n, services.counter.model)
            store.record(Observation(services.site.id, scene.id, scene.acquired, result, ObservationKind.AUTOMATIC,
                                     "wayside", now))  # fmt: skip


def scene_count(n: int, model: str) -> SceneCount:
    count, none = CountDistribution.from_interval(n, n - 1, n + 2), CountDistribution.exactly(0)
    types = {"gondola": CountDistribution.exactly(n - 1), "box": CountDistribution.exactly(1), "tank": none}
    tracks = tuple(TrackCount(name, 195.0, 1.0, 0.0, count, 100.0) for name in ("1", "2"))
    return SceneCount(CountStatus.COUNTED, 0.5, count, count, none, none, 100.0, tracks, model, "wayside 0",
                      by_type=types)  # fmt: skip


def as_table(folder: Path, site: str, counts: tuple[int, ...]) -> Path:
    path = folder / f"{site}.csv"
    rows = (f"2023-0{m}-05,{n},{n - 1},{n + 2},0.5,{site}\n" for m, n in enumerate(counts, start=1))
    path.write_text("date,count,low,high,gsd_m,site\n" + "".join(rows))
    return path


@needs_weights
def test_a_workspace_and_a_table_say_the_same_to_the_byte(crossing: Path, tmp_path: Path, wayside: Any) -> None:
    table = as_table(tmp_path, "Test-Yard", (8, 9, 7, 8, 40))
    asked = ("--above", 20, "--highest", "--forecast", 14, "--seed", 5, "--json")
    ours = wayside("series", crossing, *asked)
    assert ours.code == 0, ours
    assert ours.out == wayside("series", table, *asked).out
    valid(ours.document, "series.json")


@needs_weights
def test_a_workspace_shows_its_sites_and_types_side_by_side(crossing: Path, wayside: Any) -> None:
    both = wayside("series", crossing, "--all-sites", *QUICK, "--json")
    assert both.code == 0, both
    sites = valid(both.document, "series-sites.json")["sites"]
    assert [(one["site"], one["now"]["median"]) for one in sites] == [("Test-Yard", 40), ("far", 4)]
    assert "is learnt from Far End too" in sites[0]["notes"][-1]
    named = wayside("series", crossing, "--site", "Test-Yard", "--site", "far", *QUICK, "--json")
    assert named.document == both.document
    types = wayside("series", crossing, "--site", "far", "--by-type", *QUICK, "--json")
    rows = [(one["category"], one["now"]["median"]) for one in valid(types.document, "series-sites.json")["sites"]]
    assert rows == [("gondola", 3), ("box", 1), (None, 4)]
    alone = wayside("series", crossing, "--category", "gondola", *QUICK, "--json").document
    assert alone["now"]["median"] == 39
    shown = wayside("series", crossing, "--all-sites", *QUICK)
    assert "Far End" in shown.out


@needs_weights
def test_a_site_of_a_workspace_that_fails_is_listed(crossing: Path, wayside: Any) -> None:
    (crossing / "site-far.geojson").write_text("{")
    said = wayside("series", crossing, "--all-sites", *QUICK, "--json")
    assert said.code == 1, said
    document = valid(said.document, "series-sites.json")
    assert [one["site"] for one in document["sites"]] == ["Test-Yard"]
    assert [f["item"] for f in document["failed"]] == ["far"]


# ---------------------------------------------------------------------- starting up
def modules_of(*arguments: str) -> set[str]:
    code = (
        "import sys; from wayside.cli.main import execute; execute(sys.argv[1:]); "
        "sys.stderr.write(' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_loads_no_numbers_and_a_series_no_statistics(table: Path) -> None:
    assert not {"numpy", "scipy", "rasterio"} & modules_of("series", "--help")
    loaded = modules_of("series", str(table), "--site", "N", "--json")
    assert "numpy" in loaded
    assert not {"scipy.stats", "scipy.optimize", "rasterio", "rich", "sqlalchemy"} & loaded
