"""Pins the floors of the coverage gate: `python tests/gates/coverage_repin.py [--because REASON]`.

A floor is only ever raised. To lower one, say why; the reason is kept in the file, beside the floor that it lowered.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import coverage_scoring
import floors

HERE = Path(__file__).parent
FLOORS = HERE / "coverage_floors.json"


def measure(shared: Path) -> dict[str, Any]:
    """Return, for each set of labels, the digest of what was read and every score as a fraction [reached, of]."""
    reports, core, lines = coverage_scoring.Score(), coverage_scoring.Score(), coverage_scoring.Lines()
    for path in coverage_scoring.report_labels(shared):
        label = coverage_scoring.load(path)
        document, text = coverage_scoring.report(shared, label)
        reports += coverage_scoring.score(document, label["claims"])
        core += coverage_scoring.score(document, [claim for claim in label["claims"] if claim.get("core")])
        lines += coverage_scoring.score_lines(document, text, label)
    found = {
        "reports": {
            "digest": coverage_scoring.digest(
                [*coverage_scoring.report_labels(shared), *(shared / "reports").glob("*.txt")]
            ),
            "scores": {
                "core claims found": [core.found, core.labels],
                "core claims with the exact span": [core.exact_span, core.labels],
                "core claims with the right bounds": [core.bounds, core.labels],
                "core claims with the right source": [core.source, core.labels],
                "core claims with the right chain": [core.via, core.labels],
                "claims found": [reports.found, reports.labels],
                "found claims that are labelled": [reports.predicted_labelled, reports.predicted],
                "body lines kept": [lines.body - lines.body_lost, lines.body],
                "boilerplate lines cut": [lines.boilerplate - lines.boilerplate_kept, lines.boilerplate],
            },
        }
    }
    for name, parity, english in (
        ("articles, odd ids, English", 1, True),
        ("articles, even ids, English", 0, True),
        ("articles, odd ids, other languages", 1, False),
        ("articles, even ids, other languages", 0, False),
    ):
        found[name] = _articles(shared, parity, english=english)
    return found


def _articles(shared: Path, parity: int, *, english: bool) -> dict[str, Any]:
    total = coverage_scoring.Score()
    paths = [
        path
        for path in coverage_scoring.article_labels(shared, parity)
        if (coverage_scoring.load(path)["lang"] == "en") == english
    ]
    for path in paths:
        label = coverage_scoring.load(path)
        total += coverage_scoring.score(coverage_scoring.article(shared, label), label["claims"])
    return {
        "digest": coverage_scoring.digest([*paths, *(shared / "coverage" / "articles" / path.name for path in paths)]),
        "scores": {
            "claims found": [total.found, total.labels],
            "claims with the exact span": [total.exact_span, total.labels],
            "claims with the right bounds": [total.bounds, total.labels],
            "claims with the right source": [total.source, total.labels],
            "claims with the right chain": [total.via, total.labels],
            "found claims that are labelled": [total.predicted_labelled, total.predicted],
        },
    }


if __name__ == "__main__":
    sys.exit(floors.main(FLOORS, measure, __doc__))
