"""``wayside coverage``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wayside.cli.coverage_show import show_coverage
from wayside.cli.output import JSON_OPTION, Outcome, emit
from wayside.cli.progress import TerminalProgress

if TYPE_CHECKING:
    from wayside.model.agreement import MeasuredCount
    from wayside.pipeline.records import RunRecord

__all__ = ["coverage"]

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…", help="Articles, or folders of them: text, HTML, PDF, e-mail, web archives (WARC, WACZ)."
    ),
]
Measured = Annotated[
    Path | None,
    typer.Option(
        "--measured",
        metavar="FILE",
        help="A count, a series or an assessment in JSON, to hold the claims against.",
    ),
]
Documents = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        metavar="FILE",
        help="CSV of what is known of the files: file,published,outlet,url,title,author (any of them but file).",
    ),
]
Ratings = Annotated[
    Path | None,
    typer.Option(
        "--ratings",
        metavar="FILE",
        help="CSV of an analyst's grades in the Admiralty code: subject,reliability,credibility,by,on,note.",
    ),
]
Events = Annotated[
    Path | None,
    typer.Option(
        "--events", metavar="OUT", help="Write the dated events that the articles name, as wayside series reads them."
    ),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="OUT", help="Write all of it as a page.")]


def coverage(
    files: Files,
    *,
    measured: Measured = None,
    documents: Documents = None,
    ratings: Ratings = None,
    events: Events = None,
    html: Html = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Find what articles claim, on whose word, and who only repeats it.

    Claims with their bounds and final sources, which article takes from which, what changed on the way, what
    contradicts what, and how it sits with a measured count. Ratings are an analyst's and never computed.
    """
    from wayside.coverage.output import to_json  # noqa: PLC0415  loads trafilatura and more
    from wayside.pipeline.articles import CoverageExtras, coverage_files, read_measured  # noqa: PLC0415
    from wayside.wiring import SystemClock  # noqa: PLC0415

    known = None if measured is None else read_measured(measured)
    extras = CoverageExtras(documents, ratings, events, html)
    with TerminalProgress() as progress:
        record, result = coverage_files(files, measured=known, clock=SystemClock(), progress=progress, extras=extras)
    document = {**to_json(result), **_of_command(record, known)}
    emit(
        Outcome(document, lambda console: show_coverage(console, record, result, known), record.exit_code),
        as_json=as_json,
    )


def _of_command(record: RunRecord, measured: MeasuredCount | None) -> dict[str, Any]:
    """Return what the command itself has to tell: what it compared with, left out, could not read, and wrote."""
    told = record.to_json()
    found: dict[str, Any] = {"failed": told["failed"], "skipped": told["skipped"], "files": told["files"]}
    if measured is not None:
        found["measured"] = _measured(measured)
    return found


def _measured(measured: MeasuredCount) -> dict[str, Any]:
    from wayside.coverage.agreement.measured import MeasuredSeries, in_brief  # noqa: PLC0415  loads numpy

    median, low, high = in_brief(measured)
    return {
        "counted": measured.counted,
        "place": measured.place,
        "date": measured.day.isoformat() if measured.day else None,
        "median": median,
        "interval90": [low, high],
        "images": len(measured.scenes) if isinstance(measured, MeasuredSeries) else 0,
    }
