"""Several files for one look: a file for each band, tiles beside each other, the provider's mask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rio_cogeo
from affine import Affine
from numpy.typing import NDArray
from rasterio.windows import Window
from tests.imagery.drawn import affine_at, draw, ground, track
from tests.imagery.remote.counting_source import CountingSource

from wayside.errors import ImageError
from wayside.imagery import PixelReader, describe_image, read_overview, site_bounds
from wayside.imagery.remote import CropFacts, CropRequest, RemoteTile, crop_to_files
from wayside.model.acquisitions import Band

SIZE = (1000, 900)
TRACKS = [track([(-170, -100), (0, 10), (120, 40)], "1"), track([(-170, 107), (0, -30), (150, -120)], "2")]


def crop(folder: Path, *tiles: RemoteTile, **request: Any) -> CropFacts:
    return crop_to_files(
        tiles,
        TRACKS,
        CropRequest(**request),
        image=folder / "c.tif",
        overview=folder / "v.tif",
        mask=folder / "m.tif",
    )


def piece(source: Path, target: Path, columns: tuple[int, int], rows: tuple[int, int] = (0, SIZE[1])) -> CountingSource:
    """Cut a tile out of an image."""
    window = Window(columns[0], rows[0], columns[1] - columns[0], rows[1] - rows[0])
    with rasterio.open(source) as whole:
        profile = whole.profile | {
            "width": window.width,
            "height": window.height,
            "transform": whole.transform @ Affine.translation(columns[0], rows[0]),
        }
        with rasterio.open(target, "w", **profile) as part:
            part.write(whole.read(window=window))
    return CountingSource(target)


def strips(path: Path) -> list[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
    batch = PixelReader().read_strips(path, TRACKS, info=describe_image(path))
    return [(strip.pixels, strip.valid) for strip in batch.strips]


def test_a_file_for_each_band_makes_one_image(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16", nodata=0)
    with rasterio.open(tmp_path / "o.tif") as whole:
        profile = whole.profile | {"count": 1, "compress": "deflate"}
        for k in (1, 2, 3):
            with rasterio.open(tmp_path / f"{k}.tif", "w", **profile | {"blockxsize": 64 * k}) as one:
                one.write(whole.read(k), 1)
    sources = tuple(CountingSource(tmp_path / f"{k}.tif") for k in (1, 2, 3))
    facts = crop(tmp_path, RemoteTile(sources))
    assert facts.image.colour == (1, 2, 3)
    assert facts.image.bands == 3
    for (pixels, valid), (its, usable) in zip(strips(tmp_path / "o.tif"), strips(tmp_path / "c.tif"), strict=True):
        np.testing.assert_array_equal(valid, usable)
        np.testing.assert_array_equal(pixels, its)
    assert rio_cogeo.cog_validate(tmp_path / "c.tif", quiet=True) == (True, [], [])
    # Headers, tables, one call for all blocks.
    assert all(len(source.calls) <= 3 for source in sources)


def test_bands_on_different_grids_are_refused(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, bands=1)
    draw(tmp_path / "b.tif", "EPSG:32652", (1.0, 1.0), size=(500, 450), bands=1)
    sources = tuple(CountingSource(tmp_path / f"{k}.tif") for k in "aab")
    with pytest.raises(ImageError, match="same grid") as caught:
        crop(tmp_path, RemoteTile(sources))
    assert caught.value.where == "b.tif"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tif", "b.tif"]


def test_what_the_catalogue_says_of_the_bands_is_kept(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16", bands=4)
    names = ("nir", "red", "green", "blue")
    bands = tuple(Band(f"B{k}", name, 1e-4, -0.1) for k, name in enumerate(names))
    facts = crop(tmp_path, RemoteTile((CountingSource(tmp_path / "o.tif"),), bands=bands, nodata=7.0))
    assert facts.image.colour == (2, 3, 4)
    assert facts.image.nodata == 7.0
    with rasterio.open(tmp_path / "c.tif") as stored:
        assert stored.scales == (1e-4,) * 4
        assert stored.offsets == (-0.1,) * 4


def test_tiles_of_one_grid_are_joined_pixel_for_pixel(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8", overviews=())
    # The first tile lies in the middle: the grid must grow to its left, above it, to its right and below.
    middle = piece(tmp_path / "o.tif", tmp_path / "a.tif", (310, 700), (280, 640))
    others = [
        piece(tmp_path / "o.tif", tmp_path / "b.tif", (0, 400)),
        piece(tmp_path / "o.tif", tmp_path / "c0.tif", (390, 1000)),
    ]
    facts = crop(tmp_path, *(RemoteTile((source,)) for source in (middle, *others)))
    assert facts.tiles == (0, 1, 2)
    for (pixels, valid), (its, usable) in zip(strips(tmp_path / "o.tif"), strips(tmp_path / "c.tif"), strict=True):
        assert valid.all()
        np.testing.assert_array_equal(valid, usable)
        np.testing.assert_allclose(pixels, its, atol=1e-3)  # the grid begins elsewhere: places round differently
    with rasterio.open(tmp_path / "o.tif") as whole, rasterio.open(tmp_path / "c.tif") as stored:
        column, row = ~whole.transform @ (stored.transform.c, stored.transform.f)
        dx, dy = round(column), round(row)
        assert (column, row) == (pytest.approx(dx, abs=1e-6), pytest.approx(dy, abs=1e-6))
        rows, columns = np.nonzero(stored.dataset_mask())
        np.testing.assert_array_equal(stored.read()[:, rows, columns], whole.read()[:, rows + dy, columns + dx])
    bounds = site_bounds(TRACKS)
    full = read_overview(tmp_path / "o.tif", describe_image(tmp_path / "o.tif"), bounds, 1.0)
    coarse = read_overview(tmp_path / "v.tif", facts.overview, bounds, 1.0)
    both = np.isfinite(full) & np.isfinite(coarse)
    assert both.sum() > 0.95 * np.isfinite(full).sum()
    assert np.median(np.abs(full[both] - coarse[both])) < 4.0


def test_the_first_tile_wins_where_both_have_data(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8", nodata=0)
    with rasterio.open(tmp_path / "o.tif") as whole:
        profile, pixels = whole.profile, whole.read()
    hole = np.zeros(SIZE[::-1], np.bool_)
    hole[:, 400:450] = True
    for name, values in (("a", np.where(hole, 0, 100)), ("b", np.full(hole.shape, 200))):
        with rasterio.open(tmp_path / f"{name}.tif", "w", **profile) as target:
            target.write(np.broadcast_to(values, pixels.shape).astype(np.uint8))
    crop(tmp_path, *(RemoteTile((CountingSource(tmp_path / f"{name}.tif"),)) for name in "ab"))
    with rasterio.open(tmp_path / "c.tif") as stored:
        value = stored.read(1)
        held = value > 0
        left = round((affine_at("EPSG:32652", (0.5, 0.5), SIZE).c - stored.transform.c) / 0.5)
        inside = np.zeros_like(held)
        inside[:, left + 400 : left + 450] = True
        assert (value[held & inside] == 200).all()
        assert (value[held & ~inside] == 100).all()
        assert (held & inside).any()


def test_tiles_of_two_zones_are_laid_onto_the_first_ones_grid(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16")
    draw(tmp_path / "p.tif", "EPSG:32653", (0.5, 0.5), size=(1200, 1100), dtype="uint16")
    left = piece(tmp_path / "o.tif", tmp_path / "a.tif", (0, 480))
    right = piece(tmp_path / "p.tif", tmp_path / "b.tif", (520, 1200), (0, 1100))
    facts = crop(tmp_path, RemoteTile((left,)), RemoteTile((right,)))
    assert facts.image.crs == "EPSG:32652"
    info = describe_image(tmp_path / "c.tif")
    batch = PixelReader().read_strips(tmp_path / "c.tif", TRACKS, info=info)
    for strip in batch.strips:
        assert strip.valid.all()
        frame = strip.frame
        across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m
        xy = frame.centre[None] + frame.normal[None] * across[:, None, None] / frame.unit_m
        lonlat = batch.plane.to_positions(xy.reshape(-1, 2)).reshape(*xy.shape)
        # Twice bilinear over waves of 30 m.
        assert np.abs(strip.pixels[0] - ground(lonlat[..., 0], lonlat[..., 1])).max() < 2.0


def test_tiles_with_other_bands_are_refused(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    draw(tmp_path / "b.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16")
    with pytest.raises(ImageError, match="are not those of"):
        crop(tmp_path, *(RemoteTile((CountingSource(tmp_path / f"{name}.tif"),)) for name in "ab"))


def test_a_tile_that_no_track_crosses_is_named_and_costs_its_header(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    away = piece(tmp_path / "o.tif", tmp_path / "away.tif", (0, 1000), (780, 900))
    facts = crop(tmp_path, RemoteTile((away,)), RemoteTile((CountingSource(tmp_path / "o.tif"),)))
    assert facts.tiles == (1,)
    assert facts.notes == ("no track crosses away.tif",)
    assert away.fetched <= 33_000


@pytest.mark.parametrize("bands", [1, 8])
def test_a_mask_keeps_its_grid_and_its_values(tmp_path: Path, bands: int) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    affine = affine_at("EPSG:32652", (4.0, 4.0), (320, 300))
    classes = np.random.default_rng(2).integers(0, 12, (bands, 300, 320)).astype(np.uint8)
    with rasterio.open(
        tmp_path / "scl.tif",
        "w",
        driver="GTiff",
        width=320,
        height=300,
        count=bands,
        dtype="uint8",
        crs="EPSG:32652",
        transform=affine,
        tiled=True,
        blockxsize=32,
        blockysize=32,
    ) as target:
        target.write(classes)
    mask = CountingSource(tmp_path / "scl.tif")
    facts = crop(tmp_path, RemoteTile((CountingSource(tmp_path / "o.tif"),), mask=mask))
    assert facts.mask is not None
    assert facts.mask.gsd_m == 4.0
    with rasterio.open(tmp_path / "m.tif") as stored:
        assert stored.count == bands
        assert stored.transform == affine
        held = stored.dataset_mask() > 0
        np.testing.assert_array_equal(stored.read()[:, held], classes[:, held])
        assert 0.02 < held.mean() < 0.5
        for one in TRACKS:
            assert {value[0] for value in stored.sample(_points(one), masked=True)} <= set(range(12))
    assert rio_cogeo.cog_validate(tmp_path / "m.tif", quiet=True)[0]
    if bands == 1:
        with rasterio.open(tmp_path / "m.tif") as full:
            assert set(np.unique(full.read(1))) <= set(range(12))


def _points(one: Any) -> list[tuple[float, float]]:
    xs, ys = rasterio.warp.transform("EPSG:4326", "EPSG:32652", *zip(*one.centreline, strict=True))
    return list(zip(xs, ys, strict=True))


def test_masks_of_two_tiles_are_joined_without_mixing_classes(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    tiles = []
    for name, columns, crs, value in (("a", (0, 480), "EPSG:32652", 4), ("b", (470, 1000), "EPSG:32653", 9)):
        with rasterio.open(
            tmp_path / f"m{name}.tif",
            "w",
            driver="GTiff",
            width=160,
            height=160,
            count=1,
            dtype="uint8",
            crs=crs,
            transform=affine_at(crs, (5.0, 5.0), (160, 160)),
            nodata=0,
        ) as target:
            target.write(np.full((1, 160, 160), value, np.uint8))
        image = piece(tmp_path / "o.tif", tmp_path / f"{name}.tif", columns)
        tiles.append(RemoteTile((image,), mask=CountingSource(tmp_path / f"m{name}.tif")))
    crop(tmp_path, *tiles)
    with rasterio.open(tmp_path / "m.tif") as stored:
        assert set(np.unique(stored.read(1))) <= {0, 4, 9}  # and nothing between
        # Both cover all of the site, so that along the tracks the first is seen.
        for one in TRACKS:
            assert {int(value[0]) for value in stored.sample(_points(one))} == {4}


def test_a_panchromatic_file_sharpens_along_the_tracks_on_its_own_grid(tmp_path: Path) -> None:
    """Coloured bands that are factors of one scene, seen four times coarser: sharpening gives the scene back."""
    affine = affine_at("EPSG:32652", (0.5, 0.5), SIZE)
    rng = np.random.default_rng(3)
    scene = rng.integers(300, 2000, (SIZE[1] // 2, SIZE[0] // 2)).repeat(2, axis=0).repeat(2, axis=1).astype(np.uint16)
    factors = np.array([0.8, 1.0, 1.2, 1.4])
    mean = scene.reshape(SIZE[1] // 4, 4, SIZE[0] // 4, 4).mean(axis=(1, 3))
    colour = np.rint(mean * factors[:, None, None]).astype(np.uint16)
    common = {"driver": "GTiff", "dtype": "uint16", "crs": "EPSG:32652", "tiled": True, "blockxsize": 64}
    common |= {"blockysize": 64}
    with rasterio.open(
        tmp_path / "pan.tif", "w", width=SIZE[0], height=SIZE[1], count=1, transform=affine, **common
    ) as target:
        target.write(scene, 1)
    coarse = {"width": SIZE[0] // 4, "height": SIZE[1] // 4, "transform": affine @ Affine.scale(4.0)}
    with rasterio.open(tmp_path / "ms.tif", "w", count=4, **coarse, **common) as target:
        target.descriptions = ("blue", "green", "red", "nir")
        target.write(colour)
    pan, ms = CountingSource(tmp_path / "pan.tif"), CountingSource(tmp_path / "ms.tif")
    facts = crop(tmp_path, RemoteTile((ms,), pan=pan))
    assert facts.image.gsd_m == 0.5
    assert facts.image.transform == tuple(affine)[:6]
    assert facts.image.colour == (1, 2, 3)
    assert facts.fetched == pan.fetched + ms.fetched
    with rasterio.open(tmp_path / "c.tif") as stored:
        held = stored.dataset_mask() > 0
        assert 0.05 < held.mean() < 0.9
        for band, factor in enumerate((1.2, 1.0, 0.8), start=1):
            off = stored.read(band)[held] - scene[held] * factor
            assert np.abs(off).mean() < 3.0
    assert all(valid.all() for _, valid in strips(tmp_path / "c.tif"))
    assert rio_cogeo.cog_validate(tmp_path / "c.tif", quiet=True) == (True, [], [])


def test_a_panchromatic_file_that_is_no_finer_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "ms.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16")
    draw(tmp_path / "pan.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint16", bands=1)
    tile = RemoteTile((CountingSource(tmp_path / "ms.tif"),), pan=CountingSource(tmp_path / "pan.tif"))
    with pytest.raises(ImageError, match="no finer"):
        crop(tmp_path, tile)
