"""What stands in the storage zones: the newest look beside the fullest earlier one, the area over time, a table."""

from __future__ import annotations

from collections.abc import Mapping

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.language.phrases import Phrases, phrases
from wayside.model.wording import two_figures
from wayside.model.zones import AreaInterval, ZoneFinding, ZoneLook
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
    Table,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.figures.palette import OWN, Palette
from wayside.report.figures.pictures import ScenePicture
from wayside.report.figures.zone_chart import ChartWords, zone_chart
from wayside.report.figures.zone_lines import ZONE
from wayside.report.figures.zone_look import zone_look
from wayside.report.words import Words

__all__ = ["zones_section"]

Pictures = Mapping[tuple[str, str], ScenePicture]
_WIDTHS = ((940.0, 800), (560.0, 480), (380.0, 0))


def zones_section(
    assessment: Assessment,
    pictures: Pictures,
    words: Words,
    palette: Palette = OWN,
    *,
    owner_holds_rights: bool = False,
) -> Section | None:
    """Return the section; None where the site has no zone that was looked at.

    Args:
        assessment: with its findings on zones.
        pictures: of zones by zone and scene; may be empty.
        words: of the report's language.
        palette: of the house.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
    """
    if not assessment.zones:
        return None
    said = phrases("zones", words.language)
    blocks: list[Block] = [Paragraph(plain(said.say("section.how")))]
    for number, finding in enumerate(assessment.zones, start=1):
        blocks += _zone(
            assessment, finding, pictures, words, said, palette=palette, number=number, rights=owner_holds_rights
        )
    measured = tuple(finding for finding in assessment.zones if finding.now_m2 is not None)
    if measured:
        blocks.append(_table(measured, said))
    return Section("zones", said.say("section.heading"), tuple(blocks), short=said.say("section.short"))


def _zone(
    assessment: Assessment,
    finding: ZoneFinding,
    pictures: Pictures,
    words: Words,
    said: Phrases,
    *,
    palette: Palette,
    number: int,
    rights: bool,
) -> list[Block]:
    if finding.now_m2 is None or finding.newest is None:
        reasons = sorted({reason for look in finding.looks for reason in look.reasons})
        why = "; ".join(said.say(f"reason.{reason}") for reason in reasons if said.has(f"reason.{reason}"))
        return [Paragraph(plain(said.say("section.none", zone=finding.zone_id, why=why or "–")))]
    blocks: list[Block] = [Paragraph(plain(_sentences(finding, said)))]
    notes = " ".join(said.say(f"note.{note}") for note in finding.notes if said.has(f"note.{note}"))
    if notes:
        blocks.append(Paragraph(plain(notes), Tone.NOTE))
    figure = _looks(assessment, finding, pictures, words, said, palette=palette, number=number, rights=rights)
    if figure is not None:
        blocks.append(figure)
    if len(finding.usable) > 1:
        blocks.append(_chart(finding, said, number, palette))
    return blocks


def _areas(area: AreaInterval, said: Phrases) -> dict[str, str]:
    return {name: _m2(getattr(area, name), said) for name in ("low", "high")}


def _m2(value: float, said: Phrases) -> str:
    """Return square metres to two significant figures: nothing finer is known of them; a loss has a minus sign."""
    whole = two_figures(value)
    return ("\u2212" if whole < 0 else "") + said.writer.number(abs(whole))


def _sentences(finding: ZoneFinding, said: Phrases) -> str:
    now, newest, change = finding.now_m2, finding.newest, finding.change
    if now is None or newest is None:
        return ""
    texts = [
        said.say(
            "section.found", day=newest.day, now=_m2(now.median, said), area=_m2(finding.area_m2, said),
            zone=finding.zone_id, **_areas(now, said),
        )
    ]  # fmt: skip
    if change is not None:
        usual, more = change.usual_m2, change.change_m2
        texts.append(
            said.say(
                "section.usual", looks=change.looks, last=change.last, usual=_m2(usual.median, said),
                **_areas(usual, said),
            )
        )  # fmt: skip
        key = "section.more" if more.low > 0 else "section.less" if more.high < 0 else "section.same"
        size = more if more.high >= 0 else AreaInterval(-more.median, -more.high, -more.low)
        texts.append(said.say(key, change=_m2(size.median, said), **_areas(size, said)))
    return " ".join(texts)


# ---------------------------------------------------------------------- figures
def _looks(
    assessment: Assessment,
    finding: ZoneFinding,
    pictures: Pictures,
    words: Words,
    said: Phrases,
    *,
    palette: Palette,
    number: int,
    rights: bool,
) -> Figure | None:
    rows = {row.id: row for row in assessment.rows if isinstance(row, CountedScene)}
    panels = []
    for name, look in (("newest", finding.newest), ("busiest", finding.busiest)):
        if look is None or look.scene_id not in rows or (finding.zone_id, look.scene_id) not in pictures:
            continue
        picture = pictures[finding.zone_id, look.scene_id]
        panels.append(_panel(look, rows[look.scene_id], picture, name, words, said, palette=palette, rights=rights))
    if not panels:
        return None
    key = "figure.caption" if len(panels) > 1 else "figure.caption_one"
    drawn = line(words.drawn(True)) if assessment.drawn else ()
    return Figure(
        id=f"figure-zone-{number}",
        label="",
        caption=line(drawn, said.say(key, zone=finding.zone_id)),
        panels=tuple(panels),
        side_by_side=len(panels) > 1,
        keys=(
            Key(said.say("figure.key_zone"), ZONE, style="dashed"),
            Key(said.say("figure.key_occupied"), ZONE, style="open"),
        ),
    )


def _panel(  # noqa: PLR0917 - what is shown, and in which words
    look: ZoneLook, row: CountedScene, picture: ScenePicture, name: str, words: Words, said: Phrases, *,
    palette: Palette, rights: bool,
) -> Panel:  # fmt: skip
    may_show = row.scene.licence.may_be_shown(owner_holds_rights=rights)
    area = look.occupied_m2 or AreaInterval(0.0, 0.0, 0.0)
    label = said.say(
        "figure.alt", drawn=said.say("figure.drawn_alt") if row.scene.drawn else "", zone=look.zone_id, day=look.day,
        now=_m2(area.median, said), patches=len(look.outlines),
    )  # fmt: skip
    title = said.say("figure.zone", zone="{zone}")
    under = [said.say("figure.under", now=_m2(area.median, said), gsd=look.gsd_m, **_areas(area, said))]
    if look.visible_fraction < 0.995:
        under.append(said.say("figure.hidden", share=look.visible_fraction))
    if not look.registered:
        under.append(said.say("figure.loose"))
    return Panel(
        heading=plain(said.say(f"figure.{name}", day=look.day)),
        graphics=(zone_look(picture, label, title, may_show=may_show, drawn=row.scene.drawn, palette=palette),),
        under=(line(words.drawn(row.scene.drawn), " ".join(under)),),
        credit=line(words.say("credit.image" if may_show else "credit.scene"), " ", *credit(row, words)),
    )


def _chart(finding: ZoneFinding, said: Phrases, number: int, palette: Palette) -> Figure:
    usual = finding.change.usual_m2.median if finding.change else 0.0
    now = finding.now_m2.median if finding.now_m2 else 0.0
    looks = finding.usable
    texts = ChartWords(
        label=said.say(
            "chart.alt", zone=finding.zone_id, first=looks[0].day, last=looks[-1].day, usual=_m2(usual, said),
            now=_m2(now, said),
        ),
        axis=said.say("chart.axis"),
        usual=said.say("chart.usual"),
        newest=said.say("chart.newest", now=_m2(now, said)),
    )  # fmt: skip
    graphics = tuple(
        zone_chart(finding, texts, width=width, least_px=least, palette=palette) for width, least in _WIDTHS
    )
    mean = said.say("chart.before_rise" if finding.onset else "chart.of_earlier")
    caption = said.say("chart.caption", zone=finding.zone_id, looks=len(looks), mean=mean)
    panel = Panel((), graphics, alternatives=True)
    return Figure(id=f"figure-zone-chart-{number}", label="", caption=plain(caption), panels=(panel,))


# ---------------------------------------------------------------------- table
def _table(findings: tuple[ZoneFinding, ...], said: Phrases) -> Table:
    names = ("zone", "now", "earlier", "change", "observed", "all_days", "onset")
    columns = tuple(Column(plain(said.say(f"table.{name}")), numeric=name not in {"zone", "onset"}) for name in names)
    rows = tuple(Row(tuple(Cell(text) for text in _cells(finding, said))) for finding in findings)
    return Table("table-zones", "", plain(said.say("table.caption")), columns, rows)


def _cells(finding: ZoneFinding, said: Phrases) -> tuple[Line, ...]:
    nothing = plain(said.say("table.nothing"))

    def chance(p: float | None) -> Line:
        return nothing if p is None else plain(said.say("table.probability", p=p))

    def area(value: AreaInterval | None) -> Line:
        if value is None:
            return nothing
        return plain(said.say("table.value", median=_m2(value.median, said), **_areas(value, said)))

    busiest, earlier = finding.busiest, nothing
    if busiest is not None and busiest.occupied_m2 is not None:
        most = busiest.occupied_m2
        median = _m2(most.median, said)
        earlier = plain(said.say("table.dated", median=median, day=busiest.day, **_areas(most, said)))
    onset = nothing
    if finding.onset is not None:
        span = finding.onset.interval90
        onset = plain(said.say("table.when", first=span.low, last=span.high))
    return (
        (foreign(finding.zone_id),),
        area(finding.now_m2),
        earlier,
        area(finding.change.change_m2 if finding.change else None),
        chance(finding.p_exceeds_observed),
        chance(finding.p_exceeds_all_days),
        onset,
    )
