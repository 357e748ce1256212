"""Tokens, sentences, quotations, tables of phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.words.tokens import quoted_spans, sentences, tokenise
from wayside.coverage.words.tries import Phrases


@given(st.text(max_size=300))
def test_tokens_lie_in_order_and_hold_everything_but_spaces(text: str) -> None:
    tokens = tokenise(text, 0, len(text))
    reached = 0
    for token in tokens:
        assert reached <= token.start < token.end
        assert text[token.start : token.end] == token.text
        reached = token.end
    kept = "".join(token.text for token in tokens)
    lost = [mark for mark in text if not mark.isspace() and mark != "_" and mark not in kept]
    # What is neither letter, digit nor mark: control characters of \w's own making are left out, underscores too.
    assert all(not mark.isalpha() and not mark.isdecimal() for mark in lost)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don’t stop U.S. trains", ["don’t", "stop", "U.S.", "trains"]),
        ("1,000 and 3,00,000 or 2.5", ["1,000", "and", "3,00,000", "or", "2.5"]),
        ("73両のコンテナ", ["73", "両", "の", "コンテナ"]),
        ("약 73량의", ["약", "73", "량의"]),
        ("café-bar", ["café", "-", "bar"]),
        ("W20b", ["W", "20", "b"]),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenise(text, 0, len(text))] == words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It came on Oct. 5. Then it left.", 2),
        ("He said “no.” They left.", 2),
        ("Mr. J. Smith of the U.S. Navy spoke.", 1),
        ("Am 4. November kam er. Dann ging er.", 2),
        ("貨車が確認された。列車は去った。", 2),
        ("One line\nand another", 2),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text, 0, len(text))) == count


@given(st.text(alphabet="ab.!? \n“”\"'1", max_size=200))
def test_sentences_hold_every_token_once(text: str) -> None:
    whole = [token for line in text.split("\n") for token in tokenise(line, 0, len(line))]
    assert sum(len(one.tokens) for one in sentences(text, 0, len(text))) == len(whole)


def test_a_text_without_full_stops_is_cut_into_pieces() -> None:
    text = "car " * 2000
    assert max(len(one.tokens) for one in sentences(text, 0, len(text))) <= 302


def test_quotations_run_to_the_closing_mark_or_the_end_of_the_line() -> None:
    text = "He said “yes” and “no\nthen ‘so’ it’s"
    assert [text[start:stop] for start, stop in quoted_spans(text, 0, len(text))] == ["yes", "no", "so"]


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4)


@given(st.lists(WORDS, min_size=1, max_size=8), st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_a_table_of_phrases_finds_what_a_plain_search_finds(phrases: list[list[str]], words: list[str]) -> None:
    table = Phrases({" ".join(phrase): " ".join(phrase) for phrase in phrases})
    text = " ".join(words)
    tokens = tokenise(text, 0, len(text))
    for index in range(len(words) + 1):
        starting = [phrase for phrase in phrases if words[index : index + len(phrase)] == phrase]
        ending = [phrase for phrase in phrases if len(phrase) <= index and words[index - len(phrase) : index] == phrase]
        longest = max((len(phrase) for phrase in starting), default=None)
        found = table.at(tokens, index)
        assert (found[0] - index if found else None) == longest
        back = table.before(tokens, index)
        assert (index - back[0] if back else None) == max((len(phrase) for phrase in ending), default=None)
