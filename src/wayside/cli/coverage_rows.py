"""What the screen of ``wayside coverage`` says, put together from a result: rows and sentences, no styles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wayside.model.agreement import Agreement
    from wayside.model.claims import Claim
    from wayside.model.coverage import CoverageResult
    from wayside.model.stories import Origin, Story

__all__ = ["Branch", "ClaimRow", "StoryPart", "claim_rows", "few", "headline", "languages", "repeats", "story_parts"]

_SHOWN_NAMES = 4
_SHOWN_FIGURES = 4


@dataclass(frozen=True, slots=True)
class StoryPart:
    """A story with all that is about it.

    Attributes:
        story: its documents.
        claims: of its documents, in reading order.
        groups: agreements of its claims.
        origins: of its documents.
    """

    story: Story
    claims: tuple[Claim, ...]
    groups: tuple[Agreement, ...]
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One line of the table of claims: a group of claims, or a claim that stands alone.

    Attributes:
        what: what it is about.
        says: the figures with their bounds, each with how often it is stated.
        who: final sources, each independent one apart from the others by a semicolon.
        via: through whom, the most frequent first.
        documents: how many documents state it.
        sources: how many independent sources that is, with the range of 80 % where it is in doubt.
        flags: what to look at: outliers, changed bounds, contradictions, missing antecedents.
        group: the agreement, or None.
    """

    what: str
    says: str
    who: str
    via: str
    documents: int
    sources: str
    flags: str
    group: Agreement | None = None


@dataclass(slots=True)
class Branch:
    """A node of the tree of who repeats whom.

    Attributes:
        name: a report, an outlet, or a document.
        leaves: ids of documents that take from it and that nobody takes from.
        branches: outlets and documents that take from it and that others take from.
    """

    name: str
    leaves: list[str] = field(default_factory=list)
    branches: dict[str, Branch] = field(default_factory=dict)


def few(names: Iterable[str], most: int = _SHOWN_NAMES, *, joined: str = ", ") -> str:
    """Return the first few names and how many more there are."""
    some = list(names)
    more = f" and {len(some) - most} more" if len(some) > most + 1 else ""
    return joined.join(some if not more else some[:most]) + more


def story_parts(result: CoverageResult) -> list[StoryPart]:
    """Return the stories with what is about them, the largest first."""
    story_of = {document: story.id for story in result.stories for document in story.documents}
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in result.claims:
        claims[story_of.get(claim.document, "")].append(claim)
    groups: dict[str, list[Agreement]] = defaultdict(list)
    document_of = {claim.id: claim.document for claim in result.claims}
    for group in result.agreement:
        groups[group.story or story_of.get(document_of[group.claims[0]], "")].append(group)
    origins: dict[str, list[Origin]] = defaultdict(list)
    for origin in result.origins:
        origins[story_of.get(origin.document, "")].append(origin)
    parts = [
        StoryPart(story, tuple(claims[story.id]), tuple(groups[story.id]), tuple(origins[story.id]))
        for story in result.stories
    ]
    return sorted(parts, key=lambda part: (-len(part.story.documents), -len(part.claims)))


def languages(result: CoverageResult, documents: Sequence[str]) -> str:
    """Return the languages of some documents: "en 20, uk 3"; the bare name where there is one alone."""
    wanted = set(documents)
    counts = Counter(one.language or "language unknown" for one in result.documents if one.id in wanted)
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{language} {n}" for language, n in counts.most_common())


def headline(part: StoryPart) -> tuple[int, str, str] | None:
    """Return for what most documents of a story state: how many independent sources, what it is, who they are."""
    document_of = {claim.id: claim.document for claim in part.claims}
    weigh = [(len({document_of[claim] for claim in group.claims}), group) for group in part.groups]
    weigh = [(n, group) for n, group in weigh if n > 1 and not group.about.startswith("statement: ")]
    if not weigh:
        return None
    _, group = max(weigh, key=lambda item: item[0])
    return group.independent_sources, group.about, sources_in_words(group)


def sources_in_words(group: Agreement) -> str:
    """Return the independent sources of a group; names of one source stand together."""
    told = (names[0] + (f" (with {few(names[1:], 2)})" if len(names) > 1 else "") for names in group.sources)
    return few(told, joined="; ")


def claim_rows(part: StoryPart) -> tuple[list[ClaimRow], list[ClaimRow]]:
    """Return the rows of a story's figures and those of its statements.

    What many documents state comes first, single claims last: those with a source before those without, so that bare
    numbers of ages and calibres end up below the fold.
    """
    by_id = {claim.id: claim for claim in part.claims}
    figures: list[ClaimRow] = []
    statements: list[ClaimRow] = []
    for group in part.groups:
        claims = [by_id[name] for name in group.claims]
        (statements if claims[0].kind == "statement" else figures).append(_group_row(group, claims))
    for rows in (figures, statements):
        rows.sort(key=lambda row: (-row.documents, -len(row.group.claims if row.group else ())))
    grouped = {name for group in part.groups for name in group.claims}
    alone = [claim for claim in part.claims if claim.id not in grouped]
    alone.sort(key=lambda claim: (claim.asserted_by is None and not claim.anonymous, claim.counted is None))
    for claim in alone:
        (statements if claim.kind in {"statement", "comparison"} else figures).append(_single_row(claim))
    return figures, statements


def _group_row(group: Agreement, claims: Sequence[Claim]) -> ClaimRow:
    via = Counter(name for claim in claims for name in claim.via)
    unnamed = any(claim.anonymous for claim in claims)
    return ClaimRow(
        what=group.about.removeprefix("statement: "),
        says=_stated(claims) if claims[0].kind == "statement" else _figures(claims),
        who=sources_in_words(group) or ("someone unnamed" if unnamed else ""),
        via=few((name for name, _ in via.most_common()), 2),
        documents=len({claim.document for claim in claims}),
        sources=_sources(group),
        flags=", ".join(_flags(group, claims)),
        group=group,
    )


def _sources(group: Agreement) -> str:
    """Return the number of independent sources; with a range where it is in doubt: "2 (1–2)"."""
    ends = []
    for tail in (0.1, 0.9):
        total, at = 0.0, 0
        for at, p in enumerate(group.sources_p):  # noqa: B007  the position is what is looked for
            total += p
            if total > tail - 1e-9:
                break
        ends.append(at)
    doubt = f" ({ends[0]}–{ends[1]})" if group.sources_p and ends[0] != ends[1] else ""
    return f"{group.independent_sources}{doubt}"


def _figures(claims: Sequence[Claim]) -> str:
    """Return what is said, each with how often: "about 73 ×11, 73 ×4"."""
    from wayside.coverage.agreement.wording import figure_in_words  # noqa: PLC0415  loaded with the result

    says = Counter(("not " if claim.negated else "") + figure_in_words(claim.quantity) for claim in claims)
    return few((f"{words} ×{n}" if n > 1 else words for words, n in says.most_common()), _SHOWN_FIGURES)


def _stated(claims: Sequence[Claim]) -> str:
    """Return how often a statement is made and denied, and the first of each in its own words."""
    from wayside.coverage.agreement.wording import shortened  # noqa: PLC0415  loaded with the result

    parts = []
    for word, some in (
        ("said", [claim for claim in claims if not claim.negated]),
        ("denied", [claim for claim in claims if claim.negated]),
    ):
        if some:
            parts.append(f"{word} ×{len(some)}: “{shortened(some[0].quote)}”")
    return "; ".join(parts)


def _flags(group: Agreement, claims: Sequence[Claim]) -> Iterator[str]:
    if group.contradictions:
        yield "contradicted"
    if group.outliers:
        yield f"{len(group.outliers)} outlying"
    if group.changed_bounds:
        yield f"{len(group.changed_bounds)} with another bound"
    unnamed = sum(1 for claim in claims if any(flag.startswith("antecedent missing") for flag in claim.flags))
    if unnamed:
        yield f"{unnamed} without antecedent"


def _single_row(claim: Claim) -> ClaimRow:
    from wayside.coverage.agreement.wording import noun_in_words, quantity_in_words, shortened  # noqa: PLC0415

    bare = claim.kind in {"statement", "comparison"}
    says = f"“{shortened(claim.quote)}”" if bare else quantity_in_words(claim.quantity)
    what = (claim.topic or claim.kind).replace("-", " ") if bare else noun_in_words([claim]) or claim.kind
    return ClaimRow(
        what=what + (f", at {claim.place}" if claim.place else ""),
        says=("denied: " if claim.negated else "") + says,
        who=claim.asserted_by or ("someone unnamed" if claim.anonymous else ""),
        via=few(claim.via, 2),
        documents=1,
        sources="1" if claim.asserted_by or claim.anonymous else "0",
        flags=", ".join(flag.split(":")[0] for flag in claim.flags if flag.startswith("antecedent missing")),
    )


def repeats(part: StoryPart, names: dict[str, str]) -> tuple[list[Branch], list[str]]:
    """Return who repeats whom as trees, and the documents of which no origin is known.

    Each document hangs on one node: the document that it most probably takes from, else the outlet that it credits,
    else the report. An outlet hangs on the report that the document names beside it.

    Args:
        part: the story.
        names: id of a source -> its usual name.
    """
    parents = {document: _parent(document, part.origins) for document in part.story.documents}
    roots: dict[str, Branch] = {}
    nodes: dict[str, Branch] = {}
    inner = {path[-1] for path in parents.values() if path and path[-1].startswith("document:")}
    for document in part.story.documents:
        if f"document:{document}" in inner:
            nodes[f"document:{document}"] = Branch(document)
    for document, path in parents.items():
        here = _walk(path, roots, nodes, names)
        own = nodes.get(f"document:{document}")
        if own is not None and not _below(own, here):
            (here.branches if here is not None else roots)[f"document:{document}"] = own
        elif own is not None:
            roots[f"document:{document}"] = own
        elif here is not None:
            here.leaves.append(document)
    known = {document for document, path in parents.items() if path} | {key.removeprefix("document:") for key in inner}
    return list(roots.values()), [document for document in part.story.documents if document not in known]


def _parent(document: str, origins: Sequence[Origin]) -> list[str]:
    """Return the way to the node that a document hangs on: ["report:x", "outlet:y"] or ["document:d"]."""
    mine = sorted((origin for origin in origins if origin.document == document), key=lambda origin: -origin.p)
    best = {
        kind: next((one.derives_from for one in mine if one.derives_from.startswith(kind) and one.p >= 0.5), None)
        for kind in ("document:", "outlet:", "report:")
    }
    if best["document:"] is not None:
        return [best["document:"]]
    return [name for name in (best["report:"], best["outlet:"]) if name is not None]


def _walk(
    path: Sequence[str], roots: dict[str, Branch], nodes: dict[str, Branch], names: dict[str, str]
) -> Branch | None:
    here: Branch | None = None
    for step in path:
        if step in nodes:
            here = nodes[step]
            continue
        level = roots if here is None else here.branches
        kind, _, name = step.partition(":")
        here = level.setdefault(step, Branch(f"{names.get(name, name)}" + (" (outlet)" if kind == "outlet" else "")))
    return here


def _below(top: Branch, sought: Branch | None) -> bool:
    """Return whether a branch stands somewhere under another, or is it."""
    return sought is not None and (top is sought or any(_below(one, sought) for one in top.branches.values()))
