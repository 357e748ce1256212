"""Trains as sequences of cars, and the same sequence seen twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wayside.model.cars import CarType, Cover
from wayside.model.checks import require, require_finite, require_probability, require_text

__all__ = ["Alignment", "Consist", "ConsistCar", "ConsistMatch", "Shuffle"]


@dataclass(frozen=True, slots=True)
class ConsistCar:
    """One car of a train, as it was read.

    Attributes:
        start_m, end_m: where it stands along its track, metres from the track's start; the end is the greater.
        colour: against the ballast beside it, as of ``Car.colour``; None where it could not be measured.
        type: the most probable type.
        type_p: probability of that type, 0 to 1.
        cover: whether its load can be seen.
        p: probability that a car stands there, 0 to 1.
    """

    start_m: float
    end_m: float
    colour: tuple[float, float, float] | None = None
    type: CarType = CarType.UNKNOWN
    type_p: float = 0.0
    cover: Cover = Cover.UNDETERMINED
    p: float = 1.0

    def __post_init__(self) -> None:
        require_finite("start of a train's car in metres", self.start_m)
        require_finite("end of a train's car in metres", self.end_m)
        require(self.end_m > self.start_m, f"a car ends after it starts, not {self.start_m} to {self.end_m}")
        require_probability("type_p", self.type_p)
        require_probability("p", self.p)
        require(self.colour is None or len(self.colour) == 3, "a car's colour has three parts or is not known")
        for part in self.colour or ():
            require_finite("colour", part, low=-1.0, high=1.0)

    @property
    def length_m(self) -> float:
        """Length over the found ends, metres."""
        return self.end_m - self.start_m

    @property
    def locomotive(self) -> bool:
        """Whether it was read as a locomotive, which may leave its train."""
        return self.type is CarType.LOCOMOTIVE


@dataclass(frozen=True, slots=True)
class Consist:
    """The cars of one train in one scene.

    Attributes:
        id: short name, unique within an assessment.
        site_id: where it stands.
        scene_id: the scene.
        day: of the scene, UTC.
        track_id: the track.
        gsd_m: pixel size of the scene, metres.
        cars: in order along the track, one or more.
    """

    id: str
    site_id: str
    scene_id: str
    day: date
    track_id: str
    gsd_m: float
    cars: tuple[ConsistCar, ...]

    def __post_init__(self) -> None:
        for name in ("id", "site_id", "scene_id", "track_id"):
            require_text(f"consist: {name}", getattr(self, name))
        require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)
        require(self.cars, f"train {self.id} has no cars")
        for before, after in zip(self.cars, self.cars[1:], strict=False):
            require(before.end_m <= after.start_m + 1e-6, f"train {self.id}: its cars overlap or are out of order")


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which car of one train is set beside which of another.

    Attributes:
        pairs: indices of cars in the two trains' own order along their tracks; None on one side where a car has no
            counterpart. Those of the first train ascend; those of the second ascend too, or descend where reversed.
        reversed: whether the second train is read from its other end.
    """

    pairs: tuple[tuple[int | None, int | None], ...]
    reversed: bool = False

    def __post_init__(self) -> None:
        firsts = [i for i, _ in self.pairs if i is not None]
        seconds = [j for _, j in self.pairs if j is not None]
        require(all(i is not None or j is not None for i, j in self.pairs), "a pair of an alignment names a car")
        require(firsts == sorted(set(firsts)), "an alignment takes the first train's cars in order, each once")
        require(
            seconds == sorted(set(seconds), reverse=self.reversed),
            "an alignment takes the second train's cars in one direction, each once",
        )

    @property
    def matched(self) -> tuple[tuple[int, int], ...]:
        """The pairs with a car on both sides."""
        return tuple((i, j) for i, j in self.pairs if i is not None and j is not None)


class Shuffle(StrEnum):
    """What the second train was replaced by, to see how high chance alone scores."""

    CARS = "cars"
    """Cars drawn one by one from all that were seen at the sites."""
    BLOCKS = "blocks"
    """Whole strings of like cars drawn from the sites' trains."""
    OWN = "own"
    """Its own cars in another order."""


@dataclass(frozen=True, slots=True)
class ConsistMatch:
    """Two sightings of what may be one train; never a certainty.

    Attributes:
        first, second: the sightings, the earlier first.
        alignment: which car was set beside which.
        score: of the alignment, natural logarithm of a likelihood ratio before the many ways to align are paid for.
        log10_ratio: decimal logarithm of how many times more probable the two readings are if the aligned cars are the
            same cars than if they are others of the sites' stock; one alignment's share of all that were possible.
        p_value: how often shuffled trains score as high, the worst of the three ways to shuffle; above 0, at most 1.
        p_corrected: the probability that any of ``comparisons`` pairs of unrelated trains scores so (Bonferroni).
        comparisons: pairs of trains that were compared and could have been reported.
        shuffles: shuffled trains that ``p_value`` was read from.
        by: the way to shuffle that gave ``p_value``.
        extrapolated: whether fewer than ten shuffled trains scored as high, so that ``p_value`` was read from an
            exponential tail fitted to the highest of them.
        later_trains: how many different trains stand as the later one in those comparisons, 1 or more.
    """

    first: Consist
    second: Consist
    alignment: Alignment
    score: float
    log10_ratio: float
    p_value: float
    p_corrected: float
    comparisons: int
    shuffles: int
    by: Shuffle = Shuffle.CARS
    extrapolated: bool = False
    later_trains: int = 1

    def __post_init__(self) -> None:
        require_finite("score of a match", self.score)
        require_finite("likelihood ratio of a match, decimal logarithm", self.log10_ratio)
        for name in ("p_value", "p_corrected"):
            require_probability(name, getattr(self, name))
        require(self.p_value > 0, "a p-value is above 0")
        require(self.comparisons >= 1, "a match is one of one comparison or more")
        require(1 <= self.later_trains <= self.comparisons, "as many later trains as comparisons at most, and one")
        require(self.first.day <= self.second.day, "the earlier sighting of a match comes first")
        require(
            all(i < len(self.first.cars) and j < len(self.second.cars) for i, j in self.alignment.matched),
            "an alignment names a car that a train does not have",
        )

    @property
    def days_apart(self) -> int:
        """Days between the sightings, 0 or more."""
        return (self.second.day - self.first.day).days

    @property
    def same_site(self) -> bool:
        """Whether both were seen at one site."""
        return self.first.site_id == self.second.site_id

    @property
    def same_place(self) -> bool:
        """Whether both stand on one stretch of one track, where a train may just have stayed."""
        a, b = self.first, self.second
        if not self.same_site or a.track_id != b.track_id or self.alignment.reversed:
            return False
        return abs(a.cars[0].start_m - b.cars[0].start_m) < 15 or abs(a.cars[-1].end_m - b.cars[-1].end_m) < 15

    @property
    def matched(self) -> int:
        """Number of cars that stand beside a counterpart."""
        return len(self.alignment.matched)
