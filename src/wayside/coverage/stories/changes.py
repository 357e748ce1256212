"""What became of claims on their way.

A claim is compared with what stands upstream of it: the same figure in a document that it takes from, or, where two
documents take from one report, in that report itself or in the telling that most others share. Every claim is compared
with a few others, never with all.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.alterations import alterations, stated
from wayside.coverage.stories.arithmetic import derived_from
from wayside.coverage.stories.detail import claim_passage, in_text
from wayside.coverage.stories.evidence import logistic, setting
from wayside.coverage.stories.features import source_key
from wayside.coverage.stories.keys import same_place, same_time
from wayside.coverage.stories.saying import said
from wayside.coverage.stories.words import phrases
from wayside.model.documents import Passage, Span
from wayside.model.stories import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.coverage.stories.sources import Sources
    from wayside.model.claims import Claim
    from wayside.model.stories import Origin

__all__ = ["changes_in"]

_SURE: Final = 0.98
_BETWEEN: Final = 60
_COMPARED: Final = 20
_STEM: Final = 5
_LEAST_STEMS: Final = 2
_SEVERAL: Final = 2
_WITHIN: Final = frozenset({"bound", "hedge", "period", "certainty"})
_COUNTED: Final = frozenset({"count", "maximum", "mean", "sum", "capacity", "rate", "mass", "length", "area", "volume"})
_TIMES: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
_Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Upstream:
    """A document that another takes from, or has a source in common with.

    Attributes:
        index: which document.
        p: probability of that.
    """

    index: int
    p: float


def changes_in(details: Sequence[Detail], origins: Sequence[Origin], sources: Sources) -> list[Change]:
    """Return what changed between the documents of one story, and within each.

    Args:
        details: the documents, in order of publication.
        origins: where they take from.
        sources: names of all sources.
    """
    tellings = _Tellings(details, origins, sources)
    found: list[Change] = []
    for at, one in enumerate(details):
        found += _between(tellings, at)
        found += _joined(tellings, at)
        found += _derived(tellings, at)
        found += _inside(one)
    return [change for change in found if change.p >= setting("changes", "least")]


class _Tellings:
    """Who tells which fact, and from whom."""

    def __init__(self, details: Sequence[Detail], origins: Sequence[Origin], sources: Sources) -> None:
        self.details = details
        index = {one.document.id: at for at, one in enumerate(details)}
        self.direct: list[list[_Upstream]] = [[] for _ in details]
        self.common: list[dict[str, float]] = [{} for _ in details]
        for origin in origins:
            at = index[origin.document]
            kind, _, name = origin.derives_from.partition(":")
            if kind == "document":
                self.direct[at].append(_Upstream(index[name], origin.p))
            else:
                self.common[at][origin.derives_from] = origin.p
        nodes: dict[str, set[str]] = defaultdict(set)
        for node in chain.from_iterable(self.common):
            nodes[node.partition(":")[2]].add(node)
        self.own = [
            frozenset(chain.from_iterable(nodes[name] for name in sources.own_of(one.document, nodes.keys())))
            for one in details
        ]
        self.first = [_first_told(one) for one in details]
        self.facts: dict[tuple[str, _Fact], list[tuple[int, Claim]]] = defaultdict(list)
        self.joins: dict[tuple[str, tuple[float, float]], list[tuple[int, str, Passage]]] = defaultdict(list)
        self.pairs = [_alternatives(one) for one in details]
        for at, one in enumerate(details):
            for node in (*self.common[at], *self.own[at]):
                for claim in one.claims:
                    fact = _fact(claim)
                    if fact is not None:
                        self.facts[node, fact].append((at, claim))
                for figures, (kind, passage) in self.pairs[at].items():
                    self.joins[node, figures].append((at, kind, passage))
        self._usual: dict[tuple[str, _Fact], tuple[int, Claim] | None] = {}

    def probability(self, node: str, at: int) -> float:
        """Return how likely a document takes from a node; it is certain of its own."""
        return 1.0 if node in self.own[at] else self.common[at].get(node, 0.0)

    def usual(self, node: str, fact: _Fact) -> tuple[int, Claim] | None:
        """Return how those who take from one text tell a fact: that text itself, else as most of them do.

        None where no telling is ahead of the others: then nothing says which came first.
        """
        key = (node, fact)
        if key not in self._usual:
            self._usual[key] = self._choose(node, self.facts[key])
        return self._usual[key]

    def _choose(self, node: str, told: Sequence[tuple[int, Claim]]) -> tuple[int, Claim] | None:
        itself = next(((at, claim) for at, claim in told if node in self.own[at]), None)
        if itself is not None or not told:
            return itself
        forms = [self._form(at, claim) for at, claim in told]
        counts = Counter(
            part for at, part in {(at, part) for (at, _), form in zip(told, forms, strict=True) for part in form}
        )
        votes = [sum(counts[part] for part in form) for form in forms]
        ahead = max(votes)
        first = votes.index(ahead)
        differ = len({form for form, vote in zip(forms, votes, strict=True) if vote == ahead}) > 1
        return None if differ and not self._dated(told) else told[first]

    def _form(self, at: int, claim: Claim) -> tuple[str, ...]:
        """Return how a claim gives its figure, of what, how surely: each part has its own vote."""
        side = said(claim, self.details[at]).side
        return (f"side {side}", f"hedge {stated(claim)}", f"thing {claim.thing}", f"sure {claim.certainty}")

    def _dated(self, told: Sequence[tuple[int, Claim]]) -> bool:
        days = [self.details[at].document.published for at, _ in told]
        return days[0] is not None and all(day is not None for day in days) and len(set(days)) > 1


def _first_told(one: Detail) -> dict[_Fact, Claim]:
    found: dict[_Fact, Claim] = {}
    for claim in one.claims:
        fact = _fact(claim)
        if fact is not None:
            found.setdefault(fact, claim)
    return found


def _fact(claim: Claim) -> _Fact | None:
    """Return what identifies a fact in retelling: its figure, or what a statement is about."""
    if claim.topic is not None:
        return ("statement", claim.topic)
    figure = claim.quantity.figure
    return None if figure is None else ("figure", f"{figure:g}")


# ---------------------------------------------------------------------------------------------------- one fact, retold
def _between(tellings: _Tellings, at: int) -> Iterator[Change]:
    """Compare each claim with what stands upstream; what agrees with any of that was not changed here."""
    one = tellings.details[at]
    for claim in one.claims:
        fact = _fact(claim)
        if fact is None:
            continue
        compared: list[dict[str, Change]] = []
        for other, before, p in _before(tellings, at, fact):
            upstream = tellings.details[other]
            if _same_fact(before, claim, upstream, one):
                every = alterations(before, claim, upstream, one)
                kept = [row for row in every if not _kept(row.kind, before, claim, one, upstream)]
                compared.append({row.kind: _change(row.kind, before, claim, row.text, p) for row in kept})
        if compared:
            yield from (change for kind, change in compared[0].items() if all(kind in row for row in compared))
    yield from _other_figures(tellings, at)


def _before(tellings: _Tellings, at: int, fact: _Fact) -> Iterator[tuple[int, Claim, float]]:
    """Yield the claims of the same fact upstream, each document once, the likeliest first."""
    found: dict[int, tuple[Claim, float]] = {}
    for upstream in tellings.direct[at]:
        claim = tellings.first[upstream.index].get(fact)
        if claim is not None:
            found[upstream.index] = (claim, upstream.p)
    for node in tellings.common[at]:
        usual = tellings.usual(node, fact)
        if usual is not None and usual[0] != at and usual[0] not in found:
            p = tellings.probability(node, at) * tellings.probability(node, usual[0])
            found[usual[0]] = (usual[1], p)
    for index, (claim, p) in sorted(found.items(), key=lambda row: -row[1][1]):
        if p >= setting("changes", "least"):
            yield index, claim, p


def _same_fact(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> bool:
    """Return whether two claims of one figure are one fact: of one thing, or of a thing that was changed on the way."""
    if before.topic is not None:
        return _same_words(before.quote, after.quote)
    if (before.thing, before.quantity.unit) == (after.thing, after.quantity.unit):
        return before.thing is not None or before.quantity.unit != "1"
    figure = before.quantity.figure or 0.0
    if figure <= setting("changes", "small") or before.thing is None or after.thing is None:
        return False
    if _TIMES & {before.quantity.unit, after.quantity.unit} or not {before.kind, after.kind} <= _COUNTED:
        return False
    # The thing is known to be another only within a language, and where neither text has the figure with the other's
    # thing.
    same_language = upstream.document.language == downstream.document.language
    return same_language and not _has(upstream, figure, after.thing) and not _has(downstream, figure, before.thing)


def _figure(claim: Claim) -> float:
    return math.nan if claim.quantity.figure is None else claim.quantity.figure


def _same_words(one: str, other: str) -> bool:
    """Return whether two statements share enough stems, so that they are one and not two on one topic."""
    left, right = ({word[:_STEM] for word in quote.lower().split() if len(word) >= _STEM} for quote in (one, other))
    shared = len(left & right)
    return shared >= _LEAST_STEMS and shared >= setting("changes", "same_words") * min(len(left), len(right))


def _has(one: Detail, figure: float, thing: str) -> bool:
    return any(claim.thing == thing for claim in one.figures.get(figure, ()))


def _kept(kind: str, before: Claim, after: Claim, downstream: Detail, upstream: Detail) -> bool:
    """Return whether the document also tells the fact as it stood upstream; its headline is compared by itself."""
    if kind not in {"bound", "hedge", "attribution", "unit"}:
        return False
    for claim in downstream.figures.get(_figure(after), ()):
        if claim.id == after.id or claim.thing != before.thing:
            continue
        if kind == "attribution":
            if source_key(claim) == source_key(before):
                return True
        elif (said(claim, downstream).side, stated(claim)) == (said(before, upstream).side, stated(before)):
            return True
    return False


def _change(kind: str, before: Claim, after: Claim, text: str, p: float) -> Change:
    same = source_key(before) is not None and source_key(before) == source_key(after)
    return Change(kind, claim_passage(before), claim_passage(after), text, _probability(kind, p, same=same))


def _probability(kind: str, p: float, *, same: bool) -> float:
    inside = min(max(p, 1.0 - _SURE), _SURE)
    odds = math.log(inside / (1.0 - inside)) + setting("changes", kind)
    return logistic(odds + (setting("changes", "same_source") if same else 0.0))


def _other_figures(tellings: _Tellings, at: int) -> Iterator[Change]:
    """Find the same source giving another figure for the same thing, place and time."""
    one = tellings.details[at]
    for upstream in tellings.direct[at]:
        there = tellings.details[upstream.index]
        for key, claims in one.counts.items():
            before = there.counts.get(key, ())
            if key[1] not in _COUNTED or len(before) > _COMPARED:
                continue
            for claim in claims:
                if claim.quantity.figure in there.figures:
                    continue
                was = [row for row in before if _comparable(row, claim) and row.quantity.figure not in one.figures]
                if len(was) == 1:
                    limits = "which does not exclude it" if _meets(was[0], claim) else "which excludes it"
                    text = f"{was[0].quote!r} became {claim.quote!r}, {limits}"
                    yield _change("figure", was[0], claim, text, upstream.p)


def _comparable(before: Claim, after: Claim) -> bool:
    sources = source_key(before), source_key(after)
    return (
        (sources[0] is None or sources[1] is None or sources[0] == sources[1])
        and same_place(before.place, after.place)
        and same_time(before, after)
    )


def _meets(before: Claim, after: Claim) -> bool:
    was, became = before.quantity, after.quantity
    low = max(was.low or 0.0, became.low or 0.0)
    return low <= min(math.inf if was.high is None else was.high, math.inf if became.high is None else became.high)


# -------------------------------------------------------------------------------------------------------- or, and
def _alternatives(one: Detail) -> Mapping[tuple[float, float], tuple[str, Passage]]:
    """Return the pairs of figures that a document joins by "or" or "and", with the words from one to the other."""
    by_id = {claim.id: claim for claim in one.claims}
    found: dict[tuple[float, float], tuple[str, Passage]] = {}
    for first, second in zip(one.claims, one.claims[1:], strict=False):
        join = next((join for join in second.joins if join.kind in {"or", "and"}), None)
        earlier = by_id.get(join.claim, first) if join else first
        kind = join.kind if join else _word_between(one, first, second)
        one_figure, other_figure = earlier.quantity.figure, second.quantity.figure
        if kind is None or one_figure is None or other_figure is None or not _joinable(earlier, second):
            continue
        span = Span(earlier.span.start, max(earlier.span.end, second.span.end))
        here = in_text(one.document, span)
        passage = Passage(one.document.id, span, one.document.text[here.start : here.end])
        found[min(one_figure, other_figure), max(one_figure, other_figure)] = (kind, passage)
    return found


def _joinable(one: Claim, other: Claim) -> bool:
    return one.quantity.unit == other.quantity.unit and one.quantity.unit not in _TIMES


def _word_between(one: Detail, first: Claim, second: Claim) -> str | None:
    start, stop = in_text(one.document, first.span).end, in_text(one.document, second.span).start
    text = one.document.text
    if not 0 < stop - start <= _BETWEEN or any(mark in text[start:stop] for mark in ".;!?\n"):
        return None
    for kind, subject in (("or", "alternatives"), ("and", "together")):
        match = phrases(subject, one.document.language).search(text, start, stop)
        if match and not text[match.end() : stop].strip():
            return kind
    return None


def _joined(tellings: _Tellings, at: int) -> Iterator[Change]:
    """Find "or" that became "and", and the other way; what agrees with anything upstream was not changed here."""
    for figures, (kind, passage) in tellings.pairs[at].items():
        before = list(_joins_before(tellings, at, figures))
        if before and all(was != kind for _, was, _ in before):
            p, was, there = max(before, key=lambda row: row[0])
            text = f"{was!r} between {figures[0]:,.15g} and {figures[1]:,.15g} became {kind!r}"
            yield Change("and-or", there, passage, text, _probability("and-or", p, same=False))


def _joins_before(tellings: _Tellings, at: int, figures: tuple[float, float]) -> Iterator[tuple[float, str, Passage]]:
    """Yield how the documents upstream, or most of those with a source in common, join two figures."""
    for upstream in tellings.direct[at]:
        was = tellings.pairs[upstream.index].get(figures)
        if was is not None:
            yield upstream.p, *was
    for node in tellings.common[at]:
        told = tellings.joins[node, figures]
        others = [row for row in told if row[0] != at]
        counts = Counter(kind for _, kind, _ in told)
        itself = next((row for row in others if node in tellings.own[row[0]]), None)
        if itself is None and (len(others) < _SEVERAL or counts.most_common(1)[0][1] * 2 <= len(told)):
            continue
        usual = itself or next((row for row in others if row[1] == counts.most_common(1)[0][0]), None)
        if usual is not None:
            yield tellings.probability(node, at) * tellings.probability(node, usual[0]), usual[1], usual[2]


# ------------------------------------------------------------------------------------------------------- arithmetic
def _derived(tellings: _Tellings, at: int) -> Iterator[Change]:
    """Find figures that nobody upstream gives, and that follow from two that they do give."""
    one = tellings.details[at]
    upstream = _upstream_claims(tellings, at)
    given = {claim.quantity.figure for claim, _ in upstream}
    p_of = {claim.id: p for claim, p in upstream}
    for claim in one.claims:
        if claim.quantity.figure in given:
            continue
        derived = derived_from(claim, [before for before, _ in upstream])
        if derived is not None:
            text = f"{derived.arithmetic}, from {derived.one.quote!r} and {derived.other.quote!r}"
            p = min(p_of[derived.one.id], p_of[derived.other.id])
            yield _change("derived figure", derived.one, claim, text, p)


def _upstream_claims(tellings: _Tellings, at: int) -> list[tuple[Claim, float]]:
    found: dict[str, tuple[Claim, float]] = {}
    for upstream in tellings.direct[at]:
        for claim in tellings.details[upstream.index].claims:
            found.setdefault(claim.id, (claim, upstream.p))
    own = tellings.details[at].claims
    for claim in own:
        fact = _fact(claim)
        if fact is None:
            continue
        for node in tellings.common[at]:
            usual = tellings.usual(node, fact)
            if usual is not None and usual[0] != at:
                p = tellings.probability(node, at) * tellings.probability(node, usual[0])
                found.setdefault(usual[1].id, (usual[1], p))
    return list(found.values())


# ------------------------------------------------------------------------------------------- headline and text of one
def _inside(one: Detail) -> Iterator[Change]:
    """Find a headline or a first sentence that gives a figure otherwise than the text below."""
    told: set[str] = set()
    for claim in one.claims:
        if not _leads(one, claim):
            continue
        for below in one.figures.get(_figure(claim), ()):
            if below.thing != claim.thing or claim.id in told or _leads(one, below):
                continue
            for altered in alterations(below, claim, one, one):
                if altered.kind in _WITHIN:
                    told.add(claim.id)
                    text = f"within one document, {altered.text}"
                    yield _change(altered.kind, below, claim, text, logistic(setting("changes", "one_document")))


def _leads(one: Detail, claim: Claim) -> bool:
    """Return whether a claim stands in the headline, or in the first line or sentence of the text."""
    here = in_text(one.document, claim.span)
    return any(lead.start <= here.start < lead.end for lead in one.leads)
