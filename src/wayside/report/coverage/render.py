"""From what was found in some documents to a page."""

from __future__ import annotations

from datetime import date

from jinja2 import PackageLoader
from markupsafe import Markup

from wayside.model.agreement import CREDIBILITY, RELIABILITY, MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.report.coverage.view import page_view
from wayside.report.coverage.words import safe
from wayside.report.formats.templating import environment

__all__ = ["coverage_html"]


def _shown(value: object) -> object:
    """Pass what is already markup; make any other string safe to show (escaping follows after this)."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def coverage_html(
    result: CoverageResult,
    *,
    measured: MeasuredCount | None = None,
    title: str | None = None,
    made: date | None = None,
    software: str = "",
) -> str:
    """Return what was found in some documents as one HTML page that loads nothing from anywhere.

    Args:
        result: what was found.
        measured: the measured count that the claims were set against, or None.
        title: heading of the page; where it is None, the title of the largest story.
        made: the day on which the page is made, or None to leave it out.
        software: name and version of what made it, or "".
    """
    pages = environment(_shown)
    loader = PackageLoader("wayside.report")
    style = "".join(loader.get_source(pages, name)[0] for name in ("report.css", "coverage.css"))
    template = pages.get_template("coverage.html.j2")
    return template.render(
        view=page_view(result, measured, title, made, software),
        style=Markup(style),  # noqa: S704  files of this package
        reliability=RELIABILITY,
        credibility=CREDIBILITY,
    )
