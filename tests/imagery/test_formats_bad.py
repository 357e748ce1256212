"""What strangers send: damaged headers, claims of anything, files that name other files."""

from __future__ import annotations

import itertools
import struct
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import DatasetReader
from tests.imagery.drawn import draw, track, write_plain

from wayside.errors import ImageError, InputError, OutsideError
from wayside.imagery import PixelReader, convert_to_cog, describe_image
from wayside.imagery.gdal import open_image
from wayside.imagery.ortho import ortho_to_cog
from wayside.imagery.storing import ImageHints, store_image
from wayside.imagery.windows import Box, read_box

RNG = np.random.default_rng(6)
NOISE = RNG.integers(1, 255, (3, 90, 110)).astype(np.uint8)
AFFINE = rasterio.Affine(0.5, 0, 500_000, 0, -0.5, 4_600_000)

FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tiff": ("GTiff", "tif", {}),
    "tiff, tiled": ("GTiff", "tif", {"TILED": "YES", "BLOCKXSIZE": "32", "BLOCKYSIZE": "32", "COMPRESS": "DEFLATE"}),
    "big tiff": ("GTiff", "tif", {"BIGTIFF": "YES", "COMPRESS": "LZW"}),
    "tiff, jpeg": ("GTiff", "tif", {"COMPRESS": "JPEG"}),
    "cog": ("COG", "tif", {"BLOCKSIZE": "128"}),
    "jpeg 2000": ("JP2OpenJPEG", "jp2", {}),
    "nitf": ("NITF", "ntf", {"ICORDS": "N"}),
    "nitf, jpeg 2000": ("NITF", "ntf", {"IC": "C8", "ICORDS": "N"}),
    "nitf, jpeg": ("NITF", "ntf", {"IC": "C3", "ICORDS": "N"}),
    "png": ("PNG", "png", {}),
    "jpeg": ("JPEG", "jpg", {}),
    "webp": ("WEBP", "webp", {}),
    "bmp": ("BMP", "bmp", {}),
}


def whole(folder: Path, form: str) -> bytes:
    driver, suffix, options = FORMS[form]
    with warnings.catch_warnings(), rasterio.Env(GDAL_PAM_ENABLED="NO"), rasterio.MemoryFile() as memory:
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with memory.open(
            driver="GTiff", count=3, height=90, width=110, dtype="uint8", crs="EPSG:32652", transform=AFFINE
        ) as target:
            target.write(NOISE)
        with memory.open() as source:
            rasterio.shutil.copy(source, folder / f"whole.{suffix}", driver=driver, **options)
    return (folder / f"whole.{suffix}").read_bytes()


class Files(dict[str, bytes]):
    """Whole files by form; told briefly, so that a failing example can be read."""

    def __repr__(self) -> str:
        return "Files()"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files({form: whole(tmp_path_factory.mktemp("whole"), form) for form in FORMS})


CHANGE = st.tuples(st.integers(0, 3000), st.one_of(st.integers(0, 255), st.sampled_from([0, 0xFF, 0x7F, 0x30, 0x39])))


# A damaged file's text that is no UTF-8 breaks rasterio's own logging, which says so and goes on.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None)
@given(changes=st.lists(CHANGE, min_size=1, max_size=12), height=st.booleans())
def test_a_damaged_header_gives_an_image_or_one_clear_error(
    files: Files,
    tmp_path_factory: pytest.TempPathFactory,
    form: str,
    changes: list[tuple[int, int]],
    height: bool,
) -> None:
    data = bytearray(files[form])
    for place, value in changes:
        data[place % min(len(data), 1500)] = value
    folder = tmp_path_factory.mktemp("mutated")
    path = folder / f"a.{FORMS[form][1]}"
    path.write_bytes(data)
    try:
        info = describe_image(path, gsd_m=None if height else 0.5)
        store_image(path, folder / "t.tif", ImageHints(gsd_m=info.gsd_m, height_m=50.0 if height else None))
    except (InputError, OutsideError) as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
        assert not (folder / "t.tif").exists()
    assert {p.name for p in folder.iterdir()} <= {path.name, "t.tif"}


def test_formats_are_whole_before_they_are_damaged(files: Files, tmp_path: Path) -> None:
    for form, data in files.items():
        path = tmp_path / f"a.{FORMS[form][1]}"
        path.write_bytes(data)
        assert (
            describe_image(path, gsd_m=None if "png" not in form and FORMS[form][0] in {"GTiff", "COG"} else 0.5)
        ).bands


@pytest.mark.parametrize("form", ["nitf, jpeg 2000", "nitf, jpeg", "tiff, jpeg", "big tiff", "cog"])
@pytest.mark.parametrize("kept", [0.05, 0.4, 0.8, 0.98])
def test_more_truncated_files_are_found(files: Files, tmp_path: Path, form: str, kept: float) -> None:
    path = tmp_path / f"a.{FORMS[form][1]}"
    path.write_bytes(files[form][: int(len(files[form]) * kept)])
    with pytest.raises(ImageError):
        describe_image(path, gsd_m=0.5)


def rewritten(data: bytes, tag: int, value: int) -> bytes:
    """A little-endian TIFF with one tag's value changed, of type SHORT or LONG."""
    out = bytearray(data)
    (start,) = struct.unpack_from("<I", out, 4)
    (count,) = struct.unpack_from("<H", out, start)
    for k in range(count):
        at = start + 2 + 12 * k
        if struct.unpack_from("<H", out, at)[0] == tag:
            struct.pack_into("<HII", out, at + 2, 4, 1, value)
            return bytes(out)
    raise AssertionError(tag)


@pytest.mark.parametrize(("tag", "value"), [(256, 0), (257, 0), (277, 0), (277, 60_000), (277, 70_000), (258, 7777)])
def test_claims_of_nothing_and_of_too_much(tmp_path: Path, tag: int, value: int) -> None:
    path = tmp_path / "a.tif"
    write_plain(path, NOISE[:1], "GTiff")
    path.write_bytes(rewritten(path.read_bytes(), tag, value))
    tracemalloc.start()
    with pytest.raises(ImageError):
        describe_image(path, gsd_m=0.5)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()


def test_nitf_that_claims_70000_bands(files: Files, tmp_path: Path) -> None:
    data = files["nitf"]
    # NBANDS is one digit before IREPBAND of the first band; 0 means that XBANDS with five digits follows.
    at = data.index(b"3R ", 400)
    (tmp_path / "a.ntf").write_bytes(data[:at] + b"070000" + data[at + 1 :])
    with pytest.raises(ImageError):
        describe_image(tmp_path / "a.ntf", gsd_m=0.5)


def test_more_bands_than_any_camera_has(tmp_path: Path) -> None:
    write_plain(tmp_path / "a.tif", np.ones((600, 4, 4), np.uint8), "GTiff")
    with pytest.raises(ImageError, match="600 bands; the limit is 512"):
        describe_image(tmp_path / "a.tif", gsd_m=0.5)


@pytest.mark.parametrize("suffix", [".ovr", ".msk"])
def test_a_file_beside_the_image_is_no_back_door(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "a.tif"
    draw(path, "EPSG:32652", (0.5, 0.5))
    draw(tmp_path / "secret.tif", "EPSG:32652", (0.5, 0.5))
    beside = tmp_path / f"a.tif{suffix}"
    with rasterio.open(tmp_path / "secret.tif") as dataset:
        rasterio.shutil.copy(dataset, beside, driver="VRT")
    with pytest.raises(ImageError, match="beside the image is not a TIFF"):
        describe_image(path)


@pytest.mark.parametrize("how", ["inside", "beside"])
def test_an_image_that_names_where_its_overviews_are_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.tif"
    draw(path, "EPSG:32652", (0.5, 0.5))
    if how == "inside":
        with rasterio.open(path, "r+") as dataset:
            dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE="/vsicurl/http://127.0.0.1:9/x.tif")
    else:
        path.with_name("a.tif.aux.xml").write_text(
            '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/etc/passwd</MDI></Metadata>'
            "</PAMDataset>",
            encoding="utf-8",
        )
    with pytest.raises(ImageError, match="reduced images to be read from"):
        describe_image(path)


def test_sidecars_that_are_what_they_should_be_are_used(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    draw(path, "EPSG:32652", (0.5, 0.5), size=(400, 300), dtype="uint8")
    with rasterio.Env(TIFF_USE_OVR="YES"), rasterio.open(path, "r+") as dataset:
        dataset.build_overviews([2], rasterio.enums.Resampling.average)
    mask = np.full((300, 400), 255, np.uint8)
    mask[:, :100] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK="NO"), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(mask)
    assert {p.name for p in tmp_path.iterdir()} >= {"a.tif", "a.tif.ovr", "a.tif.msk"}
    info = describe_image(path)
    assert (info.masked, info.overviews) == (True, (2,))
    strip = PixelReader().read_strips(path, [track([(-95, 0), (90, 0)])], info=info).strips[0]
    assert strip.visible_fraction == pytest.approx((90 + 50) / 185, abs=0.02)
    convert_to_cog(path, tmp_path / "out" / "t.tif", info=info)
    stored = describe_image(tmp_path / "out" / "t.tif")
    again = PixelReader().read_strips(tmp_path / "out" / "t.tif", [track([(-95, 0), (90, 0)])], info=stored).strips[0]
    np.testing.assert_array_equal(again.valid, strip.valid)


@pytest.mark.parametrize(
    ("bands", "nodata", "dtype", "empty"),
    [
        (3, 0, "uint8", [(0, 0, 0)]),
        (3, 255, "uint8", [(255, 255, 255)]),
        (3, None, "uint8", []),
        (1, -9999, "int16", [(-9999,)]),
        (3, float("nan"), "float32", [(np.nan, np.nan, np.nan), (np.nan, 1.0, 1.0)]),
        (4, 0, "uint16", [(0, 0, 0, 0)]),
    ],
)
def test_nodata_is_where_all_bands_say_so(
    tmp_path: Path, bands: int, nodata: float | None, dtype: str, empty: list[tuple[float, ...]]
) -> None:
    image = np.full((bands, 60, 200), 90, dtype)
    # A black car: black in all but one band is a colour, and so is black where black is not nodata.
    image[:, :, 40:60] = 0
    image[0, :, 40:60] = 1
    if nodata is None:
        image[:, :, 80:100] = 0
    for k, pixel in enumerate(empty):
        image[:, :, 100 + 20 * k : 120 + 20 * k] = np.array(pixel, dtype)[:, None, None]
    path = tmp_path / "a.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=60,
        count=bands,
        dtype=dtype,
        nodata=nodata,
        crs="EPSG:32652",
        transform=AFFINE,
        photometric="MINISBLACK",
        alpha="NO",
    ) as target:
        target.write(image)
    info = describe_image(path)
    with open_image(path) as dataset:
        seen = valid_columns(dataset, info)
    hidden = set(range(100, 100 + 20 * len(empty)))
    # Four bands are blue, green, red, near infrared: the one that is not black is among those looked at.
    assert {k for k in range(200) if not seen[k]} == hidden


def valid_columns(dataset: DatasetReader, info: Any) -> NDArray[np.bool_]:
    return np.asarray(read_box(dataset, info, Box(0, 0, 200, 60)).valid.all(axis=0))


def test_an_all_zero_band_is_a_band(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    draw(path, "EPSG:32652", (0.5, 0.5), dtype="uint16")
    with rasterio.open(path, "r+") as dataset:
        dataset.write(np.zeros((500, 600), np.uint16), 2)
    strip = PixelReader().read_strips(path, [track([(-50, 0), (50, 0)])], info=describe_image(path)).strips[0]
    assert strip.valid.all()
    assert strip.pixels[1].max() == 0


def test_a_palette_of_one_band_is_three_colours(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    draw(path, "EPSG:32652", (0.5, 0.5), bands=1, dtype="uint8", photometric="PALETTE")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {k: (k, 255 - k, 7, 255) for k in range(256)})
    info = describe_image(path)
    assert info.palette
    strip = PixelReader().read_strips(path, [track([(-50, 0), (50, 0)])], info=info).strips[0]
    assert strip.pixels.shape[0] == 3
    assert np.abs(strip.pixels[0] + strip.pixels[1] - 255).max() < 1e-3


@pytest.mark.parametrize("dtype", ["complex64", "complex128", "complex_int16"])
def test_complex_pixels_are_refused_in_every_way_in(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "c.tif"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="GTiff", width=8, height=8, count=1, dtype=dtype):
            pass
    for attempt in (
        lambda: describe_image(path, gsd_m=0.5),
        lambda: store_image(path, tmp_path / "t.tif", ImageHints(gsd_m=0.5)),
        lambda: ortho_to_cog(path, tmp_path / "t.tif", height_m=5),
    ):
        with pytest.raises(ImageError, match="complex"):
            attempt()


@pytest.mark.parametrize(
    "text", ["", "a\nb\nc\nd\ne\nf\n", "0\n0\n0\n0\n0\n0\n", "nan\n0\n0\nnan\n5e5\n4.6e6\n", "0.5\n"]
)
def test_a_wrong_world_file_is_one_clear_error_or_none(tmp_path: Path, text: str) -> None:
    write_plain(tmp_path / "a.png", NOISE, "PNG")
    (tmp_path / "a.pgw").write_text(text, encoding="utf-8")
    with pytest.raises(ImageError, match=r"--gsd|--crs|outside its coordinate"):
        describe_image(tmp_path / "a.png", crs="EPSG:32652")
    assert not describe_image(tmp_path / "a.png", gsd_m=0.5).has_map


@pytest.mark.parametrize("text", ["", "<", "<PAMDataset><SRS>banana</SRS></PAMDataset>", "<PAMDataset>" * 2000])
def test_a_wrong_aux_file_is_one_clear_error_or_passed_over(tmp_path: Path, text: str) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    (tmp_path / "a.tif.aux.xml").write_text(text, encoding="utf-8")
    try:
        assert describe_image(tmp_path / "a.tif").crs == "EPSG:32652"
    except ImageError as error:
        assert error.todo  # noqa: PT017 - both outcomes are right


def test_a_nitf_with_several_images_is_read_at_its_first(tmp_path: Path) -> None:
    with rasterio.Env(GDAL_PAM_ENABLED="NO"):
        write_plain(tmp_path / "a.ntf", NOISE, "NITF", NUMI=2)
    info = describe_image(tmp_path / "a.ntf", gsd_m=0.5)
    assert (info.width, info.bands) == (110, 3)


def test_a_nitf_that_points_elsewhere_is_not_followed(tmp_path: Path, files: Files) -> None:
    """The compressed stream of a NITF is opened as a file of its own; one that is a virtual raster must not be."""
    data = files["nitf, jpeg 2000"]
    at = data.index(b"\xff\x4f\xff\x51")
    draw(tmp_path / "secret.tif", "EPSG:32652", (0.5, 0.5), size=(110, 90), dtype="uint8")
    xml = (
        '<VRTDataset rasterXSize="110" rasterYSize="90">'
        + "".join(
            f'<VRTRasterBand dataType="Byte" band="{k}"><SimpleSource><SourceFilename>{tmp_path}/secret.tif'
            f"</SourceFilename><SourceBand>{k}</SourceBand></SimpleSource></VRTRasterBand>"
            for k in (1, 2, 3)
        )
        + "</VRTDataset>"
    ).encode()
    assert len(xml) < len(data) - at
    (tmp_path / "a.ntf").write_bytes(data[:at] + xml + data[at + len(xml) :])
    with pytest.raises(ImageError):
        describe_image(tmp_path / "a.ntf", gsd_m=0.5)


def test_control_points_and_odd_bands_together(tmp_path: Path) -> None:
    """Alpha first, sixteen bits, control points, no overviews: everything at once."""
    path = tmp_path / "a.tif"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="GTiff", width=110, height=90, count=4, dtype="uint16") as target:
            target.colorinterp = (ColorInterp.gray, ColorInterp.alpha, ColorInterp.undefined, ColorInterp.undefined)
            target.descriptions = ("red", "alpha", "blue", "green")
            target.write(np.concatenate([NOISE[:1], np.full_like(NOISE[:1], 255), NOISE[1:]]).astype(np.uint16))
            target.gcps = (
                [
                    GroundControlPoint(r, c, 5e5 + 0.5 * c, 4.6e6 - 0.5 * r)
                    for r, c in itertools.product((0, 90), (0, 110))
                ],
                CRS.from_epsg(32652),
            )
    info = describe_image(path)
    assert (info.alpha, info.colour, info.gsd_m) == (2, (1, 4, 3), pytest.approx(0.5, rel=1e-3))
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert (stored.alpha, stored.colour, stored.crs) == (2, (1, 4, 3), "EPSG:32652")
