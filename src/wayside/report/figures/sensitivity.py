"""The table of how the record depends on what is assumed: groups of rows, each with a dot on one common scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wayside.model.series import Record, Sensitivity, SeriesResult
from wayside.model.sways import SCENE, say_assumption
from wayside.model.wording import plural, say_percent
from wayside.report.figures.palette import ACCENT, GRID, LEVEL_LINE, MUTED, NAVY
from wayside.report.figures.svg import Svg

__all__ = ["SensitivityGroup", "SensitivityRow", "dot_on_scale", "sensitivity_groups"]

_NAMES = {
    "jumps": "How often the level jumps",
    "size": "How far it jumps",
    "walk": "How fast it drifts",
    "dispersion": "How much counts vary about it",
    "dwell": "How long the same cars stay",
    "bound": "How often a published bound was looked at",
    SCENE: "Without one scene",
    "stress": "Stress, not part of the average",
    "rise": "Another question",
}
_SCENES_SHOWN = 8
_WORTH_A_ROW = 0.01
_WIDTH, _HEIGHT, _MARGIN = 150.0, 14.0, 6.0


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One assumption: its numbers as they are printed, and (b) as a dot."""

    assumption: str
    weight: str
    observed: str
    all_days: str
    dot: Markup
    surge: str
    onset: str


@dataclass(frozen=True, slots=True)
class SensitivityGroup:
    """Rows of one kind of assumption.

    Attributes:
        name: what is assumed; empty where the rows are of no named kind.
        rows: one or more.
        rest: a sentence on rows that are not shown; empty where all are.
    """

    name: str
    rows: tuple[SensitivityRow, ...]
    rest: str = ""


def sensitivity_groups(series: SeriesResult) -> tuple[SensitivityGroup, ...]:
    """Return the answer itself, then all other assumptions by kind; empty where there are none.

    Of the scenes that were left out only those that move the answer most are shown, and what the others do is said.
    """
    record = series.record
    if record is None or not series.sensitivity:
        return ()
    kinds = {row.group for row in series.sensitivity}
    order = [*(k for k in _NAMES if k in kinds), *sorted(kinds - set(_NAMES))]
    groups = [SensitivityGroup("", (_answer(series, record),))]
    for kind in order:
        rows = [row for row in series.sensitivity if row.group == kind]
        name = _NAMES.get(kind, kind[:1].upper() + kind[1:])
        shown, rest = _foremost(rows, series, record) if kind == SCENE else (rows, "")
        groups.append(SensitivityGroup(name, tuple(_row(row, record) for row in shown), rest))
    return tuple(groups)


def dot_on_scale(p: float, average: float | None) -> Markup:
    """Return a scale from 0 to 100 % with a dot at ``p`` and a tick at ``average``; None where ``p`` is that itself."""
    label = f"{say_percent(p)} on a scale from 0 to 100\u00a0%"
    if average is not None:
        label += f", the average at {say_percent(average)}"
    svg = Svg(_WIDTH, _HEIGHT, label, "dots")
    middle, unit = _HEIGHT / 2.0, _WIDTH - 2 * _MARGIN
    svg.line(_MARGIN, middle, _WIDTH - _MARGIN, middle, stroke=GRID, stroke_width=2)
    for share in (0.0, 0.5, 1.0):
        svg.line(_MARGIN + share * unit, middle - 3, _MARGIN + share * unit, middle + 3, stroke=MUTED, stroke_width=0.7)
    at = _MARGIN + p * unit
    if average is not None:
        mean = _MARGIN + average * unit
        svg.line(mean, 1, mean, _HEIGHT - 1, stroke=ACCENT, stroke_width=1.2)
        svg.line(mean, middle, at, middle, stroke=LEVEL_LINE, stroke_width=2)
    svg.add("circle", cx=at, cy=middle, r=4, fill=ACCENT if average is None else NAVY)
    return svg.markup()


def _answer(series: SeriesResult, record: Record) -> SensitivityRow:
    return SensitivityRow(
        "the answer: the average over what the counts leave open",
        "",
        say_percent(record.p_exceeds_observed),
        say_percent(record.p_exceeds_all_days),
        dot_on_scale(record.p_exceeds_all_days, None),
        "–" if series.surge is None else say_percent(series.surge.probability),
        "–" if series.onset is None else series.onset.median.isoformat(),
    )


def _row(row: Sensitivity, record: Record) -> SensitivityRow:
    return SensitivityRow(
        say_assumption(row.assumption),
        _percent(row.weight),
        _percent(row.p_exceeds_observed),
        say_percent(row.p_exceeds_all_days),
        dot_on_scale(row.p_exceeds_all_days, record.p_exceeds_all_days),
        _percent(row.surge),
        "–" if row.onset is None else row.onset.isoformat(),
    )


def _percent(p: float | None) -> str:
    return "–" if p is None else say_percent(p)


def _foremost(rows: Sequence[Sensitivity], series: SeriesResult, record: Record) -> tuple[list[Sensitivity], str]:
    """Return the rows that move an answer most, one at least, the most moving first, and a sentence on all others."""
    answers = (record.p_exceeds_all_days, record.p_exceeds_observed, series.surge.probability if series.surge else 0.0)

    def moves(row: Sensitivity) -> float:
        found = (row.p_exceeds_all_days, row.p_exceeds_observed, row.surge)
        return max(abs(p - q) for p, q in zip(found, answers, strict=True) if p is not None)

    ordered = sorted(rows, key=moves, reverse=True)
    many = min(max(sum(moves(row) >= _WORTH_A_ROW for row in rows), 1), _SCENES_SHOWN)
    shown, others = ordered[:many], ordered[many:]
    if not others:
        return shown, ""
    most = moves(others[0])
    points = plural(math.ceil(round(100 * most, 6)), "percentage point")
    by = f"more than {points}" if most >= _WORTH_A_ROW else "as much as a percentage point"
    return shown, f"No other scene, left out alone, moves (a), (b) or the surge by {by}."
