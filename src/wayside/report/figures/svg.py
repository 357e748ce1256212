"""A small writer of SVG, in which every text and attribute is escaped.

A drawing stands by itself: its letters name a generic font, its pictures are in it, and no style from outside is needed
for it to be right. Classes are there for a page that may hide a part of it, and for tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from wayside.report.document import Graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.text import clean

__all__ = ["Svg", "hatch", "points"]


def points(corners: Sequence[tuple[float, float]]) -> str:
    """Return the ``points`` attribute of a polygon or polyline."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def hatch(x: float, y: float, width: float, height: float, apart: float) -> str:
    """Return the ``d`` of a path of parallel lines at 45 degrees that fill a box and do not leave it.

    Args:
        x: left edge of the box.
        y: its upper edge.
        width: its extent to the right, positive.
        height: its extent downwards, positive.
        apart: from one line to the next along the edges, positive. Neighbouring boxes go on with the same lines.
    """
    parts = []
    for k in range(math.ceil((x + y) / apart), math.floor((x + width + y + height) / apart) + 1):
        total = k * apart  # the line holds the places where x + y is this
        left, right = max(x, total - y - height), min(x + width, total - y)
        if right > left:
            parts.append(f"M{left:.1f},{total - left:.1f}L{right:.1f},{total - right:.1f}")
    return "".join(parts)


def _attributes(values: dict[str, Any]) -> str:
    parts = []
    for name, value in values.items():
        if value is None:
            continue
        text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{escape(clean(text))}"')
    return "".join(parts)


class Svg:
    """Collects elements in the order of drawing.

    Args:
        width, height: extent of the drawing in its own units.
        label: what the drawing shows, for readers who do not see it; empty for an ornament.
        css_class: class of the root element.
        palette: what it is drawn with.
    """

    def __init__(self, width: float, height: float, label: str, css_class: str = "", *, palette: Palette = OWN) -> None:
        self.palette = palette
        role: dict[str, Any] = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
        self._width, self._height, self._label = float(width), float(height), clean(label)
        attributes: dict[str, Any] = {
            "viewBox": f"0 0 {width:g} {height:g}", "font_family": palette.font, "class_": css_class or None, **role,
        }  # fmt: skip
        self._parts = [f'<svg xmlns="http://www.w3.org/2000/svg"{_attributes(attributes)}>']

    def add(
        self, tag: str, text: str | None = None, *, title: str | None = None, **attributes: str | float | None
    ) -> None:
        """Add one element with an optional text and an optional tooltip.

        Underscores in names of attributes become hyphens; one at the end is dropped (``class_``).
        """
        inner = f"<title>{escape(clean(title))}</title>" if title else ""
        inner += str(escape(clean(text))) if text else ""
        self._parts.append(f"<{tag}{_attributes(attributes)}>{inner}</{tag}>")

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: str | float | None) -> None:
        """Add a straight line."""
        self.add("line", None, title=None, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes)

    def halo(self, width: float = 3) -> dict[str, Any]:
        """Return the attributes of letters that stand on lines: an edge of paper around each of them."""
        return {
            "stroke": self.palette.paper, "stroke_width": width, "stroke_linejoin": "round", "paint_order": "stroke",
        }  # fmt: skip

    def markup(self) -> Markup:
        """Return the drawing for a page; all that came from outside in it is escaped."""
        return Markup("".join(self._parts) + "</svg>")  # noqa: S704  every part was escaped when it was added

    def graphic(self, *, least_px: int = 0, scroll_px: int = 0) -> Graphic:
        """Return the drawing; all that came from outside in it is escaped.

        Args:
            least_px: from this width of page on it is shown; 0 for always.
            scroll_px: a page narrower than this lets it scroll; 0 for never.
        """
        return Graphic(str(self.markup()), self._width, self._height, self._label, least_px, scroll_px)
