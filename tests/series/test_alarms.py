"""Alarms: the evidence against exact sums and a double loop, the rules on drawn sites, the budgets across sites."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.model.alarms import Alarm, FalseAlarmRate, FalseDiscoveryShare, alarm_to_json, say_alarm, say_promise
from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series.alarms import AlarmSettings, FalseDiscoveryBudget, RateBudget, SiteAlarm, Watch
from wayside.series.alarms.across import _by_share
from wayside.series.alarms.evidence import likelihood_ratios, log_predictive, shiryaev_roberts
from wayside.series.alarms.site import threshold_of
from wayside.series.online import OnlineSeries
from wayside.series.settings import Prior, SeriesSettings

START = date(2020, 1, 1)
SMALL = AlarmSettings(
    series=SeriesSettings(prior=Prior((1.0,), (0.8,), (0.3,), (5.0, 20.0, 50.0), (1.0, 4.0)), levels=60)
)
TENTH = FalseAlarmRate(0.1, 1, 0.1)


def on(day: int) -> date:
    return START + timedelta(days=day)


def scene(day: int, n: int) -> SeriesPoint:
    return SeriesPoint(on(day), CountDistribution.exactly(n))


def site(counts: list[tuple[int, int]], name: str = "yard") -> Series:
    return Series(name, tuple(scene(d, n) for d, n in counts))


def poisson(days: range, mean: float, seed: int) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    return [(d, int(rng.poisson(mean))) for d in days]


# ---------------------------------------------------------------------------- evidence
def test_the_ratio_has_a_mean_of_one_while_nothing_changes() -> None:
    """Summed over every count that the next day may show, with the chance that the series itself gives it."""
    series = site([(0, 2), (4, 3), (9, 1), (15, 2)])
    quiet, factors = OnlineSeries.of(series, SMALL.quiet), (1.5, 2.0, 4.0, 0.5)
    total, mean = 0.0, np.zeros(4)
    for n in range(80):
        grown = quiet.add(scene(18, n))
        chance = float(np.exp(log_predictive(grown)))
        total += chance
        mean += chance * likelihood_ratios(grown, factors)
    assert total == pytest.approx(1.0, abs=1e-3)
    assert mean == pytest.approx([1.0] * 4, abs=5e-3)


def test_more_cars_speak_for_a_rise_and_fewer_for_a_fall() -> None:
    quiet = OnlineSeries.of(site(poisson(range(0, 300, 10), 10, 1)), SMALL.quiet)
    ratios = np.array([likelihood_ratios(quiet.add(scene(310, n)), (2.0, 0.5)) for n in (0, 3, 10, 20, 40)])
    assert np.all(np.diff(ratios[:, 0]) > 0)
    assert np.all(np.diff(ratios[:, 1]) < 0)
    assert ratios[2, 0] < 1 < ratios[4, 0]


def test_cars_that_stand_there_still_are_no_news() -> None:
    """The same large count on the next day says less than on a day weeks later."""
    settings = SeriesSettings(prior=Prior((1e-6,), (0.8,), (0.3,), (5.0,), (15.0,)), levels=60)
    quiet = OnlineSeries.of(site([*poisson(range(0, 300, 10), 10, 1), (300, 22)]), settings)
    soon, late = (likelihood_ratios(quiet.add(scene(day, 22)), (2.0,))[0] for day in (301, 340))
    assert 0.0 < soon - 1.0 < 0.1 * (late - 1.0)


@given(st.lists(st.tuples(st.floats(0.0, 90.0), st.floats(0.01, 30.0)), min_size=1, max_size=8))
def test_the_recursion_is_the_sum_over_all_times_of_change(looks: list[tuple[float, float]]) -> None:
    r = np.zeros(1)
    for days, ratio in looks:
        r = shiryaev_roberts(r, days, np.array([ratio]))
    by_sum = sum(days * np.prod([ratio for _, ratio in looks[k:]]) for k, (days, _) in enumerate(looks))
    assert r[0] == pytest.approx(by_sum, rel=1e-9)


def test_false_alarms_stay_below_the_stated_rate() -> None:
    """Ratios of a Gaussian mean, 0 against 1: 4,000 site-years of looks at random times, alarms at 1 a year."""
    rng, alarms, days = np.random.default_rng(4), 0, 0.0
    r = np.zeros(400)
    for _ in range(400):
        gap = float(rng.exponential(9.0))
        r = shiryaev_roberts(r, gap, np.exp(rng.normal(size=400) - 0.5))
        over = r >= threshold_of(1.0)
        alarms, days, r = alarms + int(over.sum()), days + 400 * gap, np.where(over, 0.0, r)
    per_year = alarms / (days / 365.25)
    assert 0.3 < per_year < 1.0


# ---------------------------------------------------------------------------- one site
def test_a_quiet_site_gives_no_alarm() -> None:
    for seed in range(4):
        assert SiteAlarm.of(site(poisson(range(0, 900, 12), 9, seed)), SMALL).alarms == ()


def test_a_lasting_rise_gives_one_alarm() -> None:
    counts = [*poisson(range(0, 600, 12), 9, 1), *poisson(range(600, 900, 12), 36, 2)]
    alarm = SiteAlarm.of(site(counts), SMALL)
    assert [a.day for a in alarm.alarms] == [on(600)] or alarm.alarms[0].day <= on(624)
    assert len(alarm.alarms) == 1
    assert alarm.raised is not None
    first = alarm.alarms[0]
    assert first.factor == 4.0
    assert first.expected[0] <= 9 <= first.expected[2] < 36
    assert first.evidence_days >= first.threshold_days == pytest.approx(3652.5)


def test_after_a_return_the_next_rise_is_another_alarm() -> None:
    up = [*poisson(range(600, 700, 10), 40, 2)]
    counts = [*poisson(range(0, 600, 12), 9, 1), *up, *poisson(range(700, 1000, 10), 9, 3)]
    alarm = SiteAlarm.of(site(counts), SMALL)
    assert len(alarm.alarms) == 1
    assert alarm.raised is None
    again = alarm.next(scene(1005, 44), promise=TENTH).next(scene(1012, 39), promise=TENTH)
    assert len(again.alarms) == 2


def test_a_level_that_has_settled_is_the_usual_one() -> None:
    counts = [*poisson(range(0, 600, 12), 9, 1), *poisson(range(600, 1100, 12), 36, 2)]
    alarm = SiteAlarm.of(site(counts), SMALL)
    assert alarm.raised is None
    assert 30 < alarm.quiet.update.level[1] < 42
    again = alarm
    for day in (1110, 1120, 1130):
        again = again.next(scene(day, 150), promise=TENTH)
    assert len(again.alarms) == 2


def test_a_fall_is_learnt_and_alarms_nobody() -> None:
    counts = [*poisson(range(0, 600, 12), 30, 1), *poisson(range(600, 900, 12), 5, 2)]
    alarm = SiteAlarm.of(site(counts), SMALL)
    assert alarm.alarms == ()
    assert alarm.quiet.update.level[1] < 7
    assert alarm.quiet.run.series.points[0].day >= on(600)
    risen = alarm
    for day in (910, 920, 930):
        risen = risen.next(scene(day, 30), promise=TENTH)
    assert len(risen.alarms) == 1


def test_nothing_is_alarmed_while_it_learns() -> None:
    counts = [(0, 3), (10, 4), (20, 300), (30, 300)]
    assert SiteAlarm.of(site(counts), SMALL).alarms == ()


def test_a_burst_of_scenes_counts_for_its_time() -> None:
    """Thirty empty-handed looks in thirty days add no more than thirty days."""
    alarm = SiteAlarm.of(site(poisson(range(0, 600, 12), 9, 1)), SMALL).restarted(on(600))
    for day, n in poisson(range(601, 631), 9, 7):
        alarm = alarm.seen(scene(day, n))
    assert 0.0 < alarm.evidence < 300.0


def test_a_late_scene_teaches_and_is_no_news() -> None:
    alarm = SiteAlarm.of(site(poisson(range(0, 600, 12), 9, 1)), SMALL)
    late = alarm.next(scene(301, 200), promise=TENTH)
    assert late.alarms == ()
    assert late.evidence == alarm.evidence
    assert late.newest == alarm.newest
    assert any(p.day == on(301) for p in late.quiet.run.series.points)


def test_a_scene_that_shows_too_little_is_passed_over() -> None:
    series = site([*poisson(range(0, 300, 12), 9, 1), (300, 20)])
    alarm, hidden = SiteAlarm.of(series, SMALL), replace(scene(310, 300), visible_fraction=0.05)
    assert alarm.next(hidden, promise=TENTH) is alarm
    whole = SiteAlarm.of(replace(series, points=(*series.points, hidden)), SMALL)
    assert whole.evidence == alarm.evidence
    with pytest.raises(ValueRefusedError, match="of the track"):
        SiteAlarm.of(replace(series, points=(hidden,)), SMALL)


def test_a_fold_goes_on_where_it_stopped() -> None:
    series = site([*poisson(range(0, 400, 12), 9, 1), *poisson(range(400, 500, 12), 36, 2)])
    whole = SiteAlarm.of(series, SMALL)
    part = SiteAlarm.of(replace(series, points=series.points[:20]), SMALL)
    for point in series.points[20:]:
        part = part.next(point, promise=TENTH)
    assert part.alarms == whole.alarms
    assert np.array_equal(part.rise, whole.rise)


def test_an_alarm_needs_its_evidence() -> None:
    alarm = SiteAlarm.of(site(poisson(range(0, 300, 12), 9, 1)), SMALL)
    with pytest.raises(ValueRefusedError, match="evidence"):
        alarm.alarmed(1e9, TENTH)
    with pytest.raises(ValueRefusedError, match="one day"):
        alarm.seen(scene(400, 1), scene(401, 1))
    with pytest.raises(ValueRefusedError, match="a scene is needed"):
        alarm.seen()


@pytest.mark.parametrize(
    "wrong",
    [
        {"factors": ()},
        {"factors": (1.0,)},
        {"factors": (2.0, 2.0)},
        {"longest_gap_days": 0},
        {"learning_days": 0},
        {"settled_days": 0},
        {"returned_days": 0.0},
        {"fallen_days": float("nan")},
        {"series": SeriesSettings(until=START)},
    ],
)
def test_settings_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueRefusedError):
        replace(SMALL, **wrong)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------- across sites
def fleet(sites: int) -> dict[str, Series]:
    """Quiet but for the last, which rises fivefold on day 400."""
    out = {f"s{i}": site(poisson(range(i, 500, 14), 9, i), f"s{i}") for i in range(sites - 1)}
    up = [*poisson(range(0, 400, 14), 9, 98), *poisson(range(400, 500, 14), 45, 99)]
    return out | {f"s{sites - 1}": site(up, f"s{sites - 1}")}


@pytest.mark.parametrize("budget", [RateBudget(0.4), FalseDiscoveryBudget(0.1)])
def test_a_watch_alarms_where_something_rose(budget: RateBudget | FalseDiscoveryBudget) -> None:
    series = fleet(4)
    watch, alarms = Watch.of(series, budget, since=on(350), settings=SMALL)
    assert {a.site for a in alarms} == {"s3"}
    assert on(400) <= alarms[0].day <= on(450)
    assert watch.alarmed == 1
    assert alarms[0].promise.sites == 4
    going = Watch.begun(series, budget, since=on(350), settings=SMALL)
    days = sorted({p.day for s in series.values() for p in s.points if p.day >= on(350)})
    found: list[Alarm] = []
    for day in days:
        going = going.next(day, {n: t for n, s in series.items() if (t := tuple(p for p in s.points if p.day == day))})
        found += going.new
    assert tuple(found) == alarms


@given(st.floats(0.1, 100.0), st.dictionaries(st.text(min_size=1), st.integers(0, 500), min_size=1, max_size=8))
def test_a_rate_is_shared_out_in_full(per_year: float, looks: dict[str, int]) -> None:
    rates = RateBudget(per_year).split(looks)
    assert sum(r.per_site_year for r in rates.values()) == pytest.approx(per_year)
    assert all(r.per_year == per_year for r in rates.values())
    even = RateBudget(per_year, by_looks=False).split(looks)
    assert len({r.per_site_year for r in even.values()}) == 1
    most = max(looks, key=lambda s: looks[s])
    assert rates[most].per_site_year >= even[most].per_site_year - 1e-9


@pytest.fixture(scope="module")
def watch() -> Watch:
    series = {f"s{i}": site(poisson(range(0, 200, 14), 9, i), f"s{i}") for i in range(6)}
    return Watch.begun(series, FalseDiscoveryBudget(0.2), since=on(200), settings=SMALL)


@trials(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.0, 3e4), min_size=6, max_size=6), st.integers(0, 5))
def test_a_share_gives_as_many_alarms_as_have_the_evidence(watch: Watch, evidence: list[float], earlier: int) -> None:
    """Against trying every set of sites: the largest whose members all have what so many need."""
    budget = FalseDiscoveryBudget(0.2)
    sites = {n: replace(s, rise=np.full(3, e)) for (n, s), e in zip(watch.sites.items(), evidence, strict=True)}
    after = _by_share(replace(watch, sites=sites, alarmed=earlier), tuple(sites), budget)
    best: set[str] = set()
    for mask in range(1, 64):
        chosen = {n for i, n in enumerate(sites) if mask >> i & 1}
        need = 6 * 365 / (0.2 * (earlier + len(chosen)))
        if all(sites[n].evidence >= need for n in chosen) and len(chosen) > len(best):
            best = chosen
    assert {a.site for a in after.new} == best
    assert after.alarmed == earlier + len(best)
    assert [a.site for a in after.new] == sorted(best)


def test_a_new_period_starts_from_nothing(watch: Watch) -> None:
    full = {n: replace(s, rise=np.full(3, 900.0)) for n, s in watch.sites.items()}
    old = replace(watch, sites=full, alarmed=4)
    assert old.next(on(564), {}).alarmed == 4
    turned = old.next(on(565), {})
    assert turned.alarmed == 0
    assert turned.since == on(565)
    assert all(s.evidence == 0.0 and s.clock == on(565) for s in turned.sites.values())


def test_a_watch_refuses_what_it_does_not_watch(watch: Watch) -> None:
    with pytest.raises(ValueRefusedError, match="not watched"):
        watch.next(on(210), {"elsewhere": (scene(210, 3),)})
    with pytest.raises(ValueRefusedError, match="are asked for"):
        watch.next(on(210), {"s0": (scene(211, 3),)})
    with pytest.raises(ValueRefusedError, match="needs a scene before"):
        Watch.begun({"s": site([(5, 1)])}, RateBudget(1.0), since=START)
    with pytest.raises(ValueRefusedError, match="one site or more"):
        Watch.begun({}, RateBudget(1.0), since=START)


# ---------------------------------------------------------------------------- values and sentences
def an_alarm(promise: FalseAlarmRate | FalseDiscoveryShare) -> Alarm:
    count = CountDistribution.from_interval(73, 70, 76)
    return Alarm("yard", date(2023, 10, 5), count, (2, 8, 17), 4.0, 9000.0, 3652.5, promise)


def test_an_alarm_says_what_it_rests_on() -> None:
    text = say_alarm(an_alarm(FalseAlarmRate(0.1, 300, 30.0)))
    assert text == (
        "yard, 5 October 2023: 70 to 76 cars, where 2 to 17 were to be expected; of the rises looked for, four times "
        "the level before fits best. Expected false alarms: at most 0.1 per site-year (30 a year over 300 sites at "
        "this setting)."
    )
    assert say_promise(TENTH) == "Expected false alarms: at most 0.1 per site-year."
    share = say_promise(FalseDiscoveryShare(0.05, 300, 365))
    assert share.startswith("Expected share of false alarms: at most 5")
    assert share.endswith("of the alarms of 365 days over 300 sites.")


@pytest.mark.parametrize("promise", [FalseAlarmRate(0.1, 300, 30.0), FalseDiscoveryShare(0.05, 300, 365)])
def test_an_alarm_has_a_plain_form(promise: FalseAlarmRate | FalseDiscoveryShare) -> None:
    plain = json.loads(json.dumps(alarm_to_json(an_alarm(promise)), allow_nan=False))
    assert (plain["site"], plain["date"], plain["factor"]) == ("yard", "2023-10-05", 4.0)
    assert plain["expected"] == [2, 8, 17]
    assert plain["now"]["median"] == 73
    assert plain["false_alarms"]["kind"] == ("rate" if isinstance(promise, FalseAlarmRate) else "share")
    assert plain["sentence"].endswith(plain["false_alarms"]["sentence"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"site": " "},
        {"factor": 0.5},
        {"evidence_days": 3000.0},
        {"evidence_days": float("inf")},
        {"threshold_days": -1.0},
        {"expected": (5, 4, 9)},
    ],
)
def test_alarms_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueRefusedError):
        replace(an_alarm(TENTH), **wrong)  # type: ignore[arg-type]


def test_promises_are_checked() -> None:
    for make in (
        lambda: FalseAlarmRate(0.0, 1, 1.0),
        lambda: FalseAlarmRate(0.1, 0, 1.0),
        lambda: FalseDiscoveryShare(1.0, 3, 365),
        lambda: FalseDiscoveryShare(0.1, 3, 0),
        lambda: RateBudget(0.0),
        lambda: FalseDiscoveryBudget(0.0),
        lambda: FalseDiscoveryBudget(0.1, 0),
    ):
        with pytest.raises(ValueRefusedError):
            make()
