"""Scores other tools' quantities and groups on the labelled texts, ours beside them, in one way for all."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coverage_grouping import bcubed, pairs, story_of
from coverage_labels import REPORTS, Corpus, Text, read_corpus
from coverage_scoring import combined

from wayside.coverage import analyse
from wayside.model.claims import Claim
from wayside.model.documents import Document

__all__ = ["SETS", "compare"]

OURS: Final = "wayside"
RAW, CUT = "five reports as found", "five reports, our cut"
# Texts that are given to every tool, and which of the labelled sets they are.
SETS: Final = ((RAW, REPORTS), (CUT, REPORTS), ("in view, English",) * 2, ("kept aside, English",) * 2)
Quantity = Mapping[str, Any]


def body(document: Document) -> str:
    """Return a text with all that was cut replaced by blanks, so that every character keeps its place."""
    out = ["\n" if letter == "\n" else " " for letter in document.text]
    for span in document.body:
        out[span.start : span.end] = document.text[span.start : span.end]
    return "".join(out)


def quantity_of(claim: Claim) -> Quantity:
    """Return one of our claims in the shape of the others' quantities."""
    of = claim.quantity
    values = [value for value in (of.figure, of.low, of.high) if value is not None]
    return {"start": claim.span.start, "end": claim.span.end, "values": values, "bounds": [[of.low, of.high]]}


def _together(inside: Sequence[Claim], low: float | None, high: float | None) -> Quantity:
    start, end = min(one.span.start for one in inside), max(one.span.end for one in inside)
    return {"start": start, "end": end, "bounds": [[low, high]]}


def _touches(one: Quantity, start: int, end: int, wanted: set[float]) -> bool:
    if one.get("start") is not None:
        return bool(one["start"] < end and start < one["end"])
    first, last = one["line"]
    return bool(first <= start < last and wanted & set(one.get("values", ())))


def _figures(label: Mapping[str, Any]) -> set[float]:
    """Return the figures as written: "more than 1,000" is labelled 1001 upwards."""
    low, high = label["quantity_low"], label["quantity_high"]
    found = {value for value in (low, high) if value}
    if label["approximation"] == "more than" and low is not None:
        found.add(low - 1)
    return found


def score(found: Sequence[Quantity], text: Text, whole: Sequence[Quantity] = ()) -> Counter[str]:
    """Count labels that are touched, with the right figure, with the right bounds; and quantities that no label has.

    Args:
        found: quantities of one text.
        text: with its label.
        whole: joined claims taken together, which serve for bounds alone.
    """
    label = text.label or {}
    total: Counter[str] = Counter()
    placed = [one for one in found if "error" not in one]
    for claim in label["claims"]:
        wanted = _figures(claim)
        near = [one for one in placed if _touches(one, claim["start"], claim["end"], wanted)]
        total["labels"] += 1
        total["found"] += bool(near)
        total["value"] += any(wanted & set(one["values"]) for one in near)
        asked = [claim["quantity_low"], claim["quantity_high"]]
        together = [one for one in whole if _touches(one, claim["start"], claim["end"], wanted)]
        total["bounds"] += any(asked in one["bounds"] for one in [*near, *together])
    cut = _boilerplate(text)
    total["quantities"] = len(placed)
    total["errors"] = len(found) - len(placed)
    for one in placed:
        start = one["start"] if one.get("start") is not None else one["line"][0]
        total["in boilerplate"] += any(first <= start < last for first, last in cut)
        total["labelled"] += any(_touches(one, c["start"], c["end"], _figures(c)) for c in label["claims"])
    return total


def _boilerplate(text: Text) -> list[tuple[int, int]]:
    label = text.label or {}
    found = [(first, last) for first, last in label.get("boilerplate_char_spans", ())]
    lines = {line for first, last in label.get("boilerplate_lines_1based", ()) for line in range(first, last + 1)}
    offset = 0
    for number, line in enumerate(text.raw.split("\n"), 1):
        if number in lines:
            found.append((offset, offset + len(line)))
        offset += len(line) + 1
    return found


def _texts(corpus: Corpus) -> dict[str, tuple[str, Text]]:
    """Return what is given to every tool, by a name of its own."""
    given = {}
    for name, of in SETS:
        for text in corpus.labelled(of):
            given[f"{name}/{text.id}"] = (body(text.document) if name == CUT else text.raw, text)
    return given


def _sums(by_id: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """Add up by set: of a single text nothing is kept."""
    out: dict[str, Counter[str]] = {name: Counter() for name, _ in SETS}
    for name, counts in by_id.items():
        out[name.split("/")[0]] += counts
    keys = ("labels", "found", "value", "bounds", "quantities", "labelled", "in boilerplate", "errors")
    return {name: {key: counts[key] for key in keys} for name, counts in out.items()}


def _ours(given: Mapping[str, tuple[str, Text]]) -> dict[str, Any]:
    began = time.process_time()
    claims = {name: analyse([text.document]).claims for name, (_, text) in given.items()}
    seconds = time.process_time() - began
    scores = {}
    for name, (_, text) in given.items():
        found = [quantity_of(one) for one in claims[name] if one.kind not in {"comparison", "statement"}]
        taken = [combined(claims[name], label) for label in (text.label or {})["claims"]]
        scores[name] = score(found, text, [_together(*one) for one in taken if len(one[0]) > 1])
    return {"version": "this checkout", "seconds": seconds, "sets": _sums(scores)}


# ---------------------------------------------------------------------------- groups


def _grouping(found: Mapping[str, str], truth: Mapping[str, str]) -> dict[str, float | int]:
    counts = pairs(found, truth)
    precision, recall = bcubed(found, truth)
    return {**counts, "B-cubed precision": precision, "B-cubed recall": recall}


VIEWS: Final[tuple[tuple[str, Callable[[Text], bool]], ...]] = (
    ("five reports", lambda text: text.is_report),
    ("texts in view", lambda text: not text.kept_aside),
    ("texts kept aside", lambda text: text.kept_aside),
    ("all texts", lambda _: True),
)


def _groups(corpus: Corpus, others: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, chosen in VIEWS:
        texts = [text for text in corpus.texts if chosen(text)]
        truth = {text.document.id: text.cluster for text in texts}
        rows = {OURS: _grouping(story_of(analyse([text.document for text in texts])), truth)}
        said = others.get(name, {})
        for threshold, groups in said.get("groups", {}).items():
            rows[f"MinHash, {threshold}"] = _grouping(groups, truth)
        out[name] = {"texts": len(texts), "rows": rows, **{k: said[k] for k in ("skipped", "version") if k in said}}
    return out


# ---------------------------------------------------------------------------- all


def _foreign(python: str, task: Mapping[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        asked, answer = Path(folder, "task.json"), Path(folder, "results.json")
        asked.write_text(json.dumps(task), encoding="utf-8")
        script = Path(__file__).with_name("foreign.py")
        done = subprocess.run(
            [python, "-I", "-W", "ignore", str(script), str(asked), str(answer)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            # The kind of error alone: its words might be those of a text.
            kind = done.stderr.strip().splitlines()[-1].split(":")[0] if done.stderr.strip() else "no words"
            raise SystemExit(f"{python} foreign.py: exit {done.returncode}, {kind}")
        said: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return said


def compare(shared: Path, python: str) -> dict[str, Any]:
    """Return the sums of all tools over the sets of labelled texts, and how well texts are put into stories."""
    corpus = read_corpus(shared)
    given = _texts(corpus)
    task = {
        "texts": [{"id": name, "text": text} for name, (text, _) in given.items()],
        "groups": {
            name: [{"id": text.document.id, "text": body(text.document)} for text in corpus.texts if chosen(text)]
            for name, chosen in VIEWS
        },
    }
    said = _foreign(python, task)
    tools = {OURS: _ours(given)}
    for name, answer in said["quantities"].items():
        if "skipped" in answer:
            tools[name] = {"skipped": answer["skipped"]}
            continue
        scores = {one: score(found, given[one][1]) for one, found in answer["by_id"].items()}
        tools[name] = {"version": answer["version"], "seconds": answer["seconds"], "sets": _sums(scores)}
    return {"quantities": tools, "stories": _groups(corpus, said["near_duplicates"])}
