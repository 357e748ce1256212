"""Images made worse: their pixels and their labels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from counting_cases import (
    Case,
    along_m,
    area_average,
    blurred,
    coarser,
    compressed,
    degraded,
    labelled_gaps,
    noisy,
    treatments,
    truth_of,
)
from counting_measure import learnt_from
from counting_repin import pins
from counting_scoring import ImageScore, TrackScore, Truth
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from wayside.model.counts import CountDistribution


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 3))
def test_whole_factors_average_whole_blocks(factor: int, blocks: int, rest: int) -> None:
    values = np.random.default_rng(factor * 10 + blocks).random((factor * blocks + rest % factor, 2))
    found = area_average(values, float(factor), 0)
    parts = [values[k : k + factor].mean(axis=0) for k in range(0, len(values), factor)]
    np.testing.assert_allclose(found, parts)


@given(st.integers(3, 9), st.integers(2, 7))
def test_broken_factors_average_as_on_a_finer_grid(top: int, bottom: int) -> None:
    """With every cell cut into ``bottom`` pieces a factor of top / bottom is a whole one."""
    if top < bottom:
        top, bottom = bottom, top
    values = np.random.default_rng(top).random((2, 11))
    fine = np.repeat(values, bottom, axis=1)
    np.testing.assert_allclose(
        area_average(values, top / bottom, 1), area_average(fine, float(top), 1), rtol=1e-9, atol=1e-9
    )


def test_a_coarser_image_keeps_its_light_and_loses_its_detail() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (120, 90, 3)).astype(np.uint8)
    small = coarser(pixels, 3.0)
    assert small.shape == (40, 30, 3)
    assert small.mean() == pytest.approx(pixels.mean(), abs=0.6)
    assert small.std() < pixels.std() / 3
    assert coarser(np.full((10, 10, 3), 77, np.uint8), 2.5).tolist() == np.full((4, 4, 3), 77).tolist()


def test_blur_noise_and_compression_do_what_they_say() -> None:
    grey = np.full((200, 200, 3), 128, np.uint8)
    noise = noisy(grey, 5).astype(float) - 128
    assert noise.std() == pytest.approx(12.0, rel=0.02)
    assert np.array_equal(noisy(grey, 5), noisy(grey, 5))
    assert not np.array_equal(noisy(grey, 5), noisy(grey, 6))
    dot = np.zeros((41, 41, 3), np.uint8)
    dot[20, 20] = 255
    assert blurred(dot)[20, 20, 0] == round(255 / (2 * np.pi * 1.5**2))
    rough = np.random.default_rng(2).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    assert 5 < np.abs(compressed(rough).astype(float) - rough).mean() < 80


def test_sharp_images_go_to_four_distances_coarse_ones_to_none() -> None:
    assert list(treatments(0.25)) == ["0.6 m", "1 m", "2 m", "3 m", "JPEG 30", "blur", "noise"]
    assert list(treatments(0.92)) == ["1.5 m", "2 m", "3 m", "JPEG 30", "blur", "noise"]
    assert not treatments(1.83)


def _labels() -> dict[str, object]:
    line = [[2.0, 10.0], [40.0, 10.0], [40.0, 50.0]]
    properties = {"id": "a", "cars": 3, "cars_min": 3, "cars_max": 3, "gaps": [[22.0, 12.0], [40.0, 30.0]]}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": line},
    }
    return {
        "type": "FeatureCollection",
        "coordinates": "pixel",
        "image": "yard.png",
        "gsd_m": 0.25,
        "features": [feature],
    }


def test_labels_move_with_the_pixels(tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 48, 3)).astype(np.uint8)).save(tmp_path / "yard.png")
    labels = _labels()
    made = degraded(Case("yard", "yard", "", tmp_path / "yard.png", labels), tmp_path)
    assert [case.name for case in made] == [
        "yard-0.6m",
        "yard-1m",
        "yard-2m",
        "yard-3m",
        "yard-JPEG30",
        "yard-blur",
        "yard-noise",
    ]
    features = labels["features"]
    assert isinstance(features, list)
    own = labelled_gaps(features[0], 0.25)
    assert own == pytest.approx((5.0, 14.5))
    for case in made:
        assert json.loads(case.geojson.read_text(encoding="utf-8")) == case.labels
        assert case.truths() == {"a": Truth(3, 3, 3)}
        assert labelled_gaps(case.labels["features"][0], case.gsd_m) == pytest.approx(own)
        with Image.open(case.image) as picture:
            wide, high = picture.size
        assert (wide - 1) * case.gsd_m < 48 * 0.25 <= wide * case.gsd_m + 1e-9
        assert (high - 1) * case.gsd_m < 64 * 0.25 <= high * case.gsd_m + 1e-9


def test_couplings_are_labelled_only_where_every_one_is() -> None:
    features = _labels()["features"]
    assert isinstance(features, list)
    feature = features[0]
    feature["properties"]["gaps"] = [[22.0, 12.0]]
    assert labelled_gaps(feature, 0.25) is None
    feature["properties"] |= {"cars": 2, "cars_min": 2, "cars_max": 3}
    assert labelled_gaps(feature, 0.25) is None


def test_a_reader_may_give_a_number_or_a_range() -> None:
    assert truth_of({"cars": 4}) == Truth(4, 4, 4)
    assert truth_of({"cars_min": 3, "cars_max": 6}) == Truth(3, 4, 6)


@given(st.floats(0.0, 1.0), st.floats(-3.0, 3.0))
def test_a_place_beside_a_straight_line_is_as_far_along_it(share: float, aside: float) -> None:
    line = np.array([[1.0, 2.0], [4.0, 6.0]])
    foot = line[0] + share * (line[1] - line[0])
    point = (float(foot[0] - 0.8 * aside), float(foot[1] + 0.6 * aside))
    assert along_m(line, point, 2.0) == pytest.approx(10.0 * share, abs=1e-6)


def test_weights_name_what_they_learnt_from_with_or_without_folders() -> None:
    named = {"learnt_from": ["muttenz_west", "imagery/yard.png", "imagery/ground/river05.tif"]}
    assert learnt_from(named) == {"muttenz_west", "yard", "ground"}
    assert learnt_from({}) == frozenset()
    assert learnt_from({"learnt_from": None}) == frozenset()


def test_what_was_learnt_from_enters_no_summary() -> None:
    one = CountDistribution.exactly(1)
    images = [
        ImageScore(name, name.split("-")[0], treatment, 0.3, one, (TrackScore("a", Truth(1, 1, 1), one),))
        for name, treatment in (("seen", ""), ("seen-blur", "blur"), ("new", ""), ("new-blur", "blur"))
    ]
    found = pins(images, {"seen": "1", "new": "2"}, frozenset({"seen"}))
    assert set(found) == {
        "seen",
        "new",
        "seen, made worse",
        "new, made worse",
        "≤ 0.35 m, as taken",
        "≤ 0.35 m, made worse",
    }
    alone = pins([i for i in images if i.source == "new"], {"new": "2"}, frozenset())
    assert found["≤ 0.35 m, as taken"] == alone["≤ 0.35 m, as taken"]
    assert found["≤ 0.35 m, made worse"] == alone["≤ 0.35 m, made worse"]
