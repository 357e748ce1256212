"""Sites that belong together, such as the two ends of a crossing: what one has been through informs the others.

How often levels jump and how far (hazard and scale) is hard to learn from one site's few scenes. Sites of one line are
alike in that, though not the same. So half of a site's prior stays its own, and half goes to what the others' scenes
say of these two (a mixture prior, robust where a site is unlike the others: Schmidli et al., "Robust
meta-analytic-predictive priors", Biometrics 70, 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.special import logsumexp

from wayside.errors import InputError
from wayside.model.series import DatedEvent, Series, SeriesResult
from wayside.series.analysis import answers_of
from wayside.series.asking import Questions
from wayside.series.fitting import Prepared, finish, prepare
from wayside.series.level.dynamics import Floats
from wayside.series.settings import SeriesSettings

__all__ = ["analyse_each"]

_OWN_SHARE = 0.5


def analyse_each(
    series: Sequence[Series],
    *,
    events: Sequence[DatedEvent] = (),
    settings: SeriesSettings | None = None,
    questions: Questions | None = None,
    seed: int,
) -> tuple[SeriesResult | InputError, ...]:
    """Analyse several sites side by side, each with a prior that the others inform.

    One site without others is analysed as ``analyse`` does it with a new generator of this seed.

    Args:
        series: one for each site.
        events: dated events to set each onset against.
        settings: the same for all; the defaults where not given.
        questions: what else is asked, of each; nothing where not given.
        seed: of the random generator, started anew for each.

    Returns:
        In the place of a site that cannot be analysed what is wrong with it; it tells the others nothing.
    """
    ready = [_ready(one, settings or SeriesSettings()) for one in series]
    says = {i: _jumps(one) for i, one in enumerate(ready) if isinstance(one, Prepared)}

    def answered(i: int, one: Prepared | InputError) -> SeriesResult | InputError:
        if isinstance(one, InputError):
            return one
        rng = np.random.default_rng(seed)
        try:
            fitted = finish(_informed(one, [said for j, said in says.items() if j != i]), rng)
            return answers_of(fitted, events=events, questions=questions, rng=rng)
        except InputError as error:
            return error

    return tuple(answered(i, one) for i, one in enumerate(ready))


def _ready(series: Series, settings: SeriesSettings) -> Prepared | InputError:
    try:
        return prepare(series, settings)
    except InputError as error:
        return error


def _jumps(ready: Prepared) -> dict[tuple[float, float], float]:
    """Return the log likelihood of each pair of hazard and jump scale, the other parameters averaged out."""
    log_weight = np.log(np.maximum(ready.newest.set_weight(ready.sets.log_prior), 1e-300))
    return {pair: float(logsumexp(log_weight[np.array(members)])) for pair, members in _members(ready).items()}


def _members(ready: Prepared) -> dict[tuple[float, float], list[int]]:
    members: dict[tuple[float, float], list[int]] = {}
    for i, pair in enumerate(zip(ready.sets.hazard.tolist(), ready.sets.scale.tolist(), strict=True)):
        members.setdefault(pair, []).append(i)
    return members


def _informed(ready: Prepared, others: Sequence[dict[tuple[float, float], float]]) -> Prepared:
    """Return the site with the prior of its sets moved halfway to what the others say."""
    if not others:
        return ready
    members = _members(ready)
    said: Floats = np.array([sum(other[pair] for other in others) for pair in members])
    theirs = np.exp(said - logsumexp(said))
    mixed = _OWN_SHARE / len(members) + (1.0 - _OWN_SHARE) * theirs
    log_prior = ready.sets.log_prior.copy()
    for share, inside in zip(mixed.tolist(), members.values(), strict=True):
        log_prior[inside] = np.log(share / len(inside))
    return replace(ready, sets=replace(ready.sets, log_prior=log_prior))
