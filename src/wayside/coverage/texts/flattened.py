"""Which lines of a flattened page are the article.

A flattened page has no tags left, so a line is judged by what can be seen: its shape (a full sentence, a heading, a
list item, a teaser that breaks off), its words (page furniture says the same things everywhere), its topic (does it
speak of what the prose speaks of), repetition, and where it stands. No site is known by name.

Sentences that stand together make a run; a heading such as "Related", or several lines that are no sentences, end it.
The longest run is the core of the article. Other runs belong to it where they speak of the same things, and none does
after the heading of the readers' comments. To lose a line of the article is worse than to keep one of the page, so
inside of a run only what is plainly furniture is cut.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wayside.coverage.texts.furniture import furniture
from wayside.coverage.texts.language import stop_words
from wayside.coverage.texts.lines import NO_WORDS, Line, ends_sentence, is_prose, judge, lines_of
from wayside.model.documents import Cut, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Body", "cut_boilerplate", "cut_within", "topic_words"]

_PROSE, _SENTENCE, _OTHER, _FURNITURE, _OPENER, _COMMENTS = (
    "prose",
    "sentence",
    "other",
    "furniture",
    "opener",
    "comments",
)
_TEXT: Final = frozenset({_PROSE, _SENTENCE})
_SPEAKING: Final = '“"«„「『'
_LONGEST_GAP: Final = 3
"""Lines that are no sentences, up to which a run goes on."""
_ENOUGH_PROSE: Final = 120
"""Characters of prose before the readers' comments that make an article."""
_STRANGER: Final = 3.0
"""How many times more a run with a headline of its own must share with the article."""
_LARGE: Final = 0.35
"""Share of the longest article's prose that the first one must have to be the page's own."""
_TAIL_FROM: Final = 150
_MOST_HEADS: Final = 10
_SHORTEST_HEAD: Final = 15
_WEAK: Final = frozenset({"list item", "repeated", "teaser"})


@dataclass(frozen=True, slots=True)
class Body:
    """What the cut leaves.

    Attributes:
        spans: ranges of the article, one a line, ascending.
        cuts: ranges left out, one a line, ascending, each with its reason.
        title: the headline that stands before the prose, or None.
    """

    spans: tuple[Span, ...]
    cuts: tuple[Cut, ...]
    title: str | None


@dataclass(slots=True)
class _Page:
    """The lines of a page, why each is cut ("" where it is not, so far), and what each is by its shape."""

    lines: list[Line]
    reasons: list[str]
    shapes: list[str]


@dataclass(frozen=True, slots=True)
class _Run:
    """Sentences that stand together: numbers of the first and last line, and characters of prose."""

    first: int
    last: int
    weight: int


def cut_boilerplate(text: str) -> Body:
    """Tell the article from the page around it.

    Args:
        text: a flattened page; lines are separated by line feeds.

    Returns:
        The body lines and the cuts. Every non-empty line is in one of the two. A text without any prose keeps all lines
        that are not furniture.
    """
    page = _read(text)
    runs = _runs(page)
    if not runs:
        return _assemble(page, None)
    joined, topic = _article(page, runs)
    joined[0] = _without_strange_start(page, joined[0], topic)
    heads = _headlines(page, joined[0].first, topic)
    _cut_outside(page, joined, heads)
    for run in joined:
        _cut_inside(page, run, topic)
    title = page.lines[min(heads)].text.strip('“”" ') if heads else None
    return _assemble(page, title)


def cut_within(text: str, spans: Sequence[Span]) -> tuple[tuple[Span, ...], tuple[Cut, ...]]:
    """Cut from a body that is known what is furniture all the same: "Also read", time stamps, share buttons.

    Args:
        text: the text that the ranges are of.
        spans: ranges of the article, ascending.

    Returns:
        The ranges that are left, and the cuts, in offsets of ``text``.
    """
    kept: list[Span] = []
    cuts: list[Cut] = []
    for span in spans:
        found = lines_of(text[span.start : span.end], frozenset())
        for line in found:
            reason = judge(line, 1)
            moved = Span(span.start + line.span.start, span.start + line.span.end)
            if reason and reason not in _WEAK | {NO_WORDS}:
                cuts.append(Cut(moved, reason))
                continue
            body, tail = _split_tail(Line(moved, line.text, "", line.words, line.weight, line.gap))
            kept.append(body)
            cuts.extend(tail)
    return tuple(kept), tuple(cuts)


def topic_words(text: str) -> frozenset[str]:
    """Return the words of a text that tell what it is about."""
    return frozenset(word for line in lines_of(text, _all_stop_words()) for word in line.words)


@cache
def _all_stop_words() -> frozenset[str]:
    return frozenset(word for words in stop_words().values() for word in words)


def _read(text: str) -> _Page:
    lines = lines_of(text, _all_stop_words())
    reasons = [judge(line, times) for line, times in zip(lines, _times(lines), strict=True)]
    shapes: list[str] = []
    introduced = False
    for line, reason in zip(lines, reasons, strict=True):
        shape = _shape(line, reason, introduced=introduced)
        introduced = line.text.endswith((":", "：")) or (introduced and shape == _SENTENCE and reason == "list item")
        shapes.append(shape)
    return _Page(lines, reasons, shapes)


def _times(lines: list[Line]) -> list[int]:
    """Return how often the page has each line; of a sentence that it has again, the first counts as the only one."""
    counts = Counter(line.text for line in lines)
    seen: set[str] = set()
    found = []
    for line in lines:
        first = line.text not in seen and ends_sentence(line.text)
        seen.add(line.text)
        found.append(1 if first else counts[line.text])
    return found


def _shape(line: Line, reason: str, *, introduced: bool) -> str:
    if reason == "comments":
        return _COMMENTS
    if line.normal in furniture().openers:
        return _OPENER
    if reason == "list item" and introduced:
        return _SENTENCE
    if reason:
        return _FURNITURE
    if is_prose(line):
        return _PROSE
    opens = line.text[0] in _SPEAKING and line.weight >= 20
    return _SENTENCE if ends_sentence(line.text) or opens or line.text.endswith((":", "：")) else _OTHER


def _runs(page: _Page) -> list[_Run]:
    """Return the runs of sentences with prose in them, in order; none begins after the heading of the comments."""
    found: list[_Run] = []
    first = last = -1
    weight = gap = 0
    for index, shape in enumerate(page.shapes):
        if shape in _TEXT:
            first = index if first < 0 else first
            if shape == _PROSE:
                weight += page.lines[index].weight
            # A short sentence behind a gap is of the run only if prose follows.
            last = index if shape == _PROSE or gap == 0 else last
            gap = 0 if shape == _PROSE or last == index else gap
            continue
        gap += 1
        if gap > _LONGEST_GAP or shape in {_OPENER, _COMMENTS}:
            if weight:
                found.append(_Run(first, last, weight))
            first, weight, gap = -1, 0, 0
        if shape == _COMMENTS and sum(run.weight for run in found) >= _ENOUGH_PROSE:
            return found
        if not weight:
            first = -1
    return [*found, _Run(first, last, weight)] if weight else found


def _topic(page: _Page, core: _Run) -> Counter[str]:
    """Return the words of a run with the number of lines that have each."""
    lines = [page.lines[index] for index in range(core.first, core.last + 1) if page.shapes[index] == _PROSE]
    return Counter(word for line in lines for word in line.words)


def _article(page: _Page, runs: list[_Run]) -> tuple[list[_Run], Counter[str]]:
    """Return the runs of the article, in order, and its topic.

    A run with a headline of its own before it begins another article; else it goes on with the one before. The article
    is the first of those that are not much shorter than the longest, for the next article is often loaded below; and
    runs elsewhere that speak of the same things.
    """
    groups: list[list[_Run]] = []
    end = -1
    for run in runs:
        if groups and not _has_headline(page, end, run):
            groups[-1].append(run)
        else:
            groups.append([run])
        end = run.last
    group = _first_large(page, groups)
    core = max(group, key=lambda run: run.weight)
    topic = _topic(page, core)
    kept = []
    for run in runs:
        own = run in group
        if run is core or (own and _is_long(page, run)) or _related(page, run, core, topic, 1.0 if own else _STRANGER):
            kept.append(run)
    return kept, topic


def _first_large(page: _Page, groups: list[list[_Run]]) -> list[_Run]:
    weights = [sum(run.weight for run in group) for group in groups]
    enough = _LARGE * max(weights)
    for group, weight in zip(groups, weights, strict=True):
        if weight >= enough and any(_is_long(page, run) for run in group):
            return group
    return groups[weights.index(max(weights))]


def _is_long(page: _Page, run: _Run) -> bool:
    """Sentences that stand side by side are no list of teasers."""
    adjoining = any(
        page.shapes[index] in _TEXT and page.shapes[index + 1] in _TEXT for index in range(run.first, run.last)
    )
    return adjoining and run.weight >= _ENOUGH_PROSE


def _has_headline(page: _Page, end: int, run: _Run) -> bool:
    """Return whether a line between the run before and this one is a headline of this one."""
    words = _topic(page, run)
    for index in range(run.first - 1, max(end, run.first - 1 - _MOST_HEADS), -1):
        line = page.lines[index]
        if page.shapes[index] == _OTHER and line.weight >= _SHORTEST_HEAD and _about(line, words):
            return True
    return False


def _related(page: _Page, run: _Run, core: _Run, topic: Counter[str], times: float) -> bool:
    """A run belongs to the core if its lines share words with it: two that the core repeats, or more of any.

    Args:
        page: the page.
        run: the run in question.
        core: the longest run of the article.
        topic: words of the core with the number of its lines that have each.
        times: by how much more must be shared.
    """
    lines = [page.lines[index] for index in range(run.first, run.last + 1) if page.shapes[index] == _PROSE]
    repeated = sum(min(3, sum(1 for word in line.words if topic[word] > 1)) for line in lines)
    once = sum(min(4, sum(1 for word in line.words if topic[word] == 1)) for line in lines)
    # A single sentence among headlines must say more than one of several.
    several = len(lines) > 1 and run.weight >= 2 * _ENOUGH_PROSE
    small = len(lines) > 1 and core.weight < 3 * _ENOUGH_PROSE
    needed = (1.0 if several else 2.0) * (0.5 if small else 1.0) * times
    return repeated + 0.5 * once >= needed * len(lines)


def _without_strange_start(page: _Page, run: _Run, topic: Counter[str]) -> _Run:
    """Drop what stands before the article in its first run and is on nothing of it: short sentences, one line alone."""
    first = run.first
    for index in range(run.first, run.last):
        alone = page.shapes[index + 1] not in _TEXT
        own = 1 if page.shapes[index] == _PROSE else 0
        strange = not any(topic[word] > own for word in page.lines[index].words)
        sentence = page.shapes[index] == _SENTENCE and page.lines[index].text[0] not in _SPEAKING
        if page.shapes[index] in _TEXT and not (strange and (alone or sentence)):
            break
        first = index + 1
    return _Run(first, run.last, run.weight)


def _headlines(page: _Page, first: int, topic: Counter[str]) -> set[int]:
    """Return the lines before the prose that speak of its topic: headline and standfirst."""
    found: set[int] = set()
    for index in range(first - 1, max(-1, first - 1 - _MOST_HEADS), -1):
        line = page.lines[index]
        once = page.reasons[index] == "repeated" and index == min(_same(page, index))
        long_enough = line.weight >= _SHORTEST_HEAD and page.shapes[index] != _OPENER
        if (not page.reasons[index] or once) and long_enough and _about(line, topic):
            found.add(index)
    return found


def _about(line: Line, topic: Counter[str]) -> bool:
    """A headline shares two words with the article, or most of its few."""
    shared = sum(1 for word in line.words if word in topic)
    return shared >= 2 or (shared == 1 and len(line.words) <= 3)


def _same(page: _Page, index: int) -> list[int]:
    text = page.lines[index].text
    low = max(0, index - 2 * _MOST_HEADS)
    high = min(len(page.lines), index + 2 * _MOST_HEADS)
    return [other for other in range(low, high) if page.lines[other].text == text]


def _cut_outside(page: _Page, joined: list[_Run], heads: set[int]) -> None:
    inside = {index for run in joined for index in range(run.first, run.last + 1)} | _between(page, joined)
    first, last = joined[0].first, joined[-1].last
    top = min(heads) if heads else first
    for index in range(len(page.lines)):
        if index in heads:
            page.reasons[index] = ""
        elif index in inside:
            page.reasons[index] = "" if page.shapes[index] == _SENTENCE else page.reasons[index]
        elif not page.reasons[index]:
            before = "before the headline" if index < top else "between headline and article"
            after = "after the article" if index > last else "unrelated line"
            page.reasons[index] = before if index < first else after


def _between(page: _Page, joined: list[_Run]) -> set[int]:
    """Return the short sentences between the runs of an article, up to a heading such as "Related"."""
    found: set[int] = set()
    for one, two in pairwise(joined):
        for index in range(one.last + 1, two.first):
            if page.shapes[index] == _OPENER:
                break
            if page.shapes[index] == _SENTENCE:
                found.add(index)
    return found


def _cut_inside(page: _Page, run: _Run, topic: Counter[str]) -> None:
    """Inside of a run: lists of the article stay, and what stands alone between its sentences."""
    for index in range(run.first, run.last + 1):
        line, reason, shape = page.lines[index], page.reasons[index], page.shapes[index]
        shared = any(word in topic for word in line.words)
        if reason == "list item" and (shape == _SENTENCE or shared or ends_sentence(line.text)):
            page.reasons[index] = ""
        elif not reason and shape == _OTHER:
            alone = page.shapes[index - 1] in _TEXT and page.shapes[index + 1] in _TEXT
            page.reasons[index] = "" if shared or alone else "unrelated line"


def _split_tail(line: Line) -> tuple[Span, list[Cut]]:
    """Cut the end of a long line where it goes over into "Related: …"."""
    if len(line.text) <= _TAIL_FROM:
        return line.span, []
    tail = furniture().tails.search(line.text, len(line.text) // 3)
    if tail is None:
        return line.span, []
    at = line.span.start + tail.start()
    end = line.span.start + len(line.text[: tail.start()].rstrip())
    return Span(line.span.start, end), [Cut(Span(at, line.span.end), "related items at the end of a line")]


def _assemble(page: _Page, title: str | None) -> Body:
    spans: list[Span] = []
    cuts: list[Cut] = []
    for line, reason in zip(page.lines, page.reasons, strict=True):
        if reason:
            cuts.append(Cut(line.span, reason))
            continue
        body, tail = _split_tail(line)
        spans.append(body)
        cuts.extend(tail)
    return Body(tuple(spans), tuple(cuts), title)
