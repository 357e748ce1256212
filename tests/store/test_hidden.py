from __future__ import annotations

import json

from wayside.model.codec import dump_scene_count, load_scene_count
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount
from wayside.model.visibility import Obstruction

NUMBER = CountDistribution(0, [0.25, 0.5, 0.25])


def scene(hidden: dict[Obstruction, float]) -> SceneCount:
    track = TrackCount("1", 200.0, 1.0 - sum(hidden.values()), 0.0, NUMBER, 14.0, (), hidden)
    return SceneCount(
        CountStatus.COUNTED, 0.5, NUMBER, NUMBER, CountDistribution.exactly(0), NUMBER, 14.0, (track,), "net", "wayside"
    )


def test_what_hid_a_track_comes_back_from_the_store() -> None:
    hidden = {Obstruction.CLOUD_SHADOW: 0.25, Obstruction.HAZE: 1 / 3}
    loaded = load_scene_count(dump_scene_count(scene(hidden))).tracks[0]
    assert loaded.hidden == hidden
    assert all(isinstance(name, Obstruction) for name in loaded.hidden)


def test_rows_of_earlier_versions_are_still_read_and_still_written() -> None:
    written = dump_scene_count(scene({}))
    assert "hidden" not in json.loads(written)["tracks"][0]
    assert load_scene_count(written).tracks[0].hidden == {}
