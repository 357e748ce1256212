"""Whose count, whose picture: "X's estimate", "the Oryx tally", "its report", "data from X"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.mention import OWNER, Mention
from wayside.coverage.attribution.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.attribution.views import View

__all__ = ["owner_mentions"]


def owner_mentions(view: View, index: int, bits: int) -> Iterator[Mention]:
    """Read "X's estimate", "the Oryx tally", "its count", "our own analysis", "an analysis by X", "data from X"."""
    first = index
    while first > 0 and index - first < 8 and _premodifies(view, first - 1):
        first -= 1
    total = len(view.tokens)
    if view.inside_name(index):
        return
    attributive = not bits & g.NUMBERS and not any(
        view.has(at, g.DETERMINER | g.POSSESSIVE | g.OWN) or view.lower(at).endswith("'s")
        for at in range(max(0, first - 1), index)
    )
    author = view.has(index + 1, g.FROM) or (view.lower(index + 1) == "," and view.has(index + 2, g.FROM))
    owner = any(stop <= index for at, stop in view.names.items() if first <= at) and not attributive
    pronoun = any(view.has(at, g.POSSESSIVE | g.OWN) for at in range(first, index))
    caption = bits & g.CAPTION
    if not (author or owner or pronoun or caption):
        return
    weak = not bits & (g.NUMBERS | g.IMAGERY | g.CAPTION) and view.lower(index) not in {
        "analysis",
        "assessment",
        "study",
        "report",
        "review",
        "investigation",
        "database",
        "survey",
        "findings",
    }
    if weak:
        return
    limit = total if author and not owner else index + 1
    source = read_source(view, first, limit)
    if author and source is None and bits & g.IMAGERY:
        source = read_source(view, first, total)
    if author and view.lower(index + 1) == "," and not owner:
        named = read_source(view, index + 3, total)
        source = replace(named, report=True) if named is not None else source
    if source is None or source.kind in {"collective", "anonymous"} or (source.kind == "state" and bits & g.IMAGERY):
        return
    if source.kind == "anaphor" and not pronoun:
        return
    yield Mention(source, index, 0, total, OWNER, provider=source.kind == "imagery")


def _premodifies(view: View, index: int) -> bool:
    token = view.tokens[index]
    if token.kind == "mark":
        return token.text == "-" and 0 < index < len(view.tokens) - 1 and view.tokens[index - 1].end == token.start
    bits = view.bits[index]
    inside = any(first <= index < stop for first, stop in view.names.items())
    stops = g.OPENER | g.CLAUSE | g.BE | g.HAVE | g.MODAL | g.AND | g.FROM | g.RELATIVE
    return inside or (token.kind == "word" and not bits & stops and not (bits & g.VERB and not bits & g.NOUN))
