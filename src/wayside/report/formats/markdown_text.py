"""Lines of a document as Markdown in which nothing that somebody wrote is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from wayside.report.document import Line, Span, SpanKind
from wayside.report.formats.pdf_data import isolated
from wayside.report.formats.text import shown

__all__ = ["cell_text", "escaped", "marked", "paragraph", "strong"]

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
_BEGINS = re.compile(r"^(?:[-+=]|\d+(?=[.)]))")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(?::\d+)?(?:[/?#][^\s<>()\\]*)?")
_CAN_BE_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:/+=,\- ]*[A-Za-z0-9])?")


def escaped(text: str) -> str:
    r"""Return a text in which nothing is markup: a backslash before what begins or ends something.

    That is so in CommonMark, in GFM (tables, strikethrough, bare addresses) and in common additions to them (``$`` for
    formulas, ``{`` for attributes). What is markup at the beginning of a line alone is left to ``paragraph``.
    """
    made = _MARKUP.sub(lambda found: "\\" + found[0], shown(text))
    made = made.replace("://", "\\://")
    if made.endswith("!"):  # a link may follow, and the two would be a picture that is loaded
        made = made[:-1] + "\\!"
    return re.sub(r"(www)\.", r"\1\\.", made, flags=re.IGNORECASE)


def strong(text: str) -> str:
    """Return an escaped text in bold where Markdown can tell its ends: letters or digits there, no bold within."""
    core = text.strip()
    if not core or "**" in core or not (core[0].isalnum() and core[-1].isalnum()):
        return text
    start = text.index(core)
    return f"{text[:start]}**{core}**{text[start + len(core) :]}"


def _inner(span: Span) -> str:
    if span.kind is SpanKind.CODE and _CAN_BE_CODE.fullmatch(span.text):
        return f"`{span.text}`"
    text = escaped(span.text)
    if span.kind is SpanKind.FOREIGN:
        return isolated(text)
    return text


def _span(span: Span) -> str:
    inner = _inner(span)
    address = quote(shown(span.href), safe=":/?#[]@!$&'*+,;=%~")
    if span.text.strip() and _ADDRESS.fullmatch(address):
        return f"[{inner}](<{address}>)"
    return inner


def marked(line: Line) -> str:
    """Return a line as Markdown; what is strong, a flag or the mark of a drawn image is bold where that can be."""
    parts = []
    bold = {SpanKind.STRONG, SpanKind.FLAG, SpanKind.DRAWN}
    for number, span in enumerate(line):
        after = line[number + 1].text[:1] if number + 1 < len(line) else ""
        before = line[number - 1].text[-1:] if number else ""
        # Stars next to letters, or next to each other, would be taken for something else.
        clear = not (before.isalnum() or after.isalnum())
        apart = all(line[k].kind not in bold for k in (number - 1, number + 1) if 0 <= k < len(line))
        made = _span(span)
        parts.append(strong(made) if span.kind in bold and not span.href and apart and clear else made)
    return "".join(parts)


def paragraph(text: str) -> str:
    """Return marked text as a line of its own: nothing at its beginning is a list, a rule or an underline."""
    core = text.strip()
    return _BEGINS.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], core)


def cell_text(parts: Iterable[str]) -> str:
    """Return marked texts as the content of a table's cell: on one line, a dot between them."""
    return " · ".join(part.strip() for part in parts if part.strip())
