"""The one guarded door to the network: documents and files of one catalogue."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import NamedTuple, Self

import httpx

from wayside.archive.hrefs import is_web
from wayside.archive.remote.addresses import checked_url
from wayside.archive.remote.cache import BlockCache
from wayside.archive.remote.credentials import Credentials, HeaderHook, default_netrc
from wayside.archive.remote.exchange import Ask, Exchange, Incoming
from wayside.archive.remote.limits import TransportLimits
from wayside.archive.remote.local import LocalFile, LocalFolder
from wayside.archive.remote.remote_file import RemoteFile
from wayside.archive.remote.retrying import Patience, TransientError, is_transient, retry_after_s
from wayside.archive.remote.signing import Signer, SigningService
from wayside.archive.remote.tally import Tally
from wayside.archive.remote.wire import Resolver, Wire, look_up
from wayside.errors import SourceError
from wayside.model.sources import AuthenticationKind, CatalogueSource

__all__ = ["Reply", "Transport"]

_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_UNTOLD_HEADERS = frozenset({"location", "set-cookie"})


class Reply(NamedTuple):
    """An answer that was read to its end.

    Attributes:
        status: HTTP status.
        headers: names in lower case; without cookies and redirects.
        body: unpacked.
        url: where it came from in the end, without secrets; relative links start from there.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Transport:
    """Everything that one source's documents and files are read through; usable from several threads.

    Args:
        source: the catalogue; says whether this machine and private networks may be reached, and how to get in.
        environ: the environment, for secrets, ``NETRC``, ``HOME`` and ``SSL_CERT_FILE``; its proxies are not used.
        limits: how much, how long and how often.
        netrc_path: the netrc file; None for the user's.
        signer: code that signs assets' addresses, in place of a signing service.
        hook: code that gives headers for the catalogue's hosts.
        sleep: waits so many seconds.
        clock: seconds from some start, never going back.
        now: time of day, with its zone.
        rng: draws the jitter of waits.
        resolve: looks names up.

    Raises:
        InputError: a secret is missing or cannot be sent.
        AddressRefusedError: the catalogue's own address may not be reached.
        SourceError: a local catalogue is not there.
    """

    def __init__(
        self,
        source: CatalogueSource,
        *,
        environ: Mapping[str, str],
        limits: TransportLimits | None = None,
        netrc_path: Path | None = None,
        signer: Signer | None = None,
        hook: HeaderHook | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: Random | None = None,
        resolve: Resolver = look_up,
    ) -> None:
        self.source = source
        self.limits = limits or TransportLimits()
        self._sleep, self._clock, self._now = sleep, clock, now
        self._rng = rng or Random()  # noqa: S311 - jitter, not a secret
        self._has_proxy = any(environ.get(name) for name in _PROXIES)
        self._folder = LocalFolder(source.url) if source.local and not is_web(source.url) else None
        if self._folder is None:
            checked_url(source.url, local=source.local)
        self._credentials = Credentials(
            source, environ=environ, netrc_path=netrc_path or default_netrc(environ), hook=hook
        )
        self._wire = Wire(
            local=source.local,
            connections=self.limits.connections,
            clock=clock,
            resolve=resolve,
            ssl_context=_ssl_context(environ),
        )
        self._exchange = Exchange(
            self._wire,
            self._credentials,
            limits=self.limits,
            local=source.local,
            signer=signer or self._signing_service(),
            signs=frozenset(h.lower() for h in source.authentication.hosts),
        )
        self._workers: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Transport(source={self.source.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def stats(self) -> Tally:
        """What everything cost so far."""
        return self._exchange.tally

    def close(self) -> None:
        """End running requests' threads and close all connections."""
        with self._lock:
            workers, self._workers = self._workers, None
        if workers is not None:
            workers.shutdown(cancel_futures=True)
        self._wire.close()

    def shown(self, url: str) -> str:
        """Return an address that may be printed, logged and stored."""
        return self._exchange.shown(url)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most_bytes: int | None = None,
    ) -> Reply:
        """Return a document.

        Args:
            url: absolute address; of a local catalogue also a path in its folder.
            params: to add to the address.
            headers: to send; those that may be secrets do not follow a redirect to another host.
            most_bytes: that it may have, unpacked; the limits' for None.

        Returns:
            The answer, whatever its status: but those that may pass (429 and most of 5xx) were asked for again, and
            401 and 403 are errors.

        Raises:
            AddressRefusedError: the address, or one redirected to, may not be reached.
            SourceError: it failed for good, took too long, is too large, or lets nobody in.
        """
        if self._folder is not None and not is_web(url):
            return self._local(self._folder.find(url), most_bytes)
        address = checked_url(url, local=self.source.local, where=self.shown(url))
        if params:
            address = address.copy_merge_params(dict(params))
        return self._document(str(address), headers=headers, most=most_bytes)

    def post_json(
        self, url: str, document: object, *, headers: Mapping[str, str] | None = None, most_bytes: int | None = None
    ) -> Reply:
        """Return the answer to a document that is sent, as ``get`` does: for searches, which may be repeated."""
        content = json.dumps(document, allow_nan=False).encode()
        typed = {"Content-Type": "application/json", **(headers or {})}
        return self._document(url, method="POST", headers=typed, content=content, most=most_bytes)

    def open(
        self, href: str, *, cache: BlockCache | None = None, size: int | None = None, checksum: str = ""
    ) -> RemoteFile | LocalFile:
        """Return a file of the catalogue, to be read in ranges.

        Args:
            href: absolute address, unsigned; of a local catalogue also a path in its folder.
            cache: keeps what is fetched.
            size: bytes, where the catalogue says so.
            checksum: multihash, where the catalogue gives one.

        Raises:
            AddressRefusedError: the address may not be reached, or the path is outside the catalogue's folder.
            SourceError: it is not there, or the server does not keep to what it says.
        """
        if self._folder is not None and not is_web(href):
            return LocalFile(self._folder.find(href))
        checked_url(href, local=self.source.local, where=self.shown(href))
        return RemoteFile(self, href, cache=cache, size=size, checksum=checksum)

    # ------------------------------------------------------------------ for files

    @contextmanager
    def answer(self, ask: Ask, tally: Tally | None = None) -> Iterator[Incoming]:
        """Send a request once.

        Raises:
            TransientError: a fault that may pass: of the network, or 429 and most of 5xx.
        """
        with self._exchange.open(ask, tally=tally) as incoming:
            self._refuse_passing(incoming)
            yield incoming

    def patience(self, url: str, total_s: float) -> Patience:
        """Return the attempts and the time for one operation."""
        hint = ""
        if self._has_proxy:
            hint = (
                "The environment names a proxy, which is not used: addresses are checked and connected to from here. "
                "Try again later"
            )
        return Patience(
            self.limits.retry,
            where=self.shown(url),
            total_s=total_s,
            clock=self._clock,
            sleep=self._sleep,
            rng=self._rng,
            hint=hint,
        )

    def workers(self) -> Executor:
        """Return the threads that run requests at once."""
        with self._lock:
            if self._workers is None:
                self._workers = ThreadPoolExecutor(self.limits.connections, thread_name_prefix="wayside-fetch")
            return self._workers

    # ------------------------------------------------------------------ documents

    def _document(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        most: int | None = None,
    ) -> Reply:
        patience = self.patience(url, self.limits.total_s)
        ask = Ask(url, patience.deadline, method=method, headers=headers, content=content)
        return patience.until_it_passes(lambda: self._once(ask, most))

    def _once(self, ask: Ask, most: int | None) -> Reply:
        with self.answer(ask) as incoming:
            body = b"".join(incoming.body(self.limits.most_document_bytes if most is None else most))
            headers = {k.lower(): v for k, v in incoming.headers.items() if k.lower() not in _UNTOLD_HEADERS}
            return Reply(incoming.status, headers, body, incoming.where)

    def _refuse_passing(self, incoming: Incoming) -> None:
        if is_transient(incoming.status):
            wanted = retry_after_s(incoming.headers.get("Retry-After"), self._now())
            raise TransientError(f"the server answers {incoming.status}", wanted)

    def _local(self, path: Path, most_bytes: int | None) -> Reply:
        most = self.limits.most_document_bytes if most_bytes is None else most_bytes
        with LocalFile(path) as file:
            if file.size > most:
                raise SourceError(f"{file.size:,} bytes are more than the {most:,} allowed", where=file.name)
            return Reply(200, {"last-modified": file.last_modified}, file.read(0, file.size), file.name)

    def _signing_service(self) -> SigningService | None:
        how = self.source.authentication
        if how.kind is not AuthenticationKind.SIGN:
            return None
        checked_url(how.sign_url, local=self.source.local)
        return SigningService(self._signature, now=self._now, source=self.source.name)

    def _signature(self, href: str) -> bytes:
        address = httpx.URL(self.source.authentication.sign_url).copy_set_param("href", href)
        reply = self._document(str(address), headers=self._credentials.subscription())
        if reply.status != 200:
            raise SourceError(f"the signing service answers {reply.status}", where=reply.url)
        return reply.body


def _ssl_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    own = environ.get("SSL_CERT_FILE")
    return ssl.create_default_context(cafile=own) if own else httpx.create_ssl_context(trust_env=False)
