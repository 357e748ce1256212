"""Unpacking against zlib and gzip, however the bytes are cut, and bombs."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.archive.remote.decoding import Unpacker
from wayside.archive.remote.retrying import TransientError
from wayside.errors import SourceError


def unpacked(encoding: str, packed: bytes, *, step: int, most: int = 10**8) -> bytes:
    unpacker = Unpacker(encoding, most=most, where="here")
    out = b"".join(b"".join(unpacker.feed(packed[i : i + step])) for i in range(0, len(packed), step))
    return out + unpacker.finish()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


BODIES = st.one_of(st.binary(max_size=3000), st.integers(0, 1_000_000).map(bytes))


@settings(max_examples=50)
@given(BODIES, st.integers(1, 4000), st.sampled_from(["gzip", "x-gzip", "GZIP ", "deflate", "raw", "identity", ""]))
def test_comes_back(data: bytes, step: int, kind: str) -> None:
    packed = {"deflate": zlib.compress, "raw": raw_deflate, "identity": bytes, "": bytes}.get(kind, gzip.compress)(data)
    assert unpacked("deflate" if kind == "raw" else kind, packed, step=step) == data


@given(st.lists(st.binary(max_size=500), min_size=2, max_size=4), st.integers(1, 600))
def test_several_members(parts: list[bytes], step: int) -> None:
    assert unpacked("gzip", b"".join(map(gzip.compress, parts)), step=step) == b"".join(parts)


@given(BODIES.filter(len), st.data())
def test_cut_short_is_a_fault_that_may_pass(data: bytes, draw: st.DataObject) -> None:
    packed = gzip.compress(data)
    keep = draw.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(TransientError):
        unpacked("gzip", packed[:keep], step=1000)


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_a_bomb_is_stopped_before_it_is_in_memory(kind: str) -> None:
    bomb = (gzip.compress if kind == "gzip" else zlib.compress)(bytes(50_000_000))
    made: list[int] = []
    unpacker = Unpacker(kind, most=1_000_000, where="here")
    with pytest.raises(SourceError, match="larger than the 1,000,000 bytes"):
        made.extend(map(len, unpacker.feed(bomb)))
    assert all(n <= 1 << 18 for n in made)
    assert sum(made) <= 1_000_000


@given(BODIES.filter(len))
def test_the_limit_is_exact(data: bytes) -> None:
    packed = gzip.compress(data)
    most = max(len(data), len(packed))
    assert unpacked("gzip", packed, step=777, most=most) == data
    with pytest.raises(SourceError):
        unpacked("identity", data, step=777, most=len(data) - 1)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress", "\x00"])
def test_other_packings_are_refused(encoding: str) -> None:
    with pytest.raises(SourceError, match="not asked for"):
        Unpacker(encoding, most=10, where="here")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_packed_is_an_error(encoding: str) -> None:
    with pytest.raises(SourceError, match="not packed as it says"):
        unpacked(encoding, b"{'this': 'is plain'}" * 3, step=100)
