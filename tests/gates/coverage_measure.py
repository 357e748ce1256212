"""Measures what the gate of coverage pins: fractions alone, so that nothing of a text that was kept aside gets out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage_changes
import coverage_grouping as grouping
from coverage_labels import REPORTS, SETS, Corpus, Text, digest, read_corpus
from coverage_scoring import Lines, score_boilerplate, score_lines, score_statements, score_text

from wayside.coverage import analyse
from wayside.model.claims import Claim
from wayside.model.coverage import CoverageResult

__all__ = ["Analysed", "analysed", "documented", "measure", "measured_on", "table"]

Counts = Counter[str]
Scores = dict[str, list[int]]
# What a table shows of the claims: the metric, and the counts that it is made of.
CLAIM_METRICS = (
    ("claims found", "found", "labels"),
    ("found claims that are labelled", "predicted, labelled", "predicted"),
    ("exact span", "span", "labels"),
    ("right bounds", "bounds", "labels"),
    ("right approximation word", "word", "labels"),
    ("right counted thing", "thing", "labels"),
    ("right kind", "kind", "labels"),
    ("right source", "source", "labels"),
    ("right source, inferred ones too", "source or inferred", "labels"),
    ("inferred sources that are right", "inferred, right", "inferred"),
    ("right source, where one is named", "source, named", "named"),
    ("right source, where the text has its name", "source, in text", "in text"),
    ("no name, where the text lacks the label's", "source, not in text", "not in text"),
    ("none, where none is named", "source, nobody", "nobody"),
    ("right source, read alone", "source alone", "labels"),
    ("right chain", "chain", "labels"),
    ("right chain, where the text has its names", "chain, in text", "chain named in text"),
    ("right chain, strict", "chain, strict", "labels"),
)


@dataclass(frozen=True)
class Analysed:
    """The corpus, its analysis in one run, and each text's claims as found alone.

    Attributes:
        corpus: the texts.
        together: of all of them.
        alone: claims by document.
    """

    corpus: Corpus
    together: CoverageResult
    alone: dict[str, tuple[Claim, ...]]

    def claims_together(self, text: Text) -> list[Claim]:
        return [claim for claim in self.together.claims if claim.document == text.document.id]


def analysed(shared: Path) -> Analysed:
    """Read and analyse everything."""
    corpus = read_corpus(shared)
    alone = {text.document.id: analyse([text.document]).claims for text in corpus.texts if text.label is not None}
    return Analysed(corpus, analyse(corpus.documents), alone)


def _claims(found: Analysed, texts: Sequence[Text], *, core: bool = False) -> Counts:
    total: Counts = Counter()
    names = {one.id: one.name for one in found.together.organisations}
    for text in texts:
        assert text.label is not None
        labels = [one for one in text.label["claims"] if one.get("core") or not core]
        total += score_text(text, found.alone[text.document.id], found.claims_together(text), labels, names)
    return total


def _fractions(counts: Counts, prefix: str = "") -> Scores:
    return {prefix + name: [counts[top], counts[bottom]] for name, top, bottom in CLAIM_METRICS}


def _boilerplate(found: Analysed, texts: Sequence[Text]) -> list[int]:
    total: Counts = Counter()
    for text in texts:
        total += score_boilerplate(text, found.alone[text.document.id])
    return [total["claims"] - total["in boilerplate"], total["claims"]]


def _reports(found: Analysed) -> Scores:
    texts = found.corpus.labelled(REPORTS)
    core = _fractions(_claims(found, texts, core=True), "core: ")
    del core["core: found claims that are labelled"]  # the other labels are of found claims too
    lines, statements = Lines(), Counter[str]()
    for text in texts:
        assert text.label is not None
        lines += score_lines(text.document, text.raw, text.label)
        statements += score_statements(text, found.alone[text.document.id], found.claims_together(text))
    return {
        **core,
        "body lines kept": [lines.body - lines.body_lost, lines.body],
        "boilerplate lines cut": [lines.boilerplate - lines.boilerplate_kept, lines.boilerplate],
        "statements found": [statements["found"], statements["labels"]],
        "statements with the right source": [statements["source"], statements["labels"]],
    }


def _set(found: Analysed, name: str) -> dict[str, Any]:
    texts = found.corpus.labelled(name)
    scores = _fractions(_claims(found, texts))
    scores["claims outside boilerplate"] = _boilerplate(found, texts)
    if name == REPORTS:
        scores |= _reports(found)
    return {"digest": digest(file for text in texts for file in text.files), "scores": scores}


_VIEWS: tuple[tuple[str, Callable[[Text], bool]], ...] = (
    ("in view", lambda text: not text.kept_aside),
    ("kept aside", lambda text: text.kept_aside),
    ("all", lambda _: True),
)


def _groups(found: Analysed, chosen: Callable[[Text], bool]) -> dict[str, Any]:
    result, corpus = found.together, found.corpus
    texts = [text for text in corpus.texts if chosen(text)]
    told = grouping.story_of(result)
    truth = {text.document.id: text.cluster for text in texts}
    together = grouping.pairs(told, truth)
    precision, recall = grouping.bcubed(told, truth)
    kin = grouping.kinship_pairs(result, corpus, chosen)
    origins = grouping.origin_counts(result, corpus, chosen)
    notes = grouping.changes_by_note(result, corpus, chosen)
    return {
        "digest": digest(file for text in texts for file in text.files),
        "scores": {
            "pairs of one story told together": [together["both"], together["truth"]],
            "pairs told together that are of one story": [together["both"], together["found"]],
            "B-cubed recall": [round(recall * 1000), 1000],
            "B-cubed precision": [round(precision * 1000), 1000],
            "pairs of one family found kin": [kin["family pairs found"], kin["family pairs"]],
            "kin pairs of one family": [kin["kin of a family"], kin["kin"]],
            "kin pairs of one story": [kin["kin of a cluster"], kin["kin"]],
            "origins named as by the reader": [origins["found"], origins["named"]],
            "stated origins that are the reader's origin or final source": [origins["stated, true"], origins["stated"]],
            "primary reports left without an origin": [origins["primary, left alone"], origins["primary"]],
            "noted mutations and traps that a change involves": [notes["found"], notes["noted"]],
        },
    }


def _figures(found: Analysed) -> dict[str, Any]:
    scores: Scores = {}
    for figure in grouping.FIGURES:
        of = grouping.figure_groups(found.together, found.corpus, figure)
        scores[f"{figure.name}: as many sources as the labels"] = [int(of["sources"] == of["labelled sources"]), 1]
        scores[f"{figure.name}: claims in one group"] = [of["grouped"], of["labels"]]
    expected = coverage_changes.EXPECTED
    scores["changes expected by hand, found"] = [
        sum(coverage_changes.is_found(one, found.together, found.corpus) for one in expected),
        len(expected),
    ]
    return {"digest": digest(f for text in found.corpus.texts for f in text.files), "scores": scores}


def measured_on(found: Analysed) -> dict[str, Any]:
    """Return, for each set, the digest of what was read and every score as a fraction [reached, of]."""
    sets = {name: _set(found, name) for name in SETS}
    groups = {f"together: {name}": _groups(found, chosen) for name, chosen in _VIEWS}
    return {**sets, **groups, "figures and changes": _figures(found)}


def measure(shared: Path) -> dict[str, Any]:
    """Read, analyse and score everything."""
    return measured_on(analysed(shared))


DOCUMENTED = (
    "claims found",
    "found claims that are labelled",
    "exact span",
    "right bounds",
    "right counted thing",
    "right source",
    "right source, inferred ones too",
    "right source, where the text has its name",
    "right chain",
)


def documented(measured: dict[str, Any]) -> str:
    """Return the table of docs/coverage.md."""
    rows = [["texts", *DOCUMENTED], ["---"] * (1 + len(DOCUMENTED))]
    for name in SETS:
        scores = measured[name]["scores"]
        rows.append([name, *(f"{scores[metric][0]}/{scores[metric][1]}" for metric in DOCUMENTED)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def table(measured: dict[str, Any]) -> str:
    """Return the scores as text to read: a row for each metric, a column for each set."""
    sets = [name for name in SETS if name in measured]
    lines = ["", *(f"[{chr(65 + at)}] {name}" for at, name in enumerate(sets)), ""]
    rows = list(dict.fromkeys(metric for name in sets for metric in measured[name]["scores"]))
    wide = max(map(len, rows))
    lines.append(" " * wide + "".join(f"{f'[{chr(65 + at)}]':>9}" for at in range(len(sets))))
    for row in rows:
        cells = [measured[name]["scores"].get(row) for name in sets]
        lines.append(f"{row:<{wide}}" + "".join(f"{'' if c is None else f'{c[0]}/{c[1]}':>9}" for c in cells))
    for name, one in measured.items():
        if name not in sets:
            lines += ["", f"{name}:"]
            lines += [f"  {metric:<60} {a}/{b}" for metric, (a, b) in one["scores"].items()]
    return "\n".join(lines) + "\n"
