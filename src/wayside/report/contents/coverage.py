"""What was published of it: how many articles, how many sources, who takes from whom, and how it fits the count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from wayside.assessment.addresses import link_of
from wayside.assessment.assessment import Assessment
from wayside.language.phrases import Phrases, phrases
from wayside.model.agreement import Agreement, MeasuredCount
from wayside.model.claims import Claim, Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document
from wayside.model.stories import Story
from wayside.report.coverage.dots import measured_interval
from wayside.report.coverage.graph import PUBLISHED, Graph, Link, Node, derivation
from wayside.report.coverage.index import Index
from wayside.report.coverage.words import cut, web_address
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Figure,
    Line,
    Panel,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.figures.coverage_dots import DotRow, DotWords, coverage_dots
from wayside.report.figures.coverage_graph import NodeText, coverage_graph
from wayside.report.figures.palette import OWN, Palette
from wayside.report.words import Words

__all__ = ["coverage_section"]

_WIDTHS = ((940.0, 800), (560.0, 0))
_MOST_DOTS = 24
_MOST_ROWS = 60
_MOST_CHANGES = 8
_MOST_NAMES = 6
_QUOTE = 120
_MUCH = 3


def coverage_section(assessment: Assessment, words: Words, palette: Palette = OWN) -> Section | None:
    """Return the section on what was published; None where no article was read.

    Args:
        assessment: with what was read in articles.
        words: of the report's language.
        palette: of the house.
    """
    result = assessment.coverage
    if result is None or not result.documents:
        return None
    said = phrases("coverage_section", words.language)
    view = _View(result, said, words)
    blocks: list[Block] = [Paragraph(plain(view.opening()))]
    group = view.group
    if group is not None:
        blocks += [Paragraph(text) for text in view.findings(group)]
    if not result.claims:
        blocks.append(Paragraph(plain(said.say("section.nothing"))))
    blocks += [figure for figure in (view.graph(palette), view.dots(assessment, group, palette)) if figure is not None]
    blocks += view.articles(group)
    blocks += view.changes()
    return Section("coverage", said.say("section.heading"), tuple(blocks), short=said.say("section.short"))


class _View:
    """The result as the section speaks of it: the story with most documents, and the figures that most of them give."""

    def __init__(self, result: CoverageResult, said: Phrases, words: Words) -> None:
        self.result, self.said, self.words = result, said, words
        self.index = Index(result)
        self.story: Story = self.index.stories[0]
        self.group = self.index.main_agreement(self.story)

    # ------------------------------------------------------------------ sentences
    def opening(self) -> str:
        """Return how much was read."""
        articles, claims = len(self.result.documents), len(self.result.claims)
        key = "section.read_one" if articles == 1 else "section.read"
        found = [self.said.say(key, articles=articles, claims=claims)]
        stories = len(self.index.stories)
        if stories > 1:
            found.append(self.said.say("section.stories", stories=stories, articles=len(self.story.documents)))
        return " ".join(found)

    def findings(self, group: Agreement) -> list[Line]:
        """Return what most articles speak of, whose it is, how it fits, and what is wrong with it."""
        articles = self.index.document_count(group.claims)
        found = [self._of(group, articles)]
        said = self.said
        names = tuple(cut(some[0], 80) for some in group.sources if some)
        sources = [
            said.say("section.sources", sources=group.independent_sources, names=_few(names))
            if names and group.independent_sources
            else said.say("section.no_source")
        ]
        if len(group.sources_p) > 2 and 0.005 < sum(group.sources_p[:2]) < 0.995:
            sources.append(said.say("section.uncertain", p=sum(group.sources_p[:2])))
        if articles > max(group.independent_sources, 1):
            sources.append(said.say("section.repeated"))
        found.append(plain(" ".join(sources)))
        found += [plain(text) for text in (self._fit(group), self._doubts(group)) if text]
        return found

    def _of(self, group: Agreement, articles: int) -> Line:
        if group.low is None or group.high is None:
            return self._filled("section.statement", group)
        key = "section.figures_one" if articles == 1 else "section.figures"
        return self._filled(key, group, articles=articles, figure=self._figure(group))

    def _filled(self, key: str, group: Agreement, **values: object) -> Line:
        """Return a sentence with the subject of a group in it, which is in the language of the analysis."""
        mark = "\ue000"
        before, _, after = self.said.say(key, about=mark, **values).partition(mark)
        about = cut(group.about or self.index.claims[group.claims[0]].counted or self.story.title, 120)
        return line(before, self.words.quoted(about), after)

    def _figure(self, group: Agreement) -> str:
        claims = [self.index.claims[name] for name in group.claims]
        common = {_bounds(claim.quantity) for claim in claims}
        if len(common) == 1:
            return self._quantity(claims[0].quantity)
        low, high = group.low or 0.0, group.high or 0.0
        beyond = any(top is None and bottom is not None and bottom >= high for bottom, top in common)
        if low == high and not beyond:
            return self._number(low)
        return self.said.say(
            "quantity.open" if beyond else "quantity.between", low=self._number(low), high=self._number(high)
        )

    def _number(self, value: float) -> str:
        writer = self.said.writer
        return writer.number(int(value)) if value == int(value) and abs(value) < 1e15 else writer.write(value, ".4g")

    def _quantity(self, quantity: Quantity) -> str:
        """Return a figure as it was given, with its bounds; its unit where it is no plain number."""
        unit = "" if quantity.unit == "1" else f" {quantity.unit}"
        low, high = quantity.low, quantity.high
        if low is None and high is None:
            return self.said.say("quantity.bare")
        if quantity.approximation == "between" and low is not None and high is not None:
            return self.said.say("quantity.between", low=self._number(low), high=self._number(high)) + unit
        stated = [n for n in (quantity.figure, low, high) if n is not None]
        key = quantity.approximation.replace(" ", "-")
        return self.said.say(f"quantity.{'exact' if key == 'between' else key}", n=self._number(stated[0])) + unit

    def _fit(self, group: Agreement) -> str:
        against = group.against_measured
        if against is None:
            return ""
        if against.p is None:
            return self.said.say("section.not_comparable")
        return self.said.say(f"section.{against.verdict}", p=against.p)

    def _doubts(self, group: Agreement) -> str:
        claims = self.index.claims_of.get(self.story.id, [])
        hidden = sum(claim.anonymous for claim in claims)
        bare = sum(not claim.anonymous and claim.voice == "unattributed" for claim in claims)
        found = []
        if hidden:
            found.append(self.said.say("section.anonymous", claims=hidden))
        if bare:
            found.append(self.said.say("section.bare", claims=bare))
        for key, ids in (("section.changed", group.changed_bounds), ("section.outliers", group.outliers)):
            if ids:
                whose = dict.fromkeys(self._who(self.index.claims[name].document) for name in ids)
                found.append(self.said.say(key, names=_few(tuple(whose))))
        return " ".join(found)

    def _who(self, document: str) -> str:
        return self.index.who(self.index.documents[document], 60)

    # ------------------------------------------------------------------ figures
    def graph(self, palette: Palette) -> Figure | None:
        """Return who takes from whom; None where nothing could be told."""
        graph = derivation(self.index, self.story)
        if not graph.links:
            return None
        texts = self._texts(graph)
        named = sum(node.role in {"report", "outlet"} for node in graph.nodes.values())
        articles = sum(len(node.documents) for node in graph.nodes.values())
        label = [self.said.say("figure.graph_alt", articles=articles, sources=named)]
        reach: dict[str, int] = defaultdict(int)
        for link in graph.links:
            reach[link.one] += link.stands_for
        most = max(sorted(reach), key=reach.__getitem__)
        if reach[most] >= _MUCH:
            label.append(self.said.say("figure.graph_most", name=texts[most].name, links=reach[most]))
        caption = [self.said.say("figure.graph")]
        if graph.left_out:
            caption.append(self.said.say("figure.left_out", articles=len(graph.left_out)))
        picture = coverage_graph(graph, texts, " ".join(label), palette=palette)
        return Figure("figure-coverage-graph", "", plain(" ".join(caption)), (Panel((), (picture,)),))

    def _texts(self, graph: Graph) -> dict[str, NodeText]:
        inward: dict[str, list[Link]] = defaultdict(list)
        for link in graph.links:
            inward[link.other].append(link)
        return {key: self._text(node, inward[key]) for key, node in graph.nodes.items()}

    def _text(self, node: Node, links: Sequence[Link]) -> NodeText:
        how = self._how(links)
        if node.role == "group":
            name = self.said.say("node.group", articles=len(node.documents))
            return NodeText(name, node.line, how or self.said.say("node.alone"))
        if node.documents:
            one = self.index.documents[node.documents[0]]
            day = "" if one.published is None else self.said.writer.write(one.published, "shortdate")
            named = not one.title or node.name == cut(one.title, 40)
            parts = [part for part in (day, "" if named else self.index.headline(one, 60)) if part]
            return NodeText(node.name, " · ".join(parts), how or self.said.say("node.alone"))
        return NodeText(node.name, self.said.say("node.named"), how)

    def _how(self, links: Sequence[Link]) -> str:
        taken = [link for link in links if link.kind != PUBLISHED]
        if not taken:
            return self.said.say("node.published") if links else ""
        best = max(taken, key=lambda link: (link.p, link.one))
        key = "node.how_more" if len(taken) > 1 else "node.how"
        return self.said.say(key, kind=self._kind(best.kind), p=best.p, more=len(taken) - 1)

    def _kind(self, kind: str) -> str:
        return self.said.say(f"kind.{kind.replace(' ', '-')}")

    def dots(self, assessment: Assessment, group: Agreement | None, palette: Palette) -> Figure | None:
        """Return the figures on one scale with the count; None where there are fewer than two of them to compare."""
        if group is None or group.low is None:
            return None
        claims = [self.index.claims[name] for name in group.claims]
        shown = _once(claim for claim in sorted(claims, key=self._order) if _bounds(claim.quantity) != (None, None))
        odd = {*group.changed_bounds, *group.outliers}
        rows = tuple(self._dot(claim, odd=claim.id in odd) for claim in shown[:_MOST_DOTS])
        against = group.against_measured
        compared = against is not None and against.p is not None
        if not rows or (len(rows) < 2 and not compared):
            return None
        measured = _interval(assessment) if compared else None
        label = self._label(rows, measured)
        drawn = DotWords(label, self._measured("figure.measured", measured) if measured else "")
        pictures = tuple(
            coverage_dots(rows, measured, drawn, width=width, least_px=px, palette=palette) for width, px in _WIDTHS
        )
        caption = self._filled("figure.dots_measured" if measured else "figure.dots", group)
        return Figure("figure-coverage-dots", "", caption, (Panel((), pictures, alternatives=True),))

    def _dot(self, claim: Claim, *, odd: bool) -> DotRow:
        low, high = _bounds(claim.quantity)
        return DotRow(self._who(claim.document), self._quantity(claim.quantity), low, high, odd)

    def _order(self, claim: Claim) -> tuple[int, str]:
        day = self.index.documents[claim.document].published
        return (day.toordinal() if day else 10**7, claim.id)

    def _label(self, rows: Sequence[DotRow], measured: tuple[int, int, int] | None) -> str:
        ends = [end for row in rows for end in (row.low, row.high) if end is not None]
        said = [self.said.say("figure.dots_alt", figures=len(rows), low=min(ends), high=max(ends))]
        if measured is not None:
            said.append(self._measured("figure.dots_alt_measured", measured))
        return " ".join(said)

    def _measured(self, key: str, measured: tuple[int, int, int]) -> str:
        low, median, high = measured
        return self.said.say(key, low=low, median=median, high=high)

    # ------------------------------------------------------------------ table and list
    def articles(self, group: Agreement | None) -> list[Block]:
        """Return the table of articles, in order of publication."""
        documents = sorted(
            self.result.documents, key=lambda one: (one.published.toordinal() if one.published else 10**7, one.id)
        )
        names = ("outlet", "day", "title", "says", "from", "marks")
        wide = {"title", "says", "from"}
        columns = tuple(Column(plain(self.said.say(f"table.{name}")), wide=name in wide) for name in names)
        rows = tuple(Row(tuple(Cell(text) for text in self._cells(one, group))) for one in documents[:_MOST_ROWS])
        blocks: list[Block] = [Table("table-coverage", "", plain(self.said.say("table.caption")), columns, rows)]
        more = len(documents) - len(rows)
        if more:
            blocks.append(Paragraph(plain(self.said.say("section.more", articles=more)), Tone.NOTE))
        return blocks

    def _cells(self, one: Document, group: Agreement | None) -> tuple[Line, ...]:
        nothing = plain(self.said.say("table.none"))
        day = plain(self.said.writer.write(one.published, "shortdate")) if one.published else nothing
        claims = [self.index.claims[name] for name in group.claims] if group is not None else []
        own = [claim for claim in claims if claim.document == one.id]
        origin = next(iter(self.index.main_origins(one.id)), None)
        taken = nothing
        if origin is not None:
            name, kind = self.index.origin_words(origin.derives_from), self._kind(origin.kind)
            taken = plain(self.said.say("table.from_one", name=name, kind=kind, p=origin.p))
        return (
            (foreign(self.index.who(one)),),
            day,
            (_headline(one),) if one.title else nothing,
            line(*_between(foreign(cut(claim.quote, _QUOTE)) for claim in _once(own)[:2])) if own else nothing,
            taken,
            plain(", ".join(self._marks(own, group))) or nothing,
        )

    def _marks(self, own: Sequence[Claim], group: Agreement | None) -> list[str]:
        if group is None:
            return []
        ids = {claim.id for claim in own}
        told = {
            "changed": bool(ids & set(group.changed_bounds)),
            "outlier": bool(ids & set(group.outliers)),
            "anonymous": any(claim.anonymous for claim in own),
            "bare": any(not claim.anonymous and claim.voice == "unattributed" for claim in own),
        }
        return [self.said.say(f"mark.{name}") for name, there in told.items() if there]

    def changes(self) -> list[Block]:
        """Return what became of claims on their way within the story, the surest first."""
        told = set(self.story.documents)
        ordered = sorted(
            (one for one in self.result.changes if {one.before.document, one.after.document} <= told),
            key=lambda one: (-one.p, one.after.document, one.after.span, one.before.document, one.before.span),
        )
        once = {
            (one.kind, one.before.quote.casefold(), one.after.quote.casefold(), self._who(one.after.document)): one
            for one in reversed(ordered)
        }
        found = list(reversed(once.values()))[:_MOST_CHANGES]
        if not found:
            return []
        items = []
        for one in found:
            before, after, kind = "\ue000", "\ue001", self.said.say(f"change.{one.kind.replace(' ', '-')}")
            text = self.said.say("section.changed_line", kind=kind, before=before, after=after)
            first, _, rest = text.partition(before)
            middle, _, last = rest.partition(after)
            words = (foreign(cut(one.before.quote, _QUOTE)), foreign(cut(one.after.quote, _QUOTE)))
            whose = (" (", foreign(self._who(one.after.document)), ")")
            items.append(line(first, words[0], middle, words[1], last, *whose))
        return [Paragraph(plain(self.said.say("section.changes")), Tone.HEADING), Bullets(tuple(items))]


def _few(names: Sequence[str]) -> tuple[str, ...]:
    return (*names[:_MOST_NAMES], "…") if len(names) > _MOST_NAMES else tuple(names)


def _once(claims: Iterable[Claim]) -> list[Claim]:
    """Return claims without those that say in one document what another one of it says."""
    found: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        quantity = claim.quantity
        found.setdefault((claim.document, quantity.low, quantity.high, quantity.approximation, quantity.unit), claim)
    return list(found.values())


def _bounds(quantity: Quantity) -> tuple[float | None, float | None]:
    """Return the ends of a figure; "no more than 20" says nothing of where it begins."""
    low = None if quantity.low == 0.0 and quantity.high else quantity.low
    return low, quantity.high


def _interval(assessment: Assessment) -> tuple[int, int, int]:
    count = assessment.now
    return measured_interval(MeasuredCount(count.first, tuple(float(p) for p in count.p)))


def _headline(one: Document) -> Span:
    return foreign(cut(one.title or one.file, 160), link_of(web_address(one.url) or ""))


def _between(spans: Iterable[Span]) -> list[Span | str]:
    found: list[Span | str] = []
    for span in spans:
        found += [" … ", span] if found else [span]
    return found
