"""A file's bytes to a Document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.decode import decode
from wayside.coverage.texts.flattened import cut_boilerplate
from wayside.coverage.texts.html import looks_like_html, read_html
from wayside.coverage.texts.language import language_of
from wayside.coverage.words.lexicon import MEDIA
from wayside.errors import TextError
from wayside.model.documents import Document

if TYPE_CHECKING:
    from datetime import date

__all__ = ["document_id", "read_document"]

_PAGE_DATE: Final = re.compile(
    r"^\s{0,8}(?:date|updated|published|posted)\s?:\s?(\d{4}-\d\d-\d\d)", re.IGNORECASE | re.MULTILINE
)
_SOURCES: Final = re.compile(r"^\s{0,8}sources?\s?(?::|by)\s?([^\n]{2,60})$", re.IGNORECASE | re.MULTILINE)
_DATELINE: Final = re.compile(r"^[^\n()]{0,80}\(([A-Z][\w .\-]{1,30})\)\s?[—–-]", re.MULTILINE)
_SIGNED: Final = re.compile(r"[.!?”\"]\s?\(([A-Z][\w .\-]{1,30})\)(?=\s|$)")


def document_id(name: str) -> str:
    """Return the short name of a file: its leading number where it has one, else its stem."""
    stem = re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]
    number = re.match(r"\d{2,}(?=[_\-]|$)", stem)
    return (number.group() if number else stem) or "document"


def read_document(data: bytes, name: str, *, published: date | None = None) -> Document:
    """Read one document.

    Args:
        data: the file's bytes: plain text, a flattened page, or HTML.
        name: the name that it goes by; also gives the id.
        published: day of publication where the user knows it; else taken from HTML metadata, never from a date that
            merely stands on a flattened page.

    Returns:
        The document with its body, what was cut, and what is known of it.

    Raises:
        TextError: empty, too large, binary, undecodable, or without any text.
    """
    text, encoding = decode(data, name)
    notes = [] if encoding == "utf-8" else [f"read as {encoding}"]
    page = read_html(text, name) if looks_like_html(text) else None
    if page is not None:
        shown = page.text
        return Document(
            id=document_id(name), file=name, text=shown, body=page.body, cuts=page.cuts, title=page.title,
            language=language_of("\n".join(shown[span.start : span.end] for span in page.body)),
            published=published or page.published, outlet=page.outlet, credits=_credits(shown),
            notes=(*notes, *page.notes), segments=page.segments,
        )  # fmt: skip
    if looks_like_html(text):
        raise TextError("a web page without an article in it", where=name, todo="Save the page's text as plain text")
    body = cut_boilerplate(text)
    if not body.spans:
        raise TextError("nothing but page furniture", where=name)
    dated = _PAGE_DATE.search(text)
    if dated and published is None:
        notes.append(
            f"the page bears the date {dated.group(1)}, which need not be the article's; relative dates stay unresolved"
        )
    return Document(
        id=document_id(name), file=name, text=text, body=body.spans, cuts=body.cuts, title=body.title,
        language=language_of("\n".join(text[span.start : span.end] for span in body.spans)),
        published=published, credits=_credits(text), notes=tuple(notes),
    )  # fmt: skip


def _credits(text: str) -> tuple[str, ...]:
    """Return whom the whole page credits, cuts included: datelines, signatures, source lines."""
    found = [match.group(1).strip() for match in _SOURCES.finditer(text)]
    found += [
        match.group(1)
        for pattern in (_DATELINE, _SIGNED)
        for match in pattern.finditer(text)
        if match.group(1).lower() in MEDIA
    ]
    return tuple(dict.fromkeys(MEDIA.get(name.lower(), name) for name in found))
