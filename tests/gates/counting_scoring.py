"""Scores of a count against labels: errors, intervals, proper scores, couplings.

What is scored is a distribution over whole numbers against a reader's number, which may be a range. An error is the
mean of the distribution less the reader's best number; an interval holds the truth where it overlaps the range.
Whatever measures calibration alone (scores, reliability, PIT) takes only those tracks whose reader was sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from wayside.model.counts import CountDistribution

LEVELS = (0.5, 0.8, 0.9)
LIKELY = 0.005
"""Events that are less probable than this are left out of the reliability: nearly all of them are certain not to be."""
BINS = (LIKELY, 0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)


class Regime(NamedTuple):
    """A range of ground sample distance, metres; ``above`` is out of it, ``to`` is in it."""

    name: str
    above: float
    to: float


REGIMES = (
    Regime("≤ 0.35 m", 0.0, 0.35),
    Regime("0.35 to 0.6 m", 0.35, 0.6),
    Regime("0.6 to 1.2 m", 0.6, 1.2),
    Regime("1.2 to 3.5 m", 1.2, 3.5),
)


def regime_of(gsd_m: float) -> Regime:
    """Return the regime that a ground sample distance falls into.

    Raises:
        ValueError: beyond the last one.
    """
    for regime in REGIMES:
        if regime.above < gsd_m <= regime.to + 1e-9:
            return regime
    raise ValueError(f"no regime for {gsd_m:g} m")


@dataclass(frozen=True, slots=True)
class Truth:
    """What the reader counted: from ``low`` to ``high``, ``best`` being the most likely."""

    low: int
    best: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.best <= self.high:
            raise ValueError(f"a reader's range is in order, not {self.low}, {self.best}, {self.high}")

    @property
    def sure(self) -> bool:
        return self.low == self.high

    def __add__(self, other: Truth) -> Truth:
        return Truth(self.low + other.low, self.best + other.best, self.high + other.high)

    def beyond(self, value: float) -> float:
        """Return how far a number lies outside the range, cars."""
        return max(self.low - value, value - self.high, 0.0)


class Gaps(NamedTuple):
    """Couplings: how many found ones are labelled, how many were found, how many are labelled."""

    matched: int
    found: int
    labelled: int

    def plus(self, other: Gaps) -> Gaps:
        return Gaps(self.matched + other.matched, self.found + other.found, self.labelled + other.labelled)


@dataclass(frozen=True, eq=False)
class TrackScore:
    """One track of one image.

    Attributes:
        track_id: the track.
        truth: the reader's number.
        count: the counter's distribution.
        gaps: couplings; None where the reader did not mark them all.
        found_m: found cars, (start, end) along the track, metres.
        gaps_m: labelled couplings along the track, metres.
    """

    track_id: str
    truth: Truth
    count: CountDistribution
    gaps: Gaps | None = None
    found_m: tuple[tuple[float, float], ...] = ()
    gaps_m: tuple[float, ...] = ()

    @property
    def error(self) -> float:
        return self.count.mean - self.truth.best


@dataclass(frozen=True, eq=False)
class ImageScore:
    """One image.

    Attributes:
        name: of the file, without its suffix.
        source: the image that it was made from; its own name where it is as it was taken.
        treatment: what was done to it; empty for nothing.
        gsd_m: ground sample distance, metres.
        count: distribution of the total.
        tracks: track by track.
        cpu_s: what reading and counting took, seconds.
    """

    name: str
    source: str
    treatment: str
    gsd_m: float
    count: CountDistribution
    tracks: tuple[TrackScore, ...]
    cpu_s: float = 0.0

    @property
    def truth(self) -> Truth:
        return sum((track.truth for track in self.tracks), Truth(0, 0, 0))

    @property
    def regime(self) -> Regime:
        return regime_of(self.gsd_m)


# ---------------------------------------------------------------------------- single scores
def holds(count: CountDistribution, truth: Truth, level: float) -> bool:
    """Return whether the central interval overlaps the reader's range."""
    interval = count.interval(level)
    return interval.low <= truth.high and interval.high >= truth.low


def claimed(count: CountDistribution, level: float) -> float:
    """Return the probability that the central interval really has: at least ``level``, more as counts are whole."""
    interval = count.interval(level)
    return float(count.p[interval.low - count.first : interval.high - count.first + 1].sum())


def width(count: CountDistribution, level: float) -> int:
    interval = count.interval(level)
    return interval.high - interval.low


def crps(count: CountDistribution, truth: int) -> float:
    """Return the ranked probability score, cars: sum over n of (F(n) - [n >= truth])²; the error of a certain count.

    Source: Gneiting & Raftery (2007), Strictly proper scoring rules, section 4.2.
    """
    n = np.arange(min(count.first, truth), max(int(count.support[-1]), truth) + 1)
    return float(((_cdf(count, n) - (n >= truth)) ** 2).sum())


def expected_crps(count: CountDistribution) -> float:
    """Return the score that the distribution expects of itself: sum over n of F(n) (1 - F(n)).

    The mean score of a calibrated counter equals the mean of this; a lower one says that it is wider than it need be, a
    higher one that it is surer than it may be.
    """
    below = np.clip(np.cumsum(count.p), 0.0, 1.0)
    return float((below * (1.0 - below)).sum())


def _cdf(count: CountDistribution, n: np.ndarray) -> np.ndarray:
    below = np.concatenate([[0.0], np.cumsum(count.p)])
    return np.asarray(below[np.clip(n - count.first + 1, 0, count.p.size)])


def pit_histogram(pairs: Sequence[tuple[CountDistribution, int]], bins: int) -> np.ndarray:
    """Return the heights, mean 1, of the histogram of the non-randomised probability integral transform.

    A case spreads evenly from F(truth - 1) to F(truth). Flat is calibrated, a heap in the middle too wide, heaps at
    the ends too narrow. Source: Czado, Gneiting & Held (2009), Predictive model assessment for count data.
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    total = np.zeros(bins)
    for count, truth in pairs:
        low, high = _cdf(count, np.array([truth - 1, truth]))
        if high - low < 1e-12:  # the truth had no probability: it lies at one end
            total[min(int(low * bins), bins - 1)] += 1.0
        else:
            total += np.diff(np.clip((edges - low) / (high - low), 0.0, 1.0))
    return total * bins / max(len(pairs), 1)


class Bin(NamedTuple):
    """Events of like probability: how many, their mean probability, and what share of them was so."""

    cases: int
    said: float
    was: float


def reliability(pairs: Sequence[tuple[CountDistribution, int]]) -> tuple[Bin, ...]:
    """Return the reliability of every statement "this track has n cars" that is at all probable, bin by bin."""
    said = np.concatenate([np.zeros(0), *[count.p for count, _ in pairs]])
    was = np.concatenate([np.zeros(0), *[count.support == truth for count, truth in pairs]])
    place = np.digitize(said, BINS[:-1])
    chosen = [place == k for k in range(1, len(BINS))]
    return tuple(Bin(int(c.sum()), float(said[c].mean()), float(was[c].mean())) for c in chosen if c.any())


def match_gaps(found: Iterable[float], labelled: Iterable[float], within: float) -> Gaps:
    """Pair found and labelled couplings, metres along the track, one with one, at most ``within`` apart.

    Taking the leftmost pair that fits is optimal on a line where every pair has the same tolerance.
    """
    left, right = sorted(found), sorted(labelled)
    i = j = matched = 0
    while i < len(left) and j < len(right):
        if abs(left[i] - right[j]) <= within:
            matched, i, j = matched + 1, i + 1, j + 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return Gaps(matched, len(left), len(right))


def gap_tolerance(gsd_m: float) -> float:
    """Return how far from its label a coupling counts as found, metres."""
    return max(1.5, 1.5 * gsd_m)


# ---------------------------------------------------------------------------- many
@dataclass(frozen=True, slots=True)
class Summary:
    """Scores over images.

    Attributes:
        images: number of images.
        tracks: number of tracks; ``loaded`` of them have a car.
        loaded: see ``tracks``.
        sure: number of tracks whose reader was sure; what ``score`` and ``own_score`` are means over.
        truth: all cars.
        total: sum of the images' mean counts.
        bias: mean error per track, cars.
        mae: mean absolute error per track, cars.
        mae_beyond: the same outside the reader's range.
        gaps: couplings.
        held: tracks whose interval holds the truth, by level.
        held_loaded: the same of tracks with a car.
        claimed: mean probability inside those intervals, by level.
        claimed_loaded: the same of tracks with a car.
        held_images: images whose total's interval holds the truth, by level.
        width: mean width of the 90 % interval of tracks with a car, cars.
        width_images: mean width of the 90 % interval of the total, in per cent of the true total (images with cars).
        score: mean ranked probability score per track, cars.
        own_score: what the distributions expect of it.
    """

    images: int
    tracks: int
    loaded: int
    sure: int
    truth: Truth
    total: float
    bias: float
    mae: float
    mae_beyond: float
    gaps: Gaps
    held: dict[float, int] = field(default_factory=dict)
    held_loaded: dict[float, int] = field(default_factory=dict)
    claimed: dict[float, float] = field(default_factory=dict)
    claimed_loaded: dict[float, float] = field(default_factory=dict)
    held_images: dict[float, int] = field(default_factory=dict)
    width: float = 0.0
    width_images: float = 0.0
    score: float = 0.0
    own_score: float = 0.0

    @property
    def error(self) -> float:
        """Error of the total, cars."""
        return self.total - self.truth.best

    @property
    def error_share(self) -> float | None:
        """Error of the total as a share of it; None where there is no car."""
        return self.error / self.truth.best if self.truth.best else None


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.mean(listed)) if listed else 0.0


def sure_pairs(images: Iterable[ImageScore]) -> list[tuple[CountDistribution, int]]:
    """Return distribution and truth of every track whose reader was sure."""
    return [(t.count, t.truth.best) for image in images for t in image.tracks if t.truth.sure]


def summarise(images: Sequence[ImageScore]) -> Summary:
    """Return the scores over images."""
    tracks = [track for image in images for track in image.tracks]
    loaded = [track for track in tracks if track.truth.high > 0]
    pairs = sure_pairs(images)
    gaps = Gaps(0, 0, 0)
    for track in tracks:
        gaps = gaps.plus(track.gaps) if track.gaps else gaps
    return Summary(
        images=len(images),
        tracks=len(tracks),
        loaded=len(loaded),
        sure=len(pairs),
        truth=sum((image.truth for image in images), Truth(0, 0, 0)),
        total=sum(image.count.mean for image in images),
        bias=_mean(track.error for track in tracks),
        mae=_mean(abs(track.error) for track in tracks),
        mae_beyond=_mean(track.truth.beyond(track.count.mean) for track in tracks),
        gaps=gaps,
        held={level: sum(holds(t.count, t.truth, level) for t in tracks) for level in LEVELS},
        held_loaded={level: sum(holds(t.count, t.truth, level) for t in loaded) for level in LEVELS},
        claimed={level: _mean(claimed(t.count, level) for t in tracks) for level in LEVELS},
        claimed_loaded={level: _mean(claimed(t.count, level) for t in loaded) for level in LEVELS},
        held_images={level: sum(holds(i.count, i.truth, level) for i in images) for level in LEVELS},
        width=_mean(width(t.count, 0.9) for t in loaded),
        width_images=_mean(100.0 * width(i.count, 0.9) / i.truth.best for i in images if i.truth.best),
        score=_mean(crps(count, truth) for count, truth in pairs),
        own_score=_mean(expected_crps(count) for count, _ in pairs),
    )
