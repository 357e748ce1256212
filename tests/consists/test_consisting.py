"""From counted scenes to trains: only scenes in which couplings can be seen take part."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wayside.assessment.assessment import CountedScene
from wayside.model.cars import Car
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount
from wayside.model.scenes import Scene
from wayside.pipeline.consisting import matches_of, trains_of_rows


def _row(status: CountStatus) -> CountedScene:
    cars = tuple(Car(15.0 * k, 15.0 * k + 14.0) for k in range(8))
    count = CountDistribution.exactly(8)
    track = TrackCount("1", 300.0, 1.0, 0.0, count, 112.0, cars)
    result = SceneCount(status, 0.5, count, count, count, count, 112.0, (track,), "model", "wayside")
    taken = datetime(2023, 5, 1, 3, tzinfo=UTC)
    return CountedScene(Scene("s", taken, 0.5, "1220" + "0" * 64, "s.tif"), result)


@pytest.mark.parametrize("status", list(CountStatus))
def test_only_counted_scenes_have_trains(status: CountStatus) -> None:
    trains = trains_of_rows([_row(status), object()], "yard")
    assert [len(train.cars) for train in trains] == ([8] if status is CountStatus.COUNTED else [])
    assert matches_of([_row(status)], "yard", seed=0) == ()
