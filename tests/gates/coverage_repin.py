"""Pins the floors of the coverage gate: `python tests/gates/coverage_repin.py [--because REASON]`.

A floor is only ever raised. To lower one, say why; the reason is kept in the file, beside the floor that it lowered.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
FLOORS = HERE / "coverage_floors.json"


class FloorLoweredError(ValueError):
    """A re-pin would lower a floor without a reason."""


def scoring() -> ModuleType:
    """Return the scoring module beside this file, however this one was started."""
    if "coverage_scoring" in sys.modules:
        return sys.modules["coverage_scoring"]
    spec = importlib.util.spec_from_file_location("coverage_scoring", HERE / "coverage_scoring.py")
    if spec is None or spec.loader is None:
        raise ImportError("coverage_scoring.py is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules["coverage_scoring"] = module
    spec.loader.exec_module(module)
    return module


def measure(shared: Path) -> dict[str, Any]:
    """Return, for each set of labels, the digest of what was read and every score as a fraction [reached, of]."""
    tools = scoring()
    reports, core, lines = tools.Score(), tools.Score(), tools.Lines()
    for path in tools.report_labels(shared):
        label = tools.load(path)
        document, text = tools.report(shared, label)
        reports += tools.score(document, label["claims"])
        core += tools.score(document, [claim for claim in label["claims"] if claim.get("core")])
        lines += tools.score_lines(document, text, label)
    found = {
        "reports": {
            "digest": tools.digest([*tools.report_labels(shared), *(shared / "reports").glob("*.txt")]),
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
    tools = scoring()
    total = tools.Score()
    paths = [path for path in tools.article_labels(shared, parity) if (tools.load(path)["lang"] == "en") == english]
    for path in paths:
        label = tools.load(path)
        total += tools.score(tools.article(shared, label), label["claims"])
    return {
        "digest": tools.digest([*paths, *(shared / "coverage" / "articles" / path.name for path in paths)]),
        "scores": {
            "claims found": [total.found, total.labels],
            "claims with the exact span": [total.exact_span, total.labels],
            "claims with the right bounds": [total.bounds, total.labels],
            "claims with the right source": [total.source, total.labels],
            "claims with the right chain": [total.via, total.labels],
            "found claims that are labelled": [total.predicted_labelled, total.predicted],
        },
    }


def fraction(score: list[int]) -> float:
    return score[0] / score[1] if score[1] else 1.0


def lowered(pinned: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """Return what a new measurement would lower, or drop, in words."""
    found = []
    for name, before in pinned.items():
        for metric, score in before["scores"].items():
            now = measured.get(name, {}).get("scores", {}).get(metric)
            if now is None:
                found.append(f"{name}: {metric}: dropped")
            elif fraction(now) < fraction(score):
                found.append(f"{name}: {metric}: {score[0]}/{score[1]} -> {now[0]}/{now[1]}")
    return found


def repin(pinned: dict[str, Any], measured: dict[str, Any], because: str | None = None) -> dict[str, Any]:
    """Return the floors to write.

    Raises:
        FloorLoweredError: a floor would fall and no reason is given.
    """
    falls = lowered(pinned, measured)
    if falls and not because:
        raise FloorLoweredError("; ".join(falls))
    fresh = {name: dict(one) for name, one in measured.items()}
    for name, one in fresh.items():
        history = list(pinned.get(name, {}).get("lowered", []))
        history += [{"what": fall, "because": because} for fall in falls if fall.startswith(f"{name}: ")]
        if history:
            one["lowered"] = history
    return fresh


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--because", help="why a floor may fall")
    parser.add_argument(
        "--shared", type=Path, default=Path(os.environ.get("WAYSIDE_SHARED", HERE.parents[2] / "shared"))
    )
    arguments = parser.parse_args()
    pinned = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    try:
        fresh = repin(pinned, measure(arguments.shared), arguments.because)
    except FloorLoweredError as error:
        sys.stderr.write(f"refused, these would fall: {error}\n")
        return 1
    text = re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(fresh, indent=2, ensure_ascii=False)) + "\n"
    temporary = FLOORS.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(FLOORS)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
