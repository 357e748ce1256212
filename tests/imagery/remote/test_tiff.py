"""A TIFF's tables, compared with GDAL's own reading of them, and files that mean harm."""

from __future__ import annotations

import itertools
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imagery.drawn import draw, track
from tests.imagery.remote.counting_source import CountingSource

from wayside.errors import ImageError, TracksError
from wayside.imagery import PixelLimits
from wayside.imagery.remote import CropFacts, CropRequest, OpenLimits, RemoteTile, crop_to_files
from wayside.imagery.remote.sources import HeldBytes, coalesced
from wayside.imagery.remote.tiff import blocks_of, parse_tiff

SIZE = (300, 260)
TRACKS = [track([(-60, -40), (0, 0), (50, 45)])]
LAYOUTS: dict[str, dict[str, Any]] = {
    "tiles": {"compress": "deflate"},
    "strips": {"tiled": False, "blockysize": 8, "compress": "lzw", "blockxsize": None},
    "planar": {"interleave": "band", "compress": "zstd"},
    "BigTIFF": {"BIGTIFF": "YES", "compress": "jpeg", "photometric": "ycbcr"},
    "big-endian": {"ENDIANNESS": "BIG", "blockxsize": 64, "blockysize": 32},
}


def made(folder: Path, layout: str) -> Path:
    path = folder / f"{layout}.tif"
    options = {key: value for key, value in LAYOUTS[layout].items() if value is not None}
    draw(path, "EPSG:32652", (0.5, 0.5), size=SIZE, dtype="uint8", overviews=(2,), **options)
    return path


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("originals")
    return {layout: made(folder, layout).read_bytes() for layout in LAYOUTS}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tables_are_what_gdal_reads(tmp_path: Path, layout: str) -> None:
    path = made(tmp_path, layout)
    held = HeldBytes(CountingSource(path), 1 << 30)
    tiff = parse_tiff(held)
    assert [(page.width, page.height) for page in tiff.pages] == [SIZE, (150, 130)]
    with rasterio.open(path) as dataset:
        for number, ovr in ((0, None), (1, 0)):
            page = tiff.pages[number]
            assert page.reduced == (number == 1)
            found = blocks_of(held, tiff, {number: np.arange(page.blocks)})[number]
            assert len(found) == page.across * page.down * page.planes
            for block in found:
                plane, place = divmod(block.entry, page.across * page.down)
                row, column = divmod(place, page.across)
                for name, value in (("OFFSET", block.at), ("SIZE", block.size)):
                    tag = dataset.get_tag_item(f"BLOCK_{name}_{column}_{row}", "TIFF", bidx=plane + 1, ovr=ovr)
                    assert int(tag) == value
        assert (tiff.pages[0].block_height, tiff.pages[0].block_width) == dataset.block_shapes[0]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 60)), max_size=12), st.integers(0, 30))
def test_ranges_are_joined_and_none_is_lost(ranges: list[tuple[int, int]], gap: int) -> None:
    out = coalesced(ranges, gap)
    wanted = {k for start, length in ranges for k in range(start, start + length)}
    covered = [k for start, length in out for k in range(start, start + length)]
    assert wanted <= set(covered)
    assert len(covered) == len(set(covered))
    assert all(b[0] - sum(a) > gap for a, b in itertools.pairwise(out))
    for start, length in out:
        inside = sorted(k for k in wanted if start <= k < start + length)
        assert (inside[0], inside[-1]) == (start, start + length - 1)
        assert all(b - a - 1 <= gap for a, b in itertools.pairwise(inside))


@given(st.lists(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 100)), max_size=5), max_size=5))
def test_nothing_that_is_here_is_fetched_again(wanted: list[list[tuple[int, int]]]) -> None:
    source = CountingSource(bytes(range(250)) * 4)
    held = HeldBytes(source, 1 << 20)
    for ranges in wanted:
        held.need(ranges, gap=0)
        for start, length in ranges:
            assert held.read(start, length) == source.data[start : start + length]
    assert source.fetched == int(source.touched.sum()) == held.drawn.size
    assert source.ranges == held.drawn.ranges


def cut(data: bytes, folder: Path, **limits: Any) -> CropFacts:
    return crop_to_files(
        [RemoteTile((CountingSource(data),))],
        TRACKS,
        CropRequest(limits=OpenLimits(**limits)),
        image=folder / "c.tif",
        overview=folder / "v.tif",
    )


def refused(data: bytes, **limits: Any) -> str:
    """Return why a file is refused; nothing of it stays."""
    with tempfile.TemporaryDirectory() as name:
        with pytest.raises((ImageError, TracksError)) as caught:
            cut(data, Path(name), **limits)
        assert list(Path(name).iterdir()) == []
    return str(caught.value)


def entry(data: bytes, tag: int) -> int:
    """Return where a tag's entry stands in the first page of a small classic TIFF."""
    at = struct.unpack_from("<I", data, 4)[0]
    for k in range(struct.unpack_from("<H", data, at)[0]):
        if struct.unpack_from("<H", data, at + 2 + 12 * k)[0] == tag:
            return int(at + 2 + 12 * k)
    raise LookupError(tag)


def changed(data: bytes, tag: int, value: int, kind: str = "<I", at: int = 8) -> bytes:
    out = bytearray(data)
    struct.pack_into(kind, out, entry(data, tag) + at, value)
    return bytes(out)


def test_pages_that_go_round_are_refused(originals: dict[str, bytes]) -> None:
    data = bytearray(originals["tiles"])
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert "circle" in refused(bytes(data))


@pytest.mark.parametrize("value", [2**31 - 16, 2**31, 2**32 - 16])
def test_blocks_of_absurd_size_are_refused(originals: dict[str, bytes], value: int) -> None:
    data = originals["tiles"]
    for tag in (322, 323):
        data = changed(changed(data, tag, 4, "<H", 2), tag, value)
    assert refused(data)


def test_a_block_that_would_unpack_to_too_much_is_refused(originals: dict[str, bytes]) -> None:
    data = originals["tiles"]
    for tag in (322, 323):
        data = changed(changed(data, tag, 4, "<H", 2), tag, 16_384)
    with tempfile.TemporaryDirectory() as name, pytest.raises(ImageError):
        cut(data, Path(name), pixels=PixelLimits(whole=10_000_000))


def test_an_image_of_absurd_size_is_refused(originals: dict[str, bytes]) -> None:
    data = changed(changed(originals["tiles"], 256, 4, "<H", 2), 256, 2**31 - 1)
    assert "tables" in refused(data)


@pytest.mark.parametrize("layout", ["tiles", "strips"])
def test_blocks_outside_the_file_are_refused(originals: dict[str, bytes], layout: str) -> None:
    data = bytearray(originals[layout])
    where = entry(bytes(data), 324 if layout == "tiles" else 273)
    number, at = struct.unpack_from("<II", data, where + 4)
    struct.pack_into(f"<{number}I", data, at, *[len(data) - 10] * number)
    assert "outside the file" in refused(bytes(data))


def test_blocks_that_share_their_bytes_are_read(originals: dict[str, bytes], tmp_path: Path) -> None:
    """Some writers store equal blocks once; that is no fault."""
    data = bytearray(originals["tiles"])
    for tag in (324, 325):
        kind, number, at = struct.unpack_from("<HII", data, entry(bytes(data), tag) + 2)
        letter = {3: "H", 4: "I"}[kind]
        values = struct.unpack_from(f"<{number}{letter}", data, at)
        struct.pack_into(f"<{number}{letter}", data, at, *[values[0]] * number)
    (tmp_path / "o.tif").write_bytes(data)
    cut(bytes(data), tmp_path)
    with rasterio.open(tmp_path / "o.tif") as whole, rasterio.open(tmp_path / "c.tif") as stored:
        held = stored.dataset_mask() > 0
        assert held.any()
        np.testing.assert_array_equal(stored.read()[:, held], whole.read()[:, held])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_that_are_cut_short_are_refused(originals: dict[str, bytes], layout: str) -> None:
    data = originals[layout]
    for length in (0, 1, 7, 8, 100, 300, len(data) // 2, len(data) - 1):
        # The end of a file may belong to a block that is not needed: then all that is needed is there.
        if length < len(data) // 2 + 1:
            assert refused(data[:length])


_MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["byte", "word", "cut", "insert", "copy"]),
        st.one_of(st.integers(0, 1200), st.integers(0, 200_000)),
        st.integers(0, 2**32 - 1),
    ),
    min_size=1,
    max_size=6,
)


@given(layout=st.sampled_from(sorted(LAYOUTS)), mutations=_MUTATIONS)
@settings(max_examples=150)
def test_damage_gives_an_image_error_or_an_image(
    originals: dict[str, bytes], layout: str, mutations: list[tuple[str, int, int]]
) -> None:
    data = bytearray(originals[layout])
    for what, place, value in mutations:
        at = place % len(data)
        if what == "byte":
            data[at] = value % 256
        elif what == "word":
            data[at : at + 4] = struct.pack("<I", value)
        elif what == "cut":
            del data[at + 1 :]
        elif what == "insert":
            data[at:at] = bytes(value % 9)
        else:
            data[at : at + 12] = data[value % len(data) :][:12]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            cut(bytes(data), folder)
        except (ImageError, TracksError):
            assert list(folder.iterdir()) == []
        else:
            assert sorted(p.name for p in folder.iterdir()) == ["c.tif", "v.tif"]


@given(
    st.binary(max_size=400), st.sampled_from([b"", b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"\x89PNG\r\n\x1a\n", b"BM"])
)
@settings(max_examples=80)
def test_garbage_is_refused(garbage: bytes, start: bytes) -> None:
    assert refused(start + garbage)
