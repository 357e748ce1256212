"""pystac's and pystac-client's reading of documents, made to go through whoever fetches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import pystac
from pystac_client.stac_api_io import StacApiIO

from wayside.archive.search.documents import Document, DocumentReader
from wayside.errors import AddressRefusedError

__all__ = ["GuardedIO"]


class GuardedIO(StacApiIO):
    """A ``StacApiIO`` without a session of its own: nothing that pystac does gets past the reader."""

    def __init__(self, reader: DocumentReader) -> None:
        # The base class would open a session of requests, which knows nothing of guarded addresses: it is not called.
        self.reader = reader

    @property
    def page_size(self) -> int:
        """Items to ask for at a time."""
        return self.reader.limits.page

    def update(self, *_args: object, **_settings: object) -> None:
        """Ignore settings of a session that does not exist."""

    def read_text(self, source: Any, *_args: object, **_settings: object) -> str:  # noqa: ANN401 - pystac's own signature
        """Return the document that a link or an address leads to."""
        href = source.get_absolute_href() if isinstance(source, pystac.Link) else source
        return self.request(str(href))

    def request(
        self,
        href: str,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> str:
        """Return an answer as text; a link's wish for headers is not heard, for it may come from anyone."""
        del headers
        return json.dumps(self.document(href, method or "GET", parameters or {}).content)

    def document(self, href: str, method: str, parameters: Mapping[str, Any]) -> Document:
        """Return an answer; raises as ``DocumentReader.get`` does."""
        if method.upper() == "POST":
            return self.reader.post(href, parameters)
        return self.reader.get(href, {key: str(value) for key, value in parameters.items()} or None)

    def write_text_to_href(self, href: str, *_args: object, **_settings: object) -> NoReturn:
        """Refuse to write."""
        raise AddressRefusedError("a search writes nothing", where=href)
