"""What a document says, format by format the same: every text in order of reading, and what its pictures show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Definition,
    Definitions,
    Document,
    Figure,
    Findings,
    Fold,
    Folded,
    Glance,
    Graphic,
    Judged,
    Line,
    Panel,
    Paragraph,
    Row,
    Section,
    Sheets,
    Table,
)
from wayside.report.text import clean

__all__ = ["alternative_texts", "blocks_of", "is_note", "on_paper", "plain_text", "said", "shown"]

_BLANKS = re.compile(r"[\t\n\v\f\r]+")


def shown(text: str) -> str:
    """Return a text as every format shows it: on one line, nothing in it that hides or turns what stands around it."""
    return clean(_BLANKS.sub(" ", text))


def said(line: Line) -> str:
    """Return the bare text of a line, as every format shows it."""
    return "".join(shown(span.text) for span in line)


def is_note(row: Row, table: Table) -> bool:
    """Tell whether a row is a note on the row before it, over all columns."""
    return len(row.cells) == 1 < len(table.columns) and not row.heading


def on_paper(panel: Panel) -> tuple[Graphic, ...]:
    """Return the pictures of a panel that paper shows: of several widths of one subject the one that suits a page."""
    if not panel.alternatives:
        return panel.graphics
    return (panel.graphics[1 if len(panel.graphics) > 2 else 0],)


def blocks_of(section: Section) -> Iterator[Block]:
    """Yield a section's blocks and those in its folds, in order of reading."""
    yield from _opened(section.blocks)


def _opened(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from _opened(block.blocks)


def alternative_texts(document: Document) -> list[str]:
    """Return what the pictures of the document's figures show, in words, in order of reading."""
    sections = (document.summary, *document.sections)
    figures = [block for section in sections for block in blocks_of(section) if isinstance(block, Figure)]
    graphics = [graphic for figure in figures for panel in figure.panels for graphic in on_paper(panel)]
    return [shown(graphic.alt) for graphic in graphics if graphic.alt]


def plain_text(document: Document) -> list[str]:
    """Return every text of a document in order of reading, a line at a time; blank ones are left out.

    What a small picture in a cell of a table says is the cell's text; what a figure's pictures say is returned by
    ``alternative_texts``. The title of the window and a format's own few words are no part of it.
    """
    found = [shown(document.kicker), shown(document.made), shown(document.title), said(document.dek)]
    found += [said(notice.text) for notice in document.notices]
    for section in (document.summary, *document.sections):
        found.append(shown(section.heading))
        for block in section.blocks:
            found += _block(block)
    found.append(said(document.footer))
    return [text for text in found if text.strip()]


def _lines(lines: Iterable[Line]) -> list[str]:
    return [said(line) for line in lines]


def _folded(folded: Iterable[Folded]) -> list[str]:
    return [text for one in folded for text in (shown(one.summary), *_lines(one.lines))]


def _definitions(items: Iterable[Definition]) -> list[str]:
    return [text for one in items for text in (said(one.term), *_lines(one.text), *_folded(one.folded))]


def _cell(cell: Cell) -> list[str]:
    return [said(cell.text), *_lines(cell.under), *_folded(cell.folded)]


def _table(table: Table) -> list[str]:
    cells = [text for row in table.rows for cell in row.cells for text in _cell(cell)]
    return [shown(table.label), said(table.caption), *(said(column.name) for column in table.columns), *cells]


def _figure(figure: Figure) -> list[str]:
    groups: list[str] = []
    found: list[str] = []
    for panel in figure.panels:
        if panel.group and groups[-1:] != [panel.group]:
            found.append(shown(panel.group))
        groups.append(panel.group)
        found += [said(panel.heading), *_lines(panel.under), said(panel.credit)]
    keys = [shown(key.text) for key in figure.keys]
    return [*found, *keys, shown(figure.label), said(figure.caption), said(figure.credit)]


def _judged(block: Judged) -> list[str]:
    heads = (shown(block.assumes_heading) if block.assumes else "", shown(block.change_heading) if block.change else "")
    found = [said(block.sentence), said(block.origin), said(block.evidence), heads[0], *_lines(block.assumes)]
    return [*found, said(block.confidence), *_lines(block.reasons), heads[1], *_lines(block.change)]


def _glance(block: Glance) -> list[str]:
    facts = [text for fact in block.facts for text in (shown(fact.name), said(fact.value), said(fact.note))]
    return [shown(block.heading), shown(block.number), *_lines(block.unit), *facts]


def _sheets(block: Sheets) -> list[str]:
    inner = [text for one in block.sheets for text in (shown(one.heading), *_definitions(one.items))]
    return [shown(block.label), said(block.caption), *inner]


def _block(block: Block) -> list[str]:  # noqa: C901, PLR0911  one case for each kind
    match block:
        case Paragraph():
            return [said(block.text)]
        case Bullets():
            return _lines(block.items)
        case Findings():
            return [text for one in block.items for text in (said(one.finding), said(one.confidence))]
        case Glance():
            return _glance(block)
        case Definitions():
            return _definitions(block.items)
        case Sheets():
            return _sheets(block)
        case Judged():
            return _judged(block)
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case Fold():
            return [shown(block.summary), *(text for inner in block.blocks for text in _block(inner))]
