"""A zone read from images in any map shows the same ground at the same cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from tests.imagery.drawn import LAT, LON, affine_at, draw, ground, write_plain

from wayside.errors import ImageError, TracksError
from wayside.imagery import describe_image
from wayside.imagery.zones import read_zone
from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.zones import ZoneGrid, ZonePixels, lay_grid

EAST, NORTH = 1 / 82_190.0, 1 / 111_080.0
LONLAT = CoordinateSystem.LONLAT


def zone(east: float = 0.0, north: float = 0.0) -> Zone:
    corners = ((-30, -12), (30, -12), (30, 12), (-30, 12), (-30, -12))
    return Zone("z", tuple(MapPoint(LON + (x + east) * EAST, LAT + (y + north) * NORTH) for x, y in corners))


def centres(grid: ZoneGrid) -> NDArray[np.float64]:
    rows, columns = grid.shape
    at = np.stack(np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5), -1).reshape(-1, 2)
    return grid.positions(grid.metres_of(at))


def truth(grid: ZoneGrid) -> NDArray[np.float64]:
    lon, lat = centres(grid).T
    return ground(lon, lat).reshape(grid.shape)


def read(path: Path, grid: ZoneGrid, **more: object) -> ZonePixels:
    return read_zone(path, describe_image(path), grid, system=LONLAT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("crs", "pixel", "angle"),
    [
        ("EPSG:32652", (0.5, 0.5), 0.0),
        ("EPSG:32652", (0.3, 0.3), 33.0),
        ("EPSG:3857", (0.7, 0.7), 0.0),
        ("EPSG:4326", (0.5 * EAST, 0.5 * NORTH), 0.0),
        ("EPSG:32652", (0.4, 0.6), 0.0),
    ],
    ids=["UTM", "turned", "web mercator", "degrees", "oblong pixels"],
)
def test_the_ground_is_the_same_in_every_map(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    draw(tmp_path / "a.tif", crs, pixel, angle=angle, size=(500, 420))
    grid = lay_grid(zone())
    found = read(tmp_path / "a.tif", grid)
    assert found.valid.all()
    assert np.abs(found.values[0] - truth(grid)).max() < 4.0, "of an amplitude of 100; a cell averages over a metre"
    assert np.abs(found.values[1] / found.values[0] - 0.9).max() < 1e-3


@pytest.mark.parametrize("overviews", [(), (2, 4)])
def test_a_finer_image_is_averaged_and_not_picked_at(tmp_path: Path, overviews: tuple[int, ...]) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.1, 0.1), size=(900, 600), overviews=overviews)
    noisy = tmp_path / "b.tif"
    with rasterio.open(tmp_path / "a.tif") as source:
        profile, values = source.profile, source.read()
    values += 40 * np.random.default_rng(1).standard_normal(values.shape).astype(np.float32)
    with rasterio.open(noisy, "w", **profile) as target:
        target.write(values)
    grid = lay_grid(zone())
    assert np.std(read(noisy, grid).values[0] - truth(grid)) < 12, "40 of noise over a hundred pixels"


def test_the_scenes_shift_is_followed(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(500, 420))
    here, there = lay_grid(zone()), lay_grid(zone(east=4.0, north=-3.0))
    moved = read(tmp_path / "a.tif", here, shift=Registration(registered=True, east_m=4.0, north_m=-3.0))
    assert np.abs(moved.values[0] - read(tmp_path / "a.tif", there).values[0]).max() < 1.5


def test_what_the_image_does_not_show_is_missing(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(100, 420))
    found = read(tmp_path / "a.tif", lay_grid(zone()))
    share = found.valid.any(axis=0)
    assert 0.4 < share.mean() < 0.65
    assert not share[0]
    assert share[len(share) // 2]


def test_a_zone_elsewhere_is_said_so(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(200, 200))
    for far in (lay_grid(zone(east=900.0)), lay_grid(zone(north=5e6))):
        with pytest.raises(TracksError, match="zone"):
            read(tmp_path / "a.tif", far)


def test_grey_images_are_read_too(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), bands=1)
    values = read(tmp_path / "a.tif", lay_grid(zone())).values
    assert values.shape[0] == 3
    assert (values[0] == values[2]).all()


def test_pixel_coordinates_need_no_map(tmp_path: Path) -> None:
    values = np.zeros((1, 120, 160), np.uint8)
    values[0, 40:60, 50:110] = 200
    write_plain(tmp_path / "a.tif", values, "GTiff")
    ring = ((50, 40), (110, 40), (110, 60), (50, 60), (50, 40))
    grid = lay_grid(Zone("z", tuple(MapPoint(*p) for p in ring), CoordinateSystem.PIXEL), pixel_m=0.5)
    info = describe_image(tmp_path / "a.tif", gsd_m=0.5)
    found = read_zone(tmp_path / "a.tif", info, grid, system=CoordinateSystem.PIXEL)
    assert (found.values[0][grid.share == 1.0] == 200).all()
    assert found.values[0][grid.share == 0.0].max() < 110
    with pytest.raises(TracksError, match="no map"):
        read_zone(tmp_path / "a.tif", info, lay_grid(zone()), system=LONLAT)


def test_a_providers_mask_hides_cells_and_a_wrong_one_none(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=(500, 420))
    codes = np.full((42, 50), 4, np.uint8)
    codes[:, 30:] = 9  # cloud, five metres a pixel: everything east of 25 m
    affine = affine_at("EPSG:32652", (5.0, 5.0), (50, 42))
    path = tmp_path / "scl.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=50, height=42, count=1, dtype="uint8", crs="EPSG:32652", transform=affine
    ) as target:
        target.write(codes, 1)
    grid = lay_grid(zone())
    found = read(tmp_path / "a.tif", grid, mask=(path, MaskKind.SCL))
    x = grid.metres_of(np.array([[0.5, 0.0], [grid.shape[1] - 0.5, 0.0]]))[:, 0]
    east = np.linspace(*x, grid.shape[1])
    assert not found.valid[:, east > 27].any()
    assert found.valid[:, east < 15].all()
    wrong = read(tmp_path / "a.tif", grid, mask=(path, MaskKind.UDM2))
    assert wrong.valid.all()


def test_a_truncated_image_is_one_clear_error(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    info = describe_image(tmp_path / "a.tif")
    content = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(content[: len(content) // 3])
    with pytest.raises(ImageError):
        read_zone(tmp_path / "a.tif", info, lay_grid(zone()), system=LONLAT)
