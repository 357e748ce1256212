"""The page docs/consists.md."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from consists.score import COMPARISONS

LEVEL = 0.05
KINDS = ("mixed", "in blocks", "uniform")
SIZES = ("6 to 9", "10 to 15", "16 or more")

TOP = """# Trains recognised again

A consist is the row of cars of one train: length, colour against the ballast, type. Two sightings are set beside each
other by local alignment, from either end; a car may be missing, and the light may differ between the scenes. A pair is
reported where shuffled trains hardly ever agree so well. It is never a certainty.

## How

1. The cars of a track are cut into trains where the gap is 4 m or more; strings of fewer than five cars are left out,
   and so are cars that an end of the image cuts. Only scenes in which couplings can be seen take part.
2. The evidence that two cars are one is the density of their difference in length, colour and type if they are one,
   over how often a car of this stock looks so. No single pair of cars says more than a factor of 20.
3. What a car's own neighbours foretell is no evidence: in a string of like cars each is foretold by the one before it.
4. The shift of tone that two scenes differ by is estimated from the alignment itself and paid for.
5. The score is held against shuffled trains: the train's own cars in another order, cars drawn from all that were seen,
   whole strings of like cars drawn from them. The worst of the three p-values counts. Where fewer than ten shuffled
   trains reach the score it is read from an exponential tail, if the tail is one (Lilliefors' test at 5 %).
6. It is multiplied by the number of pairs compared (Bonferroni); at most 0.05 is reported. The likelihood ratio that is
   printed is that of one alignment out of all that were possible.

The constants and their sources are in `src/wayside/consists/settings.py`.

## How often it works: drawn trains

Every image here was drawn; none shows a real place. Trains of three networks stand in a drawn yard of seven tracks at
two dates, under another sun and from elsewhere, on other tracks. At the second date none to three of their cars are
others, half are turned round, half of the locomotives are gone, and a fifth of the trains carry other loads. The
shipped counter read them. The constants were set on rounds 0 to 35 of the drawing, the tables are of rounds {first} to
{last}. "Mixed" trains repeat the car before with a probability of 0.15, those "in blocks" of 0.6, "uniform" ones of
0.93. Shares are of trains that are reported at a corrected level of 0.05 ({shuffles} shuffles of each way), with
Wilson's 95 % interval.

"""

BOTTOM = """
What follows from this:

- The test is made to be seldom wrong, and pays with what it misses. Of mixed trains of sixteen cars or more about one
  in four is recognised, of shorter ones few. Not being reported says nothing: most trains that came again are not
  noticed.
- Short trains were never reported, and uniform ones seldom: half of the drawn ones are of one type in many colours, and
  these can be told apart. A string of cars that look the same is not reported, as another would match it as well.
- At 3 m cars are not single: the counter outlines about half as many cars as were drawn. Scenes so coarse take no part
  in what the program reports; the rows above are what would come of it if they did.
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


def page(rows: Sequence[dict[str, Any]], *, rounds: tuple[int, int], shuffles: int, cost: str) -> str:
    """Return the page."""
    parts = [TOP.format(first=rounds[0], last=rounds[1], shuffles=shuffles)]
    for number in COMPARISONS:
        parts.append(f"Recognised, percent, where {number} pairs are compared:\n\n")
        parts.append(_power([r for r in rows if r["same"]], number))
        parts.append("\n")
    parts.append("The same by what changed (mixed trains of ten cars or more, all pixel sizes but 3 m, ")
    parts.append(f"{COMPARISONS[0]} pairs compared):\n\n")
    parts.append(_changes([r for r in rows if r["same"]], COMPARISONS[0]))
    parts.append("\n## How often it is wrong\n\n")
    parts.append(_false([r for r in rows if not r["same"]]))
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
    lines = [f"Of {n} pairs of different trains of one network, each from another date:", "",
             "| p at most | Expected | Found |", "|---|---|---|"]  # fmt: skip
    levels = (0.05, 0.01, 0.001)
    lines += [f"| {level:g} | {level * n:.1f} | {sum(r['p'] <= level for r in rows)} |" for level in levels]
    for number in COMPARISONS:
        found = sum(r["p"] * number <= LEVEL for r in rows)
        bound = "" if found else f" (95 % upper bound {1000 * (1 - LEVEL ** (1 / n)):.1f})"
        rate = f"{1000 * found / n:.1f} per 1,000 pairs{bound}"
        lines += ["", f"Reported at the level for {number} comparisons: {found}, that is {rate}."]
    return "\n".join(lines) + "\n"
