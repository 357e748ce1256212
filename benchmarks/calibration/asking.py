"""Where the truth lies in what the series says: one row of plain numbers for each site.

An interval or a distribution is kept as two numbers, P(less than the truth) and P(no more than the truth), from which
every interval's coverage and every rank follows; a probability as what was said and whether it was so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from detection.sites import Floats, Ints
from numpy.typing import NDArray

from calibration.truth import AHEAD_DAYS, Case, Truth
from wayside.series.analysis import baseline_days
from wayside.series.asking import known_of
from wayside.series.fitting import Fit
from wayside.series.level.posterior import ASSUMED
from wayside.series.questions.comparison import Comparison
from wayside.series.questions.drawing import drawn_days
from wayside.series.questions.forecast import forecast
from wayside.series.questions.periods import Drawn
from wayside.series.questions.rise import Rises, find_rises, onset, representative_days, surge_probability

__all__ = ["QUANTITIES", "SAID", "Place", "row_of"]

UNSEEN_DAYS = 12
QUANTITIES = {
    "level, unseen day": "level of a day without a scene",
    "level, longest gap": "level in the middle of the longest gap",
    "level, newest": "level of the newest day",
    "count, unseen day": "count of a day without a scene",
    "count, charted": "count of a day without a scene, as it is charted",
    "largest": "largest count of the baseline",
    "largest unseen": "largest count that no scene met",
    "onset": "first day of the rise",
    "days above": "days above N in the last year",
    "ratio": "level of the last half year over that of a year before",
    "forecast 7": "count 7 days ahead",
    "forecast 28": "count 28 days ahead",
}
SAID = {
    "surge": "surge: the level is now more than twice the baseline's",
    "record, seen": "record (a): more than on every day seen",
    "record, all": "record (b): and on every day of the baseline, seen or not",
    "record, before rise": "the same with what came before the rise",
}
_HIGH_SHARE = 0.8
_HALF_YEAR, _YEAR = 183, 365


class Place(NamedTuple):
    """Where the truth lies: P(less than it), P(no more than it)."""

    below: float
    upto: float


def row_of(case: Case, rng: np.random.Generator) -> dict[str, Any]:
    """Return the places of the truth, what was said of what, and the weights of the true parameters."""
    fitted, truth = case.fitted, case.truth
    window = baseline_days(fitted.seen, fitted.settings)
    assert window is not None
    days = representative_days(fitted.seen, window)
    how = {"factor": fitted.settings.rise_factor, "share": fitted.settings.rise_share}
    rises = find_rises(fitted.log_levels, days, **how)
    true = find_rises(np.log(truth.steady[: truth.newest + 1])[None, :], days, **how)
    drawn, held = drawn_days(fitted, rng), Comparison(fitted, window)
    places: dict[str, list[Place]] = {}
    for found in (
        _of_days(fitted, truth, drawn, rng),
        _of_largest(fitted, truth, held, drawn),
        _of_onset(fitted, truth, rises),
        _of_periods(fitted, truth, drawn),
        _ahead(fitted, truth),
    ):
        for name, place in found:
            places.setdefault(name, []).append(place)
    return {
        "places": {name: [[round(x, 6) for x in p] for p in some] for name, some in places.items()},
        "said": dict(_said(fitted, truth, held, float(true.ratio[0]))),
        "weights": _weights(fitted, truth),
        "terms": [t.name for t in fitted.terms.terms if t.used] if fitted.terms else [],
        "scenes_per_year": round(case.scenes_per_year, 2),
    }


# ---------------------------------------------------------------------------- places
def _sampled(values: NDArray[Any], weight: NDArray[Any], truth: float) -> Place:
    total = float(weight.sum())
    return Place(float(weight[values < truth].sum()) / total, float(weight[values <= truth].sum()) / total)


def _tabled(cdf: NDArray[Any], truth: int) -> Place:
    if truth >= cdf.size:
        return Place(float(cdf[-1]), 1.0)
    return Place(float(cdf[truth - 1]) if truth else 0.0, float(cdf[truth]))


def _on_levels(p: Floats, fitted: Fit, log_level: float, *, on_grid: bool) -> Place:
    """Place a log level; one that may lie between the grid's points is placed within the cell of its neighbour."""
    at = (log_level - fitted.grid.low) / fitted.grid.spacing
    cumulative = np.concatenate([[0.0], np.cumsum(p / p.sum())])
    if on_grid:
        k = round(at)
        return Place(float(cumulative[k]), float(cumulative[k + 1]))
    inside = float(np.interp(at + 0.5, np.arange(p.size + 1), cumulative))
    return Place(inside, inside)


def _term(fitted: Fit, day: int, over: int) -> float:
    """Return what season and weekday add to the log of the mean over the days about ``day``."""
    term, half = fitted.sight.term[0], over // 2
    return float(np.log(np.exp(term[max(0, day - half) : day + half + 1]).mean()))


def _of_days(fitted: Fit, truth: Truth, drawn: Drawn, rng: np.random.Generator) -> Iterator[tuple[str, Place]]:
    looked = np.array(sorted(fitted.sight.looks))
    unseen = np.setdiff1d(np.arange(truth.newest + 1), looked)
    some = rng.choice(unseen, min(UNSEEN_DAYS, unseen.size), replace=False)
    widest = int(np.argmax(np.diff(looked)))
    gap = int(looked[widest] + looked[widest + 1]) // 2

    def level(day: int) -> Place:
        log_level = math.log(truth.mean[day]) - _term(fitted, day, truth.mean_over_days)
        return _on_levels(fitted.posterior.smoothed[day].sum(axis=0), fitted, log_level, on_grid=truth.on_grid)

    yield "level, longest gap", level(gap)
    yield "level, newest", level(truth.newest)
    cdf = fitted.ground.tables.cdf
    for day in some.tolist():
        count = int(truth.counts[day])
        yield "level, unseen day", level(day)
        yield "count, unseen day", _sampled(drawn.counts[:, day], drawn.weight, count)
        charted = np.tensordot(fitted.posterior.smoothed[day], cdf, axes=([0, 1], [0, 1]))
        yield "count, charted", _tabled(charted, count)


def _of_largest(fitted: Fit, truth: Truth, held: Comparison, drawn: Drawn) -> Iterator[tuple[str, Place]]:
    """Place the largest count of the baseline; with a rise, of the days before it, as the series itself does."""
    w, n, window = held.weight, np.arange(fitted.ground.tables.largest + 1), held.window
    rises = onset(held.rises, w, fitted.seen) if truth.onset is not None else None
    until = truth.onset if rises is not None and truth.onset is not None else window.stop
    if until <= window.start:
        return
    largest = int(truth.counts[window.start : until].max())
    used = fitted.posterior.histories.weight > 0
    ends = np.minimum(held.rises.began[used], window.stop) if rises is not None else np.full(used.sum(), window.stop)
    inside = np.arange(window.start, window.stop)[None, :] < ends[:, None]
    yield "largest", _sampled(np.where(inside, drawn.counts[:, window], -1).max(axis=1), drawn.weight, largest)
    if truth.train is not None:
        train, looked = truth.train[window], truth.train[sorted(fitted.sight.looks)]
        never = ~np.isin(train, looked)
        whole = held.unseen(np.full(len(w), fitted.seen.days))
        met = int(truth.counts[window][never].max(initial=0))
        yield "largest unseen", _tabled(w @ np.exp(whole.log_at_most(n)), met)


def _of_onset(fitted: Fit, truth: Truth, rises: Rises) -> Iterator[tuple[str, Place]]:
    """Place the onset: whenever there is one where sites are drawn from the model, else where the series gives one."""
    w = fitted.posterior.histories.weight
    given = bool(w[rises.found].sum() > 0) if truth.which is not None else onset(rises, w, fitted.seen) is not None
    if truth.onset is not None and given:
        yield "onset", _sampled(rises.began[rises.found], w[rises.found], truth.onset)


def _of_periods(fitted: Fit, truth: Truth, drawn: Drawn) -> Iterator[tuple[str, Place]]:
    now = truth.newest + 1
    reads = [p.count.median for p in fitted.seen.points]
    threshold = int(np.quantile(reads, _HIGH_SHARE))
    year = slice(max(0, now - _YEAR), now)
    above = np.count_nonzero(drawn.counts[:, year] > threshold, axis=1)
    yield "days above", _sampled(above, drawn.weight, int(np.count_nonzero(truth.counts[year] > threshold)))
    last, before = slice(now - _HALF_YEAR, now), slice(max(0, now - 2 * _YEAR), now - _YEAR)
    ratio = drawn.means[:, last].mean(axis=1) / drawn.means[:, before].mean(axis=1)
    true = float(truth.mean[last].mean() / truth.mean[before].mean())
    yield "ratio", _sampled(ratio, drawn.weight, true)


def _ahead(fitted: Fit, truth: Truth) -> Iterator[tuple[str, Place]]:
    known = known_of(fitted)
    after = fitted.seen.day(fitted.seen.days)
    for ahead in (7, AHEAD_DAYS):
        term = fitted.terms.log_term(after, ahead) if fitted.terms else None
        count = int(truth.counts[truth.newest + ahead])
        upto, below = (
            0.0 if n < 0 else 1.0 - float(forecast(known, days=ahead, threshold=n, log_term=term).days[-1].p_above or 0)
            for n in (count, count - 1)
        )
        yield f"forecast {ahead}", Place(below, upto)


# ---------------------------------------------------------------------------- probabilities
def _said(fitted: Fit, truth: Truth, held: Comparison, true_ratio: float) -> Iterator[tuple[str, tuple[float, bool]]]:
    """Yield what was said and whether it was so. The newest train's own days are no days before it."""
    settings, now = fitted.settings, int(truth.counts[truth.newest])
    yield (
        "surge",
        (
            round(surge_probability(held.rises, held.weight, settings.surge_factor), 5),
            true_ratio > math.log(settings.surge_factor),
        ),
    )
    record, start = held.record(), held.window.start
    stood = _stood_since(truth)
    seen = int(truth.counts[held.at].max(initial=-1))
    before = truth.counts[start : min(stood, truth.onset if truth.onset is not None else stood)]
    tops_seen, tops_all = now > seen, now > max(seen, int(before.max(initial=-1)))
    yield "record, seen", (round(record.p_exceeds_observed, 5), tops_seen)
    yield "record, all", (round(record.p_exceeds_all_days, 5), tops_all)
    found = onset(held.rises, held.weight, fitted.seen)
    if found is not None and truth.onset is not None and truth.onset > start:
        tops = now > int(truth.counts[start : truth.onset].max())
        yield (
            "record, before rise",
            (round(held.before_rise(found, held.sampled(np.random.default_rng(0))).p_exceeds_all_days, 5), tops),
        )


def _stood_since(truth: Truth) -> int:
    """Return the first day on which the newest day's cars stood there."""
    same: Ints = (truth.train if truth.train is not None else truth.counts)[: truth.newest + 1]
    return int(truth.newest + 1 - np.argmax(np.append(same[::-1] != same[-1], True)))


def _weights(fitted: Fit, truth: Truth) -> dict[str, tuple[list[float], int]]:
    """Return the weight of each value of each parameter, and which is true; nothing where none is."""
    if truth.which is None:
        return {}
    out = {}
    for name in ASSUMED:
        _, index = np.unique(getattr(fitted.sets, name), return_inverse=True)
        weight = np.bincount(index, fitted.posterior.set_weight)
        out[name] = ([round(float(x), 5) for x in weight], int(index[truth.which]))
    return out
