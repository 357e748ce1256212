"""A yard's count is a fact of the yard: not of how the image lies, is stored or exposed, nor of how tracks are cut.

The scenes are drawn, so that only one thing differs between two of them. They say nothing about accuracy on real
images; what is asked is that the count stays where it is, to within 3 % where pixels differ and to rounding where only
their order or storage does.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

from wayside.counting.sampling import ROWS, frame_along
from wayside.imagery.gdal import session
from wayside.model.cars import CarType
from wayside.model.observations import SceneCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.strips import Strip
from wayside.pipeline.counting import count_image
from wayside.rendering.layout import Layout
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import CarBody, Network, draw_train
from wayside.rendering.yard import Ground, Stage, Weather, draw_ground, draw_image, set_stage
from wayside.wiring import image_counter
from wayside.wiring.network import PackagedNetwork

GSD = 0.4
TRACKS, CARS = 4, 10
YARD = TRACKS * CARS
SPACINGS = (4.1, 5.0)
ANGLES = tuple(range(0, 91, 15))
SAME = 0.03 * YARD
"""3 % of the yard's cars: what a count may move by where the same yard is sampled in other pixels."""
ROUNDING = 0.01
"""Cars that a count may move by where every pixel has its value still, in another place."""
HALF_M = 112.0
LEAD_M = 20.0
"""Bare track before the first car of the first track."""
FREIGHT = (CarType.GONDOLA, CarType.BOX, CarType.TANK, CarType.HOPPER)
LINE = tuple(np.linspace(-HALF_M + 8.0, HALF_M - 8.0, 27).tolist())
SENSOR = Sensor(noise=0.01, jpeg=100.0)
WEATHER = Weather(sun_azimuth_deg=150.0, sun_elevation_deg=50.0)
Picture = NDArray[np.uint8]
Trains = dict[str, tuple[CarBody, ...]]


class View(NamedTuple):
    """An image, shape (height, width, 3), and its tracks in pixels, by id."""

    pixels: Picture
    tracks: dict[str, NDArray[np.float64]]


class Yard(NamedTuple):
    """A painted yard of parallel tracks and the trains on it."""

    stage: Stage
    trains: Trains


def a_train(start_m: float, rng: np.random.Generator) -> tuple[CarBody, ...]:
    """Ten coupled cars: three kinds, each a few times."""
    kinds: list[CarBody] = []
    while len(kinds) < 3:
        kind = FREIGHT[int(rng.integers(len(FREIGHT)))]
        (body,) = draw_train(0.0, 1, Network.RUSSIAN, rng, types=(kind,))
        if 12.0 <= body.model.length_m <= 17.0:
            kinds.append(body)
    train: list[CarBody] = []
    for index in range(CARS):
        like = kinds[index * len(kinds) // CARS]
        train.append(replace(like, start_m=train[-1].end_m if train else start_m, seed=int(rng.integers(2**31))))
    return tuple(train)


def draw_yard(spacing_m: float) -> Yard:
    """Four parallel tracks, a train of ten cars of mixed types on each, somewhere in the middle."""
    offsets = [spacing_m * (k - (TRACKS - 1) / 2) for k in range(TRACKS)]
    lines = {str(k + 1): np.array([[x, y] for x in LINE]) for k, y in enumerate(offsets)}
    ground: Ground = draw_ground(np.random.default_rng(12))
    stage = set_stage(Layout(2 * HALF_M, 2 * HALF_M, lines), ground, 0.2, np.random.default_rng(5))
    trains = {name: a_train(LEAD_M + 2.5 * k, np.random.default_rng(100 + k)) for k, name in enumerate(lines)}
    return Yard(stage, trains)


def take(yard: Yard, *angles: float, trains: Trains | None = None) -> list[View]:
    """Take pictures of one moment, turned by each of the angles; the first alone where none is given."""
    size = int(2 * HALF_M / GSD)
    cameras = [Camera(size, size, GSD, rotation_deg=-angle) for angle in angles or (0.0,)]
    drawn = draw_image(
        yard.stage, trains or yard.trains, WEATHER, [(c, SENSOR) for c in cameras], np.random.default_rng(7)
    )
    return [
        View(image.pixels, {name: image.camera.to_image(line) for name, line in yard.stage.layout.tracks.items()})
        for image in drawn
    ]


def site(tracks: dict[str, NDArray[np.float64]]) -> Site:
    made = (
        Track(name, tuple(MapPoint(float(x), float(y)) for x, y in line), system=CoordinateSystem.PIXEL)
        for name, line in tracks.items()
    )
    return Site("yard", "Yard", tuple(made))


def count(view: View, folder: Path, *, block: int | None = 256, gsd_m: float = GSD) -> SceneCount:
    """Count with the package's network; ``block`` is the size of the file's tiles, None for rows."""
    path = folder / "scene.tif"
    tiles = {"tiled": False} if block is None else {"tiled": True, "blockxsize": block, "blockysize": block}
    height, width, bands = view.pixels.shape
    with (
        session(),
        rasterio.open(
            path, "w", driver="GTiff", height=height, width=width, count=bands, dtype=view.pixels.dtype.name, **tiles
        ) as target,
    ):
        target.write(np.moveaxis(view.pixels, -1, 0))
    return count_image(image_counter(), path, site(view.tracks), gsd_m=gsd_m).result


@pytest.fixture(scope="module")
def yards() -> dict[float, Yard]:
    return {spacing: draw_yard(spacing) for spacing in SPACINGS}


@pytest.fixture(scope="module")
def turned(yards: dict[float, Yard]) -> dict[tuple[float, int], View]:
    return {
        (spacing, angle): view
        for spacing, yard in yards.items()
        for angle, view in zip(ANGLES, take(yard, *ANGLES), strict=True)
    }


@pytest.fixture(scope="module")
def upright(turned: dict[tuple[float, int], View]) -> View:
    return turned[4.1, 0]


@pytest.fixture(scope="module")
def diagonal(turned: dict[tuple[float, int], View]) -> View:
    return turned[4.1, 30]


@pytest.fixture(scope="module")
def upright_count(upright: View, tmp_path_factory: pytest.TempPathFactory) -> SceneCount:
    return count(upright, tmp_path_factory.mktemp("upright"))


@pytest.fixture(scope="module")
def diagonal_count(diagonal: View, tmp_path_factory: pytest.TempPathFactory) -> SceneCount:
    return count(diagonal, tmp_path_factory.mktemp("diagonal"))


# ---------------------------------------------------------------------------- the yard keeps its cars
@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("angle", ANGLES)
def test_a_diagonal_yard_keeps_its_forty_cars(
    turned: dict[tuple[float, int], View], tmp_path: Path, spacing: float, angle: int
) -> None:
    found = count(turned[spacing, angle], tmp_path)
    assert found.count.mean == pytest.approx(YARD, abs=SAME)
    low, high = found.count.interval(0.9)
    assert low <= YARD <= high
    assert all(abs(track.count.mean - CARS) < 2.0 for track in found.tracks)  # none takes its neighbour's


@pytest.mark.parametrize("angle", ANGLES[1:])
def test_the_count_does_not_turn_with_the_image(
    turned: dict[tuple[float, int], View], upright_count: SceneCount, tmp_path: Path, angle: int
) -> None:
    found = count(turned[4.1, angle], tmp_path)
    assert found.count.mean == pytest.approx(upright_count.count.mean, abs=SAME)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarter_turns_change_nothing(
    diagonal: View, diagonal_count: SceneCount, tmp_path: Path, quarters: int
) -> None:
    pixels, tracks = diagonal.pixels, diagonal.tracks
    for _ in range(quarters):
        width = pixels.shape[1]
        pixels, tracks = np.rot90(pixels), {k: np.stack([xy[:, 1], width - xy[:, 0]], -1) for k, xy in tracks.items()}
    found = count(View(np.ascontiguousarray(pixels), tracks), tmp_path)
    assert found.count.mean == pytest.approx(diagonal_count.count.mean, abs=ROUNDING)
    assert found.count.interval(0.9) == diagonal_count.count.interval(0.9)


def test_a_mirror_image_holds_as_many(diagonal: View, diagonal_count: SceneCount, tmp_path: Path) -> None:
    width = diagonal.pixels.shape[1]
    tracks = {name: np.stack([width - xy[:, 0], xy[:, 1]], -1) for name, xy in diagonal.tracks.items()}
    found = count(View(np.ascontiguousarray(diagonal.pixels[:, ::-1]), tracks), tmp_path)
    assert found.count.mean == pytest.approx(diagonal_count.count.mean, abs=SAME)


def test_a_track_drawn_from_its_other_end_holds_as_many(
    diagonal: View, diagonal_count: SceneCount, tmp_path: Path
) -> None:
    found = count(View(diagonal.pixels, {name: xy[::-1] for name, xy in diagonal.tracks.items()}), tmp_path)
    assert found.count.mean == pytest.approx(diagonal_count.count.mean, abs=SAME)


# ---------------------------------------------------------------------------- storage
@pytest.mark.parametrize("block", [64, 128, 512, None])
def test_the_files_tiles_change_nothing(
    diagonal: View, diagonal_count: SceneCount, tmp_path: Path, block: int | None
) -> None:
    found = count(diagonal, tmp_path, block=block)
    assert found.count == diagonal_count.count
    assert [track.count for track in found.tracks] == [track.count for track in diagonal_count.tracks]


@pytest.mark.parametrize(("left", "top"), [(13, 0), (0, 31), (29, 22)])
def test_the_images_origin_changes_nothing(
    diagonal: View, diagonal_count: SceneCount, tmp_path: Path, left: int, top: int
) -> None:
    pixels = np.ascontiguousarray(diagonal.pixels[top:, left:])
    found = count(View(pixels, {name: xy - (left, top) for name, xy in diagonal.tracks.items()}), tmp_path)
    assert found.count.mean == pytest.approx(diagonal_count.count.mean, abs=ROUNDING)
    assert found.count.interval(0.9) == diagonal_count.count.interval(0.9)


# ---------------------------------------------------------------------------- exposure
@pytest.mark.parametrize(("gain", "lift"), [(0.6, 0.0), (0.6, 70.0), (0.8, 25.0), (1.15, -10.0)])
def test_brightness_and_contrast_change_no_count(
    upright: View, upright_count: SceneCount, tmp_path: Path, gain: float, lift: float
) -> None:
    pixels = np.clip(np.rint(gain * upright.pixels + lift), 0, 255).astype(np.uint8)
    found = count(View(pixels, upright.tracks), tmp_path)
    assert found.count.mean == pytest.approx(upright_count.count.mean, abs=SAME)


def test_raw_counts_of_sixteen_bits_hold_as_many(upright: View, upright_count: SceneCount, tmp_path: Path) -> None:
    raw = upright.pixels.astype(np.uint16) * 37 + 900
    found = count(View(raw, upright.tracks), tmp_path)
    assert found.count.mean == pytest.approx(upright_count.count.mean, abs=SAME)


# ---------------------------------------------------------------------------- cars and tracks
def test_one_car_more_is_one_more_in_the_count(yards: dict[float, Yard], tmp_path: Path) -> None:
    yard, rises = yards[4.1], []
    before = [count(view, tmp_path).count.mean for view in take(yard, 0.0, 30.0)]
    for name, train in yard.trains.items():
        last = train[-1]
        longer = {**yard.trains, name: (*train, replace(last, start_m=last.end_m, seed=last.seed + 1))}
        after = [count(view, tmp_path).count.mean for view in take(yard, 0.0, 30.0, trains=longer)]
        rises += [a - b for a, b in zip(after, before, strict=True)]
    assert all(0.5 < rise < 1.5 for rise in rises), rises
    assert np.mean(rises) == pytest.approx(1.0, abs=0.15)


def test_a_train_taken_away_is_taken_from_the_count(yards: dict[float, Yard], tmp_path: Path) -> None:
    yard = yards[4.1]
    found = count(take(yard, trains={**yard.trains, "2": ()})[0], tmp_path)
    assert found.count.mean == pytest.approx(YARD - CARS, abs=SAME)
    assert found.tracks[1].count.mean < 0.5


def along_track(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres along a track in pixels, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))]) * GSD


def parted(line: NDArray[np.float64], at_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cut a track in two."""
    along = along_track(line)
    assert math.isclose(along[-1], LINE[-1] - LINE[0], rel_tol=1e-6)
    cut = np.array([[np.interp(at_m, along, line[:, k]) for k in (0, 1)]])
    return np.concatenate([line[along < at_m], cut]), np.concatenate([cut, line[along > at_m]])


@pytest.mark.parametrize("after", [3, 7])
def test_tracks_cut_at_a_coupling_add_up_to_the_whole(
    yards: dict[float, Yard], upright: View, upright_count: SceneCount, tmp_path: Path, after: int
) -> None:
    pieces: dict[str, NDArray[np.float64]] = {}
    for name, line in upright.tracks.items():
        pieces[f"{name} west"], pieces[f"{name} east"] = parted(line, yards[4.1].trains[name][after].start_m)
    found = count(View(upright.pixels, pieces), tmp_path)
    low, high = upright_count.count.interval(0.9)
    assert low <= found.count.mean <= high
    assert found.count.mean == pytest.approx(upright_count.count.mean, abs=SAME)
    for track in upright_count.tracks:
        halves = sum(t.count.mean for t in found.tracks if t.track_id.split()[0] == track.track_id)
        low, high = track.count.interval(0.9)
        assert low - 0.5 <= halves <= high + 0.5


@pytest.mark.parametrize("bare_m", [4.0, 7.0, 10.0])
def test_a_little_bare_track_before_the_first_car_is_no_car(
    yards: dict[float, Yard], upright: View, upright_count: SceneCount, tmp_path: Path, bare_m: float
) -> None:
    starts = {name: train[0].start_m for name, train in yards[4.1].trains.items()}
    tracks = {name: parted(line, starts[name] - bare_m)[1] for name, line in upright.tracks.items()}
    found = count(View(upright.pixels, tracks), tmp_path)
    assert found.count.mean == pytest.approx(upright_count.count.mean, abs=SAME)


def test_a_strip_reads_the_same_beside_a_longer_one() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.uniform(60, 180, (3, ROWS, 300)).astype(np.float32)

    def strip(times: int) -> Strip:
        frame = frame_along(np.array([[0.0, 0.0], [150.0 * times, 0.0]]))
        repeated = np.tile(pixels, times)  # the scene's tone stays what it is
        return Strip("1", repeated, np.ones(repeated.shape[1:], dtype=np.bool_), frame, gsd_m=GSD)

    network = PackagedNetwork()
    alone, beside = network.read([strip(1)])[0], network.read([strip(1), strip(3)])[0]
    np.testing.assert_allclose(beside.occupied, alone.occupied, atol=1e-2)
    np.testing.assert_allclose(beside.boundary, alone.boundary, atol=1e-2)
