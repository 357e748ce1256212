"""One drawn yard, stored in every format by independent writers: the same strips must come back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from PIL import Image
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from tests.imagery.drawn import draw, track

from wayside.imagery import PixelReader, convert_to_cog, describe_image
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.formats.placing import MapFrom

CRS_NAME, SIZE = "EPSG:32652", (320, 280)
BENT = track([(-60, -40), (0, 10), (60, 45)])


class Yard(NamedTuple):
    """The drawn yard: its pixels, where it lies, and the strip that a plain GeoTIFF of it gives."""

    pixels: NDArray[np.uint8]
    affine: rasterio.Affine
    strip: NDArray[np.float32]


@pytest.fixture(scope="module")
def yard(tmp_path_factory: pytest.TempPathFactory) -> Yard:
    path = tmp_path_factory.mktemp("yard") / "yard.tif"
    affine = draw(path, CRS_NAME, (0.5, 0.5), size=SIZE, dtype="uint8")
    with rasterio.open(path) as dataset:
        return Yard(dataset.read(), affine, strip(path, describe_image(path)))


def strip(path: Path, info: ImageInfo) -> NDArray[np.float32]:
    found = PixelReader().read_strips(path, [BENT], info=info).strips[0]
    assert found.valid.all()
    return found.pixels


def by_gdal(path: Path, pixels: NDArray[Any], affine: rasterio.Affine | None, driver: str, **options: Any) -> None:
    """Write through a dataset in memory and GDAL's own copying, as gdal_translate does."""
    bands, height, width = pixels.shape
    setting = options.pop("setting", None)
    placed = {} if affine is None else {"crs": CRS_NAME, "transform": affine}
    with (
        warnings.catch_warnings(),
        rasterio.Env(GDAL_PAM_ENABLED="NO"),
        rasterio.MemoryFile() as memory,
    ):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(
            driver="GTiff", count=bands, height=height, width=width, dtype=pixels.dtype.name, **placed
        ) as target:
            target.write(pixels)
            if setting:
                setting(target)
        with memory.open() as source:
            rasterio.shutil.copy(source, path, driver=driver, **options)


def place(affine: rasterio.Affine, column: float, row: float) -> tuple[float, float]:
    a, b, c, d, e, f = tuple(affine)[:6]
    return a * column + b * row + c, d * column + e * row + f


def world_file(path: Path, affine: rasterio.Affine) -> None:
    x, y = place(affine, 0.5, 0.5)
    path.write_text("".join(f"{n!r}\n" for n in (affine.a, affine.d, affine.b, affine.e, x, y)), encoding="utf-8")


def described(path: Path) -> ImageInfo:
    return describe_image(path, crs=CRS_NAME)


GEOTIFFS: dict[str, dict[str, Any]] = {
    "strips": {"driver": "GTiff"},
    "tiles": {"driver": "GTiff", "TILED": "YES", "BLOCKXSIZE": 64, "BLOCKYSIZE": 64, "COMPRESS": "LZW", "PREDICTOR": 2},
    "bands apart": {"driver": "GTiff", "INTERLEAVE": "BAND", "COMPRESS": "DEFLATE"},
    "big": {"driver": "GTiff", "BIGTIFF": "YES", "COMPRESS": "ZSTD"},
    "big endian": {"driver": "GTiff", "ENDIANNESS": "BIG"},
    "cog": {"driver": "COG", "BLOCKSIZE": 128},
    "jpeg 2000": {"driver": "JP2OpenJPEG", "REVERSIBLE": "YES", "QUALITY": 100},
    "jpeg 2000, gml alone": {"driver": "JP2OpenJPEG", "REVERSIBLE": "YES", "QUALITY": 100, "GeoJP2": "NO"},
    "jpeg 2000, box alone": {"driver": "JP2OpenJPEG", "REVERSIBLE": "YES", "QUALITY": 100, "GMLJP2": "NO"},
}


@pytest.mark.parametrize("form", GEOTIFFS)
def test_formats_with_a_map_of_their_own(tmp_path: Path, yard: Yard, form: str) -> None:
    path = tmp_path / ("yard.jp2" if "jpeg" in form else "yard.tif")
    by_gdal(path, yard.pixels, yard.affine, **GEOTIFFS[form])
    info = describe_image(path)
    assert info.crs == CRS_NAME
    assert info.gsd_m == 0.5
    # GML writes its numbers with fewer digits.
    np.testing.assert_allclose(strip(path, info), yard.strip, atol=1e-4 if "gml" in form else 0)
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    np.testing.assert_array_equal(strip(tmp_path / "t.tif", describe_image(tmp_path / "t.tif")), strip(path, info))


@pytest.mark.parametrize(
    ("driver", "options", "most"),
    [("JP2OpenJPEG", {"QUALITY": 30}, 12.0), ("GTiff", {"COMPRESS": "JPEG", "JPEG_QUALITY": 90}, 24.0)],
)
def test_lossy_formats_come_close(
    tmp_path: Path,
    yard: Yard,
    driver: str,
    options: dict[str, Any],
    most: float,
) -> None:
    path = tmp_path / ("y.jp2" if driver.startswith("JP2") else "y.tif")
    by_gdal(path, yard.pixels, yard.affine, driver, **options)
    off = np.abs(strip(path, describe_image(path)) - yard.strip)
    assert 0 < off.max() < most
    assert off.mean() < most / 6


@pytest.mark.parametrize(
    ("suffix", "world", "options"),
    [
        ("png", "pgw", {}),
        ("bmp", "bpw", {}),
        ("tif", "tfw", {"compression": "tiff_lzw"}),
        ("jp2", "j2w", {"irreversible": False}),
        ("jp2", "wld", {"irreversible": False}),
    ],
)
def test_pillows_files_with_world_files(
    tmp_path: Path,
    yard: Yard,
    suffix: str,
    world: str,
    options: dict[str, Any],
) -> None:
    pixels, affine = yard.pixels, yard.affine
    path = tmp_path / f"yard.{suffix}"
    Image.fromarray(np.moveaxis(pixels, 0, -1)).save(path, **options)
    world_file(path.with_suffix("." + world), affine)
    info = described(path)
    assert info.transform == pytest.approx(tuple(affine)[:6])
    np.testing.assert_allclose(strip(path, info), yard.strip, atol=1e-3)
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    np.testing.assert_allclose(strip(tmp_path / "t.tif", describe_image(tmp_path / "t.tif")), yard.strip, atol=1e-3)


def as_raw(pixels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    return (pixels.astype(np.uint16) * 8 + 3).astype(np.uint16)


def signed(pixels: NDArray[np.uint8]) -> NDArray[np.int16]:
    return pixels.astype(np.int16) - 200


def reflectance(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return (pixels / np.float32(1000)).astype(np.float32)


class PixelType(NamedTuple):
    """How drawn values are stored, the way back, and what stands for no data."""

    stored: Callable[[NDArray[np.uint8]], NDArray[Any]]
    back: Callable[[NDArray[np.float32]], NDArray[np.float32]]
    nodata: float | None


@pytest.mark.parametrize(
    "form",
    [
        PixelType(as_raw, lambda v: (v - 3) / 8, 0),
        PixelType(as_raw, lambda v: (v - 3) / 8, None),
        PixelType(signed, lambda v: v + 200, -32768),
        PixelType(reflectance, lambda v: v * 1000, float("nan")),
        PixelType(reflectance, lambda v: v * 1000, -9999),
    ],
)
@pytest.mark.parametrize("driver", ["GTiff", "COG"])
def test_pixel_types(tmp_path: Path, yard: Yard, form: PixelType, driver: str) -> None:
    def set_nodata(target: Any) -> None:
        if form.nodata is not None:
            target.nodata = form.nodata

    pixels = form.stored(yard.pixels)
    by_gdal(tmp_path / "y.tif", pixels, yard.affine, driver, setting=set_nodata)
    info = describe_image(tmp_path / "y.tif")
    assert info.dtype == pixels.dtype.name
    np.testing.assert_allclose(form.back(strip(tmp_path / "y.tif", info)), yard.strip, atol=2e-3)
    convert_to_cog(tmp_path / "y.tif", tmp_path / "t.tif", info=info)
    again = describe_image(tmp_path / "t.tif")
    assert (again.dtype, again.nodata) == (info.dtype, pytest.approx(info.nodata, nan_ok=True))
    np.testing.assert_allclose(form.back(strip(tmp_path / "t.tif", again)), yard.strip, atol=2e-3)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize(("options", "lost"), [({"IC": "NC"}, 0), ({"IC": "C8"}, 4)])
def test_nitf(
    tmp_path: Path,
    yard: Yard,
    dtype: str,
    options: dict[str, Any],
    lost: int,
) -> None:
    pixels = yard.pixels.astype(dtype) * (1 if dtype == "uint8" else 16)
    # Corners to the metre: the image is laid so that its corners are whole metres.
    affine = rasterio.Affine(0.5, 0, round(yard.affine.c), 0, -0.5, round(yard.affine.f))
    path = tmp_path / "yard.ntf"
    by_gdal(path, pixels, affine, "NITF", ICORDS="N", **options)
    info = describe_image(path)
    assert info.crs == CRS_NAME
    assert info.map_error_m == 0.5
    # A NITF's corners are the middles of its corner pixels, rounded to the metre: half a metre over 320 pixels.
    assert info.gsd_m == pytest.approx(0.5, abs=1.0 / 280)
    with rasterio.open(path) as dataset:
        stored = dataset.read()
    np.testing.assert_allclose(stored, pixels, atol=lost)
    found = strip(path, info) / (1 if dtype == "uint8" else 16)
    n = min(found.shape[2], yard.strip.shape[2])
    # The ground's waves are 30 m long, of 100 digital numbers: a metre is 20.
    assert np.abs(found[..., :n] - yard.strip[..., :n]).max() < 25
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    with rasterio.open(tmp_path / "t.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(), stored)
        assert dataset.transform.almost_equals(rasterio.Affine(*info.transform or ()))


def test_control_points_on_a_plane_map(tmp_path: Path, yard: Yard) -> None:
    pixels, affine = yard.pixels, yard.affine
    path = tmp_path / "g.tif"
    places = [(0, 0), (0, 280), (320, 0), (320, 280), (160, 100)]
    points = [GroundControlPoint(r, c, *place(affine, c, r)) for c, r in places]

    def set_points(target: Any) -> None:
        target.gcps = points, CRS.from_string(CRS_NAME)

    by_gdal(path, pixels, None, "GTiff", setting=set_points)
    info = describe_image(path)
    assert info.map_from is MapFrom.CONTROL_POINTS
    assert info.map_error_m == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(strip(path, info), yard.strip, atol=1e-2)
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert stored.map_from is MapFrom.FILE
    np.testing.assert_allclose(strip(tmp_path / "t.tif", stored), yard.strip, atol=1e-2)


@pytest.mark.parametrize(
    "names",
    [
        ("blue", "green", "red", "nir"),
        ("nir", "red", "green", "blue"),
        ("coastal_blue", "blue", "green_i", "green", "yellow", "red", "rededge", "nir"),
        ("alpha", "red", "green", "blue"),
        ("blue", "alpha", "green", "red"),
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_bands_in_any_order_give_the_same_strips(
    tmp_path: Path,
    yard: Yard,
    names: tuple[str, ...],
    dtype: str,
) -> None:
    held = dict(zip(("red", "green", "blue"), yard.pixels, strict=True))
    noise = np.random.default_rng(2).integers(1, 255, yard.pixels.shape[1:])
    stack = np.stack([held.get(name, 255 + 0 * noise if name == "alpha" else noise) for name in names]).astype(dtype)

    def name_them(target: Any) -> None:
        target.descriptions = names
        kinds = [ColorInterp.alpha if name == "alpha" else ColorInterp.undefined for name in names]
        kinds[0] = kinds[0] if kinds[0] is ColorInterp.alpha else ColorInterp.gray
        target.colorinterp = kinds

    by_gdal(tmp_path / "b.tif", stack, yard.affine, "GTiff", PHOTOMETRIC="MINISBLACK", setting=name_them)
    info = describe_image(tmp_path / "b.tif")
    assert info.order_known == "stated"
    np.testing.assert_array_equal(strip(tmp_path / "b.tif", info), yard.strip)
    convert_to_cog(tmp_path / "b.tif", tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert (stored.band_order, stored.colour, stored.alpha) == (info.band_order, info.colour, info.alpha)
    np.testing.assert_array_equal(strip(tmp_path / "t.tif", stored), yard.strip)


def test_bands_with_scales_of_their_own_are_brought_to_one(tmp_path: Path, yard: Yard) -> None:
    scales, offsets = (0.01, 0.005, 0.002), (-0.5, 0.0, 1.0)
    # What was measured is the drawn value times 0.01; each band is stored in its own way.
    raw = np.stack([(b * 0.01 - o) / s for b, s, o in zip(yard.pixels, scales, offsets, strict=True)])

    def scale(target: Any) -> None:
        target.scales, target.offsets = scales, offsets

    by_gdal(tmp_path / "s.tif", np.rint(raw).astype(np.int16), yard.affine, "GTiff", setting=scale)
    info = describe_image(tmp_path / "s.tif")
    assert np.array(info.scaling) == pytest.approx(np.array([(1, -50), (0.5, 0), (0.2, 100)]))
    np.testing.assert_allclose(strip(tmp_path / "s.tif", info), yard.strip, atol=0.6)
    convert_to_cog(tmp_path / "s.tif", tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert stored.scaling == info.scaling
    np.testing.assert_array_equal(strip(tmp_path / "t.tif", stored), strip(tmp_path / "s.tif", info))


def test_one_scale_for_all_bands_changes_nothing(tmp_path: Path, yard: Yard) -> None:
    def scale(target: Any) -> None:
        target.scales = (0.0001,) * 3

    by_gdal(tmp_path / "s.tif", yard.pixels.astype(np.uint16), yard.affine, "GTiff", setting=scale)
    info = describe_image(tmp_path / "s.tif")
    assert info.scaling == ()
    np.testing.assert_array_equal(strip(tmp_path / "s.tif", info), yard.strip)
