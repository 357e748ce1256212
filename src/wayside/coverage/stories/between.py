"""Which documents of a story one takes from: those that have its wording, its quotations, its figures, or its credits.

Every document is compared with a few others: the first few holders of each five-word run, of these the ones with most
runs in common, and the first carriers of each source that it credits. A document that retells another without one run
of five words, and without crediting it, has no edge to it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from heapq import nsmallest
from itertools import chain
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.drafts import Draft, StoryView, draft, figure_drafts, origin_of
from wayside.coverage.stories.evidence import logistic, rows, setting
from wayside.coverage.stories.kinship import shared_figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from wayside.coverage.stories.detail import Detail
    from wayside.model.documents import Passage
    from wayside.model.stories import Evidence, Origin

__all__ = ["documents_above"]

_HOLDERS: Final = 6
_SAME_HEADLINE: Final = 0.75
_HEADLINE_WORDS: Final = 4
_SHOWN: Final = 3
_NEAR: Final = 0.4


def documents_above(story: StoryView, named: Sequence[dict[str, list[Evidence]]]) -> list[list[Origin]]:
    """Return, for each document, the likeliest of the documents of the story that it takes from."""
    holders = _holders(story.details)
    carriers = _carriers(story)
    reports = [frozenset(source for source in row if story.sources.kind_of(source) == "report") for row in named]
    most, prior = int(setting("derivation", "documents")), rows("derivation").prior
    found: list[list[Origin]] = [[] for _ in story.details]
    for at in range(len(story.details)):
        if story.ranks[at] == 0:
            continue
        edges: list[tuple[float, int, float, list[Draft]]] = []
        for other, runs in _near(story, at, holders, carriers, named[at]):
            # What two texts have from a report that both name says nothing of one having it from the other.
            explained = not reports[at].isdisjoint(reports[other]) and story.own[other].isdisjoint(named[at])
            share = runs / max(1, min(story.details[at].length, story.details[other].length))
            drafts = _drafts(story, at, other, share, named[at], explained=explained)
            if drafts:
                edges.append((logistic(prior + sum(draft.weight for draft in drafts)), other, share, drafts))
        edges.sort(key=lambda edge: -edge[0])
        for p, other, share, drafts in edges[:most]:
            if p >= setting("derivation", "least"):
                kind = "near-identical" if share >= _NEAR else "rewritten"
                evidence = [draft.words() for draft in drafts]
                node = f"document:{story.details[other].document.id}"
                found[at].append(origin_of(story.details[at], node, evidence, kind))
    return found


def _near(
    story: StoryView,
    at: int,
    holders: Mapping[int, Sequence[int]],
    carriers: Mapping[str, Sequence[int]],
    named: Mapping[str, object],
) -> list[tuple[int, int]]:
    """Return the documents that one may take from, in their order, with the number of runs in common.

    Of those that only have runs in common, the ones that have most.
    """
    runs = Counter(chain.from_iterable(map(holders.__getitem__, story.details[at].shared)))
    most = int(setting("derivation", "compared"))
    may = [other for other in sorted(runs) if other != at and _may_precede(story, other, at)]
    near = set(nsmallest(most, may, key=lambda other: -runs[other]) if len(may) > most else may)
    for source in named:
        near.update(
            other for other in carriers.get(source, ())[:_HOLDERS] if other != at and _may_precede(story, other, at)
        )
    return [(other, runs[other]) for other in sorted(near)]


def _holders(details: Sequence[Detail]) -> dict[int, list[int]]:
    """Return for each run of five words that several documents have the first few of them."""
    several: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(details):
        for run in one.shared:
            holders = several[run]
            if len(holders) < _HOLDERS:
                holders.append(at)
    return several


def _carriers(story: StoryView) -> dict[str, list[int]]:
    """Return for each source the documents that are its own text, or are credited to it as a whole."""
    found: dict[str, list[int]] = defaultdict(list)
    for at in range(len(story.details)):
        for source in sorted(story.own[at] | story.whole[at]):
            found[source].append(at)
    return found


def _may_precede(story: StoryView, earlier: int, later: int) -> bool:
    """Return whether one document may be among the sources of another.

    Ranks may not rise, and among equals the day must: every chain therefore ends.
    """
    first, second = story.ranks[earlier], story.ranks[later]
    if first > second:
        return False
    days = story.details[earlier].document.published, story.details[later].document.published
    if days[0] is not None and days[1] is not None:
        return days[0] <= days[1] if first < second else days[0] < days[1]
    return first < second


def _drafts(
    story: StoryView, at: int, other: int, share: float, named: Mapping[str, Sequence[Evidence]], *, explained: bool
) -> list[Draft]:
    one, there = story.details[at], story.details[other]
    found = [
        *_credits(story, other, named),
        *_wording(one, there, share, explained=explained),
        *([] if explained else _alike(story, one, there)),
        *_spelled(story, one, there),
    ]
    if _same_headline(story.titles[at], story.titles[other]):
        found.append(draft("same headline", 1.0, lambda: f"headline of the other: {there.document.title}", _nowhere))
    days = one.document.published, there.document.published
    if found and days[0] is not None and days[1] is not None and days[0] > days[1]:
        gap = (days[0] - days[1]).days
        found.append(draft("published after", 1.0, lambda: f"{gap} days after it", _nowhere))
    return found


def _nowhere() -> tuple[None, None]:
    return None, None


def _credits(story: StoryView, other: int, named: Mapping[str, Sequence[Evidence]]) -> list[Draft]:
    """Return that the other is the text of a source that is credited, or is credited to one itself."""
    its, whole = story.own[other] & named.keys(), story.whole[other] & named.keys()
    if its:
        source = min(its)
        passages = (named[source][0].here, None)
        return [draft("credit", 1.0, lambda: f"it is the text of {source}, which is credited", lambda: passages)]
    return [_carried(min(whole))] if whole else []


def _carried(source: str) -> Draft:
    text = f"it is credited as a whole to {source}, as this one is in part or in whole"
    return draft("carries its credit", 1.0, lambda: text, _nowhere)


def _wording(one: Detail, there: Detail, share: float, *, explained: bool) -> Iterator[Draft]:
    both: AbstractSet[int] | None = None
    if explained and share:
        both = (one.shared & there.shared) - one.quoted.keys() - there.quoted.keys()
        share = len(both) / max(1, min(one.length, there.length))
    if share:

        def passages() -> tuple[Passage, Passage]:
            common = one.shared & there.shared if both is None else both
            run = min(common, key=one.runs.__getitem__)
            return one.common(there, one.runs[run], there.runs[run])

        yield draft("shared wording", share, lambda: f"{share:.0%} of the five-word runs of the shorter text", passages)


def _alike(story: StoryView, one: Detail, there: Detail) -> Iterator[Draft]:
    """Yield quotations and figures in common."""
    quoted = one.quoted.keys() & there.quoted.keys()
    if quoted:

        def passages() -> tuple[Passage, Passage]:
            run = min(quoted, key=one.quoted.__getitem__)
            return one.common(there, one.quoted[run], there.quoted[run])

        yield draft("shared quotation", 1.0, lambda: "quotes the same words", passages)
    yield from figure_drafts(shared_figures(one, there, story.rarities)[:_SHOWN])


def _spelled(story: StoryView, one: Detail, there: Detail) -> Iterator[Draft]:
    spelled = sorted(story.odd & one.names.keys() & there.names.keys()) if story.odd else []
    if spelled:

        def here() -> tuple[Passage, None]:
            return one.passage(one.names[spelled[0]], one.names[spelled[0]] + 1), None

        text = f"both write {', '.join(spelled[:_SHOWN])}"
        yield draft("shared spelling", float(len(spelled)), lambda: text, here)


def _same_headline(left: frozenset[str], right: frozenset[str]) -> bool:
    shared = len(left & right)
    return shared >= _HEADLINE_WORDS and shared >= _SAME_HEADLINE * len(left | right)
