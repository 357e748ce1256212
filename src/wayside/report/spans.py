"""Stretches of text with what they are: the lines that a report's blocks are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from wayside.model.checks import require

__all__ = ["Line", "Span", "SpanKind", "foreign", "line", "plain", "texts_of"]


class SpanKind(StrEnum):
    """What a stretch of text is."""

    PLAIN = "plain"
    STRONG = "strong"
    SMALL = "small"
    CODE = "code"
    FOREIGN = "foreign"
    """Written by somebody else: shown as it stands, its direction kept apart from the text around it."""
    FLAG = "flag"
    """A warning that must catch the eye ("unregistered")."""
    DRAWN = "drawn"
    """The word that marks a drawn image."""
    ANALYST = "analyst"
    """What an analyst said, and not the program."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text.

    Attributes:
        text: as it is to be read; nothing in it is markup.
        kind: what it is.
        href: an address over http(s) that it leads to, or "#" and the id of a block; empty for none.
        language: ISO 639-1 of the text where it is another than the document's; empty where it is the same.
    """

    text: str
    kind: SpanKind = SpanKind.PLAIN
    href: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        require(
            not self.href or self.href.startswith(("https://", "http://", "#")),
            f"a link leads to http, https or a place of the report, not to {self.href[:40]!r}",
        )


Line: TypeAlias = tuple[Span, ...]
"""Spans that are read one after the other; blanks between them are their own."""


def plain(text: str) -> Line:
    """Return a line of one plain span; an empty line for an empty text."""
    return (Span(text),) if text else ()


def foreign(text: str, href: str = "") -> Span:
    """Return a span of somebody else's words."""
    return Span(text, SpanKind.FOREIGN, href)


def line(*parts: str | Span | Line) -> Line:
    """Return one line of several parts; a string is a plain span."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans += plain(part)
        else:
            spans += [part] if isinstance(part, Span) else part
    return tuple(spans)


def texts_of(lines: Iterable[Line]) -> str:
    """Return the bare text of lines, one blank between them."""
    return " ".join("".join(span.text for span in one) for one in lines if one)
