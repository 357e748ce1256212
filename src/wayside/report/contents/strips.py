"""Every track of the newest scene as one straight picture."""

from __future__ import annotations

from collections.abc import Sequence

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.model.cars import CarType
from wayside.model.visibility import Obstruction
from wayside.report.contents.sources import credit
from wayside.report.document import Figure, Key, Line, Panel, Paragraph, Section, Span, SpanKind, foreign, line, plain
from wayside.report.figures.palette import CAR_COLOURS, OBSTRUCTION_COLOURS, OWN, Palette
from wayside.report.figures.pictures import ReportPictures, StripPicture
from wayside.report.figures.strips import StripFigure, strip_figures
from wayside.report.words import Words

__all__ = ["strips_section"]


def strips_section(
    assessment: Assessment, pictures: ReportPictures, words: Words, palette: Palette = OWN, *, owner_holds_rights: bool
) -> Section | None:
    """Return the strips of the newest scene; None where the newest count has no image."""
    newest = assessment.newest
    if not isinstance(newest, CountedScene):
        return None
    heading, short = words.say("strips.heading"), words.say("strips.short")
    if not pictures.strips:
        return Section("strips", heading, (Paragraph(plain(words.say("strips.none"))),), short=short)
    may_show = newest.scene.licence.may_be_shown(owner_holds_rights=owner_holds_rights)
    figures = strip_figures(
        pictures.strips, newest.result.tracks, assessment.counted, drawn=newest.scene.drawn, may_show=may_show,
        language=words.language, palette=palette,
    )  # fmt: skip
    figure = Figure(
        id="figure-strips",
        label="",
        caption=_caption(assessment, newest, words, may_show=may_show),
        panels=_panels(figures, words),
        credit=line(words.say("credit.image" if may_show else "credit.scene"), " ", *credit(newest, words)),
        keys=(*_types(pictures.strips, words, palette), *_hiding(pictures.strips, words)),
    )
    return Section("strips", heading, (Paragraph(plain(words.say("strips.how"))), figure), short=short)


def _panels(figures: Sequence[StripFigure], words: Words) -> tuple[Panel, ...]:
    full = [strip for strip in figures if strip.cars]
    unseen = [strip for strip in figures if not strip.cars and strip.unseen]
    empty = [strip for strip in figures if not strip.cars and not strip.unseen]
    none_seen, none_found = words.say("strips.unseen"), words.say("strips.empty", tracks=str(len(empty)))
    return (
        *(_panel(strip, words, f"track-{i}") for i, strip in enumerate(full, 1)),
        *(_panel(strip, words, f"unseen-{i}", none_seen) for i, strip in enumerate(unseen, 1)),
        *(_panel(strip, words, "", none_found, folded=True) for strip in empty),
    )


def _panel(strip: StripFigure, words: Words, name: str, group: str = "", *, folded: bool = False) -> Panel:
    heading = line(words.say("track"), " ", foreign(strip.track_id), " ", Span(strip.summary, SpanKind.SMALL))
    return Panel(heading, strip.graphics, foldable=folded, group=group, id=name)


def _types(strips: Sequence[StripPicture], words: Words, palette: Palette) -> tuple[Key, ...]:
    present = {car.type for strip in strips for car in strip.cars}
    if not present:
        return ()
    return (
        *(Key(words.name_of("type", kind.value), CAR_COLOURS[kind]) for kind in CarType if kind in present),
        Key(words.say("strips.open"), palette.ink, style="open"),
        Key(words.say("strips.doubtful"), palette.ink, style="dashed"),
    )


def _hiding(strips: Sequence[StripPicture], words: Words) -> tuple[Key, ...]:
    hiding = {stretch.by for strip in strips for stretch in strip.hidden}
    return tuple(
        Key(words.say("strips.hidden", what=words.hides(by)), OBSTRUCTION_COLOURS[by], style="hatched")
        for by in Obstruction
        if by in hiding
    )


def _caption(assessment: Assessment, newest: CountedScene, words: Words, *, may_show: bool) -> Line:
    text = words.say("strips.caption", day=newest.day, what=words.noun(assessment.counted))
    drawn, licence = words.drawn(newest.scene.drawn), newest.scene.licence
    if may_show:
        return line(drawn, text)
    before, after = words.say("strips.withheld_before"), words.say("strips.withheld_after")
    why = (Span(" "), foreign(licence.why)) if licence.why else ()
    return line(drawn, text, " ", before, " ", foreign(licence.id), " ", after, *why)
