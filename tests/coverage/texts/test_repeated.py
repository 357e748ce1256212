"""Lines of a template are cut; lines of a syndicated article are not."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coverage.texts.articles import ENGLISH, Article

from wayside.coverage.texts.repeated import cut_repeated
from wayside.model.documents import Document, Span

TEMPLATE = "Our readers pay for this reporting; become a member of the Courier today and help us to go on with it."


def document(name: str, lines: list[str], outlet: str | None = None) -> Document:
    text = "\n".join(lines)
    spans, start = [], 0
    for line in lines:
        spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    return Document(id=name, file=name, text=text, body=tuple(spans), outlet=outlet)


def body(one: Document) -> list[str]:
    return [one.text[span.start : span.end] for span in one.body]


def test_a_template_of_one_outlet_is_cut() -> None:
    documents = [document(f"d{n}", [*one.paragraphs, TEMPLATE], "The Courier") for n, one in enumerate(ENGLISH)]
    found = cut_repeated(documents)
    assert [body(one) for one in found] == [list(one.paragraphs) for one in ENGLISH]
    assert {cut.reason for one in found for cut in one.cuts} == {"repeated in other documents"}
    assert all(one.text[one.cuts[0].span.start : one.cuts[0].span.end] == TEMPLATE for one in found)


def test_three_strangers_with_one_line_share_a_template() -> None:
    documents = [document(f"d{n}", [*one.paragraphs, TEMPLATE]) for n, one in enumerate(ENGLISH[:3])]
    assert all(TEMPLATE not in body(one) for one in cut_repeated(documents))
    assert cut_repeated(documents[:2]) == tuple(documents[:2])


def test_a_syndicated_article_is_never_cut() -> None:
    for outlet in (None, "The Courier"):
        copies = [document(f"d{n}", list(ENGLISH[0].paragraphs), outlet) for n in range(5)]
        assert cut_repeated(copies) == tuple(copies)
        others = [document(f"o{n}", list(one.paragraphs), outlet) for n, one in enumerate(ENGLISH[1:])]
        assert cut_repeated([*copies, *others]) == (*copies, *others)


def test_a_quotation_that_rewrites_share_is_never_cut() -> None:
    quotation = ENGLISH[0].paragraphs[2]
    rewrites = []
    for n, article in enumerate(rewritten(ENGLISH[0], 6)):
        rewrites.append(document(f"d{n}", [*article, quotation], f"Outlet {n % 3}"))
    assert all(quotation in body(one) for one in cut_repeated(rewrites))


def rewritten(article: Article, count: int) -> list[list[str]]:
    """The article with a third of its words left out, each time others."""
    rng = random.Random(5)  # noqa: S311 - draws words, not secrets
    return [
        [" ".join(word for word in line.split() if rng.random() > 0.33) + "." for line in article.paragraphs]
        for _ in range(count)
    ]


def test_nothing_is_cut_to_nothing() -> None:
    documents = [document(f"d{n}", [TEMPLATE], "The Courier") for n in range(3)]
    assert cut_repeated(documents) == tuple(documents)
    assert cut_repeated([]) == ()


POOL = [TEMPLATE, *(line for one in ENGLISH[:3] for line in one.paragraphs)]


@given(
    st.lists(st.lists(st.sampled_from(POOL), min_size=1, max_size=8), max_size=8),
    st.sampled_from([None, "The Courier"]),
)
@settings(max_examples=60)
def test_bodies_shrink_and_everything_is_accounted_for(bodies: list[list[str]], outlet: str | None) -> None:
    documents = [document(f"d{n}", lines, outlet) for n, lines in enumerate(bodies)]
    found = cut_repeated(documents)
    assert len(found) == len(documents)
    for before, after in zip(documents, found, strict=True):
        assert body(after)
        left = "".join(body(after)) + "".join(after.text[cut.span.start : cut.span.end] for cut in after.cuts)
        assert sorted(left) == sorted("".join(body(before)))
        assert replace(after, body=before.body, cuts=()) == before
