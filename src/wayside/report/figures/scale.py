"""The seven bands of likelihood as a small drawing, with one probability marked on it."""

from __future__ import annotations

from wayside.assessment.language import likelihood_terms, likelihood_words
from wayside.model.wording import percent_of
from wayside.report.document import Graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg
from wayside.report.words import words_of

__all__ = ["likelihood_scale"]

_WIDTH, _HEIGHT, _MARGIN = 260.0, 24.0, 5.0


def likelihood_scale(p: float, language: str = "en", *, palette: Palette = OWN) -> Graphic:
    """Return the bands from 0 to 100 % with the band of ``p`` filled and ``p`` marked."""
    term, terms = likelihood_words(p, language), likelihood_terms(language)
    words = words_of(language)
    label = words.say("scale.alt", term=term.local, p=p)
    svg = Svg(_WIDTH, _HEIGHT, label, "likelihood", palette=palette)
    unit = (_WIDTH - 2 * _MARGIN) / 100.0
    for i, band in enumerate(terms):
        low = 0 if i == 0 else band.low_pct
        high = 100 if i == len(terms) - 1 else band.high_pct
        svg.add(
            "rect", title=band.local, x=_MARGIN + low * unit, y=9, width=(high - low) * unit - 1, height=8,
            fill=svg.palette.level if band is term else svg.palette.grid,
        )  # fmt: skip
    at = _MARGIN + percent_of(p) * unit
    svg.line(at, 5, at, 21, stroke=svg.palette.ink, stroke_width=1)
    svg.add("circle", cx=at, cy=13, r=4, fill=svg.palette.accent)
    return svg.graphic()
