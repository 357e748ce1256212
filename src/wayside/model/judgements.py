"""What is concluded, how likely, how sure, and on what it rests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wayside.model.checks import require, require_probability, require_text

__all__ = ["Basis", "Confidence", "Judgement"]


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

    def __post_init__(self) -> None:
        require_text("judgement id", self.id)
        require_text("judgement statement", self.statement)
        require_text("likelihood words", self.words)
        require_probability("judgement probability", self.probability)
        require(
            not self.statement.rstrip().endswith("."),
            "a judgement's statement is a clause, without its full stop",
        )
