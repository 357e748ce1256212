"""The concrete edges, as the pipeline sees them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import SceneError
from wayside.counting.potentials import DecoderSettings
from wayside.imagery import write_cog
from wayside.model.observations import CountStatus, Registration
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.strips import Strip
from wayside.pipeline.counting import FileCounter, count_image
from wayside.pipeline.ports import CountTask
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring.pixels import FilePixels

GSD = 0.5
HEIGHT, WIDTH = 160, 400


def track(name: str, row: float, *, left: float = 10.0, right: float = WIDTH - 10.0) -> Track:
    return Track(name, (MapPoint(left, row), MapPoint(right, row)), system=CoordinateSystem.PIXEL)


def picture(shift: int = 0) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    ground = np.random.default_rng(3).integers(60, 120, (1, HEIGHT + 40, WIDTH + 40)).astype(np.float64)
    smooth = (ground + np.roll(ground, 1, 1) + np.roll(ground, 1, 2) + np.roll(ground, (1, 1), (1, 2))) / 4
    return smooth[:, 20 : 20 + HEIGHT, 20 - shift : 20 - shift + WIDTH].astype(np.uint8)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "a.tif"
    write_cog(picture(), path)
    return path


class ThreeGondolas:
    """Sees three gondolas of 14 m on every strip that shows anything, whatever is on it."""

    model = "net 0 sha256:00"

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        return tuple(self._emission(strip) for strip in strips)

    def _emission(self, strip: Strip) -> Emission:
        n = strip.frame.columns
        occupied, boundary = np.full(n, -30.0), np.full(n + 1, -30.0)
        occupied[40 : 40 + 3 * 28] = 30.0
        boundary[[40, 68, 96, 124]] = 30.0
        types = np.full((n, len(TYPE_ORDER)), -8.0)
        types[:, 0] = 8.0
        return Emission(occupied, boundary, types, np.full(n, 9.0), strip.valid.mean(axis=0) > 0.5, strip.frame.step_m)

    def settings(self) -> DecoderSettings:
        return DecoderSettings()

    def scene_error(self) -> SceneError:
        return SceneError()


COUNTER = FileCounter(FilePixels(), StripCounter(ThreeGondolas(), "wayside 0"))


def test_cars_are_outlined_where_they_stand_in_the_image(image: Path) -> None:
    site = Site("yard", "Yard", (track("1", 60.0),))
    found = count_image(COUNTER, image, site, gsd_m=GSD, keep_strips=True)
    result = found.result
    assert (result.status, result.count.median, result.model) == (CountStatus.COUNTED, 3, "net 0 sha256:00")
    corners = np.array([corner for car in result.tracks[0].cars for corner in car.polygon])
    # The strip starts at column 10 and 20 m in stands the first car; a column of the image is 0.5 m.
    assert corners[:, 0].min() == pytest.approx(10 + 40, abs=2)
    assert corners[:, 0].max() == pytest.approx(10 + 124, abs=2)
    assert corners[:, 1].mean() == pytest.approx(60.0, abs=0.5)
    assert len(found.strips) == 1
    assert count_image(COUNTER, image, site, gsd_m=GSD).strips == ()


def test_a_track_outside_the_image_is_hidden_and_not_empty(image: Path) -> None:
    inside = count_image(COUNTER, image, Site("y", "Y", (track("1", 60.0),)), gsd_m=GSD).result
    both = Site("y", "Y", (track("1", 60.0), track("2", 900.0)))
    result = count_image(COUNTER, image, both, gsd_m=GSD).result
    hidden = result.tracks[1]
    assert (hidden.visible_fraction, hidden.cars) == (0.0, ())
    assert hidden.length_m == pytest.approx(190.0, abs=1)
    assert result.visible_fraction == pytest.approx(0.5, abs=0.01)
    assert any("Track 2" in reason for reason in result.reasons)
    assert result.count.variance > inside.count.variance
    assert result.count.mean >= inside.count.mean


def test_a_moved_scene_is_fitted_to_the_reference(image: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.tif"
    write_cog(picture(shift=8), moved)
    task = CountTask(moved, (track("1", 60.0),), gsd_m=GSD, reference=image, reference_gsd_m=GSD, reference_id="ref")
    result = COUNTER.count(task).result
    assert result.registration.registered
    assert result.registration.reference == "ref"
    assert result.registration.east_m == pytest.approx(8 * GSD, abs=0.3)
    assert result.registration.north_m == pytest.approx(0.0, abs=0.3)
    corners = np.array([corner for car in result.tracks[0].cars for corner in car.polygon])
    assert corners[:, 0].min() == pytest.approx(10 + 40 + 8, abs=2), "the tracks move with the scene"


def test_what_cannot_be_fitted_is_counted_where_it_lies_and_says_so(image: Path, tmp_path: Path) -> None:
    other, broken = tmp_path / "other.tif", tmp_path / "broken.tif"
    write_cog(np.random.default_rng(9).integers(0, 255, (1, HEIGHT, WIDTH), dtype=np.uint8), other)
    broken.write_text("no image")
    for path, reference in ((other, image), (image, broken)):
        task = CountTask(path, (track("1", 60.0),), gsd_m=GSD, reference=reference, reference_gsd_m=GSD)
        result = COUNTER.count(task).result
        assert not result.registration.registered
        assert any("could not be registered" in reason for reason in result.reasons)
    assert COUNTER.count(CountTask(image, (track("1", 60.0),), gsd_m=GSD)).result.registration == Registration(
        registered=True, quality=1.0
    )
