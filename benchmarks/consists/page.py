"""The page docs/consists.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from consists.score import COMPARISONS
from wayside.consists.settings import ConsistSettings

LEVEL = 0.05
KINDS = ("mixed", "in blocks", "uniform")
SIZES = ("6 to 9", "10 to 15", "16 or more")

TOP = """# Trains recognised again

A consist is the row of cars of one train: length, colour against the ballast, type. Two sightings are set beside each
other by local alignment, from either end; a car may be missing, and the light may differ between the scenes. A pair is
reported where shuffled trains agree so well in few comparisons, if any. It is never a certainty.

## How

1. The cars of a track are cut into trains where the gap is 4 m or more; strings of fewer than five cars are left out,
   and so are cars that an end of the image cuts. Only scenes in which couplings can be seen take part.
2. The evidence that two cars are one is the density of their difference in length, colour and type if they are one,
   over how often a car of this stock looks so. No single pair of cars says more than a factor of 20.
3. What a car's own neighbours foretell is no evidence: in a string of like cars each is foretold by the one before it.
4. Every scene's tones are given the usual middle and the usual contrast, as haze and low light take contrast from all
   cars alike. The shift that is left between two trains is estimated from the alignment itself and paid for.
5. The score is held against shuffled trains: the train's own cars in another order, cars drawn from all that were seen,
   whole strings of like cars drawn from them. The worst of the three p-values counts. Where fewer than ten shuffled
   trains reach the score it is read from an exponential tail, if the tail is one (Lilliefors' test at 5 %).
   1,999 trains are shuffled each way, and 9,999 where these leave open whether the level is reached.
6. It is multiplied by the number of pairs compared (Bonferroni); at most 0.05 is reported. Pairs that could not be
   reported whatever they scored (where 300 are compared, a train of seven cars has too few orders) are not looked at
   and not paid for (Tarone, Biometrics 46, 1990). The likelihood ratio that is printed is that of one alignment out of
   all that were possible.

The constants and their sources are in `src/wayside/consists/settings.py`.

## How often it works: drawn trains

Every image here was drawn; none shows a real place. Trains of three networks stand in a drawn yard of seven tracks at
two dates, under another sun and from elsewhere, on other tracks. At the second date none to three of their cars are
others, half are turned round, half of the locomotives are gone, and a fifth of the trains carry other loads. The
shipped counter read them. "Mixed" trains repeat the car before with a probability of 0.15, those "in blocks" of 0.6,
"uniform" ones of 0.93. Shares are of trains that are reported at a corrected level of 0.05 ({shuffles} shuffles of each
way, {open} where open), with Wilson's 95 % interval. Trains that the counter left fewer than five cars of count as not
recognised.

The constants were chosen on rounds 0 to 35 of the drawing (an earlier summary of how often the test works had covered
rounds 0 to 71). The tables are of rounds {rounds}, which nobody had looked at when all was fixed; how many rounds, the
processor time decided.

"""

LIMITS = """
## What limits it

Mixed trains of sixteen cars or more at 0.3 m, rounds 0 to 35, n = 22, before scenes were given one contrast and open
pairs more shuffles. In each row what is named was put right: cars of the second date got what was read of the same car
at the first, so that a change of load is undone too.

| Put right | Recognised, 300 pairs | 30 pairs | One pair |
|---|---|---|---|
| nothing | 7 | 14 | 18 |
| lengths | 10 | 16 | 20 |
| types | 12 | 15 | 19 |
| colours | 17 | 22 | 22 |
| all three | 19 | 22 | 22 |
| a pair of cars may say e⁴·⁵ instead of e³ | 6 | 11 | 17 |
| a pair of cars may say e⁶ | 6 | 11 | 16 |

Colour is what limits: the same car differs between two scenes by 0.30 in the logarithm of its brightness (by 0.20 with
a shift for each train) where cars differ among themselves by 0.56, with long tails: other light, other side seen, other
load. The worst of the three ways to shuffle was the train's own cars in another order for 16 of the 22. Six of the
fifteen that were missed had at most one shuffled train above them in each way; 9,999 shuffles brought one of them over
the level. One contrast for every scene brought 12 to 19 of 88 (mixed trains and trains in blocks of twelve cars or
more, 499 shuffles; the best of eight variants tried there); other errors of colour brought 14 or 15.

What each step gives on the rounds of the tables, which chose nothing (mixed, sixteen cars or more, 0.3 m, 300 pairs):

| Contrast | Shuffles | Recognised of 23 |
|---|---|---|
| as read | 999 | 3 |
| as read | 1,999, then 9,999 | 6 |
| one for every scene | 999 | 8 |
| one for every scene | 1,999, then 9,999 | 12 |

The false discovery rate in the place of Bonferroni's correction was left aside: it gains where many pairs of a site are
true, and then "one of these is wrong" is harder to read than a probability.

## What a match is worth

A p-value is not the probability that a match is right. `wayside` judges every match (`assessment/consists.py`):

    odds = expected × min( a / b , 1 / (−e p ln p) / pairs ),   expected = later trains × 0.1

- **Prior, a convention.** Of the later trains that were compared one in ten is taken to have been seen within the 30
  days before. Nobody has measured it; the judgement says what 1 % and 50 % would give.
- **What the p-value allows at most**: 1 / (−e p ln p) times the prior odds (Sellke, Bayarri and Berger, The American
  Statistician 55, 2001), for the pair itself, not corrected.
- **What the trials bear out**: true against false among what is reported (Storey, Annals of Statistics 31, 2003). *a*
  is the lower end of Wilson's 95 % interval of the share recognised, of the table below; *b* the upper end of that of
  false matches, 0 of 165 pairs of dates (those above, each once though read at two pixel sizes): 2.3 %. Unless p is
  near the level it is this bound that counts.

| Pixels up to, m | tried at | 300 pairs | 3,000 | 30,000 |
|---|---|---|---|---|
| 0.4 | 0.3 | 30 | 10 | 5 |
| 0.75 | 0.5 | 24 | 11 | 3 |
| 1.25 | 1 | 19 | 10 | 7 |

Recognised of 231 drawn trains of every length and kind that came again, where so many pairs are compared. The next
larger number of pairs and the coarser pixels count. With more pairs than 30,000, or coarser pixels, nothing is judged.
Where the same cars are found in two places of one scene, both share the odds.

So the probability rests on the prior and the trials, and a smaller p-value does not raise it beyond: with five later
trains, 65 pairs and 0.3 m it is 67 % at most, with 1 % instead of 10 % it is 17 %, with 50 % it is 91 %. Confidence is
never high, and mostly low. In a simulation (`tests/assessment/test_consists.py`: seven trains at each date, true pairs
recognised as often as the table says, p-values of false ones even) the share of true matches among those reported is
no less than the mean probability given, wherever the share of trains that come again is what was taken or more. Where
it is a tenth of that, the probability claims too much: that is what the convention costs.
"""

BOTTOM = """
What follows from this:

- The test is made to be seldom wrong, and pays with what it misses. Of mixed trains of sixteen cars or more about half
  are recognised at 0.3 m and a quarter at 1 m where 300 pairs are compared; of shorter and more uniform ones few, of
  trains of fewer than ten cars none. Not being reported says nothing: most trains that came again are not noticed.
- A string of cars that look the same is not reported, as another would match it as well; "uniform" trains are seldom
  recognised.
- At 3 m cars are not single: the counter outlines about half as many cars as were drawn. Scenes so coarse take no part
  in what the program reports; the rows above are what would come of it if they did: nothing.
- Pairs of different trains are given up where the first 200 shuffles leave no hope, so that their p-values between 0.02
  and 1 are coarse. Those near the level are not.
- The likelihood ratio is overstated where it is high: its errors have longer tails than the model's, and cars of a
  train depend on each other in ways that the model does not hold. The p-values do not rest on it.
- The drawn trains are easier than real ones in one way (colours vary widely and independently from car to car) and
  harder in another (a fifth were loaded anew within days). Nothing here was measured on real trains seen twice: no such
  labelled pair is at hand.
- A train that stands still matches itself: the report says so where both sightings are of one stretch of one track.

## Cost

{cost}
"""


def wilson(hits: int, n: int) -> str:
    """Return a share with Wilson's 95 % interval, percent."""
    if not n:
        return "–"
    z = 1.96
    middle = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(hits * (n - hits) / n + z * z / 4)
    return f"{100 * hits / n:.0f} ({max(0, 100 * (middle - half)):.0f}–{min(100, 100 * (middle + half)):.0f}), n = {n}"


def page(
    rows: Sequence[dict[str, Any]],
    sites: Sequence[dict[str, Any]],
    *,
    rounds: str,
    settings: ConsistSettings,
    cost: str,
) -> str:
    """Return the page.

    Args:
        rows: of pairs of trains.
        sites: of pairs of dates.
        rounds: that they are of.
        settings: that they were made with.
        cost: a sentence.
    """
    parts = [TOP.format(rounds=_said(rounds), shuffles=f"{settings.shuffles:,}", open=f"{settings.shuffles_open:,}")]
    for number in COMPARISONS:
        parts.append(f"Recognised, percent, where {number} pairs are compared:\n\n")
        parts.append(_power([r for r in rows if r["same"]], number))
        parts.append("\n")
    parts.append("The same by what changed (mixed trains of ten cars or more, all pixel sizes but 3 m, ")
    parts.append(f"{COMPARISONS[0]} pairs compared):\n\n")
    parts.append(_changes([r for r in rows if r["same"]], COMPARISONS[0]))
    parts.append("\nWhere only two dates of one site are compared, seven trains each, 49 pairs at most:\n\n")
    parts.append(_small([row for row in sites if row["same"]]))
    parts.append("\n## How often it is wrong\n\n")
    parts.append(_false([r for r in rows if not r["same"] and tuple(r["gsds"]) != (3.0, 3.0)]))
    parts.append(_wrong(sites))
    parts.append(LIMITS)
    parts.append(BOTTOM.format(cost=cost))
    return "".join(parts)


def _hits(rows: Iterable[dict[str, Any]], number: int) -> str:
    found = [row["p"] * number <= LEVEL for row in rows]
    return wilson(sum(found), len(found))


def _power(rows: Sequence[dict[str, Any]], number: int) -> str:
    lines = ["| Pixels, m | Cars | " + " | ".join(kind.capitalize() for kind in KINDS) + " |", "|---|---|---|---|---|"]
    for gsds in sorted({tuple(row["gsds"]) for row in rows}):
        for size in SIZES:
            own = [r for r in rows if tuple(r["gsds"]) == gsds and r["size"] == size]
            cells = [_hits([r for r in own if r["kind"] == kind], number) for kind in KINDS]
            lines.append(f"| {gsds[0]:g} and {gsds[1]:g} | {size} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _changes(rows: Sequence[dict[str, Any]], number: int) -> str:
    own = [r for r in rows if r["kind"] == "mixed" and r["size"] != SIZES[0] and tuple(r["gsds"]) != (3.0, 3.0)]
    lines = ["| Change | Recognised, percent |", "|---|---|"]
    names = ("reversed", "no locomotive", "reloaded", "1 replaced", "2 replaced", "3 replaced")
    lines += [f"| {name} | {_hits([r for r in own if name in r['changes']], number)} |" for name in names]
    lines.append(f"| not reloaded | {_hits([r for r in own if 'reloaded' not in r['changes']], number)} |")
    return "\n".join(lines) + "\n"


def _false(rows: Sequence[dict[str, Any]]) -> str:
    n = len(rows)
    sizes = len({tuple(row["gsds"]) for row in rows})
    once = n // sizes
    lines = [f"Of {n} pairs of different trains of one network, each from another date ({once} pairs of trains at",
             f"{sizes} pairs of pixel sizes, 3 m left out; most are of one yard under one light):", "",
             "| p at most | Expected | Found |", "|---|---|---|"]  # fmt: skip
    levels = (0.05, 0.01, 0.001)
    lines += [f"| {level:g} | {level * n:.1f} | {sum(r['p'] <= level for r in rows)} |" for level in levels]
    for number in COMPARISONS:
        found = sum(r["p"] * number <= LEVEL for r in rows)
        bounds = [f"{1000 * (1 - LEVEL ** (1 / count)):.1f}" for count in (n, once)]
        bound = "" if found else f"\n(95 % upper bound {bounds[0]}, or {bounds[1]} if each pair of trains counts once)"
        rate = f"{1000 * found / n:.1f} per 1,000 pairs{bound}"
        lines += ["", f"Reported at the level for {number} comparisons: {found}, that is {rate}."]
    return "\n".join(lines) + "\n"


def _said(rounds: str) -> str:
    return " and ".join(part.replace("-", " to ") for part in rounds.split(","))


def _small(sites: Sequence[dict[str, Any]]) -> str:
    lines = ["| Pixels, m | Cars | " + " | ".join(kind.capitalize() for kind in KINDS) + " |", "|---|---|---|---|---|"]
    for gsd in sorted({row["gsd_m"] for row in sites}):
        trains = [train for row in sites if row["gsd_m"] == gsd for train in row["trains"]]
        for size in SIZES:
            cells = [[found for k, s, found in trains if (k, s) == (kind, size)] for kind in KINDS]
            lines.append(f"| {gsd:g} | {size} | " + " | ".join(wilson(sum(c), len(c)) for c in cells) + " |")
    return "\n".join(lines) + "\n"


def _wrong(sites: Sequence[dict[str, Any]]) -> str:
    other = [row for row in sites if not row["same"]]
    n, pairs = len(other), sum(row["pairs"] for row in other)
    wrong, matches = sum(row["wrong"] > 0 for row in other), sum(row["wrong"] for row in sites)
    z = _per_thousand(wrong, n)
    return f"""
What a user meets is a pair of dates with all its trains. The first date of each round was set beside later dates of
other rounds of its network, seven trains at each and none the same, at 0.3 and at 0.5 m: {n} pairs of dates,
{pairs:,} pairs of trains. {wrong} of the {n} held a false match, that is {z} per 1,000 pairs of dates; the level
allows 50. In all pairs of dates, those with the same trains too, there were {matches} false matches. The same dates
take part several times, so that the interval is somewhat too narrow. With eight trains at either date, 64 pairs, the
level is the same: it is that of the family.
"""


def _per_thousand(hits: int, n: int) -> str:
    z = 1.96
    middle = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(hits * (n - hits) / n + z * z / 4)
    return f"{1000 * hits / n:.1f} ({max(0.0, 1000 * (middle - half)):.0f}–{1000 * (middle + half):.0f})"
