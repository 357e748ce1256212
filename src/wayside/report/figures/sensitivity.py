"""The table of how the record depends on what is assumed: groups of rows, each with a dot on one common scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.model.series import Record, Sensitivity, SeriesResult
from wayside.model.sways import SCENE, say_assumption
from wayside.report.document import Graphic, Span
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg
from wayside.report.words import Words, words_of

__all__ = ["SensitivityGroup", "SensitivityRow", "dot_on_scale", "sensitivity_groups"]

_KINDS = ("jumps", "size", "walk", "dispersion", "dwell", "bound", SCENE, "stress", "rise")
_SCENES_SHOWN = 8
_WORTH_A_ROW = 0.01
_WIDTH, _HEIGHT, _MARGIN = 150.0, 14.0, 6.0


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One assumption: its numbers as they are printed, and (b) as a dot."""

    assumption: Span
    weight: str
    observed: str
    all_days: str
    dot: Graphic
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


def sensitivity_groups(
    series: SeriesResult, language: str = "en", *, palette: Palette = OWN
) -> tuple[SensitivityGroup, ...]:
    """Return the answer itself, then all other assumptions by kind; empty where there are none.

    Of the scenes that were left out only those that move the answer most are shown, and what the others do is said.
    """
    record = series.record
    if record is None or not series.sensitivity:
        return ()
    kinds = {row.group for row in series.sensitivity}
    words = words_of(language)
    order = [*(k for k in _KINDS if k in kinds), *sorted(kinds - set(_KINDS))]
    groups = [SensitivityGroup("", (_answer(series, record, words, palette),))]
    for kind in order:
        rows = [row for row in series.sensitivity if row.group == kind]
        name = words.say(f"sway.{kind}") if kind in _KINDS else kind[:1].upper() + kind[1:]
        shown, rest = _foremost(rows, series, record, words) if kind == SCENE else (rows, "")
        groups.append(SensitivityGroup(name, tuple(_row(row, record, words, palette) for row in shown), rest))
    return tuple(groups)


def dot_on_scale(p: float, average: float | None, language: str = "en", *, palette: Palette = OWN) -> Graphic:
    """Return a scale from 0 to 100 % with a dot at ``p`` and a tick at ``average``; None where ``p`` is that itself."""
    words = words_of(language)
    label = words.say("sway.dot", p=p)
    if average is not None:
        label += words.say("sway.average", p=average)
    svg = Svg(_WIDTH, _HEIGHT, label, "dots", palette=palette)
    middle, unit = _HEIGHT / 2.0, _WIDTH - 2 * _MARGIN
    svg.line(_MARGIN, middle, _WIDTH - _MARGIN, middle, stroke=svg.palette.grid, stroke_width=2)
    for share in (0.0, 0.5, 1.0):
        svg.line(
            _MARGIN + share * unit,
            middle - 3,
            _MARGIN + share * unit,
            middle + 3,
            stroke=svg.palette.muted,
            stroke_width=0.7,
        )
    at = _MARGIN + p * unit
    if average is not None:
        mean = _MARGIN + average * unit
        svg.line(mean, 1, mean, _HEIGHT - 1, stroke=svg.palette.accent, stroke_width=1.2)
        svg.line(mean, middle, at, middle, stroke=svg.palette.level_line, stroke_width=2)
    svg.add("circle", cx=at, cy=middle, r=4, fill=svg.palette.accent if average is None else svg.palette.primary)
    return svg.graphic()


def _answer(series: SeriesResult, record: Record, words: Words, palette: Palette) -> SensitivityRow:
    return SensitivityRow(
        Span(words.say("sway.answer")),
        "",
        _percent(record.p_exceeds_observed, words),
        _percent(record.p_exceeds_all_days, words),
        dot_on_scale(record.p_exceeds_all_days, None, words.language, palette=palette),
        _percent(None if series.surge is None else series.surge.probability, words),
        "–" if series.onset is None else series.onset.median.isoformat(),
    )


def _row(row: Sensitivity, record: Record, words: Words, palette: Palette) -> SensitivityRow:
    return SensitivityRow(
        words.quoted(say_assumption(row.assumption)),
        _percent(row.weight, words),
        _percent(row.p_exceeds_observed, words),
        _percent(row.p_exceeds_all_days, words),
        dot_on_scale(row.p_exceeds_all_days, record.p_exceeds_all_days, words.language, palette=palette),
        _percent(row.surge, words),
        "–" if row.onset is None else row.onset.isoformat(),
    )


def _percent(p: float | None, words: Words) -> str:
    return "–" if p is None else words.say("percent", p=p)


def _foremost(
    rows: Sequence[Sensitivity], series: SeriesResult, record: Record, words: Words
) -> tuple[list[Sensitivity], str]:
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
    if most < _WORTH_A_ROW:
        return shown, words.say("sway.rest_least")
    return shown, words.say("sway.rest", points=math.ceil(round(100 * most, 6)))
