"""Values of agreement: claims side by side, beside a measured count, and what an analyst thinks of their sources."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from wayside.model.checks import require, require_probability

__all__ = ["AgainstMeasured", "Agreement", "Contradiction", "MeasuredCount", "Rating"]

VERDICTS = ("consistent", "inconsistent", "not comparable")
# The Admiralty code: reliability of the source, credibility of the information. F and 6 are no grades.
RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


@dataclass(frozen=True, slots=True)
class AgainstMeasured:
    """How a group of claims sits with a measured count.

    Attributes:
        verdict: "consistent", "inconsistent" or "not comparable".
        p: smallest two-sided tail probability of the group's claims under the measured distribution; None if
            not comparable.
        claims: ids of the claims that were compared; the others of the group are about another day or place.
        reason: why not comparable, or what limits the comparison; None where nothing does.
    """

    verdict: str
    p: float | None = None
    reason: str | None = None
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require(self.verdict in VERDICTS, f"no such verdict: {self.verdict!r}", where="AgainstMeasured.verdict")
        require(
            (self.p is None) == (self.verdict == "not comparable"), "p goes with a verdict", where="AgainstMeasured.p"
        )
        if self.p is not None:
            require_probability("AgainstMeasured.p", self.p)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims that cannot both be true.

    Attributes:
        one: id of a claim.
        other: id of another.
        text: what contradicts what, in a sentence.
    """

    one: str
    other: str
    text: str

    def __post_init__(self) -> None:
        require(self.one != self.other and bool(self.text), "two claims contradict each other", where="Contradiction")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Claims about the same thing.

    Attributes:
        claims: ids, in reading order, at least one.
        low: smallest stated bound; None for statements without figures.
        high: largest stated bound, >= low; None with ``low``.
        independent_sources: number of distinct final sources that can be named; 0 where none is.
        outliers: ids whose figure cannot be reconciled with the others'.
        changed_bounds: ids that give the same figure another kind of bound than most do.
        against_measured: None where nothing was measured.
        story: id of the story.
        about: what the claims are about, in words ("freight cars at Tumangang").
        sources: final sources by name, one tuple for each that is independent: names that stand together lead back to
            one observation.
        sources_p: probability of 0, 1, 2, … independent sources, where derivations are uncertain; sums to 1; empty
            where it was not computed.
        contradictions: pairs of claims that cannot both be true.
    """

    claims: tuple[str, ...]
    low: float | None
    high: float | None
    independent_sources: int
    outliers: tuple[str, ...] = ()
    changed_bounds: tuple[str, ...] = ()
    against_measured: AgainstMeasured | None = None
    story: str | None = None
    about: str = ""
    sources: tuple[tuple[str, ...], ...] = ()
    sources_p: tuple[float, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def __post_init__(self) -> None:
        require(bool(self.claims), "an agreement is about at least one claim", where="Agreement.claims")
        require((self.low is None) == (self.high is None), "both bounds or none", where="Agreement")
        ordered = self.low is None or self.high is None or self.low <= self.high
        require(ordered, "low exceeds high", where="Agreement")
        require(self.independent_sources >= 0, "sources are counted from 0", where="Agreement.independent_sources")
        if self.sources_p:
            total = math.fsum(self.sources_p)
            require(abs(total - 1.0) <= 1e-6, "probabilities sum to 1", where="Agreement.sources_p")


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
        require(self.first >= 0, "counts start at 0", where="MeasuredCount.first")
        require(bool(self.p), "a distribution has at least one value", where="MeasuredCount.p")
        good = all(math.isfinite(value) and value >= 0.0 for value in self.p)
        require(good, "probabilities are finite and not negative", where="MeasuredCount.p")
        require(abs(math.fsum(self.p) - 1.0) <= 1e-6, "probabilities sum to 1", where="MeasuredCount.p")

    def at_least(self, low: float) -> float:
        """Return P(count >= low)."""
        return min(1.0, math.fsum(p for n, p in enumerate(self.p, self.first) if n >= low))

    def quantile(self, level: float) -> int:
        """Return the smallest count at which the distribution reaches a level in [0, 1]."""
        reached = (n for n, total in enumerate(accumulate(self.p), self.first) if total >= level - 1e-9)
        return next(reached, self.first + len(self.p) - 1)

    def at_most(self, high: float) -> float:
        """Return P(count <= high)."""
        return min(1.0, math.fsum(p for n, p in enumerate(self.p, self.first) if n <= high))


@dataclass(frozen=True, slots=True)
class Rating:
    """An analyst's grade of a source and of its information, in the Admiralty code. It is entered, never computed.

    Attributes:
        subject: id of a source, a document or a claim.
        reliability: "A" to "F" of the source, or None where it is not graded. "F": cannot be judged.
        credibility: "1" to "6" of the information, or None. "6": cannot be judged.
        by: the analyst.
        on: the day.
        note: the reason, in words, or "".
    """

    subject: str
    reliability: str | None
    credibility: str | None
    by: str
    on: date
    note: str = ""

    def __post_init__(self) -> None:
        where = f"rating of {self.subject!r}"
        require(bool(self.subject), "a rating names what it rates", where="Rating.subject")
        graded = self.reliability is not None or self.credibility is not None
        require(graded, "neither reliability nor credibility is given", where=where)
        known = self.reliability is None or self.reliability in RELIABILITY
        require(known, f"no such reliability: {self.reliability!r}", where=where, todo="A to F")
        known = self.credibility is None or self.credibility in CREDIBILITY
        require(known, f"no such credibility: {self.credibility!r}", where=where, todo="1 to 6")
        require(bool(self.by.strip()), "a rating says whose it is", where=where)
