from __future__ import annotations

import base64
import io
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from types import ModuleType

import numpy as np
import pytest
from matplotlib.image import imread

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.language import LIKELIHOOD_TERMS
from wayside.assessment.to_json import to_json
from wayside.errors import ValueRefusedError
from wayside.model.series import DatedEvent
from wayside.model.wording import say_percent
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.html import render_html

VOID = {"meta", "br", "input", "link", "img", "hr"}
HOSTILE = "<script>alert(1)</script>\"'&\u202eevil\u0000\x1b]8;;"


class Page(HTMLParser):
    """A parsed page: its elements, text by section, and whether every element is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self.blocks: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"p", "li", "dd", "dt", "h1", "h2", "h3", "figcaption", "td", "th"}:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)
            if self.blocks:
                self.blocks[-1] += data

    def values(self, *names: str) -> list[str]:
        return [str(a[n]) for _, a in self.elements for n in names if a.get(n) is not None]

    def tags(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag == name]


@pytest.fixture(scope="module")
def html(drawn: Assessment, pictures: ReportPictures) -> str:
    return render_html(drawn, pictures)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def pixels(page: Page) -> list[np.ndarray]:
    found = []
    for attrs in page.tags("image"):
        head, data = str(attrs["href"]).split(",", 1)
        assert head == "data:image/jpeg;base64"
        found.append(imread(io.BytesIO(base64.b64decode(data)), format="jpeg"))
    return found


def test_the_page_is_whole(page: Page) -> None:
    assert page.faults == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.tags("html")[0]["lang"] == "en"
    assert len(page.tags("h1")) == 1


def test_nothing_is_loaded_from_anywhere(html: str, page: Page) -> None:
    for tag, attrs in page.elements:
        for name in ("src", "srcset", "data", "poster", "background", "xlink:href"):
            assert name not in attrs, (tag, name)
        if "href" in attrs:
            allowed = ("#",) if tag == "a" else ("data:image/jpeg;base64,",)
            assert str(attrs["href"]).startswith(allowed), (tag, attrs["href"])
    assert not {"script", "link", "iframe", "object", "embed", "img"} & {tag for tag, _ in page.elements}
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for a in page.tags("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in str(policy)


def test_all_that_is_pointed_at_exists(page: Page) -> None:
    ids = set(page.values("id"))
    pointed = [v[1:] for v in page.values("href") if v.startswith("#")]
    pointed += [i for v in page.values("aria-labelledby", "aria-describedby") for i in v.split()]
    assert pointed
    assert set(pointed) <= ids


def test_every_section_is_there_in_order(page: Page) -> None:
    assert page.values("id").index("summary") < page.values("id").index("pictures")
    sections = [a["id"] for a in page.tags("section")]
    assert sections == [
        "summary", "pictures", "series", "strips", "counts", "judgements", "limits", "scenes", "methods", "versions",
        "annex",
    ]  # fmt: skip


def test_every_drawing_has_words_for_those_who_do_not_see_it(page: Page) -> None:
    for attrs in page.tags("svg"):
        assert attrs.get("role") == "img"
        assert len(str(attrs["aria-label"])) > 15


def test_every_judgement_and_number_is_on_the_page(drawn: Assessment, page: Page) -> None:
    text = re.sub(r"\s+", " ", " ".join(page.text))
    for judged in drawn.judgements:
        assert re.sub(r"\s+", " ", judged.statement) in text
        assert re.sub(r"\s+", " ", say_percent(judged.probability)) in text
        assert judged.words in text
    for row in drawn.rows:
        assert row.scene.checksum[4:] in text
    for limit in drawn.limits:
        assert re.sub(r"\s+", " ", limit.why) in text
    assert "Scene KJ_1 could not be read." in text


def test_no_sentence_mixes_likelihood_with_a_level_of_confidence(page: Page) -> None:
    terms = "|".join(rf"\b{t.words}\b" for t in LIKELIHOOD_TERMS)
    levels = re.compile(r"confidence\W+(is\W+)?(high|moderate|low)|(high|moderate|low)\W+confidence", re.IGNORECASE)
    seen = 0
    for block in page.blocks:
        for sentence in re.split(r"(?<=[.!?])\s+", block):
            seen += bool(levels.search(sentence))
            assert not (re.search(terms, sentence) and levels.search(sentence)), sentence
    assert seen >= 5


def test_the_other_row_of_words_is_not_used(page: Page) -> None:
    text = " ".join(page.text)
    for term in LIKELIHOOD_TERMS:
        assert not re.search(rf"\b{term.synonym}(ly)?\b", text)


def test_drawn_is_said_in_captions_and_burnt_into_pixels(pictures: ReportPictures, page: Page) -> None:
    captions = [block for block in page.blocks if re.match(r"Figure \d\.", block)]
    assert len(captions) == 5
    for caption in captions:
        assert "DRAWN" in caption
    assert "Drawn image" in " ".join(page.values("aria-label"))
    newest = pixels(page)[0].astype(float)
    plain = pictures.newest.rgb.astype(float)
    assert newest.shape == plain.shape
    changed = np.abs(newest - plain).mean(axis=2)
    corner, elsewhere = changed[:40, -75:], changed[150:, :300]
    assert corner.max() > 80
    assert elsewhere.mean() < 12


def test_real_scenes_are_not_called_drawn(restricted: Assessment, restricted_pictures: ReportPictures) -> None:
    page = Page(render_html(restricted, restricted_pictures, owner_holds_rights=True))
    assert "DRAWN" not in " ".join(page.text)
    difference = np.abs(pixels(page)[0].astype(float) - restricted_pictures.newest.rgb)
    assert difference.mean() < 12


def test_images_that_may_not_be_published_are_left_out(
    restricted: Assessment, restricted_pictures: ReportPictures
) -> None:
    html = render_html(restricted, restricted_pictures)
    page = Page(html)
    assert page.tags("image") == []
    assert "data:" not in html.replace("img-src data:", "")
    text = " ".join(page.text)
    assert "Image not shown" in text
    assert "proprietary" in text
    outlines = [a for a in page.tags("polygon") if a.get("class") == "outline"]
    assert len(outlines) == len(restricted_pictures.newest.cars) + len(restricted_pictures.busiest.cars)


def test_who_holds_the_rights_may_show_them(restricted: Assessment, restricted_pictures: ReportPictures) -> None:
    page = Page(render_html(restricted, restricted_pictures, owner_holds_rights=True))
    assert len(page.tags("image")) > 2
    assert "Image not shown" not in " ".join(page.text)


def test_each_scene_goes_by_its_own_licence(
    case: ModuleType, restricted: Assessment, restricted_pictures: ReportPictures
) -> None:
    free = replace(restricted.newest, scene=case.scene(case.NEWEST_DAY, 0.3, drawn=False))
    rows = (*restricted.rows[:-1], free)
    found = assess(case.site(), rows, case.series(rows), generated=case.GENERATED)
    page = Page(render_html(found, ReportPictures(restricted_pictures.newest, restricted_pictures.busiest)))
    assert len(page.tags("image")) == 1
    assert " ".join(page.text).count("Image not shown") == 1


def test_hostile_names_stay_names(case: ModuleType, pictures: ReportPictures) -> None:
    rows = case.rows()
    scene = replace(rows[-1].scene, provider=HOSTILE, platform=HOSTILE)
    scene = replace(scene, licence=replace(scene.licence, id=HOSTILE, attribution=HOSTILE))
    newest = replace(rows[-1], scene=scene, author=HOSTILE)
    event = DatedEvent(case.EVENTS[-1].day, HOSTILE, HOSTILE)
    rows = (*rows[:-1], newest)
    found = assess(
        case.site(HOSTILE, HOSTILE), rows, case.series(rows, (event,)), generated=case.GENERATED,
        failures=(HOSTILE,), versions={HOSTILE: HOSTILE},
    )  # fmt: skip
    html = render_html(found, pictures)
    page = Page(html)
    assert page.faults == []
    assert "script" not in {tag for tag, _ in page.elements}
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", html)
    assert "<script>alert(1)</script>" in " ".join(page.text)


def test_a_first_scene_makes_a_report(case: ModuleType, drawn: Assessment, pictures: ReportPictures) -> None:
    rows = drawn.rows[-1:]
    found = assess(case.site(), rows, case.first_sight(rows), generated=case.GENERATED)
    page = Page(render_html(found, ReportPictures(pictures.newest)))
    assert page.faults == []
    assert "no earlier scene" in " ".join(page.text)
    assert "No strip was given" in " ".join(page.text)
    assert Page(render_html(found, ReportPictures())).faults == []


def test_a_picture_of_another_scene_is_refused(drawn: Assessment, pictures: ReportPictures) -> None:
    with pytest.raises(ValueRefusedError, match="belongs to no scene"):
        render_html(drawn, ReportPictures(replace(pictures.newest, scene_id="elsewhere")))


def test_a_report_of_150_scenes_is_quick_and_small(drawn: Assessment, pictures: ReportPictures) -> None:
    began = time.process_time()
    html = render_html(drawn, pictures)
    assert time.process_time() - began < 10.0
    assert len(html.encode()) < 15_000_000
    assert len(json.dumps(to_json(drawn))) < 1_000_000


def test_the_same_input_gives_the_same_bytes(drawn: Assessment, pictures: ReportPictures, html: str) -> None:
    assert render_html(drawn, pictures) == html
