"""What an analyst entered beside the counts, and competing hypotheses set against evidence."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.judgements import EnteredJudgement

__all__ = ["CompetingHypotheses", "Entered"]


@dataclass(frozen=True, slots=True)
class Entered:
    """Everything in an analyst's file.

    Attributes:
        judgements: the analyst's own.
    """

    judgements: tuple[EnteredJudgement, ...] = ()


@dataclass(frozen=True, slots=True)
class CompetingHypotheses:
    """Hypotheses by evidence, scored."""
