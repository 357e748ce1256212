"""The cache against a dictionary; damage, limits, several threads and processes, kills."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from range_server import seeded

from wayside.archive.remote.cache import BlockCache, KnownFile
from wayside.archive.remote.ranges import Span
from wayside.errors import OutsideError, ValueRefusedError


def content(file: str, start: int, length: int) -> bytes:
    """Return what a file of this name holds there; some files hold the same."""
    rng = seeded(file[0])
    return rng.randbytes(400)[start : start + length]


def blobs(cache: BlockCache) -> list[Path]:
    return sorted(p for p in (cache.folder / "blobs").rglob("*") if p.is_file())


class Ticks:
    """A clock whose every reading is later."""

    def __init__(self) -> None:
        self.at = 0

    def __call__(self) -> int:
        self.at += 1
        return self.at


FILES = st.sampled_from(["a1", "a2", "b", "c"])
STARTS = st.integers(0, 300)
LENGTHS = st.integers(1, 100)


class CacheMachine(RuleBasedStateMachine):
    """Never a wrong byte, never over the limit, and everything there while the limit is not reached."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.ticks = Ticks()
        self.most = 500
        self.cache = BlockCache(self.folder, most_bytes=self.most, clock=self.ticks)
        self.put_pieces: dict[tuple[str, int, int], bytes] = {}
        self.is_complete = True

    @rule(file=FILES, start=STARTS, length=LENGTHS)
    def put(self, file: str, start: int, length: int) -> None:
        data = content(file, start, length)
        self.cache.put(file, start, data)
        self.put_pieces[file, start, start + length] = data
        if sum(map(len, set(self.put_pieces.values()))) > self.most:
            self.is_complete = False

    @rule(file=FILES, start=STARTS, length=LENGTHS)
    def get(self, file: str, start: int, length: int) -> None:
        found = self.cache.get(file, [Span(start, start + length)])
        for piece in found:
            assert piece.data == content(file, piece.start, len(piece.data))
            assert piece.start < start + length
            assert piece.start + len(piece.data) > start
        if self.is_complete:
            expected = [k for k in self.put_pieces if k[0] == file and k[1] < start + length and k[2] > start]
            assert sorted((file, p.start, p.start + len(p.data)) for p in found) == sorted(expected)

    @rule(number=st.integers(0, 50), how=st.sampled_from(["flip", "cut", "gone", "empty"]))
    def damage(self, number: int, how: str) -> None:
        files = blobs(self.cache)
        if not files:
            return
        path = files[number % len(files)]
        data = path.read_bytes()
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes({"flip": bytes(255 - b for b in data), "cut": data[:-1], "empty": b""}[how])
        self.is_complete = False

    @rule()
    def open_again(self) -> None:
        self.cache = BlockCache(self.folder, most_bytes=self.most, clock=self.ticks)

    @invariant()
    def within_the_limit(self) -> None:
        assert self.cache.held_bytes <= self.most
        with closing(sqlite3.connect(self.folder / "index.sqlite")) as db:
            assert db.execute("SELECT coalesce(sum(size), 0) FROM blobs").fetchone()[0] == self.cache.held_bytes
            orphans = "SELECT count(*) FROM pieces WHERE digest NOT IN (SELECT digest FROM blobs)"
            assert db.execute(orphans).fetchone()[0] == 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


TestCache = CacheMachine.TestCase
TestCache.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_blobs_are_named_by_what_they_hold_and_shared(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=1000)
    cache.put("a", 0, b"same")
    cache.put("b", 70, b"same")
    assert [p.name for p in blobs(cache)] == [hashlib.sha256(b"same").hexdigest()]
    assert cache.held_bytes == 4
    assert cache.get("b", [Span(72, 73)])[0] == (70, b"same")


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=100, clock=Ticks())
    for i in range(10):
        cache.put("a", i * 10, bytes([i]) * 10)
    assert len(cache.get("a", [Span(0, 10)])) == 1  # the oldest, used again
    cache.put("a", 100, b"x" * 10)
    kept = [p.start for p in cache.get("a", [Span(0, 200)])]
    assert kept == [0, 30, 40, 50, 60, 70, 80, 90, 100]
    assert cache.held_bytes == 90  # down to nine tenths
    assert len(blobs(cache)) == 9


def test_damage_is_noticed_and_mended(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=1000)
    cache.put("a", 0, b"good bytes")
    blobs(cache)[0].write_bytes(b"evil bytes")
    assert cache.get("a", [Span(0, 10)]) == []
    assert cache.held_bytes == 0
    cache.put("a", 0, b"good bytes")
    assert cache.get("a", [Span(0, 10)]) == [(0, b"good bytes")]


def test_a_damaged_blob_is_written_anew_though_it_was_not_read(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=1000)
    cache.put("a", 0, b"good bytes")
    blobs(cache)[0].write_bytes(b"evil bytes")
    cache.put("b", 5, b"good bytes")
    assert cache.get("b", [Span(5, 6)]) == [(5, b"good bytes")]


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=10)
    cache.put("a", 0, b"x" * 11)
    cache.put("a", 0, b"")
    assert (cache.held_bytes, blobs(cache), cache.get("a", [])) == (0, [], [])


def test_what_is_known_of_an_address(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=10)
    assert cache.known("x") is None
    cache.remember("x", KnownFile(5, '"a"', ""))
    cache.remember("x", KnownFile(6, '"b"', "now"))
    assert BlockCache(tmp_path, most_bytes=10).known("x") == KnownFile(6, '"b"', "now")


@pytest.mark.parametrize("how", ["junk", "version"])
def test_a_useless_index_is_made_anew(tmp_path: Path, how: str) -> None:
    cache = BlockCache(tmp_path, most_bytes=1000)
    cache.put("a", 0, b"bytes")
    cache.close()
    if how == "junk":
        (tmp_path / "index.sqlite").write_bytes(b"this is no database" * 300)
    else:
        db = sqlite3.connect(tmp_path / "index.sqlite")
        db.execute("PRAGMA user_version = 99")
        db.close()
    again = BlockCache(tmp_path, most_bytes=1000)
    assert again.get("a", [Span(0, 5)]) == []
    again.put("a", 0, b"bytes")
    assert len(again.get("a", [Span(0, 5)])) == 1


def test_old_files_that_nobody_knows_are_swept(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=1000)
    cache.put("a", 0, b"bytes")
    folder = blobs(cache)[0].parent
    old, young = folder / ".new-old", folder / ".new-young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    os.utime(blobs(cache)[-1], (time.time() - 7200, time.time() - 7200))
    again = BlockCache(tmp_path, most_bytes=1000)
    assert not old.exists()
    assert young.exists()
    assert len(again.get("a", [Span(0, 5)])) == 1


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutsideError, match="cache"):
        BlockCache(tmp_path / "file" / "x", most_bytes=10)
    with pytest.raises(ValueRefusedError):
        BlockCache(tmp_path / "c", most_bytes=0)


def test_an_index_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").mkdir()
    with pytest.raises(OutsideError, match="cache"):
        BlockCache(tmp_path, most_bytes=10)


def test_several_threads(tmp_path: Path) -> None:
    cache = BlockCache(tmp_path, most_bytes=3000)

    def work(seed: int) -> None:
        rng = seeded(seed)
        for _ in range(15):
            start = rng.randrange(300)
            file = rng.choice("abc")
            cache.put(file, start, content(file, start, 100))
            for piece in cache.get(file, [Span(start, start + 100)]):
                assert piece.data == content(file, piece.start, len(piece.data))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert cache.held_bytes <= 3000


WORKER = """
import sys
from pathlib import Path
from random import Random
from wayside.archive.remote.cache import BlockCache
cache = BlockCache(Path(sys.argv[1]), most_bytes=200_000)
rng = Random(sys.argv[2])
print("ready", flush=True)
for i in range(int(sys.argv[3])):
    start = rng.randrange(1000) * 1000
    cache.put("f", start, Random(start).randbytes(1000))
"""


def test_several_processes_and_one_that_is_killed(tmp_path: Path) -> None:
    def begin(name: str, rounds: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", WORKER, str(tmp_path), name, str(rounds)], stdout=subprocess.PIPE
        )

    with begin("killed", 10**9) as killed, begin("other", 100) as other:
        assert killed.stdout
        killed.stdout.readline()
        assert other.wait(60) == 0
        killed.kill()
    cache = BlockCache(tmp_path, most_bytes=200_000)
    found = cache.get("f", [Span(0, 10**6)])
    assert len(found) > 50
    assert all(p.data == seeded(p.start).randbytes(1000) for p in found)
    assert cache.held_bytes <= 200_000
    known = {hashlib.sha256(p.data).hexdigest() for p in found}
    # The one that was killed leaves at most the blob that it was about, known to nobody or not finished.
    assert len([p for p in blobs(cache) if p.name not in known]) <= 1
