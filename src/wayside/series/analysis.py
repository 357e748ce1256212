"""From counts over years to record, surge and onset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.series import (
    Baseline,
    BeforeRise,
    DatedEvent,
    Onset,
    Record,
    Sensitivity,
    Series,
    SeriesPoint,
    SeriesResult,
    Surge,
)
from wayside.series.level.dynamics import Floats
from wayside.series.level.parameters import LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.posterior import Posterior, infer
from wayside.series.level.seen import (
    REACH,
    NegativeBinomials,
    Seen,
    emission,
    look_rate,
    pooled,
    usual_log_level,
    within,
)
from wayside.series.questions.daily import daily_levels
from wayside.series.questions.notes import notes_on
from wayside.series.questions.record import (
    Maxima,
    UnseenDays,
    exceeds,
    floor_of,
    log_at_most,
    maximum,
    miss_probability,
    p_exceeds_observed,
    unseen_days,
)
from wayside.series.questions.rise import (
    Rises,
    event_lags,
    find_rises,
    onset,
    representative_days,
    surge_probability,
)
from wayside.series.settings import SeriesSettings

__all__ = ["analyse"]

_STRESS = "a jump goes anywhere on the grid"


@dataclass(frozen=True, eq=False)
class _Model:
    """Everything that the questions are put to."""

    seen: Seen
    now: CountDistribution
    settings: SeriesSettings
    grid: LevelGrid
    sets: ParameterSets
    tables: NegativeBinomials
    centre: float
    posterior: Posterior

    @property
    def size_of(self) -> NDArray[np.int64]:
        """Index of the count's size of each history."""
        return self.sets.size_of[self.posterior.histories.set_of]


def analyse(
    series: Series,
    *,
    events: Sequence[DatedEvent] = (),
    settings: SeriesSettings | None = None,
    rng: np.random.Generator,
) -> SeriesResult:
    """Say of a series' newest count whether it is a record, a surge, and since when.

    Args:
        series: counts of one site, with published bounds if there are any.
        events: dated events to set the onset against.
        settings: windows and priors; the defaults where not given.
        rng: source of chance for the sampled histories; the same generator state gives the same result.

    Raises:
        ValueRefusedError: where no count is left by the settings, the baseline's window does not come before the
            newest count, or a count is larger than any yard holds.
    """
    settings = settings or SeriesSettings()
    model = _fit(series, settings, rng)
    seen = model.seen
    days = daily_levels(model.posterior.smoothed, model.grid, model.tables, seen)
    window = _window(seen, settings)
    parameters = _parameters(model)
    if window is None:
        notes = notes_on(seen, settings, None, None)
        return SeriesResult(seen.newest, model.now, None, None, None, None, (), None, days, parameters, notes)
    weight = model.posterior.histories.weight
    rises = find_rises(
        model.grid.log_levels[model.posterior.histories.level],
        representative_days(seen, window),
        factor=settings.rise_factor,
        share=settings.rise_share,
    )
    found = onset(rises, weight, seen)
    question = _Question(model, window, rises)
    return SeriesResult(
        day=seen.newest,
        now=model.now,
        baseline=question.baseline(),
        record=question.record(),
        surge=Surge(settings.surge_factor, surge_probability(rises, weight, settings.surge_factor)),
        onset=found,
        events=event_lags(events, rises, weight, seen) if found else (),
        miss_probability=miss_probability(rises, weight, question.hidden(), window) if found else None,
        days=days,
        parameters=parameters,
        notes=notes_on(seen, settings, window, found),
        before_rise=question.before_rise(found) if found else None,
        sensitivity=question.sensitivity(),
    )


def _fit(series: Series, settings: SeriesSettings, rng: np.random.Generator) -> _Model:
    seen = within(
        series,
        until=settings.until,
        history_days=settings.history_days,
        at_least_from=settings.baseline_first,
    )
    tops = [p.count.quantile(REACH) for p in seen.points] + [b.at_most for b in seen.bounds]
    grid = LevelGrid.up_to(max(tops), settings.levels)
    tables = NegativeBinomials.of(grid, settings.prior.nb_sizes, int(1.5 * grid.means[-1]))
    now = pooled(tuple(p for p in seen.points if p.day == seen.newest)).given(0, tables.largest).trimmed(1e-9)
    centre = usual_log_level(seen)
    sets = parameter_sets(grid, centre, settings.prior)
    emitted = emission(seen, tables, sets.size_of, dwell_days=settings.dwell_days, looks=settings.looks)
    posterior = infer(sets, emitted, sizes=len(settings.prior.nb_sizes), paths=settings.paths, rng=rng)
    return _Model(seen, now, settings, grid, sets, tables, centre, posterior)


def _window(seen: Seen, settings: SeriesSettings) -> slice | None:
    """Return the baseline's days as indices; None where nothing comes before the newest day."""
    first = settings.baseline_first or seen.newest - timedelta(days=settings.baseline_days)
    last = min(settings.baseline_last or seen.newest, seen.newest - timedelta(days=1))
    asked = settings.baseline_first is not None or settings.baseline_last is not None
    start, stop = max(0, seen.index(first)), seen.index(last) + 1
    if start < stop:
        return slice(start, stop)
    require(not asked, f"a baseline comes before the newest count ({seen.newest}) and within the series")
    return None


def _parameters(model: _Model) -> dict[str, float]:
    """Return posterior means; of the scales on the log scale's own unit."""
    w, sets = model.posterior.set_weight, model.sets
    used = w > 0
    sizes = np.array(model.settings.prior.nb_sizes)
    return {
        "hazard_per_year": float(w @ sets.hazard),
        "jump_scale_log": float(w[used] @ sets.scale[used]),
        "walk_sd_log_per_year": float(w @ sets.walk_sd),
        "nb_size": float(np.exp(w @ np.log(sizes[sets.size_of]))),
        "usual_level_cars": float(np.exp(model.centre)),
        "dwell_days": model.settings.dwell_days,
    }


class _Question:
    """The newest count held against a baseline."""

    def __init__(self, model: _Model, window: slice, rises: Rises) -> None:
        self.model, self.window, self.rises = model, window, rises
        seen = model.seen
        self.points = tuple(p for p in seen.points if window.start <= seen.index(p.day) < window.stop)
        self.at = np.array([seen.index(p.day) for p in self.points], dtype=np.int64)
        self.bounds = [
            b for b in seen.bounds if seen.under(b).start < window.stop and seen.under(b).stop > window.start
        ]
        self.floor = floor_of(self.bounds)
        self.unseen = np.zeros(seen.days, dtype=np.bool_)
        self.unseen[window] = True
        self.unseen[self.at] = False
        self.scenes = log_at_most(self.points, model.tables.largest)
        self.log_cdf = np.log(np.maximum(model.tables.cdf, 1e-300))
        self.days = self._unseen(rises.began, model.settings.dwell_days)
        self.by_history = exceeds(model.now, self.scenes[-1], self.floor, self.days)

    def _unseen(self, until: NDArray[np.int64], dwell_days: float) -> UnseenDays:
        level = self.model.posterior.histories.level
        effective = unseen_days(level, self.unseen, until, self.model.grid.size, dwell_days)
        return UnseenDays(effective, self.model.size_of, self.log_cdf)

    @property
    def weight(self) -> Floats:
        """Of the histories."""
        return self.model.posterior.histories.weight

    def hidden(self) -> Floats:
        """Return the probability that each day was not looked at, shape (T,)."""
        seen, looks = self.model.seen, self.model.settings.looks
        out = np.ones(seen.days)
        for p in self.points:
            out[seen.index(p.day)] *= 1.0 - p.visible_fraction
        for b in self.bounds:
            out[seen.under(b)] *= 1.0 - look_rate(b, looks)
        return out

    def baseline(self) -> Baseline:
        """Describe the window and its cadence."""
        seen, near = self.model.seen, self.model.settings.covered_within_days
        ends = np.concatenate([[self.window.start], self.at, [self.window.stop - 1]])
        days = np.arange(self.window.start, self.window.stop)
        apart = np.abs(days[:, None] - self.at[None, :]).min(axis=1, initial=10**6)
        largest = maximum(self.scenes[-1], self.days, self.weight)
        return Baseline(
            first=seen.day(self.window.start),
            last=seen.day(self.window.stop - 1),
            scenes=len(self.points),
            longest_gap_days=int(np.diff(ends).max()),
            covered_share=float((apart <= near).mean()),
            covered_within_days=near,
            observed_max=_largest_median(self.points),
            max_all_days=largest.median,
            max_all_days90=largest.interval90,
        )

    def record(self) -> Record:
        """Answer (a), (b) and (c)."""
        a = p_exceeds_observed(self.model.now, self.scenes[-1], self.floor)
        b = float(self.weight @ self.by_history)
        return Record(a, min(a, b), 1.0 / (len(self.points) + 1))

    def before_rise(self, found: Onset) -> BeforeRise:
        """Answer the same without the scenes that each history counts to its rise."""
        rows = self.scenes[np.searchsorted(self.at, self.rises.began, side="left")]
        now, w = self.model.now, self.weight
        observed = sum(
            float(w[group].sum()) * p_exceeds_observed(now, self.scenes[row], self.floor)
            for row, group in self._rows().items()
        )
        largest: Maxima = maximum(rows, self.days, w)
        last = found.interval90.low - timedelta(days=1)
        before = tuple(p for p in self.points if p.day <= last)
        all_days = float(w @ exceeds(now, rows, self.floor, self.days))
        return BeforeRise(
            last,
            len(before),
            _largest_median(before),
            min(1.0, observed),
            min(1.0, observed, all_days),
            largest.median,
            largest.interval90,
        )

    def _rows(self) -> dict[int, NDArray[np.bool_]]:
        """Group histories by the number of scenes before their rise."""
        row = np.searchsorted(self.at, self.rises.began, side="left")
        return {int(r): row == r for r in np.unique(row)}

    def sensitivity(self) -> tuple[Sensitivity, ...]:
        """Return (b) under single hazards, scales and dwells, with the rise's own days, and under the stress."""
        sets, histories = self.model.sets, self.model.posterior.histories
        hazard, scale = sets.hazard[histories.set_of], sets.scale[histories.set_of]
        out = [self._given(f"{h:g} jumps a year", hazard == h) for h in self.model.settings.prior.hazards_per_year]
        out += [
            self._given(f"jumps of scale {s:g} (log) about the usual level", scale == s)
            for s in self.model.settings.prior.jump_scales
        ]
        if histories.stress_weight.any():
            out.append(Sensitivity(_STRESS, None, min(1.0, float(histories.stress_weight @ self.by_history))))
        for dwell in (1.0, 10.0):
            days = self._unseen(self.rises.began, dwell)
            out.append(self._under(f"cars stay {dwell:g} days", days))
        whole = np.full(len(self.weight), self.model.seen.days)
        literal = self._unseen(whole, self.model.settings.dwell_days)
        out.append(self._under("unseen days of the present rise count as baseline", literal))
        return tuple(out)

    def _under(self, assumption: str, days: UnseenDays) -> Sensitivity:
        p = exceeds(self.model.now, self.scenes[-1], self.floor, days)
        return Sensitivity(assumption, None, min(1.0, float(self.weight @ p)))

    def _given(self, assumption: str, which: NDArray[np.bool_]) -> Sensitivity:
        """Condition on some parameter sets; evenly where they have lost all weight."""
        w = np.where(which, self.weight, 0.0)
        total = float(w.sum())
        p = float(w @ self.by_history) / total if total > 0 else float(self.by_history[which].mean())
        return Sensitivity(assumption, min(1.0, total), min(1.0, p))


def _largest_median(points: Sequence[SeriesPoint]) -> int | None:
    return max((p.count.median for p in points), default=None)
