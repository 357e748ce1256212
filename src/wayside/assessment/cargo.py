"""Whether the cargo can be observed at all: how likely it is that most of the loads are hidden from view."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.assessment.assessment import CountedScene
from wayside.assessment.confidence import scene_reasons
from wayside.assessment.grounds import Grounds, Support, concluded
from wayside.assessment.telling import Teller
from wayside.model.counts import CountDistribution
from wayside.model.judgements import Judgement
from wayside.model.observations import CountStatus
from wayside.model.wording import percent_of

__all__ = ["Bounds", "cover_judgement", "more_than_half"]

_FEWEST = 5
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a probability may be, whatever is not known.

    Attributes:
        low, high: its ends, 0 to 1.
    """

    low: float
    high: float

    @property
    def weakest(self) -> float:
        """The probability between them that claims least: the one nearest to even chance."""
        return min(max(_HALF, self.low), self.high)


def cover_judgement(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return the judgement that most loads of the newest scene are hidden from view.

    None is made of a published count, of a scene in which single cars are not told apart, or of fewer than five cars.
    """
    newest = grounds.newest
    if not isinstance(newest, CountedScene) or newest.result.status is not CountStatus.COUNTED:
        return ()
    if newest.result.freight.quantile(0.05) < _FEWEST:
        return ()
    bounds, teller = more_than_half(newest.result.covered, newest.result.freight), grounds.teller
    change = () if newest.reviewed else (teller.say("judgements", "change.cover", day=newest.day),)
    support = Support(
        reasons=scene_reasons(newest, teller),
        evidence=(newest.id,),
        assumptions=(
            teller.say("judgements", "assume.cover_read"),
            _dependence(teller, bounds),
        ),
        would_change=(*change, teller.say("judgements", "change.second_image")),
    )
    statement = teller.say("judgements", "cover.statement", day=newest.day)
    return (concluded("cover", statement, bounds.weakest, support),)


def _dependence(teller: Teller, bounds: Bounds) -> str:
    if percent_of(bounds.low) == percent_of(bounds.high):
        return teller.say("judgements", "assume.cover_any")
    return teller.say("judgements", "assume.cover_bounds", low=bounds.low, high=bounds.high)


def more_than_half(part: CountDistribution, whole: CountDistribution) -> Bounds:
    """Return within what bounds the probability lies that ``part`` is more than half of ``whole``.

    Only the two distributions are known, not how the numbers hang together. With D = 2 part - whole, the sharp bounds
    over all joint distributions are those of Makarov, "Estimates for the distribution function of a sum of two random
    variables when the marginal distributions are fixed" (Theory of Probability and its Applications 26, 1981):
    P(D > 0) >= sup over t of P(2 part > t) + P(whole <= t) - 1, and
    P(D <= 0) >= sup over t of P(2 part <= t) + P(whole >= t) - 1.

    Args:
        part: number of those meant.
        whole: number of all.
    """
    marks = range(min(2 * part.first, whole.first) - 1, max(2 * int(part.support[-1]), int(whole.support[-1])) + 2)
    low = max(_above(part, t) + 1.0 - _from(whole, t + 1) - 1.0 for t in marks)
    other = max(1.0 - _above(part, t) + _from(whole, t) - 1.0 for t in marks)
    low, high = min(max(low, 0.0), 1.0), min(max(1.0 - other, 0.0), 1.0)
    return Bounds(low, max(low, high))


def _above(part: CountDistribution, mark: int) -> float:
    """Return P(2 part > mark)."""
    return float(part.p[2 * part.support > mark].sum())


def _from(whole: CountDistribution, mark: int) -> float:
    """Return P(whole >= mark)."""
    return float(whole.p[whole.support >= mark].sum())
