"""Ranges of files from a real server that stalls, cuts, lies and changes."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from range_server import Answer, Arrived, Behaviour, RangeServer, seeded

from wayside.archive.remote import BlockCache, RemoteFile, RetryPolicy, Transport, TransportLimits
from wayside.errors import SourceError, ValueRefusedError
from wayside.model.sources import CatalogueSource

Maker = Callable[..., Transport]
DATA = seeded(5).randbytes(500_000)
FIRST = 32 * 1024
DIGEST = "1220" + hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def url(server: RangeServer) -> str:
    return server.put("/a.tif", DATA)


@pytest.fixture
def cache(tmp_path: Path) -> BlockCache:
    return BlockCache(tmp_path / "cache", most_bytes=10**7)


def remote(transport: Transport, url: str, cache: BlockCache | None = None, **more: object) -> RemoteFile:
    file = transport.open(url, cache=cache, **more)  # type: ignore[arg-type]
    assert isinstance(file, RemoteFile)
    return file


def test_opening_reads_the_first_bytes_and_learns_the_rest(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(), url)
    assert file.size == len(DATA)
    assert file.etag == f'"{hashlib.sha256(DATA).hexdigest()[:16]}"'
    assert file.last_modified
    assert file.name == url
    assert file.read(0, FIRST) == DATA[:FIRST]
    assert [r.range for r in server.requests] == [f"bytes=0-{FIRST - 1}"]
    assert (file.stats.requests, file.stats.bytes) == (1, FIRST)


def test_a_file_shorter_than_the_first_read(server: RangeServer, make: Maker) -> None:
    file = remote(make(), server.put("/small", b"tiny"))
    assert (file.size, file.read(0, 100), file.read(2, 1), file.read(4, 5), file.read(3, 0)) == (
        4,
        b"tiny",
        b"n",
        b"",
        b"",
    )
    assert len(server.requests) == 1


def test_neighbours_come_together_several_at_once(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(), url)
    server.forget()
    file.fetch([(100_000, 1000), (101_000, 1000), (105_000, 500), (300_000, 50), (499_990, 100)])
    assert sorted(r.range for r in server.requests) == [
        "bytes=100000-105499",
        "bytes=300000-300049",
        "bytes=499990-499999",
    ]
    assert all(r.headers["if-match"] == file.etag for r in server.requests)
    assert all(r.headers["accept-encoding"] == "identity" for r in server.requests)
    server.forget()
    for start, length in ((100_000, 1000), (104_000, 1500), (300_000, 50), (499_990, 10)):
        assert file.read(start, length) == DATA[start : start + length]
    file.fetch([(100_100, 200)])
    assert server.requests == []


def test_long_ranges_are_divided(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(limits={"longest_request_bytes": 60_000}), url)
    server.forget()
    assert file.read(100_000, 200_000) == DATA[100_000:300_000]
    assert len(server.requests) == 4


def test_requests_overlap_in_time(server: RangeServer, make: Maker, url: str) -> None:
    gate = threading.Barrier(4, timeout=10)
    file = remote(make(limits={"read_s": 10.0}), url)

    class Waiting(Behaviour):
        def is_faulty(self, number: int) -> bool:
            gate.wait()
            return False

    server.on("/a.tif", Waiting())
    file.fetch([(100_000 * i, 10) for i in range(1, 5)])  # four requests that only pass together
    assert file.read(400_000, 10) == DATA[400_000:400_010]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 5200), st.integers(0, 900)), min_size=1, max_size=6), st.data())
def test_reads_are_the_files_bytes_whatever_was_fetched(ranges: list[tuple[int, int]], draw: st.DataObject) -> None:
    data = DATA[:5000]
    limits = TransportLimits(
        first_bytes=100, gap_bytes=200, longest_request_bytes=700, memory_bytes=1500, connections=3
    )
    with RangeServer() as server, tempfile.TemporaryDirectory() as folder:
        address = server.put("/a", data)
        most = draw.draw(st.sampled_from([0, 300, 10**6]))
        cache = BlockCache(Path(folder), most_bytes=most) if most else None
        with Transport(CatalogueSource("s", server.root, local=True), environ={}, limits=limits) as transport:
            file = remote(transport, address, cache)
            file.fetch(ranges)
            for start, length in ranges:
                assert file.read(start, length) == data[start : start + length]
        if cache is not None:
            cache.close()


def test_ranges_that_make_no_sense(make: Maker, url: str) -> None:
    file = remote(make(), url)
    with pytest.raises(ValueRefusedError):
        file.read(-1, 5)
    with pytest.raises(ValueRefusedError):
        file.fetch([(0, -5)])


# ---------------------------------------------------------------------- faults that pass


def test_a_cut_range_is_gone_on_with_where_it_broke(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(), url)
    server.on("/a.tif", Behaviour(cut_after=20_000, times=2))
    server.forget()
    assert file.read(100_000, 60_000) == DATA[100_000:160_000]
    assert [r.range for r in server.requests] == ["bytes=100000-159999", "bytes=120000-159999", "bytes=140000-159999"]


def test_fewer_bytes_than_asked_for_are_gone_on_with(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(), url)
    server.on("/a.tif", Behaviour(short_by=7000, times=1))
    server.forget()
    assert file.read(100_000, 10_000) == DATA[100_000:110_000]
    assert [r.range for r in server.requests] == ["bytes=100000-109999", "bytes=103000-109999"]


@pytest.mark.parametrize(
    "fault",
    [
        Behaviour(status=503, times=2),
        Behaviour(status=429, times=1, retry_after="3"),
        Behaviour(stall_headers_s=5, times=1),
        Behaviour(stall_body_s=5, stall_after=1000, times=1),
    ],
)
def test_faults_that_pass(server: RangeServer, make: Maker, url: str, fault: Behaviour) -> None:
    file = remote(make(), url)
    server.on("/a.tif", fault)
    assert file.read(100_000, 50_000) == DATA[100_000:150_000]
    server.on("/a.tif", fault)
    assert remote(make(), url).read(0, 50_000) == DATA[:50_000]


def test_opening_survives_a_cut_first_answer(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/a.tif", Behaviour(cut_after=1000, times=1))
    file = remote(make(), url)
    assert file.read(0, FIRST) == DATA[:FIRST]
    assert [r.range for r in server.requests] == [f"bytes=0-{FIRST - 1}", f"bytes=1000-{FIRST - 1}"]


def test_one_that_fails_ends_the_fetch_and_the_others_are_kept(
    server: RangeServer, make: Maker, url: str, cache: BlockCache
) -> None:
    file = remote(make(), url, cache)
    server.on("/a.tif", Behaviour(after=1, status=500))
    with pytest.raises(SourceError, match="answers 500"):
        file.fetch([(100_000, 10), (200_000, 10), (300_000, 10)])
    server.on("/a.tif", Behaviour())
    server.forget()
    again = remote(make(), url, cache)
    again.fetch([(100_000, 10), (200_000, 10), (300_000, 10)])
    assert len(server.requests) == 3  # one to ask whether it changed, and the two that had failed


def test_what_came_before_the_cut_is_kept_for_the_next_run(
    server: RangeServer, make: Maker, url: str, cache: BlockCache
) -> None:
    file = remote(make(limits={"retry": RetryPolicy(attempts=1)}), url, cache)
    server.on("/a.tif", Behaviour(cut_after=40_000))
    with pytest.raises(SourceError, match="cut off"):
        file.read(100_000, 60_000)
    server.on("/a.tif", Behaviour())
    server.forget()
    assert remote(make(), url, cache).read(100_000, 60_000) == DATA[100_000:160_000]
    assert [r.range for r in server.requests][1:] == ["bytes=140000-159999"]


# ---------------------------------------------------------------------- lies


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (Behaviour(start_off=1), "though asked for"),
        (Behaviour(start_off=-1), "though asked for"),
        (Behaviour(total_off=10), "changed while it was read"),
        (Behaviour(total_off=-10), "changed while it was read"),
        (Behaviour(long_by=5), "contradicts itself"),
        (Behaviour(encoding="gzip"), "packs what it sends"),
        (Behaviour(encoding="br"), "packs what it sends"),
        (Behaviour(etag='"other"'), "changed while it was read"),
        (Behaviour(last_modified="Fri, 06 Oct 2023 00:00:00 GMT"), "changed while it was read"),
        (Behaviour(changes_after=0), "changed while it was read"),
        (Behaviour(changes_after=0, etag='W/"1"', last_modified=""), "changed while it was read"),
        (Behaviour(ranges=False, changes_after=0), "changed while it was read"),
        (Behaviour(status=404), "not there"),
        (Behaviour(status=418), "answers 418"),
    ],
)
def test_an_answer_is_what_was_asked_for_or_an_error(
    server: RangeServer, make: Maker, url: str, lie: Behaviour, message: str
) -> None:
    file = remote(make(), url)
    server.on("/a.tif", lie)
    with pytest.raises(SourceError, match=message) as caught:
        file.read(100_000, 1000)
    assert caught.value.where == url


def test_a_version_that_cannot_be_asked_for_is_still_compared(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/a.tif", Behaviour(etag='W/"1"'))
    file = remote(make(), url)
    server.on("/a.tif", Behaviour(etag='W/"2"'))
    with pytest.raises(SourceError, match="changed while it was read"):
        file.read(100_000, 1000)


def test_more_than_was_asked_for_is_refused(server: RangeServer, make: Maker) -> None:
    def generous(arrived: Arrived) -> Answer:
        start, stop = map(int, arrived.headers["range"].removeprefix("bytes=").split("-"))
        more = 10 if start else 0
        said = {"Content-Range": f"bytes {start}-{stop + more}/{len(DATA)}"}
        return Answer(206, DATA[start : stop + 1 + more], said)

    file = remote(make(), server.mount("/generous", generous))
    with pytest.raises(SourceError, match="though asked for 100000 to 100999"):
        file.read(100_000, 1000)


def test_an_answer_without_a_length_is_counted(server: RangeServer, make: Maker, url: str) -> None:
    file = remote(make(), url)
    server.on("/a.tif", Behaviour(unsized=True))
    assert file.read(100_000, 1000) == DATA[100_000:101_000]
    server.on("/a.tif", Behaviour(unsized=True, cut_after=400, times=1))
    assert file.read(200_000, 1000) == DATA[200_000:201_000]
    server.on("/a.tif", Behaviour(unsized=True, long_by=5))
    with pytest.raises(SourceError, match="sends more bytes than it says"):
        file.read(300_000, 1000)


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (Behaviour(start_off=3), "though asked for"),
        (Behaviour(total_off=None), "how large"),
        (Behaviour(long_by=5), "contradicts itself"),
        (Behaviour(encoding="gzip"), "packs what it sends"),
        (Behaviour(status=404), "not there"),
        (Behaviour(status=410), "not there"),
        (Behaviour(status=204), "answers 204"),
        (Behaviour(status=206), "does not say which range"),
        (Behaviour(status=304), "answers 304"),
        (Behaviour(status=416), "answers 416"),
    ],
)
def test_a_file_is_opened_or_an_error(server: RangeServer, make: Maker, url: str, lie: Behaviour, message: str) -> None:
    server.on("/a.tif", lie)
    with pytest.raises(SourceError, match=message):
        make().open(url)


def test_a_server_that_only_the_catalogue_tells_the_size_for(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/a.tif", Behaviour(total_off=None))
    file = remote(make(), url, size=len(DATA))
    assert file.read(400_000, 10) == DATA[400_000:400_010]


def test_the_catalogues_size_must_be_right(make: Maker, url: str) -> None:
    with pytest.raises(SourceError, match="the catalogue says 7 bytes, the server 500,000"):
        make().open(url, size=7)
    assert make().open(url, size=len(DATA)).size == len(DATA)


@pytest.mark.parametrize("ranges", [True, False])
def test_an_empty_file(server: RangeServer, make: Maker, ranges: bool) -> None:
    address = server.put("/empty", b"")
    server.on("/empty", Behaviour(ranges=ranges))
    with pytest.raises(SourceError, match="empty"):
        make().open(address)


def test_a_file_that_changes_midway_is_an_error_not_a_mixture(
    server: RangeServer, make: Maker, url: str, cache: BlockCache
) -> None:
    server.on("/a.tif", Behaviour(changes_after=2))
    file = remote(make(), url, cache)
    assert file.read(100_000, 10) == DATA[100_000:100_010]
    with pytest.raises(SourceError, match="changed while it was read"):
        file.read(200_000, 10)
    fresh = remote(make(), url, cache)
    assert fresh.etag != file.etag
    assert fresh.read(100_000, 10) == bytes(255 - b for b in DATA[100_000:100_010])


# ---------------------------------------------------------------------- servers without ranges


@pytest.mark.parametrize("etag", [None, ""])
def test_a_server_without_ranges_sends_the_file_once(
    server: RangeServer, make: Maker, url: str, cache: BlockCache, etag: str | None
) -> None:
    server.on("/a.tif", Behaviour(ranges=False, etag=etag))
    file = remote(make(), url, cache, checksum=DIGEST)
    file.fetch([(0, 10), (400_000, 1000)])
    assert file.read(400_000, 1000) == DATA[400_000:401_000]
    assert file.read(0, 10**9) == DATA
    assert len(server.requests) == 1
    again = remote(make(), url, cache, checksum=DIGEST)
    assert again.read(123_456, 1000) == DATA[123_456:124_456]
    assert [r.status for r in server.requests] == [200, 304]  # the second run only asks whether it changed


def test_a_whole_file_that_fell_out_of_the_cache_comes_again(
    server: RangeServer, make: Maker, url: str, tmp_path: Path
) -> None:
    cache = BlockCache(tmp_path / "small", most_bytes=1000)
    server.on("/a.tif", Behaviour(ranges=False))
    remote(make(), url, cache)
    again = remote(make(), url, cache)
    assert again.read(300_000, 500) == DATA[300_000:300_500]
    assert again.read(100, 500) == DATA[100:600]
    assert [r.status for r in server.requests] == [200, 304, 200]


def test_a_whole_file_has_a_limit(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/a.tif", Behaviour(ranges=False))
    transport = make(limits={"most_whole_bytes": 100_000})
    with pytest.raises(SourceError, match="500,000 bytes are more than the 100,000 allowed"):
        transport.open(url)
    server.on("/a.tif", Behaviour(endless=True))
    with pytest.raises(SourceError, match="larger than the 100,000 bytes allowed"):
        transport.open(url)
    assert transport.stats.bytes < 300_000


@pytest.mark.parametrize("times", [1, None])
def test_a_whole_file_that_is_cut_is_begun_again(server: RangeServer, make: Maker, url: str, times: int | None) -> None:
    server.on("/a.tif", Behaviour(ranges=False, cut_after=100_000, times=1))
    if times:
        assert remote(make(), url).read(0, len(DATA)) == DATA
    else:
        server.on("/a.tif", Behaviour(ranges=False, cut_after=100_000))
        with pytest.raises(SourceError, match="failed 4 times"):
            make().open(url)


def test_a_whole_file_is_the_one_that_the_catalogue_describes(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/a.tif", Behaviour(ranges=False))
    with pytest.raises(SourceError, match="checksum"):
        make().open(url, checksum="1220" + "0" * 64)
    with pytest.raises(SourceError, match="the catalogue says 5 bytes"):
        make().open(url, size=5)
    assert make().open(url, checksum="1114" + "0" * 40, size=len(DATA)).size == len(DATA)  # SHA-1 is not checked


def test_a_whole_file_that_comes_again_must_be_as_long(server: RangeServer, make: Maker, tmp_path: Path) -> None:
    """Without Content-Length, only the end of the body tells how long it is."""
    bodies = [DATA, None, DATA[:-5]]

    def serve(_: Arrived) -> Answer:
        body = bodies.pop(0)
        if body is None:
            return Answer(304)
        return Answer(200, body, {"ETag": '"same"', "Content-Encoding": "identity"})

    address = server.mount("/w", serve)
    cache = BlockCache(tmp_path / "small", most_bytes=1000)
    remote(make(), address, cache)
    again = remote(make(), address, cache)
    with pytest.raises(SourceError, match="changed while it was read"):
        again.read(300_000, 500)


# ---------------------------------------------------------------------- the cache


def test_a_second_run_asks_only_whether_the_file_changed(
    server: RangeServer, make: Maker, url: str, cache: BlockCache
) -> None:
    wanted = [(100_000, 5000), (300_000, 5000)]
    remote(make(), url, cache).fetch(wanted)
    server.forget()
    file = remote(make(), url + "?sig=abc&se=2030", cache)  # signed anew: the same file
    file.fetch(wanted)
    assert [file.read(*w) for w in wanted] == [DATA[a : a + n] for a, n in wanted]
    assert [r.status for r in server.requests] == [304]
    assert file.stats.bytes == 0
    assert file.stats.cached_bytes == 10_000


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_strong_version_the_date_and_size_tell(
    server: RangeServer, make: Maker, url: str, cache: BlockCache, etag: str
) -> None:
    server.on("/a.tif", Behaviour(etag=etag))
    remote(make(), url, cache).fetch([(100_000, 5000)])
    assert "if-match" not in server.requests[-1].headers
    server.forget()
    assert remote(make(), url, cache).read(100_000, 5000) == DATA[100_000:105_000]
    assert [r.status for r in server.requests] == [304]


def test_without_any_version_nothing_is_kept(server: RangeServer, make: Maker, url: str, cache: BlockCache) -> None:
    server.on("/a.tif", Behaviour(etag="", last_modified=""))
    remote(make(), url, cache).fetch([(100_000, 5000)])
    assert cache.held_bytes == 0


def test_a_damaged_cache_is_fetched_again(make: Maker, url: str, cache: BlockCache) -> None:
    remote(make(), url, cache).fetch([(100_000, 5000)])
    for blob in (cache.folder / "blobs").rglob("*"):
        if blob.is_file():
            blob.write_bytes(bytes(blob.stat().st_size))
    assert remote(make(), url, cache).read(100_000, 5000) == DATA[100_000:105_000]


def test_a_file_that_changed_between_runs_is_read_anew(
    server: RangeServer, make: Maker, url: str, cache: BlockCache
) -> None:
    remote(make(), url, cache).fetch([(100_000, 10)])
    changed = bytes(reversed(DATA)) + b"longer"
    server.put("/a.tif", changed)
    file = remote(make(), url, cache)
    assert (file.size, file.read(100_000, 10)) == (len(changed), changed[100_000:100_010])


def test_several_threads_on_one_file(make: Maker, url: str, cache: BlockCache) -> None:
    file = remote(make(), url, cache)

    def work(seed: int) -> None:
        rng = seeded(seed)
        for _ in range(5):
            start, length = rng.randrange(490_000), rng.randrange(1, 9000)
            assert file.read(start, length) == DATA[start : start + length]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))


def test_a_closed_file_and_its_name(make: Maker, url: str) -> None:
    file = remote(make(), url + "?token=abc")
    assert repr(file) == f"RemoteFile('{url}?***', size=500000)"
    file.close()
    assert file.read(0, 5) == DATA[:5]
