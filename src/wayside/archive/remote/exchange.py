"""One request and its answer: addresses checked at every redirect, secrets sent only where they belong."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from wayside._version import __version__
from wayside.archive.remote.addresses import checked_url, origin, shown
from wayside.archive.remote.credentials import Credentials
from wayside.archive.remote.decoding import Unpacker
from wayside.archive.remote.limits import TransportLimits
from wayside.archive.remote.retrying import TransientError
from wayside.archive.remote.signing import Signer
from wayside.archive.remote.tally import Tally
from wayside.archive.remote.wire import FOREIGN, Body, Wire, fault_in_words, is_lasting
from wayside.errors import AddressRefusedError, SourceError

__all__ = ["Ask", "Exchange", "Incoming"]

_LOG = logging.getLogger(__name__)
_FORBIDDEN = frozenset({401, 403})
_OURS = {"User-Agent": f"wayside/{__version__}", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
# What may follow a redirect to another host; everything else the caller gave might be a secret.
_HARMLESS_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "range",
        "user-agent",
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for.

    Attributes:
        href: absolute address, unsigned.
        deadline: when everything must have ended, in the transport's clock.
        method: "GET" or "POST".
        headers: further ones; those that hold secrets do not follow a redirect to another host.
        content: body to send.
        is_asset: the address is signed first, where its source has a signer.
    """

    href: str
    deadline: float
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    content: bytes | None = None
    is_asset: bool = False


class Incoming:
    """An answer whose body is still to come.

    Attributes:
        status: HTTP status.
        headers: as they came.
        url: where it came from in the end, with its secrets; never shown.
        where: the same without secrets.
    """

    def __init__(self, response: httpx.Response, url: httpx.URL, where: str, tally: Sequence[Tally]) -> None:
        self._response, self._tally = response, tally
        self.status = response.status_code
        self.headers = response.headers
        self.url = url
        self.where = where

    def declared_length(self) -> int | None:
        """Return what Content-Length says; None where it says nothing that makes sense."""
        text = self.headers.get("Content-Length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None

    def body(self, most: int) -> Iterator[bytes]:
        """Yield the unpacked body.

        Raises:
            SourceError: more than ``most`` bytes, packed or unpacked, or packed in a way not asked for.
            TransientError: it broke off.
        """
        declared = self.declared_length()
        if declared is not None and declared > most:
            raise SourceError(f"{declared:,} bytes are more than the {most:,} allowed", where=self.where)
        unpacker = Unpacker(self.headers.get("Content-Encoding", ""), most=most, where=self.where)
        for piece in self.raw():
            yield from unpacker.feed(piece)
        rest = unpacker.finish()
        if rest:
            yield rest

    def raw(self) -> Iterator[bytes]:
        """Yield the body as it travels; it has no limit but the deadline.

        Raises:
            TransientError: it broke off.
        """
        pieces = self._response.iter_raw()
        while True:
            words, piece = "", None
            try:
                piece = next(pieces, None)
            except FOREIGN as error:
                words = fault_in_words(error)
            if words:  # raised here so that the library's exception is not in its chain
                raise TransientError(words)
            if piece is None:
                return
            for tally in self._tally:
                tally.add(bytes_=len(piece))
            yield piece

    def put_off(self, deadline: float) -> None:
        """Let the body be read until a later deadline."""
        if isinstance(self._response.stream, Body):
            self._response.stream.deadline = deadline

    def close(self) -> None:
        """Give the connection back, or close it where the body was not read to its end."""
        try:
            self._response.close()
        except FOREIGN:
            _LOG.debug("closing the answer from %s failed", self.where)


class Exchange:
    """Sends requests for one source; usable from several threads.

    Args:
        wire: checked connections.
        credentials: secrets of the source.
        limits: see there.
        local: whether the source may name this machine and private networks.
        signer: signs assets' addresses; None where that is not needed.
        signs: which hosts' assets are signed, in lower case; all where it is empty.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        *,
        limits: TransportLimits,
        local: bool,
        signer: Signer | None = None,
        signs: Collection[str] = (),
    ) -> None:
        self._wire, self._credentials, self._limits, self._local = wire, credentials, limits, local
        self.signer, self._signs = signer, signs
        self.tally = Tally()

    def shown(self, url: str | httpx.URL) -> str:
        """Return an address without secrets."""
        return shown(str(url), secrets=self._credentials.secrets, secret_names=self._credentials.secret_names)

    @contextmanager
    def open(self, ask: Ask, *, tally: Tally | None = None) -> Iterator[Incoming]:
        """Send a request, follow redirects, and give the answer while its body can be read.

        Args:
            ask: what is asked for.
            tally: counts besides the one of all.

        Raises:
            AddressRefusedError: an address may not be reached, the first or one redirected to.
            SourceError: too many redirects, or nobody is let in (401, 403).
            TransientError: a fault of the network.
        """
        tallies = (self.tally,) if tally is None else (self.tally, tally)
        incoming, was_sent = self._follow(ask, tallies)
        try:
            signer = self._signer_of(ask)
            if incoming.status == 403 and signer is not None:
                incoming.close()
                signer.forget(ask.href)
                incoming, was_sent = self._follow(ask, tallies)
            if incoming.status in _FORBIDDEN:
                raise SourceError(
                    f"it lets nobody in ({incoming.status})",
                    where=incoming.where,
                    todo=self._credentials.hint(incoming.url, was_sent=was_sent),
                )
            yield incoming
        finally:
            incoming.close()

    def _signer_of(self, ask: Ask) -> Signer | None:
        if self.signer is None or not ask.is_asset:
            return None
        host = checked_url(ask.href, local=self._local, where=self.shown(ask.href)).raw_host.decode("ascii")
        return self.signer if not self._signs or host in self._signs else None

    def _follow(self, ask: Ask, tallies: Sequence[Tally]) -> tuple[Incoming, bool]:
        """Return the answer at the end of the redirects, and whether secrets were sent to that last host."""
        signer = self._signer_of(ask)
        url = checked_url(signer.sign(ask.href) if signer else ask.href, local=self._local, where=self.shown(ask.href))
        method, content, headers = ask.method, ask.content, dict(ask.headers or {})
        crossed = False
        for _ in range(self._limits.redirects + 1):
            secret = {} if crossed else self._credentials.headers(url)
            target = url if crossed else self._credentials.completed(url)
            response = self._send(
                httpx.Request(method, target, headers={**headers, **secret}, content=content), ask.deadline, tallies
            )
            if not response.has_redirect_location:
                was_sent = bool(secret) or target != url
                return Incoming(response, url, self.shown(url), tallies), was_sent
            status = response.status_code
            response.close()
            following = self._redirected(url, response.headers["Location"])
            if origin(following) != origin(url):
                crossed = True
                headers = {k: v for k, v in headers.items() if k.lower() in _HARMLESS_HEADERS}
            if status == 303:
                method, content = "GET", None
            url = following
        raise SourceError(f"more than {self._limits.redirects} redirects", where=self.shown(ask.href))

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            following: httpx.URL | None = url.join(location)
        except (httpx.InvalidURL, ValueError):
            following = None
        if following is None:
            raise AddressRefusedError("redirects to something that is not an address", where=self.shown(url))
        # Of where it leads to, only scheme and host are told: its path is the server's, and may repeat a secret.
        where = f"{self.shown(url)} (redirected to {following.scheme}://{following.host})"
        following = checked_url(following.copy_with(fragment=None), local=self._local, where=where)
        if url.scheme == "https" and following.scheme == "http":
            raise AddressRefusedError("redirects from https to http", where=where)
        return following

    def _send(self, request: httpx.Request, deadline: float, tallies: Sequence[Tally]) -> httpx.Response:
        for name, value in _OURS.items():
            request.headers.setdefault(name, value)
        for tally in tallies:
            tally.add(requests=1)
        words, lasting = "", False
        response = None
        try:
            response = self._wire.send(
                request, deadline=deadline, connect_s=self._limits.connect_s, read_s=self._limits.read_s
            )
        except FOREIGN as error:
            words, lasting = fault_in_words(error), is_lasting(error)
        if response is None:  # raised here so that the library's exception is not in its chain
            if lasting:
                raise SourceError(words, where=self.shown(request.url))
            raise TransientError(words)
        _LOG.debug("%s %s: %d", request.method, self.shown(request.url), response.status_code)
        return response
