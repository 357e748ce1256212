"""Bounds, units and what is counted, on sentences written for the purpose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.claims.comparisons import find_comparisons
from wayside.coverage.claims.counted import singular, thing_of
from wayside.coverage.claims.quantities import Found, find_quantities
from wayside.coverage.words.lexicon import AFTER, BEFORE
from wayside.coverage.words.tokens import tokenise


def find(text: str, language: str = "en") -> list[tuple[str, Found]]:
    tokens = tokenise(text, 0, len(text))
    return [
        (text[tokens[one.first].start : tokens[one.stop - 1].end], one) for one in find_quantities(tokens, (), language)
    ]


def only(text: str, language: str = "en") -> tuple[str, Found]:
    found = find(text, language)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "quote", "low", "high", "approximation"),
    [
        ("It shows at least 70 freight cars there.", "at least 70 freight cars", 70, None, "at least"),
        ("It holds more than 1,000 containers of goods.", "more than 1,000 containers", 1001, None, "more than"),
        ("They handed over more than 1,000 containers.", "more than 1,000 containers", 1001, None, "more than"),
        ("Fewer than twenty wagons stood.", "Fewer than twenty wagons", 0, 19, "fewer than"),
        ("It had no more than 20 cars.", "no more than 20 cars", 0, 20, "no more than"),
        ("Up to 73 railcars stood.", "Up to 73 railcars", 0, 73, "up to"),
        ("It saw 73 or so freight cars.", "73 or so freight cars", 73, 73, "approximately"),
        (
            "Images show about 20 railcars at this yard at most.",
            "about 20 railcars at this yard at most",
            0,
            20,
            "no more than",
        ),
        ("Between 60 and 80 wagons stood.", "60 and 80 wagons", 60, 80, "between"),
        ("He saw 60-80 wagons.", "60-80 wagons", 60, 80, "between"),
        ("He saw 60 to 80 wagons.", "60 to 80 wagons", 60, 80, "between"),
        ("Dozens of railcars stood.", "Dozens of railcars", 24, None, "at least"),
        ("Some 73 freight railcars stood.", "Some 73 freight railcars", 73, 73, "approximately"),
        ("Up to approximately 90 wagons fit.", "Up to approximately 90 wagons", 0, 90, "up to"),
        ("There were 73 railcars or more.", "73 railcars or more", 73, None, "at least"),
        ("Seventy-three boxcars stood.", "Seventy-three boxcars", 73, 73, "exact"),
    ],
)
def test_bounds(text: str, quote: str, low: float | None, high: float | None, approximation: str) -> None:
    words, found = only(text)
    assert (words, found.quantity.low, found.quantity.high, found.quantity.approximation) == (
        quote,
        low,
        high,
        approximation,
    )


@given(st.sampled_from(sorted(BEFORE)), st.integers(21, 999))
def test_every_phrase_before_a_number_has_its_meaning(phrase: str, number: int) -> None:
    _, found = only(f"The yard held {phrase} {number} railcars")
    assert found.quantity.figure == number
    assert found.quantity.approximation == BEFORE[phrase]
    assert (found.quantity.low is None) == (BEFORE[phrase] == "")
    assert (found.quantity.high is None) == (BEFORE[phrase] in {"at least", "more than"})


@given(st.sampled_from(sorted(AFTER)), st.integers(21, 999))
def test_every_phrase_after_a_thing_has_its_meaning(phrase: str, number: int) -> None:
    _, found = only(f"The yard held {number} railcars {phrase}.")
    assert found.quantity.approximation == AFTER[phrase]


@pytest.mark.parametrize(
    ("text", "quote", "kind", "unit", "counted"),
    [
        (
            "They fire approximately 60,000 rounds per day.",
            "approximately 60,000 rounds per day",
            "rate",
            "1/day",
            "round",
        ),
        ("They fire about 60,000 rounds daily.", "about 60,000 rounds daily", "rate", "1/day", "round"),
        ("Russia raised shell output to a projected 2.5 million.", "projected 2.5 million", "sum", "1", "shell"),
        ("A 20-month invasion goes on.", "20-month", "duration", "month", "month"),
        ("The week-long summit ended.", "week-long", "duration", "week", "week"),
        ("It is nearing its second year.", "nearing its second year", "duration", "year", "year"),
        ("The rise began five days after the summit.", "five days after the summit", "date-lag", "day", "day"),
        ("Traffic rose 30% this week.", "30%", "percentage", "%", None),
        ("Traffic rose by about 30 percent.", "about 30 percent", "percentage", "%", None),
        ("It cost $3 million.", "$3 million", "money", "USD", None),
        ("The train was 320 m long.", "320 m", "length", "m", None),
        ("Over 50,000 tonnes of coal went.", "Over 50,000 tonnes", "mass", "t", None),
        ("It carried 500,000 122 mm shells.", "500,000 122 mm shells", "count", "1", "122 mm shell"),
    ],
)
def test_kinds_and_units(text: str, quote: str, kind: str, unit: str, counted: str | None) -> None:
    words, found = only(text)
    assert (words, found.kind, found.quantity.unit) == (quote, kind, unit)
    if kind in {"count", "rate", "sum"}:
        assert found.counted == counted


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
    ],
)
def test_what_is_no_claim(text: str) -> None:
    assert find(text) == []


def test_from_to_is_a_change_and_not_a_range() -> None:
    found = find("It rose from 20 railcars to 73 railcars.")
    assert [one.quantity.figure for _, one in found] == [20, 73]


def test_the_thing_may_stand_before_the_number_and_is_flagged() -> None:
    found = find("Approximately 73 railcars stood there, against a maximum of 20.")
    assert [(one.quantity.low, one.quantity.high, one.counted) for _, one in found] == [
        (73, 73, "railcar"),
        (0, 20, "railcar"),
    ]
    assert found[1][1].flags == ("counted thing from context",)


@pytest.mark.parametrize(
    ("text", "language", "low", "high"),
    [
        ("muestran aproximadamente 73 vagones", "es", 73, 73),
        ("no hay más de 20 vagones", "es", 0, 20),
        ("rund 73 Waggons", "de", 73, 73),
        ("mindestens 70 Güterwaggons", "de", 70, None),
        ("около 73 вагонов", "ru", 73, 73),
        ("приблизно 73 вагони", "uk", 73, 73),
        ("jusqu'à 73 wagons", "fr", 0, 73),
        ("circa 73 vagoni", "it", 73, 73),
        ("ao menos 70 vagões de carga", "pt", 70, None),
    ],
)
def test_other_languages_by_their_tables(text: str, language: str, low: float, high: float | None) -> None:
    _, found = only(text, language)
    assert (found.quantity.low, found.quantity.high) == (low, high)
    assert thing_of(found.counted) == "railcar"


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("It has an unprecedented number of cars, it said.", "unprecedented number of cars"),
        ("It was the highest in years.", "highest in years"),
        (
            "That is greater than what was seen in the past five years.",
            "greater than what was seen in the past five years",
        ),
    ],
)
def test_comparisons(text: str, quote: str) -> None:
    tokens = tokenise(text, 0, len(text))
    found = find_comparisons(tokens)
    assert [text[tokens[one.first].start : tokens[one.stop - 1].end] for one in found] == [quote]


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("railcars", "railcar"),
        ("boxes", "box"),
        ("buses", "buse"),
        ("batteries", "battery"),
        ("aircraft", "aircraft"),
        ("gas", "gas"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


def test_a_bare_car_is_a_railcar_only_where_a_railway_is_spoken_of() -> None:
    assert thing_of("car") == "railcar"
    assert thing_of("car", on_rails=False) == "vehicle"
    assert thing_of("freight car", on_rails=False) == "railcar"
    assert thing_of(None) is None
