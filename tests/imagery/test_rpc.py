"""Images with rational polynomial coefficients, against the polynomials written down straight from their definition."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import rasterio.shutil
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.rpc import RPC
from rasterio.windows import Window
from scipy.interpolate import RectBivariateSpline
from scipy.optimize import least_squares
from tests.imagery.drawn import LAT, LON, ground, track

from wayside.errors import ImageError, TracksError
from wayside.imagery import describe_image, site_bounds
from wayside.imagery.formats.rpc import ground_of, pixels_of, rpc_ground
from wayside.imagery.ortho import ortho_grid, ortho_to_cog
from wayside.imagery.storing import ImageHints, store_image
from wayside.model.places import MapPoint, Track

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

HEIGHT, SIZE = 120.0, (600, 500)


def coefficients(seed: int = 1, **changes: Any) -> RPC:
    """A view from 25 degrees off the vertical, with lens and orbit bending everything by some pixels."""
    rng = np.random.default_rng(seed)
    small = rng.normal(0, 2e-4, (4, 20))
    small[:, :4] = 0
    small[0, :4], small[2, :4] = (0.001, 0.03, -1.0, 0.2), (0.002, 1.0, 0.05, -0.9)
    small[1, 0] = small[3, 0] = 1.0
    values: dict[str, Any] = {
        "height_off": 50.0,
        "height_scale": 500.0,
        "lat_off": LAT,
        "lat_scale": 0.0012,
        "line_off": 250.0,
        "line_scale": 250.0,
        "long_off": LON,
        "long_scale": 0.0019,
        "samp_off": 300.0,
        "samp_scale": 300.0,
        "line_num_coeff": small[0].tolist(),
        "line_den_coeff": small[1].tolist(),
        "samp_num_coeff": small[2].tolist(),
        "samp_den_coeff": small[3].tolist(),
        "err_bias": 0.0,
        "err_rand": 0.0,
    }
    return RPC(**{**values, **changes})


def by_definition(rpc: RPC, lon: float, lat: float, height: float) -> tuple[float, float]:
    """STDI-0002 volume 1, appendix E, RPC00B, term by term: (column, row), the first pixel's middle at 0, 0."""
    p = (lat - rpc.lat_off) / rpc.lat_scale
    l = (lon - rpc.long_off) / rpc.long_scale  # noqa: E741
    h = (height - rpc.height_off) / rpc.height_scale

    def f(c: list[float]) -> float:
        return (
            c[0] + c[1] * l + c[2] * p + c[3] * h + c[4] * l * p + c[5] * l * h + c[6] * p * h + c[7] * l**2
            + c[8] * p**2 + c[9] * h**2 + c[10] * p * l * h + c[11] * l**3 + c[12] * l * p**2 + c[13] * l * h**2
            + c[14] * l**2 * p + c[15] * p**3 + c[16] * p * h**2 + c[17] * l**2 * h + c[18] * p**2 * h + c[19] * h**3
        )  # fmt: skip

    row = rpc.line_scale * f(rpc.line_num_coeff) / f(rpc.line_den_coeff) + rpc.line_off
    column = rpc.samp_scale * f(rpc.samp_num_coeff) / f(rpc.samp_den_coeff) + rpc.samp_off
    return column, row


def seen_from_space(rpc: RPC, height: float) -> NDArray[np.float32]:
    """Draw what the sensor sees: each pixel's place on the ground found by a general solver on the definition."""
    columns, rows = np.meshgrid(np.arange(0, SIZE[0] + 20, 20), np.arange(0, SIZE[1] + 20, 20))
    places = []
    for c, r in zip(columns.ravel(), rows.ravel(), strict=True):
        solved = least_squares(
            lambda x, c=c, r=r: np.subtract(by_definition(rpc, LON + x[0] * 1e-3, LAT + x[1] * 1e-3, height), (c, r)),
            (0.0, 0.0),
            xtol=1e-14,
            ftol=1e-14,
            gtol=1e-14,
        )
        places.append((LON + solved.x[0] * 1e-3, LAT + solved.x[1] * 1e-3))
    lattice = np.array(places).reshape(*columns.shape, 2)
    # Over 20 pixels the view is bent by less than a thousandth of one: cubic splines through the lattice are exact.

    full = [
        RectBivariateSpline(rows[:, 0], columns[0], lattice[..., k])(np.arange(SIZE[1]), np.arange(SIZE[0]))
        for k in (0, 1)
    ]
    return ground(full[0], full[1]).astype(np.float32)


@pytest.fixture(scope="module")
def raw() -> NDArray[np.float32]:
    return seen_from_space(coefficients(), HEIGHT)


def write(path: Path, image: NDArray[Any], rpc: RPC | None, **options: Any) -> Path:
    bands = np.atleast_3d(image.T).T
    with (
        rasterio.Env(GDAL_PAM_ENABLED="NO"),
        rasterio.open(
            path,
            "w",
            driver="GTiff",
            width=bands.shape[2],
            height=bands.shape[1],
            count=len(bands),
            dtype=bands.dtype.name,
            **options,
        ) as target,
    ):
        target.write(bands)
        if rpc is not None:
            target.rpcs = rpc
    return path


@given(st.floats(-0.9, 0.9), st.floats(-0.9, 0.9), st.floats(-300, 500), st.integers(0, 20))
def test_polynomials_are_those_of_the_definition(x: float, y: float, height: float, seed: int) -> None:
    rpc = coefficients(seed)
    lon, lat = LON + x * rpc.long_scale, LAT + y * rpc.lat_scale
    here = pixels_of(rpc, np.array([[lon, lat]]), height)[0]
    assert here - 0.5 == pytest.approx(by_definition(rpc, lon, lat, height), abs=1e-6)
    assert ground_of(rpc, here[None], height)[0] == pytest.approx((lon, lat), abs=1e-9)


def test_the_size_and_lean_of_a_view() -> None:
    look = rpc_ground(coefficients(), SIZE, HEIGHT, "x")
    # 0.0019 degrees of longitude over 300 columns; 0.9 of the sample scale (in metres) for 500 m of height.
    assert look.column_m == pytest.approx(0.0019 * 82_190 / 300, rel=0.02)
    assert look.row_m == pytest.approx(0.0012 * 111_080 / 250, rel=0.02)
    assert look.lean == pytest.approx(np.hypot(0.9 * 0.0019 * 82_190, 0.2 * 0.0012 * 111_080) / 500, rel=0.08)


@pytest.mark.parametrize("form", ["tags", "rpb", "txt", "nitf", "jp2", "with a rough map"])
def test_an_ortho_shows_every_place_where_it_is(tmp_path: Path, raw: NDArray[np.float32], form: str) -> None:
    rpc = coefficients()
    image = raw if form in {"tags", "rpb", "txt"} else np.rint(raw).astype(np.uint8)
    options: dict[str, Any] = {
        "rpb": {"PROFILE": "BASELINE", "RPB": "YES"},
        "txt": {"PROFILE": "BASELINE", "RPCTXT": "YES"},
        # As "ortho ready" products have: a map for one height, and coefficients for any.
        "with a rough map": {"crs": "EPSG:4326", "transform": rasterio.Affine(6e-6, 0, LON, 0, -6e-6, LAT)},
    }.get(form, {})
    path = write(tmp_path / "raw.tif", image, rpc, **options)
    if form in {"nitf", "jp2"}:
        kept = tmp_path / "kept"
        kept.mkdir()
        driver, extra = ("NITF", {}) if form == "nitf" else ("JP2OpenJPEG", {"REVERSIBLE": "YES", "QUALITY": "100"})
        # NITF keeps them in its own RPC00B extension; JPEG 2000 in a text file beside it.
        with rasterio.Env(GDAL_PAM_ENABLED="NO" if form == "nitf" else "YES"):
            rasterio.shutil.copy(path, kept / f"raw.{form}", driver=driver, **extra)
        path = kept / f"raw.{form}"
        if form == "nitf":
            assert b"RPC00B" in path.read_bytes()
            assert [p.name for p in kept.iterdir()] == ["raw.nitf"]
    if form != "with a rough map":
        with pytest.raises(ImageError, match="RPC") as caught:
            describe_image(path)
        assert "--height" in caught.value.todo
    made = ortho_to_cog(path, tmp_path / "o.tif", height_m=HEIGHT)
    info = describe_image(tmp_path / "o.tif")
    assert (info.crs, info.transform) == ("EPSG:32652", made.grid.transform)
    assert not info.rpc
    with rasterio.open(tmp_path / "o.tif") as dataset:
        got, seen = dataset.read(1).astype(float), dataset.read_masks(1) > 0
    a, _, c, _, e, f = made.grid.transform

    def truth(shift: float) -> NDArray[np.float64]:
        columns, rows = np.meshgrid(np.arange(info.width) + 0.5 + shift, np.arange(info.height) + 0.5)
        lon, lat = Transformer.from_crs(info.crs, "EPSG:4326", always_xy=True).transform(a * columns + c, e * rows + f)
        return ground(np.asarray(lon), np.asarray(lat))

    inner = seen & np.roll(seen, 8, 0) & np.roll(seen, -8, 0) & np.roll(seen, 8, 1) & np.roll(seen, -8, 1)
    assert 0.8 < inner.mean() < 1
    off = (got - truth(0.0))[inner]
    # The slope of the pattern turns values into pixels: what a shift of one pixel does.
    slope = (truth(0.5) - truth(-0.5))[inner]
    assert abs(off @ slope / (slope @ slope)) < 0.02
    assert np.percentile(np.abs(off), 99) < 1.5


def test_a_wrong_height_moves_the_image_by_its_lean(tmp_path: Path, raw: NDArray[np.float32]) -> None:
    path = write(tmp_path / "raw.tif", raw, coefficients())
    rpc = coefficients()
    one, other = (ground_of(rpc, np.array([[300.0, 250.0]]), height)[0] for height in (HEIGHT, HEIGHT + 30))
    moved = np.hypot((other[0] - one[0]) * 82_190, (other[1] - one[1]) * 111_080)
    stored = store_image(path, tmp_path / "o.tif", ImageHints(height_m=HEIGHT + 30))
    assert f"10 m of error in the height move it by {moved / 3:.1f} m" in stored.notes[0]


def test_the_site_alone_is_laid_on_the_map_on_the_same_grid(tmp_path: Path, raw: NDArray[np.float32]) -> None:
    path = write(tmp_path / "raw.tif", np.stack([raw, raw * 0.9, raw * 0.8]).astype(np.uint16), coefficients())
    ortho_to_cog(path, tmp_path / "whole.tif", height_m=HEIGHT)
    area = site_bounds([track([(-40, -20), (30, 25)])], margin_m=10)
    ortho_to_cog(path, tmp_path / "site.tif", height_m=HEIGHT, area=area)
    with rasterio.open(tmp_path / "whole.tif") as whole, rasterio.open(tmp_path / "site.tif") as site:
        assert site.width * site.height < whole.width * whole.height / 5
        step = whole.transform.a
        left, top = (site.transform.c - whole.transform.c) / step, (whole.transform.f - site.transform.f) / step
        assert (left, top) == (pytest.approx(round(left), abs=1e-6), pytest.approx(round(top), abs=1e-6))
        both = whole.read(window=Window(round(left), round(top), site.width, site.height))
        np.testing.assert_allclose(site.read().astype(int), both.astype(int), atol=1)
    with pytest.raises(TracksError, match="outside the image"):
        ortho_to_cog(path, tmp_path / "no.tif", height_m=HEIGHT, area=site_bounds([track([(9000, 0), (9100, 0)])]))
    assert not (tmp_path / "no.tif").exists()


def test_bands_names_scales_nodata_and_alpha_survive(tmp_path: Path, raw: NDArray[np.float32]) -> None:
    image = np.stack([raw, raw, raw, raw]).astype(np.int16)
    image[:, 100:200, 100:200] = -9999
    path = write(tmp_path / "raw.tif", image, coefficients(), nodata=-9999)
    with rasterio.open(path, "r+") as dataset:
        dataset.descriptions = ("blue", "green", "red", "nir")
        dataset.scales = (0.1, 0.2, 0.3, 0.4)
        dataset.update_tags(TIFFTAG_DATETIME="2023:10:05 02:03:04")
    stored = store_image(path, tmp_path / "o.tif", ImageHints(height_m=HEIGHT))
    assert stored.info.band_order == ("blue", "green", "red", "nir")
    assert np.array(stored.info.scaling) == pytest.approx(np.array([(1, 0), (2 / 3, 0), (1 / 3, 0)]))
    assert stored.info.tags["TIFFTAG_DATETIME"] == "2023:10:05 02:03:04"
    assert stored.info.masked
    with rasterio.open(tmp_path / "o.tif") as dataset:
        assert dataset.read()[:, dataset.read_masks(1) > 0].min() > -100
        hole = pixels_of(coefficients(), ground_of(coefficients(), np.array([[150.0, 150.0]]), HEIGHT), HEIGHT)
        assert hole[0] == pytest.approx((150, 150))


def test_coefficients_need_no_height_where_tracks_are_in_pixels(tmp_path: Path, raw: NDArray[np.float32]) -> None:
    path = write(tmp_path / "raw.tif", raw, coefficients())
    info = describe_image(path, gsd_m=0.5)
    assert (info.has_map, info.rpc) == (False, True)
    stored = store_image(path, tmp_path / "t.tif", ImageHints(gsd_m=0.5)).info
    assert (stored.has_map, stored.rpc) == (False, True)


@pytest.mark.parametrize("height", [float("nan"), float("inf"), 5000.0, -3000.0])
def test_a_height_that_the_coefficients_do_not_know_is_refused(
    tmp_path: Path, raw: NDArray[np.float32], height: float
) -> None:
    path = write(tmp_path / "raw.tif", raw, coefficients())
    with pytest.raises(ImageError, match="not one that the image's RPC was made for") as caught:
        ortho_to_cog(path, tmp_path / "o.tif", height_m=height)
    assert "--height" in caught.value.todo
    assert [p.name for p in tmp_path.iterdir()] == ["raw.tif"]


ZEROS = [0.0] * 20


@pytest.mark.parametrize(
    "changes",
    [
        {"line_num_coeff": ZEROS},
        {"line_den_coeff": ZEROS},
        {"samp_num_coeff": ZEROS},
        {"samp_den_coeff": ZEROS},
        {"lat_scale": 0.0},
        {"long_scale": 0.0},
        {"height_scale": 0.0},
        {"line_scale": 0.0},
        {"samp_scale": 0.0},
        {"lat_off": 900.0},
        {"lat_off": 89.0},
        {"line_num_coeff": [1.0] + [0.0] * 19},
        {"samp_num_coeff": [0.0, 0.0, -1.0, 0.0] + [0.0] * 16, "line_num_coeff": [0.0, 0.0, -1.0, 0.0] + [0.0] * 16},
    ],
)
def test_coefficients_that_place_nothing_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = write(tmp_path / "raw.tif", np.ones(SIZE[::-1], np.uint8), coefficients(**changes))
    with pytest.raises(ImageError, match="RPC"):
        ortho_to_cog(path, tmp_path / "o.tif", height_m=HEIGHT)
    assert [p.name for p in tmp_path.iterdir() if p.name != "raw.tif"] == []


def test_an_image_without_coefficients_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "raw.tif", np.ones((50, 50), np.uint8), None)
    with pytest.raises(ImageError, match="no rational polynomial"):
        ortho_to_cog(path, tmp_path / "o.tif", height_m=HEIGHT)


@pytest.mark.parametrize(
    "text", ["", "nonsense", "LINE_OFF: banana\n", 'satId = "X";\nBEGIN_GROUP = IMAGE\nEND_GROUP = IMAGE\nEND;\n']
)
@pytest.mark.parametrize("name", ["raw_RPC.TXT", "raw.RPB", "raw_rpc.txt"])
def test_a_wrong_sidecar_gives_one_clear_error(tmp_path: Path, text: str, name: str) -> None:
    path = write(tmp_path / "raw.tif", np.ones((50, 50), np.uint8), None)
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ImageError, match=r"RPC|--gsd"):
        describe_image(path)
    with pytest.raises(ImageError, match="RPC"):
        ortho_to_cog(path, tmp_path / "o.tif", height_m=HEIGHT)


def test_a_sidecar_with_one_number_spoilt_is_refused_or_used_and_never_raises_otherwise(
    tmp_path: Path, raw: NDArray[np.float32]
) -> None:
    write(tmp_path / "raw.tif", raw[:60, :60], coefficients(), PROFILE="BASELINE", RPCTXT="YES")
    sidecar = tmp_path / "raw_RPC.TXT"
    lines = sidecar.read_text(encoding="utf-8").splitlines()
    rng = np.random.default_rng(4)
    for _ in range(40):
        k = int(rng.integers(len(lines)))
        spoilt = [*lines]
        spoilt[k] = lines[k].split(":")[0] + ": " + str(rng.choice(["0", "nan", "-1e300", "", "x", "1e-320", "inf"]))
        sidecar.write_text("\n".join(spoilt), encoding="utf-8")
        try:
            ortho_to_cog(tmp_path / "raw.tif", tmp_path / "o.tif", height_m=HEIGHT)
        except (ImageError, TracksError) as error:
            assert "raw.tif" in str(error)  # noqa: PT017 - both outcomes are right


def test_the_earths_seam_and_the_south_are_no_special_case() -> None:
    rpc = coefficients(long_off=179.9999, lat_off=-42.0)
    grid, look = ortho_grid(rpc, SIZE, HEIGHT, "x")
    assert grid.crs in {"EPSG:32760", "EPSG:32701"}
    assert look.column_m == pytest.approx(0.52, rel=0.05)
    far = Track("1", (MapPoint(0.0, 0.0), MapPoint(0.001, 0.0)))
    with pytest.raises(TracksError):
        ortho_grid(rpc, SIZE, HEIGHT, "x", area=site_bounds([far]))


def test_a_pair_with_coefficients_becomes_one_image(tmp_path: Path, raw: NDArray[np.float32]) -> None:
    rpc = coefficients()
    pan = write(tmp_path / "pan.tif", (raw * 4).astype(np.uint16), rpc)
    halved = raw.reshape(SIZE[1] // 2, 2, SIZE[0] // 2, 2).mean(axis=(1, 3))
    coarse = coefficients(line_off=124.75, line_scale=125.0, samp_off=149.75, samp_scale=150.0)
    colour = write(tmp_path / "ms.tif", np.stack([halved * k for k in (2, 4, 6)]).astype(np.uint16), coarse)
    stored = store_image(colour, tmp_path / "o.tif", ImageHints(height_m=HEIGHT), pan=pan)
    assert stored.info.gsd_m == pytest.approx(0.527, rel=0.01)
    assert any("Sharpened" in note for note in stored.notes)
    fine = ortho_to_cog(pan, tmp_path / "p.tif", height_m=HEIGHT)
    assert stored.info.transform == fine.grid.transform
    with rasterio.open(tmp_path / "o.tif") as dataset, rasterio.open(tmp_path / "p.tif") as other:
        seen = dataset.read_masks(1) > 0
        assert seen.mean() > 0.8
        got, want = dataset.read(2)[seen].astype(float), other.read(1)[seen].astype(float)
        assert np.percentile(np.abs(got - want), 95) < 8
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ms.tif", "o.tif", "p.tif", "pan.tif"]
    shutil.rmtree(tmp_path)
