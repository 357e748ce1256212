"""The commands as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

import wayside
from wayside._version import __version__
from wayside.cli.exits import EXIT_CODES, describe, exit_code_of
from wayside.cli.progress import TerminalProgress
from wayside.cli.reference import command_reference

DOCS = Path(__file__).parents[2] / "docs"
WEIGHTS = Path(wayside.__file__).parent / "counting" / "weights" / "strip-net-1.onnx"
needs_weights = pytest.mark.skipif(not WEIGHTS.is_file(), reason="the package has no trained weights here")


def schema(name: str) -> Any:
    path = DOCS / "schemas" / name
    if not path.is_file():
        pytest.skip(f"no schema yet: {name}")
    return json.loads(path.read_text())


def test_the_command_reference_is_what_the_program_says() -> None:
    assert (DOCS / "commands.md").read_text() == command_reference(), (
        "python -m wayside.cli.reference > docs/commands.md"
    )


def test_every_error_of_the_tree_has_an_exit_code() -> None:
    from wayside import errors

    classes = [getattr(errors, name) for name in errors.__all__]
    assert {c.exit_code for c in classes} <= set(EXIT_CODES)


def test_an_interruption_is_told_and_ends_with_130() -> None:
    assert exit_code_of(KeyboardInterrupt()) == 130
    assert describe(KeyboardInterrupt())["todo"] == "Run again to go on"
    assert (exit_code_of(ZeroDivisionError("x")), describe(ZeroDivisionError("x"))["error"]) == (3, "InternalError")


def test_every_command_has_json(wayside: Any) -> None:
    names = [line.split()[0] for line in wayside("--help").out.split("Commands:")[1].strip().splitlines()]
    assert {"init", "import", "run", "count", "series", "coverage", "report"} <= set(names)
    for name in names:
        assert "--json" in wayside(name, "--help").out, name


def test_version(wayside: Any) -> None:
    assert wayside("--version").out.strip() == f"wayside {__version__}"


def test_help_is_quick() -> None:
    """Nothing heavy is loaded before a command is chosen."""
    program = (
        "import sys; sys.argv = ['wayside', '--help']; from wayside.cli.main import execute; execute(['--help'])\n"
    )
    program += "heavy = {'numpy', 'rasterio', 'sqlalchemy', 'onnxruntime', 'trafilatura'} & set(sys.modules)\n"
    program += "sys.exit(', '.join(heavy) or 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_init_and_import(workspace: Path, files: Any, wayside: Any) -> None:
    image = files.geotiff()
    said = wayside("import", workspace, image, "--date", "2023-10-05T02:11Z", "--licence", "CC-BY-4.0",
                   "--attribution", "(c) Somebody", "--publishable", "--provider", "Somebody", "--json")  # fmt: skip
    assert said.code == 0
    jsonschema.validate(said.document, schema("run.json"))
    (scene_id,) = said.document["done"]
    item = json.loads((workspace / "scenes" / f"{scene_id}.json").read_text())
    assert item["properties"]["license"] == "CC-BY-4.0"
    assert item["properties"]["datetime"] == "2023-10-05T02:11:00Z"
    with rasterio.open(workspace / "scenes" / f"{scene_id}.tif") as stored, rasterio.open(image) as original:
        assert (stored.read() == original.read()).all()
        assert stored.crs == original.crs
    again = wayside("import", workspace, image, "--date", "2024-01-01", "--json")
    assert (again.code, again.document["done"]) == (0, [])
    assert "already" in again.document["skipped"][0]["reason"]
    names = sorted(p.name for p in (workspace / "scenes").iterdir())
    assert names == sorted(["catalog.json", "collection.json", f"{scene_id}.json", f"{scene_id}.tif"])


def test_names_with_brackets_are_printed_as_they_are(tmp_path: Path, files: Any, wayside: Any) -> None:
    root = tmp_path / "[bold]w[/red]"
    assert wayside("init", root, "--site", files.tracks(), "--name", "[/x]Yard [1]").code == 0
    (files.folder / "[1].tif").write_text("no image")
    (files.folder / "[2].tif").write_text("no image")
    said = wayside("import", root, files.folder / "[1].tif", files.folder / "[2].tif", "--date", "2023-10-05")
    assert said.code == 1
    assert "[1].tif" in "".join(said.out.split())


def test_a_screenshot_with_a_known_gsd_is_taken_in(tmp_path: Path, files: Any, wayside: Any) -> None:
    root = tmp_path / "w"
    assert wayside("init", root, "--site", files.tracks(pixel=True), "--name", "A B", "--json").document["site"] == {
        "id": "Test-Yard",
        "name": "A B",
    }
    assert wayside("import", root, files.png(), "--date", "2023-10-05", "--gsd", 0.5).code == 0


def test_series_of_a_table(tmp_path: Path, wayside: Any) -> None:
    table, events = tmp_path / "t.csv", tmp_path / "e.csv"
    table.write_text(
        "date,count\n" + "".join(f"2023-{m:02d}-01,{8 + m % 3}\n" for m in range(1, 10)) + "2023-10-05,40\n"
    )
    events.write_text("date,event\n2023-09-20,summit\n")
    said = wayside("series", table, "--events", events, "--json")
    assert said.code == 0
    jsonschema.validate(said.document, schema("series.json"))
    assert said.document["now"]["median"] == 40
    assert said.document["record"]["p_exceeds_observed"] > 0.99
    assert said.document["events"][0]["event"] == "summit"
    shown = wayside("series", table, "--events", events, "--until", "2023-09-02")
    assert shown.code == 0
    assert "2023-09-01" in shown.out


def test_coverage_of_articles(tmp_path: Path, wayside: Any) -> None:
    article, count = tmp_path / "1.txt", tmp_path / "c.json"
    article.write_text("Busy yard\n\nThe pictures show at least 70 freight cars at the station, Ann Lee said.\n")
    count.write_text(json.dumps({"freight": {"pmf": {"first": 73, "p": [1.0]}}}))
    said = wayside("coverage", article, "--measured", count, "--json")
    assert said.code == 0
    assert any(c["quantity"]["low"] == 70 for c in said.document["claims"])
    shown = wayside("coverage", article)
    assert "freight cars" in shown.out


@needs_weights
def test_count_gives_the_promised_json(files: Any, wayside: Any, tmp_path: Path) -> None:
    image, tracks = files.geotiff(), files.tracks()
    said = wayside("count", image, "--tracks", tracks, "--strips", tmp_path / "strips", "--json")
    assert said.code == 0, said
    jsonschema.validate(said.document, schema("count.json"))
    assert [t["id"] for t in said.document["tracks"]] == ["1", "2"]
    with pytest.warns(NotGeoreferencedWarning), rasterio.open(tmp_path / "strips" / "strip-1.png") as strip:
        assert (strip.count, strip.height) == (3, 32)
    shown = wayside("count", image, "--tracks", tracks)
    assert "Freight cars" in shown.out


@needs_weights
def test_pixel_and_map_coordinates_give_the_same_count(files: Any, wayside: Any) -> None:
    image = files.geotiff()
    by_map = wayside("count", image, "--tracks", files.tracks(), "--json").document
    by_pixel = wayside("count", image, "--tracks", files.tracks("p.json", pixel=True), "--json").document
    assert by_map["count"]["median"] == by_pixel["count"]["median"]
    assert by_map["tracks"][0]["length_m"] == pytest.approx(by_pixel["tracks"][0]["length_m"], rel=0.01)


@needs_weights
def test_scenes_are_counted_in_several_processes(workspace: Path, files: Any, wayside: Any) -> None:
    for month in range(1, 6):
        image = files.geotiff(f"{month}.tif", seed=month)
        assert wayside("import", workspace, image, "--date", f"2023-0{month}-05", "--publishable").code == 0
    said = wayside("run", workspace, "--jobs", 2, "--json")
    assert (said.code, len(said.document["done"])) == (0, 5), said


@needs_weights
def test_the_whole_walk(workspace: Path, files: Any, wayside: Any) -> None:
    for month in (1, 2, 3):
        image = files.geotiff(f"{month}.tif", seed=month)
        assert wayside("import", workspace, image, "--date", f"2023-0{month}-05", "--publishable").code == 0
    said = wayside("run", workspace, "--jobs", 1, "--json")
    assert said.code == 0, said
    jsonschema.validate(said.document, schema("run.json"))
    assert len(said.document["done"]) == 3
    assert (workspace / "reports" / "report.html").read_text().startswith("<!")
    jsonschema.validate(json.loads((workspace / "reports" / "assessment.json").read_text()), schema("assessment.json"))
    again = wayside("run", workspace, "--json").document
    assert (again["done"], len(again["skipped"])) == ([], 3)
    assert wayside("report", workspace).code == 0
    assert wayside("series", workspace, "--json").document["date"] == "2023-03-05"


# ---------------------------------------------------------------------- the program itself
def test_python_m_wayside_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wayside", "series", str(tmp_path / "none.csv"), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["what"] == "there is no such file"
    assert done.stderr == ""


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m wayside --help | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "Traceback" not in done.stderr


def test_a_progress_bar_is_shown_only_after_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    def steps(times: list[float], *, enabled: bool) -> str:
        with TerminalProgress(enabled=enabled, clock=iter(times).__next__) as progress:
            progress.start("Counting scenes", 3)
            progress.advance("s1")
        return capsys.readouterr().err

    assert steps([0.0, 0.9], enabled=True) == ""
    assert "Counting scenes" in steps([0.0, 1.1], enabled=True)
    assert steps([0.0, 1.1], enabled=False) == ""
