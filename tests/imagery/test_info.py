from __future__ import annotations

import math
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imagery.drawn import draw, write_plain

from wayside.errors import ImageError, OutsideError
from wayside.imagery import PixelLimits, describe_image

RNG = np.random.default_rng(5)
NOISE = RNG.integers(0, 256, (3, 200, 300)).astype(np.uint8)


@pytest.mark.parametrize(
    ("crs", "pixel", "angle", "expected"),
    [
        ("EPSG:32652", (0.5, 0.5), 0.0, 0.5),
        ("EPSG:32652", (0.5, 0.5), 30.0, 0.5),
        ("EPSG:3857", (0.5, 0.5), 0.0, 0.5 * math.cos(math.radians(42.417))),
        ("EPSG:4326", (5e-6, 5e-6), 0.0, 5e-6 * math.sqrt(82_190 * 111_080)),
    ],
)
def test_the_gsd_is_the_size_of_a_pixel_on_the_ground(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float, expected: float
) -> None:
    draw(tmp_path / "a.tif", crs, pixel, angle=angle)
    info = describe_image(tmp_path / "a.tif")
    assert info.gsd_m == pytest.approx(expected, rel=0.005)
    assert info.crs == crs
    assert (info.width, info.height, info.bands, info.dtype) == (600, 500, 3, "float32")
    assert pickle.loads(pickle.dumps(info)) == info  # noqa: S301 - our own bytes: infos travel between processes


def test_a_crs_that_contradicts_the_map_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    assert describe_image(tmp_path / "a.tif", crs="epsg:32652").crs == "EPSG:32652"
    with pytest.raises(ImageError, match="--crs says EPSG:3857"):
        describe_image(tmp_path / "a.tif", crs="EPSG:3857")


def test_feet_are_not_metres(tmp_path: Path) -> None:
    # New York Long Island, US survey feet: a pixel of one foot is 0.3048 m.
    transform = rasterio.Affine(1, 0, 985_000, 0, -1, 200_000)
    with rasterio.open(
        tmp_path / "f.tif",
        "w",
        driver="GTiff",
        width=64,
        height=64,
        count=1,
        dtype="uint8",
        crs="EPSG:2263",
        transform=transform,
    ) as target:
        target.write(np.ones((1, 64, 64), np.uint8))
    assert describe_image(tmp_path / "f.tif").gsd_m == pytest.approx(0.3048, rel=1e-3)


@pytest.mark.parametrize(("driver", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("GTiff", "tif"), ("BMP", "bmp")])
def test_an_image_without_a_map_needs_a_gsd(tmp_path: Path, driver: str, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    write_plain(path, NOISE, driver)
    with pytest.raises(ImageError, match="--gsd"):
        describe_image(path)
    info = describe_image(path, gsd_m=0.46)
    assert (info.gsd_m, info.has_map, info.colour) == (0.46, False, (1, 2, 3))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("gsd", [0.0, -1.0, math.nan, math.inf, 1000.0])
def test_a_gsd_out_of_range_is_refused(tmp_path: Path, gsd: float) -> None:
    write_plain(tmp_path / "a.png", NOISE, "PNG")
    with pytest.raises(ImageError, match="--gsd"):
        describe_image(tmp_path / "a.png", gsd_m=gsd)


def test_a_gsd_that_contradicts_the_map_is_refused(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    assert describe_image(tmp_path / "a.tif", gsd_m=0.51).gsd_m == 0.5
    with pytest.raises(ImageError, match=r"own map says 0\.5 m"):
        describe_image(tmp_path / "a.tif", gsd_m=0.3)


@pytest.mark.parametrize(
    "form",
    [
        ("GTiff", "tif", {}),
        ("GTiff", "tif", {"compress": "DEFLATE", "tiled": True, "blockxsize": 64, "blockysize": 64}),
        ("GTiff", "tif", {"compress": "DEFLATE", "interleave": "pixel"}),
        ("PNG", "png", {}),
        ("JPEG", "jpg", {}),
        ("JPEG", "jpg", {"PROGRESSIVE": "ON"}),
        ("BMP", "bmp", {}),
        ("WEBP", "webp", {}),
        ("JP2OpenJPEG", "jp2", {}),
        ("NITF", "ntf", {}),
        ("NITF", "ntf", {"BLOCKXSIZE": 64, "BLOCKYSIZE": 64}),
    ],
)
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.75, 0.97])
def test_a_truncated_file_is_found(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], form: tuple[str, str, dict[str, object]], kept: float
) -> None:
    driver, suffix, options = form
    whole, cut = tmp_path / f"whole.{suffix}", tmp_path / f"cut.{suffix}"
    write_plain(whole, NOISE, driver, **options)
    data = whole.read_bytes()
    cut.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(ImageError) as caught:
        describe_image(cut, gsd_m=0.5)
    assert "cut." in caught.value.where
    assert caught.value.todo
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([whole.name, cut.name])


def test_a_cog_cut_in_the_middle_is_found(tmp_path: Path) -> None:
    whole = tmp_path / "whole.tif"
    draw(whole, "EPSG:32652", (0.5, 0.5), driver="COG", tiled=None, blockxsize=None, blockysize=None, BLOCKSIZE=128)
    data = whole.read_bytes()
    for kept in (0.1, 0.5, 0.9, 0.999):
        (tmp_path / "cut.tif").write_bytes(data[: int(len(data) * kept)])
        with pytest.raises(ImageError, match=r"cut short|cannot be"):
            describe_image(tmp_path / "cut.tif")


@given(st.binary(max_size=200), st.sampled_from([b"", b"II*\0", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"RIFF"]))
@settings(max_examples=60, deadline=None)
def test_bytes_that_are_no_image_are_refused(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("noise") / "a.tif"
    path.write_bytes(head + body)
    with pytest.raises(ImageError):
        describe_image(path, gsd_m=1.0)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        describe_image(tmp_path / "a.tif")
    with pytest.raises(ImageError, match="not a file"):
        describe_image(tmp_path)
    (tmp_path / "v.vrt").write_text("<VRTDataset rasterXSize='1' rasterYSize='1'/>", encoding="utf-8")
    with pytest.raises(ImageError, match="not an image"):
        describe_image(tmp_path / "v.vrt", gsd_m=1)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header claims any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_with_the_limit(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_claiming(60_000, 60_000))
    with pytest.raises(ImageError, match="400,000,000"):
        describe_image(tmp_path / "bomb.png", gsd_m=0.5)
    sparse = tmp_path / "sparse.tif"
    write_plain(sparse, np.zeros((1, 64, 64), np.uint8), "GTiff")
    with pytest.raises(ImageError, match="the limit is 4,000"):
        describe_image(sparse, gsd_m=0.5, limits=PixelLimits(windowed=4000))
    with pytest.raises(ImageError, match="the limit is 4,000"):
        describe_image(sparse, gsd_m=0.5, limits=PixelLimits(whole=4000))
    with rasterio.open(
        tmp_path / "huge.tif",
        "w",
        driver="GTiff",
        width=70_000,
        height=70_000,
        count=1,
        dtype="uint8",
        SPARSE_OK=True,
        tiled=True,
        blockxsize=4096,
        blockysize=4096,
        crs="EPSG:32652",
        transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6),
    ):
        pass
    with pytest.raises(ImageError, match="4,000,000,000"):
        describe_image(tmp_path / "huge.tif")


WORLD = {"png": "pgw", "jpg": "jgw", "tif": "tfw", "bmp": "bpw"}


@pytest.mark.parametrize(("driver", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("GTiff", "tif")])
@pytest.mark.parametrize("named", [True, False])
def test_a_world_file_is_honoured(tmp_path: Path, driver: str, suffix: str, named: bool) -> None:
    path = tmp_path / f"a.{suffix}"
    write_plain(path, NOISE, driver)
    path.with_suffix("." + (WORLD[suffix] if named else "wld")).write_text("0.5\n0\n0\n-0.5\n500000.25\n4600000.75\n")
    with pytest.raises(ImageError, match="--crs"):
        describe_image(path)
    info = describe_image(path, crs="EPSG:32652")
    assert (info.crs, info.gsd_m, info.crs_assumed) == ("EPSG:32652", 0.5, False)
    assert info.transform == (0.5, 0.0, 500000.0, 0.0, -0.5, 4600001.0)
    assert not describe_image(path, gsd_m=0.5).has_map
    with pytest.raises(ImageError, match="not a known CRS"):
        describe_image(path, crs="EPSG:banana")


def test_a_world_file_in_degrees_is_taken_for_wgs84(tmp_path: Path) -> None:
    write_plain(tmp_path / "a.png", NOISE, "PNG")
    (tmp_path / "a.pgw").write_text("5e-6\n0\n0\n-5e-6\n130.38\n42.41\n")
    info = describe_image(tmp_path / "a.png")
    assert (info.crs, info.crs_assumed) == ("EPSG:4326", True)
    assert info.gsd_m == pytest.approx(5e-6 * math.sqrt(82_190 * 111_080), rel=0.01)


def test_a_map_outside_its_crs_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path / "a.png", NOISE, "PNG")
    (tmp_path / "a.pgw").write_text("0.5\n0\n0\n-0.5\n1e12\n1e12\n")
    with pytest.raises(ImageError, match="outside its coordinate reference system"):
        describe_image(tmp_path / "a.png", crs="EPSG:32652")


def test_bands_are_found_by_meaning_then_name_then_custom(tmp_path: Path) -> None:
    def colour(bands: int, names: tuple[str, ...] = (), **profile: object) -> tuple[tuple[int, ...], int | None]:
        path = tmp_path / "b.tif"
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=8,
            height=8,
            count=bands,
            dtype="uint16",
            crs="EPSG:32652",
            transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6),
            **profile,
        ) as target:
            target.write(np.ones((bands, 8, 8), np.uint16))
            for k, name in enumerate(names, start=1):
                target.set_band_description(k, name)
        info = describe_image(path)
        return info.colour, info.alpha

    assert colour(1) == ((1,), None)
    assert colour(2) == ((1,), None)
    assert colour(3) == ((1, 2, 3), None)
    assert colour(4, photometric="RGB", alpha="YES") == ((1, 2, 3), 4)
    assert colour(4, photometric="MINISBLACK", alpha="NO") == ((3, 2, 1), None)
    assert colour(4, ("Red", "green", "blue", "nir"), photometric="MINISBLACK") == ((1, 2, 3), None)
    assert colour(8, photometric="MINISBLACK") == ((5, 3, 2), None)


def test_an_unreadable_file_is_the_systems_refusal() -> None:
    with pytest.raises(OutsideError):
        describe_image(Path("/proc/self/mem"), gsd_m=1)


def test_pixels_that_are_no_numbers_of_light_are_refused(tmp_path: Path) -> None:
    with rasterio.open(
        tmp_path / "c.tif",
        "w",
        driver="GTiff",
        width=8,
        height=8,
        count=1,
        dtype="complex64",
        crs="EPSG:32652",
        transform=rasterio.Affine(1, 0, 5e5, 0, -1, 4e6),
    ) as target:
        target.write(np.ones((1, 8, 8), np.complex64))
    with pytest.raises(ImageError, match="complex64"):
        describe_image(tmp_path / "c.tif")
