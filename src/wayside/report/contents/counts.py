"""The counts in tables: by type, by track, by scene; and the types over time."""

from __future__ import annotations

from collections.abc import Sequence

from wayside.assessment.assessment import Assessment, CountedScene, Look
from wayside.model.counts import CountDistribution
from wayside.model.wording import spread90
from wayside.report.contents.scene_rows import Flag, SceneRow, scene_rows
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Line,
    Panel,
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
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.types import TypesPanel, types_graphic, types_told
from wayside.report.words import Words

__all__ = ["count_table", "counts_section"]

_RECENT = 20


def counts_section(assessment: Assessment, words: Words, palette: Palette = OWN) -> Section:
    """Return the newest count by type and track, the newest counts, and the types over time."""
    newest, blocks = assessment.newest, list[Block]()
    if isinstance(newest, CountedScene):
        blocks += _sums(newest, words)
        if newest.result.reasons:
            blocks.append(Paragraph(plain(words.say("counts.limited")), Tone.HEADING))
            blocks.append(Bullets(tuple((words.quoted(reason),) for reason in newest.result.reasons)))
    blocks += _types(assessment, words, palette)
    shown = tuple(reversed(assessment.rows))[:_RECENT]
    blocks.append(Paragraph(plain(words.say("counts.by_scene")), Tone.HEADING))
    blocks.append(count_table(assessment, shown, words, "table-counts", "counts.caption"))
    return Section("counts", words.say("counts.heading"), tuple(blocks), short=words.say("counts.short"))


def _sums(newest: CountedScene, words: Words) -> list[Block]:
    kinds = [(name, count) for name, count in newest.result.by_type.items() if count.quantile(0.95) > 0]
    names = ("count", "interval")
    numbers = tuple(Column(plain(words.say(f"counts.{name}")), numeric=True) for name in names)
    found: list[Block] = []
    if kinds:
        rows = tuple(
            Row((Cell(plain(words.name_of("type", name))), *_numbers(count, words)))
            for name, count in sorted(kinds, key=lambda item: -item[1].mean)
        )
        columns = (Column(plain(words.say("counts.type"))), *numbers)
        caption = words.say("counts.types_caption")
        found.append(Table("table-types", "", plain(caption), columns, rows, narrow=True))
    if newest.result.tracks:
        lengths = tuple(Column(plain(words.say(f"counts.{name}")), numeric=True) for name in ("occupied", "length"))
        columns = (Column(plain(words.say("counts.track"))), *numbers, *lengths)
        rows = tuple(
            Row(
                (
                    Cell((foreign(track.track_id),)), *_numbers(track.count, words),
                    Cell(plain(f"{track.occupied_m:.0f}")), Cell(plain(f"{track.length_m:.0f}")),
                )
            )
            for track in newest.result.tracks
        )  # fmt: skip
        found.append(Table("table-tracks", "", plain(words.say("counts.tracks_caption")), columns, rows, narrow=True))
    return found


def _numbers(count: CountDistribution, words: Words) -> tuple[Cell, Cell]:
    return Cell(plain(str(count.median))), Cell(plain(words.say("range", of=spread90(count))))


def _types(assessment: Assessment, words: Words, palette: Palette) -> list[Block]:
    """Return the figure of the types over time; nothing where fewer than two scenes tell them."""
    told = types_told(assessment)
    if told is None:
        return []
    sizes = ((1080.0, 861), (720.0, 601), (380.0, 0))
    graphics = tuple(
        types_graphic(told, TypesPanel(width), language=words.language, least_px=least, palette=palette)
        for width, least in sizes
    )
    caption = words.say(
        "types.caption", told=len(told.told), coarse=told.coarse, noun=words.noun(assessment.counted)
    )  # fmt: skip
    drawn = line(" ", *words.drawn(True), words.say("drawn.scenes")) if assessment.drawn else ()
    figure = Figure(
        id="figure-types", label="", caption=line(caption, drawn), panels=(Panel((), graphics, alternatives=True),)
    )
    return [Paragraph(plain(words.say("types.heading")), Tone.HEADING), figure]


# ---------------------------------------------------------------------------- by scene
def count_table(assessment: Assessment, rows: Sequence[Look], words: Words, name: str, caption: str) -> Table:
    """Return a table of counts.

    Args:
        assessment: what they belong to.
        rows: the counts in the order of the table.
        words: of the report.
        name: id of the table.
        caption: key of its caption, which may name ``shown`` and ``all``.
    """
    scenes = {row.row.id: row for row in scene_rows(assessment, words.language)}
    names = ("day", "count", "interval", "gsd", "visible", "read_from", "by", "notes")
    numeric = {"count", "interval", "gsd", "visible"}
    columns = tuple(
        Column(plain(words.say(f"counts.{name}")), numeric=name in numeric, wide=name == "notes") for name in names
    )
    found = tuple(_row(assessment, row, scenes, words) for row in rows)
    text = words.say(caption, shown=len(rows), scenes=len(assessment.rows))
    return Table(name, "", plain(text), columns, found)


def _row(assessment: Assessment, row: Look, scenes: dict[str, SceneRow], words: Words) -> Row:
    emphasised = row is assessment.newest or row is assessment.busiest
    if isinstance(row, CountedScene):
        cells = _scene_cells(scenes[row.id], words)
    else:
        who = foreign(row.publisher or words.say("not_stated"), row.url)
        cells = (
            plain(row.day.isoformat()), plain(str(row.count.median)), plain(words.say("range", of=spread90(row.count))),
            plain("–" if row.gsd_m is None else words.number(row.gsd_m, ".2f")), plain("–"),
            plain(words.say("status.published")), plain(words.say("kind.published")), (who,),
        )  # fmt: skip
    return Row(tuple(Cell(text) for text in cells), emphasised=emphasised)


def _scene_cells(row: SceneRow, words: Words) -> tuple[Line, ...]:
    texts = (row.day, row.count, row.interval, row.gsd, row.visible, row.status, row.by)
    return (*(plain(text) for text in texts), _flags(row.notes, words))


def _flags(flags: Sequence[Flag], words: Words) -> Line:
    spans: list[Span] = []
    for flag in flags:
        spans += [Span(", ")] if spans else []
        kind = SpanKind.FLAG if flag.loud else SpanKind.PLAIN
        spans.append(words.quoted(flag.text, kind=kind) if flag.quoted else Span(flag.text, kind))
    return tuple(spans)
