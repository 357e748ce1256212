"""What lies beside the counts of a site: what an analyst entered, and what was published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from wayside.assessment.assessment import CountedScene
from wayside.assessment.entered import LARGEST, read_entered
from wayside.assessment.to_json import to_json
from wayside.coverage.agreement.measured import measured_from_json
from wayside.errors import InputError
from wayside.model.agreement import MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.model.hypotheses import Entered
from wayside.pipeline.articles import CoverageExtras, coverage_files
from wayside.pipeline.cases import Case, Measured, conclude
from wayside.pipeline.files import read_text
from wayside.pipeline.ports import Clock, Progress
from wayside.pipeline.records import Failure, Recorder

__all__ = ["Beside", "entered_from", "with_beside"]

_Found = TypeVar("_Found")

_PARTICULARS, _RATINGS = "documents.csv", "ratings.csv"
"""Spreadsheets in a folder of articles: what is known of the files, and an analyst's grades."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Where it is.

    Attributes:
        analyst: file of judgements and hypotheses; None for none.
        articles: folder of articles; None for none.
    """

    analyst: Path | None = None
    articles: Path | None = None


def with_beside(
    case: Case,
    beside: Beside,
    measured: Measured | None = None,
    *,
    clock: Clock,
    progress: Progress,
    recorder: Recorder,
) -> Case:
    """Return a case with what lies beside its counts; what cannot be read is listed, and the rest goes on.

    Articles are held against the count of the newest image; a case of published counts has none of its own, and what
    was published is not held against itself.

    Args:
        case: the counts.
        beside: what to read.
        measured: what the images of the case come to; None where they are none, or to have it computed.
        clock: for the record.
        progress: told of every article.
        recorder: where what failed is listed.
    """
    entered = (
        None if beside.analyst is None else _tried(partial(entered_from, beside.analyst), beside.analyst, recorder)
    )
    case = replace(case, entered=entered or Entered())
    if beside.articles is None:
        return case
    read = partial(_coverage, case, measured, beside.articles, clock=clock, progress=progress, recorder=recorder)
    return replace(case, coverage=_tried(read, beside.articles, recorder))


def _tried(work: Callable[[], _Found], path: Path, recorder: Recorder) -> _Found | None:
    """Return what work gives; None where it fails, which is listed."""
    try:
        return work()
    except InputError as error:
        recorder.failed.append(Failure.of(str(path), error))
        return None


def entered_from(path: Path) -> Entered:
    """Return what an analyst's file says.

    Raises:
        ConfigError: with every fault in the file.
        InputError, OutsideError: the file cannot be read.
    """
    return read_entered(read_text(path, InputError, limit=4 * LARGEST), where=str(path))


def _coverage(
    case: Case, measured: Measured | None, folder: Path, *, clock: Clock, progress: Progress, recorder: Recorder
) -> CoverageResult:
    extras = CoverageExtras(documents=_there(folder / _PARTICULARS), ratings=_there(folder / _RATINGS))
    count = _measured(case, measured)
    record, result = coverage_files([folder], measured=count, clock=clock, progress=progress, extras=extras)
    recorder.failed += record.failed
    return result


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _measured(case: Case, measured: Measured | None) -> MeasuredCount | None:
    """Return what was counted in the images of a case, the past with it; None where no image was counted."""
    if not any(isinstance(row, CountedScene) and row.usable for row in case.rows):
        return None
    return measured_from_json(to_json(conclude(case, measured).assessment), case.site.name)
