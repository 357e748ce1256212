"""The connection itself: names are looked up here, every address is checked, and the checked one is connected to.

There is no second look-up between the check and the connection, so a name that changes its answer in between (DNS
rebinding) gains nothing. TLS and the Host header still carry the name. Proxies of the environment are not used, since
through a proxy the address could not be checked.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import httpcore
import httpx

from wayside.archive.remote.addresses import refuse_unless_reachable
from wayside.errors import AddressRefusedError

__all__ = ["FOREIGN", "Body", "Resolver", "Wire", "fault_in_words", "is_lasting", "look_up"]

FOREIGN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ConnectionNotAvailable,
    httpx.HTTPError,
    httpx.StreamError,
)
"""What the HTTP libraries raise for a fault of the network or of the server."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""From host and port to IP addresses as text; raises OSError where there are none."""


_UNTRUSTED = "its certificate is not trusted"


class _Silence(logging.Filter):
    """Drops what httpcore logs of the wire: redirects and cookies in it can hold secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_SILENCE = _Silence()


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the IP addresses of a host by the system's resolver, in its order.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def fault_in_words(error: BaseException) -> str:
    """Return what went wrong on the wire, without a word of the library's message, which may quote the server."""
    if isinstance(error, httpcore.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpcore.PoolTimeout):
        return "no free connection in time"
    if isinstance(error, httpcore.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpcore.ConnectError):
        return "cannot be connected to (" + _cause_in_words(error) + ")"
    if isinstance(error, httpcore.ProtocolError):
        return "the answer was cut off or is not HTTP"
    return "the connection broke"


def is_lasting(error: BaseException) -> bool:
    """Tell whether asking again cannot help: a certificate that is not trusted."""
    return _cause_in_words(error) == _UNTRUSTED


def _cause_in_words(error: BaseException) -> str:
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, socket.gaierror):
            return "its name is not known"
        if isinstance(inner, ssl.SSLCertVerificationError):
            return _UNTRUSTED
        if isinstance(inner, ssl.SSLError):
            return "no TLS could be agreed on"
        if isinstance(inner, ConnectionRefusedError):
            return "refused"
        inner = inner.__cause__ or inner.__context__
    return "unreachable"


class Wire:
    """A pool of connections to checked addresses; usable from several threads.

    Args:
        local: whether this machine and private networks may be reached.
        connections: at most, at once.
        clock: seconds from some start, never going back; deadlines are in it.
        resolve: looks names up.
        ssl_context: for https.
    """

    def __init__(
        self,
        *,
        local: bool,
        connections: int,
        clock: Callable[[], float],
        resolve: Resolver,
        ssl_context: ssl.SSLContext,
    ) -> None:
        for name in ("httpcore.connection", "httpcore.http11", "httpx"):
            logging.getLogger(name).addFilter(_SILENCE)  # adding it again changes nothing
        self._due = _Due(clock)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30.0,
            network_backend=_Backend(local, self._due, resolve),
        )

    def send(self, request: httpx.Request, *, deadline: float, connect_s: float, read_s: float) -> httpx.Response:
        """Send a request and return the answer once its headers are there; its body comes with ``iter_raw``.

        Reading ends at the deadline however slowly and steadily the server sends.

        Raises:
            AddressRefusedError: the host's addresses may not be reached.
            httpcore errors: see ``FOREIGN``.
        """
        self._due.at = deadline
        left = max(0.001, self._due.left())
        timeouts = {"connect": min(connect_s, left), "read": read_s, "write": read_s, "pool": left}
        reply = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions={"timeout": timeouts},
            )
        )
        stream = reply.stream
        if not isinstance(stream, Iterable):
            raise TypeError("the pool answers in a way that only asynchronous code can read")
        return httpx.Response(reply.status, headers=reply.headers, stream=Body(stream, self._due, deadline))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Due(threading.local):
    """When what this thread is doing must have ended."""

    at: float = float("inf")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def left(self) -> float:
        return self.at - self._clock()

    def within(self, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Return a timeout that does not outlast the deadline; raises ``late`` once that has passed."""
        left = self.left()
        if left <= 0:
            raise late("deadline")
        return left if timeout is None else min(timeout, left)


class Body(httpx.SyncByteStream):
    """A body that is read until its deadline, which may be put off while it is read."""

    def __init__(self, stream: Iterable[bytes], due: _Due, deadline: float) -> None:
        self._stream, self._due, self.deadline = stream, due, deadline

    def __iter__(self) -> Iterator[bytes]:
        self._due.at = self.deadline
        for piece in self._stream:
            yield piece
            self._due.at = self.deadline

    def close(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


class _Backend(httpcore.NetworkBackend):
    """Looks a name up, checks all its addresses, and connects to the first that answers."""

    def __init__(self, local: bool, due: _Due, resolve: Resolver) -> None:
        self._local, self._due, self._resolve = local, due, resolve
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._checked(host, port)
        failure: httpcore.NetworkError | httpcore.TimeoutException = httpcore.ConnectError("no address")
        for address in addresses:
            within = self._due.within(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._plain.connect_tcp(str(address), port, within, local_address, socket_options)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
                continue
            return _Stream(stream, self._due)
        raise failure

    def _checked(self, host: str, port: int) -> list[_Address]:
        try:
            addresses = [ipaddress.ip_address(text) for text in self._found(host, port)]
        except OSError as error:
            raise httpcore.ConnectError("its name is not known") from error
        except ValueError as error:
            raise AddressRefusedError("its name leads to something that is no IP address", where=host) from error
        for address in addresses:
            refuse_unless_reachable(address, local=self._local, where=host)
        return addresses

    def _found(self, host: str, port: int) -> Sequence[str]:
        try:
            return (str(ipaddress.ip_address(host)),)
        except ValueError:
            return self._resolve(host, port)


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline of the thread that waits for it."""

    def __init__(self, stream: httpcore.NetworkStream, due: _Due) -> None:
        self._stream, self._due = stream, due

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._due.within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._due.within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        within = self._due.within(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, within), self._due)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the base class has it
        return self._stream.get_extra_info(info)
