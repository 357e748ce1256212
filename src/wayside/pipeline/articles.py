"""What has been written: claims in files, held against a measured count."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from wayside.coverage.analysis import analyse
from wayside.coverage.texts.reading import read_document
from wayside.errors import InputError, TextError, WaysideError
from wayside.model.agreement import MeasuredCount
from wayside.model.counts import CountDistribution
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document
from wayside.pipeline.files import read_bytes, read_text
from wayside.pipeline.ports import Clock, Progress
from wayside.pipeline.records import Failure, Recorder, RunRecord

__all__ = ["coverage_files", "read_measured"]


def coverage_files(
    files: Sequence[Path], *, measured: MeasuredCount | None, clock: Clock, progress: Progress
) -> tuple[RunRecord, CoverageResult]:
    """Find what documents claim; a document that cannot be read does not keep the others out.

    Raises:
        InputError: no file is given.
        TextError: none of them can be read.
    """
    if not files:
        raise InputError("no file is given", todo="Name one or more articles, as text or HTML")
    recorder = Recorder("coverage", clock)
    documents: list[Document] = []
    progress.start("Reading articles", len(files))
    with recorder.stage("read"):
        for path in files:
            try:
                documents.append(read_document(read_bytes(path, TextError), path.name))
                recorder.done.append(str(path))
            except WaysideError as error:
                if len(files) == 1:
                    raise
                recorder.failed.append(Failure.of(str(path), error))
            progress.advance(path.name)
    progress.finish()
    if not documents:
        raise TextError("none of the files can be read", todo=str(recorder.failed[0]))
    with recorder.stage("analyse"):
        result = analyse(documents, measured)
    return recorder.record(), result


def read_measured(path: Path) -> MeasuredCount:
    """Read a measured count from what ``wayside count --json`` or ``wayside run`` wrote.

    Args:
        path: a count (its ``freight``) or an assessment (the count of its newest scene).

    Raises:
        InputError: it is neither.
    """
    text = read_text(path, InputError)
    try:
        document = json.loads(text)
        return _measured(document)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        if isinstance(fault, WaysideError):
            raise
        raise InputError(
            "this is neither a count nor an assessment in JSON",
            where=str(path),
            todo="Make it with: wayside count … --json > count.json, or take assessment.json of a workspace",
        ) from fault


def _measured(document: dict[str, Any]) -> MeasuredCount:
    if "judgements" in document:
        now = document["series"]["now"]
        # An assessment gives its count as a median and an interval; a distribution of that shape stands for it.
        count = CountDistribution.from_interval(now["median"], *now["interval90"])
        return MeasuredCount(
            first=count.first,
            p=tuple(count.p.tolist()),
            counted=str(document["counted"]),
            place=str(document["site"]["name"]),
            day=date.fromisoformat(document["series"]["date"]),
        )
    pmf = (document.get("freight") or document["count"])["pmf"]
    return MeasuredCount(first=int(pmf["first"]), p=_normalised(pmf["p"]), counted="freight car")


def _normalised(p: list[float]) -> tuple[float, ...]:
    """Return probabilities that sum to 1: a file may have rounded them."""
    total = float(sum(p))
    return tuple(float(value) / total for value in p) if total > 0 else tuple(p)
