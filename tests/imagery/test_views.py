from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from pyproj import Transformer
from tests.imagery.drawn import LAT, LON, draw, ground, pixel_track, track, write_plain

from wayside.errors import ImageError, TracksError, ValueRefusedError
from wayside.imagery import (
    SiteBounds,
    describe_image,
    footprint,
    read_chip,
    read_overview,
    register,
    site_bounds,
)
from wayside.model.places import CoordinateSystem, MapPoint

YARD = [track([(-60, -40), (60, 30)], "a"), track([(-50, -45), (70, 25)], "b")]


def test_bounds_reach_a_margin_beyond_the_tracks() -> None:
    bounds = site_bounds(YARD, margin_m=20)
    east = [(p.x - LON) * 82_190 for p in (bounds.low, bounds.high)]
    north = [(p.y - LAT) * 111_080 for p in (bounds.low, bounds.high)]
    assert east == pytest.approx([-80, 90], abs=0.3)
    assert north == pytest.approx([-65, 50], abs=0.3)
    pixels = site_bounds([pixel_track([(10, 20), (110, 40)])], margin_m=5, gsd_m=0.5)
    assert (pixels.low, pixels.high) == (MapPoint(0, 10), MapPoint(120, 50))
    with pytest.raises(ValueRefusedError, match="no extent"):
        SiteBounds(MapPoint(1, 1), MapPoint(1, 2), CoordinateSystem.PIXEL)


@pytest.mark.parametrize(
    ("crs", "pixel", "angle"),
    [("EPSG:32652", (0.5, 0.5), 0.0), ("EPSG:3857", (0.7, 0.7), 25.0), ("EPSG:4326", (5e-6, 4e-6), 0.0)],
)
def test_scenes_in_any_map_come_onto_one_grid(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    draw(tmp_path / "a.tif", crs, pixel, size=(800, 800), angle=angle, bands=1)
    bounds = site_bounds(YARD, margin_m=20)
    grey = read_overview(tmp_path / "a.tif", describe_image(tmp_path / "a.tif"), bounds, 0.5)
    height, width = grey.shape
    assert (height, width) == (pytest.approx(230, abs=1), pytest.approx(340, abs=1))
    lon = bounds.low.x + (np.arange(width) + 0.5) / width * (bounds.high.x - bounds.low.x)
    lat = bounds.high.y - (np.arange(height) + 0.5) / height * (bounds.high.y - bounds.low.y)
    expected = ground(*np.meshgrid(lon, lat))
    assert np.abs(grey - expected).max() < 2.0


def test_two_scenes_of_different_maps_register_to_nothing(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    bounds = site_bounds(YARD, margin_m=60)
    views = []
    for name, crs, pixel in (("a.tif", "EPSG:32652", (0.5, 0.5)), ("b.tif", "EPSG:3857", (0.6, 0.6))):
        draw(tmp_path / name, crs, pixel, size=(900, 900), bands=3)
        grey = read_overview(tmp_path / name, describe_image(tmp_path / name), bounds, 0.5)
        views.append(grey + 10 * rng.normal(size=grey.shape))
    found = register(views[0], views[1], 0.5)
    # The pattern repeats every 44 m, so the quality says little here; the shift must be none all the same.
    assert np.hypot(found.east_m, found.north_m) < 0.3


def test_what_the_image_does_not_hold_is_nan(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(200, 200))
    grey = read_overview(tmp_path / "a.tif", describe_image(tmp_path / "a.tif"), site_bounds(YARD), 1.0)
    assert 0.2 < np.isfinite(grey).mean() < 0.6


def test_views_outside_the_image_or_far_too_large_are_refused(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(200, 200))
    info = describe_image(tmp_path / "a.tif")
    far = site_bounds([track([(9000, 0), (9100, 0)])])
    with pytest.raises(TracksError, match="outside"):
        read_overview(tmp_path / "a.tif", info, far)
    with pytest.raises(TracksError, match="outside"):
        read_chip(tmp_path / "a.tif", info, far)
    with pytest.raises(ImageError, match="too large"):
        read_overview(tmp_path / "a.tif", info, site_bounds([track([(-9000, 0), (9000, 0)])]), 0.5)


@pytest.mark.parametrize("max_px", [2000, 150])
def test_a_chip_shows_the_site_and_says_where_things_are(tmp_path: Path, max_px: int) -> None:
    affine = draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(800, 800), angle=15, dtype="uint8")
    info = describe_image(tmp_path / "a.tif")
    chip = read_chip(tmp_path / "a.tif", info, site_bounds(YARD), max_px=max_px)
    assert chip.rgb.dtype == np.uint8
    assert max(chip.rgb.shape[:2]) <= max_px
    assert chip.gsd_m >= 0.5
    spot = YARD[0].centreline[0]
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:32652", always_xy=True).transform(*spot)
    column, row = np.linalg.solve(
        np.array([[affine.a, affine.b], [affine.d, affine.e]]), np.array([x - affine.c, y - affine.f])
    )
    expected = (np.array([column, row]) - (chip.left, chip.top)) / chip.factor
    assert chip.place([spot])[0] == pytest.approx(expected, abs=0.01)
    assert (chip.rgb[..., 0] < 30).any()
    assert (chip.rgb[..., 0] > 225).any()


def test_a_chip_of_a_plain_image_is_in_its_own_pixels(tmp_path: Path) -> None:
    image = np.zeros((1, 100, 200), np.uint16)
    image[0, 40:60, 50:150] = 4000
    write_plain(tmp_path / "a.tif", image, "GTiff")
    line = pixel_track([(50, 50), (150, 50)])
    chip = read_chip(
        tmp_path / "a.tif",
        describe_image(tmp_path / "a.tif", gsd_m=0.5),
        site_bounds([line], margin_m=5, gsd_m=0.5),
        max_px=500,
    )
    assert chip.rgb.shape == (20, 120, 3)
    assert chip.place(line.centreline).tolist() == [[10.0, 10.0], [110.0, 10.0]]
    assert (chip.rgb[:, 10:110] == 255).all()
    assert (chip.rgb[:, :10] == 0).all()


def test_a_footprint_goes_round_the_image_to_the_left(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(800, 600))
    ring = footprint(describe_image(tmp_path / "a.tif"))
    assert ring is not None
    assert ring[0] == ring[-1]
    points = np.array(ring)
    east, north = (points[:, 0] - LON) * 82_190, (points[:, 1] - LAT) * 111_080
    area = 0.5 * np.sum(east[:-1] * north[1:] - east[1:] * north[:-1])
    assert area == pytest.approx(400 * 300, rel=0.01)
    write_plain(tmp_path / "b.png", np.ones((1, 9, 9), np.uint8), "PNG")
    assert footprint(describe_image(tmp_path / "b.png", gsd_m=1)) is None


def test_a_coarser_image_shows_through_where_there_is_no_data(tmp_path: Path) -> None:
    draw(tmp_path / "whole.tif", "EPSG:32652", (0.5, 0.5), size=(600, 600), bands=3)
    with rasterio.open(tmp_path / "whole.tif") as whole:
        pixels, profile = whole.read(), whole.profile
        coarse = pixels.reshape(3, 300, 2, 300, 2).mean(axis=(2, 4)).astype(pixels.dtype)
        a, b, c, d, e, f = whole.transform[:6]
        wide = Affine(2 * a, 2 * b, c, 2 * d, 2 * e, f)
    seen = np.zeros((600, 600), dtype=bool)
    seen[200:420] = True
    profile |= {"nodata": 0}
    with rasterio.open(tmp_path / "part.tif", "w", **profile) as part:
        part.write(np.where(seen, np.maximum(pixels, 1), 0).astype(pixels.dtype))
    with rasterio.open(
        tmp_path / "coarse.tif", "w", **{**profile, "width": 300, "height": 300, "transform": wide}
    ) as beneath:
        beneath.write(np.maximum(coarse, 1))
    bounds = site_bounds(YARD, margin_m=60)
    infos = {name: describe_image(tmp_path / f"{name}.tif") for name in ("whole", "part", "coarse")}
    alone = read_chip(tmp_path / "part.tif", infos["part"], bounds).rgb
    filled = read_chip(
        tmp_path / "part.tif", infos["part"], bounds, beneath=(tmp_path / "coarse.tif", infos["coarse"])
    ).rgb
    expected = read_chip(tmp_path / "whole.tif", infos["whole"], bounds).rgb
    assert (alone == 255).all(axis=-1).mean() > 0.2
    assert np.abs(filled.astype(int) - expected).mean() < 3
