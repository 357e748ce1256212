"""What is connected to: checked addresses alone, whatever names, look-ups and redirects say."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence

import pytest
from range_server import Answer, Behaviour, RangeServer

from wayside.archive.remote import Transport
from wayside.errors import AddressRefusedError, SourceError
from wayside.model.sources import Authentication, AuthenticationKind

Maker = Callable[..., Transport]


class Book:
    """Looks names up in a dictionary; a list of lists is answered in turn."""

    def __init__(self, **names: Sequence[Sequence[str]]) -> None:
        self.names = {k.replace("_", "."): list(v) for k, v in names.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "10.0.0.5",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:5",
        "fe80::1%lo",
        "100.64.0.9",
    ],
)
def test_a_public_name_of_a_private_address_is_refused(server: RangeServer, make: Maker, address: str) -> None:
    book = Book(evil_example=[[address]])
    with pytest.raises(AddressRefusedError):
        make("https://stac.example", local=False, resolve=book).get(f"http://evil.example:{server.port}/")
    assert server.requests == []


@pytest.mark.parametrize("addresses", [["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "93.184.216.34"]])
def test_all_addresses_of_a_name_must_be_public(server: RangeServer, make: Maker, addresses: list[str]) -> None:
    book = Book(evil_example=[addresses])
    with pytest.raises(AddressRefusedError, match=r"127\.0\.0\.1 is this machine"):
        make("https://stac.example", local=False, resolve=book).get(f"http://evil.example:{server.port}/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
@pytest.mark.parametrize("how", ["get", "open"])
def test_loopback_is_refused_however_it_is_written(server: RangeServer, make: Maker, host: str, how: str) -> None:
    transport = make("https://stac.example", local=False)
    with pytest.raises(AddressRefusedError):
        getattr(transport, how)(f"http://{host}:{server.port}/a")
    assert server.requests == []


def test_a_name_that_changes_its_answer_gains_nothing(server: RangeServer, make: Maker) -> None:
    """The look-up that is checked is the one that is connected to; there is no second one."""
    book = Book(stac_example=[["127.0.0.1"], ["10.9.9.9"]])
    server.put("/a", b"{}")
    transport = make(f"http://stac.example:{server.port}", resolve=book)
    transport.get(f"http://stac.example:{server.port}/a")
    assert book.asked == ["stac.example"]
    assert server.requests[0].headers["host"] == f"stac.example:{server.port}"


def test_the_next_address_is_tried_where_the_first_does_not_answer(server: RangeServer, make: Maker) -> None:
    server.put("/a", b"{}")
    book = Book(stac_example=[["::1", "127.0.0.1"]])
    assert (
        make(f"http://stac.example:{server.port}", resolve=book).get(f"http://stac.example:{server.port}/a").body
        == b"{}"
    )


def test_an_unknown_name(make: Maker) -> None:
    with pytest.raises(SourceError, match="its name is not known"):
        make("https://stac.example", local=False, resolve=Book()).get("https://stac.example/")


def test_a_look_up_that_answers_nonsense(make: Maker) -> None:
    with pytest.raises(AddressRefusedError, match="no IP address"):
        make("https://stac.example", local=False, resolve=Book(stac_example=[["nonsense"]])).get(
            "https://stac.example/"
        )


def test_a_name_without_addresses(make: Maker) -> None:
    with pytest.raises(SourceError, match="cannot be connected to"):
        make("https://stac.example", local=False, resolve=Book(stac_example=[[]])).get("https://stac.example/")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/passwd", "ftp://stac.example/", "http://10.0.0.1/", ""])
def test_a_source_is_refused_when_it_is_made(make: Maker, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        make(url or "http://user:pw@stac.example", local=False)


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://127.0.0.1:{port}/secret",
        "http://localhost:{port}/secret",
        "http://2130706433:{port}/secret",
        "//127.0.0.1:{port}/secret",
        "http://169.254.169.254/latest",
        "http://u:p@stac.example/",
        "http://[::1/",
        "javascript:alert(1)",
        "data:,x",
    ],
)
@pytest.mark.parametrize("how", ["get", "open"])
def test_a_redirect_is_checked_as_the_first_address_is(make: Maker, target: str, how: str) -> None:
    """The first server is a public name here: its address is checked too, by a source that is not local."""
    with PublicStandIn(target) as stand_in:
        transport = stand_in.transport(make)
        with pytest.raises(AddressRefusedError):
            getattr(transport, how)(f"http://stac.example:{stand_in.server.port}/a")
        assert [r.path for r in stand_in.server.requests] == ["/a"]


class PublicStandIn:
    """A source that may reach one public name only, which a server on this machine plays."""

    def __init__(self, target: str) -> None:
        self.server = RangeServer()
        self.target = target

    def __enter__(self) -> PublicStandIn:  # noqa: PYI034 - not subclassed
        self.server.start()
        self.server.put("/secret", b"secret")
        self.server.on("/a", Behaviour(redirect=self.target.replace("{port}", str(self.server.port))))
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    def transport(self, make: Maker) -> Transport:
        """Return a transport that is not local but for the wire, so that the first request gets through."""
        transport = make(
            f"http://stac.example:{self.server.port}", local=True, resolve=Book(stac_example=[["127.0.0.1"]])
        )
        transport._exchange._local = False
        return transport


def test_redirects_are_followed_five_times(server: RangeServer, make: Maker) -> None:
    server.put("/a", b"{}")
    server.on("/a", Behaviour(redirect="/a?x=1", times=5))
    reply = make().get(server.url("/a"))
    assert (reply.status, reply.url) == (200, server.url("/a?***"))
    server.on("/a", Behaviour(redirect="/a", times=6))
    with pytest.raises(SourceError, match="more than 5 redirects"):
        make().get(server.url("/a"))


def test_a_loop_ends(server: RangeServer, make: Maker) -> None:
    server.on("/a", Behaviour(redirect="/b"))
    server.on("/b", Behaviour(redirect="/a"))
    with pytest.raises(SourceError, match="redirects"):
        make().get(server.url("/a"))
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("status", "method"), [(301, "POST"), (302, "POST"), (307, "POST"), (308, "POST"), (303, "GET")]
)
def test_a_posted_search_stays_one(server: RangeServer, make: Maker, status: int, method: str) -> None:
    address = server.mount("/b", lambda arrived: Answer(200, arrived.method.encode() + arrived.body))
    server.on("/a", Behaviour(redirect=address, redirect_status=status))
    body = make().post_json(server.url("/a"), {}).body
    assert body == (b"POST{}" if method == "POST" else b"GET")


def test_a_redirect_without_an_address_is_for_the_caller(server: RangeServer, make: Maker) -> None:
    address = server.mount("/b", lambda _: Answer(302, b"where?"))
    assert make().get(address).status == 302


def test_a_fragment_in_a_redirect_is_not_sent(server: RangeServer, make: Maker) -> None:
    server.put("/b", b"{}")
    server.on("/a", Behaviour(redirect="/b#x"))
    assert make().get(server.url("/a")).url == server.url("/b")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_headers_of_the_caller_do_not_go_to_another_host(server: RangeServer, make: Maker, host: str) -> None:
    with RangeServer() as other:
        other.put("/b", b"{}")
        server.on("/a", Behaviour(redirect=f"http://{host}:{other.port}/b"))
        make().get(server.url("/a"), headers={"X-Key": "s3cret", "Cookie": "s3cret", "Accept": "application/json"})
        assert server.requests[0].headers["x-key"] == "s3cret"
        assert "s3cret" not in str(other.requests[0].headers)
        assert other.requests[0].headers["accept"] == "application/json"


def test_credentials_do_not_come_back_after_a_redirect_to_another_host(server: RangeServer, make: Maker) -> None:
    with RangeServer() as other:
        server.put("/end", b"{}")
        other.on("/b", Behaviour(redirect=server.url("/end")))
        server.on("/a", Behaviour(redirect=other.url("/b")))
        how = Authentication(AuthenticationKind.BEARER, variable="T")
        make(authentication=how, environ={"T": "s3cret"}).get(server.url("/a"))
        assert [r.authorization for r in server.requests] == ["Bearer s3cret", ""]
        assert other.requests[0].authorization == ""


def test_a_connection_that_never_opens_ends_in_time(make: Maker) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = listening.getsockname()[1]
        begun = time.monotonic()
        with pytest.raises(SourceError, match=r"no answer in time|no connection in time|took longer"):
            make(f"http://127.0.0.1:{port}", limits={"total_s": 0.5}).get(f"http://127.0.0.1:{port}/")
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize("stall", [Behaviour(stall_headers_s=5), Behaviour(stall_body_s=5, stall_after=1)])
def test_a_stall_ends_at_the_deadline_though_more_patience_was_granted_for_each_read(
    server: RangeServer, make: Maker, stall: Behaviour
) -> None:
    server.on("/a", stall)
    server.put("/a", b"{}")
    begun = time.monotonic()
    with pytest.raises(SourceError, match="took longer"):
        make(limits={"total_s": 0.3, "read_s": 60.0}).get(server.url("/a"))
    assert time.monotonic() - begun < 3


def test_headers_that_drip_end_at_the_deadline(make: Maker) -> None:
    with DrippingHeaders() as server:
        begun = time.monotonic()
        with pytest.raises(SourceError, match="took longer"):
            make(server.url, limits={"total_s": 0.5}).get(server.url)
        assert time.monotonic() - begun < 3


class DrippingHeaders:
    """Sends one byte of an endless header again and again."""

    def __enter__(self) -> DrippingHeaders:  # noqa: PYI034 - not subclassed
        import threading

        self._listening = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._listening.close()

    def _drip(self) -> None:
        connection, _ = self._listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not self._stop.wait(0.05):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return
