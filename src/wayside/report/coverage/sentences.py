"""The summary: sentences that a sceptic can check, each with links to what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.agreement import AgainstMeasured, Agreement, MeasuredCount
from wayside.model.claims import Claim
from wayside.model.stories import Change, Story
from wayside.model.wording import plural, say_percent
from wayside.report.coverage.dots import measured_interval
from wayside.report.coverage.index import Index
from wayside.report.coverage.words import cut, listed, say_number, say_quantity

__all__ = ["Part", "Sentence", "about", "measured_sentence", "sources_sentence", "summary"]

_LIKELY = 0.995


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence, with the id of a place in the page that it leads to, or None."""

    text: str
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the summary.

    Attributes:
        parts: its words.
        basis: what it rests on or what limits it; may be empty.
    """

    parts: tuple[Part, ...]
    basis: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The sentence without its links."""
        return "".join(part.text for part in self.parts)


def about(index: Index, group: Agreement) -> str:
    """Return what a group of claims is about, in words."""
    if group.about:
        return cut(group.about, 120)
    first = index.claims[group.claims[0]]
    where = f" at {cut(first.place, 50)}" if first.place else ""
    return f"{cut(first.counted, 60) if first.counted else 'an unnamed thing'}{where}"


def summary(index: Index, story: Story, measured: MeasuredCount | None, anchors: dict[str, str]) -> list[Sentence]:
    """Return the sentences on a story.

    Args:
        index: what was found.
        story: the story that they are about.
        measured: the measured count, or None.
        anchors: ids of the story's parts in the page, by name: "agreement", "changes", "contradictions", "graph".
    """
    groups = index.agreements_of(story)
    main = index.main_agreement(story)
    if main is None:
        return [_nothing(index, story)]
    changes = [one for one in index.result.changes if index.story_of.get(one.after.document) == story.id]
    found = [
        _claimed(index, story, main),
        sources_sentence(index, main),
        _stated(index, story),
        _changed(index, changes, anchors),
        _contradicted(index, groups, anchors),
        measured_sentence(index, groups, measured),
    ]
    return [one for one in found if one is not None]


def _nothing(index: Index, story: Story) -> Sentence:
    claims = index.claims_of.get(story.id, [])
    if not claims:
        return Sentence((Part("No claim was found in these documents."),))
    links = tuple(Part(f" {index.claim_label(one.id)}", index.claim_anchor(one.id)) for one in claims[:12])
    return Sentence(
        (Part(f"{plural(len(claims), 'claim')} found; no two are about the same thing."),), (Part("Claims"), *links)
    )


def _claimed(index: Index, story: Story, group: Agreement) -> Sentence:
    said = _figures(index, group)
    number = index.document_count(group.claims)
    share = f"{number} of {plural(len(story.documents), 'document')}"
    if number == len(story.documents):
        share = "The one document" if number == 1 else f"All {number} documents"
    verb = "gives" if number == 1 else "give"
    if not index.has_figures(group):
        verb = "state" if number > 1 else "states"
        told = (
            Part(f"{share} {verb} the same without a figure: "),
            Part(about(index, group), index.place_of(group)),
        )
        return Sentence((*told, Part(".")), (Part("Claims "), *_claim_links(index, group.claims)))
    figures = "a figure" if len(said) == 1 else f"{len(said)} different figures"
    first = (Part(f"{share} {verb} {figures} for "), Part(about(index, group), index.place_of(group)))
    counts = [f"“{words}” ({plural(n, 'document')})" for words, (n, _) in said]
    basis = (Part("Claims "), *_claim_links(index, group.claims))
    return Sentence((*first, Part(f": {listed(counts, 3)}.")), basis)


def _stated(index: Index, story: Story) -> Sentence | None:
    """Return what the documents state without a figure, or None."""
    topics: dict[str, list[Claim]] = {}
    for claim in index.claims_of.get(story.id, []):
        if claim.kind == "statement":
            topics.setdefault(claim.topic or "", []).append(claim)
    if not topics:
        return None
    first = sorted(topics.items(), key=lambda one: -index.document_count(c.id for c in one[1]))[:3]
    said: list[Part] = []
    for topic, claims in first:
        number = index.document_count(claim.id for claim in claims)
        denied = index.document_count(claim.id for claim in claims if claim.negated)
        against = f", denied in {denied}" if denied else ""
        said += [Part("; ")] if said else []
        said += [
            Part(cut(topic.replace("-", " "), 60), index.claim_anchor(claims[0].id)),
            Part(f" ({plural(number, 'document')}{against})"),
        ]
    more = f"; and {plural(len(topics) - 3, 'other topic')}" if len(topics) > 3 else ""
    return Sentence((Part("Stated without a figure: "), *said, Part(f"{more}.")))


def _sentence(words: str | None) -> str:
    """Return words as a sentence: a capital first, a full stop last."""
    text = cut(words or "", 200)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "…")) else ".")


def _figures(index: Index, group: Agreement) -> list[tuple[str, tuple[int, str]]]:
    """Return the figures stated, most frequent first, with the number of documents and a claim."""
    seen: dict[str, set[str]] = {}
    example: dict[str, str] = {}
    for name in group.claims:
        claim = index.claims[name]
        words = say_quantity(claim.quantity)
        seen.setdefault(words, set()).add(claim.document)
        example.setdefault(words, name)
    return sorted(((words, (len(some), example[words])) for words, some in seen.items()), key=lambda one: -one[1][0])


def _claim_links(index: Index, claims: Sequence[str], most: int = 14) -> list[Part]:
    parts: list[Part] = []
    for k, name in enumerate(claims[:most]):
        parts += [Part(", ")] if k else []
        parts.append(Part(index.claim_label(name), index.claim_anchor(name)))
    if len(claims) > most:
        parts.append(Part(f" and {len(claims) - most} more"))
    return [*parts, Part(".")]


def sources_sentence(index: Index, group: Agreement) -> Sentence:
    """Return how many independent sources a group of claims leads back to, with odds where that is uncertain."""
    number = group.independent_sources
    anchor = index.place_of(group)
    names = [_one_source([cut(name, 50) for name in some]) for some in group.sources]
    if number == 0:
        words: tuple[Part, ...] = (Part("No document names a final source for it."),)
    else:
        who = f": {listed(names, 4)}" if names else _named(index, group)
        words = (Part("They lead back to "), Part(plural(number, "independent source"), anchor), Part(f"{who}."))
    notes = _odds(group.sources_p)
    if any(len(some) > 1 for some in group.sources):
        notes.append("Names in brackets lead back to the same observation.")
    return Sentence(words, tuple(Part(f"{note} ") for note in notes))


def _named(index: Index, group: Agreement) -> str:
    """Return the final sources as the claims name them, where they were not put together."""
    names = list(dict.fromkeys(filter(None, (index.source_name(index.claims[one]) for one in group.claims))))
    return f"; named are {listed(names, 3)}" if names else ""


def _one_source(names: Sequence[str]) -> str:
    return f"{names[0]} (with {listed(names[1:], 3)})" if len(names) > 1 else "".join(names)


def _odds(odds: Sequence[float]) -> list[str]:
    if not odds or max(odds) >= _LIKELY:
        return []
    likely = sorted(((p, number) for number, p in enumerate(odds) if p >= 0.005), reverse=True)
    words = [f"{number} ({say_percent(p)})" for p, number in likely]
    return [f"As some derivations are uncertain, the number of independent sources is {' or '.join(words)}."]


def _changed(index: Index, changes: Sequence[Change], anchors: dict[str, str]) -> Sentence:
    if not changes:
        return Sentence((Part("No claim was found to have changed on its way from one document to another."),))
    kinds = Counter(one.kind for one in changes)
    words = [f"{_CHANGE_WORDS.get(kind, kind)} ({number})" for kind, number in kinds.most_common()]
    likely = max(changes, key=lambda one: one.p)
    who = index.who(index.documents[likely.after.document])
    example = f"“{cut(likely.before.quote, 90)}” became “{cut(likely.after.quote, 90)}” ({who})."
    number = Part(f"{plural(len(changes), 'time')}", anchors.get("changes"))
    return Sentence(
        (Part("On its way a claim changed "), number, Part(f": {listed(words, 4)}.")), (Part(f"For example {example}"),)
    )


_CHANGE_WORDS = {
    "bound": "the bound",
    "hedge": "a hedge was dropped or added",
    "figure": "another figure",
    "derived figure": "a figure worked out by the writer",
    "unit": "the unit",
    "period": "the period",
    "and-or": "“or” and “and” exchanged",
    "direction": "a direction added or dropped",
    "certainty": "the certainty",
    "attribution": "the source dropped or replaced",
    "place": "the place",
    "date": "the date",
}


def _contradicted(index: Index, groups: Sequence[Agreement], anchors: dict[str, str]) -> Sentence:
    found = [one for group in groups for one in group.contradictions]
    if not found:
        outliers = sum(len(group.outliers) for group in groups)
        more = f", but {plural(outliers, 'figure')} cannot be reconciled with the others" if outliers else ""
        return Sentence((Part(f"No two claims were found that contradict each other{more}."),))
    one = found[0]
    number = Part(plural(len(found), "pair"), anchors.get("contradictions"))
    known = [index.claims[name] for name in (one.one, one.other) if name in index.claims]
    said = " against ".join(f"“{cut(claim.quote, 90)}”" for claim in known) if len(known) == 2 else cut(one.text, 160)
    among = "among them" if len(found) > 1 else "namely"
    return Sentence((number, Part(f" of claims cannot both be true, {among} {said}.")))


def measured_sentence(index: Index, groups: Sequence[Agreement], measured: MeasuredCount | None) -> Sentence:
    """Return how the claims sit with the measured count: the largest group that can be compared, and what disagrees."""
    judged = [(group, group.against_measured) for group in groups if group.against_measured is not None]
    count = f"the measured count{_of(measured)}"
    if not judged:
        words = f"None of these claims was set against {count}." if measured else "No measured count was given."
        return Sentence((Part(words),))
    with_p = [one for one in judged if one[1].p is not None]
    group, verdict = with_p[0] if with_p else judged[0]
    subject = (Part("The claims on "), Part(about(index, group), index.place_of(group)))
    if verdict.p is None:
        reason = f": {cut(verdict.reason, 200).rstrip('.')}" if verdict.reason else ""
        return Sentence((*subject, Part(f" cannot be compared with {count}{reason}.")))
    said = Part(f" are {'' if verdict.verdict == 'consistent' else 'not all '}consistent with {count}.")
    odd = [one for one, how in with_p[1:] if how.verdict == "inconsistent"]
    others = (Part(" Inconsistent with it: "), *_group_links(index, odd)) if odd else ()
    return Sentence((*subject, said, *others), _measured_basis(index, verdict))


def _of(measured: MeasuredCount | None) -> str:
    if measured is None:
        return ""
    low, middle, high = measured_interval(measured)
    return f" of {say_number(middle)} (90\u00a0% interval {say_number(low)} to {say_number(high)})"


def _group_links(index: Index, groups: Sequence[Agreement]) -> list[Part]:
    parts: list[Part] = []
    for group in groups[:4]:
        parts += [Part(", ")] if parts else []
        parts.append(Part(about(index, group), index.place_of(group)))
    return [*parts, Part(".")]


def _measured_basis(index: Index, verdict: AgainstMeasured) -> tuple[Part, ...]:
    share = say_percent(verdict.p or 0.0)
    basis = f"The least fitting claim has a two-sided tail probability of {share} under the measured distribution."
    more = f" {_sentence(verdict.reason)}" if verdict.reason else ""
    known = [name for name in verdict.claims if name in index.claims]
    return (Part(basis + more), *((Part(" Compared: claims "), *_claim_links(index, known)) if known else ()))
