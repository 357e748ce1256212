"""Scores found claims against hand-read labels; shared by the gate, the peers and the results page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from coverage_labels import Text
from coverage_names import is_description, is_outlet, is_unattributed, parts_of, same_name, thing_of

from wayside.model.claims import Claim
from wayside.model.documents import Document

__all__ = ["Lines", "claim_of", "combined", "score_boilerplate", "score_lines", "score_statements", "score_text"]

# What labels say, and which of our kinds that is. Labels call every number of things a count, whether it stood there,
# was delivered in all, or is fired a day; what is "per" something may be a rate or a sum.
_KINDS: Final = {
    "count": {"count", "sum"},
    "baseline_max": {"maximum"},
    "baseline_mean": {"mean"},
    "duration": {"duration", "date-lag"},
    "distance": {"length"},
    "length": {"length"},
    "capacity": {"capacity"},
    "rate": {"rate"},
    "sum": {"sum", "count"},
    "money": {"money"},
    "percentage": {"percentage"},
    "mass": {"mass"},
    "ordinal": {"ordinal"},
    "multiple": {"multiple"},
}
# Labels hold no claims of these kinds, so that finding one is neither right nor wrong.
UNLABELLED: Final = frozenset({"comparison", "statement", "ordinal", "multiple"})
_WITHOUT_FIGURE: Final = frozenset({"comparison", "statement"})
_APPROXIMATIONS: Final = {"exact": {"exact", "none stated"}, "vague": {"approximately", "at least", "none stated"}}
_EDGES: Final = " \t\n\u00a0()[]{},.;:–—-\"'“”‘’«»"

Counts = Counter[str]


@dataclass(frozen=True)
class Lines:
    """Counts of lines: of the article and lost, of boilerplate and kept."""

    body: int = 0
    body_lost: int = 0
    boilerplate: int = 0
    boilerplate_kept: int = 0

    def __add__(self, other: Lines) -> Lines:
        return Lines(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def overlap(claim: Claim, label: Mapping[str, Any]) -> int:
    """Return how many characters a claim and a label share."""
    return max(0, min(claim.span.end, int(label["end"])) - max(claim.span.start, int(label["start"])))


def claim_of(claims: Sequence[Claim], label: Mapping[str, Any]) -> Claim | None:
    """Return the claim with a figure that shares most characters with a label, the first of equals."""
    shared = [(overlap(claim, label), claim) for claim in claims if claim.kind not in _WITHOUT_FIGURE]
    best = max(shared, key=lambda one: one[0], default=(0, None))
    return best[1] if best[0] else None


def combined(claims: Sequence[Claim], label: Mapping[str, Any]) -> tuple[list[Claim], float | None, float | None]:
    """Return the claims that a label covers, and their bounds taken together.

    A label may cover several joined claims: alternatives run from the least figure to the greatest, "and" adds up, and
    the same figure in another unit adds nothing.
    """
    first = claim_of(claims, label)
    if first is None:
        return [], None, None
    inside = [one for one in claims if one.kind not in _WITHOUT_FIGURE and overlap(one, label)]
    ids = {one.id for one in inside}
    joined = {join.kind: one for one in inside for join in getattr(one, "joins", ()) if join.claim in ids}
    if "or" in joined:
        figures = [value for one in inside for value in (one.quantity.figure, one.quantity.high) if value is not None]
        return inside, min(figures), max(figures)
    if "and" in joined:
        lows, highs = [one.quantity.low for one in inside], [one.quantity.high for one in inside]
        low = None if None in lows else sum(value for value in lows if value is not None)
        return inside, low, None if None in highs else sum(value for value in highs if value is not None)
    if "same" in joined:
        first = min(inside, key=lambda one: one.span.start)
        return inside, first.quantity.low, first.quantity.high
    return [first], first.quantity.low, first.quantity.high


def trimmed(raw: str, start: int, end: int) -> tuple[int, int]:
    """Return a range without blanks, brackets and punctuation at its ends."""
    while start < end and raw[start] in _EDGES:
        start += 1
    while end > start and raw[end - 1] in _EDGES:
        end -= 1
    return start, end


def _exact(raw: str, inside: Sequence[Claim], label: Mapping[str, Any]) -> bool:
    ours = min(one.span.start for one in inside), max(one.span.end for one in inside)
    return trimmed(raw, *ours) == trimmed(raw, label["start"], label["end"])


def right_kind(claim: Claim, label: Mapping[str, Any]) -> bool:
    kind = str(label["kind"]).split("(")[0].strip()
    allowed = set(_KINDS.get(kind, {kind}))
    if kind == "count" and any(word in str(label["unit"]).split() for word in ("per", "daily", "yearly")):
        allowed.add("rate")
    return claim.kind in allowed


def right_word(claim: Claim, label: Mapping[str, Any]) -> bool:
    word = str(label["approximation"])
    return claim.quantity.approximation in _APPROXIMATIONS.get(word, {word})


def right_thing(claim: Claim, label: Mapping[str, Any], *, on_rails: bool) -> bool:
    """Whether both count the same group of things; where neither counts a thing, whether both measure in the same.

    A thing of no group is the same where a word of four letters or more begins alike in both.
    """
    wanted, words = (
        str(label["unit"]),
        " ".join(part for part in (claim.counted, claim.thing, claim.quantity.unit) if part),
    )
    group = thing_of(wanted, on_rails=on_rails)
    if group is not None:
        return thing_of(words, on_rails=on_rails) == group
    stems = {word[:4] for word in words.lower().split() if len(word) >= 4}
    return any(word[:4] in stems for word in wanted.lower().split())


def right_source(claim: Claim, attributed: str) -> bool:
    """Whether the final source is the labelled one; a narrator is no source."""
    if claim.asserted_by is None:
        return is_unattributed(attributed)
    return same_name(claim.asserted_by, attributed)


def _is_nobody(claim: Claim) -> bool:
    """Whether no name is given: nobody, or somebody without a name ("the group")."""
    return claim.asserted_by is None or claim.anonymous


def named_chain(text: Text, label: Mapping[str, Any]) -> list[str]:
    """Return the labelled intermediaries that have a name and are not the outlet itself."""
    return [one for one in label["reported_via"] if not is_description(one) and not is_outlet(one, text.url)]


def right_chain(claim: Claim, text: Text, label: Mapping[str, Any], *, strict: bool) -> bool:
    """Whether the chain to the source is the labelled one: both list the same intermediaries.

    The outlet itself, which labels sometimes list and sometimes do not, and intermediaries without a name ("agencies")
    are left out on both sides first. Strict: nothing is left out, but that ours is taken to begin with the outlet.
    """
    wanted, ours = named_chain(text, label), list(claim.via)
    if strict:
        wanted = [one for one in label["reported_via"] if not is_outlet(one, text.url)]
    else:
        ours = [one for one in ours if not is_description(one) and not is_outlet(one, text.url)]
    listed = all(any(same_name(one, name) for one in ours) for name in wanted)
    return listed and all(any(same_name(one, name) for name in wanted) for one in ours)


def _stands(name: str, text: Text) -> bool:
    """Whether a text has a name that the reader wrote, in any of the ways that are taken for the same."""
    return any(same_name(part, text.raw) or same_name(text.raw, part) for part in parts_of(name))


def score_text(
    text: Text,
    alone: Sequence[Claim],
    together: Sequence[Claim],
    labels: Sequence[Mapping[str, Any]],
    names: Mapping[str, str] | None = None,
) -> Counts:
    """Compare the claims of one text with its labels.

    Args:
        text: the text.
        alone: its claims as found with no other text beside it.
        together: its claims as found with all other texts beside it.
        labels: the reader's claims.
        names: usual names of the sources by id, for those that were inferred from other texts.
    """
    on_rails = text.cluster.startswith(("rail", "train", "containers", "later"))
    total: Counts = Counter()
    for label in labels:
        named = not is_unattributed(label["attributed_to"])
        total["labels"] += 1
        total["named"] += named
        total["nobody"] += not named
        there = named and _stands(label["attributed_to"], text)
        total["in text"] += there
        total["not in text"] += named and not there
        chain_there = all(_stands(name, text) for name in named_chain(text, label))
        total["chain named in text"] += chain_there
        inside, low, high = combined(alone, label)
        claim = claim_of(alone, label)
        if claim is None:
            continue
        total["found"] += 1
        total["span"] += _exact(text.raw, inside, label)
        total["bounds"] += (low, high) == (label["quantity_low"], label["quantity_high"])
        total["word"] += any(right_word(one, label) for one in inside)
        total["thing"] += right_thing(claim, label, on_rails=on_rails)
        total["kind"] += right_kind(claim, label)
        total["source alone"] += right_source(claim, label["attributed_to"])
        same = claim_of(together, label)
        if same is not None:
            right = right_source(same, label["attributed_to"])
            total["source"] += right
            inferred = (names or {}).get(same.source or "") if same.asserted_by is None or same.anonymous else None
            hit = inferred is not None and same_name(inferred, label["attributed_to"])
            total["source or inferred"] += right or hit
            total["inferred"] += inferred is not None
            total["inferred, right"] += hit
            total["source, named"] += right and named
            total["source, in text"] += right and there
            total["source, not in text"] += named and not there and (right or _is_nobody(same))
            total["source, nobody"] += right and not named
            total["chain, strict"] += right_chain(same, text, label, strict=True)
            chain = right_chain(same, text, label, strict=False)
            total["chain"] += chain
            total["chain, in text"] += chain and chain_there
    judged = [one for one in alone if one.kind not in UNLABELLED or any(overlap(one, label) for label in labels)]
    judged = [one for one in judged if one.kind not in _WITHOUT_FIGURE]
    total["predicted"] = len(judged)
    total["predicted, labelled"] = sum(any(overlap(one, label) for label in labels) for one in judged)
    return total


def score_statements(text: Text, alone: Sequence[Claim], together: Sequence[Claim]) -> Counts:
    """Compare comparisons and statements of a report with those that the reader noted."""
    total: Counts = Counter()
    for label in (text.label or {}).get("qual", ()):
        total["labels"] += 1
        found = [one for one in alone if one.kind in _WITHOUT_FIGURE and overlap(one, label)]
        if not found:
            continue
        total["found"] += 1
        ids = {(one.span.start, one.span.end) for one in found}
        again = [one for one in together if (one.span.start, one.span.end) in ids and one.kind in _WITHOUT_FIGURE]
        total["source"] += any(_says(one, label["attributed_to"]) for one in again)
    return total


def _says(claim: Claim, attributed: str) -> bool:
    """An official without a name is the same by any nation's or house's spelling."""
    if claim.asserted_by is None:
        return is_unattributed(attributed)
    return any(same_name(claim.asserted_by, one) for one in (attributed, *parts_of(attributed)))


def score_boilerplate(text: Text, claims: Iterable[Claim]) -> Counts:
    """Count the claims that stand in boilerplate, and all."""
    spans = list((text.label or {}).get("boilerplate_char_spans", ()))
    cut = _cut_lines(text.label or {})
    offset = 0
    for number, line in enumerate(text.raw.split("\n"), 1):
        if number in cut:
            spans.append([offset, offset + len(line)])
        offset += len(line) + 1
    total: Counts = Counter()
    for claim in claims:
        total["claims"] += 1
        total["in boilerplate"] += any(claim.span.start < stop and start < claim.span.end for start, stop in spans)
    return total


def _cut_lines(label: Mapping[str, Any]) -> set[int]:
    return {line for first, last in label.get("boilerplate_lines_1based", ()) for line in range(first, last + 1)}


def score_lines(document: Document, text: str, label: Mapping[str, Any]) -> Lines:
    """Compare the kept lines of a report with the labelled boilerplate, line by line."""
    cut = _cut_lines(label)
    total, offset = Lines(), 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        start = offset + len(line) - len(line.lstrip())
        kept = sum(max(0, min(span.end, start + len(bare)) - max(span.start, start)) for span in document.body)
        if bare and number in cut:
            total += Lines(boilerplate=1, boilerplate_kept=int(kept > 0))
        elif bare:
            total += Lines(body=1, body_lost=int(kept < len(bare)))
        offset += len(line) + 1
    return total
