"""A provider's mask laid under strips: by place on the ground, whatever its map and its resolution."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import Transformer
from tests.imagery.drawn import affine_at, draw, pixel_track, track, write_plain

from wayside.errors import ImageError
from wayside.imagery.formats.info import describe_image
from wayside.imagery.reading import PixelReader, StripBatch
from wayside.imagery.visibility import read_mask_strips
from wayside.imagery.visibility.sampling import with_mask
from wayside.model.acquisitions import MaskKind
from wayside.model.places import Track
from wayside.model.visibility import Obstruction, code_of, hidden_shares

CLOUD, SHADOW, NODATA = (code_of(o) for o in (Obstruction.CLOUD, Obstruction.CLOUD_SHADOW, Obstruction.NODATA))
LINE = [(-120.0, -70.0), (-10.0, 5.0), (125.0, 60.0)]


class Read(NamedTuple):
    batch: StripBatch
    size: tuple[int, int]
    codes: NDArray[np.uint8]


def image(path: Path, crs: str = "EPSG:32652", pixel: tuple[float, float] = (0.5, 0.5), angle: float = 0.0) -> Path:
    draw(path, crs, pixel, angle=angle)
    return path


def mask(path: Path, crs: str, affine: Affine, values: NDArray[np.uint8], bands: int = 1) -> Path:
    stack = np.broadcast_to(values, (bands, *values.shape))
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=values.shape[1],
        height=values.shape[0],
        count=bands,
        dtype=values.dtype,
        crs=crs,
        transform=affine,
    ) as target:
        target.write(stack)
    return path


def read(picture: Path, masked: Path, kind: MaskKind, lines: Track | None = None) -> Read:
    info = describe_image(picture, gsd_m=None if lines is None else 0.5)
    batch = PixelReader().read_strips(picture, [lines or track(LINE)], info=info)
    frames = {strip.track_id: strip.frame for strip in batch.strips}
    codes = read_mask_strips(masked, kind, frames, batch.plane, (info.width, info.height))
    return Read(batch, (info.width, info.height), codes["1"])


def middle_in(batch: StripBatch, crs: str, affine: Affine) -> NDArray[np.int64]:
    """Column and row of the mask under each column's middle, place by place through PROJ."""
    lonlat = batch.plane.to_positions(batch.strips[0].frame.centre)
    x, y = Transformer.from_crs("OGC:CRS84", crs, always_xy=True).transform(lonlat[:, 0], lonlat[:, 1])
    grid = np.array([[affine.a, affine.b], [affine.d, affine.e]])
    placed = np.linalg.solve(grid, np.stack([np.asarray(x) - affine.c, np.asarray(y) - affine.f]))
    return np.floor(placed.T).astype(np.int64)


@pytest.mark.parametrize(
    ("crs", "pixel", "angle"),
    [
        ("EPSG:32652", (10.0, 10.0), 0.0),
        ("EPSG:32652", (3.0, 3.0), 20.0),
        ("EPSG:32651", (10.0, 10.0), 0.0),
        ("EPSG:3857", (14.0, 14.0), 0.0),
        ("EPSG:4326", (0.00009, 0.00007), 0.0),
    ],
)
def test_every_column_gets_the_class_of_the_ground_below_it(
    tmp_path: Path, crs: str, pixel: tuple[float, float], angle: float
) -> None:
    affine = affine_at(crs, pixel, (101, 77), angle)
    # No cloud next to clear ground, so that no margin is drawn: every pixel is without data, damaged or clear.
    values = np.random.default_rng(4).choice(np.array([0, 1, 4], np.uint8), (77, 101))
    found = read(
        image(tmp_path / "a.tif", "EPSG:32652", (0.5, 0.5), 33.0),
        mask(tmp_path / "m.tif", crs, affine, values),
        MaskKind.SCL,
    )
    at = middle_in(found.batch, crs, affine)
    table = np.array([NODATA, code_of(Obstruction.DEFECTIVE), 9, 9, 0], np.uint8)
    wanted = table[values[at[:, 1], at[:, 0]]]
    # A column is asked at three places across the track; near a pixel's edge two of them may lie in the next.
    assert (found.codes == wanted).mean() > 0.8
    deep = np.minimum.reduce([np.roll(wanted, k) == wanted for k in (-6, -3, 3, 6)])
    assert deep.sum() > 30
    assert (found.codes[deep] == wanted[deep]).mean() > 0.95


def test_cloud_takes_a_margin_of_one_of_the_masks_pixels(tmp_path: Path) -> None:
    affine = affine_at("EPSG:32652", (10.0, 10.0), (60, 60))
    values = np.full((60, 60), 4, np.uint8)
    values[:, 28:31] = 9
    path = mask(tmp_path / "m.tif", "EPSG:32652", affine, values)
    found = read(image(tmp_path / "a.tif"), path, MaskKind.SCL, None)
    at = middle_in(found.batch, "EPSG:32652", affine)[:, 0]
    inside = (at >= 27) & (at <= 31)
    assert inside.any()
    assert not inside.all()
    agrees = (found.codes == CLOUD) == inside
    assert agrees.mean() > 0.98
    metres = 0.5 * (found.codes == CLOUD).sum()
    assert metres == pytest.approx(50.0 * np.hypot(110, 75) / 110, rel=0.15)


def test_shadow_stays_shadow_beside_cloud_and_blanks_take_no_margin(tmp_path: Path) -> None:
    affine = affine_at("EPSG:32652", (10.0, 10.0), (60, 60))
    values = np.full((60, 60), 4, np.uint8)
    values[:, :25], values[:, 25:30], values[:, 34:] = 9, 3, 0
    found = read(image(tmp_path / "a.tif"), mask(tmp_path / "m.tif", "EPSG:32652", affine, values), MaskKind.SCL)
    column = middle_in(found.batch, "EPSG:32652", affine)[:, 0]
    for low, high, code in ((0, 24, CLOUD), (25, 30, SHADOW), (31, 33, 0), (34, 59, NODATA)):
        part = (column >= low) & (column <= high)
        assert part.any()
        assert (found.codes[part] == code).mean() > 0.9


def test_beyond_its_edge_a_mask_says_nothing(tmp_path: Path) -> None:
    affine = affine_at("EPSG:32652", (2.0, 2.0), (30, 500))
    values = np.full((500, 30), 9, np.uint8)
    found = read(image(tmp_path / "a.tif"), mask(tmp_path / "m.tif", "EPSG:32652", affine, values), MaskKind.SCL)
    column = middle_in(found.batch, "EPSG:32652", affine)[:, 0]
    assert not found.codes[(column < -1) | (column > 30)].any()
    assert (found.codes[(column > 1) & (column < 28)] == CLOUD).all()
    far = affine_at("EPSG:32652", (2.0, 2.0), (30, 30))
    away = mask(tmp_path / "far.tif", "EPSG:32652", Affine(2, 0, far.c + 9e4, 0, -2, far.f), values[:30])
    assert not read(tmp_path / "a.tif", away, MaskKind.SCL).codes.any()


@pytest.mark.parametrize("factor", [1, 4])
def test_without_a_map_the_mask_covers_what_the_image_covers(tmp_path: Path, factor: int) -> None:
    write_plain(tmp_path / "a.png", np.random.default_rng(1).integers(0, 255, (3, 200, 400), dtype=np.uint8), "PNG")
    values = np.zeros((1, 200 // factor, 400 // factor), np.uint8)
    values[:, :, : 200 // factor] = 1
    write_plain(tmp_path / "m.tif", values, "GTiff")
    found = read(tmp_path / "a.png", tmp_path / "m.tif", MaskKind.UDM, pixel_track([(20.0, 100.0), (380.0, 110.0)]))
    x = found.batch.strips[0].frame.centre[:, 0]
    np.testing.assert_array_equal(found.codes[np.abs(x - 200) > 1] == NODATA, (x < 200)[np.abs(x - 200) > 1])


def test_a_mask_of_another_shape_or_kind_is_refused(tmp_path: Path) -> None:
    write_plain(tmp_path / "a.png", np.full((3, 200, 400), 9, np.uint8), "PNG")
    write_plain(tmp_path / "m.tif", np.zeros((1, 300, 100), np.uint8), "GTiff")
    line = pixel_track([(20.0, 100.0), (380.0, 110.0)])
    with pytest.raises(ImageError, match="not of the image's shape"):
        read(tmp_path / "a.png", tmp_path / "m.tif", MaskKind.UDM, line)
    affine = affine_at("EPSG:32652", (10.0, 10.0), (60, 60))
    one = mask(tmp_path / "one.tif", "EPSG:32652", affine, np.zeros((60, 60), np.uint8))
    with pytest.raises(ImageError, match="has 8 bands, not 1"):
        read(image(tmp_path / "b.tif"), one, MaskKind.UDM2)
    (tmp_path / "broken.tif").write_bytes(b"II*\0nonsense")
    with pytest.raises(ImageError):
        read(tmp_path / "b.tif", tmp_path / "broken.tif", MaskKind.SCL)


def test_a_usable_data_mask_is_read_in_all_its_bands(tmp_path: Path) -> None:
    affine = affine_at("EPSG:32652", (3.0, 3.0), (150, 150))
    path = tmp_path / "udm2.tif"
    bands = np.zeros((8, 150, 150), np.uint8)
    bands[0], bands[6] = 1, 90
    bands[0, :, 75:], bands[5, :, 75:] = 0, 1
    with rasterio.open(
        path, "w", driver="GTiff", width=150, height=150, count=8, dtype="uint8", crs="EPSG:32652", transform=affine
    ) as target:
        target.write(bands)
    found = read(image(tmp_path / "a.tif"), path, MaskKind.UDM2)
    column = middle_in(found.batch, "EPSG:32652", affine)[:, 0]
    assert (found.codes[column >= 75] == CLOUD).all()
    assert not found.codes[column < 73].any()
    strip = with_mask(found.batch.strips[0], found.codes)
    shares = hidden_shares(strip.hidden, strip.visible)
    assert set(shares) == {Obstruction.CLOUD}
    assert shares[Obstruction.CLOUD] == pytest.approx((found.codes == CLOUD).mean())
    assert strip.hidden is not None
    np.testing.assert_array_equal(strip.hidden.provided, found.codes == CLOUD)
