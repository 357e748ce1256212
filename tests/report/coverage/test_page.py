from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html
from tests.coverage.growth import assert_near_linear

import wayside.report
from wayside.model.agreement import AgainstMeasured, Agreement, MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.report.coverage import coverage_html

VOID = {"meta", "br"}
HEADINGS = ("h1", "h2", "h3", "h4")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://user:pass@host.example/?a=1&b="><script>',
    "https://host.example/\u202eevil",
    "\u202egnp.exe\u2066 cars \u200f",
    "nul\x00 escape\x1b]8;; bell\x07",
    "summary",
    "document-1",
    "story-1",
    "report:document:x",
    "x" * 10_000,
    "ab " * 4_000,
    "\ud800 half a pair",
    "]]></style><style>*{background:url(http://a.example)}",
    "{{ 7 * 7 }}{% raw %}",
)


class Page(HTMLParser):
    """A parsed page: its elements, its text, and whether every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def values(self, *names: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.elements for name in names if attrs.get(name) is not None]


def check(text: str) -> Page:
    """Assert all that holds of every page, whatever is in it."""
    page = Page(text)
    assert page.faults == []
    tags = Counter(tag for tag, _ in page.elements)
    assert not {"script", "link", "iframe", "object", "embed", "img", "image", "form", "base", "use"} & set(tags)
    assert (tags["h1"], tags["main"], tags["title"] >= 1, tags["style"]) == (1, 1, True, 1)
    for tag, attrs in page.elements:
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "srcset", "data", "poster", "background", "xlink:href", "ping"}, (tag, name)
            if name == "href":
                assert tag == "a"
                assert re.match(r"#|https?://", str(value)), value
                assert str(value).startswith("#") or "noopener" in str(attrs["rel"])
            if name == "style":
                assert re.fullmatch(r"(left:[\d.]+%|width:\d+px)", str(value)), value
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    pointed = [value[1:] for value in page.values("href") if value.startswith("#")]
    pointed += [name for value in page.values("aria-labelledby", "aria-describedby") for name in value.split()]
    assert set(pointed) <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if tag in HEADINGS]
    assert levels[0] == 1
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", text)
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    policy = next(attrs["content"] for _, attrs in page.elements if attrs.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'; style-src 'unsafe-inline'")
    for drawing in re.findall(r"<svg xmlns.*?</svg>", text, re.DOTALL):
        etree.fromstring(drawing.encode())
    return page


@pytest.fixture(scope="module")
def text(twelve: CoverageResult, measured: MeasuredCount) -> str:
    return coverage_html(twelve, measured=measured, made=date(2031, 10, 12), software="wayside 0.0.1")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return check(text)


@pytest.fixture(scope="module")
def tree(text: str) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(text)


def words(element: lxml_html.HtmlElement) -> str:
    return re.sub("[ \n]+", " ", "".join(element.itertext())).strip()


def test_the_page_is_whole_and_small(text: str, page: Page) -> None:
    assert len(page.elements) > 500
    assert len(text.encode()) < 200_000
    assert page.values("lang")[0] == "en"
    assert {"de", "ko", "ar", "ru", "ja"} <= set(page.values("lang"))


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if tag in HEADINGS]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_keyboard_comes_first_to_the_way_past_the_head_and_regions_have_names_of_their_own(
    page: Page, tree: lxml_html.HtmlElement
) -> None:
    reached = [attrs for tag, attrs in page.elements if tag in {"a", "summary"} or "tabindex" in attrs]
    assert reached[0] == {"class": "skip", "href": "#summary"}
    assert {attrs["tabindex"] for attrs in reached if "tabindex" in attrs} == {"0"}
    by_id = {one.get("id"): words(one) for one in tree.xpath("//*[@id]")}
    regions = [
        region.get("aria-label") or " ".join(by_id[name] for name in region.get("aria-labelledby").split())
        for region in tree.xpath("//*[@role='region']")
    ]
    assert len(regions) > 6
    assert len(set(regions)) == len(regions)


def test_every_picture_has_words_or_is_hidden_from_those_who_hear_the_page(tree: lxml_html.HtmlElement) -> None:
    drawings = tree.xpath("//svg[not(ancestor::svg)]")
    assert len(drawings) > 20
    for drawing in drawings:
        assert (drawing.get("role") == "img" and drawing.get("aria-label")) or drawing.get("aria-hidden") == "true"


def test_two_parsers_read_the_same_elements(text: str, page: Page) -> None:
    read = Counter(one.tag for one in lxml_html.fromstring(text).iter() if isinstance(one.tag, str))
    assert read == Counter(tag for tag, _ in page.elements)


def test_the_summary_says_what_by_whom_and_how_it_sits_with_the_measured_count(tree: lxml_html.HtmlElement) -> None:
    said = [words(one) for one in tree.xpath("//p[@class='finding']")]
    assert said[0].startswith("All 12 documents give 6 different figures for tank cars at Dorvik")
    assert "2 independent sources: Fjord Institute (with Meridian Press) and Coast Radio" in said[1]
    assert "changed 3 times" in said[2]
    assert "1 pair of claims cannot both be true" in said[3]
    assert "consistent with the measured count of 59 (90\u00a0% interval 55 to 62)" in said[4].replace(
        "90 %", "90\u00a0%"
    )
    basis = [words(one) for one in tree.xpath("//p[@class='basis']")]
    assert any("2 (80" in one and "1 (12" in one and "3 (8" in one for one in basis)
    assert any("31" in one and "tail probability" in one for one in basis)


def test_every_sentence_of_the_summary_leads_to_what_it_rests_on(tree: lxml_html.HtmlElement) -> None:
    for item in tree.xpath("//ol[@class='findings']/li"):
        assert item.xpath(".//a[starts-with(@href, '#')]"), words(item)


def test_every_claim_stands_in_the_table_in_its_words(tree: lxml_html.HtmlElement, twelve: CoverageResult) -> None:
    rows = {row.get("id"): row for row in tree.xpath("//table[contains(@class, 'claims')]//tr[@id]")}
    assert len(rows) == len(twelve.claims)
    for k, claim in enumerate(twelve.claims, 1):
        row = rows[f"claim-{k}"]
        assert words(row.xpath(".//mark")[0]) == " ".join(claim.quote.split())
        shown = words(row.xpath(".//bdi[contains(@class, 'excerpt')]")[0])
        document = next(one for one in twelve.documents if one.id == claim.document)
        plain = " ".join(document.text.split())
        for piece in (part.strip() for part in shown.split("…")):
            assert piece in plain


def test_what_is_not_rated_says_so_and_is_not_given_an_f(tree: lxml_html.HtmlElement) -> None:
    rows = tree.xpath("//table[contains(@class, 'claims')]//tr[@id]")
    assert words(rows[9]).endswith("not rated")
    assert words(rows[10]).endswith("document F6")
    assert words(rows[0]).endswith("claim 2, source B")
    assert "reliability cannot be judged; truth cannot be judged" in words(tree)


def test_changes_stand_side_by_side(tree: lxml_html.HtmlElement) -> None:
    first = tree.xpath("//ol[@class='changes']/li")[0]
    assert [words(one) for one in first.xpath(".//mark")] == ["at least 58 tank cars", "Some 60 tank cars"]


def test_statements_events_footings_and_cuts_are_shown(tree: lxml_html.HtmlElement) -> None:
    whole = words(tree)
    for piece in (
        "permit issued", "denied in 1", "30,000 a day × 365 = 10,950,000 a year", "10\u202f950\u202f000",
        "left Velm on Friday", "2 passages cut", "MENU HOME NEWS", "Most read: ten fish soups",
        "read in part", "des Instituts", "through Meridian Press", "= 4 Oct 2031", "same figure as claim 16",
    ):  # fmt: skip
        assert piece in whole, piece


def test_the_graph_has_a_list_with_the_evidence(tree: lxml_html.HtmlElement, twelve: CoverageResult) -> None:
    items = [words(one) for one in tree.xpath("//details[@class='derivation']//li")]
    for origin in twelve.origins:
        for reason in origin.evidence:
            assert any(reason in item and f"probability {origin.p:.2f}" in item for item in items), origin


def test_links_to_the_web_are_only_those_of_documents(page: Page) -> None:
    out = [value for value in page.values("href") if not value.startswith("#")]
    assert len(out) == 10
    assert all(re.fullmatch(r"https://\w+\.example/news/dorvik", value) for value in out)


@pytest.mark.parametrize("words_", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_from_outside_becomes_markup(
    hostile: Callable[[str], CoverageResult], measured: MeasuredCount, words_: str
) -> None:
    result = hostile(words_)
    text = coverage_html(result, measured=measured, title=words_, software=words_)
    page = check(text)
    assert len(text.encode()) < 700_000
    plain = Counter(tag for tag, _ in page.elements)
    usual = Counter(tag for tag, _ in check(coverage_html(hostile("plain"), measured=measured)).elements)
    assert set(plain) <= set(usual) | {"details", "summary"}


def test_an_address_is_a_link_only_for_the_web(hostile: Callable[[str], CoverageResult]) -> None:
    for address in (
        "javascript:alert(1)",
        "JaVaScRiPt://host.example/%0aalert(1)",
        "file:///etc/passwd",
        "https://",
        "//host.example",
    ):
        page = check(coverage_html(hostile(address)))
        assert all(value.startswith("#") for value in page.values("href"))
    page = check(coverage_html(hostile("https://host.example/a?b=1&c='2'")))
    assert "https://host.example/a?b=1&c='2'" in page.values("href")


def test_marks_that_turn_the_text_are_shown_and_names_are_isolated(hostile: Callable[[str], CoverageResult]) -> None:
    text = coverage_html(hostile("abc\u202edef"))
    assert "\u202e" not in text
    assert "<bdi>abc\ufffddef</bdi>" in text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60).filter(lambda words: bool(words.strip())))
def test_any_words_make_a_page(hostile: Callable[[str], CoverageResult], words: str) -> None:
    check(coverage_html(hostile(words), title=words))


def test_no_documents_make_a_page() -> None:
    page = check(coverage_html(CoverageResult((), ())))
    assert "No document was read." in " ".join(page.text)


def test_documents_alone_make_a_page(twelve: CoverageResult) -> None:
    page = check(coverage_html(CoverageResult(twelve.documents, ())))
    assert "No claim was found" in "".join(page.text)
    check(coverage_html(CoverageResult(twelve.documents, twelve.claims)))
    check(coverage_html(replace(twelve, stories=twelve.stories[1:], agreement=())))


def test_groups_without_a_place_of_their_own_are_linked_to_their_claims(
    twelve: CoverageResult, measured: MeasuredCount
) -> None:
    alone = tuple(Agreement((one.id,), 0, 1, 1, story="s1") for one in twelve.claims)
    check(coverage_html(replace(twelve, agreement=alone)))
    off = AgainstMeasured("inconsistent", 0.001)
    many = tuple(replace(alone[k % 10], about=f"thing {k}", against_measured=off) for k in range(45))
    page = check(coverage_html(replace(twelve, agreement=many), measured=measured))
    assert "15 further groups are left out here" in "".join(page.text)


def test_a_story_of_statements_alone_is_summed_up(twelve: CoverageResult) -> None:
    statement = next(one for one in twelve.claims if one.kind == "statement")
    group = Agreement(
        (statement.id,), None, None, 1, story="s2", about="statement: permit issued", sources=(("Port",),)
    )
    only = replace(twelve, stories=(replace(twelve.stories[1]),), agreement=(group,))
    page = check(coverage_html(only))
    assert "Stated without a figure" in "".join(page.text)


def test_the_same_result_makes_the_same_page(twelve: CoverageResult, text: str, measured: MeasuredCount) -> None:
    again = coverage_html(twelve, measured=measured, made=date(2031, 10, 12), software="wayside 0.0.1")
    assert again == text


def test_without_a_day_of_making_none_is_shown(twelve: CoverageResult) -> None:
    assert "made on" not in coverage_html(twelve)


def test_a_hundred_documents_with_two_thousand_claims_stay_small(
    crowd: Callable[[int, int], CoverageResult],
) -> None:
    result = crowd(100, 2_000)
    text = coverage_html(result)
    assert len(text.encode()) < 3_000_000
    page = check(text)
    assert sum(value.startswith("claim-") for value in page.values("id")) == 2_000


def test_a_page_is_made_in_near_linear_time(crowd: Callable[[int, int], CoverageResult]) -> None:
    def prepare(claims: int) -> Callable[[], object]:
        result = crowd(claims // 20, claims)
        return lambda: coverage_html(result)

    assert_near_linear(prepare, (400, 2_400))


def test_claims_beyond_the_cap_are_counted(crowd: Callable[[int, int], CoverageResult]) -> None:
    text = coverage_html(crowd(20, 3_400))
    page = check(text)
    assert sum(value.startswith("claim-") for value in page.values("id")) == 3_000
    assert "400 further claims are left out of this page" in text


def test_many_stories_are_folded(crowd: Callable[[int, int], CoverageResult]) -> None:
    result = crowd(30, 30)
    story = result.stories[0]
    alone = tuple(replace(story, id=f"s{k}", documents=(name,)) for k, name in enumerate(story.documents))
    page = check(coverage_html(replace(result, stories=alone, agreement=())))
    assert sum(tag == "section" and attrs.get("class") == "story" for tag, attrs in page.elements) == 6
    assert "24 more stories" in "".join(page.text)


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colours(dark: bool) -> dict[str, str]:
    folder = Path(wayside.report.__file__).parent / "templates"
    style = (folder / "report.css").read_text() + (folder / "coverage.css").read_text()
    light, _, night = style.partition("prefers-color-scheme: dark")
    pattern = r"--([a-z]+): (#[0-9a-f]{6})\b"
    found = dict(re.findall(pattern, light))
    return found | dict(re.findall(pattern, night.partition("@media")[0])) if dark else found


@pytest.mark.parametrize("dark", [False, True])
def test_letters_stand_out_from_their_ground(dark: bool) -> None:
    c = colours(dark)
    for letters in ("ink", "muted", "navy", "accent"):
        for ground in ("paper", "wash", "node"):
            assert contrast(c[letters], c[ground]) >= 4.5, (letters, ground)
    for letters, ground in (("ink", "mark"), ("ink", "band"), ("muted", "band"), ("paper", "navy")):
        assert contrast(c[letters], c[ground]) >= 4.5, (letters, ground)
    for line in ("bar", "dot", "link", "away"):
        assert contrast(c[line], c["paper"]) >= 3.0, line
