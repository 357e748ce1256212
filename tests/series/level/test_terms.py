"""Seasons and weeks: evidence against a matrix product, sites with and without a pattern, and what must not pass."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.series import MaxBound, Series, SeriesPoint
from wayside.series.level.dynamics import Dynamics, Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.seen import Seen, usual_log_level, within
from wayside.series.level.terms import (
    MONTHS,
    WEEKDAYS,
    Family,
    RegularTerms,
    TermSettings,
    choose_terms,
    log_evidences,
    season_family,
    weekday_family,
)
from wayside.series.settings import Prior

FIRST = date(2018, 10, 5)
FIVE_YEARS = 1826


def seen_of(counts: dict[int, int], bounds: tuple[MaxBound, ...] = ()) -> Seen:
    points = tuple(
        SeriesPoint(FIRST + timedelta(days=day), CountDistribution.exactly(n)) for day, n in sorted(counts.items())
    )
    return within(Series("site", points, bounds), until=None, history_days=36525, at_least_from=FIRST)


def chosen(seen: Seen, settings: TermSettings | None = None, prior: Prior | None = None) -> RegularTerms:
    grid = LevelGrid.up_to(max(int(p.count.mean) for p in seen.points), 100)
    frame = Frame(grid, usual_log_level(seen), prior or Prior())
    tables = NegativeBinomials.of(grid, frame.prior.nb_sizes, int(1.5 * grid.means[-1]))
    return choose_terms(seen, frame, tables, looks=40, settings=settings)


def calendar(days: int) -> tuple[Floats, Floats]:
    """Day of the year and day of the week, by the calendar."""
    dates = [FIRST + timedelta(days=i) for i in range(days)]
    return np.array([d.timetuple().tm_yday - 1 for d in dates]), np.array([d.weekday() for d in dates])


def simulated(
    rng: np.random.Generator, scenes: int, effect: Floats, *, size: float = 8.0, jump_to: tuple[float, ...] = ()
) -> Seen:
    """Counts of independent days about a level that walks, with excursions of two months to the given log factors."""
    days = len(effect)
    level = math.log(10.0) + np.cumsum(rng.normal(0, 0.2 / math.sqrt(365.25), days))
    for factor in jump_to:
        start = int(rng.integers(days - 60))
        level[start : start + 60] += factor
    count = rng.negative_binomial(size, size / (size + np.exp(level + effect)))
    at = [*rng.choice(days - 1, scenes - 1, replace=False).tolist(), days - 1]
    return seen_of({day: int(count[day]) for day in at})


# ------------------------------------------------------------------------------------------------ evidence


def dense(d: Dynamics, c: int) -> Floats:
    """The transition matrix of one set, written out from the formula."""
    g, k = d.start.shape[1:]
    out = np.zeros((g, k, g, k))
    for i in range(g):
        walk = np.eye(k) * (1.0 - 2.0 * d.step[c, i]) + d.step[c, i] * (np.eye(k, k=1) + np.eye(k, k=-1))
        walk[0, 0] += d.step[c, i]
        walk[-1, -1] += d.step[c, i]
        out[i, :, i] += (1.0 - d.leave[c, i]) * walk
        for j in range(g):
            out[i, :, j] += d.leave[c, i] * d.route[c, i, j] * d.dest[c, i]
    return out.reshape(g * k, g * k)


def by_matrices(sets: ParameterSets, c: int, counts: dict[int, int], shift: list[int]) -> float:
    """Log likelihood of exact counts of independent days, the term given in steps of the grid."""
    d, grid = sets.dynamics, sets.frame.grid
    size = sets.frame.prior.nb_sizes[sets.size_of[c]]
    state, move, total = d.start[c].reshape(-1), dense(d, c), 0.0
    for day in range(max(counts) + 1):
        if day:
            state = state @ move
        if day in counts:
            mean = grid.means[np.clip(np.arange(grid.size) + shift[day], 0, grid.size - 1)]
            state = state * np.tile(nbinom.pmf(counts[day], size, size / (size + mean)), d.start.shape[1])
            total += math.log(state.sum())
            state = state / state.sum()
    return total


def test_evidence_of_variants_is_that_of_separate_matrix_products() -> None:
    rng = np.random.default_rng(5)
    prior = Prior((2.0,), (0.8,), (0.3, 0.7), (3.0, 20.0), (0.1,))
    grid = LevelGrid.up_to(30, 40)
    frame = Frame(grid, 2.0, prior)
    sets, tables = parameter_sets(frame), NegativeBinomials.of(grid, prior.nb_sizes, 300)
    counts = {day: int(n) for day, n in zip(range(0, 60, 6), rng.negative_binomial(4, 0.3, 10), strict=True)}
    shift = rng.integers(-3, 4, (3, 55))
    found = log_evidences(seen_of(counts), tables, sets, shift * grid.spacing, looks=40)
    assert found.shape == (3, len(sets.hazard))
    for v, c in np.ndindex(found.shape):
        assert found[v, c] == pytest.approx(by_matrices(sets, c, counts, shift[v].tolist()), abs=2e-3)
    assert np.ptp(found, axis=0).min() > 0.1


# ------------------------------------------------------------------------------------------------ families


@pytest.mark.parametrize("family", [season_family(TermSettings()), weekday_family(TermSettings())])
def test_variants_are_centred_patterns_with_prior_shares(family: Family) -> None:
    assert family.share.sum() == pytest.approx(1.0)
    assert np.abs(family.effect.mean(axis=1)).max() < 0.005
    assert len(np.unique(family.effect.round(9), axis=0)) == len(family.effect)


def test_families_have_the_sizes_asked_for() -> None:
    settings = TermSettings(season_amplitudes=(0.4,), weekday_amplitudes=(0.7,))
    season, week = season_family(settings), weekday_family(settings)
    assert np.ptp(season.effect, axis=1) / 2 == pytest.approx(np.full(36, 0.4), abs=0.003)
    assert np.ptp(week.effect, axis=1) == pytest.approx(np.full(56, 0.7))
    weekend = week.effect[:2]
    assert weekend[:, 5] == pytest.approx([0.5, -0.5])
    assert weekend[:, 5] == pytest.approx(weekend[:, 6])


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_phases_are_the_calendar_s(day: date) -> None:
    settings = TermSettings()
    assert season_family(settings).phase_of(day, 1)[0] == day.timetuple().tm_yday - 1
    assert weekday_family(settings).phase_of(day, 9)[8] == (day + timedelta(days=8)).weekday()


# ------------------------------------------------------------------------------------------------ what is there


def test_a_clear_season_is_found_with_its_size_and_date() -> None:
    rng = np.random.default_rng(1)
    day_of_year, _ = calendar(FIVE_YEARS)
    sizes, away = [], []
    for _ in range(5):
        peak = 365.25 * rng.random()
        truth = 0.5 * np.cos(2 * np.pi * (day_of_year - peak) / 365.25)
        found = chosen(simulated(rng, 200, truth, jump_to=(0.8,)))
        season, week = found.terms
        assert season.used
        assert season.probability > 0.95
        assert not week.used
        assert set(season.log_effect) == set(MONTHS)
        assert sum(season.log_effect.values()) == pytest.approx(0.0, abs=0.05)
        assert np.corrcoef(found.log_term(FIRST, FIVE_YEARS), truth)[0, 1] > 0.85
        harmonic = found.season @ np.exp(2j * np.pi * np.arange(366) / 365.25) / 183
        sizes.append(abs(harmonic))
        away.append(np.angle(harmonic * np.exp(-2j * np.pi * peak / 365.25)) * 365.25 / (2 * np.pi))
    assert np.mean(sizes) == pytest.approx(0.5, abs=0.08)
    assert np.ptp(sizes) < 0.45
    assert np.abs(away).max() < 30


def test_a_weekly_train_is_found() -> None:
    rng = np.random.default_rng(4)
    _, weekday = calendar(FIVE_YEARS)
    found = chosen(simulated(rng, 150, np.where(weekday == 1, 0.9, -0.9)))
    season, week = found.terms
    assert week.used
    assert not season.used
    assert set(week.log_effect) == set(WEEKDAYS)
    assert max(week.log_effect, key=week.log_effect.__getitem__) == "Tue"
    others = [e for d, e in week.log_effect.items() if d != "Tue"]
    assert week.log_effect["Tue"] - np.mean(others) == pytest.approx(1.8, abs=0.4)
    assert found.weekday.sum() == pytest.approx(0.0, abs=1e-9)


def test_season_and_quiet_sundays_are_found_together() -> None:
    rng = np.random.default_rng(6)
    day_of_year, weekday = calendar(FIVE_YEARS)
    season = 0.6 * np.cos(2 * np.pi * (day_of_year - 200) / 365.25)
    found = chosen(simulated(rng, 300, season - 1.2 * (weekday == 6)))
    assert [t.used for t in found.terms] == [True, True]
    assert min(found.terms[1].log_effect, key=found.terms[1].log_effect.__getitem__) == "Sun"
    later = found.log_term(FIRST + timedelta(days=FIVE_YEARS), 30)
    dates = [FIRST + timedelta(days=FIVE_YEARS + i) for i in range(30)]
    expected = [found.season[d.timetuple().tm_yday - 1] + found.weekday[d.weekday()] for d in dates]
    assert later == pytest.approx(np.array(expected))


def test_a_week_is_found_with_one_value_for_every_parameter_and_under_a_published_bound() -> None:
    rng = np.random.default_rng(10)
    counts = {int(day): int(rng.poisson(30 if day % 7 == 2 else 10)) for day in rng.choice(700, 100, replace=False)}
    bound = MaxBound(FIRST, FIRST + timedelta(days=600), 60)
    found = chosen(seen_of(counts, (bound,)), prior=Prior((1.0,), (0.8,), (0.3,), (15.0,), (1.0,)))
    sunday = (FIRST + timedelta(days=2)).weekday()
    assert found.terms[1].used
    assert int(np.argmax(found.weekday)) == sunday
    assert found.weekday[sunday] - np.delete(found.weekday, sunday).mean() == pytest.approx(math.log(3.0), abs=0.3)


# ------------------------------------------------------------------------------------------------ what is not


def test_quiet_sites_get_no_terms() -> None:
    """With 60 decisions at up to 2.8 % each, three wrong ones come by chance once in ten times at the very worst."""
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(30):
        jumps = tuple(rng.normal(0, 0.8, rng.integers(4)).tolist())
        found = chosen(simulated(rng, int(rng.integers(20, 150)), np.zeros(FIVE_YEARS), size=4.0, jump_to=jumps))
        wrong += sum(t.used for t in found.terms)
    assert wrong <= 2


@pytest.mark.parametrize("days", [365, 800, 1200])
def test_a_rise_at_the_end_is_no_season(days: int) -> None:
    rng = np.random.default_rng(8)
    for _ in range(3):
        effect = np.where(np.arange(days) > days - 90, 1.2, 0.0)
        found = chosen(simulated(rng, days // 8, effect))
        assert not found.terms[0].used
        assert not found.season.any()
        if days < 730:
            assert found.terms[0].probability == TermSettings().probability


def test_too_few_scenes_or_too_short_a_series_are_not_looked_at() -> None:
    rng = np.random.default_rng(9)
    _, weekday = calendar(FIVE_YEARS)
    few = chosen(simulated(rng, 19, 3.0 * (weekday == 1)))
    short = chosen(simulated(rng, 40, 3.0 * (weekday[:50] == 1)))
    for found in (few, short):
        assert not found.used
        assert [t.probability for t in found.terms] == [0.2, 0.2]
        assert not found.log_term(FIRST, 400).any()


def test_a_single_scene_is_no_trouble() -> None:
    assert not chosen(seen_of({0: 5})).used


def test_scenes_that_cannot_tell_say_nothing_of_a_week() -> None:
    """A satellite that passes on one weekday only, and a yard that never changes."""
    tuesdays = {day: 20 + day % 3 for day in range(4, 700, 7)}
    same = dict.fromkeys(range(0, 1800, 9), 12)
    for counts in (tuesdays, same):
        found = chosen(seen_of(counts))
        assert not found.used
        assert found.terms[1].probability <= 0.2 + 1e-9


def test_a_term_is_believed_only_from_the_probability_that_is_asked_for() -> None:
    rng = np.random.default_rng(1)
    day_of_year, _ = calendar(FIVE_YEARS)
    truth = 0.35 * np.cos(2 * np.pi * (day_of_year - 100) / 365.25)
    seen = simulated(rng, 120, truth)
    doubtful = chosen(seen, TermSettings(probability=0.5, used_from=0.6)).terms[0]
    strict = chosen(seen, TermSettings(probability=1e-4, used_from=0.999)).terms[0]
    assert doubtful.used
    assert not strict.used
    assert strict.probability < doubtful.probability


@pytest.mark.parametrize(
    "wrong",
    [
        {"probability": 0.0},
        {"used_from": 0.1},
        {"used_from": 1.0},
        {"season_amplitudes": ()},
        {"weekday_amplitudes": (-1.0,)},
        {"least_scenes": 1},
    ],
)
def test_settings_without_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueRefusedError):
        TermSettings(**wrong)
