"""What judgements are made from, and how one is put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wayside.assessment.assessment import Counted, CountedScene, Gap, Look, PublishedCount
from wayside.assessment.confidence import Reason, confidence_of
from wayside.assessment.language import likelihood_words
from wayside.assessment.telling import Teller
from wayside.model.consists import ConsistMatch
from wayside.model.coverage import CoverageResult
from wayside.model.judgements import Basis, Judgement
from wayside.model.series import MaxBound, SeriesResult
from wayside.model.zones import ZoneFinding

__all__ = ["Grounds", "Support", "concluded", "ids_of"]


@dataclass(frozen=True)
class Grounds:
    """What judgements are made from.

    Attributes:
        newest: the scene, or the published count, that is judged.
        rows: all of them in order of date.
        series: what the counts say over time, made from the same rows.
        counted: which count is judged.
        gaps: long stretches without a usable row.
        zones: what is said of the storage zones.
        coverage: what was read in articles; None where none were read.
        bounds: published bounds over periods, as the series was made with.
        language: ISO 639-1 of the sentences.
        matches: trains that may have been seen twice.
    """

    newest: Look
    rows: tuple[Look, ...]
    series: SeriesResult
    counted: Counted = Counted.FREIGHT
    gaps: tuple[Gap, ...] = ()
    zones: tuple[ZoneFinding, ...] = ()
    coverage: CoverageResult | None = None
    bounds: tuple[MaxBound, ...] = ()
    language: str = "en"
    matches: tuple[ConsistMatch, ...] = ()

    @property
    def teller(self) -> Teller:
        """How its sentences are told."""
        return Teller(self.language, any(isinstance(row, PublishedCount) for row in self.rows))

    @property
    def noun(self) -> str:
        """What is counted, as it stands behind a number in the language."""
        return self.teller.say("counted", self.counted.value)

    @property
    def scenes(self) -> tuple[CountedScene, ...]:
        """The rows that were counted here."""
        return tuple(row for row in self.rows if isinstance(row, CountedScene))

    @property
    def published(self) -> tuple[PublishedCount, ...]:
        """The rows that others published."""
        return tuple(row for row in self.rows if isinstance(row, PublishedCount))

    def earlier(self, first: date, last: date) -> tuple[Look, ...]:
        """Return the usable rows from ``first`` to ``last``, without the newest."""
        return tuple(row for row in self.rows if row.usable and row is not self.newest and first <= row.day <= last)

    def bounds_within(self, first: date, last: date) -> tuple[MaxBound, ...]:
        """Return the published bounds that reach into a stretch of time."""
        return tuple(bound for bound in self.bounds if bound.first <= last and bound.last >= first)


@dataclass(frozen=True, slots=True)
class Support:
    """What stands behind one judgement.

    Attributes:
        reasons: what its confidence rests on, one or more.
        evidence: ids of scenes and claims.
        assumptions: what must hold for it, sentences.
        would_change: what would change it, sentences.
    """

    reasons: tuple[Reason, ...]
    evidence: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()


def concluded(judgement_id: str, statement: str, probability: float, support: Support) -> Judgement:
    """Return a computed judgement."""
    confidence, sentences = confidence_of(support.reasons)
    return Judgement(
        id=judgement_id,
        statement=statement,
        probability=probability,
        words=likelihood_words(probability).words,
        basis=Basis.COMPUTED,
        confidence=confidence,
        confidence_reasons=sentences,
        evidence=support.evidence,
        assumptions=support.assumptions,
        would_change=support.would_change,
    )


def ids_of(rows: Iterable[Look]) -> tuple[str, ...]:
    """Return the ids of rows."""
    return tuple(row.id for row in rows)
