"""Regular terms of the level, a season and a pattern of the week, taken in only where the evidence for them is strong.

A term adds a fixed pattern to the log level: mean = exp(level + pattern(day)). Which pattern is not known, so each term
has a list of **variants** with prior weights, and its evidence is their average. With Z(v) the likelihood of the whole
series under variant v, and Z(0) without the term,

    odds that it is there = prior odds  x  sum_v w(v) Z(v) / Z(0),

where Z is averaged over parameters of the level too (hazard and walk, size, dwell), since a restless level can follow a
season and then explains it as well (Bayes factors: Kass and Raftery, JASA 90, 1995). Averaging and not maximising is
what keeps chance patterns out: where there is no term, the average exceeds a number b with probability 1 / b at most
(Markov's inequality: its mean is 1). A term is **used** from a posterior probability of 0.9 on, prior 0.2, so b = 36:
in quiet sites that follow the model each is wrongly used in 2.8 % at most.

The term that stands out more in a regression is decided first, and the other given it: what one of them leaves
unexplained makes the other harder to see. A week's pattern cannot pass for a season, since 7 days go round many times
in a month, so nothing is gained by deciding both in one.

Most sites have neither. So a regression of log counts screens first, and only what it lets through is weighed by the
model: where even its best variant gains clearly less than the average of all would need, there is nothing to weigh.
Variants and parameters that are then still left out for time count as impossible, which can only make a term rarer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.special import expit, logsumexp

from wayside.model.checks import require, require_finite
from wayside.model.series import SeriesPoint, Term
from wayside.series.level.absorbing import Lanes
from wayside.series.level.dynamics import Floats
from wayside.series.level.negative_binomials import NegativeBinomials
from wayside.series.level.parameters import DAYS_PER_YEAR, Frame, LevelGrid, ParameterSets, parameter_sets
from wayside.series.level.seen import Seen
from wayside.series.level.sight import sight_of
from wayside.series.level.weighing import weigh

__all__ = [
    "MONTHS",
    "WEEKDAYS",
    "Family",
    "RegularTerms",
    "TermSettings",
    "choose_terms",
    "log_evidences",
    "season_family",
    "weekday_family",
]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = tuple(str(m) for m in range(1, 13))

Indices = NDArray[np.int64]

_BEYOND = 0.7
"""Levels are weighed so far beyond the smallest and the largest count, on the log scale."""

_PHASES = 12
_PEAKED = 0.5
"""Share of the second harmonic in a peaked season, which lies above its mean for 4.6 months of the year."""

_CANDIDATES, _WITHIN = 12, 6.0
"""So many variants are weighed, those that a regression puts within so much log likelihood of the best."""

_SETS = 2
_SLACK = 1.0
"""So much log likelihood less may a regression see than the model would, and yet let a term through."""

_HOLDS_UP = 0.0
"""The promising variant's log Bayes factor from which the others are weighed too."""

_TRIM = 1e-4
_CLIP = 2.5 * 1.4826
"""Outliers of the regression are cut at 2.5 robust standard deviations (1.4826 times the median deviation)."""

_NEIGHBOURS = 9
_LEAST_VARIANCE = 0.02
"""Of a log count, so that a site that never changes has no infinite gains."""


@dataclass(frozen=True, slots=True)
class TermSettings:
    """When a regular term is looked for, and when it is believed.

    Attributes:
        probability: prior probability of each term, more than 0, less than 1.
        used_from: posterior probability from which a term is used, more than ``probability``, less than 1.
        season_amplitudes: half of the difference of a season's highest and lowest log level; equal prior weight each.
        weekday_amplitudes: by how much the log level of the days that stand out differs, upwards or downwards; equal
            prior weight each.
        least_scenes: fewer days with scenes tell nothing of a term.
        season_least_days: shorter series tell nothing of a season; at two years every part of the year was there twice.
        weekday_least_days: shorter series tell nothing of a week.
    """

    probability: float = 0.2
    used_from: float = 0.9
    season_amplitudes: tuple[float, ...] = (0.15, 0.3, 0.5, 0.8, 1.2)
    weekday_amplitudes: tuple[float, ...] = (0.3, 0.6, 1.0, 1.6, 2.4)
    least_scenes: int = 20
    season_least_days: int = 730
    weekday_least_days: int = 56

    def __post_init__(self) -> None:
        require_finite("prior probability of a term", self.probability, low=1e-6, high=0.999)
        require_finite("probability to use a term from", self.used_from, low=self.probability, high=0.999999)
        for name in ("season_amplitudes", "weekday_amplitudes"):
            values: tuple[float, ...] = getattr(self, name)
            require(values, f"{name} must hold at least one value")
            for value in values:
                require_finite(name, value, low=0.01, high=5.0)
        require_finite("least_scenes", self.least_scenes, low=3, high=1e6)
        require_finite("season_least_days", self.season_least_days, low=1, high=1e6)
        require_finite("weekday_least_days", self.weekday_least_days, low=1, high=1e6)

    def least_days(self, name: str) -> int:
        """Return how long a series must be for the term of that name."""
        return self.season_least_days if name == "season" else self.weekday_least_days

    @property
    def needed(self) -> float:
        """Log of the Bayes factor that a term needs to be used."""
        return _logit(self.used_from) - _logit(self.probability)


class Family(NamedTuple):
    """The variants of one term over its P phases: days of the year, or of the week.

    Attributes:
        name: of the term.
        effect: what each variant adds to the log level, shape (V, P); each sums to about 0.
        share: prior share of each variant, shape (V,), sum 1.
    """

    name: str
    effect: Floats
    share: Floats

    def phase_of(self, first: date, days: int) -> Indices:
        """Return the phase of every day, shape (days,)."""
        return _phases(self.name, first, days)


@dataclass(frozen=True, eq=False)
class RegularTerms:
    """The terms that were looked for, and what they add.

    Attributes:
        terms: season and weekday, in this order.
        season: added to the log level by day of the year, 0 for 1 January, shape (366,); zero where it is not used.
        weekday: by day of the week, 0 for Monday, shape (7,).
    """

    terms: tuple[Term, ...]
    season: Floats
    weekday: Floats

    @property
    def used(self) -> bool:
        """Whether any term is used."""
        return any(t.used for t in self.terms)

    def log_term(self, first: date, days: int) -> Floats:
        """Return what is added to the log level on ``days`` days from ``first`` on, shape (days,)."""
        season = self.season[_phases("season", first, days)]
        return np.asarray(season + self.weekday[_phases("weekday", first, days)], dtype=np.float64)


def season_family(settings: TermSettings) -> Family:
    """Return the seasons: a harmonic of the year, or one with a sharper peak or a sharper trough, with its phase.

    cos a, and (cos a + cos(2 a) / 2) / 1.125 and its opposite, at 12 phases: three shapes, each as likely.
    """
    day = np.arange(366)
    shapes = []
    for phase in np.arange(_PHASES) / _PHASES:
        angle = 2.0 * np.pi * (day / DAYS_PER_YEAR - phase)
        peak = (np.cos(angle) + _PEAKED * np.cos(2.0 * angle)) / 1.125
        shapes += [np.cos(angle), peak, -peak]
    return _family("season", np.array(shapes), np.ones(len(shapes)), np.array(settings.season_amplitudes))


def weekday_family(settings: TermSettings) -> Family:
    """Return the weeks: the weekend stands out, one day does, or two days do, each kind as likely."""
    kinds: list[list[tuple[int, ...]]] = [
        [(5, 6)],
        [(d,) for d in range(7)],
        [(d, e) for d in range(7) for e in range(d + 1, 7) if (d, e) != (5, 6)],
    ]
    shapes, share = [], []
    for kind in kinds:
        for days in kind:
            shape = np.full(7, -len(days) / 7.0)
            shape[list(days)] += 1.0
            shapes.append(shape)
            share.append(1.0 / len(kind))
    size = np.array(settings.weekday_amplitudes)
    return _family("weekday", np.array(shapes), np.array(share), np.concatenate([size, -size]))


def _family(name: str, shapes: Floats, share: Floats, amplitudes: Floats) -> Family:
    effect = (shapes[:, None, :] * amplitudes[None, :, None]).reshape(-1, shapes.shape[1])
    each = np.repeat(share, len(amplitudes))
    return Family(name, effect, each / each.sum())


def choose_terms(
    seen: Seen, frame: Frame, tables: NegativeBinomials, *, looks: int, settings: TermSettings | None = None
) -> RegularTerms:
    """Look for a season and for a pattern of the week.

    Args:
        seen: the days.
        frame: grid, usual level and prior of the site.
        tables: counts given the level, for the sizes of the frame's prior.
        looks: how many lie behind a published bound.
        settings: when a term is looked for and believed; the defaults where not given.
    """
    settings = settings or TermSettings()
    case = _Case(seen, frame, tables, looks, settings)
    base = np.zeros(seen.days)
    families = [season_family(settings), weekday_family(settings)]
    families.sort(key=lambda family: -float(_gains(seen, family, base).max()))
    found: dict[str, Term] = {}
    effects: dict[str, Floats] = {}
    for family in families:
        found[family.name], effects[family.name] = _chosen(case, family, base)
        base = base + effects[family.name][family.phase_of(seen.first, seen.days)]
    return RegularTerms((found["season"], found["weekday"]), effects["season"], effects["weekday"])


class _Case(NamedTuple):
    """What the terms are weighed on."""

    seen: Seen
    frame: Frame
    tables: NegativeBinomials
    looks: int
    settings: TermSettings

    def log_evidences(self, sets: ParameterSets, term: Floats) -> NDArray[np.float64]:
        """Return those of some of the sets, shape (V, C)."""
        return log_evidences(self.seen, self.tables, sets, term, looks=self.looks)


def _sparing(case: _Case) -> _Case:
    """Leave out what costs time and decides nothing between variants.

    These are the far tails of the counts, and levels more than a factor of two beyond all counts.
    """
    points = tuple(_trimmed(p) for p in case.seen.points)
    means = [p.count.mean for p in points]
    reach = np.array([math.log(min(means) + 0.5) - _BEYOND, math.log(max(means) + 0.5) + _BEYOND])
    grid, tables = case.frame.grid, case.tables
    low, high = np.clip(np.round((reach - grid.low) / grid.spacing).astype(int), [0, 2], grid.size - 1).tolist()
    low = min(low, high - 2)
    cut = LevelGrid(grid.low + low * grid.spacing, grid.spacing, high - low + 1)
    part = slice(low, high + 1)
    few = NegativeBinomials(tables.spacing, tables.pmf[:, part], tables.cdf[:, part])
    return case._replace(seen=replace(case.seen, points=points), frame=replace(case.frame, grid=cut), tables=few)


def _trimmed(point: SeriesPoint) -> SeriesPoint:
    return replace(point, count=point.count.trimmed(_TRIM))


def _chosen(case: _Case, family: Family, base: Floats) -> tuple[Term, Floats]:
    """Return the term and its effect by phase, shape (P,); ``base`` is already in the log level, shape (T,).

    A term that was not looked for keeps its prior probability; one that the regression screens out gets what the
    regression makes of it.
    """
    settings, seen = case.settings, case.seen
    nothing = np.zeros(family.effect.shape[1])
    days = sorted({seen.index(p.day) for p in seen.points})
    if len(days) < settings.least_scenes or days[-1] - days[0] + 1 < settings.least_days(family.name):
        return Term(family.name, settings.probability, used=False, log_effect={}), nothing
    gain = _gains(seen, family, base)
    if gain.max() < settings.needed - _SLACK:
        log_factor = float(logsumexp(gain, b=family.share))
        return Term(family.name, _probability(settings, log_factor), used=False, log_effect={}), nothing
    order = np.argsort(-gain, kind="stable")[:_CANDIDATES]
    order = order[gain[order] > gain.max() - _WITHIN]
    log_factor, weight = _weighed(case, family, base, order)
    probability = _probability(settings, log_factor)
    if probability <= settings.used_from:
        return Term(family.name, probability, used=False, log_effect={}), nothing
    effect = weight @ family.effect[order]
    effect -= effect.mean()
    return Term(family.name, probability, used=True, log_effect=_by_name(family.name, effect)), effect


def _weighed(case: _Case, family: Family, base: Floats, candidates: Indices) -> tuple[float, Floats]:
    """Return the log Bayes factor of the term, and the weight of each candidate given it is there, sum 1.

    Without the term, and with the most promising variant, all representative sets are weighed; the other variants by
    the sets that then explain the series best, whose share in the promising variant's evidence stands for the others'.
    """
    term = base + family.effect[candidates][:, family.phase_of(case.seen.first, case.seen.days)]
    case = _sparing(case)
    design = _representative(case.frame)
    none, promising = case.log_evidences(design, np.stack([base, term[0]]))
    log_none, log_promising = float(logsumexp(none)), float(logsumexp(promising))
    if log_promising - log_none < _HOLDS_UP:
        return log_promising - log_none, np.eye(len(candidates))[0]
    best = np.argsort(-promising, kind="stable")[:_SETS]
    log_share = float(logsumexp(promising[best])) - log_promising
    each = logsumexp(case.log_evidences(design.chosen(best), term), axis=1) - log_share - log_none
    joint = each + np.log(family.share[candidates])
    log_factor = float(logsumexp(joint))
    return log_factor, np.exp(joint - log_factor)


def _representative(frame: Frame) -> ParameterSets:
    """Return a few of the parameter sets: a calm level, a usual and a restless one, with every size.

    A calm level seldom jumps and hardly walks, so that a season has to be explained; a restless one can follow it.
    """
    prior = frame.prior
    hazards, walks = _low_mid_high(prior.hazards_per_year), _low_mid_high(prior.walk_sds_per_year)
    few = replace(
        prior,
        hazards_per_year=tuple(dict.fromkeys(hazards)),
        walk_sds_per_year=tuple(dict.fromkeys(walks)),
        jump_scales=_low_mid_high(prior.jump_scales)[1:2],
        dwells_days=tuple(dict.fromkeys(_low_mid_high(prior.dwells_days))),
    )
    sets = parameter_sets(replace(frame, prior=few))
    like = np.zeros(len(sets.hazard), dtype=np.bool_)
    for hazard, walk in zip(hazards, walks, strict=True):
        like |= (sets.hazard == hazard) & (sets.walk_sd == walk)
    return sets.chosen(np.flatnonzero(like))


def _low_mid_high(values: tuple[float, ...]) -> tuple[float, float, float]:
    return min(values), sorted(values)[(len(values) - 1) // 2], max(values)


def log_evidences(
    seen: Seen, tables: NegativeBinomials, sets: ParameterSets, term: Floats, *, looks: int
) -> NDArray[np.float64]:
    """Return the log likelihood of the whole series for every variant and parameter set, shape (V, C).

    Those that fall hopelessly behind the best are not followed to the end; they get what they then had, seen from the
    best's end.

    Args:
        seen: the days.
        tables: counts given the level, for the sizes of the sets' prior.
        sets: C parameter sets.
        term: added to the log level by variant and day, shape (V, T).
        looks: how many lie behind a published bound.
    """
    sizes, row = np.unique(sets.size_of, return_inverse=True)
    few = NegativeBinomials(tables.spacing, tables.pmf[sizes], tables.cdf[sizes])
    sight = sight_of(seen, few, looks=looks, term=term)
    variants, c = len(term), len(sets.hazard)
    rows = (np.arange(variants)[:, None] * sizes.size + row.reshape(-1)).reshape(-1)
    lanes = Lanes(rows, np.tile(sets.dwell, variants))
    weighing = weigh(sets.chosen(np.tile(np.arange(c), variants)), sight, lanes)
    out = weighing.behind + weighing.log_evidence.max()
    out[weighing.alive] = weighing.log_evidence
    return np.asarray(out.reshape(variants, c), dtype=np.float64)


def _gains(seen: Seen, family: Family, base: Floats) -> Floats:
    """Return what each variant gains in log likelihood by a regression of log counts, shape (V,).

    Set against two kinds of slow change, with and without outliers cut down; the largest of the four, so that a
    variant is rather let through than not.
    """
    by_day: dict[int, list[float]] = {}
    for p in seen.points:
        by_day.setdefault(seen.index(p.day), []).append(p.count.mean)
    day = np.array(sorted(by_day))
    y = np.log(np.array([np.mean(by_day[d]) for d in day.tolist()]) + 0.5) - base[day]
    x = family.effect[:, family.phase_of(seen.first, seen.days)[day]]
    year = (day / DAYS_PER_YEAR).astype(np.int64)
    slow = y - median_filter(y, _NEIGHBOURS, mode="nearest")
    ways = [(y, np.zeros_like(year)), (y, year) if family.name == "season" else (slow, np.zeros_like(year))]
    gains = [_gain(of, x, group, clip) for of, group in ways for clip in (False, True)]
    return np.asarray(np.max(gains, axis=0), dtype=np.float64)


def _gain(y: Floats, x: Floats, group: Indices, clip: bool) -> Floats:
    """Return n / 2 log(sum y^2 / sum (y - x)^2), each about its groups' means, for x of shape (V, n).

    What the best variant leaves is correlated from scene to scene where the level moves; n is cut to what so many
    scenes are worth, n (1 - rho) / (1 + rho) with rho their correlation (Bayley and Hammersley 1946).
    """
    member = np.eye(int(group.max()) + 1)[group]
    count = np.maximum(member.sum(axis=0), 1.0)
    y = y - (y @ member / count)[group]
    reach = _CLIP * float(np.median(np.abs(y)))
    if clip and reach > 0.0:
        y = np.clip(y, -reach, reach)
    left = y - (x - (x @ member / count)[:, group])
    square = (left**2).sum(axis=1) + _LEAST_VARIANCE * y.size
    best = int(np.argmin(square))
    rho = max(0.0, float(left[best, 1:] @ left[best, :-1] / square[best]))
    worth = y.size * (1.0 - rho) / (1.0 + rho)
    return np.asarray(0.5 * worth * np.log((float(y @ y) + _LEAST_VARIANCE * y.size) / square), dtype=np.float64)


def _phases(name: str, first: date, days: int) -> Indices:
    """Return day of the year (0 to 365) or of the week (0 to 6) of ``days`` days from ``first`` on, shape (days,)."""
    if name == "weekday":
        return np.asarray((first.weekday() + np.arange(days)) % 7, dtype=np.int64)
    every = np.datetime64(first, "D") + np.arange(days)
    return np.asarray((every - every.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64))


def _by_name(name: str, effect: Floats) -> dict[str, float]:
    """Return the effect by weekday, or its mean by month."""
    if name == "weekday":
        return dict(zip(WEEKDAYS, effect.tolist(), strict=True))
    leap = date(2020, 1, 1)
    month = np.array([(leap + timedelta(days=d)).month for d in range(effect.size)])
    return {m: float(effect[month == int(m)].mean()) for m in MONTHS}


def _logit(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)


def _probability(settings: TermSettings, log_factor: float) -> float:
    """Return the posterior probability of a term for the log of its Bayes factor."""
    return float(expit(_logit(settings.probability) + log_factor))
