"""What one document claims: what is found in its sentences, attributed, placed and dated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.speakers import Register, Speakers, attribute, speaker_of
from wayside.coverage.claims.comparisons import find_comparisons
from wayside.coverage.claims.counted import on_rails, stands, thing_of
from wayside.coverage.claims.events import find_events
from wayside.coverage.claims.found import Found
from wayside.coverage.claims.places import facility_in, setting_in
from wayside.coverage.claims.quantities import find_quantities
from wayside.coverage.claims.statements import find_statements
from wayside.coverage.claims.times import TimeFound, find_times
from wayside.coverage.words.names import names_in
from wayside.coverage.words.tokens import Sentence, sentences
from wayside.model.claims import Claim, DatedEvent, Join, Quantity, TimeSpan
from wayside.model.documents import Document, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Reading", "find_claims"]

_BREAKS: Final = frozenset({"while", "whereas", "but", "compared", ";", "versus", "against"})
_THAT: Final = frozenset({"that", "que", "che", "dass", "что", "що"})
_SAID_ON: Final = 3  # words between a source and the day on which it spoke
_UPPER: Final = frozenset({"no more than", "up to", "fewer than"})
_PLACED: Final = frozenset({"count", "rate", "capacity", "maximum", "mean"})
_STATED: Final = Quantity(None, None, "none stated")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document claims, the dated events that it names, and the sources under the names that it gives them."""

    claims: tuple[Claim, ...]
    events: tuple[DatedEvent, ...]
    register: Register


@dataclass(frozen=True, slots=True)
class _Item:
    """Something found: where, and the topic of a statement."""

    found: Found
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    document: Document
    language: str
    row: Sequence[Speakers]
    index: int
    times: tuple[TimeFound, ...]
    earlier: TimeSpan | None
    facility: str | None
    rails: bool

    @property
    def sentence(self) -> Sentence:
        return self.row[self.index].sentence


def find_claims(document: Document, first: int = 1, first_event: int = 1) -> Reading:
    """Find what a document claims.

    Args:
        document: as read; only its body is searched.
        first: number of the first claim's id.
        first_event: number of the first event's id.

    Returns:
        Claims in reading order with ids ``c<first>``, ``c<first+1>``, … and events with ids ``e<first_event>``, …
    """
    register = Register()
    language = document.language or "en"
    lines = [sentences(document.text, span.start, span.end) for span in document.body]
    rows = attribute(
        document.text, lines, register, language=language, outlet=document.outlet, credits=document.credits
    )
    rails = any(on_rails([token.lower for token in sentence.tokens]) for line in lines for sentence in line)
    claims: list[Claim] = []
    events: list[DatedEvent] = []
    facility: str | None = None
    for row in rows:
        earlier: TimeSpan | None = None
        before: tuple[Token, ...] = ()
        for index, speakers in enumerate(row):
            tokens = speakers.sentence.tokens
            times = tuple(find_times(document.text, tokens, document.published, language))
            context = _Context(document, language, row, index, times, earlier, facility, rails)
            claims += _claims(context, before, first + len(claims))
            events += _events(context, first_event + len(events))
            facility = facility_in(tokens, len(tokens), language) or facility
            points = [time.span for time in times if not time.period]
            earlier = points[-1] if points else earlier
            before = tokens
    return Reading(tuple(claims), tuple(events), register)


def _claims(context: _Context, before: Sequence[Token], number: int) -> list[Claim]:
    """Return the claims of one sentence, joined to one another."""
    tokens = context.sentence.tokens
    quantities = find_quantities(tokens, before, context.language)
    items = [_Item(one) for one in (*quantities, *find_comparisons(tokens, context.language))]
    items += [
        _Item(
            Found(
                one.first, one.stop, one.first, _STATED, None, "statement", certainty=one.certainty, negated=one.negated
            ),
            one.topic,
        )
        for one in find_statements(tokens, context.language)
    ]
    ordered = sorted(items, key=lambda item: (item.found.first, item.found.stop))
    names = {id(item.found): f"c{number + place}" for place, item in enumerate(ordered)}
    made = []
    for item in ordered:
        join = item.found.join
        joins = () if join is None else (Join(names[id(quantities[join[0]])], join[1]),)
        made.append(_claim(item, context, names[id(item.found)], joins))
    return made


def _claim(item: _Item, context: _Context, name: str, joins: tuple[Join, ...]) -> Claim:
    document, sentence, found = context.document, context.sentence, item.found
    span = Span(sentence.tokens[found.first].start, sentence.tokens[found.stop - 1].end)
    thing = thing_of(found.counted, on_rails=context.rails)
    standing = stands(thing) or found.kind in {"comparison", "date-lag"}
    speaker = speaker_of(context.row, context.index, found.number, same_thing=standing)
    time = _time(found, context, speaker.attributed_at)
    return Claim(
        id=name,
        document=document.id,
        span=document.in_file(span),
        quote=document.text[span.start : span.end],
        quantity=found.quantity,
        counted=found.counted,
        thing=thing,
        kind=_kind(found, time),
        place=_place(found, context, standing=standing),
        time=time.span if isinstance(time, TimeFound) else time,
        asserted_by=speaker.name,
        anonymous=speaker.anonymous,
        via=speaker.via,
        hedges=found.hedges,
        flags=tuple(dict.fromkeys((*found.flags, *speaker.flags))),
        voice=speaker.voice,
        attributed_at=None if speaker.attributed_at is None else document.in_file(Span(*speaker.attributed_at)),
        quotation=speaker.quotation,
        negated=found.negated,
        certainty=found.certainty,
        modifiers=found.modifiers,
        topic=item.topic,
        joins=joins,
    )


def _events(context: _Context, number: int) -> list[DatedEvent]:
    document, tokens = context.document, context.sentence.tokens
    made = []
    for place, one in enumerate(find_events(document.text, tokens, context.times, context.language)):
        span = Span(tokens[one.first].start, tokens[one.stop - 1].end)
        made.append(
            DatedEvent(
                id=f"e{number + place}",
                event=one.event,
                kind=one.kind,
                time=one.time,
                document=document.id,
                span=document.in_file(span),
                quote=document.text[span.start : span.end],
                asserted_by=speaker_of(context.row, context.index, one.first).name,
            )
        )
    return made


def _clause(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    start = max((at + 1 for at in range(index) if tokens[at].lower in _BREAKS), default=0)
    stop = min((at for at in range(index, len(tokens)) if tokens[at].lower in _BREAKS), default=len(tokens))
    return start, stop


def _of_saying(time: TimeFound, found: Found, tokens: Sequence[Token], named_at: tuple[int, int] | None) -> bool:
    """Tell the day on which something was said: "X said on Friday that …", "…, X said on Friday"."""
    if named_at is None or tokens[time.first].start < named_at[1]:
        return False
    behind = [token for token in tokens if named_at[1] <= token.start < tokens[time.first].start]
    if time.stop <= found.first:
        return any(token.lower in _THAT for token in tokens[time.stop : found.first])
    near = len(behind) <= _SAID_ON and all(token.kind == "word" for token in behind)
    return found.stop <= time.first and tokens[found.stop - 1].end <= named_at[0] and near


def _time(found: Found, context: _Context, named_at: tuple[int, int] | None) -> TimeFound | TimeSpan | None:
    """Take the nearest time in the same clause; a standing thing may take the last date of the paragraph."""
    tokens = context.sentence.tokens
    start, stop = _clause(tokens, found.number)
    outside = [
        time
        for time in context.times
        if (time.first >= found.stop or time.stop <= found.first) and not _of_saying(time, found, tokens, named_at)
    ]
    inside = [time for time in outside if start <= time.first < stop]
    if inside:
        return min(inside, key=lambda time: abs(time.first - found.number))
    points = [time for time in outside if not time.period and time.stop <= found.first]
    if points:
        return points[-1]
    dated = found.kind in {"count", "comparison"} and stands(thing_of(found.counted))
    return context.earlier if dated else None


def _kind(found: Found, time: TimeFound | TimeSpan | None) -> str:
    """Make the upper bound of a count over a period a maximum."""
    over = isinstance(time, TimeFound) and time.period
    return "maximum" if found.kind == "count" and over and found.quantity.approximation in _UPPER else found.kind


def _place(found: Found, context: _Context, *, standing: bool) -> str | None:
    tokens, language = context.sentence.tokens, context.language
    here = setting_in(tokens, found.number, language)
    if found.kind == "sum":
        return here or _country(tokens, language)
    if standing or found.kind == "statement":
        return facility_in(tokens, found.number, language) or context.facility or here
    return here if found.kind in _PLACED else None


def _country(tokens: Sequence[Token], language: str) -> str | None:
    """Return the first state that a sentence names: "Russia has raised its output"."""
    names = (name.removesuffix("'s").removesuffix("’s") for _, _, name in names_in(tokens, language))
    return next((name for name in names if (one := known(name)) is not None and one.kind == "state"), None)
