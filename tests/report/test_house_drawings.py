"""The drawings in a house's colours: contrasts measured in the drawings themselves, and what the colour-blind see."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from wayside.assessment.assessment import Assessment
from wayside.errors import ConfigError
from wayside.report.colours import Sight, apart, apart_for_all, contrast, difference, mixed, seen_by
from wayside.report.contents.report import build_report
from wayside.report.document import Graphic
from wayside.report.figures.palette import ACCENT, CAR_COLOURS, INK, LEAST_APART, NAVY, OWN, Palette, palette_of
from wayside.report.figures.pictures import ReportPictures
from wayside.report.formats.html import html_of
from wayside.report.formats.svg_pictures import with_fonts
from wayside.report.house import HouseStyle
from wayside.report.house_file import parse_house

EXAMPLE = Path(__file__).parents[2] / "examples" / "house"
RED = HouseStyle(primary="#5c1212", accent="#7a0d0d", ink="#221a1a", paper="#fff8f0")


def example() -> HouseStyle:
    text = (EXAMPLE / "house.toml").read_text(encoding="utf-8")
    return parse_house(text, logo=lambda name: (EXAMPLE / name).read_bytes())


def graphics_in(value: object) -> Iterator[Graphic]:
    """Every drawing of a document, those of keys and tables too."""
    if isinstance(value, Graphic):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from graphics_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from graphics_in(one)


# ---------------------------------------------------------------------------- what stands on what, from the SVG alone
Point = tuple[float, float]


def number(element: ET.Element, name: str, otherwise: float = 0.0) -> float:
    return float(element.get(name, otherwise))


def corners(element: ET.Element) -> list[Point]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in element.get("points", "").split())]


def within(point: Point, ring: list[Point]) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


class Ground:
    """What has been painted so far; asks for the colour at a place (None on pixels)."""

    def __init__(self, paper: str) -> None:
        self._paper = paper
        self._areas: list[tuple[list[Point], str | None, float]] = []

    def add(self, element: ET.Element) -> None:
        tag = element.tag.rsplit("}", 1)[-1]
        if (element.get("class") or "").startswith("mark "):
            return  # counts of neighbouring days may overlap
        ring: list[Point] = []
        if tag in {"rect", "image"}:
            x, y, w, h = (number(element, name) for name in ("x", "y", "width", "height"))
            ring = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        elif tag == "polygon":
            ring = corners(element)
        fill = None if tag == "image" else element.get("fill", "#000000")
        if ring and fill != "none":
            self._areas.append((ring, fill, number(element, "fill-opacity", 1.0)))

    def at(self, point: Point) -> str | None:
        found: str | None = self._paper
        for ring, fill, opacity in self._areas:
            if within(point, ring):
                if fill is None or found is None:
                    found = None if fill is None or opacity < 1 else fill
                else:
                    found = mixed(found, fill, opacity)
        return found


def letters_of(element: ET.Element) -> list[Point]:
    """Places along the middle of a text's letters."""
    size, text = number(element, "font-size", 12.0), "".join(element.itertext())
    wide = 0.5 * size * len(text)
    left = number(element, "x") - {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0) * wide
    return [(left + share * wide, number(element, "y") - 0.35 * size) for share in (0.02, 0.25, 0.5, 0.75, 0.98)]


def place_of(element: ET.Element) -> Point:
    tag = element.tag.rsplit("}", 1)[-1]
    if tag == "line":
        return (number(element, "x1") + number(element, "x2")) / 2, (number(element, "y1") + number(element, "y2")) / 2
    if tag == "circle":
        return number(element, "cx"), number(element, "cy")
    if tag == "path":
        x, y = re.findall(r"-?[\d.]+", element.get("d", "M0,0"))[:2]
        return float(x), float(y)
    if tag in {"polygon", "polyline"}:
        ring = corners(element)
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return number(element, "x") + number(element, "width") / 2, number(element, "y") + number(element, "height") / 2


def faults_of(graphic: Graphic, palette: Palette) -> list[str]:
    """What in a drawing has too little contrast: letters under 4.5 to 1, marks under 3 to 1.

    The eye's helps are no marks: grid, tinted grounds, and veils (under half opaque) whose edges are drawn too.
    """
    helps = {palette.grid, palette.level, palette.hidden, palette.pale, palette.ground, palette.paper}
    ground, faults = Ground(palette.paper), []
    for element in list(ET.fromstring(graphic.svg).iter())[1:]:  # noqa: S314  our own output
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "text":
            fill = element.get("fill", "#000000")
            halo = element.get("paint-order") == "stroke" and number(element, "stroke-width") >= 3
            grounds = [element.get("stroke")] if halo else [ground.at(one) for one in letters_of(element)]
            if None in grounds:
                faults.append(f"letters on pixels: {element.text}")
            else:
                least = min(contrast(fill, one) for one in grounds if one)
                faults += [f"letters {least:.2f}: {element.text} {fill} on {grounds}"] * (least < 4.5)
            continue
        if tag not in {"line", "circle", "path", "polygon", "polyline", "rect"}:
            ground.add(element)
            continue
        below = ground.at(place_of(element))
        shown = []
        for name in ("fill", "stroke"):
            colour = element.get(name, "none")
            opacity = number(element, f"{name}-opacity", 1.0)
            if colour != "none" and colour not in helps and opacity >= 0.5 and below is not None:
                shown.append(contrast(mixed(below, colour, opacity), below))
        if shown and max(shown) < 3.0 - 1e-9:
            faults.append(f"mark {max(shown):.2f} on {below}: {ET.tostring(element, encoding='unicode')[:200]}")
        ground.add(element)
    return faults


# ---------------------------------------------------------------------------- houses
def colours(low: int, high: int) -> st.SearchStrategy[str]:
    channel = st.integers(low, high)
    return st.tuples(channel, channel, channel).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@st.composite
def houses(draw: st.DrawFn) -> HouseStyle:
    """Houses that the reader of house files accepts."""
    names = {"ink": colours(0, 90), "primary": colours(0, 170), "accent": colours(0, 200)}
    told = [f'{name} = "{draw(strategy)}"' for name, strategy in names.items()]
    paper = draw(st.just("#ffffff") | colours(215, 255))
    try:
        return parse_house("[colours]\n" + "\n".join([*told, f'paper = "{paper}"']), logo=lambda _: b"")
    except ConfigError:
        assume(False)
        raise


def test_the_programs_own_house_is_the_programs_own_look() -> None:
    assert palette_of(HouseStyle()) == OWN


@given(houses())
def test_what_must_be_seen_first_is_told_from_the_rest_by_all_readers(house: HouseStyle) -> None:
    palette = palette_of(house)
    band = mixed(palette.paper, palette.level, 0.75)  # as it is drawn
    for other in (palette.ink, palette.muted, palette.primary):
        assert apart_for_all(palette.accent, other) >= LEAST_APART
    for colour in (palette.ink, palette.muted, palette.primary, palette.accent, palette.bound):
        assert contrast(colour, palette.paper) >= 4.5
    for ground in (palette.level, palette.hidden):
        assert contrast(palette.ink, ground) >= 4.5
    assert contrast(palette.hidden_text, palette.hidden) >= 4.5
    assert contrast(palette.muted, palette.pale) >= 4.5
    assert min(contrast(palette.level_line, ground) for ground in (palette.paper, band)) >= 3
    assert min(contrast(colour, palette.paper) for colour in palette.car_lines.values()) >= 3
    assert palette_of(house) == palette


@given(houses())
def test_a_house_whose_colours_keep_the_promises_keeps_its_colours(house: HouseStyle) -> None:
    muted = mixed(house.ink, house.paper, 0.24)
    palette = palette_of(house)
    if all(apart_for_all(house.accent, other) >= LEAST_APART for other in (house.ink, muted, house.primary)):
        assert (palette.ink, palette.primary, palette.accent) == (house.ink, house.primary, house.accent)
    else:
        assert (palette.ink, palette.primary, palette.accent) != (house.ink, house.primary, house.accent)


def test_two_reds_are_not_left_beside_each_other() -> None:
    assert apart_for_all(RED.primary, RED.accent) < LEAST_APART
    palette = palette_of(RED)
    assert (palette.primary, palette.accent) != (RED.primary, RED.accent)
    assert {palette.primary, palette.accent} <= {RED.primary, RED.accent, NAVY, ACCENT}
    assert palette_of(example()).primary == example().primary
    assert palette_of(example()).accent == example().accent


# ---------------------------------------------------------------------------- drawings
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(house=houses())
def test_letters_and_marks_stand_out_in_every_drawing_of_any_house(drawn: Assessment, house: HouseStyle) -> None:
    palette = palette_of(house)
    found = list(graphics_in(build_report(drawn, ReportPictures(), house=house)))
    assert len(found) > 10
    assert [fault for graphic in found for fault in faults_of(graphic, palette)] == []


@pytest.mark.parametrize("house", [HouseStyle(), example(), RED], ids=["own", "example", "red"])
def test_letters_and_marks_stand_out_in_drawings_with_pictures(
    drawn: Assessment, pictures: ReportPictures, restricted: Assessment, restricted_pictures: ReportPictures,
    house: HouseStyle,
) -> None:  # fmt: skip
    for found, shown in ((drawn, pictures), (restricted, restricted_pictures)):
        made = list(graphics_in(build_report(found, shown, house=house)))
        assert [fault for graphic in made for fault in faults_of(graphic, palette_of(house))] == []


def test_the_measure_of_contrasts_finds_what_is_too_pale() -> None:
    def drawing(inner: str) -> Graphic:
        return Graphic(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">{inner}</svg>', 90, 90)

    pale = '<text x="5" y="20" font-size="10" fill="#999999">abc</text>'
    covered = '<rect x="0" y="0" width="90" height="90" fill="#1f3a5f"/><text x="5" y="20" fill="#1c2530">abc</text>'
    image = '<image x="0" y="0" width="90" height="90"/><text x="5" y="20" fill="#1c2530">abc</text>'
    line = '<line x1="0" y1="5" x2="90" y2="5" stroke="#1f3a5f" stroke-opacity="0.7"/>'
    thin = '<line x1="0" y1="5" x2="90" y2="5" stroke="#bbbbbb"/>'
    for inner, faults in ((pale, 1), (covered, 1), (image, 1), (line, 0), (thin, 1)):
        assert len(faults_of(drawing(inner), OWN)) == faults, inner


@pytest.mark.parametrize("house", [example(), RED], ids=["example", "red"])
def test_no_drawing_keeps_a_colour_that_the_house_replaces(
    drawn: Assessment, pictures: ReportPictures, house: HouseStyle
) -> None:
    palette = palette_of(house)
    own = {getattr(OWN, f.name) for f in fields(OWN) if f.name not in {"whisker", "car_lines", "font"}}
    kept = {getattr(palette, f.name) for f in fields(palette) if f.name not in {"whisker", "car_lines", "font"}}
    gone = own - kept - set(CAR_COLOURS.values()) - {"#ffffff"}
    assert gone
    for graphic in graphics_in(build_report(drawn, pictures, house=house)):
        assert not gone & set(re.findall(r'"(#[0-9a-f]{6})"', graphic.svg))


def test_drawings_take_the_houses_font(drawn: Assessment) -> None:
    house = example()
    document = build_report(drawn, ReportPictures(), house=house)
    for graphic in graphics_in(document):
        root = ET.fromstring(graphic.svg)  # noqa: S314  our own output
        assert root.get("font-family") == "'Inter', 'Helvetica Neue', 'Arial', sans-serif"
        assert "Inter" not in with_fonts(graphic.svg, HouseStyle(), system=False)
    assert palette_of(house).primary in html_of(document, house).split("<svg", 1)[1]


# ---------------------------------------------------------------------------- colours against what others published
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_of_sharma_wu_and_dalal(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert difference(one, other) == pytest.approx(expected, abs=5e-5)
    assert difference(other, one) == pytest.approx(expected, abs=5e-5)


@cache
def vienot(colour: str, kind: Sight) -> str:
    """What is seen after Viénot, Brettel and Mollon (1999), which was made another way than Machado's."""
    linear = [((int(colour[i : i + 2], 16) / 255 + 0.055) / 1.055) ** 2.4 for i in (1, 3, 5)]
    red, green, blue = linear
    share, shift = (0.11238, 0.00401) if kind is Sight.PROTANOPIA else (0.29275, -0.02234)
    yellow = share * red + (1 - share) * green
    parts = [yellow, yellow, blue + shift * (red - green)]
    bent = [1.055 * max(part, 0.0) ** (1 / 2.4) - 0.055 for part in parts]
    return "#" + "".join(f"{min(max(round(255 * part), 0), 255):02x}" for part in bent)


@pytest.mark.parametrize("kind", [Sight.PROTANOPIA, Sight.DEUTERANOPIA])
@pytest.mark.parametrize("house", [HouseStyle(), example(), RED], ids=["own", "example", "red"])
def test_a_second_simulation_tells_the_roles_apart_too(house: HouseStyle, kind: Sight) -> None:
    palette = palette_of(house)
    for other in (palette.ink, palette.muted, palette.primary):
        assert apart(vienot(palette.accent, kind), vienot(other, kind)) >= 12


@given(st.integers(0, 255))
def test_greys_look_alike_to_all(level: int) -> None:
    grey = f"#{level:02x}{level:02x}{level:02x}"
    for sight in Sight:
        assert apart(grey, seen_by(grey, sight)) < 1.0


def test_red_and_green_of_one_lightness_are_alike_without_red_or_green_cones() -> None:
    red, green = "#b06a3c", "#7f8338"
    assert apart(red, green) > 20
    assert apart(red, green, Sight.DEUTERANOPIA) < 0.6 * apart(red, green)
    assert apart(INK, INK) == 0
