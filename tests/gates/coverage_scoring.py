"""Scores the claim finder against hand-read labels; shared by the gate and the results page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from wayside.coverage import analyse, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wayside.model.claims import Claim
    from wayside.model.documents import Document


@dataclass
class Score:
    """Counts of one run: labelled claims and what became of them, found claims and how many are labelled."""

    labels: int = 0
    found: int = 0
    exact_span: int = 0
    bounds: int = 0
    source: int = 0
    via: int = 0
    predicted: int = 0
    predicted_labelled: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass
class Lines:
    """Counts of lines: of the article and lost, of boilerplate and kept."""

    body: int = 0
    body_lost: int = 0
    boilerplate: int = 0
    boilerplate_kept: int = 0

    def __add__(self, other: Lines) -> Lines:
        return Lines(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def digest(paths: Iterable[Path]) -> str:
    """Return one sha256 over names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def report_labels(shared: Path) -> list[Path]:
    return sorted((shared / "coverage" / "labels").glob("S?.json"))


def article_labels(shared: Path, parity: int) -> list[Path]:
    labels = sorted((shared / "coverage" / "labels").glob("[0-9]*.json"))
    return [path for path in labels if int(path.stem) % 2 == parity]


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def report(shared: Path, label: dict[str, Any]) -> tuple[Document, str]:
    data = (shared / "reports" / label["file"]).read_bytes()
    return read_document(data, label["file"]), data.decode()


def article(shared: Path, label: dict[str, Any]) -> Document:
    found = load(shared / "coverage" / "articles" / f"{label['id']}.json")
    try:
        published = date.fromisoformat(found["date"])
    except ValueError:
        published = None
    return read_document(found["text"].encode(), f"{label['id']}.txt", published=published)


def score(document: Document, labels: list[dict[str, Any]]) -> Score:
    """Compare the quantity claims of a document with its labels; comparisons are left out, labels keep them apart."""
    claims = [claim for claim in analyse([document]).claims if claim.kind != "comparison"]
    total = Score(labels=len(labels), predicted=len(claims))
    total.predicted_labelled = sum(1 for claim in claims if any(overlaps(claim, label) for label in labels))
    for label in labels:
        claim = next((one for one in claims if overlaps(one, label)), None)
        if claim is None:
            continue
        total.found += 1
        total.exact_span += (claim.span.start, claim.span.end) == (label["start"], label["end"])
        total.bounds += (claim.quantity.low, claim.quantity.high) == (label["quantity_low"], label["quantity_high"])
        total.source += same_source(claim, label["attributed_to"])
        total.via += {name.lower() for name in claim.via} >= {
            via.split(" (")[0].lower() for via in label["reported_via"]
        }
    return total


def overlaps(claim: Claim, label: dict[str, Any]) -> bool:
    return bool(claim.span.start < label["end"] and label["start"] < claim.span.end)


def same_source(claim: Claim, attributed: str) -> bool:
    """A narrator is no source; "the group" with a missing antecedent does not count as right."""
    if attributed.startswith("unattributed") or "narrator" in attributed:
        return claim.asserted_by is None or claim.asserted_by.lower() in attributed.lower()
    if claim.asserted_by is None:
        return False
    name = claim.asserted_by.lower().removeprefix("the ")
    return name in attributed.lower() or any(
        part and part in name for part in attributed.lower().replace(")", "").split(" (")[:2]
    )


def score_lines(document: Document, text: str, label: dict[str, Any]) -> Lines:
    """Compare the kept lines of a report with the labelled boilerplate, line by line."""
    cut = {line for first, last in label["boilerplate_lines_1based"] for line in range(first, last + 1)}
    total, offset = Lines(), 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        start = offset + len(line) - len(line.lstrip())
        kept = sum(max(0, min(span.end, start + len(bare)) - max(span.start, start)) for span in document.body)
        if bare and number in cut:
            total.boilerplate += 1
            total.boilerplate_kept += kept > 0
        elif bare:
            total.body += 1
            total.body_lost += kept < len(bare)
        offset += len(line) + 1
    return total
