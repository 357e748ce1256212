"""Hypotheses that an analyst set up, against the evidence that is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wayside.assessment.assessment import Assessment
from wayside.assessment.hypotheses.measuring import measured_evidence
from wayside.assessment.hypotheses.scoring import (
    Rated,
    diagnosticity,
    leave_each_out,
    one_step_off,
    standings,
    weight_of,
)
from wayside.assessment.hypotheses.standing import MEASURED_PREFIX, proposed_ratings, standing_hypotheses
from wayside.assessment.obligations import reference_obligations
from wayside.language.phrases import phrases
from wayside.model.hypotheses import (
    CompetingHypotheses,
    Entered,
    Evidence,
    Hypothesis,
    MatrixCell,
    MatrixRow,
    Rating,
    Standing,
)
from wayside.model.obligations import Obligation

__all__ = ["compete", "matrix"]


def compete(entered: Entered, assessment: Assessment, language: str = "en") -> CompetingHypotheses | None:
    """Set the hypotheses of an analyst's file against its evidence and against what wayside measured.

    Args:
        entered: the analyst's file.
        assessment: what was measured; its own hypotheses are not looked at.
        language: ISO 639-1 of what wayside words.

    Returns:
        The matrix with its scores; None where fewer than two hypotheses are set up, as one has no rival.
    """
    hypotheses = _hypotheses(entered, language)
    if len(hypotheses) < 2:
        return None
    measured = measured_evidence(assessment, language) if entered.measured else ()
    evidence = (*entered.evidence, *measured)
    proposed = [rating for piece in measured for rating in proposed_ratings(piece.id, language)]
    obligations = (*reference_obligations(language), *entered.obligations)
    notes = tuple(_notes(entered, assessment, hypotheses, evidence, language))
    return matrix(hypotheses, evidence, entered.ratings, proposed, obligations=obligations, notes=notes)


def matrix(
    hypotheses: Sequence[Hypothesis],
    evidence: Sequence[Evidence],
    entered: Iterable[Rating],
    proposed: Iterable[Rating] = (),
    *,
    obligations: Iterable[Obligation] = (),
    notes: tuple[str, ...] = (),
) -> CompetingHypotheses:
    """Return the matrix of hypotheses by evidence, ordered and scored.

    Args:
        hypotheses: two or more.
        evidence: in the order in which equally diagnostic pieces are to stand.
        entered: an analyst's ratings; those of other pieces or hypotheses are left out.
        proposed: ratings that hold where the analyst gave none.
        obligations: all that the hypotheses may name; those that none names are left out.
        notes: what could not be used.
    """
    by_analyst, by_machine = _by_cell(entered), _by_cell(proposed)
    ids = [one.id for one in hypotheses]

    def cell(piece: Evidence, hypothesis: str) -> MatrixCell:
        key = piece.id, hypothesis
        return MatrixCell(hypothesis, by_analyst.get(key), by_machine.get(key))

    def rated(piece: Evidence, order: Iterable[str]) -> Rated:
        stands = (cell(piece, name).rating for name in order)
        return Rated(piece, tuple(None if one is None else one.value for one in stands))

    ranked = standings(ids, [rated(piece, ids) for piece in evidence])
    order = [one.hypothesis for one in ranked]
    pieces = sorted((rated(piece, order) for piece in evidence), key=lambda one: -diagnosticity(one))
    steps, tried = one_step_off(order, pieces)
    named = {i for one in hypotheses for i in one.obligations}
    return CompetingHypotheses(
        hypotheses=_in_order(hypotheses, ranked),
        rows=tuple(
            MatrixRow(
                piece.evidence,
                tuple(cell(piece.evidence, name) for name in order),
                weight_of(piece.evidence),
                diagnosticity(piece),
            )
            for piece in pieces
        ),
        standings=ranked,
        left_out=leave_each_out(order, pieces),
        one_step=steps,
        steps_tried=tried,
        obligations=tuple(one for one in obligations if one.id in named),
        notes=notes,
    )


def _by_cell(ratings: Iterable[Rating]) -> Mapping[tuple[str, str], Rating]:
    return {(one.evidence, one.hypothesis): one for one in ratings}


def _in_order(hypotheses: Iterable[Hypothesis], ranked: Iterable[Standing]) -> tuple[Hypothesis, ...]:
    by_id = {one.id: one for one in hypotheses}
    return tuple(by_id[one.hypothesis] for one in ranked)


def _hypotheses(entered: Entered, language: str) -> tuple[Hypothesis, ...]:
    """Return the standing hypotheses that are switched on, then the analyst's own."""
    attached = {one.id: one.obligations for one in entered.hypotheses if one.standing}
    standing = tuple(
        Hypothesis(one.id, one.statement, one.short, one.standing, one.by, attached.get(one.id, ()))
        for one in standing_hypotheses(language)
        if one.id in entered.standing
    )
    return (*standing, *(one for one in entered.hypotheses if not one.standing))


def _notes(
    entered: Entered,
    assessment: Assessment,
    hypotheses: Sequence[Hypothesis],
    evidence: Sequence[Evidence],
    language: str,
) -> Iterator[str]:
    """Yield what of an analyst's file has no use here: it may have been written for an earlier count."""
    words = phrases("hypotheses", language)
    pieces, names = {one.id for one in evidence}, {one.id for one in hypotheses}
    absent = [one.evidence for one in entered.ratings if one.evidence not in pieces]
    for name in dict.fromkeys(absent):
        if name.startswith(MEASURED_PREFIX):
            yield words.say("note.unmeasured", evidence=name)
    for rating in entered.ratings:
        if rating.hypothesis not in names:
            yield words.say("note.unused-rating", evidence=rating.evidence, hypothesis=rating.hypothesis)
    known = _known_ids(entered, assessment)
    for piece in entered.evidence:
        for reference in piece.refers:
            if reference not in known:
                yield words.say("note.unknown-reference", evidence=piece.id, reference=reference)


def _known_ids(entered: Entered, assessment: Assessment) -> set[str]:
    """Return the ids of everything that a piece of evidence may rest on."""
    known = {row.id for row in assessment.rows} | {one.id for one in assessment.judgements}
    known |= {one.id for one in entered.judgements} | {one.zone_id for one in assessment.zones}
    if assessment.coverage is not None:
        known |= {one.id for one in assessment.coverage.claims} | {one.id for one in assessment.coverage.documents}
    return known
