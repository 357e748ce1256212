"""The counts over time, what they say, and how the rise stands to what else happened."""

from __future__ import annotations

from datetime import date, timedelta

from wayside.assessment.assessment import Assessment
from wayside.model.series import Answer, EventLag
from wayside.report.contents.summary import until
from wayside.report.document import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Figure,
    Fold,
    Graphic,
    Key,
    Panel,
    Paragraph,
    Row,
    Section,
    Span,
    SpanKind,
    Table,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.figures.chart import ZOOM_DAYS, series_panel, spoken_series, zoom_from
from wayside.report.figures.chart import Panel as ChartPanel
from wayside.report.figures.marks import legend
from wayside.report.figures.onset import onset_graphic
from wayside.report.figures.palette import OWN, Palette
from wayside.report.words import Words

__all__ = ["series_section"]


def series_section(assessment: Assessment, words: Words, palette: Palette = OWN) -> Section:
    """Return the series with its figure, its answers and the events beside it."""
    blocks: list[Block] = [
        _figure(assessment, words, palette), *_answers(assessment, words), *_events(assessment, words, palette),
    ]  # fmt: skip
    return Section("series", words.say("series.heading"), tuple(blocks), short=words.say("series.short"))


# ---------------------------------------------------------------------------- the figure
def _figure(assessment: Assessment, words: Words, palette: Palette) -> Figure:
    marks = legend(assessment.rows, language=words.language, palette=palette)
    keys = tuple(Key(entry.meaning, mark=entry.graphic) for entry in marks)
    held = until(assessment, words)
    parts = [words.say("series.caption", what=words.noun(assessment.counted))]
    if len(assessment.series.days) > 1:
        parts.append(words.say("series.caption_level"))
    parts.append(words.say("series.caption_rest", days=assessment.gap_days, until=held))
    if assessment.bounds:
        parts.append(words.say("series.caption_bounds"))
    drawn = line(" ", *words.drawn(True), words.say("drawn.scenes")) if assessment.drawn else ()
    return Figure("figure-series", "", line(" ".join(parts), drawn), _panels(assessment, words, palette), keys=keys)


def _panels(assessment: Assessment, words: Words, palette: Palette) -> tuple[Panel, ...]:
    first, last = assessment.rows[0].day, assessment.newest.day
    if assessment.series.baseline is not None:
        first = min(first, assessment.series.baseline.first)
    first = min(first, last - timedelta(days=7))
    zoom = zoom_from(assessment)
    panels = [
        _panel(assessment, first, words.say("series.all") if zoom is not None else "", 380, words, palette=palette)
    ]
    if zoom is not None:
        panels.append(_panel(assessment, zoom, words.say("series.last", days=ZOOM_DAYS), 300, words, palette=palette))
    return tuple(panels)


def _panel(
    assessment: Assessment, first: date, heading: str, height: float, words: Words, *, palette: Palette
) -> Panel:
    spoken = spoken_series(assessment, language=words.language)
    label = f"{heading}: {spoken}" if heading else spoken
    last = assessment.newest.day
    graphics = tuple(
        series_panel(
            assessment, ChartPanel(first, last, width, tall), label, language=words.language, least_px=least,
            palette=palette,
        )
        for width, tall, least in ((1080.0, height, 861), (720.0, 0.85 * height, 601), (380.0, 310.0, 0))
    )  # fmt: skip
    return Panel(plain(heading), graphics, alternatives=True)


# ---------------------------------------------------------------------------- the answers
def _answers(assessment: Assessment, words: Words) -> list[Block]:
    answers = assessment.series.answers
    if not answers:
        return []
    said = _language_of(answers)
    block = Definitions(tuple(_answer(answer, said, words) for answer in answers))
    heading = words.say("series.answers")
    if said == words.language:
        return [Paragraph(plain(heading), Tone.HEADING), block]
    return [Fold(words.say("series.answers_english", heading=heading), (block,))]


def _language_of(answers: tuple[Answer, ...]) -> str:
    """Return the language of the answers, which do not carry it: Cyrillic letters are Russian here."""
    letters = [c for answer in answers for c in answer.sentence if c.isalpha()]
    return "ru" if 2 * sum("а" <= c.lower() <= "я" for c in letters) > len(letters) > 0 else "en"


def _answer(answer: Answer, said: str, words: Words) -> Definition:
    key = f"question.{answer.question}"
    term = Span(words.say(key)) if words.phrases.has(key) else Span(answer.question)
    parts: list[Span | str] = [words.quoted(answer.sentence, said)]
    if answer.assumptions:
        assumed = words.quoted(" ".join(answer.assumptions), said, SpanKind.SMALL)
        opening = words.say("series.assumes")
        parts += [" ", Span(f"{opening} {assumed.text}", SpanKind.SMALL, language=assumed.language)]
    return Definition((term,), (line(*parts),))


# ---------------------------------------------------------------------------- events
def _events(assessment: Assessment, words: Words, palette: Palette) -> list[Block]:
    series = assessment.series
    if not series.events or series.onset is None:
        return []
    return [
        Paragraph(plain(words.say("onset.heading")), Tone.HEADING),
        _onset(assessment, words, palette),
        _table(assessment, words),
    ]


def _onset(assessment: Assessment, words: Words, palette: Palette) -> Figure:
    graphics: tuple[Graphic, ...] = tuple(
        onset_graphic(assessment, width, language=words.language, least_px=least, palette=palette)
        for width, least in ((1080.0, 861), (720.0, 601), (380.0, 0))
    )
    onset = assessment.series.onset
    rise = "" if onset is None else words.say("onset.rise", p=onset.probability)
    caption = f"{words.say('onset.caption')} {rise}".strip()
    drawn = line(" ", *words.drawn(True), words.say("drawn.scenes")) if assessment.drawn else ()
    return Figure("figure-onset", "", line(caption, drawn), (Panel((), graphics, alternatives=True),))


def _table(assessment: Assessment, words: Words) -> Table:
    names = ("date", "event", "lag", "interval", "chance")
    columns = tuple(
        Column(plain(words.say(f"events.{name}")), numeric=name in {"lag", "interval", "chance"}, wide=name == "event")
        for name in names
    )
    rows = tuple(_event(lag, words) for lag in assessment.series.events)
    return Table("table-events", "", plain(words.say("events.caption")), columns, rows)


def _event(lag: EventLag, words: Words) -> Row:
    source = (Span(" ("), foreign(lag.event.source), Span(")")) if lag.event.source else ()
    texts = (
        plain(lag.event.day.isoformat()),
        line(foreign(lag.event.event), *source),
        plain(_signed(lag.lag_days)),
        plain(words.say("events.lags", low=_signed(lag.lag90[0]), high=_signed(lag.lag90[1]))),
        plain(words.say("percent", p=lag.chance)),
    )
    return Row(tuple(Cell(text) for text in texts))


def _signed(days: int) -> str:
    """Return a number of days with a true minus sign."""
    return f"\u2212{-days}" if days < 0 else str(days)
