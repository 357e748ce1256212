from __future__ import annotations

from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.errors import WaysideError
from wayside.report.coverage.layout import Box, Layout, acyclic, crossings, layered, naive_order, spaced

SIZE = (100.0, 40.0)
Graph = tuple[dict[str, int], list[tuple[str, str]]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A graph without circles: edges go from lower to higher numbers."""
    n = draw(st.integers(1, 14))
    names = [f"n{k}" for k in range(n)]
    pairs = [(names[i], names[j]) for i, j in combinations(range(n), 2)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=24)) if pairs else []
    return {name: draw(st.integers(0, 2)) for name in draw(st.permutations(names))}, edges


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height - 1e-9
        and other.y < one.y + one.height - 1e-9
    )


def place(nodes: dict[str, int], edges: list[tuple[str, str]]) -> Layout:
    return layered(nodes, edges, size=SIZE, between=60.0, gap=8.0, heights={"n1": 25.0})


@settings(deadline=None)
@given(graphs())
def test_no_two_nodes_overlap_and_links_point_downstream(graph: Graph) -> None:
    layout = place(*graph)
    for one, other in combinations(layout.boxes.values(), 2):
        assert not overlap(one, other)
    for (one, other), route in layout.routes.items():
        assert layout.boxes[one].x + SIZE[0] < layout.boxes[other].x
        assert all(a[0] < b[0] for a, b in pairwise(route))
    for box in layout.boxes.values():
        assert box.y >= -1e-9
        assert box.y + box.height <= layout.height + 1e-9
        assert box.x + box.width <= layout.width + 1e-9


@settings(deadline=None)
@given(graphs())
def test_links_pass_no_other_node(graph: Graph) -> None:
    layout = place(*graph)
    for (one, other), route in layout.routes.items():
        inside = route[1:-1]
        for (x, y), (to_x, _) in zip(inside[::2], inside[1::2], strict=True):
            for name, box in layout.boxes.items():
                if name not in {one, other} and box.x < to_x and x < box.x + box.width:
                    assert not box.y < y < box.y + box.height


@settings(deadline=None)
@given(graphs())
def test_links_do_not_cross_more_often_than_in_the_given_order(graph: Graph) -> None:
    nodes, edges = graph
    layout = place(nodes, edges)
    columns = sorted({box.x for box in layout.boxes.values()})
    level = {name: columns.index(layout.boxes[name].x) for name in nodes}
    full = dict(level)
    steps = []
    for k, (one, other) in enumerate(edges):
        way = [one, *(f"bend {k} {at}" for at in range(level[one] + 1, level[other])), other]
        full.update({bend: level[one] + 1 + i for i, bend in enumerate(way[1:-1])})
        steps += list(pairwise(way))
    assert layout.crossings <= crossings(naive_order(full), steps)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), unique=True, max_size=14))
def test_crossings_are_those_counted_pair_by_pair(pairs: list[tuple[int, int]]) -> None:
    rows = [[f"a{k}" for k in range(7)], [f"b{k}" for k in range(7)]]
    steps = [(f"a{i}", f"b{j}") for i, j in pairs]
    slow = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(pairs, 2))
    assert crossings(rows, steps) == slow


@pytest.mark.parametrize("seed", range(40))
def test_small_graphs_come_near_the_fewest_crossings_there_can_be(seed: int) -> None:
    pairs = [(i, j) for i, j in product(range(4), range(4)) if (seed * 7 + i * 5 + j * 3) % 3 == 0]
    edges = [(f"a{i}", f"b{j}") for i, j in pairs]
    nodes = {f"a{k}": 0 for k in range(4)} | {f"b{k}": 1 for k in range(4)}
    layout = layered(nodes, edges, size=SIZE, between=60.0, gap=8.0)
    best = min(
        sum((left.index(a[0]) - left.index(b[0])) * (right.index(a[1]) - right.index(b[1])) < 0
            for a, b in combinations(pairs, 2))
        for left in permutations(range(4)) for right in permutations(range(4))
    )  # fmt: skip
    assert best <= layout.crossings <= best + 2


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=6),
    st.lists(st.floats(0.5, 20), min_size=5, max_size=5),
    st.lists(st.floats(-60, 60), min_size=6, max_size=6),
)
def test_spacing_keeps_distances_and_nothing_that_keeps_them_is_nearer(
    wanted: list[float], gaps: list[float], other: list[float]
) -> None:
    apart = gaps[: len(wanted) - 1]
    found = spaced(wanted, apart)
    assert all(b - a >= gap - 1e-6 for (a, b), gap in zip(pairwise(found), apart, strict=True))

    def cost(values: list[float]) -> float:
        return sum((a - b) ** 2 for a, b in zip(values, wanted, strict=True))

    rival = [other[0]]
    for value, gap in zip(other[1 : len(wanted)], apart, strict=True):
        rival.append(max(value, rival[-1] + gap))
    assert cost(found) <= cost(rival) + 1e-6


def test_a_circle_is_split_before_and_refused_in_a_layout() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")]
    assert acyclic(edges) == ((("a", "b"), ("b", "c"), ("a", "c")), (("c", "a"),))
    with pytest.raises(WaysideError):
        layered(dict.fromkeys("abc", 0), edges, size=SIZE, between=60.0, gap=8.0)


def test_the_strongest_link_of_a_circle_is_kept() -> None:
    assert acyclic([("b", "a"), ("a", "b")]) == ((("b", "a"),), (("a", "b"),))


def test_nothing_has_a_layout() -> None:
    layout = layered({}, [], size=SIZE, between=60.0, gap=8.0)
    assert (layout.boxes, layout.width, layout.height) == ({}, 0.0, 0.0)


def test_what_nothing_joins_stands_below_the_rest() -> None:
    nodes = {"alone": 1, "a": 0, "b": 1, "c": 1}
    layout = layered(nodes, [("a", "b"), ("a", "c")], size=SIZE, between=60.0, gap=8.0)
    assert layout.boxes["alone"].y > max(layout.boxes["b"].y, layout.boxes["c"].y)
