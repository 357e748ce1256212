"""What is judged of trains that were recognised: whether two sightings are one train.

A p-value is not the probability that a match is right. That takes a prior, which is a convention here
(``SEEN_BEFORE``), and how much more often true pairs are reported than false ones, which is bounded twice over:

- By the p-value itself. Whatever true pairs look like, a p-value *p* below 1/e multiplies the odds by no more than
  1 / (-e p ln p) (Sellke, Bayarri and Berger, "Calibration of p values for testing precise null hypotheses", The
  American Statistician 55, 2001, 62-71).
- By what was tried on drawn trains. Among what a test reports, the odds of true against false are those of the prior,
  times the share of true ones that it reports, over the share of false ones (Storey, "The positive false discovery
  rate: a Bayesian interpretation and the q-value", Annals of Statistics 31, 2003, theorem 1). For the first the lower
  end of its 95 % interval is taken, for the second the upper end (Wilson, J. Am. Stat. Assoc. 22, 1927).

The lower of both counts, so that a p-value of a billionth says no more than the trials bear out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from wayside.assessment.confidence import LIMITS, Reason, Threshold
from wayside.assessment.grounds import Grounds, Support, concluded
from wayside.assessment.telling import Teller
from wayside.model.consists import Consist, ConsistMatch
from wayside.model.judgements import Confidence, Judgement

__all__ = [
    "DRAWN_DATES", "DRAWN_TRAINS", "RECOGNISED", "SEEN_BEFORE", "SEEN_BEFORE_RANGE", "TRIED_GSD", "most_that_p_allows",
    "odds_of", "probabilities", "recognised_of", "train_id", "train_judgements", "wilson",
]  # fmt: skip

SEEN_BEFORE = 0.1
"""Share of the later trains that were seen before within the window. A convention: nobody has measured it."""
SEEN_BEFORE_RANGE = (0.01, 0.5)
"""What else it may be; the judgement says what these would give."""
RECOGNISED = {
    0.4: {300: 30, 3_000: 10, 30_000: 5},
    0.75: {300: 24, 3_000: 11, 30_000: 3},
    1.25: {300: 19, 3_000: 10, 30_000: 7},
}
"""How many of ``DRAWN_TRAINS`` were recognised, by pixels of up to so many metres and by up to how many pairs of trains
were compared (docs/consists.md); trains of every length and kind together, as nobody knows the kind of a real one."""
DRAWN_TRAINS = 231
TRIED_GSD = {0.4: 0.3, 0.75: 0.5, 1.25: 1.0}
"""Which pixels were tried for those of up to so many metres."""
DRAWN_DATES = 165
"""Pairs of dates without a common train, none of which held a false match. They were read at two pixel sizes and count
once."""

_Z = 1.96
_PRIOR = Threshold(0.1, 0.3)
_MATCHED = Threshold(0.8, 0.5, larger_is_worse=False)


def train_judgements(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return for each match that the two sightings are one train, in the order of the matches.

    None is made where more pairs were compared, or with coarser pixels, than was ever tried.
    """
    each = (probabilities(grounds.matches, share) for share in (SEEN_BEFORE, *SEEN_BEFORE_RANGE))
    found = []
    for k, (p, low, high) in enumerate(zip(*each, strict=True)):
        if p is not None and low is not None and high is not None:
            found.append(_judged(grounds, k, p, (low, high)))
    return tuple(found)


def train_id(place: int) -> str:
    """Return the id of the judgement on a match, by its place among the matches, from 0."""
    return f"train-{place + 1}"


# ---------------------------------------------------------------------- probability
def probabilities(matches: Sequence[ConsistMatch], seen_before: float) -> tuple[float | None, ...]:
    """Return for each match the probability that both sightings are one train; None where nothing like it was tried.

    Where a train matches two of one scene, no more than one of these can be it: they share the odds.

    Args:
        matches: all that were recognised.
        seen_before: share of the later trains that were seen before, 0 to 1, both excluded.
    """
    odds = [odds_of(match, seen_before) for match in matches]
    found: list[float | None] = []
    for match, own in zip(matches, odds, strict=True):
        all_of = math.fsum(o for other, o in zip(matches, odds, strict=True) if o and _exclude(match, other))
        found.append(None if own is None else own / (1.0 + all_of))
    return tuple(found)


def odds_of(match: ConsistMatch, seen_before: float) -> float | None:
    """Return the odds that a match is right; None where nothing like it was tried.

    Of the pairs compared, ``later_trains * seen_before`` are expected to be of one train. Each of the two bounds at the
    head of this module gives odds with that prior; the lower ones are returned.
    """
    tried = recognised_of(match)
    if tried is None:
        return None
    expected = match.later_trains * seen_before
    least, most = wilson(tried, DRAWN_TRAINS)[0], wilson(0, DRAWN_DATES)[1]
    return expected * min(least / most, most_that_p_allows(match.p_value) / match.comparisons)


def most_that_p_allows(p: float) -> float:
    """Return by how much a p-value (0 to 1, 0 excluded) multiplies the odds at most: 1 / (-e p ln p), or 1."""
    return 1.0 / (-math.e * p * math.log(p)) if p < 1.0 / math.e else 1.0


def recognised_of(match: ConsistMatch) -> int | None:
    """Return how many of ``DRAWN_TRAINS`` were recognised under conditions as good as these or worse; None untried."""
    coarser = max(match.first.gsd_m, match.second.gsd_m)
    column = next((RECOGNISED[gsd] for gsd in sorted(RECOGNISED) if coarser <= gsd), {})
    return next((column[pairs] for pairs in sorted(column) if match.comparisons <= pairs), None)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, ``hits`` of ``n`` (1 or more)."""
    middle = (hits + _Z * _Z / 2) / (n + _Z * _Z)
    half = _Z / (n + _Z * _Z) * math.sqrt(hits * (n - hits) / n + _Z * _Z / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def _exclude(one: ConsistMatch, other: ConsistMatch) -> bool:
    """Whether no more than one of two matches can be right, or both are the same.

    They are of one train, whose same cars they find in two places of one scene. A train that was parted between the
    dates is in two places too, but with other cars.
    """
    if one is other:
        return True
    if one.first.id == other.first.id and one.second.scene_id == other.second.scene_id:
        return bool({i for i, _ in one.alignment.matched} & {i for i, _ in other.alignment.matched})
    if one.second.id == other.second.id and one.first.scene_id == other.first.scene_id:
        return bool({j for _, j in one.alignment.matched} & {j for _, j in other.alignment.matched})
    return False


# ---------------------------------------------------------------------- words
def _judged(grounds: Grounds, place: int, p: float, ends: tuple[float, float]) -> Judgement:
    # No count that others published has trains, so the sentences speak of scenes whatever the counts are.
    teller, match = Teller(grounds.language), grounds.matches[place]
    rivals = sum(_exclude(match, other) for other in grounds.matches) - 1
    scenes = (match.first.scene_id, match.second.scene_id)
    support = Support(
        reasons=_reasons(teller, match, p, ends, rivals=rivals),
        evidence=tuple(dict.fromkeys((*scenes, match.first.id, match.second.id))),
        assumptions=_assumptions(teller, match),
        would_change=tuple(teller.say("judgements", f"change.train_{key}") for key in ("compare", "both", "share")),
    )
    return concluded(train_id(place), _statement(teller, match), p, support)


def _statement(teller: Teller, match: ConsistMatch) -> str:
    def of(train: Consist, ending: str) -> dict[str, object]:
        values = {"cars": len(train.cars), "track": train.track_id, "site": train.site_id, "day": train.day}
        return {name + ending: value for name, value in values.items()}

    key = "train.here" if match.same_site else "train.elsewhere"
    return teller.say("judgements", key, **of(match.second, ""), **of(match.first, "_before"))


def _reasons(
    teller: Teller, match: ConsistMatch, p: float, ends: tuple[float, float], *, rivals: int
) -> tuple[Reason, ...]:
    """Return what a match rests on. Never high: it was tried on drawn trains alone, and its prior is a convention."""

    def say(key: str, **values: object) -> str:
        return teller.say("confidence", f"train.{key}", **values)

    shorter = min(len(match.first.cars), len(match.second.cars))
    coarser = max(match.first.gsd_m, match.second.gsd_m)
    share = {"taken": SEEN_BEFORE, "few": SEEN_BEFORE_RANGE[0], "many": SEEN_BEFORE_RANGE[1]}
    reasons = [
        Reason(say("share", low=ends[0], high=ends[1], **share), _PRIOR.cap(max(p - ends[0], ends[1] - p))),
        Reason(
            say("drawn", found=recognised_of(match) or 0, drawn=DRAWN_TRAINS, dates=DRAWN_DATES), Confidence.MODERATE
        ),
        Reason(say("unchecked"), Confidence.MODERATE),
        Reason(say("gsd", gsd=coarser), LIMITS["gsd_m"].cap(coarser)),
        Reason(say("matched", matched=match.matched, cars=shorter), _MATCHED.cap(match.matched / shorter)),
    ]
    if rivals:
        reasons.insert(0, Reason(say("rivals"), Confidence.LOW))
    if match.extrapolated:
        text = say("tail", shuffles=teller.writer.number(match.shuffles))
        reasons.append(Reason(text, Confidence.MODERATE))
    return tuple(reasons)


def _assumptions(teller: Teller, match: ConsistMatch) -> tuple[str, ...]:
    least, most = wilson(recognised_of(match) or 0, DRAWN_TRAINS)[0], wilson(0, DRAWN_DATES)[1]
    keys: dict[str, dict[str, object]] = {
        "share": {"later": match.later_trains, "taken": SEEN_BEFORE},
        "bound": {"least": least, "most": 100 * most},
        "real": {},
        "silent": {},
    }
    if match.same_place:
        keys["stays"] = {}
    return tuple(teller.say("judgements", f"assume.train_{key}", **values) for key, values in keys.items())
