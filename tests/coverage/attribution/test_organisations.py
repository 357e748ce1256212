"""Sources under all their names, in one text and across texts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.attribution.reading import rows_of, speaker_at

from wayside.coverage.attribution.known import known, outlet_of
from wayside.coverage.attribution.organisations import Resolution, organisations
from wayside.coverage.attribution.register import Register
from wayside.coverage.tables import table
from wayside.coverage.words.names import plain


def resolution(*texts: str) -> Resolution:
    readings = []
    for number, text in enumerate(texts):
        register = Register()
        rows_of(text, register)
        readings.append((f"d{number}", register))
    return organisations(readings)


def test_initials_that_a_text_gives_hold_in_that_text_and_for_others() -> None:
    found = resolution(
        "The Norwegian Salt Observatory (NSO) said 12 huts were new.",
        "NSO said 14 huts were new.",
    )
    assert found.resolve("d0", "NSO")[0] == found.resolve("d1", "NSO")[0]
    assert len(found.organisations) == 1
    (one,) = found.organisations
    assert {alias.quote for alias in one.aliases} | {one.name} >= {"NSO"}


def test_initials_of_two_bodies_join_neither() -> None:
    found = resolution(
        "The Norwegian Salt Observatory said 12 huts were new.",
        "The National Society of Ornithology said 9 storks were new.",
        "NSO said 14 huts were new.",
    )
    ids = {found.resolve(f"d{at}", name)[0] for at, name in enumerate(
        ("Norwegian Salt Observatory", "National Society of Ornithology", "NSO"))}  # fmt: skip
    assert len(ids) == 3


def test_bodies_that_share_words_stay_apart() -> None:
    found = resolution(
        "Norway's Ministry of Defence said 12 ships left.", "Chad's Ministry of Defence said 14 ships left.",
        "The Ministry of Defence said 16 ships left.", "The Ministry of Defence said 18 ships left.",
    )  # fmt: skip
    bare = [found.resolve(f"d{at}", "Ministry of Defence")[0] for at in (2, 3)]
    assert bare[0] != bare[1]


def test_well_known_bodies_are_one_under_every_name() -> None:
    found = resolution("The International Atomic Energy Agency said 12 casks left.", "The IAEA said 14 casks left.")
    assert [one.id for one in found.organisations] == ["iaea"]
    assert found.kind_of("iaea") == "intergovernmental"


def test_a_surname_is_the_person_of_its_own_text_only() -> None:
    found = resolution(
        "John Carver, the harbour master, said 12 ships left. Carver said 3 stayed.",
        "Ruth Carver, a biologist, said 9 storks left. Carver said 2 stayed.",
    )
    assert found.resolve("d0", "Carver")[1] == "John Carver"
    assert found.resolve("d1", "Carver")[1] == "Ruth Carver"
    assert {one.kind for one in found.organisations} == {"person"}


def test_a_project_is_part_of_its_body() -> None:
    found = resolution("Beyond Parallel, a project of the Center for Strategic and International Studies, said 9 left.")
    source = found.resolve("d0", "Beyond Parallel")[0]
    assert found.parts[source] == "csis"


def test_a_body_and_its_only_project_are_one_source_under_the_projects_name() -> None:
    found = resolution(
        "Lake Eye, a website run by the Norwegian Salt Observatory, said 12 huts were new.",
        "The Norwegian Salt Observatory said 14 huts were new.",
    )
    assert found.resolve("d0", "Lake Eye") == found.resolve("d1", "Norwegian Salt Observatory")
    assert [one.name for one in found.organisations] == ["Lake Eye"]


def test_a_body_with_two_projects_is_neither() -> None:
    found = resolution(
        "Lake Eye, a website run by the Norwegian Salt Observatory, said 12 huts were new.",
        "River Eye, a website run by the Norwegian Salt Observatory, said 15 huts were new.",
        "The Norwegian Salt Observatory said 14 huts were new.",
    )
    assert len({found.resolve("d0", "Lake Eye")[0], found.resolve("d1", "River Eye")[0],
                found.resolve("d2", "Norwegian Salt Observatory")[0]}) == 3  # fmt: skip


def test_in_one_text_the_body_is_its_project() -> None:
    text = (
        "Lake Eye, a website run by the Norwegian Salt Observatory (NSO), said 12 huts were new. "
        "NSO said 20 huts stood there before."
    )
    assert speaker_at(text, text.index("20")).name == "Lake Eye"


def test_names_of_nobody_stand_for_themselves() -> None:
    assert resolution().resolve("d9", "a U.S. official") == ("a-us-official", "a U.S. official")


def test_the_order_of_documents_does_not_matter() -> None:
    texts = [
        "The Norwegian Salt Observatory said 12 huts were new.", "NSO said 14 huts were new.",
        "Kpler said 3 ships left.", "John Carver said 4 ships left.",
    ]  # fmt: skip
    seen = {frozenset(one.id for one in resolution(*order).organisations) for order in itertools.permutations(texts)}
    assert len(seen) == 1


def test_a_thousand_registers_take_the_time_of_their_names() -> None:
    text = "The Norwegian Salt Observatory (NSO) said 12 huts were new. Kpler said 3 ships left."
    register = Register()
    rows_of(text, register)
    found = organisations([(f"d{number}", register) for number in range(1000)])
    assert len(found.organisations) == 2


@given(
    st.lists(st.sampled_from(["Kpler", "Reuters", "NSO", "Norwegian Salt Observatory", "Ana Lind", "Lind"]), max_size=6)
)
def test_names_in_are_names_out(names: list[str]) -> None:
    found = resolution(*[f"{name} said 12 ships left." for name in names])
    for number, name in enumerate(names):
        source, usual = found.resolve(f"d{number}", name)
        assert source
        assert usual
        assert source in {one.id for one in found.organisations}


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.reuters.com/world/x", "Reuters"),
        ("https://edition.cnn.com/2024/x", "CNN"),
        ("http://news.example.org/a?b", "news.example.org"),
        ("reuters.com/x", "Reuters"),
        ("https://notreuters.com/x", "notreuters.com"),
        ("", None),
        ("nonsense", None),
        ("http://[::1", None),
    ],
)
def test_outlets_by_address(url: str, outlet: str | None) -> None:
    assert outlet_of(url) == outlet


@given(st.text(max_size=60))
def test_any_text_may_be_an_address(url: str) -> None:
    found = outlet_of(url)
    assert found is None or found


def test_the_table_of_organisations_is_sound() -> None:
    rows = table("organisations")["organisation"]
    names = [plain(row["name"]) for row in rows]
    assert len(names) == len(set(names))
    for row in rows:
        one = known(row["name"])
        assert one is not None
        assert one.name == row["name"]
        if "part_of" in row:
            assert known(row["part_of"]) is not None
