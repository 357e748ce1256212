"""How the documents of one story are related: near-identical, rewritten from one text, or independent."""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.detail import claim_passage
from wayside.coverage.stories.evidence import logistic, rows, setting
from wayside.coverage.stories.keys import same_place, same_time
from wayside.model.stories import Evidence, Kinship

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from wayside.coverage.stories.detail import Detail
    from wayside.coverage.stories.features import Rarities
    from wayside.model.claims import Claim
    from wayside.model.stories import Origin

__all__ = ["compare", "containment", "kinships", "shared_figures"]

_SHOWN: Final = 3
_ORDERED: Final = 3
_COMPARED: Final = 12
_HALF: Final = 0.5
_JOINING: Final = frozenset({"takes from it", "shared origin"})


def kinships(
    details: Sequence[Detail],
    origins: Sequence[Origin],
    rarities: Rarities,
    odd: frozenset[str],
    likeness: Callable[[int, int], float],
) -> list[Kinship]:
    """Describe the related pairs of one story.

    Args:
        details: the documents of the story.
        origins: where they take from.
        rarities: weights of features in the whole set.
        odd: spellings that differ from the usual one of the story.
        likeness: log odds of one story for two indices; it chooses the nearest where there are too many pairs.
    """
    upstream: dict[str, dict[str, float]] = {one.document.id: {} for one in details}
    for origin in origins:
        upstream[origin.document][origin.derives_from] = origin.p
    found = []
    for one, other in _pairs(len(details), likeness):
        common = details[one].shared & details[other].shared
        evidence = [
            *_origin(details[one], details[other], upstream),
            *compare(details[one], details[other], common, rarities, odd),
        ]
        found.append(_kinship(details[one], details[other], common, evidence))
    return found


def _origin(one: Detail, other: Detail, upstream: Mapping[str, Mapping[str, float]]) -> list[Evidence]:
    """Return that one takes from the other, or both from one text, as far as the edges say."""
    here, there = (upstream[side.document.id] for side in (one, other))
    table = rows("kinship")
    found = []
    direct = max(here.get(f"document:{other.document.id}", 0.0), there.get(f"document:{one.document.id}", 0.0))
    if direct:
        text = f"one takes from the other with probability {direct:.2f}"
        found.append(Evidence("takes from it", text, table.amount("takes from it", direct)))
    common = {node: here[node] * there[node] for node in here.keys() & there.keys() if not node.startswith("source:")}
    if common:
        node = max(sorted(common), key=common.__getitem__)
        text = f"both take from {node} (p {here[node]:.2f} and {there[node]:.2f})"
        found.append(Evidence("shared origin", text, table.amount("shared origin", math.fsum(common.values()))))
    return found


def _pairs(count: int, likeness: Callable[[int, int], float]) -> Iterable[tuple[int, int]]:
    """Return all pairs of a small story; in a large one those of each document with its nearest among a few."""
    if count <= setting("kinship", "all_pairs"):
        return combinations(range(count), 2)
    nearest = int(setting("kinship", "nearest"))
    # A story is ordered by publication: neighbours in the list are neighbours in time, and the first is near to all.
    found: set[tuple[int, int]] = set()
    for one in range(count):
        others = {0, *range(max(0, one - nearest), min(count, one + nearest + 1))} - {one}
        best = sorted(others, key=lambda other: (-likeness(one, other), other))[:nearest]
        found.update((min(one, other), max(one, other)) for other in best)
    return sorted(found)


def _kinship(one: Detail, other: Detail, common: frozenset[int], evidence: Sequence[Evidence]) -> Kinship:
    joined = any(item.kind in _JOINING for item in evidence)
    # Who takes from one text may still name further sources.
    if joined:
        evidence = [item for item in evidence if item.kind != "own source"]
    p = logistic(rows("kinship").prior + sum(item.weight for item in evidence))
    if containment(one, other, common) >= setting("kinship", "near_identical"):
        kind = "near-identical"
    else:
        kind = "rewritten" if p >= _HALF else "independent"
    return Kinship(one.document.id, other.document.id, kind, p, tuple(evidence))


def containment(one: Detail, other: Detail, common: frozenset[int]) -> float:
    """Return the share of the five-word runs of the shorter document that the other has too."""
    return len(common) / min(one.length, other.length) if common else 0.0


def compare(
    one: Detail, other: Detail, common: frozenset[int], rarities: Rarities, odd: frozenset[str]
) -> list[Evidence]:
    """Return what speaks for and against two documents having a text in common.

    Args:
        one: a document.
        other: another of the same story.
        common: five-word runs of both.
        rarities: weights of features in the whole set.
        odd: spellings that differ from the usual one of the story.
    """
    found = [*_wording(one, other, common), *_quotation(one, other), *_figures(one, other, rarities)]
    found += _sources(one, other)
    found += _spellings(one, other, odd)
    found += _own(one, other)
    return found


def _wording(one: Detail, other: Detail, common: frozenset[int]) -> list[Evidence]:
    if not common:
        return []
    share = containment(one, other, common)
    run = min(common, key=one.runs.__getitem__)
    here, there = one.common(other, one.runs[run], other.runs[run])
    text = f"{share:.0%} of the five-word runs of the shorter text are in the other"
    return [Evidence("shared wording", text, rows("kinship").amount("shared wording", share), here, there)]


def _quotation(one: Detail, other: Detail) -> list[Evidence]:
    shared = one.quoted.keys() & other.quoted.keys()
    if not shared:
        return []
    run = min(shared, key=one.quoted.__getitem__)
    here, there = one.common(other, one.quoted[run], other.quoted[run])
    stretches = 1 + sum(1 for words in shared if one.quoted[words] > one.quoted[run] + 20)
    weight = rows("kinship").amount("shared quotation", float(stretches))
    return [Evidence("shared quotation", "both quote the same words", weight, here, there)]


def shared_figures(one: Detail, other: Detail, rarities: Rarities) -> list[tuple[float, Claim, Claim]]:
    """Return the figures that two documents share: rarity and the first claim in each, in the order of the first."""
    theirs = other.keyed
    return [(rarities.of_figure(key), claim, theirs[key]) for key, claim in one.keyed.items() if key in theirs]


def _figures(one: Detail, other: Detail, rarities: Rarities) -> list[Evidence]:
    shared = shared_figures(one, other, rarities)
    total = sum(weight for weight, _, _ in shared)
    table = rows("kinship")
    found = []
    if total:
        amount = table.amount("shared figure", total)
        for weight, here, there in sorted(shared, key=lambda row: -row[0])[:_SHOWN]:
            part = amount * weight / total
            text = f"both give {here.quantity.figure:g} ({here.thing})"
            found.append(Evidence("shared figure", text, part, claim_passage(here), claim_passage(there)))
        rest = amount - sum(item.weight for item in found)
        if len(shared) > _SHOWN and rest > 0.0:
            found.append(Evidence("shared figure", f"and {len(shared) - _SHOWN} more", rest))
    places = [there.span.start for _, _, there in shared]
    if len(shared) >= _ORDERED and places == sorted(places):
        text = f"{len(shared)} shared figures in the same order"
        found.append(Evidence("same order of facts", text, table.amount("same order of facts")))
    return found + _other_figure(one, other, shared=bool(shared))


def _other_figure(one: Detail, other: Detail, *, shared: bool) -> list[Evidence]:
    """Find two counts of the same thing, place and day that exclude each other, where no figure is shared."""
    if shared:
        return []
    for key in sorted(one.counts.keys() & other.counts.keys()):
        if key[1] != "count":
            continue
        for here, there in product(one.counts[key][:_COMPARED], other.counts[key][:_COMPARED]):
            if _excludes(here, there):
                text = f"{here.quote} here, {there.quote} there"
                weight = rows("kinship").amount("other figure")
                return [Evidence("other figure", text, weight, claim_passage(here), claim_passage(there))]
    return []


def _excludes(here: Claim, there: Claim) -> bool:
    if here.place is None or not same_place(here.place, there.place):
        return False
    if not same_time(here, there):
        return False
    mine, theirs = here.quantity, there.quantity
    low, high = max(mine.low or 0.0, theirs.low or 0.0), min(_high(mine.high), _high(theirs.high))
    return low > high


def _high(value: float | None) -> float:
    return float("inf") if value is None else value


def _sources(one: Detail, other: Detail) -> list[Evidence]:
    table = rows("kinship")
    found = []
    both = sorted(one.sources & other.sources)
    if both:
        here = next((claim for claim in one.claims if claim.source == both[0] or claim.asserted_by), None)
        there = next((claim for claim in other.claims if claim.source == both[0] or claim.asserted_by), None)
        text = f"both have it from {', '.join(both[:_SHOWN])}"
        amount = table.amount("shared source", float(len(both)))
        passages = (claim_passage(here) if here else None, claim_passage(there) if there else None)
        found.append(Evidence("shared source", text, amount, *passages))
    elif one.sources and other.sources:
        text = f"{', '.join(sorted(one.sources)[:_SHOWN])} here, {', '.join(sorted(other.sources)[:_SHOWN])} there"
        found.append(Evidence("own source", text, table.amount("own source")))
    credits_ = sorted(one.media & other.media)
    if credits_:
        text = f"both credit {', '.join(credits_[:_SHOWN])}"
        found.append(Evidence("shared credit", text, table.amount("shared credit", float(len(credits_)))))
    return found


def _spellings(one: Detail, other: Detail, odd: frozenset[str]) -> list[Evidence]:
    shared = sorted(odd & one.names.keys() & other.names.keys())
    if not shared:
        return []
    name = shared[0]
    here, there = (side.passage(side.names[name], side.names[name] + 1) for side in (one, other))
    weight = rows("kinship").amount("shared rare spelling", float(len(shared)))
    return [Evidence("shared rare spelling", f"both write {', '.join(shared[:_SHOWN])}", weight, here, there)]


def _own(one: Detail, other: Detail) -> list[Evidence]:
    for side, inside in ((one, True), (other, False)):
        looked = side.looked
        if looked is not None:
            weight = rows("kinship").amount("own observation")
            text = f"{side.document.id} looked itself"
            return [Evidence("own observation", text, weight, *((looked, None) if inside else (None, looked)))]
    return []
