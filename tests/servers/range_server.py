"""A real threaded HTTP/1.1 server on 127.0.0.1 that serves a folder, and can be told to misbehave.

    with RangeServer(folder) as server:
        server.on("/scene.tif", Behaviour(status=503, times=2, retry_after="1"))
        transport.get(server.url("/scene.tif"))
        assert [r.status for r in server.requests] == [503, 503, 200]

Files of the folder, bytes put with ``put`` and services mounted with ``mount`` answer GET, HEAD and POST. Nothing here
sleeps longer than ``stop`` takes: stalls end when the server does.
"""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["Answer", "Arrived", "Behaviour", "Logged", "RangeServer", "json_answer", "seeded"]

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 16384


def seeded(seed: int | str) -> Random:
    """Return a generator of contents and jitter that are the same every time."""
    return Random(seed)  # noqa: S311 - not a secret


@dataclass(frozen=True)
class Behaviour:
    """How a path answers; the faults touch answers number ``after`` to ``after + times`` of that path.

    Attributes:
        ranges: answers a range with 206; else ignores it and sends everything with 200.
        multirange: "whole" answers several ranges with 200, as S3 does; "refuse" with 416.
        etag: None makes one of the content; "" sends none; else what is sent, whatever the content.
        last_modified: "" sends none.
        changes_after: answers from this one on are of other content of the same length, with its own ETag.
        authorization: value of ``Authorization`` without which the answer is 401.
        header: name and value of a header without which the answer is 401.
        query: name and value of a parameter without which the answer is 403.
        after: sound answers before the faults begin.
        times: faulty answers; None for all from there on.
        status: answered instead of the content; 0 for none.
        retry_after: sent with ``status``; empty for none.
        redirect: sent as Location with ``redirect_status``.
        stall_headers_s: waits before any header, seconds.
        stall_body_s: waits once, after ``stall_after`` bytes of the body, seconds.
        stall_after: bytes of the body before the wait.
        drip_s: waits after every ``drip_bytes`` of the body, seconds.
        drip_bytes: see there.
        cut_after: closes the connection after that many bytes of the body.
        length_off: added to Content-Length (the body stays as it is, and the connection closes).
        total_off: added to the total in Content-Range; None says "*".
        start_off: added to the first and last byte in Content-Range.
        unsized: sends no Content-Length; the connection's end is the body's.
        short_by: the answer to a range holds that many bytes fewer than asked for, honestly said.
        long_by: the answer to a range holds that many bytes more than asked for, said as though it did not.
        gzip: the content travels with Content-Encoding: gzip.
        bomb_mb: answers that many megabytes of zeros, gzipped.
        encoding: name sent as Content-Encoding, whatever travels; empty for none.
        endless: a body without end, in chunks.
    """

    ranges: bool = True
    multirange: str = "whole"
    etag: str | None = None
    last_modified: str = "Thu, 05 Oct 2023 00:00:00 GMT"
    changes_after: int | None = None
    authorization: str = ""
    header: tuple[str, str] | None = None
    query: tuple[str, str] | None = None
    after: int = 0
    times: int | None = None
    status: int = 0
    retry_after: str = ""
    redirect: str = ""
    redirect_status: int = 302
    stall_headers_s: float = 0.0
    stall_body_s: float = 0.0
    stall_after: int = 0
    drip_s: float = 0.0
    drip_bytes: int = 1
    cut_after: int | None = None
    length_off: int = 0
    total_off: int | None = 0
    start_off: int = 0
    unsized: bool = False
    short_by: int = 0
    long_by: int = 0
    gzip: bool = False
    bomb_mb: int = 0
    encoding: str = ""
    endless: bool = False

    def is_faulty(self, number: int) -> bool:
        """Tell whether the faults touch the answer with this number, from 0."""
        return number >= self.after and (self.times is None or number < self.after + self.times)


@dataclass
class Logged:
    """One request, as it arrived, from which port, and what was sent for it (bytes of the body)."""

    method: str
    path: str
    query: str
    range: str
    headers: dict[str, str]
    client: int = 0
    status: int = 0
    sent: int = 0

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


@dataclass(frozen=True)
class Arrived:
    """What a mounted service is given; names of headers are in lower case."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What a mounted service answers."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(document: object, status: int = 200) -> Answer:
    """Return a JSON answer."""
    return Answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


class _Content:
    """Bytes, or a file of which only what is asked for is read."""

    def __init__(self, data: bytes | Path) -> None:
        self._data = data
        self._is_other = False
        if isinstance(data, bytes):
            self.size = len(data)
            self.etag = hashlib.sha256(data).hexdigest()[:16]
        else:
            state = data.stat()
            self.size = state.st_size
            self.etag = hashlib.sha256(f"{data} {state.st_mtime_ns} {state.st_size}".encode()).hexdigest()[:16]

    def other(self) -> _Content:
        """Return other content of the same length: each byte is 255 less what it was."""
        made = _Content(self._data)
        made.etag, made._is_other = self.etag[::-1], True
        return made

    def cut(self, start: int, stop: int) -> bytes:
        if isinstance(self._data, bytes):
            part = self._data[start:stop]
        else:
            with self._data.open("rb") as file:
                file.seek(start)
                part = file.read(max(0, stop - start))
        return bytes(255 - b for b in part) if self._is_other else part


class RangeServer:
    """Serves ``folder`` (may be None) from threads; see the module. ``tls`` is a certificate and its key, as PEM."""

    def __init__(self, folder: Path | None = None, *, tls: tuple[Path, Path] | None = None) -> None:
        self.folder = folder
        self.default = Behaviour()
        self.requests: list[Logged] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._behaviours: dict[str, Behaviour] = {}
        self._numbers: dict[str, int] = {}
        self._contents: dict[str, _Content] = {}
        self._services: dict[str, Callable[[Arrived], Answer]] = {}
        self._tls = tls is not None
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"house": self}))
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def root(self) -> str:
        """Address without a path."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return self.root + ("" if path.startswith("/") else "/") + path

    def on(self, path: str, behaviour: Behaviour) -> None:
        """Let a path behave so from now on; its answers are counted from 0 again."""
        with self._lock:
            self._behaviours[path] = behaviour
            self._numbers[path] = 0

    def put(self, path: str, content: bytes) -> str:
        """Serve bytes at a path; returns the address."""
        with self._lock:
            self._contents[path] = _Content(content)
        return self.url(path)

    def mount(self, prefix: str, service: Callable[[Arrived], Answer]) -> str:
        """Let a callable answer everything at and under a path; returns the address."""
        with self._lock:
            self._services[prefix.rstrip("/")] = service
        return self.url(prefix)

    def of(self, path: str) -> list[Logged]:
        """Return the requests of a path."""
        with self._lock:
            return [r for r in self.requests if r.path == path]

    def forget(self) -> None:
        """Empty the log."""
        with self._lock:
            self.requests.clear()

    @property
    def bytes_sent(self) -> int:
        with self._lock:
            return sum(r.sent for r in self.requests)

    # What handlers ask, from their threads.

    def log(self, entry: Logged) -> tuple[Behaviour, int]:
        with self._lock:
            self.requests.append(entry)
            number = self._numbers.get(entry.path, 0)
            self._numbers[entry.path] = number + 1
            return self._behaviours.get(entry.path, self.default), number

    def service(self, path: str) -> Callable[[Arrived], Answer] | None:
        with self._lock:
            fitting = [p for p in self._services if path == p or path.startswith(p + "/")]
            return self._services[max(fitting, key=len)] if fitting else None

    def content(self, path: str) -> _Content | None:
        with self._lock:
            if path in self._contents:
                return self._contents[path]
        if self.folder is None:
            return None
        file = (self.folder / unquote(path).lstrip("/")).resolve()
        return _Content(file) if file.is_file() and file.is_relative_to(self.folder.resolve()) else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away, which is what faults are for."""


class _Handler(BaseHTTPRequestHandler):
    house: ClassVar[RangeServer]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        split = urlsplit(self.path)
        sent_headers = {k.lower(): v for k, v in self.headers.items()}
        entry = Logged(self.command, split.path, split.query, sent_headers.get("range", ""), sent_headers)
        entry.client = self.client_address[1]
        body = self.rfile.read(int(sent_headers.get("content-length", 0)))
        how, number = self.house.log(entry)
        self.entry = entry
        if self._is_refused(how, split.query) or (how.is_faulty(number) and self._is_spoilt(how)):
            return
        sound = how if how.is_faulty(number) else _without_faults(how)
        service = self.house.service(split.path)
        if service is not None:
            params = {k: v[-1] for k, v in parse_qs(split.query, keep_blank_values=True).items()}
            answer = service(Arrived(self.command, split.path, params, sent_headers, body))
            self._send(sound, answer.status, dict(answer.headers), answer.body)
            return
        content = self.house.content(split.path)
        if content is None:
            self._send(Behaviour(), 404, {}, b"not here")
        else:
            self._send_content(sound, number, content)

    def _is_refused(self, how: Behaviour, query: str) -> bool:
        params = parse_qs(query)
        if how.authorization and self.entry.authorization != how.authorization:
            self._send(Behaviour(), 401, {"WWW-Authenticate": "Bearer"}, b"who are you?")
        elif how.header and self.headers.get(how.header[0]) != how.header[1]:
            self._send(Behaviour(), 401, {}, b"who are you?")
        elif how.query and params.get(how.query[0]) != [how.query[1]]:
            self._send(Behaviour(), 403, {}, b"who are you?")
        else:
            return False
        return True

    def _is_spoilt(self, how: Behaviour) -> bool:
        """Answer without the content, where the fault is of that kind."""
        if how.stall_headers_s:
            self.house.stopping.wait(how.stall_headers_s)
        if how.status:
            self._send(Behaviour(), how.status, {"Retry-After": how.retry_after} if how.retry_after else {}, b"sorry")
        elif how.redirect:
            self._send(Behaviour(), how.redirect_status, {"Location": how.redirect}, b"")
        elif how.endless:
            self._send_endless()
        elif how.bomb_mb:
            self._send(Behaviour(), 200, {"Content-Encoding": "gzip"}, _bomb(how.bomb_mb))
        else:
            return False
        return True

    def _send_content(self, how: Behaviour, number: int, content: _Content) -> None:
        if how.changes_after is not None and number >= how.changes_after:
            content = content.other()
        etag = f'"{content.etag}"' if how.etag is None else how.etag
        headers = {"Content-Type": "application/octet-stream"}
        headers |= {"ETag": etag} if etag else {}
        headers |= {"Last-Modified": how.last_modified} if how.last_modified else {}
        headers |= {"Accept-Ranges": "bytes"} if how.ranges else {}
        if self.headers.get("If-Match") not in {None, "*", etag}:
            self._send(Behaviour(), 412, headers, b"")
            return
        known = self.headers.get("If-None-Match")
        if known == etag if known is not None else self.headers.get("If-Modified-Since") == how.last_modified:
            self._send(Behaviour(), 304, headers, b"")
            return
        asked = self.headers.get("Range")
        if asked is None or not how.ranges or self.headers.get("If-Range") not in {None, etag, how.last_modified}:
            self._send(how, 200, headers, content.cut(0, content.size))
            return
        if "," in asked:
            whole = how.multirange == "whole"
            self._send(how, 200 if whole else 416, headers, content.cut(0, content.size) if whole else b"")
            return
        self._send_range(how, headers, content, asked)

    def _send_range(self, how: Behaviour, headers: dict[str, str], content: _Content, asked: str) -> None:
        found = _RANGE.fullmatch(asked)
        size = content.size
        if found is None or found.groups() == ("", ""):
            self._send(how, 200, headers, content.cut(0, size))
            return
        first, last = found.groups()
        start = int(first) if first else max(0, size - int(last))
        stop = min(size, int(last) + 1) if first and last else size
        if start >= stop:
            self._send(Behaviour(), 416, headers | {"Content-Range": f"bytes */{size}"}, b"")
            return
        stop = max(start + 1, stop - how.short_by)
        total = "*" if how.total_off is None else str(size + how.total_off)
        headers["Content-Range"] = f"bytes {start + how.start_off}-{stop - 1 + how.start_off}/{total}"
        self._send(how, 206, headers, content.cut(start, stop + how.long_by))

    def _send(self, how: Behaviour, status: int, headers: dict[str, str], body: bytes) -> None:
        self.entry.status = status
        if how.gzip:
            body, headers = zlib.compress(body, wbits=31), headers | {"Content-Encoding": "gzip"}
        if how.encoding:
            headers = headers | {"Content-Encoding": how.encoding}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304 and not how.unsized:
            self.send_header("Content-Length", str(max(0, len(body) + how.length_off)))
        if how.length_off or how.unsized or how.cut_after is not None:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(how, body if how.cut_after is None else body[: how.cut_after])

    def _send_body(self, how: Behaviour, body: bytes) -> None:
        position = 0
        while position < len(body):
            step = how.drip_bytes if how.drip_s else _PIECE
            if how.stall_body_s and position < how.stall_after:
                step = min(step, how.stall_after - position)
            if how.stall_body_s and position == how.stall_after:
                self.house.stopping.wait(how.stall_body_s)
            if how.drip_s:
                self.house.stopping.wait(how.drip_s)
            piece = body[position : position + step]
            self.wfile.write(piece)
            self.entry.sent += len(piece)
            position += len(piece)

    def _send_endless(self) -> None:
        self.entry.status = 200
        self.close_connection = True
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        piece = b"%x\r\n%s\r\n" % (_PIECE, b" " * _PIECE)
        while not self.house.stopping.is_set():
            self.wfile.write(piece)
            self.entry.sent += _PIECE


def _without_faults(how: Behaviour) -> Behaviour:
    return Behaviour(
        ranges=how.ranges,
        multirange=how.multirange,
        etag=how.etag,
        last_modified=how.last_modified,
        changes_after=how.changes_after,
    )


@lru_cache(maxsize=4)
def _bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
