"""Fit a detector's calibration on labelled scenes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize

from wayside.counting.boxes_calibration import BoxCalibration
from wayside.counting.boxes_lengths import BoxLengths
from wayside.counting.boxes_sums import box_count, poisson_binomial, scene_nodes
from wayside.counting.boxes_tracks import PlacedBox
from wayside.model.checks import require, require_finite
from wayside.model.counts import CountDistribution

__all__ = ["MatchedBox", "MatchedScene", "empty_length", "fit_box_calibration", "match_boxes"]

Array = NDArray[np.float64]

NEAR_M = 30.0
"""A missed car this near to a box belongs to a train that was found; further off a whole train was missed."""
_ENOUGH_FOR_STEPS = 150
_LEAST_P, _MOST_P = 0.002, 0.998
_MOST_KNOTS = 60
_SPREADS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3)


class MatchedBox(NamedTuple):
    """A kept box beside the truth.

    Attributes:
        score: the detector's score.
        length_m: its length, metres.
        cars: true cars whose middles it holds.
        car_length_m: length of that car, metres, where it holds exactly one and all of it; else NaN.
    """

    score: float
    length_m: float
    cars: int
    car_length_m: float = math.nan


@dataclass(frozen=True, slots=True)
class MatchedScene:
    """The kept boxes of one labelled scene beside its cars, all tracks together.

    Attributes:
        boxes: kept boxes.
        near_missed: cars that no box holds, within 30 m of a box.
        far_missed: cars that no box holds, further from every box.
        track_m: length of all tracks, metres.
        empty_m: length of track further than 30 m from every box, metres.
    """

    boxes: tuple[MatchedBox, ...]
    near_missed: int = 0
    far_missed: int = 0
    track_m: float = 0.0
    empty_m: float = 0.0

    def __post_init__(self) -> None:
        require(min(self.near_missed, self.far_missed) >= 0, "a scene has no negative number of missed cars")
        require_finite("track_m", self.track_m, low=0.0)
        require_finite("empty_m", self.empty_m, low=0.0, high=self.track_m + 1e-6)


def match_boxes(
    tracks: Sequence[tuple[Sequence[PlacedBox], Sequence[tuple[float, float]], float]],
) -> MatchedScene:
    """Set kept boxes beside true cars, track by track.

    Args:
        tracks: for each track its kept boxes (from ``merge_along``), its true cars as (start, end) in metres along it,
            and its length in metres.

    Returns:
        The scene; a car belongs to the box that holds its middle.
    """
    boxes: list[MatchedBox] = []
    near = far = 0
    track_m = empty_m = 0.0
    for kept, cars, length_m in tracks:
        held: list[list[float]] = [[] for _ in kept]
        for start, end in cars:
            middle = 0.5 * (start + end)
            inside = [k for k, box in enumerate(kept) if box.start_m <= middle < box.end_m]
            if inside:
                held[inside[0]].append(end - start)
            elif any(box.start_m - NEAR_M <= middle < box.end_m + NEAR_M for box in kept):
                near += 1
            else:
                far += 1
        for box, found in zip(kept, held, strict=True):
            boxes.append(MatchedBox(box.score, box.length_m, len(found), found[0] if len(found) == 1 else math.nan))
        track_m += length_m
        empty_m += empty_length(kept, length_m)
    return MatchedScene(tuple(boxes), near, far, track_m, min(empty_m, track_m))


def empty_length(kept: Sequence[PlacedBox], length_m: float) -> float:
    """Return the length of a track, metres, that lies further than 30 m from every box."""
    at, empty = 0.0, 0.0
    for box in sorted(kept):
        empty += max(0.0, min(box.start_m - NEAR_M, length_m) - at)
        at = max(at, box.end_m + NEAR_M)
    return empty + max(0.0, length_m - at)


# ---------------------------------------------------------------------------- fit
def fit_box_calibration(scenes: Sequence[MatchedScene], *, note: str = "") -> BoxCalibration:
    """Fit the constants of a detector on labelled scenes.

    Scores become probabilities by isotonic regression of cars found over cars expected from the lengths, each step
    drawn towards the mean with the weight of two boxes; with fewer than 150 boxes by Platt's logistic curve instead
    (Platt, Probabilistic outputs for support vector machines, 1999). Rates of missed cars are shares of all; their
    spread between scenes is what exceeds the binomial's own (method of moments). The spread of the log-odds between
    scenes is the one under which the scenes' numbers of found cars are most likely.

    Args:
        scenes: one or more, with a kept box or a car among them.
        note: on what it is fitted.

    Raises:
        ValueRefusedError: there is nothing to fit on.
    """
    boxes = [box for scene in scenes for box in scene.boxes]
    cars = sum(box.cars for box in boxes) + sum(scene.near_missed + scene.far_missed for scene in scenes)
    require(boxes and cars, "a calibration needs scenes with boxes and with cars")
    offset, blur = _length_error(boxes)
    lengths = BoxLengths(offset_m=offset, blur_m=blur)
    under = {box.length_m: lengths.cars(box.length_m) for box in boxes}
    knots = _knots(boxes, under)
    miss_mean, miss_sd = _misses(scenes)
    empty_km, track_km = sum(s.empty_m for s in scenes) / 1000, sum(s.track_m for s in scenes) / 1000
    plain = BoxCalibration(
        knots=knots,
        miss_mean=miss_mean,
        miss_sd=miss_sd,
        # One car in a kilometre more on either side, so that a short empty track promises nothing.
        missed_per_km=min(100.0, (sum(s.far_missed for s in scenes) + 0.1) / (empty_km + 1.0)),
        false_per_km=sum(box.cars == 0 for box in boxes) / track_km if track_km else 0.0,
        logit_sd=0.0,
        length_offset_m=offset,
        length_blur_m=blur,
        scenes=len(scenes),
        note=note,
    )
    likelihood = [_likelihood(scenes, plain, under, spread) for spread in _SPREADS]
    spread = _SPREADS[int(np.argmax(likelihood))]
    # A single scene cannot tell how scenes differ: the default stands.
    return replace(plain, logit_sd=spread if len(scenes) > 1 else BoxCalibration().logit_sd)


def _length_error(boxes: Sequence[MatchedBox]) -> tuple[float, float]:
    errors = np.array([b.length_m - b.car_length_m for b in boxes if math.isfinite(b.car_length_m)])
    if errors.size < 10:
        return 0.0, BoxCalibration().length_blur_m
    middle = float(np.median(errors))
    blur = 1.4826 * float(np.median(np.abs(errors - middle)))
    return float(np.clip(middle, -5.0, 5.0)), float(np.clip(blur, 0.2, 5.0))


def _knots(boxes: Sequence[MatchedBox], under: Mapping[float, Array]) -> tuple[tuple[float, float], ...]:
    ordered = sorted(boxes)
    score = np.array([box.score for box in ordered])
    expected = np.array([float(under[b.length_m] @ np.arange(under[b.length_m].size)) for b in ordered])
    found = np.array([box.cars for box in ordered], dtype=np.float64)
    expected = np.maximum(expected, 0.1)
    if len(ordered) >= _ENOUGH_FOR_STEPS and np.ptp(score) > 0:
        return _steps(score, found, expected)
    return _curve(score, found, expected)


def _steps(score: Array, found: Array, expected: Array) -> tuple[tuple[float, float], ...]:
    fitted = isotonic_regression(found / expected, weights=expected)
    mean = float(found.sum() / expected.sum())
    knots: list[tuple[float, float]] = []
    starts = np.flatnonzero(np.diff(fitted.x, prepend=-np.inf) > 0)
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), score.size], strict=True):
        inside = slice(start, stop)
        p = (found[inside].sum() + 2.0 * mean) / (expected[inside].sum() + 2.0)
        knots.append((float(np.average(score[inside], weights=expected[inside])), float(p)))
    return _tidy(knots)


def _tidy(knots: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Thin the knots, keep them in order, and let the lowest and the highest reach the ends of the scale."""
    step = max(1, -(-len(knots) // _MOST_KNOTS))
    chosen = [knots[0], *knots[1:-1:step], *knots[1:][-1:]]
    scores, ps = np.array([k[0] for k in chosen]), np.maximum.accumulate(np.array([k[1] for k in chosen]))
    kept = np.concatenate([[True], np.diff(scores) > 1e-9])
    scores, ps = scores[kept].clip(0.0, 1.0), ps[kept].clip(_LEAST_P, _MOST_P)
    inner = (scores > 0.0) & (scores < 1.0)
    pairs = [(0.0, float(ps[0])), *zip(scores[inner].tolist(), ps[inner].tolist(), strict=True), (1.0, float(ps[-1]))]
    return tuple(pairs)


def _curve(score: Array, found: Array, expected: Array) -> tuple[tuple[float, float], ...]:
    share = np.clip(found / expected, 0.0, 1.0)

    def loss(theta: Array) -> float:
        z = theta[0] + theta[1] * (score - 0.5)
        prior = 0.5 * ((theta[0] / 2.0) ** 2 + ((theta[1] - 4.0) / 4.0) ** 2)
        return float((expected * (np.logaddexp(0.0, z) - share * z)).sum() + prior)

    best = minimize(loss, np.array([0.0, 4.0]), method="L-BFGS-B", bounds=((-10, 10), (0, 30))).x
    at = np.linspace(0.0, 1.0, 21)
    ps = 1.0 / (1.0 + np.exp(-(best[0] + best[1] * (at - 0.5))))
    return tuple(zip(at.tolist(), ps.clip(_LEAST_P, _MOST_P).tolist(), strict=True))


def _misses(scenes: Sequence[MatchedScene]) -> tuple[float, float]:
    """Return mean and spread of the share of missed cars among those of found trains, by moments."""
    missed = np.array([scene.near_missed for scene in scenes], dtype=np.float64)
    number = missed + np.array([sum(box.cars for box in scene.boxes) for scene in scenes], dtype=np.float64)
    # As if twenty more cars had been seen, missed as often as the default says: few scenes do not promise none.
    default = BoxCalibration()
    mean = float((missed.sum() + 20 * default.miss_mean) / (number.sum() + 20))
    many = number >= 5
    if many.sum() < 3:
        return min(mean, 0.45), default.miss_sd
    share, size = missed[many] / number[many], number[many]
    excess = np.average((share - mean) ** 2, weights=size) - mean * (1 - mean) * np.average(1 / size, weights=size)
    return min(mean, 0.45), float(np.clip(math.sqrt(max(excess, 0.0)), 0.01, 0.3))


def _likelihood(
    scenes: Sequence[MatchedScene], plain: BoxCalibration, under: Mapping[float, Array], spread: float
) -> float:
    """Return the log-likelihood of the numbers of cars found in each scene."""
    total = 0.0
    for scene in scenes:
        held = sum(box.cars for box in scene.boxes)
        p = 0.0
        for shift, weight in scene_nodes(spread):
            parts = [box_count(plain.probability(b.score), shift, under[b.length_m]) for b in scene.boxes]
            count = CountDistribution.from_weights(0, poisson_binomial(parts))
            p += weight * count.probability(held)
        total += math.log(max(p, 1e-12))
    return total
