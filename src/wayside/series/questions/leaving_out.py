"""The histories weighed as if one look had not been taken (importance sampling leave-one-out).

A history that was sampled with the look is weighed by how much likelier the looks are in it without that one (Gelfand,
Dey & Chang, "Model determination using predictive distributions", Bayesian Statistics 4, 1992). Looks are not
independent where the same cars stand in several: leaving one out also changes what the next one is held against.

Where hardly any history is likely without the look (an outlier, a lone scene in a long gap), the weights fall on a few
of them and say little; then only a new run helps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wayside.series.fitting import Fit
from wayside.series.level.absorbing import Standing
from wayside.series.level.dynamics import Floats
from wayside.series.level.posterior import infer
from wayside.series.level.sight import Look
from wayside.series.level.weighing import weigh

__all__ = ["effective_size", "refitted_without", "weights_without"]

_LEAST = 1e-300


def weights_without(fitted: Fit) -> dict[int, Floats]:
    """Return weights of the histories without the look of each day, shape (N,) each, sum 1, by day number."""
    histories = fitted.posterior.histories
    used = np.flatnonzero(histories.weight)
    set_of, level = histories.set_of[used], histories.level[used]
    size_of, dwell = histories.sets.size_of[set_of], histories.sets.dwell[set_of]
    looks = list(fitted.sight.looks.values())
    model = {look.day: look.model[size_of, level[:, look.day]] for look in looks}
    out: dict[int, Floats] = {}
    before: Standing | None = None
    cars, like = _taken_in(None, looks[0], model[looks[0].day], dwell)
    for look, after in zip(looks, [*looks[1:], None], strict=True):
        change = -like
        if after is not None:
            next_cars, next_like = _taken_in(cars, after, model[after.day], dwell)
            change += _taken_in(before, after, model[after.day], dwell)[1] - next_like
            before, cars, like = cars, next_cars, next_like
        weight = np.zeros(len(histories.weight))
        weight[used] = histories.weight[used] * np.exp(change - change.max())
        out[look.day] = weight / weight.sum()
    return out


def effective_size(weight: Floats) -> float:
    """Return how many histories of equal weight would say as much (Kish): 1 / sum of squares."""
    return float(1.0 / np.square(weight).sum())


def refitted_without(fitted: Fit, day: int, rng: np.random.Generator) -> Fit:
    """Fit the same model without the look of a day; usual level, grid and regular terms stay what they were."""
    seen, sight = fitted.seen, fitted.sight
    points = tuple(p for p in seen.points if seen.index(p.day) != day)
    sight = replace(sight, looks={number: look for number, look in sight.looks.items() if number != day})
    newest = weigh(fitted.sets, sight)
    posterior = infer(fitted.sets, sight, newest, paths=fitted.settings.paths, rng=rng)
    ground = replace(fitted.ground, seen=replace(seen, points=points))
    return replace(fitted, ground=ground, sight=sight, posterior=posterior)


def _taken_in(
    before: Standing | None, look: Look, model: Floats, dwell: Floats
) -> tuple[Standing, NDArray[np.float64]]:
    """Take a look in where the level is known: return its cars, and its log likelihood given the look before."""
    stay, same = np.zeros(len(model)), np.zeros_like(model)
    if before is not None:
        stay, same = np.exp(-(look.day - before.day) / dwell), before.on(look.first, look.p.size)
    joint = (stay[:, None] * same + (1.0 - stay)[:, None] * model) * look.p
    total = np.maximum(joint.sum(axis=1), _LEAST)
    return Standing(look.day, look.first, joint / total[:, None]), np.log(total)
