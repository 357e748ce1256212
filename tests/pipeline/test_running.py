"""A run on fakes: every scene once, whatever happens to some of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from wayside.errors import ImageError, InputError
from wayside.model.observations import CountStatus, ObservationKind
from wayside.model.scenes import Scene
from wayside.pipeline.assessing import counted_scenes
from wayside.pipeline.cases import Case, conclude, series_of
from wayside.pipeline.counting import choose_reference
from wayside.pipeline.running import RunSettings, report_workspace, run_workspace
from wayside.pipeline.series_of_site import SiteChoice, series_of_site
from wayside.series import SeriesSettings

FAST = RunSettings(series=SeriesSettings(paths=40, levels=50))
ANSWERS = {"s4": 8, "s3": 9, "s2": 11, "s1": 10, "s0": 40}


def scenes_of(make: Any, numbers: range = range(5)) -> list[Scene]:
    return [make.scene(n) for n in numbers]


def test_a_run_counts_everything_and_reports(make: Any) -> None:
    services = make.services(ANSWERS, scenes_of(make))
    result = run_workspace(services, FAST)
    assert sorted(result.record.done) == ["s0", "s1", "s2", "s3", "s4"]
    assert (result.record.failed, result.record.exit_code) == ((), 0)
    assert result.record.files == {"report": "reports/report.html"}
    assert {"count", "assess", "report"} <= set(result.record.seconds)
    assert result.series is not None
    assert result.series.now.median == 40
    assert services.writer.written == [result.assessment]
    assert services.store.runs[0] == result.record.to_json()
    assert json.loads(json.dumps(result.record.to_json())) == result.record.to_json()


def test_a_second_run_counts_nothing_again(make: Any) -> None:
    services = make.services(ANSWERS, scenes_of(make))
    run_workspace(services, FAST)
    again = run_workspace(services, FAST)
    assert again.record.done == ()
    assert {skip.reason for skip in again.record.skipped} == {"counted before"}
    assert len(services.store.rows) == len(services.counter.asked) == 5


def test_a_new_model_counts_everything_again_and_the_old_rows_stay(make: Any) -> None:
    services = make.services(ANSWERS, scenes_of(make))
    run_workspace(services, FAST)
    services.counter.model = "net 2"
    assert len(run_workspace(services, FAST).record.done) == 5
    assert len(services.store.rows) == 10


def test_a_bad_scene_is_listed_and_the_others_go_on(make: Any) -> None:
    services = make.services({k: v for k, v in ANSWERS.items() if k != "s2"}, scenes_of(make))
    result = run_workspace(services, FAST)
    assert [(f.item, f.error, f.what, f.todo) for f in result.record.failed] == [
        ("s2", "ImageError", "the file is cut short", "Fetch it again")
    ]
    assert (len(result.record.done), result.record.exit_code) == (4, 1)
    assert result.assessment is not None
    assert any("s2" in failure for failure in result.assessment.failures)
    services.counter.answers["s2"] = 11
    assert run_workspace(services, FAST).record.done == ("s2",), "it is tried again"


def test_scenes_outside_the_limits_are_skipped_with_the_reason(make: Any) -> None:
    services = make.services(ANSWERS, [*scenes_of(make), make.scene(7, gsd_m=10.0)])
    result = run_workspace(services, FAST)
    assert [(s.item, s.reason) for s in result.record.skipped] == [("s7", "its GSD of 10 m is outside 0.05 to 5 m")]


def test_where_nothing_can_be_concluded_the_record_says_so(make: Any) -> None:
    services = make.services({}, scenes_of(make))
    result = run_workspace(services, FAST)
    assert result.assessment is None
    assert result.record.failed[-1].item == "assessment"
    assert result.record.exit_code == 1
    with pytest.raises(InputError, match="nothing is counted"):
        report_workspace(services, FAST)
    with pytest.raises(InputError, match="no scene of the site gives a count"):
        series_of_site(services, SiteChoice())


def test_an_empty_workspace_says_what_to_do(make: Any) -> None:
    with pytest.raises(InputError, match=r"has no scenes.*wayside import"):
        run_workspace(make.services({}, []), FAST)


def test_every_scene_is_fitted_to_one_reference_and_it_stays(make: Any) -> None:
    fine = make.scene(3, gsd_m=0.3)
    services = make.services(ANSWERS, [make.scene(4), fine, make.scene(2)])
    run_workspace(services, FAST)
    tasks = {task.path.stem: task for task in services.counter.asked}
    assert (tasks["s4"].reference_id, tasks["s2"].reference_id) == ("s3", "s3")
    assert tasks["s3"].reference is None
    assert tasks["s4"].reference_gsd_m == 0.3


def test_the_finest_then_clearest_scene_is_the_reference(make: Any) -> None:
    scenes = (make.scene(1, gsd_m=0.5), make.scene(2, gsd_m=0.3, cloud=40), make.scene(3, gsd_m=0.3, cloud=5))
    chosen = choose_reference(scenes)
    assert chosen is not None
    assert chosen.id == "s3"
    assert choose_reference(scenes, "s1") == scenes[0], "an earlier reference stays"
    assert choose_reference(scenes, "gone") == scenes[2]
    assert choose_reference(()) is None


# ---------------------------------------------------------------------- which count stands
def test_accepted_stands_before_review_before_automatic(make: Any) -> None:
    scene = make.scene(1)
    auto = make.observation(scene, 10)
    review = make.observation(scene, 12, kind=ObservationKind.REVIEW, author="Kim")
    later = make.observation(scene, 13, kind=ObservationKind.REVIEW, author="Lee", later_s=5)
    accepted = make.observation(scene, 12, kind=ObservationKind.ACCEPTED, author="Kim")

    def stands(*rows: Any) -> tuple[str, int]:
        (row,) = counted_scenes([scene], rows, model="net 1")
        return row.author, row.result.freight.median

    assert stands(auto) == ("wayside", 10)
    assert stands(auto, review) == stands(review, auto) == ("Kim", 12)
    assert stands(auto, later, review) == ("Lee", 13)
    assert stands(accepted, later, auto) == ("Kim", 12)


def test_counts_by_another_model_or_of_unknown_scenes_are_left_out(make: Any) -> None:
    one, other = make.scene(1), make.scene(2)
    rows = [make.observation(one, 10, model="net 0"), make.observation(other, 5)]
    assert counted_scenes([one], rows, model="net 1") == ()
    review = make.observation(one, 9, kind=ObservationKind.REVIEW, author="Kim", model="net 0")
    assert len(counted_scenes([one], [review], model="net 1")) == 1, "a review stands whatever it started from"


def test_hidden_and_uncountable_scenes_are_no_part_of_the_series(make: Any) -> None:
    scenes = scenes_of(make, range(4))
    rows = list(counted_scenes(scenes, [make.observation(s, 10) for s in scenes], model="net 1"))
    rows[1] = replace(rows[1], result=make.count(30, visible=0.05))
    rows[2] = replace(rows[2], result=make.count(30, status=CountStatus.NOT_COUNTABLE))
    series = series_of(make.site, rows)
    assert [p.scene_id for p in series.points] == ["s3", "s0"]
    case = Case(make.site, tuple(rows), make.now, FAST.series, failures=("x failed",))
    assessment = conclude(case).assessment
    assert assessment.failures[0] == "x failed"
    assert "s2 is left out: only 5%" in assessment.failures[1]
    assert len(assessment.rows) == 3


def test_a_failing_import_is_not_a_failing_run(make: Any) -> None:
    from pathlib import Path

    from wayside.pipeline.importing import import_images
    from wayside.pipeline.ports import ImportOptions
    from wayside.pipeline.progress import Silent

    catalogue, store = make.catalogue(), make.store()
    catalogue.refuse["2.png"] = ImageError("not an image", where="2.png")

    def bring(*names: str) -> Any:
        return import_images(
            [Path(n) for n in names], ImportOptions(date="2024-01-01"), site=make.site, catalogue=catalogue,
            store=store, clock=make.clock(), progress=Silent(),
        )  # fmt: skip

    record = bring("1.png", "2.png", "3.png", "1.png")
    assert record.done == ("s1", "s3")
    assert [f.item for f in record.failed] == ["2.png"]
    assert [s.item for s in record.skipped] == ["1.png"]
    assert record.notes == ("UTC is assumed",)
    assert set(store.scenes) == {"s1", "s3"}
    with pytest.raises(ImageError):
        bring("2.png")
    with pytest.raises(InputError, match="no image is given"):
        bring()
