"""Hidden track is missing and not empty, in the counts, in their sentences, and from an image file with a mask."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import rasterio
from affine import Affine
from numpy.typing import NDArray

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import SceneError, to_json
from wayside.counting.potentials import DecoderSettings
from wayside.counting.sampling import frame_along
from wayside.imagery import write_cog
from wayside.model.acquisitions import MaskKind
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Registration, SceneCount
from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.model.strips import Strip
from wayside.model.visibility import Obstruction
from wayside.pipeline.counting import FileCounter
from wayside.pipeline.ports import CountTask
from wayside.pipeline.strip_counter import StripCounter
from wayside.pipeline.visibility import hidden_reasons
from wayside.wiring.pixels import FilePixels

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "count.json"
LENGTH_M, CAR_M = 252.0, 14.0
FULL = round(LENGTH_M / CAR_M)


class SeesCars:
    """Sees gondolas from end to end, or an empty track, with much certainty wherever a strip shows anything."""

    model = "net 0 sha256:00"

    def __init__(self, *, full: bool = True) -> None:
        self.sign = 1.0 if full else -1.0

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        return tuple(self._emission(strip) for strip in strips)

    def _emission(self, strip: Strip) -> Emission:
        n = strip.frame.columns
        boundary = np.full(n + 1, -30.0)
        if self.sign > 0:
            boundary[:: round(CAR_M / strip.frame.step_m)] = 30.0
        types = np.full((n, len(TYPE_ORDER)), -8.0)
        types[:, 0] = 8.0
        occupied = np.full(n, 30.0 * self.sign)
        return Emission(occupied, boundary, types, np.full(n, 9.0), strip.visible, strip.frame.step_m)

    def settings(self) -> DecoderSettings:
        return DecoderSettings()

    def scene_error(self) -> SceneError:
        return SceneError()


class Straight:
    """A plane that is the site's own system."""

    def points(self, xy: Sequence[tuple[float, float]]) -> tuple[MapPoint, ...]:
        return tuple(MapPoint(*place) for place in xy)


@dataclass(frozen=True)
class Given:
    """Strips that are there already."""

    strips: tuple[Strip, ...]
    outside: dict[str, str]
    notes: tuple[str, ...] = ()
    effective_gsd_m: float = 0.5
    plane: Straight = field(default_factory=Straight)


def strip(name: str = "1", length_m: float = LENGTH_M) -> Strip:
    frame = frame_along(np.array([[0.0, 0.0], [length_m, 0.0]]))
    shape = (frame.rows, frame.columns)
    return Strip(name, np.full((1, *shape), 90.0, np.float32), np.ones(shape, np.bool_), frame, gsd_m=0.5)


def hidden(share: float, why: Obstruction, name: str = "1", *, provided: bool = False) -> Strip:
    bare = strip(name)
    return bare.hide(np.arange(bare.frame.columns) < share * bare.frame.columns, why, provided=provided)


def counted(*strips: Strip, full: bool = True) -> SceneCount:
    tracks = [
        Track(s.track_id, (MapPoint(0.0, 0.0), MapPoint(LENGTH_M, 0.0)), system=CoordinateSystem.PIXEL) for s in strips
    ]
    counter = StripCounter(SeesCars(full=full), "wayside 0")
    given = Given(strips, {})
    return counter.count(given, tracks, gsd_m=0.5, registration=Registration(registered=True)).result


def apart(one: CountDistribution, other: CountDistribution) -> float:
    """Total variation between two distributions: 0 the same, 1 nothing in common."""
    most = max(one.first + one.p.size, other.first + other.p.size)
    wide = [np.pad(c.p, (c.first, most - c.first - c.p.size)) for c in (one, other)]
    return float(0.5 * np.abs(wide[0] - wide[1]).sum())


# ---------------------------------------------------------------------------- the distribution
@pytest.mark.parametrize("why", list(Obstruction))
def test_a_hidden_track_has_the_prior_alone_whatever_was_below(why: Obstruction) -> None:
    train, empty = counted(hidden(1.0, why)), counted(hidden(1.0, why), full=False)
    assert apart(train.count, empty.count) < 1e-9
    assert apart(train.tracks[0].count, empty.tracks[0].count) < 1e-9
    assert train.tracks[0].hidden == {why: 1.0}
    assert 0.5 < train.count.mean < FULL
    assert train.count.interval(0.9)[0] == 0  # it may well be empty, and it may well be full
    assert train.count.interval(0.9)[1] >= 2 * FULL / 3


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("why", [Obstruction.CLOUD, Obstruction.SHADOW])
def test_the_more_is_hidden_the_nearer_the_count_comes_to_the_prior(why: Obstruction, *, full: bool) -> None:
    prior = counted(hidden(1.0, why)).count
    counts = [counted(hidden(share, why), full=full).count for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    distances = [apart(count, prior) for count in counts]
    assert all(nearer < further for further, nearer in itertools.pairwise(distances))
    widths = [count.interval(0.9)[1] - count.interval(0.9)[0] for count in counts]
    assert widths == sorted(widths)
    assert widths[-1] > widths[0] + 5


def test_hidden_track_is_not_empty_track() -> None:
    half = counted(hidden(0.5, Obstruction.CLOUD), full=False)
    assert half.count.mean > counted(strip(), full=False).count.mean + 0.3
    assert half.tracks[0].visible_fraction == pytest.approx(0.5)


def test_a_scene_of_which_nothing_shows_is_not_counted_and_says_why() -> None:
    scene = counted(hidden(1.0, Obstruction.CLOUD), hidden(1.0, Obstruction.HAZE, "2"))
    assert scene.status is CountStatus.NOT_COUNTABLE
    assert scene.visible_fraction == 0.0
    assert "Nothing of any track can be seen in this scene." in scene.reasons
    document = to_json(scene, "a.tif")
    assert document["count"] is None
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    one_seen = counted(hidden(1.0, Obstruction.CLOUD), strip("2"))
    assert one_seen.status is CountStatus.COUNTED


# ---------------------------------------------------------------------------- JSON and sentences
def test_the_json_says_what_hides_each_track() -> None:
    document = to_json(counted(hidden(0.25, Obstruction.CLOUD_SHADOW), strip("2")), "a.tif")
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    tracks = document["tracks"]
    assert isinstance(tracks, list)
    assert tracks[0]["hidden"] == {"cloud-shadow": 0.25}
    assert "hidden" not in tracks[1]


def test_every_obstruction_has_its_place_in_the_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert set(schema["$defs"]["track"]["properties"]["hidden"]["properties"]) == set(Obstruction)


@pytest.mark.parametrize("why", list(Obstruction))
def test_much_hidden_track_is_said_in_one_sentence(why: Obstruction) -> None:
    [said] = hidden_reasons([hidden(0.64, why, provided=True), strip("2")])
    assert said.startswith("32 % of the track length ")
    assert said.endswith("(provider's mask).")
    [judged] = hidden_reasons([hidden(0.64, why), strip("2")])
    assert ("judged from the image" in judged) == (why not in {Obstruction.OUTSIDE, Obstruction.NODATA})


def test_little_hidden_track_is_not_worth_a_sentence_and_the_greatest_share_comes_first() -> None:
    assert hidden_reasons([hidden(0.04, Obstruction.CLOUD)]) == ()
    said = hidden_reasons([hidden(0.2, Obstruction.CLOUD), hidden(0.6, Obstruction.HAZE, "2")])
    assert [sentence[:4] for sentence in said] == ["30 %", "10 %"]


def test_blank_columns_nobody_named_have_no_data_and_what_was_said_is_not_said_again() -> None:
    blank = strip()
    valid = blank.valid.copy()
    valid[:, : blank.frame.columns // 2] = False
    nameless = Strip("1", blank.pixels, valid, blank.frame, gsd_m=0.5)
    assert hidden_reasons([nameless]) == ("50 % of the track length has no data in the image.",)
    gone = hidden(1.0, Obstruction.OUTSIDE)
    assert hidden_reasons([gone, strip("2")], said=["1"]) == ()
    assert hidden_reasons([gone, strip("2")]) == ("50 % of the track length lies outside the image.",)


def test_what_limits_the_scene_beside_its_tracks_is_passed_on() -> None:
    tracks = [Track("1", (MapPoint(0.0, 0.0), MapPoint(LENGTH_M, 0.0)), system=CoordinateSystem.PIXEL)]
    given = Given((strip(),), {}, notes=("The sun stood low.",))
    counter = StripCounter(SeesCars(), "wayside 0")
    result = counter.count(given, tracks, gsd_m=0.5, registration=Registration(registered=True)).result
    assert result.reasons == ("The sun stood low.",)


# ---------------------------------------------------------------------------- from a file
def picture(path: Path) -> NDArray[np.uint8]:
    pixels = np.random.default_rng(3).integers(20, 200, (1, 300, 800), dtype=np.uint8)
    write_cog(pixels, path)
    return pixels


def udm2(path: Path, clouded: slice) -> Path:
    bands = np.zeros((8, 100, 266), np.uint8)
    bands[0] = 1
    bands[0, :, clouded], bands[5, :, clouded] = 0, 1
    with rasterio.open(
        path, "w", driver="GTiff", width=266, height=100, count=8, dtype="uint8", transform=Affine(3, 0, 9, 0, -3, 9)
    ) as target:
        target.write(bands)
    return path


def count_file(image: Path, masked: Path | None, *, sun: float | None = None) -> SceneCount:
    lines = (MapPoint(20.0, 150.0), MapPoint(780.0, 150.0))
    task = CountTask(
        image,
        (Track("1", lines, system=CoordinateSystem.PIXEL),),
        gsd_m=0.5,
        mask=masked,
        mask_kind=None if masked is None else MaskKind.UDM2,
        sun_elevation_deg=sun,
    )
    return FileCounter(FilePixels(), StripCounter(SeesCars(), "wayside 0")).count(task).result


def test_a_providers_mask_hides_track_and_is_named(tmp_path: Path) -> None:
    picture(tmp_path / "a.tif")
    clear = count_file(tmp_path / "a.tif", None)
    assert clear.tracks[0].hidden == {}
    assert clear.reasons == ()
    masked = count_file(tmp_path / "a.tif", udm2(tmp_path / "m.tif", slice(133, 266)))
    # The right half, and one of the mask's pixels more.
    assert masked.tracks[0].hidden == {Obstruction.CLOUD: pytest.approx((780 - 396) / 760, abs=0.01)}
    assert masked.reasons[0] == "50 % of the track length is under cloud (provider's mask)."
    assert "shows clearly" in masked.reasons[1]  # this ground is as crisp as can be
    assert masked.count.variance > clear.count.variance


def test_a_mask_that_cannot_be_used_is_left_aside_and_said(tmp_path: Path) -> None:
    picture(tmp_path / "a.tif")
    (tmp_path / "m.tif").write_text("no mask")
    result = count_file(tmp_path / "a.tif", tmp_path / "m.tif")
    assert result.tracks[0].hidden == {}
    assert "mask could not be used" in result.reasons[0]


def test_a_low_sun_is_a_caution(tmp_path: Path) -> None:
    picture(tmp_path / "a.tif")
    assert count_file(tmp_path / "a.tif", None, sun=40.0).reasons == ()
    assert "8° above the horizon" in count_file(tmp_path / "a.tif", None, sun=8.0).reasons[0]
    assert "below the horizon" in count_file(tmp_path / "a.tif", None, sun=-3.0).reasons[0]
