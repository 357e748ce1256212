"""How many independent sources a group of claims has.

The sources of the claims are the roots and the nodes of a graph of who has it from whom: a source with an edge to an
earlier one repeats it and is not counted. Edges are independent of each other and run from later to earlier sources, so
that the number of sources without an edge is a sum of independent yes-or-no variables, one for each source: a Poisson-
binomial distribution, which is computed exactly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.evidence import setting
from wayside.coverage.stories.features import source_key
from wayside.coverage.stories.inheriting import INFERRED
from wayside.coverage.stories.keys import slug
from wayside.coverage.stories.skeleton import one_name, skeleton
from wayside.coverage.stories.words import phrases
from wayside.model.checks import require, require_probability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.claims import Claim
    from wayside.model.documents import Document
    from wayside.model.stories import Kinship, Origin

__all__ = ["SourceCount", "independent_sources", "poisson_binomial"]

_HALF: Final = 0.5
_SURE: Final = 1e-9
_REPORT: Final = ("report:", "source:")
_WITHOUT_NAME: Final = ("?", "!")
_NEAR: Final = 60
_CITATIONS: Final = 20
_CITED_WORDS: Final = 4
_PAIRS: Final = 20


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many independent sources some claims have.

    Attributes:
        groups: names of final sources, one tuple for each that is taken for independent; names that stand together lead
            back to one observation. A source that nobody names has no group.
        p: probability of 0, 1, 2, … independent sources; sums to 1.
    """

    groups: tuple[tuple[str, ...], ...]
    p: tuple[float, ...]

    def __post_init__(self) -> None:
        require(abs(math.fsum(self.p) - 1.0) <= 1e-6, "probabilities sum to 1", where="SourceCount.p")

    @property
    def count(self) -> int:
        """Return how many sources are taken for independent."""
        return len(self.groups)

    @property
    def expected(self) -> float:
        """Return the mean number of independent sources."""
        return math.fsum(number * p for number, p in enumerate(self.p))


def poisson_binomial(chances: Sequence[float]) -> tuple[float, ...]:
    """Return the distribution of the number of successes of independent trials, by convolution.

    Args:
        chances: probability of success of each trial.
    """
    found = [1.0]
    for chance in chances:
        require_probability("chance of a trial", chance)
        lost, won = [p * (1.0 - chance) for p in found], [p * chance for p in found]
        found = [a + b for a, b in zip([*lost, 0.0], [0.0, *won], strict=True)]
    return tuple(found)


@dataclass(slots=True)
class _Node:
    """A source as far as the claims tell it.

    Attributes:
        key: what identifies it.
        name: its name, or None where the text names nobody.
        order: position among the claims of the group by publication; edges run to smaller ones.
        claims: its claims.
        edges: probability that it has the thing from an earlier node, by that node's key.
        stands: probability that it is an observation at all, if it has it from nobody.
        lost: the text speaks of somebody whose name it does not give.
    """

    key: str
    name: str | None
    order: int
    claims: list[Claim] = field(default_factory=list)
    edges: dict[str, float] = field(default_factory=dict)
    stands: float = 1.0
    lost: bool = False

    @property
    def independent(self) -> float:
        """Return the probability that it has it from nobody and is an observation."""
        return self.stands * math.prod(1.0 - p for p in self.edges.values())


def independent_sources(
    claims: Sequence[Claim], documents: Sequence[Document], origins: Sequence[Origin], kinships: Sequence[Kinship] = ()
) -> SourceCount:
    """Count the independent sources of claims about one thing.

    An outlet that names its source adds none. A source that, anywhere in the group, has the claim from another repeats
    it. An unnamed official quoted by several through one first reporter is one. A claim for which nobody is named leads
    back to the report that its document takes from; as far as it does not, it is the outlet's own look, which is rare.

    Args:
        claims: of one group.
        documents: of the whole set.
        origins: of the whole set.
        kinships: of the whole set; the documents of unnamed sources are compared by them.
    """
    published = {one.id: one.published for one in documents}
    ordered = sorted(
        enumerate(claims),
        key=lambda row: (published.get(row[1].document) is None, str(published.get(row[1].document)), row[0]),
    )
    upstream: dict[str, dict[str, float]] = defaultdict(dict)
    for origin in origins:
        upstream[origin.document][origin.derives_from] = origin.p
    nodes = _nodes([claim for _, claim in ordered], upstream)
    _repeating(nodes)
    _citing(nodes, {one.id: one for one in documents})
    _unnamed(nodes, kinships)
    _same_figures(nodes, upstream)
    return SourceCount(_groups(nodes), poisson_binomial([node.independent for node in nodes.values()]))


def _nodes(claims: Sequence[Claim], upstream: Mapping[str, Mapping[str, float]]) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    homes: dict[str, str] = {}
    known: dict[str, str] = {}
    for claim in claims:
        key, name = _identity(claim)
        home = key
        if name is not None and not key.startswith(_WITHOUT_NAME):
            # Two ids of one name are one source, in whatever script.
            same = next((other for other in homes if slug(other) == slug(name) or one_name(other, name)), name)
            home = known[key] = homes.setdefault(same, key)
        node = nodes.setdefault(home, _Node(home, name, len(nodes)))
        node.claims.append(claim)
        node.lost = node.lost or any(flag.startswith("antecedent missing") for flag in claim.flags)
    _represent(nodes, upstream, known)
    for node in nodes.values():
        outlet = any(f"outlet:{node.key}" in upstream.get(claim.document, {}) for claim in node.claims)
        if node.name is None or node.lost or outlet:
            # The unnamed come after those that they may lead back to, whenever they were published.
            node.order += len(claims)
            node.edges |= _leads_back(node, upstream, known)
        if node.name is None and not node.lost:
            own = setting("independence", "own_observation")
            looked = any(claim.voice == "outlet" for claim in node.claims)
            node.stands = 1.0 - own if looked else own
    for node in nodes.values():
        node.name = None if node.lost and node.key not in known.values() else node.name
    return nodes


def _represent(nodes: Mapping[str, _Node], upstream: Mapping[str, Mapping[str, float]], known: dict[str, str]) -> None:
    """Let an unnamed group stand for the report that its document takes from, where no claim names that report.

    Args:
        nodes: sources so far.
        upstream: origins by document, with their probabilities.
        known: ids of named sources, and the node of each; what is found is entered.
    """
    led = []
    for node in nodes.values():
        given = next((claim.source for claim in node.claims if _is_inferred(claim)), None)
        if not node.lost and given is None:
            continue
        reports = {
            origin.partition(":")[2]: p
            for claim in node.claims
            for origin, p in upstream.get(claim.document, {}).items()
            if origin.startswith("report:") and p >= _HALF
        }
        if given is not None:
            reports.setdefault(given, setting("independence", "same_figure"))
        if reports:
            best = given or max(sorted(reports), key=reports.__getitem__)
            led.append((-reports[best], node.order, best, node))
    for odds, _, report, node in sorted(led, key=lambda row: row[:3]):
        if report not in known:
            known[report] = node.key
            node.name = report.replace("-", " ").title() if "-" in report else report.upper()
            node.stands = 1.0 if node.lost else -odds
            node.lost = False


def _identity(claim: Claim) -> tuple[str, str | None]:
    """Return what tells the source of a claim from others, and its name."""
    if _is_inferred(claim):
        return f"?{claim.document}", None
    key = source_key(claim)
    if key is not None:
        return key, claim.asserted_by or key
    if claim.asserted_by is None:
        return f"?{claim.document}", None
    if any(flag.startswith("antecedent missing") for flag in claim.flags):
        return f"?{claim.document} {slug(claim.asserted_by)}", claim.asserted_by
    first = slug(claim.via[-1]) if claim.via else claim.document
    return f"!{_role(claim.asserted_by)} {first}", claim.asserted_by


def _is_inferred(claim: Claim) -> bool:
    """Return whether the source was given to the claim from other documents; how surely, the origins say."""
    return any(flag.startswith(INFERRED) for flag in claim.flags)


def _role(words: str) -> str:
    """Return what an unnamed official is called, without articles and number: "a U.S. official", "US officials"."""
    saying_nothing = phrases("faceless", "en").words
    kept = [word for word in words.lower().replace(".", "").split() if word not in saying_nothing]
    return "-".join(sorted(skeleton(word.removesuffix("s")) for word in kept)) or "somebody"


def _leads_back(node: _Node, upstream: Mapping[str, Mapping[str, float]], known: Mapping[str, str]) -> dict[str, float]:
    """Return the named sources that an unnamed one may lead back to, by their nodes."""
    found: dict[str, float] = {}
    for claim in node.claims:
        edges = upstream.get(claim.document, {})
        led = {origin.partition(":")[2]: p for origin, p in edges.items() if origin.startswith(_REPORT)}
        if _is_inferred(claim) and claim.source is not None:
            led.setdefault(claim.source, setting("independence", "same_figure"))
        for source, p in led.items():
            home = known.get(source)
            if home is not None and home != node.key:
                found[home] = max(p, found.get(home, 0.0))
    return found


def _repeating(nodes: Mapping[str, _Node]) -> None:
    """Let a source that somebody names as having the claim from another repeat that other."""
    slugs = {slug(node.name): node for node in nodes.values() if node.name is not None}
    slugs |= {node.key: node for node in nodes.values()}
    for node in list(nodes.values()):
        for claim in node.claims:
            for name in claim.via:
                through = slugs.get(slug(name))
                if through is not None and through is not node and not _reaches(nodes, node, through):
                    through.edges[node.key] = setting("independence", "repeats")


def _citing(nodes: Mapping[str, _Node], documents: Mapping[str, Document]) -> None:
    """Let a source repeat another where a text says that it cites it: "the Marlow Watch, citing the Harrow Institute".

    Where it cites somebody who is not among the sources of the group, while others are, it is no observation either.
    """
    named = [node for node in nodes.values() if node.name is not None]
    if len(named) < 2:
        return
    for name in sorted({claim.document for node in named for claim in node.claims} & documents.keys()):
        text, language = documents[name].text, documents[name].language
        match = phrases("citing", language).search(text)
        for _ in range(_CITATIONS):
            if match is None:
                break
            before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
            _cites(nodes, named, before, after)
            match = phrases("citing", language).search(text, match.end())


def _cites(nodes: Mapping[str, _Node], named: Sequence[_Node], before: str, after: str) -> None:
    citing = max(named, key=lambda node: before.rfind(node.name or ""))
    if citing.name is None or citing.name not in before or citing.edges:
        return
    cited = [node for node in named if node is not citing and node.name and node.name in after]
    if cited and not _reaches(nodes, cited[0], citing):
        citing.edges[cited[0].key] = setting("independence", "repeats")
    elif not cited and any(word[0].isupper() for word in after.split()[:_CITED_WORDS]):
        citing.stands = min(citing.stands, 1.0 - setting("independence", "repeats"))


def _reaches(nodes: Mapping[str, _Node], start: _Node, goal: _Node) -> bool:
    """Return whether edges lead from one node to another: an edge back would close a circle."""
    waiting, seen = [start.key], set()
    while waiting:
        key = waiting.pop()
        if key == goal.key:
            return True
        if key not in seen and key in nodes:
            seen.add(key)
            waiting += nodes[key].edges
    return False


def _unnamed(nodes: Mapping[str, _Node], kinships: Sequence[Kinship]) -> None:
    """Let officials without a name who are called the same be one, as far as their documents are kin."""
    kin = {frozenset((one.one, one.other)): one.p for one in kinships}
    officials = [node for node in nodes.values() if node.key.startswith("!")]
    for at, node in enumerate(officials):
        role = node.key.partition(" ")[0]
        earlier = [other for other in officials[:at] if other.key.partition(" ")[0] == role]
        if not earlier or _reaches(nodes, earlier[0], node):
            continue
        pairs = [
            kin.get(frozenset((one.document, other.document)), 1.0 if one.document == other.document else 0.0)
            for one in node.claims[:_PAIRS]
            for other in earlier[0].claims[:_PAIRS]
        ]
        p = setting("independence", "same_unnamed") * max(_HALF, *pairs)
        node.edges[earlier[0].key] = max(p, node.edges.get(earlier[0].key, 0.0))


def _same_figures(nodes: Mapping[str, _Node], upstream: Mapping[str, Mapping[str, float]]) -> None:
    """Let a named source that gives exactly the figure of an earlier one repeat it perhaps.

    It does more likely where every document that has it from the second also names the first.
    """
    named = sorted((node for node in nodes.values() if node.name is not None), key=lambda node: node.order)
    small = setting("changes", "small")
    for at, node in enumerate(named):
        figures = {claim.quantity.figure for claim in node.claims if claim.quantity.figure is not None}
        for other in named[:at]:
            if node.edges or node.key.startswith("!") or _reaches(nodes, other, node):
                continue
            theirs = {claim.quantity.figure for claim in other.claims}
            uncommon = any(figure > small and figure in theirs for figure in figures)
            looked = any(claim.voice == "outlet" for claim in node.claims)
            p = setting("independence", "same_figure" if uncommon and not looked else "other_figure")
            if uncommon and not looked:
                beside = min(_names(other.key, upstream.get(claim.document, {})) for claim in node.claims)
                p = 1.0 - (1.0 - p) * (1.0 - setting("independence", "names_the_first") * beside)
            node.edges[other.key] = p


def _names(source: str, edges: Mapping[str, float]) -> float:
    return max((p for node, p in edges.items() if node.partition(":")[2] == source), default=0.0)


def _groups(nodes: Mapping[str, _Node]) -> tuple[tuple[str, ...], ...]:
    """Put every named source with the one that it most likely has it from, or by itself."""
    members: dict[str, list[str]] = {}
    home: dict[str, str] = {}
    for node in sorted(nodes.values(), key=lambda one: one.order):
        parent = max(sorted(node.edges), key=node.edges.__getitem__, default=None)
        led = parent is not None and node.edges[parent] >= _HALF
        home[node.key] = parent if led and parent is not None else node.key
    for node in sorted(nodes.values(), key=lambda one: one.order):
        root, steps = node.key, 0
        while home[root] != root and steps < len(home):
            root, steps = home[root], steps + 1
        if node.name is not None:
            members.setdefault(root, []).append(node.name)
    return tuple(tuple(dict.fromkeys(names)) for names in members.values())
