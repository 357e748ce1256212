"""How likely two documents tell one story."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.evidence import gaps, logistic, rows
from wayside.coverage.stories.features import KINDS, distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.stories.features import Features, Rarities

__all__ = ["Scorer"]

_WORDING: Final = KINDS.index("wording")
_QUOTATION: Final = KINDS.index("quotation")
_FIGURE: Final = KINDS.index("figure")
_NUMBER: Final = KINDS.index("number")
_DAY: Final = KINDS.index("day")
# A document may be one of several tellings with the same three quoted runs; more of them say no more.
_RUNS_OF_A_QUOTATION: Final = 3
_FEW: Final = 2
_BEYOND_NAMES: Final = frozenset({"figure", "quotation", "wording", "day", "number"})
# What two documents share is set against what the poorer has, plus this: a text with one name shares all by chance.
_TELLING: Final = frozenset(KINDS.index(kind) for kind in ("figure", "number", "name", "source"))
_TELLING_LITTLE: Final = 4.0
_WEEK: Final = 7
_LATEST: Final = 2000


@dataclass(slots=True)
class Scorer:
    """Log odds that two documents tell one story.

    Attributes:
        some: features of the documents.
        rarities: weights of the features.
    """

    some: Sequence[Features]
    rarities: Rarities
    _known: dict[str, float] = field(default_factory=dict, init=False, repr=False)
    _latest: dict[str, tuple[frozenset[str], ...]] = field(default_factory=dict, init=False, repr=False)

    def log_odds(self, one: int, other: int) -> float:
        """Return the log odds for two documents by their index."""
        return sum(self.parts(one, other).values())

    def probability(self, one: int, other: int) -> float:
        """Return the probability for two documents by their index."""
        return logistic(self.log_odds(one, other))

    def parts(self, one: int, other: int) -> dict[str, float]:
        """Return what each kind of evidence adds; "prior" is what they start from."""
        left, right = self.some[one], self.some[other]
        table = rows("story")
        found = {"prior": table.prior}
        for kind, units in self.units(left, right).items():
            if units:
                found[kind] = table.amount(kind, units)
        gap = distance(left, right)
        if gap is not None:
            found["gap"] = next(weight for days, weight in gaps() if gap <= days)
        return found

    def units(self, left: Features, right: Features) -> dict[str, float]:
        """Return how much there is of each kind of evidence, before it is weighed."""
        found: dict[str, float] = {}
        telling = 0.0
        sets, other = self._one_as_sets(left, right)
        for at, (here, there) in enumerate(zip(sets, other.kept, strict=True)):
            if not (here and there) or not (shared := here.intersection(there)):
                continue
            kind = KINDS[at]
            if at == _WORDING:
                found[kind] = len(shared) / min(len(here), len(there))
            elif at == _QUOTATION:
                found[kind] = min(1.0, len(shared) / _RUNS_OF_A_QUOTATION)
            elif at == _DAY:
                found[kind] = float(len(shared))
            else:
                found[kind] = self.rarities.total(at, shared)
                telling += found[kind] if at in _TELLING else 0.0
        if "number" in found and "figure" in found:
            # A number that is already counted as a figure of a thing says nothing new.
            found["number"] = max(0.0, found["number"] - found["figure"] / 2)
        if telling:
            # What two documents share is set against what the poorer has.
            found["share"] = telling / (min(self._telling(left), self._telling(right)) + _TELLING_LITTLE)
        return found | _against(left, right, found)

    def _one_as_sets(self, left: Features, right: Features) -> tuple[tuple[frozenset[str], ...], Features]:
        """Return the features of one of two documents as sets, and the other document.

        Sets take much room: those of some of the documents compared last are kept, and either side will do.
        """
        found = self._latest.get(left.document)
        if found is not None:
            return found, right
        found = self._latest.get(right.document)
        if found is not None:
            return found, left
        if len(self._latest) >= _LATEST:
            self._latest.clear()
        found = self._latest[left.document] = tuple(map(frozenset, left.kept))
        return found, right

    def _telling(self, one: Features) -> float:
        """Return the rarity in names, sources and figures that a document has in all."""
        total = self._known.get(one.document)
        if total is None:
            total = sum(self.rarities.total(at, one.kept[at]) for at in _TELLING)
            self._known[one.document] = total
        return total


def _counted(key: str) -> str:
    """Return thing and unit of a figure."""
    return key.rpartition("|")[0]


def _against(left: Features, right: Features, found: dict[str, float]) -> dict[str, float]:
    """Return what speaks against one story: figures that do not meet, days far apart, names and nothing else."""
    against = {}
    figures = left.kept[_FIGURE], right.kept[_FIGURE]
    counting = bool({_counted(key) for key in figures[0]} & {_counted(key) for key in figures[1]})
    gap = distance(left, right)
    # Two counts of one thing on one day are two reports of one event.
    together = counting and gap is not None and gap <= _FEW
    if "figure" not in found and "quotation" not in found:
        if min(len(row) for row in figures) >= _FEW:
            against["conflict"] = 1.0
        if counting and not together:
            against["other count"] = 1.0
    if "name" in found and not together and not _BEYOND_NAMES & found.keys():
        against["names alone"] = 1.0
    here, there = left.kept[_DAY], right.kept[_DAY]
    if here and there and min(abs(int(one) - int(other)) for one in here for other in there) > _WEEK:
        against["apart"] = 1.0
    return against
