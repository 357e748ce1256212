"""The pairs of trains that may be one train, seen twice."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np

from wayside.consists.align import best_path, compared, gaps, local_scores, scores
from wayside.consists.runs import alike_in, foreseen, runs_of
from wayside.consists.settings import ConsistSettings
from wayside.consists.shuffles import arrangements, shuffled
from wayside.consists.significance import Chance, chance_of
from wayside.consists.stock import Array, Index, Stock, stock_of
from wayside.model.checks import require
from wayside.model.consists import Alignment, Consist, ConsistMatch, Shuffle

__all__ = ["Yard", "compare", "compare_in", "find_matches", "least_p", "make_yard", "pairs_within", "testable"]

_BATCH_CELLS = 400_000
_FIRST, _HOPELESS = 200, 3
"""Where three of the first two hundred shuffled trains reach the score and that is too many, no more are made."""
_CLEAR = 10.0
"""A p-value so many times below what is needed is not made more exact."""


@dataclass(frozen=True, eq=False)
class Yard:
    """All trains with what is computed of each once.

    Attributes:
        consists: in order of day and id.
        stock: all their cars.
        places: where each train's cars stand in it.
        foreseen: of each train, shape (n,).
        runs: of each train.
    """

    consists: tuple[Consist, ...]
    stock: Stock
    places: tuple[Index, ...]
    foreseen: tuple[Array, ...]
    runs: tuple[tuple[Index, ...], ...]


def find_matches(
    consists: Sequence[Consist], *, seed: int, settings: ConsistSettings | None = None, among: Iterable[str] = ()
) -> tuple[ConsistMatch, ...]:
    """Return the pairs of sightings that are more alike than chance makes them, the least chance first.

    Args:
        consists: trains of one site or of linked ones; ids differ.
        seed: of the shuffles; each pair has a generator of its own, so that nothing depends on the order of trains.
        settings: the constants; the defaults where None.
        among: site ids of which a pair must hold at least one; all where empty.

    Returns:
        Matches at the level of the settings, after a Bonferroni correction for all pairs within the window that could
        be reported at all (``testable``). A train takes part in any number of them.

    Raises:
        ValueRefusedError: where two trains have one id.
    """
    how = settings or ConsistSettings()
    require(len({train.id for train in consists}) == len(consists), "two trains have one id")
    ordered = tuple(sorted(consists, key=lambda train: (train.day, train.id)))
    pairs = pairs_within(ordered, how.window_days, frozenset(among))
    if not pairs:
        return ()
    yard = make_yard(ordered, how)
    first = _bounds(yard, pairs)
    floors = [least_p(yard, j) for j in range(len(ordered))]
    paid = testable([floors[j] for _, j in pairs], how.level)
    able = [k for k, (_, j) in enumerate(pairs) if first[k] > 0 and floors[j] * paid <= how.level]
    best = sorted(able, key=lambda k: (-first[k], pairs[k]))[: how.candidates]
    later = len({j for _, j in pairs if floors[j] * paid <= how.level})
    found = [compare_in(yard, *pairs[k], comparisons=paid, seed=seed, later_trains=later) for k in best]
    kept = [match for match in found if match is not None and match.p_corrected <= how.level]
    return tuple(sorted(kept, key=lambda m: (m.p_corrected, -m.log10_ratio, m.first.id, m.second.id)))


def compare(
    consists: Sequence[Consist], first: str, second: str, *, comparisons: int, seed: int,
    settings: ConsistSettings | None = None,
) -> ConsistMatch | None:  # fmt: skip
    """Compare two trains, named by id, against shuffles of all; None where fewer cars than ``least_matched`` agree."""
    ordered = tuple(sorted(consists, key=lambda train: (train.day, train.id)))
    place = {train.id: k for k, train in enumerate(ordered)}
    i, j = sorted((place[first], place[second]))
    return compare_in(make_yard(ordered, settings or ConsistSettings()), i, j, comparisons=comparisons, seed=seed)


def pairs_within(
    consists: Sequence[Consist], window_days: int, among: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Return the pairs of trains, as indices into a list in order of day, seen on different days within the window."""
    pairs, low = [], 0
    for j, later in enumerate(consists):
        while (later.day - consists[low].day).days > window_days:
            low += 1
        pairs += [
            (i, j) for i in range(low, j)
            if consists[i].day < later.day and (not among or {consists[i].site_id, later.site_id} & among)
        ]  # fmt: skip
    return pairs


def make_yard(consists: Sequence[Consist], how: ConsistSettings) -> Yard:
    """Return all trains with what is computed of each once, in order of day and id."""
    ordered = tuple(sorted(consists, key=lambda train: (train.day, train.id)))
    stock, places = stock_of(ordered, how)
    told = tuple(foreseen(stock, place[None])[0] for place in places)
    return Yard(ordered, stock, places, told, tuple(runs_of(stock, place) for place in places))


def _bounds(yard: Yard, pairs: Sequence[tuple[int, int]]) -> Array:
    """Return a first score of each pair, shape (pairs,): better direction, shift of tone unknown.

    Pairs of equal lengths are one batch; the evidence is computed once for both directions.
    """
    sizes = [train.size for train in yard.places]
    out = np.zeros(len(pairs))
    order = sorted(range(len(pairs)), key=lambda k: (sizes[pairs[k][0]], sizes[pairs[k][1]]))
    for (n, m), group in groupby(order, key=lambda k: (sizes[pairs[k][0]], sizes[pairs[k][1]])):
        members = list(group)
        batch = max(1, _BATCH_CELLS // (n * m))
        for at in range(0, len(members), batch):
            chosen = members[at : at + batch]
            out[chosen] = _loose(yard, [pairs[k] for k in chosen])
    return out


def _loose(yard: Yard, pairs: Sequence[tuple[int, int]]) -> Array:
    a, b = (np.stack([yard.places[pair[k]] for pair in pairs]) for k in (0, 1))
    told_a, told_b = (np.stack([yard.foreseen[pair[k]] for pair in pairs]) for k in (0, 1))
    left, right = np.broadcast_arrays(a[:, :, None], b[:, None, :])
    evidence = yard.stock.likeness(left, right) - 0.5 * (told_a[:, :, None] + told_b[:, None, :])
    gap_a, gap_b = gaps(yard.stock, a), gaps(yard.stock, b)
    ahead = local_scores(evidence, gap_a, gap_b)
    return np.maximum(ahead, local_scores(evidence[:, :, ::-1], gap_a, gap_b[:, ::-1]))


def compare_in(
    yard: Yard, i: int, j: int, *, comparisons: int, seed: int, later_trains: int = 1
) -> ConsistMatch | None:
    """Compare trains ``i`` and ``j`` in full; None where too few of their cars agree.

    Args:
        yard: all trains.
        i: the earlier one, by its place.
        j: the later one.
        comparisons: pairs that are compared.
        seed: of the shuffles.
        later_trains: how many trains are the later one of a pair.
    """
    how = yard.stock.settings
    one, two = yard.consists[i], yard.consists[j]
    score, alignment = _aligned(yard, i, j)
    if len(alignment.matched) < how.least_matched:
        return None
    by, worst = _chance(yard, i, j, score, comparisons=comparisons, seed=seed)
    ways = 2.0 * len(one.cars) * len(two.cars)
    return ConsistMatch(
        one, two, alignment,
        score=score,
        log10_ratio=(score - math.log(ways)) / math.log(10.0),
        p_value=worst.p,
        p_corrected=min(1.0, worst.p * comparisons),
        comparisons=comparisons,
        shuffles=worst.shuffles,
        by=by,
        extrapolated=worst.extrapolated,
        later_trains=later_trains,
    )  # fmt: skip


def _aligned(yard: Yard, i: int, j: int) -> tuple[float, Alignment]:
    stock, a, b = yard.stock, yard.places[i][None], yard.places[j][None]
    told_a, told_b = yard.foreseen[i][None], yard.foreseen[j][None]
    results = compared(stock, a, b, told_a, told_b)
    turned = bool(results[1].score[0] > results[0].score[0])
    best = results[turned]
    gap_a, gap_b = gaps(stock, a)[0], gaps(stock, b)[0]
    path = best_path(best.evidence[0], gap_a, gap_b[::-1] if turned else gap_b)
    last = b.size - 1
    pairs = tuple((p, last - q if turned and q is not None else q) for p, q in path.pairs)
    return float(best.score[0]), Alignment(pairs, turned)


def _chance(yard: Yard, i: int, j: int, score: float, *, comparisons: int, seed: int) -> tuple[Shuffle, Chance]:
    """Return the worst way to shuffle with its p-value, or the first that leaves no hope of the level."""
    one, two, how = yard.consists[i], yard.consists[j], yard.stock.settings
    rng = np.random.default_rng([seed, zlib.crc32(one.id.encode()), zlib.crc32(two.id.encode())])
    worst = (Shuffle.OWN, Chance(0.0))
    for way in (Shuffle.OWN, Shuffle.BLOCKS, Shuffle.CARS):
        floor = least_p(yard, j) if way is Shuffle.OWN else 0.0
        chance = _chance_by(yard, (i, j), _Test(way, score, floor, how.level / comparisons), rng)
        if chance.p > worst[1].p:
            worst = (way, chance)
        if worst[1].p * comparisons > how.level:
            break
    return worst


class _Test(NamedTuple):
    """A way to shuffle, the score, what no p-value by it can be below, and the p-value that is needed."""

    way: Shuffle
    score: float
    floor: float
    needed: float


def _chance_by(yard: Yard, pair: tuple[int, int], test: _Test, rng: np.random.Generator) -> Chance:
    """Return the p-value by one way to shuffle: few shuffles, then all, then many where these leave it open."""
    (i, j), how = pair, yard.stock.settings
    found, chance = np.zeros(0), Chance(1.0)
    for number in (min(_FIRST, how.shuffles), how.shuffles, max(how.shuffles, how.shuffles_open)):
        if number == found.size:
            continue
        trains = shuffled(test.way, yard.runs[j], yard.runs, number - found.size, rng)
        found = np.concatenate([found, _scores(yard, i, trains)])
        chance = chance_of(test.score, found, test.floor)
        reached = int((found >= test.score - 1e-9).sum())
        hopeless = reached >= _HOPELESS and reached / number > test.needed
        settled = chance.p <= test.needed / _CLEAR or (1 + reached) / (1 + how.shuffles_open) > test.needed
        if test.floor > test.needed or hopeless or (number >= how.shuffles and settled):
            break
    return chance


def least_p(yard: Yard, j: int) -> float:
    """Return what no p-value of a pair with train ``j`` as the later one is below: its cars have so few orders."""
    return 1.0 / arrangements(alike_in(yard.stock, yard.places[j]))


def testable(floors: Sequence[float], level: float) -> int:
    """Return how many comparisons have to be paid for: those that could be reported at all.

    Hypotheses whose p-value cannot fall to the corrected level cost nothing (Tarone, Biometrics 46, 1990, 515-522): the
    answer is the least k of which at most k floors are ``level / k`` or less.

    Args:
        floors: of each pair, what its p-value cannot be below.
        level: of the family, 0 to 1.

    Returns:
        1 or more.
    """
    ordered = np.sort(np.asarray(floors, dtype=np.float64))
    for k in range(1, ordered.size + 1):
        if np.searchsorted(ordered, level / k, side="right") <= k:
            return k
    return max(1, ordered.size)


def _scores(yard: Yard, i: int, trains: Index) -> Array:
    """Return the scores of train ``i`` against shuffled ones, shape (k,)."""
    stock, n = yard.stock, yard.places[i].size
    told = foreseen(stock, trains)
    batch = max(1, _BATCH_CELLS // (n * trains.shape[1]))
    parts = []
    for at in range(0, len(trains), batch):
        b, told_b = trains[at : at + batch], told[at : at + batch]
        a = np.broadcast_to(yard.places[i], (len(b), n))
        parts.append(scores(stock, a, b, np.broadcast_to(yard.foreseen[i], (len(b), n)), told_b))
    return np.concatenate(parts)
