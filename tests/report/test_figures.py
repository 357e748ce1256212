from __future__ import annotations

import base64
import io
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from matplotlib.image import imread

from wayside.assessment.assessment import Assessment, Counted
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car, CarType
from wayside.report.document import Graphic
from wayside.report.figures.axes import DateScale, ValueScale, date_ticks, round_length, value_ticks
from wayside.report.figures.chart import Panel, series_panel, zoom_from
from wayside.report.figures.palette import ACCENT, HIDDEN, INK, MUTED, NAVY
from wayside.report.figures.pictures import CarMark, ReportPictures, ScenePicture, StripPicture, TrackLine
from wayside.report.figures.raster import burn_scene, burn_strip, enlarged, jpeg_uri, reduced
from wayside.report.figures.scale import likelihood_scale
from wayside.report.figures.scenes import scene_figure
from wayside.report.figures.strips import line_breaks, line_length, number_cars, strip_figures
from wayside.report.figures.svg import Svg
from wayside.report.text import clean

SVG = "{http://www.w3.org/2000/svg}"


def parse(graphic: Graphic) -> ET.Element:
    return ET.fromstring(graphic.svg)  # noqa: S314  our own output


def chart(found: Assessment, first: date, width: float = 1080.0) -> ET.Element:
    return parse(series_panel(found, Panel(first, found.newest.day, width, 360.0), "the series"))


# ---------------------------------------------------------------------------- strips
def _standing(pairs: list[tuple[float, float]]) -> tuple[Car, ...]:
    cars, along = [], 0.0
    for length, gap in pairs:
        along += gap
        cars.append(Car(along, along + length, CarType.GONDOLA))
        along += length
    return tuple(cars)


cars_strategy = st.lists(st.tuples(st.floats(8, 25), st.floats(0.5, 60)), max_size=60).map(_standing)


@given(cars_strategy, st.floats(1, 60), st.floats(280, 360))
def test_lines_tile_the_strip_and_cut_no_car_in_a_train(cars: tuple[Car, ...], rest: float, line_m: float) -> None:
    length = (cars[-1].end_m if cars else 0.0) + rest
    lines = line_breaks(cars, length, line_m)
    assert lines[0][0] == 0.0
    assert lines[-1][1] == length
    assert [end for _, end in lines[:-1]] == [start for start, _ in lines[1:]]
    for start, end in lines:
        assert 0 < end - start <= line_m + 1e-9
    for _, end in lines[:-1]:
        assert not any(car.start_m < end - 1e-9 and end + 1e-9 < car.end_m for car in cars)


@given(st.lists(st.floats(20, 2000), min_size=1, max_size=8))
def test_line_length_needs_no_more_lines_than_any_other(lengths: list[float]) -> None:
    strips = [StripPicture(str(i), np.zeros((2, round(m), 3), np.uint8), 1.0) for i, m in enumerate(lengths)]
    needed = {m: sum(math.ceil(s.length_m / m) for s in strips) for m in range(280, 361, 10)}
    assert needed[round(line_length(strips))] == min(needed.values())


def test_freight_cars_are_numbered_through_and_locomotives_lettered() -> None:
    kinds = (CarType.LOCOMOTIVE, CarType.BOX, CarType.TANK)
    cars = tuple(Car(20.0 * i, 20.0 * i + 18.9, kind) for i, kind in enumerate(kinds))
    strips = [StripPicture(name, np.zeros((8, 200, 3), np.uint8), 0.5, cars) for name in "ab"]
    freight = [[item.label for item in row] for row in number_cars(strips, Counted.FREIGHT)]
    assert freight == [["L", "1", "2"], ["L", "3", "4"]]
    assert [[item.label for item in row] for row in number_cars(strips, Counted.ALL)] == [list("123"), list("456")]


def test_one_tick_stands_at_each_coupling_and_each_end(drawn: Assessment, pictures: ReportPictures) -> None:
    figures = strip_figures(pictures.strips, drawn.newest.result.tracks, Counted.FREIGHT, drawn=True, may_show=True)
    for strip, figure in zip(pictures.strips, figures, strict=True):
        gaps = [b.start_m - a.end_m for a, b in pairwise(strip.cars)]
        couplings = sum(gap < 4 for gap in gaps)
        trains = len(strip.cars) - couplings
        above = []
        for line in figure.graphics:
            root = parse(line)
            above += [e.get("stroke") for e in root.iter(SVG + "line") if e.get("stroke-width") == "1.5"]
        assert above.count(MUTED) == 2 * couplings
        assert above.count(ACCENT) == 2 * 2 * trains


def test_a_train_across_lines_keeps_its_couplings() -> None:
    cars = tuple(Car(10 + 15.0 * i, 10 + 15.0 * i + 13.8, CarType.BOX) for i in range(40))
    strip = StripPicture("t", np.zeros((8, 1300, 3), np.uint8), 0.5, cars)
    (figure,) = strip_figures([strip], (), Counted.FREIGHT, drawn=False, may_show=False)
    assert len(figure.graphics) > 1
    roots = [parse(line) for line in figure.graphics]
    colours = [e.get("stroke") for r in roots for e in r.iter(SVG + "line") if e.get("stroke-width") == "1.5"]
    assert colours.count(ACCENT) == 4
    assert colours.count(MUTED) == 2 * 39
    labels = [e.text for r in roots for e in r.iter(SVG + "text") if not e.text.endswith("m")]
    assert labels == [str(n) for n in range(1, 41)]


def test_strips_are_true_to_scale(pictures: ReportPictures, drawn: Assessment) -> None:
    strip = pictures.strips[0]
    figure = strip_figures([strip], drawn.newest.result.tracks, Counted.FREIGHT, drawn=False, may_show=True)[0]
    images = [e for line in figure.graphics for e in parse(line).iter(SVG + "image")]
    scales = {round(float(e.get("height")) / strip.width_m, 3) for e in images}
    assert len(scales) == 1
    shown = sum(float(e.get("width")) for e in images) / scales.pop()
    assert strip.length_m <= shown <= strip.length_m + 2 * strip.step_m * len(images)


@pytest.mark.parametrize("may_show", [True, False])
def test_scale_north_and_reasons_cover_no_car(drawn: Assessment, pictures: ReportPictures, may_show: bool) -> None:
    picture = pictures.newest
    root = parse(scene_figure(picture, drawn.newest, "the newest scene", may_show=may_show).graphic)
    letters = list(root.iter(SVG + "text"))
    assert len(letters) == (2 if may_show else 5)
    bottom = float(root.get("viewBox").split()[3])
    assert all(picture.height < float(e.get("y")) < bottom for e in letters)
    bar = next(e for e in root.iter(SVG + "rect") if e.get("fill") == INK)
    metres = float(letters[0].text.removesuffix("\u00a0m"))
    assert float(bar.get("width")) * picture.metres_per_pixel == pytest.approx(metres, rel=1e-3)
    assert float(bar.get("y")) > picture.height


# ---------------------------------------------------------------------------- series
def marks(root: ET.Element) -> list[ET.Element]:
    return [e for e in root.iter() if (e.get("class") or "").startswith("mark ")]


def place(mark: ET.Element) -> tuple[float, float]:
    """The middle of a mark's extent."""
    if mark.get("cx") is not None:
        return float(mark.get("cx")), float(mark.get("cy"))
    corners = np.array([[float(v) for v in c.split(",")] for c in mark.get("points").split()])
    return tuple((corners.min(axis=0) + corners.max(axis=0)) / 2)


def test_every_count_is_drawn_at_its_day_and_height(drawn: Assessment) -> None:
    first = drawn.rows[0].day
    found = marks(chart(drawn, first))
    assert len(found) == sum(row.usable for row in drawn.rows)
    newest = next(d for d in found if d.get("stroke") == ACCENT)
    others = [d for d in found if d is not newest]
    assert max(place(d)[0] for d in others) < place(newest)[0]
    assert place(newest)[1] == min(place(d)[1] for d in found)
    hollow = sum(d.get("fill") == "#ffffff" for d in found)
    assert hollow == sum(row.result.status.value == "occupied-length" for row in drawn.rows)
    loose = sum(not row.result.registration.registered for row in drawn.rows)
    assert loose > 0
    assert sum(d.get("class") == "mark diamond" for d in found) == loose


def test_gaps_are_shaded_where_they_are(drawn: Assessment) -> None:
    first = drawn.rows[0].day
    shaded = [e for e in chart(drawn, first).iter(SVG + "rect") if e.get("fill") == HIDDEN]
    assert len(shaded) == len(drawn.gaps) >= 2
    widths = [float(e.get("width")) for e in shaded]
    days = [g.days for g in drawn.gaps]
    assert np.argmax(widths) == np.argmax(days)
    assert widths[0] / widths[1] == pytest.approx((days[0] - 1) / (days[1] - 1), rel=0.01)


def test_the_dashed_line_is_at_the_largest_count_before_the_rise(drawn: Assessment) -> None:
    root = chart(drawn, drawn.rows[0].day)
    (line,) = [e for e in root.iter(SVG + "line") if e.get("stroke-dasharray") == "6 4"]
    dots = [e for e in root.iter(SVG + "circle") if f": {drawn.series.before_rise.observed_max} (" in e[0].text]
    assert line.get("stroke") == INK
    assert float(line.get("y1")) == float(dots[0].get("cy"))
    assert any((e.text or "").endswith("before the rise: 19") for e in root.iter(SVG + "text"))


@pytest.mark.parametrize("width", [380.0, 720.0, 1080.0])
def test_event_labels_do_not_overlap_and_stay_inside(drawn: Assessment, width: float) -> None:
    close = [replace(e, event=f"Event number {i}") for i, e in enumerate(drawn.events)]
    close += [replace(close[-1], day=close[-1].day + timedelta(days=3 * k), event=f"Another {k}") for k in range(1, 4)]
    root = chart(replace(drawn, events=tuple(close)), drawn.rows[0].day, width)
    boxes = []
    for text in root.iter(SVG + "text"):
        if text.get("fill") == NAVY:
            left = float(text.get("x"))
            boxes.append((float(text.get("y")), left, left + 5.2 * len(text[0].tail)))
    assert len(boxes) == len(close)
    for i, (y, left, right) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        for other_y, other_left, other_right in boxes[i + 1 :]:
            assert other_y != y or left > other_right or other_left > right


def test_a_close_view_is_given_of_a_recent_climb_alone(case: ModuleType, drawn: Assessment) -> None:
    assert zoom_from(drawn) == case.NEWEST_DAY - timedelta(days=120)
    assert zoom_from(replace(drawn, rows=drawn.rows[-2:], busiest=None)) is None


def test_every_letter_in_a_chart_lies_inside_it(drawn: Assessment) -> None:
    for width in (380.0, 720.0, 1080.0):
        for first in (drawn.rows[0].day, zoom_from(drawn)):
            for text in chart(drawn, first, width).iter(SVG + "text"):
                extent = 5.6 * len(text.text or "")
                x, anchor = float(text.get("x")), text.get("text-anchor", "start")
                left = x - {"start": 0, "middle": extent / 2, "end": extent}[anchor]
                assert left >= -3
                assert left + extent <= width + 3
                assert 0 < float(text.get("y")) <= 360


# ---------------------------------------------------------------------------- axes
@given(st.dates(date(2000, 1, 1), date(2035, 1, 1)), st.integers(1, 7000), st.floats(250, 1100))
def test_date_labels_keep_their_distance(first: date, days: int, width: float) -> None:
    last = first + timedelta(days=days)
    scale = DateScale(first, last, 0.0, width)
    ticks = date_ticks(first, last, width)
    assert all(first <= tick.day <= last for tick in ticks)
    marked = [scale(tick.day) for tick in ticks if tick.label]
    assume(len(marked) > 1)
    assert min(b - a for a, b in pairwise(marked)) > 33


@given(st.floats(0.5, 5000))
def test_value_ticks_are_even_whole_and_enclose(largest: float) -> None:
    ticks = value_ticks(largest)
    assert ticks[0] == 0
    assert ticks[-2] < largest <= ticks[-1]
    assert len(set(np.diff(ticks))) == 1
    assert 2 <= len(ticks) <= 12


@given(st.floats(1e-3, 1e5))
def test_round_lengths_are_the_largest_round_number_below(limit: float) -> None:
    found = round_length(limit)
    power = 10 ** np.floor(np.log10(found) + 1e-9)
    assert min(abs(found / power - k) for k in (1, 2, 5)) < 1e-6
    assert found <= limit * (1 + 1e-6)
    assert limit < 2.5 * found * (1 + 1e-6)


def test_scales_run_the_right_way() -> None:
    x = DateScale(date(2020, 1, 1), date(2020, 12, 31), 30.0, 530.0)
    assert x(date(2020, 1, 1)) == 30.0
    assert x(date(2021, 6, 1)) == 530.0
    y = ValueScale(80.0, 10.0, 210.0)
    assert (y(0), y(40), y(80)) == (210.0, 110.0, 10.0)
    with pytest.raises(ValueRefusedError):
        DateScale(date(2020, 1, 1), date(2020, 1, 1), 0.0, 1.0)


# ---------------------------------------------------------------------------- pixels, marks, values
@given(st.integers(1, 40), st.integers(1, 90), st.integers(5, 50))
def test_reduced_pictures_are_block_means(height: int, width: int, most: int) -> None:
    rgb = np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    small, k = reduced(rgb, most)
    row, column = small.shape[0] - 1, small.shape[1] - 1
    block = rgb[row * k : (row + 1) * k, column * k : (column + 1) * k].reshape(-1, 3)
    assert np.abs(small[row, column] - block.mean(axis=0)).max() <= 0.5 + 1e-4
    if height >= -(-width // most):
        assert small.shape[1] <= most


def test_enlarged_pictures_keep_level_and_place() -> None:
    rgb = np.zeros((4, 6, 3), np.uint8)
    rgb[:, 3:] = 200
    large = enlarged(rgb, 3)
    assert large.shape == (12, 18, 3)
    assert large[:, :7].max() == 0
    assert large[:, 11:].min() == 200


@pytest.mark.parametrize(("height", "width"), [(30, 40), (96, 2400), (700, 1300), (333, 777)])
def test_burning_keeps_the_size_and_changes_pixels(height: int, width: int) -> None:
    rgb = np.full((height, width, 3), 120, np.uint8)
    for burnt in (burn_scene(rgb), burn_strip(rgb, 500)):
        assert burnt.shape == rgb.shape
        assert burnt.dtype == np.uint8
        assert np.abs(burnt.astype(int) - 120).max() > 60


def test_a_strip_is_burnt_along_its_edge_alone_and_often_enough() -> None:
    rgb = np.full((96, 2400, 3), 120, np.uint8)
    changed = np.abs(burn_strip(rgb, 500).astype(int) - 120).max(axis=2) > 20
    assert not changed[30:].any()
    for start in range(0, 2000, 500):
        assert changed[:, start : start + 500].any()


def test_jpeg_goes_there_and_back() -> None:
    rgb = np.full((20, 30, 3), (200, 40, 90), np.uint8)
    back = imread(io.BytesIO(base64.b64decode(jpeg_uri(rgb).split(",", 1)[1])), format="jpeg")
    assert back.shape == rgb.shape
    assert np.abs(back.astype(int) - rgb).max() < 8


@given(st.text())
def test_svg_escapes_whatever_it_is_given(text: str) -> None:
    svg = Svg(10, 10, text or "x")
    svg.add("text", text, title=text, class_=text)
    root = parse(svg.graphic())
    assert root.tag == SVG + "svg"
    assert [e.tag for e in root.iter()][:2] == [SVG + "svg", SVG + "text"]
    assert "".join(root[0].itertext()).endswith(clean(text).replace("\r", "\n"))


@given(st.text())
def test_clean_text_has_nothing_that_hides_or_turns(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x7f]", cleaned)
    cleaned.encode("utf-8")


@given(st.floats(0, 1))
def test_the_likelihood_scale_marks_the_band_that_is_named(p: float) -> None:
    root = parse(likelihood_scale(p))
    filled = [e for e in root.iter(SVG + "rect") if e.get("fill") == "#c6d5e6"]
    assert len(filled) == 1
    assert filled[0][0].text in root.get("aria-label")
    dot = float(root.find(SVG + "circle").get("cx"))
    left, width = float(filled[0].get("x")), float(filled[0].get("width"))
    assert left - 0.02 <= dot <= left + width + 1.02


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#f4f6f8", "#fbf3e2"])
@pytest.mark.parametrize("colour", [INK, MUTED, NAVY, ACCENT])
def test_letters_stand_out_from_their_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


def test_letters_on_shaded_gaps_stand_out() -> None:
    assert contrast("#6d6556", HIDDEN) >= 4.5


@pytest.mark.parametrize(
    "make",
    [
        lambda: ScenePicture("a", np.zeros((3, 3), np.uint8), 1.0),
        lambda: ScenePicture("a", np.zeros((3, 3, 3), np.float32), 1.0),
        lambda: ScenePicture("a", np.zeros((3, 3, 3), np.uint8), 0.0),
        lambda: ScenePicture("", np.zeros((3, 3, 3), np.uint8), 1.0),
        lambda: CarMark(((0, 0), (1, 1), (2, 2))),
        lambda: CarMark(((0, 0), (1, 1), (2, 2), (math.nan, 0))),
        lambda: TrackLine("a", ((0, 0),)),
        lambda: StripPicture("a", np.zeros((3, 0, 3), np.uint8), 0.5),
        lambda: StripPicture("a", np.zeros((3, 9, 3), np.uint8), 0.5, (Car(5, 9), Car(0, 4))),
    ],
)
def test_pictures_that_break_their_rules_are_refused(make: object) -> None:
    with pytest.raises(ValueRefusedError):
        make()
