"""What the template shows, worked out beforehand, so that the template only places it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from wayside.model.agreement import Agreement, MeasuredCount
from wayside.model.claims import Claim, DatedEvent
from wayside.model.coverage import CoverageResult
from wayside.model.stories import Story
from wayside.model.wording import plural, say_date, say_percent
from wayside.report.coverage.documents import (
    DocumentView,
    OrganisationView,
    document_view,
    organisation_view,
)
from wayside.report.coverage.dots import Plot, measured_interval, plot_of
from wayside.report.coverage.graph import Graph, derivation
from wayside.report.coverage.graph_picture import Branch, branches, draw_graph, spoken_graph
from wayside.report.coverage.index import Index
from wayside.report.coverage.rows import (
    ChangeRow,
    ClaimRow,
    ContradictionRow,
    EventRow,
    FootingRow,
    Quote,
    StatementGroup,
    change_row,
    claim_row,
    contradiction_row,
    event_row,
    footing_row,
    graded,
    quote_of_claim,
    statement_groups,
)
from wayside.report.coverage.sentences import Part, Sentence, about, measured_sentence, sources_sentence, summary
from wayside.report.coverage.timeline import draw_timeline, spoken_timeline, timeline_of
from wayside.report.coverage.words import cut, language_name, listed, say_number

__all__ = ["PageView", "page_view"]

_OPEN_GROUPS = 6
_OPEN_CLAIMS = 30
_OPEN_STORIES = 6
_MOST_ROWS = 60
_OPEN_CHANGES = 8
_DRAWN = 2


@dataclass(frozen=True, slots=True)
class GroupView:
    """Claims about one thing: title, sentences, plot, marked claims."""

    anchor: str
    title: str
    documents: int
    claims: int
    sources: Sentence
    measured: Sentence | None
    odds: tuple[tuple[int, float, str], ...]
    plot: Plot | None
    outliers: tuple[Quote, ...]
    changed: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class GraphView:
    """The derivation graph: drawing, its words, what is not drawn, and the list."""

    picture: Markup
    spoken: str
    kinds: tuple[str, ...]
    notes: tuple[str, ...]
    branches: tuple[Branch, ...]
    links: int
    width: int


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The timeline: drawing, its words, and the documents whose day is not known."""

    picture: Markup
    spoken: str
    undated: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StoryView:
    """One story with all that is shown of it."""

    number: int
    anchor: str
    title: str
    meta: str
    groups: tuple[GroupView, ...]
    folded_groups: tuple[GroupView, ...]
    more_groups: int
    graph: GraphView | None
    timeline: TimelineView | None
    undated: str
    changes: tuple[ChangeRow, ...]
    folded_changes: tuple[ChangeRow, ...]
    more_changes: int
    contradictions: tuple[ContradictionRow, ...]
    footings: tuple[FootingRow, ...]
    statements: tuple[StatementGroup, ...]
    events: tuple[EventRow, ...]
    claims: tuple[ClaimRow, ...]
    folded_claims: tuple[ClaimRow, ...]
    more_claims: int
    independent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page."""

    title: str
    dek: str
    made: str
    software: str
    summary: tuple[Sentence, ...]
    number: str
    number_unit: str
    facts: tuple[tuple[str, str, str], ...]
    stories: tuple[StoryView, ...]
    folded_stories: tuple[StoryView, ...]
    documents: tuple[DocumentView, ...]
    organisations: tuple[OrganisationView, ...]
    other_ratings: tuple[tuple[str, str | None, tuple[tuple[str, str, str], ...]], ...]
    rated: bool
    partial: str


def page_view(
    result: CoverageResult, measured: MeasuredCount | None, title: str | None, made: date | None, software: str
) -> PageView:
    """Return all that the page shows."""
    index = Index(result)
    stories = index.stories
    views = tuple(_story(index, story, k, measured) for k, story in enumerate(stories, 1))
    main = stories[0] if stories else None
    anchors = {"changes": "story-1-changes", "contradictions": "story-1-contradictions"}
    number, unit = _number(index, main)
    return PageView(
        title=cut(title or (main.title if main and main.id != "\0rest" else ""), 160) or "What has been published",
        dek=_dek(index),
        made=say_date(made) if made else "",
        software=cut(software, 80),
        summary=tuple(summary(index, main, measured, anchors)) if main else (),
        number=number,
        number_unit=unit,
        facts=_facts(index, main, measured),
        stories=views[:_OPEN_STORIES],
        folded_stories=views[_OPEN_STORIES:],
        documents=_documents(index, views),
        organisations=_organisations(index),
        other_ratings=_other_ratings(index),
        rated=bool(result.ratings),
        partial=_partial(index),
    )


def _dek(index: Index) -> str:
    documents = index.result.documents
    if not documents:
        return "No document was read."
    languages = {one.language for one in documents if one.language}
    days = [one.published for one in documents if one.published]
    said = plural(len(documents), "document")
    if len(languages) > 1:
        said += f" in {len(languages)} languages"
    if days:
        first, last = say_date(min(days)), say_date(max(days))
        said += f", published on {first}" if first == last else f", published from {first} to {last}"
    return f"{said}: what they claim, who said it first, and who repeats it."


def _number(index: Index, main: Story | None) -> tuple[str, str]:
    best = index.main_agreement(main) if main else None
    if best is None:
        number = len(index.result.claims)
        return str(number), "claim found" if number == 1 else "claims found"
    sources = "independent source" if best.independent_sources == 1 else "independent sources"
    documents = plural(index.document_count(best.claims), "document")
    return str(best.independent_sources), f"{sources} behind {documents} on {about(index, best)}"


def _facts(index: Index, main: Story | None, measured: MeasuredCount | None) -> tuple[tuple[str, str, str], ...]:
    result = index.result
    languages = Counter(language_name(one.language) for one in result.documents)
    unknown = language_name(None)
    spoken = listed(sorted(languages, key=lambda name: (name == unknown, -languages[name])), 5)
    contradictions = sum(len(group.contradictions) for group in result.agreement)
    named = len({claim.source or claim.asserted_by for claim in result.claims if claim.source or claim.asserted_by})
    facts = [
        ("Documents", str(len(result.documents)), ""),
        (
            "Stories",
            str(len(index.stories)),
            f"the largest has {plural(len(main.documents), 'document')}" if main else "",
        ),
        ("Languages", str(len({one.language for one in result.documents if one.language})), spoken),
        ("Claims", say_number(len(result.claims)), ""),
        ("Final sources named", str(named), ""),
        ("Changes on the way", str(len(result.changes)), ""),
        ("Contradictions", str(contradictions), ""),
    ]
    if measured is not None:
        low, middle, high = measured_interval(measured)
        where = f" at {cut(measured.place, 40)}" if measured.place else ""
        when = f", {say_date(measured.day)}" if measured.day else ""
        note = f"90\u00a0% interval {low} to {high}; {cut(measured.counted, 30)}{where}{when}"
        facts.append(("Measured count", say_number(middle), note))
    facts.append(
        ("Ratings entered", str(len(result.ratings)), "" if result.ratings else "no analyst has rated a source")
    )
    return tuple(facts)


def _story(index: Index, story: Story, number: int, measured: MeasuredCount | None) -> StoryView:
    claims = index.claims_of.get(story.id, [])
    shown = [one for one in claims if index.claim_anchor(one.id)]
    rows = [claim_row(index, one) for one in shown]
    groups, more_groups = _groups(index, story, measured)
    changes = [one for one in index.result.changes if index.story_of.get(one.after.document) == story.id]
    footings = [
        one for one in index.result.footings if index.story_of[index.claims[one.claims[0]].document] == story.id
    ]
    contradictions = [one for group in index.agreements_of(story) for one in group.contradictions]
    timeline = _timeline(index, story) if len(story.documents) >= _DRAWN else None
    return StoryView(
        number=number,
        anchor=f"story-{number}",
        title=cut(story.title, 140),
        meta=_meta(index, story, len(claims)),
        groups=tuple(groups[:_OPEN_GROUPS]),
        folded_groups=tuple(groups[_OPEN_GROUPS:]),
        more_groups=more_groups,
        graph=_graph(index, story) if len(story.documents) >= _DRAWN else None,
        timeline=timeline,
        undated="No day of publication is known." if timeline is None and len(story.documents) >= _DRAWN else "",
        changes=tuple(change_row(index, one) for one in changes[:_OPEN_CHANGES]),
        folded_changes=tuple(change_row(index, one) for one in changes[_OPEN_CHANGES:_MOST_ROWS]),
        more_changes=max(0, len(changes) - _MOST_ROWS),
        contradictions=tuple(contradiction_row(index, one) for one in contradictions[:_MOST_ROWS]),
        footings=tuple(footing_row(index, one) for one in footings[:_MOST_ROWS]),
        statements=tuple(statement_groups(index, story))[:20],
        events=_events(index, story),
        claims=tuple(rows[:_OPEN_CLAIMS]),
        folded_claims=tuple(rows[_OPEN_CLAIMS:]),
        more_claims=len(claims) - len(shown),
        independent=_independent(index, story),
    )


def _meta(index: Index, story: Story, claims: int) -> str:
    documents = [index.documents[name] for name in story.documents]
    outlets = {one.outlet for one in documents if one.outlet}
    languages = Counter(language_name(one.language) for one in documents)
    days = [one.published for one in documents if one.published]
    said = [plural(len(documents), "document")]
    if outlets:
        said.append(plural(len(outlets), "outlet"))
    said.append(listed([name if len(languages) == 1 else f"{name} {n}" for name, n in languages.most_common()], 6))
    if days:
        first, last = say_date(min(days)), say_date(max(days))
        said.append(first if first == last else f"{first} to {last}")
    return "; ".join([*said, plural(claims, "claim")]) + "."


def _groups(index: Index, story: Story, measured: MeasuredCount | None) -> tuple[list[GroupView], int]:
    shown = [_group(index, one, measured) for one in index.shown_agreements(story)]
    return shown, sum(map(index.is_worth, index.agreements_of(story))) - len(shown)


def _group(index: Index, group: Agreement, measured: MeasuredCount | None) -> GroupView:
    return GroupView(
        anchor=index.group_anchor(group),
        title=about(index, group),
        documents=index.document_count(group.claims),
        claims=len(group.claims),
        sources=sources_sentence(index, group),
        measured=_against(index, group, measured),
        odds=tuple((n, round(100 * p, 1), say_percent(p)) for n, p in enumerate(group.sources_p) if p >= 0.005)[:8],
        plot=plot_of(index, group, measured),
        outliers=_quotes(index, group.outliers),
        changed=_quotes(index, group.changed_bounds),
    )


def _against(index: Index, group: Agreement, measured: MeasuredCount | None) -> Sentence | None:
    """Return how a group sits with the measured count, shortly where it cannot be compared."""
    if group.against_measured is None:
        return None
    if group.against_measured.p is not None:
        return measured_sentence(index, [group], measured)
    reason = cut(group.against_measured.reason or "about something else", 200).rstrip(".")
    return Sentence((Part(f"Not compared with the measured count: {reason}."),))


def _quotes(index: Index, names: Sequence[str]) -> tuple[Quote, ...]:
    return tuple(quote_of_claim(index, index.claims[name], 60) for name in names[:10] if name in index.claims)


def _graph(index: Index, story: Story) -> GraphView | None:
    graph = derivation(index, story)
    if not graph.links:
        return None
    spoken = spoken_graph(graph)
    picture, width = draw_graph(graph, spoken)
    return GraphView(
        picture=picture,
        spoken=spoken,
        kinds=tuple(dict.fromkeys(link.kind for link in graph.links)),
        notes=_graph_notes(graph),
        branches=branches(index, story),
        links=sum(len(index.main_origins(name)) for name in story.documents),
        width=round(width),
    )


def _graph_notes(graph: Graph) -> tuple[str, ...]:
    notes = []
    if graph.shortcuts:
        notes.append(f"Not drawn, as a longer way shows them already: {plural(len(graph.shortcuts), 'link')}.")
    if graph.circular:
        notes.append(f"Not drawn, as they would close a circle: {plural(len(graph.circular), 'link')}.")
    if graph.weaker:
        notes.append(f"Not drawn, as a stronger one to the same text is: {plural(len(graph.weaker), 'link')}.")
    if graph.left_out:
        notes.append(f"Not drawn for lack of room: {plural(len(graph.left_out), 'document')}.")
    if any(node.role == "group" for node in graph.nodes.values()):
        notes.append("Documents that hang on the same texts are drawn as one.")
    if graph.shortcuts or graph.circular or graph.weaker or graph.left_out:
        notes.append("All stand in the list below.")
    return tuple(notes)


def _timeline(index: Index, story: Story) -> TimelineView | None:
    line = timeline_of(index, story)
    if line is None:
        return None
    spoken = spoken_timeline(index, line, story)
    undated = tuple((index.who(index.documents[name]), index.document_anchor(name)) for name in line.undated)
    return TimelineView(draw_timeline(index, line, spoken), spoken, undated)


def _events(index: Index, story: Story) -> tuple[EventRow, ...]:
    alike: dict[tuple[object, ...], list[DatedEvent]] = defaultdict(list)
    for one in index.result.events:
        if index.story_of.get(one.document) == story.id:
            alike[one.event.casefold(), one.kind, one.time.start, one.time.end].append(one)
    rows = sorted((event_row(index, some) for some in alike.values()), key=lambda row: row.order)
    return tuple(rows[:_MOST_ROWS])


def _independent(index: Index, story: Story) -> tuple[str, ...]:
    members = set(story.documents)
    pairs = [one for one in index.result.kinships if one.kind == "independent" and {one.one, one.other} <= members]
    return tuple(
        f"{index.who(index.documents[one.one])} and {index.who(index.documents[one.other])} "
        f"(probability of a common text {one.p:.2f})"
        for one in sorted(pairs, key=lambda one: one.p)[:5]
    )


def _documents(index: Index, views: Sequence[StoryView]) -> tuple[DocumentView, ...]:
    places = {story.id: (view.anchor, view.title) for story, view in zip(index.stories, views, strict=True)}
    claims = Counter(claim.document for claim in index.result.claims)
    return tuple(
        document_view(index, one, claims[one.id], places[index.story_of[one.id]]) for one in index.result.documents
    )


def _organisations(index: Index) -> tuple[OrganisationView, ...]:
    claims = Counter(claim.source for claim in index.result.claims if claim.source)
    found = [organisation_view(index, one, claims[one.id]) for one in index.result.organisations]
    return tuple(sorted(found, key=lambda one: (-one.claims, one.name.casefold())))


def _other_ratings(index: Index) -> tuple[tuple[str, str | None, tuple[tuple[str, str, str], ...]], ...]:
    """Return the ratings of all subjects: what is rated, its place in the page, the grades."""
    rows = []
    for subject, some in index.ratings_of.items():
        if subject in index.claims:
            claim: Claim = index.claims[subject]
            name, anchor = f"Claim {index.claim_label(subject)}: {cut(claim.quote, 80)}", index.claim_anchor(subject)
        elif subject in index.documents:
            name, anchor = index.headline(index.documents[subject], 100), index.document_anchor(subject)
        else:
            name, anchor = cut(index.organisation_names.get(subject, subject), 100), None
        rows.append((name, anchor, tuple(graded(some))))
    return tuple(rows)


def _partial(index: Index) -> str:
    weak = Counter(language_name(one.language) for one in index.result.documents if one.support != "full")
    if not weak:
        return ""
    words = listed([f"{name} ({n})" for name, n in weak.most_common()], 8)
    return f"The rules are made for English first. Read in part only, or for figures alone: {words}."
