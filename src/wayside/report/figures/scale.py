"""The seven bands of likelihood as a small drawing, with one probability marked on it."""

from __future__ import annotations

from markupsafe import Markup

from wayside.assessment.language import LIKELIHOOD_TERMS, likelihood_words
from wayside.model.wording import percent_of, say_percent
from wayside.report.figures.palette import ACCENT, GRID, INK, LEVEL
from wayside.report.figures.svg import Svg

__all__ = ["likelihood_scale"]

_WIDTH, _HEIGHT, _MARGIN = 260.0, 24.0, 5.0


def likelihood_scale(p: float) -> Markup:
    """Return the bands from 0 to 100 % with the band of ``p`` filled and ``p`` marked."""
    term = likelihood_words(p)
    svg = Svg(_WIDTH, _HEIGHT, f"{term.words}, {say_percent(p)}, on a scale of seven bands", "likelihood")
    unit = (_WIDTH - 2 * _MARGIN) / 100.0
    for i, band in enumerate(LIKELIHOOD_TERMS):
        low = 0 if i == 0 else band.low_pct
        high = 100 if i == len(LIKELIHOOD_TERMS) - 1 else band.high_pct
        svg.add(
            "rect", title=band.words, x=_MARGIN + low * unit, y=9, width=(high - low) * unit - 1, height=8,
            fill=LEVEL if band is term else GRID,
        )  # fmt: skip
    at = _MARGIN + percent_of(p) * unit
    svg.line(at, 5, at, 21, stroke=INK, stroke_width=1)
    svg.add("circle", cx=at, cy=13, r=4, fill=ACCENT)
    return svg.markup()
