"""The claims of one document."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.resolving import Register, Speakers, attribute, speaker_of
from wayside.coverage.claims.comparisons import find_comparisons
from wayside.coverage.claims.counted import thing_of
from wayside.coverage.claims.places import facility_in, setting_in
from wayside.coverage.claims.quantities import Found, find_quantities
from wayside.coverage.claims.times import TimeFound, find_times
from wayside.coverage.words.lexicon import HOLDING, PERIODS, RAIL
from wayside.coverage.words.phrases import names_in
from wayside.coverage.words.tokens import Sentence, sentences
from wayside.model.claims import Claim, TimeSpan
from wayside.model.documents import Document, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Reading", "find_claims"]

_STANDING: Final = frozenset({"railcar", "container", "tent", "vehicle", "train", "ship"})
_BREAKS: Final = frozenset({"while", "whereas", "but", "compared", ";", "versus", "against"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of a document, and the sources that it names."""

    claims: tuple[Claim, ...]
    register: Register


@dataclass(frozen=True, slots=True)
class _Context:
    document: Document
    row: Sequence[Speakers]
    index: int
    times: tuple[TimeFound, ...]
    earlier: TimeSpan | None
    facility: str | None
    on_rails: bool


def find_claims(document: Document, first: int = 1) -> Reading:
    """Find the claims of a document.

    Args:
        document: as read; only its body is searched.
        first: number of the first claim's id.

    Returns:
        Claims in reading order with ids ``c<first>``, ``c<first+1>``, …
    """
    register = Register()
    lines = [sentences(document.text, span.start, span.end) for span in document.body]
    rows = attribute(lines, register)
    claims: list[Claim] = []
    facility: str | None = None
    on_rails = any(token.lower in RAIL for line in lines for sentence in line for token in sentence.tokens)
    for row in rows:
        earlier: TimeSpan | None = None
        before: tuple[Token, ...] = ()
        for index, speakers in enumerate(row):
            tokens = speakers.sentence.tokens
            times = tuple(find_times(document.text, tokens, document.published))
            context = _Context(document, row, index, times, earlier, facility, on_rails)
            found = [*find_quantities(tokens, before, document.language or "en"), *find_comparisons(tokens)]
            for one in sorted(found, key=lambda item: item.first):
                claims.append(_claim(one, context, f"c{first + len(claims)}"))
            facility = facility_in(tokens, len(tokens)) or facility
            points = [time.span for time in times if not time.period]
            earlier = points[-1] if points else earlier
            before = tokens
    return Reading(tuple(claims), register)


def _claim(found: Found, context: _Context, name: str) -> Claim:
    document = context.document
    sentence = context.row[context.index].sentence
    span = Span(sentence.tokens[found.first].start, sentence.tokens[found.stop - 1].end)
    time = _time(found, context, sentence)
    kind = _kind(found, sentence.tokens, time)
    thing = thing_of(found.counted, on_rails=context.on_rails)
    stands = thing in _STANDING or found.kind in {"comparison", "date-lag"}
    speaker = speaker_of(context.row, context.index, found.number, document.credits, same_thing=stands)
    return Claim(
        id=name,
        document=document.id,
        span=document.in_file(span),
        quote=document.text[span.start : span.end],
        quantity=found.quantity,
        counted=found.counted,
        thing=thing,
        kind=kind,
        place=_place(sentence, found, context.facility, stands=stands),
        time=time.span if isinstance(time, TimeFound) else time,
        asserted_by=speaker.name,
        anonymous=speaker.anonymous,
        via=speaker.via,
        hedges=found.hedges,
        flags=(*found.flags, *speaker.flags),
    )


def _clause(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    start = max((at + 1 for at in range(index) if tokens[at].lower in _BREAKS), default=0)
    stop = min((at for at in range(index, len(tokens)) if tokens[at].lower in _BREAKS), default=len(tokens))
    return start, stop


def _time(found: Found, context: _Context, sentence: Sentence) -> TimeFound | TimeSpan | None:
    """Take the nearest time in the same clause; a standing thing may take the last date of the paragraph."""
    start, stop = _clause(sentence.tokens, found.number)
    outside = [time for time in context.times if time.first >= found.stop or time.stop <= found.first]
    inside = [time for time in outside if start <= time.first < stop]
    if inside:
        return min(inside, key=lambda time: abs(time.first - found.number))
    points = [time for time in outside if not time.period and time.stop <= found.first]
    if points:
        return points[-1]
    return context.earlier if found.kind in {"count", "comparison"} and thing_of(found.counted) in _STANDING else None


def _kind(found: Found, tokens: Sequence[Token], time: TimeFound | TimeSpan | None) -> str:
    if found.kind != "count":
        return found.kind
    before = {token.lower for token in tokens[max(0, found.first - 5) : found.first]}
    if before & HOLDING:
        return "capacity"
    period = isinstance(time, TimeFound) and time.period
    whenever = any(token.lower in PERIODS for token in tokens)
    given = any(one.lower == "given" and two.lower == "time" for one, two in pairwise(tokens))
    upper = found.quantity.approximation in {"no more than", "up to", "fewer than"}
    return "maximum" if upper and (period or whenever or given) else "count"


def _place(sentence: Sentence, found: Found, facility: str | None, *, stands: bool) -> str | None:
    if found.kind == "sum":
        names = names_in(sentence.tokens)
        return names[0][2].removesuffix("'s").removesuffix("’s") if names else None
    here = setting_in(sentence.tokens, found.number)
    if stands:
        return facility_in(sentence.tokens, found.number) or facility or here
    return here if found.kind in {"count", "rate", "capacity", "maximum"} else None
