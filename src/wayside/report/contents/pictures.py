"""The newest scene beside the busiest one before it."""

from __future__ import annotations

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.errors import ValueRefusedError
from wayside.model.wording import spread90
from wayside.report.contents.sources import credit
from wayside.report.contents.summary import until
from wayside.report.document import Figure, Line, Panel, Paragraph, Section, line, plain
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.pictures import ReportPictures, ScenePicture
from wayside.report.figures.scenes import SceneFigure, scene_figure
from wayside.report.words import Words

__all__ = ["pictures_section"]


def pictures_section(
    assessment: Assessment, pictures: ReportPictures, words: Words, palette: Palette = OWN, *, owner_holds_rights: bool
) -> Section | None:
    """Return the pictures; None where no scene of the assessment has an image.

    Raises:
        ValueRefusedError: where a picture belongs to no scene of the assessment.
    """
    if not any(isinstance(row, CountedScene) for row in assessment.rows):
        return None
    heading = words.say("pictures.heading", until=until(assessment, words))
    shown = _shown(assessment, pictures)
    if not shown:
        block = Paragraph(plain(words.say("pictures.none")))
        return Section("pictures", heading, (block,), short=words.say("pictures.short"))
    figures = [
        _figure(assessment, row, picture, name, words, palette, owner_holds_rights=owner_holds_rights)
        for name, row, picture in shown
    ]
    panels = tuple(
        _panel(assessment, row, figure, name, words)
        for (name, row, _), figure in zip(shown, figures, strict=True)
    )  # fmt: skip
    figure = Figure(
        id="figure-pictures",
        label="",
        caption=_caption(assessment, words, two=len(panels) > 1, zones=any(p.zones for _, _, p in shown)),
        panels=panels,
        side_by_side=len(panels) > 1 and not any(figure.wide for figure in figures),
        outlines=True,
    )
    return Section("pictures", heading, (figure,), short=words.say("pictures.short"))


def _shown(assessment: Assessment, pictures: ReportPictures) -> tuple[tuple[str, CountedScene, ScenePicture], ...]:
    by_id = {row.id: row for row in assessment.rows if isinstance(row, CountedScene)}
    found = []
    for name, picture in (("newest", pictures.newest), ("busiest", pictures.busiest)):
        if picture is None:
            continue
        if picture.scene_id not in by_id:
            raise ValueRefusedError(f"the picture of {picture.scene_id!r} belongs to no scene of the assessment")
        found.append((name, by_id[picture.scene_id], picture))
    return tuple(found)


def _figure(  # noqa: PLR0917 - what is shown, and in which words and colours
    assessment: Assessment, row: CountedScene, picture: ScenePicture, name: str, words: Words, palette: Palette, *,
    owner_holds_rights: bool,
) -> SceneFigure:  # fmt: skip
    label = words.say(
        "pictures.alt", drawn=words.say("drawn.alt") if row.scene.drawn else "", name=words.say(f"scene.{name}"),
        day=row.day, found=_found(assessment, row, words), tracks=len(picture.tracks),
    )  # fmt: skip
    may_show = row.scene.licence.may_be_shown(owner_holds_rights=owner_holds_rights)
    return scene_figure(picture, row, label, may_show=may_show, language=words.language, palette=palette)


def _found(assessment: Assessment, row: CountedScene, words: Words) -> str:
    count = row.count_of(assessment.counted)
    what = words.noun(assessment.counted)
    return words.say("pictures.found", count=count.median, what=what, interval=spread90(count))


def _panel(assessment: Assessment, row: CountedScene, figure: SceneFigure, name: str, words: Words) -> Panel:
    under = words.say("pictures.under", found=_found(assessment, row, words), gsd=row.result.gsd_m)
    return Panel(
        heading=plain(words.say("scene.on", name=words.say(f"scene.{name}"), day=row.day)),
        graphics=(figure.graphic,),
        under=(line(words.drawn(row.scene.drawn), under + _lacking(row, words)),),
        credit=line(words.say("credit.image" if figure.shown else "credit.scene"), " ", *credit(row, words)),
    )


def _lacking(row: CountedScene, words: Words) -> str:
    """Return what a caption must not leave unsaid: hidden track, and an image that does not fit the reference."""
    hidden = words.hidden(row.result)
    text = " " + words.say("pictures.hidden", share=1 - row.result.visible_fraction, what=hidden) if hidden else ""
    if not row.result.registration.registered:
        text += " " + words.say("pictures.unregistered")
    return text


def _caption(assessment: Assessment, words: Words, *, two: bool, zones: bool) -> Line:
    marks = words.say("pictures.marks") + (" " + words.say("pictures.zones") if zones else "")
    key = "pictures.caption_two" if two else "pictures.caption_one"
    drawn = line(words.drawn(True), words.say("drawn.images"), " ") if assessment.drawn else ()
    return line(drawn, words.say(key, until=until(assessment, words)), " ", marks)
