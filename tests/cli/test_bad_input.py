"""Every bad input gets one clear error, the right exit code, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest


def one_line(said: Any, code: int, *words: str) -> None:
    """The command ended with this code and one line on standard error that has these words."""
    assert said.code == code, said
    assert said.out == ""
    assert said.err.startswith("wayside: ")
    assert said.err.count("\n") == 1, said.err
    for word in words:
        assert word in said.err, said.err


def bomb(folder: Path) -> Path:
    """A PNG of a few bytes that claims 40,000 by 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    path = folder / "bomb.png"
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def truncated(files: Any) -> Path:
    whole = files.geotiff("whole.tif")
    path: Path = files.folder / "cut.tif"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return path


def not_an_image(files: Any) -> Path:
    path: Path = files.folder / "letter.tif"
    path.write_text("Dear reader,\n")
    return path


BAD_IMAGES = {
    "not an image": (not_an_image, ()),
    "missing": (lambda files: files.folder / "none.tif", ("no such file",)),
    "truncated": (truncated, ("cut short",)),
    "bomb": (lambda files: bomb(files.folder), ("40000 x 40000", "limit")),
    "no GSD": (lambda files: files.png(), ("--gsd",)),
    "folder": (lambda files: files.folder, ()),
}


@pytest.mark.parametrize("kind", BAD_IMAGES)
def test_count_refuses_a_bad_image(files: Any, wayside: Any, kind: str) -> None:
    make, words = BAD_IMAGES[kind]
    tracks = files.tracks(pixel=kind == "no GSD")
    one_line(wayside("count", make(files), "--tracks", tracks), 2, *words)


@pytest.mark.parametrize("kind", BAD_IMAGES)
def test_import_refuses_a_bad_image_and_leaves_nothing(
    workspace: Path, files: Any, wayside: Any, listing: Any, kind: str
) -> None:
    make, words = BAD_IMAGES[kind]
    image = make(files)
    before = listing(workspace)
    one_line(wayside("import", workspace, image, "--date", "2023-10-05T02:11Z"), 2, *words)
    assert listing(workspace) == before
    with sqlite3.connect(workspace / "wayside.db") as raw:
        assert raw.execute("SELECT count(*) FROM scenes").fetchone() == (0,)


def test_one_bad_image_of_several_is_listed_and_the_others_are_taken_in(
    workspace: Path, files: Any, wayside: Any
) -> None:
    said = wayside("import", workspace, files.geotiff(), truncated(files), "--date", "2023-10-05", "--json")
    assert said.code == 1
    assert len(said.document["done"]) == 1
    assert [f["error"] for f in said.document["failed"]] == ["ImageError"]


def test_a_date_is_needed_and_must_be_one(workspace: Path, files: Any, wayside: Any, listing: Any) -> None:
    image, before = files.geotiff(), listing(workspace)
    one_line(wayside("import", workspace, image), 2, "does not say when it was taken", "--date")
    one_line(wayside("import", workspace, image, "--date", "5 Oct 2023"), 2, "is not a date")
    one_line(wayside("import", workspace, image, "--date", "2023-10-05", "--gsd", "0.9"), 2, "--gsd says 0.9")
    assert listing(workspace) == before


@pytest.mark.parametrize(
    ("date", "note"), [("2023-10-05T02:11", "UTC is assumed"), ("2023-10-05", "12:00 UTC is assumed")]
)
def test_a_date_without_a_time_zone_says_which_is_assumed(
    workspace: Path, files: Any, wayside: Any, date: str, note: str
) -> None:
    said = wayside("import", workspace, files.geotiff(), "--date", date)
    assert said.code == 0
    assert note in " ".join(said.out.split())


# ---------------------------------------------------------------------- tracks
def test_tracks_beside_the_image_are_refused(files: Any, wayside: Any) -> None:
    away = files.tracks(east=600_000.0)
    one_line(wayside("count", files.geotiff(), "--tracks", away), 2, "km")


def test_swapped_coordinates_are_recognised(files: Any, wayside: Any) -> None:
    path = files.tracks()
    document = json.loads(path.read_text())
    for feature in document["features"]:
        line = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[y, x] for x, y in line]
    path.write_text(json.dumps(document))
    one_line(wayside("count", files.geotiff(), "--tracks", path), 2, "swapped")


def test_map_coordinates_where_degrees_are_meant_are_recognised(files: Any, wayside: Any) -> None:
    path = files.tracks()
    document = json.loads(path.read_text())
    document["features"][0]["geometry"]["coordinates"] = [[500010.0, 4699970.0], [500190.0, 4699970.0]]
    path.write_text(json.dumps(document))
    one_line(wayside("count", files.geotiff(), "--tracks", path), 2, "no longitude and latitude", "WGS 84")


def test_degrees_on_an_image_without_a_map_are_refused(files: Any, wayside: Any) -> None:
    said = wayside("count", files.png(), "--tracks", files.tracks(), "--gsd", 0.5)
    one_line(said, 2, "has no map")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type": "FeatureCollection", "features": []}', '{"type": "Point", "coordinates": [0, 0]}']
)
def test_a_file_without_tracks_is_refused(files: Any, wayside: Any, text: str) -> None:
    path = files.folder / "empty.geojson"
    path.write_text(text)
    said = wayside("count", files.geotiff(), "--tracks", path)
    one_line(said, 2)
    missing = wayside("count", files.geotiff(), "--tracks", files.folder / "none.json")
    one_line(missing, 2, "no such file")


# ---------------------------------------------------------------------- workspaces
@pytest.mark.parametrize("command", [("run",), ("report",), ("series",), ("import", "IMAGE")])
def test_a_folder_that_is_no_workspace(tmp_path: Path, files: Any, wayside: Any, command: tuple[str, ...]) -> None:
    rest = [files.geotiff() for _ in command[1:]]
    one_line(wayside(command[0], tmp_path, *rest), 2, "no workspace here", "wayside init")


@pytest.mark.parametrize("command", ["run", "report", "series"])
def test_a_workspace_with_nothing_in_it(workspace: Path, wayside: Any, command: str, listing: Any) -> None:
    before = listing(workspace)
    said = wayside(command, workspace)
    assert said.code in {2, 3}, "3 where the package has no weights yet"
    one_line(said, said.code)
    assert listing(workspace) == before


def test_a_workspace_from_a_newer_version(workspace: Path, files: Any, wayside: Any, listing: Any) -> None:
    with sqlite3.connect(workspace / "wayside.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    before = listing(workspace)
    for said in (wayside("run", workspace), wayside("import", workspace, files.geotiff(), "--date", "2023-10-05")):
        one_line(said, 2, "9999", "newer")
    assert listing(workspace) == before


def test_settings_tell_all_their_faults(workspace: Path, wayside: Any) -> None:
    path = workspace / "wayside.toml"
    path.write_text(path.read_text().replace("surge_factor = 2.0", "surge_factor = 0.5\ncolour = 'red'"))
    one_line(wayside("run", workspace), 2, "series.surge_factor", "series.colour")
    assert wayside("run", workspace, "--json").error["error"] == "ConfigError"


def test_a_workspace_that_cannot_be_written(workspace: Path, files: Any, wayside: Any) -> None:
    """Root may write anywhere, so the database is a folder here, which nobody can write as a database."""
    for path in workspace.glob("wayside.db*"):
        path.unlink()
    (workspace / "wayside.db").mkdir()
    said = wayside("import", workspace, files.geotiff(), "--date", "2023-10-05")
    one_line(said, 2, "cannot be written", "write permission")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_workspace_without_permission(workspace: Path, files: Any, wayside: Any) -> None:
    (workspace / "scenes").chmod(0o555)
    assert wayside("import", workspace, files.geotiff(), "--date", "2023-10-05").code in {2, 3}


def test_a_scenes_folder_that_cannot_be_written(workspace: Path, files: Any, wayside: Any) -> None:
    (workspace / "scenes").rmdir()
    (workspace / "scenes").write_text("in the way")
    one_line(wayside("import", workspace, files.geotiff(), "--date", "2023-10-05"), 3)
    assert (workspace / "scenes").read_text() == "in the way"


def test_a_folder_in_use_is_not_made_a_workspace(workspace: Path, wayside: Any, listing: Any, tmp_path: Path) -> None:
    before = listing(workspace)
    one_line(wayside("init", workspace), 2, "not empty", "workspace already")
    assert listing(workspace) == before
    bad = tmp_path / "bad.geojson"
    bad.write_text("{")
    one_line(wayside("init", tmp_path / "new", "--site", bad), 2)
    assert not (tmp_path / "new").exists()


# ---------------------------------------------------------------------- tables and articles
@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "t.csv"),
        ("date,count\n2023-13-01,4\n", "line 2"),
        ("date,count\n2023-01-01,many\n", "line 2"),
        ("a,b\n1,2\n", "date"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, wayside: Any, text: str, word: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    one_line(wayside("series", path), 2, word)


def test_options_that_are_no_days(tmp_path: Path, wayside: Any) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,count\n2023-01-01,4\n")
    one_line(wayside("series", path, "--from", "yesterday"), 2, "--from", "2023-10-05")
    one_line(wayside("series", path, "--from", "2023-02-01", "--to", "2023-01-01"), 2)
    one_line(wayside("series", path, "--events", tmp_path / "none.csv"), 2, "no such file")


def test_an_article_that_cannot_be_read(tmp_path: Path, wayside: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\0\1\2" * 100)
    one_line(wayside("coverage", path), 2, "a.txt")
    one_line(wayside("coverage", path, "--measured", path), 2)


# ---------------------------------------------------------------------- usage
@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("count",),
        ("count", "x.tif"),
        ("run", "--jobs", "-1"),
        ("series", "t", "--seed", "x"),
        ("run", "--no"),
    ],
)
def test_usage_errors_end_with_2(wayside: Any, arguments: tuple[str, ...]) -> None:
    one_line(wayside(*arguments), 2, "--help")
    assert wayside(*arguments, "--json").error["error"] == "UsageError"


def test_an_error_in_json_is_one_object_and_nothing_else(files: Any, wayside: Any) -> None:
    said = wayside("count", not_an_image(files), "--tracks", files.tracks(), "--json")
    assert said.code == 2
    assert said.err == ""
    assert said.error["error"] == "ImageError"
    assert "letter.tif" in said.error["where"]
