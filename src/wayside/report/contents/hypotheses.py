"""The section of competing hypotheses: who explains the evidence how well, on whose ratings, and what that hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from wayside.assessment.assessment import Assessment
from wayside.language.phrases import Phrases, phrases
from wayside.model.hypotheses import (
    MACHINE,
    CompetingHypotheses,
    Consistency,
    Evidence,
    Hypothesis,
    MatrixCell,
    MatrixRow,
    Rating,
    Standing,
)
from wayside.model.obligations import Obligation
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Definition,
    Definitions,
    Fold,
    Line,
    Paragraph,
    Row,
    Section,
    Span,
    SpanKind,
    Table,
    Tone,
    foreign,
    line,
    plain,
)

__all__ = ["hypotheses_section"]

_MARKS = {
    Consistency.CC: "good",
    Consistency.C: "good",
    Consistency.N: "neutral",
    Consistency.I: "bad",
    Consistency.II: "very-bad",
    Consistency.NA: "",
}
_DAGGER = "†"
_DASH = "–"
_SLOT = "\ue000"
"""A character of nobody's: where a line is put into a sentence."""


def hypotheses_section(assessment: Assessment) -> Section | None:
    """Return the section of competing hypotheses; None where nobody set any up.

    Args:
        assessment: its ``hypotheses`` are shown, in its language.
    """
    if assessment.hypotheses is None:
        return None
    view = _View(assessment.hypotheses, phrases("hypotheses", assessment.language))
    blocks: list[Block] = [
        *_lead(view),
        _explanations(view),
        _matrix(view),
        Paragraph(plain(_marks(view)), Tone.NOTE),
        *_unrated(view),
        *_undiagnostic(view),
        Paragraph(plain(view.say("sensitivity")), Tone.HEADING),
        *_sensitivity(view),
        *_obligations(view),
        Paragraph(plain(view.say("not-evidence")), Tone.HEADING),
        Bullets(tuple(plain(view.say(f"not-evidence-{what}")) for what in ("direction", "content", "empty"))),
        *_notes(view),
        Fold(view.say("ratings"), (_reasons(view),)),
        Fold(view.say("method"), tuple(Paragraph(plain(view.say(key))) for key in ("method-text", "method-limits"))),
    ]
    return Section("hypotheses", view.say("heading"), tuple(blocks), short=view.say("short"))


@dataclass(frozen=True)
class _View:
    """The matrix with the words to show it in."""

    competing: CompetingHypotheses
    words: Phrases

    def say(self, key: str, **values: object) -> str:
        """Return a sentence of the section."""
        return self.words.say(f"section.{key}", **values)

    def filled(self, key: str, slot: str, inner: Line, **values: object) -> Line:
        """Return a sentence of the section with a line in one of its places, so that foreign words stay apart."""
        before, _, after = self.say(key, **{slot: _SLOT}, **values).partition(_SLOT)
        return line(before, inner, after)

    def number(self, value: float) -> str:
        """Return a score with two decimals."""
        return self.words.writer.decimal(value, 2)

    def letter(self, hypothesis: str) -> str:
        """Return the letter of a hypothesis: A for the least inconsistent."""
        return chr(ord("A") + [one.id for one in self.competing.hypotheses].index(hypothesis))

    def named(self, hypothesis: str) -> Line:
        """Return the letter and the name of a hypothesis."""
        one = self.competing.hypothesis(hypothesis)
        return line(Span(self.letter(hypothesis), SpanKind.STRONG), "\u00a0", _words_of(one, one.name))

    def quoted(self, hypotheses: Sequence[str]) -> Line:
        """Return several hypotheses by letter and name: "A x, B y and C z"."""
        *most, last = (self.named(one) for one in hypotheses)
        found: Line = ()
        for k, one in enumerate(most):
            found = line(found, self.words.say("words.comma") if k else "", one)
        return line(found, self.words.say("words.and"), last) if most else last

    def piece(self, evidence_id: str) -> Line:
        """Return a piece of evidence by its number in the matrix and its text, without the full stop."""
        k = next(k for k, row in enumerate(self.competing.rows) if row.evidence.id == evidence_id)
        text = self.competing.rows[k].evidence.text.removesuffix(".")
        return line(Span(str(k + 1), SpanKind.STRONG), "\u00a0", foreign(text))

    def order(self, standings: Iterable[Standing]) -> str:
        """Return an order by letters: "A = B < C"."""
        text, rank = "", 0
        for one in standings:
            between = "" if not rank else self.words.say("words.level" if one.rank == rank else "words.before")
            text += between + self.letter(one.hypothesis)
            rank = one.rank
        return text


def _words_of(one: Hypothesis, text: str) -> Span:
    return Span(text) if one.standing else foreign(text)


# ---------------------------------------------------------------------- the order
def _lead(view: _View) -> Iterable[Block]:
    competing = view.competing
    key = "first-one" if len(competing.first) == 1 else "first-many"
    sentence = view.filled(key, "names", view.quoted(competing.first), n=len(competing.hypotheses))
    yield Paragraph(line(sentence, " ", view.say("not-true")))
    if any(row.evidence.by == MACHINE for row in competing.rows):
        yield Paragraph(plain(view.say("images-limits")))


def _explanations(view: _View) -> Table:
    names = ("explanation", "statement", "score", "count-row", "rank-row")
    numeric = {"score", "count-row", "rank-row"}
    columns = tuple(Column(plain(view.say(name)), numeric=name in numeric, wide=name == "statement") for name in names)
    rows = []
    for one, standing in zip(view.competing.hypotheses, view.competing.standings, strict=True):
        by = view.say("standing-set") if one.standing else one.by
        rows.append(
            Row(
                (
                    Cell(view.named(one.id)),
                    Cell((_words_of(one, one.statement),), under=(_by(one, by),) if by else ()),
                    Cell(plain(view.number(standing.inconsistency))),
                    Cell(plain(f"{standing.inconsistent} + {standing.very_inconsistent}")),
                    Cell(plain(str(standing.rank))),
                ),
                emphasised=standing.rank == 1,
            )
        )
    return Table("table-explanations", "", plain(view.say("explanations-caption")), columns, tuple(rows))


def _by(one: Hypothesis, by: str) -> Line:
    return plain(by) if one.standing else (Span(by, SpanKind.ANALYST),)


# ---------------------------------------------------------------------- the matrix
def _matrix(view: _View) -> Table:
    columns = (
        Column(plain(view.say("evidence")), wide=True),
        # The letter alone: names would take the room of the evidence, and stand in the table before.
        *(Column(plain(view.letter(one.id))) for one in view.competing.hypotheses),
        Column(plain(view.say("weight")), numeric=True),
        Column(plain(view.say("tells")), numeric=True),
    )
    rows = [_row(view, number, row) for number, row in enumerate(view.competing.rows, start=1)]
    return Table("table-hypotheses", "", plain(view.say("matrix-caption")), columns, (*rows, _scores(view)))


def _row(view: _View, number: int, row: MatrixRow) -> Row:
    tells = view.number(row.diagnosticity) if row.diagnostic else view.say("not-diagnostic")
    return Row(
        (
            Cell(_text(number, row.evidence), under=_provenance(view, row.evidence)),
            *(_cell(cell) for cell in row.cells),
            Cell(plain(view.number(row.weight))),
            Cell(plain(tells)),
        )
    )


def _text(number: int, evidence: Evidence) -> Line:
    """Return a piece of evidence with its number; names of events and places in measured ones come from outside too."""
    return line(Span(str(number), SpanKind.STRONG), "\u00a0", foreign(evidence.text))


def _provenance(view: _View, evidence: Evidence) -> tuple[Line, ...]:
    degrees = {name: view.words.say(f"words.{getattr(evidence, name)}") for name in ("credibility", "relevance")}
    degree = view.say("credibility", **degrees)
    if evidence.by == MACHINE:
        kind = evidence.kind.value
        origin = plain(view.say("measured-by") if kind == "measured" else view.words.say(f"kind.{kind}"))
    else:
        signed = evidence.by if evidence.on is None else view.say("entered-by", by=evidence.by, on=evidence.on)
        origin = (Span(signed, SpanKind.ANALYST),)
        if evidence.source or evidence.url:
            origin = line(origin, "; ", foreign(evidence.source or evidence.url, evidence.url))
    return (line(origin, "; ", degree),)


def _cell(cell: MatrixCell) -> Cell:
    stands = cell.rating
    if stands is None:
        return Cell(plain(_DASH))
    mark, letters = _MARKS[stands.value], Span(stands.value.value, SpanKind.STRONG)
    if cell.entered is None:
        return Cell((letters,), mark=mark)
    instead = Span(f" ({cell.proposed.value})", SpanKind.SMALL) if cell.overridden and cell.proposed else ""
    return Cell(line(letters, _DAGGER, instead), mark=mark)


def _scores(view: _View) -> Row:
    scores = (Cell(plain(view.number(one.inconsistency))) for one in view.competing.standings)
    return Row((Cell(plain(view.say("score-row"))), *scores, Cell(()), Cell(())), emphasised=True)


def _marks(view: _View) -> str:
    cells = [cell for row in view.competing.rows for cell in row.cells]
    by_analyst = any(cell.entered is not None for cell in cells)
    if not by_analyst:
        return view.say("marks-proposed")
    if all(cell.entered is not None for cell in cells if cell.rating is not None):
        return view.say("marks-entered") if not any(cell.overridden for cell in cells) else _dagger(view)
    return _dagger(view)


def _dagger(view: _View) -> str:
    return view.say("marks", dagger=_DAGGER)


def _unrated(view: _View) -> Iterable[Block]:
    """Say whose scores are too low because nobody rated some of the evidence against them."""
    lacking = [one.hypothesis for one in view.competing.standings if one.unrated]
    if lacking:
        yield Paragraph(view.filled("unrated-note", "names", view.quoted(lacking)), Tone.WARNING)


def _undiagnostic(view: _View) -> Iterable[Block]:
    alike = sum(
        not row.diagnostic and all(cell.rating is not None for cell in row.cells) for row in view.competing.rows
    )
    if alike:
        text = view.say("not-diagnostic-note", n=alike, all=len(view.competing.rows))
        yield Paragraph(plain(text), Tone.NOTE)


# ---------------------------------------------------------------------- what it hangs on
def _sensitivity(view: _View) -> Iterable[Block]:
    competing = view.competing
    fragile = [one for one in competing.left_out if one.changes_first]
    if fragile:
        yield Paragraph(plain(view.say("fragile-first")))
        yield Bullets(tuple(_without(view, one.evidence, one.first) for one in fragile))
    else:
        yield Paragraph(plain(view.say("robust-first")))
    changed = [one for one in competing.left_out if one.changes_order]
    if changed:
        columns = (Column(plain(view.say("left-evidence")), wide=True), Column(plain(view.say("left-order"))))
        rows = [
            Row(
                (Cell(plain(view.say("order-with-all"))), Cell(plain(view.order(competing.standings)))), emphasised=True
            )
        ]
        rows += [Row((Cell(view.piece(one.evidence)), Cell(plain(view.order(one.standings))))) for one in changed]
        yield Table("table-left-out", "", plain(view.say("left-caption")), columns, tuple(rows))
    elif not fragile:
        yield Paragraph(plain(view.say("no-order-change")))
    yield from _steps(view)


def _without(view: _View, evidence_id: str, first: Sequence[str]) -> Line:
    slots = {name: chr(0xE000 + k) for k, name in enumerate(("evidence", "names"))}
    parts = {slots["evidence"]: view.piece(evidence_id), slots["names"]: view.quoted(first)}
    return _into(view.say("fragile-item", **slots), parts)


def _steps(view: _View) -> Iterable[Block]:
    competing = view.competing
    if not competing.one_step:
        yield Paragraph(plain(view.say("robust-step", tried=competing.steps_tried)))
        return
    yield Paragraph(plain(view.say("fragile-step", tried=competing.steps_tried, n=len(competing.one_step))))
    names = ("evidence", "explanation", "rating", "step-then")
    columns = tuple(Column(plain(view.say(name)), wide=name in ("evidence", "step-then")) for name in names)
    rows = tuple(
        Row(
            (
                Cell(view.piece(one.evidence)),
                Cell(view.named(one.hypothesis)),
                Cell(plain(view.say("step", was=one.was.value, would_be=one.would_be.value))),
                Cell(view.quoted(one.first)),
            )
        )
        for one in competing.one_step
    )
    caption = plain(view.say("step-caption"))
    yield Fold(view.say("steps-fold"), (Table("table-one-step", "", caption, columns, rows),))


def _into(text: str, parts: dict[str, Line]) -> Line:
    """Return a sentence with a line in the place of each of its slots."""
    found: Line = ()
    rest = text
    while rest:
        place = min((k for k, character in enumerate(rest) if character in parts), default=len(rest))
        inner = parts[rest[place]] if place < len(rest) else ()
        found, rest = line(found, rest[:place], inner), rest[place + 1 :]
    return found


# ---------------------------------------------------------------------- obligations
def _obligations(view: _View) -> Iterable[Block]:
    if not view.competing.obligations:
        return
    yield Paragraph(plain(view.say("obligations")), Tone.HEADING)
    yield Paragraph(plain(view.say("obligations-intro")))
    yield Definitions(tuple(_obligation(view, one) for one in view.competing.obligations))


def _obligation(view: _View, one: Obligation) -> Definition:
    name = f"{one.title}, {one.paragraph}" if one.paragraph else one.title
    text = (foreign if one.by else partial(Span, kind=SpanKind.PLAIN))(one.text)
    term = line(foreign(name, one.url) if one.by else Span(name, href=one.url))
    lines: list[Line] = [(text,)]
    if one.unconfirmed:
        parts = view.words.say("words.comma").join(view.say(f"part-{part}") for part in one.unconfirmed)
        term = line(term, " ", Span(view.say("unconfirmed"), SpanKind.FLAG))
        lines.append(line(Span(view.say("unconfirmed-note", parts=parts), SpanKind.SMALL)))
    if one.adopted is not None:
        lines.append(plain(view.say("adopted", day=one.adopted)))
    if one.by:
        lines.append((Span(view.say("entered-obligation", by=one.by), SpanKind.ANALYST),))
    attached = [hypothesis.id for hypothesis in view.competing.hypotheses if one.id in hypothesis.obligations]
    lines.append(view.filled("attached-to", "names", view.quoted(attached)))
    return Definition(term, tuple(lines))


# ---------------------------------------------------------------------- reasons and what was not used
def _reasons(view: _View) -> Table:
    names = ("explanation", "rating", "by", "why")
    columns = tuple(Column(plain(view.say(name)), wide=name == "why") for name in names)
    rows: list[Row] = []
    for number, row in enumerate(view.competing.rows, start=1):
        told = [cell for cell in row.cells if _is_told(cell.rating) or cell.overridden]
        if told:
            rows.append(Row((Cell(_text(number, row.evidence)),), heading=True))
            rows += [_reason(view, cell) for cell in told]
    return Table("table-ratings", "", plain(view.say("ratings-caption")), columns, tuple(rows))


def _is_told(rating: Rating | None) -> bool:
    return rating is not None and rating.value not in {Consistency.N, Consistency.NA}


def _reason(view: _View, cell: MatrixCell) -> Row:
    stands = cell.rating
    by = stands.by if stands is not None else ""
    note = stands.note if stands is not None and stands.note else view.say("no-reason")
    why: Line = plain(note) if by == MACHINE else (foreign(note),)
    under: tuple[Line, ...] = ()
    if cell.overridden and cell.proposed is not None:
        text = view.say("proposed-instead", value=cell.proposed.value.value, note=cell.proposed.note)
        under = (plain(text),)
    return Row(
        (
            Cell(view.named(cell.hypothesis)),
            Cell(
                plain(stands.value.value if stands is not None else _DASH), mark=_MARKS[stands.value] if stands else ""
            ),
            Cell(plain(by) if by == MACHINE else (Span(by, SpanKind.ANALYST),)),
            Cell(why, under=under),
        )
    )


def _notes(view: _View) -> Iterable[Block]:
    if view.competing.notes:
        yield Paragraph(plain(view.say("notes")), Tone.HEADING)
        yield Bullets(tuple((foreign(note),) for note in view.competing.notes))
