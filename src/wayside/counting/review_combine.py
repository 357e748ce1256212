"""A reviewed scene's count: what the counter says and what analysts say, each with its own error, taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.facility import SceneError, with_scene_error
from wayside.counting.kinds import of_kinds
from wayside.counting.review import AnalystError, StripReview
from wayside.counting.review_rates import SiteRates
from wayside.model.cars import Car, CarType, Cover
from wayside.model.checks import require
from wayside.model.counts import CountDistribution
from wayside.model.observations import SceneCount, TrackCount

__all__ = [
    "NO_ERROR",
    "analyst_count",
    "analyst_likelihood",
    "combined",
    "reviewed_scene",
    "seen_by_analyst",
]

Array = NDArray[np.float64]

NO_ERROR = SceneError(0.0, 0.0, 0.0, 0.0, 0.0, 0.5)
"""For a count to which the scene's error is still to be added."""

_WHOLE = 0.98
"""A track of which at least this much could be read was seen whole."""
_ANYTHING = 0.02
"""Probability that the counter's distribution is beside the point, so that an analyst can overrule it."""
_SAME_TYPE = 0.97
_PRIOR_COVERED = 0.5
_UNLISTED = 0.5
"""As many listed cars the shares of the kinds count for, where a car was not listed."""


def _log_choose(n: Array, k: Array) -> Array:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def analyst_likelihood(found: int, most: int, analyst: AnalystError) -> Array:
    """Return the probability that an analyst finds ``found`` cars for every true number 0 .. most, shape (most + 1,).

    Of n cars k ~ BetaBinomial(n, 1 - miss) are seen; Poisson(false share times n, or 1) others are taken for cars.
    """
    require(found >= 0 and most >= 0, "numbers of cars are not negative")
    n = np.arange(most + 1.0)[:, None]
    k = np.arange(found + 1.0)[None, :]
    inside = np.minimum(k, n)
    mean, sd = analyst.miss_mean, analyst.miss_sd
    if mean > 0.0 and sd > 0.0:
        size = max(mean * (1.0 - mean) / sd**2 - 1.0, 0.1)
        a, b = mean * size, (1.0 - mean) * size
        seen = _log_choose(n, inside) + betaln(inside + b, n - inside + a) - betaln(b, a)
    else:
        miss = max(mean, 1e-9)
        seen = _log_choose(n, inside) + inside * np.log1p(-miss) + (n - inside) * np.log(miss)
    rate = max(analyst.false_mean, 1e-9) * np.maximum(n, 1.0)
    more = found - k
    false = more * np.log(rate) - rate - gammaln(more + 1.0)
    return np.asarray(np.where(k <= n, np.exp(seen + false), 0.0).sum(axis=1))


def _most(found: int) -> int:
    return int(np.ceil(1.3 * found)) + 8


def seen_by_analyst(found: int, analyst: AnalystError | None = None) -> CountDistribution:
    """Return what a review says of the true number by itself, every number being as probable before."""
    return CountDistribution.from_weights(
        0, analyst_likelihood(found, _most(found), analyst or AnalystError())
    ).trimmed()


def combined(
    automatic: CountDistribution,
    found: Sequence[int],
    analyst: AnalystError | None = None,
    *,
    listed: int = 0,
    visible_fraction: float = 1.0,
) -> CountDistribution:
    """Return the number of cars on a track that a counter and one or more analysts counted.

    Args:
        automatic: the counter's distribution, the scene's error in it.
        found: what each analyst found.
        analyst: how analysts err; the defaults where None.
        listed: how many cars the counter listed on what can be seen; used where the track is partly hidden.
        visible_fraction: share of the track that could be read, 0 to 1.

    Returns:
        The posterior, proportional to ``automatic`` times the likelihood of each analyst's number. Where a part of the
        track is hidden, the analysts' numbers are of the visible part, and the hidden part adds what the counter's
        distribution has above the cars that it listed.
    """
    require(found, "there is no review to combine with")
    person = analyst or AnalystError()
    hidden = CountDistribution.exactly(0)
    if visible_fraction < _WHOLE:
        extra = np.maximum(automatic.support - listed, 0)
        hidden = CountDistribution.from_weights(0, np.bincount(extra, automatic.p).astype(np.float64))
        automatic = CountDistribution.from_weights(0, np.ones(_most(max(*found, listed))))
    most = max(int(automatic.support[-1]), _most(max(found)))
    weights = np.full(most + 1, _ANYTHING / (most + 1))
    weights[automatic.first : automatic.first + automatic.p.size] += (1.0 - _ANYTHING) * automatic.p
    for number in found:
        weights = weights * analyst_likelihood(number, most, person)
    return (CountDistribution.from_weights(0, weights / float(weights.max())) + hidden).trimmed()


# ---------------------------------------------------------------------------- kinds
@dataclass(frozen=True, slots=True)
class _Look:
    """What one car may be: probability of each type of ``TYPE_ORDER``, and that its load is covered."""

    type_p: tuple[float, ...]
    cover_p: float


def _type_shares(count: SceneCount) -> Array:
    """Return what share of a scene's cars is of each type, a little of every type in it; shape (types,), sums to 1."""
    nothing = CountDistribution.exactly(0)
    means = np.array([count.by_type.get(str(kind), nothing).mean for kind in TYPE_ORDER])
    shares: Array = (means + 1e-3) / (means + 1e-3).sum()
    return shares


def _look(car: Car, shares: Array, *, reviewed: bool) -> _Look:
    """Return what a car may be; what its type leaves open goes to the others as the scene has them."""
    sure = min(max(car.type_p, 0.125), _SAME_TYPE if reviewed else 1.0)
    if car.type in TYPE_ORDER:
        this = np.array([kind is car.type for kind in TYPE_ORDER])
        others = np.where(this, 0.0, shares)
        p = tuple(np.where(this, sure, (1.0 - sure) * others / others.sum()).tolist())
    elif car.type is CarType.MAINTENANCE:
        p = tuple(0.0 for _ in TYPE_ORDER)
    else:
        p = tuple(shares.tolist())
    certain = 0.97 if reviewed else 0.85
    cover = {Cover.COVERED: certain, Cover.OPEN: 1.0 - certain, Cover.UNDETERMINED: _PRIOR_COVERED}
    return _Look(p, cover[car.cover])


# ---------------------------------------------------------------------------- a scene
def reviewed_scene(
    decoded: SceneCount,
    reviews: Sequence[StripReview],
    rates: SiteRates,
    *,
    scene_id: str,
    analyst: AnalystError | None = None,
) -> SceneCount:
    """Return a scene's count after some of its tracks were reviewed.

    Args:
        decoded: the scene's count without any scene error (made with ``NO_ERROR``).
        reviews: of its tracks; reviews of tracks that it does not have are left out. Of several analysts of one track
            all numbers count, and the cars are the last one's in the given order.
        rates: of the site, learnt from these reviews and others.
        scene_id: the scene.
        analyst: how analysts err; the defaults where None.

    Returns:
        The count: reviewed tracks combine both witnesses, each with its own error; over the sum of the others lies the
        error that the scene's own reviews leave. Reasons say what was reviewed and by whom.
    """
    error = rates.of_scene(scene_id, decoded.gsd_m)
    by_track: dict[str, list[StripReview]] = {}
    for review in reviews:
        by_track.setdefault(review.track_id, []).append(review)
    tracks = tuple(_track(track, by_track.get(track.track_id, []), error, analyst) for track in decoded.tracks)
    others = [track for track in decoded.tracks if track.track_id not in by_track]
    untouched = CountDistribution.total(track.count for track in others)
    seen = CountDistribution.total(t.count for t in tracks if t.track_id in by_track)
    total = with_scene_error(untouched, error, sum((track.visible_km for track in others), 0.0)) + seen
    shares = _type_shares(decoded)
    looks = [_look(car, shares, reviewed=track.track_id in by_track) for track in tracks for car in track.cars]
    reviewers = ", ".join(sorted({review.analyst for review in reviews}))
    names = [t.track_id for t in tracks if t.track_id in by_track]
    named = ("track " if len(names) == 1 else "tracks ") + ", ".join(names)
    return replace(
        decoded,
        count=total,
        tracks=tracks,
        occupied_m=sum(track.occupied_m for track in tracks),
        reasons=(*decoded.reasons, f"Reviewed by {reviewers}: {named}."),
        **_by_kind(total, looks, shares),  # type: ignore[arg-type]  # four fields of the same names
    )


def analyst_count(
    automatic: SceneCount, seen: Mapping[str, tuple[Car, ...]], *, model: str, reasons: Sequence[str] = ()
) -> SceneCount:
    """Return what an analyst says of some tracks of a scene, as a count of those tracks alone.

    Args:
        automatic: the counter's count of the scene.
        seen: the analyst's cars by track id, in order along the track; the tracks are the scene's.
        model: what stands for the network's name: it tells this review from every other.
        reasons: the analyst's notes, sentences.

    Returns:
        The count: every number with the error that an analyst makes, nothing of the counter's in it.

    Raises:
        ValueRefusedError: a track that the scene does not have, or cars that overlap.
    """
    known = {track.track_id: track for track in automatic.tracks}
    unknown = sorted(set(seen) - set(known))
    require(not unknown, f"the scene has no track {', '.join(unknown)}")
    tracks = tuple(
        replace(
            known[track_id],
            cars=cars,
            count=seen_by_analyst(len(cars)),
            occupied_m=sum((car.length_m for car in cars), 0.0),
        )
        for track_id, cars in seen.items()
    )
    total = CountDistribution.total(track.count for track in tracks)
    shares = _type_shares(automatic)
    looks = [_look(car, shares, reviewed=True) for track in tracks for car in track.cars]
    return replace(
        automatic,
        count=total,
        tracks=tracks,
        occupied_m=sum((track.occupied_m for track in tracks), 0.0),
        model=model,
        reasons=tuple(reasons),
        **_by_kind(total, looks, shares),  # type: ignore[arg-type]  # four fields of the same names
    )


def _track(
    track: TrackCount, reviews: Sequence[StripReview], error: SceneError, analyst: AnalystError | None
) -> TrackCount:
    automatic = with_scene_error(track.count, error, track.visible_km)
    if not reviews:
        return replace(track, count=automatic)
    cars = tuple(sorted(reviews[-1].cars, key=lambda car: car.start_m))
    found = [len(review.cars) for review in reviews]
    count = combined(automatic, found, analyst, listed=len(track.cars), visible_fraction=track.visible_fraction)
    seen_m = sum(car.length_m for car in cars)
    return replace(
        track,
        count=count,
        cars=cars,
        occupied_m=seen_m if track.visible_fraction >= _WHOLE else max(seen_m, track.occupied_m),
    )


def _by_kind(total: CountDistribution, looks: Sequence[_Look], shares: Array) -> Mapping[str, object]:
    types = np.array([look.type_p for look in looks]).reshape(len(looks), len(TYPE_ORDER)).T
    cover = np.array([look.cover_p for look in looks])
    is_freight = np.array([kind.is_freight for kind in TYPE_ORDER], dtype=np.float64)
    freight, freight_share = is_freight @ types, float(shares @ is_freight)
    p = np.vstack([freight, freight * cover, types])
    prior = np.array([freight_share, _PRIOR_COVERED * freight_share, *shares])
    all_freight, covered, *by_type = of_kinds(total, np.clip(p, 0.0, 1.0), prior, strength=_UNLISTED)
    return {
        "freight": all_freight,
        "locomotives": by_type[TYPE_ORDER.index(CarType.LOCOMOTIVE)],
        "covered": covered,
        "by_type": {str(kind): found for kind, found in zip(TYPE_ORDER, by_type, strict=True)},
    }
