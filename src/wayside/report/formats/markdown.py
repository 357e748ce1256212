"""From a document to Markdown: CommonMark with GFM's tables, all text escaped, pictures in files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
    Paragraph,
    Row,
    Section,
    Sheet,
    Sheets,
    Table,
    Tone,
)
from wayside.report.formats.markdown_text import cell_text, escaped, marked, paragraph, strong
from wayside.report.formats.svg_pictures import pngs_of
from wayside.report.formats.text import is_note, on_paper
from wayside.report.house import HouseStyle

__all__ = ["Rendered", "markdown_of"]

_WIDTH_PX = 1600
_DEFAULT_HOUSE = HouseStyle()
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text with the files that it shows.

    Attributes:
        text: Markdown.
        files: names relative to the text, with their bytes.
    """

    text: str
    files: Mapping[str, bytes]


def markdown_of(
    document: Document,
    house: HouseStyle = _DEFAULT_HOUSE,
    *,
    figures: str = "figures/figure-{figure}-{part}.png",
) -> Rendered:
    """Return a document as Markdown with the pictures of its figures as PNG files.

    Links within the document are left out, as Markdown has no places of its own to lead to.

    Args:
        document: the report.
        house: colours of the paper and font of the pictures.
        figures: name of a picture's file, with the numbers of the figure and of its part.

    Raises:
        OutsideError: a drawing cannot be read.
    """
    writer = _Writer(figures)
    lines = writer.document(document, house)
    pictures = dict(zip(writer.names, pngs_of(writer.graphics, house, width_px=_WIDTH_PX), strict=True))
    return Rendered("\n\n".join(part for part in lines if part.strip()) + "\n", pictures)


def _marked(lines: Iterable[Line]) -> list[str]:
    return [made for line in lines if (made := marked(line)).strip()]


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {paragraph(item)}" for item in items if item.strip())


def _heading(depth: int, text: str) -> str:
    return f"{'#' * min(depth, _DEEPEST)} {paragraph(text)}" if text.strip() else ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _grid(head: Sequence[str], numeric: Sequence[bool], rows: Iterable[Sequence[str]]) -> str:
    rule = _row("---:" if right else "---" for right in numeric)
    return "\n".join([_row(head), rule, *(_row(row) for row in rows)])


def _caption(label: str, caption: Line) -> str:
    name = escaped(label)
    bold = f"**{name}**" if name and name[0].isalnum() else name
    return paragraph(f"{bold} {marked(caption)}")


def _folded_line(folded: Folded) -> str:
    return f"{escaped(folded.summary)}: {cell_text(_marked(folded.lines))}"


def _cell(cell: Cell) -> str:
    return cell_text([marked(cell.text), *_marked(cell.under), *(_folded_line(one) for one in cell.folded)])


def _table_row(row: Row, table: Table) -> list[str]:
    made = [_cell(cell) for cell in row.cells]
    if len(made) == len(table.columns):
        return [strong(made[0]) if row.emphasised else made[0], *made[1:]]
    empty = [""] * (len(table.columns) - 1)
    return [*empty, made[0]] if is_note(row, table) else [strong(made[0]), *empty]


def _definition(one: Definition) -> list[str]:
    return [paragraph(strong(marked(one.term))), *map(paragraph, _marked(one.text)), *_opened(one.folded)]


def _opened(folded: Iterable[Folded]) -> list[str]:
    return [part for one in folded for part in (paragraph(escaped(one.summary)), _listed(_marked(one.lines)))]


def _sheet(sheet: Sheet, depth: int) -> list[str]:
    return [_heading(depth, escaped(sheet.heading)), *(part for item in sheet.items for part in _definition(item))]


class _Writer:
    """Writes blocks, and collects the pictures that they show."""

    def __init__(self, pattern: str) -> None:
        self.names: list[str] = []
        self.graphics: list[Graphic] = []
        self._pattern = pattern
        self._figures = 0

    def document(self, document: Document, house: HouseStyle) -> list[str]:
        parts = [paragraph(escaped(house.name)), paragraph(f"{escaped(document.kicker)} · {escaped(document.made)}")]
        parts += [_heading(1, escaped(document.title)), paragraph(marked(document.dek))]
        parts += [self._paragraph(notice, 1) for notice in document.notices]
        for section in (document.summary, *document.sections):
            parts += self._section(section)
        return [*parts, "---", paragraph(marked(document.footer)), paragraph(escaped(house.address))]

    def _section(self, section: Section) -> list[str]:
        head = _heading(2, escaped(section.heading))
        return [head, *(part for block in section.blocks for part in self._block(block, 2))]

    def _block(self, block: Block, depth: int) -> list[str]:  # noqa: C901, PLR0911  one case for each kind
        match block:
            case Paragraph():
                return [self._paragraph(block, depth)]
            case Bullets():
                return [_listed(_marked(block.items))]
            case Findings():
                return [paragraph(part) for one in block.items for part in _marked((one.finding, one.confidence))]
            case Glance():
                return _glance(block)
            case Definitions():
                return [part for one in block.items for part in _definition(one)]
            case Sheets():
                inner = [part for one in block.sheets for part in _sheet(one, depth + 1)]
                return [_caption(block.label, block.caption), *inner]
            case Judged():
                return _judged(block)
            case Table():
                rows = (_table_row(row, block) for row in block.rows)
                names = [marked(column.name).strip() for column in block.columns]
                return [
                    _caption(block.label, block.caption),
                    _grid(names, [column.numeric for column in block.columns], rows),
                ]
            case Figure():
                return self._figure(block)
            case Fold():
                inner = [part for one in block.blocks for part in self._block(one, depth + 1)]
                return [_heading(depth + 1, escaped(block.summary)), *inner]

    def _paragraph(self, block: Paragraph, depth: int) -> str:
        if block.tone is Tone.HEADING:
            return _heading(depth + 1, marked(block.text))
        text = paragraph(marked(block.text))
        return f"> {text}" if text and block.tone is Tone.WARNING else text

    def _figure(self, figure: Figure) -> list[str]:
        self._figures += 1
        parts: list[str] = []
        group, number = "", 0
        for panel in figure.panels:
            if panel.group and panel.group != group:
                parts.append(paragraph(strong(escaped(panel.group))))
            group = panel.group
            parts.append(paragraph(strong(marked(panel.heading))))
            for graphic in on_paper(panel):
                number += 1
                parts.append(self._picture(graphic, number))
            parts += [*map(paragraph, _marked(panel.under)), paragraph(marked(panel.credit))]
        parts.append(_listed(escaped(key.text) for key in figure.keys))
        return [*parts, _caption(figure.label, figure.caption), paragraph(marked(figure.credit))]

    def _picture(self, graphic: Graphic, number: int) -> str:
        name = self._pattern.format(figure=self._figures, part=number)
        self.names.append(name)
        self.graphics.append(graphic)
        return f"![{escaped(graphic.alt).strip()}](<{name}>)"


def _glance(block: Glance) -> list[str]:
    unit = cell_text(_marked(block.unit))
    facts = [
        [escaped(fact.name).strip(), cell_text([marked(fact.value)]), cell_text([marked(fact.note)])]
        for fact in block.facts
    ]
    return [
        paragraph(strong(escaped(block.heading))),
        paragraph(f"{strong(escaped(block.number))} {unit}"),
        _grid(["", "", ""], [False, True, False], facts) if facts else "",
    ]


def _judged(block: Judged) -> list[str]:
    parts = [paragraph(marked(block.sentence)), paragraph(marked(block.origin)), paragraph(marked(block.evidence))]
    if block.assumes:
        parts += [paragraph(strong(escaped(block.assumes_heading))), _listed(_marked(block.assumes))]
    parts += [paragraph(strong(marked(block.confidence))), _listed(_marked(block.reasons))]
    if block.change:
        parts += [paragraph(strong(escaped(block.change_heading))), _listed(_marked(block.change))]
    return parts
