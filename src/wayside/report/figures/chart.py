"""The series figure: counts with intervals, the level, gaps, the baseline's maximum and events.

It is written as SVG directly, so that its letters are the page's own, scale with it, print sharply and can be read
aloud and searched. It is made once for each width of page, as letters that shrink cannot be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wayside.assessment.assessment import Assessment, CountedScene, Look
from wayside.assessment.comparison import main_comparison
from wayside.assessment.seeing import is_mostly_hidden
from wayside.model.series import DatedEvent, MaxBound
from wayside.model.wording import spread90
from wayside.report.document import Graphic
from wayside.report.figures.axes import DateScale, ValueScale, date_ticks, value_ticks
from wayside.report.figures.marks import draw_mark, draw_whisker, mark_of
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg, points
from wayside.report.words import Words, words_of

__all__ = ["ZOOM_DAYS", "Panel", "series_panel", "spoken_series", "zoom_from"]

ZOOM_DAYS = 120
_LETTER = 5.7
_EVENT_ROW = 15.0


@dataclass(frozen=True, slots=True)
class Panel:
    """Extent of one drawing of the series.

    Attributes:
        first, last: the days it shows.
        width, height: its size, in CSS pixels at full size.
    """

    first: date
    last: date
    width: float
    height: float


@dataclass(frozen=True)
class _Frame:
    x: DateScale
    y: ValueScale
    ticks: tuple[int, ...]
    labels: tuple[tuple[DatedEvent, float, int, str], ...]
    words: Words


def zoom_from(assessment: Assessment) -> date | None:
    """Return where a second, closer panel begins; None where the whole series is short or its end holds few scenes."""
    first = assessment.newest.day - timedelta(days=ZOOM_DAYS)
    recent = [row for row in assessment.rows if row.usable and first <= row.day <= assessment.newest.day]
    long = (assessment.newest.day - assessment.rows[0].day).days > 4 * ZOOM_DAYS
    return first if long and len(recent) >= 3 else None


def series_panel(
    assessment: Assessment, panel: Panel, label: str, *, language: str = "en", least_px: int = 0, palette: Palette = OWN
) -> Graphic:
    """Return the series between two days as a drawing with ``label`` for readers who do not see it."""
    words = words_of(language)
    svg = Svg(panel.width, panel.height, label, "chart", palette=palette)
    frame = _frame(assessment, panel, words)
    _gaps(svg, assessment, frame)
    _bounds(svg, assessment, frame)
    _grid(svg, frame, panel)
    _level(svg, assessment, frame)
    _event_lines(svg, frame)
    _counts(svg, assessment, frame)
    _comparison(svg, assessment, frame)
    _bound_labels(svg, assessment, frame)
    _onset(svg, assessment, frame, panel)
    _event_labels(svg, frame)
    _newest(svg, assessment, frame)
    return svg.graphic(least_px=least_px)


def _frame(assessment: Assessment, panel: Panel, words: Words) -> _Frame:
    left, right = 34.0, panel.width - (14.0 if panel.width < 600 else 76.0)
    x = DateScale(panel.first, panel.last, left, right)
    shown = [event for event in assessment.events if x.holds(event.day)]
    labels = _place_events(shown, x, panel.width)
    rows = max((row for _, _, row, _ in labels), default=-1) + 1
    ticks = value_ticks(_largest(assessment, panel))
    top = 16.0 + rows * _EVENT_ROW
    return _Frame(x, ValueScale(ticks[-1], top, panel.height - 30.0), ticks, labels, words)


def _largest(assessment: Assessment, panel: Panel) -> float:
    rows = [row for row in assessment.rows if row.usable and panel.first <= row.day <= panel.last]
    counts: list[float] = [spread90(row.count_of(assessment.counted)).high for row in rows]
    counts += [d.level[2] for d in assessment.series.days if panel.first <= d.day <= panel.last and d.observed]
    counts += [bound.at_most for bound in assessment.bounds if bound.last >= panel.first]
    return max([*counts, 4.0])


def _place_events(
    events: Sequence[DatedEvent], x: DateScale, width: float
) -> tuple[tuple[DatedEvent, float, int, str], ...]:
    """Return each event with the left end of its label, its row from the top, and the text that has room.

    Labels are set greedily into the first row in which they overlap none before.
    """
    longest = max(8, int(width * 0.42 / _LETTER))
    ends: list[float] = []
    placed = []
    for event in sorted(events, key=lambda e: e.day):
        text = event.event if len(event.event) <= longest else event.event[: longest - 1].rstrip() + "…"
        extent = len(text) * _LETTER
        at = x(event.day)
        left = at + 4 if at + 4 + extent < width - 2 else at - 4 - extent
        row = next((i for i, end in enumerate(ends) if left > end + 8), len(ends))
        if row == len(ends):
            ends.append(0.0)
        ends[row] = left + extent
        placed.append((event, left, row, text))
    return tuple(placed)


def _gaps(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    x, y = frame.x, frame.y
    for gap in assessment.gaps:
        if gap.last < x.first or gap.first > x.last:
            continue
        left, right = x(gap.first), x(gap.last)
        svg.add(
            "rect", title=frame.words.say("chart.gap", first=gap.first, last=gap.last), x=left, y=y.top,
            width=right - left, height=y.bottom - y.top, fill=svg.palette.hidden,
        )  # fmt: skip
        text = frame.words.say("chart.days", days=gap.days)
        if right - left > len(text) * _LETTER + 6:
            svg.add(
                "text", text, x=(left + right) / 2, y=y.top + 13, font_size=10.5, text_anchor="middle",
                fill=svg.palette.hidden_text,
            )  # fmt: skip


def _grid(svg: Svg, frame: _Frame, panel: Panel) -> None:
    x, y = frame.x, frame.y
    for tick in frame.ticks:
        svg.line(
            x.left,
            y(tick),
            x.right,
            y(tick),
            stroke=svg.palette.muted if tick == 0 else svg.palette.grid,
            stroke_width=1,
        )
        svg.add(
            "text", str(tick), x=x.left - 7, y=y(tick) + 4, font_size=11.5, text_anchor="end", fill=svg.palette.muted
        )
    for mark in date_ticks(panel.first, panel.last, x.right - x.left, frame.words.language):
        at = x(mark.day)
        svg.line(at, y.bottom, at, y.bottom + (6 if mark.label else 3), stroke=svg.palette.muted, stroke_width=1)
        if mark.label:
            svg.add(
                "text", mark.label, x=at, y=y.bottom + 20, font_size=11.5, text_anchor="middle", fill=svg.palette.muted
            )


def _level(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    x, y = frame.x, frame.y
    days = [d for d in assessment.series.days if x.holds(d.day)]
    if len(days) < 2:
        return
    upper = [(x(d.day), y(d.level[2])) for d in days]
    lower = [(x(d.day), y(d.level[0])) for d in reversed(days)]
    svg.add("polygon", points=points([*upper, *lower]), fill=svg.palette.level, fill_opacity=0.75)
    middle = [(x(d.day), y(d.level[1])) for d in days]
    svg.add("polyline", points=points(middle), fill="none", stroke=svg.palette.level_line, stroke_width=1.3)


def _comparison(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    """Draw the largest earlier count as a dashed line, with its label where no whisker crosses it."""
    held = main_comparison(assessment.series)
    if held is None or held.observed_max is None:
        return
    x, at = frame.x, frame.y(held.observed_max)
    svg.line(x(held.first), at, x.right, at, stroke=svg.palette.ink, stroke_width=1.2, stroke_dasharray="6 4")
    text = frame.words.say("chart.largest_rise" if held.rise_excluded else "chart.largest", count=held.observed_max)
    left = _clear(assessment, frame, len(text) * 6.6, held.observed_max)
    svg.add("text", text, x=left, y=at - 6, font_size=12, font_weight="600", fill=svg.palette.ink, **svg.halo())


def _clear(assessment: Assessment, frame: _Frame, width: float, above: int) -> float:
    """Return the left end of a label of ``width`` above the count ``above`` that the fewest whiskers cross."""
    x = frame.x
    tall = [
        x(row.day)
        for row in assessment.rows
        if row.usable and x.holds(row.day) and spread90(row.count_of(assessment.counted)).high > above
    ]
    tall += [x(event.day) for event, _, _, _ in frame.labels]
    last = max(x.left + 6, x.right - width - 40)
    places = [x.left + 6 + k * (last - x.left - 6) / 40 for k in range(41)]
    return min(places, key=lambda left: (sum(left - 4 <= at <= left + width + 4 for at in tall), left))


def _onset(svg: Svg, assessment: Assessment, frame: _Frame, panel: Panel) -> None:
    onset = assessment.series.onset
    if onset is None or (panel.last - panel.first).days > 2 * ZOOM_DAYS or onset.interval90.high < panel.first:
        return
    x, y = frame.x, frame.y
    left, right = x(onset.interval90.low), x(onset.interval90.high)
    svg.add(
        "rect",
        x=left,
        y=y.bottom - 7,
        width=max(right - left, 3.0),
        height=7,
        fill=svg.palette.accent,
    )
    svg.add(
        "text", frame.words.say("chart.rise"), x=max(left - 6, x.left + 4), y=y.bottom - 8, font_size=11.5,
        fill=svg.palette.accent,
        text_anchor="end" if left - 6 > x.left + 110 else "start", **svg.halo(),
    )  # fmt: skip


def _event_lines(svg: Svg, frame: _Frame) -> None:
    for event, _, row, _ in frame.labels:
        at = frame.x(event.day)
        svg.line(
            at,
            5 + row * _EVENT_ROW,
            at,
            frame.y.bottom,
            stroke=svg.palette.primary,
            stroke_width=1,
            stroke_dasharray="2 3",
        )


def _event_labels(svg: Svg, frame: _Frame) -> None:
    for event, left, row, text in frame.labels:
        title = frame.words.say("chart.event", event=event.event, day=event.day)
        svg.add(
            "text",
            text,
            title=title,
            x=left,
            y=14 + row * _EVENT_ROW,
            font_size=11.5,
            fill=svg.palette.primary,
            **svg.halo(),
        )


def _counts(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    for row in assessment.rows:
        if row is assessment.newest or not frame.x.holds(row.day):
            continue
        if row.usable:
            _whisker(svg, assessment, row, frame, svg.palette.primary)
        else:
            reasons = row.result.reasons if isinstance(row, CountedScene) else ()
            title = frame.words.say("chart.nothing", day=row.day) + (f": {reasons[0]}" if reasons else "")
            draw_mark(
                svg, mark_of(row), (frame.x(row.day), frame.y.bottom - 6.0), 3.0, colour=svg.palette.ink, title=title
            )


def _whisker(svg: Svg, assessment: Assessment, row: Look, frame: _Frame, colour: str) -> None:
    count = row.count_of(assessment.counted)
    low, high = spread90(count)
    at, size, mark = frame.x(row.day), 4.2 if row is assessment.newest else 2.6, mark_of(row)
    draw_whisker(svg, mark, at, (frame.y(low), frame.y(high)), colour)
    title = frame.words.say("chart.count", day=row.day, count=count.median, low=low, high=high)
    title += _less(row, frame.words)
    draw_mark(svg, mark, (at, frame.y(count.median)), size, colour=colour, title=title)


def _less(row: Look, words: Words) -> str:
    """Return what makes a count less than a plain count of ours, for its tooltip."""
    if not isinstance(row, CountedScene):
        return f"; {words.say('chart.published')}" + (f": {row.publisher}" if row.publisher else "")
    found = [] if row.result.registration.registered else [words.say("fit.unregistered")]
    hidden = words.hidden(row.result)
    if is_mostly_hidden(row) and hidden:
        found.append(words.say("chart.hidden", what=hidden))
    return "".join(f"; {text}" for text in found)


def _newest(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    row = assessment.newest
    _whisker(svg, assessment, row, frame, svg.palette.accent)
    at, level = frame.x(row.day), frame.y(assessment.now.median)
    beside = frame.x.right - frame.x.left > 600
    place: dict[str, Any] = {
        "x": at + 9 if beside else at - 9,
        "text_anchor": "start" if beside else "end",
        "fill": svg.palette.accent,
    }
    svg.add("text", str(assessment.now.median), y=level + 2, font_size=18, font_weight="bold", **place, **svg.halo())
    svg.add(
        "text",
        f"({frame.words.say('range', of=spread90(assessment.now))})",
        y=level + 17,
        font_size=11,
        **place,
        **svg.halo(),
    )


def _bounds(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    """Draw what others published as a bound over a period: a band up to it, with its line and its name."""
    for bound in assessment.bounds:
        if bound.last >= frame.x.first and bound.first <= frame.x.last:
            _bound(svg, bound, frame)


def _bound(svg: Svg, bound: MaxBound, frame: _Frame) -> None:
    x, y = frame.x, frame.y
    left, right, top = x(bound.first), x(bound.last), y(bound.at_most)
    label = _bound_label(bound, frame)
    title = frame.words.say("chart.bound_title", label=label, first=bound.first, last=bound.last)
    svg.add(
        "rect", title=title, class_="bound", x=left, y=top, width=max(right - left, 1.0), height=y.bottom - top,
        fill=svg.palette.bound, fill_opacity=0.18,
    )  # fmt: skip
    svg.line(left, top, max(right, left + 1.0), top, stroke=svg.palette.bound, stroke_width=1.6)


def _bound_label(bound: MaxBound, frame: _Frame) -> str:
    key = "chart.bound_by" if bound.source else "chart.bound"
    return frame.words.say(key, at_most=bound.at_most, source=bound.source)


def _bound_labels(svg: Svg, assessment: Assessment, frame: _Frame) -> None:
    """Name the bounds over their lines, where there is room; drawn late, so that no count crosses the letters."""
    x = frame.x
    for bound in assessment.bounds:
        left, label = x(bound.first), _bound_label(bound, frame)
        if bound.last >= x.first and bound.first <= x.last and x(bound.last) - left > len(label) * _LETTER:
            y = frame.y(bound.at_most) - 5
            svg.add("text", label, x=left + 4, y=y, font_size=11.5, fill=svg.palette.bound, **svg.halo())


def spoken_series(assessment: Assessment, language: str = "en") -> str:
    """Return the figure in one sentence, for readers who do not see it."""
    rows = [row for row in assessment.rows if row.usable]
    return words_of(language).say(
        "chart.alt", n=len(rows), first=rows[0].day, last=assessment.newest.day, count=assessment.now.median,
        interval=spread90(assessment.now),
    )  # fmt: skip
