"""Values of what a text states: quantities, times, claims with their attribution, and what joins two claims."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require
from wayside.model.documents import Span

__all__ = ["Claim", "DatedEvent", "Footing", "Join", "Quantity", "TimeSpan"]

APPROXIMATIONS = (
    "exact",
    "approximately",
    "at least",
    "more than",
    "no more than",
    "up to",
    "fewer than",
    "between",
    "none stated",
)
KINDS = (
    "count",  # how many stood somewhere
    "maximum",  # the most that a period saw
    "mean",  # the average over a period
    "sum",  # how many over a period or in all
    "rate",  # how many per unit of time
    "capacity",  # how many something could hold
    "length",
    "area",
    "volume",
    "mass",
    "speed",
    "percentage",
    "money",
    "duration",
    "date-lag",  # how long after or before something
    "ordinal",  # "third shipment": quantity 3 with unit "1"
    "multiple",  # "three times as many"
    "comparison",  # "unprecedented": no figure of its own
    "statement",  # what matters to the story and has no number: "no agreement was signed"
)
BARE = ("comparison", "statement")
VOICES = (
    "named",  # a person or body with a name
    "anonymous",  # "a U.S. official"
    "collective",  # "analysts", "foreign officials"
    "outlet",  # the publisher itself: its own count, its caption
    "unattributed",  # nobody: the text states it
)
QUOTATIONS = ("direct", "broken")
JOINS = ("or", "and", "same", "part of")
CERTAINTIES = ("asserted", "estimated", "projected", "likely", "possible", "planned")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its bounds, as stated.

    Attributes:
        low: lower bound, inclusive, or None where none is stated. "more than 1,000" cars is 1001.
        high: upper bound, inclusive, or None. An approximate figure keeps low = high = the figure.
        approximation: one of ``APPROXIMATIONS``.
        unit: "1" for things counted, else "1/day", "%", "m", "USD", "month", …
        figure: the number as written (20 in "fewer than 20"); None for a comparison without a figure.
    """

    low: float | None
    high: float | None
    approximation: str
    unit: str = "1"
    figure: float | None = None

    def __post_init__(self) -> None:
        bounds = [value for value in (self.low, self.high, self.figure) if value is not None]
        require(all(math.isfinite(value) for value in bounds), "bounds are finite or absent", where="Quantity")
        if self.low is not None and self.high is not None:
            require(self.low <= self.high, f"low {self.low} exceeds high {self.high}", where="Quantity")
        require(
            self.approximation in APPROXIMATIONS, f"no such approximation: {self.approximation!r}", where="Quantity"
        )
        require(bool(self.unit), "a quantity has a unit", where="Quantity.unit")


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """When a claim holds.

    Attributes:
        text: the words in the text.
        start: first day, or None where it is open or cannot be resolved.
        end: last day, inclusive, or None.
    """

    text: str
    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        require(bool(self.text), "a time has its words", where="TimeSpan.text")
        if self.start is not None and self.end is not None:
            require(self.start <= self.end, "a time starts before it ends", where="TimeSpan")


@dataclass(frozen=True, slots=True)
class Join:
    """How a claim hangs together with another one of the same sentence.

    Attributes:
        claim: id of the other claim, which stands earlier in the text.
        kind: one of ``JOINS``: alternatives ("3 million of one kind or 500,000 of the other"), both at once, the same
            figure in another unit ("200 kilometres (125 miles)"), a part of the other ("73 cars, of them 41 gondolas").
    """

    claim: str
    kind: str

    def __post_init__(self) -> None:
        require(bool(self.claim), "a join names the other claim", where="Join.claim")
        require(self.kind in JOINS, f"no such join: {self.kind!r}", where="Join.kind")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a text states: a quantity, a comparison, or a statement without a figure.

    Attributes:
        id: unique in one analysis.
        document: id of the document.
        span: characters in the decoded file.
        quote: the words, as in the document's text.
        quantity: value and bounds.
        counted: what is counted, singular, with its modifiers ("freight car"); None where the text does not say.
        kind: one of ``KINDS``.
        place: named place, or None.
        time: when, or None.
        asserted_by: final source as far as the text names one; None where unattributed. Its usual name where
            it is known under several.
        anonymous: the source is a person or body without a name.
        via: through whom, outermost first.
        hedges: words that weaken or bound the figure, as written.
        flags: what is missing or doubtful, in words.
        thing: group that the counted thing belongs to ("railcar" for "freight wagon"), by which claims are compared.
        source: identifies the final source across documents ("beyond-parallel"); None where there is none.
        voice: one of ``VOICES``.
        attributed_at: characters of the decoded file that name the source; None where nothing does.
        quotation: "direct" where the claim stands inside quotation marks, "broken" where only a part of it does, or
            None.
        negated: the text denies it ("no agreement was signed", "did not exceed 20" is a bound and not a denial).
        certainty: "asserted", or how the text weakens it: "estimated", "projected", "likely", "possible", "planned".
        modifiers: what narrows the counted thing, as written ("freight", "Russian", "covered").
        topic: of a statement: its name in the tables ("transfer-begun"); else None.
        joins: how it hangs together with earlier claims.
    """

    id: str
    document: str
    span: Span
    quote: str
    quantity: Quantity
    counted: str | None
    kind: str
    place: str | None = None
    time: TimeSpan | None = None
    asserted_by: str | None = None
    anonymous: bool = False
    via: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    thing: str | None = None
    source: str | None = None
    voice: str = "unattributed"
    attributed_at: Span | None = None
    quotation: str | None = None
    negated: bool = False
    certainty: str = "asserted"
    modifiers: tuple[str, ...] = ()
    topic: str | None = None
    joins: tuple[Join, ...] = ()

    def __post_init__(self) -> None:
        require(bool(self.quote.strip()), "a claim has its words", where=f"Claim {self.id}")
        require(self.kind in KINDS, f"no such kind of claim: {self.kind!r}", where=f"Claim {self.id}")
        bare = self.quantity.low is None and self.quantity.high is None
        require(bare == (self.kind in BARE), "comparisons and statements alone have no bound", where=f"Claim {self.id}")
        require(self.voice in VOICES, f"no such voice: {self.voice!r}", where=f"Claim {self.id}")
        require(
            self.quotation is None or self.quotation in QUOTATIONS,
            "quoted directly, brokenly or not",
            where=f"Claim {self.id}",
        )
        require(self.certainty in CERTAINTIES, f"no such certainty: {self.certainty!r}", where=f"Claim {self.id}")
        require(
            (self.topic is not None) == (self.kind == "statement"),
            "statements alone have a topic",
            where=f"Claim {self.id}",
        )


@dataclass(frozen=True, slots=True)
class Footing:
    """Two or more figures put on one footing: a rate beside a total over a period.

    Attributes:
        claims: ids of the claims, at least two.
        unit: the common unit, "1/year".
        values: the figure of each claim in that unit.
        arithmetic: for each claim, the steps in words ("60,000 a day x 365 = 21,900,000 a year").
        text: what follows, in a sentence.
    """

    claims: tuple[str, ...]
    unit: str
    values: tuple[float, ...]
    arithmetic: tuple[str, ...]
    text: str

    def __post_init__(self) -> None:
        require(len(self.claims) >= 2, "a footing joins two claims or more", where="Footing.claims")
        same = len(self.claims) == len(self.values) == len(self.arithmetic)
        require(same, "a value and its arithmetic for every claim", where="Footing")
        require(all(math.isfinite(value) for value in self.values), "values are finite", where="Footing.values")
        require(bool(self.unit and self.text), "a footing has a unit and a sentence", where="Footing")


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """An event with a date that a text names: a candidate for the list that a series is set against.

    Attributes:
        id: unique in one analysis.
        event: what happened, in the words of the text, shortened ("Kim-Putin summit").
        kind: name in the tables ("summit", "visit", "release", …).
        time: when; ``start`` and ``end`` None where it cannot be resolved.
        document: id of the document.
        span: characters in the decoded file.
        quote: the words, as in the document's text.
        asserted_by: final source, or None.
    """

    id: str
    event: str
    kind: str
    time: TimeSpan
    document: str
    span: Span
    quote: str
    asserted_by: str | None = None

    def __post_init__(self) -> None:
        require(
            bool(self.id and self.event and self.kind and self.quote),
            "an event has its words",
            where=f"DatedEvent {self.id}",
        )
