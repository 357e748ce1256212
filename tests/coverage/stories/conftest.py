"""Made-up piles of articles, with their claims marked in the text.

``{quote|thing=railcar n=70 as=at_least by=Harrow_Institute}`` is a claim with the words ``quote``; underscores are
spaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from wayside.coverage.stories.tracing import Traced, trace
from wayside.model.claims import Claim, Quantity, TimeSpan
from wayside.model.documents import Document, Span
from wayside.model.stories import Organisation

_MARK = re.compile(r"\{([^{}|]*)\|([^{}]*)\}")
_LOWER, _UPPER = {"at least", "more than"}, {"no more than", "up to", "fewer than"}


def _days(value: str | None) -> TimeSpan | None:
    if value is None:
        return None
    words, _, days = value.rpartition("@")
    first, _, last = days.partition("/")
    start = date.fromisoformat(first) if first else None
    return TimeSpan(words or days, start, date.fromisoformat(last) if last else start)


def _quantity(fields: dict[str, str]) -> Quantity:
    if "n" not in fields:
        return Quantity(None, None, "none stated")
    figure, kind = float(fields["n"]), fields.get("as", "exact")
    low = 0.0 if kind in _UPPER else figure
    high = None if kind in _LOWER else figure
    return Quantity(low, high, kind, fields.get("unit", "1"), figure)


def _inferred(fields: dict[str, str]) -> tuple[str, ...]:
    return ("source inferred: d1 names it for the same figure",) if "inferred" in fields else ()


@dataclass
class Pile:
    """Documents and claims in the making."""

    documents: list[Document] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)

    def add(self, name: str, marked: str, day: str | None = None, **more: Any) -> Pile:
        """Add a document; return the pile."""
        text, at = "", 0
        for match in _MARK.finditer(marked):
            text += marked[at : match.start()]
            start, at = len(text), match.end()
            text += match.group(1)
            self._claim(name, Span(start, len(text)), match.group(1), match.group(2))
        text += marked[at:]
        published = None if day is None else date.fromisoformat(day)
        more.setdefault("language", "en")
        self.documents.append(Document(name, f"{name}.txt", text, (Span(0, len(text)),), published=published, **more))
        return self

    def _claim(self, document: str, span: Span, quote: str, marks: str) -> None:
        fields = {key: value.replace("_", " ") for key, _, value in (mark.partition("=") for mark in marks.split())}
        by = fields.get("by")
        self.claims.append(
            Claim(
                id=f"c{len(self.claims) + 1}",
                document=document,
                span=span,
                quote=quote,
                quantity=_quantity(fields),
                counted=fields.get("thing"),
                thing=fields.get("thing"),
                kind=fields.get("kind", "count"),
                place=fields.get("place"),
                time=_days(fields.get("time")),
                asserted_by=by,
                anonymous="anonymous" in fields,
                via=tuple(fields["via"].split(",")) if "via" in fields else (),
                hedges=(),
                flags=(f"antecedent missing: {by!r}",) if "lost" in fields else _inferred(fields),
                source=fields["inferred"].replace(" ", "-") if "inferred" in fields else None,
                voice=fields.get("voice", "named" if by else "unattributed"),
                certainty=fields.get("certainty", "asserted"),
                topic=fields.get("topic"),
                negated="negated" in fields,
            )
        )

    def trace(self) -> Traced:
        """Trace the pile."""
        return trace(self.documents, self.claims, self.organisations)

    def stories(self) -> set[frozenset[str]]:
        """Return the documents of each story."""
        return {frozenset(story.documents) for story in self.trace().stories}

    def edges(self) -> dict[tuple[str, str], float]:
        """Return the derivation graph."""
        return {(one.document, one.derives_from): one.p for one in self.trace().origins}


@pytest.fixture
def pile() -> Pile:
    """An empty pile."""
    return Pile()


@pytest.fixture
def piles() -> type[Pile]:
    """Empty piles, as many as are needed."""
    return Pile
