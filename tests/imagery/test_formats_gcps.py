from __future__ import annotations

import itertools
import warnings
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import from_gcps

from wayside.errors import ImageError
from wayside.imagery import convert_to_cog, describe_image
from wayside.imagery.formats.gcps import fit_control_points
from wayside.imagery.formats.placing import MapFrom

UTM = "EPSG:32652"
TRUE = (0.4, 0.1, 500_000.0, 0.1, -0.4, 4_600_000.0)


def places(count: int, *, noise: float = 0.0, seed: int = 1) -> list[GroundControlPoint]:
    rng = np.random.default_rng(seed)
    points = []
    corners = list(itertools.product((0, 400), (0, 300)))
    inner = [p for p in itertools.product((0, 400, 200, 100), (0, 300, 150, 75)) if p not in corners]
    for k, (c, r) in enumerate((corners + inner)[:count]):
        x, y = TRUE[0] * c + TRUE[1] * r + TRUE[2], TRUE[3] * c + TRUE[4] * r + TRUE[5]
        dx, dy = rng.normal(0, noise, 2) if noise else (0.0, 0.0)
        points.append(GroundControlPoint(r, c, x + dx, y + dy, 0.0, str(k)))
    return points


def write(path: Path, points: list[GroundControlPoint], crs: str | None = UTM) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="GTiff", width=400, height=300, count=1, dtype="uint8") as target:
            target.write(np.random.default_rng(0).integers(1, 255, (1, 300, 400)).astype(np.uint8))
            target.gcps = points, CRS.from_string(crs) if crs else CRS()
    return path


@given(st.integers(4, 16), st.floats(0, 3), st.integers(0, 50))
def test_the_fit_is_the_least_squares_solution(count: int, noise: float, seed: int) -> None:
    points = places(count, noise=noise, seed=seed)
    fit = fit_control_points(points, UTM)
    assert fit is not None
    design = np.array([(p.col, p.row, 1.0) for p in points])
    east, north = ([getattr(p, k) - o for p in points] for k, o in (("x", 5e5), ("y", 4.6e6)))
    (a, b, c), *_ = np.linalg.lstsq(design, np.array(east), rcond=None)
    (d, e, f), *_ = np.linalg.lstsq(design, np.array(north), rcond=None)
    assert fit.transform == pytest.approx((a, b, c + 5e5, d, e, f + 4.6e6), rel=1e-6, abs=1e-5)
    off = np.hypot(design @ (a, b, c) - east, design @ (d, e, f) - north)
    # On the ground a metre of the grid is 0.9996 m and more.
    assert fit.worst_m == pytest.approx(off.max(), rel=2e-3, abs=1e-4)
    assert fit.rms_m == pytest.approx(np.sqrt((off**2).sum() / (count - 3)), rel=2e-3, abs=1e-4)


def test_rasterio_fits_the_same() -> None:
    points = places(9, noise=0.5)
    fit = fit_control_points(points, UTM)
    assert fit is not None
    assert fit.transform == pytest.approx(tuple(from_gcps(points))[:6], rel=1e-6, abs=1e-3)


def test_the_scatter_is_what_the_points_are_off() -> None:
    found = [fit_control_points(places(16, noise=0.8, seed=s), UTM) for s in range(200)]
    # Each coordinate is off by 0.8 m; together by 0.8 times the root of two.
    mean = np.sqrt(np.mean([fit.rms_m**2 for fit in found if fit is not None]))
    assert mean == pytest.approx(0.8 * np.sqrt(2), rel=0.03)


def test_points_nearly_on_a_plane_make_a_map_and_say_how_nearly(tmp_path: Path) -> None:
    path = write(tmp_path / "g.tif", places(12, noise=0.4))
    info = describe_image(path)
    assert (info.map_from, info.crs) == (MapFrom.CONTROL_POINTS, UTM)
    assert info.gsd_m == pytest.approx(np.hypot(0.4, 0.1), rel=0.01)
    assert 0.2 < (info.map_error_m or 0) < 1.2
    convert_to_cog(path, tmp_path / "t.tif", info=info)
    stored = describe_image(tmp_path / "t.tif")
    assert stored.transform == pytest.approx(info.transform)
    with rasterio.open(tmp_path / "t.tif") as dataset:
        assert dataset.gcps == ([], None)


def test_three_points_fit_whatever_they_are_and_say_nothing_of_it(tmp_path: Path) -> None:
    assert describe_image(write(tmp_path / "g.tif", places(3, noise=5))).map_error_m is None


def test_points_in_degrees(tmp_path: Path) -> None:
    points = [
        GroundControlPoint(r, c, 130.0 + 5e-6 * c, 42.0 - 4e-6 * r) for r, c in itertools.product((0, 300), (0, 400))
    ]
    info = describe_image(write(tmp_path / "g.tif", points, "EPSG:4326"))
    assert info.crs == "EPSG:4326"
    assert info.map_error_m == pytest.approx(0, abs=1e-6)


def test_points_off_every_plane_are_refused_with_how_far(tmp_path: Path) -> None:
    path = write(tmp_path / "g.tif", places(12, noise=15))
    with pytest.raises(ImageError, match=r"1\d\.\d m off|2\d\.\d m off") as caught:
        describe_image(path)
    assert "2.0 m is the limit" in str(caught.value)
    assert "gdalwarp" in caught.value.todo
    info = describe_image(path, gsd_m=0.4)
    assert (info.has_map, info.map_from) == (False, MapFrom.NONE)


def test_points_without_a_crs_need_one(tmp_path: Path) -> None:
    path = write(tmp_path / "g.tif", places(6), None)
    with pytest.raises(ImageError, match="name no coordinate reference system"):
        describe_image(path)
    assert describe_image(path, crs=UTM).transform == pytest.approx(TRUE)
    with pytest.raises(ImageError, match="--crs says"):
        describe_image(write(tmp_path / "h.tif", places(6)), crs="EPSG:3857")


@pytest.mark.parametrize(
    "points",
    [
        places(2),
        places(4)[:1] * 5,
        [GroundControlPoint(k, k, 5e5 + k, 4.6e6 - k) for k in range(6)],
        [GroundControlPoint(p.row, p.col, 5e5, 4.6e6) for p in places(6)],
        [GroundControlPoint(p.row, p.col, p.x * 1e12, p.y * 1e12) for p in places(6)],
    ],
)
def test_points_that_place_nothing_are_refused(tmp_path: Path, points: list[GroundControlPoint]) -> None:
    path = write(tmp_path / "g.tif", points)
    with pytest.raises(ImageError, match="place it nowhere"):
        describe_image(path)


@given(
    st.lists(
        st.tuples(*([st.one_of(st.floats(-1e7, 1e7), st.floats())] * 4)),
        max_size=8,
    )
)
def test_any_points_give_a_finite_map_or_none(numbers: list[tuple[float, float, float, float]]) -> None:
    fit = fit_control_points([GroundControlPoint(r, c, x, y) for r, c, x, y in numbers], UTM)
    if fit is not None:
        assert np.isfinite(fit.transform).all()
        assert fit.worst_m >= 0
