"""The documents of one story as the rules on derivation see them, and evidence before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wayside.coverage.stories.detail import claim_passage
from wayside.coverage.stories.evidence import logistic, rows
from wayside.coverage.stories.sources import unspecific
from wayside.model.stories import Evidence, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.coverage.stories.features import Rarities
    from wayside.coverage.stories.sources import Sources
    from wayside.model.claims import Claim
    from wayside.model.documents import Passage

__all__ = ["Draft", "StoryView", "draft", "figure_drafts", "origin_of", "rank_of", "whole_of"]


@dataclass(frozen=True, slots=True)
class StoryView:
    """The documents of one story, and what all questions about them share.

    Attributes:
        details: the documents, in order of publication.
        rarities: weights of features in the whole set.
        odd: spellings that differ from the usual one of the story.
        sources: names of all sources.
        own: by document, the sources whose own text it is.
        whole: by document, the sources that it is credited to as a whole.
        ranks: by document, 0 for a report itself, 1 for a text credited to an agency as a whole, 2 for others.
        titles: by document, the words of its headline.
    """

    details: Sequence[Detail]
    rarities: Rarities
    odd: frozenset[str]
    sources: Sources
    own: tuple[frozenset[str], ...]
    whole: tuple[frozenset[str], ...]
    ranks: tuple[int, ...]
    titles: tuple[frozenset[str], ...]


def whole_of(sources: Sources, one: Detail) -> frozenset[str]:
    """Return the sources that a document is credited to as a whole."""
    return frozenset(sources.id_of(name) for name in one.document.credits if not unspecific(name))


def rank_of(sources: Sources, one: Detail, own: frozenset[str]) -> int:
    """Return 0 for a report itself, 1 for a text credited to an agency as a whole, 2 for others."""
    if any(sources.kind_of(source) == "report" for source in own):
        return 0
    return 1 if own or whole_of(sources, one) else 2


def origin_of(one: Detail, node: str, evidence: Sequence[Evidence], kind: str) -> Origin:
    """Return an edge from what speaks for it and against it."""
    p = logistic(rows("derivation").prior + sum(item.weight for item in evidence))
    texts = tuple(f"{item.kind}: {item.text}" for item in evidence)
    return Origin(one.document.id, node, p, texts, tuple(evidence), kind)


@dataclass(frozen=True, slots=True)
class Draft:
    """Evidence that is weighed before it is put into words, which most edges are not strong enough for.

    Attributes:
        weight: log odds that it adds.
        words: writes it down.
    """

    weight: float
    words: Callable[[], Evidence]


def draft(
    kind: str, units: float, text: Callable[[], str], passages: Callable[[], tuple[Passage | None, Passage | None]]
) -> Draft:
    """Return evidence of one kind, of which the words and passages are made when they are asked for."""
    weight = rows("derivation").amount(kind, units)
    return Draft(weight, lambda: Evidence(kind, text(), weight, *passages()))


def figure_drafts(shared: Sequence[tuple[float, Claim, Claim]]) -> list[Draft]:
    """Return shared figures as evidence, the rarest first; together they weigh no more than figures may."""
    total = sum(weight for weight, _, _ in shared)
    if not total:
        return []
    amount = rows("derivation").amount("shared figure", total)
    return [
        Draft(amount * weight / total, partial(_figure_row, amount * weight / total, here, there))
        for weight, here, there in sorted(shared, key=lambda row: -row[0])
    ]


def _figure_row(weight: float, here: Claim, there: Claim) -> Evidence:
    text = f"gives {here.quantity.figure:g} ({here.thing}) as {there.document} does"
    return Evidence("shared figure", text, weight, claim_passage(here), claim_passage(there))
