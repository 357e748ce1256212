"""JSON documents through whoever fetches them, with limits."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from wayside.archive.hrefs import is_web, local_path
from wayside.archive.texts import one_line
from wayside.errors import AddressRefusedError, SourceError
from wayside.model.checks import require

__all__ = ["Document", "DocumentReader", "Fetcher", "Limits", "Reply", "StatusError", "plain"]

_LONGEST = 200
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MOST_CONTAINERS = 5_000_000
"""Of one document: an empty object is two bytes of JSON and sixty-four of memory."""


class Reply(Protocol):
    """An answer of a server."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers."""
        ...

    @property
    def body(self) -> bytes:
        """What came, decompressed."""
        ...

    @property
    def url(self) -> str:
        """Where it came from after all redirects."""
        ...


class Fetcher(Protocol):
    """Whoever talks to servers: it guards addresses, adds secrets, tries again, and limits sizes."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        most_bytes: int | None = None,
    ) -> Reply:
        """Return the answer to GET, whatever its status.

        Raises:
            AddressRefusedError: an address that may not be reached.
            SourceError: no answer, or one of more than ``most_bytes``.
        """
        ...

    def post_json(
        self,
        url: str,
        document: object,
        *,
        headers: Mapping[str, str] | None = None,
        most_bytes: int | None = None,
    ) -> Reply:
        """Return the answer to POST of a JSON document, whatever its status.

        Raises:
            AddressRefusedError: an address that may not be reached.
            SourceError: no answer, or one of more than ``most_bytes``.
        """
        ...

    def shown(self, url: str) -> str:
        """Return an address as it may be shown, without secrets."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes before it stops and says so.

    Attributes:
        page: items asked for at a time, 1 to 10000.
        pages: of one question (one collection, one span of time).
        items: looked at, of one source.
        documents: read of one static catalogue.
        most_bytes: of one document.
        splits: questions that a source may be asked again, in halves of the time, where an answer looks cut off.
        seconds: after which no new question is put to a source.
    """

    page: int = 100
    pages: int = 500
    items: int = 50_000
    documents: int = 20_000
    most_bytes: int = 64 * 1024 * 1024
    splits: int = 64
    seconds: float = 1800.0

    def __post_init__(self) -> None:
        require(1 <= self.page <= 10_000, "a page has 1 to 10000 items")
        for name in ("pages", "items", "documents", "most_bytes"):
            require(getattr(self, name) >= 1, f"the limit of {name} must be 1 or more")
        require(self.splits >= 0 and self.seconds > 0, "limits must not be negative")


class StatusError(SourceError):
    """A server's refusal, with its HTTP status."""

    def __init__(self, status: int, what: str, *, where: str) -> None:
        super().__init__(what, where=where)
        self.status = status


class Document(NamedTuple):
    """A JSON value and where it came from.

    Attributes:
        content: any JSON.
        url: its address after redirects, or path; relative addresses in it are resolved against this.
    """

    content: Any
    url: str


def plain(value: object, most: int = _LONGEST) -> str:
    """Return text of others in one line, without control characters, at most ``most`` characters."""
    text = one_line(str(value)[: 4 * most])
    return text if len(text) <= most else text[: most - 1] + "…"


class DocumentReader:
    """Reads the documents of one source, and counts them."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        local: bool,
        limits: Limits,
        ticking: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read through ``fetcher``; from the disk only if ``local``. ``ticking`` returns seconds."""
        self.fetcher = fetcher
        self.local = local
        self.limits = limits
        self.requests = 0
        self._ticking = ticking
        self._started = ticking()

    @property
    def late(self) -> bool:
        """Whether the source has had all the time it gets."""
        return self._ticking() - self._started > self.limits.seconds

    def shown(self, href: str) -> str:
        """Return an address as it may be shown and stored."""
        return self.fetcher.shown(href) if is_web(href) else href

    def get(self, href: str, params: Mapping[str, str] | None = None) -> Document:
        """Return the document at an address.

        Raises:
            AddressRefusedError: an address that may not be reached.
            StatusError: the server refuses.
            SourceError: no answer, too long a one, or not JSON.
        """
        self.requests += 1
        if is_web(href):
            reply = self.fetcher.get(
                href,
                params=params,
                headers={"Accept": "application/geo+json, application/json"},
                most_bytes=self.limits.most_bytes,
            )
            return self._document(reply, href)
        path = local_path(href) if self.local else None
        if path is None:
            raise AddressRefusedError(
                "only http and https are followed here", where=plain(href), todo="Mark the source as local, if it is"
            )
        return self._document(self.fetcher.get(str(path), most_bytes=self.limits.most_bytes), str(path))

    def post(self, href: str, document: Mapping[str, Any]) -> Document:
        """Return the document that answers a POST; raises as ``get`` does."""
        self.requests += 1
        if not is_web(href):
            raise AddressRefusedError("only http and https can be asked", where=plain(href))
        reply = self.fetcher.post_json(
            href,
            document,
            headers={"Accept": "application/geo+json, application/json"},
            most_bytes=self.limits.most_bytes,
        )
        return self._document(reply, href)

    def _document(self, reply: Reply, href: str) -> Document:
        where = self.shown(href)
        if not 200 <= reply.status < 300:
            # Not a word of its body: servers repeat what they were asked, secrets in addresses too.
            raise StatusError(reply.status, f"the server answered {reply.status}", where=where)
        if len(reply.body) > self.limits.most_bytes:
            raise SourceError(f"the answer is longer than {self.limits.most_bytes} bytes", where=where)
        return Document(self._json(reply.body, where), (reply.url if is_web(href) else "") or href)

    @staticmethod
    def _json(body: bytes, where: str) -> object:
        if body.count(b"{") + body.count(b"[") > _MOST_CONTAINERS:
            raise SourceError(f"the answer holds more than {_MOST_CONTAINERS:,} objects and lists", where=where)
        try:
            content = json.loads(body.decode("utf-8-sig"))
            if _SURROGATE.search(body):
                # Half a pair is no character: it can be neither stored nor printed.
                whole = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
                content = json.loads(whole)
        except (ValueError, RecursionError) as error:
            raise SourceError("the answer is not JSON", where=where) from error
        return content
