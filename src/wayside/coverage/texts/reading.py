"""A file's bytes to documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.decode import Decoded, decode
from wayside.coverage.texts.flattened import cut_boilerplate, cut_within
from wayside.coverage.texts.heads import byline_of, credits_of, dated_note, medium_at, outlet_of
from wayside.coverage.texts.html import looks_like_html, read_html
from wayside.coverage.texts.kinds import kind_of
from wayside.coverage.texts.language import language_of
from wayside.coverage.texts.limits import MAX_ARCHIVE_BYTES, MAX_BYTES, MAX_CHARACTERS, MAX_DOCUMENTS, MAX_LINES
from wayside.coverage.texts.mail import cut_mail, mail_members, mailbox_members
from wayside.coverage.texts.members import Member
from wayside.coverage.texts.pdf import read_pdf
from wayside.coverage.texts.support import support_of
from wayside.coverage.texts.webarchive import gunzip, holds_warc, wacz_members, warc_members
from wayside.coverage.texts.wrapping import unwrapped
from wayside.errors import TextError
from wayside.model.documents import Cut, Document, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

__all__ = ["Opened", "document_id", "read_document", "read_documents"]

_NO_ARTICLE: Final = (
    "a web page without an article", "nothing but page furniture", "there is nothing in it", "there are no words",
)  # fmt: skip
"""How the errors begin that are no failure in an archive, where most pages are no articles."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file held.

    Attributes:
        documents: in the order of the file.
        failures: parts that could not be read: name of the part, and why.
        skipped: parts that are not read though nothing is wrong with them (redirects, repetitions, pages without an
            article in an archive): name of the part, and why.
    """

    documents: tuple[Document, ...]
    failures: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Given:
    """What the user knows of a file."""

    published: date | None
    outlet: str | None
    url: str | None


def document_id(name: str) -> str:
    """Return the short name of a file: its leading number where it has one, else its stem."""
    stem = re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]
    number = re.match(r"\d{2,}(?=[_\-]|$)", stem)
    return (number.group() if number else stem) or "document"


def read_documents(
    data: bytes, name: str, *, published: date | None = None, outlet: str | None = None, url: str | None = None
) -> Opened:
    """Read every document in a file.

    Args:
        data: the file's bytes: plain text, a flattened page, HTML, PDF, an e-mail, a mailbox, WARC or WACZ; told by
            content.
        name: the name that it goes by; also gives the ids.
        published: day of publication where the user knows it; in a file of several documents, for those that have
            none.
        outlet: who published it, likewise.
        url: address that it was taken from, likewise.

    Returns:
        The documents, and what could not be read; one bad part never ends the file.

    Raises:
        TextError: nothing in the file can be read.
    """
    given = _Given(published, outlet, url)
    kind = kind_of(data)
    limit = MAX_ARCHIVE_BYTES if kind in {"zip", "warc", "gzip", "mailbox"} else MAX_BYTES
    if len(data) > limit:
        todo = f"The limit is {limit // 2**20} MiB; cut it into smaller files"
        raise TextError(f"too large: {len(data) / 2**20:.0f} MiB", where=name, todo=todo)
    members = _members(data, kind, name)
    if members is None:
        data = gunzip(data, name, MAX_BYTES) if kind == "gzip" else data
        member = Member(data, kind="pdf" if kind_of(data) == "pdf" else None)
        return Opened((_read(member, name, document_id(name), given),))
    return _collect(members, name, given, archive=kind in {"zip", "warc", "gzip"})


def read_document(
    data: bytes, name: str, *, published: date | None = None, outlet: str | None = None, url: str | None = None
) -> Document:
    """Read one document: the only one of a file, or the first.

    Args:
        data: the file's bytes, as for ``read_documents``.
        name: the name that it goes by; also gives the id.
        published: day of publication where the user knows it; else taken from what the file declares, never from a date
            that merely stands on a flattened page.
        outlet: who published it, where the user knows.
        url: address that it was taken from, where the user knows.

    Raises:
        TextError: empty, too large, binary, undecodable, or without any text.
    """
    opened = read_documents(data, name, published=published, outlet=outlet, url=url)
    return opened.documents[0]


def _members(data: bytes, kind: str, name: str) -> Iterator[Member] | None:
    """Return the parts of a container, or None where the file is one document."""
    if kind == "zip":
        return wacz_members(data, name)
    if kind == "warc" or (kind == "gzip" and holds_warc(data)):
        return warc_members(data, "")
    if kind == "mailbox":
        return mailbox_members(data, name)
    return mail_members(data, name) if kind == "e-mail" else None


def _collect(members: Iterator[Member], name: str, given: _Given, *, archive: bool) -> Opened:
    documents: list[Document] = []
    failures: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    base = document_id(name)
    for member in members:
        part = member.part or name
        if member.problem is not None:
            failures.append((part, member.problem))
            continue
        if member.skipped is not None:
            skipped.append((part, f"{member.skipped}{f' ({member.url})' if member.url else ''}"))
            continue
        if len(documents) >= MAX_DOCUMENTS:
            failures.append((part, f"more than {MAX_DOCUMENTS} documents; the rest was not read"))
            break
        identity = base if not documents else f"{base}-{len(documents) + 1}"
        try:
            documents.append(_read(member, name, identity, given))
        except TextError as error:
            nothing = archive and error.what.startswith(_NO_ARTICLE)
            (skipped if nothing else failures).append((part, error.what))
    if not documents:
        reasons = "; ".join(f"{part}: {why}" for part, why in (failures or skipped)[:3]) or "no page, no text"
        raise TextError(f"nothing in it can be read ({reasons})", where=name)
    return Opened(tuple(documents), tuple(failures), tuple(skipped))


def _read(member: Member, name: str, identity: str, given: _Given) -> Document:
    where = f"{name}, {member.part}" if member.part else name
    source = _Source(member, name, identity, given, where)
    if member.kind == "pdf" or (member.kind is None and kind_of(member.data) == "pdf"):
        return _pdf(source)
    decoded = decode(member.data, where, declared=member.charset)
    if member.kind == "html" or (member.kind != "e-mail text" and looks_like_html(decoded.text)):
        return _html(source, decoded)
    if len(decoded.text) > MAX_CHARACTERS:
        todo = f"The limit is {MAX_CHARACTERS // 2**20} million characters a document; cut it into its articles"
        raise TextError(f"too large: {len(decoded.text) / 2**20:.0f} million characters", where=where, todo=todo)
    if decoded.text.count("\n") > MAX_LINES:
        raise TextError(f"more than {MAX_LINES} lines", where=where, todo="Cut it into its articles")
    return _plain(source, decoded)


@dataclass(frozen=True, slots=True)
class _Source:
    """What is to be read, and what is known of it before: from the container it stood in and from the user.

    What the user knows of a file of one document comes first; of a file of several, last.
    """

    member: Member
    file: str
    identity: str
    given: _Given
    where: str

    def published(self, declared: date | None = None) -> date | None:
        """Return the day of publication, given what the document itself declares."""
        ours = self.given.published
        return (ours if self.member.part is None else None) or declared or self.member.published or ours

    def outlet(self, declared: str | None = None) -> str | None:
        """Return the outlet, given what the document itself declares."""
        ours = self.given.outlet
        return (ours if self.member.part is None else None) or declared or ours

    def url(self, declared: str | None = None) -> str | None:
        """Return the address, given what the document itself declares."""
        ours = self.given.url
        return (ours if self.member.part is None else None) or self.member.url or declared or ours


def _html(source: _Source, decoded: Decoded) -> Document:
    member = source.member
    page = read_html(decoded.text, source.where, member.url or source.given.url)
    shown = page.text
    language = language_of(_joined(shown, page.body)) or page.facts.language
    support, said = support_of(language)
    return Document(
        id=source.identity,
        file=source.file,
        text=shown,
        body=page.body,
        cuts=page.cuts,
        title=page.facts.title or member.title,
        language=language,
        published=source.published(page.facts.published),
        outlet=source.outlet(page.facts.outlet or medium_at(member.url or page.facts.url)),
        credits=credits_of(shown),
        notes=(*decoded.notes, *member.notes, *page.notes, *said),
        segments=page.segments,
        author=page.facts.author or member.author or byline_of(shown, page.body[0].start, page.body[-1].end),
        updated=page.facts.updated,
        url=source.url(page.facts.url),
        format="html",
        part=member.part,
        support=support,
    )


def _pdf(source: _Source) -> Document:
    member = source.member
    found = read_pdf(member.data, source.where)
    body, cuts = cut_within(found.text, found.body)
    body = body or found.body
    language = language_of(_joined(found.text, body))
    support, said = support_of(language)
    return Document(
        id=source.identity,
        file=source.file,
        text=found.text,
        body=body,
        cuts=tuple(sorted((*found.cuts, *cuts), key=lambda cut: cut.span)),
        title=found.title or member.title,
        language=language,
        published=source.published(),
        outlet=source.outlet(),
        credits=credits_of(found.text),
        notes=(*member.notes, *found.notes, *said),
        author=found.author or member.author or byline_of(found.text, body[0].start, body[-1].end),
        url=source.url(),
        format="pdf",
        part=member.part,
        pages=found.pages,
        support=support,
    )


def _plain(source: _Source, decoded: Decoded) -> Document:
    member, text = source.member, decoded.text
    mail = member.kind == "e-mail text"
    mail_cuts = cut_mail(text) if mail else ()
    shown = unwrapped(_blanked(text, mail_cuts), *((1,) if mail else ()))
    body = cut_boilerplate(shown)
    if not body.spans:
        raise TextError("nothing but page furniture", where=source.where)
    joined = shown.count("\n") != text.count("\n")
    dated = dated_note(text) if source.published() is None else None
    notes = [
        *(("its lines were broken at a fixed width and have been joined",) if joined else ()),
        *((dated,) if dated else ()),
    ]
    language = language_of(_joined(shown, body.spans))
    support, said = support_of(language)
    cuts = tuple(sorted((*mail_cuts, *body.cuts), key=lambda cut: cut.span))
    shown = _replaced(shown, mail_cuts, lambda span: text[span.start : span.end])
    return Document(
        id=source.identity,
        file=source.file,
        text=shown,
        body=body.spans,
        cuts=cuts,
        title=member.title or body.title,
        language=language,
        published=source.published(),
        outlet=source.outlet(outlet_of(text, body.spans[-1].end)),
        credits=credits_of(text),
        notes=(*decoded.notes, *member.notes, *notes, *said),
        author=member.author or byline_of(shown, body.spans[0].start, body.spans[-1].end),
        url=source.url(),
        format="e-mail" if mail else ("flattened page" if cuts else "text"),
        part=member.part,
        support=support,
    )


def _blanked(text: str, cuts: Sequence[Cut]) -> str:
    """Blank out what is cut, each character for one, so that offsets stay what they are."""
    return _replaced(text, cuts, lambda span: " " * (span.end - span.start))


def _replaced(text: str, cuts: Sequence[Cut], content: Callable[[Span], str]) -> str:
    pieces = []
    at = 0
    for cut in cuts:
        pieces += [text[at : cut.span.start], content(cut.span)]
        at = cut.span.end
    return "".join((*pieces, text[at:]))


def _joined(text: str, spans: tuple[Span, ...]) -> str:
    return "\n".join(text[span.start : span.end] for span in spans)
