"""Every phrase of the tables has its meaning; generated sentences are read back; spans lie as they should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.claims.bounds import bound_before
from wayside.coverage.claims.found import Found
from wayside.coverage.claims.quantities import find_quantities
from wayside.coverage.tables import languages, table
from wayside.coverage.words.tokens import tokenise
from wayside.model.claims import APPROXIMATIONS, CERTAINTIES, JOINS, KINDS


def find(text: str, language: str = "en", before: str = "") -> list[tuple[str, Found]]:
    tokens = tokenise(text, 0, len(text))
    earlier = tokenise(before, 0, len(before))
    return [
        (text[tokens[one.first].start : tokens[one.stop - 1].end], one)
        for one in find_quantities(tokens, earlier, language)
    ]


def only(text: str, language: str = "en") -> tuple[str, Found]:
    found = find(text, language)
    assert len(found) == 1, found
    return found[0]


BEFORE = {phrase: meaning for meaning, phrases in table("bounds", "en")["before"].items() for phrase in phrases}
BEHIND = {phrase: meaning for meaning, phrases in table("bounds", "en")["behind"].items() for phrase in phrases}
FAR = {phrase: meaning for meaning, phrases in table("bounds", "en")["behind_far"].items() for phrase in phrases}


@given(st.sampled_from(sorted(BEFORE)), st.integers(21, 999))
def test_every_phrase_before_a_number_has_its_meaning(phrase: str, number: int) -> None:
    text = f"The yard there {phrase} {number} railcars"
    tokens = tokenise(text, 0, len(text))
    index = next(at for at, token in enumerate(tokens) if token.text == str(number))
    assert bound_before(tokens, index, "en").approximation == BEFORE[phrase]
    (_, found) = only(text)
    assert found.quantity.figure == number
    assert found.quantity.approximation == BEFORE[phrase]
    assert (found.quantity.high is None) == (BEFORE[phrase] in {"at least", "more than"})


@given(st.sampled_from(sorted(BEHIND | FAR)), st.integers(21, 999))
def test_every_phrase_behind_a_thing_has_its_meaning(phrase: str, number: int) -> None:
    _, found = only(f"The yard held {number} railcars {phrase}.")
    assert found.quantity.approximation == (BEHIND | FAR)[phrase]


@pytest.mark.parametrize("language", languages("bounds"))
def test_every_table_of_bounds_names_approximations_only(language: str) -> None:
    rows = table("bounds", language)
    named = {*rows["before"], *rows["behind"], *rows["behind_far"]}
    assert named <= set(APPROXIMATIONS)


# A grammar of sentences whose truth is known: number x bound x modifiers x noun x place in the sentence.
STRENGTHS = {
    "": ("exact", 0, 0),
    "at least ": ("at least", 0, None),
    "more than ": ("more than", 1, None),
    "no more than ": ("no more than", None, 0),
    "fewer than ": ("fewer than", None, -1),
    "up to ": ("up to", None, 0),
    "about ": ("approximately", 0, 0),
    "an estimated ": ("approximately", 0, 0),
}
LEADS = ("", "The pictures show ", "According to the office, ", "He said on Friday that it has ", "In all weathers, ")
TAILS = ("", " near the river", " at the terminal", ", the ministry said", " and a fence")
MODIFIERS = ("", "grey ", "empty freight ", "Russian ", "covered ", "flat-bottomed ")
NOUNS = {
    "wagons": "wagon",
    "lorries": "lorry",
    "aircraft": "aircraft",
    "silos": "silo",
    "boxes": "box",
    "ships": "ship",
}


FRAMES = st.tuples(st.sampled_from(LEADS), st.sampled_from(TAILS))
FIGURES = st.tuples(st.sampled_from(sorted(STRENGTHS)), st.integers(11, 1890), st.booleans())
THINGS = st.tuples(st.sampled_from(MODIFIERS), st.sampled_from(sorted(NOUNS)))


@given(FRAMES, FIGURES, THINGS)
def test_generated_sentences_are_read_back(
    frame: tuple[str, str], figure: tuple[str, int, bool], thing: tuple[str, str]
) -> None:
    bound, number, grouped = figure
    modifiers, noun = thing
    phrase = f"{bound}{f'{number:,}' if grouped else number} {modifiers}{noun}"
    quote, found = only(f"{frame[0]}{phrase}{frame[1]}.")
    approximation, low, high = STRENGTHS[bound]
    assert quote == phrase
    assert found.quantity.approximation == approximation
    assert found.quantity.low == (0 if low is None else number + low)
    assert found.quantity.high == (None if high is None else number + high)
    assert found.counted == f"{modifiers.lower().replace('-', ' ')}{NOUNS[noun]}"
    assert found.modifiers == tuple(modifiers.replace("-", " ").split())


@given(st.integers(2, 60), st.integers(1, 60), st.sampled_from([" to ", "–", " or ", "-"]))
def test_generated_ranges_are_read_back(low: int, more: int, joint: str) -> None:
    high = low + min(more, 2 * low)
    quote, found = only(f"They saw {low}{joint}{high} wagons there.")
    assert quote == f"{low}{joint}{high} wagons"
    assert (found.quantity.low, found.quantity.high) == (low, high)


WORDS = st.sampled_from(
    [
        "at",
        "least",
        "no",
        "more",
        "than",
        "up",
        "to",
        "about",
        "20",
        "70",
        "seventy-three",
        "half",
        "of",
        "the",
        "cars",
        "ships",
        "and",
        "or",
        ",",
        "(",
        ")",
        ".",
        "-",
        "–",
        "$",
        "%",
        "km",
        "a",
        "dozen",
        "between",
        "from",
        "not",
        "per",
        "day",
        "tens",
        "thousands",
        "million",
        "third",
        "twice",
        "as",
        "many",
        "times",
        "doubled",
        "who",
        "may",
        "plan",
        "1,000",
        "2.5",
        "in",
        "2023",
        "them",
        "none",
        "single",
        "record",
        "peak",
        "average",
        "of",
        "which",
        "including",
        "mid",
        "70s",
        "s",
        "low",
        "nearly",
        "two",
    ]
)


@given(st.lists(WORDS, max_size=40).map(" ".join), st.sampled_from(["en", "es", "de", "ru", "ja", "ko", "xx"]))
def test_spans_lie_inside_the_sentence_and_do_not_overlap(text: str, language: str) -> None:
    tokens = tokenise(text, 0, len(text))
    found = find_quantities(tokens, tokens[:5], language)
    reached = 0
    for index, one in enumerate(found):
        assert reached <= one.first < one.stop <= len(tokens)
        assert one.first <= one.number < one.stop
        assert one.kind in KINDS
        assert one.certainty in CERTAINTIES
        assert one.quantity.low is not None or one.quantity.high is not None
        if one.join is not None:
            assert one.join[0] < index
            assert one.join[1] in JOINS
        reached = one.stop


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "uk", "zh", "ko", "xx"]))
def test_any_text_is_read_without_an_error(text: str, language: str) -> None:
    tokens = tokenise(text, 0, len(text))
    find_quantities(tokens, (), language)


def test_the_thing_may_stand_before_the_number_and_is_flagged() -> None:
    found = find("Approximately 73 railcars stood there, against a maximum of 20.")
    assert [(one.quantity.low, one.quantity.high, one.counted) for _, one in found] == [
        (73, 73, "railcar"),
        (0, 20, "railcar"),
    ]
    assert found[1][1].flags == ("counted thing from context",)


def test_the_thing_may_stand_in_the_sentence_before() -> None:
    ((quote, one),) = find("Now there are at least 90.", before="Forty tents stood there.")
    assert (quote, one.counted) == ("at least 90", "tent")
    assert one.flags == ("counted thing from context",)


def test_an_output_is_a_sum_of_what_is_put_out() -> None:
    quote, one = only("The plant raised shell output this year to an estimated 2.5 million.")
    assert (quote, one.counted, one.kind, one.certainty) == ("an estimated 2.5 million", "shell", "sum", "estimated")


@pytest.mark.parametrize(
    ("text", "quote", "kind", "unit"),
    [
        ("A 20-month invasion goes on.", "20-month", "duration", "month"),
        ("The week-long summit ended.", "week-long", "duration", "week"),
        ("It is nearing its second year.", "nearing its second year", "duration", "year"),
        ("The rise began five days after the summit.", "five days after the summit", "date-lag", "day"),
    ],
)
def test_durations(text: str, quote: str, kind: str, unit: str) -> None:
    words, found = only(text)
    assert (words, found.kind, found.quantity.unit) == (quote, kind, unit)


@pytest.mark.parametrize(
    "text",
    [
        "Traffic grew over the past five years.",
        "Since 1991 it was the first visit.",
        "The two nations met in 2021.",
        "A couple of days later CBS News reported.",
        "It ended three days ago.",
        "The attack of Oct. 7 came at 9:11 PM.",
        "One of them spoke.",
        "1. The report follows.",
        "It was a double blow for the third party.",
        "They doubled down on it.",
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "language", "quote", "low", "high", "counted"),
    [
        ("muestran aproximadamente 64 vagones", "es", "aproximadamente 64 vagones", 64, 64, "vagón"),
        ("no hay más de 30 vagones de carga", "es", "no hay más de 30 vagones de carga", 0, 30, "vagón de carga"),
        ("rund 64 Waggons", "de", "rund 64 Waggons", 64, 64, "waggon"),
        (
            "mindestens vierundsechzig Güterwaggons",
            "de",
            "mindestens vierundsechzig Güterwaggons",
            64,
            None,
            "güterwaggon",
        ),
        ("около 64 вагонов", "ru", "около 64 вагонов", 64, 64, "вагон"),
        ("приблизно 64 вагони", "uk", "приблизно 64 вагони", 64, 64, "вагон"),
        ("jusqu'à 64 wagons", "fr", "jusqu'à 64 wagons", 0, 64, "wagon"),
        ("64 wagons, environ, sont là", "fr", "64 wagons, environ", 64, 64, "wagon"),
        ("circa 64 vagoni merci", "it", "circa 64 vagoni merci", 64, 64, "vagone merci"),
        ("ao menos 64 vagões de carga", "pt", "ao menos 64 vagões de carga", 64, None, "vagão de carga"),
        ("少なくとも64両の貨車が確認された", "ja", "少なくとも64両の貨車", 64, None, "貨車"),
        ("至少64节车厢", "zh", "至少64节车厢", 64, None, "车厢"),
        ("약 64량의 화물차", "ko", "약 64량의 화물차", 64, 64, "화물차"),
        ("64량 이상의 화차", "ko", "64량 이상의 화차", 64, None, "화차"),
        ("64両以上の貨車", "ja", "64両以上の貨車", 64, None, "貨車"),
        ("貨車は64両以下", "ja", "64両以下", 0, 64, "貨車"),
        ("超过一千节车厢", "zh", "超过一千节车厢", 1001, None, "车厢"),
    ],
)
def test_other_languages_by_their_tables(  # noqa: PLR0917  a column of the table each
    text: str, language: str, quote: str, low: float, high: float | None, counted: str
) -> None:
    words, found = only(text, language)
    assert (words, found.quantity.low, found.quantity.high, found.counted) == (quote, low, high, counted)
