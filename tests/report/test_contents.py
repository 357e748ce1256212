"""What stands in a report: one document in each language, published counts without images, types, the onset."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ET
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from wayside.assessment.assessment import Assessment, PublishedCount
from wayside.language.phrases import phrases
from wayside.model.judgements import Basis, Confidence, Judgement
from wayside.model.observations import CountStatus
from wayside.model.series import Answer, DatedEvent, EventLag, MaxBound
from wayside.model.wording import spread90
from wayside.report.contents.report import build_report
from wayside.report.document import Document, Figure, Graphic, Sheets, Span, Table
from wayside.report.figures.chart import Panel, series_panel
from wayside.report.figures.onset import onset_graphic, onset_height, shown_lags
from wayside.report.figures.pictures import ReportPictures
from wayside.report.figures.types import TypesPanel, types_graphic, types_told
from wayside.report.formats.html import html_of, render_html
from wayside.report.house import HouseStyle

SVG = "{http://www.w3.org/2000/svg}"
RUSSIAN = HouseStyle(language="ru")


def everything(value: Any) -> list[Any]:
    """A value and all values in it."""
    found = [value]
    if is_dataclass(value):
        for field in fields(value):
            found += everything(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            found += everything(one)
    return found


def parse(graphic: Graphic) -> ET.Element:
    return ET.fromstring(graphic.svg)  # noqa: S314  our own output


@pytest.fixture(scope="module")
def english(drawn: Assessment, pictures: ReportPictures) -> Document:
    return build_report(drawn, pictures, house=HouseStyle())


@pytest.fixture(scope="module")
def russian(drawn: Assessment, pictures: ReportPictures) -> Document:
    return build_report(drawn, pictures, house=RUSSIAN)


# ---------------------------------------------------------------------------- the tree
def test_figures_and_tables_are_numbered_through_and_those_of_the_annex_apart(english: Document) -> None:
    for kinds, name in (((Figure,), "Figure"), ((Table, Sheets), "Table")):
        labels = [b.label for s in english.sections for b in everything(s) if isinstance(b, kinds)]
        plain = [label for label in labels if "A" not in label]
        assert plain == [f"{name} {n}." for n in range(1, len(plain) + 1)]
        annex = labels[len(plain) :]
        assert annex == [f"{name} A{n}." for n in range(1, len(annex) + 1)]
    assert len(annex) == 3


def test_ids_are_there_once(english: Document) -> None:
    named = [b.id for s in english.sections for b in everything(s) if hasattr(b, "id") and b.id]
    assert len(named) == len(set(named))


def test_every_drawing_stands_by_itself(english: Document) -> None:
    graphics = [x for s in english.sections for x in everything(s) if isinstance(x, Graphic)]
    assert len(graphics) > 20
    for graphic in graphics:
        root = parse(graphic)
        assert root.get("font-family") == "sans-serif"
        assert root.get("viewBox") == f"0 0 {graphic.width:g} {graphic.height:g}"
        assert len(graphic.alt) > 15
        assert root.get("aria-label") == graphic.alt
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in {
                "svg", "text", "title", "rect", "line", "polyline", "polygon", "path", "circle", "image",
            }  # fmt: skip
            assert "style" not in element.attrib
            assert "vector-effect" not in element.attrib
            assert str(element.get("href", "data:image/jpeg")).startswith("data:image/jpeg")
            for value in element.attrib.values():
                assert "var(" not in value
                assert "url(" not in value


def test_likelihood_and_confidence_stand_apart(english: Document) -> None:
    judged = next(section for section in english.sections if section.id == "judgements")
    for block in judged.blocks:
        if hasattr(block, "sentence"):
            assert "onfidence" not in "".join(span.text for span in block.sentence)


# ---------------------------------------------------------------------------- languages
def tables() -> tuple[dict[str, str], dict[str, str]]:
    both = (phrases("report", "en").table, phrases("report", "ru").table)
    return dict(both[0]), dict(both[1])


def test_both_languages_say_the_same_things() -> None:
    english, russian = tables()
    assert set(english) == set(russian)
    for key, text in english.items():
        named, also = ({n for _, n, _, _ in string.Formatter().parse(t) if n} for t in (text, russian[key]))
        assert also <= named, key
        # A sentence in another order may do without a value only where it is a mere plural.
        assert named - also <= {"heading"}, key


def test_russian_has_no_english_words_left() -> None:
    _, russian = tables()
    known = {"wayside", "UTC", "ICD", "SHA", "L", "P", "M"}
    for key, text in russian.items():
        bare = re.sub(r"\{[^}]*\}", "", text)
        assert set(re.findall(r"[A-Za-z]+", bare)) <= known, key


def test_a_russian_report_marks_what_is_english(russian: Document, english: Document) -> None:
    assert russian.language == "ru"
    assert [s.id for s in russian.sections] == [s.id for s in english.sections]
    finding = next(x for x in everything(russian.summary) if isinstance(x, Span) and "freight cars" in x.text)
    assert finding.language == "en"
    html = html_of(russian, RUSSIAN)
    assert '<html lang="ru">' in html
    assert '<span lang="en">' in html
    assert 'lang="' not in html_of(english).replace('<html lang="en">', "")
    # The report's own words are Russian: nothing English stands in a span that is not marked, a name or a code.
    for section in russian.sections:
        for span in everything(section):
            if isinstance(span, Span) and not span.language and span.kind in {"plain", "strong", "small", "flag"}:
                words = set(re.findall(r"[A-Za-z]{4,}", span.text)) - {"wayside"}
                assert not words & {"scene", "count", "track", "moved", "quality", "Newest", "Computed"}, span


def test_answers_in_another_language_are_folded_and_said_to_be(drawn: Assessment) -> None:
    answers = (Answer("record", "The count exceeds every scene.", ("Scenes err alone.",)),)
    found = replace(drawn, series=replace(drawn.series, answers=answers))
    html = render_html(found, ReportPictures(), house=RUSSIAN)
    assert "(по-английски)</summary>" in html
    assert '<span lang="en">The count exceeds every scene.</span>' in html
    cyrillic = (Answer("record", "Число больше, чем на каждом снимке.", ()),)
    found = replace(drawn, series=replace(drawn.series, answers=cyrillic))
    html = render_html(found, ReportPictures(), house=RUSSIAN)
    assert "(по-английски)" not in html
    assert "Бывало ли больше?</dt><dd>Число больше" in html


# ---------------------------------------------------------------------------- published counts
def published_of(found: Assessment, url: str = "https://example.org/report") -> Assessment:
    """The same assessment as if every count had been published by others."""
    rows = tuple(
        PublishedCount(f"{row.id} press", row.day, row.count_of(found.counted), "Beyond <i>Parallel</i>", "2023-10-06",
                       url, "approximately 73 \u202erailcars", None)
        for row in found.rows if row.usable
    )  # fmt: skip
    bound = MaxBound(rows[0].day, rows[-1].day - timedelta(days=40), 20, "Beyond Parallel")
    return replace(found, rows=rows, newest=rows[-1], busiest=rows[5], bounds=(bound,))


def test_published_counts_make_a_report_without_images(drawn: Assessment) -> None:
    found = published_of(drawn)
    for house in (HouseStyle(), RUSSIAN):
        document = build_report(found, ReportPictures(), house=house)
        ids = [section.id for section in document.sections]
        assert "pictures" not in ids
        assert "strips" not in ids
        table = next(
            b for s in document.sections for b in s.blocks if isinstance(b, Table) and b.id == "table-published"
        )
        assert len(table.rows) == len(found.rows)
        html = html_of(document, house)
        assert 'href="https://example.org/report"' in html
        assert "&lt;i&gt;Parallel&lt;/i&gt;" in html
        assert "<i>Parallel" not in html
        assert "\u202e" not in html
        assert not document.drawn
        assert "not taken by any sensor" not in html
    text = "".join(
        x.text
        for x in everything(build_report(found, ReportPictures(), house=HouseStyle()).summary)
        if isinstance(x, Span)
    )
    assert "published by others" in text


def test_published_counts_and_bounds_are_drawn_as_such(drawn: Assessment) -> None:
    found = published_of(drawn)
    root = parse(series_panel(found, Panel(found.rows[0].day, found.newest.day, 1080.0, 360.0), "the series"))
    marks = [e for e in root.iter() if (e.get("class") or "").startswith("mark ")]
    assert {e.get("class") for e in marks} == {"mark square"}
    assert {e.get("fill") for e in marks} == {"#ffffff"}
    (band,) = [e for e in root.iter(SVG + "rect") if e.get("class") == "bound"]
    ticks = {e.text: float(e.get("y")) - 4 for e in root.iter(SVG + "text") if re.fullmatch(r"\d+", e.text or "")}
    assert float(band.get("y")) == pytest.approx(ticks["20"], abs=0.6)
    assert float(band.get("y")) + float(band.get("height")) == pytest.approx(ticks["0"], abs=0.6)
    assert any("at most 20, Beyond Parallel" in (e.text or "") for e in root.iter(SVG + "text"))
    assert "at most 20, Beyond Parallel" in band[0].text


def test_a_bound_beyond_the_counts_is_within_the_chart(drawn: Assessment) -> None:
    bound = MaxBound(drawn.rows[0].day, drawn.rows[-1].day, 500)
    root = parse(
        series_panel(replace(drawn, bounds=(bound,)), Panel(drawn.rows[0].day, drawn.newest.day, 720.0, 300.0), "x")
    )
    (band,) = [e for e in root.iter(SVG + "rect") if e.get("class") == "bound"]
    assert float(band.get("y")) > 10


# ---------------------------------------------------------------------------- types over time
def test_types_are_drawn_from_the_scenes_that_tell_them_alone(drawn: Assessment) -> None:
    told = types_told(drawn)
    coarse = [r for r in drawn.rows if r.usable and r.result.status is CountStatus.OCCUPIED_LENGTH]
    assert coarse
    assert told.coarse == len(coarse)
    assert len(told.told) == sum(r.usable for r in drawn.rows) - len(coarse)
    graphic = types_graphic(told, TypesPanel(1080.0))
    root = parse(graphic)
    assert len([e for e in root.iter(SVG + "circle") if e.get("class") == "mark"]) == len(told.told) * len(told.types)
    assert len([e for e in root.iter(SVG + "line") if e.get("class") == "coarse"]) == len(coarse) * len(told.types)
    for name in told.types:
        count = told.told[-1].result.by_type[name]
        low, high = spread90(count)
        assert f"{name} {count.median} ({low} to {high})" in graphic.alt


@pytest.mark.parametrize("width", [380.0, 720.0, 1080.0])
def test_types_share_one_scale_and_stay_inside(drawn: Assessment, width: float) -> None:
    told = types_told(drawn)
    graphic = types_graphic(told, TypesPanel(width))
    root = parse(graphic)
    for mark in (e for e in root.iter(SVG + "circle") if e.get("class") == "mark"):
        assert 0 < float(mark.get("cx")) < width
        assert 0 < float(mark.get("cy")) < graphic.height
    zeros = [e for e in root.iter(SVG + "text") if e.text == "0"]
    assert len(zeros) == len(told.types)
    # One mark's height says its count, and by the same rule in every small chart.
    pairs = set()
    for mark in (e for e in root.iter(SVG + "circle") if e.get("class") == "mark"):
        count = int(re.search(r": (\d+) \(", mark[0].text)[1])
        foot = min(float(z.get("y")) - 4 for z in zeros if float(z.get("y")) - 4 >= float(mark.get("cy")) - 0.1)
        pairs.add((count, round(foot - float(mark.get("cy")), 1)))
    units = {round(y / n, 2) for n, y in pairs if n > 5}
    assert max(units) - min(units) < 0.05


def test_without_two_scenes_that_tell_types_nothing_is_drawn(drawn: Assessment) -> None:
    told = types_told(drawn).told
    one = replace(drawn, rows=told[-1:], newest=told[-1], busiest=None)
    assert types_told(one) is None
    document = build_report(one, ReportPictures(), house=HouseStyle())
    assert not any(isinstance(b, Figure) and b.id == "figure-types" for s in document.sections for b in s.blocks)


# ---------------------------------------------------------------------------- the onset
@pytest.mark.parametrize("width", [380.0, 720.0, 1080.0])
def test_events_stand_at_their_days_and_the_onset_at_its_own(drawn: Assessment, width: float) -> None:
    onset, lags = drawn.series.onset, shown_lags(drawn)
    assert 0 < len(lags) < len(drawn.series.events)  # those far away are in the table alone
    root = parse(onset_graphic(drawn, width))
    (band,) = [e for e in root.iter(SVG + "rect") if e.get("class") == "onset"]
    left, extent = float(band.get("x")), float(band.get("width"))
    day = extent / (onset.interval90.high - onset.interval90.low).days
    events = [e for e in root.iter(SVG + "polygon") if e.get("class") == "event"]
    assert len(events) == len(lags)
    for event, lag in zip(events, lags, strict=True):
        xs = [float(corner.split(",")[0]) for corner in event.get("points").split()]
        middle = (min(xs) + max(xs)) / 2
        assert (left - middle) / day == pytest.approx((onset.interval90.low - lag.event.day).days, abs=0.5)
    for text in root.iter(SVG + "text"):
        extent = 5.6 * len("".join(text.itertext()).removeprefix(text[0].text if len(text) else ""))
        x, anchor = float(text.get("x")), text.get("text-anchor", "start")
        start = x - {"start": 0, "middle": extent / 2, "end": extent}[anchor]
        assert start >= -3
        assert start + extent <= width + 3
        assert 0 < float(text.get("y")) < onset_height(drawn, width)


def test_a_hostile_event_is_shortened_and_stays_text(drawn: Assessment) -> None:
    name = "<script>" * 40
    lag = EventLag(DatedEvent(date(2023, 9, 13), name), 6, (-2, 19), 0.04)
    found = replace(drawn, series=replace(drawn.series, events=(lag,)))
    graphic = onset_graphic(found, 380.0)
    assert "<script>" not in graphic.svg
    assert "…" in graphic.svg
    html = render_html(found, ReportPictures())
    assert "\u22122 to 19" in html
    assert "<script>" not in html


# ---------------------------------------------------------------------------- judgements
def test_an_analysts_judgement_is_shown_as_theirs(drawn: Assessment) -> None:
    own = Judgement(
        "cargo", "the covered cars hold <b>munitions</b>", 0.6, "likely", Basis.ANALYST, Confidence.LOW,
        evidence=("claim:<i>1", *(f"text-{k}" for k in range(6)), drawn.rows[0].id), author="A. <u>Nalyst",
        stated=date(2023, 10, 7),
    )  # fmt: skip
    found = replace(drawn, judgements=(*drawn.judgements, own))
    document = build_report(found, ReportPictures(), house=HouseStyle())
    block = next(b for s in document.sections for b in everything(s) if getattr(b, "id", "") == "judgement-cargo")
    assert block.by_analyst
    assert "A. <u>Nalyst" in "".join(span.text for span in block.origin)
    assert "7 October 2023" in "".join(span.text for span in block.origin)
    assert "1 count" in block.evidence[0].text
    assert "3 more" in block.evidence[0].text
    html = html_of(document)
    assert "by-analyst" in html
    assert "<u>" not in html
    assert "&lt;b&gt;munitions" in html


def test_sections_that_others_add_may_be_absent(drawn: Assessment) -> None:
    ids = [s.id for s in build_report(drawn, ReportPictures(), house=HouseStyle()).sections]
    assert not {"zones", "consists", "hypotheses", "coverage"} & set(ids)
    assert ids[-1] == "annex"
