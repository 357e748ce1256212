"""E-mails and mailboxes: which part is the article, who sent it and when, and what of it is not the article."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from wayside.coverage.tables import table
from wayside.coverage.texts.limits import MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_PARTS
from wayside.coverage.texts.members import Member, Members
from wayside.errors import TextError
from wayside.model.documents import Cut, Span

__all__ = ["cut_mail", "mail_members", "mailbox_members"]

_FROM_LINE: Final = re.compile(rb"^From \S{1,200} [^\r\n]{6,80}\d{4}[^\r\n]{0,20}\r?$", re.MULTILINE)
_LONGEST_HEADER: Final = 4000
_THIN: Final = 200
"""Characters of plain text under which a much longer HTML part is preferred ("open this in your browser")."""
_DEEPEST: Final = 30
_BROKEN: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    LookupError,
    RecursionError,
    email.errors.MessageError,
)


@dataclass(frozen=True, slots=True)
class _Words:
    quoting: tuple[str, ...]
    replied: tuple[str, ...]
    forwarded: tuple[str, ...]
    headers: tuple[str, ...]
    foot: tuple[str, ...]


@cache
def _words() -> _Words:
    rows = table("furniture")["mail"]
    return _Words(*(tuple(rows[key]) for key in ("quoting", "replied", "forwarded", "headers", "foot")))


def mailbox_members(data: bytes, name: str) -> Members:
    """Yield the documents of every message of an mbox file."""
    starts = [match.start() for match in _FROM_LINE.finditer(data)]
    for number, start in enumerate(starts[:MAX_MEMBERS], start=1):
        stop = starts[number] if number < len(starts) else len(data)
        message = data[data.find(b"\n", start) + 1 : stop]
        part = f"message {number}"
        try:
            yield from mail_members(message, part, part)
        except TextError as error:
            yield Member(b"", part=part, problem=error.what)
    if len(starts) > MAX_MEMBERS:
        yield Member(b"", part=name, problem=f"only the first {MAX_MEMBERS} messages were read")


def mail_members(data: bytes, name: str, part: str | None = None) -> Members:
    """Yield the documents of one message: its text, and the texts attached to it.

    Args:
        data: the message.
        name: for messages.
        part: which part of the file it is, or None for a whole file.

    Raises:
        TextError: it cannot be taken apart, or has no text in it.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        leaves = list(_leaves(message))
    except _BROKEN as error:
        raise TextError("a damaged e-mail", where=name, todo="Save its text as plain text") from error
    if len(leaves) > MAX_PARTS:
        what = f"an e-mail of more than {MAX_PARTS} parts"
        raise TextError(what, where=name, todo="Save the articles in it one by one")
    facts = _Facts.of(message)
    texts = [leaf for leaf in leaves if leaf.kind in {"text", "html"} and not leaf.attached]
    chosen = _chosen(texts)
    found = False
    for leaf in leaves:
        if leaf is not chosen and not leaf.attached:
            continue
        if leaf.kind is None or not leaf.data.strip():
            continue
        found = True
        yield _as_member(leaf, facts, part, main=leaf is chosen)
    if not found:
        raise TextError("an e-mail without text in it", where=name)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """One part of a message that has no parts of its own."""

    data: bytes
    kind: str | None
    charset: str | None
    attached: bool
    label: str
    url: str | None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the headers say."""

    subject: str | None
    sender: str | None
    day: date | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, message: email.message.Message) -> _Facts:
        subject = _header(message, "Subject")
        name, address = email.utils.parseaddr(_header(message, "From") or "")
        written = _header(message, "Date")
        notes = ("the e-mail's day of sending is taken for the day of publication",)
        day = _sent(written)
        return cls(_stripped(subject), name or address or None, day, notes if day else ())


def _stripped(subject: str | None) -> str | None:
    """Take "Fwd:" and "Re:" off a subject."""
    return (
        re.sub(r"^(?:(?:re|fwd?|aw|wg|tr|rv|пересл)\s{0,2}:\s{0,4}){1,5}", "", subject, flags=re.IGNORECASE) or None
        if subject
        else None
    )


def _sent(written: str | None) -> date | None:
    try:
        return email.utils.parsedate_to_datetime(written).date() if written else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _header(message: email.message.Message, name: str) -> str | None:
    """Return a header, decoded, on one line."""
    raw = message.get(name)
    if raw is None:
        return None
    try:
        pieces = email.header.decode_header(str(raw)[:_LONGEST_HEADER])
        shown = "".join(_piece(content, charset) for content, charset in pieces)
    except (*_BROKEN, email.errors.HeaderParseError):
        shown = str(raw)[:_LONGEST_HEADER]
    line = " ".join("".join(char if char.isprintable() else " " for char in shown).split())
    return line or None


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    try:
        return content.decode(charset or "ascii", errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")


def _leaves(message: email.message.Message, depth: int = 0) -> Iterator[_Leaf]:
    payload = message.get_payload()
    if isinstance(payload, list):
        if depth > _DEEPEST:
            return
        for one in payload[: MAX_PARTS + 1]:
            if isinstance(one, email.message.Message):
                yield from _leaves(one, depth + 1)
        return
    media = message.get_content_type()
    kinds = {"text/plain": "text", "text/html": "html", "application/pdf": "pdf", "application/xhtml+xml": "html"}
    attached = message.get_content_disposition() == "attachment" or media == "application/pdf"
    content = message.get_payload(decode=True) if media in kinds else b""
    data = content if isinstance(content, bytes) else b""
    label = _file_name(message) or media
    url = message.get("Content-Location")
    yield _Leaf(
        data=data[: MAX_MEMBER_BYTES + 1],
        kind=kinds.get(media),
        charset=_charset(message),
        attached=attached,
        label=label,
        url=str(url) if url and str(url).startswith(("http:", "https:")) else None,
    )


def _charset(message: email.message.Message) -> str | None:
    try:
        return message.get_content_charset()
    except _BROKEN:
        return None


def _file_name(message: email.message.Message) -> str | None:
    try:
        found = message.get_filename()
    except _BROKEN:
        return None
    return "".join(char for char in str(found) if char.isprintable())[:80] if found else None


def _chosen(texts: list[_Leaf]) -> _Leaf | None:
    """Prefer plain text to HTML, unless it only says to look at the HTML."""
    plain = max((one for one in texts if one.kind == "text"), key=lambda one: len(one.data), default=None)
    rich = max((one for one in texts if one.kind == "html"), key=lambda one: len(one.data), default=None)
    if plain is None or rich is None:
        return plain or rich
    return rich if len(plain.data.strip()) < _THIN < len(rich.data) else plain


def _as_member(leaf: _Leaf, facts: _Facts, part: str | None, *, main: bool) -> Member:
    here = part if main else ", ".join(one for one in (part, f"attachment {leaf.label}") if one)
    if len(leaf.data) > MAX_MEMBER_BYTES:
        return Member(b"", part=here, problem=f"larger than {MAX_MEMBER_BYTES // 2**20} MiB, not read")
    kind = "e-mail text" if leaf.kind == "text" and main else leaf.kind
    return Member(
        leaf.data,
        kind=kind,
        part=here,
        charset=leaf.charset,
        url=leaf.url,
        title=facts.subject if main else None,
        author=facts.sender if main else None,
        published=facts.day,
        notes=facts.notes,
    )


def cut_mail(text: str) -> tuple[Cut, ...]:
    """Return what of an e-mail's plain text is not its own words: quoted replies, signature, forwarded headers, foot.

    Args:
        text: the decoded text of the part.
    """
    cuts: list[Cut] = []
    words = _words()
    rest = ""
    heading = False
    start = 0
    for raw in text.split("\n"):
        line = raw.strip()
        if line:
            reason, rest, heading = _judge(line, raw, words, rest, heading=heading)
            if reason:
                at = start + raw.index(line[0])
                cuts.append(Cut(Span(at, at + len(line)), reason))
        start += len(raw) + 1
    return tuple(cuts)


def _judge(line: str, raw: str, words: _Words, rest: str, *, heading: bool) -> tuple[str, str, bool]:
    """Judge one line: why it is cut, why all that follows is, and whether it is among forwarded headers."""
    lower = line.lower()
    ending = rest
    if not ending and raw.rstrip("\r\n") in {"-- ", "--"}:
        ending = "signature"
    elif not ending and lower.startswith(words.replied):
        ending = "quoted reply"
    if ending:
        return ending, ending, False
    forwarded = lower.startswith(words.forwarded) or (heading and lower.startswith(words.headers))
    return "forwarded headers" if forwarded else _aside(line, lower, words), "", forwarded


def _aside(line: str, lower: str, words: _Words) -> str:
    if line.startswith(">") or (len(line) < 200 and lower.endswith(words.quoting)):
        return "quoted reply"
    return "foot of the e-mail" if len(line) < 300 and any(word in lower for word in words.foot) else ""
