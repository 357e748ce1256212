"""What the network is shown, and that it answers every strip by itself."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.network import CHANNELS, EmissionNetwork, network_input
from wayside.counting.sampling import ROWS, frame_along
from wayside.counting.tone import scene_tone
from wayside.errors import ModelFileError
from wayside.model.strips import Strip, StripEnd
from wayside.model.visibility import Obstruction

SEEDS = st.integers(0, 10_000)
Array = np.ndarray[Any, np.dtype[Any]]


def strip(columns: int, seed: int = 0, *, bands: int = 3, gsd: float = 0.5, hidden: float = 0.0) -> Strip:
    rng = np.random.default_rng(seed)
    frame = frame_along(np.array([[0.0, 0.0], [columns * 0.5, 0.0]]))
    pixels = rng.normal(120, 30, (bands, ROWS, columns)).astype(np.float32)
    return Strip(f"t{seed}", pixels, rng.random((ROWS, columns)) >= hidden, frame, gsd)


def together(strips: list[Strip]) -> Array:
    """All usable pixels of a scene, three bands."""
    return np.concatenate([np.broadcast_to(s.pixels, (3, *s.valid.shape))[:, s.valid] for s in strips], axis=1)


@pytest.fixture(scope="module")
def network() -> EmissionNetwork:
    return EmissionNetwork()


# ---------------------------------------------------------------------- input
@settings(max_examples=25, deadline=None)
@given(st.lists(SEEDS, min_size=1, max_size=3), st.sampled_from([0.0, 0.3]))
def test_a_scene_is_normalised_over_all_its_strips(seeds: list[int], hidden: float) -> None:
    strips = [strip(20 + seed % 7, seed, hidden=hidden) for seed in seeds]
    tone = scene_tone(strips)
    pixels = together(strips).astype(np.float64)
    assert tone.mean == pytest.approx(pixels.mean(axis=1), rel=1e-4)
    assert tone.deviation == pytest.approx(float(pixels.mean(axis=0).std()), rel=1e-3)
    shown = [network_input(s, tone) for s in strips]
    for s, image in zip(strips, shown, strict=True):
        assert image.shape == (CHANNELS, ROWS, s.frame.columns)
        assert image.dtype == np.float32
        assert np.array_equal(image[3], s.valid)
        assert not image[:3, ~s.valid].any()
    values = np.concatenate([i[:3, s.valid] for i, s in zip(shown, strips, strict=True)], axis=1)
    assert values.mean(axis=1) == pytest.approx(np.zeros(3), abs=0.02)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 5.0), st.floats(-15, 0), SEEDS)
def test_gain_and_offset_of_the_image_do_not_matter(gain: float, offset: float, seed: int) -> None:
    one = strip(24, seed)
    other = Strip(one.track_id, one.pixels * gain + offset, one.valid, one.frame, one.gsd_m)
    shown = [network_input(s, scene_tone([s])) for s in (one, other)]
    assert np.allclose(shown[0], shown[1], atol=2e-3)


def test_a_scene_of_hardly_any_contrast_is_not_blown_up() -> None:
    one = strip(40, 2)
    faint = Strip("1", 200 + 0.01 * (one.pixels - 120), one.valid, one.frame, 0.5)
    assert scene_tone([faint]).deviation == pytest.approx(20.0, rel=0.01)
    assert np.abs(network_input(faint, scene_tone([faint]))[:3]).max() < 0.2


def test_extremes_are_cut_and_resolution_is_a_logarithm() -> None:
    one = strip(30, gsd=2.0)
    pixels = one.pixels.copy()
    pixels[:, 0, 0], pixels[:, 1, 0] = 1e5, -1e5
    tone = scene_tone([one])
    image = network_input(Strip("1", pixels, one.valid, one.frame, 2.0), tone)
    assert image[:3, 0, 0].tolist() == [4.0] * 3
    assert image[:3, 1, 0].tolist() == [-4.0] * 3
    assert image[4] == pytest.approx(2.0 / 3.0)
    for gsd, level in ((0.5, 0.0), (0.25, -1 / 3), (4.0, 1.0)):
        assert network_input(strip(9, gsd=gsd), tone)[4] == pytest.approx(level, abs=1e-6)


def test_one_band_is_three_equal_ones(network: EmissionNetwork) -> None:
    mono = strip(300, 4, bands=1)
    replicated = Strip(mono.track_id, np.repeat(mono.pixels, 3, axis=0), mono.valid, mono.frame, mono.gsd_m)
    assert np.array_equal(network_input(mono, scene_tone([mono])), network_input(replicated, scene_tone([replicated])))
    (a,), (b,) = network.emissions([mono]), network.emissions([replicated])
    assert np.array_equal(a.occupied, b.occupied)


def test_a_scene_without_a_usable_pixel_is_grey() -> None:
    blind = strip(12, hidden=1.1)
    tone = scene_tone([blind])
    assert tone.mean.tolist() == [0.0] * 3
    assert not network_input(blind, tone)[:4].any()
    flat = Strip("1", np.full((3, ROWS, 12), 7.0), np.ones((ROWS, 12)), blind.frame, 0.5)
    assert np.isfinite(network_input(flat, scene_tone([flat]))).all()


# ---------------------------------------------------------------------- answers
def same(a: Emission, b: Emission, columns: slice = slice(None)) -> None:
    for name in ("occupied", "boundary", "types", "cover"):
        assert getattr(a, name)[columns] == pytest.approx(getattr(b, name)[columns], abs=2e-3), name


def test_answers_have_a_value_for_every_column_and_edge(network: EmissionNetwork) -> None:
    shown = strip(140, 3, hidden=0.4)
    (found,) = network.emissions([shown])
    assert found.occupied.shape == found.cover.shape == found.visible.shape == (140,)
    assert found.boundary.shape == (141,)
    assert found.types.shape == (140, len(TYPE_ORDER))
    assert all(np.isfinite(a).all() for a in (found.occupied, found.boundary, found.types, found.cover))
    third = ROWS // 3
    assert found.visible.tolist() == (shown.valid[third : ROWS - third].mean(axis=0) > 0.5).tolist()
    assert network.emissions([]) == ()


def test_a_strip_among_others_of_its_length_reads_as_it_does_alone(network: EmissionNetwork) -> None:
    # Three copies have the tone of one, so that only the batch differs.
    one = strip(260, 5)
    (alone,) = network.emissions([one])
    for among in network.emissions([one, one, one]):
        same(among, alone)


def test_padding_does_not_reach_the_start_of_a_shorter_strip(network: EmissionNetwork) -> None:
    long = strip(600, 6)
    short_frame = frame_along(np.array([[0.0, 0.0], [150.0, 0.0]]))
    # The long strip twice over, so that its first half alone has the same tone as both together.
    half = Strip("half", long.pixels[:, :, :300], long.valid[:, :300], short_frame, 0.5)
    double = Strip("double", np.concatenate([half.pixels] * 2, axis=2), np.tile(half.valid, 2), long.frame, 0.5)
    tones = [scene_tone(s) for s in ([half], [half, double])]
    assert tones[0].mean == pytest.approx(tones[1].mean, rel=1e-5)
    (alone,), (padded, whole) = network.emissions([half]), network.emissions([half, double])
    # The network looks 126 columns and a few more to each side.
    start = slice(0, 160)
    same(padded, alone, start)
    same(whole, alone, start)
    assert np.abs(whole.occupied[299] - padded.occupied[299]) > 1e-3


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_what_is_not_usable_is_not_looked_at(network: EmissionNetwork, seed: int) -> None:
    one = strip(130, seed, hidden=0.2)
    noise = np.where(one.valid, one.pixels, 1e4)
    (a,), (b,) = network.emissions([one]), network.emissions([Strip("1", noise, one.valid, one.frame, 0.5)])
    same(a, b)


# ---------------------------------------------------------------------- the file
def test_a_name_carries_the_files_digest(tmp_path: Path, network: EmissionNetwork) -> None:
    kept = Path(__file__).parents[2] / "src" / "wayside" / "counting" / "weights" / "strip-net-1.onnx"
    copy = tmp_path / "copy.onnx"
    copy.write_bytes(kept.read_bytes())
    assert EmissionNetwork(copy).name == network.name
    assert network.name.endswith(hashlib.sha256(kept.read_bytes()).hexdigest())
    assert kept.stat().st_size <= 2_000_000


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x07" * 500])
def test_a_damaged_file_is_told_with_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="cannot be read") as refused:
        EmissionNetwork(path)
    assert refused.value.where == str(path)
    assert refused.value.exit_code == 3


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    kept = Path(__file__).parents[2] / "src" / "wayside" / "counting" / "weights" / "strip-net-1.onnx"
    path = tmp_path / "cut.onnx"
    path.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    with pytest.raises(ModelFileError, match="cannot be read"):
        EmissionNetwork(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="missing"):
        EmissionNetwork(tmp_path / "none.onnx")


def test_a_long_strip_is_read_in_pieces_that_do_not_show() -> None:
    long = strip(4096 * 2 + 300)
    (found,) = EmissionNetwork().emissions([long])
    weights = resources.files("wayside.counting").joinpath("weights/strip-net-1.onnx").read_bytes()
    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    whole, edges = session.run(["columns", "edges"], {"strips": network_input(long, scene_tone([long]))[None]})
    assert np.abs(found.occupied - whole[0, 0]).max() < 1e-3
    assert np.abs(found.boundary - edges[0, 0]).max() < 1e-3


def test_a_track_is_read_alike_whatever_lies_beside_it() -> None:
    one, other = strip(150, 1), strip(700, 2)
    network = EmissionNetwork()
    alone = network.emissions([one], among=[one, other])[0]
    beside = network.emissions([one, other])[0]
    assert np.abs(alone.occupied - beside.occupied).max() < 1e-4


def test_what_lies_beyond_the_ends_is_seen_and_not_reported() -> None:
    """The evidence of a strip with ends is that of the longer strip, without the ends' columns."""
    long = strip(200, 5)
    core, k = slice(16, 184), 16
    frame = frame_along(np.array([[8.0, 0.0], [92.0, 0.0]]))
    ends = tuple(StripEnd(long.pixels[:, :, part], long.valid[:, part]) for part in (slice(0, k), slice(184, 200)))
    short = Strip(long.track_id, long.pixels[:, :, core], long.valid[:, core], frame, 0.5, ends=(ends[0], ends[1]))
    network = EmissionNetwork()
    whole, found = network.emissions([long])[0], network.emissions([short], among=[long])[0]
    assert found.columns == 168
    assert np.allclose(found.occupied, whole.occupied[core], atol=1e-4)
    assert np.allclose(found.boundary, whole.boundary[16:185], atol=1e-4)
    without = network.emissions([replace(short, ends=None)], among=[long])[0]
    assert not np.allclose(without.occupied, found.occupied, atol=1e-2)


def test_a_clouds_edge_does_not_set_the_tone() -> None:
    """White that reaches out of hidden columns into others leaves the tone of the ground as it is without cloud."""
    rng = np.random.default_rng(3)
    ground = rng.normal(90.0, 12.0, (3, ROWS, 300)).astype(np.float32)
    clear = replace(strip(300), pixels=ground)
    pixels = ground.copy()
    pixels[:, :, 120:180] = 245.0
    pixels[:, 22:, 90:210] = 245.0
    bare = replace(clear, pixels=pixels)
    columns = np.zeros(300, dtype=bool)
    columns[120:180] = True
    clouded = bare.hide(columns, Obstruction.CLOUD)
    wanted, found, spoilt = (scene_tone([one]) for one in (clear, clouded, bare))
    assert found.mean == pytest.approx(wanted.mean, abs=1.0)
    assert found.deviation == pytest.approx(wanted.deviation, rel=0.1)
    assert spoilt.deviation > 3 * wanted.deviation
