"""The derivation graph of one story, made small enough for a picture."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from statistics import median

from wayside.model.stories import Origin, Story
from wayside.report.coverage.index import Index
from wayside.report.coverage.layout import acyclic
from wayside.report.coverage.words import say_day

__all__ = ["PASSED_ON", "PUBLISHED", "Graph", "Link", "Node", "derivation", "source_key"]

PASSED_ON = "passed on"
PUBLISHED = "published"
_FEW = 12
_SAME = 3
_PAIR = 2
_MOST_NODES = 40
_LIKELY = 0.5
_ALONE = 4
_NO_ORIGIN = "no origin found"


@dataclass(frozen=True, slots=True)
class Node:
    """A text, or several that hang on the same ones.

    Attributes:
        key: "report:…", "outlet:…", "document:…", or "group:…" for several documents.
        role: "report", "outlet", "document" or "group".
        name: first line in the picture.
        line: second line.
        how: third line: how it hangs on what leads to it, or "".
        documents: ids of the documents that it stands for; empty for a report or an outlet.
    """

    key: str
    role: str
    name: str
    line: str = ""
    how: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One text taking from another.

    Attributes:
        one: key of the node upstream.
        other: key of the node downstream.
        kind: kind of the origin, ``PASSED_ON`` between two that a text names, or ``PUBLISHED``.
        p: probability, in [0, 1].
        stands_for: number of links that are drawn as this one.
    """

    one: str
    other: str
    kind: str
    p: float
    stands_for: int = 1


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn of a story, and what is not.

    Attributes:
        nodes: by key.
        links: without a circle, none twice.
        shortcuts: links that a longer way shows already.
        circular: links that would have closed a circle.
        weaker: links beside a stronger one to the same text, where there was no room for all.
        left_out: documents that are not drawn.
    """

    nodes: dict[str, Node]
    links: tuple[Link, ...]
    shortcuts: tuple[Link, ...] = ()
    circular: tuple[Link, ...] = ()
    weaker: tuple[Link, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    index: Index
    story: Story
    links: list[Link]
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)


def source_key(derives_from: str) -> str:
    """Return the key of what an origin names: itself where it says what it is, else a report of that name."""
    known = derives_from.partition(":")[0] in {"report", "outlet", "document"}
    return derives_from if known else f"report:{derives_from}"


def derivation(index: Index, story: Story) -> Graph:
    """Return the graph of a story, collapsed and capped so that it can be read."""
    found = sorted((*_stated(index, story), *_between(index, story)), key=lambda link: -link.p)
    once = list({(link.one, link.other): link for link in reversed(found)}.values())[::-1]
    drawn, closing = acyclic([(link.one, link.other) for link in once])
    by_pair = {(link.one, link.other): link for link in once}
    kept, shortcuts = _without_shortcuts([by_pair[pair] for pair in drawn])
    work = _Work(index, story, kept)
    _collapse(work, _SAME)
    nodes = _nodes(work)
    weaker: list[Link] = []
    if len(nodes) > _MOST_NODES:
        strongest, weaker = _thinned(kept)
        work = _Work(index, story, strongest)
        _collapse(work, _PAIR)
        nodes = _nodes(work)
    chosen, left_out = _capped(nodes, work.links)
    links = tuple(link for link in work.links if link.one in chosen and link.other in chosen)
    circular = tuple(by_pair[pair] for pair in closing)
    return Graph(chosen, links, tuple(shortcuts), circular, tuple(weaker), left_out)


def _stated(index: Index, story: Story) -> list[Link]:
    best: dict[tuple[str, str], Origin] = {}
    for name in story.documents:
        for origin in index.main_origins(name):
            best.setdefault((source_key(origin.derives_from), f"document:{name}"), origin)
    return [Link(one, other, origin.kind, origin.p) for (one, other), origin in best.items() if one != other]


def _between(index: Index, story: Story) -> list[Link]:
    """Return links between what the documents name: a report that an outlet passed on, an outlet's own document."""
    upstream = {
        name: {source_key(one.derives_from): one.p for one in index.main_origins(name)} for name in story.documents
    }
    links: dict[tuple[str, str], Link] = {}
    for claim in index.claims_of.get(story.id, ()):
        keys = upstream.get(claim.document, {})
        reports = [
            key for key in keys if key.startswith("report:") and _names(index, key, claim.asserted_by, claim.source)
        ]
        outlets = [key for key in keys if key.startswith("outlet:") and _names(index, key, *claim.via)]
        for one, other in ((one, other) for one in reports for other in outlets):
            p = min(keys[one], keys[other])
            if (one, other) not in links or links[one, other].p < p:
                links[one, other] = Link(one, other, PASSED_ON, p)
    named = {key: None for keys in upstream.values() for key in keys if not key.startswith("document:")}
    for name in story.documents:
        outlet = index.documents[name].outlet
        for key in (key for key in named if key not in upstream[name]):
            if outlet and _names(index, key, outlet):
                links[key, f"document:{name}"] = Link(key, f"document:{name}", PUBLISHED, 1.0)
    return list(links.values())


def _names(index: Index, key: str, *names: str | None) -> bool:
    own = key.partition(":")[2]
    known = {own.casefold(), index.organisation_names.get(own, own).casefold()}
    return any(name is not None and name.casefold() in known for name in names)


def _without_shortcuts(links: list[Link]) -> tuple[list[Link], list[Link]]:
    """Split links into those to draw and those that a longer way of likely links shows already."""
    onward: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.p >= _LIKELY:
            onward[link.one].add(link.other)
    reach: dict[str, set[str]] = {}
    for key in TopologicalSorter(onward).static_order():  # what leads nowhere comes first
        reach[key] = onward[key].union(*(reach[child] for child in onward[key])) if key in onward else set()
    kept: list[Link] = []
    shortcuts: list[Link] = []
    for link in links:
        longer = any(link.other in reach.get(child, ()) for child in onward.get(link.one, ()) if child != link.other)
        (shortcuts if longer else kept).append(link)
    return kept, shortcuts


def _thinned(links: Sequence[Link]) -> tuple[list[Link], list[Link]]:
    """Split links into those to draw and the weaker ones to texts that lead nowhere and take from several."""
    leading = {link.one for link in links}
    strongest: dict[str, Link] = {}
    for link in links:
        if link.other not in strongest or strongest[link.other].p < link.p:
            strongest[link.other] = link
    kept: list[Link] = []
    weaker: list[Link] = []
    for link in links:
        (kept if link.other in leading or strongest[link.other] is link else weaker).append(link)
    return kept, weaker


def _collapse(work: _Work, least: int) -> None:
    """Make one node of documents that hang on the same ones and that nothing hangs on, where there are many."""
    if len(work.story.documents) <= _FEW:
        return
    leading = {link.one for link in work.links}
    above: dict[str, set[str]] = defaultdict(set)
    for link in work.links:
        above[link.other].add(link.one)
    alike: dict[frozenset[str], list[str]] = defaultdict(list)
    for name in work.story.documents:
        if f"document:{name}" not in leading:
            alike[frozenset(above[f"document:{name}"])].append(name)
    number = 0
    for parents, names in alike.items():
        if len(names) < (least if parents else _ALONE + 1):
            continue
        number += 1
        key = f"group:{number}"
        work.groups[key] = tuple(names)
        members = {f"document:{name}" for name in names}
        inward = [link for link in work.links if link.other in members]
        work.links = [link for link in work.links if link.other not in members]
        work.links += [
            _joined(parent, key, [link for link in inward if link.one == parent]) for parent in sorted(parents)
        ]


def _joined(parent: str, key: str, links: list[Link]) -> Link:
    kind, _ = Counter(link.kind for link in links).most_common(1)[0]
    return Link(parent, key, kind, median(link.p for link in links), len(links))


def _nodes(work: _Work) -> dict[str, Node]:
    index = work.index
    folded = {name for names in work.groups.values() for name in names}
    inward: dict[str, list[Link]] = defaultdict(list)
    for link in work.links:
        inward[link.other].append(link)
    nodes: dict[str, Node] = {}
    days = [index.documents[name].published for name in work.story.documents]
    years = len({day.year for day in days if day}) > 1
    keys = [key for link in work.links for key in (link.one, link.other)]
    keys += [f"document:{name}" for name in work.story.documents if name not in folded] + list(work.groups)
    for key in dict.fromkeys(keys):
        role, _, name = key.partition(":")
        how = _how(inward[key])
        if role == "group":
            members = work.groups[key]
            examples = _examples(index, members)
            nodes[key] = Node(key, role, f"{len(members)} documents", examples, how or _NO_ORIGIN, members)
        elif role == "document" and name in index.documents:
            one = index.documents[name]
            day, headline = _day(one.published, year=years), index.headline(one, 60)
            line = f"{day} · {headline}" if one.title and index.who(one) != index.headline(one, 40) else day
            nodes[key] = Node(key, role, index.who(one), line, how or _NO_ORIGIN, (name,))
        else:
            line = {"report": "named in the texts", "outlet": "named in the texts"}.get(role, "")
            nodes[key] = Node(key, role if role != "document" else "report", index.origin_words(key), line, how)
    return nodes


def _day(day: date | None, *, year: bool) -> str:
    return say_day(day) if year or day is None else say_day(day).rpartition(" ")[0]


def _examples(index: Index, names: tuple[str, ...]) -> str:
    outlets = dict.fromkeys(index.who(index.documents[name], 24) for name in names)
    return ", ".join(list(outlets)[:3]) + (" …" if len(outlets) > 3 else "")


def _how(links: list[Link]) -> str:
    """Return how a node hangs on what leads to it: "rewritten, p 0.85 + 1 more"."""
    if not links:
        return ""
    taken = [link for link in links if link.kind != PUBLISHED]
    if not taken:
        return "published by it"
    best = max(taken, key=lambda link: link.p)
    more = f" + {len(taken) - 1} more" if len(taken) > 1 else ""
    return f"{best.kind}, p {best.p:.2f}{more}"


def _capped(nodes: dict[str, Node], links: Iterable[Link]) -> tuple[dict[str, Node], tuple[str, ...]]:
    """Keep the nodes that most hangs on, so that the picture stays legible."""
    weight: Counter[str] = Counter()
    for link in links:
        weight[link.one] += 2 * link.stands_for
        weight[link.other] += 1
    for key, node in nodes.items():
        weight[key] += len(node.documents)
    order = sorted(nodes, key=lambda key: -weight[key])
    chosen = set(order[:_MOST_NODES])
    left_out = tuple(name for key in order[_MOST_NODES:] for name in nodes[key].documents)
    return {key: node for key, node in nodes.items() if key in chosen}, left_out
