"""Values of what has been written: documents, the claims in them, where they come from, how far they agree.

Character offsets count Unicode code points of the decoded file, byte order mark excluded, line ends as they stand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wayside.errors import ValueRefusedError

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "AgainstMeasured",
    "Agreement",
    "Claim",
    "CoverageResult",
    "Cut",
    "Document",
    "MeasuredCount",
    "Origin",
    "Quantity",
    "Segment",
    "Span",
    "TimeSpan",
]

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
    "mass",
    "percentage",
    "money",
    "duration",
    "date-lag",  # how long after or before something
    "ordinal",
    "multiple",
    "comparison",  # "unprecedented": no figure of its own
)
VERDICTS = ("consistent", "inconsistent", "not comparable")


def _require(condition: bool, what: str, where: str) -> None:
    if not condition:
        raise ValueRefusedError(what, where=where)


def _require_probability(p: float, where: str) -> None:
    _require(math.isfinite(p) and 0.0 <= p <= 1.0, f"a probability lies in [0, 1], not {p!r}", where)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters.

    Attributes:
        start: first character, 0-based, >= 0.
        end: one past the last character, > start.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        _require(0 <= self.start < self.end, f"not a range of characters: [{self.start}, {self.end})", "Span")

    def overlaps(self, other: Span) -> bool:
        """Return whether the two ranges share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the file that is not the article.

    Attributes:
        span: characters in the decoded file.
        reason: why it was cut, from a fixed short list ("furniture", "teaser", "before the headline", …).
    """

    span: Span
    reason: str

    def __post_init__(self) -> None:
        _require(bool(self.reason), "a cut says why", "Cut.reason")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the document's text that stands in the file in one piece.

    Attributes:
        text: first character in the text, >= 0.
        file: first character in the decoded file, >= 0.
        length: characters of the text, >= 1.
        file_length: characters of the file; differs from ``length`` only for a character reference ("&amp;").
    """

    text: int
    file: int
    length: int
    file_length: int

    def __post_init__(self) -> None:
        _require(
            self.text >= 0 and self.file >= 0 and self.length >= 1 and self.file_length >= 1,
            "a segment has positions >= 0 and lengths >= 1",
            "Segment",
        )
        _require(self.length in {1, self.file_length}, "only a single character may be spelled longer", "Segment")


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read.

    Attributes:
        id: short name, unique in one analysis, not empty.
        file: the name that the text was read under.
        text: what is searched for claims: the decoded file itself for plain text, the visible text for HTML.
        body: ranges of ``text`` that are the article, ascending, disjoint.
        cuts: ranges of the decoded *file* that were left out, ascending, each with its reason.
        title: headline or None.
        language: ISO 639-1 code, or None where it cannot be told.
        published: day of publication, or None; a date in a page's furniture is not taken for one.
        outlet: who published it, or None.
        credits: agencies or outlets that the text credits as a whole ("(AP)", "Sources By Agencies").
        notes: what a reader should know of the reading, in words.
        segments: how ``text`` maps to the decoded file; empty where they are the same.
    """

    id: str
    file: str
    text: str
    body: tuple[Span, ...]
    cuts: tuple[Cut, ...] = ()
    title: str | None = None
    language: str | None = None
    published: date | None = None
    outlet: str | None = None
    credits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    segments: tuple[Segment, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _require(bool(self.id), "a document has an id", "Document.id")
        ends = [0, *(span.end for span in self.body)]
        ascending = all(span.start >= before for span, before in zip(self.body, ends, strict=False))
        _require(ascending, "body ranges ascend and are disjoint", f"Document {self.id}")
        _require(ends[-1] <= len(self.text), "a body range ends after the text", f"Document {self.id}")

    def in_file(self, span: Span) -> Span:
        """Return where a range of ``text`` stands in the decoded file.

        The result runs from the first to the last character of the range; in HTML, markup may stand between.
        """
        if not self.segments:
            return span
        return Span(self._at(span.start, end=False), self._at(span.end - 1, end=True))

    def _at(self, position: int, *, end: bool) -> int:
        low, high = 0, len(self.segments) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.segments[middle].text <= position else (low, middle - 1)
        segment = self.segments[low]
        offset = position - segment.text
        if offset >= segment.length or segment.length != segment.file_length:
            return segment.file + (segment.file_length if end or offset >= segment.length else 0)
        return segment.file + offset + (1 if end else 0)


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
        _require(all(math.isfinite(value) for value in bounds), "bounds are finite or absent", "Quantity")
        if self.low is not None and self.high is not None:
            _require(self.low <= self.high, f"low {self.low} exceeds high {self.high}", "Quantity")
        _require(self.approximation in APPROXIMATIONS, f"no such approximation: {self.approximation!r}", "Quantity")
        _require(bool(self.unit), "a quantity has a unit", "Quantity.unit")


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
        _require(bool(self.text), "a time has its words", "TimeSpan.text")
        if self.start is not None and self.end is not None:
            _require(self.start <= self.end, "a time starts before it ends", "TimeSpan")


@dataclass(frozen=True, slots=True)
class Claim:
    """One quantity that a text states.

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
        asserted_by: final source as far as the text names one; None where unattributed.
        anonymous: the source is a person or body without a name.
        via: through whom, outermost first.
        hedges: words that weaken or bound the figure, as written.
        flags: what is missing or doubtful, in words.
        thing: group that the counted thing belongs to ("railcar" for "freight wagon"), by which claims are compared.
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

    def __post_init__(self) -> None:
        _require(bool(self.quote.strip()), "a claim has its words", f"Claim {self.id}")
        _require(self.kind in KINDS, f"no such kind of claim: {self.kind!r}", f"Claim {self.id}")
        bare = self.quantity.low is None and self.quantity.high is None
        _require(bare == (self.kind == "comparison"), "all kinds but comparisons have a bound", f"Claim {self.id}")


@dataclass(frozen=True, slots=True)
class Origin:
    """An upstream text that a document takes from.

    Attributes:
        document: id of the document.
        derives_from: "report:NAME", "outlet:NAME" or "document:ID".
        p: strength by rule, in [0, 1]; not calibrated.
        evidence: what it rests on, in words, not empty.
    """

    document: str
    derives_from: str
    p: float
    evidence: tuple[str, ...]

    def __post_init__(self) -> None:
        _require_probability(self.p, "Origin.p")
        _require(bool(self.evidence), "an origin states its evidence", "Origin.evidence")


@dataclass(frozen=True, slots=True)
class AgainstMeasured:
    """How a group of claims sits with a measured count.

    Attributes:
        verdict: "consistent", "inconsistent" or "not comparable".
        p: smallest two-sided tail probability of the group's claims under the measured distribution; None if
            not comparable.
        reason: why not comparable, or what limits the comparison; None where nothing does.
    """

    verdict: str
    p: float | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        _require(self.verdict in VERDICTS, f"no such verdict: {self.verdict!r}", "AgainstMeasured.verdict")
        _require((self.p is None) == (self.verdict == "not comparable"), "p goes with a verdict", "AgainstMeasured.p")
        if self.p is not None:
            _require_probability(self.p, "AgainstMeasured.p")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Claims about the same thing.

    Attributes:
        claims: ids, in reading order, at least one.
        low: smallest stated bound.
        high: largest stated bound, >= low.
        independent_sources: number of distinct final sources that can be named; 0 where none is.
        outliers: ids whose figure cannot be reconciled with the others'.
        changed_bounds: ids that give the same figure another kind of bound than most do.
        against_measured: None where nothing was measured.
    """

    claims: tuple[str, ...]
    low: float
    high: float
    independent_sources: int
    outliers: tuple[str, ...] = ()
    changed_bounds: tuple[str, ...] = ()
    against_measured: AgainstMeasured | None = None

    def __post_init__(self) -> None:
        _require(bool(self.claims), "an agreement is about at least one claim", "Agreement.claims")
        _require(self.low <= self.high, "low exceeds high", "Agreement")
        _require(self.independent_sources >= 0, "sources are counted from 0", "Agreement.independent_sources")


@dataclass(frozen=True, slots=True)
class MeasuredCount:
    """A measured count, for comparison.

    Attributes:
        first: the number that ``p[0]`` belongs to, >= 0.
        p: probability of first, first + 1, …; non-negative, sums to 1 within 1e-6.
        counted: what was counted.
        place: where, or None.
        day: day of the image, or None.
    """

    first: int
    p: tuple[float, ...]
    counted: str = "railcar"
    place: str | None = None
    day: date | None = None

    def __post_init__(self) -> None:
        _require(self.first >= 0, "counts start at 0", "MeasuredCount.first")
        _require(bool(self.p), "a distribution has at least one value", "MeasuredCount.p")
        good = all(math.isfinite(value) and value >= 0.0 for value in self.p)
        _require(good, "probabilities are finite and not negative", "MeasuredCount.p")
        _require(abs(math.fsum(self.p) - 1.0) <= 1e-6, "probabilities sum to 1", "MeasuredCount.p")

    def at_least(self, low: float) -> float:
        """Return P(count >= low)."""
        return min(1.0, math.fsum(p for n, p in enumerate(self.p, self.first) if n >= low))

    def at_most(self, high: float) -> float:
        """Return P(count <= high)."""
        return min(1.0, math.fsum(p for n, p in enumerate(self.p, self.first) if n <= high))


@dataclass(frozen=True, slots=True)
class CoverageResult:
    """All that was found in some documents.

    Attributes:
        documents: as read, ids unique.
        claims: in reading order, each about one of the documents.
        origins: where documents take from; empty where nothing could be determined.
        agreement: groups of claims about the same thing.
        stories: document id -> story id.
    """

    documents: tuple[Document, ...]
    claims: tuple[Claim, ...]
    origins: tuple[Origin, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    stories: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        known = {document.id for document in self.documents}
        _require(len(known) == len(self.documents), "document ids are unique", "CoverageResult.documents")
        ids = {claim.id for claim in self.claims}
        _require(len(ids) == len(self.claims), "claim ids are unique", "CoverageResult.claims")
        _require(all(claim.document in known for claim in self.claims), "a claim of no document", "CoverageResult")
        grouped = {claim for group in self.agreement for claim in group.claims}
        _require(grouped <= ids, "an agreement about unknown claims", "CoverageResult.agreement")
