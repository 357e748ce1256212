"""The judgements with what they rest on, and how the record hangs on what is assumed."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment
from wayside.assessment.language import origin_of_probability, sentence_of
from wayside.model.judgements import Basis, Judgement
from wayside.model.sways import SCENE
from wayside.report.document import Block, Cell, Column, Judged, Line, Row, Section, Span, SpanKind, Table, line, plain
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.scale import likelihood_scale
from wayside.report.figures.sensitivity import SensitivityGroup, SensitivityRow, sensitivity_groups
from wayside.report.words import Words

__all__ = ["judged_block", "judgements_section"]

_EVIDENCE_SHOWN = 4


def judgements_section(assessment: Assessment, words: Words, palette: Palette = OWN) -> Section:
    """Return every judgement of the assessment, and the table of assumptions where there is one."""
    blocks: list[Block] = [judged_block(judged, assessment, words, palette) for judged in assessment.judgements]
    groups = sensitivity_groups(assessment.series, language=words.language, palette=palette)
    if groups:
        left_out = any(row.group == SCENE for row in assessment.series.sensitivity)
        blocks.append(_sensitivity(groups, words, scenes_left_out=left_out))
    return Section("judgements", words.say("judgements.heading"), tuple(blocks), short=words.say("judgements.short"))


def judged_block(judged: Judgement, assessment: Assessment, words: Words, palette: Palette = OWN) -> Judged:
    """Return a judgement as it is shown; likelihood and confidence stand apart."""
    said = assessment.language
    by_analyst = judged.basis is Basis.ANALYST

    def sentences(texts: tuple[str, ...]) -> tuple[Line, ...]:
        return tuple((words.quoted(text, said),) for text in texts)

    return Judged(
        id=f"judgement-{judged.id}",
        sentence=(words.quoted(sentence_of(judged, said), said),),
        probability=judged.probability,
        origin=_origin(judged, words),
        confidence=plain(
            words.say("judgements.confidence", level=words.name_of("confidence", judged.confidence.value))
        ),
        reasons=sentences(judged.confidence_reasons),
        scale=likelihood_scale(judged.probability, language=words.language, palette=palette),
        by_analyst=by_analyst,
        assumes_heading=words.say("judgements.assumes"),
        assumes=sentences(judged.assumptions),
        change_heading=words.say("judgements.change"),
        change=sentences(judged.would_change),
        evidence=_evidence(judged, assessment, words),
    )


def _origin(judged: Judgement, words: Words) -> Line:
    kind = SpanKind.ANALYST if judged.basis is Basis.ANALYST else SpanKind.PLAIN
    return (Span(origin_of_probability(judged, words.language), kind),)


def _evidence(judged: Judgement, assessment: Assessment, words: Words) -> Line:
    """Return what a judgement rests on: its number of rows, and the ids of all that is no row of the assessment."""
    if not judged.evidence:
        return plain(words.say("judgements.no_evidence"))
    rows = {row.id for row in assessment.rows}
    seen = sum(one in rows for one in judged.evidence)
    others = [one for one in judged.evidence if one not in rows]
    parts = [words.say("judgements.rows", counts=seen)] if seen else []
    parts += others[:_EVIDENCE_SHOWN]
    parts += [words.say("judgements.more", n=len(others) - _EVIDENCE_SHOWN)] if len(others) > _EVIDENCE_SHOWN else []
    return plain(words.say("judgements.evidence", what="; ".join(parts)))


def _sensitivity(groups: tuple[SensitivityGroup, ...], words: Words, *, scenes_left_out: bool) -> Table:
    caption = words.say("sensitivity.caption")
    if scenes_left_out:
        caption += " " + words.say("sensitivity.scenes")
    names = ("assumed", "all_days", "scale", "observed", "weight", "surge", "onset")
    wordy, pictured = {"assumed"}, {"scale"}
    columns = tuple(
        Column(plain(words.say(f"sensitivity.{name}")), numeric=name not in wordy | pictured, wide=name in wordy)
        for name in names
    )
    rows: list[Row] = []
    for i, group in enumerate(groups):
        rows += [Row((Cell(plain(group.name)),), heading=True)] if group.name else []
        rows += [_row(row, emphasised=i == 0) for row in group.rows]
        rows += [Row((Cell((words.quoted(group.rest, words.language),)),))] if group.rest else []
    return Table("table-sensitivity", "", plain(caption), columns, tuple(rows))


def _row(row: SensitivityRow, *, emphasised: bool) -> Row:
    texts = (row.all_days, row.observed, row.weight, row.surge, row.onset)
    all_days, *others = (Cell(plain(text)) for text in texts)
    return Row(
        (Cell(line(row.assumption)), all_days, Cell((), graphic=row.dot), *others),
        emphasised=emphasised,
    )
