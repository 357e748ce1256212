"""The whole report on an assessment, as one document that every format is written from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.report.contents.annex import annex_section
from wayside.report.contents.consists import consists_section
from wayside.report.contents.counts import counts_section
from wayside.report.contents.coverage import coverage_section
from wayside.report.contents.hypotheses import hypotheses_section
from wayside.report.contents.judgements import judgements_section
from wayside.report.contents.limits import limits_section
from wayside.report.contents.methods import methods_section, versions_section
from wayside.report.contents.pictures import pictures_section
from wayside.report.contents.scenes import scenes_section
from wayside.report.contents.series import series_section
from wayside.report.contents.strips import strips_section
from wayside.report.contents.summary import dek, summary
from wayside.report.contents.zones import zones_section
from wayside.report.document import (
    Block,
    Document,
    Figure,
    Fold,
    Line,
    Paragraph,
    Section,
    Sheets,
    Table,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.figures.palette import palette_of
from wayside.report.figures.pictures import ReportPictures, ScenePicture, StripPicture
from wayside.report.house import HouseStyle
from wayside.report.words import Words, words_of

__all__ = ["build_report"]


def build_report(
    assessment: Assessment, pictures: ReportPictures, *, house: HouseStyle, owner_holds_rights: bool = False
) -> Document:
    """Return the report.

    Args:
        assessment: what is concluded.
        pictures: pixels; those of a scene whose licence does not allow it are left out.
        house: its language is the report's, and its colours and font the drawings'; sentences of the assessment in
            another language are marked as such.
        owner_holds_rights: show also images whose licence does not let just anyone publish them. Only for a user who
            holds those rights.

    Raises:
        ValueRefusedError: where a picture belongs to no scene of the assessment, or the language has no words.
    """
    words = words_of(house.language)
    sections = _numbered(_sections(assessment, pictures, house, owner_holds_rights=owner_holds_rights), words)
    return Document(
        language=words.language,
        title=assessment.site.name,
        window_title=words.say(
            "frame.window", site=assessment.site.name, what=words.noun(assessment.counted),
            day=assessment.newest.day.isoformat(),
        ),
        kicker=words.say("frame.kicker"),
        made=words.say("frame.made", moment=assessment.generated),
        dek=plain(dek(assessment, words)),
        notices=_notices(assessment, words),
        summary=summary(assessment, words),
        sections=sections,
        footer=_footer(assessment, words),
        words=dict(words.table()),
        drawn=assessment.drawn,
        generated=assessment.generated,
        day=words.say("frame.day", day=assessment.generated.date()),
    )  # fmt: skip


def _sections(
    assessment: Assessment, pictures: ReportPictures, house: HouseStyle, *, owner_holds_rights: bool
) -> tuple[Section, ...]:
    words, palette = words_of(house.language), palette_of(house)
    found = (
        pictures_section(assessment, pictures, words, palette, owner_holds_rights=owner_holds_rights),
        series_section(assessment, words, palette),
        strips_section(assessment, pictures, words, palette, owner_holds_rights=owner_holds_rights),
        zones_section(assessment, _zone_pictures(pictures), words, palette, owner_holds_rights=owner_holds_rights),
        consists_section(assessment, _train_pictures(pictures), words, palette, owner_holds_rights=owner_holds_rights),
        counts_section(assessment, words, palette),
        judgements_section(assessment, words, palette),
        hypotheses_section(assessment),
        coverage_section(assessment, words, palette),
        limits_section(assessment, words),
        scenes_section(assessment, words),
        methods_section(assessment, words),
        versions_section(assessment, words),
        annex_section(assessment, words),
    )
    return tuple(section for section in found if section is not None)


def _zone_pictures(pictures: ReportPictures) -> dict[tuple[str, str], ScenePicture]:
    """Return the pictures of storage zones by zone and scene."""
    return {(zone.id, picture.scene_id): picture for picture in pictures.zones for zone in picture.zones}


def _train_pictures(pictures: ReportPictures) -> dict[tuple[str, str], StripPicture]:
    """Return the strips of recognised trains by scene and track."""
    return {(one.scene_id, one.strip.track_id): one.strip for one in pictures.trains}


# ---------------------------------------------------------------------------- the frame
def _notices(assessment: Assessment, words: Words) -> tuple[Paragraph, ...]:
    note = (foreign(assessment.site.note),) if assessment.site.note else ()
    if assessment.drawn:
        scenes = [row for row in assessment.rows if isinstance(row, CountedScene)]
        key = "drawn.all_images" if all(row.scene.drawn for row in scenes) else "drawn.some_images"
        text = line(words.say(key), " " if note else "", *note)
        return (Paragraph(text, Tone.WARNING),)
    if all(isinstance(row, PublishedCount) for row in assessment.rows):
        return (Paragraph(line(words.say("published.notice"), " " if note else "", *note)),)
    return (Paragraph(note),) if note else ()


def _footer(assessment: Assessment, words: Words) -> Line:
    drawn = line(" ", *words.drawn(True), words.say("drawn.images")) if assessment.drawn else ()
    return line(words.say("frame.footer", moment=assessment.generated), *drawn)


# ---------------------------------------------------------------------------- numbers of figures and tables
def _numbered(sections: Iterable[Section], words: Words) -> tuple[Section, ...]:
    """Return the sections with all figures and tables numbered through in order of reading; those of an annex apart."""
    counter = _Counter(words)
    found = []
    for section in sections:
        counter.annex = section.annex
        found.append(replace(section, blocks=tuple(counter.labelled(block) for block in section.blocks)))
    return tuple(found)


class _Counter:
    """Gives each figure and table the next number of its kind."""

    def __init__(self, words: Words) -> None:
        self.annex = False
        self._words = words
        self._last: dict[tuple[str, bool], int] = {}

    def labelled(self, block: Block) -> Block:
        """Return a block with its number, and with those of the blocks in it."""
        if isinstance(block, Figure):
            return replace(block, label=self._next("figure"))
        if isinstance(block, Table | Sheets):
            return replace(block, label=self._next("table"))
        if isinstance(block, Fold):
            return replace(block, blocks=tuple(self.labelled(inner) for inner in block.blocks))
        return block

    def _next(self, kind: str) -> str:
        key = (kind, self.annex)
        self._last[key] = self._last.get(key, 0) + 1
        return self._words.say(f"frame.{kind}_annex" if self.annex else f"frame.{kind}", n=self._last[key])
