"""How the answers change under other reasonable settings, and without any single scene."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wayside.language.phrases import Phrases
from wayside.model.series import Onset, Sensitivity
from wayside.series.level.dynamics import Floats
from wayside.series.level.seen import look_rate
from wayside.series.questions.comparison import Comparison
from wayside.series.questions.leaving_out import effective_size, refitted_without, weights_without
from wayside.series.questions.record import UnseenDays, exceeds, p_exceeds_observed
from wayside.series.questions.rise import onset, surge_probability

__all__ = ["sensitivity"]

_SCENES = 3
_FEW = 0.25
"""Where leaving a scene out leaves less than this share of the histories' effective number, a new run answers."""
_LEAST = 1e-290
"""A likelihood below this is taken as this, so that its logarithm is a number."""


def sensitivity(held: Comparison, rng: np.random.Generator, words: Phrases) -> tuple[Sensitivity, ...]:
    """Return the answers under each value of each parameter, under stress, and without the scenes that matter most.

    Args:
        held: the comparison.
        rng: source of chance for a new run without a scene that the sampled histories cannot do without.
        words: names the assumptions.
    """
    return (*_parameters(held, words), *_days(held, words), *_bounds(held, words), *_scenes(held, rng, words))


def _row(
    held: Comparison,
    assumption: str,
    group: str,
    weight: Floats,
    *,
    share: float | None = None,
    days: UnseenDays | None = None,
) -> Sensitivity:
    """Answer with other weights of the histories (shape (N,), sum 1), or with other unseen days."""
    fitted = held.fitted
    p = held.by_history if days is None else exceeds(fitted.now, held.scenes[-1], held.floor, days)
    return _answered(held, assumption, group, weight, share=share, b=float(weight @ p))


def _answered(
    held: Comparison,
    assumption: str,
    group: str,
    weight: Floats,
    *,
    b: float,
    share: float | None = None,
    a: float | None = None,
) -> Sensitivity:
    found: Onset | None = onset(held.rises, weight, held.fitted.seen)
    return Sensitivity(
        assumption,
        None if share is None else min(1.0, share),
        min(1.0, b),
        p_exceeds_observed=a,
        surge=surge_probability(held.rises, weight, held.fitted.settings.surge_factor),
        onset=found.median if found else None,
        group=group,
    )


def _parameters(held: Comparison, words: Phrases) -> Iterator[Sensitivity]:
    fitted = held.fitted
    histories, sets, prior = fitted.posterior.histories, fitted.sets, fitted.ground.frame.prior
    rows = [
        *(("hazard", h, "jumps", _many(words, "jumps", h)) for h in prior.hazards_per_year),
        *(("scale", s, "size", words.say("assumption.size", n=s)) for s in prior.jump_scales),
        *(("walk_sd", w, "walk", words.say("assumption.walk", n=w)) for w in prior.walk_sds_per_year),
        *(("size_of", i, "dispersion", words.say("assumption.dispersion", n=r)) for i, r in enumerate(prior.nb_sizes)),
        *(("dwell", d, "dwell", _many(words, "dwell", d)) for d in prior.dwells_days),
    ]
    for name, value, group, assumption in rows:
        share = float(fitted.posterior.set_weight[getattr(sets, name) == value].sum())
        yield _row(held, assumption, group, histories.given(name, value), share=share)
    yield _row(held, words.say("assumption.stress"), "stress", histories.stressed())


def _days(held: Comparison, words: Phrases) -> Iterator[Sensitivity]:
    if held.rises.found.any():
        whole = held.unseen(np.full(len(held.weight), held.fitted.seen.days))
        yield _row(held, words.say("assumption.rise"), "rise", held.weight, days=whole)


def _bounds(held: Comparison, words: Phrases) -> Iterator[Sensitivity]:
    """Weigh the histories anew for fewer and for more looks behind the published bounds."""
    fitted = held.fitted
    histories, tables = fitted.posterior.histories, fitted.ground.tables
    if not held.bounds:
        return
    size = histories.sets.size_of[histories.set_of]
    drawn = held.weight > 0
    for looks in (fitted.settings.looks // 4, fitted.settings.looks * 4):
        change = np.zeros(len(held.weight))
        for bound in held.bounds:
            within = tables.cdf[:, :, min(bound.at_most, tables.largest)]
            old, new = (_log_not_above(look_rate(bound, n), within) for n in (fitted.settings.looks, looks))
            days = fitted.seen.under(bound)
            change += (new - old)[size[:, None], histories.level[:, days]].sum(axis=1)
        w = held.weight * np.exp(np.minimum(change - change[drawn].max(), 0.0))
        yield _row(held, words.say("assumption.bound", n=looks), "bound", w / w.sum())


def _log_not_above(rate: float, within: Floats) -> Floats:
    """Return the log likelihood of a day under a bound: it was not looked at, or it did not show more.

    It is 1 - rate * (1 - within), written so that a day that was looked at for certain (rate 1) and a level that can
    hardly stay below the bound leave a small number and not the zero that 1 - 1 rounds to.

    Args:
        rate: chance that the day was looked at, 0 to 1.
        within: P(count within the bound | level), any shape, 0 to 1.
    """
    return np.asarray(np.log(np.maximum((1.0 - rate) + rate * within, _LEAST)), dtype=np.float64)


def _scenes(held: Comparison, rng: np.random.Generator, words: Phrases) -> list[Sensitivity]:
    """Leave each scene out in turn and return those rows that move the answers most.

    The histories are weighed anew (see ``leaving_out``), so that no run is needed but for the few scenes, outliers
    most often, without which hardly any history is left.
    """
    fitted = held.fitted
    now, weights = fitted.now, weights_without(fitted)
    base = _row(held, "all", "", held.weight)
    a = p_exceeds_observed(now, held.scenes[-1], held.floor)
    keep = now.support > held.floor
    support = now.support[keep] - 1
    unseen = held.days.log_at_most(support)
    limit = _FEW * effective_size(held.weight)
    rows, doubtful = [], []
    for i, day in enumerate(held.at.tolist()):
        w = weights[day]
        others = held.scenes[-1] - (held.scenes[i + 1] - held.scenes[i])
        b = float(w @ (np.exp(unseen + others[support]) @ now.p[keep]))
        without = p_exceeds_observed(now, others, held.floor)
        rows.append(_answered(held, _without(held, i, words), "scene", w, b=min(b, without), a=without))
        if effective_size(w) < limit:
            doubtful.append(i)
    doubtful.sort(key=lambda i: -max(_moved(rows[i], base, a)))
    for i in doubtful[: fitted.settings.refits]:
        rows[i] = _refitted(held, i, rng, words)
    most = {max(range(len(rows)), key=lambda i: _moved(rows[i], base, a)[which]) for which in range(3)} if rows else ()
    ranked = sorted(range(len(rows)), key=lambda i: -max(_moved(rows[i], base, a)))
    return [rows[i] for i in ranked if i in most or i in ranked[:_SCENES]]


def _without(held: Comparison, i: int, words: Phrases) -> str:
    return words.say("assumption.scene", day=str(held.points[i].day))


def _refitted(held: Comparison, i: int, rng: np.random.Generator, words: Phrases) -> Sensitivity:
    """Answer by a new run without a scene's day."""
    other = Comparison(refitted_without(held.fitted, int(held.at[i]), rng), held.window)
    record = other.record()
    a, b = record.p_exceeds_observed, record.p_exceeds_all_days
    return _answered(other, _without(held, i, words), "scene", other.weight, b=b, a=a)


def _many(words: Phrases, what: str, n: float) -> str:
    return words.say(f"assumption.{what}_one") if n == 1 else words.say(f"assumption.{what}", n=n)


def _moved(row: Sensitivity, base: Sensitivity, a: float) -> tuple[float, float, float]:
    """Return the changes of (b), (a) and the surge."""
    return (
        abs(row.p_exceeds_all_days - base.p_exceeds_all_days),
        abs((row.p_exceeds_observed or 0.0) - a),
        abs((row.surge or 0.0) - (base.surge or 0.0)),
    )
