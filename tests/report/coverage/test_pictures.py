from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wayside.model.agreement import AgainstMeasured, Agreement, MeasuredCount
from wayside.model.claims import Claim, Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.stories import Origin, Story
from wayside.report.coverage.dots import measured_interval, plot_of
from wayside.report.coverage.graph import PASSED_ON, PUBLISHED, derivation
from wayside.report.coverage.graph_picture import branches, draw_graph, place
from wayside.report.coverage.index import Index
from wayside.report.coverage.timeline import draw_timeline, lanes_of, timeline_of
from wayside.report.coverage.words import text_width

SVG = "{http://www.w3.org/2000/svg}"


def documents(number: int, *, day: date | None = None, outlet: str | None = None) -> tuple[Document, ...]:
    text = "Words of an article."
    return tuple(
        Document(f"d{k}", f"d{k}.txt", text, (Span(0, len(text)),), title=f"Headline {k}", published=day, outlet=outlet)
        for k in range(number)
    )


def story(some: tuple[Document, ...]) -> Story:
    return Story("s", "A story", tuple(one.id for one in some))


def indexed(some: tuple[Document, ...], *origins: Origin, claims: tuple[Claim, ...] = ()) -> tuple[Index, Story]:
    told = story(some)
    return Index(CoverageResult(some, claims, origins, stories=(told,))), told


def takes(document: str, source: str, p: float = 0.9, kind: str = "rewritten") -> Origin:
    return Origin(document, source, p, ("why",), (), kind)


def test_documents_that_hang_on_one_text_are_one_node() -> None:
    index, told = indexed(documents(24), *(takes(f"d{k}", "document:d0", 0.6 + k / 100) for k in range(1, 24)))
    graph = derivation(index, told)
    group = next(node for node in graph.nodes.values() if node.role == "group")
    assert (group.name, len(group.documents), len(graph.nodes)) == ("23 documents", 23, 2)
    assert graph.links[0].stands_for == 23
    assert graph.links[0].p == pytest.approx(0.72)


def test_few_documents_are_drawn_one_by_one() -> None:
    index, told = indexed(documents(9), *(takes(f"d{k}", "document:d0") for k in range(1, 9)))
    assert {node.role for node in derivation(index, told).nodes.values()} == {"document"}


def test_a_circle_is_opened_at_its_weakest_link() -> None:
    index, told = indexed(
        documents(3), takes("d1", "document:d0", 0.9), takes("d2", "document:d1", 0.8), takes("d0", "document:d2", 0.7)
    )
    graph = derivation(index, told)
    assert [(link.one, link.other) for link in graph.circular] == [("document:d2", "document:d0")]
    assert len(graph.links) == 2
    assert branches(index, told)


def test_a_link_that_a_longer_likely_way_shows_is_left_to_the_list() -> None:
    index, told = indexed(
        documents(3), takes("d1", "document:d0"), takes("d2", "document:d1"), takes("d2", "document:d0", 0.95)
    )
    graph = derivation(index, told)
    assert [(link.one, link.other) for link in graph.shortcuts] == [("document:d0", "document:d2")]
    weak, told = indexed(
        documents(3), takes("d1", "document:d0", 0.2), takes("d2", "document:d1"), takes("d2", "document:d0", 0.95)
    )
    assert derivation(weak, told).shortcuts == ()


def test_a_report_that_an_outlet_passed_on_leads_to_the_outlet() -> None:
    some = documents(1)
    claim = Claim(
        "c", "d0", Span(0, 5), "Words", Quantity(1, 1, "exact"), "car", "count",
        asserted_by="Hill Institute", source="hill-institute", via=("North Wire",), voice="named",
    )  # fmt: skip
    index, told = indexed(
        some, takes("d0", "report:hill-institute", 0.9), takes("d0", "outlet:North Wire", 0.8), claims=(claim,)
    )
    graph = derivation(index, told)
    kinds = {(link.one, link.other): (link.kind, link.p) for link in graph.links}
    assert kinds["report:hill-institute", "outlet:North Wire"] == (PASSED_ON, 0.8)
    assert graph.nodes["report:hill-institute"].name == "Hill Institute"
    assert ("report:hill-institute", "document:d0") not in kinds


def test_an_outlet_leads_to_what_it_published() -> None:
    some = (*documents(1), replace(documents(2)[1], outlet="North Wire"))
    index, told = indexed(some, takes("d0", "outlet:North Wire"))
    kinds = {(link.one, link.other): link.kind for link in derivation(index, told).links}
    assert kinds["outlet:North Wire", "document:d1"] == PUBLISHED


def test_a_graph_is_capped_and_the_list_is_not() -> None:
    some = documents(120)
    origins = [takes(f"d{k}", f"report:source {k}") for k in range(120)]
    index, told = indexed(some, *origins)
    graph = derivation(index, told)
    assert len(graph.nodes) == 40
    assert len(branches(index, told)) == 120
    assert len(graph.left_out) + sum(len(node.documents) for node in graph.nodes.values()) == 120


def test_where_there_are_many_nodes_weaker_links_make_room() -> None:
    some = documents(90)
    origins = [takes(f"d{k}", f"report:r{k % 5}", 0.9) for k in range(90)]
    origins += [takes(f"d{k}", f"outlet:o{k}", 0.3 + k / 1000) for k in range(90)]
    index, told = indexed(some, *origins)
    graph = derivation(index, told)
    assert len(graph.weaker) == 90
    assert graph.left_out == ()
    assert {node.name for node in graph.nodes.values()} == {"r0", "r1", "r2", "r3", "r4", "18 documents"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 33), st.floats(0, 1)), max_size=70), st.integers(1, 30))
def test_whatever_the_origins_every_document_is_drawn_or_counted(rows: list, number: int) -> None:
    names = [*(f"document:d{k}" for k in range(30)), "report:r", "outlet:o", "document:gone", "odd"]
    origins = [takes(f"d{a % number}", names[b], p) for a, b, p in rows]
    index, told = indexed(documents(number), *origins)
    graph = derivation(index, told)
    drawn = [name for node in graph.nodes.values() for name in node.documents]
    assert sorted([*drawn, *graph.left_out]) == sorted(told.documents)
    layout = place(graph)
    for one, other in combinations(layout.boxes.values(), 2):
        assert one.x + one.width <= other.x or other.x + other.width <= one.x or (
            one.y + one.height <= other.y + 1e-9 or other.y + other.height <= one.y + 1e-9
        )  # fmt: skip
    for link in graph.links:
        assert layout.boxes[link.one].x < layout.boxes[link.other].x
    picture, width = draw_graph(graph, "a graph")
    root = etree.fromstring(str(picture).encode())
    assert float(root.get("viewBox").split()[2]) == pytest.approx(width, rel=1e-4)
    listed = {branch.name for branch in walk(branches(index, told))}
    assert all(any(f"Headline {name[1:]}" in text for text in listed) for name in told.documents)


def walk(some: tuple) -> list:
    return [one for branch in some for one in (branch, *walk(branch.below))]


def letters_fit(root: etree._Element) -> bool:
    boxes = [(float(r.get("x")), float(r.get("width"))) for r in root.iter(f"{SVG}rect") if "node" in r.get("class")]
    for text in root.iter(f"{SVG}text"):
        x = float(text.get("x"))
        size = 13.0 if text.get("class").startswith("name") else 11.0
        if not any(left < x and x + text_width(text.text, size) <= left + width for left, width in boxes):
            return False
    return True


def test_letters_stay_within_their_nodes(twelve: CoverageResult, hostile: Callable[[str], CoverageResult]) -> None:
    for result in (twelve, hostile("W" * 500), hostile("漢字" * 90)):
        index = Index(result)
        picture, _ = draw_graph(derivation(index, index.stories[0]), "a graph")
        assert letters_fit(etree.fromstring(str(picture).encode()))


def test_stronger_links_are_drawn_wider(twelve: CoverageResult) -> None:
    index = Index(twelve)
    picture, _ = draw_graph(derivation(index, index.stories[0]), "a graph")
    root = etree.fromstring(str(picture).encode())
    drawn = []
    for path in root.iter(f"{SVG}path"):
        if "link" in path.get("class"):
            p = float(re.search(r"probability ([\d.]+)", path[0].text)[1])
            drawn.append((p, float(path.get("stroke-width")), float(path.get("opacity"))))
    assert len(drawn) > 5
    assert [w for _, w, _ in sorted(drawn)] == sorted(w for _, w, _ in drawn)
    assert [o for _, _, o in sorted(drawn)] == sorted(o for _, _, o in drawn)


def timeline_boxes(root: etree._Element) -> list[tuple[float, float, float]]:
    boxes = []
    for text in root.iter(f"{SVG}text"):
        if text.get("class") == "label":
            wide, x = text_width(text.text, 12.0), float(text.get("x"))
            left = x - wide if text.get("text-anchor") == "end" else x
            boxes.append((left, left + wide, float(text.get("y"))))
    return boxes


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5), st.integers(0, 30)), min_size=1, max_size=60))
def test_labels_of_a_timeline_do_not_overlap_and_stay_in_the_picture(rows: list[tuple[int, int, int]]) -> None:
    base = documents(len(rows))
    some = tuple(
        replace(
            one,
            published=date(2030, 1, 1) + timedelta(days=day) if day % 7 else None,
            updated=date(2030, 1, 1) + timedelta(days=day + later) if later % 3 else None,
            outlet=f"Outlet of some length {k}",
        )
        for one, (day, k, later) in zip(base, rows, strict=True)
    )
    index, told = indexed(some, *(takes(one.id, f"report:r{row[1]}") for one, row in zip(some, rows, strict=True)))
    line = timeline_of(index, told)
    if line is None:
        assert not any(one.published for one in some)
        return
    shown = [name for lane in line.lanes for mark in lane.marks for name in mark.documents]
    assert sorted([*shown, *line.undated]) == sorted(told.documents)
    root = etree.fromstring(str(draw_timeline(index, line, "a timeline")).encode())
    width = float(root.get("viewBox").split()[2])
    boxes = timeline_boxes(root)
    for left, right, _ in boxes:
        assert left >= 0
        assert right <= width + 1
    for one, other in combinations(boxes, 2):
        assert one[2] != other[2] or one[1] <= other[0] or other[1] <= one[0]


def test_one_day_alone_makes_a_timeline() -> None:
    index, told = indexed(documents(5, day=date(2030, 5, 4)))
    line = timeline_of(index, told)
    assert line is not None
    text = str(draw_timeline(index, line, "a timeline"))
    assert "4 May" in text
    assert text.count("dot original") == 5


def test_the_ends_of_the_calendar_make_a_timeline() -> None:
    some = (replace(documents(1)[0], published=date.min), replace(documents(2)[1], published=date.max))
    index, told = indexed(some)
    line = timeline_of(index, told)
    assert line is not None
    text = str(draw_timeline(index, line, "a timeline"))
    etree.fromstring(text.encode())
    assert len(text) < 20_000


def test_no_day_makes_no_timeline() -> None:
    index, told = indexed(documents(5))
    assert timeline_of(index, told) is None


def test_lanes_follow_the_strongest_origin_to_its_root(twelve: CoverageResult) -> None:
    index = Index(twelve)
    lanes = lanes_of(index, index.stories[0])
    assert sorted(lanes["No origin found"]) == ["coast", "plain"]
    assert len(lanes["Fjord Institute"]) == 10
    assert set(lanes_of(index, index.stories[1])) == {"No origin found"}


def test_lanes_end_in_a_circle_of_origins() -> None:
    index, told = indexed(documents(2, day=date(2030, 1, 1)), takes("d0", "document:d1"), takes("d1", "document:d0"))
    assert sum(len(names) for names in lanes_of(index, told).values()) == 2


def group_of(*quantities: Quantity, verdict: AgainstMeasured | None = None) -> tuple[Index, Agreement]:
    some = documents(len(quantities), day=date(2030, 1, 1))
    claims = tuple(
        Claim(f"c{k}", f"d{k}", Span(0, 5), "Words", quantity, "car", "count") for k, quantity in enumerate(quantities)
    )
    index, _ = indexed(some, claims=claims)
    return index, Agreement(tuple(one.id for one in claims), 0, 1, 0, against_measured=verdict)


finite = st.floats(-1e9, 1e9).map(lambda value: round(value, 3))


@settings(deadline=None)
@given(st.lists(st.tuples(finite, finite, st.sampled_from(["both", "low", "high"])), min_size=1, max_size=20))
def test_marks_lie_on_the_scale_in_the_order_of_their_figures(rows: list[tuple[float, float, str]]) -> None:
    quantities = [
        Quantity(
            min(a, b) if which != "high" else None,
            max(a, b) if which != "low" else None,
            {"both": "between", "low": "at least", "high": "no more than"}[which],
        )
        for a, b, which in rows
    ]
    index, group = group_of(*quantities)
    plot = plot_of(index, group, None)
    assert plot is not None
    for row in plot.rows:
        assert 0.0 <= row.left <= row.right <= 100.0
    places = [place for place, _ in plot.ticks]
    assert places == sorted(places)
    assert all(0.0 <= place <= 100.0 for place in places)


def test_arrows_go_on_where_the_text_leaves_it_open() -> None:
    index, group = group_of(
        Quantity(70, None, "at least", figure=70),
        Quantity(0, 20, "no more than", figure=20),
        Quantity(30, 40, "between"),
    )
    plot = plot_of(index, group, None)
    assert plot is not None
    assert [(row.open_left, row.open_right) for row in plot.rows] == [(False, True), (True, False), (False, False)]
    assert plot.rows[2].left < plot.rows[2].right
    assert plot.rows[1].left == plot.rows[1].right < plot.rows[2].left < plot.rows[0].left


def test_counts_of_one_figure_have_whole_ticks() -> None:
    index, group = group_of(Quantity(2, 2, "exact"), Quantity(2, 2, "exact"))
    plot = plot_of(index, group, None)
    assert plot is not None
    assert [label for _, label in plot.ticks] == ["1", "2", "3"]


def test_figures_of_unlike_size_are_set_on_a_logarithmic_scale() -> None:
    index, group = group_of(Quantity(60, 60, "exact"), Quantity(2_500_000, 2_500_000, "exact"))
    plot = plot_of(index, group, None)
    assert plot is not None
    assert plot.unequal
    assert len(plot.ticks) >= 3


def test_many_claims_share_rows_by_their_figure() -> None:
    index, group = group_of(*(Quantity(60 + k % 3, 60 + k % 3, "exact") for k in range(30)))
    plot = plot_of(index, group, None)
    assert plot is not None
    assert [row.who for row in plot.rows] == [f"Headline {k} and 9 others" for k in range(3)]


@given(st.integers(0, 200), st.lists(st.integers(1, 1000), min_size=1, max_size=40))
def test_the_interval_of_a_measured_count_holds_what_it_says(first: int, weights: list[int]) -> None:
    total = sum(weights)
    measured = MeasuredCount(first, tuple(weight / total for weight in weights))
    low, middle, high = measured_interval(measured)
    assert first <= low <= middle <= high < first + len(weights)
    for number, level in ((low, 0.05), (middle, 0.5), (high, 0.95)):
        assert measured.at_most(number) >= level - 1e-9
        assert measured.at_most(number - 1) < level + 1e-9


def test_the_measured_count_is_drawn_where_it_was_compared(measured: MeasuredCount) -> None:
    verdict = AgainstMeasured("consistent", 0.4)
    index, group = group_of(Quantity(60, 60, "exact"), verdict=verdict)
    plot = plot_of(index, group, measured)
    assert plot is not None
    assert plot.measured is not None
    assert plot.measured.left < plot.measured.middle < plot.measured.right
    assert max(height for *_, height in plot.measured.bars) == 100.0
    index, group = group_of(Quantity(60, 60, "exact"), verdict=AgainstMeasured("not comparable", reason="another day"))
    other = plot_of(index, group, measured)
    assert other is not None
    assert other.measured is None
