"""Names across scripts and spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.growth import assert_near_linear, repeated

from wayside.coverage.stories.skeleton import latin, one_name, skeleton


@pytest.mark.parametrize(
    "names",
    [
        ("Drumagang", "Drumagan", "Драмаганг", "Драмагану", "Drumagagn"),
        ("Shenkova", "Шенкова", "Шенкову", "シェンコヴァ"),
        ("Khoros", "Хорос", "Horos", "ホロス"),
        ("Tallinn", "Талинн", "Tallin", "Τάλλιν", "טאלין"),
        ("Zhukov", "Жуков", "Жукова", "ジューコフ"),
        ("Busan", "부산", "Бусан"),
        ("Basra", "البصرة", "Басра", "Bassra"),
    ],
)
def test_spellings_of_one_name_meet(names: tuple[str, ...]) -> None:
    found = {name: skeleton(name) for name in names}
    # The endings of a case or an article may stay; the beginning is one.
    shortest = min(found.values(), key=len)
    hits = sum(1 for bones in found.values() if bones == shortest)
    assert hits >= len(names) - 1, found


@pytest.mark.parametrize(
    ("one", "other"),
    [("Marlow", "Harrow"), ("Drumlin", "Wexford"), ("Kerala", "Karelia North"), ("Lisbon", "Porto"), ("Баку", "Киев")],
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(min_size=1, max_size=40))
def test_it_is_a_fixed_function_without_spaces(name: str) -> None:
    bones = skeleton(name)
    assert bones == skeleton(name)
    assert " " not in bones
    if any(sign.isascii() and sign.isalnum() for sign in name):
        assert bones


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x24F), max_size=30))
def test_case_does_not_matter(name: str) -> None:
    if name.lower() == name.upper().lower():
        assert latin(name) == latin(name.upper().lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kirby", "Кірбі"), ("Zhukov", "Жукова"), ("Tarso", "Тарсо"), ("Росія", "Росії"), ("Россия", "Росії")],
)
def test_one_name_in_two_scripts(one: str, other: str) -> None:
    assert one_name(one, other)
    assert one_name(other, one)


@pytest.mark.parametrize(("one", "other"), [("Rason", "Rajin"), ("Li", "Ли"), ("Marlow", "Харрон"), ("Varda", "Varda")])
def test_two_names_or_one_script(one: str, other: str) -> None:
    assert not one_name(one, other)


def test_every_hangul_syllable_is_spelled() -> None:
    for code in range(0xAC00, 0xAC00 + 11172, 7):
        assert latin(chr(code)).isascii()


def test_long_names_take_linear_time() -> None:
    assert_near_linear(repeated("shch", skeleton.__wrapped__), (40_000, 320_000))
