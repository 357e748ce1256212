"""What a series says, as tables and sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from wayside.cli.output import interval, percent, plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from wayside.model.periods import Forecast
    from wayside.model.series import SeriesResult
    from wayside.pipeline.series_sides import Analysed, SideBySide

__all__ = ["bare_table", "print_hanging", "print_sentences", "show_series", "show_sides"]

_SHORT = ("record", "sensitivity")
"""Of several series these sentences alone are printed."""
_NARROW = 100
"""With fewer columns than these the table of several series has one column less."""
_FEW = 6
"""Of more series than these no sentence is printed."""
_WEEK = 7
_ALL_DAYS = 10


def show_series(console: Console, one: Analysed, *, sensitivity: bool) -> None:
    """Print one series: its numbers, its sentences, what they rest on."""
    result = one.result
    console.print(_numbers(f"{one.named.series.site}, {result.day}", result), "")
    print_sentences(console, [a.sentence for a in result.answers], "In words")
    print_sentences(console, _asked(result), "As asked")
    _forecasts(console, result)
    if result.events:
        console.print(_lags(result), "")
    if sensitivity:
        console.print(_sensitivity(result), "")
    print_sentences(console, _assumptions(result), "The record and what was asked rest on", style="dim")
    print_hanging(console, "[yellow]note[/]", result.notes)


def show_sides(console: Console, sides: SideBySide, *, sensitivity: bool) -> None:
    """Print several series side by side, then in short what is said of each, then what failed."""
    console.print(_side_by_side(sides, narrow=console.width < _NARROW), "")
    for one in sides.analysed if len(sides.analysed) <= _FEW else ():
        said = [a.sentence for a in one.result.answers if a.question in _SHORT]
        print_sentences(console, [*said, *_asked(one.result)], one.named.series.site)
        _forecasts(console, one.result)
        if sensitivity:
            console.print(_sensitivity(one.result), "")
    notes = [f"{one.named.series.site}: {note}" for one in sides.analysed for note in one.named.notes]
    print_hanging(console, "[yellow]note[/]", notes)
    print_hanging(console, "[red]✗[/]", sides.failed)
    console.print("[dim]More is said of one site alone, and in --json.[/]")


def bare_table(title: str, *headings: str, left: Sequence[str] = ()) -> Table:
    """Return an empty table; columns that are not ``left`` hold numbers and are not broken."""
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    table = Table(
        box=box.SIMPLE_HEAD,
        title=plain(title),
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading in headings:
        if heading in left:
            table.add_column(heading, ratio=1, overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    return table


# ---------------------------------------------------------------------- one series
def _numbers(title: str, result: SeriesResult) -> Table:
    table = bare_table(title, "Question", "Answer", "What it rests on", left=("What it rests on",))
    table.columns[0].justify = "left"
    table.columns[2].style = "dim"
    for row in _answers(result):
        table.add_row(*row)
    return table


def _answers(result: SeriesResult) -> Iterator[tuple[str, str, str]]:
    yield "Count now", f"{result.now.median} ({interval(*result.now.interval(0.9))})", "median and 90 % interval"
    baseline, record = result.baseline, result.record
    if baseline is not None:
        window = f"{baseline.first} to {baseline.last}"
        gap = f"longest gap {baseline.longest_gap_days} days"
        yield "Baseline", f"{baseline.scenes} scenes", f"{window}, {gap}"
        yield "Most that was seen", _or_dash(baseline.observed_max), "largest median count of the baseline"
        most = f"{baseline.max_all_days} ({interval(*baseline.max_all_days90)})"
        yield "Most on any day", most, "estimate with the days nobody looked"
    if record is not None:
        # Where nothing was looked at, to exceed all of it says nothing.
        seen = baseline is not None and baseline.scenes + baseline.bounds > 0
        yield "More than ever seen", percent(record.p_exceeds_observed) if seen else "–", "counting error alone"
        yield "More than on any day", percent(record.p_exceeds_all_days), "unseen days included"
        yield "By chance alone", percent(record.exchangeability) if seen else "–", "if nothing had changed"
    if result.surge is not None:
        yield f"Level {result.surge.factor:g} times up", percent(result.surge.probability), "against the baseline's"
    if result.onset is not None:
        found = result.onset
        between = interval(found.interval90.low, found.interval90.high)
        yield "Rise began", str(found.median), f"90 %: {between}, a rise at all: {percent(found.probability)}"
    if result.miss_probability is not None:
        yield "Such a surge missed", percent(result.miss_probability), "had it come earlier, between scenes"


def _lags(result: SeriesResult) -> Table:
    table = bare_table("Rise and events", "Event", "Date", "Rise after", "90 %, days", "By chance", left=("Event",))
    for lag in result.events:
        days = str(lag.lag_days).replace("-", "−")
        table.add_row(plain(lag.event.event), str(lag.event.day), days, interval(*lag.lag90), percent(lag.chance))
    return table


def _sensitivity(result: SeriesResult) -> Table:
    headings = ("Were it so that …", "Weight", "Ever seen", "Any day", "Surge", "Rise began")
    table = bare_table("Under other assumptions: more than …", *headings, left=headings[:1])
    group = ""
    for row in result.sensitivity:
        if group and row.group != group:
            table.add_section()
        group = row.group
        table.add_row(
            plain(row.assumption),
            _or_dash(row.weight),
            _or_dash(row.p_exceeds_observed),
            percent(row.p_exceeds_all_days),
            _or_dash(row.surge),
            _or_dash(row.onset),
        )
    return table


def _assumptions(result: SeriesResult) -> list[str]:
    """Return what the record and the answers to questions rest on, each assumption once."""
    said = [a.assumptions for a in result.answers if a.question == "record"] + [a.assumptions for a in result.asked]
    return list(dict.fromkeys(sentence for some in said for sentence in some))


# ---------------------------------------------------------------------- several
def _side_by_side(sides: SideBySide, *, narrow: bool) -> Table:
    """Return one row for each series; where it is ``narrow``, the newest day stands under the name."""
    headings = ("Series", "Newest", "Cars now", "Before", "Ever seen", "Any day", "Surge", "Rise began")
    kept = tuple(h for h in headings if not (narrow and h == "Newest"))
    table = bare_table("Side by side: now more than …", *kept, left=headings[:1])
    for one in sides.analysed:
        result = one.result
        most = None if result.baseline is None else result.baseline.observed_max
        record, surge, onset = result.record, result.surge, result.onset
        name, day = plain(one.named.series.site), str(result.day)
        table.add_row(
            *((f"{name}\n[dim]{day}[/]",) if narrow else (name, day)),
            f"{result.now.median} ({interval(*result.now.interval(0.9))})",
            _or_dash(most),
            _or_dash(None if record is None else record.p_exceeds_observed),
            _or_dash(None if record is None else record.p_exceeds_all_days),
            _or_dash(None if surge is None else surge.probability),
            _or_dash(None if onset is None else onset.median),
        )
    return table


# ---------------------------------------------------------------------- parts of both
def _asked(result: SeriesResult) -> list[str]:
    from wayside.model.periods_wording import in_words  # noqa: PLC0415  loads numpy and more

    return [in_words(answer) for answer in result.asked]


def _forecasts(console: Console, result: SeriesResult) -> None:
    from wayside.model.periods import Forecast  # noqa: PLC0415  loads numpy and more

    for answer in result.asked:
        if isinstance(answer, Forecast):
            console.print(_forecast(answer), "")


def _forecast(forecast: Forecast) -> Table:
    """Return the first day, then week by week; every day of a short forecast."""
    alert = forecast.threshold is not None
    headings = ["Day", "Level (90 %)", "Cars", "50 %", "90 %"]
    headings += [f"> {forecast.threshold}", "by then"] if alert else []
    table = bare_table(f"The days after {forecast.issued}", *headings)
    days = forecast.days
    shown = days if len(days) <= _ALL_DAYS else [days[0], *days[_WEEK - 1 :: _WEEK]]
    for day in shown if shown[-1] == days[-1] else [*shown, days[-1]]:
        level, count = [f"{x:.3g}" for x in day.level], day.count
        row = [str(day.day), f"{level[2]} ({level[0]}–{level[4]})", str(count[2])]
        row += [interval(count[1], count[3]), interval(count[0], count[4])]
        if day.p_above is not None and day.p_above_by is not None:
            row += [percent(day.p_above), percent(day.p_above_by)]
        table.add_row(*row)
    return table


def _or_dash(value: object) -> str:
    if value is None:
        return "–"
    return percent(value) if isinstance(value, float) else str(value)


def print_sentences(console: Console, sentences: Sequence[str], title: str, *, style: str = "") -> None:
    """Print a heading and sentences under it; nothing where there is none."""
    if sentences:
        console.print(f"[bold]{plain(title)}[/]")
        print_hanging(console, "•", sentences, style=style)
        console.print()


def print_hanging(console: Console, mark: str, sentences: Iterable[object], *, style: str = "") -> None:
    """Print paragraphs that stand clear of what marks them.

    They are wrapped here, because rich breaks lines at no-break spaces, between a number and its percent sign. What is
    longer than a line, such as a path, goes on in the next one: cut, it could not be found.
    """
    from rich.text import Text  # noqa: PLC0415  rich is loaded when something is printed

    head = Text.from_markup(f"{mark} ")
    for sentence in sentences:
        text = Text.from_markup(plain(sentence)).plain.replace(" %", "\u00a0%")
        lines = wrap(text, max(20, console.width - head.cell_len), break_on_hyphens=False)
        for number, line in enumerate(lines):
            shown = Text.assemble(" " * head.cell_len if number else head, (line, style))
            console.print(shown, no_wrap=True, crop=False)
