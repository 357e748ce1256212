"""Documents and claims to stories, kinship, origins and changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wayside.coverage.stories.changes import changes_in
from wayside.coverage.stories.derivation import derivations
from wayside.coverage.stories.detail import detail, together, variants
from wayside.coverage.stories.features import Rarities, features
from wayside.coverage.stories.grouping import candidates, grouped
from wayside.coverage.stories.kinship import kinships
from wayside.coverage.stories.scoring import Scorer
from wayside.coverage.stories.sources import Sources
from wayside.model.stories import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.model.claims import Claim
    from wayside.model.documents import Document
    from wayside.model.stories import Change, Kinship, Organisation, Origin

__all__ = ["Traced", "stories_of", "trace"]


@dataclass(frozen=True, slots=True)
class Traced:
    """Where some documents take from.

    Attributes:
        stories: in order of first appearance; every document is in exactly one.
        kinships: related pairs of documents, within stories.
        origins: edges of the derivation graph, by document.
        changes: what became of claims on their way.
    """

    stories: tuple[Story, ...]
    kinships: tuple[Kinship, ...] = ()
    origins: tuple[Origin, ...] = ()
    changes: tuple[Change, ...] = ()


def trace(documents: Sequence[Document], claims: Sequence[Claim], organisations: Sequence[Organisation] = ()) -> Traced:
    """Find which documents tell one story, where each takes from, and what changed on the way.

    Args:
        documents: as read, ids unique.
        claims: of these documents, in reading order.
        organisations: sources under all their names, as far as they were resolved.
    """
    some = features(documents, claims)
    rarities = Rarities(some)
    scorer = Scorer(some, rarities)
    groups = [_by_day(documents, group) for group in grouped(scorer, candidates(some, rarities))]
    sources = Sources(documents, claims, organisations)
    of_document: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_document[claim.document].append(claim)
    stories = tuple(_story(f"s{at}", [documents[one] for one in group]) for at, group in enumerate(groups, 1))
    kin: list[Kinship] = []
    origins: list[Origin] = []
    changes: list[Change] = []
    for group in groups:
        details = together([_detail(documents[one], of_document.get(documents[one].id, []), sources) for one in group])
        odd = variants(details)
        edges = derivations(details, rarities, odd, sources)
        origins += edges
        kin += kinships(details, edges, rarities, odd, _likeness(scorer, group))
        changes += changes_in(details, edges, sources)
    return Traced(stories, tuple(kin), tuple(origins), tuple(changes))


def _likeness(scorer: Scorer, group: Sequence[int]) -> Callable[[int, int], float]:
    known: dict[tuple[int, int], float] = {}

    def likeness(one: int, other: int) -> float:
        pair = (min(one, other), max(one, other))
        if pair not in known:
            known[pair] = scorer.log_odds(group[pair[0]], group[pair[1]])
        return known[pair]

    return likeness


def stories_of(documents: Sequence[Document], claims: Sequence[Claim]) -> tuple[Story, ...]:
    """Group documents into stories, and nothing else."""
    some = features(documents, claims)
    rarities = Rarities(some)
    groups = grouped(Scorer(some, rarities), candidates(some, rarities))
    ordered = [_by_day(documents, group) for group in groups]
    return tuple(_story(f"s{at}", [documents[one] for one in group]) for at, group in enumerate(ordered, 1))


def _detail(document: Document, claims: Sequence[Claim], sources: Sources) -> Detail:
    return detail(document, claims, sources.media_of(document, claims))


def _by_day(documents: Sequence[Document], group: Sequence[int]) -> list[int]:
    """Order documents by publication; those without a day come last, as they were given."""

    def key(at: int) -> tuple[bool, int, int]:
        day = documents[at].published
        return (day is None, 0 if day is None else day.toordinal(), at)

    return sorted(group, key=key)


def _story(name: str, documents: Sequence[Document]) -> Story:
    days = [document.published for document in documents if document.published is not None]
    return Story(
        name,
        _title(documents),
        tuple(document.id for document in documents),
        min(days) if days else None,
        max(days) if days else None,
    )


def _title(documents: Sequence[Document]) -> str:
    """Return the headline whose words the other headlines share most; the file name where there is none."""
    titles = [document.title for document in documents if document.title]
    if not titles:
        return documents[0].file or documents[0].id
    having = Counter(word for title in titles for word in set(title.lower().split()))

    def shared(title: str) -> float:
        words = set(title.lower().split())
        return sum(having[word] for word in words) / (len(words) + 1)

    return max(titles, key=shared)
