"""The weights of evidence, read from their table once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Rarity", "Row", "Rows", "gaps", "logistic", "rarity", "rows", "setting"]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of evidence.

    Attributes:
        weight: log odds for one unit of it.
        most: largest amount that this kind adds or takes away; infinite where the table names none.
        reason: why it weighs what it weighs.
    """

    weight: float
    most: float
    reason: str

    def amount(self, units: float) -> float:
        """Return the log odds of some units >= 0 of it: ``most (1 - exp(-x / most))`` with x = weight times units."""
        raw = self.weight * units
        if math.isinf(self.most):
            return raw
        return math.copysign(self.most * -math.expm1(-abs(raw) / self.most), raw)


@dataclass(frozen=True, slots=True)
class Rows:
    """The evidence for one question.

    Attributes:
        prior: log odds before anything is compared.
        rows: kinds of evidence by name.
    """

    prior: float
    rows: Mapping[str, Row]

    def amount(self, kind: str, units: float = 1.0) -> float:
        """Return the log odds of ``units`` of one kind."""
        return self.rows[kind].amount(units)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a feature tells by how few documents have it.

    Attributes:
        documents: by kind of feature, how many documents are thought to have been looked through before.
        highest: largest weight.
        common: share of a large set above which a feature pairs no documents.
        factors: how much of its rarity a figure keeps, by what it is.
    """

    documents: Mapping[str, float]
    highest: float
    common: float
    factors: Mapping[str, float]

    def weight(self, kind: str, having: int, documents: int) -> float:
        """Return ln((n + d) / (df + 1)) within [0, highest] for a feature that ``having`` of ``documents`` have."""
        return min(self.highest, max(0.0, math.log((documents + self.documents[kind]) / (having + 1.0))))


def logistic(log_odds: float) -> float:
    """Return the probability of some log odds, without overflow."""
    if log_odds >= 0.0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


@cache
def rows(question: str) -> Rows:
    """Return the evidence table of one question ("story", "kinship", "derivation")."""
    section = table("evidence")[question]
    found = {
        name: Row(float(row["weight"]), float(row.get("most", math.inf)), str(row["reason"]))
        for name, row in section.items()
        if isinstance(row, dict)
    }
    return Rows(float(section["prior"]), found)


@cache
def rarity() -> Rarity:
    """Return how rarity is weighed."""
    section = table("evidence")["rarity"]
    factors = {name: float(value) for name, value in section.items() if name.startswith("figure_")}
    documents = {kind: float(value) for kind, value in section["documents"].items()}
    return Rarity(documents, float(section["highest"]), float(section["common"]), factors)


@cache
def setting(section: str, name: str) -> float:
    """Return a single number of the table."""
    return float(table("evidence")[section][name])


@cache
def gaps() -> tuple[tuple[int, float], ...]:
    """Return the weights of days between publications: (days, weight), ascending."""
    found: list[Any] = table("evidence")["story"]["gap"]
    return tuple(sorted((int(row["days"]), float(row["weight"])) for row in found))
