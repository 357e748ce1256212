"""Two ends of a crossing in one workspace: each has its own counts, series and report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from wayside.wiring import site_ids

ROOT = Path(__file__).parents[2]
FAR = 520_000.0
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")


@pytest.fixture
def linked(tmp_path: Path, files: Any, wayside: Any) -> Path:
    other = files.tracks("far.geojson", east=FAR)
    other.write_text(json.dumps({**json.loads(other.read_text()), "id": "far", "name": "Far End"}))
    root = tmp_path / "crossing"
    assert wayside("init", root, "--site", files.tracks(), "--linked", other).code == 0
    return root


def test_a_workspace_names_its_sites(linked: Path) -> None:
    assert site_ids(linked) == ("Test-Yard", "far")


@needs_weights
def test_each_site_has_its_own_counts_and_report(linked: Path, files: Any, wayside: Any) -> None:
    for month, east in ((1, None), (2, None), (3, FAR)):
        image = files.geotiff(f"{month}.tif", seed=month, **({} if east is None else {"east": east}))
        assert wayside("import", linked, image, "--date", f"2023-0{month}-05", "--publishable").code == 0
    said = wayside("run", linked, "--jobs", 1, "--json")
    assert said.code == 0, said
    jsonschema.validate(said.document, json.loads((ROOT / "docs" / "schemas" / "run.json").read_text()))
    assert len(said.document["done"]) == 2
    assert [skip["reason"] for skip in said.document["skipped"]] == ["it does not show this site"]
    other = said.document["linked"]["far"]
    assert (len(other["done"]), len(other["skipped"])) == (1, 2)
    for folder, name in ((linked / "reports", "Test Yard"), (linked / "reports" / "far", "Far End")):
        assert json.loads((folder / "assessment.json").read_text())["site"]["name"] == name
    assert wayside("series", linked, "--site", "far", "--json").document["date"] == "2023-03-05"
    assert wayside("series", linked, "--json").document["date"] == "2023-02-05"
    shown = wayside("report", linked)
    assert shown.code == 0
    assert "far" in shown.out


@needs_weights
def test_a_linked_site_without_scenes_does_not_take_the_first_with_it(linked: Path, files: Any, wayside: Any) -> None:
    assert wayside("import", linked, files.geotiff(), "--date", "2023-01-05").code == 0
    said = wayside("run", linked, "--jobs", 1, "--json")
    assert said.code == 1, said
    assert said.document["failed"] == []
    assert len(said.document["linked"]["far"]["failed"]) == 1


def test_two_sites_of_one_id_are_refused(tmp_path: Path, files: Any, wayside: Any) -> None:
    said = wayside("init", tmp_path / "w", "--site", files.tracks(), "--linked", files.tracks("other.geojson"))
    assert said.code == 2
    assert "two sites have the id" in said.err
    assert not (tmp_path / "w").exists()


def test_a_site_that_is_not_there(linked: Path, wayside: Any) -> None:
    said = wayside("series", linked, "--site", "near")
    assert said.code == 2
    assert "no site 'near'" in said.err
    assert "Test-Yard, far" in said.err
    (linked / "site-far.geojson").unlink()
    assert wayside("series", linked, "--site", "far").code == 2
