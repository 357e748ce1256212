"""Searches and downloads end to end: real STAC servers, images behind logins, faults, kills, full disks."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hostile_catalogue import SPAN, Shelf, leftovers, program, source
from pgstac_server import PgStac
from processes import NotHereError
from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer
from rustac_server import Rustac

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src" / "wayside" / "counting" / "weights"
needs_weights = pytest.mark.skipif(not any(WEIGHTS.glob("*.onnx")), reason="the network's weights are not built")
VARIABLE = "WAYSIDE_TEST_SECRET"
TOKEN, SIGNATURE = "the-right-token", "c2lnbmVk/+=="
COUNT = 5
Json = dict[str, Any]


@pytest.fixture
def images(files: Any) -> Iterator[RangeServer]:
    """A server of images, /s0.tif and so on."""
    with RangeServer() as running:
        for number in range(COUNT):
            running.put(f"/s{number}.tif", files.geotiff(f"s{number}.tif", seed=number).read_bytes())
        yield running


@pytest.fixture
def new(tmp_path: Path, files: Any, wayside: Any) -> Callable[[str], Path]:
    """Make workspaces of the same site, which search in 2023."""
    tracks = files.tracks()

    def make(name: str) -> Path:
        root = tmp_path / name
        assert wayside("init", root, "--site", tracks).code == 0
        toml = root / "wayside.toml"
        settings = toml.read_text().replace('from = ""', f'from = "{SPAN[1]}"').replace('to = ""', f'to = "{SPAN[3]}"')
        toml.write_text(settings)
        return root

    return make


def items_of(images: RangeServer) -> list[Json]:
    shelf = Shelf(images, "/unused")
    items = [shelf.item(f"item-{n}", images.url(f"/s{n}.tif")) for n in range(COUNT)]
    return [{**item, "collection": "yards", "stac_version": "1.0.0"} for item in items]


def static(images: RangeServer) -> str:
    """Publish the items as a static catalogue beside their images; returns its address."""
    shelf = Shelf(images)
    for item in items_of(images):
        shelf.add({key: value for key, value in item.items() if key != "collection"})
    return shelf.publish()


def collection() -> Json:
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[None, None]]}}
    return {"type": "Collection", "id": "yards", "stac_version": "1.0.0", "description": "yards",
            "license": "CC-BY-4.0", "extent": extent, "links": []}  # fmt: skip


def ended(started: subprocess.Popen[str], *codes: int) -> Json:
    """Wait for a program; return its record. Nothing half-done may stay, however it ended."""
    out, err = started.communicate(timeout=180)
    assert started.returncode in codes, (started.returncode, out[-2000:], err[-3000:])
    document: Json = json.loads(out)
    return document


def scenes_of(root: Path) -> dict[str, str]:
    """Return the checksums of a workspace's scenes; checks that all is there, once, and nothing else."""
    folder = root / "scenes"
    assert leftovers([path.name for path in folder.iterdir()]) == []
    items = [json.loads(path.read_text()) for path in sorted(folder.glob("2023*.json"))]
    for item in items:
        for asset in item["assets"].values():
            assert (folder / asset["href"]).is_file(), asset
    links = json.loads((folder / "collection.json").read_text())["links"]
    assert sorted(k["href"] for k in links if k["rel"] == "item") == sorted(f"./{i['id']}.json" for i in items)
    return {item["id"]: item["assets"]["image"]["file:checksum"] for item in items}


def counted(root: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(root / "wayside.db") as db:
        rows = db.execute(
            "SELECT scene_id, acquired, count_median, count_low90, count_high90 FROM observations ORDER BY acquired"
        )
        return list(rows)


def overlapping(first: list[Any], again: list[Any]) -> int:
    """Return how many bytes of a file came twice: whole in the first log, and once more in the second."""
    held: set[int] = set()
    for entry in first:
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", entry.range)
        if span and entry.status == 206 and entry.sent:
            held |= set(range(int(span[1]), int(span[1]) + entry.sent))
    twice = 0
    for entry in again:
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", entry.range)
        if span and entry.status == 206:
            twice += len(held & set(range(int(span[1]), int(span[1]) + entry.sent)))
    return twice


# ---------------------------------------------------------------------------- real servers
def signing(arrived: Arrived) -> Answer:
    if arrived.headers.get("ocp-apim-subscription-key") != TOKEN:
        return json_answer({"detail": "who are you?"}, 401)
    return json_answer({"href": f"{arrived.params['href']}?sig={quote(SIGNATURE, safe='')}"})


def misbehave(images: RangeServer, **wanted: Any) -> None:
    """Let nobody in without a login, and let every image fail now and then in its own way."""
    faults: list[Json] = [
        {"status": 429, "retry_after": "1", "times": 1},
        {"status": 503, "times": 2},
        {"cut_after": 3000, "after": 1, "times": 1},
        {"status": 503, "retry_after": "0", "after": 1, "times": 1},
        {},
    ]
    for number, fault in enumerate(faults):
        images.on(f"/s{number}.tif", Behaviour(**fault, **wanted))


@needs_weights
@pytest.mark.slow
def test_two_makes_of_server_two_logins_one_result(images: RangeServer, new: Callable[[str], Path]) -> None:
    images.mount("/sign", signing)
    items = items_of(images)
    with ExitStack() as running:
        try:
            urls = {
                "pgstac": running.enter_context(PgStac([collection()], items)).url,
                "rustac": running.enter_context(Rustac(items)).url,
            }
        except NotHereError as reason:
            pytest.skip(str(reason))
        logins = {
            "pgstac": f'auth = "bearer"\nauth_hosts = ["127.0.0.1:{images.port}"]\n',
            "rustac": f'auth = "sign"\nsign_url = "{images.url("/sign")}"\n',
        }
        demands: Json = {
            "pgstac": {"authorization": f"Bearer {TOKEN}"},
            "rustac": {"query": ("sig", SIGNATURE)},
        }
        made = {}
        for make, url in urls.items():
            root = new(make)
            source(root, url, more=f'collections = ["yards"]\nauth_variable = "{VARIABLE}"\n{logins[make]}')
            misbehave(images, **demands[make])
            environ = {VARIABLE: TOKEN}
            record = ended(program("search", root, "--fetch", "--json", environ=environ), 0)
            assert (len(record["done"]), record["failed"], record["gaps"]) == (COUNT, [], []), record
            images.forget()
            record = ended(program("run", root, "--jobs", "1", "--json", environ=environ), 0)
            assert len(record["done"]) == COUNT
            assert not [r for r in images.requests if r.path.endswith(".tif")]
            made[make] = (scenes_of(root), counted(root))
        assert made["pgstac"] == made["rustac"]


# ---------------------------------------------------------------------------- kills
MOMENTS = [("/s0.tif", 0), ("/s0.tif", 1), ("/s2.tif", 0), ("/s4.tif", 1)]


@pytest.mark.parametrize(("path", "after"), MOMENTS)
def test_a_killed_fetch_is_taken_up(
    images: RangeServer, new: Callable[[str], Path], wayside: Any, path: str, after: int
) -> None:
    root = new("killed")
    source(root, static(images))
    images.on(path, Behaviour(stall_headers_s=120, after=after))
    killed = program("search", root, "--fetch", "--json")
    while len(images.of(path)) <= after and killed.poll() is None:
        images.stopping.wait(0.01)
    killed.kill()
    assert killed.wait(20) == -9
    killed.communicate()
    grown_old(root)
    before = [entry for entry in images.requests if entry.path.endswith(".tif")]
    done = {p.stem for p in (root / "scenes").glob("2023*.json")} if (root / "scenes").is_dir() else set()
    images.on(path, Behaviour())
    images.forget()
    said = wayside("search", root, "--fetch", "--json")
    assert said.code == 0, said
    assert len(said.document["done"]) + len(done) == COUNT
    assert len(scenes_of(root)) == COUNT
    for number in range(COUNT):
        name = f"/s{number}.tif"
        assert overlapping([e for e in before if e.path == name], images.of(name)) == 0, name
    assert len(images.of("/s0.tif")) == 0 or path == "/s0.tif"
    images.forget()
    again = wayside("search", root, "--fetch", "--json")
    assert (again.code, again.document["done"], len(again.document["skipped"])) == (0, [], COUNT)
    assert not [r for r in images.requests if r.path.endswith(".tif")]


@pytest.mark.slow
@needs_weights
def grown_old(root: Path) -> None:
    """Let an hour pass: part of a document may be another program's work, and is abandoned only when it is old."""
    for part in (root / "scenes").glob(".*.part"):
        os.utime(part, (0, 0))


def test_a_fetch_that_is_killed_again_and_again(images: RangeServer, new: Callable[[str], Path], wayside: Any) -> None:
    """At moments that nobody chose: while files are written, renamed, listed."""
    root = new("often")
    source(root, static(images))
    for number in range(5):
        images.forget()
        killed = program("search", root, "--fetch", "--json")
        while not [r for r in images.requests if r.path.endswith(".json")] and killed.poll() is None:
            images.stopping.wait(0.005)
        images.stopping.wait(0.07 * number)
        killed.kill()
        killed.communicate()
    grown_old(root)
    said = wayside("search", root, "--fetch", "--json")
    assert said.code == 0, said
    whole = scenes_of(root)
    assert len(whole) == COUNT
    fresh = new("fresh")
    source(fresh, static(images))
    assert wayside("search", fresh, "--fetch", "--json").code == 0
    assert scenes_of(fresh) == whole
    assert wayside("run", root, "--jobs", 1, "--json").code == 0


def test_two_fetches_at_once(images: RangeServer, new: Callable[[str], Path], wayside: Any) -> None:
    root = new("both")
    source(root, static(images))
    for number in range(COUNT):  # both are sure to be at it at the same time
        images.on(f"/s{number}.tif", Behaviour(stall_headers_s=0.2, times=2))
    both = [program("search", root, "--fetch", "--json") for _ in range(2)]
    records = [ended(one, 0) for one in both]
    assert all(record["failed"] == [] for record in records)
    assert {name for record in records for name in record["done"]} == set(scenes_of(root))
    with sqlite3.connect(root / "wayside.db") as db:
        assert db.execute("SELECT count(*) FROM scenes").fetchone() == (COUNT,)
    assert wayside("search", root, "--fetch", "--json").document["done"] == []


# ---------------------------------------------------------------------------- disks
@pytest.mark.parametrize(("most", "full"), [(2_000, "database"), (50_000, "cache"), (100_000, "scenes")])
def test_a_full_disk_leaves_nothing_half_done(
    images: RangeServer, new: Callable[[str], Path], wayside: Any, most: int, full: str
) -> None:
    root = new("full")
    if full == "scenes":
        toml = root / "wayside.toml"
        toml.write_text(re.sub(r"cache_mb = \d+", "cache_mb = 0", toml.read_text()))
    source(root, static(images))
    record = ended(program("search", root, "--fetch", "--json", most_file=most), 1, 3)
    assert record.get("error", {}).get("error") != "InternalError", record
    assert all(f["error"] == "OutsideError" for f in record.get("failed", [])), record
    assert leftovers([p.name for p in (root / "scenes").iterdir()] if (root / "scenes").is_dir() else []) == []
    said = wayside("search", root, "--fetch", "--json")
    assert said.code == 0, said
    assert len(scenes_of(root)) == COUNT


def test_a_list_that_cannot_be_written_takes_its_item_with_it(
    images: RangeServer, new: Callable[[str], Path], wayside: Any
) -> None:
    root = new("listless")
    source(root, static(images))
    (root / "scenes" / "collection.json").mkdir(parents=True)
    said = wayside("search", root, "--fetch", "--json")
    assert (said.code, len(said.document["failed"])) == (1, COUNT), said
    assert [path.name for path in (root / "scenes").iterdir()] == ["collection.json"]
    (root / "scenes" / "collection.json").rmdir()
    assert wayside("search", root, "--fetch", "--json").code == 0
    assert len(scenes_of(root)) == COUNT


@pytest.mark.parametrize("name", ["scenes", "cache"])
def test_a_folder_that_is_none(images: RangeServer, new: Callable[[str], Path], wayside: Any, name: str) -> None:
    root = new("odd")
    source(root, static(images))
    if (root / name).is_dir():
        (root / name).rmdir()
    (root / name).write_text("in the way")
    said = wayside("search", root, "--fetch", "--json")
    assert said.code in {1, 3}, said
    assert "InternalError" not in said.out
    (root / name).unlink()
    assert wayside("search", root, "--fetch", "--json").code == 0
    assert len(scenes_of(root)) == COUNT


# ---------------------------------------------------------------------------- between search and fetch
@pytest.mark.parametrize("change", ["gone", "moved", "other picture", "shorter", "changes while it is read"])
def test_a_catalogue_that_changes(
    images: RangeServer, new: Callable[[str], Path], wayside: Any, files: Any, change: str
) -> None:
    root = new("changing")
    source(root, static(images))
    assert len(wayside("search", root, "--json").document["found"]) == COUNT
    path = "/s1.tif"
    if change == "gone":
        images.on(path, Behaviour(status=410))
    elif change == "moved":
        images.put("/moved.tif", files.geotiff("s1.tif", seed=1).read_bytes())
        images.on(path, Behaviour(redirect="/moved.tif", redirect_status=308))
    elif change == "other picture":
        images.put(path, files.geotiff("other.tif", seed=77).read_bytes())
    elif change == "shorter":
        images.put(path, files.geotiff("s1.tif", seed=1).read_bytes()[:9000])
    else:
        images.on(path, Behaviour(changes_after=1))
    said = wayside("search", root, "--fetch", "--json")
    fails = change in {"gone", "shorter", "changes while it is read"}
    assert (said.code, len(said.document["done"])) == ((1, COUNT - 1) if fails else (0, COUNT)), said
    assert len(scenes_of(root)) == COUNT - fails
    images.put(path, files.geotiff("s1.tif", seed=1).read_bytes())
    images.on(path, Behaviour())
    assert wayside("search", root, "--fetch", "--json").code == 0
    assert len(scenes_of(root)) == COUNT
