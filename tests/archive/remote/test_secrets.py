"""No secret in logs, exceptions, their chains, reprs, replies or the cache: in every kind, in every failure."""

from __future__ import annotations

import logging
import traceback
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer

from wayside.archive.remote import BlockCache, RetryPolicy, Transport
from wayside.errors import WaysideError
from wayside.model.sources import Authentication, AuthenticationKind

Maker = Callable[..., Transport]
K = AuthenticationKind
SECRET = "Qz9/hunter2+Zq="  # noqa: S105 - made up
FORMS = (SECRET, quote(SECRET), quote(SECRET, safe=""), b64encode(f"me:{SECRET}".encode()).decode(), "Qz9")

FAULTS = {
    "none": Behaviour(),
    "unavailable": Behaviour(status=503),
    "refused": Behaviour(status=403),
    "missing": Behaviour(status=404),
    "stalled": Behaviour(stall_headers_s=1),
    "cut": Behaviour(cut_after=10),
    "lie": Behaviour(start_off=2),
    "packed": Behaviour(encoding="br"),
    "loop": Behaviour(redirect="/a"),
    "away": Behaviour(redirect=f"http://169.254.169.254/{quote(SECRET, safe='')}?token={SECRET}"),
    "file": Behaviour(redirect=f"file:///{SECRET}"),
    "odd": Behaviour(redirect=f"http://[{SECRET}"),
    "user": Behaviour(redirect=f"http://me:{quote(SECRET, safe='')}@127.0.0.1/"),
}


def chain(error: BaseException) -> str:
    """Return everything that could be printed of an exception and of all that is behind it."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
    texts = [text for e in seen for text in (*traceback.format_exception(e), repr(e), str(e.args), str(vars(e)))]
    return "\n".join(texts)


KINDS = ["bearer", "basic", "header", "query", "netrc", "sign", "hook", "presigned"]


@pytest.mark.parametrize("case", [(kind, fault) for kind in KINDS for fault in sorted(FAULTS)], ids="-".join)
def test_nothing_leaks(
    server: RangeServer, make: Maker, tmp_path: Path, caplog: pytest.LogCaptureFixture, case: tuple[str, str]
) -> None:
    kind, fault = case
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpcore").setLevel(logging.DEBUG)
    (tmp_path / "netrc").write_text(f'machine 127.0.0.1 login me password "{SECRET}"')
    cache = BlockCache(tmp_path / "cache", most_bytes=10**6)

    def sign(arrived: Arrived) -> Answer:
        return json_answer({"href": f"{arrived.params['href']}?sig={quote(SECRET, safe='')}"})

    ways = {
        "bearer": Authentication(K.BEARER, variable="TOKEN"),
        "basic": Authentication(K.BASIC, variable="PAIR"),
        "header": Authentication(K.HEADER, variable="TOKEN", name="X-Key"),
        "query": Authentication(K.QUERY, variable="TOKEN", name="limit"),
        "netrc": Authentication(K.NETRC),
        "sign": Authentication(K.SIGN, sign_url=server.mount("/sign", sign), variable="TOKEN"),
    }
    server.on("/a", FAULTS[fault])
    address = server.put("/a", bytes(200_000)) + (f"?token={quote(SECRET, safe='')}" if kind == "presigned" else "")
    transport = make(
        authentication=ways.get(kind),
        environ={"TOKEN": SECRET, "PAIR": f"me:{SECRET}"},
        netrc_path=tmp_path / "netrc",
        hook=(lambda _: {"X-Hook": SECRET}) if kind == "hook" else None,
        limits={"read_s": 0.05, "retry": RetryPolicy(attempts=2)},
    )
    told = [repr(transport), repr(transport._credentials), repr(transport._exchange.signer), repr(transport.stats)]
    for act in (
        lambda: transport.get(address, params={"limit": "5"}),
        lambda: transport.post_json(address, {"a": 1}),
        lambda: transport.open(address, cache=cache),
        lambda: transport.open(address, cache=cache).read(100_000, 50),
    ):
        try:
            result = act()
            told.append(str(getattr(result, "url", "")) + repr(getattr(result, "headers", "")) + repr(result)[:5000])
        except WaysideError as error:
            told += [chain(error), str(error.as_json())]
    transport.close()
    cache.close()
    told += [record.getMessage() + str(record.args) + str(record.exc_info) for record in caplog.records]
    told += [str(p) + p.read_bytes().decode("latin-1") for p in (tmp_path / "cache").rglob("*") if p.is_file()]
    sent = str([(r.query, r.headers) for r in server.requests])
    assert any(form in sent for form in FORMS[:4])  # it was really sent
    assert any("/a" in text for text in told)
    for form in FORMS:
        assert not [text for text in told if form in text]


def test_the_libraries_stay_silent(server: RangeServer, make: Maker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.mount("/a", lambda _: Answer(200, b"{}", {"Set-Cookie": SECRET}))
    make().get(server.url("/a"))
    assert {record.name.split(".")[0] for record in caplog.records} == {"wayside"}
