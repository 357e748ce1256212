"""Documents to a result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wayside.coverage.agreement.groups import agreements
from wayside.coverage.finding import find_claims
from wayside.coverage.stories.origins import find_origins, group_stories, traits_of
from wayside.model.coverage import CoverageResult
from wayside.model.stories import Story

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.agreement import MeasuredCount
    from wayside.model.claims import Claim
    from wayside.model.documents import Document

__all__ = ["analyse"]


def analyse(documents: Sequence[Document], measured: MeasuredCount | None = None) -> CoverageResult:
    """Find the claims of some documents, who made them, where the documents take from, and how far they agree.

    Args:
        documents: as read; where two bear one id, the later ones get a suffix ("001-2").
        measured: distribution of a measured count to set the claims against, or None.

    Returns:
        Everything found. Lists are empty where nothing could be determined.
    """
    named = _distinct(documents)
    claims: list[Claim] = []
    readings = []
    for document in named:
        reading = find_claims(document, first=len(claims) + 1)
        claims.extend(reading.claims)
        readings.append(reading)
    traits = [
        traits_of(document, reading.claims, reading.register) for document, reading in zip(named, readings, strict=True)
    ]
    stories = group_stories(traits)
    origins = find_origins(traits, stories)
    return CoverageResult(
        documents=tuple(named),
        claims=tuple(claims),
        origins=origins,
        agreement=agreements(claims, origins, stories, measured),
        stories=_stories(named, stories),
    )


def _stories(documents: Sequence[Document], story_of: Mapping[str, str]) -> tuple[Story, ...]:
    names = dict.fromkeys(story_of.values())
    members = {name: [one for one in documents if story_of[one.id] == name] for name in names}
    return tuple(
        Story(name, some[0].title or some[0].file, tuple(one.id for one in some)) for name, some in members.items()
    )


def _distinct(documents: Sequence[Document]) -> list[Document]:
    taken: set[str] = set()
    found = []
    for document in documents:
        name, copy = document.id, 2
        while name in taken:
            name = f"{document.id}-{copy}"
            copy += 1
        taken.add(name)
        found.append(document if name == document.id else replace(document, id=name))
    return found
