"""Scores stories, kinship, origins, independent sources and changes against what the reader wrote of whole texts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from coverage_labels import Corpus, Text
from coverage_names import is_outlet, is_unattributed, same_name, thing_of
from coverage_scoring import claim_of

from wayside.model.coverage import CoverageResult
from wayside.model.stories import Origin

__all__ = [
    "FIGURES",
    "Figure",
    "bcubed",
    "changes_by_note",
    "figure_groups",
    "kinship_pairs",
    "origin_counts",
    "pairs",
    "story_of",
]

Counts = Counter[str]
Partition = Mapping[str, str]


def story_of(result: CoverageResult) -> dict[str, str]:
    """Return the story of every document."""
    return {document: story.id for story in result.stories for document in story.documents}


def pairs(found: Partition, truth: Partition) -> Counts:
    """Count pairs of documents that stand together: in both, in what was found, in the truth."""
    total: Counts = Counter(both=0, found=0, truth=0)
    for one, other in combinations(sorted(truth), 2):
        together, really = found[one] == found[other], truth[one] == truth[other]
        total["found"] += together
        total["truth"] += really
        total["both"] += together and really
    return total


def bcubed(found: Partition, truth: Partition) -> tuple[float, float]:
    """Return B-cubed precision and recall: for each document, the share of its group that belongs with it, averaged."""
    precision = recall = 0.0
    for one in truth:
        mine = {other for other in truth if found[other] == found[one]}
        real = {other for other in truth if truth[other] == truth[one]}
        precision += len(mine & real) / len(mine)
        recall += len(mine & real) / len(real)
    return precision / max(len(truth), 1), recall / max(len(truth), 1)


# ---------------------------------------------------------------------------- kinship against syndication families


def kinship_pairs(result: CoverageResult, corpus: Corpus, chosen: Callable[[Text], bool]) -> Counts:
    """Count pairs with a text in common against pairs of one family.

    "kin": pairs found near-identical or rewritten. "of a family": of these, pairs of one family; "of a cluster": pairs
    of one story, whose texts all lead back to few reports. "family pairs": of one family, and how many were found kin.
    """
    texts = {text.document.id: text for text in corpus.texts if chosen(text)}
    kin = {
        frozenset((one.one, one.other))
        for one in result.kinships
        if one.kind != "independent" and one.one in texts and one.other in texts
    }
    total: Counts = Counter()
    for one, other in combinations(sorted(texts), 2):
        family = texts[one].family == texts[other].family
        found = frozenset((one, other)) in kin
        total["family pairs"] += family
        total["family pairs found"] += family and found
        total["kin"] += found
        total["kin of a family"] += found and family
        total["kin of a cluster"] += found and texts[one].cluster == texts[other].cluster
    return total


# ---------------------------------------------------------------------------- origins against the reader's words

_NAME: Final = re.compile(r"[A-Z][\w.'’&]*(?:[ -](?:of |the |for |and )?[A-Z][\w.'’&]*)*")
# Languages, ways of making, and other capitals that name nobody.
_NO_NAMES: Final = frozenset(
    {
        *("ERROR", "MT", "PRIMARY", "Own", "English", "Ukrainian", "Spanish", "Italian", "German", "French"),
        *("Russian", "Korean", "Chinese", "Japanese", "Portuguese"),
    }
)
_ASIDE: Final = re.compile(r"\([^()]*\)|(?<!\w)'[^']*'")
SAME_TEXT: Final = "another text of the family"


def origin_names(text: Text) -> list[str]:
    """Return the names that the reader wrote as the origin of a text.

    Runs of capitalised words in ``origin``; what stands in brackets or quotes, languages, and the outlet itself are
    left out. "The report" is that of Beyond Parallel in the story of the rail traffic, which is about that one report.
    "The same article", "the same original" and "= seed" are ``SAME_TEXT``.
    """
    origin = str((text.label or {}).get("origin") or "")
    if origin.startswith("PRIMARY"):
        return []
    plain = _ASIDE.sub(" ", origin)
    kept = (_without_languages(name) for name in _NAME.findall(plain))
    names = [name for name in kept if len(name) > 1 and not (name[0] == "S" and name[1:].isdigit())]
    if "the report" in origin and text.cluster.startswith("rail"):
        names.append("Beyond Parallel (CSIS)")
    if re.search(r"\bsame\b|\bmirror\b|\bseed\b", origin):
        names.append(SAME_TEXT)
    return [name for name in names if not is_outlet(name, text.url)]


def _without_languages(name: str) -> str:
    """Cut languages from the end: "AP Spanish" is AP, "Italian MT" nobody, "Ukrainian News" a name."""
    words = name.split()
    while words and words[-1] in _NO_NAMES:
        words.pop()
    return " ".join(words)


def origin_counts(result: CoverageResult, corpus: Corpus, chosen: Callable[[Text], bool]) -> Counts:
    """Count texts whose origin the reader named, and for how many one that was found (p at least 0.5) is it.

    An origin that is another document is right where that is of the same family, or from an outlet that the reader
    named. "stated": origins that were found for these; "stated, true": those that the reader named as the origin, or as
    the final source of a claim, to which the text goes back as well.
    """
    by_document = corpus.by_document()
    found: dict[str, list[Origin]] = defaultdict(list)
    for origin in result.origins:
        if origin.p >= 0.5:
            found[origin.document].append(origin)
    total: Counts = Counter()
    for text in corpus.texts:
        if text.label is None or not chosen(text):
            continue
        stated = found[text.document.id]
        if str(text.label.get("origin") or "").startswith("PRIMARY"):
            total["primary"] += 1
            total["primary, left alone"] += not any(_outward(one, text, by_document) for one in stated)
            continue
        names = origin_names(text)
        if not names:
            continue
        sources = [claim["attributed_to"] for claim in text.label["claims"]]
        total["named"] += 1
        total["found"] += any(_names_it(one, text, names, by_document) for one in stated)
        total["stated"] += len(stated)
        total["stated, true"] += sum(_names_it(one, text, [*names, *sources], by_document) for one in stated)
    return total


def _outward(origin: Origin, text: Text, by_document: Mapping[str, Text]) -> bool:
    """A primary report that is said to derive from itself under its own name is left alone."""
    kind, _, name = origin.derives_from.partition(":")
    if kind == "document":
        return by_document[name].family != text.family if name in by_document else True
    return not is_outlet(name, text.url)


def _names_it(origin: Origin, text: Text, names: Sequence[str], by_document: Mapping[str, Text]) -> bool:
    kind, _, name = origin.derives_from.partition(":")
    if kind == "document":
        other = by_document.get(name)
        if other is None:
            return False
        return other.family == text.family or any(is_outlet(one, other.url) for one in names)
    words = " ".join(part for part in re.split(r"[-\s]+", name) if not part.isdigit())
    return any(same_name(words, one) or same_name(name, one) for one in names)


# ---------------------------------------------------------------------------- how many sources a figure has


@dataclass(frozen=True)
class Figure:
    """A figure that many texts give.

    Attributes:
        name: for tables.
        cluster: its story.
        things: what is counted.
        numbers: the stated figures that are versions of it.
        maximum: labels call it a maximum or a mean over the past years.
    """

    name: str
    cluster: str
    thing: str
    numbers: frozenset[float]
    maximum: bool = False


FIGURES: Final = (
    Figure("73 or at least 70 railcars", "rail-2023-10", "railcar", frozenset({70, 73})),
    Figure("at most 20 railcars before", "rail-2023-10", "railcar", frozenset({20}), maximum=True),
    Figure("more than 1,000 containers", "containers-2023-10", "container", frozenset({1000, 1001})),
    Figure("6,700 containers", "later-2024plus", "container", frozenset({6700})),
)


def figure_groups(result: CoverageResult, corpus: Corpus, figure: Figure) -> dict[str, int]:
    """Return what the labels and the program say of a figure's sources.

    "labels": labelled claims of it; "labelled sources": distinct final sources in the labels, where one is named, a
    body and its spokesman under one name being one;
    "found": claims among them that were found; "grouped": of these, those in the agreement group that holds most;
    "sources": that group's independent sources; "groups": groups over which they are spread.
    """
    labelled, ids = 0, []
    sources: list[str] = []
    for text in corpus.texts:
        if text.label is None or text.cluster != figure.cluster:
            continue
        claims = [claim for claim in result.claims if claim.document == text.document.id]
        for label in text.label["claims"]:
            if not _is_of(label, figure):
                continue
            labelled += 1
            source = label["attributed_to"]
            if not is_unattributed(source) and not any(same_name(source, one) for one in sources):
                sources.append(source)
            claim = claim_of(claims, label)
            ids += [claim.id] if claim else []
    counted = [(sum(one in ids for one in group.claims), group) for group in result.agreement]
    holding = [one for one in counted if one[0]]
    most = max(holding, key=lambda one: one[0], default=None)
    return {
        "labels": labelled,
        "labelled sources": len(sources),
        "found": len(ids),
        "grouped": most[0] if most else 0,
        "sources": most[1].independent_sources if most else 0,
        "groups": len(holding),
    }


def _is_of(label: Mapping[str, object], figure: Figure) -> bool:
    bounds = {label["quantity_low"], label["quantity_high"]}
    earlier = str(label["kind"]).startswith("baseline")
    return (
        thing_of(str(label["unit"]), on_rails=True) == figure.thing
        and bool(bounds & figure.numbers)
        and earlier == figure.maximum
    )


# ---------------------------------------------------------------------------- what changed on the way


def changes_by_note(result: CoverageResult, corpus: Corpus, chosen: Callable[[Text], bool]) -> Counts:
    """Count texts whose note speaks of a mutation or a trap, and those of them that a reported change involves."""
    touched = {passage.document for change in result.changes for passage in (change.before, change.after)}
    total: Counts = Counter(noted=0, found=0, touched=0)
    for text in corpus.texts:
        if text.label is None or not chosen(text):
            continue
        note = str(text.label.get("note") or "")
        noted = "mutation" in note.lower() or "TRAP" in note
        total["noted"] += noted
        total["found"] += noted and text.document.id in touched
        total["touched"] += text.document.id in touched
    return total
