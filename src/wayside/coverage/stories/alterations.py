"""What differs between two claims of one fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.evidence import setting
from wayside.coverage.stories.features import source_key
from wayside.coverage.stories.keys import same_place, slug
from wayside.coverage.stories.saying import said
from wayside.coverage.stories.skeleton import one_name, skeleton
from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.stories.detail import Detail
    from wayside.model.claims import Claim

__all__ = ["Altered", "alterations", "stated"]

_SIDES: Final = {
    "lower": "a lower bound",
    "upper": "an upper bound",
    "mean": "an average",
    "range": "a range",
    "figure": "the figure itself",
}


@dataclass(frozen=True, slots=True)
class Altered:
    """One difference.

    Attributes:
        kind: one of ``model.stories.CHANGES``.
        text: what became of what, in a sentence.
    """

    kind: str
    text: str


def stated(claim: Claim) -> str:
    """Return whether a figure is given as approximate or as it is."""
    return "approximately" if claim.quantity.approximation == "approximately" else "as it is"


def alterations(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    """Yield what differs between a claim and what it became; both give one figure, or state one thing without a figure.

    Args:
        before: the claim upstream.
        after: the claim downstream.
        upstream: the document of the first.
        downstream: the document of the other.
    """
    if before.kind not in {"statement", "comparison"}:
        yield from _bounds(before, after, upstream, downstream)
        yield from _things(before, after)
        yield from _period(before, after, upstream, downstream)
        yield from _direction(before, after, upstream, downstream)
        yield from _place(before, after, upstream, downstream)
        yield from _date(before, after)
    yield from _certainty(before, after, upstream, downstream)
    yield from _attribution(before, after)


def _bounds(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    was, became = said(before, upstream).side, said(after, downstream).side
    if was != became:
        yield Altered("bound", f"{_SIDES[was]} ({before.quote!r}) became {_SIDES[became]} ({after.quote!r})")
    elif was == "figure" and stated(before) != stated(after):
        what = "was dropped" if stated(before) == "approximately" else "was added"
        yield Altered("hedge", f"the hedge {what}: {before.quote!r} became {after.quote!r}")


def _things(before: Claim, after: Claim) -> Iterator[Altered]:
    if before.quantity.unit != after.quantity.unit:
        yield Altered(
            "unit", f"{before.quote!r} became {after.quote!r}: {before.quantity.unit} to {after.quantity.unit}"
        )
    elif before.thing and after.thing and before.thing != after.thing:
        yield Altered("unit", f"{before.counted or before.thing} became {after.counted or after.thing}")


def _period(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    """Find a period with an end that became one without: "over the past five years", "historically"."""
    if before.time is None or said(before, upstream).open_period is not None:
        return
    if before.time.start is not None and before.time.start == before.time.end:
        return
    words = said(after, downstream).open_period
    limited = after.time is not None and after.time.start is not None
    if words is not None and not limited:
        yield Altered("period", f"{before.time.text!r} became {words!r}")


def _direction(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    was, became = said(before, upstream).heading, said(after, downstream).heading
    if became is not None and was is None:
        yield Altered("direction", f"{became!r} was added to {before.quote!r}")


def _place(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    if before.place is None or after.place is None or same_place(before.place, after.place):
        return
    # A text that also names the other place does not move the thing: it says where the place is.
    if _names(after.place, upstream) or _names(before.place, downstream):
        return
    yield Altered("place", f"{before.place} became {after.place}")


def _names(place: str, one: Detail) -> bool:
    bones = {skeleton(word) for word in place.split() if word[:1].isupper()}
    return bool(bones) and any(skeleton(name) in bones for name in one.names)


def _date(before: Claim, after: Claim) -> Iterator[Altered]:
    was, became = before.time, after.time
    if was is None or became is None:
        return
    if was.start is None or was.end is None or became.start is None or became.end is None:
        return
    gap = max((became.start - was.end).days, (was.start - became.end).days)
    if gap > setting("changes", "days"):
        yield Altered("date", f"{was.text!r} ({was.start}) became {became.text!r} ({became.start})")


def _certainty(before: Claim, after: Claim, upstream: Detail, downstream: Detail) -> Iterator[Altered]:
    order = table("evidence")["changes"]["certainty_order"]
    was, became = order[before.certainty], order[after.certainty]
    if before.negated != after.negated and before.kind == "statement":
        yield Altered("certainty", f"{before.quote!r} became its contrary: {after.quote!r}")
    elif abs(was - became) >= setting("changes", "steps"):
        what = "raised" if became > was else "lowered"
        yield Altered("certainty", f"certainty was {what}: from {before.certainty} to {after.certainty}")
    else:
        sure, unsure = said(after, downstream).confirmed, said(before, upstream).confirmed
        if sure is not None and unsure is None:
            yield Altered("certainty", f"certainty was raised: {sure!r} was added")


def _attribution(before: Claim, after: Claim) -> Iterator[Altered]:
    was, became = source_key(before), source_key(after)
    if was is None or was == became:
        return
    if became is None and after.asserted_by is None:
        yield Altered("attribution", f"{before.asserted_by} is not named any more")
    elif before.topic is not None:
        # Two may say the same; only that nobody is named any more is a change.
        return
    elif became is None:
        yield Altered("attribution", f"{before.asserted_by} became {after.asserted_by!r}, without a name")
    elif (
        not _one_source(before.asserted_by or "", after.asserted_by or "")
        and became not in before.via
        and after.asserted_by not in before.via
        and was not in after.via
    ):
        yield Altered("attribution", f"{before.asserted_by} became {after.asserted_by}")


def _one_source(one: str, other: str) -> bool:
    return slug(one) == slug(other) or one_name(one, other)
