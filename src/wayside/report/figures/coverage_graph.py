"""Who takes from whom, as a drawing that is right by itself: no class is needed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wayside.report.coverage.graph import Graph, Link, Node
from wayside.report.coverage.graph_picture import place
from wayside.report.coverage.layout import Layout
from wayside.report.coverage.words import fitted
from wayside.report.document import Graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.svg import Svg

__all__ = ["NodeText", "coverage_graph"]

_MARGIN = 6.0
_NAME, _SMALL = 13.0, 11.0
_DASHED = "inferred"
_SCROLL = 640


@dataclass(frozen=True, slots=True)
class NodeText:
    """What stands in a box.

    Attributes:
        name: first line.
        line: second line; may be empty.
        how: third line: how it hangs on what leads to it; may be empty.
    """

    name: str
    line: str = ""
    how: str = ""


def coverage_graph(graph: Graph, texts: Mapping[str, NodeText], label: str, *, palette: Palette = OWN) -> Graphic:
    """Return the derivation graph of a story.

    A stroke is the wider the more probable the link; it is dashed where no text names what it takes from.

    Args:
        graph: what is drawn.
        texts: what stands in each box, by key of its node.
        label: what the drawing shows, for readers who do not see it.
        palette: of the house.
    """
    layout = place(graph)
    svg = Svg(layout.width + 2 * _MARGIN + 5.0, layout.height + 2 * _MARGIN + 5.0, label, palette=palette)
    for link in sorted(graph.links, key=lambda one: (one.p, one.one, one.other)):
        _link(svg, link, layout, texts)
    for key, node in graph.nodes.items():
        _node(svg, node, texts[key], layout, key)
    return svg.graphic(scroll_px=_SCROLL)


def _link(svg: Svg, link: Link, layout: Layout, texts: Mapping[str, NodeText]) -> None:
    route = [(x + _MARGIN, y + _MARGIN) for x, y in layout.routes[link.one, link.other]]
    (x, y), *rest = route
    path = f"M{x:.1f},{y:.1f}"
    for k, (to_x, to_y) in enumerate(rest):
        if k % 2:
            path += f"L{to_x:.1f},{to_y:.1f}"
        else:
            end = to_x - (7.0 if k == len(rest) - 1 else 0.0)
            half = (x + end) / 2
            path += f"C{half:.1f},{y:.1f} {half:.1f},{to_y:.1f} {end:.1f},{to_y:.1f}"
        x, y = to_x, to_y
    svg.add(
        "path", None, title=f"{texts[link.one].name} → {texts[link.other].name}", d=path, fill="none",
        stroke=svg.palette.level_line, stroke_width=0.9 + 2.1 * link.p,
        stroke_dasharray="5 4" if link.kind == _DASHED else None,
    )  # fmt: skip
    svg.add(
        "path",
        None,
        d=f"M{x:.1f},{y:.1f}l-9,-4.2v8.4z",
        fill=svg.palette.level_line,
    )


def _node(svg: Svg, node: Node, text: NodeText, layout: Layout, key: str) -> None:
    box = layout.boxes[key]
    x, y = box.x + _MARGIN, box.y + _MARGIN
    if node.role == "group":
        for step in (5.0, 2.5):
            svg.add(
                "rect", None, x=x + step, y=y + step, width=box.width, height=box.height, rx=3.0,
                fill=svg.palette.paper, stroke=svg.palette.muted, stroke_width=0.8,
            )  # fmt: skip
    fill, edge = {
        "report": (svg.palette.primary, svg.palette.primary),
        "outlet": (svg.palette.level, svg.palette.level_line),
    }.get(node.role, (svg.palette.pale, svg.palette.muted))
    whole = " · ".join(part for part in (text.name, text.line, text.how) if part)
    svg.add(
        "rect", None, title=whole, x=x, y=y, width=box.width, height=box.height, rx=3.0, fill=fill, stroke=edge,
        stroke_width=1.0,
    )  # fmt: skip
    dark = node.role == "report"
    room = box.width - 20.0
    rows = [
        (text.name, _NAME, svg.palette.paper if dark else svg.palette.ink, "600"),
        (text.line, _SMALL, svg.palette.paper if dark else svg.palette.ink, "400"),
    ]
    small = svg.palette.ink if node.role == "outlet" else svg.palette.muted
    rows += [(text.how, _SMALL, svg.palette.paper if dark else small, "400")]
    for (words, size, colour, weight), down in zip(rows, (17.0, 32.0, 47.0), strict=True):
        if words:
            svg.add(
                "text", fitted(words, room, size), x=x + 10.0, y=y + down, font_size=size, fill=colour,
                font_weight=weight,
            )  # fmt: skip
