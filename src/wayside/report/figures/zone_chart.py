"""The occupied area of a zone over time, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from wayside.model.zones import ZoneFinding, ZoneLook
from wayside.report.document import Graphic
from wayside.report.figures.axes import DateScale, ValueScale, date_ticks, value_ticks
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg

__all__ = ["ChartWords", "zone_chart"]

_HEIGHT = 250.0
_ALL = 0.9


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What the chart says.

    Attributes:
        label: what it shows, for readers who do not see it.
        axis: what stands over the scale of values.
        usual: name of the line of the usual area.
        newest: the newest value with its unit.
    """

    label: str
    axis: str
    usual: str
    newest: str


def zone_chart(
    finding: ZoneFinding, words: ChartWords, *, width: float = 940.0, least_px: int = 0, palette: Palette = OWN
) -> Graphic:
    """Return the chart: a bar along each 90 % interval and a mark at its median, open where much is hidden.

    Args:
        finding: with at least one look that says something.
        words: what it says.
        width: extent, CSS pixels at full size.
        least_px: from this width of page on it is shown.
        palette: of the house.
    """
    looks = [look for look in finding.usable if look.occupied_m2 is not None]
    first, last = looks[0].day, looks[-1].day
    if last - first < timedelta(days=10):
        first, last = first - timedelta(days=5), last + timedelta(days=5)
    ticks = value_ticks(max([look.occupied_m2.high for look in looks if look.occupied_m2], default=1.0))
    x = DateScale(first, last, 44.0, width - (16.0 if width < 600 else 92.0))
    y = ValueScale(float(ticks[-1]), 26.0, _HEIGHT - 30.0)
    svg = Svg(width, _HEIGHT, words.label, palette=palette)
    _axes(svg, x, y, ticks, words)
    if finding.change is not None:
        usual = finding.change.usual_m2
        top, bottom = y(usual.high), y(usual.low)
        svg.add(
            "rect",
            x=x.left,
            y=top,
            width=x.right - x.left,
            height=max(bottom - top, 0.5),
            fill=svg.palette.level,
            fill_opacity=0.6,
        )
        svg.line(
            x.left,
            y(usual.median),
            x.right,
            y(usual.median),
            stroke=svg.palette.muted,
            stroke_width=1,
            stroke_dasharray="4 3",
        )
    for look in looks:
        _mark(svg, look, x, y, newest=look is finding.newest)
    if finding.change is not None:
        # Over the scale, where no mark can be in the way of the words.
        svg.add(
            "text", f"- - -  {words.usual}", x=x.right, y=13, font_size=11.5, fill=svg.palette.muted, text_anchor="end"
        )
    if finding.newest is not None and finding.now_m2 is not None:
        narrow = width < 600
        at, level = x(finding.newest.day), y(finding.now_m2.median)
        svg.add(
            "text", words.newest, x=at - 8 if narrow else at + 9, y=max(level + 4, 38.0), font_size=13, font_weight=700,
            fill=svg.palette.accent, text_anchor="end" if narrow else "start",
        )  # fmt: skip
    return svg.graphic(least_px=least_px)


def _axes(svg: Svg, x: DateScale, y: ValueScale, ticks: tuple[int, ...], words: ChartWords) -> None:
    svg.add("text", words.axis, x=2, y=13, font_size=11.5, fill=svg.palette.muted)
    for tick in ticks:
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
    for mark in date_ticks(x.first, x.last, x.right - x.left):
        at = x(mark.day)
        svg.line(at, y.bottom, at, y.bottom + (6 if mark.label else 3), stroke=svg.palette.muted, stroke_width=1)
        if mark.label:
            svg.add(
                "text", mark.label, x=at, y=y.bottom + 20, font_size=11.5, text_anchor="middle", fill=svg.palette.muted
            )


def _mark(svg: Svg, look: ZoneLook, x: DateScale, y: ValueScale, *, newest: bool) -> None:
    area = look.occupied_m2
    if area is None:
        return
    colour, at = svg.palette.accent if newest else svg.palette.primary, x(look.day)
    svg.line(
        at,
        y(area.low),
        at,
        y(area.high),
        stroke=colour,
        stroke_width=2.2 if newest else 1.2,
        stroke_opacity=svg.palette.whisker,
    )
    svg.add(
        "circle", title=f"{look.day.isoformat()}: {area.median:.0f} m² ({area.low:.0f}–{area.high:.0f})", cx=at,
        cy=y(area.median), r=4.2 if newest else 2.6, stroke=colour, stroke_width=1.2,
        fill=colour if look.visible_fraction >= _ALL else svg.palette.paper, color=svg.palette.ink,
    )  # fmt: skip
