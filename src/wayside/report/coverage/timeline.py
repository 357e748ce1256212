"""Who published what when: one lane for each family of documents that lead back to the same text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from wayside.model.documents import Document
from wayside.model.stories import Story
from wayside.model.wording import plural, say_date
from wayside.report.coverage.graph import source_key
from wayside.report.coverage.index import Index
from wayside.report.coverage.words import cut, fitted, text_width
from wayside.report.figures.axes import DateScale, date_ticks
from wayside.report.figures.svg import Svg

__all__ = ["Lane", "Mark", "Timeline", "draw_timeline", "lanes_of", "spoken_timeline", "timeline_of"]

_WIDTH = 960.0
_LEFT = 172.0
_RIGHT = 34.0
_TOP = 8.0
_ROW = 21.0
_AXIS = 34.0
_LETTER = 12.0
_LANE = 12.5
_MOST_ROWS = 12
_MOST_LANES = 12
_LABEL = 30
_LAST_DAY = date(9998, 12, 31).toordinal()  # ticks of the year after must exist
_MOST_TICKS = 60
_MOST_LABELS = 12
_ALONE = "No origin found"
_OTHER = "Other origins"


@dataclass(frozen=True, slots=True)
class Mark:
    """Documents on one day of a lane: one with its name, or several with their number.

    Attributes:
        x: middle, in the drawing's units.
        row: row of the lane, from 0.
        label: what stands beside it.
        before: the label stands left of it.
        documents: ids.
        end: where the last change of a single document lies, or None.
        kind: kind of the strongest origin; "original" where there is none.
    """

    x: float
    row: int
    label: str
    before: bool
    documents: tuple[str, ...]
    end: float | None
    kind: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A family of documents.

    Attributes:
        name: the text that they lead back to.
        marks: its documents.
        rows: how many rows it takes, at least 1.
    """

    name: str
    marks: tuple[Mark, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All lanes, with the axis.

    Attributes:
        first, last: ends of the axis.
        lanes: from top to bottom.
        undated: ids of documents whose day is not known.
    """

    first: date
    last: date
    lanes: tuple[Lane, ...]
    undated: tuple[str, ...]


def lanes_of(index: Index, story: Story) -> dict[str, list[str]]:
    """Return the documents of a story by the text that each leads back to along its most probable origin."""
    first_by: dict[str, str] = {}
    for name in sorted(story.documents, key=lambda name: index.documents[name].published or date.max):
        first_by.setdefault((index.documents[name].outlet or "").casefold(), name)
    first_by.pop("", None)
    takers = _takers(index, story)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in story.documents:
        groups[_root(index, name, first_by, takers)].append(name)
    order = sorted(groups, key=lambda root: (root == _ALONE, -len(groups[root])))
    for root in order[_MOST_LANES:]:
        groups[_OTHER] += groups[root]
    order = order[:_MOST_LANES] + ([_OTHER] if len(order) > _MOST_LANES else [])
    return {root: groups[root] for root in order}


def _root(index: Index, name: str, first_by: Mapping[str, str], takers: Mapping[str, AbstractSet[str]]) -> str:
    """Return the text that a document leads back to; a name stands for the first document that it published."""
    key, passed = f"document:{name}", {f"document:{name}"}
    while True:
        origins = index.main_origins(key.partition(":")[2]) if key.startswith("document:") else []
        after = source_key(origins[0].derives_from) if origins else ""
        if not after.startswith("document:") and index.origin_words(after).casefold() in first_by:
            after = f"document:{first_by[index.origin_words(after).casefold()]}"
        if not after or after in passed:
            break
        passed.add(after)
        key = after
    alone = key == f"document:{name}" and not _leads(index, name, takers)
    return _ALONE if alone else index.origin_words(key)


def _takers(index: Index, story: Story) -> dict[str, set[str]]:
    """Return who takes from each document, by its key, and who names each outlet, by its name in small letters."""
    takers: dict[str, set[str]] = defaultdict(set)
    for name in story.documents:
        for origin in index.origins_of.get(name, ()):
            from_document = origin.derives_from.startswith("document:")
            source = origin.derives_from if from_document else index.origin_words(origin.derives_from).casefold()
            takers[source].add(name)
    return takers


def _leads(index: Index, name: str, takers: Mapping[str, AbstractSet[str]]) -> bool:
    """Return whether another document takes from this one or names who published it."""
    outlet = (index.documents[name].outlet or "").casefold()
    return bool((takers.get(f"document:{name}", set()) | takers.get(outlet, set())) - {name})


def timeline_of(index: Index, story: Story) -> Timeline | None:
    """Return the timeline of a story, or None where no day is known."""
    families = lanes_of(index, story)
    dated = [index.documents[name] for name in story.documents if index.documents[name].published is not None]
    days = [day for one in dated for day in (one.published, one.updated) if day is not None]
    if not days:
        return None
    around = max(1, (max(days) - min(days)).days // 30)
    first, last = _back(min(days), around), _back(max(days), -around)
    x = DateScale(first, last, _LEFT + 10.0, _WIDTH - _RIGHT)
    lanes = [_lane(index, root, names, x) for root, names in families.items()]
    undated = tuple(name for name in story.documents if index.documents[name].published is None)
    return Timeline(first, last, tuple(lane for lane in lanes if lane.marks), undated)


def _back(day: date, days: int) -> date:
    """Return the day so many days before, held within the calendar."""
    return date.fromordinal(min(max(day.toordinal() - days, 1), _LAST_DAY))


def _lane(index: Index, root: str, names: Sequence[str], x: DateScale) -> Lane:
    ordered = sorted((index.documents[n] for n in names if index.documents[n].published), key=_day)
    marks = _packed([_single(index, one, x) for one in ordered])
    rows = 1 + max((mark.row for mark in marks), default=0)
    if rows > _MOST_ROWS:
        marks = _packed(_counted(index, ordered, x))
        rows = 1 + max(mark.row for mark in marks)
    return Lane(root, tuple(marks), rows)


def _day(one: Document) -> date:
    return one.published or date.min


def _single(index: Index, one: Document, x: DateScale) -> Mark:
    at = x(_day(one))
    later = one.updated is not None and one.updated > _day(one)
    origins = index.main_origins(one.id)
    return Mark(
        at, 0, index.who(one, _LABEL), False, (one.id,),
        x(one.updated) if later and one.updated else None, origins[0].kind if origins else "original",
    )  # fmt: skip


def _counted(index: Index, ordered: Sequence[Document], x: DateScale) -> list[Mark]:
    """Return one mark for the documents of neighbouring days, with their number."""
    clusters: list[list[Document]] = []
    for one in ordered:
        if clusters and x(_day(one)) - x(_day(clusters[-1][0])) < 2 * _ROW:
            clusters[-1].append(one)
        else:
            clusters.append([one])
    marks = []
    for some in clusters:
        at = (x(_day(some[0])) + x(_day(some[-1]))) / 2
        label = index.who(some[0], _LABEL) if len(some) == 1 else plural(len(some), "document")
        marks.append(Mark(at, 0, label, False, tuple(one.id for one in some), None, "several"))
    return marks


def _packed(marks: Sequence[Mark]) -> list[Mark]:
    """Give each mark the first row in which neither it nor its label touches another."""
    taken: list[list[tuple[float, float]]] = []
    placed = []
    for mark in marks:
        wide = text_width(mark.label, _LETTER) + 18.0
        last = mark.end or mark.x
        before = last + wide > _WIDTH
        span = (mark.x - wide, last + 8.0) if before else (mark.x - 8.0, last + wide)
        row = next((k for k, spans in enumerate(taken) if _free(spans, span)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(span)
        placed.append(Mark(mark.x, row, mark.label, before, mark.documents, mark.end, mark.kind))
    return placed


def _free(spans: Sequence[tuple[float, float]], span: tuple[float, float]) -> bool:
    return all(span[1] <= start or end <= span[0] for start, end in spans)


def draw_timeline(index: Index, line: Timeline, label: str) -> Markup:
    """Return a timeline as a drawing with ``label`` for readers who do not see it."""
    rows = sum(lane.rows for lane in line.lanes)
    height = _TOP + rows * _ROW + 12.0 * len(line.lanes) + _AXIS
    svg = Svg(_WIDTH, height, label, "timeline")
    x = DateScale(line.first, line.last, _LEFT + 10.0, _WIDTH - _RIGHT)
    bottom = height - _AXIS
    for tick in _ticks(line):
        svg.line(x(tick[0]), _TOP, x(tick[0]), bottom, class_="grid")
        if tick[1]:
            svg.add("text", tick[1], x=x(tick[0]), y=bottom + 16.0, class_="tick", text_anchor="middle")
    years = {line.first.year, line.last.year}
    year = f"{min(years)}" if len(years) == 1 else f"{min(years)} to {max(years)}"
    svg.add("text", year, x=_WIDTH - 4.0, y=bottom + 31.0, class_="tick", text_anchor="end")
    top = _TOP
    for lane in line.lanes:
        _draw_lane(svg, index, lane, top)
        top += lane.rows * _ROW + 12.0
        svg.line(0.0, top - 2.0, _WIDTH, top - 2.0, class_="rule")
    return svg.markup()


def _ticks(line: Timeline) -> list[tuple[date, str]]:
    """Return days with their labels, each of which has room."""
    ticks = [(tick.day, tick.label) for tick in date_ticks(line.first, line.last, _WIDTH - _LEFT - _RIGHT)]
    if len(ticks) > _MOST_TICKS:
        ticks = [(day, label) for day, label in ticks if label]
        ticks = ticks[:: -(-len(ticks) // _MOST_LABELS)]
    if not any(label for _, label in ticks):
        ticks.append((line.first + timedelta(days=1), say_date(line.first + timedelta(days=1), short=True)))
    return ticks


def _draw_lane(svg: Svg, index: Index, lane: Lane, top: float) -> None:
    for k, words in enumerate(_lines(lane.name, _LEFT - 12.0, min(lane.rows, 2))):
        svg.add("text", words, x=0.0, y=top + 15.0 + 14.0 * k, class_="lane", title=lane.name if k == 0 else None)
    for mark in lane.marks:
        y = top + mark.row * _ROW + 11.0
        names = [
            f"{index.who(index.documents[n])}: {index.headline(index.documents[n], 90)}" for n in mark.documents[:8]
        ]
        title = "; ".join(names) + ("; …" if len(mark.documents) > 8 else "")
        if mark.end is not None:
            svg.line(mark.x, y, mark.end, y, class_="until")
            svg.line(mark.end, y - 4.0, mark.end, y + 4.0, class_="until")
        if mark.kind == "original":
            svg.add("rect", title=title, x=mark.x - 5.0, y=y - 5.0, width=10.0, height=10.0, class_="dot original")
        else:
            size = 5.0 if len(mark.documents) == 1 else 7.5
            css = f"dot {mark.kind.replace(' ', '-')}"
            svg.add("circle", title=title, cx=mark.x, cy=y, r=size, class_=css)
        at = mark.x - 11.0 if mark.before else (mark.end or mark.x) + 11.0
        svg.add("text", mark.label, x=at, y=y + 4.0, class_="label", text_anchor="end" if mark.before else None)


def _lines(words: str, room: float, most: int) -> list[str]:
    """Return ``words`` broken into lines, the last one shortened where it must be."""
    lines: list[str] = []
    rest = cut(words, 80)
    while rest and len(lines) < most - 1:
        taken = _begin(rest, room)
        lines.append(taken)
        rest = rest[len(taken) :].lstrip()
    return [*lines, fitted(rest, room, _LANE)] if rest else lines


def _begin(words: str, room: float) -> str:
    """Return as many whole words as there is room for, else as many letters."""
    if text_width(words, _LANE) <= room:
        return words
    end = len(words)
    while end > 1 and text_width(words[:end], _LANE) > room:
        end -= 1
    space = words.rfind(" ", 0, end + 1)
    return words[: space if space > 0 else end]


def spoken_timeline(index: Index, line: Timeline, story: Story) -> str:
    """Return a timeline in a sentence or two."""
    dated = [index.documents[name] for name in story.documents if index.documents[name].published is not None]
    first = min(dated, key=_day)
    said = f"{plural(len(dated), 'document')} in {plural(len(line.lanes), 'lane')}"
    days = {_day(one) for one in dated}
    when = f"on {say_date(min(days))}" if len(days) == 1 else f"from {say_date(min(days))} to {say_date(max(days))}"
    return f"Timeline: {said}, published {when}; the first dated one is by {index.who(first)}."
