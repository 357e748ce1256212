"""How much better a raised level explains the newest scene than a level that has not changed.

With pi the level's distribution before the scene comes (all looks so far, no jumps), p the scene's count distribution
and NB the day's counts, the likelihood ratio of a rise by the factor c is

    L(c) = P(scene | level c exp m) / P(scene | level exp m),    both averaged over m ~ pi and over the parameter sets.

Cars of the look before that stand there still say nothing of the level and weigh the same in both. Since L(c) is the
ratio of two predictive densities, its mean is 1 while the level has not changed, whatever came before (so it is an
e-value: Vovk and Wang, "E-values: calibration, combination and applications", Annals of Statistics 49, 2021), and
nothing needs to be calibrated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wayside.series.level.absorbing import absorb
from wayside.series.level.dynamics import Floats
from wayside.series.level.weighing import Weighing, advance
from wayside.series.online import OnlineSeries

__all__ = ["likelihood_ratios", "log_predictive", "shiryaev_roberts"]

_LEAST = 1e-300


def likelihood_ratios(quiet: OnlineSeries, factors: Sequence[float]) -> Floats:
    """Return L(c) of the newest day's scenes for every factor c, shape (F,).

    Args:
        quiet: a series under the model without jumps.
        factors: more than 1 for a rise, less for a fall; each goes to the nearest whole step of the grid.
    """
    before, sight = quiet.before, quiet.run.sight
    day = sight.days - 1
    look, eve = sight.looks[day], advance(before, day)
    seen = absorb(eve.states, eve.standing, look, eve.lanes)
    weight = eve.set_weight(quiet.run.sets.log_prior)[eve.alive]
    level = eve.states.sum(axis=1, dtype=np.float64)
    level /= level.sum(axis=1, keepdims=True)
    like = look.like[eve.lanes.row_of]
    grid = quiet.run.ground.frame.grid
    steps = [0, *(round(math.log(c) / grid.spacing) for c in factors)]
    total = [weight @ (seen.still + seen.fresh * np.einsum("ck,ck->c", level, _moved(like, s))) for s in steps]
    return np.asarray(np.maximum(total[1:], _LEAST) / max(float(total[0]), _LEAST), dtype=np.float64)


def _moved(like: Floats, steps: int) -> Floats:
    """Return the likelihood at a level so many steps higher, shape (C, K); beyond the grid it is the end's."""
    at = np.clip(np.arange(like.shape[1]) + steps, 0, like.shape[1] - 1)
    return like[:, at]


def log_predictive(series: OnlineSeries) -> float:
    """Return log P(newest day's scenes | all before)."""
    return _log_evidence(series, series.after) - _log_evidence(series, series.before)


def _log_evidence(series: OnlineSeries, weighing: Weighing) -> float:
    of_set = weighing.log_evidence + series.run.sets.log_prior[weighing.alive]
    return float(np.logaddexp.reduce(of_set))


def shiryaev_roberts(before: Floats, days: float, ratios: Floats) -> Floats:
    """Return the Shiryaev-Roberts statistic of every factor after a look, days, shape (F,).

    R' = (R + days since the look before) L. While nothing changes, R less the days gone by is a martingale, so E[R] is
    the number of days, and an alarm at R >= A that starts R again from 0 comes at most once in A days on average:
    E[alarms in D days] <= D / A for every D (Roberts, Technometrics 8, 1966; Pollak, Annals of Statistics 13, 1985; as
    an e-detector: Shin, Ramdas and Rinaldo, New England Journal of Statistics in Data Science 2, 2024). Weighing looks
    by time instead of by number keeps a burst of scenes from using up a year's false alarms.
    """
    return np.asarray((before + days) * ratios, dtype=np.float64)
