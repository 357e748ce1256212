"""The gate's own arithmetic, on made-up texts and results."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import hypothesis.strategies as st
import pytest
from coverage_grouping import bcubed, origin_names, pairs
from coverage_labels import Text
from coverage_measure import CLAIM_METRICS, table
from coverage_scoring import (
    combined,
    right_chain,
    right_kind,
    right_source,
    score_boilerplate,
    score_lines,
    score_text,
    trimmed,
)
from hypothesis import given

from wayside.model.claims import Claim, Join, Quantity
from wayside.model.documents import Document, Span

RAW = "Harbour Watch said on Monday that at least 40 tents stood there (about 12 km away), Reuters reported."


def text(**given_: Any) -> Text:
    document = Document("1", "1.txt", RAW, (Span(0, len(RAW)),))
    known = {"label": {}, "cluster": "rail-1", "family": "f", "language": "en", "url": "https://post.example/a"}
    return Text(id="1", document=document, kept_aside=False, raw=RAW, **{**known, **given_})


def claim(quote: str, low: float | None, high: float | None, **given_: Any) -> Claim:
    start = RAW.index(quote)
    quantity = Quantity(low, high, given_.pop("approximation", "at least"), figure=low or high)
    known: dict[str, Any] = {"counted": "tent", "kind": "count", "asserted_by": "Harbour Watch", "via": ("Reuters",)}
    known |= given_
    return Claim(
        id=known.pop("id", "c1"),
        document="1",
        span=Span(start, start + len(quote)),
        quote=quote,
        quantity=quantity,
        **known,
    )


def label(quote: str, **given_: Any) -> dict[str, Any]:
    start = RAW.index(quote)
    known = {
        "start": start,
        "end": start + len(quote),
        "quantity_low": 40,
        "quantity_high": None,
        "approximation": "at least",
        "unit": "tents",
        "kind": "count",
        "attributed_to": "Harbour Watch (NIMA)",
        "reported_via": ["Reuters"],
    }
    return {**known, **given_}


def test_a_right_claim_is_right_in_everything() -> None:
    one = [claim("at least 40 tents", 40, None)]
    counts = score_text(text(), one, one, [label("at least 40 tents")])
    scores = {name: (counts[top], counts[bottom]) for name, top, bottom in CLAIM_METRICS}
    absent = {
        "none, where none is named",
        "no name, where the text lacks the label's",
        "inferred sources that are right",
    }
    assert {name for name, score in scores.items() if score == (0, 0)} == absent
    assert all(score == (1, 1) for name, score in scores.items() if name not in absent)


def test_a_claim_that_was_not_found_is_wrong_in_everything() -> None:
    counts = score_text(text(), [], [], [label("at least 40 tents")])
    assert counts["labels"] == 1
    assert not any(counts[top] for _, top, _ in CLAIM_METRICS)


def test_each_fault_costs_its_own_metric_alone() -> None:
    right = {"found", "span", "bounds", "word", "thing", "kind", "source", "chain", "chain, strict"}
    good = label("at least 40 tents")
    faults: list[tuple[set[str], Claim]] = [
        ({"span"}, claim("40 tents", 40, None)),
        ({"bounds"}, claim("at least 40 tents", 41, None)),
        ({"word"}, claim("at least 40 tents", 40, None, approximation="more than")),
        ({"thing"}, claim("at least 40 tents", 40, None, counted="ship")),
        ({"kind"}, claim("at least 40 tents", 40, None, kind="maximum")),
        ({"source"}, claim("at least 40 tents", 40, None, asserted_by="Harbour Police")),
        ({"chain", "chain, strict"}, claim("at least 40 tents", 40, None, via=("AFP",))),
        ({"chain", "chain, strict"}, claim("at least 40 tents", 40, None, via=())),
    ]
    for lost, one in faults:
        counts = score_text(text(), [one], [one], [good])
        assert {name for name in right if not counts[name]} == lost


def test_unlabelled_figures_cost_precision_and_comparisons_do_not() -> None:
    more = [
        claim("at least 40 tents", 40, None),
        claim("about 12 km", 12, 12, id="c2", counted="kilometre", kind="length"),
        claim("Monday", 2, 2, id="c3", kind="ordinal"),
        claim("stood", None, None, id="c4", kind="comparison"),
    ]
    counts = score_text(text(), more, more, [label("at least 40 tents")])
    assert (counts["predicted, labelled"], counts["predicted"]) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "bounds"), [("or", (12, 40)), ("and", (52, None)), ("same", (40, None)), ("part of", (40, None))]
)
def test_a_label_over_joined_claims_meets_them_together(kind: str, bounds: tuple[float, float | None]) -> None:
    first = claim("at least 40 tents", 40, None)
    second = claim("about 12 km", 12, 12, id="c2", joins=(Join("c1", kind),))
    inside, low, high = combined([first, second], label("at least 40 tents stood there (about 12 km away)"))
    assert (low, high) == bounds
    assert len(inside) == (1 if kind == "part of" else 2)


def test_the_outlet_and_descriptions_are_no_part_of_a_chain_but_where_it_is_strict() -> None:
    here = text()
    one = claim("at least 40 tents", 40, None, via=("Post", "Reuters"))
    wanted = label("at least 40 tents", reported_via=["agencies (unnamed)", "Reuters"])
    assert right_chain(one, here, wanted, strict=False)
    assert not right_chain(one, here, wanted, strict=True)


def test_nobody_is_the_source_of_what_nobody_is_named_for() -> None:
    assert right_source(claim("at least 40 tents", 40, None, asserted_by=None), "article narrator")
    assert not right_source(claim("at least 40 tents", 40, None, asserted_by=None), "Harbour Watch")


def test_what_is_per_something_may_be_a_rate() -> None:
    rate = claim("at least 40 tents", 40, None, kind="rate")
    assert right_kind(rate, label("40", unit="rounds per day"))
    assert not right_kind(rate, label("40"))
    assert right_kind(claim("40", 40, 40, kind="maximum"), label("40", kind="baseline_max(MUTATED)"))


@given(st.text(alphabet=" ab().,", min_size=1, max_size=12), st.data())
def test_trimming_cuts_marks_at_the_ends_alone(raw: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    one, other = trimmed(raw, start, end)
    assert raw[one:other] == raw[start:end].strip(" ().,")


def test_claims_in_labelled_boilerplate_are_counted() -> None:
    at = RAW.index("about 12")
    here = text(label={"boilerplate_char_spans": [[at, at + 5]]})
    counts = score_boilerplate(here, [claim("at least 40 tents", 40, None), claim("about 12 km", 12, 12, id="c2")])
    assert counts == Counter({"claims": 2, "in boilerplate": 1})


def test_lines_are_kept_and_cut_whole() -> None:
    raw = "one\n two \nthree\nfour"
    document = Document("1", "1.txt", raw, (Span(0, 3), Span(5, 7), Span(17, 18)))
    lines = score_lines(document, raw, {"boilerplate_lines_1based": [[3, 4]]})
    assert (lines.body, lines.body_lost, lines.boilerplate, lines.boilerplate_kept) == (2, 1, 2, 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_pairs_and_b_cubed_agree_with_their_definitions(groups: list[tuple[int, int]]) -> None:
    found = {str(at): str(group) for at, (group, _) in enumerate(groups)}
    truth = {str(at): str(group) for at, (_, group) in enumerate(groups)}
    both = sum(a[0] == b[0] and a[1] == b[1] for a, b in combinations(groups, 2))
    assert pairs(found, truth)["both"] == both
    precision, recall = bcubed(found, truth)
    assert bcubed(truth, found) == (recall, precision)
    assert (precision == 1.0) == (pairs(found, truth)["both"] == pairs(found, truth)["found"])
    assert bcubed(truth, truth) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("origin", "names"),
    [
        ("AFP (Anna Berg), edited by Post (own headline)", ["AFP"]),
        ("Delta from the report", ["Delta", "Beyond Parallel (CSIS)"]),
        ("PRIMARY: Harbour Watch report", []),
        ("AFP Spanish translation", ["AFP"]),
        ("Norwegian outlet, Italian MT", ["Norwegian"]),
        ("same article, German edition", ["another text of the family"]),
        ("Harbour Watch's report; 'Sources By Somebody'", ["Harbour Watch's"]),
    ],
)
def test_names_are_read_from_the_readers_words_on_the_origin(origin: str, names: list[str]) -> None:
    assert origin_names(text(label={"origin": origin})) == names


def test_a_table_has_a_column_for_each_set_and_every_other_score_below() -> None:
    printed = table(
        {
            "five reports": {"digest": "", "scores": {"claims found": [3, 4], "lines": [1, 2]}},
            "in view, English": {"digest": "", "scores": {"claims found": [5, 6]}},
            "together": {"digest": "", "scores": {"pairs": [7, 8]}},
        }
    )
    assert "3/4      5/6" in printed
    assert "pairs" in printed
