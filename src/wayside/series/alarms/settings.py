"""What an alarm looks for, and what it takes for quiet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from wayside.model.checks import require, require_finite
from wayside.series.settings import Prior, SeriesSettings

__all__ = ["AlarmSettings"]

_NEVER = 1e-6


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """What an alarm looks for.

    Attributes:
        factors: rises that are looked for, as factors of the level, each more than 1; equal weight each.
        longest_gap_days: a gap between scenes counts for so many days at most; a change in a longer one is not held
            to be the likelier for it.
        learning_days: number of days with a scene before the first alarm, 1 or more: until then the counts teach what
            is usual.
        returned_days: evidence, days, from which on a raised site counts as returned: the likelihood of its scenes at
            the level of before against the raised one, gathered as for an alarm. At 300, and episodes of 30 days on
            average, it has returned with 91 %.
        settled_days: a level that has stayed raised for so long is the new usual one.
        fallen_days: evidence for a fall, days, from which on the usual level is learnt anew; nobody is told.
        series: of the level's model.
    """

    factors: tuple[float, ...] = (1.5, 2.0, 4.0)
    longest_gap_days: int = 90
    learning_days: int = 10
    returned_days: float = 300.0
    settled_days: int = 365
    fallen_days: float = 3652.5
    series: SeriesSettings = field(default_factory=SeriesSettings)

    def __post_init__(self) -> None:
        require(self.factors, "an alarm looks for one factor or more")
        for factor in self.factors:
            require_finite("factor of a rise", factor, low=1.01, high=100.0)
        require(len(set(self.factors)) == len(self.factors), "a factor of a rise stands twice")
        require_finite("longest_gap_days", self.longest_gap_days, low=1, high=3653)
        require_finite("learning_days", self.learning_days, low=1, high=10_000)
        require_finite("returned_days", self.returned_days, low=1.0, high=1e12)
        require_finite("settled_days", self.settled_days, low=1, high=20_000)
        require_finite("fallen_days", self.fallen_days, low=1.0, high=1e12)
        require(self.series.until is None, "an alarm's series has no last date")

    @property
    def quiet(self) -> SeriesSettings:
        """The level's model without jumps: it walks, and counts scatter and stay as they do at this site."""
        p = self.series.prior
        scale = sorted(p.jump_scales)[len(p.jump_scales) // 2]
        prior: Prior = replace(p, hazards_per_year=(_NEVER,), jump_scales=(scale,))
        return replace(self.series, prior=prior)
