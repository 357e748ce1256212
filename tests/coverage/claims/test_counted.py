"""Noun phrases, singulars, groups of things."""

from __future__ import annotations

import pytest

from wayside.coverage.claims.counted import context_noun, noun_phrase
from wayside.coverage.claims.nouns import on_rails, singular, stands, thing_of
from wayside.coverage.tables import languages, table
from wayside.coverage.words.tokens import tokenise


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("railcars", "railcar"),
        ("boxes", "box"),
        ("buses", "bus"),
        ("batteries", "battery"),
        ("aircraft", "aircraft"),
        ("gas", "gas"),
        ("warehouses", "warehouse"),
        ("torpedoes", "torpedo"),
        ("branches", "branch"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("text", "name", "modifiers"),
    [
        ("freight railcars observed there", "freight railcar", ("freight",)),
        ("arms shipments by sea", "arms shipment", ("arms",)),
        ("aircraft carriers", "aircraft carrier", ("aircraft",)),
        ("Los Angeles submarines dived", "los angeles submarine", ("Los", "Angeles")),
        ("burnt-out trucks", "burnt out truck", ("burnt", "out")),
        ("20-foot containers", "20 foot container", ("20 foot",)),
        ("152 mm shells", "152 mm shell", ("152 mm",)),
        ("rounds of 122 mm", "122 mm round", ("122 mm",)),
        ("other ships", "ship", ()),
        ("more of the ships", "ship", ()),
        ("landing craft were", "landing craft", ("landing",)),
    ],
)
def test_noun_phrases(text: str, name: str, modifiers: tuple[str, ...]) -> None:
    found = noun_phrase(tokenise(text, 0, len(text)), 0, 20)
    assert found is not None
    assert (found.name, found.modifiers) == (name, modifiers)


@pytest.mark.parametrize("text", ["were seen", "of rice", ", ships", "in the yards", ""])
def test_what_is_no_noun_phrase(text: str) -> None:
    assert noun_phrase(tokenise(text, 0, len(text)), 0, 20) is None


def test_one_may_count_a_singular() -> None:
    text = "single railcar stood there"
    found = noun_phrase(tokenise(text, 0, len(text)), 0, 1)
    assert found is not None
    assert found.name == "single railcar"


def test_the_nearest_thing_before_is_the_context() -> None:
    tokens = tokenise("The tents and freight cars there numbered", 0, 40)
    found = context_noun(tokens, len(tokens))
    assert found is not None
    assert (found.name, found.known) == ("freight car", True)


def test_a_bare_car_is_a_railcar_only_where_a_railway_is_spoken_of() -> None:
    assert thing_of("car") == "railcar"
    assert thing_of("car", on_rails=False) == "vehicle"
    assert thing_of("freight car", on_rails=False) == "railcar"
    assert thing_of(None) is None


@pytest.mark.parametrize(
    ("counted", "thing"),
    [
        ("152 mm shell", "round"),
        ("вагон", "railcar"),
        ("güterwaggon", "railcar"),
        ("貨車", "railcar"),
        ("widget", "widget"),
    ],
)
def test_things_of_all_languages_are_grouped(counted: str, thing: str) -> None:
    assert thing_of(counted) == thing


def test_railcars_stand_and_rounds_do_not() -> None:
    assert stands("railcar")
    assert not stands("round")
    assert not stands(None)


def test_words_of_the_railway_are_known() -> None:
    assert on_rails(["a", "freight", "yard"])
    assert not on_rails(["a", "car", "park"])


@pytest.mark.parametrize("language", languages("counted"))
def test_every_group_of_another_language_is_a_group_of_english_and_every_form_has_its_word(language: str) -> None:
    rows = table("counted", language)
    english = table("counted", "en")["things"]
    groups = {*rows["things"], *rows.get("counters", {}).values()}
    assert groups <= {*english, "horse"}
    words = {word for entries in rows["things"].values() for word in entries}
    assert set(rows.get("forms", {})) <= words
