"""How a claim says what it says: which side of its figure, over which period, whereto, how surely. Read once each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.detail import in_text, sentence_around
from wayside.coverage.stories.words import phrases

if TYPE_CHECKING:
    from wayside.coverage.stories.detail import Detail
    from wayside.model.claims import Claim
    from wayside.model.documents import Span

__all__ = ["Said", "said"]

_LOWER: Final = frozenset({"at least", "more than"})
_UPPER: Final = frozenset({"no more than", "up to", "fewer than"})
_BEFORE: Final = 40
_AFTER: Final = 60
_NEAR_VERB: Final = 90


@dataclass(frozen=True, slots=True)
class Said:
    """How a claim says what it says.

    Attributes:
        side: "lower", "upper", "mean", "range" or "figure": what of the figure it gives.
        open_period: words of its sentence that name a period without an end ("historically"), or None.
        heading: where to something goes, in the words behind it ("to Russia"), or None.
        confirmed: a word of its sentence that makes it certain ("confirmed"), or None.
    """

    side: str
    open_period: str | None
    heading: str | None
    confirmed: str | None


def said(claim: Claim, one: Detail) -> Said:
    """Return how a claim of a document says what it says.

    Args:
        claim: one of the document's claims.
        one: the document, which keeps what was read.
    """
    found = one.said.get(claim.id)
    if found is None:
        here, around = in_text(one.document, claim.span), sentence_around(one.document, claim.span)
        found = one.said[claim.id] = Said(
            _side(claim, one, here, around),
            _phrase(one, "open_period", around.start, around.end),
            _heading(one, here, around),
            _phrase(
                one, "confirmed", max(around.start, here.start - _NEAR_VERB), min(around.end, here.end + _NEAR_VERB)
            ),
        )
    return found


def _phrase(one: Detail, subject: str, start: int, stop: int) -> str | None:
    match = phrases(subject, one.document.language).search(one.document.text, start, stop)
    return match.group() if match else None


def _side(claim: Claim, one: Detail, here: Span, around: Span) -> str:
    # "On average" stands just before a figure, or in the words of the claim.
    if claim.kind == "mean" or _phrase(one, "mean", max(around.start, here.start - _BEFORE), here.end) is not None:
        return "mean"
    approximation = claim.quantity.approximation
    if approximation in _LOWER:
        return "lower"
    if approximation in _UPPER or claim.kind == "maximum":
        return "upper"
    return "range" if approximation == "between" else "figure"


def _heading(one: Detail, here: Span, around: Span) -> str | None:
    text = one.document.text
    stop = min(around.end, here.end + _AFTER)
    match = phrases("direction", one.document.language).search(text, here.end, stop)
    if match is None:
        return None
    before = text[around.start : match.start()].split()
    if before and before[-1].lower() in phrases("no_direction", one.document.language).words:
        return None
    words = text[match.end() : stop].split()
    # One small word may stand between: "to the North".
    name = next((word for word in words[: 1 + words[0].islower()] if word[0].isupper()), None) if words else None
    return None if name is None else f"{match.group()} {name.strip('.,;:!?»”)')}"
