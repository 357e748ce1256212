"""The stored part of an image is, pixel for pixel, what the original has there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rio_cogeo
from rasterio.enums import ColorInterp
from tests.imagery.drawn import affine_at, draw, track
from tests.imagery.remote.counting_source import CountingSource, FailingSource

from wayside.errors import ImageError, SourceError, TracksError
from wayside.imagery import PixelReader, describe_image, read_overview, site_bounds
from wayside.imagery.remote import CropFacts, CropRequest, OpenLimits, RemoteTile, crop_to_files
from wayside.model.observations import Registration
from wayside.model.places import Track

SIZE = (1000, 900)
MAPS = [
    ("EPSG:32652", (0.5, 0.5), 0.0),
    ("EPSG:32652", (0.5, 0.5), 35.0),
    ("EPSG:3857", (0.6, 0.6), 0.0),
    ("EPSG:4326", (5e-6, 4e-6), 0.0),
    ("EPSG:5186", (0.3, 0.3), -100.0),
]


def lines(scale: float = 1.0) -> list[Track]:
    """Two tracks that bend, and one that leaves the image."""
    bent = [[(-170, -100), (0, 10), (120, 40)], [(-170, -107), (0, 0), (80, 120)], [(70, 70), (900, 500)]]
    return [track([(x * scale, y * scale) for x, y in line], str(k)) for k, line in enumerate(bent)]


def cut(folder: Path, *sources: Any, tracks: list[Track] | None = None, **request: Any) -> CropFacts:
    return crop_to_files(
        [RemoteTile(tuple(sources))],
        tracks or lines(),
        CropRequest(**request),
        image=folder / "c.tif",
        overview=folder / "v.tif",
    )


def assert_same_strips(original: Path, stored: Path, tracks: list[Track], shift: Registration | None = None) -> None:
    reader = PixelReader()
    one = reader.read_strips(original, tracks, info=describe_image(original), shift=shift)
    other = reader.read_strips(stored, tracks, info=describe_image(stored), shift=shift)
    assert one.outside == other.outside
    assert any(strip.valid.any() for strip in one.strips)
    for a, b in zip(one.strips, other.strips, strict=True):
        assert a.track_id == b.track_id
        np.testing.assert_array_equal(a.valid, b.valid)
        np.testing.assert_array_equal(a.pixels, b.pixels)
        for end, its in zip(a.ends or (), b.ends or (), strict=True):
            np.testing.assert_array_equal(end.pixels, its.pixels)
            np.testing.assert_array_equal(end.valid, its.valid)


def assert_valid_cog(path: Path) -> None:
    assert rio_cogeo.cog_validate(path, quiet=True) == (True, [], [])


@pytest.mark.parametrize(("crs", "pixel", "angle"), MAPS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_strips_from_what_is_stored_are_those_of_the_original(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float, dtype: str
) -> None:
    draw(tmp_path / "o.tif", crs, pixel, size=SIZE, angle=angle, dtype=dtype, overviews=(2, 4), compress="deflate")
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"))
    assert_same_strips(tmp_path / "o.tif", tmp_path / "c.tif", lines())
    assert_valid_cog(tmp_path / "c.tif")
    assert_valid_cog(tmp_path / "v.tif")
    assert facts.image == describe_image(tmp_path / "c.tif")
    assert facts.overview == describe_image(tmp_path / "v.tif")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.tif", "o.tif", "v.tif"]


LAYOUTS: dict[str, dict[str, Any]] = {
    "strips": {"tiled": False, "blockysize": 7},
    "rows": {"tiled": False, "blockysize": 1, "bands": 1},
    "planar": {"interleave": "band"},
    "planar strips": {"interleave": "band", "tiled": False, "blockysize": 16, "compress": "lzw"},
    "pack of 512": {"blockxsize": 512, "blockysize": 512, "compress": "zstd", "predictor": 2},
    "oblong": {"blockxsize": 64, "blockysize": 160, "compress": "deflate"},
    "one band": {"bands": 1},
    "four bands": {"bands": 4, "dtype": "uint16", "compress": "deflate", "predictor": 2},
    "eight bands": {"bands": 8, "dtype": "uint16"},
    "no overviews": {"overviews": ()},
    "floats": {"dtype": "float32", "compress": "deflate", "predictor": 3},
    "big-endian": {"ENDIANNESS": "BIG", "dtype": "uint16"},
    "BigTIFF": {"BIGTIFF": "YES"},
    "JPEG": {"compress": "jpeg", "photometric": "ycbcr", "dtype": "uint8"},
    "sparse": {"SPARSE_OK": "TRUE", "nodata": 0},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_of_blocks_gives_the_same_pixels(tmp_path: Path, layout: str) -> None:
    options = {"dtype": "uint8", "overviews": (2, 4)} | LAYOUTS[layout]
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, angle=12.0, **options)
    source = CountingSource(tmp_path / "o.tif")
    facts = cut(tmp_path, source)
    assert_same_strips(tmp_path / "o.tif", tmp_path / "c.tif", lines())
    assert_valid_cog(tmp_path / "c.tif")
    assert (facts.fetched, facts.ranges) == (source.fetched, source.ranges)
    assert facts.whole == source.size


@pytest.mark.parametrize("gsd", [0.06, 0.09, 0.12])
@pytest.mark.parametrize("overviews", [(), (2, 4), (4,)])
def test_fine_images_are_stored_at_the_overview_that_strips_are_read_from(
    tmp_path: Path, gsd: float, overviews: tuple[int, ...]
) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (gsd, gsd), size=SIZE, dtype="uint8", overviews=overviews)
    tracks = lines(0.15)
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=tracks)
    factor = max([f for f in overviews if f * gsd <= 0.25], default=1)
    assert facts.image.gsd_m == pytest.approx(gsd * factor)
    assert facts.source_gsd_m == pytest.approx(gsd)
    reader = PixelReader()
    one = reader.read_strips(tmp_path / "o.tif", tracks, info=describe_image(tmp_path / "o.tif"))
    other = reader.read_strips(tmp_path / "c.tif", tracks, info=describe_image(tmp_path / "c.tif"))
    for a, b in zip(one.strips, other.strips, strict=True):
        np.testing.assert_array_equal(a.valid, b.valid)
        # Another unit of the plane rounds places in the last digit; without overviews nothing differs at all.
        np.testing.assert_allclose(a.pixels, b.pixels, atol=0 if factor == 1 else 1e-3)


def _masked(path: Path, **options: Any) -> None:
    """Write an image whose left half is said to be missing, in one of several ways."""
    rng = np.random.default_rng(5)
    width, height = SIZE
    way = options.pop("way")
    bands = {"alpha": 4, "palette": 1}.get(way, 3)
    pixels = rng.integers(1, 250, (bands, height, width)).astype(np.uint8)
    left = np.zeros((height, width), np.bool_)
    left[:, : width // 2] = True
    if way == "alpha":
        pixels[3] = np.where(left, 0, 255)
    if way == "nodata":
        pixels[:, left] = 0
    profile = {"driver": "GTiff", "tiled": True, "blockxsize": 128, "blockysize": 128, "dtype": "uint8"}
    crs = {"crs": "EPSG:32652", "transform": affine_at("EPSG:32652", (0.5, 0.5), SIZE)}
    nodata = 0 if way == "nodata" else None
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(path, "w", width=width, height=height, count=bands, nodata=nodata, **profile, **crs) as target,
    ):
        if way == "alpha":
            target.colorinterp = [ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha]
        target.write(pixels)
        if way == "palette":
            target.write_colormap(1, {k: (k, 255 - k, k // 2, 255) for k in range(256)})
        if way == "mask":
            target.write_mask(np.where(left, 0, 255).astype(np.uint8))
    if options.get("overviews"):
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as target:
            target.build_overviews(options["overviews"], rasterio.enums.Resampling.average)


@pytest.mark.parametrize("way", ["alpha", "nodata", "mask", "palette", "plain"])
def test_what_is_missing_is_said_as_the_original_says_it(tmp_path: Path, way: str) -> None:
    _masked(tmp_path / "o.tif", way=way)
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"))
    assert_same_strips(tmp_path / "o.tif", tmp_path / "c.tif", lines())
    assert_valid_cog(tmp_path / "c.tif")
    before, after = describe_image(tmp_path / "o.tif"), facts.image
    names = ("width", "height", "bands", "dtype", "crs", "transform", "nodata", "colour", "alpha", "palette")
    assert [getattr(before, n) for n in names] == [getattr(after, n) for n in names]
    assert after.masked == (way in {"mask", "palette", "plain"})
    with rasterio.open(tmp_path / "o.tif") as original, rasterio.open(tmp_path / "c.tif") as stored:
        assert stored.colorinterp == original.colorinterp
        held, seen = stored.dataset_mask() > 0, original.dataset_mask() > 0
        assert 0.05 < held.mean() < 0.7
        assert not (held & ~seen).any()
        np.testing.assert_array_equal(stored.read()[:, held], original.read()[:, held])


@pytest.mark.parametrize("way", ["mask", "alpha", "nodata"])
def test_an_overview_is_missing_where_the_original_is(tmp_path: Path, way: str) -> None:
    _masked(tmp_path / "o.tif", way=way, overviews=[2, 4])
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=lines()[:2])
    assert facts.overview.gsd_m == pytest.approx(1.0)
    with rasterio.open(tmp_path / "v.tif") as coarse, rasterio.open(tmp_path / "o.tif", OVERVIEW_LEVEL=0) as half:
        left = round((coarse.transform.c - half.transform.c) / 1.0)
        top = round((half.transform.f - coarse.transform.f) / 1.0)
        rows, columns = slice(top, top + coarse.height), slice(left, left + coarse.width)
        seen = half.dataset_mask()[rows, columns] > 0
        assert 0.2 < seen.mean() < 0.8
        np.testing.assert_array_equal(coarse.dataset_mask() > 0, seen)
        np.testing.assert_array_equal(coarse.read()[:, seen], half.read()[:, rows, columns][:, seen])


def test_reduced_images_are_means_of_what_is_valid(tmp_path: Path) -> None:
    _masked(tmp_path / "o.tif", way="mask")
    cut(tmp_path, CountingSource(tmp_path / "o.tif"))
    with rasterio.open(tmp_path / "c.tif") as full, rasterio.open(tmp_path / "c.tif", OVERVIEW_LEVEL=0) as half:
        assert (half.width, half.height) == (SIZE[0] // 2, SIZE[1] // 2)
        squares = (SIZE[1] // 2, 2, SIZE[0] // 2, 2)
        valid = (full.dataset_mask() > 0).reshape(squares)
        total = np.where(valid, full.read(1).reshape(squares), 0).sum(axis=(1, 3))
        count = valid.sum(axis=(1, 3))
        expected = np.floor(total / np.maximum(count, 1) + 0.5)
        np.testing.assert_array_equal(half.dataset_mask() > 0, count > 0)
        np.testing.assert_array_equal(half.read(1)[count > 0], expected[count > 0])


def test_scaling_names_and_tags_are_kept(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, bands=4, dtype="uint16")
    with rasterio.open(tmp_path / "o.tif", "r+") as target:
        target.scales, target.offsets = (1e-4, 2e-4, 3e-4, 4e-4), (-0.1, 0.0, 0.0, 0.0)
        target.descriptions = ("blue", "green", "red", "nir")
        target.update_tags(TIFFTAG_DATETIME="2023:10:05 02:11:09")
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"))
    assert facts.image.colour == (3, 2, 1)
    assert facts.image.tags["TIFFTAG_DATETIME"] == "2023:10:05 02:11:09"
    with rasterio.open(tmp_path / "c.tif") as stored:
        assert stored.scales == (1e-4, 2e-4, 3e-4, 4e-4)
        assert stored.offsets == (-0.1, 0.0, 0.0, 0.0)
        assert stored.descriptions == ("blue", "green", "red", "nir")


@pytest.mark.parametrize(("crs", "pixel", "angle"), MAPS)
def test_the_overview_shows_the_whole_site_as_the_original_does(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    draw(tmp_path / "o.tif", crs, pixel, size=SIZE, angle=angle, dtype="uint8", overviews=(2, 4, 8))
    tracks = lines(0.6)
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=tracks)
    bounds = site_bounds(tracks)
    full = read_overview(tmp_path / "o.tif", describe_image(tmp_path / "o.tif"), bounds, 2.0)
    coarse = read_overview(tmp_path / "v.tif", facts.overview, bounds, 2.0)
    assert np.isfinite(coarse).sum() >= np.isfinite(full).sum() - 4 * sum(full.shape)
    both = np.isfinite(full) & np.isfinite(coarse)
    inner = both[2:-2, 2:-2]
    assert np.corrcoef(full[2:-2, 2:-2][inner], coarse[2:-2, 2:-2][inner])[0, 1] > 0.97
    assert 0.5 <= facts.overview.gsd_m <= 1.5


def test_an_overview_without_reduced_images_is_averaged_here(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.25, 0.25), size=SIZE, dtype="uint8", bands=1)
    tracks = lines(0.4)
    facts = cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=tracks)
    assert facts.overview.gsd_m == pytest.approx(1.0)
    with rasterio.open(tmp_path / "o.tif") as original, rasterio.open(tmp_path / "v.tif") as coarse:
        column, row = ~original.transform @ (coarse.transform.c, coarse.transform.f)
        left, top = round(column), round(row)
        assert (column, row) == (pytest.approx(left, abs=1e-6), pytest.approx(top, abs=1e-6))
        whole = original.read(1)[top : top + 4 * coarse.height, left : left + 4 * coarse.width].astype(float)
        high, wide = whole.shape[0] // 4, whole.shape[1] // 4
        mean = whole[: high * 4, : wide * 4].reshape(high, 4, wide, 4).mean(axis=(1, 3))
        np.testing.assert_array_equal(coarse.read(1)[:high, :wide], np.floor(mean + 0.5))


def test_a_shift_moves_what_is_read(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.3, 0.3), size=SIZE, dtype="uint8", compress="deflate")
    far = Registration(True, -60.0, 45.0, 0.9)
    tracks = lines()[:1]
    cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=tracks, shift=far, margin_m=0.0)
    assert_same_strips(tmp_path / "o.tif", tmp_path / "c.tif", tracks, shift=far)


def test_the_margin_holds_for_every_shift_within_it(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.4, 0.4), size=SIZE, dtype="uint8", blockxsize=16, blockysize=16)
    cut(tmp_path, CountingSource(tmp_path / "o.tif"), margin_m=10.0)
    for east, north in ((10, 0), (0, -10), (-7, 7), (-7, -7)):
        shift = Registration(True, float(east), float(north), 0.9)
        assert_same_strips(tmp_path / "o.tif", tmp_path / "c.tif", lines()[:2], shift)


def test_other_formats_are_fetched_whole_up_to_a_limit(tmp_path: Path) -> None:
    affine = affine_at("EPSG:32652", (0.5, 0.5), (600, 500))
    pixels = np.random.default_rng(1).integers(0, 255, (3, 500, 600)).astype(np.uint8)
    with rasterio.open(
        tmp_path / "o.jp2",
        "w",
        driver="JP2OpenJPEG",
        width=600,
        height=500,
        count=3,
        dtype="uint8",
        crs="EPSG:32652",
        transform=affine,
        REVERSIBLE="YES",
        QUALITY="100",
    ) as target:
        target.write(pixels)
    (tmp_path / "o.jp2.aux.xml").unlink(missing_ok=True)
    source = CountingSource(tmp_path / "o.jp2")
    facts = cut(tmp_path, source, tracks=lines(0.4))
    assert facts.fetched == source.size
    assert_same_strips(tmp_path / "o.jp2", tmp_path / "c.tif", lines(0.4))
    with pytest.raises(ImageError, match="no parts of it can be read"):
        cut(tmp_path, CountingSource(tmp_path / "o.jp2"), limits=OpenLimits(whole=10_000))


def test_tracks_elsewhere_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    with pytest.raises(TracksError, match="from the image"):
        cut(tmp_path, CountingSource(tmp_path / "o.tif"), tracks=[track([(5000, 0), (6000, 0)])])
    assert [p.name for p in tmp_path.iterdir()] == ["o.tif"]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_source_that_fails_is_heard_unchanged_and_nothing_is_left(tmp_path: Path, at: int) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8", overviews=(2, 4))
    source = FailingSource(tmp_path / "o.tif", at=at)
    with pytest.raises(SourceError) as caught:
        cut(tmp_path, source)
    assert caught.value is source.error
    assert [p.name for p in tmp_path.iterdir()] == ["o.tif"]


def test_a_source_that_gives_too_little_is_not_believed(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    with pytest.raises(ImageError, match="cut short"):
        cut(tmp_path, FailingSource(tmp_path / "o.tif", short=True))


def test_a_limit_of_bytes_is_kept(tmp_path: Path) -> None:
    draw(tmp_path / "o.tif", "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8")
    source = CountingSource(tmp_path / "o.tif")
    with pytest.raises(ImageError, match="the limit is"):
        cut(tmp_path, source, limits=OpenLimits(fetched=200_000))
    assert source.fetched <= 200_000
    assert [p.name for p in tmp_path.iterdir()] == ["o.tif"]
