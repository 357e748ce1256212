"""Where the images come from: sheets of the pictured scenes, images by licence, and published counts with links."""

from __future__ import annotations

from collections.abc import Sequence

from wayside.assessment.assessment import Assessment, CountedScene, PublishedCount
from wayside.assessment.seeing import is_mostly_hidden
from wayside.model.observations import CountStatus
from wayside.model.wording import spread90
from wayside.report.contents.scene_rows import SceneRow, scene_rows
from wayside.report.contents.sources import ImageGroup, ItemView, image_groups
from wayside.report.document import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Folded,
    Layout,
    Line,
    Paragraph,
    Row,
    Section,
    Sheet,
    Sheets,
    Span,
    SpanKind,
    Table,
    Tone,
    foreign,
    line,
    plain,
)
from wayside.report.words import Words

__all__ = ["fit_line", "licence_line", "origin", "published_table", "scenes_section", "seen_lines"]

_OTHERS = 2
_CREDITS = 3


def scenes_section(assessment: Assessment, words: Words) -> Section:
    """Return how the pictured scenes were seen, and whose images and figures the report stands on."""
    rows = [row for row in assessment.rows if isinstance(row, CountedScene)]
    blocks: list[Block] = []
    if rows:
        blocks.append(Paragraph(line(_sums(rows, words), " ", words.say("scenes_section.checksums"))))
        sheets = tuple(_sheet(row, words) for row in scene_rows(assessment, words.language) if row.heading)
        if sheets:
            blocks.append(Sheets("sheets-scenes", "", plain(words.say("scenes_section.sheets")), sheets))
        blocks.append(Paragraph(plain(words.say("scenes_section.images")), Tone.HEADING))
        groups = image_groups(rows, words.language)
        blocks.append(Definitions(tuple(_group(group, words) for group in groups), Layout.ENTRY))
    published = [row for row in assessment.rows if isinstance(row, PublishedCount)]
    if published:
        blocks.append(published_table(published, words))
    return Section(
        "scenes", words.say("scenes_section.heading"), tuple(blocks), short=words.say("scenes_section.short")
    )


def _sums(rows: Sequence[CountedScene], words: Words) -> str:
    """Return in one sentence how many of the scenes are less than plain counts."""
    kinds = (
        (sum(row.result.status is CountStatus.COUNTED for row in rows), "sums.single"),
        (sum(row.result.status is CountStatus.OCCUPIED_LENGTH for row in rows), "sums.length"),
        (sum(not row.usable for row in rows), "sums.none"),
    )
    found = ", ".join(words.say(key, n=n) for n, key in kinds if n)
    loose = sum(not row.result.registration.registered for row in rows)
    hidden = sum(row.usable and is_mostly_hidden(row) for row in rows)
    fitted = words.say("sums.loose_one" if loose == 1 else "sums.loose", n=loose) if loose else words.say("sums.fitted")
    return words.say("sums.all", scenes=len(rows), found=found, fitted=fitted) + (
        words.say("sums.hidden", n=hidden) if hidden else words.say("sums.end")
    )


# ---------------------------------------------------------------------------- sheets
def _sheet(row: SceneRow, words: Words) -> Sheet:
    scene, source = row.row.scene, row.source
    drawn = (Span(" "), Span(words.say("drawn.word"), SpanKind.DRAWN)) if scene.drawn else ()
    lines, folded = origin(row, words)
    parts: list[tuple[str, tuple[Line, ...], tuple[Folded, ...]]] = [
        ("taken", (line(f"{row.when} UTC", drawn),), ()),
        ("sensor", ((foreign(row.sensor),),), ()),
        ("view", (plain(_view(row, words)),), ()),
        ("from", (*lines, *_retrieved(row, words)), folded),
        ("on_the_way", tuple((foreign(note),) for note in source.notes), ()),
        ("fit", (fit_line(row), (Span(row.fit_note, SpanKind.SMALL),)), ()),
        ("seen", (plain(row.visible), *seen_lines(row, words)), ()),
        ("read", (plain(f"{row.status}; {row.by}"), *((_small(words.quoted(r)),) for r in row.reasons)), ()),
        ("licence", (licence_line(row), *_why(row)), ()),
        ("scene", ((foreign(scene.id),),), ()),
        ("sha256", ((Span(row.sha256, SpanKind.CODE),),), ()),
    ]
    items = tuple(
        Definition(plain(words.say(f"sheet.{name}")), text, rest) for name, text, rest in parts if text or rest
    )
    return Sheet(row.heading, items)


def _small(span: Span) -> Span:
    return Span(span.text, SpanKind.SMALL, language=span.language)


def _why(row: SceneRow) -> tuple[Line, ...]:
    why = row.row.scene.licence.why
    return ((foreign(why),),) if why else ()


def _view(row: SceneRow, words: Words) -> str:
    parts = [words.say("sheet.gsd", gsd=row.gsd), row.angles]
    parts.append(words.say("sheet.clouds", share=row.clouds) if row.clouds else "")
    return "; ".join(filter(None, parts))


def _retrieved(row: SceneRow, words: Words) -> tuple[Line, ...]:
    source = row.source
    if not source.retrieved:
        return ()
    made = (Span(" " + words.say("sheet.made_with") + " "), foreign(source.made)) if source.made else ()
    return (line(words.say("sheet.retrieved", day=source.retrieved), *made),)


def origin(row: SceneRow, words: Words) -> tuple[tuple[Line, ...], tuple[Folded, ...]]:
    """Return which catalogues' items a scene was made from: what is read, and what may be folded away."""
    source = row.source
    lines: list[Line] = [_item_line(item) for item in source.items] or [plain(words.say("sheet.brought"))]
    folded: list[Folded] = []
    if source.more:
        more = tuple(_item_line(item) for item in source.more)
        folded.append(Folded(words.say("sheet.more", n=len(more)), more))
    if len(source.others) > _OTHERS:
        others = tuple(_item_line(item) for item in source.others)
        folded.append(Folded(words.say("sheet.others", n=len(others)), others))
    elif source.others:
        named = [_item_line(item, details=False) for item in source.others]
        joined = line(*(line(one, ", " if i < len(named) - 1 else ()) for i, one in enumerate(named)))
        lines.append(line(words.say("sheet.also"), " ", joined))
    return tuple(lines), tuple(folded)


def _item_line(item: ItemView, *, details: bool = True) -> Line:
    """Return an item of a catalogue: "catalogue: collection / item", with a link where one may be followed."""
    parts: list[Span | str] = [foreign(item.source), ": "]
    parts += [foreign(item.collection), " / "] if item.collection else []
    parts.append(foreign(item.item, item.link))
    if details and item.details:
        parts += [" ", Span("; ".join(item.details), SpanKind.SMALL)]
    return line(*parts)


def fit_line(row: SceneRow) -> Line:
    """Return how a scene was fitted to the ground; loud where it was not."""
    return (Span(row.fit, SpanKind.PLAIN if row.registered else SpanKind.FLAG),)


def seen_lines(row: SceneRow, words: Words) -> tuple[Line, ...]:
    """Return what hid the rest of the track, and who says so; nothing where all of it was seen."""
    told = words.say("sheet.hidden", what=row.hidden, by=row.screened)
    return ((Span(told, SpanKind.SMALL),),) if row.hidden else ()


def licence_line(row: SceneRow) -> Line:
    """Return the terms of a scene, and whether it may be shown."""
    return line(foreign(row.licence, row.licence_link), " ", Span(row.may, SpanKind.SMALL))


# ---------------------------------------------------------------------------- images and published figures
def _group(group: ImageGroup, words: Words) -> Definition:
    term = line(
        Span(group.provider, SpanKind.STRONG), " · ", foreign(group.licence, group.licence_link),
        f", {group.may} · {group.scenes}, {group.taken}",
    )  # fmt: skip
    why = tuple(foreign(text) for text in group.why[:2])
    text = [line(f"{group.origin}.", *(part for one in why for part in (Span(" "), one)))]
    lines = tuple((foreign(one),) for one in group.credits)
    if len(lines) > _CREDITS:
        return Definition(term, tuple(text), (Folded(words.say("scenes_section.credits", n=len(lines)), lines),))
    return Definition(term, (*text, *lines))


def published_table(rows: Sequence[PublishedCount], words: Words) -> Table:
    """Return the figures that others published, the newest first, each with who published it and where."""
    names = ("day", "count", "interval", "text", "publisher", "published")
    columns = tuple(
        Column(plain(words.say(f"published.{name}")), numeric=name in {"count", "interval"}, wide=name == "text")
        for name in names
    )
    return Table(
        "table-published", "", plain(words.say("published.caption")), columns,
        tuple(_published(row, words) for row in reversed(rows)), cards=True,
    )  # fmt: skip


def _published(row: PublishedCount, words: Words) -> Row:
    who = foreign(row.publisher or words.say("not_stated"), row.url)
    return Row(
        (
            Cell(plain(row.day.isoformat())),
            Cell(plain(str(row.count.median))),
            Cell(plain(words.say("range", of=spread90(row.count)))),
            Cell((foreign(row.text),) if row.text else plain("–")),
            Cell((who,)),
            Cell((foreign(row.published),) if row.published else plain("–")),
        )
    )
