"""A static catalogue read document by document: catalogues, collections, items, lists of items."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import pystac
import shapely
from shapely.geometry.base import BaseGeometry

from wayside.archive.search.documents import Document, DocumentReader
from wayside.archive.search.fields import links_of, mapping, moment, sequence, text
from wayside.archive.search.footprints import bbox_shape
from wayside.archive.search.gaps import GapList
from wayside.archive.search.hrefs import absolute
from wayside.archive.search.shelf import CollectionShelf
from wayside.errors import AddressRefusedError, SourceError
from wayside.model.sources import CatalogueSource, SceneQuery

__all__ = ["Walk"]

_MOST_FAILURES = 25
_MARGIN_DEG = 0.1
_MARGIN = timedelta(days=2)
_LIST_TYPES = frozenset({"", "application/json", "application/geo+json"})

ItemTaker = Callable[[Any, str, str, bool], None]
"""Takes an item, the address it came from, the id of the collection around it, and whether that address is its own."""
ListTaker = Callable[[str, str], None]
"""Takes the address of a collection's items in an API without a search, and the collection's id."""


class _Place(NamedTuple):
    """A document still to be read."""

    href: str
    collection: str


class Walk:
    """Goes from link to link, breadth first, each document once; what cannot be read is a gap."""

    def __init__(
        self,
        reader: DocumentReader,
        gaps: GapList,
        shelf: CollectionShelf,
        *,
        source: CatalogueSource,
        query: SceneQuery,
        site: BaseGeometry,
        take: ItemTaker,
        take_list: ListTaker,
        full: Callable[[], bool],
    ) -> None:
        """Hand items to ``take`` and addresses of lists to ``take_list``, until ``full`` or a limit is reached."""
        self._reader = reader
        self._gaps = gaps
        self._shelf = shelf
        self._source = source
        self._query = query
        self._area = shapely.box(*site.bounds).buffer(_MARGIN_DEG)
        self._take = take
        self._take_list = take_list
        self._full = full
        self._queue: deque[_Place] = deque()
        self._known: set[str] = set()
        self._failures = 0
        self.passed_by = 0

    def run(self, root: Document) -> None:
        """Read everything that hangs on a document."""
        self._known.add(_plain_address(root.url))
        self._document(root, "")
        read = 1
        while self._queue:
            if self._stopped(read):
                return
            place = self._queue.popleft()
            read += 1
            try:
                document = self._reader.get(place.href)
            except (SourceError, AddressRefusedError) as error:
                self._failures += 1
                self._gaps.add(self._reader.shown(place.href), f"could not be read: {error.what}", "Search again later")
            else:
                self._failures = 0
                self._document(document, place.collection)

    def _stopped(self, read: int) -> bool:
        left = len(self._queue)
        if self._failures >= _MOST_FAILURES:
            why = f"gave up after {self._failures} documents in a row that could not be read, {left} are left"
        elif read >= self._reader.limits.documents or self._reader.late or self._full():
            why = f"stopped after {read} documents, {left} or more are left"
        else:
            return False
        self._gaps.add(self._source.name, why, "Give the address of a smaller catalogue or a collection")
        return True

    # ------------------------------------------------------------------ by kind
    def _document(self, document: Document, collection: str) -> None:
        content = mapping(document.content)
        kind = _kind(content)
        if kind is pystac.STACObjectType.ITEM:
            self._take(content, document.url, collection, True)
        elif isinstance(content.get("features"), list):
            for feature in content["features"]:
                self._take(feature, document.url, collection, False)
            self._follow(document, collection, ("next",))
        elif kind is pystac.STACObjectType.COLLECTION:
            self._collection(document, content)
        elif kind is pystac.STACObjectType.CATALOG:
            self._follow(document, collection, ("child", "item", "data"))
        elif isinstance(content.get("collections"), list):
            for inner in content["collections"]:
                self._collection(Document(inner, self._own(inner, document.url)), mapping(inner))
            self._follow(document, collection, ("next",))
        else:
            self._gaps.add(self._reader.shown(document.url), "this is nothing of STAC", "Check the address")

    def _collection(self, document: Document, content: Mapping[str, Any]) -> None:
        name = text(content.get("id"))
        self._shelf.put(content)
        if not self._near(content):
            self.passed_by += 1
            return
        wanted = not self._source.collections or name in self._source.collections
        children = any(link["rel"] in {"child", "item"} for link in links_of(content))
        self._follow(document, name, ("child", "item") if wanted else ("child",))
        if wanted and not children:
            self._lists(document, name)

    def _own(self, content: object, base: str) -> str:
        """Return the address of a document that came inside another."""
        for link in links_of(content):
            if link["rel"] == "self":
                with contextlib.suppress(AddressRefusedError):
                    return absolute(link["href"], base, local=self._reader.local)
        return base

    def _lists(self, document: Document, name: str) -> None:
        """Hand on where an API keeps a collection's items, if it has no search of its own."""
        for link in links_of(document.content):
            if link["rel"] == "items" and text(link.get("type")).partition(";")[0] in _LIST_TYPES:
                try:
                    href = absolute(link["href"], document.url, local=self._reader.local)
                except AddressRefusedError as error:
                    self._gaps.add(f"collection {name}", f"its items are out of reach: {error.what}")
                    return
                if href not in self._known:
                    self._known.add(href)
                    self._take_list(href, name)
                return

    def _follow(self, document: Document, collection: str, relations: tuple[str, ...]) -> None:
        for link in links_of(document.content):
            if link["rel"] not in relations:
                continue
            try:
                href = absolute(link["href"], document.url, local=self._reader.local)
            except AddressRefusedError as error:
                self._gaps.add(self._reader.shown(document.url), f"a link of it is not followed: {error.what}")
                continue
            if (plain := _plain_address(href)) not in self._known:
                self._known.add(plain)
                self._queue.append(_Place(href, collection))

    def _near(self, content: Mapping[str, Any]) -> bool:
        """Tell whether a collection's extent leaves room for the site and the dates, with a margin on both."""
        extent = mapping(content.get("extent"))
        boxes = [bbox_shape(b) for b in sequence(mapping(extent.get("spatial")).get("bbox"))[:1000]]
        if boxes and all(box is not None and not box.intersects(self._area) for box in boxes):
            return False
        spans = [sequence(s) for s in sequence(mapping(extent.get("temporal")).get("interval"))[:1000]]
        return not spans or any(self._in_time(s) for s in spans)

    def _in_time(self, span: object) -> bool:
        ends = sequence(span)
        start, end = (moment(ends[0]), moment(ends[1])) if len(ends) == 2 else (None, None)
        early = end is not None and end < self._query.start - _MARGIN
        late = start is not None and start > self._query.end + _MARGIN
        return not (early or late)


def _kind(content: Mapping[str, Any]) -> pystac.STACObjectType | None:
    """Return what a document is; pystac knows the marks of all versions, but wants them well formed."""
    try:
        return pystac.serialization.identify_stac_object_type(dict(content))
    except (pystac.STACError, pystac.STACTypeError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _plain_address(href: str) -> str:
    return href.partition("#")[0]
