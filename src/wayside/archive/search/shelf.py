"""The collections that items belong to: their terms, providers, and what holds for all their items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from wayside.archive.search.documents import Document, DocumentReader
from wayside.archive.search.fields import links_of, mapping, text
from wayside.archive.search.gaps import GapList
from wayside.archive.search.hrefs import absolute
from wayside.errors import AddressRefusedError, SourceError

__all__ = ["CollectionShelf"]

_MOST = 500


class CollectionShelf:
    """Collections by their ids; each is read once, when its first item asks for it."""

    def __init__(self, reader: DocumentReader, gaps: GapList) -> None:
        """Read through ``reader``; a collection that cannot be read becomes a gap."""
        self._reader = reader
        self._gaps = gaps
        self._root: Document | None = None
        self._held: dict[str, Mapping[str, Any] | None] = {}

    def api(self, root: Document) -> None:
        """Look for collections where an API says that it keeps them."""
        self._root = root

    def put(self, content: Mapping[str, Any]) -> None:
        """Keep a collection that was met on the way."""
        if name := text(content.get("id")):
            self._held[name] = content

    def get(self, name: str, item: Mapping[str, Any], base: str) -> Mapping[str, Any] | None:
        """Return an item's collection; None if it has none, or none that can be read."""
        if not name:
            return None
        if name not in self._held and len(self._held) < _MOST:
            self._held[name] = self._read(name, item, base)
        return self._held.get(name)

    def _read(self, name: str, item: Mapping[str, Any], base: str) -> Mapping[str, Any] | None:
        why = "nothing says where it is"
        for link in (*self._kept(name), *((k["href"], base) for k in links_of(item) if k["rel"] == "collection")):
            try:
                content = mapping(self._reader.get(absolute(*link, local=self._reader.local)).content)
            except (SourceError, AddressRefusedError) as error:
                why = error.what
                continue
            if content.get("id") == name:
                return content
            why = "what stands there is another"
        self._gaps.add(f"collection {name}", f"the collection could not be read, nor its terms of use: {why}")
        return None

    def _kept(self, name: str) -> list[tuple[str, str]]:
        """Return the collection's place in the API, with the address that it starts from; none without an API."""
        if self._root is None:
            return []
        hrefs = [link["href"] for link in links_of(self._root.content) if link["rel"] == "data"]
        return [
            (f"{href.partition('?')[0].rstrip('/')}/{quote(name, safe='', errors='replace')}", self._root.url)
            for href in hrefs[:1]
        ]
