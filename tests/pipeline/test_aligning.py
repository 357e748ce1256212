"""Lines that lie aside of their tracks, end to end: images are drawn, and a plain network looks for a bright line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import KDTree

from wayside.counting.emission import TYPE_ORDER, Alignment, Emission
from wayside.counting.facility import SceneError
from wayside.counting.potentials import DecoderSettings
from wayside.imagery import ImageInfo, write_cog
from wayside.model.observations import Registration, SceneCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.strips import Strip
from wayside.pipeline.counting import FileCounter, count_image
from wayside.pipeline.ports import Circumstances, Lines
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring.pixels import FilePixels, SceneStrips

GSD = 0.4
HEIGHT, WIDTH = 400, 700
X = np.linspace(20.0, 260.0, 481)
"""Metres to the right of the image's edge that tracks of these tests cover."""
Points = NDArray[np.float64]


def straight(y: float, slope: float = 0.0) -> Points:
    return np.stack([X, y + slope * (X - X[0])], axis=-1)


def draw(path: Path, railways: Sequence[Points], *, seed: int = 0) -> Path:
    """Draw bright lines, 1.6 m wide and dark beside, given in metres with y down, on speckled ground."""
    rng = np.random.default_rng(seed)
    columns, rows = np.meshgrid((np.arange(WIDTH) + 0.5) * GSD, (np.arange(HEIGHT) + 0.5) * GSD)
    picture = 90.0 + 16.0 * rng.standard_normal((HEIGHT, WIDTH))
    if railways:
        places = np.concatenate([_dense(line) for line in railways])
        distance, _ = KDTree(places).query(np.stack([columns, rows], axis=-1).reshape(-1, 2))
        picture += 110.0 * np.clip((1.2 - distance.reshape(HEIGHT, WIDTH)) / 0.8, 0.0, 1.0)
    write_cog(np.clip(picture, 1, 255).astype(np.uint8)[None], path)
    return path


def _dense(line: Points) -> Points:
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0, along[-1], 0.1)
    return np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], axis=-1)


def track(name: str, line: Points) -> Track:
    return Track(name, tuple(MapPoint(x / GSD, y / GSD) for x, y in line.tolist()), system=CoordinateSystem.PIXEL)


class BrightLine:
    """Takes the bright line nearest to the middle, within some 3 m, for the railway; three gondolas stand on it."""

    model = "net 0 sha256:00"

    def __init__(self, *, says: bool = True) -> None:
        self.says = says
        self.calls = 0

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        self.calls += 1
        return tuple(self._emission(strip) for strip in strips)

    def _emission(self, strip: Strip) -> Emission:
        n = strip.frame.columns
        occupied, boundary = np.full(n, -30.0), np.full(n + 1, -30.0)
        occupied[40 : 40 + 3 * 28] = 30.0
        boundary[[40, 68, 96, 124]] = 30.0
        types = np.zeros((n, len(TYPE_ORDER)))
        types[:, 0] = 8.0
        visible = strip.valid.mean(axis=0) > 0.5
        alignment = self._alignment(strip) if self.says else None
        return Emission(occupied, boundary, types, np.zeros(n), visible, strip.frame.step_m, alignment)

    @staticmethod
    def _alignment(strip: Strip) -> Alignment:
        across = (strip.frame.rows / 2 - 0.5 - np.arange(strip.frame.rows)) * strip.frame.row_m
        bright = np.clip(strip.pixels[0] - 120.0, 0.0, None)
        near = np.abs(across) <= 3.8
        rail = np.where(bright[near].max(axis=0) > 30.0, 4.0, -4.0)
        offset = np.zeros(strip.frame.columns)
        for k in np.flatnonzero(rail > 0):
            peaks = np.flatnonzero(near & (bright[:, k] > 30.0))
            centre = across[peaks[np.argmin(np.abs(across[peaks]))]]
            weight = bright[:, k] * (np.abs(across - centre) <= 1.6)
            offset[k] = np.clip((weight * across).sum() / weight.sum(), -3.0, 3.0)
        return Alignment(rail, offset, np.full(strip.frame.columns, 0.3))

    def settings(self) -> DecoderSettings:
        return DecoderSettings()

    def scene_error(self) -> SceneError:
        return SceneError()


@dataclass(frozen=True)
class Recorder:
    """Reads pixels and keeps which tracks were read along corrected lines, round by round."""

    pixels: FilePixels = field(default_factory=FilePixels)
    rounds: list[frozenset[str]] = field(default_factory=list)

    def describe(self, path: Path, *, gsd_m: float | None, crs: str | None) -> ImageInfo:
        return self.pixels.describe(path, gsd_m=gsd_m, crs=crs)

    def register(
        self, path: Path, reference: Path, tracks: Sequence[Track], *, gsd_m: float, reference_gsd_m: float
    ) -> Registration:
        return self.pixels.register(path, reference, tracks, gsd_m=gsd_m, reference_gsd_m=reference_gsd_m)

    def read_strips(
        self,
        path: Path,
        tracks: Sequence[Track],
        *,
        facts: ImageInfo,
        shift: Registration | None,
        lines: Lines | None = None,
        known: Circumstances | None = None,
    ) -> SceneStrips:
        self.rounds.append(frozenset(lines or {}))
        return self.pixels.read_strips(path, tracks, facts=facts, shift=shift, lines=lines, known=known)


def count(path: Path, tracks: Sequence[Track], *, says: bool = True) -> tuple[SceneCount, tuple[Strip, ...], Recorder]:
    reader = Recorder()
    counter = FileCounter(reader, StripCounter(BrightLine(says=says), "wayside 0"))
    found = count_image(counter, path, Site("y", "Y", tuple(tracks)), gsd_m=GSD, keep_strips=True)
    return found.result, found.strips, reader


def missed_m(strip: Strip, truth: Points) -> NDArray[np.float64]:
    """How far the strip's middle lies from a railway, at each column, metres."""
    return np.asarray(KDTree(_dense(truth)).query(strip.frame.centre * strip.frame.unit_m)[0])


def middles_m(result: SceneCount, k: int = 0) -> Points:
    return np.array([np.mean(car.polygon, axis=0) for car in result.tracks[k].cars]) * GSD


# ---------------------------------------------------------------------------- moved lines
@pytest.mark.parametrize("aside", [2.2, -2.2])
def test_a_line_that_was_moved_is_found_again(tmp_path: Path, aside: float) -> None:
    truth = straight(70.0, 0.12)
    image = draw(tmp_path / "a.tif", [truth])
    result, strips, reader = count(image, [track("1", straight(70.0 + aside, 0.12))])
    assert missed_m(strips[0], truth).max() < 0.3
    # With y down, a line below its track has it on its left.
    across = aside * np.cos(np.arctan(0.12))
    assert result.tracks[0].offset_m == pytest.approx(across, abs=0.15)
    assert strips[0].offset_m == result.tracks[0].offset_m
    assert len(result.tracks[0].cars) == 3
    assert KDTree(_dense(truth)).query(middles_m(result))[0].max() < 0.3, "outlines lie on the railway"
    assert reader.rounds[0] == frozenset()
    assert set(reader.rounds[1:]) == {frozenset({"1"})}
    assert len(reader.rounds) <= 3
    assert result.reasons == ()


def test_a_line_further_off_takes_two_rounds(tmp_path: Path) -> None:
    truth = straight(70.0)
    image = draw(tmp_path / "a.tif", [truth])
    result, strips, reader = count(image, [track("1", straight(74.2))])
    assert missed_m(strips[0], truth).max() < 0.3
    assert result.tracks[0].offset_m == pytest.approx(4.2, abs=0.2)
    assert len(reader.rounds) == 3


def test_what_lies_well_is_read_once_and_stays_what_it_was(tmp_path: Path) -> None:
    good, other = straight(60.0), straight(90.0)
    image = draw(tmp_path / "a.tif", [good, other])
    alone, _, reader = count(image, [track("1", good)])
    assert reader.rounds == [frozenset()]
    assert alone.tracks[0].offset_m == 0.0
    both, strips, reader = count(image, [track("1", good), track("2", straight(92.0))])
    assert set(reader.rounds[1:]) == {frozenset({"2"})}
    assert both.tracks[0] == alone.tracks[0]
    assert [s.track_id for s in strips] == ["1", "2"]
    assert both.tracks[1].offset_m == pytest.approx(2.0, abs=0.15)


def test_weights_that_say_nothing_of_the_line_change_nothing(tmp_path: Path) -> None:
    image = draw(tmp_path / "a.tif", [])
    result, _, reader = count(image, [track("1", straight(70.0))], says=False)
    assert reader.rounds == [frozenset()]
    assert (result.count.median, result.tracks[0].offset_m, result.reasons) == (3, 0.0, ())


def test_three_points_on_a_tight_curve_become_the_curve(tmp_path: Path) -> None:
    angle = np.linspace(-0.75, 0.75, 200)
    truth = np.stack([140 + 120 * np.sin(angle), 40 + 120 * (1 - np.cos(angle))], axis=-1)
    image = draw(tmp_path / "a.tif", [truth])
    # Two chords of 45 m each miss the arc by 2.1 m in their middles.
    rough = truth[[50, 100, 150]]
    assert missed_m_of(rough, truth) > 2.0
    result, strips, _ = count(image, [track("1", rough)])
    assert missed_m(strips[0], truth).max() < 0.3
    assert result.tracks[0].length_m == pytest.approx(120 * (angle[150] - angle[50]), abs=1.5)


def missed_m_of(line: Points, truth: Points) -> float:
    return float(KDTree(_dense(truth)).query(_dense(line))[0].max())


def test_a_track_turns_aside_only_in_part(tmp_path: Path) -> None:
    """Drawn well at first, then 10 mrad off: 1.6 m at the end."""
    truth = straight(70.0)
    drawn = truth + np.stack([0 * X, 0.01 * np.clip(X - 100.0, 0.0, None)], axis=-1)
    result, strips, _ = count(draw(tmp_path / "a.tif", [truth]), [track("1", drawn)])
    assert missed_m(strips[0], truth).max() < 0.3
    assert result.tracks[0].offset_m == pytest.approx(0.53, abs=0.15)


def test_a_registered_map_moves_lines_as_pixels_do(tmp_path: Path) -> None:
    """Registration and lateral search add up: the tracks are moved by the first, then by the second."""
    truth = straight(70.0)
    image = draw(tmp_path / "a.tif", [truth])
    reader, tracks = FilePixels(), (track("1", straight(75.0)),)
    facts = reader.describe(image, gsd_m=GSD, crs=None)
    shift = Registration(registered=True, north_m=3.0, quality=0.9)
    batch = reader.read_strips(image, tracks, facts=facts, shift=shift)
    counter = StripCounter(BrightLine(), "wayside 0")

    def again(lines: Lines) -> tuple[Strip, ...]:
        return reader.read_strips(image, tracks, facts=facts, shift=shift, lines=lines).strips

    found = counter.count(batch, tracks, gsd_m=GSD, registration=shift, again=again)
    assert found.result.tracks[0].offset_m == pytest.approx(2.0, abs=0.15)
    assert missed_m(found.strips[0], truth).max() < 0.3
    still = counter.count(batch, tracks, gsd_m=GSD, registration=shift)
    assert still.result.tracks[0].offset_m == 0.0


# ---------------------------------------------------------------------------- neighbours
def test_neighbours_that_are_all_aside_are_all_moved(tmp_path: Path) -> None:
    yard = [straight(60.0 + 4.1 * k) for k in range(4)]
    image = draw(tmp_path / "a.tif", yard)
    tracks = [track(str(k), line + np.array([0.0, 1.6])) for k, line in enumerate(yard)]
    result, strips, _ = count(image, tracks)
    for strip, truth in zip(strips, yard, strict=True):
        assert missed_m(strip, truth).max() < 0.3
    assert [t.offset_m for t in result.tracks] == pytest.approx([1.6] * 4, abs=0.15)
    assert result.reasons == ()


def test_a_line_nearer_to_its_neighbour_is_not_pulled_over(tmp_path: Path) -> None:
    yard = [straight(60.0), straight(64.1)]
    image = draw(tmp_path / "a.tif", yard)
    # The first line was drawn 2.3 m towards the second track, which is then the nearer one.
    result, strips, reader = count(image, [track("1", straight(62.3)), track("2", yard[1])])
    assert result.tracks[0].offset_m == 0.0
    assert missed_m(strips[1], yard[1]).max() < 0.3
    assert reader.rounds == [frozenset()]
    assert len(result.reasons) == 1
    assert result.reasons[0].startswith("A railway was found 1.8 m to the right of track 1, where track 2 is read")


# ---------------------------------------------------------------------------- no railway
def test_a_road_is_empty_and_says_why(tmp_path: Path) -> None:
    railway = straight(40.0)
    image = draw(tmp_path / "a.tif", [railway])
    result, _, reader = count(image, [track("1", railway), track("road", straight(120.0))])
    assert reader.rounds == [frozenset()]
    assert (result.tracks[0].count.median, result.tracks[1].count.median) == (3, 0)
    assert result.tracks[1].count.probability(0) > 0.99
    assert result.tracks[1].cars == ()
    assert result.count.median == 3
    assert result.reasons == ("Nothing under track road looks like a railway: check its line.",)


def test_an_image_without_any_railway_says_so_once(tmp_path: Path) -> None:
    image = draw(tmp_path / "a.tif", [])
    result, _, _ = count(image, [track("1", straight(60.0)), track("2", straight(90.0))])
    assert result.count.median == 0
    assert len(result.reasons) == 1
    assert "any of the tracks" in result.reasons[0]


def test_a_line_that_leaves_the_image_when_moved_stays(tmp_path: Path) -> None:
    """The railway runs along the upper edge: most of a strip laid on it would show nothing, and none is made up."""
    image = draw(tmp_path / "a.tif", [straight(0.5)])
    result, strips, _ = count(image, [track("1", straight(3.0))])
    assert len(strips) == 1
    assert np.isfinite(strips[0].frame.centre).all()
    assert result.count.mean >= 0.0
