"""The gate's own comparisons, on made-up names: what counts as the same, and what does not."""

from __future__ import annotations

import pytest
from coverage_names import (
    host_of,
    is_description,
    is_outlet,
    is_unattributed,
    parts_of,
    same_name,
    thing_of,
)


@pytest.mark.parametrize(
    ("found", "label"),
    [
        ("Harbour Watch", "Harbour Watch (NIMA)"),
        ("the Northern Institute for Maritime Affairs", "Harbour Watch (NIMA)"),
        ("NIMA", "Harbour Watch (NIMA)"),
        ("Harbour Watch project", "Harbour Watch (NIMA)"),
        ("Anna Berg", "Norwegian port director Anna Berg"),
        ("Port Director Anna Berg", "harbour chief Anna Berg"),
        ("U.S. official", "US official"),
        ("a U.S. official", "unnamed US official"),
        ("South Korean Defence Minister", "ROK defense minister Pak"),
        ("Білий дім", "White House (Jane Doe)"),
        ("Анна Бергсон", "Anna Bergson"),
        ("CBS", "CBS News"),
    ],
)
def test_these_are_the_same(found: str, label: str) -> None:
    assert same_name(found, label)


@pytest.mark.parametrize(
    ("found", "label"),
    [
        ("the group", "Harbour Watch (NIMA)"),
        ("Harbour Authority", "Harbour Watch (NIMA)"),
        ("AP", "approximate figures"),
        ("a", "Harbour Watch"),
        ("", "Harbour Watch"),
        ("…", "Harbour Watch"),
        ("Reuters", "AFP"),
        ("Борис", "Anna Bergson"),
    ],
)
def test_these_are_not(found: str, label: str) -> None:
    assert not same_name(found, label)


def test_parts_of_a_label_are_its_names() -> None:
    assert parts_of("Harbour Watch (NIMA), Berg") == ["Harbour Watch", "NIMA", "Berg"]


@pytest.mark.parametrize(
    ("label", "nobody"),
    [("unattributed", True), ("article narrator", True), ("unattributed forecasts", True), ("Reuters", False)],
)
def test_a_narrator_is_nobody(label: str, *, nobody: bool) -> None:
    assert is_unattributed(label) is nobody


@pytest.mark.parametrize(
    ("name", "describes"),
    [
        ("agencies (unnamed)", True),
        ("Ukrainian outlet", True),
        ("high-resolution satellite footage", True),
        ("Reuters", False),
        ("Kyiv Courier", False),
    ],
)
def test_a_description_names_nobody(name: str, *, describes: bool) -> None:
    assert is_description(name) is describes


@pytest.mark.parametrize(
    ("name", "url", "same"),
    [
        ("The Harbour Times", "https://www.harbourtimes.co.uk/a", True),
        ("Portnyi", "https://port.in.ua/en/news", True),
        ("PBC-Delta", "https://newsdelta.pbc.ua/x", True),
        ("Reuters", "https://www.harbourtimes.co.uk/a", False),
        ("AP", "https://apple.example/a", False),
        ("Reuters", None, False),
    ],
)
def test_an_outlet_is_known_by_its_address(name: str, url: str | None, *, same: bool) -> None:
    assert is_outlet(name, url) is same


def test_a_host_is_given_without_www() -> None:
    assert host_of("https://www.a.example:80/b") == "a.example"


@pytest.mark.parametrize(
    ("words", "rails", "group"),
    [
        ("freight cars", True, "railcar"),
        ("cars", True, "railcar"),
        ("cars", False, "vehicle"),
        ("vagones de carga", True, "railcar"),
        ("вагонів", True, "railcar"),
        ("people wounded", True, "person"),
        ("rounds per day", True, "ammunition"),
        ("shells per year", True, "ammunition"),
        ("days", True, "day"),
        ("month month", True, "month"),
        ("kilometres m", True, "length"),
        ("tents", False, "tent"),
        ("cranes", False, None),
        ("38両", True, "railcar"),
    ],
)
def test_things_fall_into_groups(words: str, group: str | None, *, rails: bool) -> None:
    assert thing_of(words, on_rails=rails) == group
