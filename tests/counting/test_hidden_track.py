"""What hides a track goes with its count, whichever counter made it."""

from __future__ import annotations

import numpy as np
import pytest

from wayside.counting.boxes import OrientedBox
from wayside.counting.boxes_count import BoxScene, BoxTrack, count_boxes
from wayside.counting.decode import decode_tracks
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import count_scene, to_json, track_part
from wayside.counting.potentials import DecoderSettings
from wayside.counting.sampling import frame_along
from wayside.model.observations import CountStatus
from wayside.model.visibility import Hidden, Obstruction

COLUMNS = 400
FRAME = frame_along(np.array([[0.0, 0.0], [200.0, 0.0]]))
SCENE = BoxScene(0.3, "a detector", "wayside 0")


def under(share: float, why: Obstruction) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], Hidden]:
    gone = np.arange(COLUMNS) < share * COLUMNS
    return ~gone, Hidden.none(COLUMNS).also(gone, why)


def emission(visible: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Emission:
    empty = np.full(COLUMNS, -20.0)
    return Emission(
        empty, np.full(COLUMNS + 1, -20.0), np.zeros((COLUMNS, len(TYPE_ORDER))), np.zeros(COLUMNS), visible, 0.5
    )


@pytest.mark.parametrize("why", list(Obstruction))
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_track_tells_what_hides_it(why: Obstruction, share: float) -> None:
    visible, hidden = under(share, why)
    read = emission(visible)
    part = track_part("1", decode_tracks([read], DecoderSettings())[0], read, FRAME, hidden=hidden)
    scene = count_scene([part], 0.5, model="net", software="wayside")
    [track] = scene.tracks
    assert track.visible_fraction == pytest.approx(1.0 - share)
    assert track.hidden == ({why: pytest.approx(share)} if share else {})
    [written] = to_json(scene, "a.png")["tracks"]  # type: ignore[misc]
    assert written.get("hidden") == ({str(why): share} if share else None)


def test_a_scene_without_visible_track_keeps_the_prior_and_counts_nothing() -> None:
    visible, hidden = under(1.0, Obstruction.CLOUD)
    read = emission(visible)
    decoding = decode_tracks([read], DecoderSettings())[0]
    scene = count_scene([track_part("1", decoding, read, FRAME, hidden=hidden)], 0.5, model="net", software="wayside")
    assert scene.status is CountStatus.NOT_COUNTABLE
    assert scene.reasons == ("Nothing of any track can be seen in this scene.",)
    # As wide as what the decoder believes of track that nobody saw, and no wider: not every number alike.
    assert scene.count.mean == pytest.approx(decoding.count.mean, abs=0.5)
    assert scene.count.p[0] > 2.0 / 25
    coarse = count_scene([track_part("1", decoding, read, FRAME, hidden=hidden)], 9.0, model="net", software="wayside")
    assert "m per pixel" in coarse.reasons[0]


def test_boxes_show_track_that_was_thought_hidden_and_the_rest_keeps_its_reason() -> None:
    visible, hidden = under(0.5, Obstruction.HAZE)
    box = OrientedBox(20.0, 0.0, 14.0, 3.0, 0.0, 1.0)
    [track] = count_boxes([box], [BoxTrack("1", FRAME, visible, hidden)], SCENE).tracks
    assert set(track.hidden) == {Obstruction.HAZE}
    assert track.hidden[Obstruction.HAZE] == pytest.approx(0.5 - 14.0 / 200.0, abs=0.01)
    [open_] = count_boxes([box], [BoxTrack("1", FRAME, np.ones(COLUMNS, np.bool_))], SCENE).tracks
    assert open_.hidden == {}
