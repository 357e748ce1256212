from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
import rasterio
from tests.imagery.drawn import write_plain

from wayside.errors import ImageError, OutsideError, ValueRefusedError
from wayside.imagery import convert_to_cog, describe_image, write_cog

RNG = np.random.default_rng(8)
UTM = (0.5, 0.0, 500000.0, 0.0, -0.5, 4600000.0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
@pytest.mark.parametrize("bands", [1, 3, 4])
def test_what_is_written_is_read_back(tmp_path: Path, dtype: str, bands: int) -> None:
    image = (RNG.integers(0, 200, (bands, 600, 700))).astype(dtype)
    path = tmp_path / "new" / "a.tif"
    write_cog(image, path, transform=UTM, crs="EPSG:32652", nodata=0, tags={"TIFFTAG_DATETIME": "2023:10:05 02:03:04"})
    info = describe_image(path)
    assert (info.width, info.height, info.bands, info.dtype, info.nodata) == (700, 600, bands, dtype, 0)
    assert (info.transform, info.crs) == (UTM, "EPSG:32652")
    assert info.tags["TIFFTAG_DATETIME"] == "2023:10:05 02:03:04"
    with rasterio.open(path) as dataset:
        np.testing.assert_array_equal(dataset.read(), image)
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.block_shapes[0] == (256, 256)
        assert dataset.overviews(1)
    assert [p.name for p in path.parent.iterdir()] == ["a.tif"]


def test_a_plain_image_stays_without_a_map(tmp_path: Path) -> None:
    write_cog(np.ones((1, 50, 50), np.uint8), tmp_path / "a.tif")
    assert not describe_image(tmp_path / "a.tif", gsd_m=0.5).has_map
    with pytest.raises(ValueRefusedError, match="come together"):
        write_cog(np.ones((1, 50, 50), np.uint8), tmp_path / "a.tif", crs="EPSG:32652")


@pytest.mark.parametrize(("driver", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("GTiff", "tif"), ("BMP", "bmp")])
def test_a_file_becomes_a_cog_pixel_for_pixel(tmp_path: Path, driver: str, suffix: str) -> None:
    source, target = tmp_path / f"s.{suffix}", tmp_path / "out" / "t.tif"
    write_plain(source, RNG.integers(0, 256, (3, 300, 700)).astype(np.uint8), driver)
    convert_to_cog(source, target, info=describe_image(source, gsd_m=0.5))
    assert not describe_image(target, gsd_m=0.5).has_map
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(source) as one,
        rasterio.open(target) as other,
    ):
        np.testing.assert_array_equal(one.read(), other.read())
    assert sorted(p.name for p in tmp_path.rglob("*")) == sorted(["out", source.name, "t.tif"])


def test_a_world_files_map_goes_into_the_cog(tmp_path: Path) -> None:
    source = tmp_path / "s.png"
    write_plain(source, RNG.integers(0, 256, (4, 60, 70)).astype(np.uint8), "PNG")
    source.with_suffix(".pgw").write_text("0.5\n0\n0\n-0.5\n500000.25\n4599999.75\n", encoding="utf-8")
    info = describe_image(source, crs="EPSG:32652")
    convert_to_cog(source, tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert (stored.transform, stored.crs) == (UTM, "EPSG:32652")
    assert (stored.colour, stored.alpha) == (info.colour, info.alpha) == ((1, 2, 3), 4)


def test_a_palette_and_a_mask_survive(tmp_path: Path) -> None:
    profile = {"driver": "GTiff", "width": 600, "height": 600, "crs": "EPSG:32652", "transform": rasterio.Affine(*UTM)}
    index = RNG.integers(0, 2, (1, 600, 600)).astype(np.uint8)
    with rasterio.open(tmp_path / "p.tif", "w", count=1, dtype="uint8", photometric="PALETTE", **profile) as target:
        target.write(index)
        target.write_colormap(1, {0: (1, 2, 3, 255), 1: (9, 8, 7, 255)})
    convert_to_cog(tmp_path / "p.tif", tmp_path / "q.tif", info=describe_image(tmp_path / "p.tif"))
    info = describe_image(tmp_path / "q.tif")
    assert info.palette
    with rasterio.open(tmp_path / "q.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(), index)
        assert dataset.colormap(1)[1][:3] == (9, 8, 7)
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"),
        rasterio.open(tmp_path / "m.tif", "w", count=1, dtype="uint8", **profile) as target,
    ):
        target.write(index)
        target.write_mask(index[0] * 255)
    convert_to_cog(tmp_path / "m.tif", tmp_path / "n.tif", info=describe_image(tmp_path / "m.tif"))
    assert describe_image(tmp_path / "n.tif").masked


def test_a_damaged_source_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "s.tif"
    write_plain(
        source,
        RNG.integers(0, 256, (1, 500, 500)).astype(np.uint8),
        "GTiff",
        tiled=True,
        blockxsize=128,
        blockysize=128,
        compress="DEFLATE",
    )
    info = describe_image(source, gsd_m=0.5)
    data = bytearray(source.read_bytes())
    data[100_000:110_000] = b"\xaa" * 10_000
    source.write_bytes(data)
    with pytest.raises(ImageError):
        convert_to_cog(source, tmp_path / "t.tif", info=info)
    assert [p.name for p in tmp_path.iterdir()] == ["s.tif"]


def test_a_disk_that_refuses_is_said_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutsideError, match="folder cannot be made"):
        write_cog(np.ones((1, 5, 5), np.uint8), tmp_path / "file" / "a.tif")
    (tmp_path / "a.tif").mkdir()
    (tmp_path / "a.tif" / "keep").write_text("x", encoding="utf-8")
    with pytest.raises(OutsideError, match="cannot be written"):
        write_cog(np.ones((1, 5, 5), np.uint8), tmp_path / "a.tif")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tif", "file"]


@pytest.mark.parametrize("dtype", [np.bool_, np.complex64])
def test_a_pixel_type_that_is_no_images_is_refused(tmp_path: Path, dtype: type) -> None:
    with pytest.raises(ValueRefusedError, match="not an image"):
        write_cog(np.zeros((1, 5, 5), dtype), tmp_path / "a.tif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["a b.tif", "ünï-東.tif", "a!b.tif", "http:x.tif", "zip+a&<b>.tif", "a?b#c%20.tif", "it's.tif"]
)
def test_any_file_name_is_a_plain_name(tmp_path: Path, name: str) -> None:
    image = RNG.integers(0, 256, (1, 60, 70)).astype(np.uint8)
    write_cog(image, tmp_path / name, transform=UTM, crs="EPSG:32652")
    info = describe_image(tmp_path / name)
    convert_to_cog(tmp_path / name, tmp_path / "out" / name, info=info)
    assert describe_image(tmp_path / "out" / name).transform == UTM
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "out"])


def test_a_relative_path_is_read_and_written(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        write_cog(np.ones((1, 60, 70), np.uint8), Path("a.tif"), transform=UTM, crs="EPSG:32652")
        convert_to_cog(Path("a.tif"), Path("b.tif"), info=describe_image(Path("a.tif")))
    assert describe_image(tmp_path / "b.tif").has_map
