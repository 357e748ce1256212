"""Where documents take from, and which tell one story.

Three kinds of evidence, cheapest first: the document names its source; it shares a quotation with another document that
does; it shares figures with one. The strengths are fixed by rule and not calibrated.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.keys import figure_key, slug
from wayside.coverage.words.lexicon import MEDIA
from wayside.coverage.words.phrases import names_in
from wayside.coverage.words.tokens import quoted_spans, tokenise
from wayside.model.stories import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.attribution.resolving import Register
    from wayside.model.claims import Claim
    from wayside.model.documents import Document

__all__ = ["Traits", "find_origins", "group_stories", "traits_of"]

CREDIT: Final = 0.9
CREDIT_AND_QUOTATION: Final = 0.95
OUTLET: Final = 0.85
SHARED_FIGURES: Final = 0.6
_QUOTED_WORDS: Final = 5
_SHARED: Final = 2
_SAME_NAMES: Final = 0.25
_WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a document.

    Attributes:
        document: its id.
        reports: authors of reports that its claims are credited to, canonical names.
        outlets: media that it takes claims through.
        quotations: runs of five quoted words, lower case.
        figures: thing, unit and figure of its claims.
        names: proper names in its body, lower case.
        subjects: what is counted, and where, of its claims that say so.
    """

    document: str
    reports: frozenset[str]
    outlets: frozenset[str]
    quotations: frozenset[tuple[str, ...]]
    figures: frozenset[tuple[str, str, float]]
    names: frozenset[str]
    subjects: frozenset[tuple[str, str]] = frozenset()


def traits_of(document: Document, claims: Sequence[Claim], register: Register) -> Traits:
    """Collect what is compared of a document."""
    own = [claim for claim in claims if claim.document == document.id]
    credited = {claim.asserted_by for claim in own if claim.asserted_by is not None and not claim.anonymous}
    outlets = {name for claim in own for name in claim.via} | set(document.credits)
    quotations: set[tuple[str, ...]] = set()
    names: Counter[str] = Counter()
    for span in document.body:
        for start, end in quoted_spans(document.text, span.start, span.end):
            words = [word.lower() for word in _WORDS.findall(document.text[start:end])]
            quotations |= {tuple(words[at : at + _QUOTED_WORDS]) for at in range(len(words) - _QUOTED_WORDS + 1)}
        names.update(name.lower() for _, _, name in names_in(tokenise(document.text, span.start, span.end)))
    return Traits(
        document=document.id,
        reports=frozenset(name for name in credited if name in register.reporting and name.lower() not in MEDIA),
        outlets=frozenset(name for name in outlets if name in MEDIA.values() and name != "agencies"),
        quotations=frozenset(quotations),
        figures=frozenset(key for claim in own if (key := figure_key(claim)) is not None),
        names=frozenset(names),
        subjects=frozenset((claim.thing, slug(claim.place)) for claim in own if claim.thing and claim.place),
    )


def find_origins(traits: Sequence[Traits], stories: Mapping[str, str]) -> tuple[Origin, ...]:
    """Say where each document takes from; a document for which nothing is found has no entry."""
    found: list[Origin] = []
    for one in traits:
        peers = [other for other in traits if other is not one and stories[other.document] == stories[one.document]]
        for report in sorted(one.reports):
            shares = any(report in other.reports and one.quotations & other.quotations for other in peers)
            evidence = ("credit", "shared quotation") if shares else ("credit",)
            found.append(
                Origin(one.document, f"report:{slug(report)}", CREDIT_AND_QUOTATION if shares else CREDIT, evidence)
            )
        found += [Origin(one.document, f"outlet:{slug(outlet)}", OUTLET, ("credit",)) for outlet in sorted(one.outlets)]
        if not one.reports:
            found += _by_figures(one, peers)
    return tuple(found)


def _by_figures(one: Traits, peers: Sequence[Traits]) -> list[Origin]:
    """Let a document that credits nobody, but shares two figures or a quotation with one that does, derive with it."""
    best: tuple[int, Traits] | None = None
    for other in peers:
        shared = len(one.figures & other.figures)
        quoted = bool(one.quotations & other.quotations)
        if other.reports and (shared >= _SHARED or quoted) and (best is None or shared > best[0]):
            best = (shared, other)
    if best is None:
        return []
    shared, other = best
    evidence = [f"{shared} figures shared with {other.document}"] if shared >= _SHARED else []
    evidence += ["shared quotation"] if one.quotations & other.quotations else []
    return [
        Origin(one.document, f"report:{slug(report)}", SHARED_FIGURES, tuple(evidence))
        for report in sorted(other.reports)
    ]


def group_stories(traits: Sequence[Traits]) -> dict[str, str]:
    """Group documents into stories.

    Two documents tell one story if they count the same thing at the same place, share a rare figure (not under 15) of
    the same thing, a quotation, or a quarter of their proper names. Time is not looked at.

    Returns:
        Document id -> "s1", "s2", … in order of first appearance.
    """
    parent = {one.document: one.document for one in traits}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for index, one in enumerate(traits):
        for other in traits[:index]:
            if _one_story(one, other):
                parent[root(one.document)] = root(other.document)
    numbers: dict[str, str] = {}
    return {one.document: numbers.setdefault(root(one.document), f"s{len(numbers) + 1}") for one in traits}


def _one_story(one: Traits, other: Traits) -> bool:
    if one.subjects & other.subjects or one.quotations & other.quotations:
        return True
    if any(figure >= 15 for _, _, figure in one.figures & other.figures):
        return True
    union = one.names | other.names
    shared = one.names & other.names
    return len(shared) >= 3 and len(shared) >= _SAME_NAMES * len(union)
