"""One question to a STAC API: in which manner it is put, and page after page of its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pystac_client.item_search import ItemSearch

from wayside.archive.search.documents import Document
from wayside.archive.search.fields import integer, links_of, mapping, sequence, text
from wayside.archive.search.hrefs import absolute
from wayside.archive.search.items import key_of
from wayside.archive.search.stac_io import GuardedIO
from wayside.errors import AddressRefusedError, SourceError

__all__ = ["Answer", "Ending", "Manner", "Question", "answer", "first_page"]

# Sizes that servers cut pages to whatever they are asked for.
_USUAL_SIZES = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000})
_MOST_BARREN = 3


class Ending(StrEnum):
    """Why there was no further page; all but the first leave a doubt."""

    COMPLETE = "complete"
    FULL = "full page without a next one"
    FEWER = "fewer than it says"
    LOOP = "pages in a circle"
    FAILED = "a page failed"
    LIMIT = "too many"


class Manner(NamedTuple):
    """How a question is put.

    Attributes:
        method: "POST" or "GET".
        place: "intersects" or "bbox".
        filtered: whether the server filters clouds by CQL2.
        page: items asked for at a time; 0 for as many as the search wants.
    """

    method: str
    place: str
    filtered: bool = False
    page: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.method} with {self.place}{' and a filter' if self.filtered else ''}"


class Question(NamedTuple):
    """What is asked.

    Attributes:
        url: of the search, or of a collection's items.
        start: earliest time, with its zone.
        end: latest time.
        bbox: west, south, east, north, degrees.
        geometry: the site's outline as GeoJSON.
        collection: to look in; empty for all.
        cloud_max_pct: for ``Manner.filtered``.
    """

    url: str
    start: datetime
    end: datetime
    bbox: tuple[float, ...]
    geometry: Mapping[str, Any]
    collection: str = ""
    cloud_max_pct: float | None = None


class Found(NamedTuple):
    """A feature of a page, and the page's address."""

    item: Any
    base: str


class Answer(NamedTuple):
    """What came.

    Attributes:
        items: of all pages, in order, each once.
        ending: why no more came.
        why: that in a sentence.
        matched: how many the server says there are; None where it does not say.
    """

    items: tuple[Found, ...]
    ending: Ending
    why: str = ""
    matched: int | None = None


class _Call(NamedTuple):
    method: str
    url: str
    parameters: Mapping[str, Any]


def _call_of(question: Question, manner: Manner, io: GuardedIO) -> _Call:
    """Return a question as pystac-client puts it; whole seconds, for not all servers take parts of them."""
    end = question.end if not question.end.microsecond else question.end.replace(microsecond=0) + timedelta(seconds=1)
    intersects = manner.place == "intersects"
    clouds = question.cloud_max_pct if manner.filtered else None
    search = ItemSearch(
        question.url,
        method=manner.method,
        stac_io=io,
        limit=manner.page or io.page_size,
        intersects=dict(question.geometry) if intersects else None,
        bbox=None if intersects else list(question.bbox),
        datetime=[question.start.replace(microsecond=0), end],
        collections=[question.collection] if question.collection else None,
        filter=None if clouds is None else _clouds(clouds),
        filter_lang=None if clouds is None else "cql2-json",
    )
    return _Call(manner.method, question.url, search.get_parameters())


def _clouds(most: float) -> dict[str, Any]:
    """Return CQL2 for: no more clouds than ``most``, or no word of clouds."""
    cover = {"property": "eo:cloud_cover"}
    return {"op": "or", "args": [{"op": "<=", "args": [cover, most]}, {"op": "isNull", "args": [cover]}]}


def first_page(question: Question, manner: Manner, io: GuardedIO) -> Document:
    """Return the first page of an answer.

    Raises:
        SourceError: the server refuses, or what comes is no list of items.
        AddressRefusedError: the search's address may not be reached.
    """
    return _page(io, _call_of(question, manner, io))


def _page(io: GuardedIO, call: _Call) -> Document:
    page = io.document(call.url, call.method, call.parameters)
    content = mapping(page.content)
    if not isinstance(content.get("features"), list) or content.get("type", "FeatureCollection") != "FeatureCollection":
        raise SourceError("the answer is no list of items", where=io.reader.shown(call.url))
    return page


def answer(first: Document, question: Question, manner: Manner, io: GuardedIO, *, room: int) -> Answer:
    """Return all pages of an answer, beginning with its first.

    Args:
        first: the first page.
        question: what was asked.
        manner: how.
        io: to read further pages.
        room: items that the search may still look at.
    """
    pages = _Pages(io, _call_of(question, manner, io), _matched(first.content), room)
    items = tuple(pages.walk(first))
    ending, why = pages.ending
    return Answer(items, ending, why, pages.matched)


class _Pages:
    """Walks from page to page; says in ``ending`` why it stopped."""

    def __init__(self, io: GuardedIO, asked: _Call, matched: int | None, room: int) -> None:
        self._io = io
        self._asked = asked
        self._room = room
        self._calls = {_signature(asked)}
        self._keys: set[str] = set()
        self._sizes: list[int] = []
        self._barren = 0
        self.matched = matched
        self.ending: tuple[Ending, str] = (Ending.COMPLETE, "")

    def walk(self, page: Document) -> Iterator[Found]:
        while True:
            yield from self._new(page)
            call = self._next(page)
            if call is None:
                return
            try:
                page = _page(self._io, call)
            except (SourceError, AddressRefusedError) as error:
                self.ending = (Ending.FAILED, f"page {len(self._sizes) + 1} could not be read: {error.what}")
                return

    def _new(self, page: Document) -> Iterator[Found]:
        features = sequence(mapping(page.content).get("features"))
        self._sizes.append(len(features))
        before = len(self._keys)
        for feature in features:
            key = key_of(feature)
            if key not in self._keys and len(self._keys) < self._room:
                self._keys.add(key)
                yield Found(feature, page.url)
        self._barren = 0 if len(self._keys) > before else self._barren + 1

    def _next(self, page: Document) -> _Call | None:
        """Return the call for the next page; None, with ``ending`` said, if there is none or it is not to be made."""
        limits = self._io.reader.limits
        link = next((k for k in links_of(page.content) if text(k["rel"]).rpartition("/")[2] == "next"), None)
        if len(self._keys) >= self._room or (link and len(self._sizes) >= limits.pages) or self._io.reader.late:
            counted = f"{len(self._keys)} items on {len(self._sizes)} pages"
            self.ending = (Ending.LIMIT, f"stopped after {counted}, there may be more")
            return None
        if link is None:
            self.ending = self._last()
            return None
        try:
            call = self._call(link, page.url)
            known = _signature(call)
        except (AddressRefusedError, ValueError, RecursionError) as error:
            why = error.what if isinstance(error, AddressRefusedError) else "it is malformed"
            self.ending = (Ending.FAILED, f"the link to page {len(self._sizes) + 1} cannot be followed: {why}")
            return None
        if known in self._calls or self._barren >= _MOST_BARREN:
            self.ending = self._circle()
            return None
        self._calls.add(known)
        return call

    def _call(self, link: Mapping[str, Any], base: str) -> _Call:
        href = absolute(link["href"], base, local=False)
        body = link.get("body")
        stated = text(link.get("method")).upper()
        method = stated or ("POST" if isinstance(body, Mapping) and self._asked.method == "POST" else "GET")
        if method != "POST":
            return _Call("GET", href, {})
        sent = mapping(body)
        return _Call(
            "POST", href, {**self._asked.parameters, **sent} if link.get("merge") is True or not sent else sent
        )

    def _circle(self) -> tuple[Ending, str]:
        if self.matched is not None and len(self._keys) == self.matched:
            return Ending.COMPLETE, ""
        return Ending.LOOP, f"the link to page {len(self._sizes) + 1} leads back to what was read already"

    def _last(self) -> tuple[Ending, str]:
        count, last = len(self._keys), self._sizes[-1]
        if self.matched is not None and self.matched > count:
            return Ending.FEWER, f"the server says that {self.matched} items match, and {count} came"
        if self.matched == count:
            return Ending.COMPLETE, ""
        usual = last in _USUAL_SIZES and all(size == last for size in self._sizes)
        if last >= int(self._asked.parameters["limit"]) or usual:
            return Ending.FULL, f"possible truncation: a full page of {last} items came without a link to the next"
        return Ending.COMPLETE, ""


def _signature(call: _Call) -> str:
    """Return what tells calls apart; raises ValueError for what cannot be sent, such as NaN."""
    return json.dumps([call.method, call.url, call.parameters], sort_keys=True, allow_nan=False)


def _matched(content: object) -> int | None:
    """Return how many items the server says there are, in any of the ways there have been."""
    page = mapping(content)
    old = (mapping(page.get(k)).get("matched") for k in ("context", "search:metadata"))
    return next((n for v in (page.get("numberMatched"), *old) if (n := integer(v)) is not None), None)
