"""The house style file: everything that it may say, everything that is wrong at once, and logos that are not safe."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ConfigError, InputError
from wayside.report.colours import contrast, mixed
from wayside.report.house import HouseStyle
from wayside.report.house_file import parse_house
from wayside.report.logo import logo_fault

GOOD = """
name = "Institute of Rail Studies"
address = "Washington, DC · example.org"
language = "ru"
page = "us-letter"
logo = "marks/logo.svg"
[fonts]
serif = ["Source Serif 4", "Georgia"]
sans = "Noto Sans CJK KR"
[colours]
primary = "#0B4F3C"
accent = "#7a1f5c"
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g fill="url(#a)"><path d="M0 0h9"/></g></svg>'


def png(width: int, height: int) -> bytes:
    """A whole PNG file of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = zlib.compress(b"\0" * (width + 1) * min(height, 8))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def none(name: str) -> bytes:
    raise InputError(f"there is no file {name}")


def test_a_whole_file_is_read() -> None:
    asked = []

    def logo(name: str) -> bytes:
        asked.append(name)
        return SVG

    house = parse_house(GOOD, logo=logo)
    assert asked == ["marks/logo.svg"]
    assert house == HouseStyle(
        "Institute of Rail Studies", "ru", ("Source Serif 4", "Georgia"), ("Noto Sans CJK KR",), (), "#0b4f3c",
        "#7a1f5c", logo=SVG, logo_type="image/svg+xml", address="Washington, DC · example.org", page="us-letter",
    )  # fmt: skip
    assert parse_house("", logo=none) == HouseStyle()


def test_all_faults_are_told_at_once_and_each_by_its_place() -> None:
    text = """
    nmae = "x"
    address = 4
    language = "tlh"
    page = "a3"
    logo = "gone.png"
    [fonts]
    serif = ['x"; } body { display: none']
    comic = "x"
    [colours]
    accent = "red"
    """
    with pytest.raises(ConfigError) as told:
        parse_house(text, logo=none)
    faults = told.value.faults
    assert len(faults) == 8
    for start in (
        "'nmae'",
        "address",
        "language",
        "page",
        "logo: there is no file",
        "fonts.serif",
        "fonts.'comic'",
        "colours.accent",
    ):
        assert any(fault.startswith(start) for fault in faults), start


@pytest.mark.parametrize(
    ("colours", "words"),
    [
        ('ink = "#aaaaaa"', "colours.ink stands out"),
        ('primary = "#7fb2e5"', "colours.primary stands out"),
        ('accent = "#e6a100"', "colours.accent stands out"),
        ('ink = "#5f5f5f"', "small print"),
        ('paper = "#8899aa"', "colours.paper"),
        ('paper = "#101010"\nink = "#ffffff"\nprimary = "#ffffff"\naccent = "#ffaaaa"', "of the drawings"),
    ],
)
def test_letters_that_could_not_be_read_are_refused(colours: str, words: str) -> None:
    with pytest.raises(ConfigError) as told:
        parse_house(f"[colours]\n{colours}", logo=none)
    assert any(words in fault for fault in told.value.faults)


@pytest.mark.parametrize("name", ["../logo.png", "/etc/passwd", "a\\b.png", "c:x.png", "", "a\u202eb", "x/../../y"])
def test_a_logo_lies_beside_the_file(name: str) -> None:
    def opened(name: str) -> bytes:
        pytest.fail(f"{name} was opened")

    text = f"logo = {name!r}".replace("'", '"') if "\\" not in name else f"logo = '{name}'"
    with pytest.raises(ConfigError, match="logo"):
        parse_house(text, logo=opened)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"GIF89a", b"<html/>", b"\x89PNG\r\n\x1a\n", png(5000, 9), b"<svg/>", SVG[:-3],
        SVG.decode().encode("utf-16"),
        SVG.replace(b"<g", b"<script>alert(1)</script><g"),
        SVG.replace(b"<g", b"<foreignObject/><g"),
        SVG.replace(b"<g", b"<image href='https://example.org/x.png'/><g"),
        SVG.replace(b"<g", b"<use href='https://example.org/x.svg#a'/><g"),
        SVG.replace(b"<g", b"<use xmlns:l='http://www.w3.org/1999/xlink' l:href='file:///etc/passwd'/><g"),
        SVG.replace(b"<g", b"<style>@import 'https://example.org/x'</style><g"),
        SVG.replace(b"url(#a)", b"url( 'https://example.org/x')"),
        SVG.replace(b"fill=", b"onclick='x' fill="),
        SVG.replace(b"fill=", b"style='background:u\\72l(x)' fill="),
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG,
        b"<?xml-stylesheet href='x'?>" + SVG,
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 5000 + b"</g>" * 4999,
        SVG + b" " * 600_000,
    ],
)  # fmt: skip
def test_logos_that_are_not_safe_or_not_whole_are_refused(content: bytes) -> None:
    assert logo_fault(content)


def test_plain_logos_are_taken() -> None:
    assert logo_fault(SVG) == ""
    assert logo_fault(png(300, 80)) == ""


@given(st.text() | st.text(alphabet="=\"[]\n#abcdefilnoprstu.\\'", max_size=200))
def test_whatever_the_file_says_it_is_a_look_or_a_list_of_faults(text: str) -> None:
    found: HouseStyle | tuple[str, ...]
    try:
        found = parse_house(text, logo=none)
    except ConfigError as error:
        found = error.faults
    assert isinstance(found, HouseStyle) or (found and all(isinstance(fault, str) for fault in found))


@given(st.binary(max_size=300) | st.binary(max_size=80).map(lambda tail: SVG[:60] + tail))
def test_any_bytes_are_a_logo_or_have_a_fault(content: bytes) -> None:
    assert isinstance(logo_fault(content), str)


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # WCAG's own example of the limit
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")
    assert mixed("#000000", "#ffffff", 0.5) in {"#808080", "#7f7f7f"}
