"""Trains that may have been seen twice: the best few as strips one above the other, all of them in a table."""

from __future__ import annotations

import math
from collections.abc import Mapping

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.consists import train_id
from wayside.assessment.language import sentence_of
from wayside.consists.settings import ConsistSettings
from wayside.language.phrases import Phrases, phrases
from wayside.model.cars import CarType
from wayside.model.consists import Consist, ConsistMatch
from wayside.model.judgements import Basis
from wayside.report.contents.sources import credit
from wayside.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    Key,
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
from wayside.report.figures.consist_strips import Sighting, consist_strips
from wayside.report.figures.palette import CAR_COLOURS, OWN, Palette
from wayside.report.figures.pictures import StripPicture
from wayside.report.text import clean
from wayside.report.words import Words

__all__ = ["SHOWN_MATCHES", "consists_section"]

Pictures = Mapping[tuple[str, str], StripPicture]
SHOWN_MATCHES = 3
"""How many matches are shown as figures; the others stand in the table."""
_WIDTHS = ((940.0, 800), (430.0, 0))
_LEAST_P = 1e-6


def consists_section(
    assessment: Assessment,
    pictures: Pictures,
    words: Words,
    palette: Palette = OWN,
    *,
    owner_holds_rights: bool = False,
) -> Section | None:
    """Return the section; None where no train was recognised again.

    Args:
        assessment: with its matches, the least chance first.
        pictures: strips by scene and track; may be empty, and then cars are drawn as boxes.
        words: of the report's language.
        palette: of the house.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
    """
    if not assessment.matches:
        return None
    said = phrases("consists", words.language)
    how = said.say(
        "section.how", comparisons=said.writer.number(assessment.matches[0].comparisons),
        window=ConsistSettings().window_days,
    )  # fmt: skip
    blocks: list[Block] = [Paragraph(plain(how)), Paragraph(plain(said.say("section.never")))]
    for number, match in enumerate(assessment.matches[:SHOWN_MATCHES], start=1):
        blocks += _judged(assessment, number, words, said)
        blocks.append(
            _figure(assessment, match, pictures, words, said, palette=palette, number=number, rights=owner_holds_rights)
        )
        if match.same_place:
            blocks.append(Paragraph(plain(said.say("section.stays")), Tone.NOTE))
    if len(assessment.matches) > SHOWN_MATCHES:
        more = said.say("section.more", more=len(assessment.matches) - SHOWN_MATCHES)
        blocks.append(Paragraph(plain(more), Tone.NOTE))
    blocks.append(_table(assessment.matches, said))
    return Section("consists", said.say("section.heading"), tuple(blocks), short=said.say("section.short"))


def _judged(assessment: Assessment, number: int, words: Words, said: Phrases) -> list[Block]:
    """Return what is judged of a match, and where its reasons stand; nothing where it is not judged."""
    judged = assessment.judgement(train_id(number - 1))
    if judged is None or judged.basis is not Basis.COMPUTED:
        return []
    sentence = words.quoted(sentence_of(judged, assessment.language), assessment.language)
    why = Span(said.say("section.reasons"), href=f"#judgement-{judged.id}")
    return [Paragraph(line(sentence, " ", said.say("section.judged"), " ", why))]


# ---------------------------------------------------------------------- numbers
def _p(value: float, said: Phrases) -> str:
    if value < _LEAST_P:
        return said.say("table.less", p=said.writer.write(_LEAST_P, ".6f"))
    places = max(2, 1 - math.floor(math.log10(value)))
    return said.writer.write(value, f".{places}f")


def _ratio(match: ConsistMatch, said: Phrases) -> str:
    """Return the likelihood ratio to one digit: more would be invented; powers of ten from a million on."""
    if match.log10_ratio >= 6:
        return "10" + str(math.floor(match.log10_ratio)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    value = 10.0**match.log10_ratio
    if value >= 10:
        size = 10 ** math.floor(math.log10(value))
        return said.writer.number(round(value / size) * size)
    return said.writer.write(value, ".1f" if value >= 1 else ".1g" if value >= 0.001 else ".3f")


def _values(match: ConsistMatch, said: Phrases) -> dict[str, object]:
    return {
        "matched": match.matched,
        "n_first": len(match.first.cars),
        "n_second": len(match.second.cars),
        "first": match.first.day,
        "second": match.second.day,
        "ratio": _ratio(match, said),
        "p": _p(match.p_value, said),
        "family": _p(match.p_corrected, said),
        "comparisons": said.writer.number(match.comparisons),
        "shuffles": said.writer.number(match.shuffles),
    }


# ---------------------------------------------------------------------- figure
def _figure(
    assessment: Assessment,
    match: ConsistMatch,
    pictures: Pictures,
    words: Words,
    said: Phrases,
    *,
    palette: Palette,
    number: int,
    rights: bool,
) -> Figure:
    rows = {row.id: row for row in assessment.rows if isinstance(row, CountedScene)}
    seen = [_sighting(train, rows, pictures, said, rights=rights) for train in (match.first, match.second)]
    boxes = any(sighting.picture is None for sighting in seen)
    values = _values(match, said)
    lost = len(match.first.cars) + len(match.second.cars) - 2 * match.matched
    drawn = said.say("figure.drawn_alt") if any(sighting.drawn for sighting in seen) else ""
    alt = said.say("figure.alt", drawn=drawn, lost=lost, **values)
    graphics = tuple(
        consist_strips(match, seen[0], seen[1], alt=alt, width=width, least_px=least, palette=palette)
        for width, least in _WIDTHS
    )
    said_of = [said.say("figure.caption" if match.log10_ratio > 0.3 else "figure.alone", **values)]
    said_of += [said.say("figure.turned")] * match.alignment.reversed
    said_of += [said.say("figure.tail", **values)] * match.extrapolated
    said_of += [said.say("figure.boxes")] * boxes
    return Figure(
        id=f"figure-consist-{number}",
        label="",
        caption=plain(" ".join(said_of)),
        panels=(Panel((), graphics, alternatives=True),),
        credit=_credit(match, rows, words),
        keys=_keys(match, words, said, palette),
    )


def _sighting(
    train: Consist, rows: Mapping[str, CountedScene], pictures: Pictures, said: Phrases, *, rights: bool
) -> Sighting:
    row = rows.get(train.scene_id)
    heading = said.say(
        "figure.heading", day=train.day, site=clean(train.site_id), track=clean(train.track_id), cars=len(train.cars)
    )
    if row is None:
        return Sighting(heading)
    may_show = row.scene.licence.may_be_shown(owner_holds_rights=rights)
    picture = pictures.get((train.scene_id, train.track_id)) if may_show else None
    return Sighting(heading, picture, row.scene.drawn)


def _credit(match: ConsistMatch, rows: Mapping[str, CountedScene], words: Words) -> Line:
    parts: Line = ()
    for scene in dict.fromkeys((match.first.scene_id, match.second.scene_id)):
        if scene in rows:
            parts = line(parts, "; " if parts else "", *credit(rows[scene], words))
    return parts


def _keys(match: ConsistMatch, words: Words, said: Phrases, palette: Palette) -> tuple[Key, ...]:
    there = {car.type for train in (match.first, match.second) for car in train.cars}
    return (
        *(Key(words.name_of("type", kind.value), CAR_COLOURS[kind]) for kind in CarType if kind in there),
        Key(said.say("figure.key_pair"), palette.muted),
        Key(said.say("figure.key_lost"), palette.accent, style="open"),
    )


# ---------------------------------------------------------------------- table
def _table(matches: tuple[ConsistMatch, ...], said: Phrases) -> Table:
    names = ("first", "second", "days", "cars", "way", "ratio", "p", "family")
    numeric = {"days", "ratio", "p", "family"}
    columns = tuple(
        Column(plain(said.say(f"table.{name}")), numeric=name in numeric, wide=name in ("first", "second"))
        for name in names
    )
    return Table("table-consists", "", plain(said.say("table.caption")), columns, tuple(_row(m, said) for m in matches))


def _row(match: ConsistMatch, said: Phrases) -> Row:
    values = _values(match, said)
    of = {name: values[name] for name in ("matched", "n_first", "n_second")}
    return Row(
        (
            _train(match.first, said),
            _train(match.second, said),
            Cell(plain(str(match.days_apart))),
            Cell(plain(said.say("table.of", **of))),
            Cell(plain(said.say("table.turned" if match.alignment.reversed else "table.same"))),
            Cell(plain(str(values["ratio"]))),
            Cell(plain(str(values["p"]))),
            Cell(plain(str(values["family"]))),
        )
    )


def _train(train: Consist, said: Phrases) -> Cell:
    """Return day, site and track; under them, small, the scene, whose id may be long."""
    where = line(
        said.writer.write(train.day, "shortdate"), " · ", foreign(train.site_id), " · ",
        said.say("table.track"), "\u00a0", foreign(train.track_id),
    )  # fmt: skip
    return Cell(where, under=(line(foreign(train.scene_id)),))
