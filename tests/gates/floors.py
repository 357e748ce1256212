"""Bounds of what is reached on labelled data: tightened freely, loosened only for a stated reason, kept beside them.

A set of bounds is ``{set: {"digest": sha256 of the data, ...}}`` with any of

- ``"scores": {metric: [reached, of]}``: floors; the share may not fall;
- ``"ceilings": {metric: number}``: the number may not rise;
- ``"bands": {metric: [number, low, high]}``: the number may not move further out of its band; inside, it is free.

Numbers may differ in their last digits from one machine to another: a gate allows ``SLACK``. A re-pin keeps the tighter
bound inside that, so that many small steps do not add up to a large one.
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
SLACK = 0.005
KINDS = ("scores", "ceilings", "bands")


class FloorLoweredError(ValueError):
    """A re-pin would loosen a bound without a reason."""


def fraction(score: list[int]) -> float:
    return score[0] / score[1] if score[1] else 1.0


def outside(band: list[float]) -> float:
    """Return how far a number lies out of its band."""
    value, low, high = band
    return max(low - value, value - high, 0.0)


def _worse(kind: str, before: Any, now: Any) -> str | None:
    """Return the change in words where ``now`` is worse than ``before``."""
    if kind == "scores":
        return f"{before[0]}/{before[1]} -> {now[0]}/{now[1]}" if fraction(now) < fraction(before) else None
    if kind == "ceilings":
        return f"{before:g} -> {now:g}" if now > before + SLACK else None
    return f"{before[0]:g} -> {now[0]:g}" if outside(now) > outside(before) + SLACK else None


def lowered(pinned: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    """Return what a new measurement would loosen, or drop, in words."""
    found = []
    for name, one in pinned.items():
        for kind in KINDS:
            for metric, before in one.get(kind, {}).items():
                now = measured.get(name, {}).get(kind, {}).get(metric)
                change = "dropped" if now is None else _worse(kind, before, now)
                if change:
                    found.append(f"{name}: {metric}: {change}")
    return found


def _tightest(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return new bounds, but the old ones where the new ones are looser within the slack."""
    fresh = dict(now)
    for kind, badness in (("ceilings", float), ("bands", outside)):
        old = before.get(kind, {})
        if kind in now:
            fresh[kind] = {
                metric: old[metric]
                if metric in old and badness(value) > badness(old[metric]) and not _worse(kind, old[metric], value)
                else value
                for metric, value in now[kind].items()
            }
    return fresh


def repin(pinned: dict[str, Any], measured: dict[str, Any], because: str | None = None) -> dict[str, Any]:
    """Return the bounds to write.

    Raises:
        FloorLoweredError: a bound would be loosened and no reason is given.
    """
    falls = lowered(pinned, measured)
    if falls and not because:
        raise FloorLoweredError("; ".join(falls))
    fresh = {name: _tightest(pinned.get(name, {}), one) for name, one in measured.items()}
    for name, one in fresh.items():
        history = list(pinned.get(name, {}).get("lowered", []))
        history += [{"what": fall, "because": because} for fall in falls if fall.startswith(f"{name}: ")]
        if history:
            one["lowered"] = history
    return fresh


def _text(floors: dict[str, Any]) -> str:
    """Return JSON with every short list of numbers on one line."""
    plain = json.dumps(floors, indent=2, ensure_ascii=False)
    return re.sub(r"\[\s+([-\d.,\s]+?)\s+\]", lambda numbers: f"[{' '.join(numbers[1].split())}]", plain) + "\n"


def main(file: Path, measure: Callable[[Path], dict[str, Any]], about: str | None) -> int:
    """Measure, and write the bounds of ``file`` unless one would be loosened without a reason."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--because", help="why a bound may be loosened")
    beside = Path(os.environ.get("WAYSIDE_SHARED", HERE.parents[2] / "shared"))
    parser.add_argument("--shared", type=Path, default=beside)
    arguments = parser.parse_args()
    pinned = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    try:
        fresh = repin(pinned, measure(arguments.shared), arguments.because)
    except FloorLoweredError as error:
        sys.stderr.write(f"refused, these would be looser: {error}\n")
        return 1
    text = _text(fresh)
    temporary = file.with_suffix(".new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
    sys.stdout.write(text)
    return 0
