"""The source of a claim whose own text names none, from the documents that tell the same fact and do name it.

"A think tank counted 42 barges" and "42 barges were seen" lead back to whoever the other articles of the story say
counted 42 barges, if they agree on that, and if the document shows other signs that it takes from there. What the text
says is left as it is; what was inferred is said to be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.grammar import BODY, grammar
from wayside.coverage.stories.keys import figure_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from wayside.model.claims import Claim
    from wayside.model.stories import Origin, Story

__all__ = ["INFERRED", "inherited"]

INFERRED: Final = "source inferred"
_LIKELY: Final = 0.5
_AGREED: Final = 0.8
_MISSING: Final = "antecedent missing"


def inherited(claims: Sequence[Claim], stories: Sequence[Story], origins: Sequence[Origin]) -> list[Claim]:
    """Give claims without a named source the one that other documents of the story name for the same fact.

    Args:
        claims: of all documents, with ``source`` where the text names one.
        stories: sources are never taken from another story.
        origins: where documents take from.

    Returns:
        The claims in their order. One that was given a source has a flag that begins with ``INFERRED`` and says from
        where; ``asserted_by`` stays what the text says.
    """
    story_of = {document: story.id for story in stories for document in story.documents}
    told: dict[tuple[str | None, object], list[Claim]] = defaultdict(list)
    for claim in claims:
        fact = figure_key(claim)
        if claim.voice == "named" and claim.source is not None and fact is not None:
            told[story_of.get(claim.document), fact].append(claim)
    upstream: dict[str, set[str]] = defaultdict(set)
    for origin in origins:
        if origin.p >= _LIKELY:
            upstream[origin.document].add(origin.derives_from.partition(":")[2])
    return [
        _given(claim, told.get((story_of.get(claim.document), figure_key(claim)), ()), upstream) for claim in claims
    ]


def _given(claim: Claim, told: Sequence[Claim], upstream: Mapping[str, set[str]]) -> Claim:
    if claim.source is not None or not told:
        return claim
    named = _agreed(one for one in told if one.document != claim.document)
    if named is None:
        return claim
    takes = named.source in upstream.get(claim.document, ())
    if not (takes if claim.voice == "unattributed" else takes or _describes(claim)):
        return claim
    flag = f"{INFERRED}: {named.document} names {named.asserted_by} for the same figure"
    return replace(claim, source=named.source, flags=(*claim.flags, flag))


def _agreed(told: Iterable[Claim]) -> Claim | None:
    """Return a claim of the source that nearly all documents name, or None where they disagree."""
    first: dict[tuple[str | None, str], Claim] = {}
    documents: Counter[str | None] = Counter()
    for claim in told:
        if (claim.source, claim.document) not in first:
            documents[claim.source] += 1
        first.setdefault((claim.source, claim.document), claim)
    if not documents:
        return None
    source, times = documents.most_common(1)[0]
    agreed = times >= _AGREED * sum(documents.values())
    return next(claim for (name, _), claim in first.items() if name == source) if agreed else None


def _describes(claim: Claim) -> bool:
    """Return whether the text speaks of a body without its name: "the group", "a U.S. think tank"."""
    if any(flag.startswith(_MISSING) for flag in claim.flags):
        return True
    bits = grammar("en").bits
    words = (claim.asserted_by or "").lower().replace("-", " ").split()
    return claim.voice in {"anonymous", "collective"} and any(bits.get(word, 0) & BODY for word in words)
