"""Alarms of ``wayside series``: the same as the watch of the series' room, their promise, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from rich.console import Console

from wayside.cli.series_alarms import show_alarms
from wayside.errors import InputError, ValueRefusedError
from wayside.model.alarms import FalseAlarmRate
from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.pipeline.series_alarms import AlarmPlan, Watched, watch_sites
from wayside.series import Prior, SeriesSettings
from wayside.series.alarms import AlarmSettings, FalseDiscoveryBudget, RateBudget, SiteAlarm, Watch

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
START, RISE = date(2020, 1, 3), date(2021, 8, 1)
SMALL = SeriesSettings(prior=Prior((1.0,), (0.8,), (0.3,), (5.0, 20.0, 50.0), (1.0, 4.0)), levels=60)
QUICK = ("--dwell", 3, "--no-terms")


def counts(seed: int, *, rise: date | None = None, until: date = date(2021, 12, 1)) -> list[tuple[date, int]]:
    """Nine cars, and 45 from ``rise`` on, every 14 days."""
    rng, start = np.random.default_rng(seed), START + timedelta(days=seed)
    days = [start + timedelta(days=14 * i) for i in range((until - start).days // 14)]
    return [(day, int(rng.poisson(45 if rise and day >= rise else 9))) for day in days]


def series(name: str, seed: int, *, rise: date | None = None) -> Series:
    points = (SeriesPoint(day, CountDistribution.exactly(n)) for day, n in counts(seed, rise=rise))
    return Series(name, tuple(points))


@pytest.fixture(scope="module")
def yards() -> dict[str, Series]:
    return {"A": series("A", 1, rise=RISE), "B": series("B", 2), "C": series("C", 5)}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    rows = [f"{day},{n},A" for day, n in counts(1, rise=RISE)] + [f"{day},{n},B" for day, n in counts(2)]
    path.write_text("\n".join(["date,count,site", *rows, "2021-09-01,5,Tiny", "2021-10-01,6,Tiny"]) + "\n")
    return path


def valid(document: dict[str, Any], name: str) -> dict[str, Any]:
    registry: Registry[Any] = Registry()
    for path in (SCHEMAS / "series.json", SCHEMAS / "series-sites.json"):
        contents = json.loads(path.read_text())
        registry = registry.with_resource(contents["$id"], Resource.from_contents(contents))
    Draft202012Validator(json.loads((SCHEMAS / name).read_text()), registry=registry).validate(document)
    return document


def heard(found: dict[str, Watched | InputError]) -> dict[str, Watched]:
    assert all(isinstance(one, Watched) for one in found.values())
    return {key: one for key, one in found.items() if isinstance(one, Watched)}


# ---------------------------------------------------------------------- the same as the watch
@pytest.mark.parametrize(
    ("plan", "budget"),
    [
        (AlarmPlan(per_site_year=0.1), RateBudget(0.3, by_looks=False)),
        (AlarmPlan(per_year=0.4), RateBudget(0.4)),
        (AlarmPlan(share=0.1), FalseDiscoveryBudget(0.1)),
    ],
)
def test_sites_are_watched_as_the_watch_does_it(
    yards: dict[str, Series], plan: AlarmPlan, budget: RateBudget | FalseDiscoveryBudget
) -> None:
    since = date(2021, 3, 1)
    found = heard(watch_sites(yards, replace(plan, since=since), SMALL))
    watch, alarms = Watch.of(yards, budget, since=since, settings=AlarmSettings(series=SMALL))
    assert [(a.site, a.day, a.threshold_days) for one in found.values() for a in one.alarms] == [
        (a.site, a.day, pytest.approx(a.threshold_days)) for a in alarms
    ]
    assert [a.site for a in alarms] == ["A"]
    for key, one in found.items():
        raised = watch.sites[key].raised
        assert one.raised_since == (None if raised is None else raised.since)


def test_each_site_begins_a_year_after_its_own_first_scene(yards: dict[str, Series]) -> None:
    """Against each site's own fold, begun on its own day."""
    found = heard(watch_sites(yards, AlarmPlan(per_site_year=0.1), SMALL))
    for key, one in found.items():
        points = yards[key].points
        since = points[0].day + timedelta(days=365)
        before = tuple(p for p in points if p.day < since)
        alone = SiteAlarm.of(replace(yards[key], points=before), AlarmSettings(series=SMALL)).restarted(since)
        for point in points[len(before) :]:
            alone = alone.next(point, promise=FalseAlarmRate(0.1, 3, 0.3))
        assert one.since == since
        assert one.scene_days == len(points) - len(before)
        assert one.alarms == alone.alarms
        assert one.promise == one.overall == FalseAlarmRate(0.1, 3, 0.3)


def test_an_alarm_is_known_on_its_day(yards: dict[str, Series]) -> None:
    """What comes later changes nothing: the alarms up to a day are those of the series cut there."""
    plan = AlarmPlan(per_site_year=2.0)
    whole = heard(watch_sites(yards, plan, SMALL))["A"].alarms
    for last in (RISE - timedelta(days=1), whole[0].day, date(2021, 10, 1)):
        cut = heard(watch_sites(yards, plan, replace(SMALL, until=last)))["A"]
        assert cut.alarms == tuple(a for a in whole if a.day <= last)
        assert cut.last <= last


def test_a_site_without_a_scene_before_has_no_part_in_the_budget(yards: dict[str, Series]) -> None:
    late = series("late", 3)
    late = replace(late, points=tuple(p for p in late.points if p.day > date(2021, 6, 1)))
    found = watch_sites({**yards, "late": late}, AlarmPlan(per_site_year=0.1, since=date(2021, 3, 1)), SMALL)
    assert isinstance(found["late"], InputError)
    a = found["A"]
    assert isinstance(a, Watched)
    assert a.promise.sites == 3


def test_a_plan_states_false_alarms_in_one_way() -> None:
    for wrong in ({}, {"share": 0.1, "per_year": 1.0}, {"per_site_year": 0.0}, {"per_site_year": float("nan")}):
        with pytest.raises(ValueRefusedError):
            AlarmPlan(**wrong)
    with pytest.raises(ValueRefusedError, match="false alarms a year"):
        AlarmPlan(per_year=731.0).budget(2)


# ---------------------------------------------------------------------- the command
def test_one_site_says_its_alarms_in_json_and_in_words(table: Path, wayside: Any) -> None:
    said = wayside("series", table, "--site", "A", "--alarms", 0.1, *QUICK, "--json")
    assert said.code == 0, said
    found = valid(said.document, "series.json")["alarms"]
    (alarm,) = found["alarms"]
    assert RISE <= date.fromisoformat(alarm["date"]) <= RISE + timedelta(days=28)
    assert alarm["threshold_days"] == pytest.approx(3652.5)
    assert (found["raised"], found["raised_since"]) == (True, alarm["date"])
    assert found["promise"]["sentence"] == "Expected false alarms: at most 0.1 per site-year."
    assert alarm["grounds"].startswith("A, ")
    shown = " ".join(wayside("series", table, "--site", "A", "--alarms", 0.1, *QUICK).out.split())
    for words in (alarm["grounds"], found["promise"]["sentence"], "is raised now, since", alarm["date"]):
        assert words in shown
    assert "alarms" not in wayside("series", table, "--site", "A", *QUICK, "--json").document


def test_several_sites_share_one_promise_and_one_without_scenes_says_so(table: Path, wayside: Any) -> None:
    said = wayside("series", table, "--all-sites", "--alarms", 0.1, *QUICK, "--json")
    assert said.code == 0, said
    a, b, tiny = (one["alarms"] for one in valid(said.document, "series-sites.json")["sites"])
    assert (len(a["alarms"]), b["alarms"], tiny["scene_days"]) == (1, [], 0)
    assert a["promise"]["sentence"].endswith("at most 0.1 per site-year (0.3 a year over 3 sites at this setting).")
    assert "no alarm could be given" in tiny["sentence"]
    late = wayside(
        "series", table, "--all-sites", "--alarms-false", 0.1, "--alarms-since", "2021-06-01", *QUICK, "--json"
    )
    assert late.code == 1, late
    assert [f["item"] for f in late.document["failed"]] == ["Tiny"]
    sites = valid(late.document, "series-sites.json")["sites"]
    assert ["alarms" in one for one in sites] == [True, True, False]
    assert sites[0]["alarms"]["promise"]["kind"] == "share"
    few = wayside("series", table, "--site", "Tiny", "--alarms", 1, "--alarms-since", "2021-09-15", *QUICK)
    assert few.code == 0, few
    assert "alarms are given after 10." in " ".join(few.out.split())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--alarms", 0), ("--alarms", "more than 0")),
        (("--alarms", -1), ("--alarms", "more than 0")),
        (("--alarms", 366), ("--alarms", "at most 365")),
        (("--alarms", "nan"), ("--alarms", "more than 0")),
        (("--alarms-total", 0), ("--alarms-total", "more than 0")),
        (("--alarms-total", 500), ("false alarms a year", "365")),
        (("--alarms-false", 1), ("--alarms-false", "less than 1")),
        (("--alarms", 1, "--alarms-false", 0.1), ("--alarms and --alarms-false", "cannot both")),
        (("--alarms-since", "2021-01-01"), ("--alarms-since", "needs a rate")),
        (("--alarms", 1, "--alarms-since", "soon"), ("--alarms-since", "'soon' is not a day")),
        (("--alarms", 1, "--alarms-since", "2019-01-01"), ("needs a scene before",)),
        (("--alarms", 1, "--by-type"), ("--by-type",)),
    ],
)
def test_what_cannot_be_is_refused(
    table: Path, wayside: Any, options: tuple[object, ...], words: tuple[str, ...]
) -> None:
    said = wayside("series", table, "--site", "Tiny", *QUICK, *options)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1), said
    for word in words:
        assert word in said.err, said.err


@pytest.mark.parametrize("columns", [80, 120])
def test_a_screen_holds_the_table(yards: dict[str, Series], columns: int) -> None:
    renamed = {f"{key} Yard North [2]": one for key, one in yards.items()}
    found = watch_sites(
        {key: replace(one, site=key) for key, one in renamed.items()}, AlarmPlan(per_site_year=0.1), SMALL
    )
    paper = StringIO()
    show_alarms(Console(width=columns, file=paper), list(heard(found).values()))
    lines = paper.getvalue().splitlines()
    assert max(map(len, lines)) <= columns
    (row,) = (line for line in lines if line.startswith("A Yard North [2] "))
    assert row.rstrip().endswith("yes")
    assert sum("not raised now" in line for line in lines) >= 1
    many = [replace(one, site=f"yard {i}") for i in range(5) for one in heard(found).values()]
    paper = StringIO()
    show_alarms(Console(width=columns, file=paper), many)
    assert "10 of 15 sites gave no alarm." in paper.getvalue()
