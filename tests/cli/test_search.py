"""From a catalogue over HTTP into a workspace, and through a run: real files, a real server, the real program."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rasterio
from range_server import Behaviour, RangeServer

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")
SCHEMA = json.loads((ROOT / "docs" / "schemas" / "run.json").read_text())
MONTHS = range(1, 5)


@pytest.fixture
def published(tmp_path: Path, files: Any, wayside: Any) -> Path:
    """Another workspace, whose archive is a static catalogue of four scenes."""
    root = tmp_path / "published"
    assert wayside("init", root, "--site", files.tracks()).code == 0
    for month in MONTHS:
        image = files.geotiff(f"{month}.tif", seed=month)
        said = wayside("import", root, image, "--date", f"2023-0{month}-05T02:00Z", "--licence", "CC-BY-4.0",
                       "--provider", "Somebody", "--platform", "Sat-1")  # fmt: skip
        assert said.code == 0
    return root


@pytest.fixture
def server(published: Path) -> Iterator[RangeServer]:
    with RangeServer(published / "scenes") as running:
        yield running


def source(root: Path, url: str, name: str = "one", more: str = "") -> None:
    """Name a catalogue in a workspace's settings."""
    settings = root / "wayside.toml"
    settings.write_text(f'{settings.read_text()}\n[[source]]\nname = "{name}"\nurl = "{url}"\nlocal = true\n{more}')


def searched(wayside: Any, root: Path, *more: object) -> Any:
    said = wayside("search", root, "--from", "2023-01-01", "--to", "2023-12-31", *more, "--json")
    if "error" not in said.document:
        jsonschema.validate(said.document, SCHEMA)
    return said


def images(root: Path) -> list[Path]:
    return sorted(p for p in (root / "scenes").glob("*.tif") if p.stem.count(".") == 0)


def test_a_list_and_then_the_scenes(workspace: Path, server: RangeServer, wayside: Any, published: Path) -> None:
    source(workspace, server.url("catalog.json"))
    listed = searched(wayside, workspace)
    assert listed.code == 0, listed
    assert [one["acquired"][:7] for one in listed.document["found"]] == [f"2023-0{m}" for m in MONTHS]
    assert {one["publishable"] for one in listed.document["found"]} == {"with attribution"}
    assert listed.document["done"] == []
    assert images(workspace) == []
    fetched = searched(wayside, workspace, "--fetch")
    assert (fetched.code, len(fetched.document["done"])) == (0, 4), fetched
    for image, original in zip(images(workspace), images(published), strict=True):
        with rasterio.open(image) as stored, rasterio.open(original) as whole:
            seen = stored.read_masks(1) > 0
            window = rasterio.windows.from_bounds(*stored.bounds, whole.transform).round_offsets().round_lengths()
            assert seen.mean() > 0.3
            assert (stored.read()[:, seen] == whole.read(window=window)[:, seen]).all()
    item = json.loads(next((workspace / "scenes").glob("2023*.json")).read_text())
    assert item["properties"]["wayside:provenance"]["items"][0]["source"] == "one"
    assert {"image", "overview"} <= set(item["assets"])


def test_what_is_held_is_not_fetched_again(workspace: Path, server: RangeServer, wayside: Any) -> None:
    source(workspace, server.url("catalog.json"))
    searched(wayside, workspace, "--fetch")
    server.forget()
    again = searched(wayside, workspace, "--fetch")
    assert again.document["done"] == []
    assert {skip["reason"] for skip in again.document["skipped"]} == {"in the archive already"}
    assert all(one["in_archive"] for one in again.document["found"])
    assert not [r for r in server.requests if r.path.endswith(".tif")]


def test_one_image_that_fails_leaves_the_others(workspace: Path, server: RangeServer, wayside: Any) -> None:
    source(workspace, server.url("catalog.json"))
    bad = searched(wayside, workspace).document["found"][1]
    server.on(f"/{bad['items'][0]}.tif", Behaviour(status=404))
    said = searched(wayside, workspace, "--fetch")
    assert (said.code, len(said.document["done"])) == (1, 3), said
    assert [failure["item"] for failure in said.document["failed"]] == [bad["id"]]
    assert len(images(workspace)) == 3
    assert not list((workspace / "scenes").glob(".*"))
    server.on(f"/{bad['items'][0]}.tif", Behaviour())
    mended = searched(wayside, workspace, "--fetch")
    assert (mended.code, mended.document["done"]) == (0, [bad["id"]]), mended


@needs_weights
def test_a_run_searches_fetches_and_counts(workspace: Path, server: RangeServer, wayside: Any, published: Path) -> None:
    source(workspace, server.url("catalog.json"), more="cloud_max_pct = 80\n")
    toml = workspace / "wayside.toml"
    toml.write_text(
        toml.read_text().replace('from = ""', 'from = "2023-01-01"').replace('to = ""', 'to = "2023-12-31"')
    )
    said = wayside("run", workspace, "--jobs", 1, "--json")
    assert (said.code, len(said.document["done"])) == (0, 4), said
    assert "4 new scenes were fetched" in said.document["notes"]
    assert wayside("run", published, "--jobs", 1, "--no-search", "--json").code == 0
    assert counts(workspace) == counts(published)
    again = wayside("run", workspace, "--jobs", 1, "--json").document
    assert (again["done"], len(again["skipped"])) == ([], 4)


def counts(root: Path) -> list[tuple[str, int, int, int]]:
    with sqlite3.connect(root / "wayside.db") as db:
        rows = db.execute(
            "SELECT acquired, count_median, count_low90, count_high90 FROM observations ORDER BY acquired"
        )
        return list(rows)


def test_the_same_looks_from_two_catalogues_come_once(
    workspace: Path, server: RangeServer, wayside: Any, published: Path
) -> None:
    source(workspace, server.url("catalog.json"))
    source(workspace, str(published / "scenes" / "catalog.json"), "two")
    said = searched(wayside, workspace, "--fetch")
    assert (said.code, len(said.document["done"])) == (0, 4), said
    assert all(len(one["others"]) == 1 for one in said.document["found"])


def test_a_source_that_is_down_is_a_gap(workspace: Path, server: RangeServer, wayside: Any) -> None:
    source(workspace, server.url("catalog.json"))
    source(workspace, server.url("nothing.json"), "two")
    said = searched(wayside, workspace, "--fetch")
    assert (said.code, len(said.document["done"])) == (1, 4), said
    assert [gap["where"] for gap in said.document["gaps"]] == ["two"]


def test_no_source_and_no_answer(workspace: Path, server: RangeServer, wayside: Any) -> None:
    assert wayside("search", workspace).code == 2
    said = searched(wayside, workspace, "--stac", server.url("nothing.json"))
    assert (said.code, said.document["error"]["error"]) == (3, "SourceError")
    said = searched(wayside, workspace, "--stac", "https://192.168.1.1/stac")
    assert (said.code, said.document["error"]["error"]) == (2, "AddressRefusedError")
    assert wayside("search", workspace, "--collection", "c").code == 2
    assert wayside("search", workspace, "--from", "2023-02-30").code == 2
    turned = ("--stac", server.url("catalog.json"), "--from", "2023-02-03", "--to", "2023-01-01")
    assert wayside("search", workspace, *turned).code == 2


def test_a_secret_that_is_missing_is_said_before_anything_is_sent(
    workspace: Path, server: RangeServer, wayside: Any
) -> None:
    source(workspace, server.url("catalog.json"), more='auth = "bearer"\nauth_variable = "WAYSIDE_TEST_NO_SUCH"\n')
    said = searched(wayside, workspace)
    assert said.code == 2
    assert "WAYSIDE_TEST_NO_SUCH" in said.out
    assert server.requests == []
