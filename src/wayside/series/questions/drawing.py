"""Histories with the count of every day, seen or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wayside.series.fitting import Fit
from wayside.series.level.seen import pooled
from wayside.series.questions.days import daily_counts, day_means
from wayside.series.questions.periods import Drawn

__all__ = ["drawn_days"]


def drawn_days(fitted: Fit, rng: np.random.Generator, which: NDArray[np.int64] | None = None) -> Drawn:
    """Draw the count of every day of some histories, each as likely as the others.

    Args:
        fitted: the model.
        rng: source of chance.
        which: indices of histories, drawn by their weight; every history with its own weight where not given.
    """
    histories, seen = fitted.posterior.histories, fitted.seen
    used = np.flatnonzero(histories.weight > 0) if which is None else which
    weight = histories.weight[used] if which is None else np.full(len(used), 1.0 / len(used))
    set_of, sets = histories.set_of[used], histories.sets
    sizes = np.array(fitted.ground.frame.prior.nb_sizes)
    means = day_means(histories.level[used], fitted.grid.means, fitted.sight.term[0])
    scenes = [(day, pooled(points)) for day, points in seen.by_day().items()]
    counts = daily_counts(means, sizes[sets.size_of[set_of]], sets.replaced[set_of], scenes, rng)
    looked = np.zeros(seen.days, dtype=np.bool_)
    looked[list(fitted.sight.looks)] = True
    return Drawn(seen.first, counts, means, weight, looked)
