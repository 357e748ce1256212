"""What an analyst entered beside the counts, and competing hypotheses set against evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wayside.model.checks import require, require_finite, require_text
from wayside.model.judgements import EnteredJudgement
from wayside.model.obligations import Obligation

__all__ = [
    "MACHINE",
    "CompetingHypotheses",
    "Consistency",
    "Degree",
    "Entered",
    "Evidence",
    "EvidenceKind",
    "Hypothesis",
    "LeftOut",
    "MatrixCell",
    "MatrixRow",
    "OneStep",
    "Rating",
    "Standing",
]

MACHINE = "wayside"
"""Who rates where no analyst did; no analyst may sign with this name."""


class Consistency(StrEnum):
    """Whether one would expect a piece of evidence if a hypothesis were true."""

    CC = "CC"
    """Very consistent: just what one would expect."""
    C = "C"
    """Consistent."""
    N = "N"
    """Neutral: it can be read either way, or says nothing."""
    I = "I"  # noqa: E741  the method's own letter
    """Inconsistent."""
    II = "II"
    """Very inconsistent: one would hardly see it."""
    NA = "NA"
    """Not applicable to this hypothesis."""


class Degree(StrEnum):
    """How credible or how relevant a piece of evidence is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class EvidenceKind(StrEnum):
    """Where a piece of evidence comes from."""

    MEASURED = "measured"
    PUBLISHED = "published"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One explanation that competes with others.

    Attributes:
        id: short name, unique within an assessment.
        statement: what would be so, one sentence.
        short: its name in a narrow column; the id where empty.
        standing: whether it is of the standing set.
        by: who set it up; ``MACHINE`` for one of the standing set.
        obligations: ids of the obligations that an analyst attached to it.
    """

    id: str
    statement: str
    short: str = ""
    standing: bool = False
    by: str = ""
    obligations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("hypothesis id", self.id)
        require_text("hypothesis statement", self.statement)

    @property
    def name(self) -> str:
        """Its name in a narrow column."""
        return self.short or self.id


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, an argument or the absence of something expected included.

    Attributes:
        id: short name, unique within an assessment.
        text: what is known, one sentence.
        kind: where it comes from.
        by: who entered it; ``MACHINE`` for what wayside measured.
        on: the day on which it was entered, or of the scene that it was measured in; None where nobody said.
        credibility: how far it can be believed.
        relevance: how much it matters to the question.
        refers: ids of judgements, scenes, claims and zones that it rests on.
        source: whose word it is, where it was published; may be empty.
        url: where that can be read, http or https; may be empty.
    """

    id: str
    text: str
    kind: EvidenceKind
    by: str
    on: date | None = None
    credibility: Degree = Degree.MEDIUM
    relevance: Degree = Degree.MEDIUM
    refers: tuple[str, ...] = ()
    source: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        for name, text in (("id", self.id), ("text", self.text), ("author", self.by)):
            require_text(f"evidence: {name}", text)
        require(
            not self.url or self.url.startswith(("https://", "http://")),
            f"evidence {self.id}: not a web address: {self.url[:60]!r}",
        )


@dataclass(frozen=True, slots=True)
class Rating:
    """How one piece of evidence sits with one hypothesis, and who says so.

    Attributes:
        evidence: id of the piece.
        hypothesis: id of the hypothesis.
        value: the rating.
        by: who rates; ``MACHINE`` for a proposal of wayside.
        note: why; may be empty.
        on: the day of the rating; None where nobody said.
    """

    evidence: str
    hypothesis: str
    value: Consistency
    by: str
    note: str = ""
    on: date | None = None

    def __post_init__(self) -> None:
        for name, text in (("evidence", self.evidence), ("hypothesis", self.hypothesis), ("author", self.by)):
            require_text(f"rating: {name}", text)


@dataclass(frozen=True, slots=True)
class Entered:
    """Everything in an analyst's file.

    Attributes:
        judgements: the analyst's own.
        standing: ids of the standing hypotheses that are switched on.
        hypotheses: the analyst's own, and standing ones as far as the analyst attached something to them.
        evidence: what the analyst entered.
        ratings: the analyst's, at most one for each piece and hypothesis.
        obligations: the analyst's own.
        measured: whether wayside adds the evidence that it measured.
    """

    judgements: tuple[EnteredJudgement, ...] = ()
    standing: tuple[str, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    ratings: tuple[Rating, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    measured: bool = True

    def __post_init__(self) -> None:
        for what, ids in (
            ("judgement", [one.id for one in self.judgements]),
            ("standing hypothesis", list(self.standing)),
            ("hypothesis", [one.id for one in self.hypotheses]),
            ("evidence", [one.id for one in self.evidence]),
            ("obligation", [one.id for one in self.obligations]),
            ("rating", [f"{one.evidence} {one.hypothesis}" for one in self.ratings]),
        ):
            _require_once(f"entered {what}", ids)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One cell of the matrix.

    Attributes:
        hypothesis: id of its column.
        entered: the analyst's rating; None where there is none.
        proposed: wayside's proposal; None where it has none.
    """

    hypothesis: str
    entered: Rating | None = None
    proposed: Rating | None = None

    @property
    def rating(self) -> Rating | None:
        """The rating that stands: the analyst's before the proposal; None where nobody rated."""
        return self.entered or self.proposed

    @property
    def overridden(self) -> bool:
        """Whether the analyst rates otherwise than wayside proposes."""
        return self.entered is not None and self.proposed is not None and self.entered.value != self.proposed.value


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One piece of evidence against all hypotheses.

    Attributes:
        evidence: the piece.
        cells: one for each hypothesis, in the matrix's order.
        weight: credibility by relevance, 0.5 to 2.
        diagnosticity: weighted mean difference of its ratings between two hypotheses, 0 to 8; 0 where all are alike.
    """

    evidence: Evidence
    cells: tuple[MatrixCell, ...]
    weight: float
    diagnosticity: float

    def __post_init__(self) -> None:
        require_finite("weight of evidence", self.weight, low=0.0)
        require_finite("diagnosticity", self.diagnosticity, low=0.0)

    @property
    def diagnostic(self) -> bool:
        """Whether it tells any hypothesis from another."""
        return self.diagnosticity > 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a hypothesis stands among its rivals.

    Attributes:
        hypothesis: its id.
        inconsistency: weighted inconsistency score, 0 or more; the lower, the less speaks against it.
        rank: 1 for the least inconsistent; equal scores share a rank and the next ones are passed over.
        inconsistent: number of pieces rated I.
        very_inconsistent: number of pieces rated II.
        unrated: number of pieces that nobody rated against it.
    """

    hypothesis: str
    inconsistency: float
    rank: int
    inconsistent: int = 0
    very_inconsistent: int = 0
    unrated: int = 0

    def __post_init__(self) -> None:
        require_finite("inconsistency", self.inconsistency, low=0.0)
        require(self.rank >= 1, f"ranks begin with 1, not {self.rank}")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What becomes of the order without one piece of evidence.

    Attributes:
        evidence: id of the piece.
        standings: every hypothesis without it, in the new order.
        first: ids of the least inconsistent without it.
        changes_first: whether these are others than with it.
        changes_order: whether any two hypotheses change places, part or come level.
    """

    evidence: str
    standings: tuple[Standing, ...]
    first: tuple[str, ...]
    changes_first: bool
    changes_order: bool


@dataclass(frozen=True, slots=True)
class OneStep:
    """A rating that would change the least inconsistent hypotheses if it were one step off.

    Attributes:
        evidence: id of the piece.
        hypothesis: id of the hypothesis.
        was: the rating that stands.
        would_be: the next one on the scale.
        first: ids of the least inconsistent then.
    """

    evidence: str
    hypothesis: str
    was: Consistency
    would_be: Consistency
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompetingHypotheses:
    """Hypotheses by evidence, scored.

    Attributes:
        hypotheses: two or more, the least inconsistent first; those of one score in the order they were set up.
        rows: the evidence, the most diagnostic first.
        standings: one for each hypothesis, in their order.
        left_out: what becomes of the order without each piece, in the rows' order.
        one_step: single ratings that the first place hangs on; empty where it hangs on none.
        steps_tried: number of single steps that were tried.
        obligations: those that are attached to any hypothesis.
        notes: what of the analyst's file could not be used here, sentences.
    """

    hypotheses: tuple[Hypothesis, ...]
    rows: tuple[MatrixRow, ...]
    standings: tuple[Standing, ...]
    left_out: tuple[LeftOut, ...] = ()
    one_step: tuple[OneStep, ...] = ()
    steps_tried: int = 0
    obligations: tuple[Obligation, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = [one.id for one in self.hypotheses]
        require(len(ids) >= 2, "hypotheses compete: there are two or more")
        _require_once("hypothesis", ids)
        _require_once("evidence", [row.evidence.id for row in self.rows])
        require([one.hypothesis for one in self.standings] == ids, "standings and hypotheses have one order")
        for row in self.rows:
            cells = [cell.hypothesis for cell in row.cells]
            require(cells == ids, f"the row of evidence {row.evidence.id} has a cell for each hypothesis, in order")
        known = {one.id for one in self.obligations}
        missing = sorted({i for one in self.hypotheses for i in one.obligations} - known)
        require(not missing, f"hypotheses name obligations that are not there: {', '.join(missing)}")

    @property
    def first(self) -> tuple[str, ...]:
        """Ids of the least inconsistent hypotheses; several where they are level."""
        return tuple(one.hypothesis for one in self.standings if one.rank == 1)

    def hypothesis(self, hypothesis_id: str) -> Hypothesis:
        """Return the hypothesis of that id.

        Raises:
            ValueRefusedError: there is none.
        """
        found = next((one for one in self.hypotheses if one.id == hypothesis_id), None)
        require(found is not None, f"there is no hypothesis {hypothesis_id!r}")
        return found  # type: ignore[return-value]  # refused above


def _require_once(what: str, ids: Sequence[str]) -> None:
    twice = sorted({i for i in ids if ids.count(i) > 1})
    require(not twice, f"{what}: given twice: {', '.join(twice)}")
