"""What has been written: claims in files, held against a measured count."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wayside._version import __version__
from wayside.coverage.agreement.measured import measured_from_json
from wayside.coverage.analysis import analyse
from wayside.coverage.output.ratings import with_ratings
from wayside.coverage.texts.reading import read_documents
from wayside.errors import InputError, TextError, WaysideError
from wayside.model.agreement import MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document
from wayside.pipeline.article_events import events_table
from wayside.pipeline.article_files import ArticleFile, Listed, article_files, read_article_bytes
from wayside.pipeline.article_tables import Particulars, read_particulars, read_ratings
from wayside.pipeline.files import read_text, write_bytes
from wayside.pipeline.ports import Clock, Progress
from wayside.pipeline.records import Failure, Recorder, RunRecord, Skip
from wayside.report.coverage import coverage_html

__all__ = ["CoverageExtras", "coverage_files", "read_measured", "spared"]

_MOST_CHARACTERS = 400_000_000
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CoverageExtras:
    """What goes along with articles, and what is written about them; None for none.

    Attributes:
        documents: spreadsheet of what is known of the files (``file,published,outlet,url,title,author``).
        ratings: spreadsheet of an analyst's grades (``subject,reliability,credibility,by,on,note``).
        events: where to write the dated events that the texts name, as CSV.
        html: where to write the page.
    """

    documents: Path | None = None
    ratings: Path | None = None
    events: Path | None = None
    html: Path | None = None


def coverage_files(
    files: Sequence[Path],
    *,
    measured: MeasuredCount | None,
    clock: Clock,
    progress: Progress,
    extras: CoverageExtras | None = None,
) -> tuple[RunRecord, CoverageResult]:
    """Find what documents claim; a document that cannot be read does not keep the others out.

    Args:
        files: files and folders of them.
        measured: a count to set the claims against, or None.
        clock: for the record.
        progress: told of every file.
        extras: tables to read first, and files to write in the end.

    Raises:
        InputError: no file is given, or a table cannot be used.
        TextError: none of the files can be read.
        OutsideError: the disk failed.
    """
    extras = extras or CoverageExtras()
    recorder = Recorder("coverage", clock)
    listed = article_files(files)
    _check_outputs(extras, listed)
    known = {} if extras.documents is None else read_particulars(extras.documents, listed.files)
    ratings = () if extras.ratings is None else read_ratings(extras.ratings)
    recorder.skipped += listed.skipped
    with recorder.stage("read"):
        documents = _read_all(listed.files, known, recorder, progress)
    with recorder.stage("analyse"):
        result = spared(documents, lambda some: analyse(some, measured), recorder)
    if ratings:
        result = with_ratings(result, ratings, str(extras.ratings))
    with recorder.stage("write"):
        _write(extras, result, measured, recorder, clock)
    return recorder.record(), result


def _check_outputs(extras: CoverageExtras, listed: Listed) -> None:
    """Refuse to write over what is read, or into a folder's place, before any work is done."""
    read = {os.path.abspath(path) for path in (extras.documents, extras.ratings) if path is not None}  # noqa: PTH100
    read |= {os.path.abspath(file.path) for file in listed.files}  # noqa: PTH100  as it is named, links not followed
    for option, path in (("--events", extras.events), ("--html", extras.html)):
        if path is None:
            continue
        if os.path.abspath(path) in read:  # noqa: PTH100
            raise InputError(f"{option} would write over a file that is read", where=str(path))
        if path.is_dir():
            raise InputError(f"{option} names a folder", where=str(path), todo="Name a file in it")
    if extras.events is not None and extras.events == extras.html:
        raise InputError("--events and --html name one file", where=str(extras.html))


def _read_all(
    files: Sequence[ArticleFile], known: dict[Path, Particulars], recorder: Recorder, progress: Progress
) -> list[Document]:
    """Read the files one by one; what cannot be read is listed, what was read before is left out."""
    reader = _Reader(known, recorder)
    progress.start("Reading articles", len(files))
    for file in files:
        try:
            reader.take(file)
        except WaysideError as error:
            if len(files) == 1:
                raise
            recorder.failed.append(Failure.of(str(file.path), error))
        except Exception as error:  # noqa: BLE001  the outermost handler of one file: it is listed, and the others go on
            recorder.failed.append(Failure(str(file.path), "TextError", f"it cannot be read ({_in_short(error)})"))
        progress.advance(file.name)
    progress.finish()
    if not reader.documents:
        told = "; ".join(str(failure) for failure in recorder.failed[:_SHOWN])
        raise TextError("none of the files can be read", todo=told)
    return reader.documents


def spared(
    documents: Sequence[Document], work: Callable[[Sequence[Document]], CoverageResult], recorder: Recorder
) -> CoverageResult:
    """Return what is found in documents; one that the work fails on is listed and left out, and the others go on.

    Args:
        documents: as read.
        work: finds everything in some documents.
        recorder: where what failed is listed.
    """
    try:
        return work(documents)
    except Exception:  # the outermost handler of all documents: which of them it is, is looked for
        failed: dict[int, Exception] = {}
        for at, document in enumerate(documents):
            try:
                work([document])
            except Exception as error:  # noqa: BLE001  the outermost handler of one document: it is listed
                failed[at] = error
        if not 0 < len(failed) < len(documents):
            raise
    for at, fault in failed.items():
        what = f"no claims could be looked for ({_in_short(fault)})"
        recorder.failed.append(Failure(documents[at].file, "TextError", what))
    return work([document for at, document in enumerate(documents) if at not in failed])


def _in_short(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


class _Reader:
    """Reads files into documents, each content once, up to a limit in all."""

    def __init__(self, known: dict[Path, Particulars], recorder: Recorder) -> None:
        self._known, self._recorder = known, recorder
        self._seen: dict[bytes, str] = {}
        self._characters = 0
        self.documents: list[Document] = []

    def take(self, file: ArticleFile) -> None:
        """Read one file.

        Raises:
            WaysideError: it cannot be read, or there is no room for it.
        """
        data = read_article_bytes(file)
        digest = hashlib.sha256(data).digest()
        if digest in self._seen:
            self._recorder.skipped.append(Skip(str(file.path), f"the same as {self._seen[digest]}"))
            return
        found = self._read(data, file)
        characters = self._characters + sum(len(document.text) for document in found)
        if characters > _MOST_CHARACTERS:
            raise TextError(f"together the articles have more than {_MOST_CHARACTERS:,} characters")
        self._characters = characters
        self._seen[digest] = str(file.path)
        self.documents += found
        self._recorder.done.append(str(file.path))

    def _read(self, data: bytes, file: ArticleFile) -> list[Document]:
        """Return the documents of a file, with what the analyst knows of it; list the parts that are none."""
        known = self._known.get(file.path, Particulars())
        opened = read_documents(data, file.name, published=known.published, outlet=known.outlet, url=known.url)
        for part, what in opened.failures:
            self._recorder.failed.append(Failure(f"{file.path}, {part}", "TextError", what))
        for part, why in opened.skipped:
            self._recorder.skipped.append(Skip(f"{file.path}, {part}", why))
        if known.title is None and known.author is None:
            return list(opened.documents)
        return [
            replace(document, title=known.title or document.title, author=known.author or document.author)
            for document in opened.documents
        ]


def _write(
    extras: CoverageExtras, result: CoverageResult, measured: MeasuredCount | None, recorder: Recorder, clock: Clock
) -> None:
    """Write what was asked for; each file appears whole or not at all."""
    if extras.events is not None:
        table, left = events_table(result.events, {document.id: document.file for document in result.documents})
        if left:
            events = "1 event has" if left == 1 else f"{left} events have"
            recorder.note(f"{events} no single day and can be in no table of events")
        if table is None:
            recorder.note(f"No event with a day was found: {extras.events} was not written")
        else:
            write_bytes(extras.events, table.encode())
            recorder.files["events"] = str(extras.events)
    if extras.html is not None:
        page = coverage_html(result, measured=measured, made=clock.now().date(), software=f"wayside {__version__}")
        write_bytes(extras.html, page.encode("utf-8", "replace"))
        recorder.files["page"] = str(extras.html)


def read_measured(path: Path) -> MeasuredCount:
    """Read what was measured.

    Args:
        path: what ``wayside count --json`` or ``wayside series --json`` printed (of a count, its ``freight``), or the
            ``assessment.json`` of a workspace's report.

    Raises:
        InputError: it is none of these.
    """
    text = read_text(path, InputError)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise InputError(
            "this is not JSON",
            where=str(path),
            todo="Make it with: wayside count … --json > count.json, or take assessment.json of a workspace",
        ) from fault
    return measured_from_json(found, str(path))
