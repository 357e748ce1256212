"""Confidence falls where one scene decides."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.confidence import single_scene_reasons
from wayside.model.judgements import Confidence
from wayside.model.series import Sensitivity


def left_out(day: str, p: float) -> Sensitivity:
    return Sensitivity(f"without the scene of {day}", None, p, 0.9999, group="scene")


def assessed(case: ModuleType, *rows: Sensitivity) -> Assessment:
    scenes = case.rows()
    series = replace(case.series(scenes), sensitivity=rows)
    return assess(case.site(), scenes, series, generated=case.GENERATED)


@pytest.mark.parametrize(
    ("p", "cap"), [(0.635, None), (0.6, Confidence.HIGH), (0.5, Confidence.MODERATE), (0.3, Confidence.LOW)]
)
def test_the_cap_follows_the_change(case: ModuleType, p: float, cap: Confidence | None) -> None:
    found = assessed(case, left_out("2021-05-25", p), left_out("2021-06-25", 0.64))
    reasons = single_scene_reasons(found.series, found.newest.day, seen=False)
    assert [r.cap for r in reasons] == ([] if cap is None else [cap])


def test_both_comparisons_name_the_scene(case: ModuleType) -> None:
    found = assessed(case, left_out("2021-05-25", 0.3))
    for name in ("before-rise-all-days", "record-all-days"):
        judged = found.judgement(name)
        assert judged is not None
        assert judged.confidence is Confidence.LOW
        assert judged.confidence_reasons[0] == (
            "The comparison hangs on single scenes: without the scene of 25 May 2021 alone, its probability changes by "
            "34\u00a0percentage points."
        )


def test_a_scene_of_the_rise_does_not_touch_the_time_before_it(case: ModuleType) -> None:
    found = assessed(case, left_out("2023-09-28", 0.1))
    before, whole = found.judgement("before-rise-all-days"), found.judgement("record-all-days")
    assert before is not None
    assert whole is not None
    assert not any("single scenes" in reason for reason in before.confidence_reasons)
    assert whole.confidence is Confidence.LOW


def test_where_no_scene_was_left_out_nothing_is_said(case: ModuleType) -> None:
    found = assessed(case)
    assert single_scene_reasons(found.series, found.newest.day, seen=False) == ()


def test_what_was_seen_has_its_own_scene(case: ModuleType) -> None:
    rows = (
        Sensitivity("without the scene of 2021-05-25", None, 0.3, 0.99, group="scene"),
        Sensitivity("without the scene of 2021-06-25", None, 0.64, 0.4, group="scene"),
    )
    found = assessed(case, *rows)
    seen, unseen = found.judgement("record-observed"), found.judgement("record-all-days")
    assert seen is not None
    assert unseen is not None
    assert "25 June 2021 alone, its probability changes by 60\u00a0percentage points" in seen.confidence_reasons[0]
    assert "25 May 2021 alone" in unseen.confidence_reasons[0]
