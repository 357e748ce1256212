"""What is concluded, how likely, how sure, and on what it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wayside.model.checks import require, require_probability, require_text

__all__ = ["Basis", "Confidence", "EnteredJudgement", "Judgement"]


class Confidence(StrEnum):
    """How well founded a judgement is; never said in one sentence with its likelihood."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


class Basis(StrEnum):
    """Where a probability comes from."""

    COMPUTED = "computed"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One conclusion.

    Attributes:
        id: short name, unique within an assessment ("record-observed").
        statement: what is judged, as a clause that a likelihood can stand before ("the count exceeds every earlier
            scene").
        probability: 0 to 1.
        words: the ICD 203 term for that probability.
        basis: computed by wayside, or set by an analyst.
        confidence: how well founded.
        confidence_reasons: why that confidence, sentences.
        evidence: ids of scenes, observations and claims that it rests on.
        assumptions: what must hold for it, sentences.
        would_change: what would change it, sentences.
        author: who set it, where an analyst did; empty for a computed one.
        stated: the day on which the author set it; None for a computed one.
        band_pct: both ends of the likelihood in whole percent where an analyst set a band and not a number;
            ``probability`` is then the end nearest to even chance. Else None.
    """

    id: str
    statement: str
    probability: float
    words: str
    basis: Basis
    confidence: Confidence
    confidence_reasons: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    author: str = ""
    stated: date | None = None
    band_pct: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        require_text("judgement id", self.id)
        require_text("judgement statement", self.statement)
        require_text("likelihood words", self.words)
        require_probability("judgement probability", self.probability)
        require(
            not self.statement.rstrip().endswith("."),
            "a judgement's statement is a clause, without its full stop",
        )
        by_analyst = self.basis is Basis.ANALYST
        require(
            by_analyst == bool(self.author.strip()) == (self.stated is not None),
            f"judgement {self.id}: an analyst's judgement names its author and day, a computed one has neither",
        )
        if self.band_pct is not None:
            low, high = self.band_pct
            held = 1 <= low < high <= 99 and low / 100 <= self.probability <= high / 100
            require(
                by_analyst and held, f"judgement {self.id}: a band of likelihood is an analyst's and holds its number"
            )


@dataclass(frozen=True, slots=True)
class EnteredJudgement:
    """What an analyst judges, as the analyst entered it.

    Attributes:
        id: short name, unique among the entered ones.
        concerns: "content", "intent" or "other": what images alone cannot tell is so marked.
        statement: a clause that a likelihood can stand before, without words of likelihood or certainty of its own.
        low_pct, high_pct: the analyst's likelihood, whole percent, 1 to 99; both ends of a term's band where a term was
            entered, equal where a number was.
        author: the analyst's name.
        stated: the day on which it was set.
        confidence: how well founded, by the analyst.
        confidence_reasons, evidence, assumptions, would_change: as for ``Judgement``; entered, not computed.
    """

    id: str
    concerns: str
    statement: str
    low_pct: int
    high_pct: int
    author: str
    stated: date
    confidence: Confidence
    confidence_reasons: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, text in (("id", self.id), ("statement", self.statement), ("author", self.author)):
            require_text(f"entered judgement: {name}", text)
        require(self.concerns in {"content", "intent", "other"}, f"a judgement does not concern {self.concerns!r}")
        require(
            1 <= self.low_pct <= self.high_pct <= 99,
            f"a likelihood lies within 1 to 99 %, not {self.low_pct} to {self.high_pct}",
        )
