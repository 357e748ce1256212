"""From an assessment to a page."""

from __future__ import annotations

import re

from jinja2 import PackageLoader
from markupsafe import Markup

from wayside.assessment.assessment import Assessment
from wayside.assessment.language import LIKELIHOOD_TERMS
from wayside.model.wording import say_percent
from wayside.report.contents.view import report_view
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.templating import environment
from wayside.report.text import clean

__all__ = ["render_html"]

_DAY_MONTH = re.compile(
    r"(?<=\d) (?=(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4})"
)


def _tied(text: str) -> str:
    """Return ``text`` with the day and the month of each date held on one line."""
    return _DAY_MONTH.sub("\u00a0", text)


def _shown(value: object) -> object:
    """Pass what is already markup; make any other string safe to show (escaping follows after this)."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _tied(clean(value))
    return value


def render_html(assessment: Assessment, pictures: ReportPictures, *, owner_holds_rights: bool = False) -> str:
    """Return the report as one HTML document that loads nothing from anywhere.

    Args:
        assessment: what is concluded.
        pictures: pixels of the newest and the busiest scene and of the newest scene's tracks.
        owner_holds_rights: show also images whose licence does not let just anyone publish them. Only for a user who
            holds those rights.

    Raises:
        ValueRefusedError: where a picture belongs to no scene of the assessment.
    """
    pages = environment(_shown)
    loader = PackageLoader("wayside.report")
    style, _, _ = loader.get_source(pages, "report.css")
    view = report_view(assessment, pictures, owner_holds_rights=owner_holds_rights)
    template = pages.get_template("report.html.j2")
    return template.render(
        view=view,
        assessment=assessment,
        style=Markup(style),  # noqa: S704  a file of this package
        terms=LIKELIHOOD_TERMS,
        percent=say_percent,
    )
