"""From tracks to a scene: totals, what all tracks of a scene share, types, and the JSON of ``wayside count``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from wayside.counting.decode import CarReading, ReadingSettings, TrackDecoding, cars_of, read_cars
from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.kinds import of_kinds
from wayside.counting.potentials import COUPLINGS_TO_M
from wayside.model.cars import Car, CarType
from wayside.model.checks import require, require_finite
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, Registration, SceneCount, TrackCount
from wayside.model.strips import StripFrame
from wayside.model.visibility import Hidden, Obstruction, hidden_shares

__all__ = ["SceneError", "TrackPart", "count_scene", "interpretability", "to_json", "track_part", "with_scene_error"]

Array = NDArray[np.float64]

LENGTH_TO_M = 5.0
"""Up to this GSD the length of a string can still be measured."""
_SHORTEST_CAR_M = 8.0
_MOST_RATE = 0.45
_MOST_LONE = 5.0
_PRIOR_SHARE = np.array([0.30, 0.15, 0.15, 0.08, 0.10, 0.12, 0.04, 0.06])
"""Types among cars nobody saw, in ``TYPE_ORDER``; as strong as one car."""


@dataclass(frozen=True, slots=True)
class SceneError:
    """What goes wrong in a whole scene at once; drawn once per scene, fitted on held-out images.

    Attributes:
        miss_mean: mean share of true cars that the decoder takes for none, 0 to 0.45.
        miss_sd: its standard deviation between scenes, 0 (the same in every scene) to 0.3.
        false_mean: mean share of decoded cars that are none, 0 to 0.45.
        false_sd: its standard deviation between scenes, 0 to 0.3.
        growth_per_m: all others are multiplied by ``1 + growth_per_m * (gsd - reference_gsd_m)`` above it, 0 to 10.
        reference_gsd_m: GSD that they hold for and below, metres.
        lone_per_km: cars that stand on track which the decoder takes for empty, per km of visible track, 0 to 5.
    """

    miss_mean: float = 0.03
    miss_sd: float = 0.025
    false_mean: float = 0.03
    false_sd: float = 0.025
    growth_per_m: float = 0.8
    reference_gsd_m: float = 0.5
    lone_per_km: float = 0.0

    def __post_init__(self) -> None:
        for name in ("miss_mean", "false_mean"):
            require_finite(name, getattr(self, name), low=0.0, high=_MOST_RATE)
        for name in ("miss_sd", "false_sd"):
            require_finite(name, getattr(self, name), low=0.0, high=0.3)
        require_finite("growth_per_m", self.growth_per_m, low=0.0, high=10.0)
        require_finite("reference_gsd_m", self.reference_gsd_m, low=0.01, high=100.0)
        require_finite("lone_per_km", self.lone_per_km, low=0.0, high=_MOST_LONE)

    def at(self, gsd_m: float) -> SceneError:
        """Return the rates at a GSD, with no growth left in them."""
        factor = 1.0 + self.growth_per_m * max(0.0, gsd_m - self.reference_gsd_m)
        return SceneError(
            min(_MOST_RATE, factor * self.miss_mean),
            min(0.3, factor * self.miss_sd),
            min(_MOST_RATE, factor * self.false_mean),
            min(0.3, factor * self.false_sd),
            0.0,
            self.reference_gsd_m,
            min(_MOST_LONE, factor * self.lone_per_km),
        )


def _beta(mean: float, sd: float) -> tuple[float, float]:
    """Return the Beta distribution's parameters; the spread is held where b > 2, so that moments exist."""
    mean = min(max(mean, 1e-9), 1.0 - 1e-9)
    size = mean * (1.0 - mean) / max(sd, 1e-6) ** 2 - 1.0
    size = min(max(size, 2.5 / (1.0 - mean)), 1e9)
    return mean * size, (1.0 - mean) * size


def _log_rising(most: int, start: float) -> Array:
    """Return log (start (start + 1) ... (start + i - 1)) for i = 0 .. most; from 1 these are the log factorials.

    The tables below are gathered from such rows: log Γ cell by cell costs more, and rounds off what it is asked for
    where the parameters are large.
    """
    return np.append(0.0, np.cumsum(np.log(start + np.arange(most))))


def _kept(count: CountDistribution, mean: float, sd: float) -> CountDistribution:
    """Take false cars out: of d decoded cars, r ~ BetaBinomial(d, true share) are cars."""
    if mean == 0.0:
        return count
    a, b = _beta(mean, sd)
    most = int(count.support[-1])
    d, r = count.support[:, None], np.arange(most + 1)[None, :]
    factorial = _log_rising(most, 1.0)
    per_d, per_true, per_false = (
        factorial - _log_rising(most, a + b),
        _log_rising(most, b) - factorial,
        _log_rising(most, a) - factorial,
    )
    log_p = per_d[d] + per_true[r] + per_false[np.maximum(d - r, 0)]
    return CountDistribution.from_weights(0, count.p @ np.exp(np.where(r <= d, log_p, -np.inf))).trimmed()


def _completed(count: CountDistribution, mean: float, sd: float) -> CountDistribution:
    """Put missed cars in: beside r found ones, m ~ BetaNegativeBinomial(r; miss rate) were missed."""
    if mean == 0.0:
        return count
    a, b = _beta(mean, sd)
    most = int(count.support[-1])
    spread = np.sqrt(a * (a + b - 1.0) * (b + most - 1.0) / (most * (b - 2.0) * (b - 1.0) ** 2)) if most else 0.0
    missed = int(np.ceil(most * (a / (b - 1.0) + 12.0 * spread))) + 5
    r, m = np.maximum(count.support, 1)[:, None], np.arange(missed + 1)[None, :]
    factorial = _log_rising(most + missed + 1, 1.0)
    per_m = _log_rising(missed, a) - factorial[: missed + 1]
    per_both = factorial[:-1] - _log_rising(most + missed + 1, a + b)[1:]  # element i: of r + m = i + 1
    log_p = per_both[r + m - 1] + per_m[m] + _log_rising(most + 1, b)[r] - factorial[r - 1]
    p = np.where(count.support[:, None] > 0, np.exp(log_p), m == 0) * count.p[:, None]
    total = np.zeros(p.shape[0] + p.shape[1] - 1)
    for row, weights in enumerate(p):
        total[row : row + weights.size] += weights
    return CountDistribution.from_weights(count.first, total).trimmed()


def _beside(count: CountDistribution, mean: float) -> CountDistribution:
    """Add a Poisson number of cars."""
    if mean <= 0.0:
        return count
    n = np.arange(int(np.ceil(mean + 8.0 * np.sqrt(mean))) + 4)
    return (count + CountDistribution.from_weights(0, np.exp(n * np.log(mean) - gammaln(n + 1.0)))).trimmed()


def with_scene_error(count: CountDistribution, error: SceneError, length_km: float = 0.0) -> CountDistribution:
    """Return the distribution of the true count where only the decoded one is known.

    With d decoded cars on L km of visible track, a scene's false-alarm share φ ~ Beta and miss rate q ~ Beta (means and
    deviations of ``error``, both drawn once for the scene)::

        r | d, φ ~ Binomial(d, 1 - φ)         cars among the decoded
        m | r, q ~ NegativeBinomial(r, 1 - q)  cars missed beside r found ones
        l ~ Poisson(L lone_per_km)             cars missed where nothing was found
        n = r + m + l

    The second line is the posterior of the number of trials given r successes under the prior 1 / n. Both rates
    integrate out in closed form, to a beta-binomial and a beta-negative-binomial. Without l the mean is
    d (1 - E φ) E[1 / (1 - q)], within about 1 % of d where both means are equal and of the default size.
    """
    found = _completed(_kept(count, error.false_mean, error.false_sd), error.miss_mean, error.miss_sd)
    return _beside(found, error.lone_per_km * length_km)


def interpretability(gsd_m: float, *, effective_gsd_m: float | None = None) -> tuple[CountStatus, tuple[str, ...]]:
    """Return what a resolution allows, and why not more; the two limits are part of what they allow.

    Up to ``COUPLINGS_TO_M`` single cars are counted, up to ``LENGTH_TO_M`` the occupied length is measured, above that
    nothing is.

    Args:
        gsd_m: ground sample distance, metres, 0.01 to 100.
        effective_gsd_m: GSD that the image's sharpness is worth, metres; it rules where it is the coarser one.

    Raises:
        ValueRefusedError: the ground sample distance is not known (not a number), or out of range.
    """
    require_finite("GSD in metres", gsd_m, low=0.01, high=100.0)
    rules = gsd_m
    if effective_gsd_m is not None:
        require_finite("effective GSD in metres", effective_gsd_m, low=0.0)
        rules = max(gsd_m, effective_gsd_m)
    if rules <= COUPLINGS_TO_M:
        return CountStatus.COUNTED, ()
    blurred = rules > gsd_m
    at = (
        f"At the sharpness of {rules:.4g} m (pixels of {gsd_m:.4g} m, blurred)"
        if blurred
        else f"At {rules:.4g} m per pixel"
    )
    if rules <= LENGTH_TO_M:
        why = (
            f"{at} couplings cannot be seen (limit {COUPLINGS_TO_M:g} m): occupied track length was measured, and the "
            "count is derived from it."
        )
        return CountStatus.OCCUPIED_LENGTH, (why,)
    return CountStatus.NOT_COUNTABLE, (
        f"{at} railcars cannot be told from the track beside them (limit {LENGTH_TO_M:g} m): nothing was counted.",
    )


# ---------------------------------------------------------------------------- a scene
@dataclass(frozen=True, eq=False)
class TrackPart:
    """One track's share in a scene.

    Attributes:
        track_id: the track.
        length_m: its length, metres.
        visible_fraction: share of it that could be read, 0 to 1.
        offset_m: lateral shift found for it, metres to its left.
        decoding: what the decoder made of its strip.
        readings: what its cars look like, in the order of ``cars``.
        cars: its cars.
        hidden: share of its length that each obstruction hides; empty where all is visible or nobody looked.
    """

    track_id: str
    length_m: float
    visible_fraction: float
    offset_m: float
    decoding: TrackDecoding
    readings: tuple[CarReading, ...]
    cars: tuple[Car, ...]
    hidden: Mapping[Obstruction, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(len(self.readings) == len(self.cars), "a track's readings and cars differ in number")


def track_part(
    track_id: str,
    decoding: TrackDecoding,
    emission: Emission,
    frame: StripFrame,
    *,
    offset_m: float = 0.0,
    reading: ReadingSettings | None = None,
    hidden: Hidden | None = None,
) -> TrackPart:
    """Gather one track's results; its visible fraction is that of the emission's columns, ``hidden`` says why."""
    return TrackPart(
        track_id=track_id,
        length_m=frame.length_m,
        visible_fraction=float(emission.visible.mean()),
        offset_m=offset_m,
        decoding=decoding,
        readings=read_cars(decoding, emission, reading),
        cars=cars_of(decoding, emission, frame, reading),
        hidden=hidden_shares(hidden, emission.visible),
    )


def _of_kinds(
    total: CountDistribution, readings: Sequence[CarReading], chosen: Array, covered: int
) -> list[CountDistribution]:
    """Return how many of ``total`` cars are of each kind.

    Args:
        total: all cars.
        readings: of the cars of the best segmentation.
        chosen: shape (kinds, types), 1.0 where a type belongs to a kind.
        covered: index of the kind that holds covered cars alone; half of the cars nobody saw are covered.
    """
    none = np.zeros((0, len(TYPE_ORDER)))
    p = chosen @ (np.stack([r.type_p for r in readings]) if readings else none).T
    prior = chosen @ _PRIOR_SHARE
    p[covered] *= np.array([r.cover_p for r in readings])
    prior[covered] *= 0.5
    return of_kinds(total, np.clip(p, 0.0, 1.0), prior)


def _know_nothing(parts: Sequence[TrackPart]) -> CountDistribution:
    most = int(sum(part.length_m for part in parts) // _SHORTEST_CAR_M)
    return CountDistribution(0, np.full(most + 1, 1.0 / (most + 1)))


def count_scene(
    parts: Sequence[TrackPart],
    gsd_m: float,
    *,
    model: str,
    software: str,
    error: SceneError | None = None,
    registration: Registration | None = None,
    reasons: Sequence[str] = (),
) -> SceneCount:
    """Add the tracks of one scene up.

    The tracks' decoded counts are convolved and the scene's own error is laid over the sum once; over a single
    track it is laid by itself, so the scene's distribution is wider than the convolution of the tracks'.

    Args:
        parts: track by track; ids differ.
        gsd_m: ground sample distance that was used, metres, 0.01 to 100.
        model: name and digest of the weights.
        software: name and version of the program.
        error: what the scene's tracks share; the defaults where None.
        registration: how the scene was fitted; a scene in its own coordinates where None.
        reasons: further sentences on what limits the count.

    Returns:
        The count. Where nothing can be counted at this GSD, the distributions say nothing (every number that fits the
        tracks is as probable as any other) and no car is listed. Where no track can be seen there is no count either,
        and the distributions are the prior of hidden track.
    """
    status, why = interpretability(gsd_m)
    countable = status is not CountStatus.NOT_COUNTABLE
    if countable and parts and not any(part.visible_fraction > 0.0 for part in parts):
        status, why = CountStatus.NOT_COUNTABLE, ("Nothing of any track can be seen in this scene.",)
    shared = (error or SceneError()).at(gsd_m)
    decoded = CountDistribution.total(part.decoding.count for part in parts)
    total = with_scene_error(decoded, shared, sum(map(_visible_km, parts))) if countable else _know_nothing(parts)
    readings = [reading for part in parts for reading in part.readings] if countable else []
    types = np.eye(len(TYPE_ORDER))
    is_freight = np.array([kind.is_freight for kind in TYPE_ORDER], dtype=np.float64)
    freight, covered, *by_type = _of_kinds(total, readings, np.vstack([is_freight, is_freight, types]), covered=1)
    return SceneCount(
        status=status,
        gsd_m=gsd_m,
        count=total,
        freight=freight,
        locomotives=by_type[TYPE_ORDER.index(CarType.LOCOMOTIVE)],
        covered=covered,
        occupied_m=sum(part.decoding.occupied_m for part in parts),
        tracks=tuple(_track_count(part, shared, countable=countable) for part in parts),
        model=model,
        software=software,
        by_type={str(kind): number for kind, number in zip(TYPE_ORDER, by_type, strict=True)},
        reasons=(*why, *reasons),
        registration=registration or Registration(registered=True),
    )


def _visible_km(part: TrackPart) -> float:
    return part.length_m * part.visible_fraction / 1000.0


def _track_count(part: TrackPart, error: SceneError, *, countable: bool) -> TrackCount:
    return TrackCount(
        track_id=part.track_id,
        length_m=part.length_m,
        visible_fraction=part.visible_fraction,
        offset_m=part.offset_m,
        count=with_scene_error(part.decoding.count, error, _visible_km(part)) if countable else _know_nothing([part]),
        occupied_m=part.decoding.occupied_m,
        cars=part.cars if countable else (),
        hidden=part.hidden,
    )


# ---------------------------------------------------------------------------- JSON
def _full(count: CountDistribution) -> dict[str, object]:
    shown = count.trimmed(1e-6)
    return {
        "mean": round(count.mean, 3),
        "median": count.median,
        "intervals": {f"{level:g}": list(count.interval(level)) for level in (0.5, 0.8, 0.9)},
        "pmf": {"first": shown.first, "p": [round(float(p), 6) for p in shown.p]},
    }


def _brief(count: CountDistribution) -> dict[str, object]:
    return {"mean": round(count.mean, 3), "interval90": list(count.interval(0.9))}


def _car_json(car: Car) -> dict[str, object]:
    return {
        "start_m": round(car.start_m, 2),
        "end_m": round(car.end_m, 2),
        "type": str(car.type),
        "type_p": round(car.type_p, 4),
        "cover": str(car.cover),
        "p": round(car.p, 4),
        "polygon": [[round(x, 8), round(y, 8)] for x, y in car.polygon],
        "colour": [round(part, 3) for part in car.colour] if car.colour is not None else None,
    }


def _track_json(track: TrackCount, *, countable: bool) -> dict[str, object]:
    document: dict[str, object] = {
        "id": track.track_id,
        "length_m": round(track.length_m, 2),
        "visible_fraction": round(track.visible_fraction, 4),
        "offset_m": round(track.offset_m, 3),
        "count": _full(track.count) if countable else None,
        "cars": [_car_json(car) for car in track.cars],
    }
    hidden = {str(obstruction): round(share, 4) for obstruction, share in track.hidden.items()}
    return document | ({"hidden": hidden} if hidden else {})


def to_json(count: SceneCount, image: str) -> dict[str, object]:
    """Return the object of ``wayside count --json`` (docs/schemas/count.json).

    Args:
        count: the scene's count.
        image: the image's name, as the user gave it.

    Returns:
        Plain lists, dictionaries, numbers and strings. Where the status is ``not-countable`` every count is None.
    """
    countable = count.status is not CountStatus.NOT_COUNTABLE
    by_type: Mapping[str, CountDistribution] = count.by_type if countable else {}
    return {
        "image": image,
        "gsd_m": round(count.gsd_m, 6),
        "status": str(count.status),
        "reasons": list(count.reasons),
        "count": _full(count.count) if countable else None,
        "freight": _full(count.freight) if countable else None,
        "locomotives": _full(count.locomotives) if countable else None,
        "occupied_m": round(count.occupied_m, 1) if countable else None,
        "by_type": {name: _brief(number) for name, number in by_type.items()},
        "covered": _brief(count.covered) if countable else None,
        "tracks": [_track_json(track, countable=countable) for track in count.tracks],
        "software": count.software,
        "model": count.model,
    }
