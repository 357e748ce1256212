"""What the image itself shows of what hides a track: veils, light, blur; each against known truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from tests.imagery.drawn import pixel_track

from wayside.counting.sampling import frame_along
from wayside.imagery import PixelReader, describe_image
from wayside.imagery.visibility import Image, screen
from wayside.imagery.visibility.clouds import mask_veils, white_of
from wayside.imagery.visibility.light import mask_light, sun_note
from wayside.imagery.visibility.sharpness import effective_gsd
from wayside.model.strips import Strip
from wayside.model.visibility import Hidden, Obstruction, code_of, hidden_shares

Array = NDArray[np.float64]
ROWS, COLUMNS = 32, 600
REAL = [
    ("muttenz_west", 0.25),
    ("autoracks_top", 0.92),
    ("gondolas_oblique", 0.46),
    ("hoppers_coarse", 1.83),
    ("empty_tracks", 0.25),
    ("road_a", 0.33),
]


def strip_of(pixels: Array, *, gsd_m: float = 0.5, name: str = "1") -> Strip:
    frame = frame_along(np.array([[0.0, 8.0], [pixels.shape[2] * 0.5, 8.0]]))
    return Strip(name, pixels.astype(np.float32), np.ones(pixels.shape[1:], np.bool_), frame, gsd_m)


def yard(rng: np.random.Generator, columns: int = COLUMNS) -> Array:
    """An empty track beside a train: ballast, rails, a verge, car roofs with gaps, and grain; three bands."""
    rows = np.arange(ROWS)[:, None]
    along = np.arange(columns)[None, :]
    grey = 90 + 12 * (np.abs(rows - 15.5) < 3) + 25 * ((rows == 14) | (rows == 17)) + 0.0 * along
    roofs = (rows > 22) & (rows < 29) & (along % 29 > 1)
    grey = np.where(roofs, 140 + 30 * ((along // 29) % 3), grey) - 55.0 * (rows >= 29)
    grey = grey + gaussian_filter(rng.normal(size=(ROWS, columns)), 1.0) * 20
    return np.stack([grey, grey * 0.97, grey * 0.9]) + rng.normal(size=(3, ROWS, columns)) * 2


def town(rng: np.random.Generator, columns: int = 2000) -> Array:
    """Roofs of all shades, each some metres wide and long, with sharp edges; three bands."""
    grey = np.full((ROWS, columns), 90.0)
    for _ in range(columns // 4):
        row, column = int(rng.integers(0, ROWS - 8)), int(rng.integers(0, columns - 8))
        grey[row : row + int(rng.integers(8, 16)), column : column + int(rng.integers(8, 24))] = rng.uniform(20, 230)
    return np.stack([grey, grey * 0.97, grey * 0.9])


def veiled(ground: Array, opacity: Array, rng: np.random.Generator, white: float = 225.0) -> Array:
    return ground * (1 - opacity) + white * opacity + rng.normal(size=ground.shape) * 1.5


def hidden_by(strip: Strip, why: Obstruction) -> NDArray[np.bool_]:
    codes = np.zeros(strip.frame.columns, np.uint8) if strip.hidden is None else strip.hidden.codes
    return np.asarray(codes == code_of(why))


def image_of(columns: int = COLUMNS) -> Image:
    return Image(columns, ROWS, 1.0, 0.5, full_scale=255.0)


# ---------------------------------------------------------------------------- veils
@given(
    st.integers(0, 10_000),
    st.integers(100, 300),
    st.integers(0, 280),
    st.floats(0.78, 1.0),
    st.sampled_from([1.0, 40.0]),
)
@settings(max_examples=30)
def test_thick_veils_are_hidden_where_they_lie_and_nowhere_else(
    seed: int, long: int, start: int, opacity: float, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    lies = np.zeros(COLUMNS)
    lies[start : start + long] = opacity
    strip = strip_of(veiled(yard(rng), lies, rng) * scale)
    found = hidden_by(mask_veils(strip, white_of([strip])), Obstruction.HAZE)
    assert found[lies > 0].mean() > 0.6
    # A margin of 10 m goes with it.
    far = np.convolve(lies, np.ones(49), mode="same") == 0
    assert not found[far].any()


@given(st.integers(0, 10_000), st.floats(0.0, 0.35))
@settings(max_examples=30)
def test_thin_veils_through_which_the_track_shows_are_left_to_the_counter(seed: int, opacity: float) -> None:
    rng = np.random.default_rng(seed)
    strip = strip_of(veiled(yard(rng), np.full(COLUMNS, opacity), rng))
    assert mask_veils(strip, white_of([strip], 255.0)) is strip


def test_pale_ground_that_is_dark_for_the_scene_is_no_veil() -> None:
    rng = np.random.default_rng(2)
    dull = strip_of(np.full((3, ROWS, COLUMNS), 90.0) + rng.normal(size=(3, ROWS, COLUMNS)))
    assert mask_veils(dull, 255.0) is dull
    assert mask_veils(dull, 100.0) is not dull


def test_coloured_ground_and_coarse_images_are_left_alone() -> None:
    rng = np.random.default_rng(3)
    white = veiled(yard(rng), np.full(COLUMNS, 0.9), rng)
    assert mask_veils(strip_of(white), 230.0) is not strip_of(white)
    sand = strip_of(white * np.array([1.0, 0.85, 0.6])[:, None, None])
    assert mask_veils(sand, 200.0) is sand
    coarse = strip_of(white, gsd_m=2.0)
    assert mask_veils(coarse, 230.0) is coarse


def test_white_is_the_scenes_own_but_not_what_is_grey_for_its_sensor() -> None:
    strip = strip_of(np.full((1, ROWS, 50), 100.0))
    assert white_of([strip]) == pytest.approx(100.0)
    assert white_of([strip], 255.0) == pytest.approx(0.8 * 255.0)
    assert white_of([]) == 0.0


# ---------------------------------------------------------------------------- light
def clipped(rng: np.random.Generator, part: slice, value: float) -> Strip:
    pixels = np.clip(yard(rng), 4.0, 250.0)
    pixels[:, :, part] = value
    return strip_of(pixels)


@pytest.mark.parametrize("scale", [255.0, None])
def test_overexposed_track_is_hidden_and_a_clipped_roof_is_not(scale: float | None) -> None:
    rng = np.random.default_rng(5)
    long, roof = clipped(rng, slice(100, 260), 255.0), clipped(rng, slice(100, 150), 255.0)
    found, kept = mask_light([long, roof], scale)
    np.testing.assert_array_equal(np.flatnonzero(hidden_by(found, Obstruction.SATURATED)), np.arange(100, 260))
    assert kept is roof


def test_a_narrow_white_train_that_clips_stays_visible() -> None:
    pixels = np.clip(yard(np.random.default_rng(6)), 4.0, 250.0)
    pixels[:, 12:20, 50:550] = 255.0
    strip = strip_of(pixels)
    assert mask_light([strip], 255.0) == [strip]


def test_a_black_collar_that_nobody_declared_has_no_data() -> None:
    found = mask_light([clipped(np.random.default_rng(7), slice(0, 90), 0.0)], 255.0)[0]
    np.testing.assert_array_equal(np.flatnonzero(hidden_by(found, Obstruction.NODATA)), np.arange(90))


def test_only_a_shadow_in_which_nothing_shows_hides() -> None:
    rng = np.random.default_rng(8)
    ground = np.clip(yard(rng), 4.0, 250.0)
    deep, faint = ground.copy(), ground.copy()
    deep[:, :, 200:400] = 6 + rng.normal(size=(3, ROWS, 200)) * 0.4
    faint[:, :, 200:400] *= 0.1
    found, kept = mask_light([strip_of(deep), strip_of(faint)], 255.0)
    shadow = hidden_by(found, Obstruction.SHADOW)
    assert shadow[210:390].all()
    assert not shadow[:195].any()
    assert kept.hidden is None


def test_strips_of_which_nothing_is_left_are_passed_on() -> None:
    strip = strip_of(yard(np.random.default_rng(9)))
    gone = strip.hide(np.ones(COLUMNS, np.bool_), Obstruction.CLOUD)
    assert mask_light([gone]) == [gone]
    assert mask_light([gone, strip])[0] is gone


@pytest.mark.parametrize(("elevation", "said"), [(None, ""), (40.0, ""), (8.0, "7 times"), (-2.0, "below the horizon")])
def test_a_low_sun_is_said(elevation: float | None, said: str) -> None:
    notes = sun_note(elevation)
    assert bool(notes) == bool(said)
    assert all(said in note for note in notes)


# ---------------------------------------------------------------------------- blur
def blurred(ground: Array, gsd_m: float) -> Array:
    """Seen by a good sensor of this GSD: a point spread of 0.53 of its pixels."""
    sigma = 0.53 * gsd_m / 0.5
    return np.stack([gaussian_filter(band, sigma) for band in ground])


@pytest.mark.parametrize("true_m", [2.0, 2.5, 3.0, 4.0, 6.0])
def test_a_blurred_image_is_as_coarse_as_it_is(true_m: float) -> None:
    rng = np.random.default_rng(11)
    strips = [strip_of(blurred(town(rng), true_m) + rng.normal(size=(3, ROWS, 2000))) for _ in range(3)]
    assert effective_gsd(strips, 0.5) == pytest.approx(true_m, rel=0.35)


@pytest.mark.parametrize("true_m", [0.3, 0.5, 0.8])
def test_a_sharp_image_is_what_it_says(true_m: float) -> None:
    rng = np.random.default_rng(12)
    strips = [strip_of(blurred(town(rng), true_m)) for _ in range(2)]
    assert effective_gsd(strips, 0.5) == 0.5
    coarse = [strip_of(blurred(town(rng), 2.0))]
    assert effective_gsd(coarse, 1.8) == 1.8


def test_nothing_to_measure_changes_nothing() -> None:
    assert effective_gsd([], 0.5) == 0.5
    assert effective_gsd([strip_of(np.full((1, ROWS, 40), 9.0))], 0.5) == 0.5
    assert effective_gsd([strip_of(np.full((1, ROWS, 4000), 9.0))], 0.5) == 0.5


@pytest.mark.parametrize("true_m", [6.0, 9.0])
def test_what_is_blurred_beyond_use_is_hidden_by_blur(true_m: float) -> None:
    rng = np.random.default_rng(13)
    found = screen([strip_of(blurred(town(rng), true_m))], image_of(2000))
    assert found.effective_gsd_m > 5.0
    assert not found.strips[0].visible.any()
    assert hidden_by(found.strips[0], Obstruction.BLUR).mean() > 0.7  # here and there it passes for haze
    assert "blurred or was enlarged" in found.notes[0]


# ---------------------------------------------------------------------------- all together
def test_what_lies_outside_and_what_is_blank_are_told_apart() -> None:
    strip = strip_of(yard(np.random.default_rng(14)))
    valid = np.ones((ROWS, COLUMNS), np.bool_)
    valid[:, :50] = valid[:, 500:] = False
    bare = Strip("1", strip.pixels, valid, strip.frame, gsd_m=0.5)
    # The strip's plane is in metres here: 250 units are its first 500 columns.
    found = screen([bare], Image(250, 16, 1.0, 0.5, 255.0)).strips[0]
    assert hidden_shares(found.hidden, found.visible) == {Obstruction.NODATA: 50 / 600, Obstruction.OUTSIDE: 100 / 600}
    np.testing.assert_array_equal(found.valid, valid)


def test_the_providers_word_comes_before_the_images() -> None:
    rng = np.random.default_rng(15)
    lies = np.zeros(COLUMNS)
    lies[100:400] = 0.97
    codes = np.zeros(COLUMNS, np.uint8)
    codes[:250] = code_of(Obstruction.CLOUD_SHADOW)
    found = screen([strip_of(veiled(yard(rng), lies, rng))], image_of(), {"1": codes})
    assert hidden_by(found.strips[0], Obstruction.CLOUD_SHADOW)[:250].all()
    assert not found.strips[0].visible[260:390].any()
    hidden = found.strips[0].hidden or Hidden.none(COLUMNS)
    assert hidden.provided[:250].all()
    assert not hidden.provided[250:].any()


def test_a_mask_that_the_image_contradicts_is_believed_and_the_doubt_said() -> None:
    rng = np.random.default_rng(16)
    codes = np.zeros(COLUMNS, np.uint8)
    codes[100:300] = code_of(Obstruction.CLOUD)
    crisp = screen([strip_of(yard(rng))], image_of(), {"1": codes})
    assert hidden_by(crisp.strips[0], Obstruction.CLOUD).sum() == 200
    assert "over 100 m of track" in crisp.notes[0]
    lies = (codes > 0) * 0.95
    assert screen([strip_of(veiled(yard(rng), lies, rng))], image_of(), {"1": codes}).notes == ()
    assert screen([strip_of(yard(rng))], image_of()).notes == ()


# ---------------------------------------------------------------------------- real images
def real_strips(shared: Path, name: str, gsd_m: float) -> tuple[Sequence[Strip], Image]:
    path = shared / "imagery" / f"{name}.png"
    features = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))["features"]
    tracks = [pixel_track([tuple(p) for p in f["geometry"]["coordinates"]], f["properties"]["id"]) for f in features]
    info = describe_image(path, gsd_m=gsd_m)
    strips = PixelReader().read_strips(path, tracks, info=info).strips
    return strips, Image(info.width, info.height, 1.0, gsd_m, 255.0)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "gsd"), REAL)
def test_no_visible_track_of_a_real_image_is_hidden(shared_dir: Path, name: str, gsd: float) -> None:
    strips, image = real_strips(shared_dir, name, gsd)
    found = screen(strips, image)
    for before, after in zip(strips, found.strips, strict=True):
        np.testing.assert_array_equal(before.visible, after.visible)
    assert found.effective_gsd_m == gsd
    assert found.notes == ()


@pytest.mark.shared
@pytest.mark.parametrize(("name", "gsd"), [one for one in REAL if one[1] < 1.0 and "road" not in one[0]])
def test_a_thick_veil_over_half_of_a_real_image_is_hidden(shared_dir: Path, name: str, gsd: float) -> None:
    strips, image = real_strips(shared_dir, name, gsd)
    rng = np.random.default_rng(17)
    hid, lost, all_under = 0, 0, 0
    laid, covered = [], []
    for strip in strips:
        lies = np.where(np.arange(strip.frame.columns) < strip.frame.columns / 2, 0.85, 0.0)
        pixels = strip.pixels.astype(np.float64)
        half, whole = (veiled(pixels, o, rng).astype(np.float32) for o in (lies, np.full(lies.size, 0.85)))
        laid.append(replace(strip, pixels=half, ends=None))
        covered.append(replace(strip, pixels=whole, ends=None))
    for strip, after in zip(strips, screen(laid, image).strips, strict=True):
        under = np.arange(strip.frame.columns) < strip.frame.columns / 2
        gone = strip.visible & ~after.visible
        far = np.arange(strip.frame.columns) > strip.frame.columns / 2 + 24  # beyond the margin of 10 m
        hid, lost, all_under = (
            hid + int((gone & under).sum()),
            lost + int((gone & far).sum()),
            all_under + int(under.sum()),
        )
    # A veil is judged over 20 m: at its edge, and these images are short, some of it is left.
    assert hid > 0.4 * all_under
    assert lost == 0
    left = sum(int(strip.visible.sum()) for strip in screen(covered, image).strips)
    assert left < 0.2 * sum(int(strip.visible.sum()) for strip in strips)
