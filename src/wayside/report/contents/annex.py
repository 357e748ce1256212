"""The annex: every scene in three tables."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment
from wayside.report.contents.counts import count_table
from wayside.report.contents.scene_rows import SceneRow, scene_rows
from wayside.report.contents.scenes import fit_line, licence_line, origin, seen_lines
from wayside.report.document import (
    Block,
    Cell,
    Column,
    Fold,
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

__all__ = ["annex_section"]


def annex_section(assessment: Assessment, words: Words) -> Section:
    """Return all counts, how each scene was seen, and where each came from."""
    many = len(assessment.rows)
    counts = count_table(
        assessment, tuple(reversed(assessment.rows)), words, "table-all-counts", "annex.counts_caption"
    )
    blocks: list[Block] = [Fold(words.say("annex.counts", scenes=many), (counts,))]
    rows = scene_rows(assessment, words.language)
    if rows:
        blocks.append(Fold(words.say("annex.scenes", scenes=len(rows)), (_seen_table(rows, words),)))
        blocks.append(Fold(words.say("annex.sources", scenes=len(rows)), (_source_table(rows, words),)))
    heading, short = words.say("annex.heading"), words.say("annex.short")
    return Section("annex", heading, tuple(blocks), short=short, annex=True)


def _seen_table(rows: tuple[SceneRow, ...], words: Words) -> Table:
    names = ("taken", "sensor_and_view", "fit", "seen", "read", "licence")
    columns = tuple(Column(plain(words.say(f"sheet.{name}_column"))) for name in names)
    found: list[Row] = []
    for row in rows:
        found.append(_seen_row(row, words))
        if row.reasons:
            found.append(Row((Cell((words.quoted(" ".join(row.reasons)),)),)))
    return Table("table-all-scenes", "", plain(words.say("annex.scenes_caption")), columns, tuple(found), cards=True)


def _seen_row(row: SceneRow, words: Words) -> Row:
    view = "; ".join(filter(None, (words.say("metres", metres=row.gsd), row.angles, _cloud(row, words))))
    drawn = f" ({words.say('drawn.note')})" if row.row.scene.drawn else ""
    return Row(
        (
            Cell(plain(row.when), under=((Span(row.short, SpanKind.CODE),),)),
            Cell(line(foreign(row.sensor), drawn), under=(plain(view),)),
            Cell(fit_line(row), under=((foreign(row.fit_note),),)),
            Cell(plain(row.visible), under=seen_lines(row, words)),
            Cell(plain(row.status)),
            Cell(licence_line(row)),
        ),
        emphasised=row.emphasis,
    )


def _cloud(row: SceneRow, words: Words) -> str:
    return words.say("sheet.cloud", share=row.clouds) if row.clouds else ""


def _source_table(rows: tuple[SceneRow, ...], words: Words) -> Table:
    columns = (
        Column(plain(words.say("sheet.taken_column"))),
        Column(plain(words.say("sheet.catalogue_column")), wide=True),
        Column(plain(words.say("sheet.retrieved_column"))),
        Column(plain(words.say("sheet.scene_column")), wide=True),
    )
    found = tuple(_source_row(row, words) for row in rows)
    return Table("table-all-sources", "", plain(words.say("annex.sources_caption")), columns, found, cards=True)


def _source_row(row: SceneRow, words: Words) -> Row:
    source = row.source
    items, folded = origin(row, words)
    made = ((foreign(source.made),),) if source.made else ()
    return Row(
        (
            Cell(plain(row.when)),
            Cell(items[0], under=items[1:], folded=folded),
            Cell(plain(source.retrieved or "–"), under=made),
            Cell((foreign(row.row.scene.id),), under=((Span(row.sha256, SpanKind.CODE),),)),
        ),
        emphasised=row.emphasis,
    )
