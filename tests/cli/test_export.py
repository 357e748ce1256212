"""``wayside export`` on a workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from wayside.archive.catalogue import StaticCatalogue
from wayside.archive.tracks import read_site_file
from wayside.cli.progress import TerminalProgress
from wayside.model.cars import Car, CarType
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Observation, ObservationKind, SceneCount, TrackCount
from wayside.model.scenes import Licence, Scene
from wayside.pipeline.running import AUTHOR
from wayside.wiring import opened

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "export.json"
FORMS = ("geojson", "gpkg", "parquet", "csv", "stac")


def fill(root: Path, scenes: int = 12) -> None:
    """Put counts into a workspace, as a run leaves them; no image is looked at."""
    with TerminalProgress() as progress, opened(root, progress=progress) as workspace:
        site, store = workspace.site, workspace.services.store
        store.put_site(site, datetime(2024, 1, 1, tzinfo=UTC))
        catalogue = StaticCatalogue(workspace.workspace.scenes)
        rng = np.random.default_rng(3)
        for k in range(scenes):
            day = datetime(2023, 1 + k % 12, 5, 2, tzinfo=UTC)
            scene = Scene(f"s{k:02d}", day, 0.5, "1220" + f"{k:02x}" * 32, f"s{k}.tif", licence=Licence("CC0-1.0"))
            catalogue.add(scene)
            store.put_scenes(site.id, [scene])
            count = CountDistribution.from_interval(n := int(rng.integers(5, 20)), n - 2, n + 3)
            nothing = CountDistribution.exactly(0)
            tracks = tuple(
                TrackCount(t.id, 195.0, 1.0, 0.0, count, 14.0, (Car(10.0, 24.0, CarType.TANK, 0.9),))
                for t in site.tracks
            )
            result = SceneCount(
                CountStatus.COUNTED, 0.5, count, count, nothing, nothing, 28.0, tracks,
                workspace.services.counter.model, "wayside 0.1.0", {"tank": count},
            )  # fmt: skip
            store.record(Observation(site.id, scene.id, day, result, ObservationKind.AUTOMATIC, AUTHOR, day))


@pytest.fixture
def counted(workspace: Path) -> Path:
    fill(workspace)
    return workspace


@pytest.mark.parametrize("form", FORMS)
def test_each_format_is_written_where_it_says(counted: Path, wayside: Any, form: str) -> None:
    said = wayside("export", counted, "--to", form, "--json")
    assert said.code == 0, said
    jsonschema.validate(said.document, json.loads(SCHEMA.read_text()))
    path = Path(said.document["path"])
    assert path.parent == counted / "exports"
    for name in said.document["files"]:
        assert (path / name if path.is_dir() else path.parent / name).is_file()
    assert len(said.document["scenes"]) == 12
    assert said.document["features"]["cars"] == 24
    again = wayside("export", counted, "--to", form)
    assert again.code == 0, "the workspace's own export gives way"
    assert "12 scenes" in again.out


def test_one_scene_or_the_newest(counted: Path, wayside: Any, tmp_path: Path) -> None:
    for scene, expected in (("s03", ["s03"]), ("newest", ["s11"])):
        said = wayside("export", counted, "--to", "geojson", "--scene", scene, "--out", tmp_path / scene, "--json")
        assert said.document["scenes"] == expected
    refused = wayside("export", counted, "--to", "csv", "--scene", "../../etc/passwd", "--json")
    assert (refused.code, refused.error["error"]) == (2, "InputError")
    assert not (counted / "exports").exists()


def test_what_is_at_out_stays(counted: Path, wayside: Any, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    for more in ((), ("--replace",)):
        refused = wayside("export", counted, "--to", "csv", "--out", out, *more, "--json")
        assert (refused.code, refused.error["error"]) == (2, "InputError")
        assert [p.name for p in out.iterdir()] == ["notes.txt"]


def test_nothing_is_counted_yet(workspace: Path, wayside: Any) -> None:
    refused = wayside("export", workspace, "--to", "csv", "--json")
    assert (refused.code, refused.error["error"]) == (2, "InputError")
    assert "wayside run" in refused.error["todo"]


def test_a_site_in_pixels(tmp_path: Path, files: Any, wayside: Any) -> None:
    root = tmp_path / "pixels"
    assert wayside("init", root, "--site", files.tracks(pixel=True)).code == 0
    fill(root, 1)
    refused = wayside("export", root, "--to", "geojson", "--json")
    assert (refused.code, refused.error["error"]) == (2, "InputError")
    assert wayside("export", root, "--to", "gpkg").code == 0


def test_the_observations_answer_as_the_workspace_does(counted: Path, wayside: Callable[..., Any]) -> None:
    assert wayside("export", counted, "--to", "csv").code == 0
    table = next((counted / "exports").glob("*-csv")) / "observations.csv"
    own, read = (wayside("series", where, "--json").document for where in (counted, table))
    assert own["now"]["median"] > 0
    differing = [key for key in own if own[key] != read[key]]
    assert set(differing) <= {"site", "name", "source", "notes"}, differing


def test_a_count_under_a_hostile_site_id_goes_into_the_exports_folder(counted: Path, wayside: Any) -> None:
    settings = counted / "wayside.toml"
    site = read_site_file(counted / "site.geojson")
    assert replace(site, id="..").id == "..", "such an id is a site's"
    lines = ['id = ".."' if line.startswith("id = ") else line for line in settings.read_text().splitlines()]
    settings.write_text("\n".join(lines) + "\n")
    fill(counted, 1)
    said = wayside("export", counted, "--to", "csv", "--json")
    assert said.code == 0, said
    assert Path(said.document["path"]).parent == counted / "exports"
