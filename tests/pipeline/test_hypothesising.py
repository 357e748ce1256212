"""The analyst's file and competing hypotheses of a workspace, on fakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wayside.assessment.hypotheses import standing_ids
from wayside.errors import ConfigError, InputError
from wayside.model.hypotheses import Entered
from wayside.pipeline.hypothesising import entered_from, hypothesise
from wayside.pipeline.running import RunSettings
from wayside.series import SeriesSettings

FAST = RunSettings(series=SeriesSettings(paths=40, levels=50))
FILE = '[analyst]\nname = "N. Fictional"\n[standing]\nuse = ["works", "backlog"]\n'


@pytest.fixture
def services(make: Any) -> Any:
    """A workspace with five counted scenes."""
    scenes = [make.scene(n) for n in range(5)]
    made = make.services({}, scenes)
    made.store.put_site(made.site, make.now)
    made.store.put_scenes(made.site.id, scenes)
    for scene, cars in zip(scenes, (40, 10, 11, 9, 8), strict=True):
        made.store.record(make.observation(scene, cars))
    return made


def test_without_a_file_the_standing_set_is_offered(services: Any, tmp_path: Path) -> None:
    entered = entered_from(tmp_path / "analyst.toml")
    assert entered == Entered()
    done = hypothesise(services, FAST, entered)
    assert done.offered
    assert {one.id for one in done.competing.hypotheses} == set(standing_ids())


def test_a_file_sets_up_its_own(services: Any, tmp_path: Path) -> None:
    path = tmp_path / "analyst.toml"
    path.write_text(FILE, encoding="utf-8")
    done = hypothesise(services, FAST, entered_from(path))
    assert not done.offered
    assert {one.id for one in done.competing.hypotheses} == {"works", "backlog"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_form_is_written_once_and_read_again(services: Any, tmp_path: Path, language: str) -> None:
    path = tmp_path / "form.toml"
    done = hypothesise(services, FAST, Entered(), form=path, language=language)
    assert done.form == path
    assert entered_from(path) == Entered(standing=standing_ids())
    kept = path.read_bytes()
    with pytest.raises(InputError, match="there already"):
        hypothesise(services, FAST, Entered(), form=path)
    assert path.read_bytes() == kept
    assert [one.name for one in tmp_path.iterdir()] == ["form.toml"]


def test_an_unknown_language_is_refused(services: Any) -> None:
    with pytest.raises(InputError, match="no language 'xx'"):
        hypothesise(services, FAST, Entered(), language="xx")


def test_a_bad_file_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "analyst.toml"
    path.write_text("[surprise]\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        entered_from(path)
    assert caught.value.where == str(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        entered_from(path)
    path.write_bytes(b"# " + b"x" * 4_000_001)
    with pytest.raises(InputError, match="bytes"):
        entered_from(path)
