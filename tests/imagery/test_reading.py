from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Transformer
from tests.imagery.drawn import LAT, LON, draw, ground, pixel_track, track, write_plain

from wayside.counting.sampling import PixelWindow, frame_along, sample_strip
from wayside.errors import ImageError, TracksError
from wayside.imagery import PixelReader, StripBatch, describe_image
from wayside.model.observations import Registration
from wayside.model.places import MapPoint, Track
from wayside.model.strips import Strip

READER = PixelReader()
BENT = track([(-90, -40), (0, 10), (80, 60)])
MAPS = [
    ("EPSG:32652", (0.5, 0.5), 0.0),
    ("EPSG:32652", (0.5, 0.5), 35.0),
    ("EPSG:32652", (0.5, 0.4), 0.0),
    ("EPSG:3857", (0.6, 0.6), 0.0),
    ("EPSG:4326", (5e-6, 4e-6), 0.0),
    ("EPSG:5186", (0.3, 0.3), -100.0),
]


def places(batch: StripBatch, strip: Strip) -> NDArray[np.float64]:
    """Longitude and latitude of every pixel of a strip, shape (rows, columns, 2), through the frame's own methods."""
    frame = strip.frame
    across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m
    xy = [[frame.point((c + 0.5) * frame.step_m, a) for c in range(frame.columns)] for a in across]
    flat = batch.plane.to_positions(np.array(xy).reshape(-1, 2))
    return flat.reshape(frame.rows, frame.columns, 2)


@pytest.mark.parametrize(("crs", "pixel", "angle"), MAPS)
def test_strips_show_the_ground_under_the_track_in_any_map(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    draw(tmp_path / "a.tif", crs, pixel, size=(700, 700), angle=angle)
    batch = READER.read_strips(tmp_path / "a.tif", [BENT], info=describe_image(tmp_path / "a.tif"))
    strip = batch.strips[0]
    assert strip.visible_fraction == 1.0
    at = places(batch, strip)
    assert np.abs(strip.pixels[0] - ground(at[..., 0], at[..., 1])).max() < 1.0
    assert np.abs(strip.pixels[2] - 0.8 * ground(at[..., 0], at[..., 1])).max() < 1.0


@pytest.mark.parametrize(("crs", "pixel", "angle"), MAPS)
def test_strips_are_metres_long_and_start_where_the_track_does(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    draw(tmp_path / "a.tif", crs, pixel, size=(700, 700), angle=angle)
    batch = READER.read_strips(tmp_path / "a.tif", [BENT], info=describe_image(tmp_path / "a.tif"))
    frame = batch.strips[0].frame
    expected = np.hypot(90, 50) + np.hypot(80, 50)
    assert frame.length_m == pytest.approx(expected, abs=1.0)
    start, left = batch.plane.points([frame.point(0.0), frame.point(5.0, 8.0)])
    east, north = (start.x - LON) * 82_190, (start.y - LAT) * 111_080
    assert (east, north) == (pytest.approx(-90, abs=0.8), pytest.approx(-40, abs=0.8))
    # 8 m to the left of a track that runs to the north-east is to its north-west.
    along, side = np.array([90, 50]) / np.hypot(90, 50), np.array([-50, 90]) / np.hypot(90, 50)
    off = np.array([(left.x - LON) * 82_190 + 90, (left.y - LAT) * 111_080 + 40])
    assert off @ side == pytest.approx(8, abs=0.3)
    assert off @ along == pytest.approx(5, abs=0.5)


def test_pixel_tracks_need_no_map(tmp_path: Path) -> None:
    columns, rows = np.meshgrid(np.arange(300) + 0.5, np.arange(200) + 0.5)
    image = np.stack([columns * 0.5, rows * 0.5, columns + 0 * rows]).astype(np.uint8)
    write_plain(tmp_path / "a.png", image, "PNG")
    batch = READER.read_strips(
        tmp_path / "a.png", [pixel_track([(50, 100), (250, 100)])], info=describe_image(tmp_path / "a.png", gsd_m=0.5)
    )
    strip = batch.strips[0]
    assert strip.frame.columns == 200
    assert strip.frame.y_down
    assert strip.frame.unit_m == 0.5
    assert strip.pixels[0, 16, 40] == pytest.approx((50 + 40.5) * 0.5, abs=0.6)
    # Left of a track that runs to the right is up, where rows are smaller.
    assert strip.pixels[1, 0, 40] == pytest.approx((100 - 15.5) * 0.5, abs=0.6)
    assert batch.plane.points([strip.frame.point(10.0, 2.0)]) == (MapPoint(70.0, 96.0),)


def test_a_registration_moves_the_tracks(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), angle=20.0)
    info = describe_image(tmp_path / "a.tif")
    moved = track([(-90 + 6, -40 - 4), (6, 10 - 4), (80 + 6, 60 - 4)])
    by_shift = READER.read_strips(
        tmp_path / "a.tif", [BENT], info=info, shift=Registration(True, 6.0, -4.0, 0.9)
    ).strips[0]
    by_hand = READER.read_strips(tmp_path / "a.tif", [moved], info=info).strips[0]
    n = min(by_shift.frame.columns, by_hand.frame.columns)
    assert np.abs(by_shift.pixels[..., :n] - by_hand.pixels[..., :n]).max() < 4.0
    still = READER.read_strips(tmp_path / "a.tif", [BENT], info=info).strips[0]
    assert np.abs(still.pixels[..., :n] - by_hand.pixels[..., :n]).max() > 50.0


@given(
    st.lists(st.tuples(st.floats(-200, 800), st.floats(-200, 700)), min_size=2, max_size=5, unique=True),
    st.sampled_from([0.3, 0.5, 2.0]),
)
@settings(max_examples=20, deadline=None)
def test_windows_give_what_the_whole_image_gives(
    tmp_path_factory: pytest.TempPathFactory, points: list[tuple[float, float]], gsd: float
) -> None:
    folder = tmp_path_factory.mktemp("w")
    image = np.random.default_rng(3).integers(1, 255, (3, 500, 600)).astype(np.uint8)
    write_plain(folder / "a.tif", image, "GTiff", tiled=True, blockxsize=64, blockysize=64)
    line = np.asarray(points)
    if np.hypot(*np.diff(line, axis=0).T).sum() < 1:
        return
    frame = frame_along(line, unit_m=gsd, y_down=True)
    whole = sample_strip("1", PixelWindow(image, np.ones((500, 600), bool), 0, 0, 1, 1), frame, gsd)
    try:
        batch = READER.read_strips(
            folder / "a.tif", [pixel_track(points)], info=describe_image(folder / "a.tif", gsd_m=gsd)
        )
    except TracksError:
        assert whole.valid.mean() < 0.05
        return
    strip = batch.strips[0]
    np.testing.assert_array_equal(strip.frame.centre, whole.frame.centre)
    np.testing.assert_array_equal(strip.valid, whole.valid)
    np.testing.assert_allclose(strip.pixels, whole.pixels, atol=1e-3)


def test_formats_read_whole_give_what_windowed_ones_give(tmp_path: Path) -> None:
    image = np.random.default_rng(3).integers(1, 255, (3, 300, 400)).astype(np.uint8)
    write_plain(tmp_path / "a.tif", image, "GTiff", tiled=True, blockxsize=64, blockysize=64)
    write_plain(tmp_path / "a.png", image, "PNG")
    tracks = [pixel_track([(20, 30), (380, 250)], "a"), pixel_track([(-50, 100), (90, 120)], "b")]
    one, other = (
        READER.read_strips(tmp_path / name, tracks, info=describe_image(tmp_path / name, gsd_m=0.5)).strips
        for name in ("a.tif", "a.png")
    )
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.pixels, b.pixels)
        np.testing.assert_array_equal(a.valid, b.valid)


def test_only_the_corridor_is_read(tmp_path: Path) -> None:
    image = np.ones((1, 3000, 3000), np.uint8)
    write_plain(tmp_path / "a.tif", image, "GTiff", tiled=True, blockxsize=128, blockysize=128)
    diagonal = pixel_track([(50, 100), (2900, 2800)])
    batch = READER.read_strips(tmp_path / "a.tif", [diagonal], info=describe_image(tmp_path / "a.tif", gsd_m=0.5))
    assert batch.strips[0].visible_fraction == 1.0
    assert batch.pixels_read < 0.06 * 3000 * 3000


@pytest.mark.parametrize("overviews", [(2, 4, 8), ()])
def test_fine_images_are_reduced_without_aliasing(tmp_path: Path, overviews: tuple[int, ...]) -> None:
    """A chequerboard of 4 cm pixels is uniform grey at half a metre; sampling it bare would show moiré."""
    image = np.indices((1200, 1200)).sum(0) % 2 * 200
    path = tmp_path / "a.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=1200,
        height=1200,
        count=1,
        dtype="uint8",
        tiled=True,
        crs="EPSG:32652",
        transform=rasterio.Affine(0.04, 0, 5e5, 0, -0.04, 4.6e6),
    ) as target:
        target.write(image[None].astype(np.uint8))
        if overviews:
            target.build_overviews(list(overviews), rasterio.enums.Resampling.average)
    strip = READER.read_strips(path, [pixel_track([(100, 300), (1100, 900)])], info=describe_image(path)).strips[0]
    assert strip.gsd_m == pytest.approx(0.16 if overviews else 0.24)
    assert np.abs(strip.pixels[0][strip.valid] - 100).max() < 3
    assert strip.valid.mean() > 0.95


def test_an_overview_lies_where_the_full_image_does(tmp_path: Path) -> None:
    for name, factors in (("o.tif", (2, 4)), ("f.tif", ())):
        draw(tmp_path / name, "EPSG:32652", (0.1, 0.1), size=(701, 503), overviews=factors)
    near = track([(-30, -15), (25, 20)])
    one, other = (
        READER.read_strips(tmp_path / name, [near], info=describe_image(tmp_path / name)).strips[0]
        for name in ("o.tif", "f.tif")
    )
    both = one.valid & other.valid
    assert both.mean() > 0.95
    assert np.abs(one.pixels[:, both] - other.pixels[:, both]).max() < 2.0


def drawn_with(path: Path, bands: int, dtype: str, fill: dict[int, NDArray[np.generic]], **profile: object) -> None:
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=100,
        count=bands,
        dtype=dtype,
        crs="EPSG:32652",
        transform=rasterio.Affine(0.5, 0, 5e5, 0, -0.5, 4.6e6),
        **profile,
    ) as target:
        for band, values in fill.items():
            target.write(values, band)


def left_half(dtype: str, low: float, high: float) -> NDArray[np.generic]:
    values = np.full((100, 200), high)
    values[:, :100] = low
    return values.astype(dtype)


ACROSS = pixel_track([(20, 50), (180, 50)])


@pytest.mark.parametrize("kind", ["nodata", "nan", "alpha", "mask"])
def test_what_is_not_there_is_not_valid(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.tif"
    if kind == "nodata":
        drawn_with(path, 1, "uint16", {1: left_half("uint16", 0, 900)}, nodata=0)
    elif kind == "nan":
        drawn_with(path, 1, "float32", {1: left_half("float32", np.nan, 0.3)})
    elif kind == "alpha":
        grey = np.full((100, 200), 90, np.uint8)
        drawn_with(
            path, 4, "uint8", {1: grey, 2: grey, 3: grey, 4: left_half("uint8", 0, 255)}, photometric="RGB", alpha="YES"
        )
    else:
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"):
            drawn_with(path, 1, "uint8", {1: np.full((100, 200), 90, np.uint8)})
            with rasterio.open(path, "r+") as target:
                target.write_mask(left_half("uint8", 0, 255))
    strip = READER.read_strips(path, [ACROSS], info=describe_image(path)).strips[0]
    assert strip.visible_fraction == pytest.approx(0.5, abs=0.02)
    assert not strip.valid[:, :78].any()
    assert strip.valid[:, 82:].all()


def test_a_colour_table_is_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "b.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=200,
        height=100,
        count=1,
        dtype="uint8",
        photometric="PALETTE",
        crs="EPSG:32652",
        transform=rasterio.Affine(0.5, 0, 5e5, 0, -0.5, 4.6e6),
    ) as target:
        target.write(left_half("uint8", 3, 7), 1)
        target.write_colormap(1, {3: (10, 20, 30, 255), 7: (200, 100, 50, 255)})
    info = describe_image(path)
    assert info.palette
    strip = READER.read_strips(path, [ACROSS], info=info).strips[0]
    np.testing.assert_allclose(strip.pixels[:, 16, 10], [10, 20, 30])
    np.testing.assert_allclose(strip.pixels[:, 16, 150], [200, 100, 50])


def test_a_track_that_leaves_the_image_is_hidden_there_and_one_outside_has_a_reason(tmp_path: Path) -> None:
    drawn_with(tmp_path / "a.tif", 1, "uint8", {1: np.full((100, 200), 90, np.uint8)})
    tracks = [pixel_track([(-100, 50), (100, 50)], "half"), pixel_track([(500, 50), (600, 50)], "off")]
    batch = READER.read_strips(tmp_path / "a.tif", tracks, info=describe_image(tmp_path / "a.tif"))
    assert [s.track_id for s in batch.strips] == ["half"]
    assert batch.strips[0].visible_fraction == pytest.approx(0.5, abs=0.02)
    assert batch.outside == {"off": "it lies outside the image"}


def lonlat(*points: tuple[float, float]) -> list[Track]:
    return [Track("1", tuple(MapPoint(*p) for p in points))]


@pytest.mark.parametrize(
    ("tracks", "said"),
    [
        (lonlat((LAT, LON - 90), (LAT + 0.001, LON - 90)), r"lie [\d,]+ km from the image"),
        (lonlat((LON, LAT + 0.01), (LON, LAT + 0.011)), r"lie [\d,]+ m from the image"),
        (lonlat((LON + 5, LAT), (LON + 5.001, LAT)), r"lie 41\d km from the image"),
        (lonlat((20, 30), (160, 88)), "pixel coordinates"),
        ([pixel_track([(900, 50), (1000, 50)])], "columns 900 to 1000"),
        ([pixel_track([(10, -50), (100, -90)])], "not negative"),
        ([pixel_track([(LON, LAT), (LON + 0.001, LAT)])], None),
        ([], "no tracks"),
    ],
)
def test_tracks_in_the_wrong_place_are_one_clear_error(tmp_path: Path, tracks: list[Track], said: str | None) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    info = describe_image(tmp_path / "a.tif")
    if said is None:  # the site's degrees happen to be pixels of this image, and are read as such
        assert READER.read_strips(tmp_path / "a.tif", tracks, info=info).strips
        return
    with pytest.raises(TracksError, match=said):
        READER.read_strips(tmp_path / "a.tif", tracks, info=info)


def test_swapped_and_mistaken_coordinates_are_recognised(tmp_path: Path) -> None:
    """In Israel, longitude 35 and latitude 32 are both possible either way round."""
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:32636", always_xy=True).transform(35.0, 32.0)
    with rasterio.open(
        tmp_path / "a.tif",
        "w",
        driver="GTiff",
        width=30,
        height=30,
        count=1,
        dtype="uint8",
        crs="EPSG:32636",
        transform=rasterio.Affine(5, 0, x - 75, 0, -5, y + 75),
    ) as target:
        target.write(np.ones((1, 30, 30), np.uint8))
    info = describe_image(tmp_path / "a.tif")
    with pytest.raises(TracksError, match="swapped"):
        READER.read_strips(tmp_path / "a.tif", lonlat((32.0, 35.0), (32.0001, 35.0)), info=info)
    with pytest.raises(TracksError, match="in longitude and latitude"):
        READER.read_strips(tmp_path / "a.tif", [pixel_track([(35.0, 32.0), (35.0001, 32.0)])], info=info)


def test_tracks_in_degrees_need_a_map(tmp_path: Path) -> None:
    write_plain(tmp_path / "a.png", np.ones((1, 20, 20), np.uint8), "PNG")
    with pytest.raises(TracksError, match="has no map"):
        READER.read_strips(tmp_path / "a.png", [BENT], info=describe_image(tmp_path / "a.png", gsd_m=0.5))


@pytest.mark.parametrize(
    ("column", "shear", "row", "said"), [(0.5, 0.1, -0.5, "sheared"), (0.01, 0.0, -100.0, "which no image has")]
)
def test_a_map_whose_pixels_are_no_images_is_refused(
    tmp_path: Path, column: float, shear: float, row: float, said: str
) -> None:
    with rasterio.open(
        tmp_path / "a.tif",
        "w",
        driver="GTiff",
        width=50,
        height=50,
        count=1,
        dtype="uint8",
        crs="EPSG:32652",
        transform=rasterio.Affine(column, shear, 5e5, 0, row, 4.6e6),
    ) as target:
        target.write(np.ones((1, 50, 50), np.uint8))
    with pytest.raises(ImageError, match=said):
        READER.read_strips(
            tmp_path / "a.tif", [pixel_track([(1, 1), (40, 40)])], info=describe_image(tmp_path / "a.tif")
        )


def test_a_block_damaged_in_the_middle_is_an_image_error(tmp_path: Path) -> None:
    image = np.random.default_rng(3).integers(1, 255, (1, 512, 512)).astype(np.uint8)
    path = tmp_path / "a.tif"
    write_plain(path, image, "GTiff", tiled=True, blockxsize=128, blockysize=128, compress="DEFLATE")
    info = describe_image(path, gsd_m=0.5)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 - 4000 : len(data) // 2 + 4000] = b"\xaa" * 8000
    path.write_bytes(data)
    with pytest.raises(ImageError, match=r"a\.tif"):
        READER.read_strips(
            path, [pixel_track([(5, 5), (500, 500)]), pixel_track([(5, 260), (500, 262)], "2")], info=info
        )


def test_reading_leaves_nothing_beside_the_image(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5))
    before = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    READER.read_strips(tmp_path / "a.tif", [BENT], info=describe_image(tmp_path / "a.tif"))
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before


@pytest.mark.shared
@pytest.mark.parametrize(("name", "gsd"), [("muttenz_west", 0.25), ("autoracks_top", 0.92), ("road_a", 0.33)])
def test_the_real_images_give_whole_strips(shared_dir: Path, name: str, gsd: float) -> None:
    path = shared_dir / "imagery" / f"{name}.png"
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    tracks = [pixel_track([tuple(p) for p in f["geometry"]["coordinates"]], f["properties"]["id"]) for f in features]
    batch = READER.read_strips(path, tracks, info=describe_image(path, gsd_m=gsd))
    assert len(batch.strips) == len(tracks)
    assert all(strip.visible_fraction > 0.9 for strip in batch.strips)


def test_only_given_lines_are_read_and_along_them(tmp_path: Path) -> None:
    draw(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.4), angle=20.0)
    info = describe_image(tmp_path / "a.tif")
    tracks = [BENT, track([(-60, 60), (40, 80)], "2"), track([(0, -90), (60, -70)], "3")]
    shift = Registration(True, 2.0, -1.0, 0.9)
    whole = READER.read_strips(tmp_path / "a.tif", tracks, info=info, shift=shift)
    frame = whole.strips[1].frame
    lines = {"2": frame.centre + frame.normal * (2.2 / frame.unit_m)}
    part = READER.read_strips(tmp_path / "a.tif", tracks, info=info, shift=shift, lines=lines)
    assert [strip.track_id for strip in part.strips] == ["2"]
    assert part.plane.unit_m == whole.plane.unit_m
    moved = part.strips[0]
    # The frame begins half a column inside the line that it is laid along.
    n = moved.frame.columns - 2
    assert moved.frame.centre[1 : n + 1] == pytest.approx(
        (lines["2"][1 : n + 1] + lines["2"][2 : n + 2]) / 2, abs=0.6 / frame.unit_m
    )
    at = places(part, moved)
    assert np.abs(moved.pixels[0] - ground(at[..., 0], at[..., 1])).max() < 1.0
    assert part.pixels_read < whole.pixels_read / 2
    with pytest.raises(TracksError):
        READER.read_strips(tmp_path / "a.tif", tracks, info=info, lines={"2": lines["2"] + 1e6})
