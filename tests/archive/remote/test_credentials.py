"""Every way to be let in: what arrives at the right server, what never arrives at another, what is missing."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from range_server import Answer, Arrived, Behaviour, RangeServer, json_answer

from wayside.archive.remote import Transport
from wayside.archive.remote.credentials import Credentials, default_netrc
from wayside.errors import AddressRefusedError, InputError, SourceError
from wayside.model.sources import Authentication, AuthenticationKind, CatalogueSource

Maker = Callable[..., Transport]
K = AuthenticationKind
SECRET = "Qz9-hunter2-Zq"  # noqa: S105 - made up
ENVIRON = {"TOKEN": SECRET, "PAIR": f"me:{SECRET}"}
NETRC = f"machine 127.0.0.1 login me password {SECRET}\nmachine other.example login you password x\n"
BASIC = "Basic " + b64encode(f"me:{SECRET}".encode()).decode()

WAYS = {
    "bearer": (Authentication(K.BEARER, variable="TOKEN"), Behaviour(authorization=f"Bearer {SECRET}")),
    "basic": (Authentication(K.BASIC, variable="PAIR"), Behaviour(authorization=BASIC)),
    "header": (Authentication(K.HEADER, variable="TOKEN", name="X-Api-Key"), Behaviour(header=("X-Api-Key", SECRET))),
    "query": (Authentication(K.QUERY, variable="TOKEN", name="key"), Behaviour(query=("key", SECRET))),
    "netrc": (Authentication(K.NETRC), Behaviour(authorization=BASIC)),
}


@pytest.fixture
def netrc_path(tmp_path: Path) -> Path:
    path = tmp_path / "netrc"
    path.write_text(NETRC)
    return path


@pytest.fixture(params=sorted(WAYS))
def way(request: pytest.FixtureRequest) -> tuple[Authentication, Behaviour]:
    return WAYS[request.param]


def arrived_with_secret(server: RangeServer) -> list[bool]:
    return [SECRET in r.query or BASIC in str(r.headers) or SECRET in str(r.headers) for r in server.requests]


def test_the_secret_opens_documents_searches_and_files(
    server: RangeServer, make: Maker, netrc_path: Path, way: tuple[Authentication, Behaviour]
) -> None:
    how, demand = way
    server.on("/a", demand)
    server.put("/a", b"{}" * 50_000)
    transport = make(authentication=how, environ=ENVIRON, netrc_path=netrc_path)
    assert transport.get(server.url("/a?x=1")).status == 200
    assert transport.post_json(server.url("/a"), {}).status == 200
    assert transport.open(server.url("/a")).read(50_000, 4) == b"{}{}"
    assert all(arrived_with_secret(server))
    assert "x=1" in server.requests[0].query


@pytest.mark.parametrize("how_far", ["port", "name", "redirect"])
def test_the_secret_goes_nowhere_else(
    server: RangeServer, make: Maker, netrc_path: Path, way: tuple[Authentication, Behaviour], how_far: str
) -> None:
    with RangeServer() as other:
        other.put("/b", b"{}" * 50_000)
        server.put("/b", b"{}" * 50_000)
        host = "localhost" if how_far == "name" else "127.0.0.1"
        port = server.port if how_far == "name" else other.port
        server.on("/a", Behaviour(redirect=other.url("/b")))
        transport = make(authentication=way[0], environ=ENVIRON, netrc_path=netrc_path)
        address = server.url("/a") if how_far == "redirect" else f"http://{host}:{port}/b"
        transport.get(address)
        transport.open(address)
        assert not any(arrived_with_secret(other))
        if how_far == "name":
            assert not any(arrived_with_secret(server))


def test_the_secret_goes_to_hosts_that_are_named(
    make: Maker, netrc_path: Path, way: tuple[Authentication, Behaviour]
) -> None:
    with RangeServer() as other:
        other.put("/b", b"{}")
        how = Authentication(way[0].kind, way[0].variable, way[0].name, hosts=(f"127.0.0.1:{other.port}",))
        make(authentication=how, environ=ENVIRON, netrc_path=netrc_path).get(other.url("/b"))
        assert arrived_with_secret(other) == [True]


def test_the_secret_survives_a_redirect_on_its_own_host(
    server: RangeServer, make: Maker, netrc_path: Path, way: tuple[Authentication, Behaviour]
) -> None:
    server.put("/b", b"{}")
    server.on("/b", way[1])
    server.on("/a", Behaviour(redirect="/b"))
    assert make(authentication=way[0], environ=ENVIRON, netrc_path=netrc_path).get(server.url("/a")).status == 200


@pytest.mark.parametrize(
    ("kind", "environ", "message"),
    [
        ("bearer", {}, "environment variable TOKEN is not set"),
        ("bearer", {"TOKEN": "  "}, "environment variable TOKEN is not set"),
        ("header", {"TOKEN": f"{SECRET}\nX-Evil: 1"}, "environment variable TOKEN holds characters"),
        ("query", {"TOKEN": f"{SECRET}é"}, "environment variable TOKEN holds characters"),
        ("basic", {"PAIR": SECRET}, "environment variable PAIR must hold user:password"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_sent(
    server: RangeServer, make: Maker, kind: str, environ: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        make(authentication=WAYS[kind][0], environ=environ)
    assert SECRET not in str(caught.value)
    assert "source test" in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "no netrc file"),
        ("machine other.example login a password b", "has no entry for 127.0.0.1"),
        (f"machine 127.0.0.1 login me pasword {SECRET}", r"cannot be read \(line 1\)"),
        (f"machine 127.0.0.1 login me password {SECRET}é", "holds characters that cannot be sent"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_netrc_that_does_not_help(make: Maker, tmp_path: Path, text: str | bytes | None, message: str) -> None:
    path = tmp_path / ".netrc"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=message) as caught:
        make(authentication=Authentication(K.NETRC), environ={"HOME": str(tmp_path)})
    assert SECRET not in str(caught.value)


def test_where_netrc_is() -> None:
    assert default_netrc({}) is None
    assert default_netrc({"HOME": "/home/me"}) == Path("/home/me/.netrc")
    assert default_netrc({"HOME": "/home/me", "NETRC": "/x/y"}) == Path("/x/y")


@pytest.mark.parametrize(
    "case",
    [
        (WAYS["bearer"][0], "own", "was sent the secret from environment variable TOKEN"),
        (WAYS["netrc"][0], "own", "was sent the secret from the netrc entry"),
        (WAYS["query"][0], "own", "was sent the secret from environment variable TOKEN"),
        (WAYS["bearer"][0], "other", r"was not sent, since 127\.0\.0\.1 is not a host of source test"),
        (WAYS["header"][0], "redirect", "was not sent, since"),
        (Authentication(), "own", "`authentication` in wayside.toml"),
    ],
)
def test_who_is_refused_is_told_which_secret_it_was(
    server: RangeServer, make: Maker, netrc_path: Path, case: tuple[Authentication, str, str]
) -> None:
    how, where, hint = case
    with RangeServer() as other:
        for each in (server, other):
            each.on("/a", Behaviour(status=401))
        server.on("/r", Behaviour(redirect=other.url("/a")))
        address = {"own": server.url("/a"), "other": other.url("/a"), "redirect": server.url("/r")}[where]
        with pytest.raises(SourceError, match=hint) as caught:
            make(authentication=how, environ=ENVIRON, netrc_path=netrc_path).get(address)
        assert SECRET not in str(caught.value)


def test_secrets_do_not_travel_unencrypted(make: Maker) -> None:
    with pytest.raises(InputError, match="unencrypted"):
        make("http://stac.example", local=False, authentication=WAYS["bearer"][0], environ=ENVIRON)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://stac.example/a", True),
        ("https://STAC.example:443/a", True),
        ("https://stac.example.:443/a", True),
        ("https://assets.example/a", True),
        ("https://assets.example:8443/a", False),
        ("https://ported.example:8443/a", True),
        ("https://ported.example/a", False),
        ("http://stac.example/a", False),
        ("http://assets.example/a", False),
        ("https://stac.example:8443/a", False),
        ("https://evil-stac.example/a", False),
        ("https://stac.example.evil/a", False),
        ("https://sub.stac.example/a", False),
    ],
)
def test_where_secrets_belong(url: str, expected: bool) -> None:
    how = Authentication(K.BEARER, variable="TOKEN", hosts=("Assets.example", "ported.example:8443"))
    credentials = Credentials(
        CatalogueSource("s", "https://stac.example/v1", authentication=how), environ=ENVIRON, netrc_path=None
    )
    assert credentials.is_for(httpx.URL(url)) == expected
    assert bool(credentials.headers(httpx.URL(url))) == expected
    assert repr(credentials) == "Credentials(source='s', kind='bearer')"


def test_a_hook_gives_headers_for_the_catalogues_hosts_alone(server: RangeServer, make: Maker) -> None:
    asked: list[str] = []

    def hook(url: str) -> Mapping[str, str]:
        asked.append(url)
        return {"X-Signed": f"{SECRET}-{len(asked)}"}

    with RangeServer() as other:
        other.put("/b", b"{}")
        server.put("/a", b"{}")
        server.on("/r", Behaviour(redirect=other.url("/b")))
        transport = make(hook=hook)
        for path in ("/a", "/a", "/r"):
            transport.get(server.url(path))
        transport.get(other.url("/b"))
        assert [r.headers["x-signed"] for r in server.requests] == [f"{SECRET}-{i}" for i in (1, 2, 3)]
        assert not any(arrived_with_secret(other))
        assert len(asked) == 3
        assert SECRET not in transport.shown(f"https://h.example/{SECRET}-2")


def test_a_hook_whose_headers_cannot_be_sent(server: RangeServer, make: Maker) -> None:
    with pytest.raises(InputError, match="header X from the hook holds characters"):
        make(hook=lambda _: {"X": "a\r\nY: b"}).get(server.url("/a"))


# ---------------------------------------------------------------------- signed addresses


class Service:
    """Signs as Planetary Computer does, and serves what is signed with its newest signature only."""

    def __init__(self, server: RangeServer, now: Callable[[], datetime]) -> None:
        self.server, self.now = server, now
        self.signed: list[str] = []
        self.keys: list[str] = []
        self.valid = 0
        self.document: object = None
        self.url = server.mount("/sign", self._sign)
        self.asset = server.mount("/blob", self._serve)

    def _sign(self, arrived: Arrived) -> Answer:
        self.signed.append(arrived.params["href"])
        self.keys.append(arrived.headers.get("ocp-apim-subscription-key", ""))
        self.valid += 1
        expiry = (self.now() + timedelta(minutes=45)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return json_answer(
            self.document or {"msft:expiry": expiry, "href": f"{arrived.params['href']}?st=1&sig={SECRET}{self.valid}"}
        )

    def _serve(self, arrived: Arrived) -> Answer:
        if arrived.params.get("sig") != f"{SECRET}{self.valid}":
            return Answer(403, b"<Error>signature</Error>")
        start, stop = arrived.headers["range"].removeprefix("bytes=").split("-")
        data = bytes(100_000)[int(start) : int(stop) + 1]
        return Answer(206, data, {"Content-Range": f"bytes {start}-{int(start) + len(data) - 1}/100000", "ETag": '"1"'})


class Day:
    """A time of day that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def service(server: RangeServer, day: Day) -> Service:
    return Service(server, day)


def signing(service: Service, **more: str) -> Authentication:
    return Authentication(K.SIGN, sign_url=service.url, **more)  # type: ignore[arg-type]


def test_assets_are_signed_once_and_kept_until_a_minute_before_the_end(make: Maker, service: Service, day: Day) -> None:
    transport = make(authentication=signing(service), now=day)
    file = transport.open(service.asset)
    file.read(50_000, 10)
    day.at += timedelta(minutes=43, seconds=59)
    file.read(60_000, 10)
    assert service.signed == [service.asset]
    day.at += timedelta(seconds=2)
    file.read(70_000, 10)
    assert len(service.signed) == 2
    assert file.name == service.asset
    assert service.keys == ["", ""]


def test_a_refused_signature_is_made_anew_once(make: Maker, service: Service, day: Day) -> None:
    file = make(authentication=signing(service), now=day).open(service.asset)
    service.valid += 1  # the old one is revoked
    assert file.read(50_000, 10) == bytes(10)
    assert len(service.signed) == 2


def test_a_signature_that_never_works_ends(server: RangeServer, make: Maker, service: Service, day: Day) -> None:
    server.mount("/blob", lambda _: Answer(403))
    with pytest.raises(SourceError, match=r"lets nobody in \(403\).*signed by the service of source test") as caught:
        make(authentication=signing(service), now=day).open(service.asset)
    assert len(service.signed) == 2
    assert SECRET not in str(caught.value)


def test_the_subscription_key_goes_to_the_service_alone(
    server: RangeServer, make: Maker, service: Service, day: Day
) -> None:
    how = signing(service, variable="TOKEN")
    make(authentication=how, environ=ENVIRON, now=day).open(service.asset)
    assert service.keys == [SECRET]
    assert all("ocp-apim-subscription-key" not in r.headers for r in server.of("/blob"))
    how = signing(service, variable="TOKEN", name="X-Own")
    make(authentication=how, environ=ENVIRON, now=day).open(service.asset)
    assert server.of("/sign")[-1].headers["x-own"] == SECRET


def test_documents_are_not_signed(server: RangeServer, make: Maker, service: Service, day: Day) -> None:
    server.put("/catalog.json", b"{}")
    make(authentication=signing(service), now=day).get(server.url("/catalog.json"))
    assert service.signed == []


def test_only_named_hosts_are_signed_where_hosts_are_named(
    server: RangeServer, make: Maker, service: Service, day: Day
) -> None:
    server.put("/a", bytes(10))
    transport = make(authentication=signing(service, hosts=("blob.example",)), now=day)  # type: ignore[arg-type]
    assert transport.open(server.url("/a")).size == 10
    assert service.signed == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        None,
        {"href": 5},
        {"href": "not an address at all"},
        {"href": "https://evil.example/blob?sig=1"},
        {"href": "{root}/other?sig=1"},
        {"href": "{root}/blob/../other?sig=1"},
        {"href": "{root}/blob%2f?sig=1"},
        {"href": "http://u:p@127.0.0.1:{port}/blob?sig=1"},
        {"href": "file:///blob"},
        {"href": "http://[::1/blob"},
    ],
)
def test_a_service_may_change_the_query_alone(
    server: RangeServer, make: Maker, service: Service, day: Day, answer: object
) -> None:
    text = json.dumps(answer).replace("{root}", server.root).replace("{port}", str(server.port))
    service.document = json.loads(text) or {"no": "address"}
    with pytest.raises(SourceError, match=r"did not answer with a signed address|address of another file"):
        make(authentication=signing(service), now=day).open(service.asset)
    assert server.of("/blob") == server.of("/other") == []


@pytest.mark.parametrize(
    ("expiry", "minutes"),
    [(None, 5), ("soon", 5), (7, 5), ("0001-01-01T00:00:00Z", 5), ("2026-01-01T00:11:00", 10)],
)
def test_a_service_that_does_not_say_until_when(
    make: Maker, service: Service, day: Day, expiry: object, minutes: int
) -> None:
    service.document = {"href": f"{service.asset}?sig={SECRET}1", "msft:expiry": expiry}
    file = make(authentication=signing(service), now=day).open(service.asset)
    service.valid = 1
    day.at += timedelta(minutes=minutes, seconds=-1)
    file.read(50_000, 5)
    assert len(service.signed) == 1
    day.at += timedelta(seconds=2)
    with pytest.raises(SourceError):
        file.read(60_000, 5)
    assert len(service.signed) > 1


@pytest.mark.parametrize("status", [404, 500, 429])
def test_a_service_that_does_not_answer(
    server: RangeServer, make: Maker, service: Service, day: Day, status: int
) -> None:
    server.on("/sign", Behaviour(status=status))
    with pytest.raises(SourceError, match=str(status)):
        make(authentication=signing(service), now=day).open(service.asset)


def test_a_service_that_answers_no_json(server: RangeServer, make: Maker, service: Service, day: Day) -> None:
    server.mount("/sign", lambda _: Answer(200, b"{" * 100_000))
    with pytest.raises(SourceError, match="did not answer with a signed address"):
        make(authentication=signing(service), now=day).open(service.asset)


def test_a_service_that_may_not_be_reached(make: Maker) -> None:
    how = Authentication(K.SIGN, sign_url="http://127.0.0.1:1/sign")
    with pytest.raises(AddressRefusedError):
        make("https://stac.example", local=False, authentication=how)


def test_code_may_sign_itself(server: RangeServer, make: Maker) -> None:
    class Own:
        def __init__(self) -> None:
            self.forgotten: list[str] = []

        def sign(self, href: str) -> str:
            return href + f"?own={SECRET}{len(self.forgotten)}"

        def forget(self, href: str) -> None:
            self.forgotten.append(href)

    own = Own()
    server.on("/a", Behaviour(query=("own", f"{SECRET}1")))
    server.put("/a", bytes(10))
    file = make(signer=own).open(server.url("/a"))
    assert file.size == 10
    assert own.forgotten == [server.url("/a")]
    assert SECRET not in file.name
