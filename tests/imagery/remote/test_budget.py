"""What a site costs of a large image: requests and bytes, counted, and over HTTP."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio
import rasterio.shutil
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from range_server import RangeServer
from rasterio.io import MemoryFile
from tests.imagery.drawn import affine_at, track
from tests.imagery.remote.counting_source import CountingSource

from wayside.archive.remote import BlockCache, Transport, TransportLimits
from wayside.imagery import ImageInfo, PixelReader, describe_image
from wayside.imagery.plane import plane_of, positions
from wayside.imagery.remote import CropFacts, CropRequest, RemoteTile, crop_to_files
from wayside.imagery.remote.blocks import Lattice, corridors, touched
from wayside.model.places import Track
from wayside.model.sources import CatalogueSource

SIZE = 10_000
BLOCK = 256
YARD = [track([(-600, y), (-100, y + 20), (600, y + 60)], str(k)) for k, y in enumerate((-10.0, -4.0, 2.0, 8.0))]
"""Four tracks beside each other, 4.8 km in all."""
UPRIGHT = [track([(y, -600), (y + 20, -100), (y + 60, 600)], str(k)) for k, y in enumerate((-10.0, -4.0, 2.0, 8.0))]
DIAGONAL = [track([(-1100, -1000), (1100, 1000)])]
SCATTERED = [
    track([(x, y), (x + 80, y + 60)], str(k))
    for k, (x, y) in enumerate(np.random.default_rng(4).uniform(-2000, 2000, (10, 2)).tolist())
]
BUDGETS = {
    # name: tracks, requests, share of the bytes in percent
    "yard": (YARD, 8, 1.5),
    "upright yard": (UPRIGHT, 20, 1.7),
    "diagonal": (DIAGONAL, 24, 3.0),
    "scattered": (SCATTERED, 30, 3.2),
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cloud-optimised GeoTIFF of 10,000 x 10,000 pixels of 0.5 m; unpacked, so that every block costs the same."""
    path = tmp_path_factory.mktemp("large") / "large.tif"
    tile = np.random.default_rng(0).integers(1, 255, (2000, 2000)).astype(np.uint8)
    affine = affine_at("EPSG:32652", (0.5, 0.5), (SIZE, SIZE))
    profile = {"width": SIZE, "height": SIZE, "count": 1, "dtype": "uint8", "crs": "EPSG:32652", "transform": affine}
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", tiled=True, **profile) as whole:
            whole.write(np.tile(tile, (5, 5)), 1)
        with memory.open() as whole:
            rasterio.shutil.copy(whole, path, driver="COG", COMPRESS="NONE", BLOCKSIZE=BLOCK)
    yield path
    path.unlink()


def crop(source: object, folder: Path, tracks: list[Track], **request: float) -> CropFacts:
    return crop_to_files(
        [RemoteTile((source,))],  # type: ignore[arg-type]
        tracks,
        CropRequest(**request),  # type: ignore[arg-type]
        image=folder / "c.tif",
        overview=folder / "v.tif",
    )


@pytest.mark.parametrize("name", BUDGETS)
def test_a_site_costs_few_requests_and_few_bytes(tmp_path: Path, large: Path, name: str) -> None:
    tracks, requests, percent = BUDGETS[name]
    source = CountingSource(large)
    facts = crop(source, tmp_path, tracks)
    assert source.ranges <= requests
    assert 100 * source.fetched <= percent * source.size
    assert (facts.ranges, facts.fetched, facts.whole) == (source.ranges, source.fetched, source.size)
    # The header is one request, everything else one call.
    assert [len(call) for call in source.calls[:-1]] == [1] * (len(source.calls) - 1)
    assert len(source.calls) <= 3


def box_blocks(lattice: Lattice, area: shapely.Geometry) -> NDArray[np.bool_]:
    """The blocks that an area meets, one after the other."""
    out = np.zeros(lattice.shape, np.bool_)
    wide, high = lattice.block_width, lattice.block_height
    for row, column in itertools.product(range(out.shape[0]), range(out.shape[1])):
        right, bottom = min((column + 1) * wide, lattice.width), min((row + 1) * high, lattice.height)
        out[row, column] = area.intersects(shapely.box(column * wide, row * high, right, bottom))
    return out


@pytest.mark.parametrize("name", BUDGETS)
@pytest.mark.parametrize("margin_m", [0.0, 10.0, 30.0])
@pytest.mark.parametrize("block", [(256, 256), (128, 512), (10_000, 16)])
def test_blocks_are_those_whose_ground_meets_a_corridor(name: str, margin_m: float, block: tuple[int, int]) -> None:
    tracks = BUDGETS[name][0]
    affine = affine_at("EPSG:32652", (0.5, 0.5), (SIZE, SIZE))
    info = ImageInfo(SIZE, SIZE, 1, "uint8", 0.5, "EPSG:32652", tuple(affine)[:6])  # type: ignore[arg-type]
    plane = plane_of(info, tracks)
    lines = [plane.from_positions(positions(one)) for one in tracks]
    lattice = Lattice(SIZE, SIZE, *block)
    found = touched(plane, lattice, corridors(plane, lines, margin_m), margin_m)
    # By hand: the lines drawn out at both ends, and everything within reach; 2 pixels are a metre.
    drawn_out = []
    for one in tracks:
        lonlat = np.asarray(one.centreline)
        xy = np.stack(Transformer.from_crs("EPSG:4326", "EPSG:32652", always_xy=True).transform(*lonlat.T), axis=-1)
        pixels = np.stack([(xy[:, 0] - affine.c) / 0.5, (affine.f - xy[:, 1]) / 0.5], axis=-1)
        for end, inner in ((0, 1), (-1, -2)):
            along = pixels[end] - pixels[inner]
            pixels[end] += along / np.hypot(*along) * 2 * (8 + margin_m)
        drawn_out.append(shapely.LineString(pixels))
    reach = 2 * (8.5 + margin_m)
    least = shapely.union_all([line.buffer(reach - 2, cap_style="flat") for line in drawn_out])
    most = shapely.union_all([line.buffer(reach + 10, cap_style="square") for line in drawn_out])
    needed, allowed = box_blocks(lattice, least), box_blocks(lattice, most)
    assert needed.any()
    assert not (needed & ~found).any()
    assert not (found & ~allowed).any()


def test_over_http_a_second_reading_costs_nothing(tmp_path: Path, large: Path) -> None:
    source = CatalogueSource("test", "http://127.0.0.1/", local=True)
    limits = TransportLimits(read_s=20.0)
    with (
        RangeServer(large.parent) as server,
        Transport(source, environ={}, limits=limits) as transport,
    ):
        cache = BlockCache(tmp_path / "cache", most_bytes=1 << 30)
        url = server.url("/large.tif")
        facts = crop(transport.open(url, cache=cache), tmp_path, YARD)
        first = [request for request in server.requests if request.path == "/large.tif"]
        assert 0 < len(first) <= 8
        assert transport.stats.bytes <= 0.015 * facts.whole
        assert facts.whole == large.stat().st_size
        server.forget()
        again = crop(transport.open(url, cache=cache), tmp_path, YARD)
        assert len(server.requests) <= 1  # whether the file is still the same
        assert again == facts
        cache.close()
    reader = PixelReader()
    one = reader.read_strips(large, YARD, info=describe_image(large))
    other = reader.read_strips(tmp_path / "c.tif", YARD, info=describe_image(tmp_path / "c.tif"))
    for a, b in zip(one.strips, other.strips, strict=True):
        np.testing.assert_array_equal(a.valid, b.valid)
        np.testing.assert_array_equal(a.pixels, b.pixels)


class EmptySource:
    """A huge image of which every block is a hole: only its header and its tables exist."""

    def __init__(self, path: Path) -> None:
        self.name, self.size = "huge.tif", path.stat().st_size
        self._path = path

    def read(self, start: int, length: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(length)

    def fetch(self, ranges: object) -> None:
        """All is here."""


@pytest.mark.slow
def test_a_long_diagonal_takes_memory_for_its_corridor_alone(tmp_path: Path) -> None:
    side = 60_000
    affine = affine_at("EPSG:32652", (0.5, 0.5), (side, side))
    profile = {"width": side, "height": side, "count": 1, "dtype": "uint8", "crs": "EPSG:32652", "transform": affine}
    path = tmp_path / "huge.tif"
    patch = np.full((1, 512, 512), 90, np.uint8)
    options = {"blockxsize": 512, "blockysize": 512, "SPARSE_OK": "TRUE", "compress": "deflate"}
    with rasterio.open(path, "w", driver="GTiff", tiled=True, **options, **profile) as whole:
        for k in range(0, side - 1024, 512):
            for row in (k, k + 512):  # the diagonal, and the blocks beside it
                whole.write(patch, window=((row, row + 512), (k, k + 512)))
                whole.write(patch, window=((k, k + 512), (row, row + 512)))
    tracks = [track([(-14_000, 14_000), (14_000, -14_000)])]  # 39.6 km
    tracemalloc.start()
    facts = crop(EmptySource(path), tmp_path, tracks)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100_000_000  # of 3,600,000,000 pixels
    assert (facts.image.width, facts.image.height) == (side, side)
    assert (tmp_path / "c.tif").stat().st_size < 3_000_000
    assert facts.notes == ("the overview shows the tracks alone: huge.tif has no reduced images",)
    reader = PixelReader()
    one = reader.read_strips(path, tracks, info=describe_image(path)).strips[0]
    other = reader.read_strips(tmp_path / "c.tif", tracks, info=facts.image).strips[0]
    assert one.valid.mean() > 0.9
    np.testing.assert_array_equal(one.valid, other.valid)
    np.testing.assert_array_equal(one.pixels, other.pixels)
    assert (one.pixels == 90).mean() > 0.5
