"""When the rise began, set against what else happened: one line for each event, from its day to the onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from wayside.assessment.assessment import Assessment
from wayside.errors import ValueRefusedError
from wayside.model.series import EventLag, Onset
from wayside.report.document import Graphic
from wayside.report.figures.axes import DateScale, date_ticks
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg, points
from wayside.report.words import Words, words_of

__all__ = ["OnsetPanel", "onset_graphic", "onset_height", "shown_lags"]

_ROW, _TALL_ROW, _TOP, _FOOT, _SIDE = 46.0, 64.0, 44.0, 28.0, 12.0
_NARROW = 500.0
"""Below this width a lag stands under its event's line, not beside the name."""
_NEAR = timedelta(days=200)
_LETTER = 6.4


@dataclass(frozen=True, slots=True)
class OnsetPanel:
    """Extent of the drawing, in CSS pixels at full size."""

    width: float
    height: float


def shown_lags(assessment: Assessment) -> tuple[EventLag, ...]:
    """Return the events that are drawn, in order of date: those within 200 days of the onset's interval."""
    onset = assessment.series.onset
    if onset is None:
        return ()
    first, last = onset.interval90.low - _NEAR, onset.interval90.high + _NEAR
    return tuple(
        sorted(
            (lag for lag in assessment.series.events if first <= lag.event.day <= last), key=lambda lag: lag.event.day
        )
    )


def _row(width: float) -> float:
    return _TALL_ROW if width < _NARROW else _ROW


def onset_height(assessment: Assessment, width: float = 2 * _NARROW) -> float:
    """Return how tall the drawing is at a width."""
    return _TOP + _row(width) * max(1, len(shown_lags(assessment))) + _FOOT


def onset_graphic(
    assessment: Assessment, width: float, *, language: str = "en", least_px: int = 0, palette: Palette = OWN
) -> Graphic:
    """Return the onset's 90 % interval as a band through the days, and each event near it with its lag.

    Raises:
        ValueRefusedError: the assessment dates no onset.
    """
    onset, words = assessment.series.onset, words_of(language)
    if onset is None:
        raise ValueRefusedError("no rise is dated, so there is no onset to draw")
    panel, lags = OnsetPanel(width, onset_height(assessment, width)), shown_lags(assessment)
    svg = Svg(panel.width, panel.height, _spoken(onset, lags, words), "onset", palette=palette)
    x = _scale(assessment, onset, lags, panel)
    _axis(svg, x, panel, words)
    _band(svg, onset, x, panel, words)
    for i, lag in enumerate(lags):
        _event(svg, lag, onset, x, top=_TOP + _row(width) * i, words=words)
    return svg.graphic(least_px=least_px)


def _spoken(onset: Onset, lags: Sequence[EventLag], words: Words) -> str:
    events = "; ".join(words.say("onset.spoken", event=lag.event.event, lag=lag.lag90) for lag in lags)
    return words.say("onset.alt", first=onset.interval90.low, last=onset.interval90.high, events=events)


def _scale(assessment: Assessment, onset: Onset, lags: Sequence[EventLag], panel: OnsetPanel) -> DateScale:
    days = [onset.interval90.low, onset.interval90.high, *(lag.event.day for lag in lags), assessment.newest.day]
    first, last = min(days), max(days)
    room = max((last - first) / 20, timedelta(days=2))
    return DateScale(first - room, last + room, _SIDE, panel.width - _SIDE)


def _axis(svg: Svg, x: DateScale, panel: OnsetPanel, words: Words) -> None:
    y = panel.height - _FOOT
    svg.line(x.left, y, x.right, y, stroke=svg.palette.muted, stroke_width=1)
    for mark in date_ticks(x.first, x.last, x.right - x.left, words.language):
        at = x(mark.day)
        svg.line(at, y, at, y + (6 if mark.label else 3), stroke=svg.palette.muted, stroke_width=1)
        half = len(mark.label) * _LETTER / 2
        if mark.label and x.left <= at - half and at + half <= x.right:
            svg.add("text", mark.label, x=at, y=y + 20, font_size=11.5, text_anchor="middle", fill=svg.palette.muted)


def _band(svg: Svg, onset: Onset, x: DateScale, panel: OnsetPanel, words: Words) -> None:
    left, right, bottom = x(onset.interval90.low), x(onset.interval90.high), panel.height - _FOOT
    width = max(right - left, 2.0)
    svg.add(
        "rect",
        class_="onset",
        x=left,
        y=22,
        width=width,
        height=bottom - 22,
        fill=svg.palette.accent,
        fill_opacity=0.13,
    )
    svg.add("rect", x=left, y=22, width=width, height=6, fill=svg.palette.accent)
    at = x(onset.median)
    svg.line(at, 22, at, bottom, stroke=svg.palette.accent, stroke_width=1.4)
    text = words.say("onset.label", first=onset.interval90.low, last=onset.interval90.high)
    half = len(text) * _LETTER / 2
    middle = min(max((left + right) / 2, x.left + half), max(x.right - half, x.left + half))
    svg.add(
        "text", text, x=middle, y=15, font_size=12, font_weight="600", text_anchor="middle", fill=svg.palette.accent
    )


def _event(svg: Svg, lag: EventLag, onset: Onset, x: DateScale, *, top: float, words: Words) -> None:
    """Draw an event: its day as a diamond, a line from there to the onset, its name over it and its lag."""
    y, at = top + 30, x(lag.event.day)
    told = words.say("onset.lag", lag=lag.lag90)
    day = words.say("onset.day", day=lag.event.day)
    narrow = x.right - x.left < _NARROW - 2 * _SIDE
    beside = 0 if narrow else len(told)
    longest = int((x.right - x.left - (beside + len(day) + 4) * _LETTER) / _LETTER)
    name = lag.event.event if len(lag.event.event) <= longest else lag.event.event[: max(longest - 1, 6)].rstrip() + "…"
    title = words.say("chart.event", event=lag.event.event, day=lag.event.day)
    svg.line(x.left, y, x.right, y, stroke=svg.palette.grid, stroke_width=1)
    svg.line(at, y, x(onset.median), y, stroke=svg.palette.primary, stroke_width=2)
    corners = [(at, y - 6), (at + 6, y), (at, y + 6), (at - 6, y)]
    svg.add("polygon", title=title, class_="event", points=points(corners), fill=svg.palette.primary)
    svg.add(
        "text", f"{name}, {day}", title=title, x=x.left, y=top + 15, font_size=12.5, fill=svg.palette.ink, **svg.halo()
    )
    svg.add(
        "text",
        told,
        x=x.right,
        y=top + (51 if narrow else 15),
        font_size=12.5,
        font_weight="600",
        text_anchor="end",
        fill=svg.palette.primary,
        **svg.halo(),
    )
