from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.enums import ColorInterp

from wayside.imagery.formats.bands import BandOrder, OrderKnown, colour_bands, sensor_of
from wayside.imagery.formats.info import ImageInfo, describe_image
from wayside.imagery.formats.scaling import relative_scaling
from wayside.model.acquisitions import Band

BGRN = ("blue", "green", "red", "nir")
SUPERDOVE = ("coastal", "blue", "green05", "green", "yellow", "red", "rededge", "nir")


def described(
    folder: Path,
    count: int,
    *,
    name: str = "image.tif",
    dtype: str = "uint16",
    names: tuple[str, ...] = (),
    kinds: tuple[ColorInterp, ...] = (),
    tags: dict[str, str] | None = None,
    waves: tuple[float, ...] = (),
    hint: tuple[Band, ...] = (),
    sensor: str = "",
) -> ImageInfo:
    with rasterio.open(
        folder / name,
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=count,
        dtype=dtype,
        crs="EPSG:32652",
        transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6),
        photometric="MINISBLACK",
        alpha="NO" if ColorInterp.alpha not in kinds else "YES",
    ) as target:
        target.write(np.ones((count, 8, 8), dtype))
        if names:
            target.descriptions = names
        if kinds:
            target.colorinterp = kinds
        target.update_tags(**(tags or {}))
        for k, wave in enumerate(waves, start=1):
            target.update_tags(k, wavelength=str(wave))
    return describe_image(folder / name, bands=hint, sensor=sensor)


@pytest.mark.parametrize(
    ("sensor", "count", "colour"),
    [
        ("PlanetScope", 4, (3, 2, 1)),
        ("PlanetScope", 8, (6, 4, 2)),
        ("SkySat", 4, (3, 2, 1)),
        ("WorldView-3", 8, (5, 3, 2)),
        ("WorldView-2", 4, (3, 2, 1)),
        ("GeoEye-1", 4, (3, 2, 1)),
        ("Pleiades", 4, (1, 2, 3)),
        ("SPOT 6", 4, (1, 2, 3)),
        ("Pléiades Neo", 6, (1, 2, 3)),
        ("NAIP", 4, (1, 2, 3)),
        ("Sentinel-2A", 4, (3, 2, 1)),
        ("Sentinel-2A", 12, (4, 3, 2)),
        ("Sentinel-2A", 13, (4, 3, 2)),
        ("SkySat", 3, (1, 2, 3)),
    ],
)
def test_sensors_order_their_bands(tmp_path: Path, sensor: str, count: int, colour: tuple[int, ...]) -> None:
    info = described(tmp_path, count, sensor=sensor)
    assert info.colour == colour
    assert info.order_known is OrderKnown.SENSOR
    assert len(info.band_order) == count


@pytest.mark.parametrize(
    ("name", "sensor"),
    [
        ("20230101_021234_12_2479_3B_AnalyticMS_SR_8b.tif", "planetscope"),
        ("20200814_161105_ssc4d3_0021_analytic.tif", "skysat"),
        ("IMG_PHR1A_PMS_202310050212_ORT_1.tif", "pleiades"),
        ("IMG_PNEO3_202310050212_PMS-FS_ORT.tif", "pleiades-neo"),
        ("IMG_SPOT6_PMS_201310050212.tif", "spot"),
        ("m_4009034_ne_15_1_20100710.tif", "naip"),
        ("T52TFM_S2A_20231005.tif", "sentinel-2"),
        ("WV03_20231005.tif", "worldview"),
        ("GE01_20231005.tif", "geoeye"),
        ("yard.tif", ""),
        ("spotless.tif", ""),
        ("messc40.tif", ""),
        ("program_41.tif", ""),
    ],
)
def test_a_files_name_tells_its_sensor(name: str, sensor: str) -> None:
    assert sensor_of("", name) == sensor


def test_tags_that_name_satellites_tell_the_sensor(tmp_path: Path) -> None:
    info = described(tmp_path, 8, tags={"SATELLITE_ID": "PlanetScope 24a1"})
    assert (info.band_order, info.order_known) == (SUPERDOVE, "by the sensor")
    assert described(tmp_path, 8, tags={"COMMENT": "not PlanetScope"}).order_known == "assumed"


def test_what_is_said_goes_before_what_is_known_and_that_before_what_is_usual(tmp_path: Path) -> None:
    rgbn = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined)
    assert described(tmp_path, 4).order_known == "assumed"
    assert described(tmp_path, 4).colour == (3, 2, 1)
    assert described(tmp_path, 4, dtype="uint8").colour == (1, 2, 3)
    assert described(tmp_path, 4, sensor="NAIP").colour == (1, 2, 3)
    assert described(tmp_path, 4, kinds=rgbn).colour == (1, 2, 3)
    assert described(tmp_path, 4, kinds=rgbn, waves=(485, 560, 660, 830)).colour == (3, 2, 1)
    assert described(tmp_path, 4, waves=(0.485, 0.56, 0.66, 0.83)).colour == (3, 2, 1)
    assert described(tmp_path, 4, kinds=rgbn, names=BGRN).colour == (3, 2, 1)
    hint = tuple(Band(common_name=name) for name in ("nir", "red", "green", "blue"))
    info = described(tmp_path, 4, kinds=rgbn, names=BGRN, sensor="Pleiades", hint=hint)
    assert info.colour == (2, 3, 4)
    assert (info.order_known, info.order_why) == ("told", "the catalogue or the user")


def test_a_hint_that_does_not_fit_or_tells_nothing_is_passed_over(tmp_path: Path) -> None:
    assert described(tmp_path, 4, hint=(Band(common_name="red"),)).order_known == "assumed"
    assert described(tmp_path, 4, hint=(Band(), Band(), Band(), Band())).order_known == "assumed"
    assert described(tmp_path, 3, hint=(Band("B"), Band("G"), Band("R"))).colour == (3, 2, 1)


def test_an_alpha_band_may_be_anywhere_and_a_hint_leave_it_out(tmp_path: Path) -> None:
    kinds = (ColorInterp.gray, ColorInterp.alpha, ColorInterp.undefined, ColorInterp.undefined)
    info = described(tmp_path, 4, kinds=kinds, hint=tuple(Band(common_name=n) for n in ("blue", "green", "red")))
    assert (info.alpha, info.colour, info.band_order) == (2, (4, 3, 1), ("blue", "alpha", "green", "red"))
    assert described(tmp_path, 4, kinds=kinds).colour == (1, 3, 4)
    grey = described(tmp_path, 2, kinds=(ColorInterp.alpha, ColorInterp.gray))
    assert (grey.alpha, grey.colour) == (1, (2,))


def test_dimaps_numbers_are_not_sentinels(tmp_path: Path) -> None:
    names = ("B2", "B1", "B0", "B3")
    assert described(tmp_path, 4, names=names, sensor="Pleiades").band_order == ("red", "green", "blue", "nir")
    names = ("B02", "B03", "B04", "B08")
    assert described(tmp_path, 4, names=names, sensor="Sentinel-2").colour == (3, 2, 1)
    # Without the sensor a number says nothing: Landsat's B2 is another than Sentinel's.
    assert described(tmp_path, 4, names=("B1", "B2", "B3", "B4")).order_known == "assumed"


def test_a_single_band_of_sentinel_2_is_named_by_its_file(tmp_path: Path) -> None:
    info = described(tmp_path, 1, name="T52TFM_20231005T021231_B04_10m.tif", sensor="Sentinel-2")
    assert (info.band_order, info.order_known, info.colour) == (("red",), "stated", (1,))
    assert described(tmp_path, 1, name="X_S2B_B8A.tif").band_order == ("nir08",)
    assert described(tmp_path, 1, name="yard_B04.tif").order_known == "assumed"


def test_superdoves_first_green_is_not_taken_for_green(tmp_path: Path) -> None:
    names = ("coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir")
    assert described(tmp_path, 8, names=names).colour == (6, 4, 2)
    assert described(tmp_path, 8, waves=(441.5, 490, 531, 565, 610, 665, 705, 865)).colour == (6, 4, 2)


def test_a_single_panchromatic_band_among_two_is_looked_at(tmp_path: Path) -> None:
    assert described(tmp_path, 2, names=("nir", "pan")).colour == (2,)


NAMES = st.sampled_from(["red", "green", "blue", "nir", "pan", "alpha", "", "coastal"])


@given(st.lists(NAMES, min_size=1, max_size=9).map(tuple))
def test_the_bands_to_look_at_are_always_one_or_three_of_those_there_are(names: tuple[str, ...]) -> None:
    chosen = colour_bands(BandOrder(names, OrderKnown.ASSUMED, ""))
    assert len(chosen) in (1, 3)
    assert len(set(chosen)) == len(chosen)
    assert all(1 <= k <= len(names) for k in chosen)
    if len([n for n in names if n != "alpha"]) >= len(chosen):
        assert all(names[k - 1] != "alpha" for k in chosen)


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=4))
def test_no_text_is_too_odd_to_tell_no_sensor(text: str, tags: dict[str, str]) -> None:
    assert isinstance(sensor_of(text, tags, text), str)


@given(
    st.lists(st.tuples(st.floats(1e-4, 10), st.floats(-5, 5)), min_size=3, max_size=3),
    st.floats(0.01, 100),
)
def test_relative_scales_keep_the_ratios_of_what_was_measured(pairs: list[tuple[float, float]], value: float) -> None:
    scaling = tuple(pairs)
    relative = relative_scaling(scaling, (3, 1, 2)) or ((1.0, 0.0),) * 3
    measured = [value * s + o for s, o in (scaling[2], scaling[0], scaling[1])]
    got = [value * s + o for s, o in relative]
    assert np.array(got) * scaling[2][0] == pytest.approx(np.array(measured), rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_a_mistake_counts_as_none(tmp_path: Path, scale: float) -> None:
    with rasterio.open(
        tmp_path / "s.tif",
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=3,
        dtype="uint16",
        crs="EPSG:32652",
        transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6),
    ) as target:
        target.write(np.ones((3, 8, 8), np.uint16))
        target.scales = (scale, 1.0, 1.0)
    assert describe_image(tmp_path / "s.tif").scaling == ()


def test_a_catalogues_offsets_are_used(tmp_path: Path) -> None:
    hint = tuple(Band(n, n, 1e-4, -0.1) for n in ("red", "green", "blue"))
    assert np.array(described(tmp_path, 3, hint=hint).scaling) == pytest.approx(np.array([(1, -1000)] * 3))
