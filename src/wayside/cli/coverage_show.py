"""What articles claim and on whose word, for people: a newsroom's first look."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wayside.cli.coverage_rows import (
    Branch,
    ClaimRow,
    StoryPart,
    claim_rows,
    few,
    headline,
    languages,
    repeats,
    story_parts,
)
from wayside.cli.records import show_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from wayside.model.agreement import Agreement, MeasuredCount
    from wayside.model.coverage import CoverageResult
    from wayside.model.stories import Change
    from wayside.pipeline.records import RunRecord

__all__ = ["show_coverage"]

_STORIES = 5
_FEW = 3
"""Of so few stories all are shown, those of one article too."""
_CLAIMS = 12
_LINES = 6
_LEAVES = 8
_NARROW = 100
_GRAVEST = ("bound", "figure", "and-or", "certainty", "direction", "derived figure", "place", "date", "period")
_SPACES = "\u00a0\u202f"


def show_coverage(
    console: Console, record: RunRecord, result: CoverageResult, measured: MeasuredCount | None = None
) -> None:
    """Print what was found: story by story, then what was compared, then what was read."""
    parts = story_parts(result)
    names = {organisation.id: organisation.name for organisation in result.organisations}
    whole = [part for part in parts if len(part.story.documents) > 1 or len(parts) <= _FEW][:_STORIES]
    for part in whole:
        _story(console, result, part, names, compared=measured is not None)
    _other_stories(console, result, [part for part in parts if part not in whole])
    if measured is not None:
        _against(console, result, measured)
    _footings(console, result)
    _languages(console, result)
    _ratings(console, result)
    if result.events and "events" not in record.files:
        _line(console, f"{len(result.events)} dated events are named; --events FILE writes them", style="dim")
    show_record(console, record, "read")


# ---------------------------------------------------------------------- words
def _text(words: object, style: str = "") -> Text:
    """Return words of strangers as they may be printed: nothing in them is style, and nothing steers the terminal."""
    from rich.text import Text  # noqa: PLC0415  rich is loaded when something is printed

    return Text("".join(c if c.isprintable() or c in _SPACES else "?" for c in " ".join(str(words).split())), style)


def _line(console: Console, words: object, *, lead: str = "", style: str = "") -> None:
    """Print a paragraph; its later lines stand under the words, not under what leads them."""
    from rich.table import Table  # noqa: PLC0415

    if not lead:
        console.print(_text(words, style))
        return
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_row(_text(lead, style), _text(words, style))
    console.print(table)


def _lines(console: Console, heading: str, lines: Sequence[object], most: int = _LINES) -> None:
    if not lines:
        return
    console.print(_text(heading, "bold"))
    for words in lines[:most]:
        _line(console, words, lead="•")
    if len(lines) > most:
        _line(console, f"  … and {len(lines) - most} more, see --json", style="dim")
    console.print()


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


# ---------------------------------------------------------------------- a story
def _story(console: Console, result: CoverageResult, part: StoryPart, names: dict[str, str], *, compared: bool) -> None:
    story = part.story
    console.rule(style="dim")
    console.print(_text(story.title, "bold"))
    days = (
        ""
        if story.begins is None
        else f", {story.begins}"
        if story.begins == story.ends
        else f", {story.begins} to {story.ends}"
    )
    console.print(_text(f"{_count(len(story.documents), 'article')} ({languages(result, story.documents)}){days}"))
    main = headline(part)
    if main is not None:
        sources, about, who = main
        told = _count(sources, "independent source") if sources else "No source is named"
        words = f"{told} for what most of them state, {about}{f': {who}' if who else ''}"
        console.print(_text(words, "bold green" if sources else "bold yellow"))
    console.print()
    figures, statements = claim_rows(part)
    if figures or not statements:
        _claims(console, "What is counted", figures, compared=compared)
    if statements:
        _claims(console, "What is stated", statements, compared=False)
    _tree(console, part, names)
    here = set(story.documents)
    _changes(console, [change for change in result.changes if change.after.document in here])
    _lines(console, "Contradictions", [one.text for group in part.groups for one in group.contradictions])


def _claims(console: Console, heading: str, rows: Sequence[ClaimRow], *, compared: bool) -> None:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    if not rows:
        _line(console, "No claim was found.", style="dim")
        console.print()
        return
    wide = console.width >= _NARROW
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    counted = heading == "What is counted"
    table.add_column(heading, ratio=3 if counted else 2, overflow="fold")
    table.add_column("Says", ratio=4 if counted else 6, overflow="fold")
    table.add_column("Finally says it", ratio=3, overflow="fold")
    if wide:
        table.add_column("Via", ratio=2, overflow="fold")
    table.add_column("Docs", justify="right", no_wrap=True)
    table.add_column("Sources" if wide else "Src", justify="right", no_wrap=True)
    if compared:
        table.add_column("Measured", no_wrap=True)
    shown = _CLAIMS if counted else _LINES
    for row in rows[:shown]:
        says = _text(row.says)
        if row.flags:
            says.append("\n").append(_text(row.flags, "yellow"))
        cells = [_text(row.what), says, _text(row.who or "nobody named", "" if row.who else "dim")]
        if wide:
            cells.append(_text(row.via))
        cells += [_text(row.documents), _text(row.sources if wide else row.sources.partition(" ")[0])]
        if compared:
            cells.append(_verdict(row.group))
        table.add_row(*cells)
    console.print(table)
    if len(rows) > shown:
        _line(console, f"… and {len(rows) - shown} more, see --json", style="dim")
    console.print()


def _verdict(group: Agreement | None) -> Text:
    found = group.against_measured if group is not None else None
    if found is None or found.p is None:
        return _text("–", "dim")
    from wayside.coverage.agreement.wording import probability_in_words  # noqa: PLC0415  loaded with the result

    fits = found.verdict == "consistent"
    head = (found.reason or "").partition(";")[0]
    if head.endswith(" claims fit"):
        return _text(head.removesuffix(" claims fit") + " fit", "yellow")
    words = _text("fits" if fits else "does not fit", "green" if fits else "red")
    return words.append(f"\n{probability_in_words(found.p)}", "dim")


def _tree(console: Console, part: StoryPart, names: dict[str, str]) -> None:
    from rich.tree import Tree  # noqa: PLC0415  rich is loaded when something is printed

    branches, loose = repeats(part, names)
    if not branches:
        return
    top = Tree(_text("Who repeats whom", "bold"), guide_style="dim")
    for branch in sorted(branches, key=_size, reverse=True)[:_LINES]:
        _grow(top, branch)
    if len(branches) > _LINES:
        top.add(_text(f"… and {len(branches) - _LINES} more, see --json", "dim"))
    if loose:
        top.add(_text(f"no origin found: {few(loose, _LEAVES)}", "dim"))
    console.print(top)
    console.print()


def _grow(tree: Tree, branch: Branch, depth: int = 0) -> None:
    n = _size(branch)
    node = tree.add(_text(f"{branch.name}  ({_count(n, 'article')})" if n else branch.name))
    if depth > 6:
        return
    inner = sorted(branch.branches.values(), key=_size, reverse=True)
    for one in inner[:_LINES]:
        _grow(node, one, depth + 1)
    if len(inner) > _LINES:
        node.add(_text(f"… and {len(inner) - _LINES} more, see --json", "dim"))
    if branch.leaves:
        node.add(_text(few(branch.leaves, _LEAVES), "dim"))


def _size(branch: Branch) -> int:
    """Return how many documents hang on a branch, those that others hang on included."""
    inner = sum(_size(one) + key.startswith("document:") for key, one in branch.branches.items())
    return len(branch.leaves) + inner


def _changes(console: Console, changes: Sequence[Change]) -> None:
    """Print what changed, the gravest kinds first; the same words in several documents are one line."""
    same: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        same.setdefault((change.kind, change.before.quote, change.after.quote), []).append(change)
    ordered = sorted(same.values(), key=lambda some: (_gravity(some[0].kind), -max(change.p for change in some)))
    _lines(
        console,
        "Changed on the way",
        [
            f"{some[0].kind}: “{some[0].before.quote}” ({some[0].before.document}) → “{some[0].after.quote}” "
            f"({few(dict.fromkeys(change.after.document for change in some), 3)})"
            for some in ordered
        ],
    )


def _gravity(kind: str) -> int:
    return _GRAVEST.index(kind) if kind in _GRAVEST else len(_GRAVEST)


def _other_stories(console: Console, result: CoverageResult, parts: Sequence[StoryPart]) -> None:
    lines = [
        f"{part.story.title}: {_count(len(part.story.documents), 'article')} "
        f"({languages(result, part.story.documents)}), {_count(len(part.claims), 'claim')}"
        for part in parts
    ]
    if lines:
        console.rule(style="dim")
    _lines(console, "Other stories", lines)


# ---------------------------------------------------------------------- the whole
def _against(console: Console, result: CoverageResult, measured: MeasuredCount) -> None:
    from wayside.coverage.agreement.measured import in_brief  # noqa: PLC0415  loads numpy
    from wayside.coverage.agreement.wording import probability_in_words  # noqa: PLC0415

    median, low, high = in_brief(measured)
    where = f" at {measured.place}" if measured.place else ""
    when = f" on {measured.day}" if measured.day else ""
    console.rule(style="dim")
    console.print(_text(f"Measured: {median} ({low} to {high}, 90 %), {measured.counted}{where}{when}", "bold"))
    compared = [group for group in result.agreement if group.against_measured and group.against_measured.p is not None]
    for group in compared[:_LINES]:
        found = group.against_measured
        if found is not None and found.p is not None:
            words = f"{found.verdict} ({probability_in_words(found.p)}): {group.about}" + (
                f"; {found.reason}" if found.reason else ""
            )
            _line(console, words, lead="•", style="" if found.verdict == "consistent" else "red")
    if len(compared) > _LINES:
        _line(console, f"  … and {len(compared) - _LINES} more, see --json", style="dim")
    others = Counter(_why(g) for g in result.agreement if g.against_measured and g.against_measured.p is None)
    if others:
        why = few((f"{reason} ({n})" if n > 1 else reason for reason, n in others.most_common()), 3, joined="; ")
        _line(console, f"not comparable: {_count(sum(others.values()), 'group')}: {why}", lead="•", style="dim")
    if compared:
        words = "p: how far out in the measured distribution a claim lies, both tails; not corrected for their number."
        _line(console, words, style="dim")
    console.print()


def _why(group: Agreement) -> str:
    reason = group.against_measured.reason if group.against_measured is not None else None
    return reason or "no reason given"


def _footings(console: Console, result: CoverageResult) -> None:
    _lines(
        console,
        "On one footing",
        [f"{one.text} ({'; '.join(dict.fromkeys(one.arithmetic))})" for one in result.footings],
    )


def _languages(console: Console, result: CoverageResult) -> None:
    for support, how in (("partial", "the rules carry only in part"), ("none", "not supported, figures at most")):
        weak = Counter(one.language or "unknown" for one in result.documents if one.support == support)
        if weak:
            told = ", ".join(f"{language} {n}" for language, n in weak.most_common())
            _line(
                console, f"{_count(sum(weak.values()), 'article')} in other languages ({told}): {how}", style="yellow"
            )


def _ratings(console: Console, result: CoverageResult) -> None:
    from wayside.coverage.output.ratings import grades_of, in_words  # noqa: PLC0415  loaded with the result

    if not result.ratings:
        return
    grades = grades_of(result.ratings)
    names = {one.id: one.name for one in result.organisations}
    _lines(
        console, "Ratings, as entered", [f"{names.get(key, key)}: {in_words(grades[key])}" for key in sorted(grades)]
    )
    rest = _unrated(result, grades)
    if rest:
        _line(console, f"not rated: {few(rest, _LEAVES)}", style="dim")


def _unrated(result: CoverageResult, grades: Iterable[str]) -> list[str]:
    known = set(grades)
    sources: dict[str, str] = {}
    for claim in result.claims:
        if claim.asserted_by and not claim.anonymous:
            sources.setdefault(claim.source or claim.asserted_by, claim.asserted_by)
    return [name for key, name in sources.items() if key not in known]
