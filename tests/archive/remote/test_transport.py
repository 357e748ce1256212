"""Documents from a real server that behaves in every bad way."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer

from wayside.archive.remote import RetryPolicy, Transport
from wayside.errors import AddressRefusedError, SourceError

Maker = Callable[..., Transport]
Waits = list[float]
DOCUMENT = json.dumps({"type": "Catalog", "text": "ä" * 1000}).encode()


@pytest.fixture
def url(server: RangeServer) -> str:
    return server.put("/catalog.json", DOCUMENT)


def test_a_document_comes_with_its_headers_and_address(server: RangeServer, make: Maker, url: str) -> None:
    reply = make().get(url, params={"limit": "3"}, headers={"Accept": "application/geo+json"})
    assert (reply.status, reply.body, reply.url) == (200, DOCUMENT, url + "?limit=3")
    assert reply.headers["content-length"] == str(len(DOCUMENT))
    sent = server.requests[-1]
    assert sent.query == "limit=3"
    assert sent.headers["accept"] == "application/geo+json"
    assert sent.headers["user-agent"].startswith("wayside/")
    assert "cookie" not in sent.headers


def test_parameters_join_those_of_the_address(server: RangeServer, make: Maker, url: str) -> None:
    make().get(url + "?a=1", params={"b": "x y&z"})
    assert server.requests[-1].query in {"a=1&b=x+y%26z", "a=1&b=x%20y%26z"}


def test_one_connection_serves_many_requests(server: RangeServer, make: Maker, url: str) -> None:
    transport = make()
    for _ in range(5):
        transport.get(url)
    assert len({r.client for r in server.requests}) == 1
    assert transport.stats.requests == len(server.requests) == 5


def test_several_threads(make: Maker, url: str) -> None:
    transport = make()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: transport.get(url), range(40)))
    assert {r.body for r in replies} == {DOCUMENT}
    assert transport.stats.requests == 40


def test_what_is_packed_is_unpacked(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(gzip=True))
    assert make().get(url).body == DOCUMENT


def test_a_posted_search(server: RangeServer, make: Maker) -> None:
    def search(arrived: Arrived) -> Answer:
        return json_answer(
            {"method": arrived.method, "got": json.loads(arrived.body), "type": arrived.headers["content-type"]}
        )

    address = server.mount("/search", search)
    reply = make().post_json(address, {"bbox": [1, 2, 3, 4]}, headers={"X-Own": "1"})
    assert json.loads(reply.body) == {"method": "POST", "got": {"bbox": [1, 2, 3, 4]}, "type": "application/json"}
    assert server.requests[-1].headers["x-own"] == "1"


@pytest.mark.parametrize("status", [400, 404, 405, 410, 422, 501])
def test_other_refusals_are_for_the_caller_to_judge(
    server: RangeServer, make: Maker, url: str, status: int, waits: Waits
) -> None:
    server.on("/catalog.json", Behaviour(status=status))
    reply = make().get(url)
    assert (reply.status, reply.body, waits) == (status, b"sorry", [])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 408])
def test_what_may_pass_is_asked_for_again(
    server: RangeServer, make: Maker, url: str, status: int, waits: Waits
) -> None:
    server.on("/catalog.json", Behaviour(status=status, times=3))
    assert make().get(url).body == DOCUMENT
    assert [r.status for r in server.requests] == [status] * 3 + [200]
    assert len(waits) == 3
    assert all(0 <= w <= 0.5 * 2**i for i, w in enumerate(waits))


def test_a_search_is_posted_again(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(status=503, times=2))
    assert make().post_json(url, {"limit": 1}).body == DOCUMENT
    assert [(r.method, r.status) for r in server.requests] == [("POST", 503), ("POST", 503), ("POST", 200)]


def test_it_gives_up(server: RangeServer, make: Maker, url: str, waits: Waits) -> None:
    server.on("/catalog.json", Behaviour(status=503))
    with pytest.raises(SourceError, match=r"failed 4 times, at last: the server answers 503") as caught:
        make().get(url)
    assert caught.value.where == url
    assert caught.value.todo
    assert len(waits) == 3


def test_retry_after_in_seconds_is_honoured(server: RangeServer, make: Maker, url: str, waits: Waits) -> None:
    server.on("/catalog.json", Behaviour(status=429, times=1, retry_after="7"))
    make().get(url)
    assert len(waits) == 1
    assert 7 <= waits[0] <= 7.5


def test_retry_after_as_a_date_is_honoured(server: RangeServer, make: Maker, url: str, waits: Waits) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    server.on(
        "/catalog.json",
        Behaviour(status=503, times=1, retry_after=format_datetime(now + timedelta(seconds=9), usegmt=True)),
    )
    make(now=lambda: now).get(url)
    assert 9 <= waits[0] <= 9.5


def test_retry_after_is_capped(server: RangeServer, make: Maker, url: str, waits: Waits) -> None:
    server.on("/catalog.json", Behaviour(status=503, times=1, retry_after="86400"))
    make(limits={"retry": RetryPolicy(attempts=3, retry_after_cap_s=12)}).get(url)
    assert 12 <= waits[0] <= 12.5


def test_no_wait_goes_past_the_end(server: RangeServer, make: Maker, url: str, waits: Waits) -> None:
    server.on("/catalog.json", Behaviour(status=503, retry_after="100"))
    with pytest.raises(SourceError, match="no time is left"):
        make().get(url)
    assert waits == []


@pytest.mark.parametrize(
    "fault",
    [
        Behaviour(stall_headers_s=5, times=1),
        Behaviour(stall_body_s=5, stall_after=100, times=1),
        Behaviour(cut_after=0, times=1),
        Behaviour(cut_after=500, times=1),
        Behaviour(length_off=50, times=1),
    ],
    ids=["stalled headers", "stalled body", "no body", "cut body", "length too long"],
)
def test_faults_of_the_network_pass(server: RangeServer, make: Maker, url: str, fault: Behaviour, waits: Waits) -> None:
    server.on("/catalog.json", fault)
    assert make().get(url).body == DOCUMENT
    assert len(server.requests) == 2
    assert len(waits) == 1


def test_a_packed_answer_that_ends_early_is_asked_for_again(server: RangeServer, make: Maker) -> None:
    packed = gzip.compress(DOCUMENT)
    answers = [packed[:-20], packed]
    address = server.mount("/gz", lambda _: Answer(200, answers.pop(0), {"Content-Encoding": "gzip"}))
    assert make().get(address).body == DOCUMENT


def test_nobody_listens(server: RangeServer, make: Maker, waits: Waits) -> None:
    port = server.port
    server.stop()
    with pytest.raises(SourceError, match=r"cannot be connected to \(refused\)"):
        make(f"http://127.0.0.1:{port}").get(f"http://127.0.0.1:{port}/a")
    assert len(waits) == 3


def test_not_http_at_all(make: Maker, server: RangeServer) -> None:
    address = server.mount("/odd", lambda _: Answer(200, b"", {"Broken": "a\nno header"}))
    with pytest.raises(SourceError, match="failed 4 times, at last: the answer was cut off or is not HTTP"):
        make().get(address)


def test_a_proxy_that_is_not_used_is_named(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(status=503))
    environ = {"HTTPS_PROXY": "http://u:hunter2@proxy.example:3128", "http_proxy": "http://127.0.0.1:1"}
    with pytest.raises(SourceError, match="names a proxy, which is not used") as caught:
        make(environ=environ).get(url)
    assert "hunter2" not in str(caught.value)
    assert len(server.requests) == 4  # it was the server that answered


def test_a_slow_drip_ends_at_the_deadline(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(drip_s=0.05, drip_bytes=1))
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"took longer than 0\.4 s"):
        make(limits={"total_s": 0.4}).get(url)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("limit", [None, 1000])
def test_what_is_too_large_by_its_own_word_is_not_read(
    server: RangeServer, make: Maker, url: str, limit: int | None
) -> None:
    with pytest.raises(SourceError, match="more than the 1,000 allowed"):
        make(limits={"most_document_bytes": 1000 if limit is None else 10**6}).get(url, most_bytes=limit)
    assert len(server.requests) == 1


def test_an_endless_body_is_cut_off(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(endless=True))
    transport = make()
    with pytest.raises(SourceError, match="larger than the 300,000 bytes"):
        transport.get(url, most_bytes=300_000)
    assert transport.stats.bytes < 500_000


def test_a_bomb_is_cut_off(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(bomb_mb=5))
    transport = make(limits={"read_s": 5.0})
    with pytest.raises(SourceError, match="larger than the 1,000,000 bytes"):
        transport.get(url, most_bytes=1_000_000)
    assert transport.stats.bytes < 100_000


def test_packing_that_was_not_asked_for_is_refused(server: RangeServer, make: Maker, url: str) -> None:
    server.on("/catalog.json", Behaviour(encoding="br"))
    with pytest.raises(SourceError, match="'br', which was not asked for"):
        make().get(url)
    assert server.requests[-1].headers["accept-encoding"] == "gzip, deflate"


def test_cookies_are_never_sent_back_nor_told(server: RangeServer, make: Maker) -> None:
    address = server.mount("/c", lambda _: Answer(200, b"{}", {"Set-Cookie": "id=abc; Path=/", "X-Other": "1"}))
    transport = make()
    first, _ = transport.get(address), transport.get(address)
    assert "set-cookie" not in first.headers
    assert first.headers["x-other"] == "1"
    assert all("cookie" not in r.headers for r in server.requests)


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_not_let_in_is_told_what_to_do(server: RangeServer, make: Maker, url: str, status: int) -> None:
    server.on("/catalog.json", Behaviour(status=status))
    with pytest.raises(SourceError, match=rf"lets nobody in \({status}\).*`authentication` in wayside\.toml"):
        make().get(url)
    assert len(server.requests) == 1


def test_a_document_that_cannot_be_json_is_not_sent(server: RangeServer, make: Maker, url: str) -> None:
    with pytest.raises(ValueError, match="JSON"):
        make().post_json(url, {"a": float("nan")})
    assert server.requests == []


def test_a_catalogue_on_this_machine(make: Maker, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "catalog.json").write_bytes(DOCUMENT)
    (tmp_path / "outside.json").write_bytes(b"{}")
    for address in (str(folder / "catalog.json"), (folder / "catalog.json").as_uri(), str(folder)):
        transport = make(address)
        for href in (str(folder / "catalog.json"), (folder / "catalog.json").as_uri(), "catalog.json"):
            reply = transport.get(href)
            assert (reply.status, reply.body) == (200, DOCUMENT)
        with pytest.raises(AddressRefusedError, match="outside the catalogue's folder"):
            transport.get(str(tmp_path / "outside.json"))
        with pytest.raises(SourceError, match="more than the 10 allowed"):
            transport.get("catalog.json", most_bytes=10)


def test_a_closed_transport_says_so_and_closes_twice(make: Maker, url: str) -> None:
    transport = make()
    with transport:
        transport.get(url)
    transport.close()
    assert repr(transport) == "Transport(source='test')"
