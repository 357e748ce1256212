"""Methods in short, and the versions of what computed."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.language import likelihood_terms
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Paragraph,
    Row,
    Section,
    Span,
    SpanKind,
    Table,
    foreign,
    line,
    plain,
)
from wayside.report.words import Words

__all__ = ["methods_section", "versions_section"]


def methods_section(assessment: Assessment, words: Words) -> Section:
    """Return how counts, series and words were made, a paragraph each."""
    rows, blocks = assessment.rows, []
    if any(isinstance(row, CountedScene) for row in rows):
        blocks.append(_paragraph("counting", words))
    if any(isinstance(row, PublishedCount) for row in rows):
        blocks.append(_paragraph("published", words))
    blocks.append(_paragraph("series", words, " " + _exchangeability(assessment, words)))
    found: list[Block] = list(blocks)
    if assessment.series.notes:
        found.append(Bullets(tuple((words.quoted(note),) for note in assessment.series.notes)))
    terms = ", ".join(
        words.say("methods.term", words=term.local, low=term.low_pct, high=term.high_pct)
        for term in likelihood_terms(words.language)
    )
    found.append(Paragraph(line(_bold("words", words), " ", words.say("methods.words", terms=terms))))
    return Section("methods", words.say("methods.heading"), tuple(found), short=words.say("methods.short"))


def _bold(name: str, words: Words) -> Span:
    return Span(words.say(f"methods.{name}_name"), SpanKind.STRONG)


def _paragraph(name: str, words: Words, more: str = "") -> Paragraph:
    return Paragraph(line(_bold(name, words), " ", words.say(f"methods.{name}"), more.rstrip()))


def _exchangeability(assessment: Assessment, words: Words) -> str:
    record = assessment.series.record
    if record is None:
        return words.say("methods.chance")
    return words.say("methods.chance_of", p=record.exchangeability)


def versions_section(assessment: Assessment, words: Words) -> Section:
    """Return names and versions of software and models."""
    rows = [(line(foreign(name)), version) for name, version in assessment.versions.items()]
    newest = assessment.newest
    if isinstance(newest, CountedScene):
        rows.append((plain(words.say("versions.counted")), f"{newest.result.software}; {newest.result.model}"))
    table = Table(
        id="table-versions",
        label="",
        caption=plain(words.say("versions.caption")),
        columns=(Column(plain(words.say("versions.what"))), Column(plain(words.say("versions.version")), wide=True)),
        rows=tuple(Row((Cell(name), Cell((Span(version, SpanKind.CODE),)))) for name, version in rows),
    )
    blocks: tuple[Block, ...] = (table,) if rows else (Paragraph(plain(words.say("versions.none"))),)
    return Section("versions", words.say("versions.heading"), blocks, short=words.say("versions.short"))
