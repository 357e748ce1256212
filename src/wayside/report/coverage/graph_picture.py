"""The derivation graph as a drawing, and as a nested list for those who do not see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wayside.model.stories import Origin, Story
from wayside.model.wording import plural
from wayside.report.coverage.graph import Graph, Link, Node, source_key
from wayside.report.coverage.index import Index
from wayside.report.coverage.layout import Layout, layered
from wayside.report.coverage.words import cut, fitted
from wayside.report.figures.svg import Svg

__all__ = ["Branch", "branches", "draw_graph", "place", "spoken_graph"]

NODE_WIDTH = 184.0
NODE_HEIGHT = 55.0
_LOW = 40.0
_BETWEEN = 66.0
_CLOSE = 34.0
_PAGE = 1066.0  # a page's column, less the margins
_NARROWEST = 140.0
_GAP = 11.0
_MARGIN = 6.0
_NAME, _SMALL = 13.0, 11.0
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Branch:
    """One entry of the list: a text, how it takes from the one above, and what takes from it.

    Attributes:
        name: who or what it is.
        anchor: id of the document's place in the page, or None.
        how: "rewritten, probability 0.85", or "" for one that takes from none.
        evidence: what that rests on.
        again: it stands in the list already, so that what hangs on it is not repeated.
        below: what takes from it.
    """

    name: str
    anchor: str | None
    how: str
    evidence: tuple[str, ...]
    again: bool
    below: tuple[Branch, ...]


def place(graph: Graph) -> Layout:
    """Return places for all nodes of a graph: named sources left, documents right of them."""
    outlets = any(node.role == "outlet" for node in graph.nodes.values())
    led = {link.other for link in graph.links}
    leading = {link.one for link in graph.links}
    first = {}
    for key, node in graph.nodes.items():
        text = node.role in {"document", "group"}
        alone = key not in led and key not in leading
        first[key] = (2 if outlets else 1) if text and (key in led or (alone and graph.links)) else 0
    heights = {key: NODE_HEIGHT if node.how else _LOW for key, node in graph.nodes.items()}
    edges = [(link.one, link.other) for link in graph.links]
    wide = layered(first, edges, size=(NODE_WIDTH, NODE_HEIGHT), between=_BETWEEN, gap=_GAP, heights=heights)
    if wide.width <= _PAGE:
        return wide
    layers = len({box.x for box in wide.boxes.values()})
    width = max(_NARROWEST, (_PAGE - (layers - 1) * _CLOSE) / layers)
    return layered(first, edges, size=(width, NODE_HEIGHT), between=_CLOSE, gap=_GAP, heights=heights)


def draw_graph(graph: Graph, label: str) -> tuple[Markup, float]:
    """Return the graph as a drawing with ``label`` for readers who do not see it, and its natural width."""
    layout = place(graph)
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    svg = Svg(width, height, label, "graph")
    for link in sorted(graph.links, key=lambda one: one.p):
        _draw_link(svg, link, graph, layout)
    for key, node in graph.nodes.items():
        _draw_node(svg, node, layout, key)
    return svg.markup(), width


def _draw_link(svg: Svg, link: Link, graph: Graph, layout: Layout) -> None:
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
    one, other = graph.nodes[link.one].name, graph.nodes[link.other].name
    title = f"{one} → {other}: {link.kind}, probability {link.p:.2f}"
    css = f"link {link.kind.replace(' ', '-')}"
    svg.add("path", title=title, d=path, class_=css, stroke_width=0.9 + 2.1 * link.p, opacity=0.3 + 0.7 * link.p)
    tip = f"M{x:.1f},{y:.1f}l-9,-4.2v8.4z"
    svg.add("path", None, d=tip, class_="tip", opacity=0.3 + 0.7 * link.p)


def _draw_node(svg: Svg, node: Node, layout: Layout, key: str) -> None:
    box = layout.boxes[key]
    x, y = box.x + _MARGIN, box.y + _MARGIN
    if node.role == "group":
        for step in (5.0, 2.5):
            svg.add(
                "rect", None, x=x + step, y=y + step, width=box.width, height=box.height, rx=3.0, class_="node under"
            )
    whole = " · ".join(filter(None, (node.name, node.line, node.how)))
    svg.add("rect", title=whole, x=x, y=y, width=box.width, height=box.height, rx=3.0, class_=f"node {node.role}")
    room = box.width - 20.0
    ground = " on-dark" if node.role == "report" else ""
    svg.add("text", fitted(node.name, room, _NAME), x=x + 10.0, y=y + 17.0, class_=f"name{ground}")
    svg.add("text", fitted(node.line, room, _SMALL), x=x + 10.0, y=y + 32.0, class_=f"line{ground}")
    if node.how:
        svg.add("text", fitted(node.how, room, _SMALL), x=x + 10.0, y=y + 47.0, class_=f"how{ground}")


def spoken_graph(graph: Graph) -> str:
    """Return the graph in one or two sentences."""
    sources = [node for node in graph.nodes.values() if node.role in {"report", "outlet"}]
    texts = sum(len(node.documents) for node in graph.nodes.values())
    said = f"{plural(texts, 'document')}, {plural(len(sources), 'named source')}, {plural(len(graph.links), 'link')}."
    reach: Counter[str] = Counter()
    for link in graph.links:
        reach[link.one] += link.stands_for
    if reach:
        most = max(reach, key=reach.__getitem__)
        said += f" Most hangs on {graph.nodes[most].name}: {plural(reach[most], 'link')} lead from it."
    return f"Derivation graph. {said} The list below the picture says the same with the evidence."


def branches(index: Index, story: Story) -> tuple[Branch, ...]:
    """Return all origins of a story as a nested list, named sources and original texts first."""
    above: dict[str, Sequence[Origin]] = {name: index.main_origins(name) for name in story.documents}
    below: dict[str, list[tuple[str, Origin]]] = defaultdict(list)
    for name, origins in above.items():
        for key, origin in {source_key(one.derives_from): one for one in reversed(origins)}.items():
            below[key].append((f"document:{name}", origin))
    told = {f"document:{name}" for name in story.documents}
    roots = [key for key in below if key not in told]
    roots += [f"document:{name}" for name in story.documents if not above[name]]
    seen: set[str] = set()
    listed = [_branch(index, key, None, below, seen) for key in roots]
    rest = [key for key in below if key in told and key not in seen]
    while rest:
        listed.append(_branch(index, rest[0], None, below, seen))
        rest = [key for key in rest if key not in seen]
    return tuple(listed)


def _branch(
    index: Index,
    key: str,
    origin: Origin | None,
    below: dict[str, list[tuple[str, Origin]]],
    seen: set[str],
    *,
    depth: int = 0,
) -> Branch:
    again = key in seen
    seen.add(key)
    children: Sequence[tuple[str, Origin]] = () if again or depth >= _DEPTH else below.get(key, ())
    name = key.partition(":")[2]
    known = key.startswith("document:") and name in index.documents
    words = index.origin_words(key)
    if known:
        words = f"{words}: {index.headline(index.documents[name], 90)}"
    return Branch(
        words,
        index.document_anchor(name) if known else None,
        f"{origin.kind}, probability {origin.p:.2f}" if origin else "",
        tuple(cut(text, 240) for text in origin.evidence[:6]) if origin else (),
        again and bool(below.get(key)),
        tuple(_branch(index, child, why, below, seen, depth=depth + 1) for child, why in children),
    )
