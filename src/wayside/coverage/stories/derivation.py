"""Where the documents of one story take from.

Three questions, one after the other: what does a document name (reports, media, speakers); which report that it does
not name has what it has; which documents of the story are among its texts. An edge's probability is the logistic of its
summed evidence. Edges between documents run from primary reports over copies of agency texts to other documents, and
among equals from the earlier to the later, so that there are no cycles.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.between import documents_above
from wayside.coverage.stories.detail import claim_passage
from wayside.coverage.stories.drafts import StoryView, figure_drafts, origin_of, rank_of, whole_of
from wayside.coverage.stories.evidence import rows, setting
from wayside.coverage.stories.features import source_key
from wayside.coverage.stories.keys import figure_key
from wayside.coverage.stories.sources import unspecific
from wayside.coverage.stories.words import phrases
from wayside.model.documents import Passage, Span
from wayside.model.stories import Evidence, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.coverage.stories.features import Rarities
    from wayside.coverage.stories.sources import Sources
    from wayside.model.claims import Claim

__all__ = ["derivations"]

_HALF: Final = 0.5


def derivations(details: Sequence[Detail], rarities: Rarities, odd: frozenset[str], sources: Sources) -> list[Origin]:
    """Return where the documents of one story take from.

    Args:
        details: the documents, in order of publication.
        rarities: weights of features in the whole set.
        odd: spellings that differ from the usual one of the story.
        sources: names of all sources.
    """
    known = frozenset(source for one in details for source in one.sources | one.media)
    own = tuple(sources.own_of(one.document, known) for one in details)
    whole = tuple(whole_of(sources, one) for one in details)
    ranks = tuple(rank_of(sources, one, its) for one, its in zip(details, own, strict=True))
    titles = tuple(frozenset((one.document.title or "").lower().split()) for one in details)
    story = StoryView(details, rarities, odd, sources, own, whole, ranks, titles)
    namable = _namable(sources, known)
    named = [_named(story, at, namable) for at in range(len(details))]
    inferred = _inferred(story, named)
    texts = documents_above(story, named)
    found: list[Origin] = []
    for at, one in enumerate(details):
        edges = [origin_of(one, sources.node(source), evidence, "credited") for source, evidence in named[at].items()]
        edges += [
            origin_of(one, sources.node(source), evidence, "inferred") for source, evidence in inferred[at].items()
        ]
        edges += texts[at]
        found += sorted((edge for edge in edges if edge.p >= setting("derivation", "least")), key=lambda edge: -edge.p)
    return found


def _row(
    kind: str, text: str, units: float = 1.0, here: Passage | None = None, there: Passage | None = None
) -> Evidence:
    return Evidence(kind, text, rows("derivation").amount(kind, units), here, there)


# ------------------------------------------------------------------------------------------------ what a document names
def _namable(sources: Sources, known: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Return the sources that a text derives from if it only names them, by the first word of each of their names."""
    found: dict[str, set[str]] = defaultdict(set)
    for source in known:
        if sources.known(source) and sources.kind_of(source) != "source":
            for form in sources.forms(source):
                found[(form.lower().replace("-", " ").split() or [""])[0]].add(source)
    return {word: frozenset(some) for word, some in found.items()}


def _named(story: StoryView, at: int, namable: Mapping[str, frozenset[str]]) -> dict[str, list[Evidence]]:
    one = story.details[at]
    found: dict[str, list[Evidence]] = {}
    by_source: dict[str, list[Claim]] = defaultdict(list)
    for claim in one.claims:
        key = source_key(claim)
        if key is not None:
            by_source[key].append(claim)
    attributed = sum(len(its) for its in by_source.values())
    for source in sorted(one.sources - story.own[at]):
        its = by_source[source]
        found[source] = [_row("credit", f"{len(its)} of its claims are credited to it", here=claim_passage(its[0]))]
        if len(its) >= _HALF * attributed and len(its) > 1:
            found[source].append(_row("credit throughout", f"{len(its)} of {attributed} attributed claims"))
    for source, evidence in _through(story, one).items():
        if source not in story.own[at]:
            found.setdefault(source, []).append(evidence)
    words = frozenset((*one.words, ""))
    perhaps = {source for word in namable.keys() & words for source in namable[word]}
    for source in sorted(perhaps - found.keys() - story.own[at]):
        mention = _mention(story, one, source, words)
        if mention is not None:
            found[source] = [_row("named", "the text names it", here=mention)]
    return found


def _through(story: StoryView, one: Detail) -> dict[str, Evidence]:
    found: dict[str, Evidence] = {}
    for name in one.document.credits:
        if not unspecific(name):
            found[story.sources.id_of(name)] = _row("credit of the whole", f"credited to {name} as a whole")
    for claim in one.claims:
        for name in claim.via:
            if not unspecific(name):
                row = _row("through it", f"has a claim through {name}", here=claim_passage(claim))
                found.setdefault(story.sources.id_of(name), row)
    return found


def _mention(story: StoryView, one: Detail, source: str, words: frozenset[str]) -> Passage | None:
    """Return where the body names a source; its words are looked up first, which is cheap."""
    forms = story.sources.forms(source)
    if not any(all(word in words for word in form.lower().replace("-", " ").split()[:2]) for form in forms):
        return None
    document = one.document
    for span in document.body:
        place = story.sources.named_in(source, document.text, span.start, span.end)
        if place is not None:
            found = Span(*place)
            return Passage(document.id, document.in_file(found), document.text[found.start : found.end])
    return None


# ------------------------------------------------------------------------------------------- what it has without a name
def _inferred(story: StoryView, named: Sequence[dict[str, list[Evidence]]]) -> list[dict[str, list[Evidence]]]:
    """Let a document that does not name a report derive from it, if it has what those have that do name it."""
    figures: dict[tuple[str, str, float], dict[str, Claim]] = defaultdict(dict)
    quotations: dict[int, dict[str, int]] = defaultdict(dict)
    spellings: dict[str, set[str]] = defaultdict(set)
    for at, one in enumerate(story.details):
        reports = {source for source in (*named[at], *story.own[at]) if story.sources.kind_of(source) == "report"}
        for report in reports:
            for claim in one.claims:
                key = figure_key(claim)
                if key is not None and (source_key(claim) in {None, report}):
                    figures[key].setdefault(report, claim)
            for run in one.quoted:
                quotations[run].setdefault(report, at)
            for name in story.odd & one.names.keys():
                spellings[name].add(report)
    index = _Held(figures, quotations, spellings)
    # A report does not derive from a report that it does not name.
    return [{} if story.ranks[at] == 0 else _without(story, at, named[at], index) for at in range(len(story.details))]


@dataclass(frozen=True, slots=True)
class _Held:
    """What those have that name a report: by figure, by quoted run, by spelling."""

    figures: dict[tuple[str, str, float], dict[str, Claim]]
    quotations: dict[int, dict[str, int]]
    spellings: dict[str, set[str]]


def _without(story: StoryView, at: int, named: dict[str, list[Evidence]], held: _Held) -> dict[str, list[Evidence]]:
    one = story.details[at]
    found: dict[str, list[Evidence]] = defaultdict(list)
    for report, some in _figures_held(story, one, held).items():
        found[report] += some
    for report, row in _quotations_held(story, at, held).items():
        found[report].append(row)
    for name in sorted(story.odd & one.names.keys()):
        for report in held.spellings.get(name, ()):
            place = one.passage(one.names[name], one.names[name] + 1)
            found[report].append(_row("shared spelling", f"writes {name}, as a text that credits it", here=place))
    common = list(_whoever(story, one))
    fitting = sorted(found.keys() - named.keys() - story.own[at])
    return {report: [*found[report], *common] for report in fitting if found[report]}


def _quotations_held(story: StoryView, at: int, held: _Held) -> dict[str, Evidence]:
    """Return a shared quotation for each report whose retellers quote what this document quotes."""
    one = story.details[at]
    found: dict[str, Evidence] = {}
    for run in one.quoted:
        for report, other in held.quotations.get(run, {}).items():
            if other != at and report not in found:
                there = story.details[other]
                passages = one.common(there, one.quoted[run], there.quoted[run])
                found[report] = _row("shared quotation", "quotes what a text that credits it quotes", 1.0, *passages)
    return found


def _whoever(story: StoryView, one: Detail) -> Iterator[Evidence]:
    """Yield what speaks for or against deriving from a report without naming it, whichever it is."""
    unnamed = _unnamed(one)
    if unnamed is not None:
        yield _row("unnamed group", f"speaks of {unnamed.quote!r}", here=unnamed)
    other = next((claim for claim in one.claims if _is_report(story, source_key(claim))), None)
    if other is not None:
        yield _row("other source", f"names {other.asserted_by}", here=claim_passage(other))


def _is_report(story: StoryView, source: str | None) -> bool:
    return source is not None and story.sources.kind_of(source) == "report"


def _figures_held(story: StoryView, one: Detail, held: _Held) -> dict[str, list[Evidence]]:
    """Return shared figures by report, where this document names nobody for them."""
    shared: dict[str, list[tuple[float, Claim, Claim]]] = defaultdict(list)
    seen = set()
    for claim in one.claims:
        key = figure_key(claim)
        if key is None or key in seen or source_key(claim) is not None:
            continue
        seen.add(key)
        for report, there in held.figures.get(key, {}).items():
            if there.document != one.document.id:
                weight = story.rarities.of_figure(key)
                shared[report].append((weight, claim, there))
    return {report: [draft.words() for draft in figure_drafts(some)] for report, some in shared.items()}


def _unnamed(one: Detail) -> Passage | None:
    for claim in one.claims:
        if claim.asserted_by is not None and any(flag.startswith("antecedent missing") for flag in claim.flags):
            return claim_passage(claim)
    document = one.document
    pattern = phrases("unnamed", document.language)
    for span in document.body:
        match = pattern.search(document.text, span.start, span.end)
        if match:
            place = Span(*match.span())
            return Passage(document.id, document.in_file(place), match.group())
    return None
