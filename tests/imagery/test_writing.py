from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.rpc import RPC
from rio_cogeo.cogeo import cog_validate
from tests.imagery.drawn import LAT, LON, draw, write_plain

from wayside.errors import ImageError, OutsideError, ValueRefusedError
from wayside.imagery import convert_to_cog, describe_image, write_cog
from wayside.imagery.ortho import ortho_to_cog
from wayside.imagery.storing import store_image

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


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One file from every way in which a cloud-optimised GeoTIFF is made."""
    folder = tmp_path_factory.mktemp("cogs")
    write_cog(
        RNG.integers(0, 200, (3, 700, 900)).astype(np.uint8), folder / "array.tif", transform=UTM, crs="EPSG:32652"
    )
    draw(folder / "s.tif", "EPSG:32652", (0.5, 0.5), dtype="uint16", bands=4, nodata=0)
    with rasterio.open(folder / "s.tif", "r+") as dataset:
        dataset.descriptions = ("blue", "green", "red", "nir")
        dataset.scales = (0.1, 0.2, 0.3, 0.4)
    convert_to_cog(folder / "s.tif", folder / "file.tif", info=describe_image(folder / "s.tif"))
    draw(folder / "pan_source.tif", "EPSG:32652", (0.25, 0.25), size=(1200, 1000), dtype="uint16", bands=1)
    store_image(folder / "s.tif", folder / "pair.tif", pan=folder / "pan_source.tif")
    plain = [0.0] * 16
    rpc = RPC(
        height_off=50.0, height_scale=500.0, lat_off=LAT, lat_scale=0.0012, line_off=249.5, line_scale=250.0,
        long_off=LON, long_scale=0.0019, samp_off=299.5, samp_scale=300.0, err_bias=0.0, err_rand=0.0,
        line_num_coeff=[0.0, 0.0, -1.0, 0.1, *plain], line_den_coeff=[1.0, 0.0, 0.0, 0.0, *plain],
        samp_num_coeff=[0.0, 1.0, 0.0, 0.3, *plain], samp_den_coeff=[1.0, 0.0, 0.0, 0.0, *plain],
    )  # fmt: skip
    with rasterio.open(folder / "s.tif") as dataset:
        pixels = dataset.read()
    write_plain(folder / "r.tif", pixels, "GTiff")
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning), rasterio.open(folder / "r.tif", "r+") as dataset:
        dataset.rpcs = rpc
    ortho_to_cog(folder / "r.tif", folder / "ortho.tif", height_m=50.0)
    return [folder / f"{name}.tif" for name in ("array", "file", "pair", "ortho")]


def test_what_is_written_is_a_valid_cog_for_rio_cogeo(outputs: list[Path]) -> None:
    for path in outputs:
        valid, errors, warned = cog_validate(path, strict=True)
        assert valid, (path.name, errors, warned)


def test_what_is_written_is_a_valid_cog_for_gdals_own_validator(outputs: list[Path], tmp_path: Path) -> None:
    command = ["/usr/bin/python3", "-m", "osgeo_utils.samples.validate_cloud_optimized_geotiff"]
    if (
        not Path(command[0]).exists()
        or b"Usage" not in subprocess.run(command, capture_output=True, check=False).stdout
    ):
        pytest.skip("GDAL's validator is not here (Debian's python3-gdal has it)")
    for path in outputs:
        done = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
        assert (done.returncode, "is a valid cloud optimized GeoTIFF" in done.stdout) == (0, True), done.stdout
    # The validator can say no.
    draw(tmp_path / "no.tif", "EPSG:32652", (0.5, 0.5), size=(1200, 600), bands=1, tiled=False)
    assert subprocess.run([*command, str(tmp_path / "no.tif")], capture_output=True, check=False).returncode != 0


def test_names_scales_and_offsets_of_bands_are_kept(outputs: list[Path]) -> None:
    with rasterio.open(outputs[1]) as dataset:
        assert dataset.descriptions == ("blue", "green", "red", "nir")
        assert dataset.scales == (0.1, 0.2, 0.3, 0.4)
        assert dataset.nodata == 0
    with rasterio.open(outputs[2]) as dataset:
        assert dataset.descriptions == ("red", "green", "blue")


def test_a_map_that_cannot_be_used_is_not_stored(tmp_path: Path) -> None:
    """A world file without a CRS, and an image counted in pixels: what is stored claims no map."""
    write_plain(tmp_path / "s.tif", RNG.integers(0, 255, (1, 60, 70)).astype(np.uint8), "GTiff")
    (tmp_path / "s.tfw").write_text("0.5\n0\n0\n-0.5\n500000\n4600000\n", encoding="utf-8")
    convert_to_cog(tmp_path / "s.tif", tmp_path / "t.tif", info=describe_image(tmp_path / "s.tif", gsd_m=0.5))
    with pytest.raises(ImageError, match="--gsd"):
        describe_image(tmp_path / "t.tif")
    assert not describe_image(tmp_path / "t.tif", gsd_m=0.5).has_map
