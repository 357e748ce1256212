"""docs/registration.md: what was measured, as tables, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from registration.chained import Chained, chains_table
from registration.run import EARLIER, OURS, Row
from wayside.imagery.registration import MIN_QUALITY

_TEXT = Path(__file__).with_name("page.md")
_THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
_SHIFTS = ((0.0, 0.2), (0.2, 0.5), (0.5, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, 20.0), (20.0, 31.0))
_HIDDEN = ((0.01, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8))


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _drawn(row: Row) -> bool:
    return row.source.startswith("yard")


def _related(row: Row) -> bool:
    return not math.isnan(row.shift_m)


def _share(part: int, of: int) -> str:
    return f"{part / of:.0%}" if of else "-"


def _errors(rows: Sequence[Row]) -> tuple[str, str]:
    """Return median and 95 % error of what is registered, in metres and in cells."""
    trusted = [r for r in rows if r.registered and math.isfinite(r.error_m)]
    if not trusted:
        return "-", "-"
    metres = np.quantile([r.error_m for r in trusted], [0.5, 0.95])
    cells = np.quantile([r.error_m / r.pixel_m for r in trusted], [0.5, 0.95])
    return f"{metres[0]:.2f}, {metres[1]:.2f}", f"{cells[0]:.2f}, {cells[1]:.2f}"


def _summary(rows: Sequence[Row]) -> list[str]:
    registered = [r for r in rows if r.registered]
    return [_share(len(registered), len(rows)), str(sum(r.wrong for r in registered)), *_errors(rows)]


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = {}
    for row in rows:
        out.setdefault(key(row), []).append(row)
    return out


def _beside(rows: Sequence[Row], key: Callable[[Row], str], title: str, unit: str) -> str:
    """Return ours and the earlier method's summaries, by group."""
    now, before = (_grouped([r for r in rows if r.method == m], key) for m in (OURS, EARLIER))
    index = 2 if unit == "m" else 3
    head = [
        title,
        "pairs",
        "registered",
        "of them wrong",
        f"error {unit}: median, 95 %",
        "before: registered",
        "wrong",
        f"error {unit}",
    ]
    lines = []
    for name, ours in now.items():
        a, b = _summary(ours), _summary(before[name])
        lines.append([name, str(len(ours)), a[0], a[1], a[index], b[0], b[1], b[index]])
    return _table(head, lines)


def _methods(rows: Sequence[Row]) -> str:
    lines = []
    forced = [replace(r, method=f"{OURS}, trusted or not", registered=True) for r in rows if r.method == OURS]
    for name, found in _grouped([*rows, *forced], lambda r: r.method).items():
        related, other = [r for r in found if _related(r)], [r for r in found if not _related(r)]
        right = [r for r in related if r.registered and not r.wrong]
        wrong = sum(r.registered and r.wrong for r in found)
        cells = np.median([r.error_m / r.pixel_m for r in right]) if right else math.nan
        lines.append(
            [
                name,
                _share(len(right), len(related)),
                _share(wrong, sum(r.registered for r in found)),
                _share(sum(r.registered for r in other), len(other)),
                f"{cells:.2f}",
                f"{1000 * np.median([r.seconds for r in found]):.0f}",
            ]
        )
    head = [
        "method",
        "found, of related pairs",
        "wrong, of what it gives",
        "unrelated pairs registered",
        "median error of the found, cells",
        "processor ms",
    ]
    return _table(head, lines)


def _curve(rows: Sequence[Row]) -> str:
    ours = [r for r in rows if r.method == OURS]
    related = [r for r in ours if _related(r)]
    lines = []
    for least in _THRESHOLDS:
        passed = [r for r in ours if r.quality >= least]
        right = sum(not r.wrong for r in passed)
        label = f"**{least:g}**" if least == MIN_QUALITY else f"{least:g}"
        lines.append([label, _share(right, len(related)), f"{len(passed) - right} of {len(passed)}"])
    return _table(["quality at least", "right, of related pairs", "wrong"], lines)


def _bins(rows: Sequence[Row], value: Callable[[Row], float], limits: Sequence[tuple[float, float]]) -> list[list[str]]:
    lines = []
    for low, high in limits:
        part = [r for r in rows if low <= value(r) < high]
        if part:
            lines.append([f"{low:g} to {high:g}", str(len(part)), *_summary(part)])
    return lines


def _spread(rows: Sequence[Row]) -> str:
    lines = []
    for name, part in _grouped([r for r in rows if r.method == OURS and r.registered and _related(r)], _family).items():
        ratio = np.array([r.error_m / r.spread_m for r in part])
        # Two axes: a spread s in each gives a distance under 2.15 s in 90 % of cases (Rayleigh).
        lines.append(
            [
                name,
                str(len(part)),
                f"{np.median([r.spread_m / r.pixel_m for r in part]):.2f}",
                f"{(ratio < 2.146).mean():.0%}",
            ]
        )
    return _table(["pairs", "registered", "median spread, cells", "error within what the spread gives for 90 %"], lines)


def _family(row: Row) -> str:
    if not _drawn(row):
        return "real"
    return "drawn, snow" if "snow" in row.kind else "drawn"


def write_page(rows: Sequence[Row], chains: Sequence[Chained]) -> str:
    """Return the page.

    Args:
        rows: every method on every pair.
        chains: winter scenes fitted to a summer.
    """
    ours = [r for r in rows if r.method == OURS]
    drawn, real = ([r for r in rows if _drawn(r) == want] for want in (True, False))
    bins = ["pairs", "registered", "of them wrong", "error m: median, 95 %", "error cells"]
    hidden = [r for r in ours if r.kind in {"cloud", "partly outside"}]
    parts = {
        "drawn": _beside(drawn, lambda r: f"{r.kind}, {r.pixel_m:g} m", "drawn, cell", "m"),
        "real": _beside(real, lambda r: r.kind, "real", "cells"),
        "methods_drawn": _methods(drawn),
        "methods_real": _methods(real),
        "curve": _curve(rows),
        "shifts": _table(["shift, m", *bins], _bins([r for r in ours if _related(r)], lambda r: r.shift_m, _SHIFTS)),
        "hidden": _table(["hidden or outside", *bins], _bins(hidden, lambda r: r.hidden, _HIDDEN)),
        "spread": _spread(rows),
        "chains": _table(
            ["drawn, cell", "scenes", "fitted directly", "directly or through others", "of them wrong"],
            chains_table(chains),
        ),
        "pairs": str(len(ours)),
        "registered": str(sum(r.registered for r in ours)),
        "wrong": str(sum(r.registered and r.wrong for r in ours)),
    }
    text = _TEXT.read_text()
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text
