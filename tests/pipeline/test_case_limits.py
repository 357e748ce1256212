"""A case that would keep its reader busy without end is refused, and any that is meant is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from bundle_case import case, observations

from wayside.assessment.assessment import CountedScene
from wayside.errors import BundleError, InputError
from wayside.model.counts import CountDistribution
from wayside.pipeline.case_json import case_from_json, case_to_json
from wayside.pipeline.case_limits import check_effort
from wayside.pipeline.cases import Case
from wayside.series import Prior, SeriesSettings


def test_thirty_years_of_scenes_with_the_usual_settings_pass() -> None:
    given = replace(case(), settings=SeriesSettings())
    row = next(one for one in given.rows if isinstance(one, CountedScene))
    rows = tuple(
        replace(row, scene=replace(row.scene, id=f"S{k}", acquired=row.scene.acquired + timedelta(days=5 * k)))
        for k in range(2000)
    )
    check_effort(replace(given, rows=rows), observations(given))


def _far(given: Case, number: int) -> Case:
    row = next(one for one in given.rows if isinstance(one, CountedScene))
    far = CountDistribution(number, np.ones(1))
    return replace(given, rows=(replace(row, result=replace(row.result, covered=far)), *given.rows[1:]))


def _wide(n: int) -> tuple[float, ...]:
    return tuple(1.0 + k / 1000 for k in range(n))


HUGE: dict[str, tuple[Callable[[Case], Case], str]] = {
    "rows": (lambda c: replace(c, rows=c.rows[:1] * 5001), "case.rows"),
    "sampled histories": (
        lambda c: replace(c, settings=replace(c.settings, paths=100_000)), "case.settings.paths"),
    "runs without a scene": (
        lambda c: replace(c, settings=SeriesSettings(refits=10_000)), "case.settings"),
    "grids": (
        lambda c: replace(c, settings=SeriesSettings(prior=Prior(_wide(90), _wide(90), _wide(90)))), "case.settings"),
    "looks": (lambda c: replace(c, settings=replace(c.settings, looks=100_000)), "case.settings.looks"),
    "events": (lambda c: replace(c, events=c.events * 2001), "case.events"),
    "entered": (
        lambda c: replace(c, entered=replace(c.entered, judgements=tuple(
            replace(c.entered.judgements[0], id=f"j{k}") for k in range(2001)))),
        "case.entered.judgements"),
    "a count": (lambda c: _far(c, 10**15), "case.rows[0].result"),
}  # fmt: skip


@pytest.mark.parametrize("what", HUGE)
def test_endless_work_is_refused_by_its_field(what: str) -> None:
    change, where = HUGE[what]
    with pytest.raises(BundleError) as refused:
        check_effort(change(case()), ())
    assert refused.value.where == where


def test_trains_without_end_are_refused() -> None:
    given = case()
    row = next(one for one in given.rows if isinstance(one, CountedScene))
    track = row.result.tracks[0]
    car = track.cars[0]
    many = tuple(replace(car, start_m=2.0 * k, end_m=2.0 * k + 1.0) for k in range(401))
    longer = replace(row, result=replace(row.result, tracks=(replace(track, length_m=900.5, cars=many),)))
    with pytest.raises(BundleError, match="400"):
        check_effort(replace(given, rows=(longer,)))


def test_texts_without_end_are_refused() -> None:
    document = case_to_json(case())
    document["coverage"]["documents"][0]["text"] = {"characters": 10**12}
    with pytest.raises(BundleError, match="characters"):
        case_from_json(document)
    document = case_to_json(case())
    document["failures"] = ["x" * 1_000_001]
    with pytest.raises(InputError, match="1,000,000 characters"):
        case_from_json(document)
