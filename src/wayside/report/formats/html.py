"""From a document to a page that is complete in itself: one HTML file that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from itertools import groupby

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from wayside.assessment.assessment import Assessment
from wayside.report.colours import mixed
from wayside.report.contents.report import build_report
from wayside.report.document import Block, Document, Figure, Glance, Graphic, Line, Panel, Row, Table
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.templating import environment
from wayside.report.house import HouseStyle
from wayside.report.text import clean

__all__ = ["html_of", "render_html"]

_DAY_MONTH = re.compile(
    r"(?<=\d) (?=(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4})"
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WIDTHS = {2: ("broad", "slim"), 3: ("wide", "middle", "narrow")}
_DEFAULT_HOUSE = HouseStyle()


def _tied(text: str) -> str:
    """Return ``text`` with the day and the month of each date held on one line."""
    return _DAY_MONTH.sub("\u00a0", text)


def _shown(value: object) -> object:
    """Pass what is already markup; make any other string safe to show (escaping follows after this)."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _tied(clean(value))
    return value


def render_html(
    assessment: Assessment,
    pictures: ReportPictures,
    *,
    house: HouseStyle = _DEFAULT_HOUSE,
    owner_holds_rights: bool = False,
) -> str:
    """Return the report on an assessment as one HTML document: ``build_report``, then ``html_of``.

    Args:
        assessment: what is concluded.
        pictures: pixels of the newest and the busiest scene and of the newest scene's tracks.
        house: the institute's look and language.
        owner_holds_rights: show also images whose licence does not let just anyone publish them. Only for a user who
            holds those rights.

    Raises:
        ValueRefusedError: where a picture belongs to no scene of the assessment.
    """
    document = build_report(assessment, pictures, house=house, owner_holds_rights=owner_holds_rights)
    return html_of(document, house)


def html_of(document: Document, house: HouseStyle = _DEFAULT_HOUSE) -> str:
    """Return a document as one HTML document that loads nothing from anywhere and holds no script.

    Args:
        document: the report; all its texts are escaped, and nothing in them can turn or hide the words around them.
        house: fonts, colours and logo.
    """
    pages = environment(_shown)
    _set_up(pages, document)
    style, _, _ = PackageLoader("wayside.report").get_source(pages, "report.css")
    return pages.get_template("report.html.j2").render(
        document=document,
        house=house,
        logo=_logo(house),
        style=Markup(style + _variables(house)),  # noqa: S704  a file of this package, and checked colours and fonts
    )


def _set_up(pages: Environment, document: Document) -> None:
    pages.tests["is_glance"] = lambda block: isinstance(block, Glance)
    pages.globals.update(
        kind_of=lambda block: type(block).__name__,
        drawing=_drawing,
        bare=bare,
        runs=_runs,
        groups=_groups,
        grouped=lambda table: any(row.heading for row in table.rows),
        panel_groups=_panel_groups,
        widths=lambda many: _WIDTHS[many],
        colour=lambda colour: colour if _COLOUR.fullmatch(colour) else "currentColor",
        format_word=lambda name: document.words.get(name, name),
    )


def _drawing(graphic: Graphic) -> Markup:
    """Return a drawing as it is: it was escaped when it was drawn."""
    return Markup(graphic.svg)  # noqa: S704  written by report/figures, which escape every part


def bare(line: Line) -> str:
    """Return a line without its markup."""
    return "".join(span.text for span in line).strip()


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks, narrow tables that follow each other two by two."""
    found: list[list[Block]] = []
    for block in blocks:
        beside = found and isinstance(block, Table) and block.narrow and len(found[-1]) == 1
        last = found[-1][0] if found else None
        if beside and isinstance(last, Table) and last.narrow:
            found[-1].append(block)
        else:
            found.append([block])
    return found


def _groups(table: Table) -> list[list[Row]]:
    """Return the rows that belong together: a row with its notes, or a heading with the rows under it."""
    found: list[list[Row]] = []
    for row in table.rows:
        note = len(row.cells) == 1 < len(table.columns) and not row.heading
        begins = not note if table.cards else row.heading
        if begins or not found:
            found.append([row])
        else:
            found[-1].append(row)
    return found


def _panel_groups(figure: Figure) -> list[list[Panel]]:
    return [list(panels) for _, panels in groupby(figure.panels, key=lambda panel: (panel.group, panel.foldable))]


def _logo(house: HouseStyle) -> str:
    if house.logo is None:
        return ""
    return f"data:{house.logo_type};base64,{base64.b64encode(house.logo).decode('ascii')}"


def _variables(house: HouseStyle) -> str:
    """Return the rule that gives the page its house's colours and fonts; nothing for the program's own look."""
    own = _DEFAULT_HOUSE
    rules = []
    if (house.ink, house.paper) != (own.ink, own.paper):
        rules += [f"--ink: {house.ink}; --paper: {house.paper}"]
        rules += [f"--{name}: {mixed(house.ink, house.paper, share)}" for name, share in _MIXED.items()]
    if house.primary != own.primary:
        rules.append(f"--navy: {house.primary}")
    if house.accent != own.accent:
        rules.append(f"--accent: {house.accent}")
    for name, fonts, generic in (
        ("serif", house.serif, "serif"), ("sans", house.sans, "sans-serif"), ("mono", house.mono, "monospace"),
    ):  # fmt: skip
        if fonts:
            rules.append(f"--{name}: " + ", ".join([*(f'"{font}"' for font in fonts), generic]))
    if house.page != own.page:
        rules.append("")
    page = "@page { size: letter; }\n" if house.page == "us-letter" else ""
    body = "; ".join(filter(None, rules))
    return (f"\n:root {{ {body}; }}\n" if body else "") + page


_MIXED = {"muted": 0.24, "rule": 0.8, "wash": 0.955}
"""How much of the paper is in the colours between ink and paper."""
