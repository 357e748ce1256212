"""Sites and types of cars side by side, and a workspace's counts against the same counts in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wayside.errors import InputError, ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Observation
from wayside.model.periods import DaysAbove, Period
from wayside.model.series import NamedSeries, Series, SeriesPoint
from wayside.pipeline.running import Services
from wayside.pipeline.series_of_site import SiteChoice, series_of_site
from wayside.pipeline.series_sides import Chosen, SeriesRequest, SideBySide, analyse_chosen
from wayside.pipeline.tables import TableChoice, series_of_table
from wayside.series import Prior, Questions, SeriesSettings, analyse, to_json

SMALL = Prior(
    hazards_per_year=(1.0,), jump_scales=(0.4, 1.6), walk_sds_per_year=(0.3,), nb_sizes=(5.0, 50.0), dwells_days=(2.5,)
)
FAST = SeriesSettings(paths=400, levels=50, prior=SMALL)
START = date(2022, 1, 1)


def series(site: str, counts: Sequence[int], start: date = START) -> NamedSeries:
    points = (SeriesPoint(start + timedelta(days=30 * i), CountDistribution.exactly(n)) for i, n in enumerate(counts))
    return NamedSeries(Series(site, tuple(points)), site)


def sides(*named: NamedSeries, questions: Questions | None = None, settings: SeriesSettings = FAST) -> SideBySide:
    return analyse_chosen(Chosen(named), SeriesRequest(settings, questions, seed=3))


# ---------------------------------------------------------------------- side by side
def test_one_alone_is_what_the_analysis_says_of_it() -> None:
    asked = Questions(above=20)
    one = series("N", [5, 6, 4, 5, 30])
    (found,) = sides(one, questions=asked).analysed
    alone = analyse(one.series, settings=FAST, questions=asked, rng=np.random.default_rng(3))
    assert to_json(found.result) == to_json(alone)


def test_sites_inform_each_other_and_say_so() -> None:
    quiet = series("N", [5, 6, 4, 5, 6, 5, 4, 6, 9])
    jumpy = series("S", [2, 40, 3, 2, 60, 2, 1, 50, 9])
    alone = sides(quiet).analysed[0].result
    beside, _ = sides(quiet, jumpy).analysed
    assert beside.result.parameters["jump_scale_log"] > alone.parameters["jump_scale_log"]
    assert beside.result.notes[-1].startswith("How often and how far levels jump is learnt from S too")
    assert all("learnt from" not in note for note in alone.notes)


def test_types_of_one_site_do_not_inform_each_other() -> None:
    total = series("N", [5, 6, 4, 5, 30])
    ore = replace(series("N, ore", [3, 3, 2, 2, 28]), site="N", category="ore")
    both = sides(ore, total).analysed
    assert [one.named.category for one in both] == ["ore", ""]
    assert [to_json(one.result) for one in both] == [to_json(sides(one).analysed[0].result) for one in (ore, total)]


def test_what_is_wrong_with_one_is_listed_and_tells_the_others_nothing() -> None:
    good, early = series("N", [5, 6, 4, 5, 30]), series("S", [5, 6], date(2015, 1, 1))
    asked = Questions(above=20, period=Period(date(2022, 2, 1), date(2022, 3, 1)))
    found = sides(good, early, questions=asked)
    assert [one.named.site for one in found.analysed] == ["N"]
    (answer,) = found.analysed[0].result.asked
    assert isinstance(answer, DaysAbove)
    (failure,) = found.failed
    assert (failure.item, failure.error) == ("S", "ValueRefusedError")
    assert "no day of the period" in failure.what
    assert failure.todo == "Ask about days from 2015-01-01 to 2015-01-31"
    nothing = replace(FAST, until=date(2016, 1, 1))
    assert [f.item for f in sides(good, early, settings=nothing).failed] == ["N"]


def test_where_nothing_is_left_the_first_thing_wrong_is_the_error() -> None:
    with pytest.raises(ValueRefusedError, match="no count on or before 2000-01-01"):
        sides(series("N", [1, 2]), series("S", [3]), settings=replace(FAST, until=date(2000, 1, 1)))
    with pytest.raises(InputError, match="no scene"):
        analyse_chosen(Chosen((), (("N", InputError("no scene of the site gives a count")),)), SeriesRequest(FAST))


# ---------------------------------------------------------------------- a workspace
def counted(make: Any, counts: Sequence[CountDistribution], **by_type: Sequence[CountDistribution]) -> Services:
    """A workspace with a scene every 30 days, the last one on the clock's day."""
    scenes = [make.scene(len(counts) - 1 - i) for i in range(len(counts))]
    services = make.services({}, scenes)
    for i, (scene, count) in enumerate(zip(scenes, counts, strict=True)):
        types = {name: some[i] for name, some in by_type.items()}
        result = replace(make.count(1), freight=count, by_type=types)
        services.store.rows.append(replace(make.observation(scene, 1), result=result))
    return services


def change(services: Services, at: int, **fields: Any) -> None:
    rows: list[Observation] = services.store.rows  # type: ignore[attr-defined]
    rows[at] = replace(rows[at], result=replace(rows[at].result, **fields))


def binomial(n: int, p: float) -> CountDistribution:
    k = np.arange(n + 1)
    log_choose = np.array([sum(np.log(np.arange(1, n + 1))) - sum(np.log(np.arange(1, j + 1)))
                           - sum(np.log(np.arange(1, n - j + 1))) for j in k])  # fmt: skip
    return CountDistribution.from_weights(0, np.exp(log_choose + k * np.log(p) + (n - k) * np.log1p(-p)))


def exported(path: Path, found: Series, site: str) -> Path:
    """The counts as an analyst would copy them: date, count and 90 % interval."""
    with path.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("date", "count", "low", "high", "visible_fraction", "gsd_m", "site"))
        for p in found.points:
            low, high = p.count.interval(0.9)
            writer.writerow((p.day, p.count.mode, low, high, p.visible_fraction, p.gsd_m, site))
    return path


def by_table(path: Path) -> SideBySide:
    return analyse_chosen(series_of_table(path, TableChoice()), SeriesRequest(FAST, Questions(above=20), seed=3))


def test_the_same_counts_give_the_same_answers_from_a_spreadsheet(make: Any, tmp_path: Path) -> None:
    counts = [binomial(n, 0.9) for n in (8, 9, 10, 8, 7, 9, 11, 9, 8, 10, 9, 40, 44)]
    found = series_of_site(counted(make, counts), SiteChoice())
    request = SeriesRequest(FAST, Questions(above=20), seed=3)
    (here,) = analyse_chosen(Chosen(found), request).analysed
    (there,) = by_table(exported(tmp_path / "t.csv", found[0].series, "yard")).analysed
    ours, theirs = here.result, there.result
    assert ours.record is not None and theirs.record is not None  # noqa: PT018  both are there
    assert abs(ours.now.median - theirs.now.median) <= 1
    assert ours.record.p_exceeds_observed == pytest.approx(theirs.record.p_exceeds_observed, abs=0.06)
    assert ours.record.p_exceeds_all_days == pytest.approx(theirs.record.p_exceeds_all_days, abs=0.08)
    assert ours.record.exchangeability == theirs.record.exchangeability
    assert ours.onset is not None and theirs.onset is not None  # noqa: PT018
    assert abs((ours.onset.median - theirs.onset.median).days) <= 7
    assert ours.notes == theirs.notes


def test_the_same_series_gives_the_same_json_to_the_byte(make: Any, tmp_path: Path) -> None:
    counts = [CountDistribution.from_interval(n, n - 2, n + 2) for n in (8, 9, 10, 8, 7, 9, 11, 9, 40)]
    (named,) = series_of_site(counted(make, counts), SiteChoice())
    path = tmp_path / "t.csv"
    rows = [f"{p.day},{p.count.mode},{p.count.mode - 2},{p.count.mode + 2},yard\n" for p in named.series.points]
    path.write_text("date,count,low,high,site\n" + "".join(rows))
    (here,) = analyse_chosen(Chosen((named,)), SeriesRequest(FAST, Questions(above=20), seed=3)).analysed
    (there,) = by_table(path).analysed
    assert json.dumps(to_json(here.result)) == json.dumps(to_json(there.result))
    assert (here.named.site, here.named.category) == (there.named.site, there.named.category) == ("yard", "")


ORE = [CountDistribution.exactly(n) for n in (5, 6, 7, 30)]
BOX = [CountDistribution.exactly(n) for n in (2, 0, 1, 3)]


def days_of(named: NamedSeries) -> list[int]:
    return [p.count.median for p in named.series.points]


def test_each_type_has_a_series_of_its_own_before_the_total(make: Any) -> None:
    services = counted(make, [a + b for a, b in zip(ORE, BOX, strict=True)], gondola=ORE, box=BOX)
    change(services, 1, by_type={"gondola": ORE[1]})
    gondola, box, total = series_of_site(services, SiteChoice(by_type=True))
    assert [(one.category, one.site) for one in (gondola, box, total)] == [
        ("gondola", "yard"),
        ("box", "yard"),
        ("", "yard"),
    ]
    assert days_of(gondola) == [5, 6, 7, 30]
    assert days_of(box) == [2, 0, 1, 3], "a type nobody saw in a scene that tells types is a count of 0"
    assert days_of(total) == [7, 6, 8, 33]
    assert "No scene shows these types more likely than not: tank, flat" in total.notes[-1]
    assert box.series.site == "The Yard, box"


def test_a_scene_that_tells_no_types_adds_to_the_total_alone(make: Any) -> None:
    services = counted(make, [a + b for a, b in zip(ORE, BOX, strict=True)], gondola=ORE, box=BOX)
    change(services, 0, status=CountStatus.OCCUPIED_LENGTH)
    change(services, 2, by_type={})
    gondola, _, total = series_of_site(services, SiteChoice(by_type=True))
    assert (days_of(gondola), days_of(total)) == ([6, 30], [7, 6, 8, 33])
    assert "2 of 4 scenes tell no types" in gondola.notes[0]
    assert all("tell no types" not in note for note in total.notes)
    for at in range(4):
        change(services, at, by_type={})
    with pytest.raises(InputError, match="no scene of the site tells types"):
        series_of_site(services, SiteChoice(("box",)))


def test_chosen_types_are_added_up(make: Any) -> None:
    services = counted(make, [CountDistribution.exactly(50)] * 4, gondola=ORE, box=BOX)
    (both,) = series_of_site(services, SiteChoice(("gondola", "box", "box")))
    assert (days_of(both), both.category) == ([7, 6, 8, 33], "")
    assert "as if their errors were independent" in both.notes[-1]
    locomotives, total = series_of_site(services, SiteChoice(("locomotive",), by_type=True))
    assert days_of(locomotives) == days_of(total) == [0, 0, 0, 0]
    with pytest.raises(InputError, match=r"no type of car 'ore'.*gondola, box, tank"):
        SiteChoice(("ore",))


def test_a_scene_that_shows_too_little_is_named(make: Any) -> None:
    services = counted(make, ORE)
    tracks = services.store.rows[0].result.tracks  # type: ignore[attr-defined]
    change(services, 0, tracks=(replace(tracks[0], visible_fraction=0.05),))
    (total,) = series_of_site(services, SiteChoice())
    assert days_of(total) == [6, 7, 30]
    assert total.notes == ("Less than 10% of the track can be seen in s3: left out.",)
