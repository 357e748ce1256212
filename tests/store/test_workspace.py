"""A workspace is made whole or not at all, and its settings tell all their faults at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ConfigError, NotAWorkspaceError, TracksError, WaysideError, WorkspaceError
from wayside.store import Settings, create_workspace, open_workspace
from wayside.store.settings import FORMATS, read_settings, write_settings

SETTINGS = Settings("yard", "The Yard")
text = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(
    st.builds(
        Settings,
        site_id=st.text("abcdé-_", min_size=1),
        site_name=text.filter(str.strip),
        note=text,
        events=st.sampled_from(["", "events.csv", "a/b.csv"]),
        baseline_days=st.integers(1, 36525),
        surge_factor=st.floats(1.001, 1000),
        seed=st.integers(0, 2**63 - 1),
        gsd_min_m=st.floats(0.01, 1),
        gsd_max_m=st.floats(1, 100),
        owner_holds_rights=st.booleans(),
        language=st.sampled_from(["", "en", "ru"]),
        house=st.sampled_from(["", "house.toml"]),
        analyst=st.sampled_from(["", "notes/analyst.toml"]),
        articles=st.sampled_from(["", "articles"]),
        formats=st.permutations(FORMATS).flatmap(lambda all_: st.integers(1, 4).map(lambda n: tuple(all_[:n]))),
        bundle=st.booleans(),
    )
)
def test_settings_come_back_as_written(settings: Settings) -> None:
    assert read_settings(write_settings(settings)) == settings


@given(st.text(max_size=200) | st.sampled_from(["[site]\nid = 3", "site = 1", "[series]\nbaseline_days = true"]))
def test_any_text_is_settings_or_a_config_error(toml: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(toml)
    assert caught.value.faults


def test_all_faults_come_at_once() -> None:
    toml = """
    [site]
    id = "a b"
    colour = "red"
    tracks = "../../etc/passwd"
    [series]
    baseline_days = 1.5
    surge_factor = nan
    [images]
    gsd_max_m = "coarse"
    [weather]
    rain = true
    """
    with pytest.raises(ConfigError) as caught:
        read_settings(toml, where="W/wayside.toml")
    told = [fault.split(":")[0] for fault in caught.value.faults]
    assert told == ["weather", "site.colour", "site.id", "site.name", "site.tracks", "series.baseline_days",
                    "series.surge_factor", "images.gsd_max_m"]  # fmt: skip
    assert str(caught.value).startswith("W/wayside.toml: ")


@pytest.mark.parametrize("value", ['"html"', "[]", '["html", "html"]', '["odt"]', "[1]", "[[]]"])
def test_formats_are_a_list_of_known_ones(value: str) -> None:
    with pytest.raises(ConfigError, match=r"report\.formats: must be a list of some of html, pdf, md, docx"):
        read_settings(f'[site]\nid = "a"\nname = "A"\n[report]\nformats = {value}')


def test_a_report_has_one_of_the_languages_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"report\.language: must be one of en, ru"):
        read_settings('[site]\nid = "a"\nname = "A"\n[report]\nlanguage = "xx"')


def test_limits_that_exclude_everything_are_refused() -> None:
    with pytest.raises(ConfigError, match="gsd_min_m must not exceed gsd_max_m"):
        read_settings('[site]\nid = "a"\nname = "A"\n[images]\ngsd_min_m = 3\ngsd_max_m = 1')


def test_a_new_workspace_has_its_parts(tmp_path: Path, make: Any) -> None:
    root = tmp_path / "deep" / "w"
    create_workspace(root, SETTINGS, software="wayside 0", now=make.now, files={"site.geojson": b"{}"})
    assert sorted(p.name for p in root.iterdir()) == ["reports", "scenes", "site.geojson", "wayside.db", "wayside.toml"]
    workspace = open_workspace(root)
    assert (workspace.settings, workspace.tracks.read_bytes(), workspace.events) == (SETTINGS, b"{}", None)
    with workspace.open_database(software="wayside 1", now=make.now) as database:
        assert database.meta()["software"] == "wayside 0"
    assert [p.name for p in root.parent.iterdir()] == ["w"], "nothing is left beside it"


def test_an_empty_folder_will_do_and_its_mode_is_a_usual_one(tmp_path: Path, make: Any) -> None:
    root = tmp_path / "w"
    root.mkdir()
    create_workspace(root, SETTINGS, software="", now=make.now)
    other = tmp_path / "other"
    other.mkdir()
    assert root.stat().st_mode == other.stat().st_mode
    with pytest.raises(TracksError, match="has no tracks yet"):
        _ = open_workspace(root).tracks


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path, make: Any) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(WorkspaceError, match=r"is not empty\. Choose"):
        create_workspace(tmp_path, SETTINGS, software="", now=make.now)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(WorkspaceError, match="is a file"):
        create_workspace(tmp_path / "mine.txt", SETTINGS, software="", now=make.now)
    with pytest.raises(WorkspaceError, match="file stands where a folder should be"):
        create_workspace(tmp_path / "mine.txt" / "w", SETTINGS, software="", now=make.now)


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, make: Any) -> None:
    settings = Settings("yard", "Yard", tracks="no/such/folder.geojson")
    with pytest.raises(WaysideError):
        create_workspace(tmp_path / "w", settings, software="", now=make.now, files={settings.tracks: b"{}"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_says_what_to_do(tmp_path: Path, make: Any) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(WorkspaceError, match="write permission"):
        create_workspace(tmp_path / "w", SETTINGS, software="", now=make.now)


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspaceError, match="wayside init"):
        open_workspace(tmp_path)


def test_settings_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "wayside.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WorkspaceError, match="not UTF-8"):
        open_workspace(tmp_path)
