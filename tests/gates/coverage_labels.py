"""The texts that a reader labelled, and how they are divided; shared by the gate, the peers and the results page.

Articles whose family was kept aside are scored like all others; of them nothing but sums may leave a script.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from coverage_families import is_held_out
from coverage_names import host_of

from wayside.coverage import read_document
from wayside.model.documents import Document

__all__ = ["SETS", "Corpus", "Text", "digest", "read_corpus", "report_labels"]

REPORTS = "five reports"
# Named sets of labelled texts, in the order of tables. Kept aside "never in view": members that nobody had read;
# "in view once": members that had been read when the first prototype's rules were written, and not since.
SETS = (
    REPORTS,
    "in view, English",
    "kept aside, English",
    "kept aside, English, never in view",
    "kept aside, English, in view once",
    "in view, other languages",
    "kept aside, other languages",
    "kept aside, other languages, never in view",
    "kept aside, other languages, in view once",
)


@dataclass(frozen=True)
class Text:
    """One text with what is known of it.

    Attributes:
        id: as in its label; "S0" … for a report.
        document: as read.
        label: the reader's, or None where nobody read it.
        cluster: its story.
        family: its syndication family.
        language: ISO 639-1.
        url: address, or None.
        kept_aside: not to be looked at.
        raw: the file's text.
        files: what the digest covers.
    """

    id: str
    document: Document
    label: dict[str, Any] | None
    cluster: str
    family: str
    language: str
    url: str | None
    kept_aside: bool
    raw: str = field(repr=False)
    files: tuple[Path, ...] = field(repr=False, default=())

    @cached_property
    def is_report(self) -> bool:
        return self.id.startswith("S")

    @property
    def sets(self) -> list[str]:
        """Return the names of the sets that it is in."""
        if self.is_report:
            return [REPORTS]
        tongue = "English" if self.language == "en" else "other languages"
        if not self.kept_aside:
            return [f"in view, {tongue}"]
        when = "in view once" if int(self.id) % 2 else "never in view"
        return [f"kept aside, {tongue}", f"kept aside, {tongue}, {when}"]


@dataclass(frozen=True)
class Corpus:
    """All texts: the five reports first, then the articles by number."""

    texts: tuple[Text, ...]

    def labelled(self, name: str) -> list[Text]:
        """Return the labelled texts of a set."""
        return [text for text in self.texts if text.label is not None and name in text.sets]

    @property
    def documents(self) -> list[Document]:
        return [text.document for text in self.texts]

    def by_document(self) -> dict[str, Text]:
        return {text.document.id: text for text in self.texts}


def digest(paths: Iterable[Path]) -> str:
    """Return one sha256 over names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def report_labels(shared: Path) -> list[Path]:
    return sorted((shared / "coverage" / "labels").glob("S?.json"))


def _report(shared: Path, path: Path) -> Text:
    label = load(path)
    file = shared / "reports" / label["file"]
    data = file.read_bytes()
    return Text(
        id=path.stem,
        document=read_document(data, f"{path.stem}.txt"),  # the files are numbered as articles are
        label=label,
        cluster="rail-2023-10",
        family=label["family"],
        language="en",
        url=None,
        kept_aside=False,
        raw=data.decode(),
        files=(path, file),
    )


def _article(shared: Path, path: Path) -> Text:
    found = load(path)
    try:
        published = date.fromisoformat(found["date"])
    except ValueError:
        published = None
    url = found["url"]
    name = f"{found['id']}.txt"
    read = read_document(
        found["text"].encode(), name, published=published, outlet=host_of(url) or None, url=url or None
    )
    label = shared / "coverage" / "labels" / path.name
    return Text(
        id=found["id"],
        document=read,
        label=load(label) if label.exists() else None,
        cluster=found["cluster"],
        family=found["family"],
        language=found["lang"],
        url=url or None,
        kept_aside=is_held_out(found["family"]),
        raw=found["text"],
        files=(label, path) if label.exists() else (path,),
    )


def read_corpus(shared: Path, *, view: Sequence[str] | None = None) -> Corpus:
    """Read the reports and the articles.

    Args:
        shared: folder with ``reports`` and ``coverage``.
        view: ids of the articles to read; None: all.
    """
    articles = sorted((shared / "coverage" / "articles").glob("[0-9]*.json"))
    chosen = [path for path in articles if view is None or path.stem in view]
    reports = [_report(shared, path) for path in report_labels(shared)]
    return Corpus((*reports, *(_article(shared, path) for path in chosen)))
