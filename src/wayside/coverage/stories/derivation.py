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

from wayside.coverage.stories.detail import claim_passage
from wayside.coverage.stories.evidence import logistic, rows, setting
from wayside.coverage.stories.features import KINDS, source_key
from wayside.coverage.stories.keys import figure_key
from wayside.coverage.stories.kinship import shared_figures
from wayside.coverage.stories.sources import unspecific
from wayside.coverage.stories.words import phrases
from wayside.model.documents import Passage, Span
from wayside.model.stories import Evidence, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.coverage.stories.features import Rarities
    from wayside.coverage.stories.sources import Sources
    from wayside.model.claims import Claim

__all__ = ["derivations"]

_FIGURE: Final = KINDS.index("figure")
_HOLDERS: Final = 6
_SAME_HEADLINE: Final = 0.75
_HEADLINE_WORDS: Final = 4
_SHOWN: Final = 3
_HALF: Final = 0.5
_NEAR: Final = 0.4


@dataclass(frozen=True, slots=True)
class _Story:
    """What the three questions share."""

    details: Sequence[Detail]
    rarities: Rarities
    odd: frozenset[str]
    sources: Sources
    own: tuple[frozenset[str], ...]


def derivations(details: Sequence[Detail], rarities: Rarities, odd: frozenset[str], sources: Sources) -> list[Origin]:
    """Return where the documents of one story take from.

    Args:
        details: the documents, in order of publication.
        rarities: weights of features in the whole set.
        odd: spellings that differ from the usual one of the story.
        sources: names of all sources.
    """
    known = frozenset(source for one in details for source in one.sources | one.media)
    own = tuple(frozenset(source for source in known if sources.is_own(source, one.document)) for one in details)
    story = _Story(details, rarities, odd, sources, own)
    named = [_named(story, at, known) for at in range(len(details))]
    inferred = _inferred(story, named)
    texts = _texts(story, named)
    found: list[Origin] = []
    for at, one in enumerate(details):
        edges = [_origin(one, sources.node(source), evidence, "credited") for source, evidence in named[at].items()]
        edges += [_origin(one, sources.node(source), evidence, "inferred") for source, evidence in inferred[at].items()]
        between = [
            _origin(one, f"document:{details[to].document.id}", evidence, kind) for to, evidence, kind in texts[at]
        ]
        between.sort(key=lambda edge: -edge.p)
        edges += between[: int(setting("derivation", "documents"))]
        found += sorted((edge for edge in edges if edge.p >= setting("derivation", "least")), key=lambda edge: -edge.p)
    return found


def _origin(one: Detail, node: str, evidence: Sequence[Evidence], kind: str) -> Origin:
    p = logistic(rows("derivation").prior + sum(item.weight for item in evidence))
    texts = tuple(f"{item.kind}: {item.text}" for item in evidence)
    return Origin(one.document.id, node, p, texts, tuple(evidence), kind)


def _row(
    kind: str, text: str, units: float = 1.0, here: Passage | None = None, there: Passage | None = None
) -> Evidence:
    return Evidence(kind, text, rows("derivation").amount(kind, units), here, there)


# ------------------------------------------------------------------------------------------------ what a document names
def _named(story: _Story, at: int, known: frozenset[str]) -> dict[str, list[Evidence]]:
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
    words = frozenset(one.words)
    for source in sorted(source for source in known - found.keys() - story.own[at] if story.sources.known(source)):
        mention = _mention(story, one, source, words)
        if mention is not None and story.sources.kind_of(source) != "source":
            found[source] = [_row("named", "the text names it", here=mention)]
    return found


def _through(story: _Story, one: Detail) -> dict[str, Evidence]:
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


def _mention(story: _Story, one: Detail, source: str, words: frozenset[str]) -> Passage | None:
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
def _inferred(story: _Story, named: Sequence[dict[str, list[Evidence]]]) -> list[dict[str, list[Evidence]]]:
    """Let a document that does not name a report derive from it, if it has what those have that do name it."""
    figures: dict[tuple[str, str, float], dict[str, Claim]] = defaultdict(dict)
    quotations: dict[str, dict[str, int]] = defaultdict(dict)
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
    return [{} if _rank(story, at) == 0 else _without(story, at, named[at], index) for at in range(len(story.details))]


@dataclass(frozen=True, slots=True)
class _Held:
    """What those have that name a report: by figure, by quoted run, by spelling."""

    figures: dict[tuple[str, str, float], dict[str, Claim]]
    quotations: dict[str, dict[str, int]]
    spellings: dict[str, set[str]]


def _without(story: _Story, at: int, named: dict[str, list[Evidence]], held: _Held) -> dict[str, list[Evidence]]:
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


def _quotations_held(story: _Story, at: int, held: _Held) -> dict[str, Evidence]:
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


def _whoever(story: _Story, one: Detail) -> Iterator[Evidence]:
    """Yield what speaks for or against deriving from a report without naming it, whichever it is."""
    unnamed = _unnamed(one)
    if unnamed is not None:
        yield _row("unnamed group", f"speaks of {unnamed.quote!r}", here=unnamed)
    other = next((claim for claim in one.claims if _is_report(story, source_key(claim))), None)
    if other is not None:
        yield _row("other source", f"names {other.asserted_by}", here=claim_passage(other))


def _is_report(story: _Story, source: str | None) -> bool:
    return source is not None and story.sources.kind_of(source) == "report"


def _figures_held(story: _Story, one: Detail, held: _Held) -> dict[str, list[Evidence]]:
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
                weight = story.rarities.weight(_FIGURE, f"{key[0]}|{key[1]}|{key[2]:g}")
                shared[report].append((weight, claim, there))
    return {report: _figure_rows(some) for report, some in shared.items()}


def _figure_rows(shared: Sequence[tuple[float, Claim, Claim]]) -> list[Evidence]:
    total = sum(weight for weight, _, _ in shared)
    if not total:
        return []
    amount = rows("derivation").amount("shared figure", total)
    found = []
    for weight, here, there in sorted(shared, key=lambda row: -row[0]):
        text = f"gives {here.quantity.figure:g} ({here.thing}) as {there.document} does"
        part = amount * weight / total
        found.append(Evidence("shared figure", text, part, claim_passage(here), claim_passage(there)))
    return found


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


# --------------------------------------------------------------------------------------------- which documents it is
# from
def _texts(story: _Story, named: Sequence[dict[str, list[Evidence]]]) -> list[list[tuple[int, list[Evidence], str]]]:
    """Return, for each document, the documents of the story that it takes from: index, evidence, kind."""
    holders = _holders(story.details)
    carriers = _carriers(story)
    found: list[list[tuple[int, list[Evidence], str]]] = [[] for _ in story.details]
    for at, one in enumerate(story.details):
        if _rank(story, at) == 0:
            continue
        near: dict[int, int] = defaultdict(int)
        for run in one.runs.keys() & holders.keys():
            for other in holders[run]:
                near[other] += 1
        for source in named[at]:
            for other in carriers.get(source, ())[:_HOLDERS]:
                near[other] += 0
        for other, runs in sorted(near.items()):
            if other != at and _may_precede(story, other, at):
                edge = _edge(story, at, other, runs, named)
                if edge is not None:
                    found[at].append((other, *edge))
    return found


def _holders(details: Sequence[Detail]) -> dict[str, list[int]]:
    """Return for each run of five words that several documents have the first few of them."""
    first: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    for at, one in enumerate(details):
        for run in one.runs:
            before = first.setdefault(run, at)
            if before != at:
                holders = several.setdefault(run, [before])
                if len(holders) < _HOLDERS:
                    holders.append(at)
    return several


def _carriers(story: _Story) -> dict[str, list[int]]:
    """Return for each source the documents that are its own text, or are credited to it as a whole."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(story.details):
        for source in sorted(story.own[at] | _whole(story, one)):
            found[source].append(at)
    return found


def _whole(story: _Story, one: Detail) -> frozenset[str]:
    return frozenset(story.sources.id_of(name) for name in one.document.credits if not unspecific(name))


def _rank(story: _Story, at: int) -> int:
    """Return 0 for a report itself, 1 for a text credited to an agency as a whole, 2 for others."""
    if any(story.sources.kind_of(source) == "report" for source in story.own[at]):
        return 0
    return 1 if _whole(story, story.details[at]) or story.own[at] else 2


def _may_precede(story: _Story, earlier: int, later: int) -> bool:
    """Return whether one document may be among the sources of another.

    Ranks may not rise, and among equals the day must: every chain therefore ends.
    """
    first, second = _rank(story, earlier), _rank(story, later)
    days = story.details[earlier].document.published, story.details[later].document.published
    if days[0] is not None and days[1] is not None:
        return days[0] <= days[1] if first < second else first == second and days[0] < days[1]
    return first < second


def _edge(
    story: _Story, at: int, other: int, runs: int, named: Sequence[dict[str, list[Evidence]]]
) -> tuple[list[Evidence], str] | None:
    one, there = story.details[at], story.details[other]
    share = runs / max(1, min(len(one.runs), len(there.runs)))
    # What two texts have from a report that both name says nothing of one having it from the other.
    explained = not story.own[other] & named[at].keys() and any(
        story.sources.kind_of(source) == "report" for source in named[at].keys() & named[other].keys()
    )
    evidence = [*_credits(story, other, named[at]), *_likeness(story, one, there, share, explained=explained)]
    if not evidence:
        return None
    days = one.document.published, there.document.published
    if days[0] is not None and days[1] is not None and days[0] > days[1]:
        evidence.append(_row("published after", f"{(days[0] - days[1]).days} days after it"))
    return evidence, "near-identical" if share >= _NEAR else "rewritten"


def _credits(story: _Story, other: int, named: dict[str, list[Evidence]]) -> Iterable[Evidence]:
    there = story.details[other]
    for source in sorted(story.own[other] & named.keys()):
        yield _row("credit", f"it is the text of {source}, which is credited", here=named[source][0].here)
        return
    for source in sorted(_whole(story, there) & named.keys()):
        yield _row("carries its credit", f"it is credited as a whole to {source}, as this one is in part or in whole")
        return


def _likeness(story: _Story, one: Detail, there: Detail, share: float, *, explained: bool) -> Iterable[Evidence]:
    both = one.runs.keys() & there.runs.keys() if share else set()
    if explained:
        both -= one.quoted.keys() | there.quoted.keys()
        share = len(both) / max(1, min(len(one.runs), len(there.runs)))
    if both:
        run = min(both, key=lambda words: (one.runs[words], words))
        passages = one.common(there, one.runs[run], there.runs[run])
        yield _row("shared wording", f"{share:.0%} of the five-word runs of the shorter text", share, *passages)
    quoted = one.quoted.keys() & there.quoted.keys()
    if quoted and not explained:
        run = min(quoted, key=lambda words: (one.quoted[words], words))
        passages = one.common(there, one.quoted[run], there.quoted[run])
        yield _row("shared quotation", "quotes the same words", 1.0, *passages)
    if not explained:
        yield from _figure_rows(shared_figures(one, there, story.rarities)[:_SHOWN])
    spelled = sorted(story.odd & one.names.keys() & there.names.keys())
    if spelled:
        here = one.passage(one.names[spelled[0]], one.names[spelled[0]] + 1)
        yield _row("shared spelling", f"both write {', '.join(spelled[:_SHOWN])}", float(len(spelled)), here)
    if _same_headline(one, there):
        yield _row("same headline", f"headline of the other: {there.document.title}")


def _same_headline(one: Detail, other: Detail) -> bool:
    left, right = ({word for word in (side.document.title or "").lower().split() if word} for side in (one, other))
    return len(left & right) >= _HEADLINE_WORDS and len(left & right) >= _SAME_HEADLINE * len(left | right)
