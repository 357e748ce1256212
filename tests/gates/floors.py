"""Floors of what is reached on labelled data: raised freely, lowered only for a stated reason that is kept beside them.

A set of floors is ``{set: {"digest": sha256 of the data, "scores": {metric: [reached, of]}}}``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class FloorLoweredError(ValueError):
    """A re-pin would lower a floor without a reason."""


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


def main(file: Path, measure: Callable[[Path], dict[str, Any]], about: str | None) -> int:
    """Measure, and write the floors of ``file`` unless one would fall without a reason."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--because", help="why a floor may fall")
    beside = Path(os.environ.get("WAYSIDE_SHARED", HERE.parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=beside)
    arguments = parser.parse_args()
    pinned = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    try:
        fresh = repin(pinned, measure(arguments.shared), arguments.because)
    except FloorLoweredError as error:
        sys.stderr.write(f"refused, these would fall: {error}\n")
        return 1
    text = re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(fresh, indent=2, ensure_ascii=False)) + "\n"
    temporary = file.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
    sys.stdout.write(text)
    return 0
